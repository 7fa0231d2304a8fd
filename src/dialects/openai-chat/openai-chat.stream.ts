import { eventData } from '../sse.js';
import type { TokenUsage } from '../token-usage.js';
import type { ReplyFacts, WrittenText } from './openai-chat.reply.js';
import { readUsage } from './openai-chat.usage.js';

/**
 * What one event of a chat completion stream is:
 * `quiet` no data (comments, keep-alives); `chunk` part of the answer; `usage` the closing chunk that holds usage and
 * no choice; `done` the terminal `[DONE]`; `error` the vendor's own error; `malformed` not JSON.
 */
export type ChatEventKind = 'quiet' | 'chunk' | 'usage' | 'done' | 'error' | 'malformed';

const TEXT = /"(?:content|refusal|reasoning|reasoning_content|arguments)"\s*:\s*"([^"\\]*(?:\\.[^"\\]*)*)"/g;
const FINISH_REASON = /"finish_reason"\s*:\s*"(\w+)"/;
const MODEL = /"model"\s*:\s*"([^"\\]+)"/;
/** Enough to count tokens from; an endless stream must not fill the memory. */
const MAX_KEPT_CHARACTERS = 1_000_000;
/** Quotes inside a JSON string are escaped, so these cannot match the model's own words. */
const MAY_BE_USAGE = /"usage"\s*:\s*\{/;
const MAY_BE_ERROR = /"error"\s*:\s*[{"]/;

/**
 * Watches a stream that goes to the client as bytes. Only events with usage or an error are parsed; the rest is looked
 * through for the few things the account needs.
 */
export class ChatStreamWatch implements ReplyFacts {
  model: string | undefined;
  usage: TokenUsage | undefined;
  finishReason: string | undefined;
  /** The vendor's error object, once an event of kind `error` was seen. */
  error: unknown;
  /** JSON string contents, still escaped and in latin1: decoding waits until somebody needs the text. */
  private escapedText = '';
  private characters = 0;

  /** Whether any part of the answer has come yet, other than the role. */
  get hasText(): boolean {
    return this.characters > 0;
  }

  read(event: Buffer): ChatEventKind {
    const data = eventData(event);
    if (data === undefined || data === '') return 'quiet';
    if (data === '[DONE]') return 'done';
    if (!data.startsWith('{') || !data.endsWith('}')) return 'malformed';

    if (MAY_BE_USAGE.test(data) || MAY_BE_ERROR.test(data)) {
      const kind = this.readWhole(data);
      if (kind !== 'chunk') return kind;
    }
    this.model ??= MODEL.exec(data)?.[1];
    this.finishReason = FINISH_REASON.exec(data)?.[1] ?? this.finishReason;
    for (const [, text = ''] of data.matchAll(TEXT)) {
      this.characters += text.length;
      if (this.escapedText.length < MAX_KEPT_CHARACTERS) this.escapedText += text;
    }
    return 'chunk';
  }

  written(): WrittenText {
    return { text: this.decode(), length: this.characters };
  }

  private decode(): string {
    const text = Buffer.from(this.escapedText, 'latin1').toString();
    try {
      return String(JSON.parse(`"${text}"`));
    } catch {
      // Only events with usage or an error are parsed, so a vendor's broken escape is found here first.
      return text;
    }
  }

  private readWhole(data: string): ChatEventKind {
    let chunk: { readonly error?: unknown; readonly usage?: unknown; readonly choices?: unknown };
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
    const hasChoices = Array.isArray(chunk.choices) && chunk.choices.length > 0;
    return usage !== undefined && !hasChoices ? 'usage' : 'chunk';
  }
}
