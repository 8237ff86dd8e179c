import type { Expression, FunctionName } from './expression.ts';
import type { NamedExpression } from './relation.ts';

/** What an expression is computed from. */
export function operandsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'and':
    case 'or':
    case 'concat':
    case 'call':
      return expression.operands;
    case 'in':
      return [expression.operand, ...expression.values];
    case 'comparison':
    case 'arithmetic':
      return [expression.left, expression.right];
    case 'case':
      return [...expression.branches.flatMap(({ when, result }) => [when, result]), expression.otherwise];
    case 'column':
    case 'literal':
    case 'row_position':
    // A window is computed over rows and stays where it is.
    case 'window':
      return [];
    default:
      return [expression.operand];
  }
}

/** The same expression of other operands. */
function mapOperands(expression: Expression, map: (operand: Expression) => Expression): Expression {
  switch (expression.kind) {
    case 'and':
    case 'or':
    case 'concat':
    case 'call':
      return { ...expression, operands: expression.operands.map(map) };
    case 'in':
      return { ...expression, operand: map(expression.operand), values: expression.values.map(map) };
    case 'comparison':
      return { ...expression, left: map(expression.left), right: map(expression.right) };
    case 'arithmetic':
      return { ...expression, left: map(expression.left), right: map(expression.right) };
    case 'case':
      return {
        ...expression,
        branches: expression.branches.map(({ when, result }) => ({ when: map(when), result: map(result) })),
        otherwise: map(expression.otherwise),
      };
    case 'column':
    case 'literal':
    case 'row_position':
    case 'window':
      return expression;
    case 'is_null':
    case 'text_match':
    case 'date_part':
    case 'text_function':
    case 'local_time':
    case 'cast':
    case 'not':
      return { ...expression, operand: map(expression.operand) };
  }
}

const callRepeats: Readonly<Partial<Record<FunctionName, number>>> = {
  power: 14,
  modulo: 4,
  make_date: 3,
  months_between: 3,
};

/** How often an engine's words for a node repeat its operands, at most. */
export function repeatsOf(expression: Expression): number {
  switch (expression.kind) {
    case 'cast':
      return expression.operand.type === 'text' ? 6 : 2;
    case 'arithmetic':
      return 2;
    case 'text_function':
      return expression.name === 'title' ? 3 : 1;
    case 'call':
      return callRepeats[expression.name] ?? 2;
    default:
      return 1;
  }
}

/** How long the SQL of an expression is, in pieces. What is shared is looked at once. */
function weigh(expression: Expression, known: Map<Expression, number>): number {
  const before = known.get(expression);
  if (before !== undefined) return before;
  const inner = operandsOf(expression).reduce((sum, each) => sum + weigh(each, known), 0);
  const weight = 1 + inner * repeatsOf(expression);
  known.set(expression, weight);
  return weight;
}

/** Below, SQL reads better in one piece. */
const LIGHT = 200;
/** A part this light is written again rather than named. */
const TRIFLE = 6;
/** Beyond, the statement takes an engine longer to read than its answer is worth. */
const MAX_WEIGHT = 60_000;
const MAX_PARTS = 300;

export interface SharedExpression {
  /** Columns to compute before, level by level: each level uses only those before it. */
  readonly levels: readonly (readonly NamedExpression[])[];
  readonly result: Expression;
}

/**
 * An expression whose parts are computed once and then named, where writing them out again and again would grow without
 * bound. null when it is too much all the same. No part may raise an error: all are computed for every row.
 */
export function shareExpressions(
  expression: Expression,
  nameOf: (number: number) => string,
): SharedExpression | null {
  const weights = new Map<Expression, number>();
  if (weigh(expression, weights) <= LIGHT) return { levels: [], result: expression };

  const uses = new Map<Expression, number>();
  const count = (node: Expression): void => {
    for (const operand of operandsOf(node)) {
      const before = uses.get(operand);
      uses.set(operand, (before ?? 0) + repeatsOf(node));
      if (before === undefined) count(operand);
    }
  };
  count(expression);

  const levels: NamedExpression[][] = [];
  const made = new Map<Expression, { readonly expression: Expression; readonly level: number }>();
  let parts = 0;
  let total = 0;
  const lightened = new Map<Expression, number>();
  const rewrite = (node: Expression): { readonly expression: Expression; readonly level: number } => {
    const before = made.get(node);
    if (before !== undefined) return before;
    let level = 0;
    const inner = mapOperands(node, (operand) => {
      const rewritten = rewrite(operand);
      level = Math.max(level, rewritten.level);
      return rewritten.expression;
    });
    const weight = weigh(inner, lightened);
    let result = { expression: inner, level };
    if (node !== expression && weight > TRIFLE && (uses.get(node) ?? 0) > 1) {
      parts += 1;
      total += weight;
      const name = nameOf(parts);
      (levels[level] ??= []).push({ name, expression: inner });
      result = { expression: { kind: 'column', name, type: node.type }, level: level + 1 };
    }
    made.set(node, result);
    return result;
  };
  const { expression: result } = rewrite(expression);
  total += weigh(result, lightened);
  return total > MAX_WEIGHT || parts > MAX_PARTS ? null : { levels, result };
}
