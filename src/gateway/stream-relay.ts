import { Injectable } from '@nestjs/common';
import type { GatewayError } from '../errors/gateway-error.js';
import { UpstreamError } from '../errors/upstream-error.js';
import type { CallerRequest } from './caller-request.js';
import { EventOutlet } from './event-outlet.js';
import { setDroppedHeader, setTargetHeaders, streamComment } from './gateway-headers.js';
import { KnownSecrets } from './known-secrets.js';
import { type Route, routeTo } from './route.js';
import { SentMemory } from './sent-events.js';
import { type BegunStream, StreamCalls } from './stream-calls.js';
import { StreamRecovery } from './stream-recovery.js';
import { TargetCalls } from './target-calls.js';
import { toPlanError, toStreamError } from './upstream-failure.js';
import { vendorWords } from './vendor-refusal.js';
import { verdict } from './vendor-verdict.js';

/** A client that takes longer to read has held its vendor up. */
const HELD_UP_MS = 250;

/** Relays a stream event by event, has others go on where a vendor breaks off, and never lets a broken one look whole. */
@Injectable()
export class StreamRelay {
  constructor(
    private readonly targetCalls: TargetCalls,
    private readonly streamCalls: StreamCalls,
    private readonly sentMemory: SentMemory,
    private readonly secrets: KnownSecrets,
  ) {}

  /** @throws GatewayError when no target began to answer and the client has got no byte */
  async relay(request: CallerRequest): Promise<void> {
    const { exchange, reply, deadline, language } = request;
    const outlet = new EventOutlet(reply, deadline.signal, language.dialect.keepAlive);
    outlet.watch();
    try {
      const begun = await this.begin(request);
      setTargetHeaders(reply, exchange);
      setDroppedHeader(reply, begun.route.dropped);
      outlet.open();
      await this.forwardAll(request, begun, outlet);
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
    try {
      return await this.targetCalls.run({ ...plan, exchange, deadline }, (target, call) => {
        route = routeTo(request, target);
        const prompt = (): string => request.promptText();
        return this.streamCalls.begin(request, {
          target,
          route,
          call,
          pipe: route.pipe(this.sentMemory),
          prompt,
          continues: false,
        });
      });
    } catch (error) {
      throw toPlanError(error, exchange, route);
    }
  }

  /** Forwards the stream, and what others make of it after it broke off. */
  private async forwardAll(request: CallerRequest, first: BegunStream, outlet: EventOutlet): Promise<void> {
    const recovery = new StreamRecovery(request, this.targetCalls, this.streamCalls, first.call.target);
    let begun = first;
    try {
      for (;;) {
        const broken = await this.forward(request, begun, outlet);
        if (broken === undefined) break;
        begun.clock.end();
        const next = await recovery.goOn(begun, broken);
        if (!next) throw broken;
        begun = next;
        request.exchange.continuedBy.push(next.call.target.key);
      }
    } catch (error) {
      request.exchange.fail(toStreamError(error));
    }
    try {
      this.end(request, begun, outlet);
      await begun.stream.close();
    } finally {
      first.stream.pipe.release();
      begun.call.end(new Error('the request is over'));
      begun.clock.end();
    }
  }

  /** @returns what it broke off with; `undefined` where the answer is whole */
  private async forward(request: CallerRequest, begun: BegunStream, outlet: EventOutlet): Promise<unknown> {
    const { exchange } = request;
    const { stream, first, call, prompt, route } = begun;
    const { pipe } = stream;
    let broken: unknown;
    let heldUpMs = 0;
    try {
      for (let bytes: Buffer | undefined = first; bytes !== undefined; bytes = await stream.next()) {
        if (pipe.hasText) exchange.markFirstToken();
        heldUpMs = Math.max(heldUpMs, await outlet.write(bytes));
      }
      if (!stream.isWhole) throw new UpstreamError({ reason: 'network' }, 'the stream closed before the answer ended');
    } catch (error) {
      broken = verdict(error, route);
    }
    // A vendor that is not read while its client does not read may give up on the connection, and what it had sent before
    // is read first.
    call.end(broken, heldUpMs < HELD_UP_MS);
    exchange.finishReason = pipe.facts.finishReason;
    await this.streamCalls.settle(request, { pipe, call, prompt }, broken === undefined);
    return broken;
  }

  private end(request: CallerRequest, begun: BegunStream, outlet: EventOutlet): void {
    const { stream } = begun;
    const { exchange } = request;
    const { error } = exchange;
    exchange.close();
    outlet.end(error ? this.errorEvent(request, error, stream.pipe.eventsSent) : ending(request, begun));
  }

  private errorEvent({ exchange, language }: CallerRequest, error: GatewayError, eventsSent: number): string {
    const model = exchange.target?.model;
    const context = { requestId: exchange.id, model, vendor: vendorWords(error), eventsSent };
    return this.secrets.mask(language.dialect.errorEvent(error, context));
  }
}

function ending({ exchange }: CallerRequest, { stream: { pipe }, route }: BegunStream): string {
  const isContinued = exchange.continuedBy.length > 0;
  // One vendor's own usage has come with its events, and what its request lost is in a header.
  const { closing, terminal } = pipe.ending(isContinued ? exchange.usage : undefined);
  const dropped = isContinued ? [...new Set([...pipe.dropped, ...route.dropped])] : pipe.dropped;
  return `${closing}${streamComment(exchange, dropped)}${terminal}`;
}
