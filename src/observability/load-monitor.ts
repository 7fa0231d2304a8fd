import v8 from 'node:v8';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Settings } from '../config/load-settings.js';
import type { SheddingSettings } from '../config/settings.js';
import { EventLoopDelay } from './event-loop-delay.js';
import { Loggers } from './logger.js';

const SAMPLE_MS = 250;
/** One long pause is no overload: it is over when it is noticed. */
const BUSY_SAMPLES = 2;
const CALM_SAMPLES = 4;

interface Load {
  /** On average since the last sample. */
  readonly eventLoopDelayMs: number;
  /** Of the heap's limit. */
  readonly heapPercent: number;
}

/** Watches whether this process has more work than it can do in time. */
@Injectable()
export class LoadMonitor implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly limits: SheddingSettings;
  private readonly delay = new EventLoopDelay();
  private timer: NodeJS.Timeout | undefined;
  private overloaded = false;
  /** Samples in a row that say otherwise. */
  private contrarySamples = 0;

  constructor(
    { server }: Settings,
    private readonly loggers: Loggers,
  ) {
    this.limits = server.shedding;
  }

  /** Whether a new request is better refused than taken: from half a second of too much work until a second without it. */
  get isOverloaded(): boolean {
    return this.overloaded;
  }

  onApplicationBootstrap(): void {
    this.delay.start();
    this.timer = setInterval(() => this.sample(), SAMPLE_MS);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
    this.delay.stop();
  }

  private sample(): void {
    const load = { eventLoopDelayMs: this.delay.sinceLastMs(), heapPercent: heapPercent() };
    this.contrarySamples = isTooMuch(load, this.limits) === this.overloaded ? 0 : this.contrarySamples + 1;
    if (this.contrarySamples < (this.overloaded ? CALM_SAMPLES : BUSY_SAMPLES)) return;
    this.overloaded = !this.overloaded;
    this.contrarySamples = 0;
    const { root } = this.loggers;
    if (this.overloaded) root.warn({ load, limits: this.limits }, 'overloaded: new requests are refused');
    else root.info({ load }, 'new requests are taken again');
  }
}

function isTooMuch({ eventLoopDelayMs, heapPercent }: Load, limits: SheddingSettings): boolean {
  return eventLoopDelayMs > limits.eventLoopDelayMs || heapPercent > limits.heapPercent;
}

function heapPercent(): number {
  const { used_heap_size: usedBytes, heap_size_limit: limitBytes } = v8.getHeapStatistics();
  return (100 * usedBytes) / limitBytes;
}
