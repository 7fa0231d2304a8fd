import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { ReplyFacts } from '../dialects/reply-facts.js';
import type { Exchange } from '../exchange/exchange.js';
import { MAX_REPLY_BYTES, readBounded } from '../providers/read-bounded.js';
import type { Deadline } from '../resilience/deadline.js';
import { PlanFailedError, Resilience } from '../resilience/resilience.js';
import type { Plan, Target } from '../routing/target.js';
import { UsageMeter } from '../usage/usage-meter.js';
import { startAttempt } from './attempt-record.js';
import { costText, setDroppedHeader, setTargetHeaders } from './gateway-headers.js';
import type { JsonRoute } from './route.js';
import { toCallerError } from './upstream-failure.js';
import { verdict } from './vendor-verdict.js';

/** One request whose answer comes as a whole. */
export interface JsonRequest {
  readonly exchange: Exchange;
  readonly reply: FastifyReply;
  readonly plan: Plan;
  readonly deadline: Deadline;
  readonly routeTo: (target: Target) => JsonRoute;
  /** The text that went in, for counting; `undefined` where the answer costs nothing. */
  readonly prompt: (() => string) | undefined;
}

/** Relays a whole answer: nothing reaches the client before all of it is there, so every failure can be retried. */
@Injectable()
export class JsonRelay {
  constructor(
    private readonly resilience: Resilience,
    private readonly meter: UsageMeter,
  ) {}

  /**
   * @returns the bytes for the client
   * @throws GatewayError when no target answered
   */
  async relay(request: JsonRequest): Promise<Buffer> {
    const { exchange, reply, plan, deadline, routeTo, prompt } = request;
    let route: JsonRoute | undefined;
    const attempt = (target: Target, waitedMs: number) => {
      route = routeTo(target);
      return ask(request, target, route, waitedMs);
    };
    const { bytes, facts, target } = await this.resilience
      .run({ ...plan, deadline, attempt })
      .catch((error: unknown) => {
        throw error instanceof PlanFailedError ? toCallerError(error.last, exchange.attempts, route) : error;
      });
    exchange.markFirstToken();
    exchange.finishReason = facts.finishReason;
    if (prompt) await this.settle(exchange, target, facts, prompt);
    setTargetHeaders(reply, exchange);
    setDroppedHeader(reply, route?.dropped ?? []);
    if (prompt) reply.header('x-gateway-cost-usd', costText(exchange.cost));
    reply.header('content-type', 'application/json; charset=utf-8');
    return bytes;
  }

  private settle(exchange: Exchange, target: Target, facts: ReplyFacts, prompt: () => string): Promise<void> {
    const { usage, model } = facts;
    const { priceId } = target.provider;
    return this.meter.settle(exchange, { usage, model, priceId, prompt, written: () => facts.written() });
  }
}

async function ask({ exchange, deadline }: JsonRequest, target: Target, route: JsonRoute, waitedMs: number) {
  const endAttempt = startAttempt(exchange, target, waitedMs);
  try {
    const answer = await target.provider.send(route.call(deadline.signal));
    const { bytes, facts } = route.readReply(await readBounded(answer.body, MAX_REPLY_BYTES));
    endAttempt();
    return { bytes, facts, target };
  } catch (thrown) {
    const error = verdict(thrown, route);
    endAttempt(error);
    throw error;
  }
}
