import type { ClientDialectName } from '../../src/dialects/dialects.js';
import { type Json, object, objects, parsed, string } from './plain/told.js';

/** The answer that a client has in its hands once a stream is over, put together as its SDK does it. */
export const assembled: Readonly<Record<ClientDialectName, (events: readonly Json[]) => Json>> = {
  'openai-chat': (events) => {
    const deltas = events.flatMap(({ choices }) => objects(choices).map(({ delta }) => object(delta)));
    const all = (key: string) => deltas.map((delta) => string(delta[key])).join('');
    const message = {
      role: 'assistant',
      content: all('content') || null,
      reasoning_content: all('reasoning_content') || undefined,
      reasoning_details: deltas.flatMap((delta) => objects(delta['reasoning_details'])),
      extra_content: deltas.findLast((delta) => delta['extra_content'])?.['extra_content'],
      tool_calls: callsIn(deltas.flatMap((delta) => objects(delta['tool_calls']))),
    };
    const filled = Object.entries(message).filter(([, value]) => !(Array.isArray(value) && value.length === 0));
    return { choices: [{ message: Object.fromEntries(filled) }] };
  },
  // OpenAI encrypts reasoning anew for each event; both are good.
  'openai-responses': (events) => ({
    output: events.filter(({ type }) => type === 'response.output_item.done').map(({ item }) => item),
  }),
  'anthropic-messages': (events) => {
    const starts = events.filter(({ type }) => type === 'content_block_start');
    const content = starts.map(({ index, content_block: block }) => {
      const deltas = events.filter(({ type, index: at }) => type === 'content_block_delta' && at === index);
      return blockOf(
        object(block),
        deltas.map(({ delta }) => object(delta)),
      );
    });
    return { type: 'message', content };
  },
  // Google's SDK keeps what each chunk brings as a content of its own.
  gemini: (events) => ({ candidates: events.flatMap((event) => objects(event['candidates'])) }),
};

function callsIn(pieces: readonly Json[]): Json[] {
  const calls: { [key: string]: unknown }[] = [];
  for (const { index, function: called, custom, ...rest } of pieces) {
    const at = Number(index);
    const call = (calls[at] ??= {});
    Object.assign(call, rest);
    if (called) call['function'] = grown(call['function'], called, 'arguments');
    if (custom) call['custom'] = grown(call['custom'], custom, 'input');
  }
  return calls;
}

function grown(before: unknown, piece: unknown, key: string): Json {
  return { ...object(before), ...object(piece), [key]: string(object(before)[key]) + string(object(piece)[key]) };
}

function blockOf(block: Json, deltas: readonly Json[]): Json {
  const all = (key: string) => deltas.map((delta) => string(delta[key])).join('');
  const { type } = block;
  if (type === 'text') return { ...block, text: string(block['text']) + all('text') };
  if (type === 'tool_use') return { ...block, input: parsed(all('partial_json')) };
  if (type !== 'thinking') return block;
  return { ...block, thinking: string(block['thinking']) + all('thinking'), signature: all('signature') };
}
