import { z } from 'zod';
import { AppError } from '#platform/errors';
import type { ConnectorContext } from '../../port.ts';
import { askService } from '../../services/ask-service.ts';
import { readShape } from '../../services/read-shape.ts';
import type { OdkSettings } from './odk-settings.ts';

const service = 'ODK Central';

const session = z.object({ token: z.string().min(1) });
const projects = z.array(
  z.object({ id: z.number().int(), name: z.string(), archived: z.boolean().nullish() }),
);
const forms = z.array(
  z.object({
    projectId: z.number().int(),
    xmlFormId: z.string().min(1),
    name: z.string().nullish(),
    publishedAt: z.string().nullish(),
    keyId: z.number().nullish(),
    submissions: z.number().int().nullish(),
  }),
);
const fields = z.array(
  z.object({
    path: z.string(),
    name: z.string(),
    type: z.string(),
    binary: z.boolean().nullish(),
    selectMultiple: z.boolean().nullish(),
  }),
);
export type OdkField = z.output<typeof fields>[number];

const datasets = z.array(z.object({ name: z.string().min(1), entities: z.number().int().nullish() }));
const dataset = z.object({ properties: z.array(z.object({ name: z.string(), odataName: z.string() })) });

/** A list of entities: what forms make, read and change, such as households or water points. */
export interface OdkEntityList {
  readonly project: number;
  readonly name: string;
  readonly projectName: string;
  readonly entities: number | undefined;
}

export interface OdkForm {
  readonly project: number;
  readonly id: string;
  readonly name: string;
  readonly projectName: string;
  readonly submissions: number | undefined;
  readonly isEncrypted: boolean;
}

type Context = Pick<ConnectorContext, 'http' | 'config'>;

/** A server with somebody logged in. */
export interface OdkSession {
  readonly get: (path: string) => Promise<unknown>;
  readonly getXml: (path: string) => Promise<string>;
}

/** Without a slash at the end. */
export function odkServerUrl({ url }: OdkSettings): string {
  return new URL(url).origin;
}

/** Logs in; the session ends by itself after a day. @throws AppError source_credentials_refused */
export async function logIn(
  context: Context,
  settings: OdkSettings,
  signal: AbortSignal,
): Promise<OdkSession> {
  const origin = odkServerUrl(settings);
  const { json } = await askService(context, {
    url: `${origin}/v1/sessions`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: settings.email, password: settings.password }),
    signal,
  });
  const headers = {
    authorization: `Bearer ${readShape(session, json, service).token}`,
    // With counts.
    'x-extended-metadata': 'true',
  };
  return {
    get: async (path) => (await askService(context, { url: `${origin}${path}`, headers, signal })).json,
    getXml: async (path) =>
      (await askService(context, { url: `${origin}${path}`, headers, signal, expects: 'xml' })).text,
  };
}

/** What the chosen project has, or all of them. */
export interface OdkOffer {
  /** Published ones. */
  readonly forms: readonly OdkForm[];
  readonly entityLists: readonly OdkEntityList[];
}

/**
 * @param only number of the one project that is looked at.
 * @throws AppError source_not_found for a project that is not there.
 */
export async function listOffer(odk: OdkSession, settings: OdkSettings, only?: number): Promise<OdkOffer> {
  const all = readShape(projects, await odk.get('/v1/projects'), service);
  const chosen = all.filter(({ id, archived }) =>
    settings.project === undefined ? archived !== true : id === settings.project,
  );
  if (settings.project !== undefined && chosen.length === 0) {
    throw new AppError(
      'source_not_found',
      `ODK Central has no project with the number ${settings.project}, or this account may not see it.`,
    );
  }
  const found: OdkForm[] = [];
  const entityLists: OdkEntityList[] = [];
  for (const project of chosen) {
    if (only !== undefined && project.id !== only) continue;
    const answer = await odk.get(`/v1/projects/${project.id}/forms`);
    for (const form of readShape(forms, answer, service)) {
      // A draft has no data that anybody may rely on.
      if (form.publishedAt === null || form.publishedAt === undefined) continue;
      found.push({
        project: project.id,
        id: form.xmlFormId,
        name: form.name?.trim() || form.xmlFormId,
        projectName: project.name,
        submissions: form.submissions ?? undefined,
        isEncrypted: form.keyId !== null && form.keyId !== undefined,
      });
    }
    for (const { name, entities } of await listDatasets(odk, project.id)) {
      entityLists.push({
        project: project.id,
        name,
        projectName: project.name,
        entities: entities ?? undefined,
      });
    }
  }
  return { forms: found, entityLists };
}

/** None where the server is older than v2022.3, or the role may see forms only. */
async function listDatasets(odk: OdkSession, project: number): Promise<z.output<typeof datasets>> {
  try {
    return readShape(datasets, await odk.get(`/v1/projects/${project}/datasets`), service);
  } catch (error) {
    const isWithout =
      error instanceof AppError && (error.code === 'source_forbidden' || error.code === 'source_not_found');
    if (isWithout) return [];
    throw error;
  }
}

function formPath({ project, id }: Pick<OdkForm, 'project' | 'id'>): string {
  return `/v1/projects/${project}/forms/${encodeURIComponent(id)}`;
}

export function attachmentPath(form: OdkForm, submission: string, file: string): string {
  return `${formPath(form)}/submissions/${encodeURIComponent(submission)}/attachments/${encodeURIComponent(file)}`;
}

/** Questions in the order of the form, with names as the data has them, and the form itself. */
export async function readForm(odk: OdkSession, form: OdkForm) {
  const listed = readShape(fields, await odk.get(`${formPath(form)}/fields?odata=true`), service);
  return { fields: listed, xml: await odk.getXml(`${formPath(form)}.xml`) };
}

export function submissionsFeed(form: OdkForm) {
  return { path: `${formPath(form)}.svc/Submissions`, hasRepeats: true };
}

function entityListPath({ project, name }: OdkEntityList): string {
  return `/v1/projects/${project}/datasets/${encodeURIComponent(name)}`;
}

export function entitiesFeed(list: OdkEntityList) {
  return { path: `${entityListPath(list)}.svc/Entities`, hasRepeats: false };
}

/** Properties in their order, with their names in the feed. */
export async function readProperties(odk: OdkSession, list: OdkEntityList) {
  return readShape(dataset, await odk.get(entityListPath(list)), service).properties;
}
