import type { ClientDialect, VendorDialect } from '../dialect.js';
import { toErrorBody } from '../openai-chat/openai-chat.error.js';
import { errorEvent, readError } from './openai-responses.error.js';
import { decodeReply } from './openai-responses.reply.decode.js';
import { encodeReply } from './openai-responses.reply.encode.js';
import { decodeRequest } from './openai-responses.request.decode.js';
import { encodeRequest } from './openai-responses.request.encode.js';
import { ResponsesStreamDecoder } from './openai-responses.stream-decoder.js';
import { ResponsesStreamEncoder } from './openai-responses.stream-encoder.js';

/** OpenAI's Responses API as a client speaks it. @see https://platform.openai.com/docs/api-reference/responses */
export const openAiResponsesClient: ClientDialect = {
  name: 'openai-responses',
  decodeRequest,
  encodeReply,
  streamEncoder: (context) => new ResponsesStreamEncoder(context),
  errorBody: (error, { vendor }) => ({ ...toErrorBody(error, vendor) }),
  errorEvent,
  keepAlive: ': keep-alive\n\n',
};

/** OpenAI's Responses API as a vendor speaks it; each call leaves nothing behind there. */
export const openAiResponsesVendor: VendorDialect = {
  name: 'openai-responses',
  encodeRequest,
  decodeReply,
  streamDecoder: (unknown) => new ResponsesStreamDecoder(unknown),
  readError,
};
