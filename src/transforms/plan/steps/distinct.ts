import { columnOf, type Expression } from '../expression.ts';
import type { PlanColumn, PlanOperation, Relation } from '../relation.ts';
import type { StepContext, StepResult } from '../step-context.ts';
import { orderByAll } from './source.ts';

/** Whole rows once. What rows carried along hidden cannot survive: it would tell equal rows apart. */
export function distinctRows(
  input: Relation,
  columns: readonly PlanColumn[],
  expressions: ReadonlyMap<string, Expression>,
  totalOrder: boolean,
): { output: Relation; operation: PlanOperation } {
  const names = new Set(columns.map((column) => column.name));
  const firstLost = input.order.findIndex((key) => !names.has(key.name) || expressions.has(key.name));
  return {
    output: {
      columns,
      hidden: [],
      order: firstLost === -1 ? input.order : input.order.slice(0, firstLost),
      ties: totalOrder ? orderByAll(columns) : [],
      incomplete: input.incomplete,
    },
    operation: {
      kind: 'project',
      items: columns.map((column) => ({
        name: column.name,
        expression: expressions.get(column.name) ?? columnOf(column),
      })),
      distinct: true,
    },
  };
}

export function planDistinct(context: StepContext): StepResult {
  return distinctRows(context.input, context.input.columns, new Map(), context.settings.totalOrder);
}
