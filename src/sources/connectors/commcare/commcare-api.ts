import { z } from 'zod';
import { AppError } from '#platform/errors';
import type { ConnectorContext, SourceRecord } from '../../port.ts';
import { askService } from '../../services/ask-service.ts';
import { readShape } from '../../services/read-shape.ts';
import { commcareServerUrl, type CommcareSettings } from './commcare-settings.ts';

const service = 'CommCare HQ';
const pageRows = 1_000;
const maxPages = 100_000;
/** Pages in a row on which nothing is new. */
const maxStalePages = 3;

const text = z.union([z.string(), z.record(z.string(), z.string().nullish())]).nullish();
const question = z.object({
  value: z.string(),
  type: z.string().nullish(),
  label: z.string().nullish(),
  translations: z.record(z.string(), z.string().nullish()).nullish().catch(null),
  options: z
    .array(z.object({ value: z.coerce.string(), label: z.string().nullish() }))
    .nullish()
    .catch(null),
});
export type CommcareQuestion = z.output<typeof question>;
const module = z.object({
  case_type: z.string().nullish(),
  case_properties: z
    .array(z.object({ key: z.string() }))
    .nullish()
    .catch(null),
  forms: z
    .array(
      z.object({
        xmlns: z.string().nullish(),
        name: text,
        questions: z.array(question).nullish().catch(null),
      }),
    )
    .nullish(),
});
const applications = z.object({
  meta: z.object({ next: z.string().nullish() }),
  objects: z.array(z.object({ name: z.string().nullish(), modules: z.array(module).nullish() })),
});
export type CommcareApplication = z.output<typeof applications>['objects'][number];

const formPage = z.object({
  meta: z.object({ next: z.string().nullish(), total_count: z.number().int().nullish() }),
  objects: z.array(
    z.looseObject({
      id: z.string().min(1),
      form: z.record(z.string(), z.unknown()),
      indexed_on: z.string().nullish(),
      archived: z.boolean().nullish(),
    }),
  ),
});
export type CommcareForm = z.output<typeof formPage>['objects'][number] & SourceRecord;

const casePage = z.object({
  matching_records: z.number().int().nullish(),
  next: z.string().nullish(),
  cases: z.array(z.looseObject({ case_id: z.string().min(1), indexed_on: z.string().nullish() })),
});
export type CommcareCase = z.output<typeof casePage>['cases'][number] & SourceRecord;

export interface CommcareClient {
  /** Of the project space: `api/v0.5/form/?…`. */
  readonly get: (path: string) => Promise<unknown>;
}

export function commcareClient(
  context: Pick<ConnectorContext, 'http' | 'config'>,
  settings: CommcareSettings,
  signal: AbortSignal,
): CommcareClient {
  const base = `${commcareServerUrl(settings)}/a/${encodeURIComponent(settings.domain)}/`;
  const headers = { authorization: `ApiKey ${settings.username}:${settings.api_key}` };
  return {
    get: async (path) => {
      try {
        return (await askService(context, { url: `${base}${path}`, headers, signal })).json;
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'source_not_found') throw error;
        throw new AppError('source_not_found', `CommCare HQ has no project space “${settings.domain}”.`, {
          cause: error,
          hint: 'It stands in the address of your project behind /a/. Check the server as well: there are several.',
        });
      }
    },
  };
}

/** All applications with their forms, over all pages. */
export async function readApplications(client: CommcareClient): Promise<CommcareApplication[]> {
  const found: CommcareApplication[] = [];
  for (let offset = 0, page = 1; ; page += 1) {
    const answer = readShape(
      applications,
      await client.get(`api/v0.5/application/?limit=100&offset=${offset}`),
      service,
    );
    found.push(...answer.objects);
    offset += answer.objects.length;
    if (answer.meta.next === null || answer.meta.next === undefined || answer.objects.length === 0)
      return found;
    if (page > 1000) throw endless();
  }
}

/**
 * Submissions of one form in the order in which the service took them in. Each page begins where the last one ended:
 * counted offsets shift when something is taken in meanwhile, and the service gets slow far behind the start.
 *
 * @param since only what was taken in then or later, with what was archived; without it, everything that is not.
 */
export async function* readForms(
  client: CommcareClient,
  xmlns: string,
  since: string | undefined,
  onCount: (count: number) => void,
): AsyncGenerator<readonly CommcareForm[]> {
  let start = since;
  let offset = 0;
  let stale = 0;
  const seen = new Set<string>();
  for (let page = 1; ; page += 1) {
    const query = new URLSearchParams({ xmlns, limit: String(pageRows), order_by: 'indexed_on' });
    if (start !== undefined) query.set('indexed_on_start', start);
    if (since !== undefined) query.set('include_archived', 'true');
    if (offset > 0) query.set('offset', String(offset));
    const answer = readShape(formPage, await client.get(`api/v0.5/form/?${query.toString()}`), service);
    if (page === 1 && typeof answer.meta.total_count === 'number') onCount(answer.meta.total_count);
    const fresh = answer.objects.filter(({ id }) => !seen.has(id));
    if (fresh.length > 0) yield fresh;
    if (answer.meta.next === null || answer.meta.next === undefined || answer.objects.length === 0) return;
    stale = fresh.length === 0 ? stale + 1 : 0;
    if (stale >= maxStalePages || page >= maxPages) throw endless();
    const last = answer.objects.at(-1)?.indexed_on ?? undefined;
    if (last !== undefined && last !== start) {
      start = last;
      offset = 0;
      seen.clear();
      for (const { id } of answer.objects) seen.add(id);
    } else {
      offset += answer.objects.length;
      for (const { id } of answer.objects) seen.add(id);
    }
  }
}

/** Cases of one kind, over all pages: each leads to the next. One that changes meanwhile comes again at the end. */
export async function* readCases(
  client: CommcareClient,
  caseType: string,
  since: string | undefined,
  onCount: (count: number) => void,
): AsyncGenerator<readonly CommcareCase[]> {
  const query = new URLSearchParams({ case_type: caseType, limit: String(pageRows) });
  if (since !== undefined) query.set('indexed_on.gte', since);
  const base = 'api/case/v2/';
  let path = `${base}?${query.toString()}`;
  const firsts = new Set<string>();
  for (let page = 1; ; page += 1) {
    const answer = readShape(casePage, await client.get(path), service);
    if (page === 1 && typeof answer.matching_records === 'number') onCount(answer.matching_records);
    const [first] = answer.cases;
    if (first === undefined) return;
    const key = `${first.case_id} ${first.indexed_on ?? ''}`;
    if (firsts.has(key) || page >= maxPages) throw endless();
    firsts.add(key);
    yield answer.cases;
    if (answer.next === null || answer.next === undefined) return;
    // On the server that was chosen: the key goes nowhere else, whatever the answer says.
    if (!URL.canParse(answer.next, 'https://same.invalid')) throw endless();
    path = `${base}${new URL(answer.next, 'https://same.invalid').search}`;
  }
}

function endless(): AppError {
  return new AppError('source_unexpected_answer', 'CommCare HQ answers with the same page again and again.');
}
