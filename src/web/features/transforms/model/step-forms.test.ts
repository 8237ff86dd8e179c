import { expect, test } from 'vitest';
import type { TableColumn } from '#contracts/warehouse';
import { applySuggestion } from './apply-suggestion.ts';
import { checkDraft, problemAt } from './check-draft.ts';
import { carryValue, missingValue, scalarFromText } from './filter-value.ts';
import { fieldsOf, pathFromText, textOfPath } from './json-fields.ts';
import { keysOf, withKeys } from './join-keys.ts';
import { rangeLabels, rangesFromText } from './number-ranges.ts';
import { stackedColumns } from './stack-columns.ts';
import { withWindowFunction } from './window-step.ts';
import { newStep } from './new-step.ts';
import { prefixKey } from './prefix-counts.ts';
import { suggestJoinKeys } from './suggest-join.ts';

const column = (name: string, type: TableColumn['type'] = 'text', display_name = name): TableColumn => ({
  name,
  display_name,
  type,
});

test('typed numbers become numbers, however they are grouped, and keep digits that a double would lose', () => {
  expect(scalarFromText(' 1,234.5 ', 'decimal')).toBe(1234.5);
  expect(scalarFromText('12,34,567', 'integer')).toBe(1234567);
  expect(scalarFromText('-3', 'integer')).toBe(-3);
  expect(scalarFromText('12345678901234567890', 'integer')).toBe('12345678901234567890');
  expect(scalarFromText('many', 'integer')).toBe('many');
  expect(scalarFromText('007', 'text')).toBe('007');
  expect(scalarFromText('true', 'boolean')).toBe(true);
});

test('what was typed is carried to the next operator', () => {
  expect(carryValue('a', 'in')).toEqual(['a']);
  expect(carryValue(['a', 'b'], 'equals')).toBe('a');
  expect(carryValue(3, 'between')).toEqual([3, '']);
  expect(carryValue('a', 'is_null')).toBeUndefined();
});

test('a condition says what is missing', () => {
  expect(missingValue('equals', '')).toBeDefined();
  expect(missingValue('equals', false)).toBeUndefined();
  expect(missingValue('in', [])).toBeDefined();
  expect(missingValue('between', [1, ''])).toBeDefined();
  expect(missingValue('is_null', undefined)).toBeUndefined();
});

test('every new step is a step that only lacks what a person has to choose', () => {
  const columns = [column('age', 'integer', 'Age'), column('name', 'text', 'Name')];
  for (const type of [
    'filter',
    'join',
    'group',
    'select',
    'sort',
    'clean',
    'categorize',
    'add_column',
    'distinct',
    'rename',
    'reorder',
    'cast',
    'parse_date',
    'replace_values',
    'fill_empty',
    'split_column',
    'merge_columns',
    'extract_text',
    'date_part',
    'stack',
    'unpivot',
    'pivot',
    'remove_duplicates',
    'top_n',
    'sample',
    'list_to_rows',
    'window',
    'lookup',
    'bin',
    'mask',
    'flatten_json',
  ] as const) {
    for (const selected of [undefined, ...columns]) {
      const step = newStep(type, columns, selected);
      expect(step.type).toBe(type);
      for (const { message } of checkDraft(step)) expect(message).toMatch(/^(Add|Choose|Give|Type)/);
    }
  }
  expect(checkDraft(newStep('group', columns, columns[0]))).toEqual([]);
  expect(checkDraft(newStep('distinct', columns, undefined))).toEqual([]);
});

test('a problem is found at its field and inside of it', () => {
  const problems = checkDraft({ type: 'group', by: [], aggregates: [{ function: 'sum' }] });
  expect(problemAt(problems, 'aggregates.0')?.message).toBe('Choose a column');
  expect(problemAt(problems, 'by')).toBeUndefined();
});

test("a suggestion goes to the error's place, and nowhere when there is no such place", () => {
  const step = {
    type: 'group' as const,
    by: ['distrct'],
    aggregates: [{ function: 'sum' as const, column: 'amunt' }],
  };
  expect(applySuggestion(step, 'by.0', 'district')).toMatchObject({ by: ['district'] });
  expect(applySuggestion(step, 'aggregates.0.column', 'amount').aggregates[0]?.column).toBe('amount');
  expect(applySuggestion(step, 'nothing.here', 'x')).toEqual(step);
});

test('columns to match on are suggested by name and kind', () => {
  const programmes = [
    column('id', 'integer', 'ID'),
    column('name', 'text', 'Name'),
    column('district', 'text', 'District'),
  ];
  expect(
    suggestJoinKeys(
      [column('programme_id', 'integer', 'Programme ID'), column('district')],
      'Programmes',
      programmes,
    ),
  ).toEqual({ left: 'programme_id', right: 'id' });
  expect(
    suggestJoinKeys(
      [column('amount', 'decimal'), column('district', 'text', 'district')],
      'Programmes',
      programmes,
    ),
  ).toEqual({ left: 'district', right: 'district' });
  expect(suggestJoinKeys([column('programme', 'text', 'Programme')], 'Programmes', programmes)).toEqual({
    left: 'programme',
    right: 'name',
  });
  expect(suggestJoinKeys([column('id', 'text')], 'Programmes', programmes)).toBeUndefined();
  expect(suggestJoinKeys([column('x')], 'Programmes', [column('y')])).toBeUndefined();
});

test('names, notes and disabled steps do not change which rows there are', () => {
  const a = [
    { type: 'source', table: 't', id: '1' },
    { type: 'distinct', disabled: true },
  ] as const;
  const b = [{ type: 'source', table: 't', label: 'Start' }] as const;
  expect(prefixKey(a, 1)).toBe(prefixKey(b, 0));
});

test('a calculation says what its own condition lacks, where it lacks it', () => {
  const step = {
    type: 'group' as const,
    by: ['age'],
    aggregates: [
      { function: 'count' as const },
      { function: 'median' as const, column: 'age', filter: { column: '', operator: 'equals' as const } },
    ],
  };
  expect(checkDraft(step).map(({ field }) => field)).toEqual([
    'aggregates.1.filter.column',
    'aggregates.1.filter.value',
  ]);
});

test('pairs of columns are one list, wherever the step keeps them', () => {
  const join = {
    type: 'join' as const,
    with: 't',
    left_on: 'a',
    right_on: 'b',
    join_type: 'left' as const,
  };
  const two = withKeys(join, [...keysOf(join), { left: 'c', right: 'd' }]);
  expect(two.more_keys).toEqual([{ left_on: 'c', right_on: 'd' }]);
  expect(withKeys(two, keysOf(two).slice(1))).toEqual({ ...join, left_on: 'c', right_on: 'd' });
});

test('ranges are named as people write them', () => {
  expect(rangesFromText('5, 18;60 x')).toEqual([5, 18, 60]);
  expect(rangeLabels([5, 6, 18], true)).toEqual(['below 5', '5', '6 to 17', '18 and above']);
  expect(rangeLabels([5, 18], false)).toEqual(['below 5', '5 to below 18', '18 and above']);
});

test('columns of stacked tables fall together by name, without regard to capital letters', () => {
  const fit = stackedColumns([
    { name: 'A', columns: [column('x', 'text', 'District'), column('y', 'text', 'Age')] },
    { name: 'B', columns: [column('x', 'text', 'district'), column('z', 'text', 'Sex')] },
  ]);
  expect(fit).toEqual({
    shared: 1,
    partial: [
      { name: 'Age', tables: ['A'] },
      { name: 'Sex', tables: ['B'] },
    ],
  });
});

test('another calculation over rows keeps the column and the order where it has them', () => {
  const step = newStep(
    'window',
    [column('day', 'date'), column('amount', 'decimal')],
    column('amount', 'decimal'),
  );
  if (step.type !== 'window') throw new Error('not a window');
  const before = withWindowFunction(step, 'previous');
  expect(before).toMatchObject({ column: 'amount', order: [{ column: 'day' }], offset: 1 });
  expect(withWindowFunction(before, 'rank')).not.toHaveProperty('column');
  expect(withWindowFunction(before, 'percent_of_total')).not.toHaveProperty('order');
});

test('fields of nested values are found with the type that all of them have', () => {
  expect(
    fieldsOf([
      { name: 'Asha', home: { district: 'Pune', since: '2020-01-02' }, age: 4 },
      { name: null, age: 4.5, tags: ['a'] },
      null,
    ]).map(({ path, type }) => [textOfPath(path), type]),
  ).toEqual([
    ['name', 'text'],
    ['home.district', 'text'],
    ['home.since', 'date'],
    ['age', 'decimal'],
    ['tags', 'json'],
  ]);
  expect(pathFromText('home.0.district')).toEqual(['home', 0, 'district']);
});
