import type { Distribution } from '../statistics.ts';

/** Closed-loop load: each connection sends its next request once the last one is answered. */
export interface DriveJob {
  readonly port: number;
  readonly body: string;
  /** The SSE events that a whole answer has; 0 for a JSON answer. */
  readonly eventsPerAnswer: number;
  readonly connections: number;
  /** The time over which the connections start, so that they do not keep step; 0 for at once. */
  readonly startOverMs: number;
  /** Ends at whichever comes first. */
  readonly durationMs: number;
  readonly maxRequests: number;
  /** Tell after each so many answers; 0 for never. */
  readonly progressEvery: number;
}

export interface DriveResult {
  readonly requests: number;
  readonly failures: number;
  readonly firstFailure: string | undefined;
  readonly elapsedMs: number;
  readonly latencyMs: Distribution;
  /** From the request to the first SSE event. */
  readonly firstEventMs: Distribution;
  /** Between one SSE event of a stream and the next. */
  readonly gapMs: Distribution;
}

/** Opens streams, and keeps them open until told to let go. */
export interface HoldJob {
  readonly port: number;
  readonly body: string;
  readonly streams: number;
}

export type LoadCommand =
  | { readonly kind: 'drive'; readonly job: DriveJob }
  | { readonly kind: 'hold'; readonly job: HoldJob }
  | { readonly kind: 'release' };

export type LoadReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly requests: number }
  | { readonly kind: 'driven'; readonly result: DriveResult }
  | { readonly kind: 'held' }
  | { readonly kind: 'released'; readonly eventsSeen: number }
  | { readonly kind: 'failed'; readonly reason: string };
