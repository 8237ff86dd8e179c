import { describe, expect, test } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatDate,
  formatDateTime,
  formatDuration,
  formatNumber,
  formatNumericText,
  formatRelative,
} from './format.ts';

const india = { locale: 'en-IN', timezone: 'Asia/Kolkata' };
const kenya = { locale: 'en-GB', timezone: 'Africa/Nairobi' };
const germany = { locale: 'de-DE', timezone: 'Europe/Berlin' };

describe('numbers', () => {
  test('an Indian organization counts in lakh and crore', () => {
    expect(formatNumber(12_345_678, india)).toBe('1,23,45,678');
    expect(formatNumber(12_345_678, kenya)).toBe('12,345,678');
  });

  test('digits that a double would lose are kept', () => {
    expect(formatNumericText('12345678901234567890.10', india)).toBe('1,23,45,67,89,01,23,45,67,890.10');
    expect(formatNumericText('-1234.50', germany)).toBe('-1.234,50');
  });

  test('what is no number stays as it is', () => {
    expect(formatNumericText('NaN', india)).toBe('NaN');
    expect(formatNumericText('', india)).toBe('');
  });

  test('one row is not "1 rows"', () => {
    expect(formatCount(1, ['row', 'rows'], india)).toBe('1 row');
    expect(formatCount(123_456, ['row', 'rows'], india)).toBe('1,23,456 rows');
  });

  test('sizes are in the unit that fits', () => {
    expect(formatBytes(812, kenya)).toBe('812 bytes');
    expect(formatBytes(1_400_000_000, kenya)).toMatch(/^1\.4\s?GB$/);
  });
});

describe('dates', () => {
  test('a date without a time is the same day in every timezone', () => {
    for (const timezone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Asia/Kolkata']) {
      expect(formatDate('2026-11-21', { locale: 'en-GB', timezone })).toBe('21 Nov 2026');
    }
  });

  test('a moment is told by the clock of the organization, also in half-hour zones', () => {
    expect(formatDateTime('2026-11-21T20:00:00Z', india)).toMatch(/^22 Nov 2026, 01:30$/);
  });

  test('what is no date stays as it is', () => {
    expect(formatDate('soon', india)).toBe('soon');
  });

  test('how long ago, in the unit that fits', () => {
    const now = new Date('2026-11-21T12:00:00Z');
    const ago = (seconds: number) => formatRelative(new Date(now.getTime() - seconds * 1000), now, kenya);
    expect(ago(3)).toBe('just now');
    expect(ago(240)).toBe('4 minutes ago');
    expect(ago(2 * 3600)).toBe('2 hours ago');
    expect(ago(86_400)).toBe('yesterday');
    expect(ago(-3 * 3600)).toBe('in 3 hours');
  });

  test('durations never show 60 seconds or 60 minutes', () => {
    expect(formatDuration(800)).toBe('0.8 s');
    expect(formatDuration(59_700)).toBe('60 s');
    expect(formatDuration(200_000)).toBe('3 min 20 s');
    expect(formatDuration(3_599_800)).toBe('1 h');
    expect(formatDuration(7_500_000)).toBe('2 h 5 min');
  });
});
