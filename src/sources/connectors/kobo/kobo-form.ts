import type { ColumnType } from '#contracts/column-types';
import { fieldsOfForm, type FormQuestion, type FormTable, plainLabel } from '../../forms/form-definition.ts';
import type { FieldHint } from '../../port.ts';
import type { KoboAsset, KoboQuestion } from './kobo-api.ts';
import type { KoboSettings } from './kobo-settings.ts';

const types: Readonly<Record<string, ColumnType>> = {
  integer: 'integer',
  decimal: 'decimal',
  range: 'decimal',
  date: 'date',
  today: 'date',
  time: 'time',
  datetime: 'timestamptz',
  dateTime: 'timestamptz',
  start: 'timestamptz',
  end: 'timestamptz',
};

/** Whose answer is the name of a file that hangs on the submission. */
const files: ReadonlySet<string> = new Set(['image', 'audio', 'video', 'file', 'background-audio', 'audit']);

/** Shown to whoever answers, and no answer. */
const silent: ReadonlySet<string> = new Set(['note', 'begin_kobomatrix', 'end_kobomatrix', 'xml-external']);

interface OpenGroup {
  readonly name: string;
  readonly part: KoboTable;
}

/** A table of a form with the way to it that keys of its records repeat: `group/repeat`, empty for the form itself. */
interface KoboTable {
  readonly key: string;
  readonly table: FormTable;
}

/**
 * Reads a form's definition: questions in their order, groups as parts of keys, repeats as tables of their own. A
 * record has its answers under one key each, `group/question`.
 */
export function readDefinition(asset: KoboAsset, language: string | undefined): FormTable {
  const root = newTable('', [], asset.name ?? asset.uid);
  const { survey, choices, translations } = asset.content ?? {};
  const wanted = language === undefined ? -1 : (translations ?? []).indexOf(language);
  const labelOf = (labels: readonly (string | null)[] | null | undefined, fallback: string) => {
    const text = labels?.[Math.max(0, wanted)] ?? labels?.find((one) => one !== null && one !== '');
    return plainLabel(text ?? '') || fallback;
  };
  const open: OpenGroup[] = [];
  for (const row of survey ?? []) {
    const type = row.type.replace(/\s.*$/, '');
    if (type.startsWith('end_')) {
      open.pop();
      continue;
    }
    if (silent.has(type)) continue;
    const name = row.name ?? row.$autoname ?? '';
    const key =
      row.$xpath ?? [...open.map((group) => group.name), name].filter((each) => each !== '').join('/');
    const part = open.at(-1)?.part ?? root;
    const label = labelOf(row.label, name);
    const path = [keyWithin(part.key, key)];
    if (type === 'begin_repeat') {
      const repeat = newTable(key, path, label);
      part.table.repeats.push(repeat.table);
      open.push({ name, part: repeat });
    } else if (type.startsWith('begin_')) {
      open.push({ name, part });
    } else if (name !== '') {
      part.table.questions.push(question(row, type, path, label, choices ?? [], labelOf));
    }
  }
  return root.table;
}

function newTable(key: string, path: readonly string[], label: string): KoboTable {
  return { key, table: { path, label, questions: [], repeats: [] } };
}

function question(
  row: KoboQuestion,
  type: string,
  path: readonly string[],
  label: string,
  choices: NonNullable<NonNullable<KoboAsset['content']>['choices']>,
  labelOf: (labels: readonly (string | null)[] | null | undefined, fallback: string) => string,
): FormQuestion {
  const isMultiple = type === 'select_multiple';
  return {
    path,
    kind: isMultiple ? 'multiple' : type === 'geopoint' ? 'geopoint' : files.has(type) ? 'file' : 'plain',
    type: types[type] ?? 'text',
    label,
    choices: isMultiple
      ? choices
          .filter((choice) => choice.list_name === row.select_from_list_name)
          .map((choice) => ({ name: choice.name, label: labelOf(choice.label, choice.name) }))
      : [],
  };
}

/** Columns that every submission has. `_submission_time` has no zone and is UTC. */
const metaFields: readonly FieldHint[] = [
  { path: ['_id'], type: 'integer', label: 'Submission id' },
  { path: ['_uuid'], type: 'text', label: 'Submission UUID' },
  { path: ['_submission_time'], type: 'timestamptz', label: 'Submitted at' },
  { path: ['_submitted_by'], type: 'text', label: 'Submitted by' },
  { path: ['__version__'], type: 'text', label: 'Form version' },
  { path: ['_status'], type: 'text', label: 'Status' },
  { path: ['_geolocation', 'latitude'], type: 'decimal', label: 'Latitude' },
  { path: ['_geolocation', 'longitude'], type: 'decimal', label: 'Longitude' },
  { path: ['_validation_status', 'uid'], type: 'text', label: 'Validation status id' },
  { path: ['_validation_status', 'label'], type: 'text', label: 'Validation status' },
  { path: ['_tags'], type: 'json', label: 'Tags' },
  { path: ['_notes'], type: 'json', label: 'Notes' },
  { path: ['_supplementalDetails'], type: 'json', label: 'Supplemental details' },
];

/** Columns of a form before the first answer: with labels for names, repeats as tables. */
export function fieldsOf(form: FormTable, settings: KoboSettings): FieldHint[] {
  if (settings.raw) {
    return [
      { path: ['_id'], type: 'integer', label: '_id' },
      { path: ['data'], type: 'json', label: 'data' },
      { path: ['_submission_time'], type: 'timestamptz', label: '_submission_time' },
      { path: ['endtime'], type: 'timestamptz', label: 'endtime' },
      { path: ['end'], type: 'timestamptz', label: 'end' },
    ];
  }
  return [...fieldsOfForm(form, settings.select_multiple), ...metaFields];
}

/** Keys inside a repeat repeat the way to it. */
export function keyWithin(way: string, key: string): string {
  return way !== '' && key.startsWith(`${way}/`) ? key.slice(way.length + 1) : key;
}
