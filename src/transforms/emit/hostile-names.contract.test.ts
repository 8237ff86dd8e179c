import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ColumnType } from '#contracts/column-types';
import { foldIdentifier, identifierBytes, shortenIdentifier } from '#warehouse';
import { openBothEngines, type BothEngines } from './testing/both-engines.ts';

/** Headers as people's files have them: what the loader stores, with the header itself as display name. */
const headers = [
  'name',
  'Name',
  'NAME',
  'name ',
  ' name',
  '"quoted"',
  "it's",
  '""',
  "''",
  '`tick`',
  'a"b',
  "a'b",
  'a;b',
  '; DROP TABLE x; --',
  '--',
  '/* x */',
  '\\',
  '\\"',
  '%',
  '_',
  '$1',
  ':x',
  '?',
  '{{input}}',
  '[brackets]',
  '(paren)',
  'a.b',
  'a,b',
  'a b',
  'tab\there',
  'line\nbreak',
  '\r\n',
  ' ',
  '\u00a0',
  '\u200b',
  'x\ufeff',
  '\u202etrap',
  '👩‍👩‍👧‍👦',
  '🇮🇳',
  'नाम',
  'ज़िला का नाम',
  'गाँव',
  'তথ্য',
  'பெயர்',
  'اسم',
  '姓名',
  'Ünïcödé',
  'e\u0301',
  'é',
  'ß',
  'İ',
  'ı',
  'K',
  'select',
  'SELECT',
  'from',
  'where',
  'group',
  'order',
  'user',
  'table',
  'null',
  'true',
  'limit',
  'default',
  'with',
  'as',
  'end',
  'case',
  'rowid',
  'ctid',
  'oid',
  'xmin',
  'tableoid',
  'l',
  'r',
  'w',
  'n',
  'step_1_source',
  'count',
  'sum',
  '*',
  '1',
  '123',
  '-1',
  '1e5',
  '0x1f',
  '=1+1',
  '@SUM(A1)',
  '+',
  '-',
  'x'.repeat(200),
  `${'x'.repeat(199)}y`,
  'क'.repeat(200),
  '👍'.repeat(100),
  'nul\u0000inside',
  '\u0000',
  'half \ud800 pair',
  'column',
  'column_2',
  '__proto__',
  'constructor',
];

const types: readonly ColumnType[] = [
  'text',
  'text',
  'integer',
  'decimal',
  'date',
  'timestamp',
  'boolean',
  'float',
];

type Step = Parameters<BothEngines['run']>[0]['steps'][number];

let both: BothEngines;
let columns: { name: string; displayName: string; type: ColumnType }[];

function valueOf(type: ColumnType, row: number): string | boolean | null {
  if (row === 2) return null;
  switch (type) {
    case 'text':
      return row === 0 ? 'one' : " Two ' ";
    case 'boolean':
      return row === 0;
    case 'date':
      return `2024-01-0${row + 1}`;
    case 'timestamp':
      return `2024-01-0${row + 1} 10:00:00`;
    default:
      return String(row + 1);
  }
}

beforeAll(async () => {
  both = await openBothEngines();
  const taken = new Set<string>();
  columns = headers.map((displayName, index) => {
    // PostgreSQL keeps the names of its system columns for itself.
    const free = ['ctid', 'xmin', 'tableoid'].includes(displayName) ? `${displayName}_` : displayName;
    const name = shortenIdentifier(free, taken, 63);
    taken.add(foldIdentifier(name));
    return { name, displayName, type: types[index % types.length] ?? 'text' };
  });
  const rows = [0, 1, 2].map((row) => columns.map(({ type }) => valueOf(type, row)));
  await both.createTable({ name: 'hostile', displayName: '"; DROP TABLE "x', columns, rows });
});
afterAll(() => both[Symbol.asyncDispose]());

test('a hundred of them, and more', () => {
  expect(headers.length).toBeGreaterThanOrEqual(100);
  expect(new Set(headers).size).toBe(headers.length);
});

test('each goes through filter, sort, group, select, clean, categorize, calculations and distinct', async () => {
  for (const { name, type } of columns) {
    const isNumber = type === 'integer' || type === 'decimal' || type === 'float';
    const isDate = type === 'date' || type === 'timestamp';
    const twice: Step = {
      type: 'add_column',
      name: 'twice',
      expression_type: 'math',
      left: name,
      operator: '*',
      right: name,
    };
    const day: Step = {
      type: 'add_column',
      name: 'day of it',
      expression_type: 'extract',
      column: name,
      part: 'day',
    };
    const cleaned: Step = { type: 'clean', columns: [name], operations: ['trim', 'upper', 'title'] };
    const steps: Step[] = [
      { type: 'source', table: 'hostile' },
      { type: 'filter', column: name, operator: 'is_not_null' },
      { type: 'sort', columns: [{ column: name, descending: true }] },
      {
        type: 'categorize',
        new_column: 'made by a rule',
        source_column: name,
        rules: [{ operator: 'is_null', category: '"' }],
        default: "'",
      },
      ...(isNumber ? [twice] : []),
      ...(isDate ? [day] : []),
      {
        type: 'add_column',
        name: 'as text',
        expression_type: 'concat',
        columns: [name, name],
        separator: name.slice(0, 5),
      },
      ...(type === 'text' ? [cleaned] : []),
      { type: 'select', columns: [name, 'as text'] },
      { type: 'clean', columns: [name], operations: ['remove_duplicates'] },
      { type: 'group', by: [name], aggregates: [{ function: 'max', column: name, alias: 'largest of all' }] },
      { type: 'distinct' },
    ];
    const result = await both.run({ steps });
    expect(result.rows, name).toHaveLength(2);
    expect(result.columns.map((column) => column.name)).toEqual([name, 'largest of all']);
  }
});

test('each goes through the steps that change columns and rows, and stands in a formula', async () => {
  // Every third, which is each type in turn: the one before goes through all of them.
  for (const { name, type } of columns.filter((_, index) => index % 3 === 0)) {
    const fresh = name.trim() === '' ? 'blank' : name;
    const inBrackets = `[${name.replaceAll(']', ']]')}]`;
    const { rows } = await both
      .run({
        steps: [
          { type: 'source', table: 'hostile' },
          { type: 'select', columns: [name] },
          {
            type: 'filter',
            match: 'any',
            conditions: [
              { column: name, operator: 'is_not_empty' },
              { column: name, operator: 'equals', other_column: name },
            ],
          },
          { type: 'formula', name: 'from a formula', expression: `${inBrackets} & "x"` },
          { type: 'fill_empty', columns: [name], method: 'previous', order: [name] },
          { type: 'merge_columns', columns: [name], name: 'merged', separator: name.slice(0, 5) },
          { type: 'split_column', column: 'merged', separator: name, into: 'rows', name: 'pieces' },
          { type: 'extract_text', column: 'merged', name: 'before', method: 'before', text: name },
          {
            type: 'replace_values',
            columns: ['merged'],
            part: 'part',
            pairs: [{ from: name, to: name }],
            ignore_case: true,
          },
          { type: 'window', name: 'rank of it', function: 'rank', order: [name], by: [name] },
          { type: 'remove_duplicates', by: [name], order: [name] },
          { type: 'rename', columns: [{ column: name, name: `${name} too` }] },
          { type: 'cast', columns: [`${name} too`], to: 'text', on_error: 'keep' },
          { type: 'unpivot', columns: [`${name} too`], name_column: 'which column', value_column: fresh },
          {
            type: 'pivot',
            by: ['which column'],
            column: fresh,
            values: [{ value: name, name: fresh }],
            function: 'list',
            value_column: fresh,
          },
          { type: 'select', columns: ['which column'] },
          { type: 'stack', tables: ['hostile'], name_column: 'origin of it' },
          { type: 'filter', column: 'which column', operator: 'is_not_null' },
          { type: 'select', columns: ['which column', 'origin of it'] },
        ],
      })
      .catch((error: unknown) => {
        throw new Error(`${JSON.stringify(name)} (${type})`, { cause: error });
      });
    expect(rows.length, name).toBeGreaterThan(0);
  }
});

test('each can be the name of a new column, which keeps it as display name', async () => {
  const aliases = headers.filter((header) => header.trim() !== '');
  const aggregates = aliases
    .filter(
      (alias, index) =>
        aliases.findIndex((other) => foldIdentifier(other) === foldIdentifier(alias)) === index,
    )
    .map((alias) => ({ function: 'count' as const, column: 'name', alias }));
  const recipe = {
    steps: [
      { type: 'source' as const, table: 'hostile' },
      { type: 'group' as const, by: [], aggregates },
    ],
  };
  const { columns: made, rows } = await both.run(recipe);
  expect(made).toHaveLength(aggregates.length);
  expect(new Set(made.map((column) => foldIdentifier(column.name))).size).toBe(made.length);
  for (const { name } of made) expect(identifierBytes(name)).toBeLessThanOrEqual(63);
  expect(rows[0]).toEqual(made.map(() => '2'));
  // Two hundred letters are still found by the name that was given.
  const long = 'x'.repeat(200);
  const sorted = await both.run({
    steps: [...recipe.steps, { type: 'sort', columns: [long] }, { type: 'select', columns: [long] }],
  });
  expect(sorted.rows).toEqual([['2']]);
});

test('all of them come along in a join, under names that stay apart', async () => {
  const { columns: joined, rows } = await both.run({
    steps: [
      { type: 'source', table: 'hostile' },
      { type: 'join', with: '"; DROP TABLE "x', left_on: 'name', right_on: 'name', join_type: 'left' },
      {
        type: 'join',
        with: 'hostile',
        left_on: 'name',
        right_on: 'name',
        join_type: 'outer',
        columns: ['नाम', '*'],
      },
      { type: 'sort', columns: ['hostile_*'] },
    ],
  });
  expect(joined).toHaveLength(columns.length * 2 + 2);
  expect(rows).toHaveLength(4);
});

test('a hostile label names no CTE but a plain one', async () => {
  for (const label of [
    '"; DROP TABLE x; --',
    'Nur Erwachsene!',
    'वयस्क',
    '👍',
    'select',
    '1',
    'x'.repeat(200),
  ]) {
    const { rows } = await both.run({
      steps: [
        { type: 'source', table: 'hostile' },
        { type: 'filter', label, column: 'name', operator: 'equals', value: 'one' },
      ],
    });
    expect(rows).toHaveLength(1);
  }
});
