import type { Conversation } from '../../src/dialects/conversation.js';
import { type Leaf, leavesOf } from './leaves.js';

/** How a setting is told from others in any dialect, and what it is called where it is lost. */
interface Setting {
  readonly key: RegExp;
  readonly name: string;
  readonly values: (conversation: Conversation) => readonly unknown[];
}

/** The values that vendors take when they are told none say nothing. */
const SETTINGS: readonly Setting[] = [
  { key: /^max_?((output|completion)_?)?tokens$/i, name: 'max_tokens', values: (it) => [it.maxOutputTokens] },
  {
    key: /^temperature$/,
    name: 'temperature',
    values: ({ temperature }) => [temperature === 1 ? undefined : temperature],
  },
  { key: /^top_?p$/i, name: 'top_p', values: ({ topP }) => [topP === 1 ? undefined : topP] },
  { key: /^top_?k$/i, name: 'top_k', values: (it) => [it.topK] },
  { key: /^frequency_?penalty$/i, name: 'frequency_penalty', values: (it) => [it.frequencyPenalty || undefined] },
  { key: /^presence_?penalty$/i, name: 'presence_penalty', values: (it) => [it.presencePenalty || undefined] },
  { key: /^stop(_?sequences)?$/i, name: 'stop', values: (it) => it.stop ?? [] },
  { key: /^seed$/, name: 'seed', values: (it) => [it.seed] },
  { key: /^(n|candidateCount)$/, name: 'n', values: ({ choices }) => (choices === 1 ? [] : [choices]) },
  { key: /logprobs$/i, name: 'logprobs', values: (it) => [it.logprobs?.top] },
  { key: /./, name: 'logit_bias', values: (it) => leavesOf(it.logitBias).map(({ value }) => value) },
  { key: /^(user|user_id|safety_identifier)$/, name: 'user', values: (it) => [it.user] },
  { key: /./, name: 'metadata', values: (it) => leavesOf(it.metadata).map(({ value }) => value) },
  { key: /^prompt_cache_key$/, name: 'prompt_cache_key', values: (it) => [it.promptCacheKey] },
  {
    key: /^(service_?tier|type)$/i,
    name: 'service_tier',
    values: ({ serviceTier }) => (serviceTier === 'auto' || serviceTier === 'default' ? [] : [serviceTier]),
  },
  { key: /^verbosity$/, name: 'verbosity', values: (it) => [it.verbosity] },
  {
    key: /modalities$/i,
    name: 'modalities',
    values: ({ modalities = [] }) => modalities.filter((it) => it !== 'text'),
  },
];

/** The settings of a request that neither stand in the vendor's body nor are named among what was lost. */
export function lostSettings(conversation: Conversation, leaves: readonly Leaf[], names: readonly string[]): string[] {
  return SETTINGS.flatMap(({ key, name, values }) => {
    if (names.includes(name)) return [];
    const asked = values(conversation).filter((value) => value !== undefined && value !== '');
    const isTold = (value: unknown) => leaves.some((leaf) => key.test(leaf.key) && sameValue(leaf.value, value));
    return asked.filter((value) => !isTold(value)).map((value) => `${name}: ${String(value)}`);
  });
}

function sameValue(told: string, asked: unknown): boolean {
  return told.toLowerCase() === String(asked).toLowerCase();
}
