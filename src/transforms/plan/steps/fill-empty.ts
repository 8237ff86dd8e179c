import type { RecipeStep } from '#contracts/recipe';
import { coerceValue } from '../coerce-value.ts';
import { commonType } from '../common-type.ts';
import {
  call,
  caseWhen,
  castTo,
  columnOf,
  emptyOf,
  isBlank,
  literalOf,
  type Expression,
} from '../expression.ts';
import { chosenColumns, projectColumns } from '../project-columns.ts';
import { totalOrder, type NamedExpression, type PlanColumn } from '../relation.ts';
import type { StepContext, StepResult } from '../step-context.ts';
import { typeWords } from '../type-words.ts';
import { planSortKeys } from './sort.ts';

type Step = Extract<RecipeStep, { type: 'fill_empty' }>;

/** The value, or NULL when it is blank. */
function filled(column: PlanColumn): Expression {
  if (column.type !== 'text') return columnOf(column);
  return caseWhen('text', [{ when: isBlank(columnOf(column)), result: emptyOf('text') }], columnOf(column));
}

function withOthers(
  column: PlanColumn,
  others: readonly PlanColumn[],
  context: StepContext,
): Expression | undefined {
  for (const [index, other] of others.entries()) {
    const type = commonType(column.type, other.type);
    if (type === column.type || (type === 'decimal' && column.type !== 'integer')) continue;
    context.report(
      `from.${index}`,
      `“${other.displayName}” holds ${typeWords[other.type]} and “${column.displayName}” ${typeWords[column.type]}. Change the type of one of them first.`,
    );
    return undefined;
  }
  const values = others.map((other) => castTo(column.type, filled(other)));
  return call(column.type, 'coalesce', filled(column), ...values);
}

function planFromNeighbours(
  step: Extract<Step, { method: 'previous' | 'next' }>,
  chosen: readonly PlanColumn[],
  context: StepContext,
): StepResult {
  const { input } = context;
  const keys = planSortKeys(step.order, 'order', context);
  const by = chosenColumns('by', step.by, context);
  if (keys === undefined || by === undefined) return { output: input, operation: null };
  const groups = by.map((column) => columnOf(column));
  const order = totalOrder(keys, input.columns);
  const counts: NamedExpression[] = [];
  const expressions = new Map<PlanColumn, Expression>();
  for (const [index, column] of chosen.entries()) {
    if (column.type === 'json') {
      context.report(
        `columns.${index}`,
        `“${column.displayName}” holds nested data, which cannot be filled.`,
      );
      return { output: input, operation: null };
    }
    if (by.includes(column)) {
      context.report(`columns.${index}`, `“${column.displayName}” makes the groups, so it cannot be filled.`);
      return { output: input, operation: null };
    }
    // Rows that have seen the same number of values share the last one of them.
    const name = `_dalgo_fill_${context.index + 1}_${index + 1}`;
    counts.push({
      name,
      expression: {
        kind: 'window',
        type: 'integer',
        name: 'count',
        operands: [filled(column)],
        partition: groups,
        order,
        frame: step.method === 'previous' ? 'up_to_row' : 'from_row',
      },
    });
    expressions.set(column, {
      kind: 'window',
      type: column.type,
      name: 'max',
      operands: [filled(column)],
      partition: [...groups, { kind: 'column', name, type: 'integer' }],
      order: [],
      frame: null,
    });
  }
  const { output, operation } = projectColumns(
    context,
    input.columns.map((column) => ({ column, expression: expressions.get(column) })),
  );
  return {
    output,
    operation:
      operation === null
        ? null
        : { kind: 'sequence', operations: [{ kind: 'extend', items: counts }, operation] },
  };
}

export function planFillEmpty(step: Step, context: StepContext): StepResult {
  const { input } = context;
  const unchanged: StepResult = { output: input, operation: null };
  const chosen = chosenColumns('columns', step.columns, context);
  if (chosen === undefined) return unchanged;
  if (step.method !== 'columns' && step.method !== 'value') return planFromNeighbours(step, chosen, context);
  const others = step.method === 'columns' ? chosenColumns('from', step.from, context) : [];
  if (others === undefined) return unchanged;
  const expressions = new Map<PlanColumn, Expression>();
  for (const [index, column] of chosen.entries()) {
    let expression: Expression | undefined;
    if (step.method === 'columns') expression = withOthers(column, others, context);
    else {
      const value = coerceValue(step.value, column.type);
      if ('message' in value) {
        context.report('value', value.message);
      } else if (column.type === 'integer' && value.literal.type === 'decimal') {
        context.report(
          `columns.${index}`,
          `“${column.displayName}” holds whole numbers. Give a whole number, or change its type first.`,
        );
      } else {
        expression = call(
          column.type,
          'coalesce',
          filled(column),
          castTo(column.type, literalOf(value.literal)),
        );
      }
    }
    if (expression === undefined) return unchanged;
    expressions.set(column, expression);
  }
  return projectColumns(
    context,
    input.columns.map((column) => ({ column, expression: expressions.get(column) })),
  );
}
