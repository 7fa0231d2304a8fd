import type { EventKind, StreamWatch } from '../dialect.js';
import { EscapedText, MAX_SEARCHED_CHARACTERS } from '../escaped-text.js';
import type { JsonObject } from '../conversation.js';
import { asCount, asList, asObject, objectsIn } from '../fields.js';
import type { VendorError } from '../reply.js';
import type { WrittenText } from '../reply-facts.js';
import { eventData, eventObject } from '../sse.js';
import type { TokenUsage } from '../token-usage.js';
import { failureIn, isErrorEvent, readFailure } from './openai-chat.error.js';
import { usageIn } from './openai-chat.usage.js';
import { writtenIn } from './openai-chat.written.js';

const TEXT = /"(?:content|refusal|reasoning|reasoning_content|arguments)"\s*:\s*"([^"\\]*(?:\\.[^"\\]*)*)"/g;
const HAS_FINISH = /"finish_reason"\s*:\s*"/;
const MODEL = /"model"\s*:\s*"([^"\\]+)"/;
/** Quotes inside a JSON string are escaped, so these cannot match the model's own words. */
const HAS_USAGE_OR_ERROR = /"usage"\s*:\s*\{|"error"\s*:\s*[{"]|"object"\s*:\s*"error"/;
/** Content in parts, and quotations beside it, cannot be told apart by a field's name alone. */
const HAS_PARTS = /"(?:content|annotations|citations|search_results)"\s*:\s*\[/;

/**
 * Watches a stream that goes to the client as bytes. Only events with usage or an error are parsed; the rest is looked
 * through for the few things the account needs.
 */
export class ChatStreamWatch implements StreamWatch {
  model: string | undefined;
  usage: TokenUsage | undefined;
  finishReason: string | undefined;
  error: VendorError | undefined;
  hasBegun = false;
  private readonly text = new EscapedText();
  /** Some vendors repeat the reason beside the usage. */
  private readonly finished = new Set<number>();

  /** How many of the answers that were asked for have come to their end. */
  get finishedChoices(): number {
    return this.finished.size;
  }

  /** Whether any part of the answer has come yet, other than the role. */
  get hasText(): boolean {
    return !this.text.isEmpty;
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
    if (HAS_FINISH.test(data)) this.readFinish(data);
    if (!hasParts) for (const [, text = ''] of data.matchAll(TEXT)) this.text.keep(text);
    this.hasBegun ||= this.hasText || saysMoreThanRole(eventObject(data));
    return 'chunk';
  }

  written(): WrittenText {
    return this.text.written();
  }

  private readFinish(data: string): void {
    for (const choice of asList(eventObject(data)?.['choices'])) {
      const { finish_reason: reason, index } = asObject(choice);
      if (typeof reason !== 'string' || reason === '') continue;
      this.finishReason = reason;
      this.finished.add(asCount(index) ?? 0);
    }
  }

  private readWhole(data: string, hasParts: boolean): EventKind {
    const chunk = eventObject(data);
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
    const chunk = eventObject(data);
    return chunk ? this.fail(readFailure(chunk)) : 'malformed';
  }

  private fail(error: VendorError): EventKind {
    this.error = error;
    return 'error';
  }

  private keepParts(choices: readonly unknown[]): void {
    for (const choice of choices) {
      for (const text of writtenIn(asObject(choice)['delta'])) this.text.keepText(text);
    }
  }
}

/** The first chunk of most vendors names the role alone; Azure's tells what it thinks of the prompt before that. */
function saysMoreThanRole(chunk: JsonObject | undefined): boolean {
  return objectsIn(chunk?.['choices']).some(({ delta, finish_reason: finish }) => {
    const said = Object.entries(asObject(delta)).filter(([name, value]) => name !== 'role' && isSomething(value));
    return said.length > 0 || isSomething(finish);
  });
}

function isSomething(value: unknown): boolean {
  return value !== null && value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0);
}
