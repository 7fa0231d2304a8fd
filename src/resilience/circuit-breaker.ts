import type { BreakerSettings } from '../config/settings.js';
import { type Outcome, OutcomeWindow } from './outcome-window.js';
import type { Trouble } from './trouble.js';

/** One call that the circuit let through; its holder says with it how the call went. Written by the circuit only. */
export interface Passage extends Outcome {
  /** A forced one went through although the circuit was not closed. Once it has succeeded, every call is a usual one. */
  kind: 'usual' | 'probe' | 'forced';
  era: number;
  trouble: Trouble | undefined;
  readonly settings: BreakerSettings;
}

/** `sinceMs` is when the outage began, which may be some openings ago. */
type CircuitState =
  | { readonly kind: 'closed' }
  | {
      readonly kind: 'open';
      readonly why: Trouble;
      readonly sinceMs: number;
      readonly untilMs: number;
      /** Whether it was the vendor who said until when. */
      readonly isTold: boolean;
    }
  | { readonly kind: 'half-open'; readonly sinceMs: number; readonly probe: Passage | undefined };

/** What an operator sees. */
export type CircuitView =
  | { readonly state: 'closed'; readonly failurePercent: number; readonly throttledPercent: number }
  | { readonly state: 'open'; readonly why: Trouble; readonly openForMs: number; readonly isTold: boolean }
  | { readonly state: 'half-open'; readonly isProbing: boolean };

const CLOSED: CircuitState = { kind: 'closed' };
/** A vendor may tell of a quota that comes back tomorrow, and be wrong: one call is made before. */
const TOLD_AT_LEAST_MS = 300_000;

/**
 * Leaves a target alone that fails or throttles, and finds out with one call at a time when it works again. The settings
 * come with each call, since several models may lead to one target.
 */
export class CircuitBreaker {
  private state: CircuitState = CLOSED;
  private readonly windows: Readonly<Record<Trouble, OutcomeWindow>> = {
    failures: new OutcomeWindow('failures'),
    throttled: new OutcomeWindow('throttled'),
  };
  /** Goes up whenever the circuit opens or closes: what a call from before then meets says nothing of now. */
  private era = 0;

  /**
   * @param now milliseconds that never go back
   * @param random from 0 to 1
   * @param changed is told when the circuit has opened or closed
   */
  constructor(
    private readonly now: () => number = () => performance.now(),
    private readonly random: () => number = Math.random,
    private readonly changed: (view: CircuitView) => void = () => {},
  ) {}

  /** Whether a call would be refused now. */
  get refuses(): boolean {
    const state = this.current();
    return state.kind === 'open' || (state.kind === 'half-open' && state.probe !== undefined);
  }

  /** How long it is still open; 0 where it is not. */
  get openForMs(): number {
    const state = this.current();
    return state.kind === 'open' ? state.untilMs - this.now() : 0;
  }

  /** Whether it is open for a time that the vendor asked for. */
  get isTold(): boolean {
    const state = this.current();
    return state.kind === 'open' && state.isTold;
  }

  view(): CircuitView {
    const state = this.current();
    if (state.kind === 'open') {
      return { state: 'open', why: state.why, openForMs: this.openForMs, isTold: state.isTold };
    }
    if (state.kind === 'half-open') return { state: 'half-open', isProbing: state.probe !== undefined };
    const { failures, throttled } = this.windows;
    return { state: 'closed', failurePercent: failures.badPercent, throttledPercent: throttled.badPercent };
  }

  /** @returns `undefined` where the call is refused */
  enter(settings: BreakerSettings): Passage | undefined {
    const state = this.current();
    if (state.kind === 'closed') return this.passage('usual', settings);
    if (this.refuses) return undefined;
    const probe = this.passage('probe', settings);
    this.state = { ...state, kind: 'half-open', probe };
    return probe;
  }

  /** Lets a call through that the circuit would refuse: there is no other target left for it. */
  force(settings: BreakerSettings): Passage {
    return this.passage('forced', settings);
  }

  /** The target works. It may be said of a call that fails later on. */
  succeeded(passage: Passage): void {
    if (passage.kind !== 'usual') {
      if (this.isTold) return;
      if (this.current().kind !== 'closed') this.close();
      passage.kind = 'usual';
      passage.era = this.era;
    }
    if (passage.era !== this.era) return;
    this.windows.failures.record(passage, passage.settings.window);
    this.windows.throttled.record(passage, passage.settings.window);
  }

  /** @param retryAfterMs what the vendor asked for */
  failed(passage: Passage, trouble: Trouble, retryAfterMs = 0): void {
    passage.trouble = trouble;
    if (passage.kind === 'usual') {
      if (passage.era !== this.era) return;
      this.windows[trouble].record(passage, passage.settings.window);
      if (this.isTooMuch(trouble, passage.settings)) this.open(passage, trouble, retryAfterMs);
      return;
    }
    const state = this.current();
    const isProbe = state.kind === 'half-open' && state.probe === passage;
    if (isProbe || (state.kind !== 'closed' && retryAfterMs > 0)) this.open(passage, trouble, retryAfterMs);
  }

  /** The call ended without telling anything of the target. */
  abandoned(passage: Passage): void {
    if (this.state.kind === 'half-open' && this.state.probe === passage) {
      this.state = { ...this.state, probe: undefined };
    }
  }

  /** Lets the next call find out, where something else has seen the vendor come back. What the vendor asked for holds. */
  probeNow(): void {
    const state = this.current();
    if (state.kind === 'open' && !state.isTold) this.state = halfOpen(state.sinceMs);
  }

  private current(): CircuitState {
    if (this.state.kind === 'open' && this.now() >= this.state.untilMs) this.state = halfOpen(this.state.sinceMs);
    return this.state;
  }

  private passage(kind: Passage['kind'], settings: BreakerSettings): Passage {
    return { kind, era: this.era, trouble: undefined, settings };
  }

  private isTooMuch(trouble: Trouble, { window, minimumCalls, failurePercent }: BreakerSettings): boolean {
    const { count, badPercent } = this.windows[trouble];
    return count >= Math.min(minimumCalls, window) && badPercent >= failurePercent;
  }

  private close(): void {
    this.state = CLOSED;
    this.era++;
    for (const window of Object.values(this.windows)) window.clear();
    this.changed(this.view());
  }

  private open({ settings }: Passage, why: Trouble, retryAfterMs: number): void {
    const now = this.now();
    const sinceMs = this.state.kind === 'closed' ? now : this.state.sinceMs;
    const isTold = retryAfterMs > 0;
    const toldMs = Math.min(retryAfterMs, Math.max(settings.maxOpenMs, TOLD_AT_LEAST_MS));
    const lastsMs = isTold ? toldMs : this.guessMs(settings, now - sinceMs);
    this.state = { kind: 'open', why, sinceMs, untilMs: now + lastsMs, isTold };
    this.era++;
    this.changed(this.view());
  }

  /**
   * A vendor that comes back soon is found soon, and one that is gone for long is asked seldom. The random part keeps
   * several gateways from asking at one moment.
   */
  private guessMs({ openMs, maxOpenMs }: BreakerSettings, downMs: number): number {
    return Math.min(maxOpenMs, Math.max(openMs, downMs / 2)) * (0.75 + this.random() / 4);
  }
}

function halfOpen(sinceMs: number): CircuitState {
  return { kind: 'half-open', sinceMs, probe: undefined };
}
