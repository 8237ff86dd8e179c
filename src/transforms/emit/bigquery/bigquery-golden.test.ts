import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { recipe } from '#contracts/recipe';
import { compileRecipe } from '../../compile-recipe.ts';
import { formulaFunctions } from '../../plan/formula/formula-functions.ts';
import { exampleTable } from '../testing/example-table.ts';
import { exampleTables, stepHelp } from '../testing/step-examples.ts';
import { withOneGroup } from './bigquery-functions.ts';

/*
 * BigQuery is not at hand in a test, so what is written for it is held to files that were read by a person. After a
 * change: UPDATE_GOLDEN=1, then read the difference.
 */

const GOLDEN = new URL('golden/', import.meta.url);

function compiled(steps: readonly object[], catalog = exampleTables, source = 'Visits'): string {
  const { sql, errors } = compileRecipe({
    recipe: recipe.parse({ steps: [{ type: 'source', table: source }, ...steps] }),
    catalog,
    dialect: 'bigquery',
    schema: 'example',
  });
  return sql ?? errors.map((error) => `-- cannot: ${error.message}`).join('\n');
}

const functionsSql = formulaFunctions
  .map(
    ({ name, example }) =>
      `-- ${example}\n${compiled(
        [
          { type: 'formula', name: 'Result', expression: example },
          { type: 'select', columns: ['Result'] },
        ],
        [exampleTable(name === 'VALUE' ? 'text' : 'decimal')],
        'examples',
      )
        // Only what differs from one function to the next.
        .replace(/^[\s\S]*?(?=step_2_formula AS)/, '')};\n`,
  )
  .join('\n');

const files = new Map<string, string>([
  ...Object.entries(stepHelp).map(([type, { examples }]): [string, string] => [
    `${type}.sql`,
    examples.map((steps) => `${compiled(steps)};\n`).join('\n'),
  ]),
  ['functions.sql', functionsSql],
]);

test('BigQuery gets the SQL that was reviewed, for every step and every function', () => {
  if (process.env['UPDATE_GOLDEN'] === '1')
    for (const [name, sql] of files) writeFileSync(new URL(name, GOLDEN), sql);
  expect(readdirSync(GOLDEN).sort((a, b) => (a < b ? -1 : 1))).toEqual(
    [...files.keys()].sort((a, b) => (a < b ? -1 : 1)),
  );
  for (const [name, sql] of files) {
    const url = new URL(name, GOLDEN);
    expect(existsSync(url) ? readFileSync(url, 'utf8') : '', name).toBe(sql);
  }
});

test('a pattern is given one group, which is the one that is wanted', () => {
  expect(withOneGroup('([A-Z]+)-(\\d{2})', 1)).toBe('([A-Z]+)-(?:\\d{2})');
  expect(withOneGroup('([A-Z]+)-(\\d{2})', 0)).toBe('((?:[A-Z]+)-(?:\\d{2}))');
  expect(withOneGroup('[(]\\((?:a)', 0)).toBe('([(]\\((?:a))');
});

/** A Python that has sqlglot: PYTHON, or the one on the path. */
const python = process.env['PYTHON'] ?? 'python3';
const hasSqlglot = spawnSync(python, ['-c', 'import sqlglot'], { timeout: 20_000 }).status === 0;

test.skipIf(!hasSqlglot)('sqlglot reads every statement as one of BigQuery', () => {
  const script =
    'import sys, json, sqlglot\n' +
    'for sql in json.load(sys.stdin):\n' +
    '    sqlglot.parse_one(sql, read="bigquery", error_level=sqlglot.ErrorLevel.RAISE)\n';
  const statements = [
    ...Object.values(stepHelp).flatMap(({ examples }) => examples.map((steps) => compiled(steps))),
    ...formulaFunctions.map(({ name, example }) =>
      compiled(
        [{ type: 'formula', name: 'Result', expression: example }],
        [exampleTable(name === 'VALUE' ? 'text' : 'decimal')],
        'examples',
      ),
    ),
  ].filter((sql) => !sql.startsWith('-- cannot'));
  const read = spawnSync(python, ['-c', script], {
    input: JSON.stringify(statements),
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect(read.stderr).toBe('');
});
