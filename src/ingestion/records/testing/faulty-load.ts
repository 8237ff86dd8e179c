import { streamSettings } from '#contracts/streams';
import { systemClock } from '#platform/clock';
import type { RecordStream, SourceRecord, StreamState } from '#sources';
import type { OrganizationWarehouse, WarehouseSession } from '#warehouse';
import { loadRecords, type LoadedRecords } from '../load-records.ts';

/** Steps of a load, in their order, as a statement or an event tells them. */
export const steps = [
  'opening the stream',
  'reading its second batch',
  'making a staging table',
  'beginning COPY',
  'in the middle of COPY',
  'after COPY',
  'staging committed',
  'writing the run token',
  'merging rows',
  'remembering the stream',
  'writing _dlt_loads',
  'swapping tables',
  'asking whether it is still current',
  'everything written, not committed',
  'published',
] as const;
export type Step = (typeof steps)[number];

const strategies = ['replace', 'append', 'delete-insert', 'upsert', 'scd2'] as const;

/** A small stream of random numbers that a seed repeats (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface LoadPlan {
  readonly sourceId: string;
  readonly seed: number;
  /** Which load of the source it is, from 0. */
  readonly load: number;
  readonly runToken: string;
  readonly dataDirectory: string;
}

function settingsOf(seed: number) {
  const strategy = strategies[seed % strategies.length] ?? 'replace';
  if (strategy === 'replace') return streamSettings.parse({});
  if (strategy === 'append') return streamSettings.parse({ write_disposition: 'append' });
  return streamSettings.parse({ merge_strategy: strategy, primary_key: ['id'] });
}

/**
 * The service as it stands at a load of a seed: rows that were written up to then, with a cursor that often stands
 * still and a list in each; some are newer versions of earlier ones, except where rows are only ever added.
 */
function serviceOf({ seed, load }: Pick<LoadPlan, 'seed' | 'load'>): SourceRecord[] {
  const random = randomOf(seed);
  const onlyAdds = settingsOf(seed).write_disposition === 'append';
  const rows = new Map<number, SourceRecord>();
  let at = 0;
  let next = 0;
  for (let round = 0; round <= load; round += 1) {
    const count = 20 + Math.floor(random() * 200);
    for (let n = 0; n < count; n += 1) {
      at += random() < 0.5 ? 0 : 1;
      const isEdit = !onlyAdds && next > 0 && random() < 0.3;
      const id = isEdit ? Math.floor(random() * next) : next++;
      rows.delete(id);
      rows.set(id, {
        id,
        at,
        value: random() < 0.1 ? `text ${random()}` : Math.floor(random() * 1000),
        list: Array.from({ length: Math.floor(random() * 3) }, () => ({ n: Math.floor(random() * 10) })),
        ...(round > 0 && random() < 0.2 ? { late: 'x'.repeat(Math.floor(random() * 500)) } : {}),
      });
    }
  }
  return [...rows.values()];
}

/** Loads what the service has, telling of each step before it is taken; whoever is told may end the process. */
export function loadOnce(
  warehouse: OrganizationWarehouse,
  plan: LoadPlan,
  onStep: (step: Step) => void,
): Promise<LoadedRecords> {
  const settings = settingsOf(plan.seed);
  const isFull = settings.write_disposition === 'auto' && plan.seed % strategies.length === 0;
  return loadRecords(telling(warehouse, onStep), {
    sourceId: plan.sourceId,
    mainTable: `source_${plan.sourceId}`,
    streams: [{ name: 'people', title: 'People' }],
    settingsOf: () => settings,
    approved: new Set(),
    onReview: async () => undefined,
    config: {},
    open: async (_stream, state) => {
      onStep('opening the stream');
      return isFull ? fullStream(plan, onStep) : partialStream(plan, state, onStep);
    },
    runToken: plan.runToken,
    loadId: String(plan.load + 1),
    dataDirectory: plan.dataDirectory,
    clock: systemClock,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    onRejected: async () => undefined,
    assertCurrent: async () => onStep('asking whether it is still current'),
  });
}

async function* inBatches(rows: readonly SourceRecord[], onStep: (step: Step) => void) {
  for (let from = 0; from < rows.length; from += 16) {
    if (from > 0) onStep('reading its second batch');
    yield rows.slice(from, from + 16);
  }
}

function fullStream(plan: LoadPlan, onStep: (step: Step) => void): RecordStream {
  return { kind: 'records', disposition: 'replace', batches: inBatches(serviceOf(plan), onStep) };
}

/** Asked from a value on, it answers with the rows at that value too, as services do. */
function partialStream(
  plan: LoadPlan,
  state: StreamState | undefined,
  onStep: (step: Step) => void,
): RecordStream {
  const from = Number(state?.['cursor'] ?? -1);
  const all = serviceOf(plan);
  return {
    kind: 'records',
    disposition: 'merge',
    primaryKey: ['id'],
    cursorField: 'at',
    batches: inBatches(
      all.filter((row) => Number(row['at']) >= from),
      onStep,
    ),
    nextState: () => ({ cursor: Math.max(from, ...all.map((row) => Number(row['at']))) }),
  };
}

/** The warehouse as it is, with word of the steps that its statements are. */
function telling(warehouse: OrganizationWarehouse, onStep: (step: Step) => void): OrganizationWarehouse {
  return {
    ...warehouse,
    transaction: async (fn, options) => {
      const about = new Set<'staging' | 'publishing'>();
      const result = await warehouse.transaction(async (session) => {
        const told: WarehouseSession = {
          query: (sql, statement) => {
            if (/^CREATE TABLE \S*_staging_/.test(sql)) {
              about.add('staging');
              onStep('making a staging table');
            } else if (sql.includes('_dalgo_runs')) {
              about.add('publishing');
              onStep('writing the run token');
            } else if (sql.includes('_dalgo_streams')) onStep('remembering the stream');
            else if (sql.includes('_dlt_loads')) onStep('writing _dlt_loads');
            else if (/^(DELETE|UPDATE|INSERT)/.test(sql)) onStep('merging rows');
            else if (/^(DROP|ALTER) TABLE/.test(sql) && about.has('publishing')) onStep('swapping tables');
            return session.query(sql, statement);
          },
          copyFrom: async (sql, bytes, statement) => {
            onStep('beginning COPY');
            const rows = await session.copyFrom(sql, halves(bytes, onStep), statement);
            onStep('after COPY');
            return rows;
          },
        };
        const inner = await fn(told);
        if (about.has('publishing')) onStep('everything written, not committed');
        return inner;
      }, options);
      if (about.has('staging')) onStep('staging committed');
      if (about.has('publishing')) onStep('published');
      return result;
    },
  };
}

async function* halves(bytes: AsyncIterable<Uint8Array>, onStep: (step: Step) => void) {
  for await (const piece of bytes) {
    const half = Math.floor(piece.length / 2);
    yield piece.subarray(0, half);
    onStep('in the middle of COPY');
    yield piece.subarray(half);
  }
}

/** Everything that a person, and the next load, can see of a source; ids and times that differ by nature are left out. */
export async function photograph(warehouse: OrganizationWarehouse, sourceId: string): Promise<unknown> {
  const main = `source_${sourceId}`;
  const { rows: tables } = await warehouse.read(
    `SELECT table_name FROM information_schema.tables WHERE table_schema = '${warehouse.schema}' AND starts_with(table_name, '${main}') ORDER BY 1`,
  );
  const names = tables.map((row) => String(row['table_name']));
  const { rows: known } = await warehouse.read(
    `SELECT version, content::jsonb -> 'state' AS state, content::jsonb -> 'cursor' -> 'last' AS last, content::jsonb -> 'rows_read' AS rows_read FROM _dalgo_streams WHERE source_id = '${sourceId}'`,
  );
  if (names.length === 0) return { names, known };
  const list = names.includes(`${main}__list`)
    ? `(SELECT jsonb_agg(to_jsonb(c) - '{_dlt_id,_dlt_parent_id}'::text[] ORDER BY "_dlt_list_idx") FROM "${main}__list" c WHERE c."_dlt_parent_id" = p."_dlt_id")`
    : 'NULL';
  const { rows } = await warehouse.read(
    `SELECT (to_jsonb(p) - '{_dlt_id,_dlt_valid_from,_dlt_valid_to}'::text[] || jsonb_build_object('ended', to_jsonb(p) ->> '_dlt_valid_to' IS NOT NULL, 'list', ${list}))::text AS row FROM "${main}" p ORDER BY 1`,
  );
  return { names, known, rows: rows.map(({ row }) => row) };
}

/** What a load that was killed may have left. */
export async function leftovers(warehouse: OrganizationWarehouse, runToken: string): Promise<unknown> {
  const { rows } = await warehouse.read(
    `SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = '${warehouse.schema}'::regnamespace AND starts_with(relname, '_staging')) AS staging, (SELECT count(*) FROM _dalgo_runs WHERE run_token = '${runToken}') AS tokens`,
  );
  return rows[0];
}
