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

type Draft =
  | { readonly role: 'system' | 'developer'; readonly parts: readonly TextPart[] }
  | { readonly role: 'user'; readonly parts: UserPart[] }
  | { readonly role: 'assistant'; readonly parts: AssistantPart[] }
  | { readonly role: 'tool'; readonly results: ToolResultPart[] };

/**
 * Builds messages from a flat list of items: what the model wrote in one go becomes one assistant message, and results
 * of tools stand right after the message that called them, wherever the client has put them.
 */
export class Turns {
  private readonly drafts: Draft[] = [];
  /** Signatures of calls that have not come yet. */
  private readonly awaited = new Map<string, Signature>();

  get messages(): readonly Message[] {
    return this.drafts;
  }

  addInstruction(role: 'system' | 'developer', parts: readonly TextPart[]): void {
    if (parts.length > 0) this.drafts.push({ role, parts });
  }

  addUser(parts: readonly UserPart[]): void {
    if (parts.length > 0) this.drafts.push({ role: 'user', parts: [...parts] });
  }

  /** An item that the client made and only its own dialect knows, such as a screenshot. */
  addUserItem(part: NativePart): void {
    const last = this.drafts.at(-1);
    if (last?.role === 'user' && last.parts.every(({ type }) => type === 'native')) last.parts.push(part);
    else this.addUser([part]);
  }

  addAssistant(parts: readonly AssistantPart[]): void {
    if (parts.length === 0) return;
    const last = this.drafts.at(-1);
    if (last?.role === 'assistant') last.parts.push(...parts);
    else this.drafts.push({ role: 'assistant', parts: [...parts] });
  }

  addCall(call: ToolCallPart): void {
    const signature = this.awaited.get(call.id);
    this.awaited.delete(call.id);
    this.addAssistant([signature ? { ...call, signature } : call]);
  }

  addResult(result: Omit<ToolResultPart, 'name'>): void {
    const caller = this.drafts.findLastIndex((draft) => callIn(draft, result.callId) !== undefined);
    const call = callIn(this.drafts[caller], result.callId);
    const named: ToolResultPart = call ? { ...result, name: call.name } : result;
    const after = call ? caller + 1 : Math.max(0, this.drafts.length - 1);
    const next = this.drafts[after];
    if (next?.role === 'tool') next.results.push(named);
    else this.drafts.splice(call ? after : this.drafts.length, 0, { role: 'tool', results: [named] });
  }

  /** @returns whether the last text of this turn was there to be signed */
  signText(signature: Signature): boolean {
    const last = this.drafts.at(-1);
    if (last?.role !== 'assistant') return false;
    const at = last.parts.findLastIndex(({ type }) => type === 'text');
    const part = last.parts[at];
    if (part?.type !== 'text') return false;
    last.parts[at] = { ...part, signature };
    return true;
  }

  /** Signs a call that has come, or that is to come. */
  signCall(callId: string, signature: Signature): void {
    for (const draft of this.drafts) {
      if (draft.role !== 'assistant') continue;
      const at = draft.parts.findIndex((part) => part.type === 'tool-call' && part.id === callId);
      const part = draft.parts[at];
      if (part?.type !== 'tool-call') continue;
      draft.parts[at] = { ...part, signature };
      return;
    }
    this.awaited.set(callId, signature);
  }
}

function callIn(draft: Draft | undefined, callId: string): ToolCallPart | undefined {
  if (draft?.role !== 'assistant') return undefined;
  return draft.parts.find((part): part is ToolCallPart => part.type === 'tool-call' && part.id === callId);
}
