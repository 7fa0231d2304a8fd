import { expect, it } from 'vitest';
import { mediaKindOf, readDataUrl } from './media.js';

it.each([
  ['data:image/png;base64,AAAA', { mediaType: 'image/png', isBase64: true, data: 'AAAA' }],
  ['data:text/plain;charset=utf-8;base64,QQ==', { mediaType: 'text/plain', isBase64: true, data: 'QQ==' }],
  ['data:,a%20b', { mediaType: '', isBase64: false, data: 'a b' }],
  ['data:,100%', { mediaType: '', isBase64: false, data: '100%' }],
  ['https://example.org/data:,a', undefined],
])('reads %s as %j', (url, read) => {
  expect(readDataUrl(url)).toEqual(read);
});

it('reads a URL with millions of options, which overflow the stack of an expression that counts them', () => {
  expect(readDataUrl(`data:${';'.repeat(12_000_000)},a`)).toMatchObject({ isBase64: false, data: 'a' });
});

it.each([
  ['image/png', 'image'],
  ['audio/*', 'audio'],
  ['video/mp4', 'video'],
  ['application/pdf', 'document'],
  [undefined, 'document'],
])('takes %s for a kind of %s', (mediaType, kind) => {
  expect(mediaKindOf(mediaType)).toBe(kind);
});
