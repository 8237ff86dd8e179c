import { Readable } from 'node:stream';
import type { RejectedRow } from '#contracts/sources';
import type { Actor } from '#platform/actor';
import type { FileAnswer } from '#platform/http-route';
import type { Services } from '#platform/services';
import { getSource, listRejectedRows } from './queries.ts';

const pageSize = 2_000;

/** Rejected rows as a CSV file that a spreadsheet opens: where, why, and the row as it stands in the file. */
export async function downloadRejectedRows(
  services: Services,
  actor: Actor,
  sourceId: string,
  runId: string | undefined,
): Promise<FileAnswer> {
  const source = await getSource(services, actor, sourceId);
  async function* chunks() {
    // The mark makes Excel read UTF-8.
    yield '\uFEFFline,column,value,reason,row\r\n';
    let cursor: string | undefined;
    do {
      const page = await listRejectedRows(services, actor, sourceId, { limit: pageSize, cursor, runId });
      yield page.items.map(csvLine).join('');
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
  }
  return {
    filename: `${source.name} - rejected rows.csv`,
    contentType: 'text/csv; charset=utf-8',
    body: Readable.from(chunks()),
  };
}

function csvLine(row: RejectedRow): string {
  return `${[String(row.line), row.column ?? '', row.value ?? '', row.reason, row.raw].map(cell).join(',')}\r\n`;
}

/** A cell that a spreadsheet would run as a formula gets an apostrophe in front. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
