import { expect, test } from 'vitest';
import { recipe as recipeSchema } from '#contracts/recipe';
import { unpackZip } from '#testing/unpack-zip';
import type { CatalogTable } from '../plan/catalog.ts';
import { planRecipe } from '../plan/plan-recipe.ts';
import { dbtProject, escapeJinja, type ExportedModel } from './dbt-project.ts';
import { writeZip } from './write-zip.ts';
import { yaml } from './write-yaml.ts';

test('a zip file gives back what was put into it', () => {
  const files = [
    { path: 'models/a.sql', content: 'SELECT 1\n'.repeat(1000) },
    { path: 'dütsch – हिन्दी.md', content: '' },
  ];
  expect(unpackZip(writeZip(files))).toEqual(files);
  expect(writeZip(files)).toEqual(writeZip(files));
});

test('YAML keeps every text apart from its own marks', () => {
  expect(yaml({ version: 2, name: 'no', list: [{ a: 'x: "y"\n\\', b: [] }, 'plain'], none: {} })).toBe(
    'version: 2\nname: "no"\nlist:\n  - a: "x: \\"y\\"\\u000a\\\\"\n    b: []\n  - plain\nnone: {}\n',
  );
});

const visits: CatalogTable = {
  name: 'source_v',
  displayName: 'Field visits {{ 1 }}',
  hasRowPosition: true,
  columns: [
    { name: 'id', displayName: 'id', type: 'integer' },
    { name: 'Place {% x', displayName: 'Place {% x', type: 'text' },
    { name: 'day', displayName: 'day', type: 'date' },
  ],
};

function model(
  table: string,
  displayName: string,
  steps: readonly object[],
  more: Partial<ExportedModel> = {},
) {
  const catalog = [visits, { ...visits, name: 'transform_a', displayName: 'Clean visits' }];
  const { plan, errors } = planRecipe(recipeSchema.parse({ steps }), catalog);
  if (plan === null) throw new Error(JSON.stringify(errors));
  return {
    table,
    displayName,
    description: null,
    columnNotes: new Map(),
    tests: [],
    header: `-- ${displayName}`,
    plan,
    materialization: { kind: 'table' as const },
    ...more,
  };
}

test('a project refers to models and sources, and nothing that people wrote is run as a template', () => {
  const files = dbtProject({
    name: 'Summary',
    schema: 'org_x',
    sentinel: 'sentinelxyz',
    catalog: [visits],
    timeZone: 'UTC',
    sources: [
      { ...visits, table: visits.name, description: 'All of {# them', columnNotes: new Map(), tests: [] },
    ],
    models: [
      model('transform_a', 'Clean visits', [
        { type: 'source', table: 'source_v' },
        { type: 'filter', column: 'Place {% x', operator: 'equals', value: '{{ secret }}' },
      ]),
      model(
        'transform_b',
        'संक्षेप',
        [
          { type: 'source', table: 'transform_a' },
          { type: 'sort', columns: ['day'] },
        ],
        {
          tests: [
            { rule: { kind: 'unique', columns: ['id'] }, severity: 'stop' },
            { rule: { kind: 'not_empty', column: 'Place {% x' }, severity: 'warn' },
            {
              rule: { kind: 'relation', column: 'id', table: 'source_v', table_column: 'id' },
              severity: 'warn',
            },
            { rule: { kind: 'row_count', min: 5, max: null }, severity: 'stop' },
          ],
          materialization: {
            kind: 'incremental',
            strategy: 'merge',
            key: ['id'],
            cursor: 'day',
            on_schema_change: 'add',
          },
        },
      ),
    ],
  });
  const content = (path: string): string => files.find((file) => file.path === path)?.content ?? `no ${path}`;
  expect(files.map((file) => file.path)).toEqual([
    'dbt_project.yml',
    'profiles.example.yml',
    'README.md',
    'models/clean_visits.sql',
    'models/transform_b.sql',
    'models/schema.yml',
    'models/sources.yml',
    'tests/transform_b_not_empty.sql',
    'tests/transform_b_row_count.sql',
  ]);
  const first = content('models/clean_visits.sql');
  expect(first).toContain(`FROM {{ source('dalgo', 'field_visits_1') }}`);
  expect(first).toContain(`'{{ '{{' }} secret }}'`);
  expect(first).toContain(`"Place {{ '{%' }} x"`);
  const second = content('models/transform_b.sql');
  expect(second).toContain(`FROM {{ ref('clean_visits') }}`);
  expect(second).toContain(`unique_key=["\\"id\\""]`);
  expect(second).toContain(
    `{% if is_incremental() %}\nWHERE new_rows."day" >= (SELECT max("day") FROM {{ this }})`,
  );
  const schema = content('models/schema.yml');
  expect(schema).toContain('- unique:\n              config:\n                severity: error');
  expect(schema).toContain(`to: "source('dalgo', 'field_visits_1')"`);
  expect(content('models/sources.yml')).toContain(
    `description: "Field visits {{ '{{' }} 1 }}: All of {{ '{#' }} them"`,
  );
  expect(content('tests/transform_b_row_count.sql')).toMatch(
    /FROM \(\nWITH[^]*\) AS found\nWHERE rows < 5\n$/,
  );
  expect(content('tests/transform_b_not_empty.sql')).toContain(`{{ config(severity='warn') }}`);
  // No opening mark is left that is not one of ours.
  for (const { path, content: text } of files.filter((file) => /^(models|tests)\/.*sql$/.test(file.path))) {
    const rest = text
      .replaceAll(/\{\{ (ref|source|config)\([^]*?\) \}\}/g, '')
      .replaceAll(/\{\{ '\{[{%#]' \}\}/g, '')
      .replaceAll('{{ this }}', '')
      .replaceAll(/\{% (if is_incremental\(\)|endif) %\}/g, '');
    expect(rest, path).not.toMatch(/\{[{%#]/);
  }
});

test('escaping leaves what is no template as it is', () => {
  expect(escapeJinja('{ a } {{b}} {%c%}')).toBe(`{ a } {{ '{{' }}b}} {{ '{%' }}c%}`);
});
