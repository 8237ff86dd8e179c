import { dialects } from '#warehouse';
import type { TypedSql } from '../sql-syntax.ts';

const DECIMAL = dialects.duckdb.typeName('decimal');

/*
 * Ten places of a decimal as PostgreSQL computes them. DuckDB divides decimals as doubles, which have fifteen digits in
 * all and another tenth place now and then: so the digits are worked out in whole numbers of 128 bits.
 */

/**
 * A double by its fifteen digits, as PostgreSQL makes a numeric of it. TRY_CAST: beyond the widest decimal is empty,
 * not an error.
 */
export function decimalOfDouble(sql: string): string {
  return `TRY_CAST(printf('%.15g', CAST(${sql} AS DOUBLE)) AS ${DECIMAL})`;
}

export function exactDecimal({ sql, type }: TypedSql): string {
  if (type === 'decimal') return sql;
  return type === 'float' ? decimalOfDouble(sql) : `TRY_CAST(${sql} AS ${DECIMAL})`;
}

/** The digits of a decimal without its point. */
const scaled = (sql: string): string => `CAST(replace(CAST(${sql} AS VARCHAR), '.', '') AS HUGEINT)`;

/**
 * A quotient, rounded half away from zero to ten places; empty for a divisor of zero. Beyond 17 digits before the point
 * of the divisor it has a double's fifteen digits.
 */
export function quotient(dividend: string, divisor: string): string {
  // n and d without their signs: whole part, then ten places of the rest, rounded.
  const exact =
    'list_transform([struct_pack(n := abs(_dalgo_q.a), d := abs(_dalgo_q.b), s := CASE WHEN (_dalgo_q.a < 0) = (_dalgo_q.b < 0) THEN 1 ELSE -1 END)], ' +
    `lambda _dalgo_w: _dalgo_w.s * (CAST(_dalgo_w.n // _dalgo_w.d AS ${DECIMAL}) + CAST(((_dalgo_w.n % _dalgo_w.d) * 20000000000 + _dalgo_w.d) // (2 * _dalgo_w.d) AS DECIMAL(12,0)) * 0.0000000001))[1]`;
  return `list_transform([struct_pack(x := CAST(${dividend} AS ${DECIMAL}), y := NULLIF(CAST(${divisor} AS ${DECIMAL}), 0))], lambda _dalgo_v: COALESCE(TRY(list_transform([struct_pack(a := ${scaled('_dalgo_v.x')}, b := ${scaled('_dalgo_v.y')})], lambda _dalgo_q: CAST(${exact} AS ${DECIMAL}))[1]), ${decimalOfDouble('CAST(_dalgo_v.x AS DOUBLE) / CAST(_dalgo_v.y AS DOUBLE)')}))[1]`;
}

/** A product, rounded half away from zero to ten places. Beyond 18 digits before the point it has a double's fifteen. */
export function product(left: string, right: string): string {
  return `list_transform([struct_pack(x := ${left}, y := ${right})], lambda _dalgo_v: COALESCE(TRY(CAST(_dalgo_v.x * _dalgo_v.y AS ${DECIMAL})), ${decimalOfDouble('CAST(_dalgo_v.x AS DOUBLE) * CAST(_dalgo_v.y AS DOUBLE)')}))[1]`;
}
