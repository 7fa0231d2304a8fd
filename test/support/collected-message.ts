interface CallDelta {
  readonly index: number;
  readonly id?: string;
  readonly function?: { readonly name?: string; readonly arguments?: string };
}

/** A message put together from deltas as clients that keep the reasoning do it. */
export class CollectedMessage {
  readonly role = 'assistant';
  content = '';
  reasoning_content = '';
  reasoning_details?: unknown[];
  readonly tool_calls: { id: string; type: 'function'; function: { name: string; arguments: string } }[] = [];

  add(delta: object): void {
    const {
      content,
      reasoning_content: reasoning,
      reasoning_details: details,
      tool_calls: calls,
    } = delta as {
      readonly content?: string | null;
      readonly reasoning_content?: string | null;
      readonly reasoning_details?: readonly unknown[] | null;
      readonly tool_calls?: readonly CallDelta[];
    };
    this.content += content ?? '';
    this.reasoning_content += reasoning ?? '';
    if (details) this.reasoning_details = [...(this.reasoning_details ?? []), ...details];
    for (const { index, id = '', function: piece, ...extra } of calls ?? []) {
      const call = (this.tool_calls[index] ??= { id, type: 'function', function: { name: '', arguments: '' } });
      Object.assign(call, extra);
      call.function.name += piece?.name ?? '';
      call.function.arguments += piece?.arguments ?? '';
    }
  }
}
