import { streamSettings, type StreamSettings } from '#contracts/streams';
import type { z } from 'zod';
import { systemClock } from '#platform/clock';
import { connectDatabase } from '#platform/database/database';
import { newId } from '#platform/ids';
import type { RecordStream, SourceRecord } from '#sources';
import { createTestDatabase } from '#testing/database';
import { createTestOrganization } from '#testing/organization';
import { openWarehouse } from '#warehouse';
import { loadRecords, type LoadRecordsOptions } from '../load-records.ts';

export type RecordBench = Awaited<ReturnType<typeof openRecordBench>>;

async function* inBatches(records: readonly unknown[], size = 2) {
  for (let from = 0; from < records.length; from += size) {
    yield records.slice(from, from + size) as SourceRecord[]; // hostile ones included on purpose
  }
}

/** A stream that gives these records. */
export function streamOf(records: readonly unknown[], more: Partial<RecordStream> = {}): RecordStream {
  return { kind: 'records', disposition: 'replace', batches: inBatches(records), ...more };
}

/** The settings of a stream in which only these differ from what holds anyway. */
export function settings(some: z.input<typeof streamSettings>): StreamSettings {
  return streamSettings.parse(some);
}

/** A warehouse into which records can be loaded as from a service that says exactly what it is told to. */
export async function openRecordBench() {
  const installation = await createTestDatabase();
  const database = connectDatabase(installation.appUrl);
  const all = openWarehouse({ config: installation.config, database });
  const actor = await createTestOrganization(database, installation.config);
  const warehouse = await all.forOrganization(actor.organizationId);
  const { signal } = new AbortController();

  function newSource() {
    const sourceId = newId<string>();
    const mainTable = `source_${sourceId}`;
    const load = (
      records: readonly unknown[],
      more: Partial<RecordStream> = {},
      options: Partial<LoadRecordsOptions> = {},
    ) =>
      loadRecords(warehouse, {
        sourceId,
        mainTable,
        streams: [{ name: 'people', title: 'People' }],
        settingsOf: () => settings({}),
        approved: new Set(),
        onReview: async () => undefined,
        config: {},
        open: async () => streamOf(records, more),
        runToken: newId<string>(),
        loadId: '1.5',
        dataDirectory: installation.config.dataDirectory,
        clock: systemClock,
        signal,
        onProgress: () => undefined,
        onRejected: async () => undefined,
        ...options,
      });
    const rows = async (columns = '*', suffix = '', order = '"_dlt_id"') =>
      (await warehouse.read(`SELECT ${columns} FROM "${mainTable}${suffix}" ORDER BY ${order}`)).rows;
    return { sourceId, mainTable, load, rows };
  }

  return {
    warehouse,
    dataDirectory: installation.config.dataDirectory,
    signal,
    newSource,
    async [Symbol.asyncDispose]() {
      await all.close();
      await database.close();
      await installation[Symbol.asyncDispose]();
    },
  };
}
