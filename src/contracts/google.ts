import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { id, idParams, noContent, runError, timestamp } from './primitives.ts';

export const googleConnection = z.object({
  id,
  /** The account's e-mail. */
  account: z.string(),
  /** May write to spreadsheets, not only read them. */
  may_write: z.boolean(),
  /** Of the person who asks: only with one's own can a spreadsheet be chosen. */
  is_mine: z.boolean(),
  created_at: timestamp,
});
export type GoogleConnection = z.infer<typeof googleConnection>;

export const listGoogleConnections = endpoint({
  method: 'GET',
  path: '/google-connections',
  summary: 'Accounts of Google with which people have signed in',
  tag: 'Google',
  response: z.object({
    items: z.array(googleConnection),
    next_cursor: z.string().nullable(),
    /** Whether signing in with Google is set up in this installation. */
    can_sign_in: z.boolean(),
  }),
});

export const startGoogleSignIn = endpoint({
  method: 'POST',
  path: '/google-connections/sign-in',
  summary: 'Begin to sign in with Google: the address to open, which leads back to /connect/google',
  tag: 'Google',
  body: z.strictObject({ access: z.enum(['read', 'write']) }),
  response: z.object({ url: z.string() }),
});

export const finishGoogleSignIn = endpoint({
  method: 'POST',
  path: '/google-connections',
  summary: 'Finish signing in, with what Google sent along to /connect/google',
  tag: 'Google',
  body: z.strictObject({ state: z.string().min(1).max(500), code: z.string().min(1).max(4000) }),
  response: googleConnection,
  status: 201,
});

export const deleteGoogleConnection = endpoint({
  method: 'DELETE',
  path: '/google-connections/:id',
  summary: 'Forget a sign-in and take back what it allows; sources that use it fail from then on',
  tag: 'Google',
  params: idParams,
  response: noContent,
  status: 204,
});

export const sheetExport = z.object({
  id,
  table_name: z.string(),
  connection_id: id.nullable(),
  account: z.string(),
  spreadsheet_id: z.string().nullable(),
  spreadsheet_title: z.string().nullable(),
  sheet_title: z.string(),
  url: z.string().nullable(),
  status: z.enum(['running', 'succeeded', 'failed', 'cancelled']),
  rows_done: z.number().int(),
  rows_total: z.number().int().nullable(),
  /** Cells longer than the 50,000 characters that a sheet takes; they were cut. */
  cut_cells: z.number().int(),
  error: runError.nullable(),
  started_at: timestamp,
  finished_at: timestamp.nullable(),
});
export type SheetExport = z.infer<typeof sheetExport>;

const tableParams = z.object({ name: z.string().min(1).max(200) });

export const startSheetExport = endpoint({
  method: 'POST',
  path: '/warehouse/tables/:name/sheet-exports',
  summary: 'Send every row of a table to a sheet of Google Sheets, in place of what the sheet had',
  tag: 'Google',
  params: tableParams,
  body: z.strictObject({
    /** One's own, with the right to write. */
    connection_id: id,
    /** Address or id; without it a new spreadsheet is made. */
    spreadsheet: z.string().trim().min(1).max(2000).optional(),
    /** The sheet whose content is replaced; made when it is not there. */
    sheet: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .regex(/^[^\p{Cc}]*$/u, 'A sheet has a plain name'),
  }),
  response: sheetExport,
  status: 202,
});

export const listSheetExports = endpoint({
  method: 'GET',
  path: '/warehouse/tables/:name/sheet-exports',
  summary: 'Where a table was sent to, newest first',
  tag: 'Google',
  params: tableParams,
  response: z.object({ items: z.array(sheetExport), next_cursor: z.string().nullable() }),
});

export const cancelSheetExport = endpoint({
  method: 'POST',
  path: '/sheet-exports/:id/cancel',
  summary: 'Stop sending; the sheet stays as it was',
  tag: 'Google',
  params: idParams,
  response: sheetExport,
});
