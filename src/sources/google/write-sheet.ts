import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '#platform/errors';
import type { ConnectorContext } from '../port.ts';
import { askService } from '../services/ask-service.ts';
import { readShape } from '../services/read-shape.ts';
import { spreadsheetId } from '../connectors/google-sheets/sheets-settings.ts';
import { tokenOfConnection } from './token-of-connection.ts';

/** A value as the API takes it, so that nothing is read into it: a text that looks like a formula stays a text. */
export type SheetCell = string | number | boolean;

export interface SheetTarget {
  readonly connection: {
    readonly account: string;
    readonly refreshToken: string;
    readonly mayWrite: boolean;
  };
  /** Address or id; a new spreadsheet with `newTitle` is made without it. */
  readonly spreadsheet: string | undefined;
  readonly newTitle: string;
  /** Title of the sheet whose content is replaced; made when there is none. */
  readonly sheet: string;
  /** With the header. */
  readonly rows: number;
  readonly columns: number;
  /** Number formats of columns that need one, by index. */
  readonly formats: ReadonlyMap<
    number,
    { readonly type: 'DATE' | 'TIME' | 'DATE_TIME'; readonly pattern: string }
  >;
}

/** Writes beside a sheet and then takes its place: until `finish`, whoever looks sees the sheet as it was. */
export interface SheetWriter {
  readonly spreadsheetId: string;
  readonly spreadsheetTitle: string;
  /** Rows below those that are written. */
  write(rows: readonly (readonly SheetCell[])[]): Promise<void>;
  /** Puts what was written in place, all or nothing. @returns the address of the sheet. */
  finish(): Promise<string>;
  /** Takes away what was written, as far as that can be done. */
  abandon(): Promise<void>;
}

/** What Google allows in a spreadsheet. */
const maxCells = 10_000_000;
const maxColumns = 18_278;
/** Google advises requests of up to 2 MB. */
const maxRequestCells = 40_000;
const maxRequestCharacters = 1_500_000;
const abandonMs = 20_000;
const stagingPrefix = 'Dalgo is writing ';

const spreadsheetSchema = z.object({
  spreadsheetId: z.string(),
  spreadsheetUrl: z.string().optional(),
  properties: z.object({ title: z.string() }),
  sheets: z.array(
    z.object({
      properties: z.object({
        sheetId: z.number().default(0),
        title: z.string(),
        gridProperties: z
          .object({ rowCount: z.number().optional(), columnCount: z.number().optional() })
          .optional(),
      }),
    }),
  ),
});
type Spreadsheet = z.output<typeof spreadsheetSchema>;

const fields =
  'spreadsheetId,spreadsheetUrl,properties(title),sheets(properties(sheetId,title,gridProperties(rowCount,columnCount)))';

/**
 * Opens a sheet to be written.
 *
 * @throws AppError sheet_too_large, source_forbidden, source_not_found, source_credentials_refused
 */
export async function openSheetWriter(
  context: Pick<ConnectorContext, 'config' | 'http'>,
  target: SheetTarget,
  signal: AbortSignal,
): Promise<SheetWriter> {
  const { connection, rows, columns } = target;
  const newSize = rows * columns;
  if (columns > maxColumns) {
    throw new AppError('sheet_too_large', `A sheet holds ${maxColumns} columns; this table has ${columns}.`);
  }
  if (newSize > maxCells) throw tooManyCells(newSize);
  if (!connection.mayWrite) {
    throw new AppError('source_forbidden', `${connection.account} gave no leave to write to spreadsheets.`, {
      hint: 'Sign in with Google again, and allow it to edit spreadsheets.',
    });
  }
  const { token } = await tokenOfConnection(context, connection, signal);
  const base = `${context.config.googleSheetsUrl}/v4/spreadsheets`;

  async function ask(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body?: unknown,
    { isRepeatable = true, by = signal } = {},
  ) {
    const { json } = await askService(context, {
      url: `${base}${path}`,
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      isRepeatable,
      signal: by,
    });
    return json;
  }

  const id = target.spreadsheet === undefined ? await create() : idOf(target.spreadsheet);
  async function create(): Promise<string> {
    const json = await ask('POST', '', { properties: { title: target.newTitle } }, { isRepeatable: false });
    return readShape(z.object({ spreadsheetId: z.string() }), json, 'Google').spreadsheetId;
  }
  const read = async (): Promise<Spreadsheet> =>
    readShape(spreadsheetSchema, await ask('GET', `/${id}?fields=${encodeURIComponent(fields)}`), 'Google');
  const change = (requests: readonly unknown[], by = signal) =>
    ask('POST', `/${id}:batchUpdate`, { requests }, { by });

  const before = await read().catch(explain);
  const used = before.sheets
    .filter(({ properties }) => !properties.title.startsWith(stagingPrefix))
    .reduce(
      (sum, { properties: { gridProperties: grid } }) =>
        sum + (grid?.rowCount ?? 0) * (grid?.columnCount ?? 0),
      0,
    );
  const existing = before.sheets.find(({ properties }) => properties.title === target.sheet)?.properties;
  // The sheet that is replaced grows to the new size besides the copy that is written.
  const growth = existing === undefined ? 0 : Math.max(0, newSize - sizeOf(existing.gridProperties));
  if (used + newSize + growth > maxCells) throw tooManyCells(used + newSize + growth);

  const stagingId = randomInt(1, 2 ** 31 - 1);
  const stagingTitle = `${stagingPrefix}${stagingId}`;
  const leftovers = before.sheets.filter(({ properties }) => properties.title.startsWith(stagingPrefix));
  await change([
    ...leftovers.map(({ properties }) => ({ deleteSheet: { sheetId: properties.sheetId } })),
    {
      addSheet: {
        properties: {
          sheetId: stagingId,
          title: stagingTitle,
          hidden: true,
          gridProperties: {
            rowCount: Math.max(2, rows),
            columnCount: Math.max(1, columns),
            frozenRowCount: 1,
          },
        },
      },
    },
  ]).catch(async (error: unknown) => {
    // A request whose answer got lost is sent again, and then its sheet is already there.
    const isThere =
      isRefusal(error) && (await read()).sheets.some(({ properties }) => properties.sheetId === stagingId);
    if (!isThere) return explain(error);
  });

  let written = 0;
  let capacity = Math.max(2, rows);
  async function put(piece: readonly (readonly SheetCell[])[]): Promise<void> {
    if (written + piece.length > capacity) {
      // Rows came after they were counted.
      const length = Math.max(1000, written + piece.length - capacity);
      if ((capacity + length) * columns > maxCells) throw tooManyCells((capacity + length) * columns);
      await change([{ appendDimension: { sheetId: stagingId, dimension: 'ROWS', length } }]);
      capacity += length;
    }
    const range = `'${stagingTitle}'!A${written + 1}`;
    await ask('PUT', `/${id}/values/${encodeURIComponent(range)}?valueInputOption=RAW`, {
      range,
      majorDimension: 'ROWS',
      values: piece,
    });
    written += piece.length;
  }

  return {
    spreadsheetId: id,
    spreadsheetTitle: before.properties.title,
    async write(values) {
      for (const piece of pieces(values)) await put(piece);
    },
    async finish() {
      const finalId = existing?.sheetId ?? stagingId;
      const requests =
        existing === undefined
          ? [
              ...formatRequests(stagingId, target.formats),
              {
                updateSheetProperties: {
                  properties: { sheetId: stagingId, title: target.sheet, hidden: false },
                  fields: 'title,hidden',
                },
              },
              ...defaultSheet(before, target),
            ]
          : replaceRequests(existing, stagingId, { rows: Math.max(2, written), columns }, target.formats);
      await change(requests).catch(async (error: unknown) => {
        // All of it or nothing: where the copy is no longer by its name, a lost answer said yes.
        const isDone =
          isRefusal(error) &&
          !(await read()).sheets.some(({ properties }) => properties.title === stagingTitle);
        if (!isDone) return explain(error);
      });
      return `${before.spreadsheetUrl ?? `https://docs.google.com/spreadsheets/d/${id}/edit`}#gid=${finalId}`;
    },
    async abandon() {
      // Whoever cancelled does not wait for it; what stays is taken away by the next time.
      const soon = AbortSignal.timeout(abandonMs);
      await change([{ deleteSheet: { sheetId: stagingId } }], soon).catch(() => undefined);
    },
  };

  function explain(error: unknown): never {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'source_forbidden') {
      throw new AppError('source_forbidden', `${connection.account} may not edit this spreadsheet.`, {
        cause: error,
        hint: 'Ask its owner for the right to edit it, or choose another one.',
      });
    }
    if (error.code === 'source_not_found') {
      throw new AppError('source_not_found', 'Google has no spreadsheet with this address.', {
        cause: error,
      });
    }
    throw error;
  }
}

function idOf(text: string): string {
  const id = spreadsheetId(text);
  if (id !== undefined) return id;
  throw new AppError('invalid_input', 'This is no address of a spreadsheet.', {
    errors: [{ path: 'spreadsheet', message: 'Paste the address of the spreadsheet from your browser' }],
  });
}

const isRefusal = (error: unknown): boolean => error instanceof AppError && error.where?.['status'] === 400;

const sizeOf = (
  grid: { readonly rowCount?: number | undefined; readonly columnCount?: number | undefined } | undefined,
) => (grid?.rowCount ?? 0) * (grid?.columnCount ?? 0);

function tooManyCells(cells: number): AppError {
  return new AppError(
    'sheet_too_large',
    `A spreadsheet of Google holds ${maxCells} cells; this would need ${cells}, with room for the copy that is written first.`,
  );
}

/** Rows as many as one request takes. */
function* pieces(rows: readonly (readonly SheetCell[])[]): Generator<readonly (readonly SheetCell[])[]> {
  let from = 0;
  let cells = 0;
  let characters = 0;
  for (const [index, row] of rows.entries()) {
    const width = row.reduce<number>((sum, cell) => sum + (typeof cell === 'string' ? cell.length : 10), 0);
    if (index > from && (cells + row.length > maxRequestCells || characters + width > maxRequestCharacters)) {
      yield rows.slice(from, index);
      from = index;
      cells = 0;
      characters = 0;
    }
    cells += row.length;
    characters += width;
  }
  if (from < rows.length) yield rows.slice(from);
}

function formatRequests(sheetId: number, formats: SheetTarget['formats']): unknown[] {
  return [...formats].map(([index, { type, pattern }]) => ({
    repeatCell: {
      range: { sheetId, startRowIndex: 1, startColumnIndex: index, endColumnIndex: index + 1 },
      cell: { userEnteredFormat: { numberFormat: { type, pattern } } },
      fields: 'userEnteredFormat.numberFormat',
    },
  }));
}

/** In one batch, which Google does whole or not at all. The sheet keeps its id, so that formulas elsewhere still find it. */
function replaceRequests(
  existing: Spreadsheet['sheets'][number]['properties'],
  stagingId: number,
  size: { readonly rows: number; readonly columns: number },
  formats: SheetTarget['formats'],
): unknown[] {
  const { sheetId, gridProperties: grid } = existing;
  const area = (id: number) => ({
    sheetId: id,
    startRowIndex: 0,
    endRowIndex: size.rows,
    startColumnIndex: 0,
    endColumnIndex: Math.max(1, size.columns),
  });
  return [
    {
      updateSheetProperties: {
        properties: {
          sheetId,
          gridProperties: {
            rowCount: Math.max(grid?.rowCount ?? 0, size.rows),
            columnCount: Math.max(grid?.columnCount ?? 0, size.columns),
          },
        },
        fields: 'gridProperties(rowCount,columnCount)',
      },
    },
    { unmergeCells: { range: { sheetId } } },
    { updateCells: { range: { sheetId }, fields: 'userEnteredValue' } },
    ...formatRequests(sheetId, formats),
    { copyPaste: { source: area(stagingId), destination: area(sheetId), pasteType: 'PASTE_VALUES' } },
    { deleteSheet: { sheetId: stagingId } },
  ];
}

/** The empty sheet that a new spreadsheet comes with. */
function defaultSheet(before: Spreadsheet, target: SheetTarget): unknown[] {
  const [only] = before.sheets;
  return target.spreadsheet === undefined && before.sheets.length === 1 && only !== undefined
    ? [{ deleteSheet: { sheetId: only.properties.sheetId } }]
    : [];
}
