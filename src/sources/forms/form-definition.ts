import type { ColumnType } from '#contracts/column-types';
import type { FieldHint } from '../port.ts';

/** A question of a form, with the keys under which a record carries its answer, from its table's record inwards. */
export interface FormQuestion {
  readonly path: readonly string[];
  /** `file`: the answer is the name of a file that hangs on the submission. */
  readonly kind: 'plain' | 'geopoint' | 'multiple' | 'file';
  readonly type: ColumnType;
  readonly label: string;
  readonly choices: readonly { readonly name: string; readonly label: string }[];
}

/** A repeat, or the form itself: what becomes a table. */
export interface FormTable {
  /** From the parent's record inwards; empty for the form itself. */
  readonly path: readonly string[];
  readonly label: string;
  readonly questions: FormQuestion[];
  readonly repeats: FormTable[];
}

/** What becomes of the answers to a question that takes several. */
export type MultipleAnswers = 'columns' | 'list' | 'text';

/** Columns of a form before the first answer: with labels for names, repeats as tables. */
export function fieldsOfForm(form: FormTable, multiple: MultipleAnswers): FieldHint[] {
  return uniqueLabels(fieldsOfTable(form, [], multiple));
}

function fieldsOfTable(table: FormTable, within: readonly string[], multiple: MultipleAnswers): FieldHint[] {
  return [
    ...table.questions.flatMap((question) =>
      fieldsOfQuestion(question, [...within, ...question.path], multiple),
    ),
    ...table.repeats.flatMap((repeat) => {
      const path = [...within, ...repeat.path];
      return [{ path, label: repeat.label, isList: true }, ...fieldsOfTable(repeat, path, multiple)];
    }),
  ];
}

function fieldsOfQuestion(
  question: FormQuestion,
  path: readonly string[],
  multiple: MultipleAnswers,
): FieldHint[] {
  const { label, type, kind, choices } = question;
  const own: FieldHint = { path, type, label };
  if (kind === 'geopoint') {
    return [
      own,
      ...(['latitude', 'longitude', 'altitude', 'accuracy'] as const).map((part): FieldHint => ({
        path: besideKey(path, `_${part}`),
        type: 'decimal',
        label: `${label} (${part})`,
      })),
    ];
  }
  if (kind === 'file')
    return [own, { path: besideKey(path, '_link'), type: 'text', label: `${label} (link)` }];
  if (kind !== 'multiple' || multiple === 'text') return [own];
  if (multiple === 'list') {
    return [
      { path, label, isList: true },
      { path: [...path, 'value'], type: 'text', label },
    ];
  }
  return [
    own,
    ...choices.map((choice): FieldHint => ({
      path: besideKey(path, `/${choice.name}`),
      type: 'boolean',
      label: `${label}: ${choice.label}`,
    })),
  ];
}

/** The key of what stands beside an answer in its record. */
export function besideKey(path: readonly string[], suffix: string): string[] {
  return [...path.slice(0, -1), `${path.at(-1) ?? ''}${suffix}`];
}

/** Two questions of one table that are called alike are told apart by their keys. */
export function uniqueLabels(fields: readonly FieldHint[]): FieldHint[] {
  const count = new Map<string, number>();
  const idOf = (field: FieldHint) =>
    `${field.path.slice(0, -1).join('\u001f')}\u001f\u001f${field.label ?? ''}`;
  for (const field of fields) count.set(idOf(field), (count.get(idOf(field)) ?? 0) + 1);
  return fields.map((field) =>
    (count.get(idOf(field)) ?? 0) > 1
      ? { ...field, label: `${field.label ?? ''} (${field.path.at(-1) ?? ''})` }
      : field,
  );
}

/** Labels may hold HTML and references to other answers; a column's name is one line of text. */
export function plainLabel(label: string): string {
  return label
    .replace(/<[^>]{0,200}>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300);
}
