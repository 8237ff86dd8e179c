import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { columnType, type ColumnType } from '#contracts/column-types';
import { filterOperator, recipeStep, type RecipeStep } from '#contracts/recipe';
import { planRecipe, type PlanOptions } from '../plan/plan-recipe.ts';
import { openBothEngines, type BothEngines, type TestTable } from './testing/both-engines.ts';

let both: BothEngines;
beforeAll(async () => {
  both = await openBothEngines();
});
afterAll(() => both[Symbol.asyncDispose]());

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

const table = (name: string): fc.Arbitrary<TestTable> =>
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

const step: fc.Arbitrary<RecipeStep> = fc
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
  )
  .map((each) => recipeStep.parse(each));

/** A quotient has more digits than the other engine; equal or greater than a third is not the same question to both. */
function askedAgain(steps: readonly RecipeStep[]): boolean {
  const quotient = steps.findIndex(
    (each) =>
      (each.type === 'add_column' && each.expression_type === 'math' && each.operator === '/') ||
      (each.type === 'group' && each.aggregates.some((aggregate) => aggregate.function === 'avg')),
  );
  return quotient !== -1 && quotient < steps.length - 1;
}

let tried = 0;

test('any recipe either runs with equal rows and the planned columns on both engines, or says where it is wrong', async () => {
  let ran = 0;
  let refused = 0;
  const misplaced: unknown[] = [];
  await fc.assert(
    fc.asyncProperty(
      table('left'),
      table('right'),
      fc.array(step, { maxLength: 5 }),
      async (left, right, steps) => {
        tried += 1;
        await both.createTable(left);
        await both.createTable(right);
        try {
          // What has an error is taken out, after seeing that the error says where: so most recipes get to run.
          let kept: RecipeStep[] = [{ type: 'source', table: 'left' }];
          for (const next of steps) {
            const { errors, plan } = planRecipe({ steps: [...kept, next] }, both.catalog());
            if (plan !== null) kept = [...kept, next];
            else {
              refused += 1;
              misplaced.push(
                ...errors.filter((error) => error.step !== kept.length || error.message === ''),
                ...(errors.length === 0 ? [next] : []),
              );
            }
          }
          const options: PlanOptions = { timeZone: 'Asia/Kolkata', totalOrder: true };
          if (askedAgain(kept)) return;
          await both.run({ steps: kept }, options);
          ran += 1;
        } finally {
          await both.dropTable('left');
          await both.dropTable('right');
        }
      },
    ),
    { numRuns: Number(process.env['RECIPES'] ?? 250), endOnFailure: false },
  );
  expect(misplaced).toEqual([]);
  expect(ran).toBeGreaterThan(tried / 3);
  expect(refused).toBeGreaterThan(tried / 3);
}, 120_000);
