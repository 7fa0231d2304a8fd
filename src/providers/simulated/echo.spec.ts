import { describe, expect, it } from 'vitest';
import { type EchoRequest, simulateAnswer } from './echo.js';

const user = (content: string) => ({ role: 'user', content });
const weather = {
  name: 'get_weather',
  parameters: { type: 'object', properties: { city: { type: 'string' }, days: { type: 'integer' } } },
};

function answer(request: Partial<EchoRequest>) {
  const { words, ...rest } = simulateAnswer({ messages: [user('one two  three')], ...request });
  return { ...rest, text: words.join(''), words };
}

describe('simulateAnswer', () => {
  it('says what the last user said, a word at a time', () => {
    const messages = [
      user('first'),
      { role: 'assistant', content: 'no' },
      user(' Hello,\n big world '),
      { role: 'assistant', content: 'no' },
    ];
    const { text, words, finishReason } = answer({ messages });
    expect(text).toBe(' Hello,\n big world ');
    expect(words).toEqual([' Hello,', '\n big', ' world', ' ']);
    expect(finishReason).toBe('stop');
  });

  it.each<[what: string, messages: EchoRequest['messages'], text: string]>([
    ['what the user said before a tool answered', [user('q'), { role: 'tool', content: '22 degrees' }], 'q'],
    ['the text of parts', [{ role: 'user', content: [{ text: 'a' }, {}, { text: 'b' }] }], 'a  b'],
    ['the system message, where there is no other', [{ role: 'system', content: 'be kind' }], 'be kind'],
    ['the rest, where the assistant has begun', [user('one two'), { role: 'assistant', content: 'one' }], ' two'],
    ['nothing, where the message is empty', [{ role: 'assistant', content: null }], ''],
  ])('says %s', (_, messages, text) => {
    expect(answer({ messages }).text).toBe(text);
  });

  it('counts the words of all messages and of its own answer', () => {
    const messages = [{ role: 'system', content: 'be kind' }, user('one two three')];
    expect(answer({ messages })).toMatchObject({ promptTokens: 5, completionTokens: 3, choices: 1 });
  });

  it.each<[limits: Partial<EchoRequest>, text: string, finishReason: string]>([
    [{ max_tokens: 2 }, 'one two', 'length'],
    [{ max_completion_tokens: 1, max_tokens: 2 }, 'one', 'length'],
    [{ max_tokens: 3 }, 'one two  three', 'stop'],
    [{ max_tokens: null, max_completion_tokens: null }, 'one two  three', 'stop'],
  ])('keeps to %j', (limits, text, finishReason) => {
    expect(answer(limits)).toMatchObject({ text, finishReason });
  });

  it.each([
    ['any tool is required', 'required', 'get_weather'],
    ['one is named', { type: 'function', function: { name: 'other' } }, 'other'],
  ])('calls a tool when %s', (_, choice, name) => {
    const tools = [{ function: weather }, { function: { name: 'other' } }];
    const { toolCall, text, finishReason } = answer({ tools, tool_choice: choice });
    expect(toolCall?.name).toBe(name);
    expect({ text, finishReason }).toEqual({ text: '', finishReason: 'tool_calls' });
  });

  it('puts the user’s words where the tool wants text', () => {
    const { toolCall } = answer({ tools: [{ function: weather }], tool_choice: 'required' });
    expect(JSON.parse(toolCall?.arguments ?? '')).toEqual({ city: 'one two  three', days: 0 });
  });

  it.each<[what: string, request: Partial<EchoRequest>]>([
    ['none is asked for', { tools: [{ function: weather }] }],
    ['the model may choose', { tools: [{ function: weather }], tool_choice: 'auto' }],
    ['the one asked for is not there', { tools: [{ function: weather }], tool_choice: { function: { name: 'x' } } }],
    ['there are none', { tools: null, tool_choice: 'required' }],
    [
      'a tool has just answered',
      { messages: [{ role: 'tool', content: 'x' }], tools: [{ function: weather }], tool_choice: 'required' },
    ],
  ])('calls no tool when %s', (_, request) => {
    expect(answer(request)).toMatchObject({ toolCall: undefined, finishReason: 'stop' });
  });

  it('does not break over a tool that is none', () => {
    const tools = JSON.parse('[{"function":[null]},{"function":null},{}]') as EchoRequest['tools'];
    expect(answer({ tools, tool_choice: { function: { name: 'x' } } }).toolCall).toBeUndefined();
  });
});

describe('an echo is no way to fill the memory', () => {
  const MAX_CHARACTERS = 4_000_000;

  it('with many choices of a long text', () => {
    const { text, choices } = answer({ messages: [user('a'.repeat(5_000_000))], n: 128 });
    expect(choices).toBe(128);
    expect(text.length * choices).toBeLessThanOrEqual(MAX_CHARACTERS);
  });

  const wide = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`p${at}`, { type: 'string' }]));

  it.each<[what: string, parameters: object]>([
    ['wants a long text many times', { properties: wide }],
    ['has a long constant', { properties: { a: { const: 'x'.repeat(1_000_000) } } }],
    ['has a long name for a field', { properties: { ['x'.repeat(1_000_000)]: {} } }],
  ])('with many choices of a tool that %s', (_, parameters) => {
    const tools = [{ function: { name: 'f', parameters } }];
    const messages = [user('a'.repeat(100_000))];
    const { toolCall, choices } = answer({ messages, tools, tool_choice: 'required', n: 128 });
    expect((toolCall?.arguments.length ?? 0) * choices).toBeLessThanOrEqual(MAX_CHARACTERS);
  });

  it('with a text of spaces, read in one pass', { timeout: 1_000 }, () => {
    expect(answer({ messages: [user(`${' '.repeat(1_000_000)}x${' '.repeat(1_000_000)}`)] }).words).toHaveLength(2);
  });
});
