import fc from 'fast-check';
import {
  EFFORTS,
  type AssistantPart,
  type Conversation,
  type Message,
  type ReasoningPart,
  type Tool,
  type ToolCallPart,
  type ToolChoice,
  type ToolResultPart,
  type Effort,
} from '../../src/dialects/conversation.js';
import type { Choice, Finish, FinishReason, Reply } from '../../src/dialects/reply.js';
import type { TokenUsage } from '../../src/dialects/token-usage.js';
import { type Features, settings } from './arbitrary-features.js';
import { userParts, texts, assistantParts, reasoning, tools, calls, replyText, nameOf } from './arbitrary-parts.js';
import { identifier, word, words } from './arbitrary-words.js';

export type { Features };

/** Requests in the canonical form: turns of a user, an assistant that may call tools, and their results. */
export function conversations(features: Features = {}): fc.Arbitrary<Conversation> {
  return fc
    .record({ tools: fc.uniqueArray(tools(features), { selector: nameOf, maxLength: 3 }), rounds: fc.nat(3) })
    .chain(({ tools, rounds }) =>
      fc
        .record({
          instructions: fc.array(instructions(features), { maxLength: 2 }),
          turns: fc.tuple(...Array.from({ length: rounds + 1 }, (_, index) => turn(features, tools, index))),
          rest: fc.record(chosen(features), { requiredKeys: [] }),
          choice: tools.length === 0 ? fc.constant(undefined) : toolChoice(features, tools),
          effort: fc.constantFrom(undefined, ...(features.efforts ?? EFFORTS)),
          stream: fc.boolean(),
        })
        .map((asked) => conversationOf(tools, asked)),
    );
}

interface Asked {
  readonly instructions: readonly Message[];
  readonly turns: readonly (readonly Message[])[];
  readonly rest: Partial<Conversation>;
  readonly choice: ToolChoice | undefined;
  readonly effort: Effort | undefined;
  readonly stream: boolean;
}

function conversationOf(
  tools: readonly Tool[],
  { instructions, turns, rest, choice, effort, stream }: Asked,
): Conversation {
  const { parallelToolCalls, ...others } = rest;
  return {
    model: 'smart',
    stream,
    messages: [...instructions, ...turns.flat()],
    ...(tools.length > 0 && { tools, ...(parallelToolCalls !== undefined && { parallelToolCalls }) }),
    ...(choice && { toolChoice: choice }),
    ...(effort && { reasoning: { effort } }),
    ...others,
    unmodelled: [],
  };
}

/** Answers in the canonical form. Parts stand in the order that models write them in. */
export function replies(features: Features = {}): fc.Arbitrary<Reply> {
  const count = features.severalChoices ? fc.integer({ min: 1, max: 3 }) : fc.constant(1);
  return count.chain((length) =>
    fc.record({
      id: identifier,
      model: word,
      createdAt: fc.integer({ min: 1, max: 2_000_000_000 }),
      choices: fc.tuple(...Array.from({ length }, (_, index) => replyChoice(features, index))),
      usage: usages(),
    }),
  );
}

/** Counts in disjoint buckets, as a vendor's totals add up from them. */
export function usages(): fc.Arbitrary<TokenUsage> {
  const tokens = fc.nat(10_000);
  return fc
    .record(
      { inputTokens: tokens, cacheReadTokens: tokens, cacheWriteTokens: tokens, reasoningTokens: tokens, rest: tokens },
      { requiredKeys: ['inputTokens', 'rest'] },
    )
    .map(({ rest, ...usage }) => Object.assign(usage, { outputTokens: rest + (usage.reasoningTokens ?? 0) }));
}

function chosen({ settings: names = [] }: Features): Partial<typeof settings> {
  return Object.fromEntries(names.map((name) => [name, settings[name]]));
}

function instructions({ developer, cache }: Features): fc.Arbitrary<Message> {
  return fc.record({
    role: fc.constantFrom(...(['system', ...(developer ? (['developer'] as const) : [])] as const)),
    parts: fc.array(texts(cache), { minLength: 1, maxLength: 2 }),
  });
}

function turn(features: Features, tools: readonly Tool[], round: number): fc.Arbitrary<readonly Message[]> {
  return fc
    .record({
      parts: fc.array(userParts(features), { minLength: 1, maxLength: 3 }),
      name: features.messageNames ? fc.option(word, { nil: undefined }) : fc.constant(undefined),
      calls: calls(features, tools, `r${round}`),
      answer: fc.option(assistantParts(features), { nil: undefined }),
      reasoning: reasoning(features),
      results: fc.array(resultParts(features), { minLength: 3, maxLength: 3 }),
    })
    .map(({ parts, name, calls, answer, reasoning, results }) => {
      const user: Message = { role: 'user', parts, ...(name !== undefined && { name }) };
      const thought = calls.length > 0 || features.reasoningWithoutCalls ? reasoning : reasoning.filter(isSigned);
      const said: readonly AssistantPart[] = [...thought, ...(answer ?? []), ...calls];
      if (said.length === 0) return [user];
      const assistant: Message = { role: 'assistant', parts: said };
      if (calls.length === 0) return [user, assistant];
      return [
        user,
        assistant,
        { role: 'tool', results: calls.map((call, index) => resultOf(call, results[index] ?? {})) },
      ];
    });
}

type ResultDetails = Partial<Pick<ToolResultPart, 'parts' | 'isError'>>;

function resultOf({ id, name, custom }: ToolCallPart, { parts = [], isError }: ResultDetails): ToolResultPart {
  return { type: 'tool-result', callId: id, name, parts, ...(isError && { isError }), ...(custom && { custom }) };
}

function resultParts({ toolErrors, cache }: Features): fc.Arbitrary<ResultDetails> {
  const isError = toolErrors ? fc.constantFrom(undefined, true as const) : fc.constant(undefined);
  return fc.record({ parts: fc.array(texts(cache), { maxLength: 2 }), isError });
}

function isSigned(part: ReasoningPart): boolean {
  return part.signature !== undefined;
}

function toolChoice({ allowedTools }: Features, tools: readonly Tool[]): fc.Arbitrary<ToolChoice | undefined> {
  const names = tools.map(nameOf);
  const one = fc.record({ type: fc.constant('tool' as const), name: fc.constantFrom(...names) });
  const some = fc.record({
    type: fc.constant('allowed' as const),
    names: fc.subarray(names, { minLength: 1 }),
    required: fc.boolean(),
  });
  const simple = fc.record({ type: fc.constantFrom('auto' as const, 'none' as const, 'required' as const) });
  return fc.oneof(fc.constant(undefined), simple, one, ...(allowedTools ? [some] : []));
}

function replyChoice(features: Features, index: number): fc.Arbitrary<Choice> {
  const { finishWords = {} } = features;
  const offered: readonly Tool[] = [
    { type: 'function', name: 'lookup' },
    ...(features.customTools ? [{ type: 'custom', name: 'write' } as const] : []),
  ];
  return fc
    .record({
      reasoning: reasoning(features),
      text: fc.option(replyText(features), { nil: undefined }),
      refusal: features.refusals ? fc.option(words, { nil: undefined }) : fc.constant(undefined),
      calls: calls(features, offered, `c${index}`),
      reason: fc.constantFrom('stop', 'length', 'content-filter'),
    })
    .map(({ reasoning, text, refusal, calls, reason }) => {
      const parts: AssistantPart[] = [...reasoning];
      if (text) parts.push(text);
      if (refusal !== undefined) parts.push({ type: 'refusal', text: refusal });
      parts.push(...calls);
      return { index, parts, finish: finishOf(reason, parts, finishWords) };
    });
}

function finishOf(
  reason: FinishReason,
  parts: readonly AssistantPart[],
  finishWords: NonNullable<Features['finishWords']>,
): Finish {
  const has = (type: AssistantPart['type']): boolean => parts.some((part) => part.type === type);
  const plain = reason === 'stop' && has('refusal') ? 'refusal' : reason;
  const found = has('tool-call') ? 'tool-calls' : plain;
  return { reason: found, native: finishWords[found] ?? found };
}
