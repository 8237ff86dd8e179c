import { expect, test } from 'vitest';
import type { ColumnProfile, TableColumn } from '#contracts/warehouse';
import { suggestionWords, suggestSteps } from './suggest-steps.ts';

const column = (name: string, type: TableColumn['type'] = 'text'): TableColumn => ({
  name,
  display_name: name,
  type,
});

function profileOf(name: string, values: Readonly<Record<string, number>>, empty = 0): ColumnProfile {
  const top = Object.entries(values).map(([value, count]) => ({ value, count }));
  const filled = top.reduce((sum, { count }) => sum + count, 0);
  return {
    name,
    type: 'text',
    row_count: filled + empty,
    empty_count: empty,
    invalid_count: 0,
    untrimmed_count: top.reduce((sum, one) => sum + (one.value === one.value.trim() ? 0 : one.count), 0),
    looks_like: null,
    distinct_count: top.length,
    min: null,
    max: null,
    mean: null,
    top,
    histogram: [],
  };
}

const suggest = (values: Readonly<Record<string, number>>, empty = 0) =>
  suggestSteps([column('d'), column('other')], [profileOf('d', values, empty)]);

test('several spellings of one thing become the most frequent one', () => {
  const [found, ...more] = suggest({ Nairobi: 90, Narobi: 3, nairobi: 2, Kisumu: 40 });
  expect(more).toEqual([]);
  expect(found).toMatchObject({
    kind: 'spellings',
    count: 2,
    needsLook: false,
    step: {
      type: 'replace_values',
      columns: ['d'],
      pairs: [
        { from: 'Narobi', to: 'Nairobi' },
        { from: 'nairobi', to: 'Nairobi' },
      ],
    },
  });
  expect(found && suggestionWords(found, 'District')).toBe('Fix 2 spellings in District');
});

test('spaces at the ends come first, and are no spellings of their own', () => {
  expect(suggest({ Pune: 5, ' Pune': 2, Delhi: 4 }).map(({ kind, count }) => [kind, count])).toEqual([
    ['spaces', 2],
  ]);
});

test('dates in several ways are read at once, those whose day and month may change places are looked at', () => {
  expect(suggest({ '21/11/2026': 3, '2026-10-30': 2, '5 Jan 2025': 1 })).toMatchObject([
    { kind: 'dates', count: 3, needsLook: false, step: { type: 'parse_date', column: 'd' } },
  ]);
  expect(suggest({ '03/04/2025': 3, '05/06/2025': 2 })).toMatchObject([{ kind: 'dates', needsLook: true }]);
});

test('numbers that are text become numbers; a word among them is looked at first', () => {
  expect(suggest({ '12': 4, '1,500': 3, '7.5': 1 })).toMatchObject([
    { kind: 'numbers', needsLook: false, step: { type: 'cast', columns: ['d'], to: 'decimal' } },
  ]);
  expect(suggest({ '12': 40, '15': 30, unknown: 2 })).toMatchObject([{ kind: 'numbers', needsLook: true }]);
});

test('a column with nothing in it may go; a good one calls for nothing', () => {
  expect(suggest({}, 8)).toMatchObject([{ kind: 'empty', step: { type: 'select', columns: ['other'] } }]);
  expect(suggest({ Pune: 5, Delhi: 4 })).toEqual([]);
  expect(suggest({ '0123': 4, '0456': 2 })).toEqual([]);
});
