import type { RecipeStep } from '#contracts/recipe';
import { coerceValue } from '../coerce-value.ts';
import { call, caseWhen, castTo, columnOf, literalOf, textLiteral, type Expression } from '../expression.ts';
import { planCondition } from '../plan-condition.ts';
import { literalPattern } from '../portable-pattern.ts';
import { chosenColumns, projectColumns } from '../project-columns.ts';
import type { PlanColumn } from '../relation.ts';
import type { StepContext, StepResult } from '../step-context.ts';
import { typeWords } from '../type-words.ts';

type Step = Extract<RecipeStep, { type: 'replace_values' }>;

function replaceWhole(step: Step, column: PlanColumn, context: StepContext): Expression | undefined {
  const branches: { when: Expression; result: Expression }[] = [];
  let broken = false;
  for (const [index, { from, to }] of step.pairs.entries()) {
    const planned = planCondition(
      column,
      from === null
        ? { operator: 'is_null' }
        : { operator: 'equals', value: from, ignore_case: step.ignore_case },
      context.settings.timeZone,
    );
    const result =
      to === null ? { literal: { type: column.type, value: null } } : coerceValue(to, column.type);
    if ('message' in planned) context.report(`pairs.${index}.from`, planned.message);
    else if ('message' in result) context.report(`pairs.${index}.to`, result.message);
    else {
      branches.push({ when: planned.predicate, result: castTo(column.type, literalOf(result.literal)) });
      continue;
    }
    broken = true;
  }
  return broken ? undefined : caseWhen(column.type, branches, columnOf(column));
}

function replacePart(step: Step, column: PlanColumn, context: StepContext): Expression | undefined {
  let value = columnOf(column);
  for (const [index, { from, to }] of step.pairs.entries()) {
    const part = from === null ? '' : String(from);
    if (part === '') {
      context.report(`pairs.${index}.from`, 'Give the text to look for.');
      return undefined;
    }
    const by = to === null ? '' : String(to);
    value =
      step.ignore_case === true
        ? call(
            'text',
            'regex_replace',
            value,
            textLiteral(`(?i)${literalPattern(part)}`),
            textLiteral(by.replaceAll('\\', '\\\\')),
          )
        : call('text', 'replace', value, textLiteral(part), textLiteral(by));
  }
  return value;
}

export function planReplaceValues(step: Step, context: StepContext): StepResult {
  const { input } = context;
  const chosen = chosenColumns('columns', step.columns, context);
  if (chosen === undefined) return { output: input, operation: null };
  const expressions = new Map<PlanColumn, Expression>();
  for (const [index, column] of chosen.entries()) {
    if (column.type === 'json' || (step.part === 'part' && column.type !== 'text')) {
      context.report(
        `columns.${index}`,
        `“${column.displayName}” holds ${typeWords[column.type]}; ${column.type === 'json' ? 'its values cannot be replaced' : 'only a text has parts. Replace whole values instead'}.`,
      );
      continue;
    }
    const expression =
      step.part === 'whole' ? replaceWhole(step, column, context) : replacePart(step, column, context);
    if (expression !== undefined) expressions.set(column, expression);
  }
  if (expressions.size < chosen.length) return { output: input, operation: null };
  return projectColumns(
    context,
    input.columns.map((column) => ({ column, expression: expressions.get(column) })),
  );
}
