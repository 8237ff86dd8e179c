import type { RecipeStepType } from '#contracts/recipe';
import type { EditableType } from './editor-store.ts';

export interface StepKind {
  readonly type: EditableType;
  readonly label: string;
}

/** What people may mean by one action: each is a step of its own, and the form changes between them. */
const families: readonly (readonly StepKind[])[] = [
  [
    { type: 'clean', label: 'Spaces, capital letters, repeated rows' },
    { type: 'replace_values', label: 'Replace values, fix spellings' },
    { type: 'fill_empty', label: 'Fill empty cells' },
    { type: 'cast', label: 'Change type (text to numbers …)' },
    { type: 'parse_date', label: 'Read dates' },
    { type: 'split_column', label: 'Split a column' },
    { type: 'merge_columns', label: 'Merge columns' },
    { type: 'extract_text', label: 'Take a part of a text' },
  ],
  [
    { type: 'select', label: 'Choose which to keep' },
    { type: 'rename', label: 'Rename' },
    { type: 'reorder', label: 'Move some, keep all' },
  ],
  [
    { type: 'add_column', label: 'Calculate, join text, part of a date' },
    { type: 'formula', label: 'Formula, as in Excel' },
    { type: 'date_part', label: 'Age, weekday, time between dates' },
    { type: 'window', label: 'Running total, rank, share of the total' },
    { type: 'bin', label: 'Ranges of numbers, like age groups' },
    { type: 'lookup', label: 'A value from another table' },
  ],
];

/** The kinds of step that can take the place of one that was just begun; none for most. */
export function kindsOf(type: RecipeStepType): readonly StepKind[] {
  return families.find((kinds) => kinds.some((one) => one.type === type)) ?? [];
}
