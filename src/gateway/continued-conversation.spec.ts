import { describe, expect, it } from 'vitest';
import type { Conversation } from '../dialects/conversation.js';
import { canBeContinued, continuedConversation } from './continued-conversation.js';

const asked: Conversation = {
  model: 'm',
  stream: true,
  messages: [{ role: 'user', parts: [{ type: 'text', text: 'Tell me a story.' }] }],
  unmodelled: [],
};

describe('continuedConversation', () => {
  it('gives a model that takes it the text as its own', () => {
    const { messages } = continuedConversation(asked, 'Once upon a ', 3, 'prefill');
    expect(messages).toEqual([
      ...asked.messages,
      { role: 'assistant', parts: [{ type: 'text', text: 'Once upon a' }] },
    ]);
  });

  it('asks others in words to go on', () => {
    const { messages } = continuedConversation(asked, 'Once upon a', 3, 'words');
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(messages.at(-1)).toMatchObject({ parts: [{ text: expect.stringContaining('Continue') as string }] });
  });

  it('adds to what the client itself had begun', () => {
    const begun: Conversation = {
      ...asked,
      messages: [...asked.messages, { role: 'assistant', parts: [{ type: 'text', text: 'Well: ' }] }],
    };
    const { messages } = continuedConversation(begun, 'once upon', 3, 'prefill');
    expect(messages.at(-1)).toEqual({ role: 'assistant', parts: [{ type: 'text', text: 'Well: once upon' }] });
  });

  it.each(['', ' \n'])('asks anew where the client has no text: %j', (text) => {
    expect(continuedConversation(asked, text, 0, 'words')).toBe(asked);
  });

  it('leaves what is left of the most tokens that were asked for, at least one', () => {
    const limited = { ...asked, maxOutputTokens: 100 };
    expect(continuedConversation(limited, 'Once', 30, 'words').maxOutputTokens).toBe(70);
    expect(continuedConversation(limited, 'Once', 300, 'words').maxOutputTokens).toBe(1);
    expect(continuedConversation(asked, 'Once', 30, 'words')).not.toHaveProperty('maxOutputTokens');
  });
});

describe('canBeContinued', () => {
  it.each<[what: string, fields: Partial<Conversation>, expected: boolean]>([
    ['a text', {}, true],
    ['a text where tools are offered', { tools: [{ type: 'function', name: 'f' }] }, true],
    ['JSON', { responseFormat: { type: 'json' } }, false],
    ['JSON of a schema', { responseFormat: { type: 'json-schema', schema: {} } }, false],
    ['several answers', { choices: 2 }, false],
    ['speech', { modalities: ['text', 'audio'] }, false],
  ])('is so of %s: %o', (_, fields, expected) => {
    expect(canBeContinued({ ...asked, ...fields })).toBe(expected);
  });
});
