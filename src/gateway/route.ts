import type { DialectName, JsonObject } from '../dialects/conversation.js';
import type { ReplyContext } from '../dialects/dialect.js';
import { vendorDialects } from '../dialects/dialects.js';
import { asObject, isObject } from '../dialects/fields.js';
import { Losses } from '../dialects/losses.js';
import type { ReplyFacts } from '../dialects/reply-facts.js';
import { eventData } from '../dialects/sse.js';
import { UpstreamError, type VendorError } from '../errors/upstream-error.js';
import { type ProviderCall, dialectsOf } from '../providers/provider.js';
import type { Target } from '../routing/target.js';
import type { AnswerPipe } from './answer-pipe.js';
import type { CallerRequest } from './caller-request.js';
import { vendorHeaders } from './gateway-headers.js';
import { openAiRefusal } from './openai-refusal.js';
import { PassthroughPipe } from './passthrough-pipe.js';
import { factsOf } from './reply-text.js';
import { TranslationPipe } from './translation-pipe.js';

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
  pipe(): AnswerPipe;
}

/** Chooses the way to a target: bytes through where both speak the same dialect, else by the canonical form. */
export function routeTo(request: CallerRequest, target: Target): Route {
  const spoken = dialectsOf(target.provider, target.model);
  const { dialect } = request.asked;
  if (!spoken.includes(dialect)) return new TranslationRoute(request, target, spoken[0]);
  if (!request.holdsOurs) return new PassthroughRoute(request, target);
  return new TranslationRoute(request, target, dialect);
}

class PassthroughRoute implements Route {
  readonly dropped: readonly string[];
  private readonly body: Buffer;

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
    return generateCall(this.request, this.target, this.request.asked.dialect, this.body, signal);
  }

  readReply(bytes: Buffer): WholeAnswer {
    return { bytes, facts: this.request.language.passthrough.readReply(bytes) };
  }

  pipe(): AnswerPipe {
    return new PassthroughPipe(this.request.language.passthrough, !this.request.wantsUsageChunk);
  }

  readError(body: unknown): VendorError | undefined {
    return vendorDialects[this.request.asked.dialect].readError(body);
  }

  refusalBody(body: Buffer, value: JsonObject): Buffer | undefined {
    if (this.request.asked.dialect.startsWith('openai-')) return openAiRefusal(body, value);
    return isObject(value['error']) ? body : undefined;
  }
}

class TranslationRoute implements Route {
  private readonly losses = new Losses();
  private readonly vendor;
  private readonly body: Buffer;

  constructor(
    private readonly request: CallerRequest,
    private readonly target: Target,
    dialect: DialectName,
  ) {
    const { provider, model } = target;
    this.vendor = vendorDialects[dialect];
    const encoded = this.vendor.encodeRequest(request.conversation, {
      model,
      losses: this.losses,
      extensions: provider.extensions,
    });
    const { stream } = request.asked;
    const { body, dropped } = provider.adapt(Buffer.from(JSON.stringify(encoded)), { dialect, stream });
    for (const name of dropped) this.losses.add(name);
    this.body = body;
  }

  get dropped(): readonly string[] {
    return this.losses.names;
  }

  call(signal: AbortSignal): ProviderCall {
    return generateCall(this.request, this.target, this.vendor.name, this.body, signal);
  }

  readReply(bytes: Buffer): WholeAnswer {
    const reply = this.vendor.decodeReply(parseJson(bytes));
    const body = this.request.language.dialect.encodeReply(reply, this.context());
    if (this.request.mayBeReferred) this.request.keepItems(body);
    return { bytes: Buffer.from(JSON.stringify(body)), facts: factsOf(reply) };
  }

  pipe(): AnswerPipe {
    const { request } = this;
    const keep = (terminal: string): void => {
      const event: unknown = JSON.parse(eventData(Buffer.from(terminal)) ?? '{}');
      request.keepItems(asObject(asObject(event)['response']));
    };
    const ended = request.mayBeReferred ? keep : undefined;
    return new TranslationPipe(this.vendor, request.language.dialect, this.context(), ended);
  }

  readError(body: unknown): VendorError | undefined {
    return this.vendor.readError(body);
  }

  refusalBody(): undefined {
    return undefined;
  }

  private context(): ReplyContext {
    const { exchange, conversation } = this.request;
    const createdAt = Math.floor(exchange.time.getTime() / 1000);
    return { requestId: exchange.id, model: this.target.model, conversation, createdAt, losses: this.losses };
  }
}

function generateCall(
  { request, asked }: CallerRequest,
  { model }: Target,
  dialect: ProviderCall['dialect'],
  body: Buffer,
  signal: AbortSignal,
): ProviderCall {
  return {
    operation: 'generate',
    dialect,
    model,
    body,
    stream: asked.stream,
    headers: vendorHeaders(request),
    signal,
  };
}

/** @throws UpstreamError `invalid_reply` */
export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch (cause) {
    throw new UpstreamError({ reason: 'invalid_reply' }, 'the reply is not JSON', { cause });
  }
}
