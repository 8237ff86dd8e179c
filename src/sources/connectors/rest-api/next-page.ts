import type { ServiceAnswer } from '../../services/ask-service.ts';
import { valueAt } from './find-records.ts';
import type { RestSettings } from './rest-settings.ts';

export interface Page {
  readonly url: URL;
  readonly answer: ServiceAnswer;
  /** Rows on this page. */
  readonly rows: number;
}

type Paginator = RestSettings['paginator'];

/** The first page's address with what the paginator adds to it. */
export function firstPage(url: URL, paginator: Paginator): URL {
  const first = new URL(url);
  if (paginator.kind === 'page') first.searchParams.set(paginator.page_param, String(paginator.first_page));
  if (paginator.kind === 'offset') {
    first.searchParams.set(paginator.offset_param, '0');
    first.searchParams.set(paginator.limit_param, String(paginator.limit));
  }
  return first;
}

/** Where the page after this one is; undefined behind the last. It may lead to another site: the caller judges that. */
export function nextPage(page: Page, paginator: Paginator): URL | undefined {
  const { url, answer, rows } = page;
  switch (paginator.kind) {
    case 'single':
      return undefined;
    case 'page':
      return rows === 0 ? undefined : counted(url, paginator.page_param, 1);
    case 'offset':
      // A service may give fewer than it is asked for, so the rows that came count, and only an empty page is the end.
      return rows === 0 ? undefined : counted(url, paginator.offset_param, rows);
    case 'cursor':
      return withCursor(url, paginator.cursor_param, valueAt(answer.json, paginator.cursor_path));
    case 'link_header':
      return linkOf(answer, linkHeader(answer));
    case 'next_url':
      return linkOf(answer, valueAt(answer.json, paginator.next_path));
    case 'auto':
      return detected(page);
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

function detected({ url, answer, rows }: Page): URL | undefined {
  const header = linkHeader(answer);
  if (header !== undefined) return linkOf(answer, header);
  for (const path of linkPaths) {
    // A key with a dot in it is looked for as it is.
    const value = path.startsWith('@') ? valueOfKey(answer.json, path) : valueAt(answer.json, path);
    if (typeof value === 'string' && /^(https?:\/\/|\/|\?)/.test(value)) return linkOf(answer, value);
  }
  for (const [path, param] of cursorPaths) {
    const next = withCursor(url, param, valueAt(answer.json, path));
    if (next !== undefined) return next;
  }
  const total = totalPages(answer.json);
  const present = Number(url.searchParams.get('page') ?? '1');
  return total !== undefined && present < total && rows > 0 ? counted(url, 'page', 1, 1) : undefined;
}

function totalPages(json: unknown): number | undefined {
  for (const prefix of ['', 'meta.', 'pagination.', 'paging.']) {
    for (const key of ['total_pages', 'totalPages', 'pages', 'last_page']) {
      const value = valueAt(json, prefix + key);
      if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
    }
  }
  return undefined;
}

function valueOfKey(json: unknown, key: string): unknown {
  return typeof json === 'object' && json !== null
    ? (Object.getOwnPropertyDescriptor(json, key)?.value as unknown)
    : undefined;
}

function counted(url: URL, param: string, by: number, first = 0): URL {
  const next = new URL(url);
  const present = Number(next.searchParams.get(param) ?? String(first));
  next.searchParams.set(param, String(present + by));
  return next;
}

function withCursor(url: URL, param: string, cursor: unknown): URL | undefined {
  const isThere = (typeof cursor === 'string' && cursor !== '') || typeof cursor === 'number';
  if (!isThere) return undefined;
  const next = new URL(url);
  next.searchParams.set(param, String(cursor));
  return next;
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
