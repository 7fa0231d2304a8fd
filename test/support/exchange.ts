import { ask, postChat } from './chat-client.js';
import type { Gateway } from './gateway.js';

/** One chat from both ends: what the client received and what the gateway's log says of it. */
export async function exchange(gateway: Gateway, model: string, extra: object = {}) {
  const response = await postChat(gateway, ask(model, extra));
  const text = await response.text();
  const log = await gateway.requestLog(response.headers.get('x-request-id'));
  return { response, text, log };
}
