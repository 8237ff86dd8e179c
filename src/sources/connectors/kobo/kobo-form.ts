import type { ColumnType } from '#contracts/column-types';
import { besideKey, plainLabel, uniqueLabels } from '../../forms/form-definition.ts';
import type { FieldHint } from '../../port.ts';
import type { KoboAsset, KoboQuestion } from './kobo-api.ts';
import type { KoboSettings } from './kobo-settings.ts';

/** A question with the key under which submissions carry its answer. */
export interface FormQuestion {
  /** `group/question`. */
  readonly key: string;
  readonly kind: 'plain' | 'geopoint' | 'multiple';
  readonly type: ColumnType;
  readonly label: string;
  readonly choices: readonly { readonly name: string; readonly label: string }[];
}

/** A repeat, or the form itself: what becomes a table. */
export interface FormPart {
  /** `group/repeat`; empty for the form itself. */
  readonly key: string;
  readonly label: string;
  readonly questions: FormQuestion[];
  readonly repeats: FormPart[];
}

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

/** Shown to whoever answers, and no answer. */
const silent: ReadonlySet<string> = new Set(['note', 'begin_kobomatrix', 'end_kobomatrix', 'xml-external']);

interface OpenGroup {
  readonly name: string;
  readonly label: string;
  readonly part: FormPart;
}

/** Reads a form's definition: questions in their order, groups as parts of keys, repeats as parts of their own. */
export function readDefinition(asset: KoboAsset, language: string | undefined): FormPart {
  const root: FormPart = { key: '', label: asset.name ?? asset.uid, questions: [], repeats: [] };
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
    if (type === 'begin_repeat') {
      const repeat: FormPart = { key, label, questions: [], repeats: [] };
      part.repeats.push(repeat);
      open.push({ name, label, part: repeat });
    } else if (type.startsWith('begin_')) {
      open.push({ name, label, part });
    } else if (name !== '') {
      part.questions.push(question(row, type, key, label, choices ?? [], labelOf));
    }
  }
  return root;
}

function question(
  row: KoboQuestion,
  type: string,
  key: string,
  label: string,
  choices: NonNullable<NonNullable<KoboAsset['content']>['choices']>,
  labelOf: (labels: readonly (string | null)[] | null | undefined, fallback: string) => string,
): FormQuestion {
  const isMultiple = type === 'select_multiple';
  return {
    key,
    kind: isMultiple ? 'multiple' : type === 'geopoint' ? 'geopoint' : 'plain',
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
export function fieldsOf(form: FormPart, settings: KoboSettings): FieldHint[] {
  if (settings.raw) {
    return [
      { path: ['_id'], type: 'integer', label: '_id' },
      { path: ['data'], type: 'json', label: 'data' },
      { path: ['_submission_time'], type: 'timestamptz', label: '_submission_time' },
      { path: ['endtime'], type: 'timestamptz', label: 'endtime' },
      { path: ['end'], type: 'timestamptz', label: 'end' },
    ];
  }
  return [...uniqueLabels(fieldsOfPart(form, [], settings)), ...metaFields];
}

function fieldsOfPart(part: FormPart, within: readonly string[], settings: KoboSettings): FieldHint[] {
  return [
    ...part.questions.flatMap((each) =>
      fieldsOfQuestion(each, [...within, keyWithin(part, each.key)], settings),
    ),
    ...part.repeats.flatMap((repeat) => {
      const path = [...within, keyWithin(part, repeat.key)];
      return [{ path, label: repeat.label, isList: true }, ...fieldsOfPart(repeat, path, settings)];
    }),
  ];
}

function fieldsOfQuestion(each: FormQuestion, path: readonly string[], settings: KoboSettings): FieldHint[] {
  const own: FieldHint = { path, type: each.type, label: each.label };
  if (each.kind === 'geopoint') {
    return [
      own,
      { path: besideKey(path, '_latitude'), type: 'decimal', label: `${each.label} (latitude)` },
      { path: besideKey(path, '_longitude'), type: 'decimal', label: `${each.label} (longitude)` },
    ];
  }
  if (each.kind !== 'multiple' || settings.select_multiple === 'text') return [own];
  if (settings.select_multiple === 'list') {
    return [
      { path, label: each.label, isList: true },
      { path: [...path, 'value'], type: 'text', label: each.label },
    ];
  }
  return [
    own,
    ...each.choices.map((choice): FieldHint => ({
      path: besideKey(path, `/${choice.name}`),
      type: 'boolean',
      label: `${each.label}: ${choice.label}`,
    })),
  ];
}

/** Keys inside a repeat repeat the way to it. */
export function keyWithin(part: Pick<FormPart, 'key'>, key: string): string {
  return part.key !== '' && key.startsWith(`${part.key}/`) ? key.slice(part.key.length + 1) : key;
}
