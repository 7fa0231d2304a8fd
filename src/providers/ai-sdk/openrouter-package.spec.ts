import { createOpenRouter } from '@openrouter/ai-sdk-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stream as streamed } from '../../../test/support/answers.js';
import { FakeVendor } from '../../../test/support/fake-vendor.js';
import { type Recording, recordingsOf } from '../../../test/support/recordings.js';
import { replay } from '../../../test/support/replay-vendor.js';
import { aiSdkVendor } from '../../dialects/ai-sdk/ai-sdk.dialect.js';
import { collectReply } from '../../dialects/collect-reply.js';
import type { AssistantPart, Message } from '../../dialects/conversation.js';
import { Losses } from '../../dialects/losses.js';
import type { Reply } from '../../dialects/reply.js';
import type { ProviderReply } from '../provider.js';
import { AiSdkProvider } from './ai-sdk.provider.js';

const vendor = new FakeVendor('openrouter');
beforeAll(() => vendor.start());
afterAll(() => vendor.stop());

const provider = new AiSdkProvider({
  name: 'router',
  models: undefined,
  load: async () => createOpenRouter({ apiKey: vendor.apiKey, baseURL: vendor.baseUrl }),
});

const hello: Message = { role: 'user', parts: [{ type: 'text', text: 'hello' }] };
const { signal: never } = new AbortController();

function send(model: string, stream: boolean, signal = never, messages = [hello]): Promise<ProviderReply> {
  const conversation = { model, stream, messages, tools: [{ type: 'function', name: 'now' }], unmodelled: [] } as const;
  const body = Buffer.from(JSON.stringify(aiSdkVendor.encodeRequest(conversation, { model, losses: new Losses() })));
  return provider.send({ operation: 'generate', dialect: 'ai-sdk', model, body, stream, headers: {}, signal });
}

async function decode({ body }: ProviderReply, stream: boolean): Promise<{ reply: Reply; unknown: string[] }> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  const unknown = new Set<string>();
  const decoder = aiSdkVendor.streamDecoder(unknown);
  const reply = stream
    ? collectReply([...chunks.flatMap((chunk) => decoder.push(chunk)), ...decoder.end()])
    : aiSdkVendor.decodeReply(JSON.parse(Buffer.concat(chunks).toString()), unknown);
  return { reply, unknown: [...unknown] };
}

interface ChatMessage {
  readonly content?: string | null;
  readonly reasoning?: string | null;
  readonly reasoning_details?: readonly object[];
  readonly tool_calls?: readonly { readonly id?: string; readonly function: { name?: string; arguments?: string } }[];
}

interface ChatBody {
  readonly model: string;
  readonly choices: readonly {
    readonly message?: ChatMessage;
    readonly delta?: ChatMessage;
    readonly finish_reason?: string | null;
  }[];
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number };
}

/** What the recording itself says, read without any of our code. */
function recordedFacts({ reply, streamed }: Recording) {
  const bodies: ChatBody[] = streamed
    ? [...reply.matchAll(/^data: (\{.*\})\r?$/gm)].map(([, data = '']) => JSON.parse(data))
    : [JSON.parse(reply)];
  const choices = bodies.flatMap((body) => body.choices);
  const messages = choices.flatMap(({ message, delta }) => message ?? delta ?? []);
  const calls = messages.flatMap((message) => message.tool_calls ?? []).map((call) => call.function);
  const usage = bodies.findLast((body) => body.usage)?.usage;
  return {
    model: bodies[0]?.model,
    text: messages.map(({ content }) => content ?? '').join(''),
    reasoning: messages.map(({ reasoning }) => reasoning ?? '').join(''),
    toolNames: calls.flatMap(({ name }) => name ?? []),
    arguments: calls.map((call) => call.arguments ?? '').join(''),
    finish: choices.findLast((choice) => choice.finish_reason)?.finish_reason,
    promptTokens: usage?.prompt_tokens,
    completionTokens: usage?.completion_tokens,
  };
}

function factsOf({ model, choices, usage }: Reply): ReturnType<typeof recordedFacts> {
  const [choice] = choices;
  const textOf = (type: 'text' | 'reasoning'): string =>
    (choice?.parts ?? []).map((part: AssistantPart) => (part.type === type ? part.text : '')).join('');
  const calls = (choice?.parts ?? []).filter((part) => part.type === 'tool-call');
  return {
    model,
    text: textOf('text'),
    reasoning: textOf('reasoning'),
    toolNames: calls.map(({ name }) => name),
    arguments: calls.map((call) => call.arguments).join(''),
    finish: choice?.finish?.native,
    promptTokens: usage && usage.inputTokens + (usage.cacheReadTokens ?? 0) + (usage.cacheWriteTokens ?? 0),
    completionTokens: usage?.outputTokens,
  };
}

const recordings = recordingsOf('openrouter-chat');
const reasoned = recordings.filter(({ reply }) => !reply.startsWith('data:') && /"reasoning_details":\[\{/.test(reply));
const answers = recordings.filter(({ status }) => status === 200);
const refusals = recordings.filter(({ status }) => status >= 400);

describe('OpenRouter’s package for the AI SDK', () => {
  it.skipIf(answers.length === 0).each(answers)('gives what was recorded in $name', async (recording) => {
    const { id } = replay(vendor, recording, 'uneven pieces');
    const { reply, unknown } = await decode(await send(id, recording.streamed), recording.streamed);
    expect(unknown).toEqual([]);
    expect(factsOf(reply)).toEqual(recordedFacts(recording));
  });

  it.skipIf(refusals.length === 0).each(refusals)('gives the vendor’s own refusal in $name', async (recording) => {
    const { id } = replay(vendor, recording, 'whole');
    const { status, reply } = recording;
    const failure = { reason: 'status', status, body: Buffer.from(reply) };
    await expect(send(id, recording.streamed)).rejects.toMatchObject({ failure });
  });

  it.skipIf(reasoned.length === 0).each(reasoned)('takes the reasoning of $name back', async (recording) => {
    const { id } = replay(vendor, recording, 'whole');
    const { reply } = await decode(await send(id, false), false);
    const next = replay(vendor, recording, 'whole');
    const answer: Message = { role: 'assistant', parts: reply.choices[0]?.parts ?? [] };
    await send(next.id, false, never, [hello, answer, hello]);
    const { body } = await next.call(0);
    const sent: { messages: readonly ChatMessage[] } = JSON.parse(body.toString());
    const recorded: ChatBody = JSON.parse(recording.reply);
    expect(sent.messages[1]?.reasoning_details).toEqual(recorded.choices[0]?.message?.reasoning_details);
  });

  it('streams the arguments of a tool call as they come', async () => {
    const call = (index: number, fields: object) => ({ choices: [{ delta: { tool_calls: [{ index, ...fields }] } }] });
    const chunks = [
      call(0, { id: 'c1', type: 'function', function: { name: 'now', arguments: '{"zone":' } }),
      call(0, { function: { arguments: '"UT' } }),
      call(0, { function: { arguments: 'C"}' } }),
      { choices: [{ delta: {}, finish_reason: 'tool_calls' }] },
    ];
    const events = chunks.map((chunk) => `data: ${JSON.stringify({ id: 'g1', model: 'm', ...chunk })}\n\n`);
    const { id } = vendor.model(streamed([...events, 'data: [DONE]\n\n']));
    const decoder = aiSdkVendor.streamDecoder();
    const told: string[] = [];
    for await (const chunk of (await send(id, true)).body) {
      for (const event of decoder.push(chunk)) told.push(event.type === 'arguments' ? event.text : event.type);
    }
    expect(told).toEqual(['start', 'tool-call', '{"zone":', '"UT', 'C"}', 'part-end', 'finish', 'done']);
  });

  it.each([true, false])('hangs up when the call is aborted (stream: %s)', async (stream) => {
    const event = 'data: {"id":"g1","model":"m","choices":[{"delta":{"content":"a"}}]}\n\n';
    const model = vendor.model(stream ? streamed([event], { ending: 'hang' }) : () => {});
    const controller = new AbortController();
    const reason = new Error('the client has left');
    const answer = send(model.id, stream, controller.signal).then((reply) => decode(reply, stream));
    const call = await model.call(0);
    controller.abort(reason);
    await expect(answer).rejects.toBe(reason);
    await expect(call.hungUpAt).resolves.toBeGreaterThan(0);
  });

  it('hangs up when nobody reads on', async () => {
    const event = 'data: {"id":"g1","model":"m","choices":[{"delta":{"content":"a"}}]}\n\n';
    const model = vendor.model(streamed([event], { ending: 'hang' }));
    for await (const chunk of (await send(model.id, true)).body) {
      if (chunk.includes('text-delta')) break;
    }
    await expect((await model.call(0)).hungUpAt).resolves.toBeGreaterThan(0);
  });

  it('never makes a cut stream look whole', async () => {
    const event = 'data: {"id":"g1","model":"m","choices":[{"delta":{"content":"a"}}]}\n\n';
    const { id } = vendor.model(streamed([event], { ending: 'cut' }));
    const broken = send(id, true).then((reply) => decode(reply, true));
    await expect(broken).rejects.toMatchObject({ failure: { reason: 'network' } });
    const ended = vendor.model(streamed([event]));
    const { reply } = await decode(await send(ended.id, true), true);
    expect(reply.choices).toEqual([{ index: 0, parts: [{ type: 'text', text: 'a' }], finish: undefined }]);
  });

  it('says that the vendor cannot be reached', async () => {
    const closed = await new FakeVendor('closed').start();
    const { baseUrl } = closed;
    await closed.stop();
    const load = async () => createOpenRouter({ apiKey: 'sk-1', baseURL: baseUrl });
    const nowhere = new AiSdkProvider({ name: 'nowhere', models: undefined, load });
    const { signal } = new AbortController();
    const call = { operation: 'generate', dialect: 'ai-sdk', model: 'm', stream: false, headers: {}, signal } as const;
    const sent = nowhere.send({ ...call, body: Buffer.from('{"prompt":[]}') });
    await expect(sent).rejects.toMatchObject({ failure: { reason: 'network' } });
  });
});
