import { z } from 'zod';
import { AppError } from '#platform/errors';
import type { ConnectorContext, SourceRecord } from '../../port.ts';
import { askService } from '../../services/ask-service.ts';
import { readShape } from '../../services/read-shape.ts';
import { surveyctoServerUrl, type SurveyctoSettings } from './surveycto-settings.ts';

const service = 'SurveyCTO';
const maxPages = 100_000;

const formIds = z.object({ formIds: z.array(z.string().min(1)) });
const datasetPage = z.object({
  nextCursor: z.union([z.string(), z.number()]).nullish(),
  data: z.array(
    z.object({
      id: z.string().min(1),
      title: z.string().nullish(),
      totalRecords: z.number().int().nullish(),
      uniqueRecordField: z.string().nullish(),
    }),
  ),
});
export type SurveyctoDataset = z.output<typeof datasetPage>['data'][number];
const submissions = z.array(z.looseObject({ KEY: z.string().min(1) }));
export type SurveyctoSubmission = z.output<typeof submissions>[number] & SourceRecord;
const recordPage = z.object({
  nextCursor: z.string().nullish(),
  total: z.number().int().nullish(),
  data: z.array(
    z.object({
      recordId: z.string().min(1),
      modifiedAt: z.string().nullish(),
      values: z.record(z.string(), z.unknown()),
    }),
  ),
});
export type SurveyctoRecord = z.output<typeof recordPage>['data'][number];

export interface SurveyctoClient {
  readonly get: (path: string) => Promise<unknown>;
}

export function surveyctoClient(
  context: Pick<ConnectorContext, 'http' | 'config'>,
  settings: SurveyctoSettings,
  signal: AbortSignal,
): SurveyctoClient {
  const origin = surveyctoServerUrl(settings);
  const credentials = Buffer.from(`${settings.username}:${settings.password}`).toString('base64');
  const headers = { authorization: `Basic ${credentials}` };
  return {
    get: async (path) =>
      (await askService(context, { url: `${origin}${path}`, headers, signal, judge: judgeRefusal })).json,
  };
}

/**
 * What SurveyCTO means by its refusals: 417 asks to wait with everything of a form for the rest of five minutes, 409
 * until another download has ended. Encrypted forms are refused to who brings no key.
 */
function judgeRefusal(status: number, body: string) {
  if (status === 417 || status === 409) {
    const seconds = /(\d{1,4})\s*seconds?\b(?!.*\d\s*seconds?\b)/is.exec(body)?.[1];
    return { pauseMs: seconds === undefined ? undefined : (Number(seconds) + 1) * 1000 };
  }
  if (status >= 400 && /private key|encrypted/i.test(body)) {
    return new AppError('source_unexpected_answer', 'This form is encrypted.', {
      hint: 'Only somebody with the private key can read it. Export it with SurveyCTO Desktop and load the file, or mark the fields that you need as publishable.',
    });
  }
  return undefined;
}

/** Live forms, without drafts. */
export async function listForms(client: SurveyctoClient): Promise<readonly string[]> {
  return readShape(formIds, await client.get('/api/v2/forms/ids'), service).formIds;
}

/** Server datasets whose records can be told apart, over all pages; none where the user may not see them. */
export async function listDatasets(client: SurveyctoClient): Promise<SurveyctoDataset[]> {
  const found: SurveyctoDataset[] = [];
  const cursors = new Set<unknown>();
  for (let cursor: string | number | undefined; ;) {
    const query = new URLSearchParams({ limit: '1000', orderBy: 'id' });
    if (cursor !== undefined) query.set('cursor', String(cursor));
    let answer: unknown;
    try {
      answer = await client.get(`/api/v2/datasets?${query.toString()}`);
    } catch (error) {
      // Older servers have no list, and many roles no right to it: their forms can be read all the same.
      if (
        error instanceof AppError &&
        (error.code === 'source_forbidden' || error.code === 'source_not_found')
      ) {
        return [];
      }
      throw error;
    }
    const { data, nextCursor } = readShape(datasetPage, answer, service);
    found.push(...data);
    if (nextCursor === null || nextCursor === undefined || data.length === 0) break;
    if (cursors.has(nextCursor) || cursors.size >= maxPages) throw endless();
    cursors.add(nextCursor);
    cursor = nextCursor;
  }
  return found.filter(
    ({ uniqueRecordField: field }) => field !== null && field !== undefined && field !== '',
  );
}

/**
 * Submissions that were completed at a moment or later; the service gives them in one answer.
 *
 * @param since seconds since 1970; 0 for everything, which is given once in five minutes only.
 */
export async function readSubmissions(
  client: SurveyctoClient,
  form: string,
  since: number,
  review: SurveyctoSettings['review'],
): Promise<readonly SurveyctoSubmission[]> {
  const query = new URLSearchParams({ date: String(since) });
  if (review === 'all') query.set('r', 'approved|pending|rejected');
  const path = `/api/v2/forms/data/wide/json/${encodeURIComponent(form)}?${query.toString()}`;
  return readShape(submissions, await client.get(path), service);
}

/** Records of a dataset, over all pages, in the order of their changes. */
export async function* readRecords(
  client: SurveyctoClient,
  dataset: string,
  since: string | undefined,
  onCount: (count: number) => void,
): AsyncGenerator<readonly SurveyctoRecord[]> {
  const cursors = new Set<string>();
  for (let cursor: string | undefined; ;) {
    const query = new URLSearchParams({ limit: '1000', orderBy: 'modifiedAt', orderByDirection: 'ASC' });
    if (since !== undefined) query.set('modifiedAt.gte', since);
    if (cursor !== undefined) query.set('cursor', cursor);
    const path = `/api/v2/datasets/${encodeURIComponent(dataset)}/records?${query.toString()}`;
    const { data, nextCursor, total } = readShape(recordPage, await client.get(path), service);
    if (cursor === undefined && typeof total === 'number') onCount(total);
    if (data.length > 0) yield data;
    if (nextCursor === null || nextCursor === undefined || data.length === 0) return;
    if (cursors.has(nextCursor) || cursors.size >= maxPages) throw endless();
    cursors.add(nextCursor);
    cursor = nextCursor;
  }
}

function endless(): AppError {
  return new AppError('source_unexpected_answer', 'SurveyCTO answers with the same page again and again.');
}
