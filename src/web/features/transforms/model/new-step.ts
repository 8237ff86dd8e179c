import type { RecipeStep } from '#contracts/recipe';
import type { TableColumn } from '#contracts/warehouse';
import type { EditableType } from './editor-store.ts';
import { newCondition } from './edit-condition.ts';
import { comparisonFamily, usualOperator } from './filter-operators.ts';
import { newColumnStep } from './new-column-step.ts';
import { newRowStep } from './new-row-step.ts';

/**
 * The step that a form starts with, filled in from the column and the value that were
 * selected. Empty texts stand for what the person
 * has yet to choose; `checkDraft` names them.
 */
export function newStep(
  type: EditableType,
  columns: readonly TableColumn[],
  selected?: TableColumn,
  cell?: unknown,
): RecipeStep {
  switch (type) {
    case 'filter':
      return { type, ...newCondition(selected?.name, selected?.type, cell) };
    case 'join':
      return { type, with: '', left_on: '', right_on: '', join_type: 'left', columns: [] };
    case 'group': {
      // Days are too many groups for most questions; months are what reports are made of.
      const isDate =
        selected !== undefined && selected.type !== 'time' && comparisonFamily(selected.type) === 'date';
      return {
        type,
        by: selected === undefined || isDate ? [] : [selected.name],
        ...(isDate ? { by_date: [{ column: selected.name, unit: 'month' as const }] } : {}),
        aggregates: [{ function: 'count', alias: 'Count' }],
      };
    }
    case 'select':
      return { type, columns: columns.map((column) => column.name) };
    case 'sort':
      return { type, columns: selected === undefined ? [] : [{ column: selected.name }] };
    case 'clean':
      return {
        type,
        columns: selected?.type === 'text' ? [selected.name] : [],
        operations: ['trim'],
      };
    case 'categorize':
      return {
        type,
        new_column: selected === undefined ? '' : `${selected.display_name} group`,
        source_column: selected?.name ?? '',
        rules: [
          {
            operator: usualOperator(selected?.type ?? 'text'),
            value: '',
            category: '',
          },
        ],
        default: 'Other',
      };
    case 'add_column':
      if (selected !== undefined && (selected.type === 'date' || selected.type.startsWith('timestamp'))) {
        return {
          type,
          name: `Year of ${selected.display_name}`,
          expression_type: 'extract',
          column: selected.name,
          part: 'year',
        };
      }
      return comparisonFamily(selected?.type ?? 'integer') === 'number'
        ? { type, name: '', expression_type: 'math', left: selected?.name ?? '', operator: '+', right: '' }
        : {
            type,
            name: '',
            expression_type: 'concat',
            columns: selected === undefined ? [] : [selected.name],
            separator: ' ',
          };
    case 'distinct':
      return { type };
    case 'fuzzy_match': {
      const isText = selected?.type === 'text';
      return {
        type,
        column: isText ? selected.name : '',
        name: isText ? `${selected.display_name} matched` : '',
        threshold: 0.5,
      };
    }
    case 'sql':
      return { type, query: 'SELECT *\nFROM {{input}}' };
    default:
      return (
        newColumnStep(type, selected, cell) ?? newRowStep(type, columns, selected) ?? { type: 'distinct' }
      );
  }
}
