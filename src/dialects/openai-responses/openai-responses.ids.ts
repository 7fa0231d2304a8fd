import { createHash } from 'node:crypto';

/** A response's id made from the request's, always the same for one request. */
export function responseId(requestId: string): string {
  return `resp_${digest(requestId)}`;
}

/** An item's id: its kind, that the gateway made it up, the request, and its place. */
export function itemId(prefix: 'msg' | 'rs' | 'fc' | 'ctc' | 'ig', requestId: string, index: number): string {
  return `${prefix}_gw_${digest(requestId)}${index.toString(16).padStart(4, '0')}`;
}

function digest(requestId: string): string {
  return createHash('sha256').update(requestId).digest('hex').slice(0, 32);
}
