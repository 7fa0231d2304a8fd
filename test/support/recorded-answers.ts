import { payloadsOf, readPlainly, type Told, type WireFormat } from './plain-reading.js';
import { type Json, object, string } from './plain/told.js';
import { type Recording, recordingsOf, recordingsRoot } from './recordings.js';

const FORMATS: Readonly<Record<string, WireFormat>> = {
  'openai-chat': 'openai-chat',
  'groq-chat': 'openai-chat',
  'mistral-chat': 'openai-chat',
  'openrouter-chat': 'openai-chat',
  'deepseek-chat': 'openai-chat',
  'openai-responses': 'openai-responses',
  'anthropic-messages': 'anthropic-messages',
  gemini: 'gemini',
  'bedrock-converse': 'bedrock-converse',
};

/** A recorded exchange in any of the wire formats. */
export interface RecordedAnswer extends Recording {
  readonly folder: string;
  readonly format: WireFormat;
}

/** All of them but the embeddings, each under a name with its folder; none where they are not on this machine. */
export const recordedAnswers: readonly RecordedAnswer[] = Object.entries(FORMATS).flatMap(([folder, format]) =>
  recordingsOf(folder).map((recording) =>
    Object.assign(recording, { name: `${folder}/${recording.name}`, folder, format }),
  ),
);

if (recordedAnswers.length === 0)
  process.stderr.write(`Skipping tests: recorded traffic is not at ${recordingsRoot}.\n`);

/** Those that a vendor answered, if only in part; each with its name before it, for a test's title. */
export const answered = titled(recordedAnswers.filter(({ status }) => status === 200));

/** Those that came to their end. */
export const whole = answered.filter(([, answer]) => reportedIn(answer) === undefined);

/**
 * What is read of each one, under its title, so that one comparison judges them all and shows those that differ.
 * @throws the reader's error with the title before it
 */
export function tableOf<T, R>(
  list: readonly (readonly [title: string, one: T])[],
  read: (one: T) => R,
): Record<string, R> {
  return Object.fromEntries(
    list.map(([title, one]) => {
      try {
        return [title, read(one)];
      } catch (cause) {
        throw new Error(`${title}: ${String(cause)}`, { cause });
      }
    }),
  );
}

/** As {@link tableOf}, of what is wrong with each; those without fault are left out. */
export function faultsOf<T>(
  list: readonly (readonly [title: string, one: T])[],
  find: (one: T) => readonly unknown[],
): Record<string, readonly unknown[]> {
  return Object.fromEntries(Object.entries(tableOf(list, find)).filter(([, faults]) => faults.length > 0));
}

export function titled<T extends { readonly name: string }>(list: readonly T[]): [title: string, one: T][] {
  return list.map((one) => [one.name, one]);
}

function payloadsIn(answer: RecordedAnswer): Json[] {
  return payloadsOf(answer.bytes, answer);
}

/** What the vendor told. */
export function toldBy(answer: RecordedAnswer): Told {
  return readPlainly(answer.format, payloadsIn(answer));
}

/** The message of the error that ended the stream, where one did. */
export function reportedIn(answer: RecordedAnswer): string | undefined {
  if (!answer.streamed || answer.format === 'openai-responses') return undefined;
  const errors = payloadsIn(answer).flatMap(({ error }) => (error ? object(error) : []));
  return errors.length === 0 ? undefined : string(object(errors[0])['message']);
}

/** The vendor's name of the model, which some dialects have in the path. */
export function modelOf({ requestBody, path }: RecordedAnswer): string {
  return string(requestBody['model']) || decodeURIComponent(/models?\/([^/:]+)/.exec(path)?.[1] ?? '');
}
