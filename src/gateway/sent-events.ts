import { Injectable } from '@nestjs/common';
import { GrowingBuffer } from '../dialects/growing-buffer.js';

/** A longer answer is not continued. */
const MAX_BYTES = 4 * 1024 * 1024;
/** Of all streams together. Those for which there is no room are not continued either. */
const MAX_BYTES_TOGETHER = 256 * 1024 * 1024;

/** Bounds what is kept of all running streams. */
@Injectable()
export class SentMemory {
  private usedBytes = 0;

  keep(): SentEvents {
    return new SentEvents(this);
  }

  /** @returns whether there is room */
  take(bytes: number): boolean {
    if (this.usedBytes + bytes > MAX_BYTES_TOGETHER) return false;
    this.usedBytes += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.usedBytes -= bytes;
  }
}

/** The events of one stream that its client has got as its vendor wrote them, so that another vendor can go on. */
export class SentEvents {
  private buffer: GrowingBuffer | undefined = new GrowingBuffer();
  private bytes = 0;

  constructor(private readonly memory: SentMemory) {}

  append(event: Buffer): void {
    if (!this.buffer) return;
    if (this.bytes + event.length > MAX_BYTES || !this.memory.take(event.length)) return this.release();
    this.bytes += event.length;
    this.buffer.append(event);
  }

  /** All of them; `undefined` where they were too many to keep. None are kept any more. */
  take(): Buffer | undefined {
    const events = this.buffer?.take();
    this.release();
    return events;
  }

  release(): void {
    this.memory.giveBack(this.bytes);
    this.bytes = 0;
    this.buffer = undefined;
  }
}
