import { dialects } from '#warehouse';
import type { FunctionOperand, SqlFunctions } from '../sql-syntax.ts';
import {
  bounded,
  jsonPath,
  MAX_DAYS,
  MAX_LENGTH,
  MAX_MONTHS,
  standardFunctions,
} from '../standard-functions.ts';
import { duckdbText } from './duckdb-cast.ts';
import { decimalOfDouble } from './duckdb-decimal.ts';

const DECIMAL = dialects.duckdb.typeName('decimal');
const { coalesce, position, replace, join_texts, months_between, withinYears } = standardFunctions;

const decimal = (sql: string): string => `CAST(${sql} AS ${DECIMAL})`;

/** A JSON Pointer: unlike a JSON path, nothing in a key is special but ~ and /. */
function pointer(path: FunctionOperand): string {
  const keys = jsonPath(path).map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  return dialects.duckdb.quoteLiteral({ type: 'text', value: keys.join('') });
}

const startOf =
  (unit: string) =>
  ({ sql }: { sql: string }): string =>
    withinYears(`CAST(date_trunc('${unit}', ${sql}) AS DATE)`);

export const duckdbFunctions: SqlFunctions = {
  coalesce,
  position,
  replace,
  join_texts,
  months_between,
  greatest: (...operands) => `greatest(${operands.map(({ sql }) => sql).join(', ')})`,
  least: (...operands) => `least(${operands.map(({ sql }) => sql).join(', ')})`,
  length: (text) => `length(${text.sql})`,
  left: (text, count) => `left(${text.sql}, ${bounded(count, 0, MAX_LENGTH, 'BIGINT')})`,
  right: (text, count) => `right(${text.sql}, ${bounded(count, 0, MAX_LENGTH, 'BIGINT')})`,
  substring: (text, from, count) =>
    `substring(${text.sql}, ${bounded(from, 1, MAX_LENGTH, 'BIGINT')}, ${bounded(count, 0, MAX_LENGTH, 'BIGINT')})`,
  split_part: (text, separator, n) =>
    `NULLIF(split_part(${text.sql}, ${separator.sql}, ${bounded(n, 1, MAX_LENGTH, 'BIGINT')}), '')`,
  regex_match: (text, pattern) => `regexp_matches(${text.sql}, ${pattern.sql})`,
  regex_replace: (text, pattern, to) => `regexp_replace(${text.sql}, ${pattern.sql}, ${to.sql}, 'g')`,
  // Where nothing matches, DuckDB says '' instead of nothing.
  regex_extract: (text, pattern, group) =>
    `CASE WHEN regexp_matches(${text.sql}, ${pattern.sql}) THEN regexp_extract(${text.sql}, ${pattern.sql}, ${group.sql}) END`,
  json_text: (json, path) =>
    `CASE WHEN json_type(${json.sql}, ${pointer(path)}) NOT IN ('OBJECT', 'ARRAY') THEN json_extract_string(${json.sql}, ${pointer(path)}) END`,
  json_part: (json, path) => `json_extract(${json.sql}, ${pointer(path)})`,
  sha256: (text) => `sha256(${text.sql})`,
  absolute: (number) => `abs(${number.sql})`,
  floor: (number) => decimal(`floor(${number.sql})`),
  ceiling: (number) => decimal(`ceil(${number.sql})`),
  round: (number, places) => {
    const count = Number(places.literal ?? 0);
    if (count >= 0) return decimal(`round(${number.sql}, ${places.sql})`);
    // Its own rounding to thousands gives 0 for 626.
    const unit = `1${'0'.repeat(-count)}`;
    return decimal(`round(${number.sql} * 0.${unit.slice(1, -1)}1, 0) * ${unit}`);
  },
  modulo: (number, divisor) =>
    `TRY((${number.sql} % NULLIF(${divisor.sql}, 0) + ${divisor.sql}) % NULLIF(${divisor.sql}, 0))`,
  power: (base, exponent) => {
    const [b, e] = [`CAST(${base.sql} AS DOUBLE)`, `CAST(${exponent.sql} AS DOUBLE)`];
    return `CASE WHEN ${b} = 0 THEN CASE WHEN ${e} > 0 THEN 0 WHEN ${e} = 0 THEN 1 END WHEN ${b} < 0 AND ${e} <> trunc(${e}) THEN NULL WHEN ${e} * ln(abs(${b})) < 64 AND ${e} * ln(abs(${b})) > -64 THEN ${decimalOfDouble(`power(${b}, ${e})`)} WHEN ${e} * ln(abs(${b})) <= -64 THEN 0 END`;
  },
  today: (zone) => `CAST(now() AT TIME ZONE ${zone.sql} AS DATE)`,
  now: (zone) => `date_trunc('second', now() AT TIME ZONE ${zone.sql})`,
  make_date: (year, month, day) =>
    `CASE WHEN (${year.sql}) BETWEEN 1 AND 9999 AND (${month.sql}) BETWEEN 1 AND 12 AND (${day.sql}) BETWEEN 1 AND 31 THEN TRY(make_date(${year.sql}, ${month.sql}, ${day.sql})) END`,
  start_of_week: startOf('week'),
  start_of_month: startOf('month'),
  start_of_quarter: startOf('quarter'),
  start_of_year: startOf('year'),
  add_days: (date, count) => withinYears(`(${date.sql} + ${bounded(count, -700_000, MAX_DAYS, 'INTEGER')})`),
  add_months: (date, count) =>
    withinYears(`CAST(${date.sql} + to_months(${bounded(count, -24_000, MAX_MONTHS, 'INTEGER')}) AS DATE)`),
  days_between: (from, to) => `date_diff('day', ${from.sql}, ${to.sql})`,
  or_fail: (value, original) =>
    `CASE WHEN ${value.sql} IS NULL AND regexp_matches(${duckdbText(original)}, '[^[:space:]]') THEN error(concat('This cannot be read: ', ${original.sql})) ELSE ${value.sql} END`,
};
