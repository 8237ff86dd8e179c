import { expect, test } from 'vitest';
import { recipe, type RecipeStep } from '#contracts/recipe';
import { openQuestions, stepsOf } from '#contracts/recipe-template';
import { recipeTemplates } from '#contracts/recipe-templates';
import type { ColumnType } from '#contracts/column-types';
import type { WarehouseTable } from '#contracts/warehouse';
import { suggestValues, withAnswer } from './suggest-answers.ts';
import { templateOfRecipe } from './template-of-recipe.ts';

const table = (name: string, columns: Readonly<Record<string, ColumnType>>): WarehouseTable => ({
  name,
  display_name: name.replace('source_', '').toUpperCase(),
  kind: 'source',
  row_count: 1,
  size_bytes: 1,
  updated_at: '2026-01-01T00:00:00Z',
  columns: Object.entries(columns).map(([display, type]) => ({
    name: display.toLowerCase().replaceAll(' ', '_'),
    display_name: display,
    type,
  })),
});

const old = table('source_old', {
  'Person ID': 'text',
  'Visit date': 'date',
  Age: 'integer',
  Village: 'text',
});
const lists = table('source_lists', { Village: 'text', District: 'text' });
const next = table('source_new', { Client: 'text', 'Visit date': 'date', Years: 'integer', Village: 'text' });

const steps: RecipeStep[] = recipe.parse({
  steps: [
    { type: 'source', table: 'source_old' },
    { type: 'filter', column: 'age', operator: 'greater_than', value: 'age' },
    { type: 'join', with: 'source_lists', left_on: 'village', right_on: 'village', columns: ['district'] },
    { type: 'formula', name: 'Twice', expression: '[Age] * 2 + LEN("[Age]")' },
    { type: 'group', by: ['Twice'], aggregates: [{ function: 'count', column: 'person_id', alias: 'age' }] },
    { type: 'sort', columns: [{ column: 'age' }] },
  ],
}).steps;

test('a transformation becomes a template that asks for the tables and columns that it names', () => {
  const template = templateOfRecipe({ id: 't1', name: 'Mine', recipe: { steps } }, [old, lists, next]);
  expect(template.questions.map(({ label }) => label)).toEqual([
    'Instead of OLD',
    'Person ID',
    'Age',
    'Village',
    'Instead of LISTS',
  ]);
  // Columns of the same name and kind are found; those of another name are for a person to choose.
  let answers = withAnswer(template.questions, {}, 'table', 'source_new', [old, lists, next]);
  expect(openQuestions(template, answers)).toEqual(['column person_id', 'column age', 'table source_lists']);
  answers = {
    ...answers,
    'column person_id': 'client',
    'column age': 'years',
    'table source_lists': 'source_lists',
  };
  expect(openQuestions(template, answers)).toEqual([]);
  const columns = Object.fromEntries(
    template.questions.map(({ id }) => [id, id === 'table' ? next.columns : []]),
  );
  expect(stepsOf(template, answers, columns)).toEqual([
    { type: 'source', table: 'source_new' },
    { type: 'filter', column: 'years', operator: 'greater_than', value: 'age' },
    expect.objectContaining({ left_on: 'village', right_on: 'village', columns: ['district'] }),
    { type: 'formula', name: 'Twice', expression: '[Years] * 2 + LEN("[Age]")' },
    { type: 'group', by: ['Twice'], aggregates: [{ function: 'count', column: 'client', alias: 'age' }] },
    // What the step before made, though the old table has a column of that name as well.
    { type: 'sort', columns: [{ column: 'age' }] },
  ]);
});

test('picking a table chooses the columns that are most likely meant, by whole words', () => {
  const template = recipeTemplates.find(({ id }) => id === 'per-district-and-month');
  if (template === undefined) throw new Error('There is no such template.');
  const visits = table('source_visits', {
    Village: 'text',
    'County name': 'text',
    Agency: 'text',
    'Date of visit': 'date',
    'Beneficiary ID': 'text',
    Gender: 'text',
  });
  const answers = withAnswer(template.questions, {}, 'table', 'source_visits', [visits]);
  expect(answers).toEqual({
    table: 'source_visits',
    place: 'county_name',
    date: 'date_of_visit',
    person: 'beneficiary_id',
    sex: 'gender',
  });
  // Another table takes the answers about the first one with it.
  expect(withAnswer(template.questions, answers, 'table', 'source_lists', [lists])).toEqual({
    table: 'source_lists',
    place: 'district',
  });
  const women = template.questions.find(({ id }) => id === 'women');
  if (women?.kind !== 'values') throw new Error('Women are not asked for as a value.');
  expect(suggestValues(women, ['Male', 'Female ', 'F'])).toEqual(['Female ', 'F']);
  expect(suggestValues(women, ['1', '2'])).toEqual([]);
});
