import { Injectable } from '@nestjs/common';
import { readReply } from '../dialects/openai-chat/openai-chat.reply.js';
import { MAX_REPLY_BYTES, readBounded } from '../providers/read-bounded.js';
import { Resilience } from '../resilience/resilience.js';
import type { Target } from '../routing/target.js';
import { UsageMeter } from '../usage/usage-meter.js';
import { type Conversation, callOf, meteredAnswer, startAttempt } from './conversation.js';
import { costText, setTargetHeaders } from './gateway-headers.js';

/** Relays a whole answer: nothing reaches the client before all of it is there, so every failure can be retried. */
@Injectable()
export class JsonRelay {
  constructor(
    private readonly resilience: Resilience,
    private readonly meter: UsageMeter,
  ) {}

  /** @throws PlanFailedError when no target answered */
  async relay(conversation: Conversation): Promise<Buffer> {
    const { exchange, reply, plan, deadline } = conversation;
    const { bytes, facts, target } = await this.resilience.run({
      ...plan,
      deadline,
      attempt: (candidate: Target, waitedMs) => ask(conversation, candidate, waitedMs),
    });
    exchange.markFirstToken();
    exchange.finishReason = facts.finishReason;
    await this.meter.settle(exchange, meteredAnswer(conversation, target, facts));
    setTargetHeaders(reply, exchange);
    reply.header('x-gateway-cost-usd', costText(exchange.cost));
    reply.header('content-type', 'application/json; charset=utf-8');
    return bytes;
  }
}

async function ask(conversation: Conversation, target: Target, waitedMs: number) {
  const { signal } = conversation.deadline;
  const endAttempt = startAttempt(conversation.exchange, target, waitedMs);
  try {
    const answer = await target.provider.send(callOf(conversation, target, signal));
    const bytes = await readBounded(answer.body, MAX_REPLY_BYTES);
    const facts = readReply(bytes);
    endAttempt();
    return { bytes, facts, target };
  } catch (error) {
    endAttempt(error);
    throw error;
  }
}
