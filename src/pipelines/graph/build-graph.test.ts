import { expect, test } from 'vitest';
import { summarizeRecipe } from '#contracts/recipe-words';
import type { Recipe } from '#contracts/recipe';
import { buildGraph, type GraphInput, type GraphTransformation } from './build-graph.ts';

const recipe: Recipe = { steps: [{ type: 'source', table: 'source_s1' }] };
const table = (name: string, minute: number) => ({
  name,
  display_name: name,
  row_count: 3,
  column_count: 2,
  updated_at: new Date(Date.UTC(2026, 0, 1, 6, minute)),
});
const transformation = (id: string, depends_on: string[], rest: Partial<GraphTransformation> = {}) => ({
  id,
  name: id,
  recipe,
  version: 1,
  made_by_version: 1,
  problem: null,
  isView: false,
  depends_on,
  ...rest,
});
const input: GraphInput = {
  sources: [
    { id: 's1', name: 'Visits', type: 'csv', warehouse_table_name: 'source_s1' },
    { id: 's2', name: 'New', type: 'csv', warehouse_table_name: 'source_s2' },
  ],
  transformations: [transformation('t1', ['source_s1', 'source_s2']), transformation('t2', ['transform_t1'])],
  tables: [table('source_s1', 0), table('transform_t1', 1), table('transform_t2', 2)],
  steps: [
    {
      ref_id: 's1',
      run_id: 'r1',
      status: 'failed',
      error: { code: 'file_empty', message: 'The file is empty.' },
    },
  ],
};

test('data flows source → table → transformation → output → transformation, and past tables that are not there yet', () => {
  expect(buildGraph(input).edges.map((edge) => edge.id)).toEqual([
    'source:s1>table:source_s1',
    'transformation:t1>output:transform_t1',
    'transformation:t2>output:transform_t2',
    'table:source_s1>transformation:t1',
    'source:s2>transformation:t1',
    'output:transform_t1>transformation:t2',
  ]);
});

test('a list within a source is a table of it where something is made from it', () => {
  const { edges } = buildGraph({
    ...input,
    transformations: [transformation('t1', ['source_s1__children'])],
    tables: [table('source_s1', 0), table('source_s1__children', 0), table('source_s1__doses', 0)],
  });
  expect(edges.map((edge) => edge.id)).toEqual([
    'source:s1>table:source_s1',
    'source:s1>table:source_s1__children',
    'table:source_s1__children>transformation:t1',
  ]);
});

test('a node says how its newest step ended and why it failed', () => {
  const [source] = buildGraph(input).nodes;
  expect(source).toMatchObject({
    id: 'source:s1',
    status: 'failed',
    run_id: 'r1',
    row_count: 3,
    column_count: 2,
  });
  expect(source?.error?.message).toBe('The file is empty.');
});

const staleIds = (changed: Partial<GraphInput>) =>
  buildGraph({ ...input, ...changed })
    .nodes.filter((node) => node.stale)
    .map((node) => node.id);

test('a newer input makes everything that is made from it stale', () => {
  expect(staleIds({})).toEqual([]);
  expect(
    staleIds({ tables: [table('source_s1', 9), table('transform_t1', 1), table('transform_t2', 2)] }),
  ).toEqual(['transformation:t1', 'output:transform_t1', 'transformation:t2', 'output:transform_t2']);
  expect(
    staleIds({ tables: [table('source_s1', 0), table('transform_t1', 5), table('transform_t2', 2)] }),
  ).toEqual(['transformation:t2', 'output:transform_t2']);
});

test('a recipe that was changed since makes its output stale', () => {
  const changed = transformation('t1', ['source_s1'], { version: 2 });
  expect(staleIds({ transformations: [changed] })).toEqual(['transformation:t1', 'output:transform_t1']);
});

test('a recipe is told in the words of the buttons, each once, without what is disabled', () => {
  expect(
    summarizeRecipe([
      { type: 'source', table: 'a' },
      { type: 'filter', column: 'x', operator: 'is_null' },
      { type: 'sort', columns: ['x'], disabled: true },
      { type: 'filter', column: 'y', operator: 'is_null' },
      { type: 'group', by: [], aggregates: [] },
    ]),
  ).toBe('Filter, summarize');
  expect(summarizeRecipe(recipe.steps)).toBe('Copy');
});
