import { UpstreamError } from '../../errors/upstream-error.js';
import type { JsonObject } from '../conversation.js';
import type { UnknownFields } from '../dialect.js';
import { asObject, asText, Fields } from '../fields.js';
import type { StreamEvent } from '../reply.js';
import { Answer, type Block } from './ai-sdk.answer.js';
import { citationOfSource, readCitations } from './ai-sdk.citation.js';
import { readError } from './ai-sdk.error.js';
import { finishWords, isCut, readFinish } from './ai-sdk.finish.js';
import { decodeFile } from './ai-sdk.media.js';
import { readReasoningDetails, readSignature, readThoughtSignature } from './ai-sdk.signature.js';
import { ToolCalls } from './ai-sdk.tool-calls.js';
import { readUsage } from './ai-sdk.usage.js';

/** Anthropic's package repeats the vendor's first event; it is nothing of the answer. */
const MESSAGE_START = 'anthropic.message_start';

type Kind = 'text' | 'reasoning';

/** Reads the stream parts of a language model, of any version of the specification. */
export class PartReader {
  private readonly answer = new Answer();
  private readonly toolCalls = new ToolCalls(this.answer);
  private readonly blocks = new Map<string, Block>();
  private isFailed = false;

  constructor(private readonly unknown: UnknownFields | undefined) {}

  /** @throws UpstreamError `invalid_reply` for a value that is not a stream part */
  read(value: unknown): readonly StreamEvent[] {
    const type = asText(asObject(value)['type']);
    if (type === undefined) throw new UpstreamError({ reason: 'invalid_reply' }, 'a stream part without a type');
    this.readPart(type, new Fields(value, type, this.unknown).ignore('type'), asObject(value));
    return this.answer.take();
  }

  private readPart(type: string, part: Fields, value: JsonObject): void {
    switch (type) {
      case 'text-start':
      case 'reasoning-start':
        return this.start(type === 'text-start' ? 'text' : 'reasoning', part);
      case 'text-delta':
      case 'reasoning-delta':
        return this.grow(type === 'text-delta' ? 'text' : 'reasoning', part);
      case 'text-end':
      case 'reasoning-end':
        return this.end(type === 'text-end' ? 'text' : 'reasoning', part);
      case 'tool-input-start':
        return this.toolCalls.start(part);
      case 'tool-input-delta':
        return this.toolCalls.grow(part);
      case 'tool-input-end':
        return part.ignore('id', 'providerMetadata').end();
      case 'tool-call':
        if (value['providerExecuted'] === true) return this.tellNative(asText(value['toolName']), value);
        return this.toolCalls.read(part);
      case 'tool-result':
        // A preliminary result is replaced by the next.
        if (value['preliminary'] === true) return;
        return this.tellNative(`${asText(value['toolName'])}_result`, value);
      case 'custom':
        if (value['kind'] === MESSAGE_START) return;
        return this.tellNative(asText(value['kind']), value);
      case 'tool-approval-request':
      case 'reasoning-file':
        return this.tellNative(type, value);
      case 'file':
        return this.readFile(part);
      case 'source':
        this.answer.addSource(citationOfSource(value));
        return part.ignore('sourceType', 'id', 'url', 'title', 'filename', 'mediaType', 'providerMetadata').end();
      case 'response-metadata':
        return this.answer.head.read(part);
      case 'finish':
        return this.finish(part);
      case 'error':
        return this.fail(part.get('error'));
      case 'stream-start':
        return part.ignore('warnings').end();
      case 'ping':
      case 'raw':
        return;
      default:
        this.unknown?.add(type);
    }
  }

  private start(kind: Kind, part: Fields): void {
    const block: Block = { kind };
    this.blocks.set(blockKey(kind, part), block);
    noteSignature(block, part);
    part.end();
  }

  private grow(kind: Kind, part: Fields): void {
    const block = this.block(kind, part);
    const text = asText(part.get('delta')) ?? '';
    if (text !== '') this.answer.tellOf(block, { type: kind, text });
    noteSignature(block, part);
    part.end();
  }

  private end(kind: Kind, part: Fields): void {
    const block = this.block(kind, part);
    noteSignature(block, part);
    this.answer.close(block);
    if (kind === 'text') this.answer.cite(block, readCitations(part.get('citations')));
    part.end();
  }

  private block(kind: Kind, part: Fields): Block {
    const key = blockKey(kind, part);
    const block = this.blocks.get(key) ?? { kind };
    this.blocks.set(key, block);
    return block;
  }

  private readFile(part: Fields): void {
    const media = decodeFile(part.get('mediaType'), part.get('data'));
    part.ignore('providerMetadata').end();
    if (media) this.answer.tellWhole(media);
  }

  private tellNative(kind: string | undefined, value: JsonObject): void {
    this.answer.tellWhole({ type: 'native', dialect: 'ai-sdk', kind: kind ?? 'custom', value });
  }

  private finish(part: Fields): void {
    const metadata = part.get('providerMetadata');
    const words = finishWords(part.get('finishReason'));
    const usage = readUsage(part.get('usage'));
    part.end();
    this.answer.addLateSignature(readReasoningDetails(metadata));
    this.answer.end();
    if (usage) this.answer.tell({ type: 'usage', usage });
    if (this.isFailed) return;
    if (words.unified === 'error') return this.fail(words.raw === words.unified ? undefined : words.raw);
    if (isCut(words) || (this.toolCalls.isPatched && words.raw === undefined)) return;
    this.answer.tell({ type: 'finish', choice: 0, finish: readFinish(words, metadata) }, { type: 'done' });
  }

  private fail(error: unknown): void {
    this.isFailed = true;
    this.answer.tell({
      type: 'error',
      error: readError(error) ?? { message: 'the model stopped because of an error' },
    });
  }
}

function blockKey(kind: Kind, part: Fields): string {
  return `${kind} ${asText(part.get('id')) ?? ''}`;
}

function noteSignature(block: Block, part: Fields): void {
  const metadata = part.get('providerMetadata');
  block.signature = (block.kind === 'text' ? readThoughtSignature : readSignature)(metadata) ?? block.signature;
}
