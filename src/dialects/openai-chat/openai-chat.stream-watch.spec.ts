import { describe, expect, it } from 'vitest';
import { recordingsOf } from '../../../test/support/recordings.js';
import type { EventKind } from '../dialect.js';
import { SseSplitter } from '../sse.js';
import { readChatError } from './openai-chat.error.js';
import { ChatStreamWatch } from './openai-chat.stream-watch.js';
import { readUsage } from './openai-chat.usage.js';

const role = '{"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}';
const usage = '{"prompt_tokens":3,"completion_tokens":4}';

function chunk(delta: object, finishReason: string | null = null): string {
  return JSON.stringify({ model: 'gpt-4o', choices: [{ index: 0, delta, finish_reason: finishReason }] });
}

/** A watch that has read one event for each payload. */
function watched(...payloads: readonly string[]): ChatStreamWatch {
  const watch = new ChatStreamWatch();
  for (const payload of payloads) watch.read(Buffer.from(`data: ${payload}\n\n`));
  return watch;
}

describe('ChatStreamWatch', () => {
  it.each<[kind: EventKind, event: string]>([
    ['quiet', ': OPENROUTER PROCESSING\n\n'],
    ['quiet', 'event: ping\n\n'],
    ['quiet', 'data:\n\n'],
    ['quiet', '\n'],
    ['chunk', `data: ${role}\n\n`],
    ['chunk', `data:${role}\r\n\r\n`],
    ['chunk', `event: message\nid: 1\ndata: ${role}\n\n`],
    ['chunk', 'data: {"choices":[],\ndata: "prompt_filter_results":[]}\n\n'],
    ['chunk', `data: {"choices":[{"delta":{"content":"a"}}],"usage":${usage}}\n\n`],
    ['chunk', 'data: {"choices":[],"usage":{}}\n\n'],
    ['chunk', 'data: {"choices":[{"delta":{"content":"a"}}],"usage":null,"error":null}\n\n'],
    ['usage', `data: {"choices":[],"usage":${usage}}\n\n`],
    ['usage', `data: {"usage" : ${usage}}\n\n`],
    ['done', 'data: [DONE]\n\n'],
    ['done', 'data:[DONE]\r\n\r\n'],
    ['done', 'event: done\ndata: [DONE]\n\n'],
    ['error', 'data: {"error":{"message":"Overloaded"}}\n\n'],
    ['error', 'event: error\ndata: {"error":"Overloaded"}\n\n'],
    ['error', 'event: error\ndata: {"message":"Overloaded","status":503}\n\n'],
    ['error', 'id: 7\r\nevent: error\r\ndata: {"detail":"Overloaded"}\r\n\r\n'],
    ['error', 'data: {"object":"error","message":"Overloaded","code":503}\n\n'],
    ['malformed', 'event: error\ndata: {"message":}\n\n'],
    ['chunk', 'data: {"choices":[{"delta":{"content":"\\nevent: error\\n"}}]}\n\n'],
    ['error', `data: {"choices":[],"usage":${usage},"error":{"message":"Cut"}}\n\n`],
    ['malformed', 'data: <html>\n\n'],
    ['malformed', 'data: {"choices":[{"delta":{"content":"cut\n\n'],
    ['malformed', 'data: {"error":{"message":}\n\n'],
    ['malformed', 'data: [1]\n\n'],
  ])('takes as %s: %j', (kind, event) => {
    expect(new ChatStreamWatch().read(Buffer.from(event))).toBe(kind);
  });

  it.each([
    ['the space of JSON after a chunk', 'chunk', `${role} `],
    ['the space of JSON before a chunk', 'chunk', ` ${role}`],
    ['a space after the end', 'done', '[DONE] '],
  ])('allows %s, with other fields beside it or without', (_, kind, payload) => {
    expect(new ChatStreamWatch().read(Buffer.from(`data: ${payload}\n\n`))).toBe(kind);
    expect(new ChatStreamWatch().read(Buffer.from(`event: message\ndata: ${payload}\n\n`))).toBe(kind);
  });

  it('keeps the model, the last finish reason and the last usage', () => {
    const watch = watched(
      `{"model":"gpt-4o-2024-08-06","choices":[{"delta":{"content":"a"}}],"usage":{"prompt_tokens":3,"completion_tokens":1}}`,
      chunk({}, 'stop'),
      `{"model":"other","choices":[],"usage":${usage}}`,
      `{"choices":[],"usage":null}`,
    );
    expect(watch.model).toBe('gpt-4o-2024-08-06');
    expect(watch.finishReason).toBe('stop');
    expect(watch.usage).toEqual(readUsage(JSON.parse(usage)));
  });

  it('finds usage where Groq and Moonshot put it', () => {
    const expected = readUsage(JSON.parse(usage));
    const finished = '"choices":[{"delta":{},"finish_reason":"stop"';
    expect(watched(`{${finished}}],"x_groq":{"id":"req_1","usage":${usage}}}`).usage).toEqual(expected);
    expect(watched(`{${finished},"usage":${usage}}]}`).usage).toEqual(expected);
  });

  it('tells what the vendor said of its failure', () => {
    const watch = new ChatStreamWatch();
    watch.read(Buffer.from('event: error\ndata: {"message":"Overloaded","type":"server_error","status_code":503}\n\n'));
    expect(watch.error).toEqual({ message: 'Overloaded', type: 'server_error', status: 503 });
  });

  it('is not misled by a model that writes the names of fields', () => {
    const words =
      '"finish_reason":"stop","model":"x","usage":{"prompt_tokens":9},"error":{"message":"no"},"content":"y"';
    const watch = new ChatStreamWatch();
    const event = `data: ${JSON.stringify({ choices: [{ delta: { content: words } }] })}\n\n`;
    expect(watch.read(Buffer.from(event))).toBe('chunk');
    expect(watch).toMatchObject({ model: undefined, finishReason: undefined, usage: undefined, error: undefined });
    expect(watch.written().text).toBe(words);
  });

  it.each<[what: string, deltas: object[], text: string]>([
    ['content', [{ content: 'Hel' }, { content: 'lo' }], 'Hello'],
    ['quotes, backslashes and line ends', [{ content: 'a "b"\\' }, { content: '\n\t' }], 'a "b"\\\n\t'],
    ['letters of several bytes', [{ content: 'é日' }, { content: '😀' }], 'é日😀'],
    ['both halves of a surrogate pair in two chunks', [{ content: '\ud83d' }, { content: '\ude00' }], '😀'],
    ['a refusal', [{ refusal: 'No.' }], 'No.'],
    ['reasoning, as Groq names it', [{ reasoning: 'Hm' }, { content: 'Yes' }], 'HmYes'],
    ['reasoning, as DeepSeek names it', [{ reasoning_content: 'Hm', content: null }], 'Hm'],
    [
      'tool arguments',
      [
        { tool_calls: [{ index: 0, function: { name: 'f', arguments: '{"a":' } }] },
        { tool_calls: [{ index: 0, function: { arguments: '"b"}' } }] },
      ],
      '{"a":"b"}',
    ],
    [
      'reasoning in parts, as Mistral streams it',
      [{ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] }] }, { content: 'Yes' }],
      'HmYes',
    ],
  ])('collects %s', (_, deltas, text) => {
    const watch = watched(role, ...deltas.map((delta) => chunk(delta)));
    expect(watch.written().text).toBe(text);
    expect(watch.hasText).toBe(true);
  });

  it.each([
    ['the role', [role]],
    ['a chunk with a finish reason only', [chunk({}, 'stop')]],
    [
      'a page that a tool found',
      [chunk({ content: '', annotations: [{ type: 'url_citation', url_citation: { content: 'page' } }] })],
    ],
  ])('finds no text in %s', (_, payloads) => {
    const watch = watched(...payloads);
    expect(watch.written().text).toBe('');
    expect(watch.hasText).toBe(false);
  });

  it.each([
    ['a letter that should be escaped', '{"choices":[{"delta":{"content":"a\tb"}}]}', 'a\tb'],
    ['an escape that JSON does not know', String.raw`{"choices":[{"delta":{"content":"a\xb"}}]}`, String.raw`a\xb`],
  ])('gives the text of a vendor whose JSON has %s', (_, payload, text) => {
    expect(watched(payload).written().text).toBe(text);
  });

  it.each(['plain words', 'é', '日本語', '😀', 'line\nbreak "quoted" \\'])(
    'tells the length of %j in the characters of its text',
    (content) => {
      const { text, length } = watched(chunk({ content }), chunk({ content })).written();
      expect(text).toBe(content.repeat(2));
      expect(length).toBe(text.length);
    },
  );

  it('keeps the beginning of a text without end, and its whole length', () => {
    const content = 'a'.repeat(400_000);
    const { text, length } = watched(...Array.from({ length: 10 }, () => chunk({ content }))).written();
    expect(length).toBe(4_000_000);
    expect(text.length).toBeLessThan(2_000_000);
    expect(content.repeat(10).startsWith(text)).toBe(true);
  });
});

interface Delta {
  readonly content?: unknown;
  readonly refusal?: string;
  readonly reasoning?: string;
  readonly reasoning_content?: string;
  readonly tool_calls?: readonly { readonly function?: { readonly arguments?: string } }[];
}

interface Chunk {
  readonly usage?: unknown;
  readonly error?: unknown;
  readonly choices?: readonly { readonly delta?: Delta; readonly finish_reason?: string | null }[];
}

/** The text of one chunk in the order of its keys. */
function textOf({ choices = [] }: Chunk): string {
  const names = new Set(['content', 'refusal', 'reasoning', 'reasoning_content']);
  return choices
    .flatMap(({ delta = {} }) =>
      Object.entries(delta).map(([name, value]: [string, unknown]) => {
        if (name === 'tool_calls') return delta.tool_calls?.map((call) => call.function?.arguments ?? '').join('');
        return names.has(name) && typeof value === 'string' ? value : '';
      }),
    )
    .join('');
}

const recordings = ['openai-chat', 'groq-chat', 'mistral-chat', 'deepseek-chat', 'openrouter-chat']
  .flatMap((folder) => recordingsOf(folder))
  .filter(({ streamed }) => streamed);

if (recordings.length === 0)
  process.stderr.write('Skipping recorded streams: RECORDED_TRAFFIC or ../shared/recorded has none.\n');

describe.skipIf(recordings.length === 0)('recorded streams', () => {
  it.each(recordings)('$name is read as JSON.parse of each event reads it', ({ reply }) => {
    const watch = new ChatStreamWatch();
    const kinds = new SseSplitter().push(Buffer.from(reply)).map((event) => watch.read(event));
    const payloads = [...reply.matchAll(/^data: (\{.*\})$/gm)].map(([, json = '']) => JSON.parse(json) as Chunk);
    const last = payloads.at(-1);

    expect(kinds.filter((kind) => kind === 'malformed')).toEqual([]);
    expect(kinds.at(-1)).toBe(last?.error === undefined ? 'done' : 'error');
    expect(watch.error).toEqual(last?.error === undefined ? undefined : readChatError(last));
    const finishes = payloads.flatMap(({ choices }) => choices?.[0]?.finish_reason ?? []);
    expect(watch.finishReason).toBe(finishes.at(-1));
    expect(watch.usage).toEqual(readUsage(payloads.findLast((payload) => payload.usage)?.usage));
    expect(watch.written().text).toBe(payloads.map(textOf).join(''));
  });
});
