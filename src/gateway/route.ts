import { randomUUID } from 'node:crypto';
import type { DialectName, JsonObject } from '../dialects/conversation.js';
import { asFunctionsOnly, withCustomCalls } from '../dialects/custom-tools.js';
import type { ReplyContext, VendorDialect } from '../dialects/dialect.js';
import { vendorDialects } from '../dialects/dialects.js';
import { asObject, isObject } from '../dialects/fields.js';
import { parseReply } from '../dialects/json.js';
import { Losses } from '../dialects/losses.js';
import type { Reply } from '../dialects/reply.js';
import { type ReplyFacts, wholeText } from '../dialects/reply-facts.js';
import { eventData, eventObject } from '../dialects/sse.js';
import { writtenInPart } from '../dialects/written-part.js';
import type { VendorError } from '../errors/upstream-error.js';
import { type Provider, type ProviderCall, dialectsOf } from '../providers/provider.js';
import type { Target } from '../routing/target.js';
import type { AnswerPipe } from './answer-pipe.js';
import type { CallerRequest } from './caller-request.js';
import { openAiRefusal } from './openai-refusal.js';
import { PassthroughPipe } from './passthrough-pipe.js';
import type { SentMemory } from './sent-events.js';
import { TranslationPipe } from './translation-pipe.js';
import { vendorCall } from './vendor-call.js';

/** A whole answer: what the client gets of it, and what the account needs of it. */
interface WholeAnswer {
  readonly bytes: Buffer;
  readonly facts: ReplyFacts;
}

/** How one request is put to one target, and how its JSON answer is read. */
export interface JsonRoute {
  call(signal: AbortSignal): ProviderCall;
  /** @throws UpstreamError `invalid_reply` */
  readReply(bytes: Buffer): WholeAnswer;
  /** What the vendor says of a failure; `undefined` where nothing can be read. */
  readError(body: unknown): VendorError | undefined;
  /** The vendor's refusal as bytes for the client, where it is in the client's language. */
  refusalBody(body: Buffer, value: JsonObject): Buffer | undefined;
  /** What the request loses on this way, before it is sent; after the answer, what that lost too. */
  readonly dropped: readonly string[];
}

/** The same for an answer that may come as a stream. */
export interface Route extends JsonRoute {
  /** @param memory keeps what the client gets as bytes, so that another vendor could go on */
  pipe(memory: SentMemory): AnswerPipe;
  /** The pipe in which another vendor can go on after this one broke off; `undefined` where none can. */
  pipeToGoOn(): TranslationPipe | undefined;
}

/** The language in which a target is asked: the client's own, where it is understood there. */
export function dialectTo({ asked }: CallerRequest, { provider, model }: Target): VendorDialect {
  const spoken = dialectsOf(provider, model);
  return vendorDialects[spoken.includes(asked.dialect) ? asked.dialect : spoken[0]];
}

/** Chooses the way to a target: bytes through where both speak the same dialect, else by the canonical form. */
export function routeTo(request: CallerRequest, target: Target): Route {
  const { name } = dialectTo(request, target);
  if (name === request.asked.dialect && !request.holdsOurs) return new PassthroughRoute(request, target);
  return new TranslationRoute(request, target, name);
}

class PassthroughRoute implements Route {
  readonly dropped: readonly string[];
  private readonly body: Buffer;
  private opened: PassthroughPipe | undefined;

  constructor(
    private readonly request: CallerRequest,
    private readonly target: Target,
  ) {
    const { asked, language } = request;
    const { provider, model } = target;
    const askForUsage = asked.stream && provider.askForUsage;
    const spliced = language.passthrough.toUpstreamBody(asked.bytes, { model, askForUsage });
    const { body, dropped } = provider.adapt(spliced, { dialect: asked.dialect, stream: asked.stream });
    this.body = body;
    this.dropped = dropped;
  }

  call(signal: AbortSignal): ProviderCall {
    const { request, target, body } = this;
    const { dialect, stream } = request.asked;
    return vendorCall(request.request, target, { operation: 'generate', dialect, body, stream }, signal);
  }

  readReply(bytes: Buffer): WholeAnswer {
    const facts = this.request.language.passthrough.readReply(bytes);
    return { bytes: this.rename?.(bytes) ?? bytes, facts };
  }

  pipe(memory: SentMemory): AnswerPipe {
    const { language, wantsUsageChunk, plan, choices } = this.request;
    const sent = plan.streamRecovery === 'continue' && choices === 1 ? memory.keep() : undefined;
    const options = { dropUsage: !wantsUsageChunk, rename: this.rename, sent };
    this.opened = new PassthroughPipe(language.passthrough, options);
    return this.opened;
  }

  /** What the client got is translated once more, so that the pipe stands where the client does. */
  pipeToGoOn(): TranslationPipe | undefined {
    const { request, target, opened } = this;
    const sent = opened?.takeSent();
    if (!opened || !sent) return undefined;
    const vendor = vendorDialects[request.asked.dialect];
    const pipe = translationPipe(request, { vendor, customNames: NO_NAMES, context: replyContext(request, target) });
    pipe.adopt(sent, opened.eventsSent);
    return pipe;
  }

  private get rename(): ((bytes: Buffer) => Buffer) | undefined {
    const { answerName, insistsOnAnswerName, language } = this.request;
    const { withReplyModel } = language.passthrough;
    if (!withReplyModel || answerName === undefined || !insistsOnAnswerName) return undefined;
    return (bytes) => withReplyModel(bytes, answerName);
  }

  readError(body: unknown): VendorError | undefined {
    return vendorDialects[this.request.asked.dialect].readError(body);
  }

  refusalBody(body: Buffer, value: JsonObject): Buffer | undefined {
    if (this.request.asked.dialect.startsWith('openai-')) return openAiRefusal(body, value);
    return isObject(value['error']) ? body : undefined;
  }
}

/** Client and vendor speak different dialects, or the body has to be read. */
export class TranslationRoute implements Route {
  readonly vendor: VendorDialect;
  /** Functions that stand for tools of free text, which this vendor has not. */
  readonly customNames: ReadonlySet<string>;
  private readonly losses = new Losses();
  private readonly context: ReplyContext;
  private readonly body: Buffer;
  private opened: TranslationPipe | undefined;

  constructor(
    private readonly request: CallerRequest,
    private readonly target: Target,
    dialect: DialectName,
    conversation = request.conversation,
  ) {
    const { provider, model } = target;
    this.vendor = vendorDialects[dialect];
    const { losses } = this;
    const { extensions } = provider;
    const asked = takesCustomTools(provider, dialect)
      ? { conversation, customNames: NO_NAMES }
      : asFunctionsOnly(conversation, losses);
    this.customNames = asked.customNames;
    const encoded = this.vendor.encodeRequest(asked.conversation, { model, losses, extensions });
    const { stream } = request.asked;
    const { body, dropped } = provider.adapt(Buffer.from(JSON.stringify(encoded)), { dialect, stream });
    for (const name of dropped) losses.add(name);
    this.body = body;
    this.context = replyContext(request, target, losses);
  }

  get dropped(): readonly string[] {
    return this.losses.names;
  }

  call(signal: AbortSignal): ProviderCall {
    const { request, target, body } = this;
    const { stream } = request.asked;
    return vendorCall(
      request.request,
      target,
      { operation: 'generate', dialect: this.vendor.name, body, stream },
      signal,
    );
  }

  readReply(bytes: Buffer): WholeAnswer {
    const reply = withCustomCalls(this.vendor.decodeReply(parseReply(bytes)), this.customNames);
    const named = { ...reply, model: this.request.answerName ?? reply.model };
    const body = this.request.language.dialect.encodeReply(named, this.context);
    if (this.request.mayBeReferred) this.request.keepItems(body);
    return { bytes: Buffer.from(JSON.stringify(body)), facts: factsOf(reply) };
  }

  pipe(): AnswerPipe {
    const { request, vendor, customNames, context } = this;
    this.opened = translationPipe(request, { vendor, customNames, context });
    return this.opened;
  }

  pipeToGoOn(): TranslationPipe | undefined {
    return this.opened;
  }

  readError(body: unknown): VendorError | undefined {
    return this.vendor.readError(body);
  }

  refusalBody(): undefined {
    return undefined;
  }
}

const NO_NAMES: ReadonlySet<string> = new Set();

function replyContext(request: CallerRequest, target: Target, losses = new Losses()): ReplyContext {
  const { exchange, conversation, answerName } = request;
  const createdAt = Math.floor(exchange.time.getTime() / 1000);
  // Ids that the gateway makes up are made from one of its own: a client may choose a request's id twice.
  return { requestId: randomUUID(), model: answerName ?? target.model, conversation, createdAt, losses };
}

interface Translated {
  readonly vendor: VendorDialect;
  readonly customNames: ReadonlySet<string>;
  readonly context: ReplyContext;
}

function translationPipe(request: CallerRequest, translated: Translated): TranslationPipe {
  const keep = (terminal: string): void => {
    request.keepItems(asObject(eventObject(eventData(Buffer.from(terminal)) ?? '')?.['response']));
  };
  const { answerName, language, mayBeReferred } = request;
  const ended = mayBeReferred ? keep : undefined;
  return new TranslationPipe({ ...translated, answerName, client: language.dialect, ended });
}

function takesCustomTools({ extensions }: Provider, dialect: DialectName): boolean {
  return dialect === 'openai-responses' || (dialect === 'openai-chat' && extensions?.includes('custom_tools') === true);
}

/** What the account needs of a decoded answer. */
function factsOf({ model, usage, choices }: Reply): ReplyFacts {
  const text = (): string => choices.flatMap(({ parts }) => parts.flatMap(writtenInPart)).join('\n');
  return { model, usage, finishReason: choices[0]?.finish?.native, written: () => wholeText(text()) };
}
