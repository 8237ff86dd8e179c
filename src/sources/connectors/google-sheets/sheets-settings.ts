import { z } from 'zod';

/** How a Google Sheets source is set up. */
export const sheetsSettings = z.strictObject({
  spreadsheet: z
    .string()
    .trim()
    .min(1)
    .max(2000)
    .refine(
      (text) => spreadsheetId(text) !== undefined,
      'Paste the address of the spreadsheet from your browser',
    )
    .meta({
      title: 'Spreadsheet',
      'x-order': 1,
      examples: ['https://docs.google.com/spreadsheets/d/1AbC…/edit'],
      'x-help': 'The address in your browser, or only the id in it.',
    }),
  credentials: z.string().trim().max(20_000).optional().meta({
    title: 'Key of a service account',
    'x-order': 2,
    'x-secret': true,
    multiline: true,
    'x-help':
      'The JSON file that Google Cloud gives for a service account. Share the spreadsheet with the address that stands in it as client_email. Leave it empty if your administrator has set up one for everybody.',
  }),
  streams: z
    .array(z.string().regex(/^\d{1,20}$/))
    .max(200)
    .optional()
    .meta({
      title: 'Sheets',
      'x-order': 3,
      'x-streams': true,
      'x-help':
        'Every sheet becomes a table, and stays the same table when it is renamed. Without a choice, all are loaded.',
    }),
  header_row: z.number().int().min(1).max(1000).optional().meta({
    title: 'Row with the column names',
    'x-order': 4,
    'x-help': 'Found by itself when empty: the first row that is filled like a header.',
  }),
});
export type SheetsSettings = z.output<typeof sheetsSettings>;

/** The id in an address of a spreadsheet, or the id itself. */
export function spreadsheetId(text: string): string | undefined {
  const inAddress = /\/spreadsheets\/d\/([\w-]{10,200})/.exec(text)?.[1];
  return inAddress ?? (/^[\w-]{10,200}$/.test(text) ? text : undefined);
}
