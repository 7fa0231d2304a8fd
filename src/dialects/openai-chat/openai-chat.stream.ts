import { eventData } from '../sse.js';
import type { TokenUsage } from '../token-usage.js';
import type { ReplyFacts, WrittenText } from './openai-chat.reply.js';
import { writtenIn } from './openai-chat.text.js';
import { readUsage } from './openai-chat.usage.js';

/**
 * What one event of a chat completion stream is:
 * `quiet` no data (comments, keep-alives); `chunk` part of the answer; `usage` the closing chunk that holds usage and
 * no choice; `done` the terminal `[DONE]`; `error` the vendor's own error; `malformed` not JSON.
 */
export type ChatEventKind = 'quiet' | 'chunk' | 'usage' | 'done' | 'error' | 'malformed';

const TEXT = /"(?:content|refusal|reasoning|reasoning_content|arguments)"\s*:\s*"([^"\\]*(?:\\.[^"\\]*)*)"/g;
const FINISH_REASON = /"finish_reason"\s*:\s*"(\w+)"/g;
const MODEL = /"model"\s*:\s*"([^"\\]+)"/;
/** Quotes inside a JSON string are escaped, so these cannot match the model's own words. */
const HAS_USAGE_OR_ERROR = /"usage"\s*:\s*\{|"error"\s*:\s*[{"]/;
/** Content in parts, and quotations beside it, cannot be told apart by a field's name alone. */
const HAS_PARTS = /"(?:content|annotations|citations|search_results)"\s*:\s*\[/;
/** A regular expression's stack has a bound; longer events are parsed. */
const MAX_SEARCHED_CHARACTERS = 65_536;
/** Enough to count tokens from; an endless stream must not fill the memory. */
const MAX_KEPT_CHARACTERS = 1_000_000;

interface Chunk {
  readonly error?: unknown;
  readonly usage?: unknown;
  readonly choices?: unknown;
}

/**
 * Watches a stream that goes to the client as bytes. Only events with usage or an error are parsed; the rest is looked
 * through for the few things the account needs.
 */
export class ChatStreamWatch implements ReplyFacts {
  model: string | undefined;
  usage: TokenUsage | undefined;
  finishReason: string | undefined;
  /** How many of the answers that were asked for have come to their end. */
  finishedChoices = 0;
  /** The vendor's error object, once an event of kind `error` was seen. */
  error: unknown;
  /** JSON string contents, still escaped and in latin1: decoding waits until somebody needs the text. */
  private escapedText = '';
  private escapedLength = 0;

  /** Whether any part of the answer has come yet, other than the role. */
  get hasText(): boolean {
    return this.escapedLength > 0;
  }

  read(event: Buffer): ChatEventKind {
    const data = eventData(event)?.trim();
    if (data === undefined || data === '') return 'quiet';
    if (data === '[DONE]') return 'done';
    if (!data.startsWith('{') || !data.endsWith('}')) return 'malformed';

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

  private readWhole(data: string, hasParts: boolean): ChatEventKind {
    let chunk: Chunk;
    try {
      chunk = JSON.parse(Buffer.from(data, 'latin1').toString());
    } catch {
      return 'malformed';
    }
    if (chunk.error) {
      this.error = chunk.error;
      return 'error';
    }
    // The last one counts: some vendors report a running total in every chunk.
    const usage = readUsage(chunk.usage);
    this.usage = usage ?? this.usage;
    const choices: unknown[] = Array.isArray(chunk.choices) ? chunk.choices : [];
    if (hasParts) this.keepParts(choices);
    return usage !== undefined && choices.length === 0 ? 'usage' : 'chunk';
  }

  private keepParts(choices: readonly unknown[]): void {
    for (const choice of choices) {
      const delta = typeof choice === 'object' && choice !== null && 'delta' in choice ? choice.delta : undefined;
      for (const text of writtenIn(delta)) this.keep(toEscapedLatin1(text));
    }
  }
}

function toEscapedLatin1(text: string): string {
  return Buffer.from(JSON.stringify(text).slice(1, -1)).toString('latin1');
}
