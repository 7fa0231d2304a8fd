import type { JsonObject } from '../conversation.js';
import type { UnknownFields } from '../dialect.js';
import { asText, Fields, objectsIn } from '../fields.js';
import type { StreamEvent } from '../reply.js';
import { decodeFinish } from './gemini.finish.js';
import { Grounding } from './gemini.grounding.decode.js';
import { decodeLogprobs } from './gemini.logprobs.js';
import { PartReader } from './gemini.part-reader.js';

/** Reads one candidate, whole or in pieces. */
export class CandidateReader {
  isFinished = false;
  private readonly parts: PartReader;
  private readonly grounding = new Grounding();

  constructor(
    private readonly choice: number,
    private readonly unknown: UnknownFields | undefined,
  ) {
    this.parts = new PartReader(choice, unknown);
  }

  /** @param responseId what the ids of calls are made from where the vendor gives them none */
  read(candidate: JsonObject, responseId: string | undefined): StreamEvent[] {
    const fields = new Fields(candidate, 'candidates[]', this.unknown);
    const content = new Fields(fields.get('content'), 'candidates[].content', this.unknown).ignore('role');
    const parts = objectsIn(content.get('parts')).flatMap((part) => this.parts.read(part, responseId));
    content.end();
    const events = this.withLogprobs(parts, fields.get('logprobsResult'));
    this.grounding.readGrounding(fields.get('groundingMetadata'), this.unknown);
    this.grounding.readCitations(fields.get('citationMetadata'), this.unknown);
    const finishReason = asText(fields.get('finishReason'));
    fields.ignore('index', 'finishMessage', 'tokenCount', 'avgLogprobs', 'safetyRatings', 'urlContextMetadata');
    fields.ignore('continuationToken', 'groundingAttributions').end();
    return finishReason === undefined ? events : [...events, ...this.finish(finishReason)];
  }

  private finish(native: string): StreamEvent[] {
    // Old models repeat the reason in each chunk.
    if (this.isFinished) return [];
    this.isFinished = true;
    const { choice } = this;
    const open = this.parts.end();
    const citations = this.grounding.place(this.parts.texts).map(({ part, citation }): StreamEvent => {
      return { type: 'citation', choice, part: part ?? this.parts.textPart, citation };
    });
    return [...open, ...citations, { type: 'finish', choice, finish: decodeFinish(native, this.parts.hasCalled) }];
  }

  /** They belong to the text that came with them. */
  private withLogprobs(events: readonly StreamEvent[], result: unknown): StreamEvent[] {
    const logprobs = decodeLogprobs(result);
    if (!logprobs) return [...events];
    const last = events.findLastIndex((event) => event.type === 'text');
    if (last !== -1) return events.map((event, index) => (index === last ? { ...event, logprobs } : event));
    return [...events, { type: 'text', choice: this.choice, part: this.parts.textPart, text: '', logprobs }];
  }
}
