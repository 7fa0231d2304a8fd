import { describe, expect, it } from 'vitest';
import { withReplyModel } from './anthropic-messages.reply-model.js';

describe('withReplyModel', () => {
  it.each([
    [
      '{"id":"msg_1","model":"claude-1", "content":[{"model":"x"}]}',
      '{"id":"msg_1","model":"smart", "content":[{"model":"x"}]}',
    ],
    [
      'event: message_start\ndata: {"type":"message_start","message":{"model":"claude-1","usage":{}}}\n\n',
      'event: message_start\ndata: {"type":"message_start","message":{"model":"smart","usage":{}}}\n\n',
    ],
    ['event: ping\ndata: {"type": "ping"}\n\n', 'event: ping\ndata: {"type": "ping"}\n\n'],
  ])('names the model anew and leaves every other byte: %s', (bytes, renamed) => {
    expect(withReplyModel(Buffer.from(bytes), 'smart').toString()).toBe(renamed);
  });
});
