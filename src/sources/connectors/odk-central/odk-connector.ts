import { z } from 'zod';
import { AppError } from '#platform/errors';
import { fieldsOfForm } from '../../forms/form-definition.ts';
import { readNumber } from '../../forms/read-number.ts';
import { shapeAnswers } from '../../forms/shape-answers.ts';
import type { Connector, FieldHint, RecordStream, SourceRecord, StreamState } from '../../port.ts';
import { parseSettings } from '../parse-settings.ts';
import {
  attachmentPath,
  entitiesFeed,
  listOffer,
  logIn,
  type OdkEntityList,
  type OdkForm,
  type OdkOffer,
  type OdkSession,
  odkServerUrl,
  readForm,
  readProperties,
  submissionsFeed,
} from './odk-api.ts';
import { entityFields, odkMetaFields, readOdkForm } from './odk-form.ts';
import { type OdkRow, readFeed } from './odk-odata.ts';
import { odkSettings, type OdkSettings } from './odk-settings.ts';
import { readXformLabels } from './xform-labels.ts';

const hourMs = 3_600_000;
/** What was being written when the last load read may show with a moment that lies before it. */
const lagMs = 60_000;

/** Submissions and entities of ODK Central by its OData feeds. A stream is `project/form` or `entities:project/list`. */
export const odkConnector: Connector<OdkSettings> = {
  type: 'odk_central',
  info: {
    title: 'ODK Central',
    description:
      'Submissions of your forms, with question labels, repeats, choices and reviews, and your entities.',
    icon: 'clipboard-list',
    category: 'service',
    spec: { ...z.toJSONSchema(odkSettings, { io: 'input' }), title: 'ODK Central' },
  },
  capabilities: { delivers: 'records', incremental: true, manyStreams: true },
  parseConfig: (config) => parseSettings(odkSettings, config),
  check: async (context, settings, signal) => {
    await listOffer(await logIn(context, settings, signal), settings);
  },
  discover: async (context, settings, signal) => {
    const offer = await listOffer(await logIn(context, settings, signal), settings);
    const { forms, entityLists } = offer;
    const several = new Set([...forms, ...entityLists].map(({ project }) => project)).size > 1;
    const titled = (projectName: string, name: string) => (several ? `${projectName}: ${name}` : name);
    return [
      ...forms
        // Nobody can read an encrypted form here; one that was chosen is told about when it is opened.
        .filter((form) => !form.isEncrypted || settings.streams?.includes(streamName(form)) === true)
        .map((form) => ({
          name: streamName(form),
          title: titled(form.projectName, form.name),
          rows: form.submissions,
        })),
      ...entityLists.map((list) => ({
        name: entityStreamName(list),
        title: titled(list.projectName, `Entities: ${list.name}`),
        rows: list.entities,
      })),
    ];
  },
  open: async (context, settings, stream, signal, state) => {
    const odk = await logIn(context, settings, signal);
    // Only what is there of its own project.
    const project = Number(/^(?:entities:)?(\d+)\//.exec(stream)?.[1] ?? Number.NaN);
    const offer = await listOffer(odk, settings, project);
    const list = offer.entityLists.find((each) => entityStreamName(each) === stream);
    return list === undefined
      ? openForm(odk, settings, findForm(offer, stream), state)
      : openEntities(odk, settings, list, state);
  },
};

function streamName({ project, id }: Pick<OdkForm, 'project' | 'id'>): string {
  return `${project}/${id}`;
}

function entityStreamName({ project, name }: Pick<OdkEntityList, 'project' | 'name'>): string {
  return `entities:${project}/${name}`;
}

/** How far a feed was read: everything that the server noted until then. */
interface Known {
  readonly until: string;
  readonly fullAt: number;
  /** Whether the server tells what was deleted (since v2024.3); before, nothing could be. */
  readonly tellsDeletions: boolean;
}

async function openForm(
  odk: OdkSession,
  settings: OdkSettings,
  form: OdkForm,
  state: StreamState | undefined,
): Promise<RecordStream> {
  const { fields, xml } = await readForm(odk, form);
  const definition = readOdkForm(fields, await readXformLabels(xml, settings.language), form.name);
  const origin = odkServerUrl(settings);
  return followFeed(odk, settings, state, {
    ...submissionsFeed(form),
    createdAt: 'submissionDate',
    fields: [...fieldsOfForm(definition, settings.select_multiple), ...odkMetaFields],
    shape: (record) => {
      const linkOf = (file: string) => `${origin}${attachmentPath(form, record.__id, file)}`;
      shapeAnswers(record, definition, { multiple: settings.select_multiple, linkOf });
    },
  });
}

async function openEntities(
  odk: OdkSession,
  settings: OdkSettings,
  list: OdkEntityList,
  state: StreamState | undefined,
): Promise<RecordStream> {
  const properties = await readProperties(odk, list);
  return followFeed(odk, settings, state, {
    ...entitiesFeed(list),
    createdAt: 'createdAt',
    fields: entityFields(properties),
    // Properties are texts, whatever a form asked for.
    shape: (record) => {
      for (const { odataName } of properties) {
        const value: unknown = record[odataName];
        if (typeof value === 'string') Object.assign(record, { [odataName]: readNumber(value) ?? value });
      }
    },
  });
}

interface Feed {
  readonly path: string;
  readonly hasRepeats: boolean;
  /** What the feed calls the moment in which a row came. */
  readonly createdAt: 'submissionDate' | 'createdAt';
  readonly fields: readonly FieldHint[];
  /** Completes a row in place. */
  readonly shape: (record: OdkRow) => void;
}

function followFeed(
  odk: OdkSession,
  settings: OdkSettings,
  state: StreamState | undefined,
  feed: Feed,
): RecordStream {
  const isIncremental = settings.sync === 'incremental';
  const startedAt = Date.now();
  const known = readState(state);
  const isFresh =
    isIncremental && known !== undefined && startedAt - known.fullAt < settings.full_every_hours * hourMs;
  const since = isFresh ? known : undefined;
  let until = since?.until;
  let tellsDeletions = since?.tellsDeletions ?? false;
  let count: number | undefined;
  const note = ({ __system: system }: OdkRow) => {
    tellsDeletions ||= 'deletedAt' in system;
    for (const at of [system[feed.createdAt], system['updatedAt'], system['deletedAt']]) {
      if (typeof at === 'string' && (until === undefined || Date.parse(at) > Date.parse(until))) until = at;
    }
  };
  async function* batches(): AsyncGenerator<readonly SourceRecord[]> {
    // Before the others, so that one that is taken out of the bin meanwhile comes back.
    if (since?.tellsDeletions === true) {
      const gone = `__system/deletedAt ge ${withLag(since.until)}`;
      for await (const page of readFeed(odk, feed, gone)) {
        page.forEach(note);
        yield page.map(({ __id, __system }) => ({ __id, __system: { deletedAt: __system['deletedAt'] } }));
      }
    }
    const filter = since === undefined ? undefined : changedSince(feed.createdAt, since.until);
    for await (const page of readFeed(odk, feed, filter, (found) => (count = found))) {
      for (const record of page) {
        note(record);
        feed.shape(record);
      }
      yield page.map(withoutLinks);
    }
  }
  return {
    kind: 'records',
    disposition: since === undefined ? 'replace' : 'merge',
    primaryKey: ['__id'],
    fields: feed.fields,
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
function findForm({ forms }: OdkOffer, stream: string): OdkForm {
  const form = forms.find((each) => streamName(each) === stream);
  if (form === undefined) {
    throw new AppError('source_not_found', `ODK Central has no published form or list “${stream}”.`);
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

function changedSince(createdAt: Feed['createdAt'], until: string): string {
  const from = withLag(until);
  return `__system/${createdAt} ge ${from} or __system/updatedAt ge ${from}`;
}

/** What only leads to other answers, and what says nothing here. */
function withoutLinks(record: OdkRow): SourceRecord {
  const { submitterId: _submitterId, creatorId: _creatorId, status: _status, ...system } = record.__system;
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
