import { describe, expect, test } from 'vitest';
import type { Upload } from '#contracts/sources';
import {
  additionProblem,
  draftColumns,
  draftProblem,
  nameFromFile,
  newDraft,
  readingOptions,
  setColumnName,
  setColumnType,
  setMapping,
  setOptions,
  sourceOptions,
  withReading,
} from './file-draft.ts';

const upload: Upload = {
  id: 'u1',
  filename: 'beneficiary_list.csv',
  size_bytes: 100,
  format: 'csv',
  compression: null,
  sheets: [],
  sheet: null,
  encoding: 'utf-8',
  delimiter: ',',
  header_row: 1,
  header_rows: 1,
  totals: 'leave_out' as const,
  left_out: [],
  lists: [],
  decimal: '.',
  date_order: null,
  columns: [
    { name: 'name', display_name: 'Name', type: 'text', nullable: false, sample: ['Asha'] },
    { name: 'age', display_name: 'Age', type: 'integer', nullable: true, sample: ['12', null] },
  ],
  preview: { columns: [], rows: [], total_count: null, next_cursor: null },
  warnings: [{ code: 'x', message: "'abc' is not a number", column: 'age' }],
};

describe('correcting an uploaded file', () => {
  test('a source is named after its file in words', () => {
    expect(nameFromFile('beneficiary_list.csv')).toBe('Beneficiary list');
    expect(nameFromFile('visits-of_2024-25.csv')).toBe('Visits of 2024-25');
    expect(nameFromFile('लाभार्थी.csv')).toBe('लाभार्थी');
    expect(nameFromFile('wells.parquet')).toBe('Wells');
    expect(nameFromFile('Towns 2.5.csv.gz')).toBe('Towns 2.5');
    expect(nameFromFile('.csv')).toBe('New source');
  });

  test('a corrected type is sent with the next reading and wins over the guess', () => {
    const draft = setColumnType(newDraft(upload), 'age', 'text');
    expect(readingOptions(draft)).toEqual({ columns: { age: 'text' } });
    expect(draftColumns(draft)[1]).toMatchObject({ type: 'text', isTypeCorrected: true });
  });

  test('a name put back to the one of the file is no correction', () => {
    const renamed = setColumnName(newDraft(upload), 'age', 'Age in years');
    expect(sourceOptions(renamed)).toEqual({ names: { age: 'Age in years' } });
    expect(sourceOptions(setColumnName(renamed, 'age', 'Age'))).toEqual({});
  });

  test('another delimiter forgets corrections of columns that no longer exist', () => {
    const draft = setOptions(setColumnType(newDraft(upload), 'age', 'text'), { delimiter: ';' });
    expect(readingOptions(draft)).toEqual({ delimiter: ';' });
  });

  test('another date order keeps the corrections', () => {
    const draft = setOptions(setColumnType(newDraft(upload), 'age', 'text'), { date_order: 'dmy' });
    expect(readingOptions(draft)).toEqual({ date_order: 'dmy', columns: { age: 'text' } });
  });

  test('corrections keep their keys when the server names a column otherwise after them', () => {
    const corrected = setColumnType(newDraft(upload), 'age', 'text');
    const reading = {
      ...upload,
      columns: upload.columns.map((column) => ({ ...column, name: `${column.name}_2` })),
    };
    expect(withReading(corrected, reading).keys).toEqual(['name', 'age']);
  });

  test('two columns cannot be given one name', () => {
    const draft = setColumnName(newDraft(upload), 'age', 'name ');
    expect(draftColumns(draft)[1]?.problem).toBe('Another column has this name');
    expect(draftProblem(draft)).toContain('Another column has this name');
  });

  test('the order of dates that was shown as the answer is kept, also when nobody touched it', () => {
    const assumed = { code: 'date_order_assumed', message: 'could be either', column: 'Born' };
    const unclear = newDraft({ ...upload, date_order: 'dmy', warnings: [assumed] });
    expect(sourceOptions(unclear)).toEqual({ date_order: 'dmy' });
    expect(sourceOptions(newDraft({ ...upload, date_order: 'dmy' }))).toEqual({});
  });

  test('warnings stand at their column', () => {
    expect(draftColumns(newDraft(upload))[1]?.warnings).toEqual(["'abc' is not a number"]);
  });
});

describe('rows that come into a table that is there', () => {
  const addition = {
    sourceId: 's',
    mode: 'merge',
    key: ['code'],
    mapping: { a: 'code', b: 'name' },
  } as const;

  test('take a column of the table from the column that had it', () => {
    expect(setMapping(addition, 'b', 'code').mapping).toEqual({ b: 'code' });
    expect(setMapping(addition, 'b', null).mapping).toEqual({ a: 'code', b: null });
    expect(setMapping(addition, 'b', undefined).mapping).toEqual({ a: 'code' });
  });

  test('need a key that the file has, to be merged', () => {
    expect(additionProblem(addition)).toBeUndefined();
    expect(additionProblem(setMapping(addition, 'a', null))).toMatch(/needs one of the file/);
    expect(additionProblem({ ...addition, key: [] })).toMatch(/tells rows apart/);
    expect(additionProblem({ ...addition, mode: 'append', mapping: {} })).toMatch(/at least one column/);
  });
});
