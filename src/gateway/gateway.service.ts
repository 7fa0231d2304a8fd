import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError } from '../errors/gateway-error.js';
import { type PlanQuery, Planner } from '../planning/planner.js';
import { unlessAborted } from '../providers/unless-aborted.js';
import type { Plan, SkipReason, Target } from '../routing/target.js';
import { TokenCounter } from '../usage/token-counter.js';
import { type AskedAnswer, CallerRequest } from './caller-request.js';
import { rejectsLosses, wishedTimeoutMs } from './caller-wishes.js';
import { countRoute } from './count-route.js';
import { type AskedEmbeddings, embeddedText, embeddingRoute } from './embedding-route.js';
import { withoutFallbacks } from './fallbacks.js';
import { namesOf } from './gateway-headers.js';
import { JsonRelay } from './json-relay.js';
import { LocalTokenCount } from './local-token-count.js';
import { NO_NEEDS, needsOf } from './needs.js';
import { ResponseItemMemory } from './response-item-memory.js';
import { routeTo } from './route.js';
import { StreamRelay } from './stream-relay.js';

/** Takes a checked request to a vendor and its answer back, within one deadline. */
@Injectable()
export class GatewayService {
  constructor(
    private readonly planner: Planner,
    private readonly jsonRelay: JsonRelay,
    private readonly streamRelay: StreamRelay,
    private readonly localTokenCount: LocalTokenCount,
    private readonly tokenCounter: TokenCounter,
    private readonly itemMemory: ResponseItemMemory,
  ) {}

  /**
   * @returns the JSON bytes of an answer, or `undefined` when it was streamed
   * @throws GatewayError while the client has got no byte
   */
  async generate(asked: AskedAnswer, request: FastifyRequest, reply: FastifyReply): Promise<Buffer | undefined> {
    const caller = await this.open(asked, request, reply);
    if (rejectsLosses(request)) caller.choose(losslessPlan(caller.plan, request, (target) => routeTo(caller, target)));
    if (caller.asked.stream) {
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
    const counting = { ...caller.plan, targets };
    const plan = rejectsLosses(request) ? losslessPlan(counting, request, route) : counting;
    const bytes = await this.jsonRelay.relay({ exchange, reply, plan, deadline, routeTo: route, prompt: undefined });
    reply.header('x-gateway-token-count', 'vendor');
    return bytes;
  }

  async embed(given: AskedEmbeddings, request: FastifyRequest, reply: FastifyReply): Promise<Buffer> {
    const { exchange, deadline } = request;
    const { asked, fallbacks } = withoutFallbacks(given);
    describe(request, { ...asked, dialect: 'openai-embeddings', stream: false });
    const found = await this.plan({ model: asked.model, fallbacks, needs: async () => NO_NEEDS }, request);
    const embedding = withTargets(found, request, 'no_embeddings', ({ provider }) => provider.embeds !== undefined);
    if (embedding.targets.length === 0) {
      throw new GatewayError('invalid_request', `The model '${asked.model}' has no embeddings.`, { param: 'model' });
    }
    const route = (target: Target) => embeddingRoute(asked, request, target);
    const plan = rejectsLosses(request) ? losslessPlan(embedding, request, route) : embedding;
    const prompt = (): string => embeddedText(asked);
    return this.jsonRelay.relay({ exchange, reply, plan, deadline, routeTo: route, prompt });
  }

  private async open(given: AskedAnswer, request: FastifyRequest, reply: FastifyReply): Promise<CallerRequest> {
    const { asked, fallbacks } = withoutFallbacks(given);
    describe(request, asked);
    const caller = new CallerRequest(asked, request, reply, this.itemMemory);
    const needs: PlanQuery['needs'] = (questions) => needsOf(caller, questions, this.tokenCounter);
    caller.choose(await this.plan({ model: asked.model, fallbacks, needs }, request));
    return caller;
  }

  private async plan(query: PlanQuery, request: FastifyRequest): Promise<Plan> {
    const { exchange, deadline } = request;
    const wishedMs = wishedTimeoutMs(request);
    // A vendor may be slow to say what models it has.
    deadline.limit(Math.min(deadline.totalMs, wishedMs));
    const plan = await unlessAborted(deadline.signal, this.planner.plan(query));
    for (const { target, reason } of plan.skipped) exchange.skip(target, reason);
    deadline.isHasty = wishedMs < plan.totalMs;
    deadline.limit(Math.min(plan.totalMs, wishedMs));
    deadline.signal.throwIfAborted();
    return plan;
  }
}

function describe(
  { exchange }: FastifyRequest,
  { model, dialect, stream }: { readonly model: string; readonly dialect: string; readonly stream: boolean },
): void {
  exchange.dialect = dialect;
  exchange.modelRequested = model;
  exchange.stream = stream;
}

/** The plan with those targets alone that can be asked. */
function withTargets(
  plan: Plan,
  { exchange }: FastifyRequest,
  reason: SkipReason,
  canBeAsked: (target: Target) => boolean,
): Plan {
  const targets = plan.targets.filter(canBeAsked);
  for (const target of plan.targets) if (!targets.includes(target)) exchange.skip(target, reason);
  return { ...plan, targets };
}

/** @throws GatewayError `invalid_request` that names what every target would lose */
function losslessPlan(
  plan: Plan,
  request: FastifyRequest,
  route: (target: Target) => { readonly dropped: readonly string[] },
): Plan {
  const dropped = new Map(plan.targets.map((target) => [target, route(target).dropped]));
  const lossless = withTargets(plan, request, 'cannot_be_sent', (target) => dropped.get(target)?.length === 0);
  const [first] = plan.targets;
  if (lossless.targets.length > 0 || !first) return lossless;
  const names = namesOf(dropped.get(first) ?? []);
  throw new GatewayError('invalid_request', `The provider of this model cannot be sent: ${names.join(', ')}.`, {
    param: names[0] ?? 'model',
  });
}
