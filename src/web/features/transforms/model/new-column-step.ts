import type { TableColumn } from '#contracts/warehouse';
import type { ColumnStep } from './column-step-words.ts';
import type { EditableType } from './editor-store.ts';
import { columnInFormula } from './formula-text.ts';
import { comparisonFamily } from './filter-operators.ts';

/** The step that the form of a step that changes columns starts with; undefined for other types. */
export function newColumnStep(
  type: EditableType,
  selected: TableColumn | undefined,
  cell: unknown,
): ColumnStep | undefined {
  const columns = selected === undefined ? [] : [selected.name];
  const text = selected?.type === 'text' ? selected : undefined;
  const isDate =
    selected !== undefined && selected.type !== 'time' && comparisonFamily(selected.type) === 'date';
  switch (type) {
    case 'rename':
    case 'reorder':
      return type === 'rename' ? { type, columns: [] } : { type, columns, to: 'start' };
    case 'cast':
      return { type, columns, to: text === undefined ? 'text' : 'decimal', on_error: 'null' };
    case 'parse_date':
      return { type, column: text?.name ?? '', formats: [], on_error: 'null' };
    case 'replace_values': {
      const isScalar = typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'boolean';
      const pairs = isScalar && selected !== undefined ? [{ from: cell, to: null }] : [];
      return { type, columns, part: 'whole', pairs };
    }
    case 'fill_empty':
      return { type, columns, method: 'value', value: '' };
    case 'split_column': {
      const title = text?.display_name ?? 'Part';
      return {
        type,
        column: text?.name ?? '',
        separator: ',',
        keep: true,
        into: 'columns',
        names: [`${title} 1`, `${title} 2`],
      };
    }
    case 'merge_columns':
      return { type, columns, separator: ' ', name: '', keep: true };
    case 'extract_text':
      return {
        type,
        column: text?.name ?? '',
        name: text === undefined ? '' : `${text.display_name} part`,
        method: 'first',
        count: 3,
      };
    case 'date_part':
      return {
        type,
        column: isDate ? selected.name : '',
        name: isDate ? `Month of ${selected.display_name}` : '',
        part: 'month_name',
      };
    case 'formula':
      return {
        type,
        name: '',
        expression: selected === undefined ? '' : columnInFormula(selected.display_name),
      };
    default:
      return undefined;
  }
}
