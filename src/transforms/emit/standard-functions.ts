import type { FunctionOperand } from './sql-syntax.ts';

/*
 * What all engines say in the same words. Each is tested on all of them like any other function.
 */

type Operand = FunctionOperand;

const list = (operands: readonly Operand[]): string => operands.map(({ sql }) => sql).join(', ');

/** Years of which every engine and every person knows what they are. */
const withinYears = (date: string): string =>
  `CASE WHEN ${date} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31' THEN ${date} END`;

/** A count that no engine overflows at. */
export const bounded = ({ sql, type }: Operand, low: number, high: number, integer: string): string =>
  type === 'integer' && /^-?\d{1,6}$/.test(sql) && Number(sql) >= low && Number(sql) <= high
    ? sql
    : `CAST(least(greatest(${sql}, ${low}), ${high}) AS ${integer})`;

/** More characters than a cell has, and less than any engine's limit. */
export const MAX_LENGTH = 100_000_000;
/** A thousand years and more: beyond, a date leaves the calendar anyway. */
export const MAX_MONTHS = 120_000;
export const MAX_DAYS = 3_660_000;

/** The keys of a path into nested data, which stands in a literal as a JSON list. */
export function jsonPath(path: Operand): readonly string[] {
  const keys: unknown = JSON.parse(path.literal ?? '[]');
  return Array.isArray(keys) ? keys.map(String) : [];
}

export const standardFunctions = {
  coalesce: (...operands: readonly Operand[]) => `COALESCE(${list(operands)})`,
  position: (text: Operand, part: Operand) => `CAST(strpos(${text.sql}, ${part.sql}) AS BIGINT)`,
  replace: (text: Operand, from: Operand, to: Operand) => `replace(${text.sql}, ${from.sql}, ${to.sql})`,
  join_texts: (...operands: readonly Operand[]) => `concat(${list(operands)})`,
  months_between: (from: Operand, to: Operand) =>
    `CAST((extract(year FROM ${to.sql}) - extract(year FROM ${from.sql})) * 12 + extract(month FROM ${to.sql}) - extract(month FROM ${from.sql}) - CASE WHEN extract(day FROM ${to.sql}) < extract(day FROM ${from.sql}) THEN 1 ELSE 0 END AS BIGINT)`,
  withinYears,
} as const;
