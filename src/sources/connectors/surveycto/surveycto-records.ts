import type { ColumnType } from '#contracts/column-types';
import { readNumber } from '../../forms/read-number.ts';
import type { FieldHint, SourceRecord } from '../../port.ts';
import type { SurveyctoSettings } from './surveycto-settings.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const moment = /^([A-Z][a-z]{2}) (\d{1,2}), (\d{4})(?: (\d{1,2}):(\d\d):(\d\d)[ \u202f]([AP]M))?$/;

/** A date or moment as SurveyCTO writes it, "Oct 10, 2015 6:26:24 PM" in UTC, in ISO 8601; other texts as they are. */
export function readMoment(text: string): string {
  const match = moment.exec(text);
  const month = months.indexOf(match?.[1] ?? '') + 1;
  if (match === null || month === 0) return text;
  const [, , day = '', year = '', hour, minute = '', second = '', half] = match;
  const date = `${year}-${String(month).padStart(2, '0')}-${day.padStart(2, '0')}`;
  if (hour === undefined) return date;
  const hours = (Number(hour) % 12) + (half === 'PM' ? 12 : 0);
  return `${date}T${String(hours).padStart(2, '0')}:${minute}:${second}Z`;
}

/** A submission as the loader is to see it. */
export function shapeSubmission(record: SourceRecord, repeats: SurveyctoSettings['repeats']): SourceRecord {
  const shaped: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(record)) {
    shaped[key] = readAnswer(key, value);
  }
  return repeats === 'wide' ? shaped : unfold(shaped);
}

/**
 * Makes lists of the numbered columns of repeat groups: behind `children_count` come `name_1`, `age_1`, `name_2`, …,
 * which become the list `children` of `name` and `age`. Of groups within groups the outer number makes the row, and the
 * inner ones stay in the name.
 */
function unfold(record: SourceRecord): SourceRecord {
  const unfolded: Record<string, unknown> = {};
  let group: { readonly items: Record<string, unknown>[]; readonly count: number } | undefined;
  for (const [key, value] of Object.entries(record)) {
    const numbered = /^(.+?)_(\d{1,5})((?:_\d{1,5})*)$/.exec(key);
    const index = Number(numbered?.[2] ?? 0);
    // Behind the last repeat of this submission there are empty columns, for others that have more.
    if (group !== undefined && numbered !== null && index >= 1 && (index <= group.count || value === '')) {
      if (index <= group.count) {
        while (group.items.length < index) group.items.push({});
        const item = group.items[index - 1];
        if (item !== undefined) item[`${numbered[1] ?? ''}${numbered[3] ?? ''}`] = value;
      }
      continue;
    }
    group = undefined;
    unfolded[key] = value;
    const counted = /^(.+)_count$/.exec(key)?.[1];
    if (counted !== undefined && (typeof value === 'number' || value === '') && !(counted in record)) {
      group = { items: [], count: Number(value) };
      unfolded[counted] = group.items;
    }
  }
  return unfolded;
}

/** Columns of which the type or the name is known. */
const systemFields: ReadonlyMap<string, readonly [type: ColumnType, label: string]> = new Map([
  ['KEY', ['text', 'Submission id']],
  ['CompletionDate', ['timestamptz', 'Completed at']],
  ['SubmissionDate', ['timestamptz', 'Submitted at']],
  ['starttime', ['timestamptz', 'Started at']],
  ['endtime', ['timestamptz', 'Ended at']],
  ['deviceid', ['text', 'Device']],
  ['subscriberid', ['text', 'Subscriber']],
  ['simid', ['text', 'SIM card']],
  ['devicephonenum', ['text', 'Phone number of the device']],
  ['username', ['text', 'Submitted by']],
  ['caseid', ['text', 'Case']],
  ['instanceID', ['text', 'Instance id']],
  ['formdef_version', ['text', 'Form version']],
  ['review_status', ['text', 'Review']],
  ['review_quality', ['text', 'Quality']],
  ['review_comments', ['text', 'Review comments']],
]);

/** Columns in the order of what was submitted: the service gives no definition. */
export function fieldsOf(records: readonly SourceRecord[]): FieldHint[] {
  const fields = new Map<string, FieldHint>();
  const look = (record: SourceRecord, within: readonly string[]) => {
    for (const [key, value] of Object.entries(record)) {
      const path = [...within, key];
      const system = within.length === 0 ? systemFields.get(key) : undefined;
      const hint =
        system === undefined
          ? { path, label: key, isList: Array.isArray(value) }
          : { path, type: system[0], label: system[1] };
      if (!fields.has(path.join('\u001f'))) fields.set(path.join('\u001f'), hint);
      if (!Array.isArray(value)) continue;
      for (const item of value) if (isObject(item)) look(item, path);
    }
  };
  for (const record of records) look(record, []);
  return [...fields.values()];
}

/** An answer as what it is: the service writes everything as text. */
function readAnswer(key: string, value: unknown): unknown {
  if (typeof value !== 'string' || systemFields.get(key)?.[0] === 'text') return value;
  return readNumber(value) ?? readMoment(value);
}

function isObject(value: unknown): value is SourceRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
