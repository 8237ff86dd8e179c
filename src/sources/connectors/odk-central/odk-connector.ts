import { z } from 'zod';
import { AppError } from '#platform/errors';
import { fieldsOfForm } from '../../forms/form-definition.ts';
import { shapeAnswers } from '../../forms/shape-answers.ts';
import type { Connector, ConnectorContext, RecordStream, SourceRecord, StreamState } from '../../port.ts';
import { parseSettings } from '../parse-settings.ts';
import {
  attachmentPath,
  listForms,
  logIn,
  type OdkForm,
  type OdkSession,
  type OdkSubmission,
  odkServerUrl,
  readForm,
  readSubmissions,
} from './odk-api.ts';
import { odkMetaFields, readOdkForm } from './odk-form.ts';
import { odkSettings, type OdkSettings } from './odk-settings.ts';
import { readXformLabels } from './xform-labels.ts';

const hourMs = 3_600_000;
/** What was being written when the last load read may show with a moment that lies before it. */
const lagMs = 60_000;

/** Submissions of ODK Central by its OData feed. A stream is a published form, `project/form`. */
export const odkConnector: Connector<OdkSettings> = {
  type: 'odk_central',
  info: {
    title: 'ODK Central',
    description: 'Submissions of your forms, with question labels, repeats, choices and reviews.',
    icon: 'clipboard-list',
    category: 'service',
    spec: { ...z.toJSONSchema(odkSettings, { io: 'input' }), title: 'ODK Central' },
  },
  capabilities: { delivers: 'records', incremental: true, manyStreams: true },
  parseConfig: (config) => parseSettings(odkSettings, config),
  check: async (context, settings, signal) => {
    await listForms(await logIn(context, settings, signal), settings);
  },
  discover: async (context, settings, signal) => {
    const forms = await listForms(await logIn(context, settings, signal), settings);
    const several = new Set(forms.map(({ project }) => project)).size > 1;
    return (
      forms
        // Nobody can read an encrypted form here; one that was chosen is told about when it is opened.
        .filter((form) => !form.isEncrypted || settings.streams?.includes(streamName(form)) === true)
        .map((form) => ({
          name: streamName(form),
          title: several ? `${form.projectName}: ${form.name}` : form.name,
          rows: form.submissions,
        }))
    );
  },
  open: openForm,
};

function streamName({ project, id }: Pick<OdkForm, 'project' | 'id'>): string {
  return `${project}/${id}`;
}

/** How far a form was read: everything that the server noted until then. */
interface Known {
  readonly until: string;
  readonly fullAt: number;
  /** Whether the server tells what was deleted (since v2024.3); before, nothing could be. */
  readonly tellsDeletions: boolean;
}

async function openForm(
  context: ConnectorContext,
  settings: OdkSettings,
  stream: string,
  signal: AbortSignal,
  state?: StreamState,
): Promise<RecordStream> {
  const odk = await logIn(context, settings, signal);
  const form = await findForm(odk, settings, stream);
  const { fields, xml } = await readForm(odk, form);
  const definition = readOdkForm(fields, await readXformLabels(xml, settings.language), form.name);
  const isIncremental = settings.sync === 'incremental';
  const startedAt = Date.now();
  const known = readState(state);
  const isFresh =
    isIncremental && known !== undefined && startedAt - known.fullAt < settings.full_every_hours * hourMs;
  const since = isFresh ? known : undefined;
  let until = since?.until;
  let tellsDeletions = since?.tellsDeletions ?? false;
  let count: number | undefined;
  const note = ({ __system: system }: OdkSubmission) => {
    tellsDeletions ||= 'deletedAt' in system;
    for (const at of [system.submissionDate, system.updatedAt, system.deletedAt]) {
      if (typeof at === 'string' && (until === undefined || Date.parse(at) > Date.parse(until))) until = at;
    }
  };
  const origin = odkServerUrl(settings);
  async function* batches(): AsyncGenerator<readonly SourceRecord[]> {
    // Before the others, so that one that is taken out of the bin meanwhile comes back.
    if (since?.tellsDeletions === true) {
      const gone = `__system/deletedAt ge ${withLag(since.until)}`;
      for await (const page of readSubmissions(odk, form, gone)) {
        page.forEach(note);
        yield page.map(({ __id, __system }) => ({ __id, __system: { deletedAt: __system.deletedAt } }));
      }
    }
    const filter = since === undefined ? undefined : changedSince(since.until);
    for await (const page of readSubmissions(odk, form, filter, (found) => (count = found))) {
      for (const record of page) {
        note(record);
        const linkOf = (file: string) => `${origin}${attachmentPath(form, record.__id, file)}`;
        shapeAnswers(record, definition, { multiple: settings.select_multiple, linkOf });
      }
      yield page.map(withoutLinks);
    }
  }
  return {
    kind: 'records',
    disposition: since === undefined ? 'replace' : 'merge',
    primaryKey: ['__id'],
    fields: [...fieldsOfForm(definition, settings.select_multiple), ...odkMetaFields],
    batches: batches(),
    hardDelete: '__system.deletedAt',
    expectedRows: () => count,
    ...(isIncremental
      ? {
          nextState: () =>
            until === undefined
              ? { empty: true }
              : {
                  cursor: until,
                  full_at: since === undefined ? startedAt : since.fullAt,
                  tells_deletions: tellsDeletions,
                },
        }
      : {}),
  };
}

/** @throws AppError source_not_found; source_unexpected_answer for one that nobody can read here. */
async function findForm(odk: OdkSession, settings: OdkSettings, stream: string): Promise<OdkForm> {
  const form = (await listForms(odk, settings)).find((each) => streamName(each) === stream);
  if (form === undefined) {
    throw new AppError('source_not_found', `ODK Central has no published form “${stream}”.`);
  }
  if (form.isEncrypted) {
    throw new AppError('source_unexpected_answer', `The form “${form.name}” is encrypted.`, {
      hint: 'ODK Central gives its answers only to people with the passphrase. Export it there and load the file, or leave the form out.',
    });
  }
  return form;
}

function readState(state: StreamState | undefined): Known | undefined {
  const until = state?.['cursor'];
  const fullAt = state?.['full_at'];
  return typeof until === 'string' && typeof fullAt === 'number'
    ? { until, fullAt, tellsDeletions: state?.['tells_deletions'] === true }
    : undefined;
}

function withLag(until: string): string {
  return new Date(Date.parse(until) - lagMs).toISOString();
}

function changedSince(until: string): string {
  const from = withLag(until);
  return `__system/submissionDate ge ${from} or __system/updatedAt ge ${from}`;
}

/** What only leads to other answers, and what says nothing here. */
function withoutLinks(record: OdkSubmission): SourceRecord {
  const { submitterId: _submitterId, status: _status, ...system } = record.__system;
  return { ...(prune(record) as SourceRecord), __system: system };
}

function prune(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(prune);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) =>
      key.includes('@odata.') ? [] : [[key, prune(inner)] as const],
    ),
  );
}
