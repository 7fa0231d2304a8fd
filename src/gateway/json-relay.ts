import { Injectable } from '@nestjs/common';
import { readReply } from '../dialects/openai-chat/openai-chat.reply.js';
import { readBounded } from '../providers/read-bounded.js';
import { Resilience } from '../resilience/resilience.js';
import type { Target } from '../routing/target.js';
import { UsageMeter } from '../usage/usage-meter.js';
import { type Conversation, callOf, promptText, startAttempt } from './conversation.js';
import { costText, setTargetHeaders } from './gateway-headers.js';

/** Far above any answer; an endless one must not fill the memory. */
const MAX_REPLY_BYTES = 64 * 1024 * 1024;

/** Relays a whole answer: nothing reaches the client before all of it is there, so every failure can be retried. */
@Injectable()
export class JsonRelay {
  constructor(
    private readonly resilience: Resilience,
    private readonly meter: UsageMeter,
  ) {}

  /** @throws PlanFailedError when no target answered */
  async relay(conversation: Conversation): Promise<Buffer> {
    const { exchange, reply, body, plan, deadline } = conversation;
    const { bytes, facts, target } = await this.resilience.run({
      ...plan,
      deadline,
      attempt: (candidate: Target, waitedMs) => ask(conversation, candidate, waitedMs),
    });
    exchange.markFirstToken();
    exchange.finishReason = facts.finishReason;
    await this.meter.settle(exchange, {
      usage: facts.usage,
      model: facts.model,
      priceId: target.provider.priceId,
      prompt: () => promptText(body.dto),
      written: () => facts.written(),
    });
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
