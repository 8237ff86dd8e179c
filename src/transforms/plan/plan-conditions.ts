import type { ConditionNode } from '#contracts/recipe';
import { castTo, columnOf, compare, isNull, or, and, not, type Expression } from './expression.ts';
import { comparisons, isValueOperator, planCondition } from './plan-condition.ts';
import type { PlanColumn } from './relation.ts';
import type { StepContext } from './step-context.ts';
import { commonType } from './common-type.ts';
import { typeWords } from './type-words.ts';

function compareColumns(
  path: string,
  column: PlanColumn,
  node: { readonly operator: Parameters<typeof isValueOperator>[0]; readonly other_column: string },
  context: StepContext,
): Expression | undefined {
  const other = context.column(`${path}other_column`, node.other_column);
  if (other === undefined) return undefined;
  const { operator } = node;
  if (!isValueOperator(operator)) {
    context.report(`${path}operator`, 'Two columns can be equal, not equal, less or greater.');
    return undefined;
  }
  const type = commonType(column.type, other.type);
  if (type === null || type === 'json') {
    context.report(
      `${path}other_column`,
      `“${column.displayName}” holds ${typeWords[column.type]} and “${other.displayName}” holds ${typeWords[other.type]}, so they cannot be compared.`,
    );
    return undefined;
  }
  const [left, right] = [castTo(type, columnOf(column)), castTo(type, columnOf(other))];
  if (operator !== 'equals' && operator !== 'not_equals') return compare(comparisons[operator], left, right);
  const same = compare('=', left, right);
  // Two rows that are both empty are not different; one that is empty differs from one that is not.
  return operator === 'equals'
    ? same
    : or(and(isNull(left), isNull(right, true)), and(isNull(left, true), isNull(right)), not(same));
}

/**
 * A condition, or a group of them, on the input of a step. Undefined after reporting what is wrong at `path` (empty, or
 * ending in a dot).
 */
export function planConditions(
  path: string,
  node: ConditionNode,
  context: StepContext,
): Expression | undefined {
  if (node.match !== undefined) {
    const operands = node.conditions.map((inner, index) =>
      planConditions(`${path}conditions.${index}.`, inner, context),
    );
    const [first] = operands;
    if (operands.length === 1) return first;
    const known = operands.filter((operand) => operand !== undefined);
    if (known.length < operands.length) return undefined;
    return node.match === 'all' ? and(...known) : or(...known);
  }
  const column = context.column(`${path}column`, node.column);
  if (column === undefined) return undefined;
  if (node.other_column !== undefined)
    return compareColumns(path, column, { ...node, other_column: node.other_column }, context);
  const planned = planCondition(column, node, context.settings.timeZone);
  if (!('message' in planned)) return planned.predicate;
  context.report(`${path}${planned.field}`, planned.message);
  return undefined;
}
