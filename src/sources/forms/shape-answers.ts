import type { SourceRecord } from '../port.ts';
import type { FormQuestion, FormTable, MultipleAnswers } from './form-definition.ts';

type Answers = Record<string, unknown>;

export interface ShapeOptions {
  readonly multiple: MultipleAnswers;
  /** Where a file that hangs on the submission can be fetched; undefined when it did not arrive. */
  readonly linkOf: (file: string) => string | undefined;
}

/**
 * Completes a submission by its form: coordinates as numbers, several answers in the chosen way, links to files. The
 * record is changed in place; it is nobody else's.
 */
export function shapeAnswers(record: SourceRecord, table: FormTable, options: ShapeOptions): void {
  for (const question of table.questions) {
    const found = holderOf(record, question.path);
    if (found !== undefined) shapeAnswer(found.holder, found.key, question, options);
  }
  for (const repeat of table.repeats) {
    const found = holderOf(record, repeat.path);
    const items = found?.holder[found.key];
    if (!Array.isArray(items)) continue;
    for (const item of items) if (isObject(item)) shapeAnswers(item, repeat, options);
  }
}

function shapeAnswer(holder: Answers, key: string, question: FormQuestion, options: ShapeOptions): void {
  const value = holder[key];
  if (value === null || value === undefined || value === '') return;
  switch (question.kind) {
    case 'plain':
      return;
    case 'file':
      if (typeof value === 'string') holder[`${key}_link`] = options.linkOf(value);
      return;
    case 'geopoint': {
      const [latitude, longitude, altitude, accuracy] = coordinatesOf(value);
      Object.assign(holder, {
        [`${key}_latitude`]: latitude,
        [`${key}_longitude`]: longitude,
        [`${key}_altitude`]: altitude,
        [`${key}_accuracy`]: accuracy,
      });
      return;
    }
    case 'multiple': {
      if (typeof value !== 'string' || options.multiple === 'text') return;
      const chosen = value.split(/\s+/).filter((choice) => choice !== '');
      if (options.multiple === 'list') holder[key] = chosen;
      else {
        for (const { name } of question.choices) holder[`${key}/${name}`] = chosen.includes(name);
        // A choice that the form no longer has.
        for (const name of chosen) holder[`${key}/${name}`] = true;
      }
    }
  }
}

/** Latitude, longitude, altitude, accuracy: of GeoJSON, or of the text of an XForm. */
function coordinatesOf(value: unknown): readonly unknown[] {
  if (typeof value === 'string') return value.trim().split(/\s+/);
  if (!isObject(value) || !Array.isArray(value['coordinates'])) return [];
  const [longitude, latitude, altitude]: unknown[] = value['coordinates'];
  const properties = value['properties'];
  return [latitude, longitude, altitude, isObject(properties) ? properties['accuracy'] : undefined];
}

function holderOf(record: SourceRecord, path: readonly string[]) {
  let holder: unknown = record;
  for (const key of path.slice(0, -1)) holder = isObject(holder) ? holder[key] : undefined;
  const key = path.at(-1);
  return isObject(holder) && key !== undefined ? { holder, key } : undefined;
}

function isObject(value: unknown): value is Answers {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
