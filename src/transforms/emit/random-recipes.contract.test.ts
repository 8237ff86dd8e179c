import { afterAll, beforeAll, expect, test } from 'vitest';
import { agreeOnRecipes } from './testing/agree-on-recipes.ts';
import { openBothEngines, type BothEngines } from './testing/both-engines.ts';

let both: BothEngines;
beforeAll(async () => {
  both = await openBothEngines();
});
afterAll(() => both[Symbol.asyncDispose]());

test('any recipe either runs with equal rows and the planned columns on both engines, or says where it is wrong', async () => {
  const { tried, ran, refused, beyond, misplaced } = await agreeOnRecipes(both, { recipes: 120 });
  expect(misplaced).toEqual([]);
  expect(ran + beyond).toBe(tried);
  expect(beyond).toBeLessThan(tried / 20);
  expect(refused).toBeGreaterThan(tried / 3);
}, 120_000);
