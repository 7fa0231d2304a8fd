import type {
  AssistantPart,
  JsonObject,
  MediaPart,
  Message,
  NativePart,
  RefusalPart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from '../conversation.js';
import { compact } from '../fields.js';
import type { Losses } from '../losses.js';
import { acceptedCallId } from '../tool-call-id.js';
import { writeGeneratedImage } from './openai-responses.image.js';
import { encodeMedia } from './openai-responses.media.encode.js';
import type { ToolNamespaces } from './openai-responses.names.js';
import { writeOutputText } from './openai-responses.output-text.js';
import { summaryOf } from './openai-responses.reasoning.js';

/** OpenAI refuses longer ones. */
const CALL_ID = /^[^]{1,64}$/;
const CALL_ID_LENGTH = 40;

/** Writes messages as items. A conversation's first system text is `instructions` and does not come here. */
export class InputWriter {
  private readonly items: JsonObject[] = [];

  constructor(
    private readonly namespaces: ToolNamespaces,
    private readonly losses: Losses,
  ) {}

  write(messages: readonly Message[]): readonly JsonObject[] {
    for (const message of messages) this.writeMessage(message);
    return this.items;
  }

  private writeMessage(message: Message): void {
    if (message.role === 'tool') {
      for (const result of message.results) this.writeResult(result);
      return;
    }
    if ('name' in message && message.name !== undefined) this.losses.add('message_name');
    if (message.role === 'assistant') this.writeAssistant(message.parts);
    else this.writeInput(message.role, message.parts);
  }

  private writeInput(role: string, parts: readonly (TextPart | MediaPart | NativePart)[]): void {
    const content = parts.filter((part) => !isItem(part)).flatMap((part) => this.contentOf(part));
    const [only] = content;
    const isText = content.length === 1 && only?.['type'] === 'input_text';
    if (content.length > 0) this.items.push({ role, content: isText ? only['text'] : content });
    for (const item of parts.filter(isItem)) this.writeNative(item);
  }

  private contentOf(part: TextPart | MediaPart | NativePart): readonly JsonObject[] {
    if (part.type === 'text') return [{ type: 'input_text', text: part.text }];
    if (part.type === 'media') return encodeMedia(part, this.losses);
    if (part.dialect === 'openai-responses') return [part.value];
    this.losses.add(part.kind);
    return [];
  }

  private writeAssistant(parts: readonly AssistantPart[]): void {
    let run: (TextPart | RefusalPart)[] = [];
    for (const part of parts) {
      if (part.type === 'text' || part.type === 'refusal') {
        run.push(part);
        continue;
      }
      this.writeRun(run);
      run = [];
      this.writeOwnItem(part);
    }
    this.writeRun(run);
  }

  private writeOwnItem(part: Exclude<AssistantPart, TextPart | RefusalPart>): void {
    if (part.type === 'tool-call') this.writeCall(part);
    else if (part.type === 'native') this.writeNative(part);
    else if (part.type === 'media') this.writeImage(part);
    else if (part.signature?.origin === 'openai') {
      const { id, value } = part.signature;
      this.items.push(compact({ type: 'reasoning', id, summary: summaryOf(part.text), encrypted_content: value }));
    } else this.losses.add('reasoning');
  }

  /** OpenAI's schema has the short form for one text only, and asks for an id in the long one. */
  private writeRun(run: readonly (TextPart | RefusalPart)[]): void {
    const [first] = run;
    if (first === undefined) return;
    for (const part of run) {
      if (part.type !== 'text') continue;
      if (part.signature) this.losses.add('reasoning_signature');
      if (part.citations) this.losses.add('citations');
    }
    if (run.length === 1 && first.type === 'text') {
      this.items.push({ role: 'assistant', content: first.text });
      return;
    }
    const content = run.map((part) => {
      if (part.type === 'refusal') return { type: 'refusal', refusal: part.text };
      return writeOutputText({ type: 'text', text: part.text }, this.losses);
    });
    const id = `msg_gw_${this.items.length}`;
    this.items.push({ type: 'message', id, role: 'assistant', status: 'completed', content });
  }

  private writeCall(call: ToolCallPart): void {
    if (call.signature) this.losses.add('reasoning_signature');
    const namespace = this.namespaces.get(call.name);
    const common = {
      type: call.custom ? 'custom_tool_call' : 'function_call',
      call_id: acceptedCallId(call.id, CALL_ID, CALL_ID_LENGTH),
      name: namespace?.member ?? call.name,
      namespace: namespace?.name,
    };
    const written = call.custom
      ? { input: call.arguments }
      : { arguments: call.arguments === '' ? '{}' : call.arguments };
    this.items.push(compact({ ...common, ...written }));
  }

  private writeResult(result: ToolResultPart): void {
    if (result.isError) this.losses.add('tool_error');
    const content = result.parts.flatMap((part) => this.contentOf(part));
    const isText = content.every(({ type }) => type === 'input_text') && content.length < 2;
    this.items.push({
      type: result.custom ? 'custom_tool_call_output' : 'function_call_output',
      call_id: acceptedCallId(result.callId, CALL_ID, CALL_ID_LENGTH),
      output: isText ? (content[0]?.['text'] ?? '') : content,
    });
  }

  private writeNative(part: TextPart | MediaPart | NativePart): void {
    if (part.type === 'native' && part.dialect === 'openai-responses') this.items.push(part.value);
    else if (part.type === 'native') this.losses.add(part.kind);
  }

  private writeImage(media: MediaPart): void {
    const item = writeGeneratedImage(media, `ig_gw_${this.items.length}`);
    if (item) this.items.push(item);
    else this.losses.add(media.kind);
  }
}

/** Items stand beside messages; contents that this codec does not know (`computer_screenshot`) stand in them. */
function isItem(part: TextPart | MediaPart | NativePart): boolean {
  if (part.type !== 'native' || part.dialect !== 'openai-responses') return false;
  return /_(?:call|output|response|request|trigger|update|tools)$|^compaction/.test(part.kind);
}
