import { z } from 'zod';
import type { Connector, ConnectorContext, RecordStream, SourceRecord, StreamState } from '../../port.ts';
import { parseSettings } from '../parse-settings.ts';
import { listForms, readForm, readSubmissions, submissionId, type SubmissionQuery } from './kobo-api.ts';
import { fieldsOf, readDefinition } from './kobo-form.ts';
import { shapeSubmission } from './kobo-records.ts';
import { koboSettings, type KoboSettings } from './kobo-settings.ts';
import {
  markedFields,
  markOf,
  marksOfState,
  marksToState,
  noteMarks,
  type SubmissionMarks,
} from './submission-marks.ts';

const hourMs = 3_600_000;
/** As many as fit into an address. */
const idsAtOnce = 100;
/** Only ever on the way: a row that has it goes. */
const deletedField = '_deleted';

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
  const marks: SubmissionMarks = isFull ? new Map() : new Map(known.marks);
  let last = isFull ? 0 : known.lastId;
  let count: number | undefined;
  const read = (asked: SubmissionQuery, onCount: (found: number) => void = () => undefined) =>
    readSubmissions(context, settings, uid, asked, onCount, signal);
  const shape = (page: readonly SourceRecord[]) =>
    page.map((record) => shapeSubmission(record, form, settings));

  async function* batches(): AsyncGenerator<readonly SourceRecord[]> {
    const before = last;
    for await (const page of read({ after: before }, (found) => (count = found))) {
      for (const record of page) last = Math.max(last, submissionId(record));
      if (isIncremental) noteMarks(marks, page);
      yield shape(page);
    }
    if (!isFull && known.marks !== undefined) yield* changesUpTo(before);
  }

  /** What was corrected, reviewed or deleted since it was loaded: all ids and marks are asked for, and little else. */
  async function* changesUpTo(before: number): AsyncGenerator<readonly SourceRecord[]> {
    const changed: number[] = [];
    const there = new Set<number>();
    for await (const page of read({ after: 0, upTo: before, fields: markedFields })) {
      for (const record of page) {
        const id = submissionId(record);
        there.add(id);
        if (marks.get(id) !== markOf(record)) changed.push(id);
      }
    }
    for (let from = 0; from < changed.length; from += idsAtOnce) {
      for await (const page of read({ after: 0, ids: changed.slice(from, from + idsAtOnce) })) {
        noteMarks(marks, page);
        yield shape(page);
      }
    }
    const gone = [...marks.keys()].filter((id) => id <= before && !there.has(id));
    for (const id of gone) marks.delete(id);
    if (gone.length > 0) yield gone.map((id) => ({ _id: id, [deletedField]: true }));
  }

  return {
    kind: 'records',
    disposition: isFull ? 'replace' : 'merge',
    primaryKey: ['_id'],
    ...(isIncremental ? { hardDelete: deletedField } : {}),
    fields: [
      ...fieldsOf(form, settings),
      ...(isIncremental
        ? [{ path: [deletedField], type: 'boolean' as const, label: 'Deleted in KoboToolbox' }]
        : []),
    ],
    batches: batches(),
    expectedRows: () => count,
    ...(isIncremental
      ? {
          nextState: () => ({
            last_id: last,
            full_at: isFull ? startedAt : (known?.fullAt ?? 0),
            ...marksToState(marks),
          }),
        }
      : {}),
  };
}

interface KnownState {
  readonly lastId: number;
  readonly fullAt: number;
  readonly marks: SubmissionMarks | undefined;
}

function readState(state: StreamState | undefined): KnownState | undefined {
  const lastId = state?.['last_id'];
  const fullAt = state?.['full_at'];
  return typeof lastId === 'number' && typeof fullAt === 'number'
    ? { lastId, fullAt, marks: marksOfState(state) }
    : undefined;
}
