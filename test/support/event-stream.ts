/** What the tests read out of the text of an event stream. */

const GATEWAY_COMMENT = /^: gateway (.*)\n\n?/m;

/** The payload of every `data:` line, `[DONE]` included. */
export function dataOf(text: string): string[] {
  return [...text.matchAll(/^data: ?(.*?)\r?$/gm)].map((match) => match[1] ?? '');
}

export function chunksOf(text: string): unknown[] {
  return dataOf(text)
    .filter((data) => data !== '[DONE]')
    .map((data): unknown => JSON.parse(data));
}

/** The stream as its vendor sent it: the gateway's own comment taken out again. */
export function withoutGatewayComment(text: string): string {
  return text.replace(GATEWAY_COMMENT, '');
}

export function gatewayComment(text: string): unknown {
  const comment = GATEWAY_COMMENT.exec(text)?.[1];
  if (comment === undefined) throw new Error(`no gateway comment in:\n${text}`);
  return JSON.parse(comment);
}

/** Chunks that carry a failure, in the form of OpenAI-like vendors. */
export function errorChunksOf(text: string): unknown[] {
  return chunksOf(text).filter((chunk) => typeof chunk === 'object' && chunk !== null && 'error' in chunk);
}
