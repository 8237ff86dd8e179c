import { z } from 'zod';
import { AppError } from '#platform/errors';
import type { SourceRecord } from '../../port.ts';
import { readShape } from '../../services/read-shape.ts';
import type { OdkSession } from './odk-api.ts';

const dataPage = z.object({
  value: z.array(z.looseObject({ __id: z.string().min(1), __system: z.record(z.string(), z.unknown()) })),
  '@odata.count': z.number().int().optional(),
  '@odata.nextLink': z.string().nullish(),
});
/** A submission with its repeats, or an entity. */
export type OdkRow = z.output<typeof dataPage>['value'][number] & SourceRecord;

const pageRows = 1_000;
const maxPages = 100_000;

/**
 * Rows of a feed, a page at a time. Pages begin behind the last row of the one before, by the token in the link that
 * leads to them.
 *
 * @param path of the feed on the server.
 * @param filter in the words of OData.
 * @param onCount how many there are, as the first page says.
 */
export async function* readFeed(
  odk: OdkSession,
  feed: { readonly path: string; readonly hasRepeats: boolean },
  filter: string | undefined,
  onCount: (count: number) => void = () => undefined,
): AsyncGenerator<readonly OdkRow[]> {
  const query = new URLSearchParams({ $top: String(pageRows), $count: 'true' });
  if (feed.hasRepeats) query.set('$expand', '*');
  if (filter !== undefined) query.set('$filter', filter);
  let path = `${feed.path}?${query.toString()}`;
  const firsts = new Set<string>();
  for (let page = 1; ; page += 1) {
    const answer = readShape(dataPage, await odk.get(path), 'ODK Central');
    const [first] = answer.value;
    if (page === 1 && answer['@odata.count'] !== undefined) onCount(answer['@odata.count']);
    if (first === undefined) return;
    if (firsts.has(first.__id) || page > maxPages) throw endless();
    firsts.add(first.__id);
    yield answer.value;
    const next = answer['@odata.nextLink'];
    if (next === null || next === undefined) return;
    // On the server that was chosen, and of this feed: the session goes nowhere else, whatever the answer says.
    if (!URL.canParse(next, 'https://same.invalid')) throw endless();
    path = `${feed.path}${new URL(next, 'https://same.invalid').search}`;
  }
}

function endless(): AppError {
  return new AppError('source_unexpected_answer', 'ODK Central answers with the same page again and again.');
}
