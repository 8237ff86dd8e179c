import type { ColumnType } from '#contracts/column-types';
import type { FormTable } from '../../forms/form-definition.ts';
import type { FieldHint } from '../../port.ts';
import type { OdkField } from './odk-api.ts';
import type { XformLabels } from './xform-labels.ts';

const types: Readonly<Record<string, ColumnType>> = {
  int: 'integer',
  integer: 'integer',
  decimal: 'decimal',
  date: 'date',
  time: 'text',
  dateTime: 'timestamptz',
  boolean: 'boolean',
  geopoint: 'json',
  geotrace: 'json',
  geoshape: 'json',
};

/** Reads a form's fields into tables: groups are parts of paths, repeats tables of their own. */
export function readOdkForm(fields: readonly OdkField[], texts: XformLabels, title: string): FormTable {
  const root: FormTable = { path: [], label: title, questions: [], repeats: [] };
  const tables = new Map([['', root]]);
  const labels = sanitized(texts.labels);
  const choices = sanitized(texts.choices);
  for (const field of fields) {
    const { path, name, type } = field;
    if (type === 'structure' || path.startsWith('/meta/')) continue;
    const [within, table] = tableAround(tables, path);
    const own = path.slice(within.length + 1).split('/');
    const label = labels.get(path) ?? name;
    if (type === 'repeat') {
      const repeat: FormTable = { path: own, label, questions: [], repeats: [] };
      table.repeats.push(repeat);
      tables.set(path, repeat);
      continue;
    }
    const isMultiple = field.selectMultiple === true;
    table.questions.push({
      path: own,
      kind: isMultiple
        ? 'multiple'
        : field.binary === true || type === 'binary'
          ? 'file'
          : type === 'geopoint'
            ? 'geopoint'
            : 'plain',
      type: isMultiple ? 'text' : (types[type] ?? 'text'),
      label,
      choices: isMultiple ? (choices.get(path) ?? []) : [],
    });
  }
  return root;
}

/** The innermost repeat around a path. */
function tableAround(tables: ReadonlyMap<string, FormTable>, path: string): [string, FormTable] {
  const [found] = [...tables]
    .filter(([at]) => path.startsWith(`${at}/`))
    .toSorted(([a], [b]) => b.length - a.length);
  if (found === undefined) throw new Error(`${path} does not begin with a slash`);
  return found;
}

/** Names as OData has them: letters, digits and underscores only. */
function sanitized<T>(texts: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  return new Map(
    [...texts].map(([path, text]) => [
      path
        .split('/')
        .map((name) => name.replace(/^([^a-z_])/i, '_$1').replace(/[^a-z0-9_]+/gi, '_'))
        .join('/'),
      text,
    ]),
  );
}

/** Columns that every submission has. */
export const odkMetaFields: readonly FieldHint[] = [
  { path: ['__id'], type: 'text', label: 'Submission id' },
  { path: ['__system', 'submissionDate'], type: 'timestamptz', label: 'Submitted at' },
  { path: ['__system', 'updatedAt'], type: 'timestamptz', label: 'Changed at' },
  { path: ['__system', 'deletedAt'], type: 'timestamptz', label: 'Deleted at' },
  { path: ['__system', 'submitterName'], type: 'text', label: 'Submitted by' },
  { path: ['__system', 'reviewState'], type: 'text', label: 'Review' },
  { path: ['__system', 'edits'], type: 'integer', label: 'Number of corrections' },
  { path: ['__system', 'formVersion'], type: 'text', label: 'Form version' },
  { path: ['__system', 'deviceId'], type: 'text', label: 'Device' },
  { path: ['__system', 'attachmentsPresent'], type: 'integer', label: 'Files received' },
  { path: ['__system', 'attachmentsExpected'], type: 'integer', label: 'Files expected' },
];

/** Columns of a list of entities. */
export function entityFields(
  properties: readonly { readonly name: string; readonly odataName: string }[],
): FieldHint[] {
  return [
    { path: ['__id'], type: 'text', label: 'Entity id' },
    { path: ['label'], type: 'text', label: 'Label' },
    ...properties.map(({ name, odataName }): FieldHint => ({ path: [odataName], label: name })),
    { path: ['__system', 'createdAt'], type: 'timestamptz', label: 'Created at' },
    { path: ['__system', 'creatorName'], type: 'text', label: 'Created by' },
    { path: ['__system', 'updatedAt'], type: 'timestamptz', label: 'Changed at' },
    { path: ['__system', 'deletedAt'], type: 'timestamptz', label: 'Deleted at' },
    { path: ['__system', 'updates'], type: 'integer', label: 'Number of changes' },
    { path: ['__system', 'version'], type: 'integer', label: 'Version' },
    { path: ['__system', 'conflict'], type: 'text', label: 'Conflict' },
  ];
}
