import { expect, test } from 'vitest';
import { checkDraft } from './check-draft.ts';
import {
  conditionOf,
  newCondition,
  unwrapped,
  withAnother,
  withColumn,
  withCondition,
  withOperator,
  withOtherColumn,
  withValue,
} from './edit-condition.ts';
import type { StepOf } from './editor-step.ts';
import { withPairs } from './replacement-pairs.ts';
import { partCount } from './text-parts.ts';

const one: StepOf<'filter'> = { type: 'filter', id: 'a', column: 'status', operator: 'equals', value: 'x' };

test('a second condition makes a group of the first, and without it the first stands alone again', () => {
  const two = withCondition(one, withAnother(conditionOf(one), newCondition('age', 'integer')));
  expect(two).toEqual({
    type: 'filter',
    id: 'a',
    match: 'all',
    conditions: [
      { column: 'status', operator: 'equals', value: 'x' },
      { column: 'age', operator: 'equals', value: '' },
    ],
  });
  expect(checkDraft(two)).toMatchObject([{ field: 'conditions.1.value' }]);
  const node = conditionOf(two);
  if (node.match === undefined) throw new Error('not a group');
  expect(withCondition(two, { ...node, conditions: node.conditions.slice(0, 1) })).toEqual(one);
});

test('a group of one group of one condition is that condition', () => {
  const condition = newCondition('a', 'text', 'x');
  expect(unwrapped({ match: 'any', conditions: [{ match: 'all', conditions: [condition] }] })).toEqual(
    condition,
  );
});

test('relative dates begin with 30 days or this month, and leave no date behind', () => {
  const before = newCondition('visited', 'date', '2026-01-01');
  const last = withOperator(before, 'in_last', 'date');
  expect(last).toEqual({ column: 'visited', operator: 'in_last', value: 30, unit: 'day' });
  expect(withOperator(last, 'in_this', 'date')).toEqual({
    column: 'visited',
    operator: 'in_this',
    unit: 'day',
  });
  expect(withOperator(before, 'in_this', 'date')).toMatchObject({ unit: 'month' });
  expect(withOperator(last, 'equals', 'date')).toEqual({ column: 'visited', operator: 'equals', value: '' });
});

test('what makes no sense for another column or comparison is dropped', () => {
  const caseless = { ...newCondition('status', 'text', 'x'), ignore_case: true };
  expect(withOperator(caseless, 'in', 'text')).toMatchObject({ ignore_case: true, value: ['x'] });
  expect(withOperator(caseless, 'contains', 'text')).not.toHaveProperty('ignore_case');
  expect(withColumn(caseless, 'age', 'integer')).toEqual({ column: 'age', operator: 'equals', value: '' });
});

test('another column stands in place of the value', () => {
  const other = withOtherColumn(newCondition('a', 'text', 'x'), 'b');
  expect(other).toEqual({ column: 'a', operator: 'equals', other_column: 'b' });
  expect(withOperator(other, 'not_equals', 'text')).toMatchObject({ other_column: 'b' });
  expect(withOperator(other, 'contains', 'text')).not.toHaveProperty('other_column');
  expect(withValue(other, 'y')).toEqual({ column: 'a', operator: 'equals', value: 'y' });
});

test('a missing count of days and a missing other column are said where they are', () => {
  expect(
    checkDraft({
      type: 'filter',
      match: 'any',
      conditions: [
        { column: 'a', operator: 'in_last', unit: 'day' },
        { column: 'a', operator: 'equals', other_column: '' },
      ],
    }).map(({ field }) => field),
  ).toEqual(['conditions.1.other_column', 'conditions.0.value']);
});

test('replacements are added once, and go straight to what is in use', () => {
  expect(
    withPairs(
      [
        { from: 'Nairobii', to: 'Nairobi' },
        { from: '', to: null },
      ],
      [
        { from: 'Nairobii', to: 'x' },
        { from: 'Narobi', to: 'Nairobii' },
      ],
    ),
  ).toEqual([
    { from: 'Nairobii', to: 'Nairobi' },
    { from: 'Narobi', to: 'Nairobi' },
  ]);
});

test('the parts of the longest value decide how many columns there may be', () => {
  expect(partCount(['a,b', 'a,b,c', ''], ',')).toBe(3);
  expect(partCount(['a'], '')).toBe(0);
});
