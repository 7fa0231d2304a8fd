import type { EventKind, StreamWatch } from '../dialect.js';
import { EscapedText, MAX_SEARCHED_CHARACTERS } from '../escaped-text.js';
import { asObject, asText, isObject } from '../fields.js';
import type { VendorError } from '../reply.js';
import type { WrittenText } from '../reply-facts.js';
import { eventData, eventObject } from '../sse.js';
import type { TokenUsage } from '../token-usage.js';
import { readError } from './openai-responses.error.js';
import { readUsage } from './openai-responses.usage.js';
import { finishReasonOf, writtenIn } from './openai-responses.written.js';

/** Quotes inside a JSON string are escaped, so this cannot match the model's own words. */
const TYPE = /"type"\s*:\s*"(response\.[\w.]+)"/;
const ERROR_TYPE = /"type"\s*:\s*"error"/;
const DELTA = /"delta"\s*:\s*"([^"\\]*(?:\\.[^"\\]*)*)"/;
/** What the model writes; other deltas (`code_interpreter_call_code`) are the vendor's tools at work. */
const WRITING =
  /^response\.(?:output_text|refusal|reasoning_summary_text|reasoning_text|function_call_arguments|custom_tool_call_input)\.delta$/;

/** An item of which nothing need be shown. */
const REASONING = /"type"\s*:\s*"reasoning"/;
/** What a server sends before the model is at work. */
const HEAD = /^response\.(?:queued|in_progress)$/;

/**
 * Watches a stream that goes to the client as bytes. The events that hold the whole response are parsed, and those that
 * report a failure; of the others the type and the written text are looked for.
 */
export class ResponsesStreamWatch implements StreamWatch {
  model: string | undefined;
  usage: TokenUsage | undefined;
  finishReason: string | undefined;
  finishedChoices = 0;
  error: VendorError | undefined;
  hasBegun = false;
  isThinking = false;
  private readonly text = new EscapedText();
  private hasItem = false;

  get hasText(): boolean {
    return this.hasItem || !this.text.isEmpty;
  }

  read(event: Buffer): EventKind {
    const data = eventData(event)?.trim();
    if (data === undefined || data === '' || data === '[DONE]') return 'quiet';
    if (!data.startsWith('{') || !data.endsWith('}')) return 'malformed';
    const type = TYPE.exec(data)?.[1];
    switch (type) {
      case 'response.created':
        return this.readStart(data);
      case 'response.completed':
      case 'response.incomplete':
        return this.readEnd(data);
      case 'response.failed':
      case 'response.cancelled':
        return this.readFailure(data, type);
      case undefined:
        return this.readFailure(data, ERROR_TYPE.test(data) ? 'error' : undefined);
      default:
        return this.readPiece(type, data);
    }
  }

  written(): WrittenText {
    return this.text.written();
  }

  private readPiece(type: string, data: string): EventKind {
    if (type.startsWith('response.output_item.') && !REASONING.test(data)) this.hasItem = true;
    if (!HEAD.test(type)) this.hasBegun = true;
    this.isThinking = type === 'response.output_item.added' && REASONING.test(data);
    if (!WRITING.test(type)) return 'chunk';
    if (data.length <= MAX_SEARCHED_CHARACTERS) this.text.keep(DELTA.exec(data)?.[1] ?? '');
    else this.text.keepText(asText(eventObject(data)?.['delta']) ?? '');
    return 'chunk';
  }

  private readStart(data: string): EventKind {
    const response = eventObject(data)?.['response'];
    if (!isObject(response)) return 'malformed';
    this.model ??= asText(response['model']);
    return 'chunk';
  }

  private readEnd(data: string): EventKind {
    const response = eventObject(data)?.['response'];
    if (!isObject(response)) return 'malformed';
    this.model ??= asText(response['model']);
    this.usage = readUsage(response['usage']);
    this.finishReason = finishReasonOf(response);
    this.finishedChoices = 1;
    // From a server that streams nothing before the end.
    if (this.text.isEmpty) for (const text of writtenIn(response)) this.text.keepText(text);
    return 'done';
  }

  private readFailure(data: string, type: string | undefined): EventKind {
    const event = eventObject(data);
    if (!event || (type === undefined && !event['error'])) return 'malformed';
    const response = asObject(event['response']);
    this.usage = readUsage(response['usage']);
    this.error = readError(response) ?? readError(event) ?? { message: `The provider ended its answer with ${type}.` };
    return 'error';
  }
}
