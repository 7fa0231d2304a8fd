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
  recordingsOf(folder).map((recording) => ({ ...recording, name: `${folder}/${recording.name}`, folder, format })),
);

if (recordedAnswers.length === 0) process.stderr.write(`Skipping tests: recorded traffic is not at ${recordingsRoot}.\n`);

/** Those that a vendor answered, if only in part; each with its name before it, for a test's title. */
export const answered = titled(recordedAnswers.filter(({ status }) => status === 200));

/** Those that came to their end. */
export const whole = answered.filter(([, answer]) => reportedIn(answer) === undefined);

export function titled<T extends { readonly name: string }>(list: readonly T[]): [title: string, one: T][] {
  return list.map((one) => [one.name, one]);
}

export function payloadsIn(answer: RecordedAnswer): Json[] {
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
  return errors.length === 0 ? undefined : string(errors[0]?.['message']);
}
