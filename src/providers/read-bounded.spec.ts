import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readBounded } from './read-bounded.js';

describe('readBounded', () => {
  it.each([
    ['nothing', [], ''],
    ['one chunk', ['abc'], 'abc'],
    ['several chunks', ['ab', '', 'c'], 'abc'],
    ['as many bytes as are allowed', ['abcd', 'efgh'], 'abcdefgh'],
  ])('reads %s', async (_, chunks, text) => {
    const body = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
    expect((await readBounded(body, 8)).toString()).toBe(text);
  });

  it('ends a body that is longer, and says so', async () => {
    const body = Readable.from(Array.from({ length: 100 }, () => Buffer.from('abc')));
    await expect(readBounded(body, 8)).rejects.toMatchObject({ failure: { reason: 'invalid_reply' } });
    expect(body.destroyed).toBe(true);
  });

  it('takes a body that breaks off for a failure of the network, and keeps the cause', async () => {
    const cause = new Error('reset');
    const body = new Readable({
      read(): void {
        this.destroy(cause);
      },
    });
    await expect(readBounded(body, 8)).rejects.toMatchObject({ failure: { reason: 'network' }, cause });
  });
});
