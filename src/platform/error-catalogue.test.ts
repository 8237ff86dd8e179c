import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errorCatalogue } from './error-catalogue.ts';

const DOCUMENT = new URL('../../docs/errors.md', import.meta.url);

/** The page as it must be; `UPDATE_DOCS=1 npm run test:unit` writes it. */
function errorsPage(): string {
  const rows = Object.entries(errorCatalogue)
    .toSorted(([left], [right]) => left.localeCompare(right))
    .map(
      ([code, error]) =>
        `| \`${code}\` | ${error.status} | ${error.kind === 'transient' ? 'yes' : 'no'} | ${error.title} | ${error.hint} |`,
    );
  return [
    '# Errors',
    '',
    'Every error that the program reports has one of these codes, in the field `code` of its answer',
    '(`application/problem+json`, RFC 9457) or of a run. `detail` says what happened this time, `errors` which fields.',
    'This page is written from `src/platform/error-catalogue.ts`; a test keeps the two equal.',
    '',
    '| Code | HTTP status | Can trying again help? | What it means | What to do |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

test('docs/errors.md lists every code, and no other', () => {
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(DOCUMENT, errorsPage());
  expect(existsSync(DOCUMENT) ? readFileSync(DOCUMENT, 'utf8') : '').toBe(errorsPage());
});

test('every error says what to do', () => {
  for (const [code, error] of Object.entries(errorCatalogue)) {
    expect(error.hint.length, code).toBeGreaterThan(10);
    expect(error.status, code).toBeGreaterThanOrEqual(400);
  }
});
