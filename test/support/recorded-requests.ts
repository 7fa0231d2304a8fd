import { clientLanguages, type ClientDialectName } from '../../src/dialects/dialects.js';
import type { Conversation } from '../../src/dialects/conversation.js';
import { isClient } from './translating.js';
import { recordedAnswers, titled } from './recorded-answers.js';

export interface RecordedRequest {
  readonly name: string;
  readonly client: ClientDialectName;
  /** Its vendor took it. */
  readonly wasAccepted: boolean;
  readonly conversation: Conversation;
}

/** What only the vendor that keeps it can be asked for: another one is refused it. */
const STATEFUL = new Set(['previous_response_id', 'conversation', 'background']);

/** Every recorded request in a dialect that clients speak, and what it says. */
export const recordedRequests = titled(
  recordedAnswers.flatMap(({ name, format, requestBody, path, status }): RecordedRequest[] => {
    if (!isClient(format)) return [];
    const kept = Object.entries(requestBody).filter(([key]) => !STATEFUL.has(key));
    const body = Object.fromEntries(kept);
    const stream = body['stream'] === true || path.includes(':stream');
    const conversation = clientLanguages[format].dialect.decodeRequest(body, { model: 'smart', stream });
    return [{ name, client: format, wasAccepted: status === 200, conversation }];
  }),
);
