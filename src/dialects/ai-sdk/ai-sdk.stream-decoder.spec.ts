import type { LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import { collectReply } from '../collect-reply.js';
import type { StreamEvent } from '../reply.js';
import { formatEvent } from '../sse.js';
import { AiSdkStreamDecoder } from './ai-sdk.stream-decoder.js';

type Part = LanguageModelV4StreamPart;

const usage = {
  inputTokens: { total: 10, noCache: 7, cacheRead: 2, cacheWrite: 1 },
  outputTokens: { total: 5, text: 3, reasoning: 2 },
};

function bytesOf(parts: readonly Part[]): Buffer {
  return Buffer.from(parts.map((part) => formatEvent(part)).join(''));
}

function decode(...parts: readonly Part[]): { events: StreamEvent[]; unknown: string[] } {
  const unknown = new Set<string>();
  const decoder = new AiSdkStreamDecoder(unknown);
  const events = [...decoder.push(bytesOf(parts)), ...decoder.end()];
  return { events, unknown: [...unknown] };
}

const everyKind: readonly Part[] = [
  { type: 'stream-start', warnings: [] },
  { type: 'raw', rawValue: { any: 'thing' } },
  { type: 'response-metadata', id: 'r1' },
  { type: 'response-metadata', modelId: 'model-1', timestamp: new Date('2026-11-24T00:00:00Z') },
  { type: 'response-metadata', id: 'r1' },
  { type: 'reasoning-start', id: '0' },
  { type: 'reasoning-delta', id: '0', delta: 'I thi' },
  { type: 'reasoning-delta', id: '0', delta: 'nk' },
  { type: 'reasoning-delta', id: '0', delta: '', providerMetadata: { anthropic: { signature: 'sig' } } },
  { type: 'reasoning-end', id: '0' },
  { type: 'text-start', id: '1' },
  { type: 'text-delta', id: '1', delta: 'It is “' },
  { type: 'ping' },
  { type: 'text-delta', id: '1', delta: 'sunny”.' },
  { type: 'source', sourceType: 'url', id: 's1', url: 'https://a.example/', title: 'A' },
  { type: 'text-end', id: '1' },
  { type: 'tool-input-start', id: 'c1', toolName: 'weather' },
  { type: 'tool-input-delta', id: 'c1', delta: '{"city":' },
  { type: 'tool-input-delta', id: 'c1', delta: '"Rome"}' },
  { type: 'tool-input-end', id: 'c1' },
  { type: 'tool-call', toolCallId: 'c1', toolName: 'weather', input: '{"city":"Rome"}' },
  { type: 'file', mediaType: 'image/png', data: { type: 'data', data: 'AA==' } },
  { type: 'finish', finishReason: { unified: 'tool-calls', raw: 'tool_use' }, usage },
];

describe('a stream of the AI SDK', () => {
  it('tells every kind of part, in pieces as they come', () => {
    expect(decode(...everyKind)).toEqual({
      unknown: [],
      events: [
        { type: 'start', id: 'r1', model: 'model-1', createdAt: 1_795_478_400 },
        { type: 'reasoning', choice: 0, part: 0, text: 'I thi' },
        { type: 'reasoning', choice: 0, part: 0, text: 'nk' },
        { type: 'signature', choice: 0, part: 0, signature: { origin: 'anthropic', value: 'sig' } },
        { type: 'part-end', choice: 0, part: 0 },
        { type: 'text', choice: 0, part: 1, text: 'It is “' },
        { type: 'text', choice: 0, part: 1, text: 'sunny”.' },
        { type: 'citation', choice: 0, part: 1, citation: { url: 'https://a.example/', title: 'A' } },
        { type: 'tool-call', choice: 0, part: 2, id: 'c1', name: 'weather' },
        { type: 'arguments', choice: 0, part: 2, text: '{"city":' },
        { type: 'arguments', choice: 0, part: 2, text: '"Rome"}' },
        { type: 'part-end', choice: 0, part: 2 },
        {
          type: 'media',
          choice: 0,
          part: 3,
          media: { type: 'media', kind: 'image', source: { type: 'data', base64: 'AA==' }, mediaType: 'image/png' },
        },
        {
          type: 'usage',
          usage: { inputTokens: 7, cacheReadTokens: 2, cacheWriteTokens: 1, outputTokens: 5, reasoningTokens: 2 },
        },
        { type: 'finish', choice: 0, finish: { reason: 'tool-calls', native: 'tool_use' } },
        { type: 'done' },
      ],
    });
  });

  it('is the same wherever its bytes are cut', () => {
    const bytes = bytesOf(everyKind);
    const whole = JSON.stringify(collectReply(decode(...everyKind).events));
    for (let at = 1; at < bytes.length; at++) {
      const decoder = new AiSdkStreamDecoder(undefined);
      const events = [...decoder.push(bytes.subarray(0, at)), ...decoder.push(bytes.subarray(at)), ...decoder.end()];
      expect(JSON.stringify(collectReply(events))).toBe(whole);
    }
  });

  it('names a kind of part and a field that it does not know', () => {
    const unknown = new Set<string>();
    const bytes = Buffer.from(
      formatEvent({ type: 'hologram' }) + formatEvent({ type: 'text-delta', id: '1', delta: 'a', colour: 'red' }),
    );
    new AiSdkStreamDecoder(unknown).push(bytes);
    expect([...unknown]).toEqual(['hologram', 'text-delta.colour']);
  });

  it.each([['not JSON'], ['{"no":"type"}']])('refuses an event that is no part: %s', (data) => {
    const decoder = new AiSdkStreamDecoder(undefined);
    expect(() => decoder.push(Buffer.from(`data: ${data}\n\n`))).toThrow(
      expect.objectContaining({ failure: { reason: 'invalid_reply' } }),
    );
  });
});
