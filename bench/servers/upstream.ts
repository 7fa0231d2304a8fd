/** A vendor that always says the same, and costs as little as a Node HTTP server can. Runs in its own process. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { chunksPerStream, models, openingGapMs, pacedGapMs, trickleGapMs } from '../traffic.ts';

const reply = Buffer.from(
  JSON.stringify({
    id: 'chatcmpl-bench0000000000000000000000',
    object: 'chat.completion',
    created: 1763900000,
    model: models.instant,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'Hello! How can I help you today?', refusal: null, annotations: [] },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: {
      prompt_tokens: 21,
      completion_tokens: 9,
      total_tokens: 30,
      prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0, accepted_prediction_tokens: 0 },
    },
    service_tier: 'default',
    system_fingerprint: 'fp_bench00000',
  }),
);

function event(choices: readonly object[], usage?: object): Buffer {
  const head = { id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1763900000, model: models.instant };
  return Buffer.from(
    `data: ${JSON.stringify({ ...head, service_tier: 'default', system_fingerprint: 'fp_bench00000', choices, usage })}\n\n`,
  );
}

function choice(delta: object, finishReason: string | null = null): object {
  return { index: 0, delta, logprobs: null, finish_reason: finishReason };
}

// With a token in it: until that the gateway holds a stream back, since another vendor could still take over.
const firstEvent = event([choice({ role: 'assistant', content: 'Hello', refusal: null })]);
const wordEvent = event([choice({ content: ' word' })]);
const lastEvent = event([choice({}, 'stop')]);
const usageEvent = event([], {
  prompt_tokens: 21,
  completion_tokens: chunksPerStream - 2,
  total_tokens: chunksPerStream + 19,
});
const doneEvent = Buffer.from('data: [DONE]\n\n');

function streamEvents(body: Buffer): Buffer[] {
  const words = Array.from({ length: chunksPerStream - 2 }, () => wordEvent);
  const usage = body.includes('"include_usage":true') ? [usageEvent] : [];
  return [firstEvent, ...words, lastEvent, ...usage, doneEvent];
}

/** The pause in front of each chunk but the first. Usage and `[DONE]` follow the last one at once, as from OpenAI. */
function gapOf(body: Buffer): (index: number) => number {
  if (body.includes(models.trickle)) return (index) => (index < chunksPerStream ? trickleGapMs : 0);
  if (body.includes(models.paced)) return (index) => (index < chunksPerStream ? pacedGapMs : 0);
  if (body.includes(models.opening)) return (index) => (index === 1 ? openingGapMs : 0);
  return () => 0;
}

/** Each chunk is a write of its own, so that a proxy is woken for each, as by a real model. */
function stream(response: http.ServerResponse, body: Buffer): void {
  const events = streamEvents(body);
  const gapMs = gapOf(body);
  let next = 0;
  let timer: NodeJS.Timeout | undefined;
  const send = (): void => {
    if (response.destroyed) return;
    response.write(events[next++]);
    if (next === events.length) return void response.end();
    const pauseMs = gapMs(next);
    if (pauseMs > 0) timer = setTimeout(send, pauseMs);
    else setImmediate(send);
  };
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  response.on('close', () => clearTimeout(timer));
  send();
}

const server = http.createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const body = Buffer.concat(parts);
    if (body.includes('"stream":true')) return stream(response, body);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': reply.length });
    response.end(reply);
  });
});

server.keepAliveTimeout = 600_000;
server.listen(0, '127.0.0.1', 4096, () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());
