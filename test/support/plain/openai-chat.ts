import {
  type Ending,
  type Json,
  type Told,
  type ToldCall,
  type ToldSignature,
  type ToldTokens,
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

const ENDINGS: Readonly<Record<string, Ending>> = {
  length: 'length',
  tool_calls: 'tools',
  content_filter: 'filtered',
};

/** @param payloads the one completion, or the chunks of a stream; only the first answer is read */
export function readChat(payloads: readonly Json[]): Told {
  const choices = payloads.flatMap(({ choices }) => objects(choices).slice(0, 1));
  const said = choices.map(({ message, delta }) => object(message ?? delta));
  const calls = callsIn(said);
  const refusal = said.map((message) => string(message['refusal'])).join('');
  const finish = word(choices.findLast(({ finish_reason }) => finish_reason)?.['finish_reason']);
  const usage = payloads.findLast((payload) => payload['usage'])?.['usage'];
  return {
    text: said.flatMap(({ content }) => textsIn(content)).join('') + refusal,
    reasoning: squeezed(reasoningIn(said)),
    calls,
    signatures: said.flatMap(signaturesIn),
    word: finish,
    ending: finish === undefined ? undefined : endingOf(finish, calls, refusal),
    tokens: usage ? tokensOf(object(usage)) : undefined,
  };
}

function endingOf(finish: string, calls: readonly ToldCall[], refusal: string): Ending {
  if (ENDINGS[finish]) return ENDINGS[finish];
  if (refusal !== '') return 'filtered';
  return calls.length > 0 ? 'tools' : 'end';
}

/** Mistral has lists of parts where OpenAI has a text. */
function textsIn(content: unknown): string[] {
  return strings(content, ...objects(content).map(({ text }) => text));
}

/** Where reasoning is shown, its details only repeat it. */
function reasoningIn(said: readonly Json[]): string[] {
  const shown = said.flatMap(({ reasoning, reasoning_content: deepSeeks }) => strings(reasoning ?? deepSeeks));
  if (shown.length > 0) return shown;
  const mistrals = said.flatMap(({ content }) => objects(content).flatMap(({ thinking }) => objects(thinking)));
  const details = said.flatMap((message) => objects(message['reasoning_details']));
  return [...mistrals, ...details].flatMap(({ text, summary }) => strings(text, summary));
}

function signaturesIn(message: Json): ToldSignature[] {
  const { reasoning_details: details, tool_calls: calls } = message;
  const google = (it: Json) => object(object(it['extra_content'])['google'])['thought_signature'];
  return [
    ...objects(details).flatMap(({ signature, data, id }) =>
      signatures('reasoning', signature, data).map((found) => Object.assign(found, { id: word(id) })),
    ),
    ...signatures('text', google(message)),
    ...objects(calls).flatMap((it) => signatures(`call ${string(object(it['function'])['name'])}`, google(it))),
  ];
}

function callsIn(said: readonly Json[]): ToldCall[] {
  const found = new Map<unknown, { id: string | undefined; name: string; text: string }>();
  for (const { tool_calls: pieces } of said) {
    for (const [place, piece] of objects(pieces).entries()) {
      const { name, arguments: json, input } = object(piece['function'] ?? piece['custom']);
      const key = piece['index'] ?? place;
      const call = found.get(key) ?? { id: word(piece['id']), name: string(name), text: '' };
      call.text += typeof json === 'object' ? JSON.stringify(json) : string(json ?? input);
      found.set(key, call);
    }
  }
  return [...found.values()].map(({ id, name, text }) => ({ id, name, arguments: parsed(text) }));
}

function tokensOf(usage: Json): ToldTokens {
  const { prompt_tokens: input, completion_tokens: output, total_tokens: total } = usage;
  const { prompt_cache_hit_tokens: deepSeeks, num_cached_tokens: mistrals } = usage;
  return {
    input: number(input),
    // xAI's completion tokens leave out the reasoning, its total does not.
    output: typeof total === 'number' ? total - number(input) : number(output),
    cached: number(object(usage['prompt_tokens_details'])['cached_tokens'] ?? deepSeeks ?? mistrals),
  };
}
