import type { ColumnType } from '#contracts/column-types';
import type { ConditionNode, FilterOperator, FilterValue, ScalarValue } from '#contracts/recipe';
import { comparisonFamily, operatorArity } from './filter-operators.ts';

/**
 * What a person typed, as the value to compare a column of this type with. Numbers that a double holds exactly become
 * numbers; others stay text, digits kept, and what is not a number stays text too, for the server to say so.
 *
 * @example scalarFromText('1,234.5', 'decimal') // 1234.5
 */
export function scalarFromText(text: string, type: ColumnType): ScalarValue {
  const family = comparisonFamily(type);
  if (family === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (family !== 'number') return text;
  const plain = text.trim().replaceAll(/[\s\u202f_]/g, '');
  const digits = /^[-+]?\d{1,3}(,\d{2,3})+(\.\d*)?$/.test(plain) ? plain.replaceAll(',', '') : plain;
  if (!/^[-+]?(\d+\.?\d*|\.\d+)$/.test(digits)) return text.trim();
  const value = Number(digits);
  return digits.replaceAll(/[^\d]/g, '').replace(/^0+/, '').length <= 15 ? value : digits;
}

/** The text in an input for a value. */
export function textOfScalar(value: ScalarValue | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}

/**
 * The value that an operator starts with when a person changes to it from another: what they typed is kept where it
 * fits. undefined when the operator takes none.
 */
export function carryValue(
  value: FilterValue | undefined,
  operator: FilterOperator,
): FilterValue | undefined {
  const all = value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
  switch (operatorArity(operator)) {
    case 'none':
      return undefined;
    case 'one':
      return all[0] ?? '';
    case 'two':
      return [all[0] ?? '', all[1] ?? ''];
    case 'many':
      return all.filter((one) => one !== '' && one !== null);
  }
}

/** Why a condition has no usable value yet, or undefined. */
export function missingValue(operator: FilterOperator, value: FilterValue | undefined): string | undefined {
  const isMissing = (one: ScalarValue | undefined): boolean =>
    one === undefined || one === null || one === '';
  switch (operatorArity(operator)) {
    case 'none':
      return undefined;
    case 'one':
      return Array.isArray(value) || isMissing(value) ? 'Type a value or pick one' : undefined;
    case 'two':
      return !Array.isArray(value) || value.length !== 2 || value.some(isMissing)
        ? 'Give both ends'
        : undefined;
    case 'many':
      return !Array.isArray(value) || value.length === 0 ? 'Choose at least one value' : undefined;
  }
}

/** What a condition, or any of a group, lacks: at its path within the step, which is empty or ends in a dot. */
export function missingInCondition(
  node: ConditionNode,
  path = '',
): readonly { readonly field: string; readonly message: string }[] {
  if (node.match !== undefined)
    return node.conditions.flatMap((one, index) => missingInCondition(one, `${path}conditions.${index}.`));
  if (node.other_column !== undefined) return [];
  if (node.operator === 'in_last' || node.operator === 'in_next') {
    const isCount = typeof node.value === 'number' && Number.isInteger(node.value) && node.value > 0;
    return isCount ? [] : [{ field: `${path}value`, message: 'Give a whole number' }];
  }
  const message = missingValue(node.operator, node.value);
  return message === undefined ? [] : [{ field: `${path}value`, message }];
}
