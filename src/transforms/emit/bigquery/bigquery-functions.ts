import { dialects } from '#warehouse';
import { bounded, MAX_DAYS, MAX_LENGTH, MAX_MONTHS, standardFunctions } from '../standard-functions.ts';
import type { FunctionOperand, SqlFunctions } from '../sql-syntax.ts';
import { UnsupportedByDialect } from '../unsupported-by-dialect.ts';
import { bigqueryText, decimalOfDouble } from './bigquery-cast.ts';

const { coalesce, months_between } = standardFunctions;
const text = (value: string): string => dialects.bigquery.quoteLiteral({ type: 'text', value });

const list = (operands: readonly FunctionOperand[]): string => operands.map(({ sql }) => sql).join(', ');

/** GREATEST and LEAST are NULL as soon as one operand is; aggregates leave it out. */
const among =
  (aggregate: 'MAX' | 'MIN') =>
  (...operands: readonly FunctionOperand[]): string =>
    `(SELECT ${aggregate}(v) FROM UNNEST([${list(operands)}]) AS v)`;

/** A path into nested data: `$."name"[0]`. */
function jsonPath(path: FunctionOperand): string {
  const keys: unknown = JSON.parse(path.literal ?? '[]');
  const parts = (Array.isArray(keys) ? keys : []).map((key) => {
    if (typeof key === 'number') return `[${key}]`;
    if (/["\\]/.test(String(key)))
      throw new UnsupportedByDialect(
        'BigQuery cannot name a field of nested data that has a quote in its name.',
      );
    return `."${String(key)}"`;
  });
  return text(`$${parts.join('')}`);
}

/**
 * A pattern with one group that it returns, which is all that BigQuery takes: the whole of it, or its n-th group with
 * the others made plain.
 */
export function withOneGroup(pattern: string, wanted: number): string {
  let number = 0;
  let isList = false;
  let made = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern.charAt(at);
    if (character === '\\') {
      made += character + pattern.charAt(at + 1);
      at += 1;
      continue;
    }
    if (character === '[') isList = true;
    else if (character === ']') isList = false;
    made += character;
    if (character !== '(' || isList || pattern.charAt(at + 1) === '?') continue;
    number += 1;
    if (number !== wanted) made += '?:';
  }
  return wanted === 0 ? `(${made})` : made;
}

/** A date some units later; empty where it would leave the calendar. */
function later(date: FunctionOperand, count: string, unit: 'DAY' | 'MONTH'): string {
  return `IF(${count} BETWEEN DATE_DIFF(DATE '0001-01-01', ${date.sql}, ${unit}) AND DATE_DIFF(DATE '9999-12-31', ${date.sql}, ${unit}), DATE_ADD(${date.sql}, INTERVAL ${count} ${unit}), NULL)`;
}

const startOf =
  (unit: string) =>
  ({ sql }: { sql: string }): string =>
    `DATE_TRUNC(CAST(${sql} AS DATE), ${unit})`;

export const bigqueryFunctions: SqlFunctions = {
  coalesce,
  months_between,
  greatest: among('MAX'),
  least: among('MIN'),
  length: ({ sql }) => `CHAR_LENGTH(${sql})`,
  left: (value, count) => `LEFT(${value.sql}, ${bounded(count, 0, MAX_LENGTH, 'INT64')})`,
  right: (value, count) => `RIGHT(${value.sql}, ${bounded(count, 0, MAX_LENGTH, 'INT64')})`,
  substring: (value, from, count) =>
    `SUBSTR(${value.sql}, ${bounded(from, 1, MAX_LENGTH, 'INT64')}, ${bounded(count, 0, MAX_LENGTH, 'INT64')})`,
  position: (value, part) => `STRPOS(${value.sql}, ${part.sql})`,
  replace: (value, from, to) => `REPLACE(${value.sql}, ${from.sql}, ${to.sql})`,
  // CONCAT is NULL as soon as one operand is; this leaves it out.
  join_texts: (...operands) => `ARRAY_TO_STRING([${list(operands)}], '')`,
  split_part: (value, separator, n) =>
    `NULLIF(SPLIT(${value.sql}, ${separator.sql})[SAFE_ORDINAL(${bounded(n, 1, MAX_LENGTH, 'INT64')})], '')`,
  regex_match: (value, pattern) => `REGEXP_CONTAINS(${value.sql}, ${pattern.sql})`,
  regex_replace: (value, pattern, to) => `REGEXP_REPLACE(${value.sql}, ${pattern.sql}, ${to.sql})`,
  regex_extract: (value, pattern, group) =>
    `REGEXP_EXTRACT(${value.sql}, ${text(withOneGroup(pattern.literal ?? '', Number(group.literal ?? 0)))})`,
  json_text: (json, path) => `JSON_VALUE(${json.sql}, ${jsonPath(path)})`,
  json_part: (json, path) => `JSON_QUERY(${json.sql}, ${jsonPath(path)})`,
  sha256: ({ sql }) => `TO_HEX(SHA256(${sql}))`,
  absolute: ({ sql }) => `ABS(${sql})`,
  floor: ({ sql }) => `FLOOR(${sql})`,
  ceiling: ({ sql }) => `CEIL(${sql})`,
  round: (number, places) => `ROUND(${number.sql}, ${places.sql})`,
  modulo: (number, divisor) =>
    `MOD(MOD(${number.sql}, NULLIF(${divisor.sql}, 0)) + ${divisor.sql}, NULLIF(${divisor.sql}, 0))`,
  power: (base, exponent) =>
    `ROUND(${decimalOfDouble(`SAFE.POW(CAST(${base.sql} AS FLOAT64), CAST(${exponent.sql} AS FLOAT64))`)}, 10)`,
  today: (zone) => `CURRENT_DATE(${zone.sql})`,
  now: (zone) => `DATETIME_TRUNC(CURRENT_DATETIME(${zone.sql}), SECOND)`,
  make_date: (year, month, day) => `SAFE.DATE(${year.sql}, ${month.sql}, ${day.sql})`,
  start_of_week: startOf('ISOWEEK'),
  start_of_month: startOf('MONTH'),
  start_of_quarter: startOf('QUARTER'),
  start_of_year: startOf('YEAR'),
  add_days: (date, count) => later(date, bounded(count, -MAX_DAYS, MAX_DAYS, 'INT64'), 'DAY'),
  add_months: (date, count) => later(date, bounded(count, -MAX_MONTHS, MAX_MONTHS, 'INT64'), 'MONTH'),
  days_between: (from, to) => `DATE_DIFF(${to.sql}, ${from.sql}, DAY)`,
  or_fail: (value, original) =>
    `CASE WHEN ${value.sql} IS NULL AND REGEXP_CONTAINS(${bigqueryText(original)}, ${text('[^[:space:]]')}) THEN ERROR(CONCAT('This cannot be read: ', ${bigqueryText(original)})) ELSE ${value.sql} END`,
};
