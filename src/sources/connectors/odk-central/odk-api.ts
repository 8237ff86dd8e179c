import { z } from 'zod';
import { AppError } from '#platform/errors';
import type { ConnectorContext, SourceRecord } from '../../port.ts';
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

const system = z.looseObject({
  submissionDate: z.string().nullish(),
  updatedAt: z.string().nullish(),
  deletedAt: z.string().nullish(),
});
const dataPage = z.object({
  value: z.array(z.looseObject({ __id: z.string().min(1), __system: system })),
  '@odata.count': z.number().int().optional(),
  '@odata.nextLink': z.string().nullish(),
});
export type OdkSubmission = z.output<typeof dataPage>['value'][number] & SourceRecord;

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

const pageRows = 1_000;
const maxPages = 100_000;

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

/** Published forms of the chosen project, or of all. @throws AppError source_not_found for a project that is not there. */
export async function listForms(odk: OdkSession, settings: OdkSettings): Promise<OdkForm[]> {
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
  for (const project of chosen) {
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
  }
  return found;
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

/**
 * Submissions with their repeats, a page at a time. Pages begin behind the last submission of the one before, by the
 * token in the link that leads to them.
 *
 * @param filter in the words of OData.
 * @param onCount how many there are, as the first page says.
 */
export async function* readSubmissions(
  odk: OdkSession,
  form: OdkForm,
  filter: string | undefined,
  onCount: (count: number) => void = () => undefined,
): AsyncGenerator<readonly OdkSubmission[]> {
  const base = `${formPath(form)}.svc/Submissions`;
  const query = new URLSearchParams({ $top: String(pageRows), $expand: '*', $count: 'true' });
  if (filter !== undefined) query.set('$filter', filter);
  let path = `${base}?${query.toString()}`;
  const firsts = new Set<string>();
  for (let page = 1; ; page += 1) {
    const answer = readShape(dataPage, await odk.get(path), service);
    const [first] = answer.value;
    if (page === 1 && answer['@odata.count'] !== undefined) onCount(answer['@odata.count']);
    if (first === undefined) return;
    if (firsts.has(first.__id) || page > maxPages) throw endless();
    firsts.add(first.__id);
    yield answer.value;
    const next = answer['@odata.nextLink'];
    if (next === null || next === undefined) return;
    // On the server that was chosen, and of this form: the session goes nowhere else, whatever the answer says.
    if (!URL.canParse(next, 'https://same.invalid')) throw endless();
    path = `${base}${new URL(next, 'https://same.invalid').search}`;
  }
}

function endless(): AppError {
  return new AppError('source_unexpected_answer', 'ODK Central answers with the same page again and again.');
}
