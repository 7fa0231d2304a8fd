import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conversations, type Features, replies, usages } from '../../../test/support/arbitraries.js';
import { eventsOf } from '../../../test/support/reply-events.js';
import { faultsAgainst, hasPublishedSchema } from '../../../test/support/published-schema.js';
import { collectReply } from '../collect-reply.js';
import type { Conversation } from '../conversation.js';
import type { ReplyContext } from '../dialect.js';
import { Losses } from '../losses.js';
import { Sequencer } from '../sequencer.js';
import { openAiChatClient, openAiChatVendor } from './openai-chat.dialect.js';
import { readUsage, writeUsage } from './openai-chat.usage.js';

const RUNS = { numRuns: 200 };

/** What OpenAI's own form can say. */
const plain: Features = {
  developer: true,
  messageNames: true,
  images: true,
  documents: true,
  sounds: true,
  refusals: true,
  reasoning: 'unsigned',
  customTools: true,
  allowedTools: true,
  efforts: ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'],
  settings: [
    ...(['parallelToolCalls', 'responseFormat', 'maxOutputTokens', 'temperature', 'topP', 'frequencyPenalty'] as const),
    ...(['presencePenalty', 'stop', 'seed', 'choices', 'logprobs', 'logitBias', 'user', 'promptCacheKey'] as const),
    ...(['serviceTier', 'verbosity'] as const),
  ],
};

/** What vendors add to it. */
const extended: Features = {
  ...plain,
  cache: true,
  reasoning: ['anthropic', 'openai', 'google', 'opaque'],
  callSignatures: ['google'],
  settings: [...(plain.settings ?? []), 'topK', 'metadata'],
};
const openAi = ['developer_role'];
const extensions = [...openAi, 'cache_control', 'reasoning_details', 'top_k', 'metadata'];

const answers: Features = {
  refusals: true,
  reasoning: ['anthropic', 'openai', 'google', 'opaque'],
  callSignatures: ['google', 'anthropic'],
  customTools: true,
  citations: true,
  logprobs: true,
  severalChoices: true,
  finishWords: { 'tool-calls': 'tool_calls', 'content-filter': 'content_filter', refusal: 'stop' },
};

function translated(conversation: Conversation, extensions: readonly string[]) {
  const losses = new Losses();
  const body = openAiChatVendor.encodeRequest(conversation, { model: 'gpt-4o', losses, extensions });
  const { model, stream } = conversation;
  const { includeUsage, ...again } = openAiChatClient.decodeRequest(body, { model, stream });
  return { body, again, includeUsage, lost: losses.names };
}

function context(conversation: Partial<Conversation> = {}): ReplyContext {
  const asked: Conversation = { model: 'smart', stream: true, messages: [], unmodelled: [], ...conversation };
  return { requestId: 'req-1', model: 'smart', conversation: asked, createdAt: 7, losses: new Losses() };
}

/** What the vendor itself wrote of a citation is kept beside it. */
function withoutNatives(value: object): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, item: unknown) => (key === 'native' && typeof item === 'object' ? undefined : item)),
  );
}

describe('a conversation', () => {
  it('is the same after it was written for a vendor and read again', () => {
    fc.assert(
      fc.property(conversations(plain), (conversation) => {
        const { again, includeUsage, lost } = translated(conversation, openAi);
        expect(again).toEqual(conversation);
        expect(includeUsage ?? false).toBe(conversation.stream);
        expect(lost).toEqual([]);
      }),
      RUNS,
    );
  });

  it('keeps signatures and cache markers at a vendor that takes them', () => {
    fc.assert(
      fc.property(conversations(extended), (conversation) => {
        const { again, lost } = translated(conversation, extensions);
        expect(again).toEqual(conversation);
        expect(lost).toEqual([]);
      }),
      RUNS,
    );
  });

  it.skipIf(!hasPublishedSchema)('is a request of OpenAI’s, whatever it asks for', () => {
    fc.assert(
      fc.property(conversations({ ...extended, toolErrors: true }), (conversation) => {
        expect(faultsAgainst('CreateChatCompletionRequest', translated(conversation, []).body)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

describe('an answer', () => {
  it('is the same after it was written for a client and read again', () => {
    fc.assert(
      fc.property(replies(answers), (reply) => {
        const asked = context();
        const again = openAiChatVendor.decodeReply(openAiChatClient.encodeReply(reply, asked), new Set());
        expect(withoutNatives(again)).toEqual(withoutNatives(reply));
        expect(asked.losses.isEmpty).toBe(true);
      }),
      RUNS,
    );
  });

  it('is the same after it was streamed to a client and read again', () => {
    fc.assert(
      fc.property(replies(answers), fc.integer({ min: 1, max: 8 }), (reply, size) => {
        const sequencer = new Sequencer();
        const encoder = openAiChatClient.streamEncoder(context({ includeUsage: true }));
        const ordered = eventsOf(reply, size).flatMap((event) => sequencer.push(event));
        const text = ordered.map((event) => encoder.write(event)).join('');
        const { closing, terminal } = encoder.end();
        const decoder = openAiChatVendor.streamDecoder();
        const events = decoder.push(Buffer.from(text + closing + terminal));
        expect(events.at(-1)).toEqual({ type: 'done' });
        expect(withoutNatives(collectReply(events))).toEqual(withoutNatives(reply));
      }),
      RUNS,
    );
  });

  it.skipIf(!hasPublishedSchema)('is a completion of OpenAI’s', () => {
    fc.assert(
      fc.property(replies(answers), (reply) => {
        const encoded = openAiChatClient.encodeReply(reply, context());
        expect(faultsAgainst('CreateChatCompletionResponse', encoded)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

describe('usage', () => {
  it('has the same buckets after it was written and read again', () => {
    fc.assert(
      fc.property(usages(), (usage) => {
        expect(readUsage(writeUsage(usage))).toEqual(usage);
      }),
    );
  });
});
