import { UpstreamError } from '../errors/upstream-error.js';
import type { Exchange } from '../exchange/exchange.js';
import { hasLargerContext } from '../routing/capabilities.js';
import type { ModelCapabilities } from '../routing/model-capabilities.js';
import type { Target } from '../routing/target.js';
import { skip } from './skipped-targets.js';

/** Passes over targets of one request that would find its prompt too long, as one before them did. */
export class ContextOverflow {
  private last: { readonly target: Target; readonly error: UpstreamError } | undefined;

  constructor(
    private readonly exchange: Exchange,
    private readonly capabilities: ModelCapabilities,
  ) {}

  /**
   * Makes a call to a target where its model may have room for the prompt.
   * @throws UpstreamError the refusal of the earlier target, where it has not
   */
  async unlessTooLong<Answer>(target: Target, call: () => Promise<Answer>): Promise<Answer> {
    const { last } = this;
    if (last && !hasLargerContext(target, last.target, this.capabilities.of)) {
      skip(this.exchange, target, 'same_context');
      throw last.error;
    }
    try {
      return await call();
    } catch (error) {
      if (error instanceof UpstreamError && error.subject === 'context-window') this.last = { target, error };
      throw error;
    }
  }
}
