import { THOUGHT, argumentPieces, pieces, type Answer, type Heard } from './script.js';

export const ENCRYPTED = 'gAAAAABTGV0IG1lIHRoaW5r';
export const REASONING_ID = 'rs_conversing';
export const THOUGHTFUL = 'call_thought';

/** What an answer's output is made of. */
export type OutputItem =
  | {
      readonly type: 'reasoning';
      readonly id: string;
      readonly summary: readonly object[];
      readonly encrypted_content?: string;
    }
  | {
      readonly type: 'message';
      readonly id: string;
      readonly role: 'assistant';
      readonly status: string;
      readonly content: readonly OutputText[];
    }
  | {
      readonly type: 'function_call';
      readonly id: string;
      readonly status: string;
      readonly call_id: string;
      readonly name: string;
      readonly arguments: string;
    };

interface OutputText {
  readonly type: 'output_text';
  readonly text: string;
  readonly annotations: readonly object[];
  readonly logprobs: readonly object[];
}

/** An answer as items. */
export function itemsOf({ reasoning, text, calls }: Answer, { unsealed }: Heard): OutputItem[] {
  const items: OutputItem[] = [];
  if (reasoning) {
    const summary = [{ type: 'summary_text', text: THOUGHT }];
    items.push({ type: 'reasoning', id: REASONING_ID, summary, ...(!unsealed && { encrypted_content: ENCRYPTED }) });
  }
  if (text !== '') {
    const content = [outputText(text)];
    items.push({ type: 'message', id: 'msg_conversing', role: 'assistant', status: 'completed', content });
  }
  for (const { number, name, arguments: args } of calls) {
    items.push({
      type: 'function_call',
      id: `fc_conversing_${number}`,
      status: 'completed',
      call_id: `${reasoning ? THOUGHTFUL : 'call_plain'}_${number}`,
      name,
      arguments: args,
    });
  }
  return items;
}

/** An item as it is when it is added. */
export function begun(item: OutputItem): OutputItem {
  if (item.type === 'reasoning') return { ...item, summary: [] };
  if (item.type === 'message') return { ...item, status: 'in_progress', content: [] };
  return { ...item, status: 'in_progress', arguments: '' };
}

type Progress = { readonly type: string } & Readonly<Record<string, unknown>>;

/** The events between an item's beginning and its end. */
export function* progressOf(item: OutputItem): Iterable<Progress> {
  if (item.type === 'reasoning') {
    const part = (text: string) => ({ summary_index: 0, part: { type: 'summary_text', text } });
    yield { type: 'response.reasoning_summary_part.added', ...part('') };
    for (const delta of pieces(THOUGHT)) {
      yield { type: 'response.reasoning_summary_text.delta', summary_index: 0, delta };
    }
    yield { type: 'response.reasoning_summary_text.done', summary_index: 0, text: THOUGHT };
    yield { type: 'response.reasoning_summary_part.done', ...part(THOUGHT) };
  } else if (item.type === 'message') {
    const text = item.content.map((part) => part.text).join('');
    yield { type: 'response.content_part.added', content_index: 0, part: outputText('') };
    for (const delta of pieces(text)) {
      yield { type: 'response.output_text.delta', content_index: 0, delta, logprobs: [], obfuscation: 'x7' };
    }
    yield { type: 'response.output_text.done', content_index: 0, text, logprobs: [] };
    yield { type: 'response.content_part.done', content_index: 0, part: outputText(text) };
  } else {
    for (const delta of argumentPieces(item.arguments)) yield { type: 'response.function_call_arguments.delta', delta };
    yield { type: 'response.function_call_arguments.done', arguments: item.arguments };
  }
}

function outputText(text: string): OutputText {
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}
