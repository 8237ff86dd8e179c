import type { Row } from '#contracts/warehouse';
import { valueText, type ExportColumn } from './export-cell.ts';
import { zipStream, type ZipEntry } from './zip-stream.ts';

/** Rows of a sheet with its header, and letters of a cell: Excel's own limits. */
const SHEET_ROWS = 1_048_576;
const CELL_LETTERS = 32_767;
/** A sheet's text is kept below what a zip entry holds without extensions. */
const SHEET_BYTES = 3_500_000_000;
const CUT = '… (cut: a cell of Excel holds 32,767 characters)';

const styles = { plain: 0, head: 1, date: 2, moment: 3, time: 4 } as const;

const widths: Readonly<Record<ExportColumn['type'], number>> = {
  text: 24,
  integer: 12,
  decimal: 14,
  float: 14,
  boolean: 10,
  date: 12,
  timestamp: 20,
  timestamptz: 20,
  time: 10,
  json: 30,
};

/** Text of an XML element. What XML cannot hold is written as Excel does (`_x0007_`, ECMA-376 §22.9.2.19). */
function xmlText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replaceAll(
      // oxlint-disable-next-line no-control-regex -- these are the ones that XML cannot hold
      /[\u0000-\u0008\u000b\u000c\u000d\u000e-\u001f\ufffe\uffff]/g,
      (letter) => `_x${letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`,
    )
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

function textCell(text: string, style = 0): string {
  const shown = text.length > CELL_LETTERS ? `${text.slice(0, CELL_LETTERS - CUT.length)}${CUT}` : text;
  // Never a formula: inline text is text, whatever it begins with.
  return `<c t="inlineStr"${style === 0 ? '' : ` s="${style}"`}><is><t xml:space="preserve">${xmlText(shown)}</t></is></c>`;
}

/**
 * Excel keeps fifteen digits. A longer whole number (an account, an id) would come out as another one, so it stays text;
 * of a fraction, what it keeps is enough.
 */
function numberCell(text: string): string {
  const whole = /^-?0*(\d*)(?:\.\d+)?(e[+-]?\d+)?$/i.exec(text);
  const isExact =
    whole !== null && (whole[2] !== undefined || (whole[1] ?? '').replace(/0+$/, '').length <= 15);
  return isExact ? `<c><v>${text}</v></c>` : textCell(text);
}

const DAY_MS = 86_400_000;
/** Day 0 of Excel as it counts from March 1900 on; before, it has a day that never was. */
const EPOCH = Date.UTC(1899, 11, 30);
const FIRST = Date.UTC(1900, 2, 1);
const LAST = Date.UTC(10_000, 0, 1);

function dateCell(text: string, style: number): string {
  const moment = Date.parse(text.length === 10 ? `${text}T00:00:00Z` : `${text.replace(/Z$/, '')}Z`);
  if (!(moment >= FIRST && moment < LAST) || text.startsWith('-')) return textCell(text);
  return `<c s="${style}"><v>${(moment - EPOCH) / DAY_MS}</v></c>`;
}

function timeCell(text: string): string {
  const parts = /^(\d\d):(\d\d):(\d\d(?:\.\d+)?)$/.exec(text);
  if (parts === null) return textCell(text);
  const seconds = Number(parts[1]) * 3600 + Number(parts[2]) * 60 + Number(parts[3]);
  return `<c s="${styles.time}"><v>${seconds / 86_400}</v></c>`;
}

function cell(value: unknown, type: ExportColumn['type']): string {
  const text = valueText(value);
  if (text === undefined) return '<c/>';
  switch (type) {
    case 'integer':
    case 'decimal':
    case 'float':
      return numberCell(text);
    case 'boolean':
      return `<c t="b"><v>${text === 'true' ? 1 : 0}</v></c>`;
    case 'date':
      return dateCell(text, styles.date);
    case 'timestamp':
    case 'timestamptz':
      return dateCell(text, styles.moment);
    case 'time':
      return timeCell(text);
    case 'text':
    case 'json':
      return textCell(text);
  }
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** At most 31 letters without those that Excel forbids, unique in the workbook. */
function sheetName(name: string, number: number): string {
  const clean =
    name
      .replaceAll(/[[\]:*?/\\\p{Cc}]/gu, ' ')
      .replaceAll(/^'+|'+$/g, '')
      .trim() || 'Data';
  const suffix = number === 1 ? '' : ` (${number})`;
  // A pair of surrogates that is cut in two is replaced like any half one.
  return `${clean.slice(0, 31 - suffix.length).toWellFormed()}${suffix}`;
}

function parts(sheets: number, name: string): ZipEntry[] {
  const numbers = Array.from({ length: sheets }, (_, index) => index + 1);
  const style = (format: number, bold = 0) =>
    `<xf numFmtId="${format}" fontId="${bold}" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>`;
  const files: Readonly<Record<string, string>> = {
    'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${numbers
      .map(
        (number) =>
          `<sheet name="${xmlText(sheetName(name, number)).replaceAll('"', '&quot;')}" sheetId="${number}" r:id="rId${number}"/>`,
      )
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${RELATIONS}">${numbers
      .map(
        (number) =>
          `<Relationship Id="rId${number}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${number}.xml"/>`,
      )
      .join(
        '',
      )}<Relationship Id="rId${sheets + 1}" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
    'xl/styles.xml': `<styleSheet xmlns="${MAIN}"><numFmts count="3"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/><numFmt numFmtId="166" formatCode="hh:mm:ss"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="5">${style(0)}${style(0, 1)}${style(164)}${style(165)}${style(166)}</cellXfs></styleSheet>`,
    '_rels/.rels': `<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    '[Content_Types].xml': `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>${numbers
      .map(
        (number) =>
          `<Override PartName="/xl/worksheets/sheet${number}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`,
      )
      .join('')}</Types>`,
  };
  return Object.entries(files).map(([path, text]) => ({ name: path, content: [XML + text] }));
}

/**
 * A workbook (ECMA-376), written while the rows come: a sheet, and further ones for the rows that Excel's do not hold.
 * Dates are dates, numbers numbers, text never a formula; the first row is frozen.
 *
 * @param sheetRows rows of a sheet with its header
 */
export function xlsxFile(
  name: string,
  columns: readonly ExportColumn[],
  batches: AsyncIterable<readonly Row[]>,
  sheetRows = SHEET_ROWS,
): AsyncIterable<Buffer> {
  const head = `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${columns
    .map(
      ({ type }, index) =>
        `<col min="${index + 1}" max="${index + 1}" width="${widths[type]}" customWidth="1"/>`,
    )
    .join(
      '',
    )}</cols><sheetData><row>${columns.map(({ title }) => textCell(title, styles.head)).join('')}</row>`;

  async function* entries(): AsyncIterable<ZipEntry> {
    const reader = batches[Symbol.asyncIterator]();
    let waiting: readonly Row[] = [];
    let isOver = false;
    let sheets = 0;

    async function* sheet(): AsyncIterable<string> {
      yield head;
      let rows = 1;
      let bytes = head.length;
      while (rows < sheetRows && bytes < SHEET_BYTES) {
        if (waiting.length === 0) {
          const next = await reader.next();
          if (next.done === true) {
            isOver = true;
            break;
          }
          waiting = next.value;
        }
        const fitting = waiting.slice(0, sheetRows - rows);
        waiting = waiting.slice(fitting.length);
        rows += fitting.length;
        const text = fitting
          .map((row) => `<row>${columns.map((column) => cell(row[column.name], column.type)).join('')}</row>`)
          .join('');
        bytes += Buffer.byteLength(text);
        yield text;
      }
      // Whether a further sheet is needed is known only when there is a further row.
      if (!isOver && waiting.length === 0) {
        const next = await reader.next();
        if (next.done === true) isOver = true;
        else waiting = next.value;
      }
      yield '</sheetData></worksheet>';
    }

    try {
      do {
        sheets += 1;
        yield { name: `xl/worksheets/sheet${sheets}.xml`, content: sheet() };
      } while (!isOver);
      yield* parts(sheets, name);
    } finally {
      await reader.return?.();
    }
  }
  return zipStream(entries());
}
