import type { Expression } from './expression.ts';
import type { NamedExpression, PlanOperation } from './relation.ts';
import { operandsOf, repeatsOf } from './share-expressions.ts';

/*
 * A planner writes the expressions of one step into those of the next, as often as they name them. A step that asks
 * for a column three times, fifty times in a row, would be 3^50 pieces: PostgreSQL was seen to plan until its memory was
 * gone. So the emitter counts the pieces, and stops the planner where there are too many.
 */

/** Pieces that a column is made of once everything is written into everything. */
export type ColumnWeights = ReadonlyMap<string, number>;

const NO_WEIGHTS: ColumnWeights = new Map();

function weightOf(expression: Expression, columns: ColumnWeights, known: Map<Expression, number>): number {
  if (expression.kind === 'column') return columns.get(expression.name) ?? 1;
  const before = known.get(expression);
  if (before !== undefined) return before;
  const operands =
    expression.kind === 'window' ? [...expression.operands, ...expression.partition] : operandsOf(expression);
  let inner = 0;
  for (const operand of operands) inner += weightOf(operand, columns, known);
  const weight = 1 + inner * repeatsOf(expression);
  known.set(expression, weight);
  return weight;
}

export interface InlinedWeight {
  /** The heaviest expression of the operation. */
  readonly heaviest: number;
  /** Columns after it that are more than a name; empty where the planner stops by itself. */
  readonly columns: ColumnWeights;
}

const hasWindow = (items: readonly NamedExpression[]): boolean =>
  items.some(({ expression }) => expression.kind === 'window');

/** How heavy an operation is over columns of these weights. */
export function inlinedWeight(operation: PlanOperation, columns: ColumnWeights): InlinedWeight {
  const known = new Map<Expression, number>();
  const weigh = (expression: Expression): number => weightOf(expression, columns, known);
  const heaviestOf = (expressions: readonly Expression[]): number =>
    expressions.reduce((most, each) => Math.max(most, weigh(each)), 0);
  const made = (items: readonly NamedExpression[], kept: ColumnWeights): InlinedWeight => {
    const after = new Map(kept);
    let heaviest = 0;
    for (const { name, expression } of items) {
      const weight = weigh(expression);
      heaviest = Math.max(heaviest, weight);
      if (weight > 1) after.set(name, weight);
      else after.delete(name);
    }
    return { heaviest, columns: hasWindow(items) ? NO_WEIGHTS : after };
  };
  switch (operation.kind) {
    case 'filter':
      return { heaviest: weigh(operation.predicate), columns };
    case 'project': {
      const result = made(operation.items, NO_WEIGHTS);
      return operation.distinct ? { ...result, columns: NO_WEIGHTS } : result;
    }
    case 'extend':
      return made(operation.items, columns);
    case 'join':
      return { heaviest: heaviestOf(operation.on.map(({ left }) => left)), columns };
    case 'aggregate':
      return {
        heaviest: heaviestOf([
          ...operation.keys.map(({ expression }) => expression),
          ...operation.measures.flatMap(({ argument, filter }) => [
            ...(argument === null ? [] : [argument]),
            ...(filter === undefined ? [] : [filter]),
          ]),
        ]),
        columns: NO_WEIGHTS,
      };
    case 'stack':
      return { ...made(operation.items, NO_WEIGHTS) };
    case 'unpivot': {
      const values = operation.columns.reduce((sum, { value }) => sum + weigh(value), 1);
      return { heaviest: values, columns: new Map(columns).set(operation.value, values) };
    }
    case 'fuzzy_match':
      return { heaviest: weigh(operation.left), columns };
    case 'unnest':
      return { heaviest: weigh(operation.list), columns };
    case 'sequence': {
      let heaviest = 0;
      let current = columns;
      for (const [index, each] of operation.operations.entries()) {
        const weight = inlinedWeight(each, current);
        heaviest = Math.max(heaviest, weight.heaviest);
        const isComputedOnce = each.kind === 'extend' && index < operation.operations.length - 1;
        current = isComputedOnce ? NO_WEIGHTS : weight.columns;
      }
      return { heaviest, columns: current };
    }
    case 'sort':
      return { heaviest: 0, columns };
    case 'scan':
    case 'sql':
      return { heaviest: 0, columns: NO_WEIGHTS };
  }
}
