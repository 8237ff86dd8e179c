import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { FormulaFunction } from '../plan/formula/formula-function.ts';
import { formulaFunctions } from '../plan/formula/formula-functions.ts';
import { planRecipe } from '../plan/plan-recipe.ts';
import { emitPlan } from './emit-plan.ts';
import type { SqlSyntax } from './sql-syntax.ts';
import { syntaxes } from './syntaxes.ts';
import { exampleTable } from './testing/example-table.ts';

const DOCUMENT = new URL('../../../docs/formulas.md', import.meta.url);
const engines = { postgres: 'PostgreSQL', duckdb: 'DuckDB', bigquery: 'BigQuery' } as const;

function planOf({ name, example }: FormulaFunction) {
  return planRecipe(
    {
      steps: [
        { type: 'source', table: 'examples' },
        { type: 'formula', name: 'Result', expression: example },
      ],
    },
    [exampleTable(name === 'VALUE' ? 'text' : 'decimal')],
  );
}

function supports(syntax: SqlSyntax, each: FormulaFunction): string {
  const { plan } = planOf(each);
  return plan !== null && emitPlan(plan, syntax).sql.length > 0 ? 'yes' : 'no';
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** The page as it must be; `UPDATE_DOCS=1` writes it. */
function formulasPage(): string {
  const groups = [...new Set(formulaFunctions.map((each) => each.group))];
  const sections = groups.flatMap((group) => [
    `## ${group}`,
    '',
    `| Function | What it gives | Example | ${Object.values(engines).join(' | ')} |`,
    `|---|---|---|${Object.keys(engines)
      .map(() => '---|')
      .join('')}`,
    ...formulaFunctions
      .filter((each) => each.group === group)
      .map(
        (each) =>
          `| \`${cell(each.signature)}\` | ${cell(each.help)} | \`${cell(each.example)}\` | ${[syntaxes.postgres, syntaxes.duckdb, syntaxes.bigquery].map((syntax) => supports(syntax, each)).join(' | ')} |`,
      ),
    '',
  ]);
  return [
    '# Formulas',
    '',
    'A formula makes a column, as in a spreadsheet: `IF([Age] >= 18, "adult", "child")`.',
    '',
    '- Columns stand in brackets: `[Full name]`; a `]` in a name is written twice.',
    '- Texts stand between double quotes; a quote in a text is written twice.',
    '- Operators: `^`, `*` `/`, `+` `-`, `&` (joins texts), `=` `<>` `<` `<=` `>` `>=`, `not`, `and`, `or`, from the tightest to the loosest.',
    '- Division never loses the fraction, and by zero gives an empty cell. What cannot be read or computed is empty; it never stops a run.',
    '- A comparison with an empty cell does not hold, except `<>`: an empty cell is different from "Pune". `ISBLANK` asks for empty cells.',
    '- Capital letters count in `=`; they do not in SEARCH, CONTAINS, STARTSWITH and ENDSWITH.',
    '- A date plus a number is a date some days later; a date minus a date is a number of days.',
    '- Patterns are characters, `.`, `[a-z]`, `\\d \\w \\s`, `( ) | ^ $`, and `* + ? {2,4}`: what all engines read alike.',
    '',
    'This page is written from `src/transforms/plan/formula`; a test keeps the two equal, and another asks both engines for the same answers.',
    '',
    ...sections,
  ].join('\n');
}

test('docs/formulas.md lists every function, and no other', () => {
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(DOCUMENT, formulasPage());
  expect(existsSync(DOCUMENT) ? readFileSync(DOCUMENT, 'utf8') : '').toBe(formulasPage());
});

test('every function has an example that can be planned, and says what it gives', () => {
  for (const each of formulaFunctions) {
    expect(planOf(each).errors, each.example).toEqual([]);
    expect(each.signature.startsWith(`${each.name}(`)).toBe(true);
    expect(each.help).toMatch(/\.$/);
  }
});
