import { createHash } from 'node:crypto';
import { AppError } from '#platform/errors';
import type { SourceRecord } from '../../port.ts';
import type { ServiceAnswer } from '../../services/ask-service.ts';
import { findRecords, type ListedRecords, listsOf, recordsAt } from './find-records.ts';
import { detectPaginator, firstPage, nextPage, type Page, type Paginator } from './next-page.ts';
import type { RestSettings } from './rest-settings.ts';

const maxPages = 100_000;
/** Characters that are hashed together: each call costs about as much as a hundred of them. */
const hashedAtOnce = 65_536;
/** A list that is shorter is hardly the first page of many. */
const smallestPage = 10;

/** What was found out of the first answer. */
export interface FoundPages {
  /** Undefined when the answer is one row itself. */
  readonly recordsPath: readonly string[] | undefined;
  readonly paginator: Paginator;
  /** All that could be the rows. */
  readonly lists: readonly ListedRecords[];
  /** Those of the first answer. */
  readonly rows: readonly SourceRecord[];
}

export interface PageOptions {
  readonly recordsPath: string | undefined;
  readonly paginator: RestSettings['paginator'];
  /** Asks an address with what it takes to be let in. */
  readonly ask: (url: URL) => Promise<ServiceAnswer>;
  readonly onFound?: ((found: FoundPages) => void) | undefined;
}

interface ReadPage extends Page {
  readonly records: readonly SourceRecord[];
}

/**
 * Rows of a list, page by page.
 *
 * @throws AppError source_unexpected_answer when pages have no end or lead to another site.
 */
export async function* readPages(start: URL, options: PageOptions): AsyncGenerator<readonly SourceRecord[]> {
  const first = firstPage(start, options.paginator);
  const answer = await options.ask(first);
  const { records, path } = findRecords(answer.json, options.recordsPath);
  let page: ReadPage = { url: first, answer, rows: records.length, records };
  const read = async (url: URL): Promise<ReadPage> => {
    const further = await options.ask(url);
    const found =
      path === undefined
        ? findRecords(further.json, options.recordsPath).records
        : recordsAt(further.json, path);
    return { url, answer: further, rows: found.length, records: found };
  };
  let paginator: Paginator;
  let ahead: ReadPage | undefined;
  if (options.paginator.kind !== 'auto') paginator = options.paginator;
  else {
    const detected = detectPaginator(page);
    if (detected === undefined && path !== undefined && page.rows >= smallestPage) {
      ({ paginator, ahead } = await probe(page, read));
    } else paginator = detected ?? { kind: 'single' };
  }
  options.onFound?.({ recordsPath: path, paginator, lists: listsOf(answer.json), rows: records });
  const seenUrls = new Set([first.href]);
  for (let count = 2; ; count += 1) {
    if (page.rows > 0) yield page.records;
    const url: URL | undefined = ahead?.url ?? nextPage(page, paginator);
    if (url === undefined) return;
    if (url.origin !== start.origin) {
      throw new AppError('source_unexpected_answer', 'The next page is said to be on another site.', {
        hint: 'The credentials are sent nowhere else. Enter the address under which the service gives its pages.',
      });
    }
    if (seenUrls.has(url.href) || count > maxPages) throw circle();
    seenUrls.add(url.href);
    const before = page;
    page = ahead ?? (await read(url));
    ahead = undefined;
    if (page.rows > 0 && isSame(page, before)) {
      // A service that does not know the parameter, or that gives its last page again: everything is read.
      if (paginator.kind === 'page' || paginator.kind === 'offset') return;
      throw circle();
    }
  }
}

function circle(): AppError {
  return new AppError('source_unexpected_answer', 'The pages of the service go in a circle.', {
    hint: 'Choose how its pages are numbered instead of finding out.',
  });
}

/** Pages that differ do so in their first record, nearly always. */
function isSame(one: ReadPage, other: ReadPage): boolean {
  return (
    one.rows === other.rows &&
    one.records.every((record, index) => contentOf(record) === contentOf(other.records[index]))
  );
}

/** What a value holds, in a few bytes. Without recursion: a record may be nested however deep. */
function contentOf(value: unknown): string {
  const hash = createHash('sha256');
  let text = '';
  const write = (piece: string): void => {
    text += piece;
    if (text.length < hashedAtOnce) return;
    hash.update(text);
    text = '';
  };
  const left: unknown[] = [value];
  while (left.length > 0) {
    const one = left.pop();
    if (typeof one !== 'object' || one === null) {
      write(`${typeof one} ${String(one)}\0`);
    } else {
      const entries = Object.entries(one);
      write(`${Array.isArray(one) ? 'list' : 'object'} ${entries.map(([key]) => key).join('\0')}\0`);
      for (const [, inner] of entries) left.push(inner);
    }
  }
  return hash.update(text).digest('base64');
}

/**
 * Tries how a service that says nothing of pages may number them: a parameter that it knows leads to other rows.
 * Whatever it refuses, it does not know.
 */
async function probe(
  first: ReadPage,
  read: (url: URL) => Promise<ReadPage>,
): Promise<{ readonly paginator: Paginator; readonly ahead: ReadPage | undefined }> {
  const known = new Set(first.records.map(contentOf));
  const tryParam = async (param: string, value: number) => {
    if (first.url.searchParams.has(param)) return undefined;
    const url = new URL(first.url);
    url.searchParams.set(param, String(value));
    try {
      const page = await read(url);
      const kind =
        page.rows === 0
          ? 'empty'
          : page.records.some((record) => known.has(contentOf(record)))
            ? 'same'
            : 'other';
      return { page, kind } as const;
    } catch (error) {
      if (error instanceof AppError && !error.isTransient) return undefined;
      throw error;
    }
  };
  const none = { paginator: { kind: 'single' }, ahead: undefined } as const;
  const one = await tryParam('page', 1);
  // Counted from 0, the first page is the one without a number.
  if (one?.kind === 'other') {
    return { paginator: { kind: 'page', page_param: 'page', first_page: 0 }, ahead: one.page };
  }
  if (one?.kind === 'same') {
    const two = await tryParam('page', 2);
    if (two?.kind === 'other') {
      return { paginator: { kind: 'page', page_param: 'page', first_page: 1 }, ahead: two.page };
    }
    if (two?.kind === 'empty') return none;
  }
  const further = await tryParam('offset', first.rows);
  if (further?.kind === 'other') {
    const paginator = {
      kind: 'offset',
      offset_param: 'offset',
      limit_param: 'limit',
      limit: Math.min(first.rows, 10_000),
    } as const;
    return { paginator, ahead: further.page };
  }
  return none;
}
