import type { FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { wishedTimeoutMs } from './caller-wishes.js';

function requestWith(value: string | undefined): FastifyRequest {
  return { headers: { 'x-gateway-timeout-ms': value } } as unknown as FastifyRequest;
}

describe('wishedTimeoutMs', () => {
  it.each([
    [undefined, Infinity],
    ['1', 1],
    ['2500', 2_500],
  ])('of %s is %d', (value, ms) => {
    expect(wishedTimeoutMs(requestWith(value))).toBe(ms);
  });

  it.each(['', '0', '-5', '1.5', '10s', '1e3', '99999999999', 'NaN'])('refuses %j, and names the header', (value) => {
    expect(() => wishedTimeoutMs(requestWith(value))).toThrow(
      expect.objectContaining({ kind: 'invalid_request', param: 'x-gateway-timeout-ms' }),
    );
  });
});
