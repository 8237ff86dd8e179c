import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { recipe } from '#contracts/recipe';
import { compileRecipe } from '../compile-recipe.ts';
import { exampleTables, stepHelp, type StepHelp } from './testing/step-examples.ts';

const DOCUMENT = new URL('../../../docs/steps.md', import.meta.url);
const engines = { postgres: 'PostgreSQL', duckdb: 'DuckDB', bigquery: 'BigQuery' } as const;
type Engine = keyof typeof engines;

/** Whether an engine can do every way to use a step, some, or none, as asked of the compiler itself. */
function support(help: StepHelp, dialect: Engine): { word: string; refusals: string[] } {
  const refusals: string[] = [];
  for (const steps of help.examples) {
    const compiled = compileRecipe({
      recipe: recipe.parse({ steps: [{ type: 'source', table: 'Visits' }, ...steps] }),
      catalog: exampleTables,
      dialect,
    });
    if (compiled.sql === null) refusals.push(...compiled.errors.map((error) => error.message));
  }
  const word = refusals.length === 0 ? 'yes' : refusals.length < help.examples.length ? 'in part' : 'no';
  return { word, refusals };
}

function stepsPage(): string {
  const rows = Object.entries(stepHelp).map(([type, help]) => {
    const cells = (Object.keys(engines) as Engine[]).map((each) => support(help, each).word); // keys of the record above
    return `| ${help.title} (\`${type}\`) | ${help.what} | ${help.empty} | ${cells.join(' | ')} |`;
  });
  const limits = Object.values(stepHelp).flatMap((help) =>
    (Object.keys(engines) as Engine[]).flatMap((each) =>
      [...new Set(support(help, each).refusals)].map(
        (message) => `- ${help.title}, ${engines[each]}: ${message}`,
      ),
    ),
  );
  return [
    '# Steps',
    '',
    'A recipe is a list of steps; each takes the table that the one before gives. Compiling a recipe for an engine says at the step what that engine cannot do; nothing is left out silently.',
    '',
    'This page is written from `src/transforms/emit/testing/step-examples.ts` by asking the compiler; a test keeps the two equal. PostgreSQL and DuckDB are asked for the same rows by the contract tests and by random recipes; BigQuery’s SQL is held to `src/transforms/emit/bigquery/golden`.',
    '',
    `| Step | What it does | Empty cells | ${Object.values(engines).join(' | ')} |`,
    '|---|---|---|---|---|---|',
    ...rows,
    '',
    '## What an engine says it cannot do',
    '',
    ...limits,
    '',
  ].join('\n');
}

test('docs/steps.md lists every step with what each engine can do', () => {
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(DOCUMENT, stepsPage());
  expect(existsSync(DOCUMENT) ? readFileSync(DOCUMENT, 'utf8') : '').toBe(stepsPage());
});

test('PostgreSQL can do every step', () => {
  for (const [type, help] of Object.entries(stepHelp))
    expect(support(help, 'postgres').refusals, type).toEqual([]);
});
