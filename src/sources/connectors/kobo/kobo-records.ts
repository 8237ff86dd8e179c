import type { FormTable } from '../../forms/form-definition.ts';
import { shapeAnswers } from '../../forms/shape-answers.ts';
import type { SourceRecord } from '../../port.ts';
import { keyWithin } from './kobo-form.ts';
import type { KoboSettings } from './kobo-settings.ts';

/** A submission as the loader is to see it: typed by its form, without the parts that only repeat others. */
export function shapeSubmission(record: SourceRecord, form: FormTable, settings: KoboSettings): SourceRecord {
  if (settings.raw) {
    return {
      _id: record['_id'],
      data: record,
      _submission_time: record['_submission_time'],
      endtime: record['endtime'],
      end: record['end'],
    };
  }
  const shaped = withShortKeys(record, form, '');
  shapeAnswers(shaped, form, { multiple: settings.select_multiple, linkOf: linksOf(record) });
  return { ...shaped, ...shapeMeta(record) };
}

/** A record of a table whose keys no longer repeat the way to it. */
function withShortKeys(record: SourceRecord, table: FormTable, way: string): Record<string, unknown> {
  const repeats = new Map(table.repeats.map((repeat) => [repeat.path[0], repeat]));
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => {
      const own = keyWithin(way, key);
      const repeat = repeats.get(own);
      if (repeat === undefined || !Array.isArray(value)) return [own, value];
      return [own, value.map((item: unknown) => (isObject(item) ? withShortKeys(item, repeat, key) : item))];
    }),
  );
}

/** Where the files of a submission are, by the names that its answers have for them. */
function linksOf(record: SourceRecord): (file: string) => string | undefined {
  const attachments: unknown = record['_attachments'];
  const links = new Map<string, string>();
  for (const attachment of Array.isArray(attachments) ? attachments : []) {
    if (!isObject(attachment)) continue;
    const { download_url: url, filename, media_file_basename: basename } = attachment;
    const name = typeof basename === 'string' ? basename : filename;
    // One that was removed stays in the list.
    if (typeof url !== 'string' || typeof name !== 'string' || attachment['is_deleted'] === true) continue;
    links.set(storedName(name), url);
  }
  return (file) => links.get(storedName(file));
}

/** The service keeps a file under a name without blanks and most signs; the answer has the name as it was. */
function storedName(name: string): string {
  return name
    .slice(name.lastIndexOf('/') + 1)
    .replace(/\s/g, '_')
    .replace(/[^\p{L}\p{N}_.-]/gu, '');
}

function shapeMeta(record: SourceRecord): SourceRecord {
  const place: unknown = record['_geolocation'];
  const [latitude, longitude]: unknown[] = Array.isArray(place) ? place : [];
  return {
    _geolocation: { latitude, longitude },
    // Empty lists and objects say nothing.
    _tags: filled(record['_tags']),
    _notes: filled(record['_notes']),
    _supplementalDetails: filled(record['_supplementalDetails']),
  };
}

function filled(value: unknown): unknown {
  if (Array.isArray(value)) return value.length > 0 ? value : undefined;
  return isObject(value) && Object.keys(value).length === 0 ? undefined : value;
}

function isObject(value: unknown): value is SourceRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
