import type { JsonObject } from '../conversation.js';
import type { EventKind, StreamWatch } from '../dialect.js';
import { asList, isObject } from '../fields.js';
import type { VendorError } from '../reply.js';
import type { WrittenText } from '../reply-facts.js';
import { eventData } from '../sse.js';
import type { TokenUsage } from '../token-usage.js';
import { failureIn, isErrorEvent, readFailure } from './openai-chat.error.js';
import { writtenIn } from './openai-chat.text.js';
import { usageIn } from './openai-chat.usage.js';

const TEXT = /"(?:content|refusal|reasoning|reasoning_content|arguments)"\s*:\s*"([^"\\]*(?:\\.[^"\\]*)*)"/g;
const FINISH_REASON = /"finish_reason"\s*:\s*"(\w+)"/g;
const MODEL = /"model"\s*:\s*"([^"\\]+)"/;
/** Quotes inside a JSON string are escaped, so these cannot match the model's own words. */
const HAS_USAGE_OR_ERROR = /"usage"\s*:\s*\{|"error"\s*:\s*[{"]|"object"\s*:\s*"error"/;
/** Content in parts, and quotations beside it, cannot be told apart by a field's name alone. */
const HAS_PARTS = /"(?:content|annotations|citations|search_results)"\s*:\s*\[/;
/** A regular expression's stack has a bound; longer events are parsed. */
const MAX_SEARCHED_CHARACTERS = 65_536;
/** Enough to count tokens from; an endless stream must not fill the memory. */
const MAX_KEPT_CHARACTERS = 1_000_000;

/**
 * Watches a stream that goes to the client as bytes. Only events with usage or an error are parsed; the rest is looked
 * through for the few things the account needs.
 */
export class ChatStreamWatch implements StreamWatch {
  model: string | undefined;
  usage: TokenUsage | undefined;
  finishReason: string | undefined;
  /** How many of the answers that were asked for have come to their end. */
  finishedChoices = 0;
  error: VendorError | undefined;
  /** JSON string contents, still escaped and in latin1: decoding waits until somebody needs the text. */
  private escapedText = '';
  private escapedLength = 0;

  /** Whether any part of the answer has come yet, other than the role. */
  get hasText(): boolean {
    return this.escapedLength > 0;
  }

  read(event: Buffer): EventKind {
    const data = eventData(event)?.trim();
    if (data === undefined || data === '') return 'quiet';
    if (data === '[DONE]') return 'done';
    if (!data.startsWith('{') || !data.endsWith('}')) return 'malformed';

    if (isErrorEvent(event)) return this.readNamedFailure(data);
    const hasParts = data.length > MAX_SEARCHED_CHARACTERS || HAS_PARTS.test(data);
    if (hasParts || HAS_USAGE_OR_ERROR.test(data)) {
      const kind = this.readWhole(data, hasParts);
      if (kind !== 'chunk') return kind;
    }
    this.model ??= MODEL.exec(data)?.[1];
    for (const [, reason] of data.matchAll(FINISH_REASON)) {
      this.finishReason = reason;
      this.finishedChoices++;
    }
    if (!hasParts) for (const [, text = ''] of data.matchAll(TEXT)) this.keep(text);
    return 'chunk';
  }

  written(): WrittenText {
    const text = this.decode();
    const isWhole = this.escapedLength === this.escapedText.length;
    return { text, length: isWhole ? text.length : text.length * (this.escapedLength / this.escapedText.length) };
  }

  private decode(): string {
    const text = Buffer.from(this.escapedText, 'latin1').toString();
    try {
      return String(JSON.parse(`"${text}"`));
    } catch {
      // Not every event is parsed, so a vendor's broken escape is found here first.
      return text;
    }
  }

  private keep(escaped: string): void {
    this.escapedLength += escaped.length;
    if (this.escapedText.length < MAX_KEPT_CHARACTERS) this.escapedText += escaped;
  }

  private readWhole(data: string, hasParts: boolean): EventKind {
    const chunk = parse(data);
    if (!chunk) return 'malformed';
    const failure = failureIn(chunk);
    if (failure) return this.fail(failure);
    // The last one counts: some vendors report a running total in every chunk.
    const usage = usageIn(chunk);
    this.usage = usage ?? this.usage;
    const choices = asList(chunk['choices']);
    if (hasParts) this.keepParts(choices);
    return usage !== undefined && choices.length === 0 ? 'usage' : 'chunk';
  }

  /** An event named `error` is one, whatever its data looks like. */
  private readNamedFailure(data: string): EventKind {
    const chunk = parse(data);
    return chunk ? this.fail(readFailure(chunk)) : 'malformed';
  }

  private fail(error: VendorError): EventKind {
    this.error = error;
    return 'error';
  }

  private keepParts(choices: readonly unknown[]): void {
    for (const choice of choices) {
      for (const text of writtenIn(isObject(choice) ? choice['delta'] : undefined)) this.keep(toEscapedLatin1(text));
    }
  }
}

function parse(data: string): JsonObject | undefined {
  try {
    const chunk: unknown = JSON.parse(Buffer.from(data, 'latin1').toString());
    return isObject(chunk) ? chunk : undefined;
  } catch {
    return undefined;
  }
}

function toEscapedLatin1(text: string): string {
  return Buffer.from(JSON.stringify(text).slice(1, -1)).toString('latin1');
}
