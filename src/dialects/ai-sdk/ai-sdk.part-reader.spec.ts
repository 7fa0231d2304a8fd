import type { LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import { collectReply } from '../collect-reply.js';
import { Sequencer } from '../sequencer.js';
import { PartReader } from './ai-sdk.part-reader.js';

type Part = LanguageModelV4StreamPart;

const usage = {
  inputTokens: { total: 10, noCache: 7, cacheRead: 2, cacheWrite: 1 },
  outputTokens: { total: 5, text: 3, reasoning: 2 },
};
const stop: Part = { type: 'finish', finishReason: { unified: 'stop', raw: 'end_turn' }, usage };

/** The parts of the answer as a client sees them: after everything was put in order. */
function partsOf(...parts: readonly Part[]) {
  const reader = new PartReader(undefined);
  const sequencer = new Sequencer();
  const events = parts.flatMap((part) => reader.read(part)).flatMap((event) => sequencer.push(event));
  return collectReply([...events, ...sequencer.end()]).choices[0]?.parts;
}

describe('a stream of the AI SDK', () => {
  describe('with tool calls', () => {
    it('that come whole only has their arguments once', () => {
      expect(partsOf({ type: 'tool-call', toolCallId: 'c1', toolName: 'now', input: '{"a":1}' }, stop)).toEqual([
        { type: 'tool-call', id: 'c1', name: 'now', arguments: '{"a":1}' },
      ]);
    });

    it('that were begun and have no pieces takes the whole', () => {
      const parts = partsOf(
        { type: 'tool-input-start', id: 'c1', toolName: 'now' },
        { type: 'tool-input-end', id: 'c1' },
        { type: 'tool-call', toolCallId: 'c1', toolName: 'now', input: '{}' },
        { type: 'tool-call', toolCallId: 'c1', toolName: 'now', input: '{}' },
        stop,
      );
      expect(parts).toEqual([{ type: 'tool-call', id: 'c1', name: 'now', arguments: '{}' }]);
    });

    it('written side by side keeps them apart', () => {
      const parts = partsOf(
        { type: 'tool-input-start', id: 'a', toolName: 'one' },
        { type: 'tool-input-start', id: 'b', toolName: 'two' },
        { type: 'tool-input-delta', id: 'b', delta: '{"b"' },
        { type: 'tool-input-delta', id: 'a', delta: '{"a":1}' },
        { type: 'tool-input-delta', id: 'b', delta: ':2}' },
        { type: 'tool-call', toolCallId: 'a', toolName: 'one', input: '{"a":1}' },
        { type: 'tool-call', toolCallId: 'b', toolName: 'two', input: '{"b":2}' },
        stop,
      );
      expect(parts).toEqual([
        { type: 'tool-call', id: 'a', name: 'one', arguments: '{"a":1}' },
        { type: 'tool-call', id: 'b', name: 'two', arguments: '{"b":2}' },
      ]);
    });

    it('of a custom tool has its text, not the JSON of it', () => {
      const parts = partsOf(
        { type: 'tool-input-start', id: 'a', toolName: 'poem', inputEncoding: 'text' },
        { type: 'tool-input-delta', id: 'a', delta: 'a "rose"' },
        { type: 'tool-call', toolCallId: 'a', toolName: 'poem', input: '"a \\"rose\\""' },
        { type: 'tool-call', toolCallId: 'b', toolName: 'poem', input: '"is"' },
        stop,
      );
      expect(parts).toEqual([
        { type: 'tool-call', id: 'a', name: 'poem', arguments: 'a "rose"', custom: true },
        { type: 'tool-call', id: 'b', name: 'poem', arguments: 'is', custom: true },
      ]);
    });

    it('that the vendor runs has them and their results as they are', () => {
      const call: Part = {
        type: 'tool-call',
        toolCallId: 'w',
        toolName: 'web_search',
        input: '{"query":"x"}',
        providerExecuted: true,
      };
      const result: Part = { type: 'tool-result', toolCallId: 'w', toolName: 'web_search', result: [{ url: 'u' }] };
      const parts = partsOf(
        { type: 'tool-input-start', id: 'w', toolName: 'web_search', providerExecuted: true },
        { type: 'tool-input-delta', id: 'w', delta: '{"query":"x"}' },
        { type: 'tool-input-end', id: 'w' },
        call,
        { ...result, preliminary: true },
        result,
        stop,
      );
      expect(parts).toEqual([
        { type: 'native', dialect: 'ai-sdk', kind: 'web_search', value: call },
        { type: 'native', dialect: 'ai-sdk', kind: 'web_search_result', value: result },
      ]);
    });

    it('has Google’s signature at the call', () => {
      const providerMetadata = { google: { thoughtSignature: 'g' } };
      const parts = partsOf(
        { type: 'tool-input-start', id: 'a', toolName: 'one', providerMetadata },
        { type: 'tool-input-delta', id: 'a', delta: '{}' },
        { type: 'tool-call', toolCallId: 'a', toolName: 'one', input: '{}', providerMetadata },
        stop,
      );
      expect(parts).toMatchObject([{ signature: { origin: 'google', value: 'g' } }]);
    });
  });

  describe('with reasoning', () => {
    it.each([
      [{ anthropic: { redactedData: 'r' } }, { origin: 'anthropic', value: 'r', redacted: true }],
      [{ bedrock: { signature: 's' } }, { origin: 'anthropic', value: 's' }],
      [{ vertex: { thoughtSignature: 'g' } }, { origin: 'google', value: 'g' }],
      [{ openai: { itemId: 'rs_1', reasoningEncryptedContent: 'e' } }, { origin: 'openai', value: 'e', id: 'rs_1' }],
      [{ acme: { signature: 'a' } }, { origin: 'opaque', value: '{"acme":{"signature":"a"}}' }],
    ])('knows whose the signature is: %o', (providerMetadata, signature) => {
      const parts = partsOf(
        { type: 'reasoning-start', id: '0', providerMetadata },
        { type: 'reasoning-end', id: '0' },
        stop,
      );
      expect(parts).toEqual([{ type: 'reasoning', text: '', signature }]);
    });

    it('has OpenRouter’s list at its end', () => {
      const providerMetadata = { openrouter: { reasoning_details: [{ type: 'reasoning.text', text: 'hm' }] } };
      const parts = partsOf(
        { type: 'reasoning-delta', id: '0', delta: 'hm' },
        { type: 'reasoning-end', id: '0', providerMetadata },
        { type: 'text-delta', id: '1', delta: 'yes' },
        { ...stop, providerMetadata },
      );
      const value = '[{"type":"reasoning.text","text":"hm"}]';
      expect(parts).toEqual([
        { type: 'reasoning', text: 'hm', signature: { origin: 'opaque', value } },
        { type: 'text', text: 'yes' },
      ]);
    });

    it('has a part more for a list that is told when another part has begun', () => {
      const providerMetadata = { openrouter: { reasoning_details: [{ type: 'reasoning.encrypted', data: 'x' }] } };
      const parts = partsOf(
        { type: 'reasoning-delta', id: '0', delta: 'hm' },
        { type: 'tool-input-start', id: 'a', toolName: 'one' },
        { type: 'tool-input-delta', id: 'a', delta: '{}' },
        { type: 'tool-call', toolCallId: 'a', toolName: 'one', input: '{}', providerMetadata },
        { type: 'reasoning-end', id: '0', providerMetadata },
        stop,
      );
      const value = '[{"type":"reasoning.encrypted","data":"x"}]';
      expect(parts).toEqual([
        { type: 'reasoning', text: 'hm' },
        { type: 'tool-call', id: 'a', name: 'one', arguments: '{}' },
        { type: 'reasoning', text: '', signature: { origin: 'opaque', value } },
      ]);
    });

    it('that goes on after a text loses nothing', () => {
      const parts = partsOf(
        { type: 'reasoning-delta', id: '0', delta: 'a' },
        { type: 'text-delta', id: '0', delta: 'b' },
        { type: 'reasoning-delta', id: '0', delta: 'c' },
        stop,
      );
      expect(parts).toEqual([
        { type: 'reasoning', text: 'a' },
        { type: 'text', text: 'b' },
        { type: 'reasoning', text: 'c' },
      ]);
    });
  });

  describe('with sources', () => {
    const source = { type: 'source', sourceType: 'url', id: 's', url: 'https://a.example/', title: 'A' } as const;

    it('tells the place in the text once, where the text points at its source', () => {
      const parts = partsOf(
        source,
        { type: 'text-delta', id: '1', delta: 'abc' },
        { type: 'text-end', id: '1', citations: [{ source, startIndex: 0, endIndex: 3, citedText: 'words' }] },
        stop,
      );
      const citation = { url: 'https://a.example/', title: 'A', start: 0, end: 3, citedText: 'words' };
      expect(parts).toEqual([{ type: 'text', text: 'abc', citations: [citation] }]);
    });

    it('keeps one that comes when the text has ended', () => {
      const parts = partsOf(
        { type: 'text-delta', id: '1', delta: 'abc' },
        { type: 'text-end', id: '1' },
        { type: 'tool-call', toolCallId: 'a', toolName: 'one', input: '{}' },
        { ...source, sourceType: 'document', mediaType: 'application/pdf', title: '', filename: 'a.pdf' },
        stop,
      );
      expect(parts?.at(-1)).toEqual({
        type: 'text',
        text: '',
        citations: [{ url: 'https://a.example/', title: 'a.pdf' }],
      });
    });
  });
});
