import type { ColumnProfile, TableColumn } from '#contracts/warehouse';
import type { OrganizationWarehouse, StatementOptions } from './port.ts';
import type { Dialect } from './sql/dialect.ts';

const BINS = 12;
/** Rows of a sample: enough for shares to a percent, few enough to be there at once. */
export const PROFILE_SAMPLE_ROWS = 20_000;
/** Letters of a value that are shown. */
const SHOWN_LETTERS = 200;
/** A text column is taken for numbers or dates when so many of its values are; the others are what is wrong with it. */
const MAJORITY = 0.8;
const NUMBER = '^[[:space:]]*[-+]?[0-9][0-9,]*([.][0-9]+)?[[:space:]]*$';
const DATE =
  '^[[:space:]]*([0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ][0-9]{2,4}|[0-9]{1,2}[- ][A-Za-z]{3,9}[- ,]+[0-9]{2,4}|[A-Za-z]{3,9} [0-9]{1,2},? [0-9]{4})[[:space:]]*$';

/** Rows to look at: a relation that can stand after FROM, and what must stand before the SELECT. */
export interface ProfiledRows {
  readonly withClause: string;
  readonly from: string;
}

function isEmpty(column: TableColumn, quoted: string): string {
  return column.type === 'text' ? `(${quoted} IS NULL OR trim(${quoted}) = '')` : `${quoted} IS NULL`;
}

function isNumeric({ type }: TableColumn): boolean {
  return type === 'integer' || type === 'decimal' || type === 'float';
}

function isDated({ type }: TableColumn): boolean {
  return type === 'date' || type === 'timestamp' || type === 'timestamptz';
}

/** A value as a double, for a histogram: seconds since 1970 of a date. NULL for what is no number. */
function asDouble(column: TableColumn, quoted: string): string {
  if (isDated(column)) return `CAST(extract(epoch FROM ${quoted}) AS double precision)`;
  const value = `CAST(${quoted} AS double precision)`;
  return `CASE WHEN CAST(${quoted} AS text) IN ('NaN', 'Infinity', '-Infinity') THEN NULL ELSE ${value} END`;
}

/** One aggregate over all columns; each contributes numbered result columns. */
function summarySql(columns: readonly TableColumn[], rows: ProfiledRows, dialect: Dialect): string {
  const parts = columns.flatMap((column, index) => {
    const quoted = dialect.quoteIdentifier(column.name);
    const comparable = column.type !== 'json' && column.type !== 'boolean';
    const text = (expression: string) => `left(CAST(${expression} AS text), ${SHOWN_LETTERS})`;
    const matching = (pattern: string) =>
      `count(*) FILTER (WHERE ${quoted} ~ ${dialect.quoteLiteral({ type: 'text', value: pattern })})`;
    const hasRange = isNumeric(column) || isDated(column);
    const double = asDouble(column, quoted);
    return [
      `count(*) FILTER (WHERE ${isEmpty(column, quoted)}) AS e${index}`,
      column.type === 'json' ? `NULL AS d${index}` : `count(DISTINCT ${quoted}) AS d${index}`,
      comparable ? `${text(`min(${quoted})`)} AS n${index}` : `NULL AS n${index}`,
      comparable ? `${text(`max(${quoted})`)} AS x${index}` : `NULL AS x${index}`,
      isNumeric(column) ? `avg(${double}) AS a${index}` : `NULL AS a${index}`,
      ...(hasRange ? [`min(${double}) AS l${index}`, `max(${double}) AS h${index}`] : []),
      ...(isNumeric(column)
        ? [`count(*) FILTER (WHERE CAST(${quoted} AS text) IN ('NaN', 'Infinity', '-Infinity')) AS i${index}`]
        : []),
      ...(column.type === 'text'
        ? [
            `${matching(NUMBER)} AS u${index}`,
            `${matching(DATE)} AS t${index}`,
            `count(*) FILTER (WHERE ${quoted} <> trim(${quoted}) AND trim(${quoted}) <> '') AS s${index}`,
          ]
        : []),
    ];
  });
  return `${rows.withClause}\nSELECT ${['count(*) AS n', ...parts].join(', ')} FROM ${rows.from}`;
}

interface Range {
  readonly low: number;
  readonly high: number;
}

/** The most frequent values of a column, and the bins of its histogram, as rows of one statement over all columns. */
function detailSql(
  columns: readonly TableColumn[],
  ranges: readonly (Range | null)[],
  rows: ProfiledRows,
  dialect: Dialect,
  top: number,
): string {
  const parts = columns.flatMap((column, index) => {
    if (column.type === 'json') return [];
    const quoted = dialect.quoteIdentifier(column.name);
    const range = ranges[index] ?? null;
    const tops = `(SELECT ${index} AS c, CAST(NULL AS integer) AS bin, left(CAST(${quoted} AS text), ${SHOWN_LETTERS}) AS value, count(*) AS n FROM sampled WHERE NOT (${isEmpty(column, quoted)}) GROUP BY ${quoted} ORDER BY n DESC, ${quoted} LIMIT ${top})`;
    if (range === null) return [tops];
    const number = (value: number) => `CAST('${value}' AS double precision)`;
    const bin =
      range.high === range.low
        ? '0'
        : `LEAST(${BINS - 1}, CAST(floor((v - ${number(range.low)}) / ${number((range.high - range.low) / BINS)}) AS integer))`;
    return [
      tops,
      `(SELECT ${index}, b, CAST(NULL AS text), count(*) FROM (SELECT ${bin} AS b FROM (SELECT ${asDouble(column, quoted)} AS v FROM sampled) AS doubles WHERE v IS NOT NULL) AS bins GROUP BY b)`,
    ];
  });
  const names = columns.map(({ name }) => dialect.quoteIdentifier(name)).join(', ');
  const before = rows.withClause === '' ? 'WITH ' : `${rows.withClause},\n`;
  return `${before}sampled AS MATERIALIZED (SELECT ${names} FROM ${rows.from})\n${parts.join('\nUNION ALL ')}`;
}

function numberOrNull(value: unknown): number | null {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value !== '' && Number.isFinite(Number(value)) ? Number(value) : null;
}
/** min and max are cast to text by the statement. */
function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** An edge of a bin as people read it: a date, or a number without the noise of its last digits. */
function edge(value: number, column: TableColumn): string {
  if (!isDated(column)) return String(Number(value.toPrecision(6)));
  const text = new Date(value * 1000).toISOString();
  return column.type === 'date' ? text.slice(0, 10) : text;
}

/** A typed value of the most frequent ones; the statement gives all of them as text. */
function topValue(text: unknown, column: TableColumn): unknown {
  if (typeof text !== 'string') return null;
  if (column.type === 'boolean') return text === 'true' || text === 't';
  if (!isNumeric(column)) return text;
  const value = Number(text);
  return String(value) === text ? value : text;
}

/**
 * Statistics of columns in two statements, whatever their number.
 *
 * @param top how many of the most frequent values
 * @returns also the number of rows that were looked at
 */
export async function profileColumns(
  warehouse: OrganizationWarehouse,
  columns: readonly TableColumn[],
  rows: ProfiledRows,
  top: number,
  options: StatementOptions,
): Promise<{ readonly columns: ColumnProfile[]; readonly rows: number }> {
  const { dialect } = warehouse.capabilities;
  if (columns.length === 0) return { columns: [], rows: 0 };
  return warehouse.transaction(
    async (session) => {
      const summary = (await session.query(summarySql(columns, rows, dialect))).rows[0] ?? {};
      const count = Number(summary['n'] ?? 0);
      const ranges = columns.map((_, index): Range | null => {
        const low = numberOrNull(summary[`l${index}`]);
        const high = numberOrNull(summary[`h${index}`]);
        return low === null || high === null ? null : { low, high };
      });
      const asked = columns.some(({ type }) => type !== 'json');
      const details = asked ? (await session.query(detailSql(columns, ranges, rows, dialect, top))).rows : [];
      return {
        rows: count,
        columns: columns.map((column, index): ColumnProfile => {
          const mine = details.filter((detail) => Number(detail['c']) === index);
          const number = (letter: string) => Number(summary[`${letter}${index}`] ?? 0);
          const filled = count - number('e');
          const looksLike = column.type === 'text' ? majority(filled, number('u'), number('t')) : null;
          return {
            name: column.name,
            type: column.type,
            row_count: count,
            empty_count: number('e'),
            invalid_count:
              looksLike === null ? number('i') : filled - number(looksLike === 'numbers' ? 'u' : 't'),
            untrimmed_count: number('s'),
            looks_like: looksLike,
            distinct_count: numberOrNull(summary[`d${index}`]),
            min: textOrNull(summary[`n${index}`]),
            max: textOrNull(summary[`x${index}`]),
            mean: numberOrNull(summary[`a${index}`]),
            top: mine
              .filter(({ bin }) => bin === null)
              .map((detail) => ({ value: topValue(detail['value'], column), count: Number(detail['n']) })),
            histogram: histogram(
              column,
              ranges[index] ?? null,
              new Map(
                mine.flatMap(({ bin, n }) => (bin === null ? [] : [[Number(bin), Number(n)] as const])),
              ),
            ),
          };
        }),
      };
    },
    { ...options, readOnly: true },
  );
}

function majority(filled: number, numbers: number, dates: number): ColumnProfile['looks_like'] {
  if (filled === 0) return null;
  if (numbers / filled >= MAJORITY) return 'numbers';
  return dates / filled >= MAJORITY ? 'dates' : null;
}

function histogram(
  column: TableColumn,
  range: Range | null,
  counts: ReadonlyMap<number, number>,
): ColumnProfile['histogram'] {
  if (range === null || counts.size === 0) return [];
  const { low, high } = range;
  if (low === high) return [{ from: edge(low, column), to: edge(high, column), count: counts.get(0) ?? 0 }];
  const width = (high - low) / BINS;
  return Array.from({ length: BINS }, (_, bin) => ({
    from: edge(low + bin * width, column),
    to: edge(low + (bin + 1) * width, column),
    count: counts.get(bin) ?? 0,
  }));
}
