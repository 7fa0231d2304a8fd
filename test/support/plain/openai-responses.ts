import {
  type Ending,
  type Json,
  type Told,
  number,
  object,
  objects,
  parsed,
  signatures,
  squeezed,
  string,
  strings,
  word,
} from './told.js';

/** @param payloads the one response object, or the events of a stream */
export function readResponses(payloads: readonly Json[]): Told {
  const [first] = payloads;
  if (first?.['type'] === undefined) return readResponse(object(first));
  const last = object(payloads.findLast(({ response }) => response)?.['response']);
  const items = payloads.filter(({ type }) => type === 'response.output_item.done').map(({ item }) => item);
  return readResponse({ ...last, output: items });
}

/** What a reader of the pieces sees, that does not wait for the finished items: texts and arguments as they come. */
export function readResponsesPieces(payloads: readonly Json[]): Pick<Told, 'text' | 'reasoning' | 'calls'> {
  const pieces = (...types: string[]) =>
    payloads.filter(({ type }) => types.includes(string(type))).map(({ delta }) => string(delta));
  const added = payloads.filter(({ type }) => type === 'response.output_item.added').map(({ item }) => object(item));
  const calls = added.filter(({ type }) => type === 'function_call' || type === 'custom_tool_call');
  return {
    text: pieces('response.output_text.delta', 'response.refusal.delta').join(''),
    reasoning: squeezed(pieces('response.reasoning_summary_text.delta', 'response.reasoning_text.delta')),
    calls: calls.map(({ id, call_id: callId, name }) => {
      const own = payloads.filter(
        ({ type, item_id: item }) => item === id && /(arguments|input)\.delta$/.test(string(type)),
      );
      return {
        id: word(callId),
        name: string(name),
        arguments: parsed(own.map(({ delta }) => string(delta)).join('')),
      };
    }),
  };
}

function readResponse({ status, output, usage, incomplete_details: incomplete }: Json): Told {
  const items = objects(output);
  const contents = items.flatMap(({ type, content }) => (type === 'message' ? objects(content) : []));
  const thoughts = items.filter(({ type }) => type === 'reasoning');
  const calls = items.filter(({ type }) => type === 'function_call' || type === 'custom_tool_call');
  const refusal = strings(...contents.map((part) => part['refusal'])).join('');
  const why = word(object(incomplete)['reason']);
  const { input_tokens: input, output_tokens: out, input_tokens_details: details } = object(usage);
  return {
    text: strings(...contents.map(({ text }) => text)).join('') + refusal,
    reasoning: squeezed(
      thoughts.flatMap(({ summary, content }) => [summary, content].flatMap(objects).map(({ text }) => string(text))),
    ),
    calls: calls.map(({ call_id: id, name, arguments: json, input: text }) => {
      return { id: word(id), name: string(name), arguments: parsed(string(json ?? text)) };
    }),
    signatures: thoughts.flatMap(({ id, encrypted_content: value }) =>
      signatures('reasoning', value).map((signature) => Object.assign(signature, { id })),
    ),
    word: why ?? word(status),
    ending: endingOf(why ?? string(status), { calls: calls.length > 0, refusal: refusal !== '' }),
    tokens: usage
      ? { input: number(input), output: number(out), cached: number(object(details)['cached_tokens']) }
      : undefined,
  };
}

function endingOf(
  word: string,
  { calls, refusal }: { readonly calls: boolean; readonly refusal: boolean },
): Ending | undefined {
  if (word === 'max_output_tokens') return 'length';
  if (word === 'content_filter' || (word === 'completed' && refusal)) return 'filtered';
  if (word !== 'completed') return undefined;
  return calls ? 'tools' : 'end';
}
