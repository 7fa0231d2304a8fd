import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EnvironmentSettings } from '../config/environment.js';
import { Settings } from '../config/load-settings.js';
import { FileSettings } from '../config/settings.js';
import { GatewayError } from '../errors/gateway-error.js';
import { ResponseItemMemory } from './response-item-memory.js';

const settings = new Settings(new FileSettings(), new EnvironmentSettings(), new Map(), []);
const message = { type: 'message', id: 'msg_gw_1', role: 'assistant', content: [{ type: 'output_text', text: 'Hi' }] };
const asked = {
  input: [
    { role: 'user', content: 'Hello' },
    { type: 'item_reference', id: 'msg_gw_1' },
  ],
};

describe('ResponseItemMemory', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('puts an item in the place of its reference', () => {
    const memory = new ResponseItemMemory(settings);
    memory.keep('a', { output: [message] });
    expect(memory.resolve('a', asked)).toEqual({ input: [asked.input[0], message] });
    expect(memory.resolve('a', { input: [{ id: 'msg_gw_1' }] })).toEqual({ input: [message] });
  });

  it('gives nobody the items of another caller', () => {
    const memory = new ResponseItemMemory(settings);
    memory.keep('a', { output: [message] });
    expect(memory.resolve('b', asked)).toEqual(asked);
  });

  it('leaves a body without references as it is', () => {
    const memory = new ResponseItemMemory(settings);
    for (const body of [{ input: 'Hello' }, { input: [{ role: 'user', content: 'x', id: 'msg_gw_1' }] }, {}]) {
      expect(memory.resolve('a', body)).toBe(body);
    }
  });

  it('forgets after an hour', () => {
    const memory = new ResponseItemMemory(settings);
    memory.keep('a', { output: [message] });
    vi.advanceTimersByTime(3_600_001);
    expect(memory.resolve('a', asked)).toEqual(asked);
  });

  it('does not grow without end, and keeps the newest', () => {
    const memory = new ResponseItemMemory(settings);
    const large = 'x'.repeat(3 * 1024 * 1024);
    for (let at = 0; at < 20; at++) memory.keep('a', { output: [{ ...message, id: `msg_gw_${at}`, text: large }] });
    const found = Array.from({ length: 20 }, (_, at) => memory.resolve('a', { input: [{ id: `msg_gw_${at}` }] })).map(
      ({ input }) => JSON.stringify(input).length > 1_000,
    );
    expect(found.filter(Boolean).length).toBeLessThanOrEqual(10);
    expect(found.at(-1)).toBe(true);
  });

  it('refuses a body of references that would make a larger one than any may be', () => {
    const memory = new ResponseItemMemory(settings);
    memory.keep('a', { output: [{ ...message, text: 'x'.repeat(1024 * 1024) }] });
    const few = Array.from({ length: 20 }, () => ({ type: 'item_reference', id: 'msg_gw_1' }));
    expect(memory.resolve('a', { input: few })['input']).toHaveLength(20);
    expect(() => memory.resolve('a', { input: [...few, ...few] })).toThrow(GatewayError);
  });
});
