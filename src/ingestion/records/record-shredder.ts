import { randomBytes } from 'node:crypto';
import type { ColumnType } from '#contracts/column-types';
import type { RejectedRow } from '#contracts/sources';
import type { FieldHint, SourceRecord } from '#sources';
import { copyText, jsonText } from './copy-text.ts';
import { typeOfValue } from './infer-type.ts';
import { nameTable } from './name-path.ts';
import { type KeyEntry, type KnownTable, pathKey, RecordTable } from './record-table.ts';
import { hashOfKey, hashOfListRow, hashOfRecord, type RowIdentity } from './row-identity.ts';

/** Objects within objects; what lies deeper stays JSON. */
const maxNesting = 24;
const maxTables = 120;

/** What a load may not change by itself; see `schemaContract` of the contracts. */
export interface ShredRules {
  /** A list that is new in a stream that is known. */
  readonly newTables: 'take' | 'leave_out';
  /** A field that is new in a table that is known. */
  readonly newColumns: 'take' | 'leave_out' | 'refuse_row';
  /** A value that does not fit the type of its column. */
  readonly misfits: 'widen' | 'variant' | 'leave_out' | 'refuse_row';
}

export const freeRules: ShredRules = { newTables: 'take', newColumns: 'take', misfits: 'widen' };

/** Why a row is not taken. */
interface Refusal {
  readonly column: string | null;
  readonly value: unknown;
  readonly reason: string;
}

export interface ShredderOptions {
  /** Physical name of the table of the stream. */
  readonly table: string;
  readonly title: string;
  readonly fields: readonly FieldHint[];
  readonly hasFixedFields: boolean;
  /** From the load before: names stay, and columns without a value this time do too. */
  readonly known: readonly KnownTable[];
  /** Physical names of the source's other tables; grows. */
  readonly takenTables: Set<string>;
  readonly spillDirectory: string;
  readonly rules?: ShredRules | undefined;
  readonly identity?: RowIdentity | undefined;
  /** Columns that are known keep their types: what does not fit is a misfit. */
  readonly fixesTypes?: boolean | undefined;
}

const shownCharacters = 10_000;

/**
 * Takes nested records apart into flat rows: objects into columns `a__b`, lists into tables `table__list` whose rows
 * point to their parent by `_dlt_parent_id`. Everything goes to disk as it comes; memory holds columns, not rows.
 */
export class RecordShredder implements AsyncDisposable {
  readonly tables: RecordTable[] = [];
  readonly root: RecordTable;
  readonly #options: ShredderOptions;
  readonly #known: ReadonlyMap<string, KnownTable>;
  readonly #rules: ShredRules;
  readonly #identity: RowIdentity;
  /** Types by dotted path, for columns that come with their first value. */
  readonly #wishes = new Map<string, ColumnType | undefined>();
  readonly #idPrefix = randomBytes(6).toString('base64url').slice(0, 6);
  #lastId = 0;
  /** Of the record: what tells the rows of two records with one id apart, until one of them is chosen. */
  #sequence = 0;
  #lines: { readonly table: RecordTable; line: string; readonly values: readonly string[] }[] = [];
  #refusal: Refusal | undefined;
  #refused: RejectedRow[] = [];

  constructor(options: ShredderOptions) {
    this.#options = options;
    this.#rules = options.rules ?? freeRules;
    this.#identity = options.identity ?? { kind: 'counter' };
    this.#known = new Map(options.known.map((table) => [pathKey(table.path), table]));
    this.root = this.#addTable(options.table, options.title, [], null);
    for (const field of options.fields) {
      if (field.isWish === true) this.#wishes.set(field.path.join('.'), field.type);
      else this.#declare(field);
    }
    if (!options.hasFixedFields) for (const table of options.known) this.#declareKnown(table);
  }

  /**
   * Takes one record.
   *
   * @returns false when the rules refuse it; `takeRefused` has it with the reason.
   * @throws RangeError when it is nested too deeply to be written; nothing of it is kept then. AppError too_many_columns
   */
  add(record: unknown): boolean {
    const whole = isObject(record) ? record : { value: record };
    this.#lines = [];
    this.#sequence += 1;
    const isTaken = this.#row(this.root, whole, null, 0);
    for (const { table, line, values } of this.#lines) table.add(line, values);
    return isTaken;
  }

  /** Rows that the rules refused since it was asked last: records, and rows of lists in records that were taken. */
  takeRefused(): readonly RejectedRow[] {
    const refused = this.#refused;
    if (refused.length > 0) this.#refused = [];
    return refused;
  }

  /** Between batches: writes what has gathered. */
  async flush(all = false): Promise<void> {
    for (const table of this.tables) if (all || table.spill.isFull) await table.spill.flush();
  }

  get bytes(): number {
    return this.tables.reduce((sum, table) => sum + table.spill.bytes, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const table of this.tables) await table[Symbol.asyncDispose]();
  }

  /** @returns false when the row is refused, and nothing of it is among the lines. */
  #row(table: RecordTable, record: SourceRecord, parentId: string | null, index: number): boolean {
    const id = this.#idOf(table, record, parentId, index);
    if (id === null) {
      this.#refuse(table, record, {
        column: null,
        value: undefined,
        reason: 'A field of its key is empty, so that it cannot be told from others.',
      });
      return false;
    }
    const values = table.blankRow();
    const place = this.#lines.length;
    const line = { table, line: '', values };
    this.#lines.push(line);
    this.#fill(table, table.keys, [], record, values, id);
    if (this.#refusal !== undefined) {
      this.#lines.length = place;
      this.#refuse(table, record, this.#refusal);
      this.#refusal = undefined;
      return false;
    }
    const system =
      (parentId === null ? id : `${id}\t${parentId}\t${index}`) +
      (this.#identity.kind === 'counter' ? '' : `\t${this.#sequence}`);
    line.line = values.length === 0 ? `${system}\n` : `${system}\t${values.join('\t')}\n`;
    return true;
  }

  #idOf(table: RecordTable, record: SourceRecord, parentId: string | null, index: number): string | null {
    if (this.#identity.kind === 'counter') {
      // Unique by construction, and rising in the order of reading.
      this.#lastId += 1;
      return `${this.#idPrefix}${this.#lastId.toString(36).padStart(8, '0')}`;
    }
    if (parentId !== null) return hashOfListRow(parentId, table.name, index);
    return this.#identity.kind === 'row' ? hashOfRecord(record) : hashOfKey(record, this.#identity.fields);
  }

  #refuse(table: RecordTable, record: SourceRecord, { column, value, reason }: Refusal): void {
    this.#refused.push({
      // Of the record that it is, or is in.
      line: this.#sequence,
      column,
      value: value === undefined ? null : shortText(value),
      reason: table === this.root ? reason : `${reason} The row of “${table.displayName}” is left out.`,
      raw: shortText(record),
    });
  }

  #fill(
    table: RecordTable,
    keys: Map<string, KeyEntry>,
    path: readonly string[],
    record: SourceRecord,
    values: string[],
    id: string,
  ): void {
    for (const key of Object.keys(record)) {
      const value = record[key];
      if (value === null || value === undefined) continue;
      const entry = entryOf(keys, path, key);
      if (typeof value === 'object' && !isJson(table, entry)) {
        if (!Array.isArray(value)) {
          if (entry.path.length < maxNesting && isObject(value)) {
            entry.inner ??= new Map();
            this.#fill(table, entry.inner, entry.path, value, values, id);
            if (this.#refusal !== undefined) return;
            continue;
          }
        } else if (entry.child !== undefined || this.#mayHaveChild(table)) {
          if (value.length > 0) {
            const child = this.#childOf(table, entry);
            if (child !== undefined) this.#list(child, value, id);
          }
          continue;
        }
      }
      this.#set(table, entry, value, values);
      if (this.#refusal !== undefined) return;
    }
  }

  #set(table: RecordTable, entry: KeyEntry, value: unknown, values: string[]): void {
    if (entry.column < 0) {
      if (value === '') return;
      if (!this.#mayAddColumn(table, entry, value)) return;
      entry.column = table.addColumn(entry.path, this.#wishFor(table, entry));
      values.push('\\N');
    }
    const verdict = table.see(entry.column, value);
    if (verdict === 'nothing') return;
    if (verdict === 'misfit') {
      this.#misfit(table, entry, value, values);
      return;
    }
    const isPlain =
      typeof value === 'string' ||
      typeof value === 'number' ||
      typeof value === 'bigint' ||
      typeof value === 'boolean';
    values[entry.column] = isPlain && !isJson(table, entry) ? copyText(value) : copyText(jsonText(value));
  }

  #wishFor(table: RecordTable, entry: KeyEntry): ColumnType | undefined {
    return this.#wishes.size === 0 ? undefined : this.#wishes.get([...table.path, ...entry.path].join('.'));
  }

  /** A field of a table that is known, and which is not there yet. */
  #mayAddColumn(table: RecordTable, entry: KeyEntry, value: unknown): boolean {
    const rule = this.#rules.newColumns;
    if (rule === 'take' || !table.isKnown || table.isKnownColumn(entry.path)) return true;
    const field = entry.path.join(' › ');
    if (rule === 'leave_out') table.keptOut.set(field, (table.keptOut.get(field) ?? 0) + 1);
    else
      this.#refusal = {
        column: field,
        value,
        reason: `“${field}” is new, and this table takes no new fields.`,
      };
    return false;
  }

  #misfit(table: RecordTable, entry: KeyEntry, value: unknown, values: string[]): void {
    const column = table.columns[entry.column];
    if (column?.fixed === undefined) throw new Error('a column without a fixed type has no misfits');
    const { misfits } = this.#rules;
    if (misfits === 'variant') {
      const type = dltTypes[typeOfValue(value, undefined) ?? 'text'];
      const variant = entryOf((entry.inner ??= new Map()), entry.path, `v_${type}`);
      if (variant.column < 0) {
        variant.column = table.addColumn(variant.path);
        values.push('\\N');
      }
      this.#set(table, variant, value, values);
    } else if (misfits === 'leave_out') column.leftOut += 1;
    else {
      this.#refusal = {
        column: column.displayName,
        value,
        reason: `This is no ${column.fixed}, and the column keeps its type.`,
      };
    }
  }

  #list(child: RecordTable, items: readonly unknown[], parentId: string): void {
    for (const [index, item] of items.entries()) {
      const record = isObject(item) ? item : Array.isArray(item) ? { list: item } : { value: item };
      this.#row(child, record, parentId, index);
    }
  }

  #mayHaveChild(table: RecordTable): boolean {
    return this.tables.length < maxTables && table.path.length < maxNesting;
  }

  /** @returns nothing where the rules take no new list. */
  #childOf(table: RecordTable, entry: KeyEntry, label?: string): RecordTable | undefined {
    if (entry.child === undefined) {
      const path = [...table.path, ...entry.path];
      const known = this.#known.get(pathKey(path));
      if (known === undefined && this.#rules.newTables === 'leave_out' && this.root.isKnown) {
        const field = path.join(' › ');
        table.keptOut.set(field, (table.keptOut.get(field) ?? 0) + 1);
        return undefined;
      }
      const name = known?.name ?? nameTable(table.name, entry.path.join('__'), this.#options.takenTables);
      const own = label ?? entry.path.at(-1) ?? 'list';
      entry.child = this.#addTable(name, known?.display_name ?? own, path, table);
    }
    return entry.child;
  }

  #addTable(
    name: string,
    displayName: string,
    path: readonly string[],
    parent: RecordTable | null,
  ): RecordTable {
    const { takenTables, spillDirectory } = this.#options;
    takenTables.add(name);
    const known = this.#known.get(pathKey(path));
    const table = new RecordTable({
      name,
      displayName,
      path,
      parent,
      known,
      spillDirectory,
      fixesTypes: this.#options.fixesTypes === true,
      firstDecides: this.#rules.misfits === 'variant',
    });
    this.tables.push(table);
    return table;
  }

  /** Makes the column or the table of a field before it has a value. */
  #declare({ path, type, label, isList }: FieldHint): void {
    let table = this.root;
    let keys = table.keys;
    let within: readonly string[] = [];
    for (const [at, key] of path.entries()) {
      const entry = entryOf(keys, within, key);
      if (at === path.length - 1) {
        if (isList === true) this.#childOf(table, entry, label);
        else if (entry.column < 0) entry.column = table.addColumn(entry.path, type, label);
      } else if (entry.child !== undefined) {
        table = entry.child;
        keys = table.keys;
        within = [];
      } else {
        entry.inner ??= new Map();
        keys = entry.inner;
        within = entry.path;
      }
    }
  }

  #declareKnown(known: KnownTable): void {
    const table = this.#tableAt(known);
    if (table === undefined) return;
    for (const column of known.columns) {
      let keys = table.keys;
      let within: readonly string[] = [];
      for (const [at, key] of column.path.entries()) {
        const entry = entryOf(keys, within, key);
        if (at === column.path.length - 1) {
          if (entry.column < 0) entry.column = table.addColumn(entry.path, this.#wishFor(table, entry));
        } else {
          entry.inner ??= new Map();
          keys = entry.inner;
          within = entry.path;
        }
      }
    }
  }

  /** The table that was known under a path, made where it does not exist yet. Parents come before their children. */
  #tableAt(known: KnownTable): RecordTable | undefined {
    const there = this.tables.find((table) => pathKey(table.path) === pathKey(known.path));
    if (there !== undefined) return there;
    const parent = this.tables
      .filter((table) => table.path.every((key, at) => known.path[at] === key))
      .toSorted((a, b) => b.path.length - a.path.length)[0];
    if (parent === undefined) return undefined;
    let keys = parent.keys;
    let within: readonly string[] = [];
    const rest = known.path.slice(parent.path.length);
    for (const [at, key] of rest.entries()) {
      const entry = entryOf(keys, within, key);
      if (at === rest.length - 1) return this.#childOf(parent, entry);
      entry.inner ??= new Map();
      keys = entry.inner;
      within = entry.path;
    }
    return undefined;
  }
}

function entryOf(keys: Map<string, KeyEntry>, path: readonly string[], key: string): KeyEntry {
  let entry = keys.get(key);
  if (entry === undefined) {
    entry = { path: [...path, key], column: -1, inner: undefined, child: undefined };
    keys.set(key, entry);
  }
  return entry;
}

function isJson(table: RecordTable, entry: KeyEntry): boolean {
  if (entry.column < 0) return false;
  const column = table.columns[entry.column];
  return (column?.hint ?? column?.fixed) === 'json';
}

/** How dlt calls the types, in the names of variants. */
const dltTypes: Readonly<Record<ColumnType, string>> = {
  text: 'text',
  integer: 'bigint',
  decimal: 'decimal',
  float: 'double',
  boolean: 'bool',
  date: 'date',
  timestamp: 'timestamp',
  timestamptz: 'timestamp',
  time: 'time',
  json: 'json',
};

function shortText(value: unknown): string {
  return (typeof value === 'string' ? value : jsonText(value)).slice(0, shownCharacters);
}

function isObject(value: unknown): value is SourceRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
