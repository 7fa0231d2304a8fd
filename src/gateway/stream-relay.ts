import { Injectable } from '@nestjs/common';
import type { GatewayError } from '../errors/gateway-error.js';
import { UpstreamError } from '../errors/upstream-error.js';
import { PlanFailedError, Resilience } from '../resilience/resilience.js';
import { StreamClock } from '../resilience/stream-clock.js';
import type { Target } from '../routing/target.js';
import { UsageMeter } from '../usage/usage-meter.js';
import { startAttempt } from './attempt-record.js';
import type { CallerRequest } from './caller-request.js';
import { EventOutlet } from './event-outlet.js';
import { setDroppedHeader, setTargetHeaders, streamComment } from './gateway-headers.js';
import { KnownSecrets } from './known-secrets.js';
import { type Route, routeTo } from './route.js';
import { toCallerError, toStreamError } from './upstream-failure.js';
import { VendorStream } from './vendor-stream.js';
import { vendorWords } from './vendor-refusal.js';
import { verdict } from './vendor-verdict.js';

/** A stream whose first part is there: from here on no other target can take over. */
interface BegunStream {
  readonly target: Target;
  readonly route: Route;
  readonly stream: VendorStream;
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
    private readonly secrets: KnownSecrets,
  ) {}

  /** @throws GatewayError when no target began to answer and the client has got no byte */
  async relay(request: CallerRequest): Promise<void> {
    const { exchange, reply, deadline, language } = request;
    const outlet = new EventOutlet(reply, deadline.signal, language.dialect.keepAlive);
    outlet.watch();
    try {
      const begun = await this.begin(request);
      await this.forward(request, begun, outlet);
    } catch (error) {
      exchange.fail(toStreamError(error));
      if (!outlet.isOpen || exchange.isClosed) throw error;
      exchange.close();
      outlet.end(this.errorEvent(request, exchange.error ?? toStreamError(error), 0));
    } finally {
      outlet.stop();
      if (outlet.isOpen) exchange.close();
    }
  }

  private async begin(request: CallerRequest): Promise<BegunStream> {
    const { exchange, plan, deadline } = request;
    let route: Route | undefined;
    const attempt = (target: Target, waitedMs: number): Promise<BegunStream> => {
      route = routeTo(request, target);
      return begin(request, target, route, waitedMs);
    };
    try {
      return await this.resilience.run({ ...plan, deadline, attempt });
    } catch (error) {
      throw error instanceof PlanFailedError ? toCallerError(error.last, exchange.attempts, route) : error;
    }
  }

  private async forward(request: CallerRequest, begun: BegunStream, outlet: EventOutlet): Promise<void> {
    const { exchange, reply } = request;
    const { stream, first, endAttempt, clock, route } = begun;
    try {
      setTargetHeaders(reply, exchange);
      setDroppedHeader(reply, route.dropped);
      outlet.open();
      try {
        for (let bytes: Buffer | undefined = first; bytes !== undefined; bytes = await stream.next()) {
          if (stream.hasText) exchange.markFirstToken();
          await outlet.write(bytes);
        }
        if (!stream.isWhole)
          throw new UpstreamError({ reason: 'network' }, 'the stream closed before the answer ended');
        endAttempt();
      } catch (error) {
        endAttempt(error);
        exchange.fail(toStreamError(error));
      }
      await this.settle(request, begun);
      const { error } = exchange;
      exchange.close();
      outlet.end(error ? this.errorEvent(request, error, stream.pipe.eventsSent) : ending(request, stream));
      await stream.close();
    } finally {
      clock.end();
    }
  }

  private errorEvent({ exchange, language }: CallerRequest, error: GatewayError, eventsSent: number): string {
    const model = exchange.target?.model;
    const context = { requestId: exchange.id, model, vendor: vendorWords(error), eventsSent };
    return this.secrets.mask(language.dialect.errorEvent(error, context));
  }

  private settle(request: CallerRequest, { stream: { facts }, target }: BegunStream): Promise<void> {
    const { exchange } = request;
    exchange.finishReason = facts.finishReason;
    const { usage, model } = facts;
    const { priceId } = target.provider;
    const prompt = (): string => request.promptText();
    return this.meter.settle(exchange, { usage, model, priceId, prompt, written: () => facts.written() });
  }
}

async function begin(request: CallerRequest, target: Target, route: Route, waitedMs: number): Promise<BegunStream> {
  const { exchange, plan, deadline, choices } = request;
  const endAttempt = startAttempt(exchange, target, waitedMs);
  const clock = new StreamClock(deadline.signal, plan.timeouts.firstTokenMs, silence);
  try {
    const answer = await target.provider.send(route.call(clock.signal));
    const stream = new VendorStream(answer.body, clock, route.pipe(), choices);
    const first = await stream.begin();
    clock.begin(plan.timeouts.idleMs);
    return { target, route, stream, first, clock, endAttempt };
  } catch (thrown) {
    const error = verdict(thrown, route);
    clock.end();
    endAttempt(error);
    throw error;
  }
}

function ending({ exchange }: CallerRequest, { pipe }: VendorStream): string {
  const { closing, terminal } = pipe.ending();
  return `${closing}${streamComment(exchange, pipe.dropped)}${terminal}`;
}

function silence(afterMs: number): UpstreamError {
  return new UpstreamError({ reason: 'timeout' }, `silent for ${afterMs} ms`);
}
