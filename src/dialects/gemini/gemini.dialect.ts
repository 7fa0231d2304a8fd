import type { ClientDialect, VendorDialect } from '../dialect.js';
import { errorBody, errorEvent, readError } from './gemini.error.js';
import { decodeReply } from './gemini.reply.decode.js';
import { encodeReply } from './gemini.reply.encode.js';
import { decodeRequest } from './gemini.request.decode.js';
import { encodeRequest } from './gemini.request.encode.js';
import { GeminiStreamDecoder } from './gemini.stream-decoder.js';
import { GeminiStreamEncoder } from './gemini.stream-encoder.js';

/** @see https://ai.google.dev/api/generate-content */
export const geminiClient: ClientDialect = {
  name: 'gemini',
  decodeRequest,
  encodeReply,
  streamEncoder: (context) => new GeminiStreamEncoder(context),
  errorBody,
  errorEvent,
  /** `@google/genai` skips events that do not begin with `data:`, so that a comment has to be an event of its own. */
  keepAlive: ': keep-alive\n\n',
};

export const geminiVendor: VendorDialect = {
  name: 'gemini',
  encodeRequest,
  decodeReply,
  streamDecoder: (unknown) => new GeminiStreamDecoder(unknown),
  readError,
};
