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
import { postgresText } from './postgres-cast.ts';
import { tenPlaces } from './postgres-decimal.ts';

const { postgres } = dialects;
const { coalesce, position, replace, join_texts, months_between, withinYears } = standardFunctions;

const byCodePoint = ({ sql, type }: { sql: string; type: string }): string =>
  type === 'text' ? `${sql} COLLATE "C"` : sql;

function pathArray(path: FunctionOperand): string {
  const keys = jsonPath(path).map((key) => postgres.quoteLiteral({ type: 'text', value: key }));
  return `ARRAY[${keys.join(', ')}]::text[]`;
}

const startOf =
  (unit: string) =>
  ({ sql }: { sql: string }): string =>
    withinYears(`date_trunc('${unit}', ${sql}::timestamp)::date`);

export const postgresFunctions: SqlFunctions = {
  coalesce,
  position,
  replace,
  join_texts,
  months_between,
  greatest: (...operands) => `greatest(${operands.map(byCodePoint).join(', ')})`,
  least: (...operands) => `least(${operands.map(byCodePoint).join(', ')})`,
  length: (text) => `length(${text.sql})::bigint`,
  left: (text, count) => `left(${text.sql}, ${bounded(count, 0, MAX_LENGTH, 'integer')})`,
  right: (text, count) => `right(${text.sql}, ${bounded(count, 0, MAX_LENGTH, 'integer')})`,
  substring: (text, from, count) =>
    `substr(${text.sql}, ${bounded(from, 1, MAX_LENGTH, 'integer')}, ${bounded(count, 0, MAX_LENGTH, 'integer')})`,
  split_part: (text, separator, n) =>
    `NULLIF(split_part(${text.sql}, ${separator.sql}, ${bounded(n, 1, MAX_LENGTH, 'integer')}), '')`,
  regex_match: (text, pattern) => `${text.sql} ~ ${pattern.sql}`,
  regex_replace: (text, pattern, to) => `regexp_replace(${text.sql}, ${pattern.sql}, ${to.sql}, 'g')`,
  regex_extract: (text, pattern, group) =>
    `regexp_substr(${text.sql}, ${pattern.sql}, 1, 1, '', ${group.sql})`,
  json_text: (json, path) =>
    `CASE WHEN jsonb_typeof(${json.sql} #> ${pathArray(path)}) NOT IN ('object', 'array') THEN ${json.sql} #>> ${pathArray(path)} END`,
  json_part: (json, path) => `${json.sql} #> ${pathArray(path)}`,
  sha256: (text) => `encode(sha256(convert_to(${text.sql}, 'UTF8')), 'hex')`,
  absolute: (number) => `abs(${number.sql})`,
  floor: (number) => `floor(${number.sql})`,
  ceiling: (number) => `ceil(${number.sql})`,
  round: (number, places) => `round(${number.sql}, ${places.sql})`,
  modulo: (number, divisor) =>
    `mod(mod(${number.sql}, NULLIF(${divisor.sql}, 0)) + ${divisor.sql}, NULLIF(${divisor.sql}, 0))`,
  power: (base, exponent) =>
    `CASE WHEN ${base.sql} = 0 THEN CASE WHEN ${exponent.sql} > 0 THEN 0 WHEN ${exponent.sql} = 0 THEN 1 END WHEN ${base.sql} < 0 AND ${exponent.sql} <> trunc(${exponent.sql}) THEN NULL WHEN ${exponent.sql} * ln(abs(${base.sql})) < 64 AND ${exponent.sql} * ln(abs(${base.sql})) > -64 THEN ${tenPlaces(`power(${base.sql}::double precision, ${exponent.sql}::double precision)::numeric`)} WHEN ${exponent.sql} * ln(abs(${base.sql})) <= -64 THEN 0 END`,
  today: (zone) => `(now() AT TIME ZONE ${zone.sql})::date`,
  now: (zone) => `date_trunc('second', now() AT TIME ZONE ${zone.sql})`,
  make_date: (year, month, day) => {
    const iso = `concat(lpad((${year.sql})::text, 4, '0'), '-', ${month.sql}, '-', ${day.sql})`;
    return `CASE WHEN (${year.sql}) BETWEEN 1 AND 9999 AND (${month.sql}) BETWEEN 1 AND 12 AND (${day.sql}) BETWEEN 1 AND 31 AND pg_input_is_valid(${iso}, 'date') THEN ${iso}::date END`;
  },
  start_of_week: startOf('week'),
  start_of_month: startOf('month'),
  start_of_quarter: startOf('quarter'),
  start_of_year: startOf('year'),
  add_days: (date, count) => withinYears(`(${date.sql} + ${bounded(count, -700_000, MAX_DAYS, 'integer')})`),
  add_months: (date, count) =>
    withinYears(
      `(${date.sql} + make_interval(months => ${bounded(count, -24_000, MAX_MONTHS, 'integer')}))::date`,
    ),
  days_between: (from, to) => `(${to.sql} - ${from.sql})::bigint`,
  or_fail: (value, original) =>
    `CASE WHEN ${value.sql} IS NULL AND ${postgresText(original)} ~ '[^[:space:]]' THEN concat('This cannot be read: ', ${original.sql})::${postgres.typeName(value.type)} ELSE ${value.sql} END`,
};
