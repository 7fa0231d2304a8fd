import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One exchange with a real vendor, in the form that `../shared/recorded/README.md` describes. */
interface RecordedExchange {
  readonly request: { readonly path: string; readonly body: Readonly<Record<string, unknown>> };
  readonly response: {
    readonly status: number;
    readonly contentType: string;
    readonly body?: unknown;
    readonly text?: string;
    readonly base64?: string;
  };
}

export interface Recording {
  readonly name: string;
  readonly path: string;
  readonly requestBody: Readonly<Record<string, unknown>>;
  readonly status: number;
  readonly contentType: string;
  /** The reply's bytes: an event stream as recorded, JSON as it serialises. */
  readonly reply: string;
  /** The same where the reply is text; a binary stream as recorded. */
  readonly bytes: Buffer;
  readonly streamed: boolean;
}

export const recordingsRoot =
  process.env.RECORDED_TRAFFIC ?? fileURLToPath(new URL('../../../shared/recorded', import.meta.url));

/** Empty where the recordings are not on this machine. */
export function recordingsOf(folder: string): Recording[] {
  const files = globSync(join(recordingsRoot, folder, '*.json')).toSorted();
  return files.map((file) => recordingOf(basename(file, '.json'), readFileSync(file, 'utf8')));
}

function recordingOf(name: string, text: string): Recording {
  const { request, response } = JSON.parse(text) as RecordedExchange;
  const reply = response.text ?? JSON.stringify(response.body) ?? '';
  return {
    name,
    path: request.path,
    requestBody: request.body,
    status: response.status,
    contentType: response.contentType,
    reply,
    bytes: response.base64 === undefined ? Buffer.from(reply) : Buffer.from(response.base64, 'base64'),
    streamed: /event-?stream/.test(response.contentType),
  };
}
