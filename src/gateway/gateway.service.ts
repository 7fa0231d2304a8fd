import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError } from '../errors/gateway-error.js';
import { headerOf } from '../exchange/fastify.js';
import { Router } from '../routing/router.js';
import type { Plan, Target } from '../routing/target.js';
import { type AskedAnswer, CallerRequest } from './caller-request.js';
import { countRoute } from './count-route.js';
import { type AskedEmbeddings, embeddedText, embeddingRoute } from './embedding-route.js';
import { namesOf } from './gateway-headers.js';
import { JsonRelay } from './json-relay.js';
import { LocalTokenCount } from './local-token-count.js';
import { ResponseItemMemory } from './response-item-memory.js';
import { routeTo } from './route.js';
import { StreamRelay } from './stream-relay.js';

/** Takes a checked request to a vendor and its answer back, within one deadline. */
@Injectable()
export class GatewayService {
  constructor(
    private readonly router: Router,
    private readonly jsonRelay: JsonRelay,
    private readonly streamRelay: StreamRelay,
    private readonly localTokenCount: LocalTokenCount,
    private readonly itemMemory: ResponseItemMemory,
  ) {}

  /**
   * @returns the JSON bytes of an answer, or `undefined` when it was streamed
   * @throws GatewayError while the client has got no byte
   */
  async generate(asked: AskedAnswer, request: FastifyRequest, reply: FastifyReply): Promise<Buffer | undefined> {
    const caller = withWishedTargets(await this.open(asked, request, reply));
    if (asked.stream) {
      await this.streamRelay.relay(caller);
      return undefined;
    }
    const { exchange, plan, deadline } = caller;
    const prompt = (): string => caller.promptText();
    return this.jsonRelay.relay({
      exchange,
      reply,
      plan,
      deadline,
      routeTo: (target) => routeTo(caller, target),
      prompt,
    });
  }

  /** The vendor's own count where it has one, else the gateway's, which says so in `x-gateway-token-count`. */
  async countTokens(asked: AskedAnswer, request: FastifyRequest, reply: FastifyReply): Promise<Buffer> {
    const caller = await this.open(asked, request, reply);
    const { exchange, deadline } = caller;
    const targets = caller.plan.targets.filter((target) => countRoute.isPossible(target));
    const [first] = caller.plan.targets;
    // Nothing is lost on the way to nobody.
    if (!first || targets[0] !== first) return this.localTokenCount.answer(caller);
    const route = (target: Target) => countRoute.to(caller, target);
    const plan = { ...caller.plan, targets: rejectsLosses(request) ? losslessTargets(targets, route) : targets };
    const bytes = await this.jsonRelay.relay({ exchange, reply, plan, deadline, routeTo: route, prompt: undefined });
    reply.header('x-gateway-token-count', 'vendor');
    return bytes;
  }

  async embed(asked: AskedEmbeddings, request: FastifyRequest, reply: FastifyReply): Promise<Buffer> {
    const { exchange, deadline } = request;
    const found = await this.plan(asked.model, request, { dialect: 'openai-embeddings', stream: false });
    const targets = found.targets.filter(({ provider }) => provider.embeds !== undefined);
    if (targets.length === 0) {
      throw new GatewayError('invalid_request', `The model '${asked.model}' has no embeddings.`, { param: 'model' });
    }
    const route = (target: Target) => embeddingRoute(asked, request, target);
    const plan = { ...found, targets: rejectsLosses(request) ? losslessTargets(targets, route) : targets };
    const prompt = (): string => embeddedText(asked);
    return this.jsonRelay.relay({ exchange, reply, plan, deadline, routeTo: route, prompt });
  }

  private async open(asked: AskedAnswer, request: FastifyRequest, reply: FastifyReply): Promise<CallerRequest> {
    const plan = await this.plan(asked.model, request, asked);
    return new CallerRequest(asked, request, reply, plan, this.itemMemory);
  }

  private async plan(
    model: string,
    { exchange, deadline }: FastifyRequest,
    { dialect, stream }: { readonly dialect: string; readonly stream: boolean },
  ): Promise<Plan> {
    exchange.dialect = dialect;
    exchange.modelRequested = model;
    exchange.stream = stream;
    const plan = await this.router.plan(model);
    deadline.limit(plan.timeouts.totalMs);
    deadline.signal.throwIfAborted();
    return plan;
  }
}

/** The request with those targets alone that lose nothing, where its caller wishes so. */
function withWishedTargets(caller: CallerRequest): CallerRequest {
  if (!rejectsLosses(caller.request)) return caller;
  return caller.withTargets(losslessTargets(caller.plan.targets, (target) => routeTo(caller, target)));
}

/** Whether the caller would rather have no answer than one to less than it asked. */
function rejectsLosses(request: FastifyRequest): boolean {
  const wish = headerOf(request, 'x-gateway-unsupported');
  if (wish === undefined || wish === 'drop') return false;
  if (wish === 'reject') return true;
  throw new GatewayError('invalid_request', "'x-gateway-unsupported' must be drop or reject.", {
    param: 'x-gateway-unsupported',
  });
}

/** @throws GatewayError `invalid_request` that names what every target would lose */
function losslessTargets(
  targets: readonly Target[],
  route: (target: Target) => { readonly dropped: readonly string[] },
): readonly Target[] {
  const ways = targets.map((target) => ({ target, dropped: route(target).dropped }));
  const lossless = ways.filter(({ dropped }) => dropped.length === 0).map(({ target }) => target);
  const [first] = ways;
  if (lossless.length > 0 || !first) return lossless;
  const names = namesOf(first.dropped).join(', ');
  throw new GatewayError('invalid_request', `The provider of this model cannot be sent: ${names}.`, {
    param: namesOf(first.dropped)[0] ?? 'model',
  });
}
