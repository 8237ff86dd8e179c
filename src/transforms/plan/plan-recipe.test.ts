import { describe, expect, test } from 'vitest';
import type { ColumnType } from '#contracts/column-types';
import { recipe as recipeSchema } from '#contracts/recipe';
import type { Catalog } from './catalog.ts';
import { nearestName } from './nearest-name.ts';
import { planRecipe, type PlanOptions } from './plan-recipe.ts';

const columns = (...pairs: readonly (readonly [string, ColumnType, string?])[]) =>
  pairs.map(([name, type, displayName]) => ({ name, type, displayName: displayName ?? name }));

const catalog: Catalog = [
  {
    name: 'source_visits',
    displayName: 'Visits',
    hasRowPosition: true,
    columns: columns(
      ['id', 'integer'],
      ['district', 'text', 'District name'],
      ['cost', 'decimal'],
      ['weight', 'float'],
      ['day', 'date'],
      ['seen', 'timestamp'],
      ['met', 'timestamptz'],
      ['ok', 'boolean'],
      ['at', 'time'],
      ['answers', 'json'],
      ['_dlt_load_id', 'text'],
      ['_dlt_id', 'text'],
    ),
  },
  {
    name: 'source_people',
    displayName: 'People',
    hasRowPosition: true,
    columns: columns(['id', 'integer'], ['name', 'text', 'Name']),
  },
  { name: 'source_twin1', displayName: 'Twin', hasRowPosition: true, columns: columns(['id', 'integer']) },
  { name: 'source_twin2', displayName: 'Twin', hasRowPosition: true, columns: columns(['id', 'integer']) },
  {
    name: 'transform_later',
    displayName: 'Later',
    hasRowPosition: true,
    columns: [],
    notYet: '“Later” has not been run yet. Run it first.',
  },
];

type Steps = Parameters<typeof plan>[0];
const plan = (steps: ReadonlyArray<object>, options: PlanOptions = {}) =>
  planRecipe(
    recipeSchema.parse({ steps: [{ type: 'source', table: 'Visits' }, ...steps] }),
    catalog,
    options,
  );
const errorsOf = (...steps: Steps) =>
  plan(steps).errors.map(({ step, field, message }) => `${step} ${field}: ${message}`);
const columnsOf = (...steps: Steps) => plan(steps).plan?.columns.map(({ name, type }) => `${name} ${type}`);

describe('columns', () => {
  test('of a source are its own, without those of the loader', () => {
    expect(columnsOf()).toEqual([
      'id integer',
      'district text',
      'cost decimal',
      'weight float',
      'day date',
      'seen timestamp',
      'met timestamptz',
      'ok boolean',
      'at time',
      'answers json',
    ]);
  });

  test('of each step are known, also of a step that is switched off', () => {
    const { steps } = plan([
      { type: 'select', columns: ['id', 'cost'] },
      { type: 'select', columns: ['id'], disabled: true },
      {
        type: 'add_column',
        name: 'Twice the cost',
        expression_type: 'math',
        left: 'cost',
        operator: '*',
        right: 2,
      },
    ]);
    expect(steps.map((step) => step.columns.map((column) => column.name))).toEqual([
      ['id', 'district', 'cost', 'weight', 'day', 'seen', 'met', 'ok', 'at', 'answers'],
      ['id', 'cost'],
      ['id', 'cost'],
      ['id', 'cost', 'Twice the cost'],
    ]);
  });

  test('of a group have the types of what they count', () => {
    expect(
      columnsOf({
        type: 'group',
        by: ['District name', 'day'],
        aggregates: [
          { function: 'count' },
          { function: 'count', column: 'cost' },
          { function: 'sum', column: 'id', alias: 'ids' },
          { function: 'average', column: 'weight', alias: 'mean' },
          { function: 'max', column: 'seen', alias: 'last' },
          { function: 'min', column: 'ok', alias: 'all_ok' },
        ],
      }),
    ).toEqual([
      'district text',
      'day date',
      'count integer',
      'count_cost integer',
      'ids decimal',
      'mean decimal',
      'last timestamp',
      'all_ok boolean',
    ]);
  });

  test('brought by a join are named after the table as it was written, and stay apart', () => {
    const join = {
      type: 'join',
      with: 'People',
      left_on: 'id',
      right_on: 'id',
      columns: ['name', 'id', 'name'],
    };
    const made = plan([join, join]).plan?.columns.slice(10);
    expect(made).toEqual([
      { name: 'People_name', displayName: 'People_Name', type: 'text' },
      { name: 'People_id', displayName: 'People_id', type: 'integer' },
      { name: 'People_name_2', displayName: 'People_Name', type: 'text' },
      { name: 'People_id_2', displayName: 'People_id', type: 'integer' },
    ]);
    expect(plan([{ ...join, with: 'source_people' }]).plan?.columns[10]).toEqual({
      name: 'source_people_name',
      displayName: 'People_Name',
      type: 'text',
    });
  });

  test('keep their display name through the steps', () => {
    const last = plan([
      { type: 'clean', columns: ['district'], operations: ['title'] },
      { type: 'group', by: ['district'], aggregates: [] },
    ]).plan;
    expect(last?.columns).toEqual([{ name: 'district', displayName: 'District name', type: 'text' }]);
  });

  test('with long names are cut, and found by the name that was given', () => {
    const long = 'Kosten '.repeat(20);
    const made = plan([
      { type: 'add_column', name: long, expression_type: 'math', left: 'cost', operator: '+', right: 1 },
      { type: 'select', columns: [long] },
    ]).plan?.columns[0];
    expect(made?.displayName).toBe(long);
    expect(Buffer.byteLength(made?.name ?? '')).toBeLessThanOrEqual(63);
  });
});

describe('errors name the step, the field and what was meant', () => {
  test('of names', () => {
    expect(errorsOf({ type: 'filter', column: 'Distrct name', operator: 'is_null' })).toEqual([
      '1 column: There is no column “Distrct name” at this step. Did you mean “District name”?',
    ]);
    expect(errorsOf({ type: 'select', columns: ['id', 'zzzzzz'] })).toEqual([
      '1 columns.1: There is no column “zzzzzz” at this step.',
    ]);
    expect(errorsOf({ type: 'filter', column: '_dlt_id', operator: 'is_null' })).toHaveLength(1);
    expect(errorsOf({ type: 'join', with: 'Peple', left_on: 'id', right_on: 'id' })).toEqual([
      '1 with: There is no table “Peple”. Did you mean “People”?',
    ]);
    expect(errorsOf({ type: 'join', with: 'Twin', left_on: 'id', right_on: 'id' })).toEqual([
      '1 with: 2 tables are called “Twin”. Choose one of them again.',
    ]);
    expect(errorsOf({ type: 'join', with: 'Later', left_on: 'id', right_on: 'id' })).toEqual([
      '1 with: “Later” has not been run yet. Run it first.',
    ]);
    expect(
      errorsOf({ type: 'join', with: 'People', left_on: 'id', right_on: 'Nam', columns: ['nme'] }),
    ).toEqual([
      '1 right_on: There is no column “Nam” in “People”. Did you mean “Name”?',
      '1 columns.0: There is no column “nme” in “People”. Did you mean “Name”?',
    ]);
  });

  test('of values that are not of the type of their column', () => {
    const filter = (column: string, operator: string, value?: unknown) =>
      errorsOf({ type: 'filter', column, operator, ...(value === undefined ? {} : { value }) });
    expect(filter('id', 'greater_than', 'abc')).toEqual(['1 value: “abc” is not a number.']);
    expect(filter('id', 'equals', '')).toEqual(['1 value: “” is not a number.']);
    expect(filter('cost', 'equals', '1e400')).toEqual(['1 value: “1e400” is not a number.']);
    expect(filter('cost', 'equals', true)).toEqual(['1 value: “true” is not a number.']);
    expect(filter('id', 'in', [1, 'x'])).toEqual(['1 value.1: “x” is not a number.']);
    expect(filter('id', 'in', 1)).toEqual(['1 value: Give a list of values.']);
    expect(filter('id', 'between', [1])).toEqual(['1 value: Give two values: from and to.']);
    expect(filter('id', 'between', [1, 'z'])).toEqual(['1 value.1: “z” is not a number.']);
    expect(filter('id', 'equals')).toEqual(['1 value: Give a value to compare with.']);
    expect(filter('id', 'equals', null)).toEqual([
      '1 value: Nothing can be compared with an empty value. Use “is empty” instead.',
    ]);
    expect(filter('id', 'equals', [1])).toEqual(['1 value: Give one value, not a list.']);
    expect(filter('day', 'equals', '2024-02-30')).toEqual([
      '1 value: “2024-02-30” is not a date. Write it like 2026-01-31.',
    ]);
    expect(filter('seen', 'equals', '31/01/2024')).toEqual([
      '1 value: “31/01/2024” is not a date with time. Write it like 2026-01-31 or 2026-01-31 18:30.',
    ]);
    expect(filter('seen', 'equals', '2024-01-05T10:00:00Z')).toHaveLength(1);
    expect(filter('at', 'equals', '25:00')).toEqual([
      '1 value: “25:00” is not a time of day. Write it like 18:30.',
    ]);
    expect(filter('ok', 'equals', 'perhaps')).toEqual(['1 value: “perhaps” is neither true nor false.']);
    expect(filter('ok', 'greater_than', true)).toEqual([
      '1 operator: Yes/no values have no order. Use equals or not equals.',
    ]);
    expect(filter('answers', 'equals', 'x')).toEqual([
      '1 operator: Nested data can only be checked for being empty.',
    ]);
    expect(filter('cost', 'contains', '5')).toEqual([
      '1 operator: “cost” holds numbers, and this looks into text. Use equals, greater than or less than.',
    ]);
  });

  test('of calculations, with what to do instead', () => {
    const math = (left: unknown, right: unknown) =>
      errorsOf({ type: 'add_column', name: 'x', expression_type: 'math', left, operator: '+', right });
    expect(math('district', 1)).toEqual([
      '1 left: “District name” holds text, so it cannot be calculated with. Change its type to a number where the data is loaded, or join texts with “concat”.',
    ]);
    expect(math('day', 'ok')).toHaveLength(2);
    expect(math('cst', '1')).toEqual(['1 left: There is no column “cst” at this step. Did you mean “cost”?']);
    expect(math('cost', '12.5')).toEqual([]);
    expect(
      errorsOf({ type: 'add_column', name: 'y', expression_type: 'extract', column: 'cost', part: 'year' }),
    ).toEqual([
      '1 column: “cost” holds numbers; a year can only be taken out of a date. Change its type to a date where the data is loaded.',
    ]);
    expect(
      errorsOf({ type: 'group', by: [], aggregates: [{ function: 'sum', column: 'district', alias: 'x' }] }),
    ).toEqual([
      '1 aggregates.0.function: “District name” holds text, and only numbers can be added up. Count it instead, or correct its type where the data is loaded.',
    ]);
    expect(errorsOf({ type: 'clean', columns: ['cost'], operations: ['trim'] })).toHaveLength(1);
    expect(errorsOf({ type: 'sort', columns: ['answers'] })).toHaveLength(1);
    expect(errorsOf({ type: 'join', with: 'People', left_on: 'id', right_on: 'name' })).toHaveLength(1);
  });

  test('of new names', () => {
    const named = (name: string) =>
      errorsOf({ type: 'add_column', name, expression_type: 'concat', columns: ['id'] });
    expect(named('Cost')).toEqual(['1 name: There is already a column “cost”. Choose another name.']);
    expect(named('District name')).toHaveLength(1);
    expect(named('  ')).toEqual(['1 name: Give the column a name.']);
    expect(named('_dlt_id')).toEqual([
      '1 name: Names that begin with _dlt_ are kept for the program itself.',
    ]);
    expect(named('_dalgo_row_1')).toHaveLength(1);
    expect(
      errorsOf({
        type: 'group',
        by: ['day'],
        aggregates: [
          { function: 'count', alias: 'n' },
          { function: 'count', alias: 'N' },
        ],
      }),
    ).toEqual(['1 aggregates.1.alias: There is already a column “n”. Choose another name.']);
    expect(errorsOf({ type: 'select', columns: ['id', 'id'] })).toEqual([
      '1 columns.1: “id” is there twice.',
    ]);
    expect(errorsOf({ type: 'group', by: [], aggregates: [] })).toEqual([
      '1 aggregates: Choose what to group by or what to calculate.',
    ]);
  });

  test('of places', () => {
    expect(planRecipe(recipeSchema.parse({ steps: [{ type: 'distinct' }] }), catalog).errors).toHaveLength(1);
    expect(errorsOf({ type: 'source', table: 'People' })).toHaveLength(1);
    expect(
      planRecipe(
        recipeSchema.parse({ steps: [{ type: 'source', table: 'People', disabled: true }] }),
        catalog,
      ).errors,
    ).toHaveLength(1);
  });

  test('do not repeat themselves in the steps after the broken one', () => {
    expect(
      errorsOf(
        { type: 'add_column', name: 'total', expression_type: 'math', left: 'cst', operator: '*', right: 2 },
        { type: 'filter', column: 'total', operator: 'greater_than', value: 5 },
        { type: 'group', by: ['district'], aggregates: [{ function: 'sum', column: 'total', alias: 'sum' }] },
        { type: 'sort', columns: ['sum'] },
        { type: 'filter', column: 'sum', operator: 'equals', value: 'x' },
      ),
    ).toEqual([
      '1 left: There is no column “cst” at this step. Did you mean “cost”?',
      '5 value: “x” is not a number.',
    ]);
    expect(
      errorsOf(
        { type: 'join', with: 'Nobody', left_on: 'id', right_on: 'id' },
        { type: 'select', columns: ['Nobody_id'] },
      ),
    ).toHaveLength(1);
  });

  test('of a sort on top', () => {
    expect(plan([], { sort: ['nope'] }).plan).toBeNull();
  });
});

test('a later step that has an error does not stop a look at an earlier one', () => {
  const steps = [{ type: 'distinct' }, { type: 'filter', column: 'nope', operator: 'is_null' }];
  expect(plan(steps, { upToStep: 1 }).plan).not.toBeNull();
  expect(plan(steps).plan).toBeNull();
});

test('more columns than a table can have are refused', () => {
  const wide = columns(
    ...Array.from({ length: 900 }, (_, index): [string, ColumnType] => [`c${index}`, 'integer']),
  );
  const tables: Catalog = [{ name: 'wide', displayName: 'wide', hasRowPosition: true, columns: wide }];
  const recipe = recipeSchema.parse({
    steps: [
      { type: 'source', table: 'wide' },
      { type: 'join', with: 'wide', left_on: 'c0', right_on: 'c0' },
    ],
  });
  expect(planRecipe(recipe, tables).errors).toEqual([
    {
      step: 1,
      field: '',
      message: 'This makes 1800 columns; a table can have 1500. Choose fewer.',
      suggestion: null,
    },
  ]);
});

test('the nearest name is near, and none when nothing is', () => {
  const names = ['district', 'village', 'beneficiary_id', 'age'];
  expect(nearestName('distrct', names)).toBe('district');
  expect(nearestName('DISTRICT', names)).toBe('district');
  expect(nearestName('beneficiary', names)).toBe('beneficiary_id');
  expect(nearestName('aeg', names)).toBe('age');
  expect(nearestName('income', names)).toBeNull();
  expect(nearestName('', names)).toBeNull();
});
