const eventMarker = 'data:';
const lastChunk = '\r\n0\r\n\r\n';

/**
 * Reads one HTTP answer of a server of this benchmark, and no more of HTTP than that takes: a general parser would
 * cost the load generator more than the device under test spends.
 */
export class ResponseReader {
  status = 0;
  complete = false;
  /** SSE events seen so far. */
  events = 0;
  private head = '';
  private body: 'not yet' | 'chunked' | 'length' = 'not yet';
  private remainingBytes = 0;
  /** The end of what came before, since a marker may be cut anywhere. */
  private tail = '';

  push(received: Buffer): void {
    const chunk = this.body === 'not yet' ? this.readHead(received) : received;
    if (this.body === 'length') {
      this.remainingBytes -= chunk.length;
      this.complete = this.remainingBytes <= 0;
    } else if (this.body === 'chunked') {
      this.readChunked(chunk);
    }
  }

  private readHead(received: Buffer): Buffer {
    const seenBytes = this.head.length;
    this.head += received.toString('latin1');
    const end = this.head.indexOf('\r\n\r\n');
    if (end === -1) return received;
    this.status = Number(this.head.slice(9, 12));
    const contentLength = /\r\ncontent-length: (\d+)/i.exec(this.head.slice(0, end));
    this.body = contentLength === null ? 'chunked' : 'length';
    this.remainingBytes = Number(contentLength?.[1] ?? 0);
    return received.subarray(end + 4 - seenBytes);
  }

  private readChunked(chunk: Buffer): void {
    const text = this.tail + chunk.toString('latin1');
    const cutMarkerStart = Math.max(0, this.tail.length - eventMarker.length + 1);
    let at = text.indexOf(eventMarker, cutMarkerStart);
    for (; at !== -1; at = text.indexOf(eventMarker, at + eventMarker.length)) this.events++;
    // Sound because no reply of the fixed upstream holds this; a chunk that did would look like the end.
    this.complete = text.endsWith(lastChunk);
    this.tail = text.slice(1 - lastChunk.length);
  }
}
