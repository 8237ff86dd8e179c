import type { TableColumn } from '#contracts/warehouse';
import type { EditableType } from './editor-store.ts';
import { comparisonFamily } from './filter-operators.ts';
import type { RowStep } from './row-step-words.ts';

/** The step that the form of a step that changes rows or shapes starts with; undefined for other types. */
export function newRowStep(
  type: EditableType,
  columns: readonly TableColumn[],
  selected: TableColumn | undefined,
): RowStep | undefined {
  const name = selected?.name ?? '';
  const names = selected === undefined ? [] : [selected.name];
  const isNumber = selected !== undefined && comparisonFamily(selected.type) === 'number';
  switch (type) {
    case 'stack':
      return { type, tables: [] };
    case 'unpivot':
      return {
        type,
        columns: [],
        all_but: false,
        name_column: 'Name',
        value_column: 'Value',
        drop_empty: true,
      };
    case 'pivot':
      return { type, by: [], column: name, values: [], function: 'count' };
    case 'remove_duplicates':
      return { type, by: names, keep: 'first', order: [] };
    case 'top_n':
      return {
        type,
        n: 10,
        order: selected === undefined ? [] : [{ column: name, descending: true }],
        by: [],
        ties: false,
      };
    case 'sample':
      return { type, rows: 100, seed: 1 };
    case 'list_to_rows':
      return {
        type,
        column: name,
        name: selected === undefined ? '' : `${selected.display_name} item`,
        keep: true,
        ...(selected?.type === 'json' ? {} : { separator: ',' }),
      };
    case 'window':
      return {
        type,
        function: 'running_total',
        name: isNumber ? `Running total of ${selected.display_name}` : '',
        column: isNumber ? name : '',
        order: firstDate(columns),
        by: [],
      };
    case 'lookup':
      return { type, column: name, table: '', key: '', value: '', name: '' };
    case 'bin':
      return {
        type,
        column: isNumber ? name : '',
        name: isNumber ? `${selected.display_name} group` : '',
        method: 'edges',
        edges: [],
      };
    case 'mask':
      return { type, columns: names, method: 'partial', show: 4 };
    case 'flatten_json': {
      const nested = columns.filter((column) => column.type === 'json');
      const column = selected?.type === 'json' ? name : nested.length === 1 ? (nested[0]?.name ?? '') : '';
      return { type, column, fields: [], keep: false };
    }
    default:
      return undefined;
  }
}

/** Running totals nearly always run along the only date. */
function firstDate(columns: readonly TableColumn[]): { column: string }[] {
  const dates = columns.filter(
    (column) => column.type !== 'time' && comparisonFamily(column.type) === 'date',
  );
  return dates.length === 1 ? dates.map((column) => ({ column: column.name })) : [];
}
