import { z } from 'zod';
import type { Connector, ConnectorContext, RecordStream, SourceRecord, StreamState } from '../../port.ts';
import { parseSettings } from '../parse-settings.ts';
import { listForms, readForm, readSubmissions, submissionId } from './kobo-api.ts';
import { fieldsOf, readDefinition } from './kobo-form.ts';
import { shapeSubmission } from './kobo-records.ts';
import { koboSettings, type KoboSettings } from './kobo-settings.ts';

const hourMs = 3_600_000;

/** Submissions of KoboToolbox by its API v2. A stream is a form, known by its uid. */
export const koboConnector: Connector<KoboSettings> = {
  type: 'kobo',
  info: {
    title: 'KoboToolbox',
    description: 'Submissions of your forms, with question labels, repeats and choices.',
    icon: 'clipboard-list',
    category: 'service',
    spec: { ...z.toJSONSchema(koboSettings, { io: 'input' }), title: 'KoboToolbox' },
  },
  capabilities: { delivers: 'records', incremental: true, manyStreams: true },
  parseConfig: (config) => parseSettings(koboSettings, config),
  check: async (context, settings, signal) => {
    await listForms(context, settings, signal);
  },
  discover: async (context, settings, signal) =>
    (await listForms(context, settings, signal)).map(({ uid, name, submissions }) => ({
      name: uid,
      title: name,
      rows: submissions,
    })),
  open: openForm,
};

async function openForm(
  context: ConnectorContext,
  settings: KoboSettings,
  uid: string,
  signal: AbortSignal,
  state?: StreamState,
): Promise<RecordStream> {
  const form = readDefinition(await readForm(context, settings, uid, signal), settings.language);
  const isIncremental = settings.sync === 'incremental';
  const known = readState(state);
  const isFull =
    !isIncremental || known === undefined || Date.now() - known.fullAt >= settings.full_every_hours * hourMs;
  const startedAt = Date.now();
  let last = isFull ? 0 : known.lastId;
  let count: number | undefined;
  async function* batches(): AsyncGenerator<readonly SourceRecord[]> {
    const pages = readSubmissions(context, settings, uid, last, (found) => (count = found), signal);
    for await (const page of pages) {
      for (const record of page) last = Math.max(last, submissionId(record));
      yield page.map((record) => shapeSubmission(record, form, settings));
    }
  }
  return {
    kind: 'records',
    // Edits keep the id and deletions leave no trace: only reading everything shows them.
    disposition: isFull ? 'replace' : 'merge',
    primaryKey: ['_id'],
    fields: fieldsOf(form, settings),
    batches: batches(),
    expectedRows: () => count,
    ...(isIncremental
      ? { nextState: () => ({ last_id: last, full_at: isFull ? startedAt : (known?.fullAt ?? 0) }) }
      : {}),
  };
}

function readState(state: StreamState | undefined): { lastId: number; fullAt: number } | undefined {
  const lastId = state?.['last_id'];
  const fullAt = state?.['full_at'];
  return typeof lastId === 'number' && typeof fullAt === 'number' ? { lastId, fullAt } : undefined;
}
