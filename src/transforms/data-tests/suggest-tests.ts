import type { DataTestRule } from '#contracts/data-tests';
import type { ColumnProfile } from '#contracts/warehouse';
import type { Actor } from '#platform/actor';
import { profileTable, type WarehouseServices } from '#warehouse';
import { loadCatalog } from '../load-catalog.ts';
import { describeTest } from './describe-test.ts';

export interface SuggestedTest {
  readonly rule: DataTestRule;
  readonly title: string;
  readonly reason: string;
}

const MAX_SUGGESTIONS = 12;
/** Fewer rows say nothing about what the data is meant to be. */
const MIN_ROWS = 5;
const LIST_VALUES = 12;
const DAY_MS = 86_400_000;

type Suggestion = Omit<SuggestedTest, 'title'> & { readonly weight: number };

function ofColumn(column: ColumnProfile, isSample: boolean, now: number): Suggestion[] {
  const { name, row_count: rows, empty_count: empty, distinct_count: distinct } = column;
  const found: Suggestion[] = [];
  const filled = rows - empty;
  const isIdentifier =
    !isSample && filled === rows && distinct === rows && !/float|boolean/.test(column.type);
  const looksLikeKey = /(^|_|\b)(id|uuid|code|number|no)($|_|\b)/i.test(name);
  if (isIdentifier && (looksLikeKey || column.type === 'text')) {
    found.push({
      rule: { kind: 'unique', columns: [name] },
      reason: 'No value repeats today.',
      weight: looksLikeKey ? 10 : 4,
    });
  }
  if (empty === 0) {
    found.push({
      rule: { kind: 'not_empty', column: name },
      reason: 'It has no empty value today.',
      weight: looksLikeKey ? 9 : 3,
    });
  }
  const values = column.top.map(({ value }) => value).filter((value) => typeof value === 'string');
  if (
    column.type === 'text' &&
    distinct !== null &&
    distinct > 1 &&
    distinct <= LIST_VALUES &&
    values.length === distinct &&
    filled >= distinct * 3
  ) {
    found.push({
      rule: { kind: 'one_of', column: name, values },
      reason: `It has ${distinct} different values today.`,
      weight: 7,
    });
  }
  const isNumber = column.type === 'integer' || column.type === 'decimal' || column.type === 'float';
  const [min, max] = [Number(column.min), Number(column.max)];
  if (isNumber && column.min !== null && column.max !== null && min >= 0 && !looksLikeKey) {
    const isAge = /(^|_|\b)age($|_|\b)/i.test(name) && max <= 120;
    found.push({
      rule: { kind: 'between', column: name, min: 0, max: isAge ? 120 : null },
      reason: `Today it lies between ${column.min} and ${column.max}.`,
      weight: isAge ? 8 : 5,
    });
  }
  const isDate = column.type === 'date' || column.type === 'timestamp' || column.type === 'timestamptz';
  if (isDate && column.max !== null) {
    const age = (now - Date.parse(column.max.slice(0, 10))) / DAY_MS;
    if (age >= -1 && age <= 14) {
      found.push({
        rule: { kind: 'freshness', column: name, max_age_hours: age <= 2 ? 72 : 24 * 21 },
        reason: `The newest is of ${column.max.slice(0, 10)}.`,
        weight: 6,
      });
    }
  }
  return found;
}

/** Tests that the present data passes and that look meant; those that the table has are left out. */
export async function suggestDataTests(
  services: WarehouseServices,
  actor: Actor,
  name: string,
  signal: AbortSignal,
): Promise<{ items: SuggestedTest[] }> {
  const profile = await profileTable(services, actor, name, { full: false }, signal);
  const { catalog, rules } = await services.database.withOrganization(actor.organizationId, async (trx) => ({
    catalog: await loadCatalog(trx, actor.organizationId),
    rules: await trx.selectFrom('data_tests').select('rule').where('table_name', '=', name).execute(),
  }));
  const table = catalog.tables.find((each) => each.name === name);
  const columns = profile.columns.filter((column) => !column.name.startsWith('_dlt_'));
  const rows = columns[0]?.row_count ?? 0;
  const key = (rule: DataTestRule): string =>
    JSON.stringify([rule.kind, 'columns' in rule ? rule.columns : 'column' in rule ? rule.column : null]);
  const taken = new Set(rules.map(({ rule }) => key(rule)));
  const suggestions: Suggestion[] =
    rows < MIN_ROWS
      ? []
      : [
          {
            rule: { kind: 'row_count', min: 1, max: null },
            reason: `It has ${rows.toLocaleString('en')} rows${profile.sampled ? ' and more' : ''} today.`,
            weight: 8.5,
          },
          ...columns.flatMap((column) => ofColumn(column, profile.sampled, services.clock.now())),
        ];
  return {
    items: suggestions
      .filter(({ rule }) => !taken.has(key(rule)))
      .toSorted((a, b) => b.weight - a.weight)
      .slice(0, MAX_SUGGESTIONS)
      .map(({ rule, reason }) => ({ rule, reason, title: describeTest(rule, table, catalog.tables) })),
  };
}
