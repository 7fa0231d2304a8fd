import { Injectable } from '@nestjs/common';
import { TokenCounter } from '../usage/token-counter.js';
import type { CallerRequest } from './caller-request.js';
import { promptText } from './prompt-text.js';

/** Counts a prompt here, for a vendor that counts none. */
@Injectable()
export class LocalTokenCount {
  constructor(private readonly tokenCounter: TokenCounter) {}

  /** @returns Anthropic's `{ input_tokens }`; the header says that it is an estimate */
  async answer({ conversation, reply }: CallerRequest): Promise<Buffer> {
    const tokens = await this.tokenCounter.count(promptText(conversation));
    reply.header('x-gateway-token-count', 'estimated');
    reply.header('content-type', 'application/json; charset=utf-8');
    return Buffer.from(JSON.stringify({ input_tokens: tokens }));
  }
}
