import { z } from 'zod';
import { AppError } from '#platform/errors';
import type { ConnectorContext } from '../../port.ts';
import { askService } from '../../services/ask-service.ts';
import { readShape } from '../../services/read-shape.ts';
import type { Merge } from './merged-cells.ts';
import { accessToken } from './google-token.ts';
import { spreadsheetId, type SheetsSettings } from './sheets-settings.ts';

const spreadsheetSchema = z.object({
  properties: z.object({ title: z.string().optional(), timeZone: z.string().optional() }).optional(),
  sheets: z
    .array(
      z.object({
        properties: z.object({
          sheetId: z.number().default(0),
          title: z.string(),
          sheetType: z.string().optional(),
          gridProperties: z
            .object({ rowCount: z.number().optional(), columnCount: z.number().optional() })
            .optional(),
        }),
        merges: z
          .array(
            z.object({
              // What begins at 0 is left out.
              startRowIndex: z.number().default(0),
              endRowIndex: z.number(),
              startColumnIndex: z.number().default(0),
              endColumnIndex: z.number(),
            }),
          )
          .optional(),
      }),
    )
    .optional(),
});

export interface Sheet {
  /** Stays when the sheet is renamed. */
  readonly id: string;
  readonly title: string;
  readonly rowCount: number;
  readonly columnCount: number;
  readonly merges: readonly Merge[];
}

/** A cell as UNFORMATTED_VALUE gives it. */
export type Cell = string | number | boolean | null;
const valuesSchema = z.object({
  valueRanges: z.array(
    z.object({
      values: z.array(z.array(z.union([z.string(), z.number(), z.boolean(), z.null()]))).optional(),
    }),
  ),
});
const formatsSchema = z.object({
  sheets: z
    .array(
      z.object({
        data: z
          .array(
            z.object({
              rowData: z
                .array(
                  z.object({
                    values: z
                      .array(
                        z.object({
                          effectiveFormat: z
                            .object({ numberFormat: z.object({ type: z.string() }).optional() })
                            .optional(),
                        }),
                      )
                      .optional(),
                  }),
                )
                .optional(),
            }),
          )
          .optional(),
      }),
    )
    .optional(),
});

/** Google advises answers of up to 2 MB. */
const cellsPerRequest = 60_000;
const formatRows = 40;

/** One spreadsheet, asked with one token. */
export interface SpreadsheetReader {
  listSheets(): Promise<readonly Sheet[]>;
  /** Rows from the first, in pieces; ragged, as Google leaves out what is empty at the ends. */
  readRows(sheet: Sheet): AsyncGenerator<readonly (readonly Cell[])[]>;
  /** Kinds of number formats (DATE, TIME, DATE_TIME …) of some rows, by row and column. */
  readFormats(sheet: Sheet, firstRow: number): Promise<readonly (readonly (string | undefined)[])[]>;
}

export async function openSpreadsheet(
  context: ConnectorContext,
  settings: SheetsSettings,
  signal: AbortSignal,
): Promise<SpreadsheetReader> {
  const { token, account, isServiceAccount } = await accessToken(context, settings, signal);
  const base = `${context.config.googleSheetsUrl}/v4/spreadsheets/${spreadsheetId(settings.spreadsheet) ?? ''}`;

  async function ask(path: string): Promise<unknown> {
    try {
      const answer = await askService(context, {
        url: `${base}${path}`,
        headers: { authorization: `Bearer ${token}` },
        signal,
      });
      return answer.json;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error.code === 'source_forbidden') {
        throw new AppError('source_forbidden', `The spreadsheet is not shared with ${account}.`, {
          cause: error,
          hint: isServiceAccount
            ? `Open the spreadsheet, press Share, and add ${account} as a viewer.`
            : 'Ask its owner to share it, or sign in with another account.',
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

  return {
    async listSheets() {
      const fields =
        'properties(title,timeZone),sheets(properties(sheetId,title,sheetType,gridProperties(rowCount,columnCount)),merges)';
      const json = await ask(`?includeGridData=false&fields=${encodeURIComponent(fields)}`);
      const { sheets } = readShape(spreadsheetSchema, json, 'Google');
      return (
        (sheets ?? [])
          // A chart on a sheet of its own has no cells.
          .filter(({ properties: { sheetType } }) => sheetType === undefined || sheetType === 'GRID')
          .map(({ properties: sheet, merges }) => ({
            id: String(sheet.sheetId),
            merges: merges ?? [],
            title: sheet.title,
            rowCount: sheet.gridProperties?.rowCount ?? 1000,
            columnCount: sheet.gridProperties?.columnCount ?? 26,
          }))
      );
    },
    async *readRows(sheet) {
      const step = Math.max(100, Math.floor(cellsPerRequest / Math.max(1, sheet.columnCount)));
      for (let first = 1; first <= sheet.rowCount; first += step) {
        const last = Math.min(sheet.rowCount, first + step - 1);
        const query = new URLSearchParams({
          ranges: `${quoteTitle(sheet.title)}!${first}:${last}`,
          majorDimension: 'ROWS',
          valueRenderOption: 'UNFORMATTED_VALUE',
          dateTimeRenderOption: 'SERIAL_NUMBER',
        });
        const json = await ask(`/values:batchGet?${query.toString()}`);
        const rows = readShape(valuesSchema, json, 'Google').valueRanges[0]?.values ?? [];
        // Rows left out at the end of a piece are empty rows of the sheet when more follow.
        yield [...rows, ...Array.from({ length: last - first + 1 - rows.length }, (): Cell[] => [])];
      }
    },
    async readFormats(sheet, firstRow) {
      const last = Math.min(sheet.rowCount, firstRow + formatRows - 1);
      if (firstRow > last) return [];
      const query = new URLSearchParams({
        ranges: `${quoteTitle(sheet.title)}!${firstRow}:${last}`,
        fields: 'sheets(data(rowData(values(effectiveFormat(numberFormat(type))))))',
      });
      const { sheets } = readShape(formatsSchema, await ask(`?${query.toString()}`), 'Google');
      return (sheets?.[0]?.data?.[0]?.rowData ?? []).map((row) =>
        (row.values ?? []).map((cell) => cell.effectiveFormat?.numberFormat?.type),
      );
    },
  };
}

/** A title in A1 notation. */
function quoteTitle(title: string): string {
  return `'${title.replaceAll("'", "''")}'`;
}
