import pg from 'pg';

/** An integer as a number while a double keeps it whole, else as its digits. */
function integerCell(text: string): number | string {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : text;
}

/**
 * A decimal as a number when the number reads back as the same value, else as its digits. A fraction of eight digits
 * and more was calculated (a quotient and an average have at least that many), so what a double leaves of it is enough.
 */
export function decimalCell(text: string): number | string {
  if (!/^-?\d+(\.\d+)?$/.test(text)) return text; // NaN, Infinity
  const value = Number(text);
  const fraction = text.length - text.indexOf('.') - 1;
  if (text.includes('.') && fraction >= 8 && Math.abs(value) <= Number.MAX_SAFE_INTEGER) return value;
  const trimmed = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  return String(value) === trimmed || (value === 0 && /^-?0*$/.test(trimmed)) ? value : text;
}

/** Doubles that JSON has no number for stay text. */
function floatCell(text: string): number | string {
  const value = Number(text);
  return Number.isFinite(value) ? value : text;
}

/** `2026-01-31 10:00:00.5` → `2026-01-31T10:00:00.5`; with a zone (the session's is UTC) → `…Z`. */
function timestampCell(text: string): string {
  return text.replace(' ', 'T').replace(/\+00$/, 'Z');
}

const parsers = new Map<number, (text: string) => unknown>([
  [pg.types.builtins.INT2, Number],
  [pg.types.builtins.INT4, Number],
  [pg.types.builtins.INT8, integerCell],
  [pg.types.builtins.NUMERIC, decimalCell],
  [pg.types.builtins.FLOAT4, floatCell],
  [pg.types.builtins.FLOAT8, floatCell],
  [pg.types.builtins.BOOL, (text) => text === 't'],
  [pg.types.builtins.TIMESTAMP, timestampCell],
  [pg.types.builtins.TIMESTAMPTZ, timestampCell],
  [pg.types.builtins.JSON, (text) => JSON.parse(text) as unknown],
  [pg.types.builtins.JSONB, (text) => JSON.parse(text) as unknown],
]);

/** How the warehouse reads values: JSON-safe, and never changed on the way. Other types stay PostgreSQL's text. */
export const cellTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid: number) => parsers.get(oid) ?? ((text: string) => text),
};

const names = new Map<number, string>([
  [pg.types.builtins.INT2, 'smallint'],
  [pg.types.builtins.INT4, 'integer'],
  [pg.types.builtins.INT8, 'bigint'],
  [pg.types.builtins.NUMERIC, 'numeric'],
  [pg.types.builtins.FLOAT4, 'real'],
  [pg.types.builtins.FLOAT8, 'double precision'],
  [pg.types.builtins.BOOL, 'boolean'],
  [pg.types.builtins.DATE, 'date'],
  [pg.types.builtins.TIME, 'time without time zone'],
  [pg.types.builtins.TIMESTAMP, 'timestamp without time zone'],
  [pg.types.builtins.TIMESTAMPTZ, 'timestamp with time zone'],
  [pg.types.builtins.JSON, 'json'],
  [pg.types.builtins.JSONB, 'jsonb'],
]);

/** PostgreSQL's name of a result column's type; everything else is shown as text. */
export function typeNameOf(oid: number): string {
  return names.get(oid) ?? 'text';
}
