import type { RecipeStep } from '#contracts/recipe';
import { columnOf, type Expression } from '../expression.ts';
import { hiddenItems, keepOrderKeys } from '../relation.ts';
import { type StepContext, type StepResult } from '../step-context.ts';
import { typeWords } from '../type-words.ts';
import { distinctRows } from './distinct.ts';

export function planClean(step: Extract<RecipeStep, { type: 'clean' }>, context: StepContext): StepResult {
  const { input, settings } = context;
  const operations = step.operations.filter((operation) => operation !== 'remove_duplicates');
  const cleaned = new Map<string, Expression>();
  let broken = false;
  if (operations.length > 0 && step.columns.length === 0) {
    context.report('columns', 'Choose at least one column.');
    broken = true;
  }
  for (const [index, reference] of step.columns.entries()) {
    const column = context.column(`columns.${index}`, reference);
    if (column === undefined) {
      broken = true;
    } else if (operations.length > 0 && column.type !== 'text') {
      context.report(
        `columns.${index}`,
        `“${column.displayName}” holds ${typeWords[column.type]}; only text can be cleaned. Take it out of the list.`,
      );
      broken = true;
    } else if (operations.length > 0) {
      let expression = columnOf(column);
      for (const name of operations)
        expression = { kind: 'text_function', type: 'text', name, operand: expression };
      cleaned.set(column.name, expression);
    }
  }
  if (broken) return { output: input, operation: null };
  if (operations.length < step.operations.length)
    return distinctRows(input, input.columns, cleaned, settings.totalOrder);

  const { items, order, ties, hidden } = keepOrderKeys(input, new Set(cleaned.keys()), context.index);
  return {
    output: { ...input, order, ties, hidden },
    operation: {
      kind: 'project',
      items: [
        ...input.columns.map((column) => ({
          name: column.name,
          expression: cleaned.get(column.name) ?? columnOf(column),
        })),
        ...hiddenItems(input),
        ...items,
      ],
      distinct: false,
    },
  };
}
