import { describe, expect, it } from 'vitest';
import type { Message, Signature } from '../conversation.js';
import { Losses } from '../losses.js';
import { encodePrompt } from './ai-sdk.prompt.js';

function encode(...messages: readonly Message[]): { prompt: unknown; lost: readonly string[] } {
  const losses = new Losses();
  const prompt: unknown = JSON.parse(JSON.stringify(encodePrompt(messages, losses)));
  return { prompt, lost: losses.names };
}

function reasoning(signature: Signature, text = 'hm'): Message {
  return { role: 'assistant', parts: [{ type: 'reasoning', text, signature }] };
}

describe('a prompt of the AI SDK', () => {
  it('has a system message for each instruction, wherever it stands', () => {
    const { prompt } = encode(
      {
        role: 'system',
        parts: [
          { type: 'text', text: 'one', cache: {} },
          { type: 'text', text: 'two' },
        ],
      },
      { role: 'user', parts: [{ type: 'text', text: 'hi' }] },
      { role: 'developer', parts: [{ type: 'text', text: 'three' }] },
    );
    expect(prompt).toEqual([
      { role: 'system', content: 'one', providerOptions: { anthropic: { cacheControl: { type: 'ephemeral' } } } },
      { role: 'system', content: 'two' },
      { role: 'user', content: [{ type: 'text', text: 'hi' }] },
      { role: 'system', content: 'three' },
    ]);
  });

  it('has files of every kind', () => {
    const { prompt, lost } = encode({
      role: 'user',
      parts: [
        {
          type: 'media',
          kind: 'image',
          source: { type: 'data', base64: 'AA==' },
          mediaType: 'image/png',
          detail: 'low',
        },
        { type: 'media', kind: 'image', source: { type: 'url', url: 'https://a.example/b' }, cache: {} },
        { type: 'media', kind: 'document', source: { type: 'url', url: 'https://a.example/c' }, name: 'c.pdf' },
        { type: 'media', kind: 'document', source: { type: 'text', text: 'words' } },
        { type: 'media', kind: 'audio', source: { type: 'file', id: 'file_1' } },
      ],
    });
    expect(prompt).toEqual([
      {
        role: 'user',
        content: [
          {
            type: 'file',
            mediaType: 'image/png',
            data: { type: 'data', data: 'AA==' },
            providerOptions: { openai: { imageDetail: 'low' } },
          },
          {
            type: 'file',
            mediaType: 'image/*',
            data: { type: 'url', url: 'https://a.example/b' },
            providerOptions: { anthropic: { cacheControl: { type: 'ephemeral' } } },
          },
          {
            type: 'file',
            mediaType: 'application/pdf',
            data: { type: 'url', url: 'https://a.example/c' },
            filename: 'c.pdf',
          },
          { type: 'file', mediaType: 'text/plain', data: { type: 'text', text: 'words' } },
        ],
      },
    ]);
    expect(lost).toEqual(['file_id']);
  });

  it('has tool calls with parsed arguments and their results with the name of the tool', () => {
    const { prompt, lost } = encode(
      {
        role: 'assistant',
        parts: [
          { type: 'text', text: 'let me see', citations: [{ url: 'https://a.example' }] },
          { type: 'tool-call', id: 'c1', name: 'weather', arguments: '{"city":"Rome"}' },
          { type: 'tool-call', id: 'c2', name: 'now', arguments: '' },
          { type: 'tool-call', id: 'c3', name: 'poem', arguments: '12', custom: true },
          { type: 'native', dialect: 'gemini', kind: 'executableCode', value: {} },
        ],
      },
      {
        role: 'tool',
        results: [
          {
            type: 'tool-result',
            callId: 'c1',
            parts: [
              { type: 'text', text: 'sunny' },
              { type: 'text', text: '22 °C' },
            ],
          },
          { type: 'tool-result', callId: 'c2', parts: [{ type: 'text', text: 'no clock' }], isError: true },
          {
            type: 'tool-result',
            callId: 'c3',
            isError: true,
            parts: [
              { type: 'text', text: 'see' },
              { type: 'media', kind: 'image', source: { type: 'data', base64: 'AA==' }, mediaType: 'image/png' },
            ],
          },
        ],
      },
    );
    expect(prompt).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'let me see' },
          { type: 'tool-call', toolCallId: 'c1', toolName: 'weather', input: { city: 'Rome' } },
          { type: 'tool-call', toolCallId: 'c2', toolName: 'now', input: {} },
          { type: 'tool-call', toolCallId: 'c3', toolName: 'poem', input: '12' },
        ],
      },
      {
        role: 'tool',
        content: [
          {
            type: 'tool-result',
            toolCallId: 'c1',
            toolName: 'weather',
            output: { type: 'text', value: 'sunny\n22 °C' },
          },
          { type: 'tool-result', toolCallId: 'c2', toolName: 'now', output: { type: 'error-text', value: 'no clock' } },
          {
            type: 'tool-result',
            toolCallId: 'c3',
            toolName: 'poem',
            output: {
              type: 'content',
              value: [
                { type: 'text', text: 'see' },
                { type: 'file', mediaType: 'image/png', data: { type: 'data', data: 'AA==' } },
              ],
            },
          },
        ],
      },
    ]);
    expect(lost).toEqual(['citations', 'executableCode', 'tool_error']);
  });

  it.each<[Signature, object]>([
    [
      { origin: 'anthropic', value: 's' },
      { anthropic: { signature: 's' }, bedrock: { signature: 's' } },
    ],
    [
      { origin: 'anthropic', value: 's', redacted: true },
      { anthropic: { redactedData: 's' }, bedrock: { redactedData: 's' } },
    ],
    [{ origin: 'google', value: 's' }, { google: { thoughtSignature: 's' } }],
    [{ origin: 'openai', value: 's', id: 'rs_1' }, { openai: { reasoningEncryptedContent: 's', itemId: 'rs_1' } }],
    [{ origin: 'opaque', value: '{"acme":{"proof":"s"}}' }, { acme: { proof: 's' } }],
  ])('gives a signature back where the packages of its origin look for it: %o', (signature, providerOptions) => {
    const { prompt, lost } = encode(reasoning(signature));
    expect(prompt).toEqual([{ role: 'assistant', content: [{ type: 'reasoning', text: 'hm', providerOptions }] }]);
    expect(lost).toEqual([]);
  });

  it('names a signature that no package takes', () => {
    expect(encode(reasoning({ origin: 'opaque', value: 'who knows' })).lost).toEqual(['reasoning_signature']);
  });

  it('gives the latest of OpenRouter’s lists back at the message', () => {
    const parts = ['[{"a":1}]', '[{"a":1},{"b":2}]'].map(
      (value) => ({ type: 'reasoning', text: '', signature: { origin: 'opaque', value } }) as const,
    );
    const { prompt, lost } = encode({ role: 'assistant', parts: [...parts, { type: 'text', text: 'so' }] });
    expect(prompt).toEqual([
      {
        role: 'assistant',
        content: [{ type: 'text', text: 'so' }],
        providerOptions: { openrouter: { reasoning_details: [{ a: 1 }, { b: 2 }] } },
      },
    ]);
    expect(lost).toEqual([]);
  });
});
