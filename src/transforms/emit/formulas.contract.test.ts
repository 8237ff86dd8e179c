import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { planRecipe } from '../plan/plan-recipe.ts';
import { openBothEngines, type BothEngines, type Cell } from './testing/both-engines.ts';

let both: BothEngines;

beforeAll(async () => {
  both = await openBothEngines();
  await both.createTable({
    name: 'people',
    columns: [
      { name: 'name', type: 'text', displayName: 'Full name' },
      { name: 'a]b', type: 'text' },
      { name: 'age', type: 'integer' },
      { name: 'cost', type: 'decimal' },
      { name: 'ratio', type: 'float' },
      { name: 'born', type: 'date' },
      { name: 'seen', type: 'timestamp' },
      { name: 'met', type: 'timestamptz' },
      { name: 'wakes', type: 'time' },
      { name: 'ok', type: 'boolean' },
      { name: 'extra', type: 'json' },
    ],
    rows: [
      [
        'asha Rao',
        '1,234.5',
        '34',
        '10.25',
        '0.1',
        '1990-02-28',
        '2024-02-29 10:30:15',
        '2024-01-31 20:00:00+00',
        '06:30:00',
        true,
        '{}',
      ],
      [null, null, null, null, null, null, null, null, null, null, null],
      [
        "O'Brien \\ 100%_",
        ' ',
        '-7',
        '-2.5',
        '-2.5',
        '2024-12-31',
        '2023-12-31 23:59:59',
        '2024-01-01 00:00:00+00',
        '23:59:59',
        false,
        '[]',
      ],
      [
        'नमस्ते 👩‍👩‍👧',
        '31/12/99',
        '9223372036854775807',
        '99999999999999.99',
        '1e10',
        '9999-12-31',
        '9999-12-31 23:59:59',
        '1970-01-01 00:00:00+00',
        '00:00:00',
        null,
        '1',
      ],
      [
        '  \t',
        'x',
        '0',
        '0',
        '0',
        '0001-01-01',
        '0001-01-01 00:00:00',
        '2024-12-31 18:30:00+00',
        '12:00:00',
        true,
        'null',
      ],
    ],
  });
});
afterAll(() => both[Symbol.asyncDispose]());

async function of(expression: string): Promise<Cell[]> {
  const { rows } = await both.run(
    {
      steps: [
        { type: 'source', table: 'people' },
        { type: 'formula', name: 'x', expression },
      ],
    },
    { timeZone: 'Asia/Kolkata' },
  );
  return rows.map((row) => row.at(-1) ?? null);
}

/** The value in the first row. */
const first = async (expression: string): Promise<Cell> => (await of(expression))[0] ?? null;

function errorOf(expression: string): string {
  const { errors } = planRecipe(
    {
      steps: [
        { type: 'source', table: 'people' },
        { type: 'formula', name: 'x', expression },
      ],
    },
    both.catalog(),
  );
  expect(errors, expression).toHaveLength(1);
  return `${errors[0]?.message}${errors[0]?.suggestion === null ? '' : ` → ${errors[0]?.suggestion}`}`;
}

describe('operators', () => {
  test.each([
    ['1 + 2 * 3', '7'],
    ['=(1 + 2) * 3', '9'],
    ['7 / 2', '3.5'],
    ['1 / 0', null],
    ['2 ^ 3 ^ 2', '64'],
    ['-2 ^ 2', '4'],
    ['2 ^ -1', '0.5'],
    ['- - 3', '3'],
    ['1e3 + .5', '1000.5'],
    ['10 - 2 - 3', '5'],
    ['"a" & 1 & TRUE & BLANK() & "b""c"', 'a1trueb"c'],
    ['“curly” & "x"', 'curlyx'],
    ['1 + 1 = 2', 'true'],
    ['"a" = "A"', 'false'],
    ['1 < 2 and not 2 < 1', 'true'],
    ['1 > 2 or 2 ≥ 2', 'true'],
  ])('%s', async (formula, expected) => {
    expect(await first(formula)).toBe(expected);
  });

  test('work on columns of every type, and on empty cells', async () => {
    expect(await of('[age] + [cost]')).toEqual(['44.25', null, '-9.5', '9223472036854775806.99', '0']);
    expect(await of('[Full name] & "-" & [age]')).toEqual([
      'asha Rao-34',
      '-',
      "O'Brien \\ 100%_--7",
      'नमस्ते 👩‍👩‍👧-9223372036854775807',
      '  \t-0',
    ]);
    expect(await of('[a]]b] <> "x"')).toEqual(['true', 'true', 'true', 'true', 'false']);
    expect(await of('[age] = [cost]')).toEqual(['false', null, 'false', 'false', 'true']);
    expect(await of('[born] < [seen]')).toEqual(['true', null, 'false', 'true', 'false']);
    expect(await of('[born] + 1')).toEqual(['1990-03-01', null, '2025-01-01', null, '0001-01-02']);
    expect(await of('[born] - 1')).toEqual(['1990-02-27', null, '2024-12-30', '9999-12-30', null]);
    expect(await of('[seen] - [born]')).toEqual(['12419', null, '-366', '0', '0']);
    expect(await of('[ratio] * 2')).toEqual(['0.2', null, '-5', '20000000000', '0']);
    expect(await of('[age] ^ 0.5')).toEqual(['5.8309518948', null, null, '3037000499.97605', '0']);
    expect(await of('-[cost]')).toEqual(['-10.25', null, '2.5', '-99999999999999.99', '0']);
    expect(await of('not [ok]')).toEqual(['false', null, 'true', null, 'false']);
    expect(await of('[Full name] < "b"')).toHaveLength(5);
    expect(await of('[met]')).toContain('2024-02-01 01:30:00');
  });
});

describe('functions', () => {
  test.each([
    ['IF([age] > 18, "adult", "child")', ['adult', 'child', 'child', 'adult', 'child']],
    ['IF([ok], [age])', ['34', null, null, null, '0']],
    ['IF([ok], [age], [cost])', ['34', null, '-2.5', '99999999999999.99', '0']],
    ['IFS([age] < 0, "neg", [age] = 0, "zero", TRUE, "pos")', ['pos', 'pos', 'neg', 'pos', 'zero']],
    ['SWITCH([age], 34, "a", -7, "b")', ['a', null, 'b', null, null]],
    ['SWITCH([ok], TRUE, 1, 2.5)', ['1', '2.5', '2.5', '2.5', '1']],
    ['AND([ok], [age] > 1)', ['true', null, 'false', null, 'false']],
    ['OR(ISBLANK([Full name]), NOT([ok]))', ['false', 'true', 'true', null, 'true']],
    ['COALESCE([Full name], [a]]b], "none")', ['asha Rao', 'none', "O'Brien \\ 100%_", 'नमस्ते 👩‍👩‍👧', 'x']],
    ['TRIM([Full name])', ['asha Rao', null, "O'Brien \\ 100%_", 'नमस्ते 👩‍👩‍👧', '']],
    ['CLEAN([Full name])', ['asha Rao', null, "O'Brien \\ 100%_", 'नमस्ते 👩‍👩‍👧', '  ']],
    ['LEN([Full name])', ['8', null, '15', '12', '3']],
    ['LEFT([Full name], [age])', ['asha Rao', null, '', 'नमस्ते 👩‍👩‍👧', '']],
    ['RIGHT([Full name], 2)', ['ao', null, '%_', '\u200d👧', ' \t']],
    ['LEFT([Full name])', ['a', null, 'O', 'न', ' ']],
    ['MID([Full name], 2, 3)', ['sha', null, "'Br", 'मस्', ' \t']],
    ['FIND("a", [Full name])', ['1', null, null, null, null]],
    ['SEARCH("RAO", [Full name])', ['6', null, null, null, null]],
    ['CONTAINS([Full name], "100%_")', ['false', null, 'true', 'false', 'false']],
    ['SUBSTITUTE([Full name], "\\", "/")', ['asha Rao', null, "O'Brien / 100%_", 'नमस्ते 👩‍👩‍👧', '  \t']],
    ['REPLACE([Full name], 2, 3, "--")', ['a-- Rao', null, 'O--ien \\ 100%_', 'न--ते 👩‍👩‍👧', ' --']],
    [
      'TEXTJOIN(", ", [Full name], [age])',
      ['asha Rao, 34', null, "O'Brien \\ 100%_, -7", 'नमस्ते 👩‍👩‍👧, 9223372036854775807', '  \t, 0'],
    ],
    ['SPLIT([Full name], " ", 2)', ['Rao', null, '\\', '👩‍👩‍👧', null]],
    ['REGEXMATCH([Full name], "^\\w+ \\w+$")', ['true', null, 'false', 'false', 'false']],
    ['REGEXEXTRACT([a]]b], "(\\d+)/\\d+")', [null, null, null, '31', null]],
    ['REGEXREPLACE([a]]b], "(\\d)/", "$1-$$\\2")', ['1,234.5', null, ' ', '31-$$\\212-$$\\299', 'x']],
    ['ROUND([cost])', ['10', null, '-3', '100000000000000', '0']],
    ['ROUND([cost], 1)', ['10.3', null, '-2.5', '100000000000000', '0']],
    ['ROUNDUP([cost])', ['11', null, '-3', '100000000000000', '0']],
    ['ROUNDDOWN([cost])', ['10', null, '-2', '99999999999999', '0']],
    ['ROUND([age], -1)', ['30', null, '-10', '9223372036854775810', '0']],
    ['INT([cost])', ['10', null, '-3', '99999999999999', '0']],
    ['CEILING([cost], 5)', ['15', null, '0', '100000000000000', '0']],
    ['FLOOR([age], 5)', ['30', null, '-10', '9223372036854775805', '0']],
    ['ABS([cost])', ['10.25', null, '2.5', '99999999999999.99', '0']],
    ['SIGN([cost])', ['1', null, '-1', '1', '0']],
    ['MOD([age], 5)', ['4', null, '3', '2', '0']],
    ['MOD([cost], -3)', ['-1.75', null, '-2.5', '-2.01', '0']],
    ['QUOTIENT([age], 3)', ['11', null, '-2', '3074457345618258602', '0']],
    ['SQRT([cost])', ['3.2015621187', null, null, '10000000', '0']],
    ['MIN([age], [cost], 5)', ['5', '5', '-7', '5', '0']],
    ['MAX([Full name], "b")', ['b', 'b', 'b', 'नमस्ते 👩‍👩‍👧', 'b']],
    ['DATE(2024, [age], 1)', [null, null, null, null, null]],
    ['DATE(2023, 2, 29)', [null, null, null, null, null]],
    ['DATE(YEAR([born]), 12, 25)', ['1990-12-25', null, '2024-12-25', '9999-12-25', '0001-12-25']],
    ['QUARTER([born]) & MONTH([born]) & DAY([born])', ['1228', '', '41231', '41231', '111']],
    ['WEEKDAY([met])', ['4', null, '1', '4', '3']],
    ['WEEKNUM([born])', ['9', null, '1', '52', '1']],
    ['HOUR([met])', ['1', null, '5', '5', '0']],
    ['SECOND([seen]) + MINUTE([wakes])', ['45', null, '118', '59', '0']],
    ['FISCALYEAR([seen]) & FISCALQUARTER([seen])', ['20234', '', '20233', '99993', '']],
    ['EDATE([born], 12)', ['1991-02-28', null, '2025-12-31', null, '0002-01-01']],
    ['EOMONTH([seen])', ['2024-02-29', null, '2023-12-31', null, '0001-01-31']],
    ['DAYS([seen], [born])', ['12419', null, '-366', '0', '0']],
    ['DATEDIF([born], [seen], "Y")', ['34', null, '-1', '0', '0']],
    ['STARTOF([seen], "quarter")', ['2024-01-01', null, '2023-10-01', '9999-10-01', '0001-01-01']],
    ['VALUE([a]]b])', ['1234.5', null, null, null, null]],
    ['DATEVALUE([a]]b], "DD/MM/YY")', [null, null, null, '1999-12-31', null]],
    ['TEXT([cost], "0.00")', ['10.25', null, '-2.50', '99999999999999.99', '0.00']],
    ['TEXT([cost], "0")', ['10', null, '-3', '100000000000000', '0']],
    [
      'TEXT([born], "D MMM YYYY, MM/DD/YY")',
      [
        '28 Feb 1990, 02/28/90',
        null,
        '31 Dec 2024, 12/31/24',
        '31 Dec 9999, 12/31/99',
        '1 Jan 0001, 01/01/01',
      ],
    ],
    [
      'TEXT([ok]) & [wakes] & [seen]',
      [
        'true06:30:002024-02-29 10:30:15',
        '',
        'false23:59:592023-12-31 23:59:59',
        '00:00:009999-12-31 23:59:59',
        'true12:00:000001-01-01 00:00:00',
      ],
    ],
  ])('%s', async (formula, expected) => {
    expect(await of(formula)).toEqual(expected);
  });

  test('nested deep are computed once each', async () => {
    const nested = `${'MOD([age] + 7, 11 + '.repeat(25)}[cost]${')'.repeat(25)}`;
    expect(await of(nested)).toHaveLength(5);
    expect(await of(`${'TEXT(VALUE('.repeat(6)}[a]]b]${'), "0.0")'.repeat(6)}`)).toEqual([
      '1234.5',
      null,
      null,
      null,
      null,
    ]);
  });

  test('today and now are those of the time zone', async () => {
    const day = new Intl.DateTimeFormat('sv', { timeZone: 'Asia/Kolkata' }).format(new Date());
    expect(await first('TODAY()')).toBe(day);
    expect(await first('NOW() >= TODAY()')).toBe('true');
    expect(await first('TODAY() - [born] > 0')).toBe('true');
  });
});

describe('an error', () => {
  test.each([
    ['1 +', 'ends too early; a value is missing. (character 4)'],
    ['(1', 'never closed; write ). (character 1)'],
    ['LEFT("a", 2', 'never closed; write ). (character 5)'],
    ['1)', 'never opened. (character 2)'],
    ['[agee] * 2', 'There is no column “agee” at this step. Did you mean “age”? (character 1) → [age]'],
    ['2 * [Ful name]', '(character 5) → [Full name]'],
    ['[age', 'never closed; write ]. (character 1)'],
    ['"abc', 'never closed; write ". (character 1)'],
    ["'abc'", 'double quotes'],
    ['age * 2', 'Columns stand in brackets: [age]. Texts stand between quotes: "age". (character 1) → [age]'],
    ['ROUNDD(1)', 'There is no function ROUNDD. Did you mean ROUND? (character 1) → ROUND'],
    ['LEFT()', 'does not take 0 values. Write it like LEFT(text, [count])'],
    ['NOT(1, 2)', 'does not take 2 values'],
    ['1 <> 1; ', 'before “,”'],
    ['1 2', 'Something is missing before “2”'],
    ['[Full name] * 2', 'A number is needed here, but this gives text. Use VALUE(…)'],
    ['[Full name] = 5', 'This compares text with whole numbers'],
    ['IF([age], 1, 2)', 'A condition is needed here, but this gives whole numbers'],
    ['IF([ok], 1, "a")', 'both have to be of one kind'],
    ['[age] = BLANK()', 'Use ISBLANK'],
    ['[ok] > FALSE', 'no order'],
    ['[extra]', 'nested data'],
    ['REGEXMATCH([Full name], "(")', 'never closed; write ). (character 26)'],
    ['REGEXMATCH([Full name], [Full name])', 'written out as a text in quotes'],
    ['ROUND(1, [age])', 'a whole number from -10 to 8, written out'],
    ['DATEDIF([born], [seen], "X")', 'The unit is "Y", "M", "W" or "D".'],
    ['TEXT([cost], "#,##0")', 'A format of numbers'],
    ['DATEVALUE("x", "QQ")', 'not understood'],
    ['1 # 2', '“#” is not understood here. (character 3)'],
    ['1e99', 'too large'],
    ['('.repeat(200) + '1' + ')'.repeat(200), 'too many brackets'],
    ['1' + '+1'.repeat(900), 'too long'],
    [Array.from({ length: 60 }, () => 'TEXT([cost], "0.00")').join(' & '), 'too complex'],
  ])('in %s says what, where and what instead', (formula, expected) => {
    expect(errorOf(formula)).toContain(expected);
  });

  test('never is one of the database: a name in a formula stays a name', async () => {
    for (const text of ["'; DROP TABLE people; --", '\\', '$1', '{{input}}', '\u0000', '"']) {
      const written = text.replaceAll('"', '""');
      expect(await first(`"${written}"`)).toBe(text.replaceAll('\u0000', '\uFFFD'));
    }
  });
});
