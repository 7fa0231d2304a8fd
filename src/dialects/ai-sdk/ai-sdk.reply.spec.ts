import type { LanguageModelV4Content, LanguageModelV4GenerateResult } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import type { AssistantPart } from '../conversation.js';
import { Losses } from '../losses.js';
import { encodePrompt } from './ai-sdk.prompt.js';
import { decodeReply } from './ai-sdk.reply.js';

const usage = {
  inputTokens: { total: 10, noCache: 10, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 5, text: 5, reasoning: undefined },
};

function result(
  content: LanguageModelV4Content[],
  rest: Partial<LanguageModelV4GenerateResult> = {},
): LanguageModelV4GenerateResult {
  return { content, finishReason: { unified: 'stop', raw: 'stop' }, usage, warnings: [], ...rest };
}

function decode(value: LanguageModelV4GenerateResult): { parts: readonly AssistantPart[]; unknown: string[] } {
  const unknown = new Set<string>();
  const reply = decodeReply(JSON.parse(JSON.stringify(value)), unknown);
  return { parts: reply.choices[0]?.parts ?? [], unknown: [...unknown] };
}

/** The part of the next prompt that says the same. */
function asSent({ providerMetadata, ...part }: LanguageModelV4Content): object {
  return {
    ...part,
    ...(part.type === 'tool-call' && { input: JSON.parse(part.input) }),
    ...(providerMetadata && { providerOptions: providerMetadata }),
  };
}

describe('a result of the AI SDK', () => {
  it('is an answer with all that it says of itself', () => {
    const response = { id: 'r1', modelId: 'model-1', timestamp: new Date('2026-11-24T00:00:00Z'), body: { big: 1 } };
    const value = result([{ type: 'text', text: 'hi' }], { response, providerMetadata: { acme: { a: 1 } } });
    expect(decodeReply(JSON.parse(JSON.stringify(value)))).toEqual({
      id: 'r1',
      model: 'model-1',
      createdAt: 1_795_478_400,
      usage: { inputTokens: 10, outputTokens: 5 },
      choices: [{ index: 0, parts: [{ type: 'text', text: 'hi' }], finish: { reason: 'stop', native: 'stop' } }],
    });
  });

  it('has content of every kind', () => {
    const custom: LanguageModelV4Content = { type: 'custom', kind: 'openai.compaction' };
    const approval: LanguageModelV4Content = { type: 'tool-approval-request', approvalId: 'p', toolCallId: 'c' };
    const drawing: LanguageModelV4Content = {
      type: 'reasoning-file',
      mediaType: 'image/png',
      data: { type: 'data', data: 'AA==' },
    };
    const { parts, unknown } = decode(
      result([
        { type: 'source', sourceType: 'url', id: 's1', url: 'https://a.example/1' },
        { type: 'reasoning', text: 'hm', providerMetadata: { anthropic: { signature: 's' } } },
        { type: 'text', text: 'hi', providerMetadata: { google: { thoughtSignature: 'g' } } },
        { type: 'tool-call', toolCallId: 'c1', toolName: 'weather', input: '{}' },
        { type: 'file', mediaType: 'audio/mp3', data: { type: 'url', url: new URL('https://a.example/2') } },
        custom,
        approval,
        drawing,
        { type: 'source', sourceType: 'url', id: 's2', url: 'https://a.example/3', title: 'C' },
      ]),
    );
    expect(unknown).toEqual([]);
    expect(parts).toEqual([
      { type: 'reasoning', text: 'hm', signature: { origin: 'anthropic', value: 's' } },
      {
        type: 'text',
        text: 'hi',
        signature: { origin: 'google', value: 'g' },
        citations: [{ url: 'https://a.example/1' }, { url: 'https://a.example/3', title: 'C' }],
      },
      { type: 'tool-call', id: 'c1', name: 'weather', arguments: '{}' },
      { type: 'media', kind: 'audio', source: { type: 'url', url: 'https://a.example/2' }, mediaType: 'audio/mp3' },
      { type: 'native', dialect: 'ai-sdk', kind: 'openai.compaction', value: custom },
      { type: 'native', dialect: 'ai-sdk', kind: 'tool-approval-request', value: approval },
      { type: 'native', dialect: 'ai-sdk', kind: 'reasoning-file', value: drawing },
    ]);
  });

  it('has OpenRouter’s list of all reasoning at the reasoning, before the answer where it is hidden', () => {
    const providerMetadata = { openrouter: { reasoning_details: [{ type: 'reasoning.encrypted', data: 'x' }] } };
    const { parts } = decode(result([{ type: 'text', text: 'hi' }], { providerMetadata }));
    const value = '[{"type":"reasoning.encrypted","data":"x"}]';
    expect(parts).toEqual([
      { type: 'reasoning', text: '', signature: { origin: 'opaque', value } },
      { type: 'text', text: 'hi' },
    ]);
  });

  it('comes back in the next request as it was', () => {
    const content: LanguageModelV4Content[] = [
      { type: 'reasoning', text: 'hm', providerMetadata: { google: { thoughtSignature: 'g' } } },
      { type: 'reasoning', text: 'so', providerMetadata: { acme: { proof: ['p'] } } },
      { type: 'text', text: 'hi' },
      { type: 'file', mediaType: 'image/png', data: { type: 'data', data: 'AA==' } },
      { type: 'tool-call', toolCallId: 'c1', toolName: 'weather', input: '{"city":"Rome"}' },
    ];
    const [message] = encodePrompt([{ role: 'assistant', parts: decode(result(content)).parts }], new Losses());
    expect(message).toEqual({ role: 'assistant', content: content.map(asSent) });
  });

  it('that was interrupted has no end', () => {
    const finishReason = { unified: 'interrupted', raw: undefined } as const;
    const [choice] = decodeReply(
      JSON.parse(JSON.stringify(result([{ type: 'text', text: 'h' }], { finishReason }))),
    ).choices;
    expect(choice?.finish).toBeUndefined();
  });

  it.each([
    ['no object', 'hi'],
    ['no content', { finishReason: 'stop' }],
    ['an error as its end', result([], { finishReason: { unified: 'error', raw: undefined } })],
  ])('is refused with %s', (_, body) => {
    expect(() => decodeReply(body)).toThrow(expect.objectContaining({ failure: { reason: 'invalid_reply' } }));
  });
});
