import { readAnthropic } from './plain/anthropic-messages.js';
import { payloadsInFrames, readBedrock } from './plain/bedrock-converse.js';
import { readGemini } from './plain/gemini.js';
import { readChat } from './plain/openai-chat.js';
import { readResponses } from './plain/openai-responses.js';
import type { Json, Told } from './plain/told.js';

export type { Told };
export type WireFormat = keyof typeof READERS;

const READERS = {
  'openai-chat': readChat,
  'openai-responses': readResponses,
  'anthropic-messages': readAnthropic,
  gemini: readGemini,
  'bedrock-converse': readBedrock,
} satisfies Readonly<Record<string, (payloads: readonly Json[]) => Told>>;

/**
 * What an answer tells, read straight off the wire.
 * @param payloads its JSON, or that of each event of a stream
 */
export function readPlainly(format: WireFormat, payloads: readonly Json[]): Told {
  return READERS[format](payloads);
}

/** The payloads of a reply's bytes. */
export function payloadsOf(
  bytes: Buffer,
  { streamed, format }: { readonly streamed: boolean; readonly format: WireFormat },
): Json[] {
  if (!streamed) return [JSON.parse(bytes.toString()) as Json];
  if (format === 'bedrock-converse') return payloadsInFrames(bytes);
  return payloadsOfEvents(bytes.toString());
}

/** The payloads of server-sent events, the end mark of OpenAI's left out. */
export function payloadsOfEvents(text: string): Json[] {
  return [...text.matchAll(/^data: ?(\{.*\})\r?$/gm)].map(([, json = '']) => JSON.parse(json) as Json);
}
