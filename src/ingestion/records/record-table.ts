import type { ColumnType } from '#contracts/column-types';
import type { Warning } from '#contracts/sources';
import { AppError } from '#platform/errors';
import { copyNull } from './copy-text.ts';
import { typeOfValue, widen } from './infer-type.ts';
import { namePath } from './name-path.ts';
import { SpillFile } from './spill-file.ts';

/** A column as it is remembered from load to load. */
export interface KnownColumn {
  /** Keys from the table's record inwards. */
  readonly path: readonly string[];
  readonly name: string;
  readonly display_name: string;
  readonly type: ColumnType;
}

/** A table of a stream as it is remembered from load to load. */
export interface KnownTable {
  /** Keys from the record of the stream to the list; empty for the stream itself. */
  readonly path: readonly string[];
  /** Physical name. */
  readonly name: string;
  readonly display_name: string;
  readonly columns: readonly KnownColumn[];
}

export interface RecordColumn {
  readonly path: readonly string[];
  readonly name: string;
  readonly displayName: string;
  readonly hint: ColumnType | undefined;
  /** Of the load before; it counts for what no value decides. */
  readonly knownType: ColumnType | undefined;
  /** What the values so far need. */
  seen: ColumnType | null;
  /** The first value that did not fit what was thought before. */
  misfit: { readonly row: number; readonly value: string; readonly expected: ColumnType } | undefined;
}

/** What may stand under a key: a value, an object of more keys, a list; in some data all three. */
export interface KeyEntry {
  readonly path: readonly string[];
  column: number;
  inner: Map<string, KeyEntry> | undefined;
  child: RecordTable | undefined;
}

/** PostgreSQL takes 1,600 columns; ours and a margin are left free. */
const maxColumns = 1_550;
const shownCharacters = 80;

/** The rows of one table while they are being read: columns as they appear, lines for COPY on disk. */
export class RecordTable implements AsyncDisposable {
  readonly name: string;
  readonly displayName: string;
  readonly path: readonly string[];
  readonly parent: RecordTable | null;
  readonly columns: RecordColumn[] = [];
  readonly keys = new Map<string, KeyEntry>();
  readonly spill: SpillFile;
  readonly #known: ReadonlyMap<string, KnownColumn>;
  readonly #taken: Set<string>;
  #blank: string[] = [];
  rows = 0;

  constructor(options: {
    readonly name: string;
    readonly displayName: string;
    readonly path: readonly string[];
    readonly parent: RecordTable | null;
    readonly known: KnownTable | undefined;
    readonly spillDirectory: string;
  }) {
    this.name = options.name;
    this.displayName = options.displayName;
    this.path = options.path;
    this.parent = options.parent;
    this.spill = new SpillFile(options.spillDirectory);
    this.#known = new Map(options.known?.columns.map((column) => [pathKey(column.path), column]));
    this.#taken = new Set(options.known?.columns.map((column) => column.name));
  }

  /** A row in which nothing is set yet. */
  blankRow(): string[] {
    return this.#blank.slice();
  }

  addColumn(path: readonly string[], hint?: ColumnType, label?: string): number {
    if (this.columns.length >= maxColumns) {
      throw new AppError(
        'too_many_columns',
        `“${this.displayName}” has more than ${maxColumns} fields, the last one “${path.join(' › ').slice(0, 200)}”.`,
        {
          hint: 'Choose fewer fields at the service, or keep its records whole as JSON where the source offers that.',
        },
      );
    }
    const known = this.#known.get(pathKey(path));
    const name = known?.name ?? namePath(path, this.#taken);
    this.#taken.add(name);
    this.columns.push({
      path,
      name,
      displayName: label ?? known?.display_name ?? displayPath(path),
      hint,
      knownType: known?.type,
      seen: null,
      misfit: undefined,
    });
    this.#blank = [...this.#blank, copyNull];
    return this.columns.length - 1;
  }

  /** Notes what a value needs. @returns whether there is a value at all. */
  see(columnIndex: number, value: unknown): boolean {
    const column = this.columns[columnIndex];
    if (column === undefined) throw new Error(`no column ${columnIndex}`);
    const type = typeOfValue(value, column.hint);
    if (type === null) return false;
    if (type === column.seen) return true;
    const expected = column.seen ?? column.hint;
    const needed = widen(column.seen, type);
    if (expected !== undefined && needed !== expected && needed === 'text' && column.misfit === undefined) {
      column.misfit = {
        row: this.rows + 1,
        value: shown(typeof value === 'bigint' ? value.toString() : value),
        expected,
      };
    }
    column.seen = needed;
    return true;
  }

  /** The type that holds everything: this load's values, and those of before when they stay. */
  typeOf(column: RecordColumn, keepsOldRows: boolean): ColumnType {
    if (keepsOldRows && column.knownType !== undefined) {
      return column.seen === null ? column.knownType : widen(column.knownType, column.seen);
    }
    return column.seen ?? column.hint ?? column.knownType ?? 'text';
  }

  warnings(): Warning[] {
    return this.columns.flatMap(({ misfit, name, displayName }) =>
      misfit === undefined
        ? []
        : [
            {
              code: 'column_became_text',
              message: `“${displayName}” was read as text: row ${misfit.row} has “${misfit.value}”, which is no ${misfit.expected}.`,
              column: name,
            },
          ],
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.spill[Symbol.asyncDispose]();
  }
}

/** A path as one text; keys do not contain its separator in practice, and a clash would only share a name. */
export function pathKey(path: readonly string[]): string {
  return path.join('\u001f');
}

// oxlint-disable-next-line no-control-regex -- control characters hide from the eye
const controlCharacters = /[\u0000-\u001f\u007f]/g;

function displayPath(path: readonly string[]): string {
  const text = path.join(' › ').replace(controlCharacters, ' ').toWellFormed().trim();
  return text === '' ? 'Column' : text.slice(0, 500);
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
}
