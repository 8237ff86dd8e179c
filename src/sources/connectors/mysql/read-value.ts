import type { ColumnType } from '#contracts/column-types';
import { mostValueBytes } from '../../databases/long-values.ts';
import { parseJson } from '../../services/parse-json.ts';
import type { MysqlSettings } from './mysql-settings.ts';
import { quoteName } from './quote.ts';
import type { MysqlColumn } from './read-catalog.ts';

/** How a column is selected, and what becomes of the bytes that the server writes for a value of it. */
export interface ColumnReader {
  readonly name: string;
  readonly sql: string;
  /** In SQL: a value is too long to be read. */
  readonly isLong: string | undefined;
  readonly type: ColumnType;
  readonly read: (bytes: Buffer) => unknown;
  /** How the cursor's column is compared: a number stands as it is, a moment in quotes, a text in hex. */
  readonly cursor: 'number' | 'moment' | 'text' | undefined;
}

const geometries: ReadonlySet<string> = new Set([
  'geometry',
  'point',
  'linestring',
  'polygon',
  'multipoint',
  'multilinestring',
  'multipolygon',
  'geometrycollection',
  'geomcollection',
]);

/** Of up to 4 GB; JSON is one of them in MariaDB. */
const unbounded: ReadonlySet<string> = new Set(['longtext', 'longblob', 'json']);

const asText = (bytes: Buffer) => bytes.toString('utf8');
/** MySQL keeps dates that do not exist; the one of zeros means that there is none. */
const orNothing = (bytes: Buffer) => {
  const text = bytes.toString('latin1');
  return text.startsWith('0000-00-00') ? null : text;
};

/** A number that came since the column was looked at stays one. */
const flag = (bytes: Buffer) => {
  const value = Number(bytes.toString('latin1'));
  return value === 0 || value === 1 ? value === 1 : value;
};

/** @param isFlag a `tinyint(1)` that only holds 0 and 1. */
export function columnReader(
  column: MysqlColumn,
  isFlag: boolean,
  geometry: MysqlSettings['geometry'],
): ColumnReader {
  const { name, dataType, columnType } = column;
  const own = quoteName(name);
  const of = (
    type: ColumnType,
    read: ColumnReader['read'],
    cursor?: ColumnReader['cursor'],
    sql = own,
  ): ColumnReader => ({
    name,
    sql,
    isLong: unbounded.has(dataType) ? `OCTET_LENGTH(${own}) > ${mostValueBytes}` : undefined,
    type,
    read,
    cursor,
  });
  if (column.isJson) return of('json', (bytes) => parsedOrText(asText(bytes)));
  if (geometries.has(dataType)) {
    return geometry === 'wkt'
      ? of('text', asText, undefined, `ST_AsText(${own})`)
      : of('json', (bytes) => parseJson(asText(bytes)), undefined, `ST_AsGeoJSON(${own}, 15)`);
  }
  switch (dataType) {
    case 'tinyint':
      return isFlag ? of('boolean', flag, 'number') : of('integer', asText, 'number');
    case 'smallint':
    case 'mediumint':
    case 'int':
    case 'year':
      return of('integer', asText, 'number');
    case 'bigint':
      // Unsigned ones reach twice as far as our integers.
      return of(columnType.includes('unsigned') ? 'decimal' : 'integer', asText, 'number');
    case 'decimal':
      return of('decimal', asText, 'number');
    case 'double':
      return of('float', asText, 'number');
    case 'float':
      // The server writes six digits of it; as a double it writes all.
      return of('float', (bytes) => shortestFloat(Number(asText(bytes))), 'number', `${own} + 0e0`);
    case 'date':
      return of('date', orNothing, 'moment');
    case 'datetime':
      return of('timestamp', orNothing, 'moment');
    case 'timestamp':
      // The session is in UTC.
      return of(
        'timestamptz',
        (bytes) => {
          const text = orNothing(bytes);
          return text === null ? null : `${text}Z`;
        },
        'moment',
      );
    case 'time':
      // One that is no time of a day makes the column text: it is a length of time.
      return of('time', asText, 'moment');
    case 'bit':
      return columnType === 'bit(1)'
        ? of('boolean', (bytes) => bytes.some((byte) => byte !== 0))
        : of('decimal', (bytes) => BigInt(`0x${bytes.toString('hex') || '0'}`).toString());
    case 'binary':
    case 'varbinary':
    case 'tinyblob':
    case 'blob':
    case 'mediumblob':
    case 'longblob':
    case 'vector':
      return of('text', (bytes) => `\\x${bytes.toString('hex')}`);
    default:
      // char, varchar, text, enum, set, uuid, inet6 and what may come.
      return of('text', asText, 'text');
  }
}

/** The shortest decimal that is this single-precision number: 0.1 and not 0.10000000149011612. */
function shortestFloat(value: number): number {
  for (let digits = 6; digits < 9; digits += 1) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  return value;
}

/** What is checked when it is written may still be no JSON: a check can be switched off. */
function parsedOrText(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}
