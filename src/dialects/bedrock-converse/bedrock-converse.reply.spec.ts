import { describe, expect, it } from 'vitest';
import { readError } from './bedrock-converse.error.js';
import { decodeReply } from './bedrock-converse.reply.js';

function reply(content: readonly object[], rest: object = {}): object {
  return { output: { message: { role: 'assistant', content } }, stopReason: 'end_turn', metrics: {}, ...rest };
}

describe('decodeReply', () => {
  it.each([
    ['end_turn', 'stop'],
    ['tool_use', 'tool-calls'],
    ['max_tokens', 'length'],
    ['stop_sequence', 'stop-sequence'],
    ['guardrail_intervened', 'content-filter'],
    ['content_filtered', 'content-filter'],
    ['model_context_window_exceeded', 'context-window'],
    ['refusal', 'refusal'],
    ['malformed_tool_use', 'other'],
  ])('reads %s as %s', (stopReason, reason) => {
    const [choice] = decodeReply(reply([{ text: 'a' }], { stopReason })).choices;
    expect(choice?.finish).toEqual({ reason, native: stopReason });
  });

  it.each([{ stop_sequence: 'END' }, { delta: { stop_sequence: 'END' } }])(
    'reads the stop sequence that was met from %j',
    (additionalModelResponseFields) => {
      const body = reply([], { stopReason: 'stop_sequence', additionalModelResponseFields });
      expect(decodeReply(body).choices[0]?.finish?.stopSequence).toBe('END');
    },
  );

  it('reads cited text, media and the parts of server tools', () => {
    const unknown = new Set<string>();
    const location = { documentChar: { documentIndex: 0, start: 1, end: 2 } };
    const citation = { title: 'T', source: 'https://a.b', sourceContent: [{ text: 'w' }], location };
    const call = { toolUseId: 's', name: 'nova_grounding', type: 'server_tool_use', input: {} };
    const body = reply(
      [
        { citationsContent: { content: [{ text: 'sa' }, { text: 'id' }], citations: [citation] } },
        { image: { format: 'jpeg', source: { bytes: 'AAAA' } } },
        { video: { format: 'mp4', source: { s3Location: { uri: 's3://b/k', bucketOwner: '1' } } } },
        { toolUse: call },
        { reasoningContent: { redactedContent: Buffer.from([0xff, 0x00]).toString('base64') } },
      ],
      { usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3, cacheDetails: [{ ttl: '5m', inputTokens: 0 }] } },
    );
    const decoded = decodeReply(body, unknown);
    expect(decoded.usage).toEqual({ inputTokens: 1, outputTokens: 2 });
    expect(decoded.choices[0]?.parts).toEqual([
      {
        type: 'text',
        text: 'said',
        citations: [
          {
            url: 'https://a.b',
            title: 'T',
            citedText: 'w',
            native: { dialect: 'bedrock-converse', value: citation },
          },
        ],
      },
      { type: 'media', kind: 'image', mediaType: 'image/jpeg', source: { type: 'data', base64: 'AAAA' } },
      { type: 'media', kind: 'video', mediaType: 'video/mp4', source: { type: 'url', url: 's3://b/k' } },
      { type: 'native', dialect: 'bedrock-converse', kind: 'server_tool_use', value: { toolUse: call } },
      { type: 'reasoning', text: '', signature: { origin: 'opaque', value: '/wA=', redacted: true } },
    ]);
    expect([...unknown]).toEqual([]);
  });

  it('names fields that it does not know', () => {
    const unknown = new Set<string>();
    decodeReply(reply([{ dance: {} }], { mood: 'good', usage: { joy: 1 } }), unknown);
    expect([...unknown]).toEqual(['content[].dance', 'usage.joy', 'reply.mood']);
  });

  it.each([undefined, null, 'text', {}, { output: {} }, { output: { message: [] } }])('refuses %j', (body) => {
    expect(() => decodeReply(body)).toThrow('without a message');
  });
});

describe('readError', () => {
  it.each([
    [{ message: 'No.' }, { message: 'No.' }],
    [{ Message: 'No.' }, { message: 'No.' }],
    [
      { __type: 'com.amazon.coral#ThrottlingException', message: 'No.' },
      { message: 'No.', type: 'ThrottlingException', status: 429 },
    ],
    [{ error: 'No.' }, undefined],
    ['No.', undefined],
  ])('reads %j', (body, error) => {
    expect(readError(body)).toEqual(error);
  });
});
