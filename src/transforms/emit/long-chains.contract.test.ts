import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBothEngines, type BothEngines } from './testing/both-engines.ts';

let both: BothEngines;
beforeAll(async () => {
  both = await openBothEngines();
  await both.createTable({
    name: 'visits',
    columns: [
      { name: 'id', type: 'integer' },
      { name: 'district', type: 'text' },
    ],
    rows: [
      ['1', 'v0'],
      ['2', ' v10 '],
      ['3', null],
    ],
  });
});
afterAll(() => both[Symbol.asyncDispose]());

test('a hundred corrections of one column are planned at once, though each names it three times', async () => {
  const steps = Array.from({ length: 100 }, (_, index) => ({
    type: 'replace_values' as const,
    columns: ['district'],
    pairs: [
      { from: `v${index}`, to: `v${index + 1}` },
      { from: `w${index}`, to: 'never' },
    ],
  }));
  const { rows } = await both.run({ steps: [{ type: 'source', table: 'visits' }, ...steps] });
  expect(rows).toEqual([
    ['1', 'v100'],
    ['2', ' v10 '],
    ['3', null],
  ]);
});

test('a long recipe keeps its order and its hidden columns through its parts', async () => {
  const steps = Array.from({ length: 60 }, (_, index) =>
    index === 3
      ? { type: 'sort' as const, columns: [{ column: 'id', descending: true }] }
      : index === 20
        ? { type: 'clean' as const, columns: ['district'], operations: ['trim' as const] }
        : index === 40
          ? { type: 'select' as const, columns: ['district'] }
          : {
              type: 'filter' as const,
              column: 'district',
              operator: 'not_equals' as const,
              value: `x${index}`,
            },
  );
  const { rows } = await both.run({ steps: [{ type: 'source', table: 'visits' }, ...steps] });
  expect(rows).toEqual([[null], ['v10'], ['v0']]);
});
