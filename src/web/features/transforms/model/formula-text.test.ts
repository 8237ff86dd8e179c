import { expect, test } from 'vitest';
import { applySuggestion } from './apply-suggestion.ts';
import { columnInFormula, correctFormula, functionAround, withWord, wordAtCaret } from './formula-text.ts';

const atEnd = (formula: string) => wordAtCaret(formula, formula.length);

test('a column is being named after an open bracket, a function after letters, nothing inside of a text', () => {
  expect(atEnd('IF([Ag')).toEqual({ kind: 'column', start: 3, typed: 'Ag' });
  expect(atEnd('IF([Age] > 3, le')).toEqual({ kind: 'function', start: 14, typed: 'le' });
  expect(atEnd('IF([Age] > 3, "le')).toBeUndefined();
  expect(atEnd('[Age] + ')).toBeUndefined();
  expect(atEnd('[a]]b')).toMatchObject({ kind: 'column', start: 0 });
  expect(wordAtCaret('[Age] + [Name]', 3)).toMatchObject({ typed: 'Ag' });
});

test('a picked word takes the place of what was typed of it', () => {
  expect(withWord('IF([Ag', 6, atEnd('IF([Ag'), '[Age]')).toEqual({ formula: 'IF([Age]', caret: 8 });
  expect(withWord('IF([Ag]', 6, wordAtCaret('IF([Ag]', 6), '[Age]').formula).toBe('IF([Age]');
  expect(withWord('1 + ', 4, undefined, 'LEN(')).toEqual({ formula: '1 + LEN(', caret: 8 });
});

test('the function around the caret is the innermost one that is open', () => {
  const formula = 'IF(LEN("a(b") > 2, left([x(], ';
  expect(functionAround(formula, formula.length)).toBe('LEFT');
  expect(functionAround(formula, 12)).toBe('LEN');
  expect(functionAround('(1 + ', 5)).toBeUndefined();
  expect(functionAround('LEN([a]) + ', 11)).toBeUndefined();
});

test('a correction goes to the piece that the error names, and to nothing else', () => {
  expect(correctFormula('LEFTT([Nmae], 3)', 'There is no function LEFTT. (character 1)', 'LEFT')).toBe(
    'LEFT([Nmae], 3)',
  );
  expect(correctFormula('LEFT([Nmae], 3)', 'There is no column. (character 6)', 'Name')).toBe(
    'LEFT([Name], 3)',
  );
  expect(correctFormula('1 +', 'Something is missing.', 'x')).toBe('1 +');
  expect(
    applySuggestion(
      { type: 'formula', name: 'a', expression: 'LENN([x])' },
      'expression',
      'LEN',
      'There is no function LENN. (character 1)',
    ).expression,
  ).toBe('LEN([x])');
});

test('brackets in the name of a column are written twice', () => {
  expect(columnInFormula('a]b')).toBe('[a]]b]');
});
