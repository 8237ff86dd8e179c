import pg from 'pg';
import { z } from 'zod';
import { AppError } from '#platform/errors';
import type { Connector, ConnectorContext, RecordStream, SourceRecord, StreamState } from '../../port.ts';
import { countLongValues, mostValueBytes } from '../../databases/long-values.ts';
import { parseJson } from '../../services/parse-json.ts';
import { parseSettings } from '../parse-settings.ts';
import { withPostgres } from './connect-postgres.ts';
import { postgresSettings, type PostgresSettings } from './postgres-settings.ts';
import { listTables, type PostgresColumn, type PostgresTable, readColumns } from './read-catalog.ts';

/** Rows that are fetched first; how many further ones follows from their size. */
const firstRows = 20;
const mostRows = 2_000;
/** Characters that are to be in memory at once, about: a row may be some megabytes long. */
const fetchedCharacters = 4_000_000;

/** Tables and views of a PostgreSQL database. A stream is `schema.table`. */
export const postgresConnector: Connector<PostgresSettings> = {
  type: 'postgres',
  info: {
    title: 'PostgreSQL',
    description: 'Tables and views of a database, whole or only what is new.',
    icon: 'database',
    category: 'database',
    spec: { ...z.toJSONSchema(postgresSettings, { io: 'input' }), title: 'PostgreSQL' },
  },
  capabilities: { delivers: 'records', incremental: true, manyStreams: true },
  parseConfig: (config) => parseSettings(postgresSettings, config),
  check: async (context, settings, signal) => {
    await tablesOf(context, settings, signal);
  },
  discover: async (context, settings, signal) =>
    (await tablesOf(context, settings, signal)).map((table) => ({
      name: streamName(table),
      title: table.schema === 'public' ? table.name : streamName(table),
      rows: table.rows,
    })),
  open: openTable,
};

function streamName({ schema, name }: Pick<PostgresTable, 'schema' | 'name'>): string {
  return `${schema}.${name}`;
}

async function tablesOf(
  context: ConnectorContext,
  settings: PostgresSettings,
  signal: AbortSignal,
): Promise<PostgresTable[]> {
  return only(
    withPostgres(context, settings, signal, async function* (client) {
      yield await listTables(client);
    }),
  );
}

/** The one thing that a generator gives. */
async function only<T>(items: AsyncGenerator<T>): Promise<T> {
  for await (const item of items) return item;
  throw new Error('nothing was read');
}

async function openTable(
  context: ConnectorContext,
  settings: PostgresSettings,
  stream: string,
  signal: AbortSignal,
  state?: StreamState,
): Promise<RecordStream> {
  const { table, columns, primaryKey } = await only(
    withPostgres(context, settings, signal, async function* (client) {
      const found = (await listTables(client)).find((one) => streamName(one) === stream);
      if (found === undefined)
        throw new AppError('source_not_found', `There is no table “${stream}” that can be read.`);
      yield { table: found, ...(await readColumns(client, found)) };
    }),
  );
  const { incremental } = settings;
  const cursor =
    incremental.kind === 'cursor' && primaryKey.length > 0
      ? columns.find(({ name, isJson }) => name === incremental.column && !isJson)
      : undefined;
  const known = typeof state?.['cursor'] === 'string' ? state['cursor'] : undefined;
  let last = known;
  const long = countLongValues(columns.map(({ name }) => name));

  const batches = withPostgres(context, settings, signal, async function* (client) {
    const from = `${pg.escapeIdentifier(table.schema)}.${pg.escapeIdentifier(table.name)}`;
    let where = '';
    if (cursor !== undefined) {
      const column = pg.escapeIdentifier(cursor.name);
      // Of the state of the database that the rows are read from.
      const { rows } = await client.query<{ last: string | null }>(
        `SELECT max(${column})::text AS last FROM ${from}`,
      );
      last = rows[0]?.last ?? known;
      // Rows at the cursor itself are read again and replace themselves, so none is missed.
      if (known !== undefined) where = ` WHERE ${column} >= ${pg.escapeLiteral(known)}::${cursor.sqlType}`;
    }
    if (columns.length === 0) return;
    // What a view computes, it computes once: the inner query is not merged into the outer.
    const inner = `SELECT ${columns.map(({ name }) => pg.escapeIdentifier(name)).join(', ')} FROM ${from}${where} OFFSET 0`;
    await client.query(
      `DECLARE source_rows NO SCROLL CURSOR FOR SELECT ${columns.map(selected).join(', ')}, ${flagsOf(columns)} FROM (${inner}) q`,
    );
    for (let count = firstRows; ;) {
      const { rows } = await client.query<(string | null)[]>({
        text: `FETCH ${count} FROM source_rows`,
        rowMode: 'array',
      });
      if (rows.length === 0) return;
      count = nextCount(rows);
      for (const row of rows) long.note(row[columns.length]);
      yield rows.map((row) => recordOf(row, columns));
    }
  });
  return {
    kind: 'records',
    disposition: cursor === undefined ? 'replace' : 'merge',
    ...(primaryKey.length === 0 ? {} : { primaryKey }),
    fields: columns.map(({ name, type }) => ({ path: [name], type, label: name })),
    hasFixedFields: cursor === undefined,
    batches,
    longValues: long.found,
    expectedRows: () => (known === undefined ? table.rows : undefined),
    ...(cursor === undefined
      ? {}
      : {
          cursorField: cursor.name,
          nextState: () => (last === undefined ? { seen: true } : { cursor: last }),
        }),
  };
}

/** As many rows like these as fit into memory; never much more than before, for the next may be longer. */
function nextCount(rows: readonly (readonly (string | null)[])[]): number {
  let characters = 1;
  for (const row of rows) for (const value of row) characters += value?.length ?? 0;
  const fitting = Math.floor((fetchedCharacters * rows.length) / characters);
  return Math.max(1, Math.min(mostRows, rows.length * 10, fitting));
}

function selected(column: PostgresColumn): string {
  const name = pg.escapeIdentifier(column.name);
  const value = column.isJson ? `to_jsonb(${name})::text` : name;
  const isLong = longer(column);
  return isLong === undefined ? value : `CASE WHEN ${isLong} THEN NULL ELSE ${value} END`;
}

/** Whether a value is too long to be read: the length stands before it, so nothing of it is looked at. */
function longer({ name, isUnbounded }: PostgresColumn): string | undefined {
  return isUnbounded ? `octet_length(${pg.escapeIdentifier(name)}) > ${mostValueBytes}` : undefined;
}

function flagsOf(columns: readonly PostgresColumn[]): string {
  const flags = columns.flatMap((column, index) => {
    const isLong = longer(column);
    return isLong === undefined ? [] : [`CASE WHEN ${isLong} THEN '${index}' END`];
  });
  return flags.length === 0 ? 'NULL' : `concat_ws(',', VARIADIC ARRAY[${flags.join(', ')}])`;
}

function recordOf(row: readonly (string | null)[], columns: readonly PostgresColumn[]): SourceRecord {
  const record: Record<string, unknown> = {};
  for (const [index, { name, isJson, isBoolean }] of columns.entries()) {
    const value = row[index] ?? null;
    if (value === null) record[name] = null;
    else if (isJson) record[name] = parseJson(value);
    else if (isBoolean) record[name] = value === 't';
    else record[name] = value;
  }
  return record;
}
