import type { ServiceAnswer } from '../../services/ask-service.ts';
import { valueAt } from './find-records.ts';
import type { RestSettings } from './rest-settings.ts';

export interface Page {
  readonly url: URL;
  readonly answer: ServiceAnswer;
  /** Rows on this page. */
  readonly rows: number;
}

export type Paginator = Exclude<RestSettings['paginator'], { readonly kind: 'auto' }>;

/** The first page's address with what the paginator adds to it. */
export function firstPage(url: URL, paginator: RestSettings['paginator']): URL {
  const first = new URL(url);
  if (paginator.kind === 'page') first.searchParams.set(paginator.page_param, String(paginator.first_page));
  if (paginator.kind === 'offset') {
    first.searchParams.set(paginator.offset_param, '0');
    first.searchParams.set(paginator.limit_param, String(paginator.limit));
  }
  return first;
}

/** Where the page after this one is; undefined behind the last. It may lead to another site: the caller judges that. */
export function nextPage({ url, answer, rows }: Page, paginator: Paginator): URL | undefined {
  switch (paginator.kind) {
    case 'single':
      return undefined;
    case 'page': {
      if (rows === 0) return undefined;
      const total = totalPages(answer.json);
      const present = Number(url.searchParams.get(paginator.page_param) ?? paginator.first_page);
      // Many services refuse a page behind the last.
      if (total !== undefined && present - paginator.first_page + 1 >= total) return undefined;
      return withParam(url, paginator.page_param, present + 1);
    }
    case 'offset': {
      // A service may give fewer than it is asked for, so the rows that came count, and only an empty page is the end.
      if (rows === 0) return undefined;
      return withParam(
        url,
        paginator.offset_param,
        Number(url.searchParams.get(paginator.offset_param) ?? '0') + rows,
      );
    }
    case 'cursor': {
      const cursor = valueAt(answer.json, paginator.cursor_path);
      const isThere = (typeof cursor === 'string' && cursor !== '') || typeof cursor === 'number';
      return isThere ? withParam(url, paginator.cursor_param, cursor) : undefined;
    }
    case 'link_header':
      return linkOf(answer, linkHeader(answer));
    case 'next_url':
      return linkOf(answer, linkAt(answer.json, paginator.next_path));
  }
}

/** Places of a link to the next page, in the order in which they are believed. */
const linkPaths = [
  'next',
  'links.next',
  '_links.next.href',
  'paging.next',
  'pagination.next',
  'meta.next',
  '@odata.nextLink',
];
const cursorPaths: readonly (readonly [path: string, param: string])[] = [
  ['next_cursor', 'cursor'],
  ['cursors.next', 'cursor'],
  ['meta.next_cursor', 'cursor'],
  ['pagination.next_cursor', 'cursor'],
  ['response_metadata.next_cursor', 'cursor'],
  ['next_page_token', 'page_token'],
  ['nextPageToken', 'pageToken'],
];

/** How a service pages, by the signs in its first answer; undefined when there is none. */
export function detectPaginator({ answer }: Page): Paginator | undefined {
  if (linkHeader(answer) !== undefined) return { kind: 'link_header' };
  for (const path of linkPaths) {
    const value = linkAt(answer.json, path);
    if (typeof value === 'string' && /^(https?:\/\/|\/|\?)/.test(value))
      return { kind: 'next_url', next_path: path };
  }
  for (const [path, param] of cursorPaths) {
    const cursor = valueAt(answer.json, path);
    if ((typeof cursor === 'string' && cursor !== '') || typeof cursor === 'number')
      return { kind: 'cursor', cursor_path: path, cursor_param: param };
  }
  const total = totalPages(answer.json);
  if (total === undefined) return undefined;
  // Some services count from 0 and say which page this is.
  return { kind: 'page', page_param: 'page', first_page: presentPage(answer.json) === 0 ? 0 : 1 };
}

const wrappers = ['', 'meta.', 'pagination.', 'paging.', 'page.', 'info.'];

function totalPages(json: unknown): number | undefined {
  return numberUnder(json, ['total_pages', 'totalPages', 'pages', 'last_page', 'lastPage']);
}

function presentPage(json: unknown): number | undefined {
  return numberUnder(json, ['page', 'current_page', 'currentPage', 'number', 'page_number', 'pageNumber']);
}

function numberUnder(json: unknown, keys: readonly string[]): number | undefined {
  for (const prefix of wrappers) {
    for (const key of keys) {
      const value = valueAt(json, prefix + key);
      if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
    }
  }
  return undefined;
}

function withParam(url: URL, param: string, value: string | number): URL {
  const next = new URL(url);
  next.searchParams.set(param, String(value));
  return next;
}

/** A key with a dot in it is looked for as it is, too. */
function linkAt(json: unknown, path: string): unknown {
  const own =
    typeof json === 'object' && json !== null
      ? (Object.getOwnPropertyDescriptor(json, path)?.value as unknown)
      : undefined;
  return own ?? valueAt(json, path);
}

function linkOf({ url }: ServiceAnswer, link: unknown): URL | undefined {
  if (typeof link !== 'string' || link === '' || !URL.canParse(link, url)) return undefined;
  return new URL(link, url);
}

/** The target of `rel="next"` of an RFC 8288 header. */
function linkHeader({ headers }: ServiceAnswer): string | undefined {
  const header = headers['link'] ?? '';
  for (const match of header.matchAll(/<([^>]*)>((?:[^,"]|"[^"]*")*)/g)) {
    if (/;\s*rel\s*=\s*"?(?:[^"]*\s)?next(?:\s[^"]*)?"?(?:;|$|\s)/i.test(`${match[2] ?? ''};`))
      return match[1];
  }
  return undefined;
}
