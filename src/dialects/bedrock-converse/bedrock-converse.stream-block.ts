import { append } from '../append.js';
import type { JsonObject } from '../conversation.js';
import type { UnknownFields } from '../dialect.js';
import { Fields, asText, compact, isObject, objectsIn } from '../fields.js';
import { parseJson } from '../json.js';
import type { StreamEvent } from '../reply.js';
import { readCitation } from './bedrock-converse.citation.js';
import { readMedia } from './bedrock-converse.media.js';
import { readRedacted, readSignature } from './bedrock-converse.signature.js';

/** What a block tells only as a whole: its pieces wait for its end. */
interface Held {
  signature: string;
  redacted: Buffer[];
  /** A call of a tool that Bedrock runs, without its input. */
  serverCall?: JsonObject;
  serverInput: string;
  /** A result of such a tool, without its content. */
  serverResult?: JsonObject;
  resultPieces: JsonObject[];
  imageFormat?: unknown;
  imageBytes: Buffer[];
  imageSource?: unknown;
}

/** One block of content of a stream. */
export class StreamBlock {
  private readonly at: { readonly choice: number; readonly part: number };
  private readonly held: Held = { signature: '', redacted: [], serverInput: '', resultPieces: [], imageBytes: [] };
  private hasBegun = false;
  private hasEnded = false;

  constructor(
    index: number,
    private readonly unknown: UnknownFields | undefined,
  ) {
    this.at = { choice: 0, part: index };
  }

  start(value: unknown): readonly StreamEvent[] {
    const fields = new Fields(value, 'start', this.unknown);
    const call = fields.get('toolUse');
    const result = fields.get('toolResult');
    const image = fields.get('image');
    fields.end();
    if (isObject(result)) this.held.serverResult = result;
    if (isObject(image)) this.held.imageFormat = image.format;
    return isObject(call) ? this.startCall(call) : [];
  }

  add(value: unknown): readonly StreamEvent[] {
    const fields = new Fields(value, 'delta', this.unknown);
    const text = asText(fields.get('text'));
    const citation = fields.get('citation');
    const events = [
      ...(text ? [this.event({ ...this.at, type: 'text', text })] : []),
      ...(isObject(citation)
        ? [this.event({ ...this.at, type: 'citation', citation: readCitation(citation, this.unknown) })]
        : []),
      ...this.addReasoning(fields.get('reasoningContent')),
      ...this.addInput(fields.get('toolUse')),
    ];
    append(this.held.resultPieces, objectsIn(fields.get('toolResult')));
    this.addImage(fields.get('image'));
    fields.end();
    return events;
  }

  /** The block's end, or that of the whole message. */
  stop(): readonly StreamEvent[] {
    if (this.hasEnded) return [];
    this.hasEnded = true;
    const events = this.release();
    return this.hasBegun ? [...events, { ...this.at, type: 'part-end' }] : events;
  }

  private startCall(call: JsonObject): readonly StreamEvent[] {
    const fields = new Fields(call, 'toolUse', this.unknown);
    const id = asText(fields.get('toolUseId')) ?? '';
    const name = asText(fields.get('name')) ?? '';
    const type = fields.get('type');
    fields.end();
    if (type === 'server_tool_use') {
      this.held.serverCall = call;
      return [];
    }
    return [this.event({ ...this.at, type: 'tool-call', id, name })];
  }

  private addReasoning(value: unknown): readonly StreamEvent[] {
    if (!isObject(value)) return [];
    const fields = new Fields(value, 'reasoningContent', this.unknown);
    const text = asText(fields.get('text'));
    this.held.signature += asText(fields.get('signature')) ?? '';
    const redacted = asText(fields.get('redactedContent'));
    if (redacted) this.held.redacted.push(Buffer.from(redacted, 'base64'));
    fields.end();
    return text ? [this.event({ ...this.at, type: 'reasoning', text })] : [];
  }

  private addInput(value: unknown): readonly StreamEvent[] {
    if (!isObject(value)) return [];
    const fields = new Fields(value, 'toolUse', this.unknown);
    const text = asText(fields.get('input'));
    fields.end();
    if (!text) return [];
    if (!this.held.serverCall) return [this.event({ ...this.at, type: 'arguments', text })];
    this.held.serverInput += text;
    return [];
  }

  private addImage(value: unknown): void {
    if (!isObject(value)) return;
    const fields = new Fields(value, 'image', this.unknown);
    const source = fields.get('source');
    fields.ignore('error').end();
    const bytes = isObject(source) ? asText(source.bytes) : undefined;
    if (bytes === undefined) this.held.imageSource = source;
    else this.held.imageBytes.push(Buffer.from(bytes, 'base64'));
  }

  private release(): StreamEvent[] {
    const { signature, redacted, serverCall, serverInput, serverResult, resultPieces } = this.held;
    const events: StreamEvent[] = [];
    if (signature !== '') events.push({ ...this.at, type: 'signature', signature: readSignature(signature) });
    if (redacted.length > 0) {
      events.push({ ...this.at, type: 'signature', signature: readRedacted(Buffer.concat(redacted)) });
    }
    if (serverCall) {
      const input = parseJson(serverInput);
      const toolUse = { ...serverCall, input: input === undefined ? serverInput : input };
      events.push(this.native('server_tool_use', { toolUse }));
    }
    if (serverResult ?? resultPieces.length > 0) {
      events.push(this.native('tool_result', { toolResult: { ...serverResult, content: resultPieces } }));
    }
    return [...events, ...this.releaseImage()].map((event) => this.event(event));
  }

  private releaseImage(): StreamEvent[] {
    const { imageFormat, imageBytes, imageSource } = this.held;
    const source = imageBytes.length > 0 ? { bytes: Buffer.concat(imageBytes).toString('base64') } : imageSource;
    const media =
      source === undefined ? undefined : readMedia('image', compact({ format: imageFormat, source }), this.unknown);
    return media ? [{ ...this.at, type: 'media', media }] : [];
  }

  private native(kind: string, value: JsonObject): StreamEvent {
    return { ...this.at, type: 'native', native: { type: 'native', dialect: 'bedrock-converse', kind, value } };
  }

  private event(event: StreamEvent): StreamEvent {
    this.hasBegun = true;
    return event;
  }
}
