import { describe, expect, it } from 'vitest';
import { UpstreamError } from '../../errors/upstream-error.js';
import type { EventKind } from '../dialect.js';
import { formatEvent } from '../sse.js';
import { geminiPassthrough } from './gemini.passthrough.js';

function upstream(body: string, model = 'gemini-3-flash'): string {
  return geminiPassthrough.toUpstreamBody(Buffer.from(body), { model, askForUsage: true }).toString();
}

function watched(...events: readonly string[]) {
  const watch = geminiPassthrough.streamWatch();
  return { watch, kinds: events.map((event): EventKind => watch.read(Buffer.from(event))) };
}

function text(...texts: readonly string[]): string {
  return formatEvent({ candidates: [{ content: { parts: texts.map((said) => ({ text: said })) }, index: 0 }] });
}

describe("a Gemini client's body on its way to Gemini", () => {
  it('keeps every byte', () => {
    const body = '{ "contents" : [ { "parts":[{"text":"\\u00e9 \\"model\\": 1"}] } ] }';
    expect(upstream(body)).toBe(body);
  });

  it.each([
    ['{"model":"mine","contents":[]}', '{"model":"gemini-3-flash","contents":[]}'],
    ['{"contents":[], "model": "models/mine"}', '{"contents":[], "model": "models/gemini-3-flash"}'],
    ['{"Model":1,"model":"mine"}', '{"Model":"gemini-3-flash","model":"gemini-3-flash"}'],
    [
      '{"generateContentRequest":{"model":"models/mine","contents":[{"model":"x"}]}}',
      '{"generateContentRequest":{"model":"models/gemini-3-flash","contents":[{"model":"x"}]}}',
    ],
  ])('names the model of the vendor where %s names one', (body, expected) => {
    expect(upstream(body)).toBe(expected);
  });

  it('has no event that ends a stream', () => {
    expect(geminiPassthrough.terminal).toBe('');
  });
});

describe("the facts of Gemini's answer", () => {
  it('are read from a whole one', () => {
    const body = {
      candidates: [
        {
          content: {
            parts: [
              { text: 'Hm', thought: true },
              { text: 'Paris' },
              { functionCall: { name: 'f', args: { a: 1 } } },
              { executableCode: { code: 'print(1)' } },
            ],
          },
          finishReason: 'STOP',
        },
      ],
      usageMetadata: { promptTokenCount: 3, totalTokenCount: 5 },
      modelVersion: 'gemini-3-flash-001',
    };
    const facts = geminiPassthrough.readReply(Buffer.from(JSON.stringify(body)));
    expect(facts).toMatchObject({
      model: 'gemini-3-flash-001',
      usage: { inputTokens: 3, outputTokens: 2 },
      finishReason: 'STOP',
    });
    expect(facts.written()).toEqual({ text: 'HmParisf{"a":1}', length: 15 });
  });

  it.each(['', 'no JSON', '[]', '{"error":{"message":"no"}}'])('are not in %j', (bytes) => {
    expect(() => geminiPassthrough.readReply(Buffer.from(bytes))).toThrow(UpstreamError);
  });
});

describe("the watch of Gemini's stream", () => {
  it.each<[kind: EventKind, event: string]>([
    ['quiet', ': keep-alive\n\n'],
    ['quiet', 'data:\n\n'],
    ['chunk', text('a')],
    ['chunk', formatEvent({ usageMetadata: { promptTokenCount: 1 } })],
    ['chunk', formatEvent({ candidates: [{ finishReason: 'STOP' }] })],
    ['chunk', 'data: {"candidates": [\ndata: {"content": {}}]}\n\n'],
    ['error', formatEvent({ error: { code: 503, message: 'no', status: 'UNAVAILABLE' } })],
    ['malformed', 'data: [DONE]\n\n'],
    ['malformed', formatEvent({ choices: [] })],
    ['malformed', 'data: {"candidates": [{"finishReason": "STOP"}}\n\n'],
  ])('takes for %s %j', (kind, event) => {
    expect(watched(event).kinds).toEqual([kind]);
  });

  it('keeps what the account needs', () => {
    const usage = (tokens: number) => ({
      promptTokenCount: 3,
      candidatesTokenCount: tokens,
      totalTokenCount: 3 + tokens,
    });
    const { watch } = watched(
      formatEvent({
        modelVersion: 'gemini-3',
        candidates: [],
        usageMetadata: { ...usage(1), promptTokensDetails: [{}] },
      }),
      formatEvent({ candidates: [{ index: 1, finishReason: 'MAX_TOKENS' }], usageMetadata: usage(2) }),
      formatEvent({ candidates: [{ finishReason: 'STOP' }], usageMetadata: usage(5) }),
      formatEvent({ candidates: [{ finishReason: 'STOP' }] }),
    );
    expect(watch).toMatchObject({
      model: 'gemini-3',
      usage: { inputTokens: 3, outputTokens: 5 },
      finishReason: 'STOP',
      finishedChoices: 2,
      hasText: false,
      error: undefined,
    });
  });

  it('collects texts, thoughts, names and arguments, and not what others wrote', () => {
    const groundingMetadata = { groundingChunks: [{ retrievedContext: { text: 'of a page' } }] };
    const { watch } = watched(
      text('Hel', 'lo é日 "quoted" \\ \n'),
      formatEvent({ candidates: [{ content: { parts: [{ functionCall: { name: 'f', args: { text: 'x' } } }] } }] }),
      formatEvent({ candidates: [{ content: { parts: [{ text: '!' }] }, groundingMetadata }] }),
    );
    const said = 'Hello é日 "quoted" \\ \nf{"text":"x"}!';
    expect(watch.written()).toEqual({ text: said, length: said.length });
    expect(watch.hasText).toBe(true);
  });

  it('reads events that are too long to be searched', () => {
    const long = 'é'.repeat(100_000);
    const { watch, kinds } = watched(text(long));
    expect(kinds).toEqual(['chunk']);
    expect(watch.written().text).toBe(long);
  });

  it('sees an image or code as the beginning of an answer', () => {
    const inlineData = { mimeType: 'image/png', data: 'AAAA' };
    expect(watched(formatEvent({ candidates: [{ content: { parts: [{ inlineData }] } }] })).watch.hasText).toBe(true);
    expect(watched(text('')).watch.hasText).toBe(false);
  });

  it('is not misled by a model that writes the names of fields', () => {
    const words = '"finishReason":"STOP","usageMetadata":{"promptTokenCount":9},"error":{"message":"no"},"text":"y"';
    const { watch, kinds } = watched(text(words));
    expect(kinds).toEqual(['chunk']);
    expect(watch).toMatchObject({ finishReason: undefined, usage: undefined, error: undefined, finishedChoices: 0 });
    expect(watch.written().text).toBe(words);
  });

  it('counts a refused prompt as an answer that has ended', () => {
    const { watch } = watched(formatEvent({ promptFeedback: { blockReason: 'SAFETY' } }));
    expect(watch).toMatchObject({ finishReason: 'SAFETY', finishedChoices: 1 });
  });

  it("keeps the vendor's failure", () => {
    const { watch } = watched(text('a'), formatEvent({ error: { code: 503, message: 'no', status: 'UNAVAILABLE' } }));
    expect(watch.error).toMatchObject({ message: 'no', type: 'UNAVAILABLE', status: 503 });
  });
});
