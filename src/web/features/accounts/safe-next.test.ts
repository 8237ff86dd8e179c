import { expect, test } from 'vitest';
import { safeNext } from './safe-next.ts';

test('after login one comes back to where one wanted to go', () => {
  expect(safeNext('/sources/s1?tab=syncs')).toBe('/sources/s1?tab=syncs');
});

test.each([
  null,
  '',
  'https://evil.example',
  '//evil.example',
  '/\\evil.example',
  'javascript:alert(1)',
  '/login?next=/',
])('a link cannot lead elsewhere: %s', (value) => {
  expect(safeNext(value)).toBe('/');
});
