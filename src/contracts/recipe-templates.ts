import type { ColumnType } from './column-types.ts';
import type { SingleCondition } from './recipe-conditions.ts';
import type { CleanOperation, RecipeStep } from './recipe.ts';
import type { Answered, RecipeTemplate, TemplateQuestion } from './recipe-template.ts';

/*
 * Work that nearly every NGO does with its data. Each asks for tables and columns and makes ordinary steps, which can be
 * changed afterwards like any others.
 */

const numbers: readonly ColumnType[] = ['integer', 'decimal', 'float'];
const dates: readonly ColumnType[] = ['date', 'timestamp', 'timestamptz'];
const table: TemplateQuestion = { kind: 'table', id: 'table', label: 'Table' };
const placeWords = [
  'district',
  'county',
  'block',
  'state',
  'region',
  'province',
  'village',
  'site',
  'centre',
];
const personWords = [
  'person id',
  'beneficiary id',
  'participant id',
  'household id',
  'client id',
  'patient id',
  'student id',
  'unique id',
  'id',
  'code',
  'phone',
  'name',
];
const dateWords = ['visit date', 'date of visit', 'date', 'day', 'submission', 'created', 'time'];
const months = 'january february march april may june july august september october november december'.split(
  ' ',
);
const monthWords = months.flatMap((month) => [month, month.slice(0, 3)]);
/** The usual ways of writing a date, the day before the month as nearly everywhere. */
const dateFormats = ['YYYY-MM-DD', 'D/M/YYYY', 'D-M-YYYY', 'D.M.YYYY', 'D MMM YYYY'];

const source = (answers: Answered): RecipeStep => ({ type: 'source', table: answers.one('table') });

const cleaned = (operation: CleanOperation, columns: readonly string[]): readonly RecipeStep[] =>
  columns.length === 0 ? [] : [{ type: 'clean', columns: [...new Set(columns)], operations: [operation] }];

/** Texts without stray spaces, so that "Pune " and "Pune" are one place. */
const tidied = (answers: Answered, ...ids: readonly string[]): readonly RecipeStep[] =>
  cleaned(
    'trim',
    ids.filter((id) => answers.column(id)?.type === 'text').map((id) => answers.one(id)),
  );

/** A column of dates that is still text is read first. */
const readDate = (answers: Answered, id: string): readonly RecipeStep[] =>
  answers.column(id)?.type === 'text'
    ? [{ type: 'parse_date', column: answers.one(id), formats: [...dateFormats], on_error: 'null' }]
    : [];

/** Whether a column has one of the values that were picked, however they are capitalized. */
const isOneOf = (answers: Answered, column: string, values: string): SingleCondition => ({
  column: answers.one(column),
  operator: 'in',
  value: [...new Set(answers.many(values).map((value) => value.trim()))],
  ...(answers.column(column)?.type === 'text' ? { ignore_case: true } : {}),
});

/** The part of one number in another, as a number from 0 to 1. */
const share = (name: string, part: string, whole: string): RecipeStep => ({
  type: 'add_column',
  name,
  expression_type: 'math',
  left: part,
  operator: '/',
  right: whole,
});

const cleanPeople: RecipeTemplate = {
  id: 'clean-people',
  name: 'Clean a list of people',
  about: 'Removes stray spaces, writes names alike and keeps everybody only once.',
  icon: 'clean',
  questions: [
    { ...table, label: 'The list' },
    {
      kind: 'columns',
      id: 'names',
      of: 'table',
      label: 'Names of people and places',
      help: 'Each Word Begins With a Capital Letter',
      types: ['text'],
      isOptional: true,
      likely: ['name', ...placeWords],
      takesAll: true,
    },
    {
      kind: 'columns',
      id: 'texts',
      of: 'table',
      label: 'Other texts to tidy',
      help: 'Spaces before and after the text go',
      types: ['text'],
      isOptional: true,
      likely: [''],
      takesAll: true,
    },
    {
      kind: 'columns',
      id: 'person',
      of: 'table',
      label: 'What tells one person from another',
      help: 'Of rows that are the same in these, the first stays',
      likely: personWords,
    },
  ],
  steps: (answers) => [
    source(answers),
    ...cleaned('trim', [...answers.many('names'), ...answers.many('texts')]),
    ...cleaned('title', answers.many('names')),
    { type: 'remove_duplicates', by: [...answers.many('person')], keep: 'first', order: [] },
  ],
};

const monthsToRows: RecipeTemplate = {
  id: 'months-to-rows',
  name: 'Months as columns → rows',
  about: 'A report with a column for each month becomes a list with a row for each month.',
  icon: 'unpivot',
  questions: [
    table,
    {
      kind: 'columns',
      id: 'months',
      of: 'table',
      label: 'The columns of the months',
      likely: monthWords,
      takesAll: true,
    },
  ],
  steps: (answers) => [
    source(answers),
    {
      type: 'unpivot',
      columns: [...answers.many('months')],
      all_but: false,
      name_column: answers.fresh('Month'),
      value_column: answers.fresh('Value'),
      drop_empty: true,
    },
  ],
};

const perDistrictAndMonth: RecipeTemplate = {
  id: 'per-district-and-month',
  name: 'Beneficiaries per district and month',
  about:
    'Counts each person once per place and month; with their average age and the share of women if you like.',
  icon: 'group',
  questions: [
    { ...table, label: 'Table of visits or services' },
    { kind: 'column', id: 'place', of: 'table', label: 'District', likely: placeWords },
    { kind: 'column', id: 'date', of: 'table', label: 'Date', types: [...dates, 'text'], likely: dateWords },
    { kind: 'column', id: 'person', of: 'table', label: 'Who it was', likely: personWords },
    {
      kind: 'column',
      id: 'age',
      of: 'table',
      label: 'Age',
      types: numbers,
      isOptional: true,
      likely: ['age'],
    },
    {
      kind: 'column',
      id: 'sex',
      of: 'table',
      label: 'Sex or gender',
      isOptional: true,
      likely: ['gender', 'sex'],
    },
    {
      kind: 'values',
      id: 'women',
      of: 'sex',
      label: 'Women are written as',
      likely: ['female', 'f', 'woman', 'women', 'w'],
    },
  ],
  steps: (answers) => {
    const women = answers.has('sex') && answers.has('women');
    const month = answers.fresh('Month');
    const place = answers.one('place');
    const person = answers.one('person');
    return [
      source(answers),
      ...tidied(answers, 'place', 'person', 'sex'),
      ...readDate(answers, 'date'),
      { type: 'date_part', column: answers.one('date'), name: month, part: 'start_of', unit: 'month' },
      // Who came twice in a month is one beneficiary, with one age.
      { type: 'remove_duplicates', by: [place, month, person], keep: 'first', order: [] },
      {
        type: 'group',
        by: [place, month],
        aggregates: [
          { function: 'count', column: person, alias: 'Beneficiaries' },
          ...(answers.has('age')
            ? [{ function: 'average', column: answers.one('age'), alias: 'Average age' } as const]
            : []),
          ...(women
            ? [
                {
                  function: 'count',
                  column: person,
                  alias: 'Women',
                  filter: isOneOf(answers, 'sex', 'women'),
                } as const,
              ]
            : []),
        ],
      },
      ...(women ? [share('Share of women', 'Women', 'Beneficiaries')] : []),
      { type: 'sort', columns: [{ column: place }, { column: month }] },
    ];
  },
};

const combineForms: RecipeTemplate = {
  id: 'combine-forms',
  name: 'Combine two forms',
  about: 'Brings the answers of a second form to those of the first, by the id that both have.',
  icon: 'join',
  questions: [
    { ...table, label: 'First form', help: 'All of its rows stay' },
    { kind: 'column', id: 'key', of: 'table', label: 'Id in the first form', likely: personWords },
    { kind: 'table', id: 'other', label: 'Second form' },
    { kind: 'column', id: 'other_key', of: 'other', label: 'The same id in the second', likely: personWords },
    {
      kind: 'columns',
      id: 'bring',
      of: 'other',
      label: 'Answers to bring',
      likely: [''],
      takesAll: true,
    },
  ],
  steps: (answers) => [
    source(answers),
    {
      type: 'join',
      with: answers.one('other'),
      left_on: answers.one('key'),
      right_on: answers.one('other_key'),
      join_type: 'left',
      columns: [...answers.many('bring')],
      ...ignoreWriting,
    },
  ],
};

/** People write ids by hand: capital letters and spaces do not make another person. */
const ignoreWriting = { ignore_case: true, trim: true } as const;

const latestVisit: RecipeTemplate = {
  id: 'latest-visit',
  name: 'Latest visit per person',
  about: 'Keeps one row for everybody: the newest.',
  icon: 'remove_duplicates',
  questions: [
    { ...table, label: 'Table of visits' },
    { kind: 'column', id: 'person', of: 'table', label: 'Who it was', likely: personWords },
    { kind: 'column', id: 'date', of: 'table', label: 'Date', types: [...dates, 'text'], likely: dateWords },
  ],
  steps: (answers) => [
    source(answers),
    ...tidied(answers, 'person'),
    ...readDate(answers, 'date'),
    {
      type: 'remove_duplicates',
      by: [answers.one('person')],
      keep: 'first',
      order: [{ column: answers.one('date'), descending: true }],
    },
  ],
};

const stackMonths: RecipeTemplate = {
  id: 'stack-files',
  name: 'Put monthly files together',
  about: 'Tables of the same form become one; a column says which one a row came from.',
  icon: 'stack',
  questions: [
    { ...table, label: 'First table' },
    { kind: 'tables', id: 'others', label: 'The others', help: 'Columns of the same name become one' },
  ],
  steps: (answers) => [
    source(answers),
    { type: 'stack', tables: [...answers.many('others')], name_column: answers.fresh('From') },
  ],
};

const notSeen: RecipeTemplate = {
  id: 'not-seen',
  name: 'Who was not followed up',
  about:
    'People of one list who are missing from another: registered but never visited, enrolled but absent.',
  icon: 'filter',
  questions: [
    { ...table, label: 'Everybody' },
    { kind: 'column', id: 'key', of: 'table', label: 'Id in this list', likely: personWords },
    { kind: 'table', id: 'other', label: 'Those who were seen' },
    { kind: 'column', id: 'other_key', of: 'other', label: 'The same id there', likely: personWords },
  ],
  steps: (answers) => [
    source(answers),
    {
      type: 'join',
      with: answers.one('other'),
      left_on: answers.one('key'),
      right_on: answers.one('other_key'),
      join_type: 'anti',
      ...ignoreWriting,
    },
  ],
};

const beforeAndAfter: RecipeTemplate = {
  id: 'before-and-after',
  name: 'Baseline and endline',
  about: 'Puts what was measured at the end beside what was measured at the start, with the difference.',
  icon: 'add_column',
  questions: [
    { ...table, label: 'Baseline' },
    { kind: 'column', id: 'key', of: 'table', label: 'Id in the baseline', likely: personWords },
    {
      kind: 'column',
      id: 'measure',
      of: 'table',
      label: 'What was measured',
      types: numbers,
      likely: ['score', 'weight', 'income', 'result', 'value'],
    },
    { kind: 'table', id: 'other', label: 'Endline' },
    { kind: 'column', id: 'other_key', of: 'other', label: 'Id in the endline', likely: personWords },
    {
      kind: 'column',
      id: 'other_measure',
      of: 'other',
      label: 'The same measure at the end',
      types: numbers,
      likely: ['score', 'weight', 'income', 'result', 'value'],
    },
  ],
  steps: (answers) => [
    source(answers),
    {
      type: 'join',
      with: answers.one('other'),
      left_on: answers.one('key'),
      right_on: answers.one('other_key'),
      join_type: 'inner',
      columns: [answers.one('other_measure')],
      suffix: ' at the end',
      ...ignoreWriting,
    },
    {
      type: 'add_column',
      name: answers.fresh('Change'),
      expression_type: 'math',
      left: `${answers.one('other_measure')} at the end`,
      operator: '-',
      right: answers.one('measure'),
    },
  ],
};

const againstTargets: RecipeTemplate = {
  id: 'against-targets',
  name: 'Achievements against targets',
  about: 'Adds up what was achieved per place, compares it with the target and says who is behind.',
  icon: 'categorize',
  questions: [
    { ...table, label: 'What was achieved' },
    { kind: 'column', id: 'place', of: 'table', label: 'Per', likely: placeWords },
    {
      kind: 'column',
      id: 'amount',
      of: 'table',
      label: 'Add up',
      types: numbers,
      likely: ['achieved', 'reached', 'beneficiaries', 'total', 'count', 'number', 'value'],
    },
    { kind: 'table', id: 'other', label: 'Table of targets' },
    { kind: 'column', id: 'other_place', of: 'other', label: 'The same places there', likely: placeWords },
    {
      kind: 'column',
      id: 'target',
      of: 'other',
      label: 'Target',
      types: numbers,
      likely: ['target', 'goal', 'plan'],
    },
  ],
  steps: (answers) => [
    source(answers),
    ...tidied(answers, 'place'),
    {
      type: 'group',
      by: [answers.one('place')],
      aggregates: [{ function: 'sum', column: answers.one('amount'), alias: 'Achieved' }],
    },
    {
      type: 'join',
      with: answers.one('other'),
      left_on: answers.one('place'),
      right_on: answers.one('other_place'),
      join_type: 'left',
      columns: [answers.one('target')],
      suffix: ' to reach',
      ...ignoreWriting,
    },
    share('Share of target', 'Achieved', `${answers.one('target')} to reach`),
    {
      type: 'categorize',
      new_column: 'Progress',
      source_column: 'Share of target',
      rules: [
        { operator: 'is_empty', category: 'No target' },
        { operator: 'greater_or_equal', value: 1, category: 'Reached' },
        { operator: 'greater_or_equal', value: 0.75, category: 'Nearly there' },
      ],
      default: 'Behind',
    },
  ],
};

const ageGroups: RecipeTemplate = {
  id: 'age-groups',
  name: 'People by age group',
  about: 'Counts people under 5, 5 to 17, 18 to 24, 25 to 59 and from 60, split by sex if you like.',
  icon: 'bin',
  questions: [
    table,
    { kind: 'column', id: 'age', of: 'table', label: 'Age', types: numbers, likely: ['age'] },
    { kind: 'columns', id: 'by', of: 'table', label: 'Also by', isOptional: true, likely: ['gender', 'sex'] },
  ],
  steps: (answers) => {
    const name = answers.fresh('Age group');
    return [
      source(answers),
      {
        type: 'bin',
        column: answers.one('age'),
        name,
        method: 'edges',
        edges: [5, 18, 25, 60],
        labels: ['0 to 4', '5 to 17', '18 to 24', '25 to 59', '60 and older'],
      },
      {
        type: 'group',
        by: [name, ...answers.many('by')],
        aggregates: [{ function: 'count_rows', alias: 'People' }],
      },
    ];
  },
};

const missingAnswers: RecipeTemplate = {
  id: 'missing-answers',
  name: 'Forms with missing answers',
  about: 'The rows in which an answer that must be there is empty, to send back to who filled them in.',
  icon: 'filter',
  questions: [table, { kind: 'columns', id: 'required', of: 'table', label: 'Answers that must be there' }],
  steps: (answers) => [
    source(answers),
    {
      type: 'filter',
      match: 'any',
      conditions: answers.many('required').map((column) => ({ column, operator: 'is_empty' as const })),
    },
  ],
};

const attendance: RecipeTemplate = {
  id: 'share-of-yes',
  name: 'Share of a yes or present',
  about: 'How many there are per school, group or place, how many of them say yes, and their share.',
  icon: 'window',
  questions: [
    { ...table, label: 'Table of answers or attendance' },
    {
      kind: 'columns',
      id: 'by',
      of: 'table',
      label: 'Per',
      likely: ['school', 'group', 'class', 'programme', 'program', ...placeWords],
    },
    {
      kind: 'column',
      id: 'answer',
      of: 'table',
      label: 'Answer',
      likely: ['present', 'attendance', 'attended', 'status', 'answer'],
    },
    {
      kind: 'values',
      id: 'yes',
      of: 'answer',
      label: 'Count those that say',
      likely: ['present', 'yes', 'y', 'true', 'attended', 'p', '1'],
    },
  ],
  steps: (answers) => [
    source(answers),
    ...tidied(answers, 'answer'),
    {
      type: 'group',
      by: [...answers.many('by')],
      aggregates: [
        { function: 'count_rows', alias: 'All' },
        {
          function: 'count_rows',
          alias: 'Counted',
          filter: isOneOf(answers, 'answer', 'yes'),
        },
      ],
    },
    share('Share', 'Counted', 'All'),
  ],
};

/** In the order in which they are shown. */
export const recipeTemplates: readonly RecipeTemplate[] = [
  cleanPeople,
  perDistrictAndMonth,
  combineForms,
  monthsToRows,
  latestVisit,
  stackMonths,
  notSeen,
  againstTargets,
  beforeAndAfter,
  ageGroups,
  attendance,
  missingAnswers,
];
