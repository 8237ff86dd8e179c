import type { DataTestRule } from '#contracts/data-tests';
import type { TableColumn } from '#contracts/warehouse';

export type RuleKind = DataTestRule['kind'];

/** What a test asks, in the words of somebody who looks over a sheet. */
export const ruleKinds: readonly {
  readonly value: RuleKind;
  readonly label: string;
  readonly help: string;
}[] = [
  { value: 'not_empty', label: 'A column is never empty', help: 'Every row has a value there.' },
  { value: 'unique', label: 'Values never repeat', help: 'Like an id: each appears once.' },
  { value: 'one_of', label: 'Values are from a list', help: 'For instance only Active and Closed.' },
  {
    value: 'between',
    label: 'Numbers or dates lie within limits',
    help: 'For instance an age from 0 to 120.',
  },
  { value: 'matches', label: 'Text has a certain form', help: 'For instance an e-mail address.' },
  { value: 'row_count', label: 'There are enough rows', help: 'And not too many.' },
  { value: 'freshness', label: 'The data is recent', help: 'The newest date is not too old.' },
  {
    value: 'relation',
    label: 'Values exist in another table',
    help: 'For instance every district is on the list.',
  },
];

/** Forms of text that people often mean. */
export const textForms: readonly { readonly value: string; readonly label: string }[] = [
  { value: '[^@\\s]+@[^@\\s]+\\.[^@\\s]+', label: 'E-mail address' },
  { value: '\\+?[0-9][0-9 ()-]{6,18}', label: 'Phone number' },
  { value: '[0-9]+', label: 'Digits only' },
  { value: '[A-Z]{2,5}-?[0-9]+', label: 'Code like AB-123' },
];

/** A rule that is begun: what can be guessed is filled in. */
export function newRule(kind: RuleKind, columns: readonly TableColumn[]): DataTestRule {
  const first = (types: RegExp): string => columns.find((column) => types.test(column.type))?.name ?? '';
  const any = columns[0]?.name ?? '';
  switch (kind) {
    case 'not_empty':
      return { kind, column: any };
    case 'unique':
      return { kind, columns: any === '' ? [] : [any] };
    case 'one_of':
      return { kind, column: first(/text/) || any, values: [] };
    case 'between':
      return { kind, column: first(/integer|decimal|float|date|timestamp/) || any, min: null, max: null };
    case 'matches':
      return { kind, column: first(/text/) || any, pattern: textForms[0]?.value ?? '' };
    case 'row_count':
      return { kind, min: 1, max: null };
    case 'freshness':
      return { kind, column: first(/date|timestamp/), max_age_hours: 48 };
    case 'relation':
      return { kind, column: any, table: '', table_column: '' };
  }
}

/** A typed limit as the rule keeps it: a number where it is one, else the text of a date. */
export function boundOf(text: string): number | string | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  return /^-?\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : trimmed;
}
