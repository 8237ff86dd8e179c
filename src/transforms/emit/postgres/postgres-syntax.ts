import type { ColumnType } from '#contracts/column-types';
import { dialects } from '#warehouse';
import {
  likePattern,
  standardLateral,
  standardNumbered,
  WORD_BREAKS,
  type SqlSyntax,
  type TypedSql,
} from '../sql-syntax.ts';
import { postgresCast, postgresText } from './postgres-cast.ts';
import { quotient, tenPlaces } from './postgres-decimal.ts';
import { postgresFunctions } from './postgres-functions.ts';
import { postgresKeeping } from './postgres-keeping.ts';
import { POSTGRES_SPACES } from './postgres-spaces.ts';

const { postgres } = dialects;

const text = (value: string): string => postgres.quoteLiteral({ type: 'text', value });

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
  const breaks = `${POSTGRES_SPACES}${WORD_BREAKS}`;
  return `CASE WHEN ${operand} ~ '^[A-Za-z0-9 .,/()-]*$' THEN initcap(${operand}) ELSE (SELECT string_agg(upper(left(w[1], 1)) || lower(substr(w[1], 2)), '' ORDER BY n) FROM regexp_matches(${operand}, ${text(`[^${breaks}]+|[${breaks}]+`)}, 'g') WITH ORDINALITY AS words(w, n)) END`;
}

export const postgresSyntax: SqlSyntax = Object.freeze<SqlSyntax>({
  dialect: postgres,
  rowPosition: 'ctid',
  // PostgreSQL merges plain subqueries: a part that is named four times would be computed four times.
  computedOnce: '\n  OFFSET 0',
  plannedApart: 'MATERIALIZED',
  noRowPosition: 'NULL::tid',
  // A parallel scan returns rows as its workers find them, an index in its own order.
  inScanOrder:
    "SELECT set_config('max_parallel_workers_per_gather', '0', true), set_config('enable_indexscan', 'off', true), set_config('enable_bitmapscan', 'off', true), set_config('enable_indexonlyscan', 'off', true)",
  readsOwnSql: true,
  groupsNestedData: true,
  keeping: postgresKeeping,
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
    if (operator === '/') return quotient(exact(left), exact(right));
    const result = `${exact(left)} ${operator} ${exact(right)}`;
    // A whole number has no places to multiply.
    return operator === '*' && left.type !== 'integer' && right.type !== 'integer'
      ? tenPlaces(result)
      : result;
  },
  concat(operands, separator) {
    return `NULLIF(concat_ws(${text(separator)}, ${operands.map((operand) => `NULLIF(${postgresText(operand)}, '')`).join(', ')}), '')`;
  },
  textFunction(name, operand) {
    switch (name) {
      case 'trim':
        return `btrim(${operand}, E'${POSTGRES_SPACES}')`;
      case 'upper':
        return `upper(${operand})`;
      case 'lower':
        return `lower(${operand})`;
      case 'title':
        return title(operand);
    }
  },
  datePart: (part, operand) =>
    part === 'second'
      ? `floor(extract(second FROM ${operand}))::bigint`
      : `extract(${part === 'weekday' ? 'isodow' : part} FROM ${operand})::bigint`,
  localTime: (operand, timeZone) => `(${operand} AT TIME ZONE ${text(timeZone)})`,
  cast: postgresCast,
  functions: postgresFunctions,
  aggregate(kind, operand, details = {}) {
    const { filter = '', order = '', fraction = 0.5, separator = ', ' } = details;
    if (operand === null || kind === 'count_rows') return `count(*)${filter}`;
    switch (kind) {
      case 'count':
        return `count(${operand.sql})${filter}`;
      case 'count_distinct':
        return `count(DISTINCT ${operand.sql})${filter}`;
      case 'sum':
        return `sum(${exact(operand)})${filter}`;
      case 'average':
        return quotient(`sum(${exact(operand)})${filter}`, `count(${operand.sql})${filter}`);
      case 'percentile':
        return tenPlaces(
          `(percentile_cont(${fraction}) WITHIN GROUP (ORDER BY ${operand.sql}::double precision)${filter})::numeric`,
        );
      case 'list': {
        const value = `${postgresText(operand)} COLLATE "C"`;
        return `string_agg(DISTINCT ${value}, ${text(separator)} ORDER BY ${value})${filter}`;
      }
      case 'first':
        return `(array_agg(${operand.sql} ORDER BY ${order})${filter})[1]`;
      case 'min':
      case 'max':
        // PostgreSQL has no smallest boolean; false sorts before true.
        if (operand.type === 'boolean')
          return `${kind === 'min' ? 'bool_and' : 'bool_or'}(${operand.sql})${filter}`;
        return `${kind}(${byCodePoint(operand)})${filter}`;
    }
  },
  parts(list, separator) {
    const values =
      separator === null
        ? `jsonb_array_elements_text(CASE WHEN jsonb_typeof(${list}) = 'array' THEN ${list} ELSE '[]'::jsonb END)`
        : `unnest(string_to_array(${list}, ${text(separator)}))`;
    const value = `btrim(part, E'${POSTGRES_SPACES}')`;
    return `SELECT ${value} AS value, n FROM ${values} WITH ORDINALITY AS parts(part, n) WHERE ${value} <> ''`;
  },
  lateral: standardLateral,
  series: (upTo, column) => `LATERAL generate_series(1::bigint, ${upTo}) AS series(${column})`,
  numbered: standardNumbered,
  orderKey(column: string, type: ColumnType | null, descending) {
    // Nested data is only ever ordered to break ties.
    const key =
      type === 'json' ? `${column}::text COLLATE "C"` : type === 'text' ? `${column} COLLATE "C"` : column;
    return `${key}${descending ? ' DESC' : ''} NULLS LAST`;
  },
});
