import { createHash } from 'node:crypto';

/** Naming conventions of dlt 1.26 that this product can write. */
export type DltConvention = 'snake_case' | 'sql_cs_v1' | 'sql_ci_v1';

const pathSeparator = '__';
/** 4 bytes of digest, base64 without padding: six characters. */
const tagBytes = 4;

/**
 * One identifier as dlt 1.26 writes it, so that a dataset of ours can be taken over by a dlt pipeline and back.
 *
 * @param maxLength limit of the destination in characters (63 on PostgreSQL); without it nothing is shortened.
 * @example
 * normalizeIdentifier('group_a/question 1', 'snake_case', 63) // 'group_a_question_1'
 */
export function normalizeIdentifier(name: string, convention: DltConvention, maxLength?: number): string {
  const trimmed = name.trim();
  const normalized = normalizers[convention](trimmed);
  return shorten(normalized, trimmed, maxLength);
}

/**
 * A nested field's path (`a__b__c`): every part is normalised, empty parts fall away, the whole is shortened.
 *
 * @example
 * normalizePath('id___', 'snake_case') // 'id__x'
 */
export function normalizePath(path: string, convention: DltConvention, maxLength?: number): string {
  const trimmed = path.trim();
  const joined = trimmed
    .split(pathSeparator)
    .filter((part) => part !== '')
    .map((part) => normalizers[convention](part.trim()))
    .filter((part) => part !== '')
    .join(pathSeparator);
  return shorten(joined, trimmed, maxLength);
}

/** Joins parts that are already normalised (a parent table and a child field), shortening the result as a whole. */
export function shortenFragments(fragments: readonly string[], maxLength?: number): string {
  const joined = fragments.filter((part) => part !== '').join(pathSeparator);
  return shorten(joined, joined, maxLength);
}

const translated: Readonly<Record<string, string>> = { '+': 'x', '*': 'x', '-': '_', '@': 'a', '|': 'l' };

function snakeCase(name: string): string {
  return name
    .replace(/[+*\-@|]/g, (character) => translated[character] ?? character)
    .replace(/[^a-zA-Z\p{Nd}_]+/gu, '_')
    .replace(/([^_])([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/^(?=\p{Nd})/u, '_')
    .replace(/_+$/, (underscores) => 'x'.repeat(underscores.length))
    .replace(/_{2,}/g, '_');
}

function sqlCaseSensitive(name: string): string {
  const cleaned = name.replace(/[^a-zA-Z\p{Nd}_]+/gu, '_').replace(/^(?=\p{Nd})/u, '_');
  const withoutTail = cleaned === '_' ? cleaned : cleaned.replace(/_+$/, '');
  return withoutTail.replace(/_{2,}/g, '_');
}

const normalizers: Readonly<Record<DltConvention, (name: string) => string>> = {
  snake_case: snakeCase,
  sql_cs_v1: sqlCaseSensitive,
  sql_ci_v1: (name) => sqlCaseSensitive(name).toLowerCase(),
};

/** Keeps both ends of a long name and puts a tag of the original between them, so that equal ends stay apart. */
export function shorten(normalized: string, original: string, maxLength: number | undefined): string {
  if (maxLength === undefined || normalized.length <= maxLength) return normalized;
  const tag = nameTag(original);
  const kept = maxLength - tag.length;
  const front = Math.ceil(kept / 2);
  const back = kept - front;
  return normalized.slice(0, front) + tag + normalized.slice(normalized.length - back);
}

function nameTag(original: string): string {
  return createHash('shake128', { outputLength: tagBytes })
    .update(original, 'utf8')
    .digest('base64')
    .replace(/=+$/, '')
    .replaceAll('/', 'a')
    .replaceAll('+', 'b')
    .toLowerCase();
}
