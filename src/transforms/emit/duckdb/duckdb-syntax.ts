import type { ColumnType } from '#contracts/column-types';
import { dialects, type SqlLiteral } from '#warehouse';
import {
  likePattern,
  standardLateral,
  standardNumbered,
  WORD_BREAKS,
  type SqlSyntax,
} from '../sql-syntax.ts';
import { WHITE_SPACE } from '../../plan/white-space.ts';
import { duckdbCast, duckdbText } from './duckdb-cast.ts';
import { decimalOfDouble, exactDecimal, product, quotient } from './duckdb-decimal.ts';
import { duckdbFunctions } from './duckdb-functions.ts';
import { DUCKDB_SPACES } from './duckdb-spaces.ts';

const { duckdb } = dialects;

const text = (value: string): string => duckdb.quoteLiteral({ type: 'text', value });

const DECIMAL = duckdb.typeName('decimal');

function regexpEscape(code: number): string {
  return `\\x{${code.toString(16)}}`;
}

const BREAKS = `${WHITE_SPACE.map((code) => (code === 0x20 ? ' ' : regexpEscape(code))).join('')}${WORD_BREAKS}`;

/** What the widest decimal cannot hold is empty; PostgreSQL's has room for it. */
function attempt(expression: string): string {
  return `TRY(CAST(${expression} AS ${DECIMAL}))`;
}

/** A number that a column of decimals can be compared with: DuckDB raises an error when the two need over 38 digits. */
function comparableNumber(literal: SqlLiteral, against: ColumnType | null): string {
  const plain = duckdb.quoteLiteral(literal);
  if (literal.type !== 'decimal' || (against !== 'decimal' && against !== 'integer')) return plain;
  const [whole = '', fraction = ''] = String(literal.value).replace('-', '').split('.');
  const fits = !/e/i.test(String(literal.value)) && whole.length <= 28 && fraction.length <= 10;
  return fits ? `CAST(${plain} AS ${DECIMAL})` : `CAST(${plain} AS DOUBLE)`;
}

export const duckdbSyntax: SqlSyntax = Object.freeze<SqlSyntax>({
  dialect: duckdb,
  rowPosition: 'rowid',
  // It finds common parts by itself.
  computedOnce: '',
  plannedApart: null,
  noRowPosition: 'CAST(NULL AS BIGINT)',
  inScanOrder: null,
  readsOwnSql: false,
  groupsNestedData: true,
  // It computes in tests and reads files; nobody pages through it.
  keeping: null,
  comparison(operator, left, right) {
    return `${left.sql} ${operator === 'is_distinct_from' ? 'IS DISTINCT FROM' : operator} ${right.sql}`;
  },
  literal: comparableNumber,
  textMatch(mode, operand, value) {
    const { pattern, escaped } = likePattern(mode, value);
    return `${operand} ILIKE ${text(pattern)}${escaped ? ` ESCAPE ${text('\\')}` : ''}`;
  },
  arithmetic(operator, left, right) {
    const [a, b] = [exactDecimal(left), exactDecimal(right)];
    if (operator === '/') return quotient(a, b);
    if (operator !== '*') return `TRY(${a} ${operator} ${b})`;
    if (left.type === 'integer' && right.type === 'integer') {
      return attempt(`CAST(${left.sql} AS HUGEINT) * CAST(${right.sql} AS HUGEINT)`);
    }
    return product(a, b);
  },
  concat(operands, separator) {
    return `NULLIF(concat_ws(${text(separator)}, ${operands.map((operand) => `NULLIF(${duckdbText(operand)}, '')`).join(', ')}), '')`;
  },
  textFunction(name, operand) {
    switch (name) {
      case 'trim':
        return `trim(${operand}, ${DUCKDB_SPACES})`;
      case 'upper':
        // Unicode's simple mapping, as PostgreSQL's: a sharp s stays what it is.
        return `replace(upper(${operand}), 'ẞ', 'ß')`;
      case 'lower':
        return `lower(${operand})`;
      case 'title':
        return `array_to_string(list_transform(regexp_extract_all(${operand}, ${text(`[^${BREAKS}]+|[${BREAKS}]+`)}), lambda w: replace(upper(left(w, 1)), 'ẞ', 'ß') || lower(substring(w, 2))), '')`;
    }
  },
  datePart: (part, operand) =>
    `CAST(extract(${part === 'weekday' ? 'isodow' : part} FROM ${operand}) AS BIGINT)`,
  localTime: (operand, timeZone) => `(${operand} AT TIME ZONE ${text(timeZone)})`,
  cast: duckdbCast,
  functions: duckdbFunctions,
  aggregate(kind, operand, details = {}) {
    const { filter = '', order = '', fraction = 0.5, separator = ', ' } = details;
    if (operand === null || kind === 'count_rows') return `count(*)${filter}`;
    switch (kind) {
      case 'count':
        return `count(${operand.sql})${filter}`;
      case 'count_distinct':
        return `count(DISTINCT ${operand.sql})${filter}`;
      case 'sum':
        return `sum(${exactDecimal(operand)})${filter}`;
      case 'average':
        return quotient(`sum(${exactDecimal(operand)})${filter}`, `count(${operand.sql})${filter}`);
      case 'percentile':
        return decimalOfDouble(`quantile_cont(CAST(${operand.sql} AS DOUBLE), ${fraction})${filter}`);
      case 'list': {
        const value = duckdbText(operand);
        return `string_agg(DISTINCT ${value}, ${text(separator)} ORDER BY ${value})${filter}`;
      }
      case 'first':
        return `first(${operand.sql} ORDER BY ${order})${filter}`;
      case 'min':
      case 'max':
        if (operand.type === 'boolean')
          return `${kind === 'min' ? 'bool_and' : 'bool_or'}(${operand.sql})${filter}`;
        return `${kind}(${operand.sql})${filter}`;
    }
  },
  parts(list, separator) {
    const values =
      separator === null
        ? `CASE WHEN json_type(${list}) = 'ARRAY' THEN json_extract_string(${list}, '$[*]') END`
        : `string_split(${list}, ${text(separator)})`;
    const value = `trim(part, ${DUCKDB_SPACES})`;
    return `SELECT ${value} AS value, n FROM (SELECT unnest(${values}) AS part, generate_subscripts(${values}, 1) AS n) AS parts WHERE ${value} <> ''`;
  },
  lateral: standardLateral,
  series: (upTo, column) => `LATERAL (SELECT unnest(generate_series(1, ${upTo})) AS ${column}) AS series`,
  numbered: standardNumbered,
  orderKey(column, _type, descending) {
    return `${column}${descending ? ' DESC' : ' ASC'} NULLS LAST`;
  },
});
