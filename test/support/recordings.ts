import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One exchange with a real vendor, in the form that `../shared/recorded/README.md` describes. */
interface RecordedExchange {
  readonly request: { readonly body: Readonly<Record<string, unknown>> };
  readonly response: {
    readonly status: number;
    readonly contentType: string;
    readonly body?: unknown;
    readonly text?: string;
  };
}

export interface Recording {
  readonly name: string;
  readonly requestBody: Readonly<Record<string, unknown>>;
  readonly status: number;
  readonly contentType: string;
  /** The reply's bytes: an event stream as recorded, JSON as it serialises. */
  readonly reply: string;
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
  return {
    name,
    requestBody: request.body,
    status: response.status,
    contentType: response.contentType,
    reply: response.text ?? JSON.stringify(response.body),
    streamed: response.contentType.startsWith('text/event-stream'),
  };
}
