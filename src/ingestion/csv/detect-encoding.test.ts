import { expect, test } from 'vitest';
import { detectEncoding } from './detect-encoding.ts';

const swapped = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

test('UTF-16 without a mark is known by the zeros of its delimiters and line ends, in any script', () => {
  for (const text of ['a,b\n1,2\n', 'नाम,ज़िला\nसुनीता,नागपुर\n', 'નામ,ગામ\nમીના,સુરત\n', 'name']) {
    expect(detectEncoding([Buffer.from(text, 'utf16le')]).encoding, text).toBe('utf-16le');
    expect(detectEncoding([swapped(text)]).encoding, text).toBe('utf-16be');
  }
});

test('a zero in a cell makes no UTF-16 of a file', () => {
  for (const text of ['a,b\n1,x\0y\n', 'a,b\n1,xy\0\n', 'a,b\n\0,\0\n1,2\n', 'a,b\n1,\n']) {
    expect(detectEncoding([Buffer.from(text)]).encoding, JSON.stringify(text)).toBe('utf-8');
  }
});
