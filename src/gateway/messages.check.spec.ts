import { describe, expect, it } from 'vitest';
import { GatewayError } from '../errors/gateway-error.js';
import { recordingsOf } from '../../test/support/recordings.js';
import { checkMessages } from './messages.check.js';

const user = { role: 'user', content: 'Hello' };

function fault(messages: unknown): GatewayError {
  try {
    checkMessages(messages);
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error('the messages were accepted');
}

describe('checkMessages', () => {
  it.each<[what: string, messages: unknown]>([
    ['text', [user]],
    ['an empty text', [{ role: 'user', content: '' }]],
    [
      'every role',
      ['developer', 'system', 'user', 'assistant', 'tool', 'function'].map((role) => ({ role, content: 'x' })),
    ],
    [
      'parts',
      [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'x' },
            { type: 'image_url', image_url: { url: 'x' } },
          ],
        },
      ],
    ],
    ['parts of a type that only a vendor knows', [{ role: 'user', content: [{ type: 'new_thing', x: 1 }] }]],
    ['fields that only a vendor knows', [{ ...user, cache_control: { type: 'ephemeral' }, name: 'Ann' }]],
    [
      'a call without content',
      [
        { role: 'assistant', content: null, tool_calls: [{ id: 'a' }] },
        { role: 'tool', content: 'x', tool_call_id: 'a' },
      ],
    ],
    ['an assistant without content', [{ role: 'assistant', tool_calls: [] }]],
    ['fields that are null', [{ role: 'assistant', content: 'x', tool_calls: null, tool_call_id: null }]],
    ['names of the prototype', JSON.parse('[{"role":"user","content":"x","__proto__":{"role":5},"constructor":5}]')],
  ])('accepts %s', (_, messages) => {
    expect(() => checkMessages(messages)).not.toThrow();
  });

  it.each<[what: string, messages: unknown, param: string, message: string]>([
    ['a message that is none', ['x'], 'messages[0]', "'messages[0]' must be of type object."],
    ['a message that is null', [user, null], 'messages[1]', 'must be of type object'],
    ['a message that is a list', [[]], 'messages[0]', 'must be of type object'],
    ['a missing role', [{ content: 'x' }], 'messages[0].role', "'messages[0].role' is missing."],
    [
      'an unknown role',
      [user, { role: 'robot', content: 'x' }],
      'messages[1].role',
      'must be one of developer, system, user',
    ],
    ['a role that is no text', [{ role: 5, content: 'x' }], 'messages[0].role', 'must be'],
    ['a role of the prototype', [{ role: 'constructor', content: 'x' }], 'messages[0].role', 'must be one of'],
    [
      'a role in the prototype',
      JSON.parse('[{"__proto__":{"role":"user"},"content":"x"}]'),
      'messages[0].role',
      'is missing',
    ],
    ['a missing content', [{ role: 'user' }], 'messages[0].content', "'messages[0].content' is missing."],
    [
      'a user’s content that is null',
      [{ role: 'user', content: null }],
      'messages[0].content',
      'must be a string or an array of parts',
    ],
    [
      'a content that is a number',
      [{ role: 'user', content: 5 }],
      'messages[0].content',
      'must be a string or an array of parts',
    ],
    [
      'an assistant’s content that is an object',
      [{ role: 'assistant', content: {} }],
      'messages[0].content',
      'must be a string or an array of parts',
    ],
    [
      'a part that is a text',
      [{ role: 'user', content: ['x'] }],
      'messages[0].content',
      'must be a string or an array of parts',
    ],
    ['a part without a type', [{ role: 'user', content: [{ text: 'x' }] }], 'messages[0].content', 'each with a type'],
    ['a tool without content', [{ role: 'tool', tool_call_id: 'a' }], 'messages[0].content', 'is missing'],
    ['calls that are no list', [{ role: 'assistant', tool_calls: {} }], 'messages[0].tool_calls', 'has the wrong type'],
    [
      'a call that is a text',
      [{ role: 'assistant', tool_calls: ['x'] }],
      'messages[0].tool_calls',
      'has the wrong type',
    ],
    [
      'a call id that is a number',
      [{ role: 'tool', content: 'x', tool_call_id: 5 }],
      'messages[0].tool_call_id',
      'must be of type string',
    ],
    ['the first of several faults', [user, { role: 'x' }, { role: 5 }], 'messages[1].role', 'must be one of'],
  ])('names %s', (_, messages, param, message) => {
    const error = fault(messages);
    expect(error).toMatchObject({ kind: 'invalid_request', status: 400, param });
    expect(error.message).toContain(message);
  });

  it('does not quote a message, which is a prompt', () => {
    expect(fault([{ role: 'my secret role', content: { secret: 1 } }]).message).not.toContain('secret');
  });

  it('checks a hundred thousand messages in one pass', { timeout: 1_000 }, () => {
    const messages: object[] = Array.from({ length: 100_000 }, () => user);
    expect(() => checkMessages(messages)).not.toThrow();
    messages.push({ role: 'x' });
    expect(fault(messages).param).toBe('messages[100000].role');
  });

  it
    .skipIf(recordingsOf('openai-chat').length === 0)
    .each(['openai-chat', 'groq-chat', 'mistral-chat', 'deepseek-chat', 'openrouter-chat'])(
    'accepts every recorded conversation of %s',
    (folder) => {
      const conversations = recordingsOf(folder).map(({ requestBody }) => requestBody['messages']);
      expect(() => conversations.forEach(checkMessages)).not.toThrow();
    },
  );
});
