import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { agreeOnRecipes } from './testing/agree-on-recipes.ts';
import { openBothEngines, type BothEngines } from './testing/both-engines.ts';
import { randomStep } from './testing/random-recipe.ts';

/*
 * `npm run test:soak -- src/transforms/emit/random-recipes.soak.ts`: ten thousand recipes of a seed that is printed.
 * RECIPES and SEED change how many, and which.
 */

let both: BothEngines;
beforeAll(async () => {
  both = await openBothEngines();
});
afterAll(() => both[Symbol.asyncDispose]());

test('ten thousand random recipes give the same on both engines, and every kind of step is among them', async () => {
  const recipes = Number(process.env['RECIPES'] ?? 10_000);
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`seed ${seed}`);
  const { tried, ran, refused, beyond, seen, misplaced } = await agreeOnRecipes(both, { recipes, seed });
  console.log(
    `${tried} recipes: ${ran} ran with equal results, ${beyond} left the range of numbers; ${refused} steps were refused in words`,
  );
  expect(misplaced).toEqual([]);
  expect(ran).toBeGreaterThan(tried * 0.95);
  const kinds = new Set(fc.sample(randomStep, { numRuns: 3000, seed: 1 }).map((each) => each.type));
  const unseen = [...kinds].filter((type) => !seen.has(type));
  // A few recipes cannot have every kind.
  expect(tried < 5000 ? [] : unseen).toEqual([]);
}, 3_600_000);
