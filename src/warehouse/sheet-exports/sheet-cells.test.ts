import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { sheetCells } from './sheet-cells.ts';

const { cell } = sheetCells('Asia/Kolkata');

test('values keep their types and their digits', () => {
  expect(cell(12, 'integer')).toBe(12);
  expect(cell('9007199254740993', 'integer')).toBe('9007199254740993');
  expect(cell('123456789012.345', 'decimal')).toBe(123456789012.345);
  expect(cell('1234567890123.4567', 'decimal')).toBe('1234567890123.4567');
  expect(cell('0.10', 'decimal')).toBe(0.1);
  expect(cell('NaN', 'decimal')).toBe('NaN');
  expect(cell(true, 'boolean')).toBe(true);
  expect(cell(null, 'text')).toBe('');
  expect(cell('=1+1', 'text')).toBe('=1+1');
  expect(cell('007', 'text')).toBe('007');
  expect(cell({ a: [1] }, 'json')).toBe('{"a":[1]}');
});

test('dates and times are what spreadsheets count them in', () => {
  // As Google gives them for the same cells.
  expect(cell('2024-03-01', 'date')).toBe(45_352);
  expect(cell('2024-03-01T12:00:00', 'timestamp')).toBe(45_352.5);
  expect(cell('2024-03-01T06:30:00Z', 'timestamptz')).toBe(45_352.5);
  expect(cell('10:30:00', 'time')).toBe(0.4375);
  expect(cell('1850-01-01', 'date')).toBe('1850-01-01');
  expect(cell('infinity', 'timestamp')).toBe('infinity');
  // The clock of New York on both sides of the change.
  const newYork = sheetCells('America/New_York').cell;
  expect(newYork('2026-03-08T06:59:00Z', 'timestamptz')).toBe(cell('2026-03-08T01:59:00', 'timestamp'));
  expect(newYork('2026-03-08T07:01:00Z', 'timestamptz')).toBe(cell('2026-03-08T03:01:00', 'timestamp'));
});

test('a text that is too long for a cell is cut, and counted', () => {
  const cells = sheetCells('UTC');
  expect(cells.cell('x'.repeat(50_000), 'text')).toHaveLength(50_000);
  expect(cells.cut()).toBe(0);
  expect(cells.cell('x'.repeat(50_001), 'text')).toHaveLength(50_000);
  expect(cells.cut()).toBe(1);
});

test('a number that becomes a number is the same number', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.nat({ max: 12 }), (digits, scale) => {
      const text = (digits < 0n ? '-' : '') + String(digits < 0n ? -digits : digits).padStart(scale + 1, '0');
      const decimal = scale === 0 ? text : `${text.slice(0, -scale)}.${text.slice(-scale)}`;
      const made = cell(decimal, 'decimal');
      const back = typeof made === 'number' ? BigInt(Math.round(made * 10 ** scale)) : made;
      expect(back).toBe(typeof made === 'number' ? digits : decimal);
    }),
  );
});
