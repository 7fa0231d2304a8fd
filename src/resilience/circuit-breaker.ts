import type { BreakerSettings } from '../config/settings.js';
import { OutcomeWindow } from './outcome-window.js';
import type { Trouble } from './trouble.js';

/** One call that the circuit let through; its holder says with it how the call went. Written by the circuit only. */
export interface Passage {
  /** A forced one went through although the circuit was not closed. Once its stream has begun, it is a probe like others. */
  kind: 'usual' | 'probe' | 'forced';
  readonly era: number;
  readonly startedMs: number;
  readonly settings: BreakerSettings;
}

/** `openedMs` is for how long it was open before in this outage, all openings together. */
type CircuitState =
  | { readonly kind: 'closed' }
  | {
      readonly kind: 'open';
      readonly why: Trouble;
      readonly openedMs: number;
      readonly sinceMs: number;
      readonly untilMs: number;
      /** Whether it was the vendor who said until when. */
      readonly isTold: boolean;
    }
  | {
      readonly kind: 'half-open';
      readonly openedMs: number;
      /** The one that the next has to wait for. Others, whose streams have begun or that are slow, may run beside it. */
      readonly probe: Passage | undefined;
    };

/** What an operator sees. */
export type CircuitView =
  | { readonly state: 'closed'; readonly failurePercent: number; readonly throttledPercent: number }
  | { readonly state: 'open'; readonly why: Trouble; readonly openForMs: number; readonly isTold: boolean }
  | { readonly state: 'half-open'; readonly isProbing: boolean };

const CLOSED: CircuitState = { kind: 'closed' };
/** A vendor may tell of a quota that comes back tomorrow, and be wrong: one call is made before. */
const TOLD_AT_LEAST_MS = 300_000;

/**
 * Leaves a target alone that fails or throttles, and finds out with one call at a time when it works again: when one has
 * ended well. The settings come with each call, since several models may lead to one target.
 */
export class CircuitBreaker {
  private state: CircuitState = CLOSED;
  private readonly windows: Readonly<Record<Trouble, OutcomeWindow>> = {
    failures: new OutcomeWindow(),
    throttled: new OutcomeWindow(),
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
    return state.kind === 'open' || (state.kind === 'half-open' && this.keepsOut(state.probe));
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

  /** The stream has its first token: the next probe need not wait for its end, which alone tells whether the target works. */
  begun(passage: Passage): void {
    if (passage.kind === 'usual' || passage.era !== this.era) return;
    passage.kind = 'probe';
    if (this.state.kind === 'half-open') this.state = { ...this.state, probe: undefined };
  }

  /** The call has come to its end, and the target works. */
  succeeded(passage: Passage): void {
    if (passage.era !== this.era || this.isTold) return;
    if (passage.kind !== 'usual') this.close();
    this.windows.failures.record('good', passage.settings.window);
    this.windows.throttled.record('good', passage.settings.window);
  }

  /** @param retryAfterMs what the vendor asked for */
  failed(passage: Passage, trouble: Trouble, retryAfterMs = 0): void {
    if (passage.era !== this.era) return;
    if (passage.kind === 'usual') {
      this.windows[trouble].record('bad', passage.settings.window);
      if (this.isTooMuch(trouble, passage.settings)) this.open(passage, trouble, retryAfterMs);
      return;
    }
    const foundOut = passage.kind === 'probe' && this.current().kind === 'half-open';
    if (foundOut || retryAfterMs > 0) this.open(passage, trouble, retryAfterMs);
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
    if (state.kind === 'open' && !state.isTold) this.halfOpen();
  }

  private current(): CircuitState {
    if (this.state.kind === 'open' && this.now() >= this.state.untilMs) this.halfOpen();
    return this.state;
  }

  private passage(kind: Passage['kind'], settings: BreakerSettings): Passage {
    return { kind, era: this.era, startedMs: this.now(), settings };
  }

  /** A vendor that holds one call for ever is asked by another one after a while. */
  private keepsOut(probe: Passage | undefined): boolean {
    return probe !== undefined && this.now() - probe.startedMs < probe.settings.openMs;
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
    const sinceMs = this.now();
    const openedMs = this.openedMs();
    const isTold = retryAfterMs > 0;
    const toldMs = Math.min(retryAfterMs, Math.max(settings.maxOpenMs, TOLD_AT_LEAST_MS));
    const lastsMs = isTold ? toldMs : this.guessMs(settings, openedMs);
    this.state = { kind: 'open', why, openedMs, sinceMs, untilMs: sinceMs + lastsMs, isTold };
    this.era++;
    this.changed(this.view());
  }

  private halfOpen(): void {
    this.state = { kind: 'half-open', openedMs: this.openedMs(), probe: undefined };
  }

  /** For how long it has been open in this outage. The time in which nobody asks says nothing of the vendor. */
  private openedMs(): number {
    const { state } = this;
    if (state.kind === 'closed') return 0;
    if (state.kind === 'half-open') return state.openedMs;
    return state.openedMs + Math.min(this.now(), state.untilMs) - state.sinceMs;
  }

  /**
   * A vendor that comes back soon is found soon, and one that is gone for long is asked seldom. The random part keeps
   * several gateways from asking at one moment.
   */
  private guessMs({ openMs, maxOpenMs }: BreakerSettings, openedMs: number): number {
    return Math.min(maxOpenMs, Math.max(openMs, openedMs / 2)) * (0.75 + this.random() / 4);
  }
}
