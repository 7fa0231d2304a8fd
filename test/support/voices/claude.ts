import { Refusal, type Heard } from './script.js';

/** What Anthropic's models ask for wherever they are served. */

/** Base64, as theirs are. */
export const CLAUDE_SIGNATURE = 'EqQBCkgIDxABGAIqQExldCBtZSB0aGluay4=';

/** An assistant turn as its kinds of block in order, `signed` for a reasoning whose signature is whole. */
export interface ClaudeTurn {
  readonly callsTools: boolean;
  readonly first: 'signed' | 'unsigned' | 'other';
}

/** @throws Refusal where thinking is on and a turn that calls tools does not begin with the thinking that led to it */
export function claudeSignature(turns: readonly ClaudeTurn[], isThinking: boolean): Heard['signature'] {
  const calling = turns.filter(({ callsTools }) => callsTools);
  if (turns.some(({ first }) => first === 'unsigned')) {
    throw new Refusal('messages.1.content.0: Invalid `signature` in `thinking` block');
  }
  if (calling.length === 0) return 'none due';
  if (calling.every(({ first }) => first === 'signed')) return 'returned';
  if (!isThinking) return 'missing';
  throw new Refusal(
    'messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`. When `thinking` is ' +
      'enabled, a final `assistant` message must start with a thinking block.',
  );
}

interface Limits {
  readonly maxTokens: number | undefined;
  readonly thinking: { readonly type: string; readonly budget_tokens?: number } | undefined;
  readonly temperature: number | undefined;
  readonly forcesTool: boolean;
}

/** @throws Refusal for what a model with a thinking budget takes no request with */
export function checkThinking({ maxTokens, thinking, temperature, forcesTool }: Limits): boolean {
  if (thinking === undefined || thinking.type === 'disabled') return false;
  if (thinking.type !== 'enabled') throw new Refusal(`thinking type ${thinking.type} is not supported on this model`);
  const budget = thinking.budget_tokens ?? 0;
  if (budget < 1024) throw new Refusal('thinking.enabled.budget_tokens: Input should be greater than or equal to 1024');
  if (maxTokens !== undefined && maxTokens <= budget) {
    throw new Refusal('`max_tokens` must be greater than `thinking.budget_tokens`.');
  }
  if (temperature !== undefined && temperature !== 1) {
    throw new Refusal('`temperature` may only be set to 1 when thinking is enabled.');
  }
  if (forcesTool) throw new Refusal('Thinking may not be enabled when tool_choice forces tool use.');
  return true;
}
