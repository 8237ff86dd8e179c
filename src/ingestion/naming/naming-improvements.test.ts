import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { nameColumns } from './name-columns.ts';

const document = new URL('../../../docs/naming.md', import.meta.url);
const vectors = readFileSync(new URL('./dlt-1.26.fixture.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  // The fixture is ours and every line of it has this shape.
  .map(
    (line) =>
      JSON.parse(line) as { readonly in: string; readonly 'snake_case_63.normalize_identifier': string },
  );

/** Why a name of ours may differ from dlt's, and when that is so; a name without a reason here fails. */
const reasons: readonly (readonly [reason: string, holds: (header: string, dlt: string) => boolean])[] = [
  [
    'Letters and digits of every script are written in Latin ones; dlt drops or keeps them as they are',
    (header) => /\P{ASCII}/u.test(header),
  ],
  ['A sign whose loss makes headers alike is spelled out', (header) => /[%#&]/.test(header)],
  ['What has no letter or digit is named by its place', (header) => !/[\p{L}\p{N}]/u.test(header)],
  [
    'Punctuation at the ends is dropped; dlt makes an x or an underscore of it',
    (header) => /^[^\p{L}\p{N}]|[^\p{L}\p{N}]$/u.test(header),
  ],
];

interface Improvement {
  readonly header: string;
  readonly dlt: string;
  readonly ours: string;
  readonly reason: string | undefined;
}

const improvements: readonly Improvement[] = vectors.flatMap((vector): Improvement[] => {
  const { in: header, 'snake_case_63.normalize_identifier': dlt } = vector;
  const ours = nameColumns([header])[0]?.name ?? '';
  if (ours === dlt) return [];
  return [{ header, dlt, ours, reason: reasons.find(([, holds]) => holds(header, dlt))?.[0] }];
});

function asDocument(): string {
  const cell = (text: string) => `\`${text.replaceAll('|', '\\|').replaceAll('\n', '⏎')}\``;
  return `# Names of columns and tables

A header becomes a name of lower-case Latin letters, digits and \`_\`, of at most 63 bytes, unique within its table; the
header itself stays as the name that people see. The rules are those of dlt 1.26 (\`snake_case\`), whose ${vectors.length} recorded
names this program can also write exactly. By itself it gives the same name for ${vectors.length - improvements.length} of them, and a better one for these ${improvements.length}:

| Header | dlt | Here | Why |
|---|---|---|---|
${improvements.map(({ header, dlt, ours, reason }) => `| ${cell(header)} | ${cell(dlt)} | ${cell(ours)} | ${reason ?? ''} |`).join('\n')}

Besides, two headers that lead to one name overwrite each other in dlt; here the second is \`name_2\`. Names that the
loader uses itself (\`_dlt…\`, \`_dalgo…\`) are kept from headers by \`col_\`.
`;
}

test('every name that differs from dlt’s does so for a reason that is written down', () => {
  expect(improvements.filter(({ reason }) => reason === undefined)).toEqual([]);
});

test('docs/naming.md lists every one of them', () => {
  if (process.env['UPDATE_DOCS'] !== undefined) writeFileSync(document, asDocument());
  expect(readFileSync(document, 'utf8')).toBe(asDocument());
});
