import { z } from 'zod';
import { AppError } from '#platform/errors';
import type { Connector, RecordStream, SourceRecord, StreamState } from '../../port.ts';
import { parseSettings } from '../parse-settings.ts';
import {
  listDatasets,
  listForms,
  readRecords,
  readSubmissions,
  type SurveyctoClient,
  surveyctoClient,
} from './surveycto-api.ts';
import { fieldsOf, readMoment, shapeSubmission } from './surveycto-records.ts';
import { surveyctoSettings, type SurveyctoSettings } from './surveycto-settings.ts';

const hourMs = 3_600_000;
const daySeconds = 86_400;
/** Shown of a form to whoever wants to look, and how far back when there is nothing. */
const recentDays = 30;
const lookBackDays = 3 * 366;
const batchRows = 1_000;

/** Submissions and server datasets of SurveyCTO. A stream is `form:<id>` or `dataset:<id>`. */
export const surveyctoConnector: Connector<SurveyctoSettings> = {
  type: 'surveycto',
  info: {
    title: 'SurveyCTO',
    description: 'Submissions of your forms and the records of your server datasets.',
    icon: 'clipboard-list',
    category: 'service',
    spec: { ...z.toJSONSchema(surveyctoSettings, { io: 'input' }), title: 'SurveyCTO' },
  },
  capabilities: { delivers: 'records', incremental: true, manyStreams: true },
  parseConfig: (config) => parseSettings(surveyctoSettings, config),
  check: async (context, settings, signal) => {
    await listForms(surveyctoClient(context, settings, signal));
  },
  discover: async (context, settings, signal) => {
    const client = surveyctoClient(context, settings, signal);
    return [
      ...(await listForms(client)).map((id) => ({ name: `form:${id}`, title: id })),
      ...(await listDatasets(client)).map(({ id, title, totalRecords }) => ({
        name: `dataset:${id}`,
        title: `Dataset: ${title?.trim() || id}`,
        rows: totalRecords ?? undefined,
      })),
    ];
  },
  open: async (context, settings, stream, signal, state) => {
    const client = surveyctoClient(context, settings, signal);
    const [, kind, id = ''] = /^(form|dataset):(.+)$/s.exec(stream) ?? [];
    if (kind === 'form') return openForm(client, settings, id, context.isPreview === true, state);
    if (kind === 'dataset') return openDataset(client, settings, id, state);
    throw new AppError('source_not_found', `SurveyCTO has nothing that is called “${stream}”.`);
  },
};

interface Known {
  readonly cursor: string;
  readonly fullAt: number;
}

/** From where a load continues, unless everything is to be read. */
function continueFrom(settings: SurveyctoSettings, state: StreamState | undefined): Known | undefined {
  const [cursor, fullAt] = [state?.['cursor'], state?.['full_at']];
  if (settings.sync === 'full' || typeof cursor !== 'string' || typeof fullAt !== 'number') return undefined;
  return Date.now() - fullAt < settings.full_every_hours * hourMs ? { cursor, fullAt } : undefined;
}

async function openForm(
  client: SurveyctoClient,
  settings: SurveyctoSettings,
  form: string,
  isPreview: boolean,
  state: StreamState | undefined,
): Promise<RecordStream> {
  const startedAt = Date.now();
  const since = continueFrom(settings, state);
  const read = async (from: number) =>
    (await readSubmissions(client, form, from, settings.review)).map((record) =>
      shapeSubmission(record, settings.repeats),
    );
  const ago = (days: number) => Math.floor(startedAt / 1000) - days * daySeconds;
  let submitted: readonly SourceRecord[];
  if (isPreview) {
    // Everything is given once in five minutes only, and the load that follows is to have it.
    submitted = await read(ago(recentDays));
    if (submitted.length === 0) submitted = await read(ago(lookBackDays));
  } else {
    submitted = await read(since === undefined ? 0 : Math.floor(Date.parse(since.cursor) / 1000));
  }
  let last = since?.cursor;
  for (const { CompletionDate: at } of submitted) {
    if (typeof at === 'string' && !Number.isNaN(Date.parse(at)) && (last === undefined || at > last))
      last = at;
  }
  async function* batches(): AsyncGenerator<readonly SourceRecord[]> {
    for (let start = 0; start < submitted.length; start += batchRows) {
      yield submitted.slice(start, start + batchRows);
    }
  }
  return {
    kind: 'records',
    disposition: since === undefined ? 'replace' : 'merge',
    primaryKey: ['KEY'],
    fields: fieldsOf(submitted),
    batches: batches(),
    ...stateOf(settings, () => last, since?.fullAt ?? startedAt),
  };
}

async function openDataset(
  client: SurveyctoClient,
  settings: SurveyctoSettings,
  dataset: string,
  state: StreamState | undefined,
): Promise<RecordStream> {
  const startedAt = Date.now();
  const since = continueFrom(settings, state);
  let last = since?.cursor;
  let count: number | undefined;
  async function* batches(): AsyncGenerator<readonly SourceRecord[]> {
    for await (const page of readRecords(client, dataset, since?.cursor, (found) => (count = found))) {
      yield page.map(({ recordId, modifiedAt, values }) => {
        const at = typeof modifiedAt === 'string' ? readMoment(modifiedAt) : undefined;
        if (at !== undefined && (last === undefined || at > last)) last = at;
        return { _id: recordId, ...values, _modified_at: at };
      });
    }
  }
  return {
    kind: 'records',
    disposition: since === undefined ? 'replace' : 'merge',
    primaryKey: ['_id'],
    fields: [{ path: ['_id'], type: 'text', label: 'Record id' }],
    batches: batches(),
    expectedRows: () => count,
    ...stateOf(settings, () => last, since?.fullAt ?? startedAt),
  };
}

function stateOf(settings: SurveyctoSettings, last: () => string | undefined, fullAt: number) {
  if (settings.sync === 'full') return {};
  return {
    nextState: (): StreamState => {
      const cursor = last();
      return cursor === undefined ? { empty: true } : { cursor, full_at: fullAt };
    },
  };
}
