import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PlanFailedError } from '../resilience/resilience.js';
import { Router } from '../routing/router.js';
import type { ChatCompletionRequestDto } from './chat-completion-request.dto.js';
import type { JsonBody } from './json-body.pipe.js';
import { JsonRelay } from './json-relay.js';
import { StreamRelay } from './stream-relay.js';
import { toCallerError } from './upstream-failure.js';

/** Takes a checked request to a vendor and its answer back, within one deadline. */
@Injectable()
export class GatewayService {
  constructor(
    private readonly router: Router,
    private readonly jsonRelay: JsonRelay,
    private readonly streamRelay: StreamRelay,
  ) {}

  /**
   * @returns the vendor's JSON bytes, or `undefined` when the answer was streamed
   * @throws GatewayError while the client has got no byte
   */
  async complete(
    body: JsonBody<ChatCompletionRequestDto>,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Buffer | undefined> {
    const { exchange } = request;
    exchange.dialect = 'openai-chat';
    exchange.modelRequested = body.dto.model;
    exchange.stream = body.dto.stream === true;
    const { deadline } = request;
    try {
      const plan = await this.router.plan(body.dto.model);
      deadline.limit(plan.timeouts.totalMs);
      deadline.signal.throwIfAborted();
      const conversation = { exchange, request, reply, body, plan, deadline };
      if (!exchange.stream) return await this.jsonRelay.relay(conversation);
      await this.streamRelay.relay(conversation);
      return undefined;
    } catch (error) {
      throw error instanceof PlanFailedError ? toCallerError(error.last, exchange.attempts) : error;
    }
  }
}
