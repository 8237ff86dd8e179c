import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBothEngines, type BothEngines } from './testing/both-engines.ts';

let both: BothEngines;
beforeAll(async () => {
  both = await openBothEngines();
  await both.createTable({
    name: 'one',
    columns: [
      { name: 'nothing', type: 'decimal' },
      { name: 'void', type: 'text' },
    ],
    rows: [[null, null]],
  });
});
afterAll(() => both[Symbol.asyncDispose]());

/** What Excel gives, from the examples in its own documentation of each function. */
const excel: readonly (readonly [formula: string, result: string | null])[] = [
  ['ROUND(2.15, 1)', '2.2'],
  ['ROUND(2.149, 1)', '2.1'],
  ['ROUND(-1.475, 2)', '-1.48'],
  ['ROUND(21.5, -1)', '20'],
  ['ROUND(626.3, -3)', '1000'],
  ['ROUNDUP(-3.14159, 1)', '-3.2'],
  ['ROUNDUP(31415.92654, -2)', '31500'],
  ['ROUNDDOWN(-3.14159, 1)', '-3.1'],
  ['ROUNDDOWN(31415.92654, -2)', '31400'],
  ['TRUNC(8.9)', '8'],
  ['TRUNC(-8.9)', '-8'],
  ['INT(8.9)', '8'],
  ['INT(-8.9)', '-9'],
  ['MOD(3, 2)', '1'],
  ['MOD(-3, 2)', '1'],
  ['MOD(3, -2)', '-1'],
  ['MOD(-3, -2)', '-1'],
  ['QUOTIENT(5, 2)', '2'],
  ['QUOTIENT(-10, 3)', '-3'],
  ['POWER(5, 2)', '25'],
  ['SQRT(16)', '4'],
  ['ABS(-2)', '2'],
  ['SIGN(-0.00001)', '-1'],
  ['SUM(1, [nothing], 2.5)', '3.5'],
  ['SUM([nothing])', '0'],
  ['AVERAGE(10, 15, [nothing], 32)', '19'],
  ['AVERAGE([nothing])', null],
  ['MAX(1, 5, 3)', '5'],
  ['MIN(1, [nothing], 3)', '1'],
  ['LEFT("Sale Price", 4)', 'Sale'],
  ['LEFT("Sweden")', 'S'],
  ['RIGHT("Sale Price", 5)', 'Price'],
  ['MID("Fluid Flow", 1, 5)', 'Fluid'],
  ['MID("Fluid Flow", 7, 20)', 'Flow'],
  ['LEN("Phoenix, AZ")', '11'],
  ['FIND("M", "Miriam McGovern")', '1'],
  ['FIND("m", "Miriam McGovern")', '6'],
  ['SEARCH("margin", "Profit Margin")', '8'],
  ['SUBSTITUTE("Sales Data", "Sales", "Cost")', 'Cost Data'],
  ['REPLACE("abcdefghijk", 6, 5, "*")', 'abcde*k'],
  ['REPLACE("2009", 3, 2, "10")', '2010'],
  ['PROPER("this is a TITLE")', 'This Is A Title'],
  ['PROPER("2-way street")', '2-Way Street'],
  ['UPPER("total")', 'TOTAL'],
  ['LOWER("Apt. 2B")', 'apt. 2b'],
  ['TEXTJOIN(", ", "a", [void], "b")', 'a, b'],
  ['CONCAT("The", " ", "sun")', 'The sun'],
  ['EXACT("word", "word")', 'true'],
  ['EXACT("Word", "word")', 'false'],
  ['VALUE("1,000")', '1000'],
  ['TEXT(1234.567, "0.00")', '1234.57'],
  ['DATE(2008, 7, 8)', '2008-07-08'],
  ['EDATE(DATE(2011, 1, 15), 1)', '2011-02-15'],
  ['EDATE(DATE(2011, 1, 31), 1)', '2011-02-28'],
  ['EDATE(DATE(2011, 1, 15), -1)', '2010-12-15'],
  ['EOMONTH(DATE(2011, 1, 1), 1)', '2011-02-28'],
  ['EOMONTH(DATE(2011, 1, 1), -3)', '2010-10-31'],
  ['DATEDIF(DATE(2001, 1, 1), DATE(2003, 1, 1), "Y")', '2'],
  ['DATEDIF(DATE(2001, 6, 1), DATE(2002, 8, 15), "D")', '440'],
  ['DAYS(DATE(2021, 3, 15), DATE(2021, 2, 1))', '42'],
  ['YEAR(DATE(2008, 7, 5))', '2008'],
  ['MONTH(DATE(2011, 4, 15))', '4'],
  ['DAY(DATE(2011, 4, 15))', '15'],
  ['IF(1 > 2, "yes", "no")', 'no'],
  ['IFS(FALSE, "a", TRUE, "b")', 'b'],
  ['SWITCH(2, 1, "Sunday", 2, "Monday", "No match")', 'Monday'],
  ['SWITCH(99, 1, "Sunday", "No match")', 'No match'],
  ['CHOOSE(2, "1st", "2nd", "3rd")', '2nd'],
  ['CHOOSE(4, "1st", "2nd", "3rd")', null],
  ['XOR(3 > 0, 2 < 9)', 'false'],
  ['XOR(3 > 12, 4 > 6)', 'false'],
  ['XOR(3 > 12, 4 < 6)', 'true'],
  ['IFERROR(210 / 35, 0)', '6'],
  ['IFERROR(55 / 0, -1)', '-1'],
  ['ISNUMBER(4)', 'true'],
  ['ISNUMBER("Seattle")', 'false'],
  ['ISBLANK([void])', 'true'],
];

test('functions give what Excel gives', async () => {
  const { rows } = await both.run({
    steps: [
      { type: 'source', table: 'one' },
      ...excel.map(([expression], index) => ({ type: 'formula' as const, name: `x${index}`, expression })),
    ],
  });
  const results = (rows[0] ?? []).slice(2);
  expect(excel.map(([formula], index) => [formula, results[index] ?? null])).toEqual(
    excel.map(([formula, result]) => [formula, result]),
  );
});
