import { asText, type Fields } from '../fields.js';
import type { Answer, Block } from './ai-sdk.answer.js';
import { readReasoningDetails, readThoughtSignature } from './ai-sdk.signature.js';
import { customInput, isJson } from './ai-sdk.tool-input.js';

interface Call extends Block {
  readonly kind: 'tool-call';
  /** Arguments so far. */
  text: string;
  signed?: string;
  isWhole: boolean;
}

/** Reads the tool calls of a stream: in pieces, and then each of them whole. What was told in pieces is not repeated. */
export class ToolCalls {
  private readonly calls = new Map<string, Call>();
  /** Whether the package has made up the end of arguments that broke off. */
  isPatched = false;

  constructor(private readonly answer: Answer) {}

  start(part: Fields): void {
    const id = asText(part.get('id')) ?? '';
    const name = asText(part.get('toolName')) ?? '';
    const isCustom = part.get('inputEncoding') === 'text';
    const metadata = part.get('providerMetadata');
    const isNative = part.get('providerExecuted') === true;
    part.ignore('dynamic', 'title').end();
    // A tool that the vendor runs comes whole, with its call.
    if (!isNative) this.sign(this.begin(id, name, isCustom), metadata);
  }

  grow(part: Fields): void {
    const call = this.calls.get(asText(part.get('id')) ?? '');
    const text = asText(part.get('delta')) ?? '';
    part.ignore('providerMetadata').end();
    if (call && text !== '') this.write(call, text);
  }

  /** @param part a `tool-call` that is not the vendor's to run */
  read(part: Fields): void {
    const id = asText(part.get('toolCallId')) ?? '';
    const name = asText(part.get('toolName')) ?? '';
    const input = asText(part.get('input')) ?? JSON.stringify(part.get('input') ?? {});
    const metadata = part.get('providerMetadata');
    part.ignore('providerExecuted', 'dynamic', 'title').end();
    const custom = customInput(input);
    const call = this.calls.get(id) ?? this.begin(id, name, custom !== undefined);
    if (call.isWhole) return;
    this.sign(call, metadata);
    this.answer.addLateSignature(readReasoningDetails(metadata));
    if (call.text === '') this.write(call, custom ?? input);
    else if (custom === undefined && !isJson(call.text)) this.isPatched = true;
    call.isWhole = true;
    this.answer.tellOf(call, { type: 'part-end' });
  }

  private begin(id: string, name: string, isCustom: boolean): Call {
    const call: Call = { kind: 'tool-call', text: '', isWhole: false };
    this.calls.set(id, call);
    this.answer.tellOf(call, { type: 'tool-call', id, name, ...(isCustom && { custom: true }) });
    return call;
  }

  private write(call: Call, text: string): void {
    call.text += text;
    this.answer.tellOf(call, { type: 'arguments', text });
  }

  private sign(call: Call, metadata: unknown): void {
    const signature = readThoughtSignature(metadata);
    if (!signature || signature.value === call.signed) return;
    call.signed = signature.value;
    this.answer.tellSignature(call, signature);
  }
}
