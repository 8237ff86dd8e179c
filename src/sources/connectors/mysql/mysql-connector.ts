import { z } from 'zod';
import { AppError } from '#platform/errors';
import type { Connector, ConnectorContext, RecordStream, SourceRecord, StreamState } from '../../port.ts';
import { countLongValues } from '../../databases/long-values.ts';
import { parseSettings } from '../parse-settings.ts';
import { type MysqlRow, type MysqlSession, withMysql } from './connect-mysql.ts';
import { mysqlSettings, type MysqlSettings } from './mysql-settings.ts';
import { quoteName, quoteText } from './quote.ts';
import { listTables, type MysqlColumn, type MysqlTable, readColumns } from './read-catalog.ts';
import { type ColumnReader, columnReader } from './read-value.ts';

/** Tables and views of a MySQL or MariaDB database. A stream is a table of the database that was named. */
export const mysqlConnector: Connector<MysqlSettings> = {
  type: 'mysql',
  info: {
    title: 'MySQL and MariaDB',
    description: 'Tables and views of a database, whole or only what is new.',
    icon: 'database',
    category: 'database',
    spec: { ...z.toJSONSchema(mysqlSettings, { io: 'input' }), title: 'MySQL and MariaDB' },
  },
  capabilities: { delivers: 'records', incremental: true, manyStreams: true },
  parseConfig: (config) => parseSettings(mysqlSettings, config),
  check: async (context, settings, signal) => {
    await tablesOf(context, settings, signal);
  },
  discover: async (context, settings, signal) =>
    (await tablesOf(context, settings, signal)).map(({ name, rows }) => ({ name, title: name, rows })),
  open: openTable,
};

function tablesOf(context: ConnectorContext, settings: MysqlSettings, signal: AbortSignal) {
  return once(context, settings, signal, listTables);
}

/** What one look at the database gives. */
async function once<T>(
  context: ConnectorContext,
  settings: MysqlSettings,
  signal: AbortSignal,
  look: (session: MysqlSession) => Promise<T>,
): Promise<T> {
  const looked = withMysql(context, settings, signal, async function* (session) {
    yield await look(session);
  });
  for await (const found of looked) return found;
  throw new Error('nothing was read');
}

/** What is remembered of a table: how far it was read, and which of its flags turned out to be numbers. */
interface Known {
  readonly cursor: string;
  readonly numbers: readonly string[];
}

async function openTable(
  context: ConnectorContext,
  settings: MysqlSettings,
  stream: string,
  signal: AbortSignal,
  state?: StreamState,
): Promise<RecordStream> {
  const { incremental } = settings;
  let known = readState(state);
  const { table, readers, primaryKey, cursor, numbers } = await once(
    context,
    settings,
    signal,
    async (session) => {
      const found = (await listTables(session)).find(({ name }) => name === stream);
      if (found === undefined)
        throw new AppError('source_not_found', `There is no table “${stream}” that can be read.`);
      const catalog = await readColumns(session, stream);
      const readersOf = (numbers: ReadonlySet<string>) =>
        catalog.columns.map((column) =>
          columnReader(column, isTinyint1(column) && !numbers.has(column.name), settings.geometry),
        );
      const wanted =
        incremental.kind === 'cursor' && catalog.primaryKey.length > 0 ? incremental.column : undefined;
      const by = readersOf(new Set()).find(({ name, cursor: kind }) => name === wanted && kind !== undefined);
      const before = new Set(known?.numbers);
      const flags = catalog.columns.filter((column) => isTinyint1(column) && !before.has(column.name));
      const where = by === undefined || known === undefined ? '' : behind(by, known.cursor);
      const more = await holdMore(session, flags, found, where);
      // What is loaded as yes and no has become a number: the rows of before are read again, as numbers.
      if (more.length > 0) known = undefined;
      const all = new Set([...before, ...more]);
      return {
        table: found,
        readers: readersOf(all),
        primaryKey: catalog.primaryKey,
        cursor: by,
        numbers: [...all],
      };
    },
  );
  const continued = known;
  let last = continued?.cursor;
  const long = countLongValues(readers.map(({ name }) => name));

  const batches = withMysql(context, settings, signal, async function* (session) {
    const from = quoteName(table.name);
    let where = '';
    if (cursor !== undefined) {
      // Of the state of the database that the rows are read from.
      const [row] = await session.query(`SELECT MAX(${cursor.sql}) FROM ${from}`);
      last = row?.[0] ?? last;
      // Rows at the cursor itself are read again and replace themselves, so none is missed.
      if (continued !== undefined) where = behind(cursor, continued.cursor);
    }
    if (readers.length === 0) return;
    const flags = readers.flatMap(({ isLong }, index) =>
      isLong === undefined ? [] : [`IF(${isLong}, '${index}', NULL)`],
    );
    const selected = [
      ...readers.map(({ sql, isLong }) => (isLong === undefined ? sql : `IF(${isLong}, NULL, ${sql})`)),
      flags.length === 0 ? 'NULL' : `CONCAT_WS(',', ${flags.join(', ')})`,
    ].join(', ');
    for await (const rows of session.stream(`SELECT ${selected} FROM ${from}${where}`)) {
      for (const row of rows) long.note(row[readers.length]?.toString('latin1'));
      yield rows.map((row) => recordOf(row, readers));
    }
  });
  return {
    kind: 'records',
    disposition: cursor === undefined || continued === undefined ? 'replace' : 'merge',
    ...(primaryKey.length === 0 ? {} : { primaryKey }),
    fields: readers.map(({ name, type }) => ({ path: [name], type, label: name })),
    hasFixedFields: cursor === undefined,
    batches,
    longValues: long.found,
    ...(cursor === undefined ? {} : { cursorField: cursor.name }),
    expectedRows: () => (continued === undefined ? table.rows : undefined),
    ...(cursor === undefined
      ? {}
      : { nextState: () => (last === undefined ? { seen: true } : { cursor: last, numbers }) }),
  };
}

function readState(state: StreamState | undefined): Known | undefined {
  const cursor = state?.['cursor'];
  const numbers = state?.['numbers'];
  return typeof cursor === 'string' && Array.isArray(numbers)
    ? { cursor, numbers: numbers.filter((name) => typeof name === 'string') }
    : undefined;
}

function behind({ sql, cursor }: ColumnReader, value: string): string {
  const isPlain = cursor === 'number' ? /^[-+.\deE]+$/.test(value) : /^[-+.:\d ]+$/.test(value);
  const literal =
    cursor === 'text' || !isPlain ? quoteText(value) : cursor === 'number' ? value : `'${value}'`;
  return ` WHERE ${sql} >= ${literal}`;
}

/** MySQL has no type for yes and no: people use `tinyint(1)`, and some keep small numbers in it. */
function isTinyint1({ dataType, columnType }: MysqlColumn): boolean {
  return dataType === 'tinyint' && columnType === 'tinyint(1)';
}

/** Names of those columns that hold more than 0 and 1. */
async function holdMore(
  session: MysqlSession,
  columns: readonly MysqlColumn[],
  table: MysqlTable,
  where: string,
): Promise<string[]> {
  if (columns.length === 0) return [];
  const sums = columns.map(({ name }) => `MAX(${quoteName(name)} NOT IN (0, 1))`).join(', ');
  const [row] = await session.query(`SELECT ${sums} FROM ${quoteName(table.name)}${where}`);
  return columns.filter((_, index) => row?.[index] === '1').map(({ name }) => name);
}

function recordOf(row: MysqlRow, readers: readonly ColumnReader[]): SourceRecord {
  const record: Record<string, unknown> = {};
  for (const [index, { name, read }] of readers.entries()) {
    const bytes = row[index];
    record[name] = bytes === null || bytes === undefined ? null : read(bytes);
  }
  return record;
}
