import type { ClientDialect, VendorDialect } from '../dialect.js';
import { readChatError, toErrorBody, toErrorEvent } from './openai-chat.error.js';
import { decodeReply } from './openai-chat.reply.decode.js';
import { encodeReply } from './openai-chat.reply.encode.js';
import { decodeRequest } from './openai-chat.request.decode.js';
import { encodeRequest } from './openai-chat.request.encode.js';
import { ChatStreamDecoder } from './openai-chat.stream-decoder.js';
import { ChatStreamEncoder } from './openai-chat.stream-encoder.js';

/**
 * OpenAI's chat completions, as a client speaks them.
 * @see https://platform.openai.com/docs/api-reference/chat
 */
export const openAiChatClient: ClientDialect = {
  name: 'openai-chat',
  decodeRequest,
  encodeReply,
  streamEncoder: (context) => new ChatStreamEncoder(context),
  errorBody: (error, { vendor }) => ({ ...toErrorBody(error, vendor) }),
  errorEvent: (error, { model, vendor }) => toErrorEvent(error, model ?? '', vendor),
  keepAlive: ': keep-alive\n\n',
};

/** OpenAI's chat completions, as OpenAI and the many vendors that follow it speak them. */
export const openAiChatVendor: VendorDialect = {
  name: 'openai-chat',
  encodeRequest,
  decodeReply,
  streamDecoder: (unknown) => new ChatStreamDecoder(unknown),
  readError: readChatError,
};
