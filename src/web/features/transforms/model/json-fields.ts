import type { StepOf } from './editor-step.ts';

export type JsonField = StepOf<'flatten_json'>['fields'][number];

/** So many fields are found at most: more than a person looks through. */
const mostFields = 100;
const deepest = 5;

/**
 * The fields of nested values, as they first occur, with the type that all of their values have. Lists are taken whole:
 * their items are rows.
 *
 * @example fieldsOf([{name: 'Asha', home: {district: 'Pune'}}])
 *   // [{path: ['name'], name: 'name', type: 'text'}, {path: ['home', 'district'], name: 'home district', type: 'text'}]
 */
export function fieldsOf(values: readonly unknown[]): readonly JsonField[] {
  const found = new Map<
    string,
    { readonly path: readonly string[]; readonly types: Set<JsonField['type']> }
  >();
  const walk = (value: unknown, path: readonly string[]): void => {
    if (isPlainObject(value) && path.length < deepest) {
      for (const [key, inner] of Object.entries(value)) walk(inner, [...path, key]);
      return;
    }
    if (path.length === 0 || value === null || value === undefined) return;
    const key = JSON.stringify(path);
    const field = found.get(key) ?? { path, types: new Set() };
    field.types.add(typeOf(value));
    if (found.size < mostFields) found.set(key, field);
  };
  for (const value of values) walk(value, []);
  return Array.from(found.values(), ({ path, types }) => ({
    path: [...path],
    name: path.join(' '),
    type: commonType(types),
  }));
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function typeOf(value: unknown): JsonField['type'] {
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'decimal';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value !== 'string') return 'json';
  return /^\d{4}-\d{2}-\d{2}$/.test(value) ? 'date' : 'text';
}

function commonType(types: ReadonlySet<JsonField['type']>): JsonField['type'] {
  const [only = 'text', ...more] = types;
  if (more.length === 0) return only;
  return [...types].every((type) => type === 'integer' || type === 'decimal') ? 'decimal' : 'text';
}

/** "home.0.district", as a person reads it. */
export function textOfPath(path: JsonField['path']): string {
  return path.join('.');
}

export function pathFromText(text: string): JsonField['path'] {
  return text
    .split('.')
    .map((part) => (/^\d{1,6}$/.test(part) && Number(part) <= 100_000 ? Number(part) : part));
}
