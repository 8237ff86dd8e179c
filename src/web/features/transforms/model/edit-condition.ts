import type { ColumnType } from '#contracts/column-types';
import type { ConditionNode, FilterValue } from '#contracts/recipe';
import { commonFields, type StepOf } from './editor-step.ts';
import {
  canIgnoreCase,
  comparesColumns,
  emptyOperator,
  isRelative,
  operatorArity,
  operatorsFor,
} from './filter-operators.ts';
import { carryValue } from './filter-value.ts';

/** A condition on one column. */
export type SingleCondition = Extract<ConditionNode, { readonly column: string }>;
/** Conditions of which all or any must hold. */
export type ConditionGroup = Extract<ConditionNode, { readonly conditions: readonly ConditionNode[] }>;

/** Groups stand in one another at most this deep: the contract's limit, and more than anybody reads. */
export const deepestGroup = 3;

export function isGroup(node: ConditionNode): node is ConditionGroup {
  return node.match !== undefined;
}

/** A first condition, filled in from the column and the value that were selected. */
export function newCondition(column = '', type: ColumnType = 'text', cell?: unknown): SingleCondition {
  if (column !== '' && cell === null) return { column, operator: emptyOperator(type) };
  const operator = operatorsFor(type)[0] ?? 'equals';
  if (operatorArity(operator) === 'none') return { column, operator };
  const isScalar = typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'boolean';
  return { column, operator, value: isScalar ? cell : '' };
}

/** The same condition with another comparison; what was typed is kept where it fits. */
export function withOperator(
  condition: SingleCondition,
  operator: SingleCondition['operator'],
  type: ColumnType,
): SingleCondition {
  const { value, unit, other_column, ignore_case, column } = condition;
  const next = {
    column,
    operator,
    ...(ignore_case === true && canIgnoreCase(operator, type) ? { ignore_case } : {}),
  };
  if (isRelative(operator)) {
    const count = typeof value === 'number' && isRelative(condition.operator) ? value : 30;
    const relative = { ...next, unit: unit ?? (operatorArity(operator) === 'one' ? 'day' : 'month') };
    return operatorArity(operator) === 'one' ? { ...relative, value: count } : relative;
  }
  if (other_column !== undefined && comparesColumns(operator)) return { ...next, other_column };
  const carried = carryValue(isRelative(condition.operator) ? undefined : value, operator);
  return carried === undefined ? next : { ...next, value: carried };
}

/** The same comparison of another column, or the usual one where it makes no sense; values say nothing there. */
export function withColumn(condition: SingleCondition, column: string, type: ColumnType): SingleCondition {
  const operators = operatorsFor(type);
  const operator = operators.includes(condition.operator) ? condition.operator : (operators[0] ?? 'equals');
  return withOperator({ column, operator }, operator, type);
}

export function withValue(condition: SingleCondition, value: FilterValue): SingleCondition {
  const { other_column: _, ...rest } = condition;
  return { ...rest, value };
}

export function withOtherColumn(condition: SingleCondition, other_column: string): SingleCondition {
  const { value: _, ...rest } = condition;
  return { ...rest, other_column };
}

type FilterStep = StepOf<'filter'>;

/** The condition or conditions of a filter, without what else belongs to the step. */
export function conditionOf(step: FilterStep): ConditionNode {
  if (step.match !== undefined) return { match: step.match, conditions: step.conditions };
  const {
    type: _type,
    id: _id,
    label: _label,
    note: _note,
    section: _section,
    disabled: _disabled,
    ...condition
  } = step;
  return condition;
}

/** A filter with other conditions; a group of one becomes that condition. */
export function withCondition(step: FilterStep, node: ConditionNode): FilterStep {
  // The type of a node says nothing of how deep groups may be; the contract's check does.
  return { ...commonFields(step), type: 'filter', ...unwrapped(node) } as FilterStep;
}

/** A group of one condition is that condition. */
export function unwrapped(node: ConditionNode): ConditionNode {
  const [only, ...more] = isGroup(node) ? node.conditions : [];
  return only !== undefined && more.length === 0 ? unwrapped(only) : node;
}

/** Another condition beside the ones there are. */
export function withAnother(node: ConditionNode, added: ConditionNode): ConditionGroup {
  return isGroup(node)
    ? { ...node, conditions: [...node.conditions, added] }
    : { match: 'all', conditions: [node, added] };
}
