import type { ColumnType } from '#contracts/column-types';
import type { CsvOptions, FileAddition } from '#contracts/sources';
import type { TableColumn } from '#contracts/warehouse';
import { AppError } from '#platform/errors';
import { guessColumns } from '../csv/guess-columns.ts';
import { chosenFor, type CsvInspection } from '../csv/inspect-csv.ts';
import type { CsvScan } from '../csv/scan-csv.ts';
import { widen } from '../records/infer-type.ts';

/** How the columns of a file come into a table. */
export interface FittedColumns {
  /** Column of the file's own table → column of the table. */
  readonly pairs: readonly { readonly from: string; readonly to: string }[];
  readonly added: readonly TableColumn[];
  /** Columns of the table that need a wider type. */
  readonly widened: readonly { readonly name: string; readonly type: ColumnType }[];
  /** The table's columns from then on. */
  readonly columns: readonly TableColumn[];
}

/** What a mapping says of a column: the column of the table, null to leave it out, undefined to make a new one. */
function targetOf(mapping: FileAddition['mapping'], inspection: Inspected, index: number) {
  const original = inspection.originalNames.map((name) => ({ name }));
  return chosenFor(mapping, inspection.headers[index] ?? '', original[index]?.name ?? '', original);
}

type Inspected = Pick<CsvInspection, 'headers' | 'originalNames' | 'columns'>;

/**
 * How a file is to be read so that its values fit the table: a column that goes into one of the table's is read as
 * that one's type. Only where nothing is lost the table's type gives way: whole numbers to decimals, dates to moments.
 *
 * @throws AppError source_config_invalid when the mapping names a column that the table does not have.
 */
export function readingFor(
  table: readonly TableColumn[],
  inspection: CsvInspection,
  addition: FileAddition,
): CsvOptions {
  const guessed = guessColumns(inspection, addition.options);
  const types: Record<string, ColumnType> = {};
  for (const [index, name] of inspection.originalNames.entries()) {
    const to = targetOf(addition.mapping, inspection, index);
    if (to === undefined) continue;
    if (to === null) {
      // Whatever it holds, it is left out: no value of it may cost a row.
      types[name] = 'text';
      continue;
    }
    const target = table.find((column) => column.name === to);
    if (target === undefined) throw invalidMapping(name, `The table has no column “${to}”`);
    types[name] = readAs(target.type, guessed.columns[index]?.type ?? 'text');
  }
  return { ...addition.options, columns: { ...addition.options?.columns, ...types } };
}

function readAs(table: ColumnType, file: ColumnType): ColumnType {
  if (table === 'integer' && file === 'decimal') return 'decimal';
  if (table === 'date' && (file === 'timestamp' || file === 'timestamptz')) return file;
  return table === 'timestamp' && file === 'timestamptz' ? file : table;
}

/** Where the columns of a file that was read so go. @throws AppError source_config_invalid */
export function fitColumns(
  table: readonly TableColumn[],
  inspection: Inspected,
  scan: Pick<CsvScan, 'columns'>,
  addition: FileAddition,
): FittedColumns {
  const pairs: { from: string; to: string }[] = [];
  const added: TableColumn[] = [];
  const widened: { name: string; type: ColumnType }[] = [];
  const taken = new Set(table.map(({ name }) => name));
  const used = new Set<string>();
  for (const [index, column] of scan.columns.entries()) {
    const to = targetOf(addition.mapping, inspection, index);
    if (to === null || column.isLeftOut) continue;
    if (to === undefined) {
      const name = freeName(column.name, taken);
      taken.add(name);
      added.push({ name, display_name: column.displayName, type: column.type });
      pairs.push({ from: column.name, to: name });
      continue;
    }
    if (used.has(to)) throw invalidMapping(column.name, `Two columns of the file go into “${to}”`);
    used.add(to);
    const target = table.find(({ name }) => name === to);
    if (target === undefined) throw invalidMapping(column.name, `The table has no column “${to}”`);
    const type = widen(target.type, column.type);
    if (type !== target.type) widened.push({ name: to, type });
    pairs.push({ from: column.name, to });
  }
  const missing = addition.mode === 'merge' ? addition.key.find((name) => !used.has(name)) : undefined;
  if (missing !== undefined) {
    throw new AppError(
      'source_config_invalid',
      `No column of the file goes into “${missing}”, which is to tell rows apart.`,
      {
        errors: [{ path: 'key', message: 'Choose columns that the file has' }],
      },
    );
  }
  return {
    pairs,
    added,
    widened,
    columns: [
      ...table.map((column) => {
        const wider = widened.find(({ name }) => name === column.name);
        return wider === undefined ? column : { ...column, type: wider.type };
      }),
      ...added,
    ],
  };
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  for (let count = 2; taken.has(name); count += 1) {
    const suffix = `_${count}`;
    name = wanted.slice(0, 63 - suffix.length) + suffix;
  }
  return name;
}

function invalidMapping(column: string, message: string): AppError {
  return new AppError(
    'source_config_invalid',
    `The columns do not fit: ${message.charAt(0).toLowerCase()}${message.slice(1)}.`,
    {
      errors: [{ path: `mapping.${column}`, message }],
    },
  );
}
