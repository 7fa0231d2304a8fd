import { UpstreamError } from '../../errors/upstream-error.js';
import type { Passthrough } from '../dialect.js';
import { type JsonEdit, applyEdits, readMembers } from '../json-members.js';
import type { ReplyFacts } from '../reply-facts.js';
import { decodeReply } from './gemini.reply.decode.js';
import { GeminiStreamWatch } from './gemini.stream-watch.js';
import { writtenInPart } from './gemini.written.js';

const OPEN_BRACE = 0x7b;
const PREFIX = 'models/';
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
    const isPrefixed = written.startsWith(`"${PREFIX}`) && !model.startsWith(PREFIX);
    const text = JSON.stringify(isPrefixed ? PREFIX + model : model);
    return text === written ? [] : [{ start, end, text }];
  });
}

function readReply(bytes: Buffer): ReplyFacts {
  const { model, usage, choices } = decodeReply(parse(bytes));
  return {
    model,
    usage,
    finishReason: choices[0]?.finish?.native,
    written: () => {
      const text = choices.map(({ parts }) => parts.flatMap(writtenInPart).join('')).join('\n');
      return { text, length: text.length };
    },
  };
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch (cause) {
    throw new UpstreamError({ reason: 'invalid_reply' }, 'the reply is not JSON', { cause });
  }
}
