import { collectReply } from '../collect-reply.js';
import type { UnknownFields } from '../dialect.js';
import type { Reply } from '../reply.js';
import { ChunkReader } from './gemini.chunk-reader.js';

/**
 * A whole `GenerateContentResponse`.
 * @throws UpstreamError `invalid_reply`
 */
export function decodeReply(body: unknown, unknown?: UnknownFields): Reply {
  const reply = collectReply(new ChunkReader(unknown).read(body));
  if (reply.choices.length > 0) return reply;
  // An answer without candidates is one that the model never began.
  return { ...reply, choices: [{ index: 0, parts: [], finish: undefined }] };
}
