import type { ColumnType } from '#contracts/column-types';
import type { ConditionNode, FilterOperator, FilterValue, ScalarValue } from '#contracts/recipe';
import { calendarWords, isRelative, operatorArity, operatorWords } from './filter-operators.ts';
import { listWords } from './list-words.ts';
import type { Naming } from './step-words.ts';

/**
 * A condition, or a group of them, as a person would say it.
 * @example describeConditions(node, naming) // 'Age is more than 5 and (District is Pune or District is empty)'
 */
export function describeConditions(node: ConditionNode, naming: Naming): string {
  if (node.match === undefined) {
    const column = naming.column(node.column);
    const type = naming.columnType(node.column) ?? 'text';
    if (node.other_column !== undefined)
      return `${column} ${operatorWords(node.operator, type)} ${naming.column(node.other_column)}`;
    if (isRelative(node.operator) && node.unit !== undefined) {
      const count = typeof node.value === 'number' ? node.value : undefined;
      return `${column} ${operatorWords(node.operator, type)} ${calendarWords(node.unit, count)}`;
    }
    return `${column} ${describeCondition(node.operator, node.value, type)}`;
  }
  return node.conditions
    .map((one) => {
      const words = describeConditions(one, naming);
      return one.match !== undefined && one.conditions.length > 1 ? `(${words})` : words;
    })
    .join(node.match === 'all' ? ' and ' : ' or ');
}

/** "is one of Active, Paused and 3 more". */
export function describeCondition(
  operator: FilterOperator,
  value: FilterValue | undefined,
  type: ColumnType,
): string {
  const said = operatorWords(operator, type);
  if (value === undefined || operatorArity(operator) === 'none') return said;
  if (!Array.isArray(value)) return `${said} ${valueWords(value)}`;
  if (operator === 'between') return `${said} ${value.map(valueWords).join(' and ')}`;
  const shown = value.slice(0, 3).map(valueWords);
  const more = value.length - shown.length;
  return `${said} ${more > 0 ? `${shown.join(', ')} and ${more} more` : listWords(shown, 'or')}`;
}

export function valueWords(value: ScalarValue): string {
  if (value === null || value === '') return 'nothing';
  if (value === true) return 'Yes';
  if (value === false) return 'No';
  const text = String(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
