import { Injectable } from '@nestjs/common';

/** Whether this process takes new requests. */
@Injectable()
export class Readiness {
  private draining = false;

  get isDraining(): boolean {
    return this.draining;
  }

  /** No new requests from here on; there is no way back. */
  beginDrain(): void {
    this.draining = true;
  }
}
