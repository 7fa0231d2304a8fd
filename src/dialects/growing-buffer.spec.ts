import { expect, it } from 'vitest';
import { GrowingBuffer } from './growing-buffer.js';

it('gives back what was added, in order, and is empty then', () => {
  const held = new GrowingBuffer();
  for (const text of ['a', '', 'bc', 'd'.repeat(1_000)]) held.append(Buffer.from(text));
  expect(held.length).toBe(1_003);
  expect(held.take().toString()).toBe(`abc${'d'.repeat(1_000)}`);
  expect(held.length).toBe(0);
  expect(held.take()).toHaveLength(0);
});

it('changes neither the bytes it was given nor those it gave back', () => {
  const held = new GrowingBuffer();
  const given = Buffer.from('abcd');
  held.append(given.subarray(0, 2));
  const taken = held.take();
  held.append(Buffer.from('xy'));
  given.fill('z');
  expect(taken.toString()).toBe('ab');
  expect(held.take().toString()).toBe('xy');
});
