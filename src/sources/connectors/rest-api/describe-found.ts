import type { Finding } from '../../port.ts';
import type { Paginator } from './next-page.ts';
import type { FoundPages } from './read-pages.ts';
import type { RestResource } from './rest-resources.ts';
import type { RestSettings } from './rest-settings.ts';

/** What was found out and not set, for the person who tries it; each can be set to what was found, or to something else. */
export function describeFound(
  { recordsPath, paginator }: FoundPages,
  resource: RestResource,
  settings: RestSettings,
): Finding[] {
  const findings: Finding[] = [];
  if (resource.recordsPath === undefined || resource.recordsPath === '') {
    const path = recordsPath?.join('.');
    findings.push({
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
    findings.push({ setting: 'paginator', value: paginator, text: wordsOf(paginator) });
  }
  return findings;
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
