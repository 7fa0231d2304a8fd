import type { JsonObject, MediaPart, Signature } from '../conversation.js';
import type { UnknownFields } from '../dialect.js';
import { asText, Fields, isObject, objectsIn } from '../fields.js';
import type { PartEvent, PartSaying } from '../reply.js';
import type { AnswerText } from './gemini.grounding.decode.js';
import { mediaOfBlob, mediaOfFile } from './gemini.media.js';
import { NATIVE_KINDS, nativePart } from './gemini.native.js';
import { PartialArguments } from './gemini.partial-arguments.js';
import { ownOrCarried, readThoughtSignature } from './gemini.signature.js';

const PATH = 'candidates[].content.parts[]';

/** Part fields that say how the part was made, not what it says. */
const ANNOTATIONS = ['videoMetadata', 'mediaResolution', 'partMetadata', 'mediaProcessing', 'speechMetadata'] as const;

/** The part that the next piece may belong to. */
type Open =
  | { readonly kind: 'text' | 'reasoning'; readonly part: number; isSigned: boolean }
  | { readonly kind: 'call'; readonly part: number; readonly partial: PartialArguments };

/** Reads the parts of one answer as they come: texts of one kind that follow each other are one part. */
export class PartReader {
  /** The answer's texts, for citations. */
  readonly texts: (AnswerText & { text: string })[] = [];
  private open: Open | undefined;
  private partsBegun = 0;
  private partsSeen = 0;
  private calls = 0;
  /** Of the answer's reasoning. */
  private readonly signatures = new Set<string>();

  constructor(
    private readonly choice: number,
    private readonly unknown: UnknownFields | undefined,
  ) {}

  /** Whether the model calls functions. */
  get hasCalled(): boolean {
    return this.calls > 0;
  }

  /** The text part that is still growing, or the last one, or one that is yet to begin. */
  get textPart(): number {
    return this.texts.at(-1)?.part ?? this.partsBegun;
  }

  /** @param responseId what the ids of calls are made from where the vendor gives them none */
  read(value: JsonObject, responseId: string | undefined): PartEvent[] {
    const index = this.partsSeen++;
    const kind = NATIVE_KINDS.find((name) => isObject(value[name]));
    if (kind !== undefined) return this.readNative(kind, value);

    const part = new Fields(value, PATH, this.unknown).ignore(...ANNOTATIONS);
    const isThought = part.get('thought') === true;
    const signed = readThoughtSignature(asText(part.get('thoughtSignature')));
    const { signature, carried } = isThought
      ? { signature: signed, carried: [] }
      : ownOrCarried(signed, this.signatures);
    const before = carried.flatMap((reasoning) => this.readText('reasoning', '', reasoning.signature, index));

    const call = part.get('functionCall');
    const media = mediaIn(part, this.unknown);
    const text = asText(part.get('text'));
    part.end();
    if (isObject(call)) return [...before, ...this.readCall(call, signature, responseId)];
    if (media) return [...before, ...this.readMedia(media, signature, index, isThought ? value : undefined)];
    const [stranger] = part.rest();
    if (text === undefined && stranger !== undefined) return [...before, ...this.readNative(stranger, value)];
    return [...before, ...this.readText(isThought ? 'reasoning' : 'text', text ?? '', signature, index)];
  }

  /** Ends a call whose rest never came. */
  end(): PartEvent[] {
    if (this.open?.kind !== 'call') return [];
    const { part, partial } = this.open;
    this.open = undefined;
    return [this.event(part, { type: 'arguments', text: partial.text }), this.event(part, { type: 'part-end' })];
  }

  /** An empty text only matters for its signature, which ends the part that it signs. */
  private readText(
    kind: 'text' | 'reasoning',
    text: string,
    signature: Signature | undefined,
    index: number,
  ): PartEvent[] {
    if (text === '' && !signature) return [];
    const events = this.end();
    const growing = this.open && this.open.kind === kind && !this.open.isSigned ? this.open : undefined;
    const part = growing?.part ?? this.partsBegun++;
    if (!growing && kind === 'text') this.texts.push({ part, text: '', firstIndex: index });
    if (text !== '' || !growing) events.push(this.event(part, { type: kind, text }));
    if (signature) events.push(this.event(part, { type: 'signature', signature }));
    this.open = { kind, part, isSigned: signature !== undefined };
    const last = this.texts.at(-1);
    if (kind === 'text' && last) last.text += text;
    if (kind === 'reasoning' && signature) this.signatures.add(signature.value);
    return events;
  }

  /** @param thought the whole part, where the image is one that the model drew for itself */
  private readMedia(
    media: MediaPart,
    signature: Signature | undefined,
    index: number,
    thought: JsonObject | undefined,
  ): PartEvent[] {
    if (thought) return this.readNative('thought', thought);
    // The canonical form signs no media: an empty text after it keeps the signature.
    return [...this.whole({ type: 'media', media }), ...this.readText('text', '', signature, index)];
  }

  private readNative(kind: string, value: JsonObject): PartEvent[] {
    return this.whole({ type: 'native', native: nativePart(kind, value) });
  }

  private whole(said: PartSaying): PartEvent[] {
    const events = this.end();
    this.open = undefined;
    return [...events, this.event(this.partsBegun++, said)];
  }

  private readCall(value: JsonObject, signature: Signature | undefined, responseId: string | undefined): PartEvent[] {
    const call = new Fields(value, `${PATH}.functionCall`, this.unknown);
    const name = asText(call.get('name'));
    const id = asText(call.get('id'));
    const args = call.get('args');
    const partials = objectsIn(call.get('partialArgs'));
    const willContinue = call.get('willContinue') === true;
    call.end();

    const events: PartEvent[] = [];
    if (this.open?.kind !== 'call' || name !== undefined) {
      events.push(...this.end());
      const part = this.partsBegun++;
      events.push(this.event(part, { type: 'tool-call', id: id ?? this.makeUpId(responseId), name: name ?? '' }));
      if (signature) events.push(this.event(part, { type: 'signature', signature }));
      this.calls++;
      if (!willContinue && partials.length === 0) {
        this.open = undefined;
        if (args !== undefined) events.push(this.event(part, { type: 'arguments', text: JSON.stringify(args) }));
        return [...events, this.event(part, { type: 'part-end' })];
      }
      this.open = { kind: 'call', part, partial: new PartialArguments() };
    }
    for (const partial of partials) this.open.partial.push(partial);
    return willContinue ? events : [...events, ...this.end()];
  }

  private makeUpId(responseId: string | undefined): string {
    return ['call', responseId, this.choice, this.calls].filter((word) => word !== undefined).join('_');
  }

  private event(part: number, said: PartSaying): PartEvent {
    return { ...said, choice: this.choice, part };
  }
}

function mediaIn(part: Fields, unknown: UnknownFields | undefined): MediaPart | undefined {
  const inline = part.get('inlineData');
  const file = part.get('fileData');
  if (isObject(inline)) {
    const blob = new Fields(inline, `${PATH}.inlineData`, unknown);
    const data = asText(blob.get('data')) ?? '';
    const media = mediaOfBlob({
      data,
      mimeType: asText(blob.get('mimeType')),
      displayName: asText(blob.get('displayName')),
    });
    blob.end();
    return media;
  }
  if (!isObject(file)) return undefined;
  const fields = new Fields(file, `${PATH}.fileData`, unknown);
  const fileUri = asText(fields.get('fileUri')) ?? '';
  const mimeType = asText(fields.get('mimeType'));
  const media = mediaOfFile({ fileUri, mimeType, displayName: asText(fields.get('displayName')) });
  fields.end();
  return media;
}
