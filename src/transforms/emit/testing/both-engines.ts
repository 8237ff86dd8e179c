import { DuckDBInstance } from '@duckdb/node-api';
import { Client, types } from 'pg';
import type { ColumnType } from '#contracts/column-types';
import { recipe as recipeSchema, type Recipe } from '#contracts/recipe';
import type { Dialect, SqlLiteral } from '#warehouse';
import { createBareDatabase } from '#testing/database';
import type { z } from 'zod';
import type { Catalog, CatalogTable } from '../../plan/catalog.ts';
import { planRecipe, type Plan, type PlanOptions } from '../../plan/plan-recipe.ts';
import { emitPlan } from '../emit-plan.ts';
import { syntaxes } from '../syntaxes.ts';

/** A cell in canonical text, so that the same value of two engines is the same; null is empty. */
export type Cell = string | null;

export interface EngineResult {
  readonly columns: readonly { readonly name: string; readonly type: ColumnType | null }[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface Engine {
  readonly dialect: Dialect;
  readonly run: (sql: string) => Promise<EngineResult>;
}

export interface TestTable {
  readonly name: string;
  readonly displayName?: string;
  readonly columns: readonly {
    readonly name: string;
    readonly displayName?: string;
    readonly type: ColumnType;
  }[];
  /** Canonical literal values, as SqlLiteral has them. */
  readonly rows: readonly (readonly (string | boolean | null)[])[];
}

function canonicalDecimal(text: string): string {
  if (/^-?(nan|inf)/i.test(text)) return text;
  // DuckDB's decimals end at ten places: both are compared there.
  const negative = text.startsWith('-');
  const [whole = '0', fraction = ''] = text.replace(/^-/, '').split('.');
  let scaled = BigInt(`${whole}${fraction.padEnd(11, '0').slice(0, 11)}`);
  scaled = (scaled + 5n) / 10n;
  const digits = scaled.toString().padStart(11, '0');
  const trimmed = `${digits.slice(0, -10)}.${digits.slice(-10)}`.replace(/\.?0+$/, '');
  return negative && trimmed !== '0' ? `-${trimmed}` : trimmed;
}

function canonical(text: string, type: ColumnType | null): string {
  switch (type) {
    case 'decimal':
      return canonicalDecimal(text);
    case 'float':
      return String(Number(text));
    case 'boolean':
      return text === 't' || text === 'true' ? 'true' : 'false';
    case 'timestamptz':
      return text.replace(/\+00$/, '');
    case 'json':
      return JSON.stringify(JSON.parse(text));
    default:
      return text;
  }
}

const typeNames: Readonly<Record<number, string>> = {
  [types.builtins.INT2]: 'smallint',
  [types.builtins.INT4]: 'integer',
  [types.builtins.INT8]: 'bigint',
  [types.builtins.NUMERIC]: 'numeric',
  [types.builtins.FLOAT8]: 'double precision',
  [types.builtins.BOOL]: 'boolean',
  [types.builtins.DATE]: 'date',
  [types.builtins.TIME]: 'time',
  [types.builtins.TIMESTAMP]: 'timestamp',
  [types.builtins.TIMESTAMPTZ]: 'timestamptz',
  [types.builtins.JSONB]: 'jsonb',
  [types.builtins.TEXT]: 'text',
};

/** A failure says which SQL it was. */
function withSql(error: unknown, engine: string, sql: string): Error {
  return new Error(`${engine}: ${error instanceof Error ? error.message : String(error)}\n\n${sql}`, {
    cause: error,
  });
}

async function openPostgres(): Promise<Engine & AsyncDisposable> {
  const database = await createBareDatabase();
  const client = new Client({
    connectionString: database.ownerUrl,
    types: { getTypeParser: () => (text: string) => text },
  });
  await client.connect();
  await client.query("SET TimeZone = 'UTC'");
  await client.query('CREATE SCHEMA org_test');
  const { dialect } = syntaxes.postgres;
  return {
    dialect,
    async run(sql) {
      const result = await client.query<Cell[]>({ text: sql, rowMode: 'array' }).catch((error: unknown) => {
        throw withSql(error, 'PostgreSQL', sql);
      });
      const columns = result.fields.map((field) => ({
        name: field.name,
        type: dialect.columnType(typeNames[field.dataTypeID] ?? `oid ${field.dataTypeID}`),
      }));
      const rows = result.rows.map((row) =>
        row.map((cell, index) => (cell === null ? null : canonical(cell, columns[index]?.type ?? null))),
      );
      return { columns, rows };
    },
    async [Symbol.asyncDispose]() {
      await client.end();
      await database[Symbol.asyncDispose]();
    },
  };
}

async function openDuckdb(): Promise<Engine & AsyncDisposable> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  await connection.run('CREATE SCHEMA org_test');
  const { dialect } = syntaxes.duckdb;
  return {
    dialect,
    async run(sql) {
      const reader = await connection.runAndReadAll(sql).catch((error: unknown) => {
        throw withSql(error, 'DuckDB', sql);
      });
      const names = reader.columnNames();
      const columns = reader.columnTypes().map((type, index) => ({
        name: names[index] ?? '',
        type: dialect.columnType(type.alias ?? type.toString()),
      }));
      const rows = reader
        .getRowsJson()
        .map((row) =>
          row.map((cell, index) =>
            cell === null
              ? null
              : canonical(
                  typeof cell === 'string' ? cell : JSON.stringify(cell),
                  columns[index]?.type ?? null,
                ),
          ),
        );
      return { columns, rows };
    },
    async [Symbol.asyncDispose]() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

export interface BothEngines extends AsyncDisposable {
  readonly engines: readonly Engine[];
  /** Makes the same table on both engines and puts it into the catalogue. */
  createTable(table: TestTable): Promise<void>;
  dropTable(name: string): Promise<void>;
  readonly catalog: () => Catalog;
  /**
   * Plans a recipe that must be right, runs it on both engines in total order, and returns the rows after asserting
   * that the engines agree and that the planned schema is the real one.
   */
  run(recipe: z.input<typeof recipeSchema>, options?: PlanOptions): Promise<EngineResult>;
}

/** From here on DuckDB's decimals multiply and divide with a double's fifteen digits. */
const INEXACT = 1e15;
const TOLERANCE = 1e-12;

function sameCell(a: Cell, b: Cell, type: ColumnType | null): boolean {
  if (a === b) return true;
  if (a === null || b === null) {
    // Beyond DuckDB's widest decimal there is nothing.
    return type === 'decimal' && a !== null && Math.abs(Number(a)) >= 1e28;
  }
  if (type !== 'decimal') return false;
  const [x, y] = [Number(a), Number(b)];
  return Math.abs(x) >= INEXACT && Math.abs(x - y) <= TOLERANCE * Math.abs(x);
}

export function sqlOf(plan: Plan, dialect: Dialect['name']): string {
  return emitPlan(plan, syntaxes[dialect], { schema: 'org_test' }).sql;
}

/** PostgreSQL and DuckDB, side by side: what one says about a recipe, the other must say too. */
export async function openBothEngines(): Promise<BothEngines> {
  const engines = [await openPostgres(), await openDuckdb()] as const;
  const tables = new Map<string, CatalogTable>();

  return {
    engines,
    catalog: () => [...tables.values()],
    async createTable(table) {
      for (const { dialect, run } of engines) {
        const name = dialect.quoteTable({ schema: 'org_test', name: table.name });
        const columns = table.columns.map(
          (column) => `${dialect.quoteIdentifier(column.name)} ${dialect.typeName(column.type)}`,
        );
        await run(`CREATE TABLE ${name} (${columns.join(', ')})`);
        const rows = table.rows.map((row) => {
          const cells = table.columns.map(({ type }, index) =>
            dialect.quoteLiteral({ type, value: row[index] ?? null } satisfies SqlLiteral),
          );
          return `(${cells.join(', ')})`;
        });
        if (rows.length > 0) await run(`INSERT INTO ${name} VALUES ${rows.join(', ')}`);
      }
      tables.set(table.name, {
        name: table.name,
        displayName: table.displayName ?? table.name,
        hasRowPosition: true,
        columns: table.columns.map(({ name, displayName, type }) => ({
          name,
          displayName: displayName ?? name,
          type,
        })),
      });
    },
    async dropTable(name) {
      for (const { dialect, run } of engines)
        await run(`DROP TABLE ${dialect.quoteTable({ schema: 'org_test', name })}`);
      tables.delete(name);
    },
    async run(input, options = {}) {
      const recipe: Recipe = recipeSchema.parse(input);
      const { plan, errors } = planRecipe(recipe, [...tables.values()], { totalOrder: true, ...options });
      if (plan === null)
        throw new Error(`The recipe has errors: ${JSON.stringify(errors)}\n${JSON.stringify(recipe)}`);
      const sql = { postgres: sqlOf(plan, 'postgres'), duckdb: sqlOf(plan, 'duckdb') };
      const [one, other] = [await engines[0].run(sql.postgres), await engines[1].run(sql.duckdb)];
      const told = `\n\n-- PostgreSQL\n${sql.postgres}\n\n-- DuckDB\n${sql.duckdb}`;
      const expected = plan.columns.map(({ name, type }) => `${name} ${type}`).join(', ');
      for (const { columns } of [one, other]) {
        const actual = columns.map(({ name, type }) => `${name} ${type}`).join(', ');
        if (actual !== expected) throw new Error(`Planned (${expected}), got (${actual})${told}`);
      }
      const differs =
        one.rows.length !== other.rows.length ||
        one.rows.some((row, r) =>
          row.some((cell, c) => !sameCell(cell, other.rows[r]?.[c] ?? null, one.columns[c]?.type ?? null)),
        );
      if (differs) {
        const first = one.rows.findIndex((row, r) =>
          row.some((cell, c) => !sameCell(cell, other.rows[r]?.[c] ?? null, one.columns[c]?.type ?? null)),
        );
        throw new Error(
          `The engines disagree (${one.rows.length} and ${other.rows.length} rows), first at row ${first}:\n${JSON.stringify(one.rows[first])}\n${JSON.stringify(other.rows[first])}${told}`,
        );
      }
      return one;
    },
    async [Symbol.asyncDispose]() {
      for (const engine of engines) await engine[Symbol.asyncDispose]();
    },
  };
}
