import type { IncomingHttpHeaders } from 'node:http';
import type { Answer, Heard, Refusal } from './script.js';

/** A request as the vendor received it. */
export interface VendorRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** One dialect as its vendor speaks it, written after recorded traffic and without any of the gateway's code. */
export interface Voice {
  readonly dialect: string;
  /** @throws Refusal for a request that this vendor refuses */
  hear(request: VendorRequest): Heard;
  reply(answer: Answer, heard: Heard): object;
  readonly streamType: string;
  /** The writes of a streamed answer. */
  stream(answer: Answer, heard: Heard): Iterable<string | Uint8Array>;
  /** The body of a 400. */
  refusal(refusal: Refusal): object;
  readonly refusalHeaders?: Readonly<Record<string, string>>;
  /** What it says of a prompt that is too long. */
  readonly overflow: Refusal;
}

/** One server-sent event. */
export function event(data: object, name?: string): string {
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;
}
