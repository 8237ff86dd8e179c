import type { ColumnType } from '#contracts/column-types';
import { dialects } from '#warehouse';
import { likePattern, WHITE_SPACE, WORD_BREAKS, type SqlSyntax, type TypedSql } from '../sql-syntax.ts';

const { postgres } = dialects;

const text = (value: string): string => postgres.quoteLiteral({ type: 'text', value });

function unicodeEscape(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`;
}

const SPACES = WHITE_SPACE.map((code) => (code === 0x20 ? ' ' : unicodeEscape(code))).join('');

/** Text in the order of code points, whatever the server's collation is. */
function byCodePoint({ sql, type }: TypedSql): string {
  return type === 'text' ? `${sql} COLLATE "C"` : sql;
}

/** Decimals never overflow and never depend on the order of rows; doubles do both. */
function exact({ sql, type }: TypedSql): string {
  return type === 'decimal' ? sql : `${sql}::numeric`;
}

/**
 * Words are what stands between white space and punctuation: first letter upper, the rest lower. initcap does the same
 * for plain ASCII and is ten times as fast, but it would break words at combining marks and apostrophes.
 */
function title(operand: string): string {
  const breaks = `${SPACES}${WORD_BREAKS}`;
  return `CASE WHEN ${operand} ~ '^[A-Za-z0-9 .,/()-]*$' THEN initcap(${operand}) ELSE (SELECT string_agg(upper(left(w[1], 1)) || lower(substr(w[1], 2)), '' ORDER BY n) FROM regexp_matches(${operand}, ${text(`[^${breaks}]+|[${breaks}]+`)}, 'g') WITH ORDINALITY AS words(w, n)) END`;
}

function asText({ sql, type }: TypedSql): string {
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

export const postgresSyntax: SqlSyntax = Object.freeze<SqlSyntax>({
  dialect: postgres,
  rowPosition: 'ctid',
  // A parallel scan returns rows as its workers find them, an index in its own order.
  inScanOrder:
    "SELECT set_config('max_parallel_workers_per_gather', '0', true), set_config('enable_indexscan', 'off', true), set_config('enable_bitmapscan', 'off', true), set_config('enable_indexonlyscan', 'off', true)",
  comparison(operator, left, right) {
    if (operator === 'is_distinct_from') return `${left.sql} IS DISTINCT FROM ${right.sql}`;
    return `${operator === '=' ? left.sql : byCodePoint(left)} ${operator} ${right.sql}`;
  },
  literal: (literal) => postgres.quoteLiteral(literal),
  textMatch(mode, operand, value) {
    const { pattern, escaped } = likePattern(mode, value);
    return `${operand} ILIKE ${text(pattern)}${escaped ? ` ESCAPE ${text('\\')}` : ''}`;
  },
  arithmetic(operator, left, right) {
    if (operator === '/') return `${exact(left)} / NULLIF(${exact(right)}, 0)`;
    return `${exact(left)} ${operator} ${exact(right)}`;
  },
  concat(operands, separator) {
    return `NULLIF(concat_ws(${text(separator)}, ${operands.map((operand) => `NULLIF(${asText(operand)}, '')`).join(', ')}), '')`;
  },
  textFunction(name, operand) {
    switch (name) {
      case 'trim':
        return `btrim(${operand}, E'${SPACES}')`;
      case 'upper':
        return `upper(${operand})`;
      case 'lower':
        return `lower(${operand})`;
      case 'title':
        return title(operand);
    }
  },
  datePart: (part, operand) => `extract(${part} FROM ${operand})::bigint`,
  localTime: (operand, timeZone) => `(${operand} AT TIME ZONE ${text(timeZone)})`,
  cast: (operand, type) => `${operand.sql}::${postgres.typeName(type)}`,
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
        return `avg(${exact(operand)})`;
      case 'min':
      case 'max':
        // PostgreSQL has no smallest boolean; false sorts before true.
        if (operand.type === 'boolean') return `${kind === 'min' ? 'bool_and' : 'bool_or'}(${operand.sql})`;
        return `${kind}(${byCodePoint(operand)})`;
    }
  },
  orderKey(column: string, type: ColumnType | null, descending) {
    // Nested data is only ever ordered to break ties.
    const key =
      type === 'json' ? `${column}::text COLLATE "C"` : type === 'text' ? `${column} COLLATE "C"` : column;
    return `${key}${descending ? ' DESC' : ''} NULLS LAST`;
  },
});
