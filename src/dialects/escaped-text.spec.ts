import { describe, expect, it } from 'vitest';
import { EscapedText } from './escaped-text.js';

describe('EscapedText', () => {
  it('decodes what was kept of a stream, and what was kept decoded', () => {
    const text = new EscapedText();
    expect(text.isEmpty).toBe(true);
    text.keep(Buffer.from('é\\n\\u0041').toString('latin1'));
    text.keepText('"ü"');
    expect(text.isEmpty).toBe(false);
    expect(text.written()).toEqual({ text: 'é\nA"ü"', length: 6 });
  });

  it('gives a broken escape as it stands', () => {
    const text = new EscapedText();
    text.keep('a\\x');
    expect(text.written().text).toBe('a\\x');
  });

  it('keeps the beginning of a very long text and knows its length', () => {
    const text = new EscapedText();
    for (let i = 0; i < 30; i++) text.keep('a'.repeat(100_000));
    expect(text.written().text).toHaveLength(1_000_000);
    expect(text.written().length).toBe(3_000_000);
  });
});
