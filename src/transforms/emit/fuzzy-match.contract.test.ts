import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBothEngines, type BothEngines } from './testing/both-engines.ts';

let both: BothEngines;
beforeAll(async () => {
  both = await openBothEngines();
  await both.createTable({
    name: 'visits',
    columns: [{ name: 'village', type: 'text' }],
    rows: [
      ['Rampur'],
      [' RAMPUR '],
      ['Rampoor'],
      ['Sitapur'],
      ['Sitapurr'],
      [''],
      ['  '],
      [null],
      ['xyz'],
      ['नगर'],
      ['नगरे'],
    ],
  });
  await both.createTable({
    name: 'villages',
    columns: [
      { name: 'name', type: 'text' },
      { name: 'code', type: 'integer' },
    ],
    rows: [
      ['Rampur', '1'],
      ['Sitapur', '2'],
      ['Nagar', '3'],
      [null, '4'],
      ['नगर', '5'],
      ['RAMPUR', '6'],
    ],
  });
});
afterAll(() => both[Symbol.asyncDispose]());

/** pg_trgm's similarity of one word, from its documentation. */
function similarity(a: string, b: string): number {
  const grams = (text: string): Set<string> => {
    const letters = Array.from(`  ${text} `);
    return new Set(letters.slice(0, -2).map((_, at) => letters.slice(at, at + 3).join('')));
  };
  const [x, y] = [grams(a), grams(b)];
  const common = [...x].filter((gram) => y.has(gram)).length;
  return common / (x.size + y.size - common);
}

test('finds the most similar text of another table, with its score, and nothing for what is too different', async () => {
  const { rows } = await both.run({
    steps: [
      { type: 'source', table: 'visits' },
      {
        type: 'fuzzy_match',
        column: 'village',
        table: 'villages',
        key: 'name',
        name: 'Found',
        score_name: 'Score',
        threshold: 0.3,
      },
    ],
  });
  const score = (a: string, b: string): string => String(Number(similarity(a, b).toFixed(10)));
  expect(rows).toEqual([
    ['Rampur', 'RAMPUR', '1'],
    [' RAMPUR ', 'RAMPUR', '1'],
    ['Rampoor', 'RAMPUR', score('rampoor', 'rampur')],
    ['Sitapur', 'Sitapur', '1'],
    ['Sitapurr', 'Sitapur', score('sitapurr', 'sitapur')],
    ['', null, null],
    ['  ', null, null],
    [null, null, null],
    ['xyz', null, null],
    ['नगर', 'नगर', '1'],
    ['नगरे', 'नगर', score('नगरे', 'नगर')],
  ]);
});

test('without a table, brings similar spellings of a column to the most frequent of them', async () => {
  const { rows } = await both.run({
    steps: [
      { type: 'source', table: 'visits' },
      { type: 'fuzzy_match', column: 'village', name: 'Spelling', threshold: 0.3 },
    ],
  });
  expect(rows.map((row) => row[1])).toEqual([
    ' RAMPUR ',
    ' RAMPUR ',
    ' RAMPUR ',
    'Sitapur',
    'Sitapur',
    null,
    null,
    null,
    'xyz',
    'नगर',
    'नगर',
  ]);
});

test('scores are those of the definition, whatever the letters', async () => {
  const word = fc.string({
    unit: fc.constantFrom('a', 'b', 'c', 'é', 'न', '👍', ' '),
    minLength: 1,
    maxLength: 6,
  });
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(word, { minLength: 1, maxLength: 4 }),
      fc.uniqueArray(word, { minLength: 1, maxLength: 4 }),
      async (left, right) => {
        await both.createTable({
          name: 'l',
          columns: [{ name: 't', type: 'text' }],
          rows: left.map((each) => [each]),
        });
        await both.createTable({
          name: 'r',
          columns: [{ name: 't', type: 'text' }],
          rows: right.map((each) => [each]),
        });
        try {
          const { rows } = await both.run({
            steps: [
              { type: 'source', table: 'l' },
              {
                type: 'fuzzy_match',
                column: 't',
                table: 'r',
                key: 't',
                name: 'found',
                score_name: 'score',
                threshold: 0.1,
              },
            ],
          });
          for (const [text, , score] of rows) {
            const wanted = (text ?? '').trim();
            const best = Math.max(
              0,
              ...right.map((each) =>
                wanted === '' || each.trim() === '' ? 0 : similarity(wanted, each.trim()),
              ),
            );
            expect(Number(score ?? 0)).toBeCloseTo(best >= 0.1 ? best : 0, 9);
          }
        } finally {
          await both.dropTable('l');
          await both.dropTable('r');
        }
      },
    ),
    { numRuns: 15 },
  );
});
