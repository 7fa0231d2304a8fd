import { UpstreamError } from '../../errors/upstream-error.js';
import type { JsonObject } from '../conversation.js';
import type { StreamDecoder, UnknownFields } from '../dialect.js';
import { asCount, asObject, asText, Fields, isObject, objectsIn } from '../fields.js';
import { parseEventObject } from '../json.js';
import type { StreamEvent } from '../reply.js';
import { SseReader } from '../sse.js';
import { readError } from './openai-responses.error.js';
import { readLogprobs } from './openai-responses.output-text.js';
import { checkResponse, finishOf, readHead } from './openai-responses.reply.decode.js';
import { StreamItem } from './openai-responses.stream-item.js';
import { readUsage } from './openai-responses.usage.js';

/** Fields of events that say where something belongs, or nothing (`obfuscation` pads them to hide lengths). */
const PLACES = [
  'type',
  'sequence_number',
  'response_id',
  'item_id',
  'output_index',
  'content_index',
  'summary_index',
  'annotation_index',
  'obfuscation',
  'part',
  'status',
] as const;

/** Pieces of an item. */
const CONTENT =
  /^response\.(?:output_text|refusal|reasoning_summary_text|reasoning_text|function_call_arguments|custom_tool_call_input)\./;

/** How the vendor's own tools get on: their items come whole at the end. */
const PROGRESS =
  /^response\.(?:\w+_call|mcp_list_tools|\w+_call_(?:code|arguments|command|output|output_content|operation_diff)|audio|audio\.transcript|compaction|steer)\.\w+$/;

/** Reads a stream of response events. @see https://platform.openai.com/docs/api-reference/responses-streaming */
export class ResponsesStreamDecoder implements StreamDecoder {
  private readonly reader = new SseReader();
  private readonly items = new Map<number, StreamItem>();
  isWorking = false;
  isThinking = false;
  private hasStarted = false;
  private parts = 0;

  constructor(private readonly unknown?: UnknownFields) {}

  push(chunk: Buffer): readonly StreamEvent[] {
    return this.reader.push(chunk).flatMap((data) => this.read(data));
  }

  end(): readonly StreamEvent[] {
    return this.reader.end().flatMap((data) => this.read(data));
  }

  private read(data: string): StreamEvent[] {
    if (data === '[DONE]') return [];
    const event = parseEventObject(data);
    const type = asText(event['type']);
    if (type === undefined) return this.readUntyped(event);
    const fields = new Fields(event, type, this.unknown).ignore(...PLACES);
    const events = this.readEvent(type, event, fields);
    fields.end();
    return events;
  }

  private readEvent(type: string, event: JsonObject, fields: Fields): StreamEvent[] {
    this.isThinking = type === 'response.output_item.added' && asObject(event['item'])['type'] === 'reasoning';
    switch (type) {
      case 'response.created':
      case 'response.queued':
      case 'response.in_progress':
        return this.start(asObject(fields.get('response')));
      case 'response.output_item.added':
        this.isWorking = true;
        return this.item(event).add(asObject(fields.get('item')));
      case 'response.output_item.done':
        return this.item(event).finish(asObject(fields.get('item')), this.unknown);
      case 'response.completed':
      case 'response.incomplete':
        return this.finish(asObject(fields.get('response')));
      case 'response.failed':
      case 'response.cancelled':
        return [failed(asObject(fields.get('response')), type)];
      case 'error':
        fields.ignore('error', 'code', 'message', 'param', 'headers');
        return [failed(event, type)];
      case 'response.content_part.added':
      case 'response.content_part.done':
      case 'response.reasoning_summary_part.added':
      case 'response.reasoning_summary_part.done':
        return [];
      default:
        if (CONTENT.test(type)) return this.readContent(type, event, fields);
        if (!PROGRESS.test(type)) this.unknown?.add(type);
        fields.ignoreAll();
        return [];
    }
  }

  private readContent(type: string, event: JsonObject, fields: Fields): StreamEvent[] {
    const item = this.item(event);
    const content = asCount(event['content_index']) ?? 0;
    const summary = asCount(event['summary_index']) ?? 0;
    const text = (name: string) => asText(fields.get(name)) ?? '';
    switch (type) {
      case 'response.output_text.delta':
        return item.text(content, text('delta'), readLogprobs(fields.get('logprobs'), this.unknown));
      case 'response.output_text.done':
        return item.textDone(content, text('text'), readLogprobs(fields.get('logprobs'), this.unknown));
      case 'response.output_text.annotation.added': {
        const annotation = fields.get('annotation');
        return isObject(annotation) ? item.annotation(content, annotation) : [];
      }
      case 'response.refusal.delta':
        return item.refusal(content, text('delta'));
      case 'response.refusal.done':
        return item.refusalDone(content, text('refusal'));
      case 'response.reasoning_summary_text.delta':
        return item.reason('summary', summary, text('delta'));
      case 'response.reasoning_summary_text.done':
        return item.reasonDone('summary', summary, text('text'));
      case 'response.reasoning_text.delta':
        return item.reason('content', content, text('delta'));
      case 'response.reasoning_text.done':
        return item.reasonDone('content', content, text('text'));
      case 'response.function_call_arguments.delta':
      case 'response.custom_tool_call_input.delta':
        return item.arguments(text('delta'));
      case 'response.function_call_arguments.done':
        fields.ignore('name');
        return item.argumentsDone(text('arguments'));
      case 'response.custom_tool_call_input.done':
        return item.argumentsDone(text('input'));
      default:
        this.unknown?.add(type);
        return [];
    }
  }

  private start(response: JsonObject): StreamEvent[] {
    checkResponse(response, this.unknown);
    if (this.hasStarted) return [];
    this.hasStarted = true;
    return [{ type: 'start', ...readHead(response) }];
  }

  /** Servers that send no items of their own, or do not end them, have them in the whole response at least. */
  private finish(response: JsonObject): StreamEvent[] {
    const start = this.start(response);
    const output = objectsIn(response['output']);
    const items = output.flatMap((item, index) => {
      const isForeign = this.items.size > 0 && !this.items.has(index);
      return isForeign ? [] : this.itemAt(index).finish(item, this.unknown);
    });
    const usage = readUsage(response['usage'], this.unknown);
    const finish = finishOf(
      response,
      [...this.items.values()].some((item) => item.isCall),
    );
    return [
      ...start,
      ...items,
      ...(usage ? [{ type: 'usage', usage } as const] : []),
      ...(finish ? [{ type: 'finish', choice: 0, finish } as const] : []),
      { type: 'done' },
    ];
  }

  /** A proxy's error, in the form of other dialects. */
  private readUntyped(event: JsonObject): StreamEvent[] {
    if (event['error']) return [failed(event, 'error')];
    throw new UpstreamError({ reason: 'invalid_reply' }, 'an event of the stream has no type');
  }

  private item(event: JsonObject): StreamItem {
    return this.itemAt(asCount(event['output_index']) ?? 0);
  }

  private itemAt(index: number): StreamItem {
    const known = this.items.get(index) ?? new StreamItem(() => this.parts++);
    this.items.set(index, known);
    return known;
  }
}

function failed(body: JsonObject, type: string): StreamEvent {
  return { type: 'error', error: readError(body) ?? { message: `The provider ended its answer with ${type}.` } };
}
