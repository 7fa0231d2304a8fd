import { describe, expect, it } from 'vitest';
import type { Conversation } from './conversation.js';
import { CustomCalls } from './custom-calls.js';
import { InputReader, asFunctionsOnly, withCustomCalls } from './custom-tools.js';
import { Losses } from './losses.js';
import type { StreamEvent } from './reply.js';

const exec = {
  type: 'custom',
  name: 'exec',
  description: 'Runs.',
  format: { type: 'grammar', syntax: 'lark' },
} as const;
const wait = { type: 'function', name: 'wait' } as const;
const source = 'const {a} = "b\\n";\n\ttext("é😀");';

const asked: Conversation = {
  model: 'm',
  stream: false,
  unmodelled: [],
  tools: [exec, wait],
  messages: [
    { role: 'user', parts: [{ type: 'text', text: 'Go' }] },
    { role: 'assistant', parts: [{ type: 'tool-call', id: '1', name: 'exec', arguments: source, custom: true }] },
    { role: 'tool', results: [{ type: 'tool-result', callId: '1', parts: [], custom: true }] },
  ],
};

describe('tools of free text for a vendor of functions', () => {
  const losses = new Losses();
  const { conversation, customNames } = asFunctionsOnly(asked, losses);

  it('are offered as functions of one text, with their grammar in words', () => {
    expect(conversation.tools).toEqual([
      {
        type: 'function',
        name: 'exec',
        description: 'Runs.',
        parameters: {
          type: 'object',
          properties: { input: { type: 'string', description: expect.stringContaining('"syntax":"lark"') } },
          required: ['input'],
          additionalProperties: false,
        },
      },
      wait,
    ]);
    expect(losses.names).toEqual(['tools.exec.format']);
  });

  it('have their earlier calls written as that function’s', () => {
    expect(conversation.messages.slice(1)).toEqual([
      {
        role: 'assistant',
        parts: [{ type: 'tool-call', id: '1', name: 'exec', arguments: JSON.stringify({ input: source }) }],
      },
      { role: 'tool', results: [{ type: 'tool-result', callId: '1', parts: [] }] },
    ]);
  });

  it('get their calls back as free text, and other functions theirs as they were', () => {
    const call = { type: 'tool-call', id: '2', name: 'exec', arguments: JSON.stringify({ input: source }) } as const;
    const other = { type: 'tool-call', id: '3', name: 'wait', arguments: '{"input":"x"}' } as const;
    const reply = { choices: [{ index: 0, parts: [call, other], finish: undefined }] };
    expect(withCustomCalls(reply, customNames).choices[0]?.parts).toEqual([
      { ...call, arguments: source, custom: true },
      other,
    ]);
  });

  it('leave a conversation without them as it is', () => {
    const plain: Conversation = { ...asked, tools: [wait], messages: [] };
    expect(asFunctionsOnly(plain, new Losses()).conversation).toBe(plain);
  });
});

describe('InputReader', () => {
  it('gives the same text wherever the JSON is cut', () => {
    const json = `{ "input" : ${JSON.stringify(`${source}\u0001\u2028"\\/`).replace('é', '\\u00e9')} }`;
    const expected = `${source}\u0001\u2028"\\/`;
    for (let at = 0; at <= json.length; at++) {
      const reader = new InputReader();
      expect(reader.push(json.slice(0, at)) + reader.push(json.slice(at)) + reader.end()).toBe(expected);
    }
    const reader = new InputReader();
    expect(
      json
        .split('')
        .map((sign) => reader.push(sign))
        .join(''),
    ).toBe(expected);
  });

  it('gives text as soon as it is there', () => {
    const reader = new InputReader();
    expect(reader.push('{"input":"ls')).toBe('ls');
    expect(reader.push(' -l\\')).toBe(' -l');
    expect(reader.push('n')).toBe('\n');
  });

  it.each(['{"command":"ls"}', '', 'ls'])('loses nothing of arguments in another form: %j', (json) => {
    const reader = new InputReader();
    expect(reader.push(json) + reader.end()).toBe(json);
  });
});

describe('CustomCalls', () => {
  it('rewrites the calls of its tools alone, as their pieces come', () => {
    const calls = new CustomCalls(new Set(['exec']));
    const at = { choice: 0, part: 0 };
    const events: StreamEvent[] = [
      { type: 'tool-call', ...at, id: '1', name: 'exec' },
      { type: 'arguments', ...at, text: '{"input":"l' },
      { type: 'arguments', ...at, text: 's"}' },
      { type: 'part-end', ...at },
      { type: 'tool-call', choice: 0, part: 1, id: '2', name: 'wait' },
      { type: 'arguments', choice: 0, part: 1, text: '{}' },
      { type: 'part-end', choice: 0, part: 1 },
    ];
    expect(events.flatMap((event) => calls.push(event))).toEqual([
      { type: 'tool-call', ...at, id: '1', name: 'exec', custom: true },
      { type: 'arguments', ...at, text: 'l' },
      { type: 'arguments', ...at, text: 's' },
      { type: 'part-end', ...at },
      ...events.slice(4),
    ]);
  });
});
