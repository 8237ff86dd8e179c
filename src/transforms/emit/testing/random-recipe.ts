import * as fc from 'fast-check';
import { columnType, type ColumnType } from '#contracts/column-types';
import { filterOperator, recipeStep, type RecipeStep } from '#contracts/recipe';
import type { TestTable } from './both-engines.ts';

const text = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'Pune',
    'pune',
    'PUNE east',
    "O'Brien",
    '100%',
    '_',
    '\\',
    '"',
    'नमस्ते',
    'éCOLE',
    '👍 ok',
    'a-b c.d',
    '12',
    'NULL',
    '\t tab\u00a0',
  ),
  fc.string({ maxLength: 8 }),
);
const date = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2100-12-31'), noInvalidDate: true })
  .map((day) => day.toISOString().slice(0, 10));
const time = fc
  .tuple(fc.nat(23), fc.nat(59), fc.nat(59))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));

/** Values whose products and sums stay within DuckDB's widest decimal: what the engines can agree on. */
const values: Readonly<Record<ColumnType, fc.Arbitrary<string | boolean>>> = {
  text,
  integer: fc
    .oneof(fc.integer({ min: -1000, max: 1000 }), fc.constantFrom(0, 1, -1, 2_147_483_648))
    .map(String),
  decimal: fc.integer({ min: -100_000, max: 100_000 }).map((cents) => (cents / 100).toFixed(2)),
  float: fc.integer({ min: -4000, max: 4000 }).map((quarters) => String(quarters / 4)),
  boolean: fc.boolean(),
  date,
  timestamp: fc.tuple(date, time).map((parts) => parts.join(' ')),
  timestamptz: fc.tuple(date, time).map((parts) => `${parts.join(' ')}+00`),
  time,
  json: fc.constantFrom('{}', '[]', '{"a": 1}', '"x"', '1', 'true', 'null'),
};

const columnNames = ['a', 'b b', 'c"c', "d'd", 'ए', 'f%'] as const;

/** A table of up to eight rows and columns of any types. */
export const randomTable = (name: string): fc.Arbitrary<TestTable> =>
  fc
    .array(fc.constantFrom(...columnType.options), { minLength: 2, maxLength: columnNames.length })
    .chain((types) =>
      fc.record({
        name: fc.constant(name),
        columns: fc.constant(types.map((type, index) => ({ name: columnNames[index] ?? '', type }))),
        rows: fc.array(fc.tuple(...types.map((type) => fc.option(values[type], { freq: 4 }))), {
          maxLength: 8,
        }),
      }),
    );

/** Names of columns that may or may not be there at a step: the planner has to tell. */
const column = fc.constantFrom(...columnNames, 'new', 'made', 'right_a', 'right_b b', 'total', 'n');
const scalar = fc.oneof(text, fc.integer({ min: -50, max: 50 }), fc.boolean(), date, fc.constant(null));
const value = fc.oneof(
  { weight: 4, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) },
);
const fresh = fc.constantFrom('new', 'made', 'total', 'n', 'a');

const some = fc.uniqueArray(column, { minLength: 1, maxLength: 2 });
const order = fc.uniqueArray(column, { minLength: 1, maxLength: 2 });
const simple = fc.record({
  column,
  operator: fc.constantFrom(...filterOperator.options),
  value,
  unit: fc.constantFrom('day' as const, 'month' as const, 'fiscal_year' as const),
});
const onError = fc.constantFrom('null' as const, 'keep' as const);
const is = <const T>(constant: T): fc.Arbitrary<T> => fc.constant(constant);

const columnSteps = [
  fc.record({
    type: is('filter'),
    match: fc.constantFrom('all', 'any'),
    conditions: fc.array(
      fc.oneof(
        simple,
        fc.record({
          column,
          operator: fc.constantFrom('equals', 'not_equals', 'less_than'),
          other_column: column,
        }),
        fc.record({ match: is('any'), conditions: fc.array(simple, { minLength: 1, maxLength: 2 }) }),
      ),
      { minLength: 1, maxLength: 2 },
    ),
  }),
  fc.record({
    type: is('rename'),
    columns: fc.uniqueArray(fc.record({ column, name: fresh }), {
      minLength: 1,
      maxLength: 2,
      selector: (each) => each.column,
    }),
  }),
  fc.record({ type: is('reorder'), columns: some, to: fc.constantFrom('start', 'end') }),
  fc.record({
    type: is('cast'),
    columns: some,
    to: fc.constantFrom(...columnType.options),
    on_error: onError,
  }),
  fc.record({
    type: is('parse_date'),
    column,
    formats: fc.constantFrom(['YYYY-MM-DD'], ['D/M/YY', 'D MMM YYYY']),
    on_error: onError,
  }),
  fc.record({
    type: is('replace_values'),
    columns: some,
    part: fc.constantFrom('whole', 'part'),
    pairs: fc.array(fc.record({ from: scalar, to: scalar }), { minLength: 1, maxLength: 2 }),
    ignore_case: fc.boolean(),
  }),
  fc.record({ type: is('fill_empty'), columns: some, method: is('value'), value: scalar }),
  fc.record({ type: is('fill_empty'), columns: some, method: is('columns'), from: some }),
  fc.record({
    type: is('fill_empty'),
    columns: some,
    method: fc.constantFrom('previous', 'next'),
    order,
    by: fc.uniqueArray(column, { maxLength: 1 }),
  }),
  fc.record({
    type: is('split_column'),
    column,
    separator: fc.constantFrom(' ', 'a', "'"),
    into: is('columns'),
    names: fc.uniqueArray(fresh, { minLength: 1, maxLength: 2 }),
    keep: fc.boolean(),
  }),
  fc.record({
    type: is('split_column'),
    column,
    separator: fc.constantFrom(' ', 'a', "'"),
    into: is('rows'),
    name: fresh,
    keep: fc.boolean(),
  }),
  fc.record({ type: is('merge_columns'), columns: some, name: fresh, keep: fc.boolean() }),
  fc.record({
    type: is('extract_text'),
    column,
    name: fresh,
    method: fc.constantFrom('digits', 'number'),
  }),
  fc.record({
    type: is('extract_text'),
    column,
    name: fresh,
    method: fc.constantFrom('before', 'after'),
    text: is('a'),
  }),
  fc.record({ type: is('extract_text'), column, name: fresh, method: is('last'), count: is(2) }),
  fc.record({
    type: is('date_part'),
    column,
    name: fresh,
    part: fc.constantFrom('quarter', 'week', 'month_name', 'weekday', 'fiscal_year', 'date'),
  }),
  fc.record({
    type: is('date_part'),
    column,
    name: fresh,
    part: is('start_of'),
    unit: fc.constantFrom('week', 'month', 'fiscal_year'),
  }),
  fc.record({
    type: is('date_part'),
    column,
    name: fresh,
    part: is('difference'),
    to: column,
    unit: fc.constantFrom('day', 'week', 'month', 'year'),
  }),
  fc.record({ type: is('bin'), column, name: fresh, method: is('edges'), edges: is([-1, 0.5, 10]) }),
  fc.record({ type: is('bin'), column, name: fresh, method: is('width'), width: is(0.5) }),
  fc.record({ type: is('mask'), columns: some, method: fc.constantFrom('hash', 'partial', 'remove') }),
  fc.record({
    type: is('formula'),
    name: fresh,
    expression: fc
      .tuple(
        column,
        column,
        fc.constantFrom(
          '[x] & [y]',
          '[x] + [y]',
          'IF([x] <> [y], LEN([x] & ""), 0)',
          'COALESCE([x], [y])',
          'ROUND([x], 1) - MOD([y], 7)',
          'UPPER(TRIM([x])) = [y]',
          'DATEDIF([x], [y], "M")',
          'TEXT([x], "0.0")',
          'VALUE([x] & "1")',
          'EDATE([x], 1) > [y]',
        ),
      )
      .map(([x, y, text]) => text.replace('[x]', `[${x}]`).replace('[y]', `[${y}]`)),
  }),
  fc.record({
    type: is('flatten_json'),
    column,
    fields: fc
      .record({
        path: fc.constantFrom(['a'], [0]),
        name: fresh,
        type: fc.constantFrom('text', 'integer', 'json'),
      })
      .map((field) => [field]),
    keep: fc.boolean(),
  }),
] as const;

const by = fc.uniqueArray(column, { maxLength: 1 });
const rowSteps = [
  fc.record({
    type: is('join'),
    with: is('right'),
    left_on: column,
    right_on: column,
    more_keys: fc.constantFrom([], [{ left_on: 'a', right_on: 'a' }]),
    join_type: fc.constantFrom('left', 'semi', 'anti'),
    columns: is(['a']),
    suffix: is(' too'),
    ignore_case: fc.boolean(),
    trim: fc.boolean(),
  }),
  fc.record({
    type: is('group'),
    by,
    by_date: fc.constantFrom([], [{ column: 'a', unit: 'month' }], [{ column: 'b b', unit: 'week' }]),
    aggregates: fc
      .record({
        function: fc.constantFrom('count_rows', 'median', 'percentile', 'list', 'first', 'last', 'sum'),
        column,
        alias: fresh,
        percent: is(25),
        order,
        filter: simple,
      })
      .map((aggregate) => [aggregate]),
  }),
  fc.record({ type: is('stack'), tables: fc.constantFrom(['right'], ['right', 'left']), name_column: fresh }),
  fc.record({
    type: is('unpivot'),
    columns: some,
    all_but: fc.boolean(),
    name_column: fresh,
    value_column: is('value'),
    drop_empty: fc.boolean(),
  }),
  fc.record({
    type: is('pivot'),
    by,
    column,
    values: fc
      .uniqueArray(scalar, { minLength: 1, maxLength: 2 })
      .map((list) => list.map((each) => ({ value: each }))),
    function: fc.constantFrom('count', 'sum', 'max', 'list'),
    value_column: column,
  }),
  fc.record({ type: is('remove_duplicates'), by, keep: fc.constantFrom('first', 'last'), order: by }),
  fc.record({ type: is('top_n'), n: fc.constantFrom(1, 3), order, by, ties: fc.boolean() }),
  fc.record({ type: is('sample'), rows: fc.constantFrom(1, 4), seed: is(7) }),
  fc.record({
    type: is('fuzzy_match'),
    column,
    name: fresh,
    score_name: fc.constantFrom('total', 'n'),
    threshold: fc.constantFrom(0.1, 0.5, 1),
  }),
  fc.record({
    type: is('fuzzy_match'),
    column,
    table: is('right'),
    key: column,
    name: fresh,
    threshold: fc.constantFrom(0.1, 0.25),
  }),
  fc.record({ type: is('list_to_rows'), column, name: fresh, keep: fc.boolean() }),
  fc.record({
    type: is('window'),
    name: fresh,
    by,
    function: fc.constantFrom('row_number', 'rank', 'dense_rank'),
    order,
  }),
  fc.record({
    type: is('window'),
    name: fresh,
    by,
    function: fc.constantFrom('running_total', 'running_count', 'previous', 'next'),
    column,
    order,
  }),
  fc.record({
    type: is('window'),
    name: fresh,
    by,
    function: is('moving_average'),
    column,
    order,
    rows: is(2),
  }),
  fc.record({
    type: is('window'),
    name: fresh,
    by,
    function: fc.constantFrom(
      'percent_of_total',
      'group_total',
      'group_average',
      'group_min',
      'group_max',
      'group_count',
    ),
    column,
  }),
  fc.record({
    type: is('lookup'),
    column,
    table: is('right'),
    key: column,
    value: column,
    name: fresh,
    default: scalar,
    ignore_case: fc.boolean(),
    trim: fc.boolean(),
  }),
] as const;

/** A step of any kind, over columns that may or may not be there. */
export const randomStep: fc.Arbitrary<RecipeStep> = fc
  .oneof(
    fc.record({
      type: fc.constant('filter' as const),
      column,
      operator: fc.constantFrom(...filterOperator.options),
      value,
      ignore_case: fc.boolean(),
    }),
    fc.record({
      type: fc.constant('join' as const),
      with: fc.constant('right'),
      left_on: column,
      right_on: column,
      join_type: fc.constantFrom('left' as const, 'inner' as const, 'right' as const, 'outer' as const),
      columns: fc.constantFrom(['a'], ['b b', 'a'], []),
    }),
    fc.record({
      type: fc.constant('group' as const),
      by: fc.uniqueArray(column, { maxLength: 2 }),
      aggregates: fc.uniqueArray(
        fc.record({
          function: fc.constantFrom(
            'count' as const,
            'count_distinct' as const,
            'sum' as const,
            'avg' as const,
            'min' as const,
            'max' as const,
          ),
          column,
          alias: fresh,
        }),
        { maxLength: 3, selector: (aggregate) => aggregate.alias },
      ),
    }),
    fc.record({
      type: fc.constant('select' as const),
      columns: fc.uniqueArray(column, { minLength: 1, maxLength: 3 }),
    }),
    fc.record({
      type: fc.constant('sort' as const),
      columns: fc.array(fc.oneof(column, fc.record({ column, descending: fc.boolean() })), {
        minLength: 1,
        maxLength: 2,
      }),
    }),
    fc.record({
      type: fc.constant('clean' as const),
      columns: fc.uniqueArray(column, { minLength: 1, maxLength: 2 }),
      operations: fc.uniqueArray(
        fc.constantFrom(
          'trim' as const,
          'upper' as const,
          'lower' as const,
          'title' as const,
          'remove_duplicates' as const,
        ),
        {
          minLength: 1,
          maxLength: 3,
        },
      ),
    }),
    fc.record({
      type: fc.constant('categorize' as const),
      new_column: fresh,
      source_column: column,
      rules: fc.array(
        fc.record({ operator: fc.constantFrom(...filterOperator.options), value, category: text }),
        { minLength: 1, maxLength: 3 },
      ),
      default: fc.option(text),
    }),
    fc.record({
      type: fc.constant('add_column' as const),
      name: fresh,
      expression_type: fc.constant('math' as const),
      left: column,
      operator: fc.constantFrom('+' as const, '-' as const, '*' as const, '/' as const),
      right: fc.oneof(column, fc.integer({ min: -5, max: 5 })),
    }),
    fc.record({
      type: fc.constant('add_column' as const),
      name: fresh,
      expression_type: fc.constant('concat' as const),
      columns: fc.uniqueArray(column, { minLength: 1, maxLength: 3 }),
      separator: text,
    }),
    fc.record({
      type: fc.constant('add_column' as const),
      name: fresh,
      expression_type: fc.constant('extract' as const),
      column,
      part: fc.constantFrom('year' as const, 'month' as const, 'day' as const),
    }),
    fc.constant({ type: 'distinct' as const }),
    ...columnSteps,
    ...rowSteps,
  )
  .map((each) => recipeStep.parse(each));
