import type { ColumnType } from '#contracts/column-types';
import type { Warning } from '#contracts/sources';
import { AppError } from '#platform/errors';
import { copyNull } from './copy-text.ts';
import { typeOfValue, widen } from './infer-type.ts';
import { namePath } from './name-path.ts';
import { SpillFile } from './spill-file.ts';
import { bytesInPage, partColumns } from './split-wide-table.ts';

/** A column as it is remembered from load to load. */
export interface KnownColumn {
  /** Keys from the table's record inwards. */
  readonly path: readonly string[];
  readonly name: string;
  readonly display_name: string;
  readonly type: ColumnType;
  /** Which of the tables that a wide one is split into has it; absent: the first. */
  readonly part?: number | undefined;
}

/** A table of a stream as it is remembered from load to load. */
export interface KnownTable {
  /** Keys from the record of the stream to the list; empty for the stream itself. */
  readonly path: readonly string[];
  /** Physical name. */
  readonly name: string;
  readonly display_name: string;
  /** Physical names of the tables that it goes on in, where it is too wide for one. */
  readonly parts?: readonly string[] | undefined;
  readonly columns: readonly KnownColumn[];
}

export interface RecordColumn {
  readonly path: readonly string[];
  readonly name: string;
  readonly displayName: string;
  readonly hint: ColumnType | undefined;
  /** Of the load before; it counts for what no value decides. */
  readonly knownType: ColumnType | undefined;
  /** Once set, a value that does not fit is a misfit instead of widening the column. */
  fixed: ColumnType | undefined;
  /** Of the load before, where the table is split. */
  readonly knownPart: number | undefined;
  /** What the values so far need. */
  seen: ColumnType | null;
  /** The first value that did not fit what was thought before. */
  misfit: { readonly row: number; readonly value: string; readonly expected: ColumnType } | undefined;
  /** Values that were left out, because they do not fit and the contract says so. */
  leftOut: number;
}

/** What becomes of a value: it goes into its column, it is nothing, or it does not fit a column that may not change. */
export type Verdict = 'take' | 'nothing' | 'misfit';

/** What may stand under a key: a value, an object of more keys, a list; in some data all three. */
export interface KeyEntry {
  readonly path: readonly string[];
  /** -1: none yet. */
  column: number;
  inner: Map<string, KeyEntry> | undefined;
  child: RecordTable | undefined;
}

/** No form has more; a record with more keys uses them as data. */
const maxColumns = 10_000;
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
  readonly #blank: string[] = [];
  /** Whether a load before made it: contracts bind only what is there. */
  readonly isKnown: boolean;
  /** Types of columns stay as they are known, whatever this load brings. */
  readonly #fixesTypes: boolean;
  /** The first value decides a column's type for good. */
  readonly #firstDecides: boolean;
  /** Fields that the contract keeps out, with the number of their values. */
  readonly keptOut = new Map<string, number>();
  rows = 0;
  /** Bytes that the widest row needs in a page of the database, at most; 0 while no row is near its size. */
  widest = 0;

  constructor(options: {
    readonly name: string;
    readonly displayName: string;
    readonly path: readonly string[];
    readonly parent: RecordTable | null;
    readonly known: KnownTable | undefined;
    readonly spillDirectory: string;
    readonly fixesTypes: boolean;
    readonly firstDecides: boolean;
  }) {
    this.name = options.name;
    this.displayName = options.displayName;
    this.path = options.path;
    this.parent = options.parent;
    this.spill = new SpillFile(options.spillDirectory);
    this.#known = new Map(options.known?.columns.map((column) => [pathKey(column.path), column]));
    this.#taken = new Set(options.known?.columns.map((column) => column.name));
    this.isKnown = options.known !== undefined;
    this.#fixesTypes = options.fixesTypes;
    this.#firstDecides = options.firstDecides;
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
      fixed: this.#fixesTypes ? known?.type : undefined,
      knownPart: known?.part,
      seen: null,
      misfit: undefined,
      leftOut: 0,
    });
    this.#blank.push(copyNull);
    return this.columns.length - 1;
  }

  /** Whether a field that has no column yet was there in a load before. */
  isKnownColumn(path: readonly string[]): boolean {
    return this.#known.has(pathKey(path));
  }

  /** Notes what a value needs. */
  see(columnIndex: number, value: unknown): Verdict {
    const column = this.columns[columnIndex];
    if (column === undefined) throw new Error(`no column ${columnIndex}`);
    const type = typeOfValue(value, column.hint ?? column.fixed);
    if (type === null) return 'nothing';
    if (column.fixed === undefined) {
      if (this.#firstDecides) column.fixed = type;
    } else if (type !== column.fixed && widen(column.fixed, type) !== column.fixed) {
      column.misfit ??= { row: this.rows + 1, value: shown(value), expected: column.fixed };
      return 'misfit';
    }
    if (type === column.seen) return 'take';
    const expected = column.seen ?? column.hint;
    const needed = widen(column.seen, type);
    if (expected !== undefined && needed !== expected && needed === 'text' && column.misfit === undefined) {
      column.misfit = { row: this.rows + 1, value: shown(value), expected };
    }
    column.seen = needed;
    return 'take';
  }

  /** Takes a finished row. */
  add(line: string, values: readonly string[]): void {
    this.spill.add(line, values.length);
    this.rows += 1;
    if (values.length > partColumns) this.widest = Math.max(this.widest, bytesInPage(values, copyNull));
  }

  /** The type that holds everything: this load's values, and those of before when they stay. */
  typeOf(column: RecordColumn, keepsKnown: boolean): ColumnType {
    if (column.fixed !== undefined) return column.fixed;
    if (keepsKnown && column.knownType !== undefined) {
      return column.seen === null ? column.knownType : widen(column.knownType, column.seen);
    }
    return column.seen ?? column.hint ?? column.knownType ?? 'text';
  }

  warnings(): Warning[] {
    return [
      ...this.columns.flatMap(({ misfit, leftOut, fixed, name, displayName }): Warning[] => {
        if (misfit === undefined) return [];
        const where = `row ${misfit.row} has “${misfit.value}”, which is no ${misfit.expected}`;
        if (fixed === undefined) {
          return [
            {
              code: 'column_became_text',
              message: `“${displayName}” was read as text: ${where}.`,
              column: name,
            },
          ];
        }
        if (leftOut === 0) return [];
        return [
          {
            code: 'values_left_out',
            message: `${leftOut === 1 ? '1 value' : `${leftOut} values`} of “${displayName}” ${leftOut === 1 ? 'was' : 'were'} left out: ${where}, and the column keeps its type.`,
            column: name,
          },
        ];
      }),
      ...[...this.keptOut].map(([field, count]) => ({
        code: 'field_left_out',
        message: `“${field}” is new and was left out, with ${count} ${count === 1 ? 'value' : 'values'}: “${this.displayName}” takes no new fields.`,
      })),
    ];
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
  const text =
    typeof value === 'string'
      ? value
      : typeof value === 'bigint'
        ? value.toString()
        : (JSON.stringify(value) ?? '');
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
}
