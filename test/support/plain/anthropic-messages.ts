import {
  type Ending,
  type Json,
  type Told,
  type ToldTokens,
  number,
  object,
  objects,
  parsed,
  signatures,
  squeezed,
  string,
  word,
} from './told.js';

const ENDINGS: Readonly<Record<string, Ending>> = {
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tools',
  refusal: 'filtered',
};

/** @param payloads the one message, or the events of a stream */
export function readAnthropic(payloads: readonly Json[]): Told {
  const [first] = payloads;
  if (first?.['type'] === 'message') return readMessage(first);
  const start = object(payloads.find(({ type }) => type === 'message_start')?.['message']);
  const deltas = payloads.filter(({ type }) => type === 'message_delta');
  const usage = Object.assign({}, start['usage'], ...deltas.map((event) => event['usage'])) as Json;
  const end = Object.assign({}, ...deltas.map(({ delta }) => delta)) as Json;
  return readMessage({ ...start, ...end, content: blocksIn(payloads), usage });
}

/** Blocks as their deltas make them. */
function blocksIn(payloads: readonly Json[]): Json[] {
  return payloads
    .filter(({ type }) => type === 'content_block_start')
    .map(({ index, content_block: block }) => {
      const own = payloads.filter(({ type, index: at }) => type === 'content_block_delta' && at === index);
      const all = (key: string, before: unknown) =>
        [before, ...own.map(({ delta }) => object(delta)[key])].map(string).join('');
      const { text, thinking, signature, input } = object(block);
      const json = all('partial_json', '');
      return Object.assign({}, block, {
        text: all('text', text),
        thinking: all('thinking', thinking),
        signature: all('signature', signature),
        input: json === '' ? input : parsed(json),
      });
    });
}

function readMessage({ content, stop_reason: stop, usage }: Json): Told {
  const blocks = objects(content);
  const finish = word(stop);
  const ofType = (name: string) => blocks.filter(({ type }) => type === name);
  return {
    text: ofType('text')
      .map(({ text }) => string(text))
      .join(''),
    reasoning: squeezed(ofType('thinking').map(({ thinking }) => string(thinking))),
    calls: ofType('tool_use').map(({ id, name, input }) => {
      return { id: word(id), name: string(name), arguments: input };
    }),
    signatures: [...ofType('thinking'), ...ofType('redacted_thinking')].flatMap(({ signature, data }) =>
      signatures('reasoning', signature, data),
    ),
    word: finish,
    ending: finish === undefined ? undefined : (ENDINGS[finish] ?? 'end'),
    tokens: usage ? tokensOf(object(usage)) : undefined,
  };
}

/** Anthropic counts what came from a cache, or went into it, beside the input. */
function tokensOf(usage: Json): ToldTokens {
  const { input_tokens: fresh, cache_read_input_tokens: read, cache_creation_input_tokens: written } = usage;
  return {
    input: number(fresh) + number(read) + number(written),
    output: number(usage['output_tokens']),
    cached: number(read),
  };
}
