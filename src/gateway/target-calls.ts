import { Injectable } from '@nestjs/common';
import { UpstreamError } from '../errors/upstream-error.js';
import type { Exchange } from '../exchange/exchange.js';
import type { Deadline } from '../resilience/deadline.js';
import { type Call, Resilience } from '../resilience/resilience.js';
import { hasLargerContext } from '../routing/capabilities.js';
import { ModelCapabilities } from '../routing/model-capabilities.js';
import type { Plan, SkipReason, Target } from '../routing/target.js';

interface PlannedCalls extends Pick<Plan, 'targets' | 'retry'> {
  readonly exchange: Exchange;
  readonly deadline: Deadline;
  /** One that has been asked before for this request. */
  readonly askedBefore?: Target;
}

/** Makes the calls of one plan, and records the targets that are passed over. */
@Injectable()
export class TargetCalls {
  constructor(
    private readonly resilience: Resilience,
    private readonly capabilities: ModelCapabilities,
  ) {}

  /**
   * A target whose model has no more room than one that found the prompt too long is not asked.
   * @throws what `Resilience.run` throws
   */
  run<Answer>(
    { targets, retry, exchange, deadline, askedBefore }: PlannedCalls,
    attempt: (target: Target, call: Call) => Promise<Answer>,
  ): Promise<Answer> {
    let tooSmall: Target | undefined;
    return this.resilience.run({
      targets,
      retry,
      deadline,
      attempt: async (target, call) => {
        try {
          return await attempt(target, call);
        } catch (error) {
          if (error instanceof UpstreamError && error.subject === 'context-window') tooSmall = target;
          throw error;
        }
      },
      asksAgain: (target) => target === askedBefore,
      passesOver: (target) =>
        tooSmall && !hasLargerContext(target, tooSmall, this.capabilities.of) ? 'same_context' : undefined,
      skipped: (target, reason: SkipReason) => exchange.skip(target, reason),
    });
  }
}
