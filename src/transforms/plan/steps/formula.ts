import type { RecipeStep } from '#contracts/recipe';
import type { Expression } from '../expression.ts';
import { FormulaError } from '../formula/formula-error.ts';
import { typeFormula } from '../formula/type-formula.ts';
import { addColumn } from '../project-columns.ts';
import { shareExpressions } from '../share-expressions.ts';
import type { StepContext, StepResult } from '../step-context.ts';

export function planFormula(
  step: Extract<RecipeStep, { type: 'formula' }>,
  context: StepContext,
): StepResult {
  const { input, settings } = context;
  let expression: Expression | undefined;
  try {
    expression = typeFormula(step.expression, { columns: input.columns, timeZone: settings.timeZone });
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    // What is missing may be what the broken step before would have made.
    if (!input.incomplete)
      context.report(
        'expression',
        `${error.message} (character ${error.position + 1})`,
        error.suggestion,
        error.position,
      );
  }
  const wish = { field: 'name', name: step.name, type: expression?.type ?? ('text' as const) };
  if (expression === undefined) return addColumn(context, wish, undefined);
  const shared = shareExpressions(expression, (number) => `_dalgo_part_${context.index + 1}_${number}`);
  if (shared === null) {
    context.report(
      'expression',
      'This formula is too complex. Calculate a part of it in a column of its own.',
    );
    return addColumn(context, wish, undefined);
  }
  const { output, operation } = addColumn(context, wish, shared.result);
  if (shared.levels.length === 0 || operation === null) return { output, operation };
  return {
    output: {
      ...output,
      hidden: [...output.hidden, ...shared.levels.flat().map((part) => part.name)],
    },
    operation: {
      kind: 'sequence',
      operations: [...shared.levels.map((items) => ({ kind: 'extend' as const, items })), operation],
    },
  };
}
