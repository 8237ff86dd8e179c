import { expect, test } from 'vitest';
import { compareColumns } from './compare-columns.ts';

test('a newer file is told apart from the one before in sentences', () => {
  const now = [
    { name: 'id', display_name: 'Id', type: 'integer' as const },
    { name: 'age', display_name: 'Age', type: 'integer' as const },
  ];
  const next = [
    { name: 'id', display_name: 'Id', type: 'text' as const },
    { name: 'village', display_name: 'Village', type: 'text' as const },
  ];
  expect(compareColumns(now, next)).toEqual([
    'Column “Age” is not in this file. What uses it will stop working.',
    '“Id” is Text in this file, until now Whole number.',
    'Column “Village” is new.',
  ]);
  expect(compareColumns(now, now)).toEqual([]);
});
