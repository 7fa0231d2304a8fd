import type { JsonObject } from '../conversation.js';
import type { ReplyContext } from '../dialect.js';
import type { PartEvent } from '../reply.js';

export type Emit = (type: string, fields: JsonObject) => void;

/** Where an item stands in the output. It changes when the stream turns out to be one that another server began. */
export interface ItemPlace {
  id: string;
  index: number;
  readonly emit: Emit;
  readonly context: ReplyContext;
}

/** An item of the output that is still being written. */
export interface OpenItem {
  /** Whether the item can hold this. */
  takes(event: PartEvent): boolean;
  write(event: PartEvent): void;
  endPart(): void;
  /** Ends the item. @param status `completed`, or `incomplete` where the answer was cut in it */
  close(status: string): JsonObject;
}
