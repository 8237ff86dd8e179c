import type { ColumnType } from '#contracts/column-types';
import { type FormTable, plainLabel } from '../../forms/form-definition.ts';
import type { FieldHint } from '../../port.ts';
import type { CommcareApplication, CommcareQuestion } from './commcare-api.ts';

const types: Readonly<Record<string, ColumnType>> = {
  Int: 'integer',
  Long: 'integer',
  Double: 'decimal',
  Decimal: 'decimal',
  Date: 'date',
  Time: 'text',
  DateTime: 'timestamptz',
};
const files: ReadonlySet<string> = new Set([
  'Image',
  'Audio',
  'Video',
  'Signature',
  'MicroImage',
  'Document',
  'Upload',
]);
/** Shown to whoever answers, and no answer; groups are parts of paths. */
const silent: ReadonlySet<string> = new Set(['Trigger', 'Label', 'Group', 'FieldList']);

export interface CommcareFormInfo {
  readonly xmlns: string;
  readonly name: string;
  readonly questions: readonly CommcareQuestion[];
}

/** Forms of all applications by their namespace; a form that stands in several is one. */
export function formsOf(applications: readonly CommcareApplication[], language: string | undefined) {
  const forms = new Map<string, CommcareFormInfo>();
  for (const application of applications) {
    for (const module of application.modules ?? []) {
      for (const form of module.forms ?? []) {
        if (form.xmlns === null || form.xmlns === undefined || form.xmlns === '') continue;
        const known = forms.get(form.xmlns);
        const { name } = form;
        const texts = typeof name === 'string' ? { en: name } : (name ?? {});
        const title = texts[language ?? ''] ?? Object.values(texts).find((each) => each) ?? form.xmlns;
        forms.set(form.xmlns, {
          xmlns: form.xmlns,
          name: known?.name ?? title,
          questions: [...(known?.questions ?? []), ...(form.questions ?? [])],
        });
      }
    }
  }
  return [...forms.values()];
}

/** Kinds of case of all applications, each with the properties that the applications know. */
export function caseTypesOf(
  applications: readonly CommcareApplication[],
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const application of applications) {
    for (const { case_type: type, case_properties: properties } of application.modules ?? []) {
      if (type === null || type === undefined || type === '') continue;
      const known = found.get(type) ?? new Set();
      for (const { key } of properties ?? []) if (!key.includes('/')) known.add(key);
      found.set(type, known);
    }
  }
  return new Map([...found].map(([type, properties]) => [type, [...properties]]));
}

/** Reads the questions of a form into tables: groups are parts of paths, repeats tables of their own. */
export function readCommcareForm(form: CommcareFormInfo, language: string | undefined): FormTable {
  const root: FormTable = { path: [], label: form.name, questions: [], repeats: [] };
  const tables = new Map([['', root]]);
  const seen = new Set<string>();
  for (const question of form.questions) {
    const type = question.type ?? '';
    // `/data/group/question` without the form's own name; a repeat over a list has its rows one step further in.
    const path = question.value.replace(/^\/[^/]+/, '');
    if (path === '' || seen.has(path) || silent.has(type)) continue;
    seen.add(path);
    const name = path.slice(path.lastIndexOf('/') + 1);
    const label = plainLabel(question.translations?.[language ?? ''] ?? question.label ?? '') || name;
    const [within, table] = [...tables]
      .filter(([at]) => path.startsWith(`${at}/`))
      .toSorted(([a], [b]) => b.length - a.length)[0] ?? ['', root];
    if (type === 'Repeat' || type === 'ModelRepeat') {
      const rows = type === 'ModelRepeat' && !path.endsWith('/item') ? `${path}/item` : path;
      const repeat: FormTable = {
        path: rows.slice(within.length + 1).split('/'),
        label,
        questions: [],
        repeats: [],
      };
      table.repeats.push(repeat);
      tables.set(rows, repeat);
      continue;
    }
    const isMultiple = type === 'MSelect';
    table.questions.push({
      path: path.slice(within.length + 1).split('/'),
      kind: isMultiple ? 'multiple' : files.has(type) ? 'file' : type === 'Geopoint' ? 'geopoint' : 'plain',
      type: types[type] ?? 'text',
      label,
      choices: isMultiple
        ? (question.options ?? []).map((option) => ({
            name: option.value,
            label: plainLabel(option.label ?? '') || option.value,
          }))
        : [],
    });
  }
  return root;
}

/** Columns that every submission has. */
export const formMetaFields: readonly FieldHint[] = [
  { path: ['_id'], type: 'text', label: 'Submission id' },
  { path: ['_meta', 'received_on'], type: 'timestamptz', label: 'Received at' },
  { path: ['_meta', 'started_at'], type: 'timestamptz', label: 'Started at' },
  { path: ['_meta', 'ended_at'], type: 'timestamptz', label: 'Ended at' },
  { path: ['_meta', 'edited_on'], type: 'timestamptz', label: 'Corrected at' },
  { path: ['_meta', 'username'], type: 'text', label: 'Submitted by' },
  { path: ['_meta', 'user_id'], type: 'text', label: 'Id of the user' },
  { path: ['_meta', 'device_id'], type: 'text', label: 'Device' },
  { path: ['_meta', 'case_id'], type: 'text', label: 'Case' },
  { path: ['_meta', 'app_id'], type: 'text', label: 'Application' },
  { path: ['_meta', 'version'], type: 'text', label: 'Form version' },
  { path: ['_meta', 'archived'], type: 'boolean', label: 'Archived' },
];

/** Columns of a kind of case. */
export function caseFields(properties: readonly string[]): readonly FieldHint[] {
  return [
    { path: ['case_id'], type: 'text', label: 'Case id' },
    { path: ['case_name'], type: 'text', label: 'Name' },
    ...properties
      .filter((name) => name !== 'name')
      .map((name): FieldHint => ({ path: ['properties', name], label: name })),
    { path: ['owner_id'], type: 'text', label: 'Owner' },
    { path: ['external_id'], type: 'text', label: 'External id' },
    { path: ['date_opened'], type: 'timestamptz', label: 'Opened at' },
    { path: ['last_modified'], type: 'timestamptz', label: 'Changed at' },
    { path: ['server_last_modified'], type: 'timestamptz', label: 'Changed on the server at' },
    { path: ['closed'], type: 'boolean', label: 'Closed' },
    { path: ['date_closed'], type: 'timestamptz', label: 'Closed at' },
    { path: ['indices', 'parent', 'case_id'], type: 'text', label: 'Case of the parent' },
    { path: ['indices', 'parent', 'case_type'], type: 'text', label: 'Kind of the parent' },
  ];
}
