import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Exchange } from '../exchange/exchange.js';
import { MAX_REPLY_BYTES, readBounded } from '../providers/read-bounded.js';
import type { Deadline } from '../resilience/deadline.js';
import type { Call } from '../resilience/resilience.js';
import type { Plan, Target } from '../routing/target.js';
import { UsageMeter } from '../usage/usage-meter.js';
import { answerClock } from './clocks.js';
import { costText, setDroppedHeader, setTargetHeaders } from './gateway-headers.js';
import type { JsonRoute } from './route.js';
import { RunningCall } from './running-call.js';
import { TargetCalls } from './target-calls.js';
import { toPlanError } from './upstream-failure.js';
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
    private readonly calls: TargetCalls,
    private readonly meter: UsageMeter,
  ) {}

  /**
   * @returns the bytes for the client
   * @throws GatewayError when no target answered
   */
  async relay(request: JsonRequest): Promise<Buffer> {
    const { exchange, reply, plan, deadline, routeTo, prompt } = request;
    let route: JsonRoute | undefined;
    const { bytes, facts, call } = await this.calls
      .run({ ...plan, exchange, deadline }, (target, start) => {
        route = routeTo(target);
        return ask(request, target, route, start);
      })
      .catch((error: unknown) => {
        throw toPlanError(error, exchange, route);
      });
    exchange.markFirstToken();
    exchange.finishReason = facts.finishReason;
    const { priceId } = call.target.provider;
    if (prompt) await this.meter.settle(exchange, call.attempt, { facts, isWhole: true, priceId, prompt });
    setTargetHeaders(reply, exchange);
    setDroppedHeader(reply, route?.dropped ?? []);
    if (prompt) reply.header('x-gateway-cost-usd', costText(exchange.cost));
    reply.header('content-type', 'application/json; charset=utf-8');
    return bytes;
  }
}

async function ask({ exchange, deadline }: JsonRequest, target: Target, route: JsonRoute, start: Call) {
  const call = new RunningCall(exchange, target, start);
  const clock = answerClock(target, start, deadline);
  try {
    const answer = await target.provider.send(route.call(clock?.signal ?? deadline.signal));
    const { bytes, facts } = route.readReply(await readBounded(answer.body, MAX_REPLY_BYTES));
    call.end();
    return { bytes, facts, call };
  } catch (thrown) {
    const error = verdict(thrown, route);
    call.failed(error);
    throw error;
  } finally {
    clock?.end();
  }
}
