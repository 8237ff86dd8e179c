import type { RecipeStep } from '#contracts/recipe';
import { literalOf, textLiteral, type Expression } from '../expression.ts';
import { planCondition } from '../plan-condition.ts';
import type { StepContext, StepResult } from '../step-context.ts';

export function planCategorize(
  step: Extract<RecipeStep, { type: 'categorize' }>,
  context: StepContext,
): StepResult {
  const { input, settings } = context;
  const source = context.column('source_column', step.source_column);
  const branches: { when: Expression; result: Expression }[] = [];
  let broken = source === undefined;
  if (source !== undefined) {
    for (const [index, rule] of step.rules.entries()) {
      const planned = planCondition(source, rule, settings.timeZone);
      if ('message' in planned) {
        context.report(`rules.${index}.${planned.field}`, planned.message);
        broken = true;
      } else {
        branches.push({ when: planned.predicate, result: textLiteral(rule.category) });
      }
    }
  }
  const name = context.newName('new_column', step.new_column, input.columns);
  if (name === undefined) return { output: input, operation: null };
  const output = {
    ...input,
    columns: [...input.columns, { name, displayName: step.new_column, type: 'text' as const }],
  };
  if (broken) return { output, operation: null };
  const otherwise =
    step.default === null ? literalOf({ type: 'text', value: null }) : textLiteral(step.default);
  return {
    output,
    operation: {
      kind: 'extend',
      items: [{ name, expression: { kind: 'case', type: 'text', branches, otherwise } }],
    },
  };
}
