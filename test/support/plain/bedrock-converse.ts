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
  guardrail_intervened: 'filtered',
  content_filtered: 'filtered',
  refusal: 'filtered',
};
/** Two lengths and a checksum before the headers of a frame. */
const PRELUDE_BYTES = 12;
const CHECKSUM_BYTES = 4;

/** The payloads of an event stream of Amazon's, its headers and checksums passed over. */
export function payloadsInFrames(bytes: Buffer): Json[] {
  const payloads: Json[] = [];
  for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at)) {
    const begin = at + PRELUDE_BYTES + bytes.readUInt32BE(at + 4);
    const end = at + bytes.readUInt32BE(at) - CHECKSUM_BYTES;
    payloads.push(JSON.parse(bytes.toString('utf8', begin, end)) as Json);
  }
  return payloads;
}

/** @param payloads the one answer, or the payloads of a stream */
export function readBedrock(payloads: readonly Json[]): Told {
  const [first] = payloads;
  if (first?.['output']) return readAnswer(object(object(first['output'])['message'])['content'], first);
  const end = Object.assign({}, ...payloads.filter(({ stopReason, usage }) => stopReason ?? usage)) as Json;
  return readAnswer(blocksIn(payloads), end);
}

/** Blocks as their deltas make them. */
function blocksIn(payloads: readonly Json[]): Json[] {
  const indexes = [
    ...new Set(payloads.flatMap((event) => ('contentBlockIndex' in event ? event['contentBlockIndex'] : []))),
  ];
  return indexes.map((index) => {
    const own = payloads.filter((event) => event['contentBlockIndex'] === index);
    const deltas = own.map(({ delta }) => object(delta));
    const thoughts = deltas.map(({ reasoningContent }) => object(reasoningContent));
    const tool = object(own.map(({ start }) => object(start)['toolUse']).find(Boolean));
    const json = deltas.map(({ toolUse }) => string(object(toolUse)['input'])).join('');
    const all = (pieces: readonly Json[], key: string) => pieces.map((piece) => string(piece[key])).join('');
    return {
      text: all(deltas, 'text'),
      reasoningContent: {
        reasoningText: { text: all(thoughts, 'text'), signature: all(thoughts, 'signature') },
        redactedContent: all(thoughts, 'redactedContent'),
      },
      toolUse: 'name' in tool ? Object.assign({}, tool, { input: parsed(json) }) : undefined,
    };
  });
}

function readAnswer(content: unknown, { stopReason, usage }: Json): Told {
  const blocks = objects(content);
  const thoughts = blocks.map(({ reasoningContent }) => object(reasoningContent));
  const finish = word(stopReason);
  return {
    text: blocks.map(({ text }) => string(text)).join(''),
    reasoning: squeezed(thoughts.map(({ reasoningText }) => string(object(reasoningText)['text']))),
    calls: blocks.flatMap(({ toolUse }) => {
      const { toolUseId: id, name, input } = object(toolUse);
      return toolUse ? [{ id: word(id), name: string(name), arguments: input ?? {} }] : [];
    }),
    signatures: thoughts.flatMap(({ reasoningText, redactedContent }) =>
      signatures('reasoning', object(reasoningText)['signature'], redactedContent),
    ),
    word: finish,
    ending: finish === undefined ? undefined : (ENDINGS[finish] ?? 'end'),
    tokens: usage ? tokensOf(object(usage)) : undefined,
  };
}

/** Bedrock counts what came from a cache, or went into it, beside the input. */
function tokensOf({
  inputTokens,
  outputTokens,
  cacheReadInputTokens: read,
  cacheWriteInputTokens: written,
}: Json): ToldTokens {
  return {
    input: number(inputTokens) + number(read) + number(written),
    output: number(outputTokens),
    cached: number(read),
  };
}
