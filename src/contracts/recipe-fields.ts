import { z } from 'zod';

/*
 * What the fields of all steps are made of. See recipe.ts.
 */

/**
 * Text that a database can keep: NUL has no place in PostgreSQL's text, and half a surrogate pair none in UTF-8. Both
 * become U+FFFD, as every decoder does, rather than refusing the whole recipe for one pasted character.
 */
function storable(text: string): string {
  return text.replaceAll('\u0000', '\uFFFD').toWellFormed();
}

export const longText = z.string().max(10_000, 'Use at most 10,000 characters').overwrite(storable);
/** Text that the program reads itself: a pattern, a format, a formula. */
export const writtenText = z.string().overwrite(storable);
export const shortText = z.string().max(200, 'Use at most 200 characters').overwrite(storable);

/** The name of an existing column: its physical name, or its display name when that is the only one so called. */
export const columnReference = z.string().min(1, 'Choose a column').max(1000).overwrite(storable);
/** A name for a new column; it is shortened for the database and kept whole as display name. */
export const newColumnName = z.string().min(1, 'Give the column a name').max(1000).overwrite(storable);
/** The physical name of a table (`source_…`, `transform_…`), or its display name when that is the only one so called. */
export const tableReference = z.string().min(1, 'Choose a table').max(1000).overwrite(storable);

export const someColumns = z.array(columnReference).min(1, 'Choose at least one column').max(1600);

export const stepFields = {
  /** Identity of the step while steps are moved around; unique within a recipe when given. */
  id: z.string().min(1).max(64).optional(),
  /** What people call this step; also names its CTE when it has Latin letters. */
  label: z.string().max(200).overwrite(storable).optional(),
  note: z.string().max(5000).overwrite(storable).optional(),
  /** Title of the section of the recipe that begins with this step; it goes on to the next step that has one. */
  section: z.string().max(80).overwrite(storable).optional(),
  /** Skipped, but still shown. */
  disabled: z.boolean().optional(),
} as const;

export const scalarValue = z.union([longText, z.number(), z.boolean(), z.null()]);
export type ScalarValue = z.infer<typeof scalarValue>;

export const sortColumn = z.union([
  columnReference,
  z.strictObject({ column: columnReference, descending: z.boolean().optional() }),
]);
export type SortColumn = z.infer<typeof sortColumn>;

/** What happens to a value that cannot be read: it becomes empty, the run stops, or it is kept as text in a second column. */
export const onError = z.enum(['null', 'fail', 'keep']);
export type OnError = z.infer<typeof onError>;
