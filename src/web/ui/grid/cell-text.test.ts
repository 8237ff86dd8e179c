import { describe, expect, test } from 'vitest';
import { cellText, exactNumber, plainText } from './cell-text.ts';

const india = { locale: 'en-IN', timezone: 'Asia/Kolkata' };

describe('what a cell shows', () => {
  test('an empty cell is no text, so that it cannot be taken for the word null', () => {
    expect(cellText(null, 'text', india)).toBeUndefined();
    expect(cellText('null', 'text', india)).toBe('null');
    expect(cellText('', 'text', india)).toBe('');
  });

  test('years and codes are not grouped, amounts are', () => {
    expect(cellText(2025, 'integer', india)).toBe('2025');
    expect(cellText(1_234_567, 'integer', india)).toBe('12,34,567');
    expect(cellText('98765432109876543210', 'integer', india)).toBe('9,87,65,43,21,09,87,65,43,210');
    expect(cellText('1500.50', 'decimal', india)).toBe('1,500.50');
  });

  test('a calculated fraction is rounded, and its whole is at hand', () => {
    expect(cellText(0.6666666666666666, 'decimal', india)).toBe('0.6667');
    expect(exactNumber(0.6666666666666666, 'decimal', india)).toBe('0.6666666666666666');
    expect(cellText('1234567.1234567891', 'decimal', india)).toBe('12,34,567.1235');
    expect(cellText(0.000012345678, 'float', india)).toBe('0.00001235');
    expect(cellText(2.0000000001, 'decimal', india)).toBe('2');
    // A coordinate is as exact as it was measured.
    expect(cellText('18.520430', 'decimal', india)).toBe('18.520430');
    expect(exactNumber('18.520430', 'decimal', india)).toBeUndefined();
    expect(plainText(0.6666666666666666)).toBe('0.6666666666666666');
  });

  test('a timestamp without a timezone is shown as it stands', () => {
    expect(cellText('2026-11-21T23:30:00', 'timestamp', india)).toBe('21 Nov 2026, 23:30');
    expect(cellText('2026-11-21 23:30:00', 'timestamp', india)).toBe('21 Nov 2026, 23:30');
    expect(cellText('2026-11-21T20:00:00Z', 'timestamptz', india)).toBe('22 Nov 2026, 01:30');
  });

  test('yes and no are words', () => {
    expect(cellText(true, 'boolean', india)).toBe('Yes');
    expect(cellText(false, 'boolean', india)).toBe('No');
  });

  test('a copied cell is the value, not its looks', () => {
    expect(plainText(1_234_567)).toBe('1234567');
    expect(plainText(null)).toBe('');
    expect(plainText({ a: [1] })).toBe('{"a":[1]}');
  });
});
