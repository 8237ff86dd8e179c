import type { Recipe } from '#contracts/recipe';
import type { RecipeError } from '#contracts/transformations';
import type { Dialect } from '#warehouse';
import { emitPlan } from './emit/emit-plan.ts';
import { syntaxes } from './emit/syntaxes.ts';
import { UnsupportedByDialect } from './emit/unsupported-by-dialect.ts';
import type { Catalog } from './plan/catalog.ts';
import { planRecipe, type PlannedStep, type PlanOptions } from './plan/plan-recipe.ts';
import type { PlanColumn } from './plan/relation.ts';

export interface CompileOptions extends PlanOptions {
  readonly recipe: Recipe;
  readonly catalog: Catalog;
  readonly dialect: Dialect['name'];
  /** Schema of the tables. */
  readonly schema?: string | undefined;
}

export interface CompiledRecipe {
  /** null when the recipe has errors. */
  readonly sql: string | null;
  readonly columns: readonly PlanColumn[];
  readonly steps: readonly PlannedStep[];
  readonly errors: readonly RecipeError[];
  /** Physical names of the tables that it reads. */
  readonly tables: readonly string[];
}

/**
 * A recipe as one readable SELECT of a dialect, or what is wrong with it, also when that dialect cannot do a step.
 * Reads no data.
 */
export function compileRecipe(options: CompileOptions): CompiledRecipe {
  const { steps, plan, errors } = planRecipe(options.recipe, options.catalog, options);
  const columns = steps.at(-1)?.columns ?? [];
  const tables = plan?.tables ?? [];
  if (plan === null) return { sql: null, columns, steps, errors, tables };
  try {
    const { sql } = emitPlan(plan, syntaxes[options.dialect], { schema: options.schema });
    return { sql, columns, steps, errors, tables };
  } catch (error) {
    if (!(error instanceof UnsupportedByDialect) || error.step === null) throw error;
    const { step, message } = error;
    const refusal: RecipeError = { step, field: '', message, suggestion: null };
    return {
      sql: null,
      columns,
      steps: steps.map((each) =>
        each.index === step ? { ...each, errors: [...each.errors, refusal] } : each,
      ),
      errors: [...errors, refusal],
      tables,
    };
  }
}
