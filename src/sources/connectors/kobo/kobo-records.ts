import type { SourceRecord } from '../../port.ts';
import { type FormPart, keyWithin } from './kobo-form.ts';
import type { KoboSettings } from './kobo-settings.ts';

/** A submission as the loader is to see it: typed by its form, without the parts that only repeat others. */
export function shapeSubmission(record: SourceRecord, form: FormPart, settings: KoboSettings): SourceRecord {
  if (settings.raw) {
    return {
      _id: record['_id'],
      data: record,
      _submission_time: record['_submission_time'],
      endtime: record['endtime'],
      end: record['end'],
    };
  }
  return { ...shapePart(record, form, settings), ...shapeMeta(record) };
}

function shapePart(record: SourceRecord, part: FormPart, settings: KoboSettings): Record<string, unknown> {
  const shaped: Record<string, unknown> = {};
  const repeats = new Map(part.repeats.map((repeat) => [repeat.key, repeat]));
  for (const [key, value] of Object.entries(record)) {
    const own = keyWithin(part, key);
    const repeat = repeats.get(key);
    shaped[own] =
      repeat !== undefined && Array.isArray(value)
        ? value.map((item: unknown) => (isObject(item) ? shapePart(item, repeat, settings) : item))
        : value;
  }
  for (const question of part.questions) {
    const value = record[question.key];
    if (typeof value !== 'string') continue;
    const own = keyWithin(part, question.key);
    if (question.kind === 'geopoint') {
      const [latitude, longitude] = value.split(' ');
      shaped[`${own}_latitude`] = latitude;
      shaped[`${own}_longitude`] = longitude;
    } else if (question.kind === 'multiple' && settings.select_multiple !== 'text') {
      const chosen = value.split(/\s+/).filter((choice) => choice !== '');
      if (settings.select_multiple === 'list') shaped[own] = chosen;
      else {
        for (const { name } of question.choices) shaped[`${own}/${name}`] = chosen.includes(name);
        // A choice that the form no longer has.
        for (const name of chosen) shaped[`${own}/${name}`] = true;
      }
    }
  }
  return shaped;
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
