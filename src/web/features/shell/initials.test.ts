import { expect, test } from 'vitest';
import { initials } from './initials.ts';

test('initials are whole characters of any script', () => {
  expect(initials('Asha Devi Kumari')).toBe('AK');
  expect(initials('पूजा')).toBe('पू');
  expect(initials(' ')).toBe('');
});
