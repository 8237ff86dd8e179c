import type { ColumnType } from '#contracts/column-types';
import { dialects, type SqlLiteral } from '#warehouse';
import { likePattern, WHITE_SPACE, WORD_BREAKS, type SqlSyntax, type TypedSql } from '../sql-syntax.ts';

const { duckdb } = dialects;

const text = (value: string): string => duckdb.quoteLiteral({ type: 'text', value });

const DECIMAL = duckdb.typeName('decimal');

/** A concatenation of chr(): DuckDB's strings know no escape for code points, and invisible characters help nobody. */
const SPACES = WHITE_SPACE.map((code) => `chr(${code})`).join(' || ');

function regexpEscape(code: number): string {
  return `\\x{${code.toString(16)}}`;
}

const BREAKS = `${WHITE_SPACE.map((code) => (code === 0x20 ? ' ' : regexpEscape(code))).join('')}${WORD_BREAKS}`;

/** TRY_CAST: a double beyond the widest decimal is empty, not an error. */
function exact({ sql, type }: TypedSql): string {
  return type === 'decimal' ? sql : `TRY_CAST(${sql} AS ${DECIMAL})`;
}

function double({ sql }: TypedSql): string {
  return `CAST(${sql} AS DOUBLE)`;
}

/** What the widest decimal cannot hold is empty; PostgreSQL's has room for it. */
function attempt(expression: string): string {
  return `TRY(CAST(${expression} AS ${DECIMAL}))`;
}

function asText({ sql, type }: TypedSql): string {
  switch (type) {
    case 'text':
      return sql;
    case 'integer':
    case 'boolean':
    case 'json':
      return `CAST(${sql} AS VARCHAR)`;
    case 'decimal':
    case 'float':
      return `rtrim(rtrim(CAST(${exact({ sql, type })} AS VARCHAR), '0'), '.')`;
    case 'date':
      return `strftime(${sql}, '%Y-%m-%d')`;
    case 'timestamp':
    case 'timestamptz':
      return `strftime(${sql}, '%Y-%m-%d %H:%M:%S')`;
    case 'time':
      return `strftime(DATE '2000-01-01' + ${sql}, '%H:%M:%S')`;
  }
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
  inScanOrder: null,
  comparison(operator, left, right) {
    return `${left.sql} ${operator === 'is_distinct_from' ? 'IS DISTINCT FROM' : operator} ${right.sql}`;
  },
  literal: comparableNumber,
  textMatch(mode, operand, value) {
    const { pattern, escaped } = likePattern(mode, value);
    return `${operand} ILIKE ${text(pattern)}${escaped ? ` ESCAPE ${text('\\')}` : ''}`;
  },
  arithmetic(operator, left, right) {
    if (operator === '/') {
      // DuckDB has no exact division; fifteen digits, rounded to the decimal's ten places.
      return attempt(`${double(left)} / NULLIF(${double(right)}, 0)`);
    }
    if (operator !== '*') return `TRY(${exact(left)} ${operator} ${exact(right)})`;
    if (left.type === 'integer' && right.type === 'integer') {
      return attempt(`CAST(${left.sql} AS HUGEINT) * CAST(${right.sql} AS HUGEINT)`);
    }
    // The product of two decimals has twenty places, which leaves eighteen digits; beyond, a double's fifteen do.
    return `COALESCE(${attempt(`${exact(left)} * ${exact(right)}`)}, ${attempt(`${double(left)} * ${double(right)}`)})`;
  },
  concat(operands, separator) {
    return `NULLIF(concat_ws(${text(separator)}, ${operands.map((operand) => `NULLIF(${asText(operand)}, '')`).join(', ')}), '')`;
  },
  textFunction(name, operand) {
    switch (name) {
      case 'trim':
        return `trim(${operand}, ${SPACES})`;
      case 'upper':
        // Unicode's simple mapping, as PostgreSQL's: a sharp s stays what it is.
        return `replace(upper(${operand}), 'ẞ', 'ß')`;
      case 'lower':
        return `lower(${operand})`;
      case 'title':
        return `array_to_string(list_transform(regexp_extract_all(${operand}, ${text(`[^${BREAKS}]+|[${BREAKS}]+`)}), lambda w: replace(upper(left(w, 1)), 'ẞ', 'ß') || lower(substring(w, 2))), '')`;
    }
  },
  datePart: (part, operand) => `CAST(extract(${part} FROM ${operand}) AS BIGINT)`,
  localTime: (operand, timeZone) => `(${operand} AT TIME ZONE ${text(timeZone)})`,
  cast: (operand, type) =>
    type === 'decimal' ? exact(operand) : `CAST(${operand.sql} AS ${duckdb.typeName(type)})`,
  aggregate(kind, operand) {
    if (operand === null || kind === 'count_rows') return 'count(*)';
    switch (kind) {
      case 'count':
        return `count(${operand.sql})`;
      case 'count_distinct':
        return `count(DISTINCT ${operand.sql})`;
      case 'sum':
        return `sum(${exact(operand)})`;
      case 'average':
        // TRY takes no aggregate; TRY_CAST does the same here.
        return `TRY_CAST(CAST(sum(${exact(operand)}) AS DOUBLE) / NULLIF(count(${operand.sql}), 0) AS ${DECIMAL})`;
      case 'min':
      case 'max':
        if (operand.type === 'boolean') return `${kind === 'min' ? 'bool_and' : 'bool_or'}(${operand.sql})`;
        return `${kind}(${operand.sql})`;
    }
  },
  orderKey(column, _type, descending) {
    return `${column}${descending ? ' DESC' : ' ASC'} NULLS LAST`;
  },
});
