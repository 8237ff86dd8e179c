import { AppError } from '#platform/errors';
import type { SourceRecord } from '../../port.ts';
import { valueAt } from './find-records.ts';
import type { RestSettings } from './rest-settings.ts';

/** The stream of the list that is loaded first. */
export const mainResource = 'records';

/** One list of a service: by itself, or one for each row of another. */
export interface RestResource {
  readonly name: string;
  readonly title: string;
  readonly path: string;
  readonly recordsPath: string | undefined;
  /** Where its settings are, for what is found out about it. */
  readonly settingsPath: string;
  readonly parent: RestResource | undefined;
}

/** The lists of a source, parents before their children. @throws AppError source_config_invalid */
export function resourcesOf(settings: RestSettings): readonly RestResource[] {
  const main: RestResource = {
    name: mainResource,
    title: settings.path || new URL(settings.base_url).pathname.split('/').findLast(Boolean) || 'Records',
    path: settings.path,
    recordsPath: settings.records_path,
    settingsPath: '',
    parent: undefined,
  };
  const resources = [main];
  for (const [index, child] of (settings.children ?? []).entries()) {
    const wrong = (field: string, message: string) =>
      new AppError('source_config_invalid', 'Some settings of this source need a correction.', {
        errors: [{ path: `config.children.${index}.${field}`, message }],
      });
    if (resources.some(({ name }) => name === child.name))
      throw wrong('name', 'Each list needs a name of its own');
    const parent =
      child.parent === undefined || child.parent === ''
        ? main
        : resources.find(({ name }) => name === child.parent);
    if (parent === undefined) throw wrong('parent', 'Name a list that stands above this one');
    if (placeholders(child.path).length === 0)
      throw wrong('path', 'Say where the key of the row stands, for instance projects/{id}/tasks');
    resources.push({
      name: child.name,
      title: child.name,
      path: child.path,
      recordsPath: child.records_path,
      settingsPath: `children.${index}.`,
      parent,
    });
  }
  return resources;
}

/** The fields in braces in a path. */
export function placeholders(path: string): string[] {
  return [...path.matchAll(/\{([^{}]+)\}/g)].map((match) => (match[1] ?? '').trim());
}

/** The path of the list that belongs to a row. @throws AppError source_unexpected_answer when the row lacks its key. */
export function pathFor(resource: RestResource, row: SourceRecord): string {
  return resource.path.replace(/\{([^{}]+)\}/g, (_whole, field: string) => {
    const value = keyOf(row, field.trim());
    if (value === undefined) {
      throw new AppError(
        'source_unexpected_answer',
        `A row of “${resource.parent?.title ?? ''}” has no “${field.trim()}”, by which “${resource.title}” is asked for.`,
        { hint: 'Correct the field in braces.' },
      );
    }
    // Dots alone would lead out of the path.
    return /^\.+$/.test(value) ? value.replaceAll('.', '%2E') : encodeURIComponent(value);
  });
}

/** A row of a child with the keys of the row that it belongs to, as `_parent_<field>`. */
export function withParentKeys(
  resource: RestResource,
  parent: SourceRecord,
  row: SourceRecord,
): SourceRecord {
  const keys = placeholders(resource.path).map((field) => [
    parentKey(field),
    valueAt(parent, field) ?? parent[field],
  ]);
  return { ...(Object.fromEntries(keys) as SourceRecord), ...row };
}

export function parentKey(field: string): string {
  return `_parent_${field.replaceAll('.', '_').replace(/^_parent_/, '')}`;
}

function keyOf(row: SourceRecord, field: string): string | undefined {
  const value = row[field] ?? valueAt(row, field);
  if (typeof value === 'string' && value !== '') return value;
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : undefined;
}
