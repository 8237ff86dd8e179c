import type { ColumnType } from '#contracts/column-types';
import { dialects } from '#warehouse';
import { GROUPED, NO_WORDS, PLAIN_NUMBER, SHAPES, YES_WORDS, type Temporal } from '../readable-values.ts';
import type { TypedSql } from '../sql-syntax.ts';
import { POSTGRES_SPACES } from './postgres-spaces.ts';

const { postgres } = dialects;
const text = (value: string): string => postgres.quoteLiteral({ type: 'text', value });

export function postgresText({ sql, type }: TypedSql): string {
  switch (type) {
    case 'text':
      return sql;
    case 'integer':
    case 'boolean':
    case 'json':
      return `${sql}::text`;
    case 'decimal':
      return `trim_scale(${sql})::text`;
    case 'float':
      return `trim_scale(${sql}::numeric)::text`;
    case 'date':
      return `to_char(${sql}, 'YYYY-MM-DD')`;
    case 'timestamp':
    case 'timestamptz':
      return `to_char(${sql}, 'YYYY-MM-DD HH24:MI:SS')`;
    case 'time':
      return `to_char(${sql}, 'HH24:MI:SS')`;
  }
}

const trimmed = (sql: string): string => `btrim(${sql}, E'${POSTGRES_SPACES}')`;

/** CASE guards the cast: what is not a number never reaches it. */
function textToDecimal(sql: string): string {
  const value = trimmed(sql);
  return `CASE WHEN ${value} ~ ${text(PLAIN_NUMBER)} THEN ${value}::numeric WHEN ${value} ~ ${text(GROUPED)} THEN replace(${value}, ',', '')::numeric END`;
}

/** Rounded half away from zero, as a spreadsheet shows it. */
function toInteger(decimal: string): string {
  return `CASE WHEN round(${decimal}) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN round(${decimal})::bigint END`;
}

/** `to` is the type that an ISO text is checked against before it is cast. */
function textTo(sql: string, to: Temporal): string {
  const value = trimmed(sql);
  return `CASE WHEN ${value} ~ ${text(SHAPES[to])} AND pg_input_is_valid(${value}, ${text(to)}) THEN ${value}::${to} END`;
}

const words = (list: readonly string[]): string => list.map(text).join(', ');

function fromText(sql: string, to: ColumnType): string {
  switch (to) {
    case 'text':
      return sql;
    case 'decimal':
      return textToDecimal(sql);
    case 'float':
      return `(${textToDecimal(sql)})::double precision`;
    case 'integer':
      return toInteger(`(${textToDecimal(sql)})`);
    case 'boolean':
      return `CASE WHEN lower(${trimmed(sql)}) IN (${words(YES_WORDS)}) THEN TRUE WHEN lower(${trimmed(sql)}) IN (${words(NO_WORDS)}) THEN FALSE END`;
    case 'date':
    case 'timestamp':
    case 'timestamptz':
    case 'time':
      return textTo(sql, to);
    case 'json':
      // The cast stands outside: of a text that is the same in all rows the planner would work it out before CASE asks.
      return `CASE WHEN pg_input_is_valid(${sql}, 'jsonb') THEN ${sql} END::jsonb`;
  }
}

export function postgresCast(operand: TypedSql, to: ColumnType): string {
  const { sql, type } = operand;
  if (type === to) return sql;
  if (type === 'text') return fromText(sql, to);
  if (to === 'text') return postgresText(operand);
  if (type === 'json') return fromText(`(${sql} #>> '{}')`, to);
  switch (to) {
    case 'integer':
      return type === 'boolean'
        ? `${sql}::int::bigint`
        : toInteger(type === 'float' ? `${sql}::numeric` : sql);
    case 'decimal':
      return type === 'boolean' ? `${sql}::int::numeric` : `${sql}::numeric`;
    case 'float':
      if (type === 'boolean') return `${sql}::int::double precision`;
      return `CASE WHEN abs(${sql}) < 1e300 THEN ${sql}::double precision END`;
    case 'boolean':
      return `CASE ${sql} WHEN 1 THEN TRUE WHEN 0 THEN FALSE END`;
    case 'json':
      return `to_jsonb(${sql})`;
    default:
      return `${sql}::${postgres.typeName(to)}`;
  }
}
