import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { prepareFile } from '#sources';
import { fieldFiles } from './testing/field-files.ts';
import { loadFile } from './testing/load-file.ts';

let directory: string;
let client: Client;
let count = 0;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dalgo-field-'));
  client = new Client(inject('adminUrl'));
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await rm(directory, { recursive: true });
});

describe('files as people of the field hand them on', () => {
  it.each(fieldFiles)('$name', async ({ bytes, options, columns, rows }) => {
    count += 1;
    const path = join(directory, `file${count}`);
    await writeFile(path, bytes);
    const prepared = await prepareFile(path, options);
    const loaded = await loadFile(client, prepared.path, prepared.options);
    expect(loaded.columns.map((column) => `${column.displayName}:${column.type}`)).toEqual(columns);
    const isNumber = loaded.columns.map(({ type }) => type === 'integer' || type === 'decimal');
    const shown = loaded.rows.map((cells) =>
      cells.map((cell, index) => (isNumber[index] === true && cell !== null ? Number(cell) : cell)),
    );
    expect(shown).toEqual(rows);
    expect(loaded.copied).toBe(rows.length);
  });
});
