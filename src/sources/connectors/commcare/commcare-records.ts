import type { FormTable, MultipleAnswers } from '../../forms/form-definition.ts';
import { shapeAnswers } from '../../forms/shape-answers.ts';
import type { SourceRecord } from '../../port.ts';
import type { CommcareForm } from './commcare-api.ts';

interface ShapeOptions {
  readonly multiple: MultipleAnswers;
  /** Address of the project space, with a slash at the end. */
  readonly base: string;
}

/** A submission as the loader is to see it: answers as they stand in the form, and what is known of it under `_meta`. */
export function shapeForm(record: CommcareForm, form: FormTable, options: ShapeOptions): SourceRecord {
  const answers = answersOf(record.form);
  for (const repeat of form.repeats) makeLists(answers, repeat);
  const linkOf = (file: string) =>
    `${options.base}api/form/attachment/${encodeURIComponent(record.id)}/${encodeURIComponent(file)}`;
  shapeAnswers(answers, form, { multiple: options.multiple, linkOf });
  const meta = objectOf(record['metadata']);
  return {
    ...answers,
    _id: record.id,
    _meta: {
      received_on: record['received_on'],
      started_at: inUtc(meta['timeStart']),
      ended_at: inUtc(meta['timeEnd']),
      edited_on: record['edited_on'],
      username: meta['username'],
      user_id: meta['userID'],
      device_id: meta['deviceID'],
      case_id: caseOf(record.form['case']),
      app_id: record['app_id'],
      version: record['version'],
    },
    _attachments: attachmentsOf(record['attachments'], linkOf),
  };
}

/** XML as JSON: attributes begin with @, a value with attributes is under #text, and neither is an answer. */
function answersOf(node: SourceRecord, isRoot = true): Record<string, unknown> {
  const answers: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) {
    if (key.startsWith('@') || key.startsWith('#') || key === 'case' || (isRoot && key === 'meta')) continue;
    answers[key] = answerOf(value);
  }
  return answers;
}

function answerOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(answerOf);
  if (!isObject(value)) return value;
  return '#text' in value ? value['#text'] : answersOf(value, false);
}

/** A repeat that was answered once is written like a group: without a list around it. */
function makeLists(answers: Record<string, unknown>, repeat: FormTable): void {
  let holder: unknown = answers;
  for (const key of repeat.path.slice(0, -1)) holder = isObject(holder) ? holder[key] : undefined;
  const key = repeat.path.at(-1);
  if (!isObject(holder) || key === undefined) return;
  const value = holder[key];
  const items: unknown[] = Array.isArray(value) ? value : isObject(value) ? [value] : [];
  holder[key] = items;
  for (const item of items) {
    if (isObject(item)) for (const inner of repeat.repeats) makeLists(item, inner);
  }
}

function caseOf(block: unknown): unknown {
  const first: unknown = Array.isArray(block) ? block[0] : block;
  return isObject(first) ? first['@case_id'] : undefined;
}

function attachmentsOf(attachments: unknown, linkOf: (file: string) => string): SourceRecord[] {
  return Object.entries(objectOf(attachments))
    .filter(([name]) => name !== 'form.xml')
    .map(([name, value]) => ({
      name,
      link: linkOf(name),
      content_type: objectOf(value)['content_type'],
      length: objectOf(value)['length'],
    }));
}

/** Times of the device come without a zone and are UTC. */
function inUtc(value: unknown): unknown {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+$/.test(value) ? `${value}Z` : value;
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
