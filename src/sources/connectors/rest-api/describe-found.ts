import type { Finding, SourceRecord } from '../../port.ts';
import type { Paginator } from './next-page.ts';
import type { FoundPages } from './read-pages.ts';
import type { RestResource } from './rest-resources.ts';
import type { RestSettings } from './rest-settings.ts';

/** Of an answer with many lists, so many are offered. */
const mostOthers = 5;
const mostKeys = 3;

/** What was found out and not set, for the person who tries it; each can be set to what was found, or to something else. */
export function describeFound(
  { recordsPath, paginator, lists, rows }: FoundPages,
  resource: RestResource,
  settings: RestSettings,
): Finding[] {
  const findings: Finding[] = [];
  const path = recordsPath?.join('.');
  const others = lists
    .filter((list) => list.path !== path)
    .slice(0, mostOthers)
    .map((list) => ({
      value: list.path,
      text: `“${list.path}” (${list.rows === 1 ? '1 row' : `${list.rows} rows`})`,
    }));
  // What was set is worth a word where it could be something else.
  if (resource.recordsPath === undefined || resource.recordsPath === '' || others.length > 0) {
    findings.push({
      others,
      setting: `${resource.settingsPath}records_path`,
      value: path ?? '',
      text:
        path === undefined
          ? 'The answer has no list: it is taken as one row.'
          : path === ''
            ? 'The answer is the list of rows.'
            : `The rows are at “${path}” in the answer.`,
    });
  }
  if (settings.paginator.kind === 'auto') {
    findings.push({ setting: 'paginator', value: paginator, text: wordsOf(paginator), others: [] });
  }
  const keys = keysOf(rows);
  if (resource.parent === undefined && settings.primary_key === undefined && keys.length > 0) {
    findings.push({
      setting: 'primary_key',
      value: undefined,
      text: 'Nothing says yet which field tells rows apart.',
      others: keys.map((key) => ({ value: [key], text: `“${key}”` })),
    });
  }
  return findings;
}

/** Fields that tell the rows of the first answer apart and are called like it, the likeliest first. */
function keysOf(rows: readonly SourceRecord[]): string[] {
  const [first] = rows;
  if (first === undefined || rows.length < 2) return [];
  return Object.keys(first)
    .filter((name) => /^_?(id|uuid|guid|uid|key|code)$|[a-z_](_id|Id|_uuid)$/i.test(name))
    .filter((name) => {
      const values = rows.map((row) => row[name]);
      return (
        values.every((value) => typeof value === 'string' || typeof value === 'number') &&
        new Set(values).size === rows.length
      );
    })
    .slice(0, mostKeys);
}

function wordsOf(paginator: Paginator): string {
  switch (paginator.kind) {
    case 'single':
      return 'There is no sign of further pages.';
    case 'page':
      return `Pages are numbered by “${paginator.page_param}”, from ${paginator.first_page}.`;
    case 'offset':
      return `Pages are counted in rows by “${paginator.offset_param}”.`;
    case 'cursor':
      return `The answer has a cursor to the next page at “${paginator.cursor_path}”.`;
    case 'link_header':
      return 'A Link header leads to the next page.';
    case 'next_url':
      return `The answer has the address of the next page at “${paginator.next_path}”.`;
  }
}
