import { dialects } from '#warehouse';
import { likePattern, WORD_BREAKS, type SqlSyntax } from '../sql-syntax.ts';
import { UnsupportedByDialect } from '../unsupported-by-dialect.ts';
import { BIGQUERY_SPACES, bigqueryCast, bigqueryText, exactDecimal } from './bigquery-cast.ts';
import { bigqueryFunctions } from './bigquery-functions.ts';

const { bigquery } = dialects;
const text = (value: string): string => bigquery.quoteLiteral({ type: 'text', value });

/** What ends a word, as characters: BigQuery takes a list of them, not a pattern. */
const DELIMITERS = `${BIGQUERY_SPACES.slice(0, -1)}${text(WORD_BREAKS.replaceAll(/\\(.)/g, '$1')).slice(1)}`;

/** Beyond what 38 digits before the point hold, a number is empty instead of an error. */
const operators = {
  '+': 'SAFE_ADD',
  '-': 'SAFE_SUBTRACT',
  '*': 'SAFE_MULTIPLY',
  '/': 'SAFE_DIVIDE',
} as const;

export const bigquerySyntax: SqlSyntax = Object.freeze<SqlSyntax>({
  dialect: bigquery,
  rowPosition: null,
  computedOnce: '',
  plannedApart: null,
  noRowPosition: null,
  inScanOrder: null,
  keeping: null,
  readsOwnSql: false,
  groupsNestedData: false,
  comparison(operator, left, right) {
    return `${left.sql} ${operator === 'is_distinct_from' ? 'IS DISTINCT FROM' : operator} ${right.sql}`;
  },
  literal: (literal) => bigquery.quoteLiteral(literal),
  textMatch(mode, operand, value) {
    // There is no ILIKE, and a backslash escapes a wildcard without saying so.
    return `LOWER(${operand}) LIKE LOWER(${text(likePattern(mode, value).pattern)})`;
  },
  arithmetic(operator, left, right) {
    const result = `${operators[operator]}(${exactDecimal(left)}, ${exactDecimal(right)})`;
    const isWhole = left.type === 'integer' && right.type === 'integer';
    return operator === '/' || (operator === '*' && !isWhole) ? `ROUND(${result}, 10)` : result;
  },
  concat(operands, separator) {
    return `NULLIF(ARRAY_TO_STRING([${operands.map((operand) => `NULLIF(${bigqueryText(operand)}, '')`).join(', ')}], ${text(separator)}), '')`;
  },
  textFunction(name, operand) {
    switch (name) {
      case 'trim':
        return `TRIM(${operand}, ${BIGQUERY_SPACES})`;
      case 'upper':
        return `UPPER(${operand})`;
      case 'lower':
        return `LOWER(${operand})`;
      case 'title':
        return `INITCAP(${operand}, ${DELIMITERS})`;
    }
  },
  datePart(part, operand) {
    // Sunday is 1 there; the week of everybody else here begins on Monday.
    if (part === 'weekday') return `(MOD(EXTRACT(DAYOFWEEK FROM ${operand}) + 5, 7) + 1)`;
    return `EXTRACT(${part === 'week' ? 'ISOWEEK' : part.toUpperCase()} FROM ${operand})`;
  },
  localTime: (operand, timeZone, type) =>
    `${type === 'timestamp' ? 'DATETIME' : 'TIMESTAMP'}(${operand}, ${text(timeZone)})`,
  cast: bigqueryCast,
  functions: bigqueryFunctions,
  aggregate(kind, operand, details = {}) {
    const { condition, order = '', separator = ', ' } = details;
    const only = (sql: string): string => (condition === undefined ? sql : `IF(${condition}, ${sql}, NULL)`);
    if (operand === null || kind === 'count_rows')
      return condition === undefined ? 'COUNT(*)' : `COUNTIF(${condition})`;
    if (operand.type === 'json' && (kind === 'count_distinct' || kind === 'list'))
      throw new UnsupportedByDialect('BigQuery cannot compare nested data. Take its fields apart first.');
    switch (kind) {
      case 'count':
        return `COUNT(${only(operand.sql)})`;
      case 'count_distinct':
        return `COUNT(DISTINCT ${only(operand.sql)})`;
      case 'sum':
        return `SUM(${only(exactDecimal(operand))})`;
      case 'average':
        return `ROUND(SAFE_DIVIDE(SUM(${only(exactDecimal(operand))}), CAST(COUNT(${only(operand.sql)}) AS BIGNUMERIC)), 10)`;
      case 'percentile':
        throw new UnsupportedByDialect(
          'BigQuery has no exact median or percentile of a group. Use an average, or PostgreSQL.',
        );
      case 'list': {
        const value = only(bigqueryText(operand));
        return `STRING_AGG(DISTINCT ${value}, ${text(separator)} ORDER BY ${value})`;
      }
      case 'first': {
        const value = `STRUCT(${operand.sql} AS v)`;
        return `ARRAY_AGG(${only(value)} IGNORE NULLS ORDER BY ${order} LIMIT 1)[SAFE_OFFSET(0)].v`;
      }
      case 'min':
      case 'max':
        if (operand.type === 'boolean')
          return `${kind === 'min' ? 'LOGICAL_AND' : 'LOGICAL_OR'}(${only(operand.sql)})`;
        return `${kind.toUpperCase()}(${only(operand.sql)})`;
    }
  },
  parts(list, separator) {
    const values =
      separator === null ? `UNNEST(JSON_QUERY_ARRAY(${list}))` : `UNNEST(SPLIT(${list}, ${text(separator)}))`;
    const part =
      separator === null
        ? `IF(JSON_TYPE(part) IN ('object', 'array'), TO_JSON_STRING(part), JSON_VALUE(part, '$'))`
        : 'part';
    const value = `TRIM(${part}, ${BIGQUERY_SPACES})`;
    return `SELECT AS STRUCT ${value} AS value, n + 1 AS n FROM ${values} AS part WITH OFFSET AS n WHERE ${value} <> ''`;
  },
  lateral: (parts, alias) => `LEFT JOIN UNNEST(ARRAY(${parts})) AS ${alias}`,
  series: (upTo, column) => `UNNEST(GENERATE_ARRAY(1, ${upTo})) AS ${column}`,
  numbered: (labels, alias) =>
    `UNNEST([${labels.map((label, index) => (index === 0 ? `STRUCT(1 AS n, ${label} AS label)` : `(${index + 1}, ${label})`)).join(', ')}]) AS ${alias}`,
  orderKey(column, type, descending) {
    const key = type === 'json' ? `TO_JSON_STRING(${column})` : column;
    // Wherever ORDER BY stands; inside of an aggregate NULLS LAST is not understood.
    return `${column} IS NULL, ${key}${descending ? ' DESC' : ''}`;
  },
});
