import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameColumns, nameColumnsLikeDlt } from './name-columns.ts';

const names = (headers: string[]) => nameColumns(headers).map((column) => column.name);

describe('column names', () => {
  it('keep a meaning in every script', () => {
    expect(names(['नाम', 'பெயர்', 'مرحبا', '名前', 'Età', 'Straße'])).toEqual([
      'nam',
      'peyr',
      'mrhb',
      'ming_qian',
      'eta',
      'strasse',
    ]);
  });

  it('do not end in the x that dlt makes of punctuation', () => {
    expect(names(['Amount (₹)', 'What is your name?', 'a+'])).toEqual([
      'amount_rs',
      'what_is_your_name',
      'a',
    ]);
    expect(nameColumnsLikeDlt(['Amount (₹)', ''])[0]?.name).toBe('amountx');
  });

  it('are made unique with a suffix that no other header asked for', () => {
    expect(names(['a', 'a', 'a_2', 'A', 'a '])).toEqual(['a', 'a_3', 'a_2', 'a_4', 'a_5']);
  });

  it('number the blank ones by position', () => {
    expect(names(['', 'x', '  ', '???', '\u0000'])).toEqual([
      'column_1',
      'x',
      'column_3',
      'column_4',
      'column_5',
    ]);
    expect(nameColumns([''])[0]?.displayName).toBe('Column 1');
  });

  it('never take the name of a system column', () => {
    expect(names(['_dlt_id', '_dlt_load_id', 'xmin', '_dalgo_x'])).toEqual([
      'col_dlt_id',
      'col_dlt_load_id',
      'col_xmin',
      'col_dalgo_x',
    ]);
  });

  it('keep the label, with control characters made visible', () => {
    expect(nameColumns(['a\u0000b\nc "q"; --'])[0]).toEqual({
      name: 'a_b_c_q',
      displayName: 'a\u2400b c "q"; --',
    });
  });

  it('tell long questions apart that begin and end alike', () => {
    const long = (middle: string) => `${'a'.repeat(80)}${middle}${'b'.repeat(80)}`;
    const [first, second] = names([long('1'), long('2')]);
    expect(first).not.toBe(second);
    expect(first?.length).toBe(63);
  });

  it('are unique, short, plain and stable for any headers', () => {
    const header = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 220 }),
      fc.constantFrom(
        '',
        ' ',
        'a',
        'A',
        'a_2',
        '_dlt_id',
        'SELECT',
        'ctid',
        '😀',
        'नाम',
        '"; DROP TABLE x; --',
        '\u0000',
      ),
    );
    fc.assert(
      fc.property(fc.array(header, { maxLength: 40 }), (headers) => {
        const columns = nameColumns(headers);
        expect(columns.length).toBe(headers.length);
        expect(new Set(columns.map((column) => column.name)).size).toBe(headers.length);
        for (const { name, displayName } of columns) {
          expect(name).toMatch(/^[a-z_][a-z0-9_]{0,62}$/);
          expect(name.startsWith('_dlt')).toBe(false);
          expect(displayName).not.toBe('');
          expect(displayName).not.toContain('\u0000');
        }
        expect(nameColumns(headers)).toEqual(columns);
      }),
      { numRuns: 40 },
    );
  });
});
