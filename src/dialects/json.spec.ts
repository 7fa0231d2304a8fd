import { describe, expect, it } from 'vitest';
import { UpstreamError } from '../errors/upstream-error.js';
import { parseEvent, parseEventObject, parseJson, parseReply, replyWith } from './json.js';

const invalidReply = expect.objectContaining({ failure: { reason: 'invalid_reply' } });

describe('JSON', () => {
  it('that is none is undefined, which null is not', () => {
    expect(['', '{', 'null', '{"a":1}'].map(parseJson)).toEqual([undefined, undefined, null, { a: 1 }]);
  });
});

describe("a vendor's bytes", () => {
  it.each<[what: string, read: () => unknown]>([
    ['an event that is cut', () => parseEvent('{"a":')],
    ['an event that is a list', () => parseEventObject('[1]')],
    ['a page in place of a reply', () => parseReply(Buffer.from('<html>'))],
    ['a reply that is null', () => replyWith(null, 'choices', 'a chat completion')],
    ['a reply without its list', () => replyWith({ choices: {} }, 'choices', 'a chat completion')],
  ])('are refused as %s', (_, read) => {
    expect(read).toThrow(UpstreamError);
    expect(read).toThrow(invalidReply);
  });

  it('are read where they are what was asked for', () => {
    const reply = { choices: [] };
    expect(replyWith(parseReply(Buffer.from(JSON.stringify(reply))), 'choices', 'a chat completion')).toEqual(reply);
    expect(parseEvent('[1]')).toEqual([1]);
    expect(parseEventObject('{"a":1}')).toEqual({ a: 1 });
  });
});
