import { randomBytes } from 'node:crypto';
import type { FieldHint, SourceRecord } from '#sources';
import { copyText, jsonText } from './copy-text.ts';
import { nameTable } from './name-path.ts';
import { type KeyEntry, type KnownTable, pathKey, RecordTable } from './record-table.ts';

/** Objects within objects; what lies deeper stays JSON. */
const maxNesting = 24;
const maxTables = 120;

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
}

/**
 * Takes nested records apart into flat rows: objects into columns `a__b`, lists into tables `table__list` whose rows
 * point to their parent by `_dlt_parent_id`. Everything goes to disk as it comes; memory holds columns, not rows.
 */
export class RecordShredder implements AsyncDisposable {
  readonly tables: RecordTable[] = [];
  readonly root: RecordTable;
  readonly #options: ShredderOptions;
  readonly #known: ReadonlyMap<string, KnownTable>;
  readonly #idPrefix = randomBytes(6).toString('base64url').slice(0, 6);
  #lastId = 0;
  #lines: { table: RecordTable; line: string; columns: number }[] = [];

  constructor(options: ShredderOptions) {
    this.#options = options;
    this.#known = new Map(options.known.map((table) => [pathKey(table.path), table]));
    this.root = this.#addTable(options.table, options.title, [], null);
    for (const field of options.fields) this.#declare(field);
    if (!options.hasFixedFields) for (const table of options.known) this.#declareKnown(table);
  }

  /**
   * Takes one record.
   *
   * @throws RangeError when it is nested too deeply to be written; nothing of it is kept then. AppError too_many_columns
   */
  add(record: unknown): void {
    const whole = isObject(record) ? record : { value: record };
    this.#lines = [];
    this.#row(this.root, whole, null, 0);
    for (const { table, line, columns } of this.#lines) {
      table.spill.add(line, columns);
      table.rows += 1;
    }
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

  #row(table: RecordTable, record: SourceRecord, parentId: string | null, index: number): void {
    // Unique by construction, and rising in the order of reading.
    this.#lastId += 1;
    const id = `${this.#idPrefix}${this.#lastId.toString(36).padStart(8, '0')}`;
    const values = table.blankRow();
    const place = this.#lines.length;
    this.#lines.push({ table, line: '', columns: 0 });
    this.#fill(table, table.keys, [], record, values, id);
    const system = parentId === null ? id : `${id}\t${parentId}\t${index}`;
    this.#lines[place] = { table, line: `${[system, ...values].join('\t')}\n`, columns: values.length };
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
            continue;
          }
        } else if (entry.child !== undefined || this.#mayHaveChild(table)) {
          if (value.length > 0) this.#list(this.#childOf(table, entry), value, id);
          continue;
        }
      }
      this.#set(table, entry, value, values);
    }
  }

  #set(table: RecordTable, entry: KeyEntry, value: unknown, values: string[]): void {
    if (entry.column < 0) {
      if (value === '') return;
      entry.column = table.addColumn(entry.path);
      values.push('\\N');
    }
    if (!table.see(entry.column, value)) return;
    const isPlain =
      typeof value === 'string' ||
      typeof value === 'number' ||
      typeof value === 'bigint' ||
      typeof value === 'boolean';
    values[entry.column] = isPlain && !isJson(table, entry) ? copyText(value) : copyText(jsonText(value));
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

  #childOf(table: RecordTable, entry: KeyEntry, label?: string): RecordTable {
    if (entry.child === undefined) {
      const path = [...table.path, ...entry.path];
      const known = this.#known.get(pathKey(path));
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
    const table = new RecordTable({ name, displayName, path, parent, known, spillDirectory });
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
          if (entry.column < 0) entry.column = table.addColumn(entry.path);
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
  return entry.column >= 0 && table.columns[entry.column]?.hint === 'json';
}

function isObject(value: unknown): value is SourceRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
