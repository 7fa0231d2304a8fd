import { UpstreamError } from '../../errors/upstream-error.js';
import { append } from '../append.js';
import type { UnknownFields } from '../dialect.js';
import { asCount, asText, Fields, isObject, objectsIn } from '../fields.js';
import type { StreamEvent } from '../reply.js';
import { CandidateReader } from './gemini.candidate-reader.js';
import { blockedFinish } from './gemini.finish.js';
import { decodeUsage } from './gemini.usage.js';

/** Each of them alone makes an object a `GenerateContentResponse`. */
const SIGNS = ['candidates', 'promptFeedback', 'usageMetadata', 'modelVersion', 'responseId'] as const;

const COUNTS = [
  'promptTokenCount',
  'candidatesTokenCount',
  'thoughtsTokenCount',
  'cachedContentTokenCount',
  'toolUsePromptTokenCount',
  'initialPromptTokenCount',
  'totalTokenCount',
] as const;
const DETAILS = [
  'promptTokensDetails',
  'candidatesTokensDetails',
  'cacheTokensDetails',
  'toolUsePromptTokensDetails',
  'trafficType',
  'serviceTier',
] as const;

/**
 * Reads an answer that comes in one `GenerateContentResponse` or in many.
 * @see https://ai.google.dev/api/generate-content#generatecontentresponse
 */
export class ChunkReader {
  private readonly candidates = new Map<number, CandidateReader>();
  private responseId: string | undefined;
  private hasStarted = false;
  private isBlocked = false;

  constructor(private readonly unknown: UnknownFields | undefined) {}

  /** Whether every answer that was begun has come to its end, or there is none because the prompt was refused. */
  get isWhole(): boolean {
    if (this.isBlocked) return true;
    return this.candidates.size > 0 && [...this.candidates.values()].every((candidate) => candidate.isFinished);
  }

  /** @throws UpstreamError `invalid_reply` */
  read(body: unknown): StreamEvent[] {
    if (!isObject(body) || !SIGNS.some((name) => name in body)) {
      throw new UpstreamError({ reason: 'invalid_reply' }, 'the reply is not a GenerateContentResponse');
    }
    const fields = new Fields(body, 'reply', this.unknown);
    const events = this.start(fields);
    for (const [position, candidate] of objectsIn(fields.get('candidates')).entries()) {
      const index = asCount(candidate['index']) ?? position;
      append(events, this.candidate(index).read(candidate, this.responseId));
    }
    events.push(...this.block(fields.get('promptFeedback')), ...this.usage(fields.get('usageMetadata')));
    // What the SDK's own type adds, and a notice of a model's retirement.
    fields.ignore('modelStatus', 'sdkHttpResponse', 'automaticFunctionCallingHistory').end();
    return events;
  }

  private start(fields: Fields): StreamEvent[] {
    const id = asText(fields.get('responseId'));
    const model = asText(fields.get('modelVersion'));
    const createdAt = Date.parse(asText(fields.get('createTime')) ?? '');
    this.responseId ??= id;
    if (this.hasStarted) return [];
    this.hasStarted = true;
    return [
      {
        type: 'start',
        ...(id !== undefined && { id }),
        ...(model !== undefined && { model }),
        ...(!Number.isNaN(createdAt) && { createdAt: Math.floor(createdAt / 1000) }),
      },
    ];
  }

  private candidate(index: number): CandidateReader {
    const known = this.candidates.get(index) ?? new CandidateReader(index, this.unknown);
    this.candidates.set(index, known);
    return known;
  }

  private block(feedback: unknown): StreamEvent[] {
    if (!isObject(feedback)) return [];
    const fields = new Fields(feedback, 'promptFeedback', this.unknown);
    const reason = asText(fields.get('blockReason'));
    fields.ignore('blockReasonMessage', 'safetyRatings').end();
    if (reason === undefined || this.isBlocked || this.candidates.size > 0) return [];
    this.isBlocked = true;
    return [{ type: 'finish', choice: 0, finish: blockedFinish(reason) }];
  }

  private usage(value: unknown): StreamEvent[] {
    if (!isObject(value)) return [];
    new Fields(value, 'usageMetadata', this.unknown).ignore(...COUNTS, ...DETAILS).end();
    const usage = decodeUsage(value);
    return usage ? [{ type: 'usage', usage }] : [];
  }
}
