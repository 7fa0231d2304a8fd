import { collectReply } from '../../src/dialects/collect-reply.js';
import type { Conversation } from '../../src/dialects/conversation.js';
import type { ReplyContext, UnknownFields } from '../../src/dialects/dialect.js';
import { type ClientDialectName, clientLanguages, vendorDialects } from '../../src/dialects/dialects.js';
import { Losses } from '../../src/dialects/losses.js';
import type { Reply, StreamEvent } from '../../src/dialects/reply.js';
import { Sequencer } from '../../src/dialects/sequencer.js';
import type { RecordedAnswer } from './recorded-answers.js';
import { eventsOf } from './reply-events.js';

/** Characters of a text or of arguments that one event brings, where the answer came as a whole. */
const PIECE = 7;

export const clients = Object.keys(clientLanguages) as ClientDialectName[];

const plainQuestion: Conversation = {
  model: 'smart',
  stream: true,
  messages: [{ role: 'user', parts: [{ type: 'text', text: 'What is it?' }] }],
  includeUsage: true,
  unmodelled: [],
};

/** What an encoder is told besides the answer. */
export function contextFor(conversation: Conversation = plainQuestion): ReplyContext {
  return { requestId: 'req-1', model: 'smart', conversation, createdAt: 1_790_000_000, losses: new Losses() };
}

/** The events of a recorded stream that reaches the decoder in these pieces; as a whole where there are none. */
export function decodedEvents(answer: RecordedAnswer, unknown?: UnknownFields, pieces = [answer.bytes]): StreamEvent[] {
  const decoder = vendorDialects[answer.format].streamDecoder(unknown);
  return [...pieces.flatMap((piece) => decoder.push(piece)), ...decoder.end()];
}

const decoded = new WeakMap<RecordedAnswer, Reply>();

/** A recorded answer in canonical form, however it came. */
export function decodedAnswer(answer: RecordedAnswer): Reply {
  const reply = decoded.get(answer) ?? decode(answer);
  decoded.set(answer, reply);
  return reply;
}

/** Fields of a recorded answer that its decoder has no meaning for. */
export function unknownIn(answer: RecordedAnswer): string[] {
  const unknown = new Set<string>();
  decode(answer, unknown);
  return [...unknown];
}

function decode(answer: RecordedAnswer, unknown?: UnknownFields): Reply {
  if (answer.streamed) return collectReply(decodedEvents(answer, unknown));
  return vendorDialects[answer.format].decodeReply(JSON.parse(answer.reply), unknown);
}

/** The events of a recorded answer, however it came. */
export function eventsFrom(answer: RecordedAnswer): readonly StreamEvent[] {
  return answer.streamed ? decodedEvents(answer) : eventsOf(decodedAnswer(answer), PIECE);
}

/** What a client of this dialect is sent of a stream, as the gateway puts it together. */
export function streamFor(
  client: ClientDialectName,
  events: readonly StreamEvent[],
  context: ReplyContext = contextFor(),
): string {
  const sequencer = new Sequencer();
  const encoder = clientLanguages[client].dialect.streamEncoder(context);
  const told = events.filter(({ type }) => type !== 'error' && type !== 'done');
  const ordered = [...told.flatMap((event) => sequencer.push(event)), ...sequencer.end()];
  const text = ordered.map((event) => encoder.write(event)).join('');
  const { closing, terminal } = encoder.end();
  return text + closing + terminal;
}

export function isClient(name: string): name is ClientDialectName {
  return name in clientLanguages;
}
