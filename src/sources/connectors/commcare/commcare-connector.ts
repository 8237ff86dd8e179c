import { z } from 'zod';
import { AppError } from '#platform/errors';
import { fieldsOfForm } from '../../forms/form-definition.ts';
import type { Connector, RecordStream, SourceRecord, StreamState } from '../../port.ts';
import { parseSettings } from '../parse-settings.ts';
import {
  type CommcareClient,
  commcareClient,
  readApplications,
  readCases,
  readForms,
} from './commcare-api.ts';
import { caseFields, caseTypesOf, formMetaFields, formsOf, readCommcareForm } from './commcare-form.ts';
import { shapeForm } from './commcare-records.ts';
import { commcareServerUrl, commcareSettings, type CommcareSettings } from './commcare-settings.ts';

const hourMs = 3_600_000;

/** Forms and cases of CommCare HQ. A stream is a form, `form:<xmlns>`, or a kind of case, `case:<type>`. */
export const commcareConnector: Connector<CommcareSettings> = {
  type: 'commcare',
  info: {
    title: 'CommCare HQ',
    description: 'Submissions of your forms and the cases of your project space.',
    icon: 'clipboard-list',
    category: 'service',
    spec: { ...z.toJSONSchema(commcareSettings, { io: 'input' }), title: 'CommCare HQ' },
  },
  capabilities: { delivers: 'records', incremental: true, manyStreams: true },
  parseConfig: (config) => parseSettings(commcareSettings, config),
  check: async (context, settings, signal) => {
    await readApplications(commcareClient(context, settings, signal));
  },
  discover: async (context, settings, signal) => {
    const applications = await readApplications(commcareClient(context, settings, signal));
    return [
      ...formsOf(applications, settings.language).map(({ xmlns, name }) => ({
        name: `form:${xmlns}`,
        title: name,
      })),
      ...[...caseTypesOf(applications).keys()].map((type) => ({
        name: `case:${type}`,
        title: `Cases: ${type}`,
      })),
    ];
  },
  open: async (context, settings, stream, signal, state) => {
    const client = commcareClient(context, settings, signal);
    const applications = await readApplications(client);
    const [kind, name] = [stream.slice(0, 5), stream.slice(5)];
    const progress = progressOf(settings, state);
    if (kind === 'form:') {
      const form = formsOf(applications, settings.language).find(({ xmlns }) => xmlns === name);
      if (form !== undefined) return openForm(client, settings, form, progress);
    }
    const properties = kind === 'case:' ? caseTypesOf(applications).get(name) : undefined;
    if (properties === undefined) {
      throw new AppError('source_not_found', `No application has “${stream}” any longer.`);
    }
    return openCases(client, name, properties, progress);
  },
};

/** How far a stream was read, and how far it is now. */
interface Progress {
  /** When it continues: from here. */
  readonly since: string | undefined;
  readonly note: (record: { readonly indexed_on?: string | null | undefined }) => void;
  readonly nextState: (() => StreamState) | undefined;
}

function progressOf(settings: CommcareSettings, state: StreamState | undefined): Progress {
  const startedAt = Date.now();
  const [cursor, fullAt] = [state?.['cursor'], state?.['full_at']];
  const known = typeof cursor === 'string' && typeof fullAt === 'number' ? { cursor, fullAt } : undefined;
  const isIncremental = settings.sync === 'incremental';
  const isFresh = known !== undefined && startedAt - known.fullAt < settings.full_every_hours * hourMs;
  const since = isIncremental && isFresh ? known : undefined;
  let last = since?.cursor;
  return {
    since: since?.cursor,
    // All in UTC and written alike.
    note: ({ indexed_on: at }) => {
      if (typeof at === 'string' && (last === undefined || at > last)) last = at;
    },
    nextState: isIncremental
      ? () => (last === undefined ? { empty: true } : { cursor: last, full_at: since?.fullAt ?? startedAt })
      : undefined,
  };
}

function openForm(
  client: CommcareClient,
  settings: CommcareSettings,
  form: Parameters<typeof readCommcareForm>[0],
  progress: Progress,
): RecordStream {
  const definition = readCommcareForm(form, settings.language);
  const base = `${commcareServerUrl(settings)}/a/${encodeURIComponent(settings.domain)}/`;
  let count: number | undefined;
  async function* batches(): AsyncGenerator<readonly SourceRecord[]> {
    for await (const page of readForms(client, form.xmlns, progress.since, (found) => (count = found))) {
      page.forEach(progress.note);
      yield page.map((record) =>
        record.archived === true
          ? { _id: record.id, _meta: { archived: true } }
          : shapeForm(record, definition, { multiple: settings.select_multiple, base }),
      );
    }
  }
  return {
    kind: 'records',
    disposition: progress.since === undefined ? 'replace' : 'merge',
    primaryKey: ['_id'],
    hardDelete: '_meta.archived',
    fields: [...fieldsOfForm(definition, settings.select_multiple), ...formMetaFields],
    batches: batches(),
    expectedRows: () => count,
    nextState: progress.nextState,
  };
}

function openCases(
  client: CommcareClient,
  type: string,
  properties: readonly string[],
  progress: Progress,
): RecordStream {
  let count: number | undefined;
  async function* batches(): AsyncGenerator<readonly SourceRecord[]> {
    for await (const page of readCases(client, type, progress.since, (found) => (count = found))) {
      page.forEach(progress.note);
      yield page.map(({ indexed_on: _indexed, domain: _domain, case_type: _type, ...record }) => record);
    }
  }
  return {
    kind: 'records',
    disposition: progress.since === undefined ? 'replace' : 'merge',
    primaryKey: ['case_id'],
    fields: caseFields(properties),
    batches: batches(),
    expectedRows: () => count,
    nextState: progress.nextState,
  };
}
