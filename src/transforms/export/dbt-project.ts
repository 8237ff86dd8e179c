import type { DataTestRule, DataTestSeverity } from '#contracts/data-tests';
import type { Materialization } from '#contracts/materialization';
import { describeTest } from '../data-tests/describe-test.ts';
import { planTest } from '../data-tests/plan-test.ts';
import { emitPlan } from '../emit/emit-plan.ts';
import { syntaxes } from '../emit/syntaxes.ts';
import { growthColumns } from '../materialize/grow-table.ts';
import { visibleColumns, type Catalog } from '../plan/catalog.ts';
import type { Plan } from '../plan/plan-recipe.ts';
import type { PlanColumn } from '../plan/relation.ts';
import { yaml, type YamlValue } from './write-yaml.ts';
import type { ZipEntry } from './write-zip.ts';

interface Exported {
  /** Physical name. */
  readonly table: string;
  readonly displayName: string;
  readonly description: string | null;
  readonly columnNotes: ReadonlyMap<string, string | null>;
  readonly tests: readonly { readonly rule: DataTestRule; readonly severity: DataTestSeverity }[];
}
export interface ExportedModel extends Exported {
  /** Comments above its SQL. */
  readonly header: string;
  readonly plan: Plan;
  readonly materialization: Materialization;
}
export interface ExportedSource extends Exported {
  readonly columns: readonly PlanColumn[];
}

export interface DbtInput {
  readonly name: string;
  /** Schema of the tables that dbt reads. */
  readonly schema: string;
  /** Each after those that it reads. */
  readonly models: readonly ExportedModel[];
  readonly sources: readonly ExportedSource[];
  readonly catalog: Catalog;
  readonly timeZone: string;
  /** A name that stands in no text of people, for the places where tables are named. */
  readonly sentinel: string;
}

/** Letters that dbt takes for names of models, and PostgreSQL for tables. */
function slug(name: string, fallback: string, taken: Set<string>): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .slice(0, 50);
  const base = /^[a-z]/.test(plain) ? plain : fallback;
  let unique = base;
  for (let number = 2; taken.has(unique); number += 1) unique = `${base}_${number}`;
  taken.add(unique);
  return unique;
}

/** Text of people in a template: what would open an expression, a statement or a comment is written as a literal. */
export function escapeJinja(text: string): string {
  return text.replaceAll(/\{[{%#]/g, (opening) => `{{ '${opening}' }}`);
}

/** One expression of a template. */
const jinja = (expression: string): string => `{{ ${expression} }}`;
const list = (names: readonly string[]): string =>
  `[${names.map((name) => JSON.stringify(name)).join(', ')}]`;
const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/**
 * A dbt project for PostgreSQL: a model for each transformation, sources.yml for the tables that are loaded, and the
 * data tests, as dbt's own where they mean the same and as SQL otherwise. Pure; needs no dbt package.
 */
export function dbtProject(input: DbtInput): ZipEntry[] {
  const taken = new Set<string>();
  const names = new Map<string, string>();
  for (const { table, displayName } of [...input.models, ...input.sources])
    names.set(table, slug(displayName, table, taken));
  const isModel = (table: string): boolean => input.models.some((model) => model.table === table);
  const nameOf = (table: string): string => names.get(table) ?? table;
  const reference = (table: string): string =>
    isModel(table) ? `ref('${nameOf(table)}')` : `source('dalgo', '${nameOf(table)}')`;

  const sqlOf = (plan: Plan, isTest: boolean): string => {
    const { sql } = emitPlan(plan, syntaxes.postgres, { schema: input.sentinel, unordered: isTest });
    const table = new RegExp(`"${input.sentinel}"\\."((?:[^"]|"")+)"`, 'g');
    return escapeJinja(sql).replaceAll(table, (_, name: string) =>
      jinja(reference(name.replaceAll('""', '"'))),
    );
  };

  const tests: ZipEntry[] = [];
  const takenTests = new Set<string>();
  /** The test as dbt's own where that means the same, else null after it was written as SQL. */
  const testOf = (
    owner: Exported,
    columns: readonly PlanColumn[],
    { rule, severity }: Exported['tests'][number],
  ): { readonly column: string; readonly test: YamlValue } | null => {
    const config = { severity: severity === 'stop' ? 'error' : 'warn' };
    const typeOf = (name: string) => columns.find((column) => column.name === name)?.type;
    const generic = genericTest(rule, typeOf, reference);
    if (generic !== null) {
      const [name, options] = generic.test;
      return { column: generic.column, test: { [name]: { ...options, config } } };
    }
    const known = input.catalog.find((each) => each.name === owner.table);
    const table = { name: owner.table, displayName: owner.displayName, columns, hasRowPosition: false };
    const planned = planTest(
      rule,
      table,
      [table, ...input.catalog.filter((each) => each !== known)],
      input.timeZone,
    );
    const title = describeTest(rule, table, input.catalog);
    const path = `tests/${slug(`${nameOf(owner.table)} ${rule.kind}`, 'test', takenTests)}.sql`;
    const start = `${jinja(`config(severity='${config.severity}')`)}\n-- ${escapeJinja(title.replaceAll(/\s+/g, ' '))}\n`;
    if (planned.kind === 'error') return null;
    const sql = sqlOf(planned.plan, true);
    tests.push({ path, content: `${start}${verdictSql(rule, planned.kind, planned.plan, sql)}\n` });
    return null;
  };
  const describeColumns = (owner: Exported, columns: readonly PlanColumn[]): YamlValue => {
    const found = owner.tests.flatMap((test) => testOf(owner, columns, test) ?? []);
    return columns.map((column) => {
      const note = owner.columnNotes.get(column.name) ?? null;
      const own = found.filter((each) => each.column === column.name).map((each) => each.test);
      return {
        name: column.name,
        quote: true,
        ...(note === null ? {} : { description: escapeJinja(note) }),
        ...(own.length === 0 ? {} : { data_tests: own }),
      };
    });
  };
  const about = (owner: Exported): { readonly description: string } => ({
    description: escapeJinja(
      [owner.displayName, owner.description].filter((text) => text !== null).join(': '),
    ),
  });

  const project = slug(input.name, 'dalgo', new Set());
  const models = input.models.map((model) => ({
    name: nameOf(model.table),
    ...about(model),
    columns: describeColumns(model, model.plan.columns),
  }));
  const sources = input.sources.map((source) => ({
    name: nameOf(source.table),
    identifier: source.table,
    ...about(source),
    columns: describeColumns(source, visibleColumns({ ...source, name: source.table, hasRowPosition: true })),
  }));
  return [
    {
      path: 'dbt_project.yml',
      content: yaml({
        name: project,
        version: '1.0.0',
        'config-version': 2,
        profile: 'dalgo',
        'model-paths': ['models'],
        'test-paths': ['tests'],
      }),
    },
    { path: 'profiles.example.yml', content: profile },
    { path: 'README.md', content: readme(input.name) },
    ...input.models.map((model) => ({
      path: `models/${nameOf(model.table)}.sql`,
      content: modelSql(model, sqlOf(model.plan, false)),
    })),
    { path: 'models/schema.yml', content: yaml({ version: 2, models }) },
    {
      path: 'models/sources.yml',
      content: yaml({ version: 2, sources: [{ name: 'dalgo', schema: input.schema, tables: sources }] }),
    },
    ...tests,
  ];
}

/** What dbt has a test of its own for that means the same; on text, dbt does not count blanks as empty. */
function genericTest(
  rule: DataTestRule,
  typeOf: (column: string) => string | undefined,
  reference: (table: string) => string,
): { readonly column: string; readonly test: readonly [string, Readonly<Record<string, YamlValue>>] } | null {
  const isPlain = (column: string): boolean => !['text', undefined].includes(typeOf(column));
  switch (rule.kind) {
    case 'not_empty':
      return isPlain(rule.column) ? { column: rule.column, test: ['not_null', {}] } : null;
    case 'unique': {
      const [column, ...others] = rule.columns;
      return column !== undefined && others.length === 0 && isPlain(column)
        ? { column, test: ['unique', {}] }
        : null;
    }
    case 'relation':
      return isPlain(rule.column)
        ? {
            column: rule.column,
            test: ['relationships', { to: reference(rule.table), field: quote(rule.table_column) }],
          }
        : null;
    default:
      return null;
  }
}

/** A SELECT of what does not pass, which is what dbt counts. */
function verdictSql(
  rule: DataTestRule,
  kind: 'failing_rows' | 'row_count' | 'newest',
  plan: Plan,
  sql: string,
): string {
  const from = `SELECT *\nFROM (\n${sql}\n) AS found`;
  if (kind === 'row_count' && rule.kind === 'row_count') {
    const sides = [
      ...(rule.min === null ? [] : [`rows < ${rule.min}`]),
      ...(rule.max === null ? [] : [`rows > ${rule.max}`]),
    ];
    return `${from}\nWHERE ${sides.join(' OR ')}`;
  }
  if (kind === 'newest' && rule.kind === 'freshness') {
    // A day is as old as its end.
    const end = plan.columns[0]?.type === 'date' ? `newest + interval '1 day'` : 'newest';
    return `${from}\nWHERE newest IS NULL OR ${end} < now() - interval '${rule.max_age_hours} hours'`;
  }
  return sql;
}

function modelSql(model: ExportedModel, sql: string): string {
  const { materialization, plan } = model;
  const head = escapeJinja(model.header);
  if (materialization.kind !== 'incremental')
    return `${jinja(`config(materialized='${materialization.kind}')`)}\n\n${head}\n\n${sql}\n`;
  const { key, cursor } = growthColumns(materialization, plan.columns);
  const options = [
    `materialized='incremental'`,
    `incremental_strategy='${materialization.strategy === 'append' ? 'append' : 'delete+insert'}'`,
    ...(key.length === 0 ? [] : [`unique_key=${list(key.map(quote))}`]),
    `on_schema_change='${{ add: 'append_new_columns', rebuild: 'sync_all_columns', fail: 'fail' }[materialization.on_schema_change]}'`,
  ];
  const compare = materialization.strategy === 'append' ? '>' : '>=';
  const filter =
    cursor === null
      ? ''
      : `\n{% if is_incremental() %}\nWHERE new_rows.${escapeJinja(quote(cursor))} ${compare} (SELECT max(${escapeJinja(quote(cursor))}) FROM {{ this }})\n{% endif %}`;
  return `{{ config(${options.join(', ')}) }}\n\n${head}\n\nSELECT new_rows.*\nFROM (\n${sql}\n) AS new_rows${filter}\n`;
}

const profile = `# Copy this to ~/.dbt/profiles.yml and fill it in.
dalgo:
  target: dev
  outputs:
    dev:
      type: postgres
      host: localhost
      port: 5432
      user: your_user
      password: your_password
      dbname: dalgo
      schema: analytics
      threads: 4
`;

function readme(name: string): string {
  return `# ${name.replaceAll(/\s+/g, ' ')}

A dbt project for PostgreSQL, written by Dalgo Lite from a transformation and everything that it is made from.

1. \`pip install dbt-postgres\`
2. Copy \`profiles.example.yml\` to \`~/.dbt/profiles.yml\` and fill in how to reach your database.
3. \`dbt build\` makes the tables and runs the data tests.

It needs no dbt package. The tables that it reads are listed in \`models/sources.yml\`.
`;
}
