const NOTHING = Buffer.alloc(0);

/** Bytes that wait for more. It grows by doubling, so that chunks of a byte each cost no more than one of them all. */
export class GrowingBuffer {
  private bytes = NOTHING;
  private used = 0;

  get length(): number {
    return this.used;
  }

  /** Takes a copy: a view would keep the socket's whole read buffer alive. */
  append(chunk: Buffer): void {
    const end = this.used + chunk.length;
    if (end > this.bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(end, 2 * this.bytes.length));
      this.bytes.copy(grown, 0, 0, this.used);
      this.bytes = grown;
    }
    chunk.copy(this.bytes, this.used);
    this.used = end;
  }

  /** All of them, and none are left. */
  take(): Buffer {
    const taken = this.bytes.subarray(0, this.used);
    this.bytes = NOTHING;
    this.used = 0;
    return taken;
  }
}
