import { z } from 'zod';
import { AppError } from '#platform/errors';
import type { ConnectorContext, SourceRecord } from '../../port.ts';
import { askService } from '../../services/ask-service.ts';
import { readShape } from '../../services/read-shape.ts';
import { koboServerUrl, type KoboSettings } from './kobo-settings.ts';

const label = z.array(z.string().nullable()).nullish().catch(null);

const assetPage = z.object({
  next: z.string().nullish(),
  results: z.array(
    z.object({
      uid: z.string(),
      name: z.string().nullish(),
      has_deployment: z.boolean().nullish(),
      deployment__submission_count: z.number().nullish(),
    }),
  ),
});

const assetDetail = z.object({
  uid: z.string(),
  name: z.string().nullish(),
  content: z
    .object({
      translations: z.array(z.string().nullable()).nullish(),
      survey: z
        .array(
          z.object({
            type: z.string(),
            name: z.string().nullish(),
            $autoname: z.string().nullish(),
            $xpath: z.string().nullish(),
            label,
            select_from_list_name: z.string().nullish(),
          }),
        )
        .nullish(),
      choices: z.array(z.object({ list_name: z.string(), name: z.coerce.string(), label })).nullish(),
    })
    .nullish(),
});
export type KoboAsset = z.output<typeof assetDetail>;
export type KoboQuestion = NonNullable<NonNullable<KoboAsset['content']>['survey']>[number];

const dataPage = z.object({
  count: z.number().optional(),
  next: z.string().nullish(),
  results: z.array(z.record(z.string(), z.unknown())),
});

export interface KoboForm {
  readonly uid: string;
  readonly name: string;
  readonly submissions: number | undefined;
}

type Context = Pick<ConnectorContext, 'http' | 'config'>;

/** The most that the service gives in one answer since March 2026. */
const pageRows = 1_000;
const maxPages = 1_000;

function ask(context: Context, settings: KoboSettings, pathAndQuery: string, signal: AbortSignal) {
  return askService(context, {
    url: `${koboServerUrl(settings)}${pathAndQuery}`,
    headers: { authorization: `Token ${settings.token}` },
    signal,
  });
}

/** All forms that can have data, over all pages. */
export async function listForms(
  context: Context,
  settings: KoboSettings,
  signal: AbortSignal,
): Promise<KoboForm[]> {
  const forms: KoboForm[] = [];
  let path: string | undefined = '/api/v2/assets/?q=asset_type%3Asurvey&limit=100&offset=0&format=json';
  for (let page = 1; path !== undefined; page += 1) {
    const { json } = await ask(context, settings, path, signal);
    const { results, next } = readShape(assetPage, json, 'KoboToolbox');
    forms.push(
      ...results
        .filter((asset) => asset.has_deployment !== false)
        .map((asset) => ({
          uid: asset.uid,
          name: asset.name?.trim() || asset.uid,
          submissions: asset.deployment__submission_count ?? undefined,
        })),
    );
    const following: string | undefined = nextPath(next);
    if (following === path || page >= maxPages) throw endless();
    path = following;
  }
  return [...new Map(forms.map((form) => [form.uid, form])).values()];
}

export async function readForm(
  context: Context,
  settings: KoboSettings,
  uid: string,
  signal: AbortSignal,
): Promise<KoboAsset> {
  const { json } = await ask(
    context,
    settings,
    `/api/v2/assets/${encodeURIComponent(uid)}/?format=json`,
    signal,
  );
  return readShape(assetDetail, json, 'KoboToolbox');
}

/** Which submissions are asked for, and what of them. */
export interface SubmissionQuery {
  /** Only with a greater id. */
  readonly after: number;
  /** Only with an id up to this. */
  readonly upTo?: number;
  /** Only these; at most as many as a page has. */
  readonly ids?: readonly number[];
  /** Only these fields; all unless given. */
  readonly fields?: readonly string[];
}

/**
 * Submissions in the order of their ids, a page at a time. Each page begins behind the last id of the one before:
 * pages counted by rows shift when somebody deletes a submission meanwhile.
 *
 * @param onCount how many there are, as the first page says.
 */
export async function* readSubmissions(
  context: Context,
  settings: KoboSettings,
  uid: string,
  asked: SubmissionQuery,
  onCount: (count: number) => void,
  signal: AbortSignal,
): AsyncGenerator<readonly SourceRecord[]> {
  let last = asked.after;
  for (let page = 1; ; page += 1) {
    const id = {
      $gt: last,
      ...(asked.upTo === undefined ? {} : { $lte: asked.upTo }),
      ...(asked.ids === undefined ? {} : { $in: asked.ids }),
    };
    const query = new URLSearchParams({
      format: 'json',
      limit: String(pageRows),
      sort: '{"_id":1}',
      query: JSON.stringify({ _id: id }),
      ...(asked.fields === undefined ? {} : { fields: JSON.stringify(asked.fields) }),
    });
    const path = `/api/v2/assets/${encodeURIComponent(uid)}/data.json?${query.toString()}`;
    const { json } = await ask(context, settings, path, signal);
    const { results, next, count } = readShape(dataPage, json, 'KoboToolbox');
    if (page === 1 && count !== undefined) onCount(count);
    if (results.length === 0) return;
    const ids = results.map((record) => submissionId(record));
    const greatest = Math.max(...ids);
    if (Math.min(...ids) <= last) throw endless();
    yield results;
    last = greatest;
    if (next === null || next === undefined) return;
  }
}

export function submissionId(record: SourceRecord): number {
  const id = record['_id'];
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) {
    throw new AppError('source_unexpected_answer', 'KoboToolbox sent a submission without an _id.');
  }
  return id;
}

function endless(): AppError {
  return new AppError('source_unexpected_answer', 'KoboToolbox answers with the same page again and again.');
}

/** The address of the next page on the server that was chosen: the token goes nowhere else, whatever the answer says. */
function nextPath(next: string | null | undefined): string | undefined {
  if (next === null || next === undefined || next === '') return undefined;
  if (!URL.canParse(next, 'https://same.invalid')) throw endless();
  const url = new URL(next, 'https://same.invalid');
  return `${url.pathname}${url.search}`;
}
