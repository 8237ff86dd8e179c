import { z } from 'zod';
import { columnType, type ColumnType } from '#contracts/column-types';
import { AppError } from '#platform/errors';
import { parseSettings } from './connectors/parse-settings.ts';
import type { Connector, FieldHint, OpenedStream, RecordStream, SourceRecord } from './port.ts';

/**
 * Which columns of a stream are loaded, and as what, by the dotted path of the field. Every source that delivers
 * records may have this beside its own settings.
 */
const columnChoices = z
  .record(
    z.string().min(1).max(500),
    z.record(
      z.string().min(1).max(2000),
      z.strictObject({
        /** false: it is thrown away where it arrives, with everything below it. */
        load: z.literal(false).optional(),
        /** Read as this where every value can be. */
        type: columnType.optional(),
      }),
    ),
  )
  .optional();
type ColumnChoices = z.output<typeof columnChoices>;
type ColumnChoice = NonNullable<ColumnChoices>[string];

/** A connector that understands `columns` in its configuration. */
export function withColumnChoice(connector: Connector): Connector {
  if (connector.capabilities.delivers !== 'records') return connector;
  return {
    ...connector,
    parseConfig(config) {
      if (!isObject(config) || !('columns' in config)) return connector.parseConfig(config);
      const { columns, ...own } = config;
      const settings = connector.parseConfig(own);
      const choices = parseSettings(z.object({ columns: columnChoices }), { columns });
      return isObject(settings) ? { ...settings, ...choices } : settings;
    },
    check: (context, settings, signal) => connector.check(context, split(settings).own, signal),
    discover: (context, settings, signal) => connector.discover(context, split(settings).own, signal),
    async open(context, settings, stream, signal, state): Promise<OpenedStream> {
      const { own, columns } = split(settings);
      const opened = await connector.open(context, own, stream, signal, state);
      const choice = columns?.[stream];
      return choice === undefined || opened.kind !== 'records' ? opened : chooseColumns(opened, choice);
    },
  };
}

function split(settings: unknown): { readonly own: unknown; readonly columns: ColumnChoices } {
  if (!isObject(settings) || !('columns' in settings)) return { own: settings, columns: undefined };
  const { columns, ...own } = settings;
  // As parseConfig made it.
  return { own, columns: columns as ColumnChoices };
}

/** @throws AppError source_config_invalid when what tells rows apart is left out. */
function chooseColumns(stream: RecordStream, choice: ColumnChoice): RecordStream {
  const leftOut = new Set(
    Object.entries(choice).flatMap(([path, { load }]) => (load === false ? [path] : [])),
  );
  const types = new Map(
    Object.entries(choice).flatMap(([path, { type }]) => (type === undefined ? [] : [[path, type] as const])),
  );
  const key = stream.primaryKey?.find((field) => isLeftOut(field, leftOut));
  if (key !== undefined) {
    throw new AppError('source_config_invalid', 'Some settings of this source need a correction.', {
      errors: [{ path: 'config.columns', message: `“${key}” tells rows apart and cannot be left out` }],
    });
  }
  return {
    ...stream,
    fields: chosenFields(stream.fields ?? [], leftOut, types),
    batches: leftOut.size === 0 ? stream.batches : withoutFields(stream.batches, leftOut),
    leftOut,
  };
}

function chosenFields(
  fields: readonly FieldHint[],
  leftOut: ReadonlySet<string>,
  types: ReadonlyMap<string, ColumnType>,
): FieldHint[] {
  const known = new Set(fields.map(({ path }) => path.join('.')));
  return [
    ...fields
      .filter(({ path }) => !isLeftOut(path.join('.'), leftOut))
      .map((field) => {
        const type = types.get(field.path.join('.'));
        return type === undefined ? field : { ...field, type };
      }),
    // Fields that the service does not declare.
    ...[...types]
      .filter(([path]) => !known.has(path) && !isLeftOut(path, leftOut))
      .map(([path, type]) => ({ path: path.split('.'), type, isWish: true })),
  ];
}

/** Whether a field, or something that it lies within, is left out. */
export function isLeftOut(path: string, leftOut: ReadonlySet<string>): boolean {
  if (leftOut.has(path)) return true;
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
    if (leftOut.has(path.slice(0, dot))) return true;
  }
  return false;
}

async function* withoutFields(
  batches: AsyncIterable<readonly SourceRecord[]>,
  leftOut: ReadonlySet<string>,
): AsyncGenerator<readonly SourceRecord[]> {
  // What has something to be left out within it; the rest of a record is handed on as it is.
  const within = new Set(
    [...leftOut].flatMap((path) => [...path.matchAll(/\./g)].map(({ index }) => path.slice(0, index))),
  );
  const strip = (value: unknown, path: string): unknown => {
    if (Array.isArray(value)) return value.map((item: unknown) => strip(item, path));
    return isObject(value) ? stripRecord(value, `${path}.`) : value;
  };
  const stripRecord = (record: SourceRecord, prefix: string): SourceRecord => {
    const kept: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(record)) {
      const path = prefix + key;
      if (!leftOut.has(path)) kept[key] = within.has(path) ? strip(value, path) : value;
    }
    return kept;
  };
  for await (const batch of batches) yield batch.map((record) => stripRecord(record, ''));
}

function isObject(value: unknown): value is SourceRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
