import { expect, test } from 'vitest';
import { applySuggestion } from './apply-suggestion.ts';
import {
  columnInFormula,
  columnsInFormula,
  correctFormula,
  functionAround,
  signatureParts,
  withWord,
  wordAtCaret,
  wrongPiece,
} from './formula-text.ts';

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
  expect(functionAround(formula, formula.length)).toEqual({ name: 'LEFT', argument: 1 });
  expect(functionAround(formula, 12)).toEqual({ name: 'LEN', argument: 0 });
  expect(functionAround('(1 + ', 5)).toBeUndefined();
  expect(functionAround('LEN([a]) + ', 11)).toBeUndefined();
});

test('the argument that is being written is told from the others, the last one as often as it is given', () => {
  const shown = (argument: number) => signatureParts('IF(condition, then, else)', argument);
  expect(shown(0)).toEqual({ before: 'IF(', active: 'condition', after: ', then, else)' });
  expect(shown(2)).toEqual({ before: 'IF(condition, then, ', active: 'else', after: ')' });
  expect(shown(7).active).toBe('else');
  expect(signatureParts('TODAY()', 0)).toEqual({ before: 'TODAY()', active: '', after: '' });
});

test('columns that a formula names are found, those in texts are not', () => {
  const columns = [{ display_name: 'Age' }, { display_name: 'a]b' }, { display_name: 'Name' }];
  expect(columnsInFormula('[a]]b] & "[Name]" & [Age] & [Age] & [None]', columns)).toEqual([
    columns[1],
    columns[0],
  ]);
});

test('the place of an error is shown as the whole piece that stands there', () => {
  expect(wrongPiece('1 + [Agee] * 2', 'There is no such column. (character 5)')).toEqual({
    before: '1 + ',
    piece: '[Agee]',
    after: ' * 2',
  });
  expect(wrongPiece('1 + ', 'Something is missing. (character 5)')).toBeUndefined();
  expect(wrongPiece('1 +', 'Wrong.')).toBeUndefined();
});

test('a correction goes to the piece that the error names, and to nothing else', () => {
  expect(correctFormula('LEFTT([Nmae], 3)', 'There is no function LEFTT. (character 1)', 'LEFT')).toBe(
    'LEFT([Nmae], 3)',
  );
  expect(correctFormula('LEFT([Nmae], 3)', 'There is no column. (character 6)', 'Name')).toBe(
    'LEFT([Name], 3)',
  );
  expect(correctFormula('LEFT([Nmae], 3)', 'There is no column. (character 6)', '[Name]')).toBe(
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
