import { describe, expect, it } from 'vitest';
import { vendorModels } from '../../test/support/vendor-models.js';
import { collectReply } from './collect-reply.js';
import type { AssistantPart, Conversation, JsonObject, Message, Tool, ToolResultPart } from './conversation.js';
import { type ClientDialectName, clientLanguages, vendorDialects } from './dialects.js';
import { Losses } from './losses.js';
import type { Reply, StreamEvent } from './reply.js';

/** Of one thing: so many in one request, or the same number in as many requests as `REQUESTS` says. */
const SIZE = 10_000;
const REQUESTS = 8;
/** What takes the square of the time is eight times as slow with all of it in one request. */
const MOST_SLOWER = 3;
/** Busy machines and collections of garbage make a measurement longer, and never all of them. */
const TRIES = 5;
/** Faster than the square of that size, and too fast to be compared. */
const INSTANT_MS = 10;

function millisecondsOf(work: () => unknown, repetitions = 1): number {
  const start = performance.now();
  for (let index = 0; index < repetitions; index++) work();
  return performance.now() - start;
}

/** How many times longer it takes to do the same in one request instead of many, at best. */
function slowdown(work: (size: number) => () => unknown): number {
  const [part, whole] = [work(SIZE / REQUESTS), work(SIZE)];
  part();
  let best = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < TRIES && best >= MOST_SLOWER; tries++) {
    const inParts = millisecondsOf(part, REQUESTS);
    const atOnce = millisecondsOf(whole);
    best = Math.min(best, atOnce < INSTANT_MS ? 1 : atOnce / inParts);
  }
  return best;
}

function times<T>(size: number, make: (index: number) => T): T[] {
  return Array.from({ length: size }, (_, index) => make(index));
}

/** Bodies of a request with so many of something. */
type Bodies = Readonly<Record<string, (size: number) => JsonObject>>;

/** Calls of tools and then their results, in order and in reverse. */
function callBodies(body: (calls: readonly string[], results: readonly string[]) => JsonObject): Bodies {
  const ids = (size: number) => times(size, (index) => `call${index}`);
  return {
    'tool calls and their results': (size) => body(ids(size), ids(size)),
    'tool calls and their results in reverse': (size) => body(ids(size), ids(size).toReversed()),
    'results without calls': (size) => body([], ids(size)),
  };
}

/** A signature of another vendor's model, in the wrapping in which it goes through clients. */
function wrapped(index: number, id?: string): string {
  const signature = { origin: 'anthropic', value: `signature${index}`, ...(id !== undefined && { id }) };
  return `gw1.${Buffer.from(JSON.stringify(signature)).toString('base64url')}`;
}

const clientBodies: Readonly<Record<ClientDialectName, Bodies>> = {
  'openai-chat': {
    'parts in one message': (size) => ({
      messages: [{ role: 'user', content: times(size, () => ({ type: 'text', text: 'a' })) }],
    }),
    'parts in one answer': (size) => ({
      messages: [{ role: 'assistant', content: times(size, () => ({ type: 'text', text: 'a' })) }],
    }),
    messages: (size) => ({ messages: times(size, () => ({ role: 'user', content: 'a' })) }),
    answers: (size) => ({ messages: times(size, () => ({ role: 'assistant', content: 'a' })) }),
    'signed calls': (size) => ({
      messages: [
        {
          role: 'assistant',
          reasoning_details: times(size, (id) => ({ format: 'google-gemini-v1', data: 'd', id: `call${id}` })),
          tool_calls: times(size, (id) => ({ id: `call${id}`, function: { name: 'f', arguments: '{}' } })),
        },
      ],
    }),
    'allowed tools': (size) => ({
      messages: [],
      tools: times(size, (id) => ({ type: 'function', function: { name: `f${id}` } })),
      tool_choice: {
        type: 'allowed_tools',
        allowed_tools: {
          mode: 'auto',
          tools: times(size, (id) => ({ type: 'function', function: { name: `f${id}` } })),
        },
      },
    }),
    ...callBodies((calls, results) => ({
      messages: [
        { role: 'assistant', tool_calls: calls.map((id) => ({ id, function: { name: 'f', arguments: '{}' } })) },
        ...results.map((id) => ({ role: 'tool', tool_call_id: id, content: 'r' })),
      ],
    })),
  },
  'openai-responses': {
    'parts in one message': (size) => ({
      input: [{ role: 'user', content: times(size, () => ({ type: 'input_text', text: 'a' })) }],
    }),
    'parts in one answer': (size) => ({
      input: [{ role: 'assistant', content: times(size, () => ({ type: 'output_text', text: 'a' })) }],
    }),
    messages: (size) => ({ input: times(size, () => ({ role: 'user', content: 'a' })) }),
    answers: (size) => ({ input: times(size, () => ({ role: 'assistant', content: 'a' })) }),
    "items of the client's own": (size) => ({
      input: times(size, (id) => ({ type: 'computer_call_output', call_id: `call${id}` })),
    }),
    'signatures of calls that come first': (size) => ({
      input: [
        ...times(size, (id) => ({ type: 'reasoning', encrypted_content: wrapped(id, `call:call${id}`) })),
        ...times(size, (id) => ({ type: 'function_call', call_id: `call${id}`, name: 'f', arguments: '{}' })),
      ],
    }),
    'signatures of calls that have come': (size) => ({
      input: [
        ...times(size, (id) => ({ type: 'function_call', call_id: `call${id}`, name: 'f', arguments: '{}' })),
        ...times(size, (id) => ({ type: 'reasoning', encrypted_content: wrapped(id, `call:call${size - 1 - id}`) })),
      ],
    }),
    'signatures of a text far above': (size) => ({
      input: [
        { role: 'assistant', content: 'a' },
        ...times(size, (id) => [
          { type: 'function_call', call_id: `call${id}`, name: 'f', arguments: '{}' },
          { type: 'reasoning', encrypted_content: wrapped(id, 'text') },
        ]).flat(),
      ],
    }),
    'allowed tools': (size) => ({
      input: 'a',
      tools: times(size, (id) => ({ type: 'function', name: `f${id}` })),
      tool_choice: {
        type: 'allowed_tools',
        mode: 'auto',
        tools: times(size, (id) => ({ type: 'function', name: `f${size - 1 - id}` })),
      },
    }),
    'tool calls and results by turns': (size) => ({
      input: times(size, (id) => [
        { type: 'function_call', call_id: `call${id}`, name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: `call${id}`, output: 'r' },
      ]).flat(),
    }),
    'results far below their calls': (size) => ({
      input: [
        ...times(size, (id) => [
          { type: 'function_call', call_id: `call${id}`, name: 'f', arguments: '{}' },
          { role: 'user', content: 'a' },
        ]).flat(),
        ...times(size, (id) => ({ type: 'function_call_output', call_id: `call${id}`, output: 'r' })),
      ],
    }),
    ...callBodies((calls, results) => ({
      input: [
        ...calls.map((id) => ({ type: 'function_call', call_id: id, name: 'f', arguments: '{}' })),
        ...results.map((id) => ({ type: 'function_call_output', call_id: id, output: 'r' })),
      ],
    })),
  },
  'anthropic-messages': {
    'parts in one message': (size) => ({
      messages: [{ role: 'user', content: times(size, () => ({ type: 'text', text: 'a' })) }],
    }),
    'parts in one answer': (size) => ({
      messages: [{ role: 'assistant', content: times(size, () => ({ type: 'text', text: 'a' })) }],
    }),
    messages: (size) => ({ messages: times(size, () => ({ role: 'user', content: 'a' })) }),
    answers: (size) => ({ messages: times(size, () => ({ role: 'assistant', content: 'a' })) }),
    'hidden thoughts': (size) => ({
      messages: [
        {
          role: 'assistant',
          content: times(size, (id) => ({ type: 'redacted_thinking', data: wrapped(id) })),
        },
      ],
    }),
    ...callBodies((calls, results) => ({
      messages: [
        { role: 'assistant', content: calls.map((id) => ({ type: 'tool_use', id, name: 'f', input: {} })) },
        { role: 'user', content: results.map((id) => ({ type: 'tool_result', tool_use_id: id, content: 'r' })) },
      ],
    })),
  },
  gemini: {
    'parts in one message': (size) => ({ contents: [{ role: 'user', parts: times(size, () => ({ text: '' })) }] }),
    'parts in one answer': (size) => ({ contents: [{ role: 'model', parts: times(size, () => ({ text: '' })) }] }),
    'signed parts in one answer': (size) => ({
      contents: [{ role: 'model', parts: times(size, (id) => ({ text: 'a', thoughtSignature: wrapped(id) })) }],
    }),
    messages: (size) => ({ contents: times(size, () => ({ role: 'user', parts: [{ text: 'a' }] })) }),
    answers: (size) => ({ contents: times(size, () => ({ role: 'model', parts: [{ text: 'a' }] })) }),
    'signed answers': (size) => ({
      contents: times(size, (id) => ({ role: 'model', parts: [{ text: 'a', thoughtSignature: `signature${id}` }] })),
    }),
    'tool calls and results without ids': (size) => ({
      contents: [
        { role: 'model', parts: times(size, (id) => ({ functionCall: { name: `f${id}`, args: {} } })) },
        { role: 'user', parts: times(size, (id) => ({ functionResponse: { name: `f${size - 1 - id}` } })) },
      ],
    }),
    'ids for calls without': (size) => ({
      contents: [
        { role: 'model', parts: times(size, () => ({ functionCall: { name: 'f', args: {} } })) },
        { role: 'user', parts: times(size, (id) => ({ functionResponse: { id: `call${id}`, name: 'f' } })) },
      ],
    }),
    ...callBodies((calls, results) => ({
      contents: [
        { role: 'model', parts: calls.map((id) => ({ functionCall: { id, name: 'f', args: {} } })) },
        ...results.map((id) => ({ role: 'user', parts: [{ functionResponse: { id, name: 'f', response: {} } }] })),
      ],
    })),
  },
};

const clients = Object.entries(clientBodies).flatMap(([client, bodies]) =>
  Object.entries(bodies).map(([what, body]) => [client as ClientDialectName, what, body] as const),
);

function conversationOf(messages: readonly Message[], more: Partial<Conversation> = {}): Conversation {
  return { model: 'm', stream: false, messages, unmodelled: [], ...more };
}

function call(id: string): AssistantPart {
  return { type: 'tool-call', id, name: 'f', arguments: '{}' };
}

function result(callId: string): ToolResultPart {
  return { type: 'tool-result', callId, parts: [{ type: 'text', text: 'r' }] };
}

const conversations: Readonly<Record<string, (size: number) => Conversation>> = {
  'parts in one message': (size) =>
    conversationOf([{ role: 'user', parts: times(size, () => ({ type: 'text', text: 'a' })) }]),
  'parts in one answer': (size) =>
    conversationOf([{ role: 'assistant', parts: times(size, () => ({ type: 'text', text: 'a' })) }]),
  messages: (size) => conversationOf(times(size, () => ({ role: 'user', parts: [{ type: 'text', text: 'a' }] }))),
  answers: (size) => conversationOf(times(size, () => ({ role: 'assistant', parts: [{ type: 'text', text: 'a' }] }))),
  'tool calls and their results': (size) => {
    const ids = times(size, (index) => `call${index}`);
    return conversationOf([
      { role: 'assistant', parts: ids.map(call) },
      { role: 'tool', results: ids.map(result) },
    ]);
  },
  'tool calls and their results in reverse, one by one': (size) => {
    const ids = times(size, (index) => `call${index}`);
    const results = ids.toReversed().map((id): Message => ({ role: 'tool', results: [result(id)] }));
    return conversationOf([{ role: 'assistant', parts: ids.map(call) }, ...results]);
  },
  'messages and results by turns': (size) =>
    conversationOf(
      times(size, (index): Message[] => [
        { role: 'user', parts: [{ type: 'text', text: 'a' }] },
        { role: 'tool', results: [result(`call${index}`)] },
      ]).flat(),
    ),
  'documents of one name, each to be cached': (size) =>
    conversationOf([
      {
        role: 'user',
        parts: [
          { type: 'text', text: 'a' },
          ...times(size, () => ({
            type: 'media' as const,
            kind: 'document' as const,
            source: { type: 'data' as const, base64: 'JVBERi0x' },
            mediaType: 'application/pdf',
            name: 'a.pdf',
            cache: {},
          })),
        ],
      },
    ]),
  "endings in a file's name": (size) =>
    conversationOf([
      {
        role: 'user',
        parts: [
          {
            type: 'media',
            kind: 'document',
            source: { type: 'data', base64: 'AAAA' },
            name: `${'.a?'.repeat(size)}\n`,
          },
        ],
      },
    ]),
  'items of its own': (size) =>
    conversationOf([
      {
        role: 'user',
        parts: times(size, () => ({
          type: 'native' as const,
          dialect: 'openai-responses' as const,
          kind: 'computer_call_output',
          value: {},
        })),
      },
    ]),
  'tools of which all are allowed': (size) => {
    const names = times(size, (index) => `f${index}`);
    return conversationOf([{ role: 'user', parts: [{ type: 'text', text: 'a' }] }], {
      tools: names.map((name): Tool => ({ type: 'function', name })),
      toolChoice: { type: 'allowed', names: names.toReversed(), required: false },
    });
  },
};

/** The first model of each dialect: they differ in what they can do, not in how it is written. */
const models = new Map(vendorModels.toReversed());

const vendors = [...models].flatMap(([dialect, model]) =>
  Object.entries(conversations).map(([what, conversation]) => [dialect, model, what, conversation] as const),
);

function citations(size: number): Reply {
  const cited = times(size, (index) => ({ url: `https://example.org/${index}`, start: 0, end: 1 }));
  return {
    choices: [{ index: 0, parts: [{ type: 'text', text: 'a', citations: cited }], finish: undefined }],
  };
}

describe('the time to read a request', () => {
  it.each(clients)('of %s grows no faster than the number of %s', (client, _, body) => {
    const { dialect } = clientLanguages[client];
    const asked = { model: 'm', stream: false };
    expect(slowdown((size) => dialect.decodeRequest.bind(dialect, body(size), asked))).toBeLessThan(MOST_SLOWER);
  });
});

describe('the time to write a request', () => {
  it.each(vendors)('for %s with %s grows no faster than the number of %s', (name, model, _, conversation) => {
    const dialect = vendorDialects[name];
    const work = (size: number) => {
      const asked = conversation(size);
      return () => dialect.encodeRequest(asked, { model, losses: new Losses() });
    };
    expect(slowdown(work)).toBeLessThan(MOST_SLOWER);
  });
});

describe('the time to put an answer together', () => {
  it.each<[what: string, event: (index: number) => StreamEvent]>([
    ['citations', (index) => ({ type: 'citation', choice: 0, part: 0, citation: { url: String(index) } })],
    [
      'log probabilities',
      () => ({ type: 'text', choice: 0, part: 0, text: 'a', logprobs: [{ token: 'a', logprob: 0 }] }),
    ],
    ['pieces of text', () => ({ type: 'text', choice: 0, part: 0, text: 'a' })],
    ['pieces of arguments', () => ({ type: 'arguments', choice: 0, part: 0, text: 'a' })],
    ['parts', (part) => ({ type: 'text', choice: 0, part, text: 'a' })],
  ])('grows no faster than the number of its %s', (_, event) => {
    const work = (size: number) => {
      const events = times(size, event);
      return () => collectReply(events);
    };
    expect(slowdown(work)).toBeLessThan(MOST_SLOWER);
  });
});

describe('the time to write an answer', () => {
  it.each(Object.keys(clientLanguages) as ClientDialectName[])(
    'for a client of %s grows no faster than the number of its citations',
    (client) => {
      const context = { requestId: 'r', model: 'm', conversation: conversationOf([]), createdAt: 0 };
      const work = (size: number) => {
        const reply = citations(size);
        return () => clientLanguages[client].dialect.encodeReply(reply, { ...context, losses: new Losses() });
      };
      expect(slowdown(work)).toBeLessThan(MOST_SLOWER);
    },
  );
});
