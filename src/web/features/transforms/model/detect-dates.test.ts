import { expect, test } from 'vitest';
import { detectDateFormats, swapDayAndMonth } from './detect-dates.ts';
import { looksNumeric } from './looks-numeric.ts';

const once = (...values: readonly string[]) => values.map((value) => ({ value, count: 1 }));

test('a day beyond twelve tells day and month apart', () => {
  expect(detectDateFormats(once('21/11/2026', '03/04/2026'))).toEqual([
    { format: 'D/M/YYYY', rows: 2, example: '21/11/2026', rival: null },
  ]);
  expect(detectDateFormats(once('11/21/2026', '3/4/2026'))[0]?.format).toBe('M/D/YYYY');
});

test('where every value could be read both ways, it says so', () => {
  expect(detectDateFormats(once('03/04/2026'))).toMatchObject([{ format: 'D/M/YYYY', rival: 'M/D/YYYY' }]);
});

test('mixed ways are found with how many rows each reads, counted once', () => {
  expect(
    detectDateFormats([
      { value: '2026-11-21', count: 5 },
      { value: '21 Nov 2026', count: 3 },
      { value: 'November 2, 2026', count: 1 },
      { value: '21.11.26', count: 2 },
      { value: 'unknown', count: 4 },
    ]).map(({ format, rows }) => [format, rows]),
  ).toEqual([
    ['YYYY-MM-DD', 5],
    ['D MMM YYYY', 3],
    ['D.M.YY', 2],
    ['MMMM D, YYYY', 1],
  ]);
});

test('days that do not exist are no dates', () => {
  expect(detectDateFormats(once('31/02/2026', '99/99/2026', 'abc'))).toEqual([]);
});

test('day and month are swapped only where both are numbers in front', () => {
  expect(swapDayAndMonth('D/M/YYYY')).toBe('M/D/YYYY');
  expect(swapDayAndMonth('DDMMYYYY')).toBe('MMDDYYYY');
  expect(swapDayAndMonth('D MMM YYYY')).toBeNull();
  expect(swapDayAndMonth('YYYY-MM-DD')).toBeNull();
});

test('a column of numbers that a few words made text looks numeric; codes do not', () => {
  expect(looksNumeric(once('12', '1,234', '12,34,567.5', '-3', 'n/a'))).toBe(true);
  expect(looksNumeric(once('0712345678', '0723456789'))).toBe(false);
  expect(looksNumeric([])).toBe(false);
});
