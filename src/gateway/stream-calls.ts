import { Injectable } from '@nestjs/common';
import type { Call } from '../resilience/resilience.js';
import type { StreamClock } from '../resilience/stream-clock.js';
import { type Target, answerTimeoutMs } from '../routing/target.js';
import { UsageMeter } from '../usage/usage-meter.js';
import type { AnswerPipe } from './answer-pipe.js';
import type { CallerRequest } from './caller-request.js';
import { streamClock } from './clocks.js';
import type { Route } from './route.js';
import { RunningCall } from './running-call.js';
import { VendorStream } from './vendor-stream.js';
import { verdict } from './vendor-verdict.js';

/** A stream whose first part is there: from here on another target can only go on with it. Its owner ends it. */
export interface BegunStream {
  readonly route: Route;
  readonly stream: VendorStream;
  readonly first: Buffer;
  readonly clock: StreamClock;
  readonly call: RunningCall;
  /** The text that went in, for counting. */
  readonly prompt: () => string;
}

interface StreamStart {
  readonly target: Target;
  readonly route: Route;
  readonly call: Call;
  readonly pipe: AnswerPipe;
  readonly prompt: () => string;
  /** Whether it goes on with what another call began. */
  readonly continues: boolean;
}

/** Makes the calls of streams, and accounts for them. */
@Injectable()
export class StreamCalls {
  constructor(private readonly meter: UsageMeter) {}

  /**
   * Makes one call and waits for the first part of its answer.
   * @throws UpstreamError when the vendor fails, or stays silent, before that
   */
  async begin(request: CallerRequest, start: StreamStart): Promise<BegunStream> {
    const { exchange, deadline, choices } = request;
    const { target, route, pipe, prompt, continues } = start;
    const call = new RunningCall(exchange, target, start.call, continues);
    const clock = streamClock(target, start.call, deadline);
    try {
      const answer = await target.provider.send(route.call(clock.signal));
      const { idleMs } = target.timeouts;
      const options = { choices, idleMs, workingMs: Math.max(idleMs, answerTimeoutMs(target)) };
      const stream = new VendorStream(answer.body, clock, pipe, options);
      const first = await stream.begin();
      call.begun();
      return { route, stream, first, clock, call, prompt };
    } catch (thrown) {
      const error = verdict(thrown, route);
      clock.end();
      call.failed(error);
      // A vendor that has told of tokens, or sent some, is going to charge for them.
      if (pipe.hasText || pipe.facts.usage) await this.settle(request, { pipe, call, prompt }, false);
      pipe.release();
      throw error;
    }
  }

  /** @param isWhole whether the answer has come to its end */
  settle(
    { exchange }: CallerRequest,
    { pipe, call, prompt }: Pick<StreamStart, 'pipe' | 'prompt'> & { readonly call: RunningCall },
    isWhole: boolean,
  ): Promise<void> {
    const { facts } = pipe;
    const { priceId } = call.target.provider;
    return this.meter.settle(exchange, call.attempt, { facts, isWhole, priceId, prompt });
  }
}
