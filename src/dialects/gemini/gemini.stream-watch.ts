import type { EventKind, StreamWatch } from '../dialect.js';
import { EscapedText, MAX_SEARCHED_CHARACTERS } from '../escaped-text.js';
import { asObject, isObject } from '../fields.js';
import { parseJson } from '../json.js';
import type { StreamEvent, VendorError } from '../reply.js';
import type { WrittenText } from '../reply-facts.js';
import { eventData, eventObject } from '../sse.js';
import type { TokenUsage } from '../token-usage.js';
import { ChunkReader } from './gemini.chunk-reader.js';
import { readError } from './gemini.error.js';
import { NATIVE_KINDS } from './gemini.native.js';
import { decodeUsage } from './gemini.usage.js';
import { writtenInEvent } from './gemini.written.js';

const TEXT = /"text"\s*:\s*"([^"\\]*(?:\\.[^"\\]*)*)"/g;
const MODEL = /"modelVersion"\s*:\s*"([^"\\]+)"/;
/** With its lists of details; nothing in it goes deeper, and no string in it has a brace. */
const USAGE = /"usageMetadata"\s*:\s*(\{(?:[^{}]|\{[^{}]*\})*\})/;
/**
 * Fields of events that are parsed: those that end an answer, and those beside which a `text` is not the model's own.
 * Quotes inside a JSON string are escaped, so these cannot match the model's own words.
 */
const PARSED = new RegExp(
  `"(?:${[
    'error',
    'finishReason',
    'blockReason',
    'functionCall',
    'functionResponse',
    'inlineData',
    'fileData',
    ...NATIVE_KINDS,
    'groundingMetadata',
    'citationMetadata',
    'logprobsResult',
  ].join('|')})"\\s*:`,
);
/** Without one of these an event is not of this dialect. */
const OWN = /"(?:candidates|promptFeedback|usageMetadata|modelVersion|responseId)"\s*:/;

/**
 * Watches a stream that goes to the client as bytes. Events that hold nothing but text are looked through for it and
 * not parsed; of the usage, which every event reports, only the last is.
 */
export class GeminiStreamWatch implements StreamWatch {
  model: string | undefined;
  finishReason: string | undefined;
  finishedChoices = 0;
  error: VendorError | undefined;
  private readonly text = new EscapedText();
  private readonly chunks = new ChunkReader(undefined);
  private hasOtherPart = false;
  private usageJson: string | undefined;

  get hasBegun(): boolean {
    return this.hasText || this.finishedChoices > 0;
  }

  /** Whether any part of the answer has come yet. */
  get hasText(): boolean {
    return this.hasOtherPart || !this.text.isEmpty;
  }

  get usage(): TokenUsage | undefined {
    if (this.usageJson === undefined) return undefined;
    return decodeUsage(asObject(parseJson(this.usageJson)));
  }

  read(event: Buffer): EventKind {
    const data = eventData(event)?.trim();
    if (data === undefined || data === '') return 'quiet';
    if (!data.startsWith('{') || !data.endsWith('}')) return 'malformed';
    if (data.length > MAX_SEARCHED_CHARACTERS || PARSED.test(data)) return this.readWhole(data);
    if (!OWN.test(data)) return 'malformed';
    this.model ??= MODEL.exec(data)?.[1];
    this.usageJson = USAGE.exec(data)?.[1] ?? this.usageJson;
    for (const [, text = ''] of data.matchAll(TEXT)) this.text.keep(text);
    return 'chunk';
  }

  written(): WrittenText {
    return this.text.written();
  }

  private readWhole(data: string): EventKind {
    const body = eventObject(data);
    this.error = readError(body);
    if (this.error) return 'error';
    try {
      for (const event of this.chunks.read(body)) this.note(event);
    } catch {
      return 'malformed';
    }
    const usage = asObject(body)['usageMetadata'];
    if (isObject(usage)) this.usageJson = JSON.stringify(usage);
    return 'chunk';
  }

  private note(event: StreamEvent): void {
    if (event.type === 'start') this.model ??= event.model;
    if (event.type === 'native' || event.type === 'media' || event.type === 'tool-call') this.hasOtherPart = true;
    if (event.type === 'finish') {
      this.finishReason = event.finish.native;
      this.finishedChoices++;
    }
    const written = writtenInEvent(event);
    if (written !== '') this.text.keepText(written);
  }
}
