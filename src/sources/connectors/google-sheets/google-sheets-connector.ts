import { AppError } from '#platform/errors';
import type { Connector, ConnectorContext, RecordStream, SourceRecord } from '../../port.ts';
import { parseSettings } from '../parse-settings.ts';
import {
  addUnnamedColumns,
  findHeader,
  nameSheetColumns,
  sheetFields,
  sheetRecord,
} from './sheet-records.ts';
import { type Cell, openSpreadsheet } from './sheets-api.ts';
import { sheetsSettings, sheetsSpec, type SheetsSettings, withLogin } from './sheets-settings.ts';

/** Sheets of a Google spreadsheet. A stream is a sheet, known by its id. */
export const googleSheetsConnector: Connector<SheetsSettings> = {
  type: 'google_sheets',
  info: {
    title: 'Google Sheets',
    description: 'Sheets of a spreadsheet, with real dates and numbers.',
    icon: 'table',
    category: 'service',
    spec: sheetsSpec(),
  },
  specFor: sheetsSpec,
  capabilities: { delivers: 'records', incremental: false, manyStreams: true },
  parseConfig: (config) => parseSettings(sheetsSettings, withLogin(config)),
  check: async (context, settings, signal) => {
    await (await openSpreadsheet(context, settings, signal)).listSheets();
  },
  discover: async (context, settings, signal) => {
    const sheets = await (await openSpreadsheet(context, settings, signal)).listSheets();
    return sheets.map(({ id, title }) => ({ name: id, title }));
  },
  open: openSheet,
};

async function openSheet(
  context: ConnectorContext,
  settings: SheetsSettings,
  sheetId: string,
  signal: AbortSignal,
): Promise<RecordStream> {
  const spreadsheet = await openSpreadsheet(context, settings, signal);
  const sheet = (await spreadsheet.listSheets()).find(({ id }) => id === sheetId);
  if (sheet === undefined)
    throw new AppError('source_not_found', 'The spreadsheet no longer has this sheet.');
  const pieces = spreadsheet.readRows(sheet);
  const first = await pieces.next();
  const firstRows: readonly (readonly Cell[])[] = first.done === true ? [] : first.value;
  const header = settings.header_row === undefined ? findHeader(firstRows) : settings.header_row - 1;
  const formats = await spreadsheet.readFormats(sheet, header + 2);
  const body = firstRows.slice(header + 1);
  const columns = nameSheetColumns(firstRows[header] ?? [], body, formats);
  function recordsOf(rows: readonly (readonly Cell[])[]): SourceRecord[] {
    addUnnamedColumns(columns, rows, formats);
    return rows.map((row) => sheetRecord(row, columns)).filter((record) => record !== undefined);
  }
  async function* batches(): AsyncGenerator<readonly SourceRecord[]> {
    yield recordsOf(body);
    for await (const rows of pieces) yield recordsOf(rows);
  }
  return {
    kind: 'records',
    disposition: 'replace',
    fields: sheetFields(columns),
    hasFixedFields: true,
    batches: batches(),
  };
}
