import * as fc from 'fast-check';
import type { RecipeStep } from '#contracts/recipe';
import { emitPlan } from '../emit-plan.ts';
import { planRecipe, type Plan, type PlanOptions } from '../../plan/plan-recipe.ts';
import { syntaxes } from '../syntaxes.ts';
import type { BothEngines, EngineResult } from './both-engines.ts';
import { randomStep, randomTable } from './random-recipe.ts';

export interface Agreement {
  readonly tried: number;
  readonly ran: number;
  /** Steps that the planner refused, each saying where and what. */
  readonly refused: number;
  /** Recipes whose numbers left what both engines can hold, so that there is nothing to agree on. */
  readonly beyond: number;
  /** How often each kind of step ran. */
  readonly seen: ReadonlyMap<string, number>;
  /** Errors that name another step than the one that they are of, or say nothing. */
  readonly misplaced: readonly unknown[];
}

/** A decimal of DuckDB multiplies and divides exactly below this. */
const COMMON_RANGE = 1e15;

function isBeyond({ columns, rows }: EngineResult): boolean {
  return rows.some((row) =>
    row.some((cell, index) => columns[index]?.type === 'decimal' && Math.abs(Number(cell)) >= COMMON_RANGE),
  );
}

const options: PlanOptions = { timeZone: 'Asia/Kolkata', totalOrder: true };

/** Any page of any step is that part of what the step gives, and its SQL begins the SQL of the whole chain. */
async function checkPrefix(both: BothEngines, steps: readonly RecipeStep[], upToStep: number): Promise<void> {
  const planOf = (more: PlanOptions): Plan => {
    const { plan } = planRecipe({ steps: [...steps] }, both.catalog(), { ...options, ...more });
    if (plan === null) throw new Error('What could be planned before cannot now.');
    return plan;
  };
  for (const { dialect, run } of both.engines) {
    const syntax = syntaxes[dialect.name];
    const part = emitPlan(planOf({ upToStep }), syntax, { schema: 'org_test' });
    const whole = emitPlan(planOf({}), syntax, { schema: 'org_test' });
    if (!whole.withClause.startsWith(part.withClause))
      throw new Error(`Step ${upToStep} is another in the chain:\n${part.withClause}\n\n${whole.withClause}`);
    const all = await run(part.sql);
    const page = await run(`${part.sql}\nLIMIT 3 OFFSET 1`);
    if (JSON.stringify(page.rows) !== JSON.stringify(all.rows.slice(1, 4)))
      throw new Error(
        `A page is not that part of the step:\n${JSON.stringify(page.rows)}\n${JSON.stringify(all.rows)}\n${part.sql}`,
      );
  }
}

async function isBeyondSomewhere(both: BothEngines, steps: readonly RecipeStep[]): Promise<boolean> {
  for (let count = 1; count <= steps.length; count += 1) {
    const { plan } = planRecipe({ steps: steps.slice(0, count) }, both.catalog(), options);
    const [postgres] = both.engines;
    if (plan === null || postgres === undefined) return false;
    const { sql } = emitPlan(plan, syntaxes.postgres, { schema: 'org_test' });
    if (isBeyond(await postgres.run(sql))) return true;
  }
  return false;
}

/**
 * Makes up tables and recipes and runs them on both engines: rows and columns are equal, the columns are those that
 * were planned, and what cannot be planned says where it is wrong. Throws at the first that differs.
 */
export async function agreeOnRecipes(
  both: BothEngines,
  settings: { readonly recipes: number; readonly seed?: number | undefined },
): Promise<Agreement> {
  let [tried, ran, refused, beyond] = [0, 0, 0, 0];
  const seen = new Map<string, number>();
  const misplaced: unknown[] = [];
  await fc.assert(
    fc.asyncProperty(
      randomTable('left'),
      randomTable('right'),
      fc.array(randomStep, { minLength: 4, maxLength: 16 }),
      fc.nat(),
      async (left, right, steps, which) => {
        tried += 1;
        await both.createTable(left);
        await both.createTable(right);
        try {
          // What has an error is taken out, after seeing that the error says where: so most recipes get to run.
          let kept: RecipeStep[] = [{ type: 'source', table: 'left' }];
          for (const next of steps) {
            if (kept.length >= 6) break;
            const { errors, plan } = planRecipe({ steps: [...kept, next] }, both.catalog());
            if (plan !== null) {
              kept = [...kept, next];
              continue;
            }
            refused += 1;
            misplaced.push(
              ...errors.filter((error) => error.step !== kept.length || error.message === ''),
              ...(errors.length === 0 ? [next] : []),
            );
          }
          try {
            await both.run({ steps: kept }, options);
            await checkPrefix(both, kept, which % kept.length);
          } catch (error) {
            if (!(await isBeyondSomewhere(both, kept))) throw error;
            beyond += 1;
            return;
          }
          ran += 1;
          for (const { type } of kept) seen.set(type, (seen.get(type) ?? 0) + 1);
        } finally {
          await both.dropTable('left');
          await both.dropTable('right');
        }
      },
    ),
    {
      numRuns: settings.recipes,
      endOnFailure: false,
      ...(settings.seed === undefined ? {} : { seed: settings.seed }),
    },
  );
  return { tried, ran, refused, beyond, seen, misplaced };
}
