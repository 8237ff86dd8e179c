import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBothEngines, type BothEngines, type Cell } from './testing/both-engines.ts';

let both: BothEngines;
beforeAll(async () => {
  both = await openBothEngines();
  await both.createTable({
    name: 'visits',
    columns: [
      { name: 'key', type: 'text' },
      { name: 'place', type: 'text' },
      { name: 'n', type: 'integer' },
      { name: 'limit', type: 'decimal' },
      { name: 'day', type: 'date' },
      { name: 'seen', type: 'timestamp' },
      { name: 'met', type: 'timestamptz' },
      { name: 'extra', type: 'json' },
    ],
    rows: [
      [
        'pune',
        'Pune',
        '1',
        '1.0',
        daysFromNow(0),
        `${daysFromNow(0)} 00:00:00`,
        `${daysFromNow(0)} 12:00:00+00`,
        '{}',
      ],
      ['PUNE', 'PUNE east\nline', '5', '4.5', daysFromNow(-1), `${daysFromNow(-1)} 23:59:59`, null, null],
      ['blank', ' \t\u00a0', '-1', null, daysFromNow(40), null, null, '[]'],
      ['none', null, null, '2', null, null, null, 'null'],
      [
        'sign',
        'a+b (100%) [x] \\ ^$',
        '3',
        '3',
        '0001-01-01',
        '9999-12-31 10:00:00',
        '1970-01-01 00:00:00+00',
        '1',
      ],
      ['hindi', 'पुणे ९९', '4', '5', '9999-12-31', '2024-02-29 00:00:00', '2024-02-29 00:00:00+00', '"x"'],
      ['code', 'AB-123', '5', '5', daysFromNow(-400), '2024-02-29 00:00:00', '2024-02-29 00:00:00+00', '"x"'],
    ],
  });
});
afterAll(() => both[Symbol.asyncDispose]());

function daysFromNow(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

type Step = Parameters<BothEngines['run']>[0]['steps'][number];

async function keys(step: object): Promise<Cell[]> {
  const { rows } = await both.run({
    steps: [
      { type: 'source', table: 'visits' },
      // The fields of a filter, whichever of its two forms they make.
      { type: 'filter', ...step } as Step,
      { type: 'select', columns: ['key'] },
    ],
  });
  return rows.map(([key]) => key ?? null);
}

async function problems(step: object): Promise<string[]> {
  const error = await both
    .run({ steps: [{ type: 'source', table: 'visits' }, { type: 'filter', ...step } as Step] })
    .then(() => null)
    .catch((reason: unknown) => String(reason));
  expect(error).toContain('The recipe has errors');
  const found = /(\[.*\])\n/.exec(error ?? '')?.[1] ?? '[]';
  // The text was made by JSON.stringify just before.
  return (JSON.parse(found) as { field: string; message: string }[]).map(
    (one) => `${one.field}: ${one.message}`,
  );
}

describe('groups of conditions', () => {
  test('all and any stand in one another', async () => {
    expect(
      await keys({
        match: 'any',
        conditions: [
          { column: 'place', operator: 'equals', value: 'Pune' },
          {
            match: 'all',
            conditions: [
              { column: 'n', operator: 'greater_than', value: 3 },
              { column: 'place', operator: 'not_contains', value: 'pune' },
            ],
          },
        ],
      }),
    ).toEqual(['pune', 'hindi', 'code']);
    expect(await keys({ match: 'all', conditions: [{ column: 'n', operator: 'equals', value: 5 }] })).toEqual(
      ['PUNE', 'code'],
    );
  });

  test('an error says in which condition it is', async () => {
    expect(
      await problems({
        match: 'all',
        conditions: [
          { column: 'n', operator: 'equals', value: 1 },
          { match: 'any', conditions: [{ column: 'n', operator: 'equals', value: 'x' }] },
          { column: 'plce', operator: 'is_empty' },
        ],
      }),
    ).toEqual([
      'conditions.1.conditions.0.value: “x” is not a number.',
      'conditions.2.column: There is no column “plce” at this step. Did you mean “place”?',
    ]);
  });

  test('two columns of a row are compared with each other', async () => {
    expect(await keys({ column: 'n', operator: 'greater_than', other_column: 'limit' })).toEqual(['PUNE']);
    expect(await keys({ column: 'n', operator: 'equals', other_column: 'limit' })).toEqual([
      'pune',
      'sign',
      'code',
    ]);
    expect(await keys({ column: 'n', operator: 'not_equals', other_column: 'limit' })).toEqual([
      'PUNE',
      'blank',
      'none',
      'hindi',
    ]);
    expect(await problems({ column: 'n', operator: 'equals', other_column: 'place' })).toHaveLength(1);
  });
});

describe('text', () => {
  test('without a piece, in no list: rows without a value stay', async () => {
    expect(await keys({ column: 'place', operator: 'not_contains', value: 'PUNE' })).toEqual([
      'blank',
      'none',
      'sign',
      'hindi',
      'code',
    ]);
    expect(
      await keys({ column: 'place', operator: 'not_in', value: ['pune', null, 'AB-123'], ignore_case: true }),
    ).toEqual(['PUNE', 'blank', 'none', 'sign', 'hindi']);
    expect(await keys({ column: 'n', operator: 'not_in', value: [] })).toHaveLength(7);
    expect(await keys({ column: 'day', operator: 'not_in', value: ['0001-01-01'] })).toHaveLength(6);
  });

  test('that is blank is empty', async () => {
    expect(await keys({ column: 'place', operator: 'is_empty' })).toEqual(['blank', 'none']);
    expect(await keys({ column: 'place', operator: 'is_not_empty' })).toHaveLength(5);
    expect(await keys({ column: 'n', operator: 'is_empty' })).toEqual(['none']);
    expect(await keys({ column: 'extra', operator: 'is_empty' })).toEqual(['PUNE']);
  });

  test.each([
    ['^[A-Z]{2}-\\d+$', ['code']],
    ['^pune$', []],
    ['\\(100%\\) \\[x\\] \\\\ \\^\\$', ['sign']],
    ['a\\+b|AB', ['sign', 'code']],
    ['[[x\\]]', ['sign']],
    ['[^\\w\\s]', ['sign', 'hindi', 'code']],
    ['e.l', []],
    ['east\\nline', ['PUNE']],
    ['^\\s+$', ['blank']],
    ['(पुणे) [०-९]+', ['hindi']],
    ['^(?:P|A)(u|B)', ['pune', 'code']],
    ['\\D{4,}', ['pune', 'PUNE', 'sign', 'hindi']],
  ])('matches %s on both engines', async (value, expected) => {
    expect(await keys({ column: 'place', operator: 'matches', value })).toEqual(expected);
  });

  test('matches without regard to case, when asked', async () => {
    expect(await keys({ column: 'place', operator: 'matches', value: '^pUNE', ignore_case: true })).toEqual([
      'pune',
      'PUNE',
    ]);
  });

  test.each([
    ['(', 'never closed'],
    [')', 'never opened'],
    ['[a', 'never ends'],
    ['*a', 'nothing that * could repeat'],
    ['a**', 'One sign of repetition'],
    ['a+?', 'One sign of repetition'],
    ['(?=a)', 'Only (…)'],
    ['(?i)a', 'Only (…)'],
    ['\\b', 'not understood'],
    ['(a)\\1', 'not understood'],
    ['a{300}', 'up to 255'],
    ['((a{99}){99}){99}', 'repeats too much'],
    ['z-[b-a]', 'backwards'],
    ['a|', 'one side of |'],
    ['', 'Give the text'],
    ['\\', 'in the middle'],
    ['x'.repeat(501), '500 characters'],
  ])('refuses %s before any data is read', async (value, expected) => {
    const found = await problems({
      column: 'place',
      operator: 'matches',
      value: value === '' ? null : value,
    });
    expect(found.join()).toContain(expected);
  });
});

describe('dates relative to today', () => {
  test('count from the day it is', async () => {
    expect(await keys({ column: 'day', operator: 'in_last', value: 2, unit: 'day' })).toEqual([
      'pune',
      'PUNE',
    ]);
    expect(await keys({ column: 'day', operator: 'in_last', value: 1, unit: 'day' })).toEqual(['pune']);
    expect(await keys({ column: 'seen', operator: 'in_last', value: '1', unit: 'week' })).toEqual([
      'pune',
      'PUNE',
    ]);
    expect(await keys({ column: 'met', operator: 'in_next', value: 1, unit: 'day' })).toEqual(['pune']);
    expect(await keys({ column: 'day', operator: 'in_next', value: 2, unit: 'month' })).toEqual([
      'pune',
      'blank',
    ]);
    expect(await keys({ column: 'day', operator: 'in_last', value: 2, unit: 'fiscal_year' })).toEqual([
      'pune',
      'PUNE',
      'code',
    ]);
    expect(await keys({ column: 'day', operator: 'in_last', value: 10_000, unit: 'year' })).not.toContain(
      'hindi',
    );
  });

  test('name whole weeks, months, quarters and years', async () => {
    for (const unit of ['day', 'week', 'month', 'quarter', 'year', 'fiscal_year'] as const) {
      const before = await keys({ column: 'day', operator: 'in_previous', unit });
      const now = await keys({ column: 'day', operator: 'in_this', unit });
      const after = await keys({ column: 'day', operator: 'in_following', unit });
      expect(now).toContain('pune');
      expect([...before, ...after]).not.toContain('pune');
    }
    expect(await keys({ column: 'day', operator: 'in_previous', unit: 'day' })).toEqual(['PUNE']);
  });

  test('need a unit, a count, and dates', async () => {
    expect(await problems({ column: 'day', operator: 'in_this' })).toEqual([
      'unit: Choose days, weeks, months, quarters or years.',
    ]);
    expect(await problems({ column: 'day', operator: 'in_last', value: 0, unit: 'day' })).toEqual([
      'value: Give a whole number from 1 to 10000.',
    ]);
    expect(await problems({ column: 'n', operator: 'in_this', unit: 'day' })).toEqual([
      'operator: “n” holds whole numbers, and only dates are before or after today.',
    ]);
  });
});

test('a category may ask for more than its column', async () => {
  const { rows } = await both.run({
    steps: [
      { type: 'source', table: 'visits' },
      {
        type: 'categorize',
        new_column: 'kind',
        source_column: 'n',
        rules: [
          {
            operator: 'greater_than',
            value: 3,
            and: {
              match: 'any',
              conditions: [
                { column: 'place', operator: 'contains', value: 'पु' },
                { column: 'extra', operator: 'is_null' },
              ],
            },
            category: 'yes',
          },
        ],
        default: null,
      },
      { type: 'select', columns: ['kind'] },
    ],
  });
  expect(rows.map(([kind]) => kind)).toEqual([null, 'yes', null, null, null, 'yes', null]);
});
