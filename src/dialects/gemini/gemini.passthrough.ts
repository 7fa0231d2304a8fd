import type { Passthrough } from '../dialect.js';
import { parseReply } from '../json.js';
import { type JsonEdit, OPEN_BRACE, applyEdits, readMembers } from '../json-members.js';
import { type ReplyFacts, wholeText } from '../reply-facts.js';
import { writtenInPart } from '../written-part.js';
import { RESOURCE, resourceName } from './gemini.models.js';
import { decodeReply } from './gemini.reply.decode.js';
import { GeminiStreamWatch } from './gemini.stream-watch.js';

/** Where `countTokens` has the request. */
const NESTED = /^generate_?content_?request$/i;

export const geminiPassthrough: Passthrough = {
  /** The model stands in the URL; a body that names it, too, must not name another. Every answer reports its usage. */
  toUpstreamBody: (body, { model }) => applyEdits(body, modelEdits(body, 0, model)),
  readReply,
  streamWatch: () => new GeminiStreamWatch(),
  terminal: '',
};

function modelEdits(body: Buffer, from: number, model: string): JsonEdit[] {
  return readMembers(body, from).flatMap(({ key, start, end }): JsonEdit[] => {
    if (NESTED.test(key) && body[start] === OPEN_BRACE) return modelEdits(body, start, model);
    if (key.toLowerCase() !== 'model') return [];
    const written = body.toString('utf8', start, end);
    const text = JSON.stringify(written.startsWith(`"${RESOURCE}`) ? resourceName(model) : model);
    return text === written ? [] : [{ start, end, text }];
  });
}

function readReply(bytes: Buffer): ReplyFacts {
  const { model, usage, choices } = decodeReply(parseReply(bytes));
  return {
    model,
    usage,
    finishReason: choices[0]?.finish?.native,
    written: () => wholeText(choices.map(({ parts }) => parts.flatMap(writtenInPart).join('')).join('\n')),
  };
}
