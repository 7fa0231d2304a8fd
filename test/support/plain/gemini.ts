import {
  type Ending,
  type Json,
  type Told,
  type ToldTokens,
  number,
  object,
  objects,
  signatures,
  squeezed,
  string,
  word,
} from './told.js';

const FILTERED = /SAFETY|RECITATION|BLOCKLIST|PROHIBITED|SPII|ARMOR/;

/** @param payloads the one answer, or the chunks of a stream; only the first candidate is read */
export function readGemini(payloads: readonly Json[]): Told {
  const candidates = payloads.flatMap((payload) => objects(payload['candidates']).slice(0, 1));
  const parts = candidates.flatMap(({ content }) => objects(object(content)['parts']));
  const calls = parts.flatMap(({ functionCall }) => (functionCall ? [object(functionCall)] : []));
  const finish = word(candidates.findLast(({ finishReason }) => finishReason)?.['finishReason']);
  const usage = payloads.findLast(({ usageMetadata }) => usageMetadata)?.['usageMetadata'];
  const texts = (isThought: boolean) =>
    parts.filter(({ thought }) => (thought === true) === isThought).map(({ text }) => string(text));
  return {
    text: texts(false).join(''),
    reasoning: squeezed(texts(true)),
    calls: calls.map(({ id, name, args }) => ({ id: word(id), name: string(name), arguments: args ?? {} })),
    signatures: parts.flatMap((part) => signatures(placeOf(part), part['thoughtSignature'])),
    word: finish,
    ending: finish === undefined ? undefined : endingOf(finish, calls.length > 0),
    tokens: usage ? tokensOf(object(usage)) : undefined,
  };
}

function placeOf({ functionCall, thought, text }: Json): string {
  if (functionCall) return `call ${string(object(functionCall)['name'])}`;
  if (thought === true) return 'reasoning';
  return typeof text === 'string' ? 'text' : 'native';
}

function endingOf(finish: string, called: boolean): Ending {
  if (FILTERED.test(finish)) return 'filtered';
  if (finish === 'MAX_TOKENS') return 'length';
  return called ? 'tools' : 'end';
}

function tokensOf({
  promptTokenCount: prompt,
  toolUsePromptTokenCount: tools,
  cachedContentTokenCount: cached,
  ...rest
}: Json): ToldTokens {
  return {
    input: number(prompt) + number(tools),
    output: number(rest['candidatesTokenCount']) + number(rest['thoughtsTokenCount']),
    cached: number(cached),
  };
}
