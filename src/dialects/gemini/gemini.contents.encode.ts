import { append } from '../append.js';
import type {
  AssistantPart,
  JsonObject,
  MediaPart,
  Message,
  NativePart,
  TextPart,
  ToolResultPart,
  UserPart,
} from '../conversation.js';
import type { Losses } from '../losses.js';
import { encodeMedia, isReadable } from './gemini.media.js';
import type { GeminiModel } from './gemini.models.js';
import { encodeCall, encodeText, encodeThought } from './gemini.parts.encode.js';
import { SKIP_VALIDATION, ownSignatureText } from './gemini.signature.js';
import { encodeResponse } from './gemini.tool-result.js';

interface Content {
  readonly role: 'user' | 'model';
  readonly parts: JsonObject[];
}

/** A request's `contents`, in which the roles take turns. */
export function encodeContents(messages: readonly Message[], model: GeminiModel, losses: Losses): readonly Content[] {
  const encoder = new ContentsEncoder(model, losses);
  for (const message of messages) encoder.push(message);
  if (model.needsSignatures) for (const content of encoder.contents) signFirstCall(content);
  return encoder.contents;
}

/** Text parts of an instruction. */
export function encodeTexts(parts: readonly TextPart[], losses: Losses): JsonObject[] {
  return parts.map((part) => {
    noteExtras(part, losses);
    return encodeText(part.text);
  });
}

/**
 * The models' validator refuses a step whose first call no model of Google's has signed. All steps are treated alike,
 * though only the current turn is validated, so that a turn's end does not change the prompt that is cached.
 */
function signFirstCall({ role, parts }: Content): void {
  if (role !== 'model') return;
  const index = parts.findIndex((part) => 'functionCall' in part);
  const call = parts[index];
  if (call && !('thoughtSignature' in call)) parts[index] = { ...call, thoughtSignature: SKIP_VALIDATION };
}

class ContentsEncoder {
  readonly contents: Content[] = [];
  private readonly toolNames = new Map<string, string>();

  constructor(
    private readonly model: GeminiModel,
    private readonly losses: Losses,
  ) {}

  push(message: Message): void {
    if ('name' in message && message.name !== undefined) this.losses.add('message_name');
    switch (message.role) {
      case 'system':
      case 'developer':
        this.append('user', encodeTexts(message.parts, this.losses));
        return;
      case 'user':
        this.append(
          'user',
          message.parts.flatMap((part) => this.userPart(part)),
        );
        return;
      case 'assistant':
        this.append('model', this.answer(message.parts));
        return;
      case 'tool':
        this.append('user', this.results(message.results));
        return;
    }
  }

  /** Contents of one role that follow each other are one: all results of a step have to stand together. */
  private append(role: Content['role'], parts: readonly JsonObject[]): void {
    if (parts.length === 0) return;
    const last = this.contents.at(-1);
    if (last?.role === role) append(last.parts, parts);
    else this.contents.push({ role, parts: [...parts] });
  }

  private userPart(part: UserPart): readonly JsonObject[] {
    switch (part.type) {
      case 'text':
        noteExtras(part, this.losses);
        return [encodeText(part.text)];
      case 'media':
        return this.media(part);
      case 'native':
        return this.native(part);
    }
  }

  private answer(parts: readonly AssistantPart[]): JsonObject[] {
    const encoded: JsonObject[] = [];
    for (const part of parts) {
      const previous = encoded.at(-1);
      // An image's own signature comes back as an empty text after it.
      if (part.type === 'text' && part.text === '' && part.signature && previous && isUnsignedMedia(previous)) {
        encoded[encoded.length - 1] = { ...previous, ...encodeSignature(this.signature(part)) };
      } else {
        encoded.push(...this.answerPart(part));
      }
    }
    return encoded;
  }

  private answerPart(part: AssistantPart): readonly JsonObject[] {
    switch (part.type) {
      case 'text':
        noteExtras(part, this.losses);
        return [encodeText(part.text, this.signature(part))];
      case 'refusal':
        return [encodeText(part.text)];
      case 'reasoning':
        if (part.signature && ownSignatureText(part.signature) === undefined) {
          this.losses.add('reasoning');
          return [];
        }
        return [encodeThought(part.text, ownSignatureText(part.signature))];
      case 'tool-call':
        noteExtras(part, this.losses);
        this.toolNames.set(part.id, part.name);
        return [encodeCall(part, this.signature(part))];
      case 'media':
        return this.media(part);
      case 'native':
        return this.native(part);
    }
  }

  private results(results: readonly ToolResultPart[]): JsonObject[] {
    const after: JsonObject[] = [];
    const responses = results.map((result) => {
      noteExtras(result, this.losses);
      const text = result.parts.filter((part) => part.type === 'text').map((part) => part.text);
      const media = result.parts.flatMap((part) => this.resultMedia(part));
      const inside = this.model.readsMediaInResponses ? media : [];
      if (inside.length === 0) append(after, media);
      return {
        functionResponse: {
          id: result.callId,
          name: result.name ?? this.toolNames.get(result.callId) ?? result.callId,
          response: encodeResponse({ text: text.length > 0 ? text.join('\n') : undefined, isError: result.isError }),
          ...(inside.length > 0 && { parts: inside }),
        },
      };
    });
    return [...responses, ...after];
  }

  private resultMedia(part: ToolResultPart['parts'][number]): readonly JsonObject[] {
    if (part.type === 'media') return this.media(part);
    if (part.type === 'text') noteExtras(part, this.losses);
    else this.losses.add(part.kind);
    return [];
  }

  private media(part: MediaPart): readonly JsonObject[] {
    noteExtras(part, this.losses);
    if (part.detail !== undefined && part.detail !== 'auto') this.losses.add('detail');
    if (isReadable(part)) return [encodeMedia(part)];
    this.losses.add('file_id');
    return [];
  }

  private native(part: NativePart): readonly JsonObject[] {
    if (part.dialect === 'gemini') return [part.value];
    this.losses.add(part.kind);
    return [];
  }

  private signature({ signature }: Pick<TextPart, 'signature'>): string | undefined {
    const own = ownSignatureText(signature);
    if (signature && own === undefined) this.losses.add('reasoning_signature');
    return own;
  }
}

function noteExtras(part: { readonly cache?: unknown; readonly citations?: unknown }, losses: Losses): void {
  if (part.cache) losses.add('cache_control');
  if (Array.isArray(part.citations) && part.citations.length > 0) losses.add('citations');
}

function isUnsignedMedia(part: JsonObject): boolean {
  return ('inlineData' in part || 'fileData' in part) && !('thoughtSignature' in part);
}

function encodeSignature(thoughtSignature: string | undefined): JsonObject {
  return thoughtSignature === undefined ? {} : { thoughtSignature };
}
