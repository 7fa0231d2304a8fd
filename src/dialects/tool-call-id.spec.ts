import { describe, expect, it } from 'vitest';
import { acceptedCallId } from './tool-call-id.js';

const nine = /^[a-zA-Z0-9]{9}$/;

describe('acceptedCallId', () => {
  it('keeps an id that the vendor accepts', () => {
    expect(acceptedCallId('D681PevKs', nine, 9)).toBe('D681PevKs');
  });

  it('makes the same accepted id of the same other one, and another of another', () => {
    const made = acceptedCallId('functions.get_temperature:0', nine, 9);
    expect(made).toMatch(nine);
    expect(acceptedCallId('functions.get_temperature:0', nine, 9)).toBe(made);
    expect(acceptedCallId('functions.get_temperature:1', nine, 9)).not.toBe(made);
  });
});
