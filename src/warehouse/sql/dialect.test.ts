import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { Client, types } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { columnType, type ColumnType } from '#contracts/column-types';
import { createBareDatabase, type BareDatabase } from '#testing/database';
import { identifierBytes, type Dialect, type SqlLiteral } from './dialect.ts';
import { dialects } from './dialects.ts';
import { foldIdentifier, shortenIdentifier } from './shorten-identifier.ts';

// A byte-order mark stands inside: at the very beginning, DuckDB's JavaScript client drops it while reading.
/** Names and values that have broken somebody's quoting before. */
const hostile = [
  "'",
  "''",
  '"',
  '""',
  '`',
  '\\',
  "\\'",
  "'; DROP TABLE x; --",
  '"; DROP TABLE x; --',
  '/* */',
  '--',
  '$$',
  '$1',
  '%s',
  '%',
  '_',
  ':name',
  '?',
  ' ',
  '\t',
  '\n',
  '\r\n',
  '\u00a0',
  '\u200b',
  'x\ufeff',
  '\u202e',
  'ñandú',
  'नमस्ते',
  '👩‍👩‍👧',
  '漢字',
  'ß',
  'İ',
  'e\u0301',
  'null',
  'NULL',
  'select',
  'user',
  'order',
  'ctid',
  'true',
  '1',
  '-1',
  '1e5',
  '0x1',
  "E'\\x41'",
  'U&"\\0041"',
  'a\\',
  'a"b\'c`d',
  '\u0001',
  '\u007f',
  '{"a": 1}',
  '[]',
  '<script>',
];

let database: BareDatabase;
let client: Client;
let instance: DuckDBInstance;
let connection: DuckDBConnection;
let engines: {
  dialect: Dialect;
  read: (sql: string) => Promise<{ names: string[]; values: (string | null)[] }>;
}[];

beforeAll(async () => {
  database = await createBareDatabase();
  client = new Client({
    connectionString: database.ownerUrl,
    types: { getTypeParser: () => (text: string) => text },
  });
  await client.connect();
  await client.query("SET TimeZone = 'UTC'");
  instance = await DuckDBInstance.create(':memory:');
  connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  engines = [
    {
      dialect: dialects.postgres,
      async read(sql) {
        const { fields, rows } = await client.query<(string | null)[]>({ text: sql, rowMode: 'array' });
        return { names: fields.map((field) => field.name), values: rows[0] ?? [] };
      },
    },
    {
      dialect: dialects.duckdb,
      async read(sql) {
        const reader = await connection.runAndReadAll(sql);
        const [row = []] = reader.getRowsJson();
        return {
          names: reader.columnNames(),
          values: row.map((cell) =>
            cell === null ? null : typeof cell === 'string' ? cell : JSON.stringify(cell),
          ),
        };
      },
    },
  ];
});
afterAll(async () => {
  connection.closeSync();
  instance.closeSync();
  await client.end();
  await database[Symbol.asyncDispose]();
});

test('text comes back as it went in, from the hostile corpus and at random', async () => {
  const random = fc
    .sample(fc.string({ unit: 'binary', maxLength: 60 }), 300)
    // oxlint-disable-next-line no-control-regex -- NUL is what no engine takes
    .map((text) => text.replaceAll(/[\u0000\ufeff]/g, ''));
  const values = [...hostile, ...random];
  for (const { dialect, read } of engines) {
    const sql = `SELECT ${values.map((value) => dialect.quoteLiteral({ type: 'text', value })).join(', ')}`;
    expect((await read(sql)).values, dialect.name).toEqual(values);
  }
});

test('a text means the same while a session reads backslashes as escapes', async () => {
  await client.query('SET standard_conforming_strings = off');
  const values = hostile.filter((value) => value.includes('\\'));
  const sql = `SELECT ${values.map((value) => dialects.postgres.quoteLiteral({ type: 'text', value })).join(', ')}`;
  expect((await engines[0]?.read(sql))?.values).toEqual(values);
  await client.query('SET standard_conforming_strings = on');
});

test('names come back as they went in, one at a time and as columns of a table', async () => {
  for (const { dialect, read } of engines) {
    const sql = `SELECT ${hostile.map((name) => `1 AS ${dialect.quoteIdentifier(name)}`).join(', ')}`;
    expect((await read(sql)).names, dialect.name).toEqual(hostile);
  }
});

test('numbers, dates, times and empty values keep their value and their type', async () => {
  const literals: SqlLiteral[] = [
    { type: 'integer', value: '-9223372036854775808' },
    { type: 'decimal', value: '-0.0000000001' },
    { type: 'decimal', value: '1234567890123456789012345678.0123456789' },
    { type: 'float', value: '1e308' },
    { type: 'boolean', value: true },
    { type: 'boolean', value: 'false' },
    { type: 'date', value: '0001-01-01' },
    { type: 'timestamp', value: '2024-01-05 10:00:00.123456' },
    { type: 'timestamptz', value: '2024-01-05 10:00:00+00' },
    { type: 'time', value: '23:59:59' },
    { type: 'json', value: '{"a": "\'\\\\"}' },
    ...columnType.options.map((type) => ({ type, value: null })),
  ];
  for (const { dialect, read } of engines) {
    const { values } = await read(
      `SELECT ${literals.map((literal) => dialect.quoteLiteral(literal)).join(', ')}`,
    );
    const expected = literals.map(({ value }) => (value === null ? null : String(value)));
    const told = values.map((value, index) =>
      literals[index]?.type === 'boolean' && value !== null
        ? String(value === 't' || value === 'true')
        : value,
    );
    expect(
      told.map((value, index) =>
        literals[index]?.type === 'float' && value !== null ? String(Number(value)) : value,
      ),
      dialect.name,
    ).toEqual(
      expected.map((value, index) =>
        literals[index]?.type === 'float' && value !== null ? String(Number(value)) : value,
      ),
    );
  }
});

describe('what cannot be written down is refused before it reaches an engine', () => {
  test.each(Object.values(dialects))('$name', (dialect) => {
    expect(() => dialect.quoteIdentifier('')).toThrow('empty');
    expect(() => dialect.quoteIdentifier('a\u0000b')).toThrow('NUL');
    expect(() => dialect.quoteIdentifier('\ud800')).toThrow('surrogate');
    expect(() => dialect.quoteIdentifier('x'.repeat(dialect.maxIdentifierBytes + 1))).toThrow('longer');
    expect(() => dialect.quoteLiteral({ type: 'text', value: 'a\u0000' })).toThrow('NUL');
    for (const value of [
      '1; DROP TABLE x',
      '1--',
      "1'",
      'NaN',
      'Infinity',
      '',
      ' 1',
      '1 OR 1=1',
      '0x10',
      '1_000',
    ]) {
      expect(() => dialect.quoteLiteral({ type: 'integer', value }), value).toThrow('Not a number');
      expect(() => dialect.quoteLiteral({ type: 'decimal', value }), value).toThrow('Not a number');
      expect(() => dialect.quoteLiteral({ type: 'float', value }), value).toThrow('Not a number');
    }
    for (const type of ['date', 'timestamp', 'timestamptz', 'time'] as const) {
      expect(() => dialect.quoteLiteral({ type, value: "2024-01-01'; DROP TABLE x" })).toThrow('Not a date');
    }
  });
});

test('the name of a type is read back as that type', async () => {
  for (const { dialect, read } of engines) {
    for (const type of columnType.options) {
      expect(dialect.columnType(dialect.typeName(type)), `${dialect.name} ${type}`).toBe(
        type satisfies ColumnType,
      );
      const { values } = await read(
        dialect.name === 'postgres'
          ? `SELECT format_type(${Object.values(types.builtins).length > 0 ? `pg_typeof(NULL::${dialect.typeName(type)})` : '0'}, NULL)`
          : `SELECT typeof(CAST(NULL AS ${dialect.typeName(type)}))`,
      );
      expect(dialect.columnType(values[0] ?? ''), `${dialect.name} says ${values[0]}`).toBe(type);
    }
    expect(dialect.columnType('geometry')).toBeNull();
  }
});

describe('shortened names', () => {
  test('are unchanged when they fit and are free', () => {
    expect(shortenIdentifier('Total (₹)', new Set(), 63)).toBe('Total (₹)');
  });

  test('are unique whatever the case, within the limit, whole letters, and always the same', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 120 }), { maxLength: 30 }),
        fc.integer({ min: 16, max: 63 }),
        (names, limit) => {
          const shorten = () => {
            const taken = new Set<string>();
            return names.map((name) => {
              const short = shortenIdentifier(name, taken, limit);
              taken.add(foldIdentifier(short));
              return short;
            });
          };
          const short = shorten();
          expect(shorten()).toEqual(short);
          expect(new Set(short.map(foldIdentifier)).size).toBe(names.length);
          for (const name of short) {
            expect(identifierBytes(name)).toBeLessThanOrEqual(limit);
            expect(name.isWellFormed()).toBe(true);
            expect(name).not.toBe('');
            expect(name).not.toContain('\u0000');
          }
        },
      ),
    );
  });

  test('of long names that differ at the end only stay apart', () => {
    const long = 'क'.repeat(100);
    expect(shortenIdentifier(`${long}a`, new Set(), 63)).not.toBe(
      shortenIdentifier(`${long}b`, new Set(), 63),
    );
  });
});
