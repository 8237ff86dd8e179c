import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type DltConvention, normalizeIdentifier, normalizePath, shortenFragments } from './dlt-naming.ts';

interface Vector {
  readonly in: string;
  readonly [key: string]: string;
}

const vectors = readFileSync(new URL('./dlt-1.26.fixture.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  // The fixture is ours and every line of it has this shape.
  .map((line) => JSON.parse(line) as Vector);

const columns: readonly [string, DltConvention, number | undefined][] = [
  ['snake_case', 'snake_case', undefined],
  ['snake_case_63', 'snake_case', 63],
  ['sql_ci_v1_63', 'sql_ci_v1', 63],
  ['sql_cs_v1_63', 'sql_cs_v1', 63],
];

describe('dlt naming', () => {
  it.each(columns)('gives every name of dlt 1.26 under %s', (key, convention, limit) => {
    const differences = vectors.flatMap((vector) => [
      ...difference(vector, `${key}.normalize_identifier`, normalizeIdentifier(vector.in, convention, limit)),
      ...difference(vector, `${key}.normalize_path`, normalizePath(vector.in, convention, limit)),
    ]);
    expect(vectors.length).toBe(86);
    expect(differences).toEqual([]);
  });

  it('shortens joined fragments like dlt', () => {
    expect(shortenFragments(['users', 'addresses'], 63)).toBe('users__addresses');
    expect(
      shortenFragments(
        ['group_household_members_with_long_name', 'individual_details_and_more_words', 'education'],
        63,
      ),
    ).toBe('group_household_members_with_uuovkwls_and_more_words__education');
  });
});

function difference(vector: Vector, key: string, got: string): string[] {
  return vector[key] === got ? [] : [`${JSON.stringify(vector.in)} ${key}: ${got}, not ${vector[key]}`];
}
