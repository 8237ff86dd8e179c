import type { RecipeStep } from '#contracts/recipe';
import { and, literalOf, textLiteral, type Expression } from '../expression.ts';
import { planCondition } from '../plan-condition.ts';
import { planConditions } from '../plan-conditions.ts';
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
      const besides =
        rule.and === undefined ? null : planConditions(`rules.${index}.and.`, rule.and, context);
      if ('message' in planned) context.report(`rules.${index}.${planned.field}`, planned.message);
      if ('message' in planned || besides === undefined) {
        broken = true;
      } else {
        const when = besides === null ? planned.predicate : and(planned.predicate, besides);
        branches.push({ when, result: textLiteral(rule.category) });
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
