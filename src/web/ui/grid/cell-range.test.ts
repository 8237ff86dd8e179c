import { describe, expect, test } from 'vitest';
import { extendRange, isInRange, rangeAsText, rangeSize } from './cell-range.ts';

const cells: readonly (readonly unknown[])[] = [
  ['Asha', 12, null],
  ['Tab\there', 1.5, 'say "hi"'],
  ['पूजा', true, '2026-11-21'],
];
const valueAt = ({ row, column }: { row: number; column: number }) =>
  cells[row] ? { value: cells[row][column] } : undefined;

describe('marking and copying cells', () => {
  test('a range reaches in every direction from where it began', () => {
    const range = { from: { row: 5, column: 3 }, to: { row: 2, column: 1 } };
    expect(rangeSize(range)).toBe(12);
    expect(isInRange(range, { row: 3, column: 2 })).toBe(true);
    expect(isInRange(range, { row: 6, column: 2 })).toBe(false);
  });

  test('Shift+arrow moves the end, stops at the edge of the table, and jumps there with Ctrl', () => {
    const range = { from: { row: 1, column: 1 }, to: { row: 1, column: 1 } };
    const last = { row: 9, column: 4 };
    expect(extendRange(range, 'ArrowRight', false, last)?.to).toEqual({ row: 1, column: 2 });
    expect(extendRange(range, 'ArrowDown', true, last)?.to).toEqual({ row: 9, column: 1 });
    expect(extendRange({ ...range, to: { row: 0, column: 1 } }, 'ArrowUp', false, last)?.to.row).toBe(0);
    expect(extendRange(range, 'Enter', false, last)).toBeUndefined();
  });

  test('a copy is what a spreadsheet pastes: tabs, lines, quotes only where they are needed', () => {
    const range = { from: { row: 0, column: 0 }, to: { row: 1, column: 2 } };
    expect(rangeAsText(range, valueAt).text).toBe('Asha\t12\t\r\n"Tab\there"\t1.5\t"say ""hi"""');
  });

  test('a copy ends before the first row that is not loaded, and says how much it has', () => {
    const range = { from: { row: 1, column: 0 }, to: { row: 5, column: 0 } };
    expect(rangeAsText(range, valueAt)).toEqual({ text: '"Tab\there"\r\nपूजा', cells: 2 });
  });
});
