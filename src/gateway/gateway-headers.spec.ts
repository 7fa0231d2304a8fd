import { validateHeaderValue } from 'node:http';
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { eventData } from '../dialects/sse.js';
import { Exchange } from '../exchange/exchange.js';
import { continueTrace } from '../exchange/trace-context.js';
import { costText, setTargetHeaders, streamComment, vendorHeaders, namesOf } from './gateway-headers.js';

/** A request as Fastify hands it on, with the exchange that the gateway's hook opens. */
async function handled<T>(
  use: (request: FastifyRequest, reply: FastifyReply) => T,
  headers: Record<string, string> = {},
) {
  const server = Fastify().decorateRequest('exchange');
  let used: T | undefined;
  server.get('/', async (request, reply) => {
    request.exchange = new Exchange({ endpoint: '/' });
    used = use(request, reply);
    return '';
  });
  const response = await server.inject({ url: '/', headers });
  expect(response.statusCode).toBe(200);
  return { used, headers: response.headers };
}

describe('vendorHeaders', () => {
  it('hands on what is on the list, and nothing else', async () => {
    const allowed = {
      'user-agent': 'sdk/1',
      'openai-beta': 'x',
      'anthropic-beta': 'y',
      'anthropic-version': 'z',
      'x-stainless-lang': 'js',
    };
    const others = {
      authorization: 'Bearer k',
      'x-api-key': 'k',
      cookie: 'c',
      host: 'h',
      'x-forwarded-for': 'i',
      'openai-organization': 'o',
      connection: 'close',
      'x-request-id': 'r',
      traceparent: 'nonsense',
    };
    const { used } = await handled((request) => vendorHeaders(request), { ...allowed, ...others });
    expect(used).toEqual(allowed);
  });

  it('puts the gateway’s own span into the trace', async () => {
    const trace = continueTrace(`00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, 'vendor=1');
    const { used } = await handled((request) => {
      request.exchange.trace = trace;
      return vendorHeaders(request);
    });
    expect(used).toMatchObject({ traceparent: `00-${'a'.repeat(32)}-${trace.spanId}-01`, tracestate: 'vendor=1' });
  });
});

describe('setTargetHeaders', () => {
  it('says nothing before a vendor was called', async () => {
    const { headers } = await handled((request, reply) => setTargetHeaders(reply, request.exchange));
    expect(headers).not.toHaveProperty('x-gateway-provider');
  });

  it.each(['gpt-4o', 'modèle', '模型 😀', 'a\nx-evil: 1', 'a\r\n\r\nb', '\u0000'])(
    'can name any model in a header: %j',
    async (model) => {
      const { headers } = await handled((request, reply) => {
        request.exchange.startAttempt({ provider: 'openai', model }, { waitedMs: 0, continues: false });
        setTargetHeaders(reply, request.exchange);
      });
      expect(headers).toMatchObject({ 'x-gateway-provider': 'openai', 'x-gateway-attempts': '1' });
      expect(headers).not.toHaveProperty('x-evil');
      expect(() => validateHeaderValue('x-gateway-model', String(headers['x-gateway-model']))).not.toThrow();
    },
  );
});

describe('costText', () => {
  it.each([
    [undefined, 'unknown'],
    [{ state: 'unknown' } as const, 'unknown'],
    [{ state: 'free' } as const, '0'],
    [{ state: 'priced', picoUsd: 123_000_000n, source: 'settings' } as const, '0.000123'],
    [{ state: 'priced', picoUsd: 0n, source: 'settings' } as const, '0'],
  ])('of a cost is never 0 for unknown', (cost, text) => {
    expect(costText(cost)).toBe(text);
  });
});

describe('streamComment', () => {
  it.each(['gpt-4o', 'a\n\ndata: [DONE]\n\n', '模型', '"'])(
    'is one comment that parsers skip, whatever the model: %j',
    (model) => {
      const exchange = new Exchange({ requestId: 'r-1', endpoint: '/' });
      exchange.startAttempt({ provider: 'openai', model }, { waitedMs: 0, continues: false });
      exchange.cost = { state: 'priced', picoUsd: 123_000_000n, source: 'settings' };
      const comment = streamComment(exchange, []);
      expect(comment).toMatch(/^: gateway \{[^\n]*\}\n\n$/);
      expect(JSON.parse(comment.slice(10))).toEqual({ id: 'r-1', cost_usd: '0.000123', provider: 'openai', model });
      expect(eventData(Buffer.from(comment))).toBeUndefined();
    },
  );

  it('names what the answer lost', () => {
    const comment = streamComment(new Exchange({ requestId: 'r-1', endpoint: '/' }), ['citations', 'logprobs']);
    expect(JSON.parse(comment.slice(10))).toMatchObject({ dropped: ['citations', 'logprobs'] });
  });
});

describe('namesOf', () => {
  it('fits into a header, however many fields a request has and whatever they are called', () => {
    const names = namesOf(Array.from({ length: 1_000 }, (_, at) => `${'field, '.repeat(100)}${at}`));
    expect(names.join(', ').length).toBeLessThan(2_300);
    expect(names.at(-1)).toBe('and 968 more');
    expect(names[0]).not.toContain(',');
  });
});
