import { takesPrefill } from '../anthropic-messages/anthropic-messages.models.js';
import type { VendorDialect } from '../dialect.js';
import { readError } from './bedrock-converse.error.js';
import { decodeReply } from './bedrock-converse.reply.js';
import { encodeRequest } from './bedrock-converse.request.js';
import { BedrockConverseStreamDecoder } from './bedrock-converse.stream-decoder.js';

/** Bedrock's Converse API, one language for the models of all makers. */
export const bedrockConverseVendor: VendorDialect = {
  name: 'bedrock-converse',
  encodeRequest,
  decodeReply,
  streamDecoder: (unknown) => new BedrockConverseStreamDecoder(unknown),
  readError,
  takesPrefill,
};
