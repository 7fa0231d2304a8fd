import type { ClientDialect, VendorDialect } from '../dialect.js';
import { errorBody, errorEvent, readError } from './anthropic-messages.error.js';
import { takesPrefill } from './anthropic-messages.models.js';
import { decodeReply } from './anthropic-messages.reply.decode.js';
import { encodeReply } from './anthropic-messages.reply.encode.js';
import { decodeRequest } from './anthropic-messages.request.decode.js';
import { encodeRequest } from './anthropic-messages.request.encode.js';
import { MessagesStreamDecoder } from './anthropic-messages.stream-decoder.js';
import { MessagesStreamEncoder } from './anthropic-messages.stream-encoder.js';

/** A client that was written for Anthropic's API. */
export const anthropicMessagesClient: ClientDialect = {
  name: 'anthropic-messages',
  decodeRequest,
  encodeReply,
  streamEncoder: (context) => new MessagesStreamEncoder(context),
  errorBody,
  errorEvent,
  keepAlive: 'event: ping\ndata: {"type": "ping"}\n\n',
};

/** Anthropic itself, and those who copy its API. */
export const anthropicMessagesVendor: VendorDialect = {
  name: 'anthropic-messages',
  encodeRequest,
  decodeReply,
  streamDecoder: (unknown) => new MessagesStreamDecoder(unknown),
  readError,
  takesPrefill,
};
