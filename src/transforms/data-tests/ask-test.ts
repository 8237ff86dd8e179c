import type { DataTestResult, DataTestRule } from '#contracts/data-tests';
import type { Row } from '#contracts/warehouse';
import type { OrganizationWarehouse } from '#warehouse';
import { emitPlan } from '../emit/emit-plan.ts';
import { syntaxes } from '../emit/syntaxes.ts';
import type { Catalog, CatalogTable } from '../plan/catalog.ts';
import type { Plan } from '../plan/plan-recipe.ts';
import { ageWords } from './describe-test.ts';
import { planTest } from './plan-test.ts';

const SAMPLE_ROWS = 20;
const SAMPLE_COLUMNS = 30;
const SAMPLE_TEXT = 200;

export type Verdict = Pick<DataTestResult, 'status' | 'message' | 'failing_rows' | 'sample'>;

export interface TestSite {
  readonly warehouse: OrganizationWarehouse;
  readonly table: CatalogTable;
  readonly catalog: Catalog;
  /** IANA. */
  readonly timeZone: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly signal?: AbortSignal | undefined;
}

const number = (value: number): string => value.toLocaleString('en');

function shorten(row: Row, columns: readonly string[]): Row {
  return Object.fromEntries(
    columns.map((name) => {
      const value = row[name];
      const isLong = typeof value === 'string' && value.length > SAMPLE_TEXT;
      return [name, isLong ? `${value.slice(0, SAMPLE_TEXT)}…` : value];
    }),
  );
}

/** Columns that a rule is about, so that they stand first. */
function columnsOf(rule: DataTestRule): readonly string[] {
  if (rule.kind === 'row_count') return [];
  return rule.kind === 'unique' ? rule.columns : [rule.column];
}

/** Asks one test of a table. An answer of the database that is an error is thrown; a test that cannot be asked is not. */
export async function askTest(rule: DataTestRule, site: TestSite): Promise<Verdict> {
  const { warehouse, table, catalog, timeZone, signal } = site;
  const planned = planTest(rule, table, catalog, timeZone);
  if (planned.kind === 'error') {
    const message = planned.errors[0]?.message ?? 'It cannot be asked of this table.';
    return { status: 'error', message: message.replace(' at this step', ''), failing_rows: null, sample: [] };
  }
  const { dialect } = warehouse.capabilities;
  const emit = (plan: Plan): string =>
    emitPlan(plan, syntaxes[dialect.name], { schema: warehouse.schema, unordered: true }).sql;
  const read = async (sql: string) => (await warehouse.read(sql, { signal })).rows;
  const passed = (message: string): Verdict => ({ status: 'passed', message, failing_rows: 0, sample: [] });
  const failed = (message: string, failing_rows: number | null, sample: Row[]): Verdict => ({
    status: 'failed',
    message,
    failing_rows,
    sample,
  });

  if (planned.kind === 'row_count') {
    if (rule.kind !== 'row_count') throw new Error('a plan that counts is of a rule that does');
    const rows = Number((await read(emit(planned.plan)))[0]?.['rows'] ?? 0);
    const isLow = rule.min !== null && rows < rule.min;
    const isHigh = rule.max !== null && rows > rule.max;
    const message = `There ${rows === 1 ? 'is 1 row' : `are ${number(rows)} rows`}.`;
    return isLow || isHigh ? failed(message, null, []) : passed(message);
  }
  if (planned.kind === 'newest') {
    if (rule.kind !== 'freshness') throw new Error('a plan of the newest value is of a rule about it');
    const newest = (await read(emit(planned.plan)))[0]?.['newest'];
    if (typeof newest !== 'string') return failed('There is no date in it.', null, []);
    const hours = ageInHours(newest, site.now);
    const message = `The newest is ${newest.replace('T', ' ')}: ${hours < 1 ? 'less than an hour' : ageWords(Math.floor(hours))} old.`;
    return hours > rule.max_age_hours ? failed(message, null, []) : passed(message);
  }
  const sql = emit(planned.plan);
  const count = Number((await read(`SELECT count(*) AS n FROM (\n${sql}\n) AS failing`))[0]?.['n'] ?? 0);
  if (count === 0) return passed('Every row passes.');
  const first = columnsOf(rule);
  const columns = planned.plan.columns.map(({ name }) => name);
  const isFirst = (name: string) =>
    first.some(
      (wish) => wish === name || table.columns.some((c) => c.name === name && c.displayName === wish),
    );
  const shown = [...columns.filter(isFirst), ...columns.filter((name) => !isFirst(name))].slice(
    0,
    SAMPLE_COLUMNS,
  );
  const sample = await read(`SELECT * FROM (\n${sql}\n) AS failing LIMIT ${SAMPLE_ROWS}`);
  const noun = count === 1 ? planned.noun.slice(0, -1) : planned.noun;
  const verb =
    planned.noun === 'values'
      ? count === 1
        ? 'repeats'
        : 'repeat'
      : count === 1
        ? 'does not pass'
        : 'do not pass';
  return failed(
    `${number(count)} ${noun} ${verb}.`,
    count,
    sample.map((row) => shorten(row, shown)),
  );
}

/** A day is as old as its end; a time without a zone is read in UTC. */
function ageInHours(value: string, now: number): number {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(value);
  const iso = value.replace(' ', 'T').replace(/([+-]\d{2})$/, '$1:00');
  const zoned = isDay ? `${iso}T23:59:59Z` : /(Z|[+-]\d{2}:\d{2})$/.test(iso) ? iso : `${iso}Z`;
  return Math.max(0, (now - Date.parse(zoned)) / 3_600_000);
}
