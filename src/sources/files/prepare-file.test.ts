import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CsvOptions } from '#contracts/sources';
import { readJsonRecords } from './json-records.ts';
import { prepareFile, removePrepared } from './prepare-file.ts';
import { makeZip, workbookFiles } from '#testing/zip-file';

let directory: string;
let count = 0;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dalgo-files-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function prepare(content: string | Uint8Array, options: CsvOptions = {}) {
  count += 1;
  const path = join(directory, `file${count}`);
  await writeFile(path, content);
  const prepared = await prepareFile(path, options);
  return { ...prepared, source: path, text: await readFile(prepared.path, 'utf8') };
}

const workbook = (parts: Parameters<typeof workbookFiles>[0]) => makeZip(workbookFiles(parts));

describe('a workbook', () => {
  it('shows what Excel shows: texts, numbers, dates, formulas, yes and no', async () => {
    const { text, format, sheet, sheets, options } = await prepare(
      workbook({
        strings: ['<t>name</t>', '<r><t>first </t></r><r><t>seen &amp; heard</t></r><rPh><t>x</t></rPh>'],
        formats: [0, 14, 22, 'dd/mm/yyyy', '[h]:mm', '0.00%', '[$-409]d\\-mmm;@', '#,##0 "days"'],
        sheets: {
          People: [
            '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is><t>C</t></is></c><c r="D1" t="str"><v>D</v></c><c r="E1" t="str"><v>E</v></c><c r="F1" t="str"><v>F</v></c><c r="G1" t="str"><v>G</v></c><c r="H1" t="str"><v>H</v></c></row>',
            '<row r="3"><c r="A3" t="inlineStr"><is><t xml:space="preserve"> a, "b"_x000D_ </t></is></c><c r="B3" s="1"><v>45383</v></c><c r="C3" s="2"><v>45383.5</v></c><c r="D3"><f>1+2</f><v>0.30000000000000004</v></c><c r="E3" t="b"><v>1</v></c><c r="F3" t="e"><v>#N/A</v></c><c r="G3" s="4"><v>1.5</v></c><c r="H3" s="7"><v>12</v></c></row>',
            '<row><c><v>12345678901234567890</v></c><c r="B4" s="3"><v>59</v></c><c r="C4" s="6"><v>61</v></c><c r="D4" s="5"><v>0.125</v></c></row>',
          ].join(''),
        },
      }),
    );
    expect(text).toBe(
      [
        'name,first seen & heard,C,D,E,F,G,H',
        '',
        '" a, ""b""\r ",2024-04-01,2024-04-01 12:00:00,0.3,true,,36:00:00,12',
        '12345678901234600000,1900-02-28,1900-03-01,0.125,,,,',
        '',
      ].join('\n'),
    );
    expect({ format, sheet, sheets }).toEqual({
      format: 'xlsx',
      sheet: 'People',
      sheets: [{ name: 'People', hidden: false }],
    });
    expect(options).toEqual({ delimiter: ',', encoding: 'utf-8' });
  });

  it('gives every row its part of a cell that is merged downwards, but not the rows of a header', async () => {
    const row = (place: number, cells: Readonly<Record<string, string>>) =>
      `<row r="${place}">${Object.entries(cells)
        .map(([column, text]) => `<c r="${column}${place}" t="str"><v>${text}</v></c>`)
        .join('')}</row>`;
    const { text } = await prepare(
      workbook({
        merged: ['A1:A2', 'B1:C1', 'A3:A5', 'C4:C5'],
        sheets: {
          S: [
            row(1, { A: 'District', B: 'Children' }),
            row(2, { B: 'Girls', C: 'Boys' }),
            row(3, { A: 'Pune', B: '1', C: '2' }),
            row(4, { B: '3', C: '4' }),
            row(5, { B: '5' }),
            row(6, { B: '7', C: '8' }),
          ].join(''),
        },
      }),
    );
    expect(text).toBe('District,Children\n,Girls,Boys\nPune,1,2\nPune,3,4\nPune,5,4\n,7,8\n');
  });

  it('reads amounts and shares as numbers, times and durations as such, and what is hidden as the rest', async () => {
    const { text } = await prepare(
      workbook({
        formats: [
          0,
          '#,##0.00 [$€-407]',
          '0%',
          '_("$"* #,##0.00_)',
          'h:mm AM/PM',
          '[h]:mm:ss',
          '[Red]dd-mmm-yy',
        ],
        sheets: {
          S: '<row r="1" hidden="1"><c r="A1" s="1"><v>1234.5</v></c><c r="B1" s="2"><v>0.25</v></c><c r="C1" s="3"><v>7</v></c><c r="D1" s="4"><v>0.75</v></c><c r="E1" s="5"><v>1.25</v></c><c r="F1" s="6"><v>45383</v></c><c r="G1" t="b"><f>A1=1</f><v>0</v></c><c r="H1" t="str"><f>"a"</f><v>a</v></c><c r="I1" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="J1" t="d"><v>2024-04-01T10:30:00</v></c></row>',
        },
      }),
    );
    expect(text).toBe('1234.5,0.25,7,18:00:00,30:00:00,2024-04-01,false,a,,2024-04-01T10:30:00\n');
  });

  it('counts days from 1904 when it says so', async () => {
    const { text } = await prepare(
      workbook({
        is1904: true,
        formats: [14],
        sheets: { S: '<row r="1"><c r="A1" s="0"><v>0</v></c><c r="B1" s="0"><v>43921</v></c></row>' },
      }),
    );
    expect(text).toBe('1904-01-01,2024-04-01\n');
  });

  it('opens its first visible sheet, or the one that was chosen', async () => {
    const cell = (text: string) => `<row r="1"><c r="A1" t="str"><v>${text}</v></c></row>`;
    const bytes = workbook({
      sheets: { '!Lists': cell('l'), 'Data &amp; more': cell('d'), Other: cell('o') },
    });
    expect(await prepare(bytes)).toMatchObject({
      text: 'd\n',
      sheet: 'Data & more',
      sheets: [
        { name: 'Lists', hidden: true },
        { name: 'Data & more', hidden: false },
        { name: 'Other', hidden: false },
      ],
    });
    expect((await prepare(bytes, { sheet: 'Other' })).text).toBe('o\n');
    expect((await prepare(bytes, { sheet: 'Lists' })).text).toBe('l\n');
    await expect(prepare(bytes, { sheet: 'Gone' })).rejects.toMatchObject({ code: 'source_config_invalid' });
  });

  it('is read in time and little memory', async () => {
    const rows: string[] = [];
    for (let row = 1; row <= 30_000; row += 1) {
      const cells = Array.from({ length: 13 }, (_, column) => {
        const place = `${String.fromCharCode(65 + column)}${row}`;
        return column % 3 === 0
          ? `<c r="${place}" t="s"><v>${row % 500}</v></c>`
          : `<c r="${place}" s="${column % 2}"><v>${40_000 + (row % 999)}.25</v></c>`;
      });
      rows.push(`<row r="${row}" spans="1:13">${cells.join('')}</row>`);
    }
    const strings = Array.from({ length: 500 }, (_, index) => `<t>text ${index}</t>`);
    const bytes = workbook({ sheets: { S: rows.join('') }, strings, formats: [0, 22] });
    const before = process.cpuUsage();
    const { text } = await prepare(bytes);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(3_000);
    expect(text.split('\n')).toHaveLength(30_001);
  });

  it.each([
    ['a declaration of entities', '<!DOCTYPE x [<!ENTITY a "b">]><row r="1"/>'],
    ['a cell without a place', '<row r="1"><c r="1"><v>1</v></c></row>'],
    ['a cell beyond the last column', '<row r="1"><c r="ZZZZ1"><v>1</v></c></row>'],
  ])('is refused for %s', async (_name, rows) => {
    await expect(prepare(workbook({ sheets: { S: rows } }))).rejects.toMatchObject({
      code: 'file_format_unsupported',
    });
  });

  it('is refused when parts of it are missing or cut off', async () => {
    const whole = workbook({ sheets: { S: '<row r="1"><c r="A1"><v>1</v></c></row>' } });
    for (const bytes of [
      whole.subarray(0, whole.length - 30),
      whole.subarray(0, 100),
      makeZip({ '[Content_Types].xml': '<Types/>' }),
    ]) {
      await expect(prepare(bytes)).rejects.toMatchObject({ code: 'file_format_unsupported' });
    }
  });
});

describe('a packed file', () => {
  const csv = 'a,b\n1,2\n';

  it.each([
    ['gzip', gzipSync(csv), 'gzip'],
    ['zip', makeZip({ 'folder/data.csv': csv, '__MACOSX/x': 'y', 'folder/': '' }), 'zip'],
  ])('is unpacked: %s', async (_name, bytes, compression) => {
    expect(await prepare(bytes)).toMatchObject({
      text: csv,
      format: 'csv',
      compression,
      sheets: [],
      sheet: null,
    });
  });

  it('with several files lets one choose', async () => {
    const bytes = makeZip({ '../../one.csv': 'x\n1\n', 'two.csv': csv });
    expect(await prepare(bytes)).toMatchObject({ text: 'x\n1\n', sheet: '../../one.csv' });
    expect(await prepare(bytes, { sheet: 'two.csv' })).toMatchObject({ text: csv, sheet: 'two.csv' });
  });

  it.each([
    ['a bomb by its own words', makeZip({ 'a.csv': 'x' }, { declared: 4_000_000_000 })],
    ['a bomb that lies', makeZip({ 'a.csv': Buffer.alloc(40_000_000) }, { declared: 1 })],
    ['a bomb in gzip', gzipSync(Buffer.alloc(40_000_000))],
    ['an archive in an archive', makeZip({ 'a.zip': makeZip({ 'b.csv': csv }) })],
    ['gzip in gzip', gzipSync(gzipSync(csv))],
    ['damaged gzip', gzipSync(csv).subarray(0, 20)],
  ])('is refused: %s', async (_name, bytes) => {
    await expect(prepare(bytes)).rejects.toMatchObject({ code: 'file_format_unsupported' });
  });

  it('leaves nothing behind when the upload is removed, or when it cannot be read', async () => {
    const { source } = await prepare(gzipSync(csv));
    await removePrepared(source);
    const bad = await prepare(gzipSync(Buffer.alloc(40_000_000))).catch(() => null);
    expect(bad).toBeNull();
    const names = (await readdir(directory)).filter((name) => name.includes('.part'));
    expect(names).toEqual([]);
    expect(
      (await readdir(directory)).filter((name) => source.endsWith(name.split('.')[0] ?? '-')),
    ).toHaveLength(1);
  });
});

describe('JSON', () => {
  async function read(content: string) {
    const { path, format, records } = await prepare(content);
    if (records === null) throw new Error('no records');
    const found: unknown[] = [];
    for await (const batch of readJsonRecords(path, records, undefined)) found.push(...batch);
    return { format, found };
  }

  it.each([
    ['a list', '[{"a":1,"b":{"c":"x, y"}},\n {"a":2.50,"d":[1,{"e":null}]}]', 'json'],
    ['one record per line', '{"a":1,"b":{"c":"x, y"}}\n\n{"a":2.50,"d":[1,{"e":null}]}\n', 'ndjson'],
    [
      'a list inside',
      '{"count":2,"results":[{"a":1,"b":{"c":"x, y"}},{"a":2.5,"d":[1,{"e":null}]}]}',
      'json',
    ],
  ])('is read record by record: %s', async (_name, content, format) => {
    expect(await read(content)).toEqual({
      format,
      found: [
        { a: 1, b: { c: 'x, y' } },
        { a: 2.5, d: [1, { e: null }] },
      ],
    });
  });

  it('keeps every digit of a long integer, and any value as a record', async () => {
    const { found } = await read('[{"id":12345678901234567890},7,"x",[1]]');
    expect(found).toEqual([{ id: 12345678901234567890n }, { value: 7 }, { value: 'x' }, { value: [1] }]);
  });

  it('comes from the first list of an object that is too large to be parsed', async () => {
    const record = `{"text":"${'x'.repeat(1_000)} [{ \\" ","n":[1,{"m":2}]}`;
    const { found } = await read(
      `{"meta":{"tags":["a"]},"rows":[${Array.from({ length: 20_000 }, () => record).join(',')}],"end":[{}]}`,
    );
    expect(found).toHaveLength(20_000);
    expect(found[19_999]).toEqual(JSON.parse(record));
  });

  it.each([
    ['cut off', '[{"a":1},{"a"'],
    ['not JSON', '[{"a":1},{a:2}]'],
    ['followed by something', '[{"a":1}] [{"a":2}]'],
    ['cut off in a line', '{"a":1}\n{"a":'],
  ])('is refused when it is %s', async (_name, content) => {
    await expect(read(content)).rejects.toMatchObject({ code: 'file_format_unsupported' });
  });
});

describe('Parquet', () => {
  it('becomes rows, nested values JSON', async () => {
    const path = join(directory, 'p.parquet');
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(
      `COPY (SELECT 1 AS id, 'x, y' AS "the name", DATE '2024-04-01' AS day, [1, 2] AS list, {'a': 1} AS s, 1.50::DECIMAL(5,2) AS d) TO '${path}' (FORMAT parquet)`,
    );
    connection.closeSync();
    const { text, format, options } = await prepare(await readFile(path));
    expect(options.columns).toEqual({
      id: 'integer',
      'the name': 'text',
      day: 'date',
      list: 'json',
      s: 'json',
      d: 'decimal',
    });
    expect(text).toBe('id,the name,day,list,s,d\n1,"x, y",2024-04-01,"[1,2]","{""a"":1}",1.50\n');
    expect(format).toBe('parquet');
  });

  it('is refused when it is damaged', async () => {
    await expect(prepare('PAR1 and nothing else PAR1')).rejects.toMatchObject({
      code: 'file_format_unsupported',
    });
  });
});

it('leaves text as it is, also when it begins with a bracket', async () => {
  const { path, source, format } = await prepare('[id],name\n1,x\n', { sheet: 'any', decimal: ',' });
  expect(path).toBe(source);
  expect(format).toBe('csv');
});
