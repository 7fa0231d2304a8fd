import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { recordingsRoot } from './recordings.js';

type Json = Readonly<Record<string, unknown>>;

/** One call of Bedrock; a stream's bytes are `base64`. */
export interface BedrockExchange {
  readonly request: { readonly path: string; readonly body: Json };
  readonly response: { readonly status: number; readonly body?: Json; readonly base64?: string };
}

/** Name and exchange; empty where the recordings are not on this machine. */
export function bedrockRecordings(): [name: string, exchange: BedrockExchange][] {
  return globSync(join(recordingsRoot, 'bedrock-converse', '*.json'))
    .toSorted()
    .map((file) => [basename(file, '.json'), JSON.parse(readFileSync(file, 'utf8'))]);
}
