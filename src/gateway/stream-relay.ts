import { Injectable } from '@nestjs/common';
import { toErrorEvent, vendorMessage } from '../dialects/openai-chat/openai-chat.error.js';
import { GatewayError } from '../errors/gateway-error.js';
import { UpstreamError } from '../errors/upstream-error.js';
import { Resilience } from '../resilience/resilience.js';
import { StreamClock } from '../resilience/stream-clock.js';
import type { Target } from '../routing/target.js';
import { UsageMeter } from '../usage/usage-meter.js';
import { ChatStream } from './chat-stream.js';
import { type Conversation, callOf, meteredAnswer, startAttempt } from './conversation.js';
import { EventOutlet } from './event-outlet.js';
import { setTargetHeaders, streamComment } from './gateway-headers.js';

const DONE = 'data: [DONE]\n\n';

/** A stream whose first chunk is there: from here on no other target can take over. */
interface BegunStream {
  readonly target: Target;
  readonly stream: ChatStream;
  readonly first: Buffer;
  readonly clock: StreamClock;
  readonly endAttempt: (error?: unknown) => void;
}

/** Relays a stream event by event, and never lets a broken one look whole. */
@Injectable()
export class StreamRelay {
  constructor(
    private readonly resilience: Resilience,
    private readonly meter: UsageMeter,
  ) {}

  /** @throws PlanFailedError when no target began to answer */
  async relay(conversation: Conversation): Promise<void> {
    const { exchange, plan, deadline } = conversation;
    const begun = await this.resilience.run({
      ...plan,
      deadline,
      attempt: (target: Target, waitedMs) => begin(conversation, target, waitedMs),
    });
    try {
      await this.forward(conversation, begun);
      await begun.stream.close();
    } catch (error) {
      exchange.fail(toStreamError(error));
      throw error;
    } finally {
      begun.clock.end();
      exchange.close();
    }
  }

  private async forward(conversation: Conversation, begun: BegunStream): Promise<void> {
    const { exchange, reply, deadline } = conversation;
    const { stream, first, endAttempt } = begun;
    setTargetHeaders(reply, exchange);
    const outlet = new EventOutlet(reply, deadline.signal);
    outlet.open();
    try {
      for (let bytes: Buffer | undefined = first; bytes !== undefined; bytes = await stream.next()) {
        if (stream.hasText) exchange.markFirstToken();
        await outlet.write(bytes);
      }
      if (!stream.isWhole) throw new UpstreamError({ reason: 'network' }, 'the stream closed before the answer ended');
      endAttempt();
    } catch (error) {
      endAttempt(error);
      exchange.fail(toStreamError(error));
    }
    await this.settle(conversation, begun);
    const { error } = exchange;
    exchange.close();
    outlet.end(error ? toErrorEvent(error, begun.target.model) : `${streamComment(exchange)}${DONE}`);
  }

  private settle(conversation: Conversation, { stream: { facts }, target }: BegunStream): Promise<void> {
    const { exchange } = conversation;
    exchange.finishReason = facts.finishReason;
    return this.meter.settle(exchange, meteredAnswer(conversation, target, facts));
  }
}

async function begin(conversation: Conversation, target: Target, waitedMs: number): Promise<BegunStream> {
  const { exchange, body, plan, deadline } = conversation;
  const endAttempt = startAttempt(exchange, target, waitedMs);
  const clock = new StreamClock(deadline.signal, plan.timeouts.firstTokenMs, silence);
  try {
    const answer = await target.provider.send(callOf(conversation, target, clock.signal));
    const asked = body.dto.stream_options?.include_usage === true;
    const stream = new ChatStream(answer.body, clock, !asked, body.dto.n ?? 1);
    const first = await stream.begin();
    clock.begin(plan.timeouts.idleMs);
    return { target, stream, first, clock, endAttempt };
  } catch (error) {
    clock.end();
    endAttempt(error);
    throw error;
  }
}

function silence(afterMs: number): UpstreamError {
  return new UpstreamError({ reason: 'timeout' }, `silent for ${afterMs} ms`);
}

function toStreamError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  if (!(error instanceof UpstreamError))
    return new GatewayError('internal_error', 'The gateway failed.', { cause: error });
  const { failure } = error;
  if (failure.reason === 'timeout') {
    return new GatewayError('upstream_timeout', 'The provider stopped sending before its answer was whole.', {
      cause: error,
    });
  }
  const reported = failure.reason === 'status' && !error.isAboutAccount ? reportedMessage(failure.body) : undefined;
  const message = reported ?? 'The provider broke off before its answer was whole.';
  return new GatewayError('upstream_error', message, { cause: error });
}

function reportedMessage(body: Uint8Array): string | undefined {
  const value: { error?: unknown } = JSON.parse(Buffer.from(body).toString());
  return vendorMessage(value.error);
}
