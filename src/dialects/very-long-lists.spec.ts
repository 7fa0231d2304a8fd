import { describe, expect, it } from 'vitest';
import { collectReply } from './collect-reply.js';
import type { Conversation, JsonObject, MediaPart, Message, TextPart, ToolCallPart } from './conversation.js';
import { type ClientDialectName, clientLanguages, vendorDialects } from './dialects.js';
import { Losses } from './losses.js';

/** More than a call may have arguments; a body of this many small things is a few megabytes. */
const MANY = 140_000;

function many<T>(item: T): T[] {
  return Array<T>(MANY).fill(item);
}

/** An object of so many fields. */
function wide(head: JsonObject): JsonObject {
  return { ...head, ...Object.fromEntries(Array.from({ length: MANY }, (_, index) => [`f${index}`, 1])) };
}

const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } };
const image = { type: 'media', kind: 'image', source: { type: 'url', url: 'https://example.org/a.png' } } as const;
const text: TextPart = { type: 'text', text: 'a' };

describe('a request with more of something than a call may have arguments', () => {
  it.each<[client: ClientDialectName, what: string, body: () => JsonObject]>([
    ['openai-chat', 'tool calls', () => ({ messages: [{ role: 'assistant', tool_calls: many(call) }] })],
    [
      'openai-chat',
      'images in an answer',
      () => ({ messages: [{ role: 'assistant', images: many({ url: 'https://example.org/a.png' }) }] }),
    ],
    [
      'openai-responses',
      'texts in the second of two answers',
      () => ({
        input: [
          { role: 'assistant', content: 'a' },
          { role: 'assistant', content: many({ type: 'output_text', text: 'a' }) },
        ],
      }),
    ],
    [
      'openai-responses',
      'tools in the conversation',
      () => ({ input: [{ type: 'additional_tools', tools: many({ type: 'function', name: 'f' }) }] }),
    ],
    [
      'anthropic-messages',
      'fields in a block that only Anthropic knows',
      () => ({ messages: [{ role: 'user', content: [wide({ type: 'container_upload' })] }] }),
    ],
    [
      'anthropic-messages',
      'parts in a document',
      () => ({
        messages: [
          {
            role: 'user',
            content: [
              { type: 'document', source: { type: 'content', content: many({ type: 'text', text: 'a' }) } },
              { type: 'tool_result', tool_use_id: 'c', content: many({ type: 'text', text: 'a' }) },
            ],
          },
        ],
      }),
    ],
  ])('is read in the dialect %s where it has very many %s', (client, _, body) => {
    const { messages } = clientLanguages[client].dialect.decodeRequest(body(), { model: 'm', stream: false });
    expect(messages.length).toBeLessThanOrEqual(2);
  });
});

const vendors = Object.keys(vendorDialects) as (keyof typeof vendorDialects)[];

describe.each(vendors)('a request for a vendor of %s', (vendor) => {
  it.each<[what: string, messages: () => readonly Message[]]>([
    ['instructions', () => [{ role: 'system', parts: many(text) }]],
    [
      'parts in the second of two messages',
      () => [
        { role: 'user', parts: [text] },
        { role: 'user', parts: many(text) },
      ],
    ],
    [
      'parts in the second of two answers',
      () => [
        { role: 'assistant', parts: [text] },
        { role: 'assistant', parts: many(text) },
      ],
    ],
    [
      "images in a tool's result, after a message",
      () => [
        { role: 'user', parts: [text] },
        { role: 'tool', results: [{ type: 'tool-result', callId: 'c', parts: many<MediaPart>(image) }] },
      ],
    ],
    [
      'results of tools after a message',
      () => [
        { role: 'assistant', parts: [{ type: 'tool-call', id: 'c', name: 'f', arguments: '' } satisfies ToolCallPart] },
        { role: 'user', parts: [text] },
        { role: 'tool', results: many({ type: 'tool-result' as const, callId: 'c', parts: [] }) },
      ],
    ],
  ])('is written where it has very many %s', (_, messages) => {
    const conversation: Conversation = { model: 'm', stream: false, messages: messages(), unmodelled: [] };
    const context = { model: 'm', losses: new Losses() };
    expect(Object.keys(vendorDialects[vendor].encodeRequest(conversation, context))).not.toEqual([]);
  });
});

describe('an answer with more of something than a call may have arguments', () => {
  it.each<[what: string, vendor: keyof typeof vendorDialects, body: () => JsonObject]>([
    [
      'parts of a message',
      'openai-chat',
      () => ({ choices: [{ message: { content: many({ type: 'text', text: 'a' }) }, finish_reason: 'stop' }] }),
    ],
    ['sources', 'openai-chat', () => ({ choices: [{ message: { content: 'a' } }], citations: many('https://a.org') })],
    ['parts', 'gemini', () => ({ candidates: [{ content: { parts: many({ text: 'a' }) }, finishReason: 'STOP' }] })],
    [
      'counts',
      'gemini',
      () => ({
        candidates: [],
        usageMetadata: { promptTokenCount: 1, promptTokensDetails: many({ modality: 'AUDIO', tokenCount: 0 }) },
      }),
    ],
  ])('is read where it has very many %s (%s)', (_, vendor, body) => {
    expect(vendorDialects[vendor].decodeReply(body()).choices).toHaveLength(1);
  });

  it('is put together and written where one piece of text has very many log probabilities', () => {
    const logprobs = many({ token: 'a', logprob: 0 });
    const reply = collectReply([{ type: 'text', choice: 0, part: 0, text: 'a', logprobs }]);
    const { dialect } = clientLanguages['openai-responses'];
    const conversation: Conversation = { model: 'm', stream: false, messages: [], unmodelled: [] };
    const context = { requestId: 'r', model: 'm', conversation, createdAt: 0, losses: new Losses() };
    expect(dialect.encodeReply(reply, context)).toMatchObject({ status: 'completed' });
  });

  it('is read where an event that nobody knows has very many fields', () => {
    const decoder = vendorDialects['openai-responses'].streamDecoder();
    expect(decoder.push(Buffer.from(`data: ${JSON.stringify(wide({ type: 'news' }))}\n\n`))).toEqual([]);
  });
});

describe('a body that goes through as bytes', () => {
  it('may ask for its usage under very many keys of one name', () => {
    const body = Buffer.from(`{${many('"stream_options":{}').join(',')}}`);
    const asked = clientLanguages['openai-chat'].passthrough.toUpstreamBody(body, { model: 'm', askForUsage: true });
    expect(asked.toString().match(/"include_usage":true/g)).toHaveLength(MANY);
  });
});
