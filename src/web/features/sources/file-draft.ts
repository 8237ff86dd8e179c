import type { ColumnType } from '#contracts/column-types';
import type { CsvOptions, SourceType, Upload } from '#contracts/sources';

/** What decides where columns begin and end; a change of one makes corrections of columns meaningless. */
type ShapeOptions = Pick<CsvOptions, 'sheet' | 'delimiter' | 'encoding' | 'header_row' | 'header_rows'>;
const shapeOptions: readonly (keyof ShapeOptions)[] = [
  'sheet',
  'delimiter',
  'encoding',
  'header_row',
  'header_rows',
];
type ReadingOptions = Pick<CsvOptions, 'decimal' | 'date_order' | 'totals'>;

/** An uploaded file while one checks and corrects how it will be read. Values are never changed in place. */
export interface FileDraft {
  /** Name of the source to be. */
  readonly name: string;
  /** As the server reads it with the corrections so far. */
  readonly upload: Upload;
  /** Names of the columns before any correction, in order: the keys by which corrections are sent. */
  readonly keys: readonly string[];
  readonly options: ShapeOptions & ReadingOptions;
  readonly types: Readonly<Record<string, ColumnType>>;
  readonly names: Readonly<Record<string, string>>;
  /** A table that is there already, into which the rows come; else they become a source of their own. */
  readonly target?: AdditionDraft | undefined;
}

/** Where the columns of a file go in a table that is there. */
export interface AdditionDraft {
  readonly sourceId: string;
  readonly mode: 'append' | 'merge';
  /** Columns of the table that tell rows apart. */
  readonly key: readonly string[];
  /** By key of the column: a column of the table, null to leave it out, absent to make a new one. */
  readonly mapping: Readonly<Record<string, string | null>>;
}

/** Another column of the file that went there goes nowhere any more: two cannot share one. */
export function setMapping(
  addition: AdditionDraft,
  from: string,
  to: string | null | undefined,
): AdditionDraft {
  const others = Object.entries(addition.mapping).filter(
    ([key, target]) => key !== from && (target === null || target !== to),
  );
  return {
    ...addition,
    mapping: Object.fromEntries(to === undefined ? others : [...others, [from, to]]),
  };
}

/** Why the rows cannot come into the table as it stands. */
export function additionProblem(addition: AdditionDraft): string | undefined {
  const used = Object.values(addition.mapping).filter((to) => to !== null);
  if (used.length === 0) return 'Choose at least one column of the table.';
  if (addition.mode === 'append') return undefined;
  if (addition.key.length === 0) return 'Choose the column that tells rows apart.';
  return addition.key.every((name) => used.includes(name))
    ? undefined
    : 'The column that tells rows apart needs one of the file.';
}

export function newDraft(upload: Upload): FileDraft {
  return {
    name: nameFromFile(upload.filename),
    upload,
    keys: upload.columns.map((column) => column.name),
    options: {},
    types: {},
    names: {},
  };
}

const sourceTypes = {
  csv: 'csv',
  xlsx: 'excel',
  json: 'json',
  ndjson: 'json',
  parquet: 'parquet',
} as const satisfies Readonly<Record<Upload['format'], SourceType>>;

/** The kind of source that a file becomes. */
export function sourceTypeOf(format: Upload['format']): SourceType {
  return sourceTypes[format];
}

/** "beneficiaries-of_2024-25.csv" → "Beneficiaries of 2024-25". */
export function nameFromFile(filename: string): string {
  const base = filename
    .replace(/(?:\.(?:csv|tsv|tab|txt|xlsx?|xlsm|json|jsonl|ndjson|geojson|parquet|gz|zip))+$/i, '')
    .replace(/[_\s]+|(?<=\p{L})-(?=\p{L})/gu, ' ')
    .trim();
  const [first = '', ...rest] = base;
  return (first.toLocaleUpperCase() + rest.join('')).slice(0, 200) || 'New source';
}

export function setColumnType(draft: FileDraft, key: string, type: ColumnType): FileDraft {
  return { ...draft, types: { ...draft.types, [key]: type } };
}

/** A name that is emptied, or put back to the one of the file, is no correction. */
export function setColumnName(draft: FileDraft, key: string, name: string): FileDraft {
  const original = draft.upload.columns[draft.keys.indexOf(key)]?.display_name;
  const { [key]: _, ...others } = draft.names;
  return { ...draft, names: name === original || name === '' ? others : { ...others, [key]: name } };
}

export function setOptions(draft: FileDraft, patch: ShapeOptions & ReadingOptions): FileDraft {
  const isNewShape = shapeOptions.some((option) => option in patch);
  // Another sheet is another table: where its names stand is found anew.
  const { header_row: _row, header_rows: _rows, ...kept } = draft.options;
  return {
    ...draft,
    options: { ...('sheet' in patch ? kept : draft.options), ...patch },
    // A table is matched anew with the columns that there are then.
    ...(isNewShape ? { types: {}, names: {}, target: undefined } : {}),
  };
}

/** Takes over a new reading of the file by the server. */
export function withReading(draft: FileDraft, upload: Upload): FileDraft {
  const isSameShape = upload.columns.length === draft.keys.length && Object.keys(draft.types).length > 0;
  // Once corrections exist their keys must stay; without any, the reading's own names are the keys.
  const keys = isSameShape ? draft.keys : upload.columns.map((column) => column.name);
  return { ...draft, upload, keys };
}

/** What a new reading needs; names are not part of it, since they change no value. */
export function readingOptions(draft: FileDraft): CsvOptions {
  const { types, options } = draft;
  return { ...options, ...(Object.keys(types).length > 0 ? { columns: types } : {}) };
}

/** Whether dates like 03/04/2025 could be read either way and nothing in the file tells. */
export function isDateOrderAsked({ upload, options }: FileDraft): boolean {
  return (
    options.date_order !== undefined ||
    upload.warnings.some((warning) => warning.code === 'date_order_assumed')
  );
}

/** What the source is created with. The order of dates that stood there as the answer is one, also when left as it was. */
export function sourceOptions(draft: FileDraft): CsvOptions {
  const { names } = draft;
  const trimmed = Object.fromEntries(Object.entries(names).map(([key, name]) => [key, name.trim()]));
  const order = isDateOrderAsked(draft) ? (draft.options.date_order ?? draft.upload.date_order) : null;
  return {
    ...readingOptions(draft),
    ...(order === null ? {} : { date_order: order }),
    ...(Object.keys(trimmed).length > 0 ? { names: trimmed } : {}),
  };
}

export interface DraftColumn {
  readonly key: string;
  /** Header in the file. */
  readonly original: string;
  /** What it will be called. */
  readonly name: string;
  readonly type: ColumnType;
  readonly isTypeCorrected: boolean;
  readonly sample: readonly (string | null)[];
  /** Why the name cannot stay as it is. */
  readonly problem: string | undefined;
  readonly warnings: readonly string[];
}

export function draftColumns(draft: FileDraft): DraftColumn[] {
  const names = draft.upload.columns.map((column, index) => {
    const key = draft.keys[index] ?? column.name;
    return (draft.names[key] ?? column.display_name).trim();
  });
  const seen = new Map<string, number>();
  for (const name of names) seen.set(name.toLocaleLowerCase(), (seen.get(name.toLocaleLowerCase()) ?? 0) + 1);
  return draft.upload.columns.map((column, index) => {
    const key = draft.keys[index] ?? column.name;
    const name = draft.names[key] ?? column.display_name;
    const isCorrected = draft.names[key] !== undefined;
    const isDouble = (seen.get(name.trim().toLocaleLowerCase()) ?? 0) > 1;
    return {
      key,
      original: column.display_name,
      name,
      type: draft.types[key] ?? column.type,
      isTypeCorrected: draft.types[key] !== undefined,
      sample: column.sample,
      // Doubles that the file itself has are told apart by the server; only those that a person makes are refused.
      problem: isCorrected && isDouble ? 'Another column has this name' : undefined,
      warnings: draft.upload.warnings
        .filter((warning) => warning.column === column.name || warning.column === column.display_name)
        .map((warning) => warning.message),
    };
  });
}

export function draftProblem(draft: FileDraft): string | undefined {
  if (draft.target !== undefined) return additionProblem(draft.target);
  if (draft.name.trim() === '') return 'Give the source a name.';
  const column = draftColumns(draft).find((one) => one.problem !== undefined);
  return column ? `Column "${column.name}": ${column.problem}.` : undefined;
}
