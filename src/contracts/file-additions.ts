import { z } from 'zod';
import { columnType } from './column-types.ts';
import { endpoint } from './endpoint.ts';
import { id, idParams } from './primitives.ts';
import { csvOptions, fileAddition, source } from './sources.ts';

/** How the columns of a file fit those of a table. */
const columnMatch = z.object({
  /** Column of the file. */
  from: z.string(),
  header: z.string(),
  type: columnType,
  /** Column of the table; null when none fits. */
  to: z.string().nullable(),
  /** `same`: the same name; `similar`: to be looked at. */
  match: z.enum(['same', 'similar', 'none']),
});

export const suggestAddition = endpoint({
  method: 'POST',
  path: '/sources/:id/additions/suggestion',
  summary: 'How the columns of an uploaded file fit the table of a source, and which may be its key',
  tag: 'Sources',
  params: idParams,
  body: z.strictObject({ upload_id: id, options: csvOptions.optional() }),
  response: z.object({
    columns: z.array(z.object({ name: z.string(), display_name: z.string(), type: columnType })),
    mapping: z.array(columnMatch),
    /** Columns of the table whose values are all different, by which a file may be merged. */
    keys: z.array(z.string()),
  }),
});

export const addFile = endpoint({
  method: 'POST',
  path: '/sources/:id/additions',
  summary:
    'Have the next sync add the rows of an uploaded file to the table of a source, or merge them by a key',
  tag: 'Sources',
  params: idParams,
  body: fileAddition,
  response: source,
  status: 201,
});
