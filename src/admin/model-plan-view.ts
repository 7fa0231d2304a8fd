import { formatUsd } from '../exchange/money.js';
import type { TargetState } from '../resilience/target-state.js';
import { type Plan, type Skip, type Target, answerTimeoutMs } from '../routing/target.js';
import type { ModelPlanDto, PlannedTargetDto, PlannedTimeoutsDto, SkippedTargetDto } from './model-plan.dto.js';
import { circuitView, millisecondsView } from './target-state-view.js';

/** What is known of a target besides the settings. */
interface TargetKnowledge {
  readonly stateOf: (target: Target) => TargetState;
  /** `undefined` where no price is known. */
  readonly typicalPicoUsd: (target: Target) => bigint | undefined;
}

/** @param model the name that was asked for */
export function modelPlanView(
  model: string,
  { strategy, retry, totalMs, streamRecovery, targets, skipped }: Plan,
  stream: boolean,
  knowledge: TargetKnowledge,
): ModelPlanDto {
  const timeoutsOf = stream ? streamTimeouts : answerTimeouts;
  return {
    model,
    strategy,
    retry,
    totalMs,
    ...(stream && { streamRecovery }),
    targets: targets.map((target, index) => ({
      ...targetView(target, knowledge),
      timeouts: timeoutsOf(target, index < targets.length - 1),
    })),
    skipped: skipped.map(skipView),
  };
}

function targetView(target: Target, { stateOf, typicalPicoUsd }: TargetKnowledge): Omit<PlannedTargetDto, 'timeouts'> {
  const { breaker, inFlight, firstTokenMs } = stateOf(target);
  const picoUsd = typicalPicoUsd(target);
  return {
    provider: target.provider.name,
    model: target.model,
    circuit: circuitView(breaker),
    inFlight,
    firstTokenMs: millisecondsView(firstTokenMs),
    typicalCostUsd: picoUsd === undefined ? null : formatUsd(picoUsd),
  };
}

function skipView({ target, reason }: Skip): SkippedTargetDto {
  return { provider: target.provider.name, model: target.model, reason };
}

function streamTimeouts({ timeouts: { connectMs, firstTokenMs, idleMs } }: Target): PlannedTimeoutsDto {
  return { connectMs, firstTokenMs, idleMs };
}

/** The last target may take all the time that is left. */
function answerTimeouts(target: Target, hasNext: boolean): PlannedTimeoutsDto {
  const { connectMs } = target.timeouts;
  return { connectMs, ...(hasNext && { headersMs: answerTimeoutMs(target) }) };
}
