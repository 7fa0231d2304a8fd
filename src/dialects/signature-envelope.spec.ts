import { describe, expect, it } from 'vitest';
import type { Signature } from './conversation.js';
import { readSignature, signatureText, unwrapSignature, wrapSignature } from './signature-envelope.js';

const openAi: Signature = { origin: 'openai', value: 'gAAAAAB+/=', id: 'rs_1' };
const redacted: Signature = { origin: 'anthropic', value: 'EqQB', redacted: true };

describe('signatures', () => {
  it.each([openAi, redacted, { origin: 'google', value: 'ünïcode' } as const])(
    'of another family come back from a client as they were: %j',
    (signature) => {
      const own = signature.origin === 'anthropic' ? 'openai' : 'anthropic';
      const text = signatureText(signature, own);
      expect(text).toMatch(/^gw1\.[\w-]+$/);
      expect(readSignature(text, own)).toEqual(signature);
    },
  );

  it('of the own family are left as the vendor wrote them', () => {
    expect(signatureText({ origin: 'google', value: 'EpwI' }, 'google')).toBe('EpwI');
    expect(readSignature('EpwI', 'google')).toEqual({ origin: 'google', value: 'EpwI' });
  });

  it.each(['', 'EpwI', 'gw1.', 'gw1.!!!', `gw1.${Buffer.from('null').toString('base64url')}`])(
    'that are no envelope are not opened: %j',
    (text) => {
      expect(unwrapSignature(text)).toBeUndefined();
    },
  );

  it('of an unknown origin are not taken', () => {
    const forged = `gw1.${Buffer.from('{"origin":"me","value":"x"}').toString('base64url')}`;
    expect(unwrapSignature(forged)).toBeUndefined();
  });

  it('that look like an envelope of their own are wrapped once more, and come out whole', () => {
    const nested: Signature = { origin: 'anthropic', value: wrapSignature(openAi) };
    expect(readSignature(signatureText(nested, 'anthropic'), 'anthropic')).toEqual(nested);
  });
});
