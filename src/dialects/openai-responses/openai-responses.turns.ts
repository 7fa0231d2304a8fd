import { append } from '../append.js';
import type {
  AssistantPart,
  Message,
  NativePart,
  Signature,
  TextPart,
  ToolCallPart,
  ToolResultPart,
  UserPart,
} from '../conversation.js';

/** An answer and the results of its calls, which become a message of their own right after it. */
interface Answer {
  readonly role: 'assistant';
  readonly parts: AssistantPart[];
  /** The place of its last text. */
  lastText: number | undefined;
  readonly results: ToolResultPart[];
}

type Draft =
  | Answer
  | { readonly role: 'system' | 'developer'; readonly parts: readonly TextPart[] }
  /** `isItems`: it holds nothing but items that only its own dialect knows. */
  | { readonly role: 'user'; readonly parts: UserPart[]; readonly isItems: boolean }
  | { readonly role: 'tool'; readonly results: ToolResultPart[] };

/** Where a call stands. */
interface Place {
  readonly answer: Answer;
  readonly index: number;
  readonly call: ToolCallPart;
}

/**
 * Builds messages from a flat list of items: what the model wrote in one go becomes one assistant message, and results
 * of tools stand right after the message that called them, wherever the client has put them.
 */
export class Turns {
  private readonly drafts: Draft[] = [];
  /** The last call of each id. */
  private readonly calls = new Map<string, Place>();
  /** Signatures of calls that have not come yet. */
  private readonly awaited = new Map<string, Signature>();

  get messages(): readonly Message[] {
    return this.drafts.flatMap(messagesOf);
  }

  addInstruction(role: 'system' | 'developer', parts: readonly TextPart[]): void {
    if (parts.length > 0) this.drafts.push({ role, parts });
  }

  addUser(parts: readonly UserPart[]): void {
    const isItems = parts.every(({ type }) => type === 'native');
    if (parts.length > 0) this.drafts.push({ role: 'user', parts: [...parts], isItems });
  }

  /** An item that the client made and only its own dialect knows, such as a screenshot. */
  addUserItem(part: NativePart): void {
    const last = this.drafts.at(-1);
    if (last?.role === 'user' && last.isItems) last.parts.push(part);
    else this.addUser([part]);
  }

  addAssistant(parts: readonly AssistantPart[]): void {
    if (parts.length === 0) return;
    const answer = this.openAnswer() ?? this.begin();
    const lastText = parts.findLastIndex(({ type }) => type === 'text');
    if (lastText !== -1) answer.lastText = answer.parts.length + lastText;
    append(answer.parts, parts);
  }

  addCall(unsigned: ToolCallPart): void {
    const signature = this.awaited.get(unsigned.id);
    this.awaited.delete(unsigned.id);
    const call = signature ? { ...unsigned, signature } : unsigned;
    const answer = this.openAnswer() ?? this.begin();
    this.calls.set(call.id, { answer, index: answer.parts.push(call) - 1, call });
  }

  addResult(result: Omit<ToolResultPart, 'name'>): void {
    const known = this.calls.get(result.callId);
    if (known) known.answer.results.push({ ...result, name: known.call.name });
    else this.addOrphan(result);
  }

  /** @returns whether the last text of this turn was there to be signed */
  signText(signature: Signature): boolean {
    const answer = this.openAnswer();
    if (answer?.lastText === undefined) return false;
    const part = answer.parts[answer.lastText];
    if (part?.type !== 'text') return false;
    answer.parts[answer.lastText] = { ...part, signature };
    return true;
  }

  /** Signs a call that has come, or that is to come. */
  signCall(callId: string, signature: Signature): void {
    const known = this.calls.get(callId);
    if (known) known.answer.parts[known.index] = { ...known.call, signature };
    else this.awaited.set(callId, signature);
  }

  /** The answer that the model is still at: nothing has come after it. */
  private openAnswer(): Answer | undefined {
    const last = this.drafts.at(-1);
    return last?.role === 'assistant' && last.results.length === 0 ? last : undefined;
  }

  private begin(): Answer {
    const answer: Answer = { role: 'assistant', parts: [], lastText: undefined, results: [] };
    this.drafts.push(answer);
    return answer;
  }

  /** A result of a call that is not here. */
  private addOrphan(result: ToolResultPart): void {
    const last = this.drafts.at(-1);
    if (last?.role === 'assistant' || last?.role === 'tool') last.results.push(result);
    else this.drafts.push({ role: 'tool', results: [result] });
  }
}

function messagesOf(draft: Draft): readonly Message[] {
  switch (draft.role) {
    case 'assistant': {
      const { role, parts, results } = draft;
      return results.length === 0
        ? [{ role, parts }]
        : [
            { role, parts },
            { role: 'tool', results },
          ];
    }
    case 'user':
      return [{ role: 'user', parts: draft.parts }];
    case 'system':
    case 'developer':
    case 'tool':
      return [draft];
  }
}
