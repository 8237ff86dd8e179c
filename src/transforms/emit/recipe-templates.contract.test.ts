import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ColumnType } from '#contracts/column-types';
import { openQuestions, stepsOf, type TemplateAnswers } from '#contracts/recipe-template';
import { recipeTemplates } from '#contracts/recipe-templates';
import { openBothEngines, type BothEngines, type Cell, type TestTable } from './testing/both-engines.ts';

let both: BothEngines;
const text = (name: string) => ({ name, type: 'text' as const });
const number = (name: string) => ({ name, type: 'integer' as const });
const day = (name: string) => ({ name, type: 'date' as const });

const tables: readonly TestTable[] = [
  {
    name: 'visits',
    columns: [
      text('person'),
      text('name'),
      text('district'),
      day('date'),
      number('age'),
      text('sex'),
      text('note'),
    ],
    rows: [
      ['P1', ' asha  rao', 'Pune', '2025-01-10', '30', 'F', 'ok'],
      ['P1', 'Asha Rao', 'Pune ', '2025-01-20', '30', 'f', null],
      ['P2', 'JOHN', 'Pune', '2025-01-05', '4', 'M', ''],
      ['P3', 'mary', 'Nagpur', '2025-02-01', '61', 'F', 'late'],
      ['P2', 'john', 'Pune', '2025-02-07', '5', 'M', 'ok'],
    ],
  },
  {
    name: 'written',
    columns: [text('person'), text('place'), text('when')],
    rows: [
      ['P1', 'Pune', '03/02/2025'],
      ['P1', 'Pune', '2025-03-09'],
      ['P2', 'Pune', '1-3-2025'],
    ],
  },
  {
    name: 'registered',
    columns: [text('id'), text('village'), number('score')],
    rows: [
      ['p1 ', 'A', '10'],
      ['P2', 'B', '20'],
      ['P9', 'C', '30'],
    ],
  },
  {
    name: 'endline',
    columns: [text('code'), number('score')],
    rows: [
      ['P1', '15'],
      ['P9', '25'],
    ],
  },
  {
    name: 'months',
    columns: [text('district'), number('jan'), number('feb')],
    rows: [
      ['Pune', '1', '2'],
      ['Nagpur', null, '3'],
    ],
  },
  {
    name: 'more_months',
    columns: [text('district'), number('jan'), number('feb')],
    rows: [['Thane', '7', '8']],
  },
  {
    name: 'targets',
    columns: [text('district'), number('target')],
    rows: [
      ['pune', '2'],
      ['Thane', '70'],
    ],
  },
  {
    name: 'attendance',
    columns: [text('school'), text('status')],
    rows: [
      ['North', 'Present'],
      ['North', 'absent'],
      ['North', ' present'],
      ['South', 'absent'],
    ],
  },
];

beforeAll(async () => {
  both = await openBothEngines();
  for (const table of tables) await both.createTable(table);
});
afterAll(() => both[Symbol.asyncDispose]());

/** The answers a person might give, and the table that has to come out, worked out by hand. */
const cases: readonly {
  readonly template: string;
  readonly answers: TemplateAnswers;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}[] = [
  {
    template: 'clean-people',
    answers: { table: 'visits', names: ['name'], texts: ['district', 'name'], person: ['person'] },
    columns: ['person', 'name', 'district', 'date', 'age', 'sex', 'note'],
    rows: [
      ['P1', 'Asha  Rao', 'Pune', '2025-01-10', '30', 'F', 'ok'],
      ['P2', 'John', 'Pune', '2025-01-05', '4', 'M', ''],
      ['P3', 'Mary', 'Nagpur', '2025-02-01', '61', 'F', 'late'],
    ],
  },
  {
    template: 'per-district-and-month',
    answers: {
      table: 'visits',
      place: 'district',
      date: 'date',
      person: 'person',
      age: 'age',
      sex: 'sex',
      women: ['F'],
    },
    columns: ['district', 'Month', 'Beneficiaries', 'Average age', 'Women', 'Share of women'],
    rows: [
      ['Nagpur', '2025-02-01', '1', '61', '1', '1'],
      ['Pune', '2025-01-01', '2', '17', '1', '0.5'],
      ['Pune', '2025-02-01', '1', '5', '0', '0'],
    ],
  },
  {
    template: 'per-district-and-month',
    answers: { table: 'written', place: 'place', date: 'when', person: 'person' },
    columns: ['place', 'Month', 'Beneficiaries'],
    rows: [
      ['Pune', '2025-02-01', '1'],
      ['Pune', '2025-03-01', '2'],
    ],
  },
  {
    template: 'combine-forms',
    answers: { table: 'registered', key: 'id', other: 'endline', other_key: 'code', bring: ['score'] },
    columns: ['id', 'village', 'score', 'endline_score'],
    rows: [
      ['p1 ', 'A', '10', '15'],
      ['P2', 'B', '20', null],
      ['P9', 'C', '30', '25'],
    ],
  },
  {
    template: 'months-to-rows',
    answers: { table: 'months', months: ['jan', 'feb'] },
    columns: ['district', 'Month', 'Value'],
    rows: [
      ['Pune', 'jan', '1'],
      ['Pune', 'feb', '2'],
      ['Nagpur', 'feb', '3'],
    ],
  },
  {
    template: 'latest-visit',
    answers: { table: 'written', person: 'person', date: 'when' },
    columns: ['person', 'place', 'when'],
    rows: [
      ['P1', 'Pune', '2025-03-09'],
      ['P2', 'Pune', '2025-03-01'],
    ],
  },
  {
    template: 'stack-files',
    answers: { table: 'months', others: ['more_months'] },
    columns: ['district', 'jan', 'feb', 'From'],
    rows: [
      ['Pune', '1', '2', 'months'],
      ['Nagpur', null, '3', 'months'],
      ['Thane', '7', '8', 'more_months'],
    ],
  },
  {
    template: 'not-seen',
    answers: { table: 'registered', key: 'id', other: 'visits', other_key: 'person' },
    columns: ['id', 'village', 'score'],
    rows: [['P9', 'C', '30']],
  },
  {
    template: 'before-and-after',
    answers: {
      table: 'registered',
      key: 'id',
      measure: 'score',
      other: 'endline',
      other_key: 'code',
      other_measure: 'score',
    },
    columns: ['id', 'village', 'score', 'score at the end', 'Change'],
    rows: [
      ['p1 ', 'A', '10', '15', '5'],
      ['P9', 'C', '30', '25', '-5'],
    ],
  },
  {
    template: 'against-targets',
    answers: {
      table: 'visits',
      place: 'district',
      amount: 'age',
      other: 'targets',
      other_place: 'district',
      target: 'target',
    },
    columns: ['district', 'Achieved', 'target to reach', 'Share of target', 'Progress'],
    rows: [
      ['Nagpur', '61', null, null, 'No target'],
      ['Pune', '69', '2', '34.5', 'Reached'],
    ],
  },
  {
    template: 'against-targets',
    answers: {
      table: 'more_months',
      place: 'district',
      amount: 'feb',
      other: 'targets',
      other_place: 'district',
      target: 'target',
    },
    columns: ['district', 'Achieved', 'target to reach', 'Share of target', 'Progress'],
    rows: [['Thane', '8', '70', '0.1142857143', 'Behind']],
  },
  {
    template: 'age-groups',
    answers: { table: 'visits', age: 'age', by: ['sex'] },
    columns: ['Age group', 'sex', 'People'],
    rows: [
      ['0 to 4', 'M', '1'],
      ['25 to 59', 'F', '1'],
      ['25 to 59', 'f', '1'],
      ['5 to 17', 'M', '1'],
      ['60 and older', 'F', '1'],
    ],
  },
  {
    template: 'share-of-yes',
    answers: { table: 'attendance', by: ['school'], answer: 'status', yes: ['present', ' Present'] },
    columns: ['school', 'All', 'Counted', 'Share'],
    rows: [
      ['North', '3', '2', '0.6666666667'],
      ['South', '1', '0', '0'],
    ],
  },
  {
    template: 'missing-answers',
    answers: { table: 'visits', required: ['note', 'age'] },
    columns: ['person', 'name', 'district', 'date', 'age', 'sex', 'note'],
    rows: [
      ['P1', 'Asha Rao', 'Pune ', '2025-01-20', '30', 'f', null],
      ['P2', 'JOHN', 'Pune', '2025-01-05', '4', 'M', ''],
    ],
  },
];

const sorted = (rows: readonly (readonly Cell[])[]) => rows.map((row) => JSON.stringify(row)).toSorted();

test.each(cases)('the template $template makes from $answers.table what its card promises', async (one) => {
  const template = recipeTemplates.find(({ id }) => id === one.template);
  if (template === undefined) throw new Error(`There is no template ${one.template}.`);
  expect(openQuestions(template, one.answers)).toEqual([]);
  const columns = Object.fromEntries(
    template.questions.map(({ id }) => [
      id,
      (tables.find(({ name }) => name === one.answers[id])?.columns ?? []).map(
        ({ name, type }: { name: string; type: ColumnType }) => ({ name, display_name: name, type }),
      ),
    ]),
  );
  const result = await both.run({ steps: [...stepsOf(template, one.answers, columns)] });
  expect(result.columns.map(({ name }) => name)).toEqual(one.columns);
  expect(sorted(result.rows)).toEqual(sorted(one.rows));
});

test('every template is tried, and asks for all that it needs', () => {
  expect(new Set(cases.map(({ template }) => template))).toEqual(
    new Set(recipeTemplates.map(({ id }) => id)),
  );
  for (const template of recipeTemplates) {
    const required = template.questions
      .filter((question) => question.kind !== 'values' && !('isOptional' in question && question.isOptional))
      .map(({ id }) => id);
    expect(openQuestions(template, {})).toEqual(required);
  }
});
