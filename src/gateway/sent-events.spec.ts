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
    const streams = Array.from({ length: 65 }, () => memory.keep());
    for (const sent of streams) sent.append(Buffer.alloc(4 * MIB));
    expect(streams.at(-1)?.take()).toBeUndefined();
    streams[0]?.release();
    streams[0]?.release();
    const [next, another] = [memory.keep(), memory.keep()];
    next.append(Buffer.alloc(4 * MIB));
    another.append(Buffer.alloc(1));
    expect(next.take()).toHaveLength(4 * MIB);
    expect(another.take()).toBeUndefined();
  });
});
