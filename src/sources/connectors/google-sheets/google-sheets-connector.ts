import { AppError } from '#platform/errors';
import type { Connector, ConnectorContext, RecordStream, SourceRecord } from '../../port.ts';
import { parseSettings } from '../parse-settings.ts';
import { fillDownwards, readHeader } from './merged-cells.ts';
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
  const { names, bodyRow } = readHeader(firstRows, sheet.merges, header);
  const formats = await spreadsheet.readFormats(sheet, bodyRow + 1);
  const fill = fillDownwards(sheet.merges.filter((merge) => merge.startRowIndex >= bodyRow));
  const body = fill(firstRows.slice(bodyRow), bodyRow);
  const columns = nameSheetColumns(names, body, formats);
  function recordsOf(rows: readonly (readonly Cell[])[]): SourceRecord[] {
    addUnnamedColumns(columns, rows, formats);
    return rows.map((row) => sheetRecord(row, columns)).filter((record) => record !== undefined);
  }
  async function* batches(): AsyncGenerator<readonly SourceRecord[]> {
    yield recordsOf(body);
    let firstRow = firstRows.length;
    for await (const rows of pieces) {
      yield recordsOf(fill(rows, firstRow));
      firstRow += rows.length;
    }
  }
  return {
    kind: 'records',
    disposition: 'replace',
    fields: sheetFields(columns),
    hasFixedFields: true,
    batches: batches(),
  };
}
