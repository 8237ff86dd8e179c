import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { stagingPrefix, type Dialect, type OrganizationWarehouse } from '#warehouse';
import { delimiterCharacter } from '../csv/csv-dialect.ts';
import { type CopyRows, readCsvForCopy } from '../csv/read-csv-for-copy.ts';

/** A finished table that nobody reads yet. */
export interface FilledStaging {
  readonly name: string;
  /** To be run in the transaction that publishes it. */
  readonly finishingSql: readonly string[];
  readonly rows: number;
}

/** One of the tables that a file was read into: more than one where it is too wide. */
export interface StagedFileTable extends FilledStaging {
  /** Physical name under which people are to know it. */
  readonly targetTable: string;
  /** Names of its columns, without the loader's own. */
  readonly columns: readonly string[];
}

/**
 * Makes a staging table and fills it by COPY, in one transaction: when anything fails, nothing of it is left.
 *
 * Each row gets `_dlt_id`: 14 characters, unique by construction, and rising in the order of the file. One connection
 * only: with two, the table's physical order, which every page without a sort shows, would
 * no longer be the file's. `_dlt_load_id` is the same in all rows, so it is added behind the load as a default that
 * PostgreSQL keeps once, not 1,000,000 times (17 MB of a million rows).
 *
 * @throws what `rows.segments()` throws, AppError of the warehouse.
 */
export async function fillStagingTable(
  warehouse: OrganizationWarehouse,
  file: string,
  rows: CopyRows,
  options: {
    readonly runToken: string;
    readonly loadId: string;
    readonly signal: AbortSignal | undefined;
    readonly onBytes: (count: number) => void;
  },
): Promise<FilledStaging> {
  const { dialect } = warehouse.capabilities;
  const name = `${stagingPrefix(options.runToken)}_${randomBytes(3).toString('hex')}`;
  const table = dialect.quoteTable({ schema: warehouse.schema, name });
  const sequence = dialect.quoteTable({ schema: warehouse.schema, name: `${name}_ids` });
  const literal = (value: string) => dialect.quoteLiteral({ type: 'text', value });
  const columns = rows.columns.map(
    (column) => `${dialect.quoteIdentifier(column.name)} ${dialect.typeName(column.type)}`,
  );
  // Four characters that tell loads apart, ten digits that count.
  const idPrefix = randomBytes(3).toString('base64url');
  const copied = await warehouse.transaction(
    async (session) => {
      await session.query(`CREATE SEQUENCE ${sequence} START 1000000000 CACHE 10000`);
      await session.query(
        `CREATE TABLE ${table} (${[
          ...columns,
          `"_dlt_id" text COLLATE "C" NOT NULL DEFAULT (${literal(idPrefix)} || nextval(${literal(sequence)}))`,
        ].join(', ')})`,
      );
      await session.query(`ALTER SEQUENCE ${sequence} OWNED BY ${table}."_dlt_id"`);
      await session.query(`SET LOCAL DateStyle = 'ISO, ${rows.dayOrder === 'mdy' ? 'MDY' : 'DMY'}'`);
      const pieces = counted(readCsvForCopy(file, rows, { signal: options.signal }), options.onBytes);
      return session.copyFrom(copySql(dialect, table, rows), Readable.from(pieces, { objectMode: false }), {
        signal: options.signal,
      });
    },
    { signal: options.signal },
  );
  return {
    name,
    rows: copied,
    finishingSql: [
      `ALTER TABLE ${table} ALTER COLUMN "_dlt_id" DROP DEFAULT, ADD COLUMN "_dlt_load_id" text NOT NULL DEFAULT ${literal(options.loadId)}`,
      `ALTER TABLE ${table} ALTER COLUMN "_dlt_load_id" DROP DEFAULT`,
      `DROP SEQUENCE ${sequence}`,
    ],
  };
}

function copySql(dialect: Dialect, table: string, rows: CopyRows): string {
  const { delimiter, quote, escape } = rows.dialect;
  const columns = rows.columns.map((column) => dialect.quoteIdentifier(column.name)).join(', ');
  const literal = (value: string) => dialect.quoteLiteral({ type: 'text', value });
  // FORCE_NULL: "" in quotes is as empty as nothing, as it is for whoever sees the sheet.
  return `COPY ${table} (${columns}) FROM STDIN (FORMAT csv, DELIMITER ${literal(delimiterCharacter(delimiter))}, QUOTE ${literal(quote)}, ESCAPE ${literal(escape)}, FORCE_NULL (${columns}), ENCODING 'UTF8')`;
}

async function* counted(pieces: AsyncIterable<Uint8Array>, onBytes: (count: number) => void) {
  for await (const piece of pieces) {
    yield piece;
    onBytes(piece.length);
  }
}
