import type { VendorDialect } from '../dialect.js';
import { readError } from './ai-sdk.error.js';
import { decodeReply } from './ai-sdk.reply.js';
import { encodeRequest } from './ai-sdk.request.js';
import { AiSdkStreamDecoder } from './ai-sdk.stream-decoder.js';

/**
 * The language model specification of the AI SDK as JSON: requests are V4 call options, answers those of any version.
 * `AiSdkProvider` makes the objects of them that a provider package takes.
 * @see https://github.com/vercel/ai/tree/main/packages/provider/src/language-model
 */
export const aiSdkVendor: VendorDialect = {
  name: 'ai-sdk',
  encodeRequest,
  decodeReply,
  streamDecoder: (unknown) => new AiSdkStreamDecoder(unknown),
  readError,
};
