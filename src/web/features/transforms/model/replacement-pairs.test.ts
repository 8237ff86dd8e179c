import { expect, test } from 'vitest';
import { cellsOfClipboard, pairOf, pairsOfClipboard, withReplacement } from './replacement-pairs.ts';

test('cells of a spreadsheet are read as rows, with tabs, line breaks and quotes inside of cells', () => {
  expect(cellsOfClipboard('a\tb\r\nc\td\r\n')).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ]);
  expect(cellsOfClipboard('"two\nlines"\t"say ""yes"""\nx\t')).toEqual([
    ['two\nlines', 'say "yes"'],
    ['x', ''],
  ]);
  expect(cellsOfClipboard('12" pipe\t5')).toEqual([['12" pipe', '5']]);
  expect(cellsOfClipboard('\r\n\r\n')).toEqual([]);
});

test('two pasted columns are replacements; a single one, and values that stay, are not', () => {
  expect(pairsOfClipboard('Narobi\tNairobi\nKisumu\tKisumu\nn/a\t\nalone\n', 'text')).toEqual([
    { from: 'Narobi', to: 'Nairobi' },
    { from: 'n/a', to: null },
  ]);
  expect(pairsOfClipboard('999\t\n1,000\t1', 'integer')).toEqual([
    { from: 999, to: null },
    { from: 1000, to: 1 },
  ]);
});

test('a value has one replacement, which changes in its place and goes again', () => {
  const first = withReplacement([{ from: 'a', to: 'b' }], 'c', 'd');
  const changed = withReplacement(first, 'a', null);
  expect(changed).toEqual([
    { from: 'a', to: null },
    { from: 'c', to: 'd' },
  ]);
  expect(withReplacement(changed, 'a', undefined)).toEqual([{ from: 'c', to: 'd' }]);
  expect(pairOf([{ from: 7, to: 1 }], '7')).toEqual({ from: 7, to: 1 });
});
