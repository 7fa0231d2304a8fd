import { describe, expect, it } from 'vitest';
import { SentMemory } from './sent-events.js';

const MIB = 1024 * 1024;

describe('SentEvents', () => {
  it('gives all that was sent, once', () => {
    const sent = new SentMemory().keep();
    for (const event of ['a', 'b', 'c']) sent.append(Buffer.from(event));
    expect(sent.take()?.toString()).toBe('abc');
    expect(sent.take()).toBeUndefined();
  });

  it('keeps nothing of a stream that is too long to go on with', () => {
    const sent = new SentMemory().keep();
    for (let event = 0; event < 5; event++) sent.append(Buffer.alloc(MIB));
    sent.append(Buffer.from('end'));
    expect(sent.take()).toBeUndefined();
  });

  it('keeps no more than there is room for, until others are over', () => {
    const memory = new SentMemory();
    expect(memory.take(255 * MIB)).toBe(true);
    const [first, second] = [memory.keep(), memory.keep()];
    first.append(Buffer.alloc(MIB));
    second.append(Buffer.from('one too many'));
    expect(second.take()).toBeUndefined();
    first.release();
    first.release();
    const [next, another] = [memory.keep(), memory.keep()];
    next.append(Buffer.alloc(MIB));
    another.append(Buffer.from('x'));
    expect(next.take()).toHaveLength(MIB);
    expect(another.take()).toBeUndefined();
  });
});
