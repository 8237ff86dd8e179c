import { expect, test } from 'vitest';
import { lineAndColumn, nameInSql } from './sql-lines.ts';

test('a place in SQL is said as line and character', () => {
  expect(lineAndColumn('SELECT a\nFROM b', 0)).toEqual({ line: 1, column: 1 });
  expect(lineAndColumn('SELECT a\nFROM b', 14)).toEqual({ line: 2, column: 6 });
  expect(lineAndColumn('', 5)).toEqual({ line: 1, column: 1 });
});

test('names are quoted where SQL would read them as something else', () => {
  expect(nameInSql('district')).toBe('district');
  expect(nameInSql('Village list')).toBe('"Village list"');
  expect(nameInSql('a"b')).toBe('"a""b"');
});
