import type { ColumnType } from '#contracts/column-types';
import type { EndpointResponse } from '#contracts/endpoint';
import type { suggestAddition as suggestContract } from '#contracts/file-additions';
import { type CsvOptions, type FileAddition, fileConfig, type Source } from '#contracts/sources';
import type { TableColumn } from '#contracts/warehouse';
import type { Actor } from '#platform/actor';
import type { RowOf } from '#platform/database/tables';
import { AppError } from '#platform/errors';
import { connectorContext, connectorFor, findSource, keySeparator, updateSource } from '#sources';
import type { OrganizationWarehouse, WarehouseServices } from '#warehouse';
import { previewUpload } from './create-upload.ts';
import { recallFiles } from './load/file-memory.ts';
import { widen } from './records/infer-type.ts';
import { recallStreams } from './records/stream-memory.ts';

type Suggestion = EndpointResponse<typeof suggestContract>;

/** The source of files, its table, and the file's connector has something to say about both. */
async function fileTable(
  services: WarehouseServices,
  actor: Actor,
  id: string,
): Promise<{ readonly source: RowOf<'sources'>; readonly columns: readonly TableColumn[] }> {
  return services.database.withOrganization(actor.organizationId, async (trx) => {
    const source = await findSource(trx, id);
    if (connectorFor(source.type).capabilities.delivers !== 'file')
      throw new AppError('conflict', 'Rows of files come only into tables that are made of files.', {
        hint: 'Load the file as a source of its own and combine both in a transformation.',
      });
    const table = await trx
      .selectFrom('warehouse_tables')
      .select('columns')
      .where('name', '=', source.warehouse_table_name)
      .executeTakeFirst();
    if (table === undefined)
      throw new AppError('conflict', `“${source.name}” has no table yet.`, { hint: 'Load it first.' });
    return { source, columns: table.columns };
  });
}

/** What additions call the columns of a table, and where it is asked for values. */
interface KnownColumns {
  readonly columns: readonly TableColumn[];
  /** Those of the table itself by their physical names, where they are called otherwise. */
  readonly physical: ReadonlyMap<string, string>;
}

/**
 * All columns of a table of files: with those of the tables that it goes on in where it is too wide for one; of records
 * by their keys.
 */
async function allColumns(
  warehouse: OrganizationWarehouse,
  source: RowOf<'sources'>,
  columns: readonly TableColumn[],
  isOfRecords: boolean,
): Promise<KnownColumns> {
  if (isOfRecords) {
    const [memory] = (await recallStreams(warehouse, source.id)).values();
    const root = memory?.tables.find(({ path }) => path.length === 0);
    const own = (root?.columns ?? []).map((column) => ({ ...column, key: column.path.join(keySeparator) }));
    return {
      columns: own.map(({ key, display_name, type }) => ({ name: key, display_name, type })),
      physical: new Map(own.filter(({ part }) => part === undefined).map(({ key, name }) => [key, name])),
    };
  }
  const known = await recallFiles(warehouse, source.warehouse_table_name);
  const all = known === null || known.parts.length === 0 ? columns : known.columns;
  return { columns: all, physical: new Map(columns.map(({ name }) => [name, name])) };
}

async function openFiles(
  services: WarehouseServices,
  actor: Actor,
  source: RowOf<'sources'>,
  config: unknown,
  signal: AbortSignal,
) {
  const connector = connectorFor(source.type);
  const context = connectorContext(services, actor.organizationId);
  return connector.open(context, connector.parseConfig(config), 'file', signal);
}

/** How a file's columns fit a table, to be looked at by a person. @throws AppError not_found, conflict */
export async function suggestAddition(
  services: WarehouseServices,
  actor: Actor,
  id: string,
  input: { readonly upload_id: string; readonly options?: CsvOptions | undefined },
  signal: AbortSignal,
): Promise<Suggestion> {
  const { source, columns } = await fileTable(services, actor, id);
  const file = await previewUpload(services, actor, input.upload_id, input.options ?? {}, signal);
  const warehouse = await services.warehouse.forOrganization(actor.organizationId);
  const { kind } = await openFiles(services, actor, source, source.config, signal);
  const all = await allColumns(warehouse, source, columns, kind === 'records');
  return {
    columns: all.columns.map(({ name, display_name, type }) => ({ name, display_name, type })),
    mapping: matchColumns(file.columns, all.columns),
    keys: await findKeys(warehouse, source.warehouse_table_name, all, signal),
  };
}

interface FileColumn {
  readonly name: string;
  readonly display_name: string;
  readonly type: ColumnType;
}

/** Of more pairs than these only equal names are looked for: no person checks 500 guesses. */
const maxComparisons = 250_000;

/** Pairs that leave the least doubt first; a column of the table takes one of the file's. */
export function matchColumns(
  file: readonly FileColumn[],
  table: readonly TableColumn[],
): Suggestion['mapping'] {
  const found = new Map<string, { readonly to: string; readonly isSame: boolean }>();
  const taken = new Set<string>();
  const pair = (from: FileColumn, to: TableColumn, isSame: boolean) => {
    if (found.has(from.name) || taken.has(to.name)) return;
    found.set(from.name, { to: to.name, isSame });
    taken.add(to.name);
  };
  const byName = new Map(table.map((to) => [to.name, to]));
  const byLabel = new Map(table.toReversed().map((to) => [plain(to.display_name), to]));
  for (const sameAs of [
    ({ name }: FileColumn) => byName.get(name),
    ({ display_name }: FileColumn) => byLabel.get(plain(display_name)),
  ]) {
    for (const from of file) {
      const to = sameAs(from);
      if (to !== undefined) pair(from, to, true);
    }
  }
  const restOfFile = file.filter(({ name }) => !found.has(name));
  const restOfTable = table.filter(({ name }) => !taken.has(name));
  if (restOfFile.length * restOfTable.length <= maxComparisons) {
    const alike = restOfFile.flatMap((from) =>
      restOfTable
        .map((to) => ({ from, to, score: similarity(from, to) }))
        .filter(({ score }) => score >= minSimilarity),
    );
    for (const { from, to } of alike.toSorted((one, other) => other.score - one.score)) pair(from, to, false);
  }
  return file.map(({ name, display_name, type }) => {
    const match = found.get(name);
    const kind = match === undefined ? 'none' : match.isSame ? 'same' : 'similar';
    return { from: name, header: display_name, type, to: match?.to ?? null, match: kind };
  });
}

const minSimilarity = 0.55;

/** More for names that are written alike, lessened where the types do not agree. */
function similarity(from: FileColumn, to: TableColumn): number {
  const alike = Math.max(
    sharesWords(from.name, to.name) ? containment : 0,
    commonPairs(from.name, to.name),
    commonPairs(plain(from.display_name), plain(to.display_name)),
  );
  const agree = from.type === to.type || widen(from.type, to.type) !== 'text';
  return Math.min(0.99, alike) - (agree ? 0 : 0.1);
}

/** "houses" within "no_of_houses". */
const containment = 0.8;

function sharesWords(left: string, right: string): boolean {
  const [a, b] = [left.split('_'), right.split('_')].toSorted((one, other) => one.length - other.length);
  return a?.every((word) => word.length > 2 && b?.includes(word)) === true;
}

function plain(label: string): string {
  return label.toLocaleLowerCase().replaceAll(/[^\p{L}\p{N}\p{M}]+/gu, '');
}

/** Share of neighbouring letters that two words have in common (Dice). */
function commonPairs(left: string, right: string): number {
  const pairsOf = (word: string) =>
    Array.from({ length: Math.max(0, word.length - 1) }, (_, at) => word.slice(at, at + 2));
  const a = pairsOf(left);
  const b = pairsOf(right);
  if (a.length + b.length === 0) return 0;
  const rest = [...b];
  let common = 0;
  for (const pair of a) {
    const at = rest.indexOf(pair);
    if (at < 0) continue;
    rest.splice(at, 1);
    common += 1;
  }
  return (2 * common) / (a.length + b.length);
}

const keyNames = /(?:^|_)(?:id|uuid|code|key|no|number|phone|mobile|email)(?:_|$)/;
const maxKeysTried = 4;

/** Columns by which rows can be told apart: named like a key, and no value twice. */
async function findKeys(
  warehouse: OrganizationWarehouse,
  tableName: string,
  { columns, physical }: KnownColumns,
  signal: AbortSignal,
): Promise<string[]> {
  const { dialect } = warehouse.capabilities;
  const named = columns.flatMap(({ name, type }) => {
    const inTable = physical.get(name);
    const isNamedSo = inTable !== undefined && keyNames.test(inTable);
    return isNamedSo && (type === 'integer' || type === 'text') ? [{ name, inTable }] : [];
  });
  const keys: string[] = [];
  const table = dialect.quoteTable({ schema: warehouse.schema, name: tableName });
  for (const { name, inTable } of named.slice(0, maxKeysTried)) {
    signal.throwIfAborted();
    const column = dialect.quoteIdentifier(inTable);
    const { rows } = await warehouse.read(
      `SELECT count(*) AS n, count(${column}) AS filled, count(DISTINCT ${column}) AS different FROM ${table}`,
    );
    const { n, filled, different } = rows[0] ?? {};
    if (Number(n) > 0 && n === filled && n === different) keys.push(name);
  }
  return keys;
}

/**
 * Has the next sync bring the rows of a file into the table of a source. A file that could not be loaded before gives
 * way to this one.
 *
 * @throws AppError not_found, conflict, source_config_invalid, upload_missing
 */
export async function addFile(
  services: WarehouseServices,
  actor: Actor,
  id: string,
  addition: FileAddition,
  signal: AbortSignal,
): Promise<Source> {
  const { source, columns } = await fileTable(services, actor, id);
  const config = fileConfig.parse(source.config);
  const warehouse = await services.warehouse.forOrganization(actor.organizationId);
  const opened = await openFiles(
    services,
    actor,
    source,
    { ...config, additions: [...(config.additions ?? []), addition] },
    signal,
  );
  const all = await allColumns(warehouse, source, columns, opened.kind === 'records');
  const unknown = [...addition.key, ...Object.values(addition.mapping)].find(
    (name) => name !== null && !all.columns.some((column) => column.name === name),
  );
  if (unknown !== undefined && unknown !== null) {
    throw new AppError('source_config_invalid', `The table has no column “${unknown}”.`, {
      errors: [{ path: 'mapping', message: `The table has no column “${unknown}”` }],
    });
  }
  const known = await recallFiles(warehouse, source.warehouse_table_name);
  // What was to come in and never did would be in the way of this file too.
  const loaded =
    opened.kind === 'csv_file'
      ? (config.additions ?? []).filter((_, at) => known?.files[at + 1] === opened.additions[at]?.fingerprint)
      : (config.additions ?? []);
  return updateSource(
    services,
    actor,
    id,
    { config: { ...config, additions: [...loaded, addition] } },
    signal,
  );
}
