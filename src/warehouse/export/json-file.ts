import type { Row } from '#contracts/warehouse';

/** One array of objects, by physical names. */
export async function* jsonFile(batches: AsyncIterable<readonly Row[]>): AsyncIterable<string> {
  yield '[';
  let first = true;
  for await (const rows of batches) {
    yield rows.map((row) => `${first ? ((first = false), '\n') : ',\n'}${JSON.stringify(row)}`).join('');
  }
  yield '\n]\n';
}

/** One object per line, by physical names. */
export async function* ndjsonFile(batches: AsyncIterable<readonly Row[]>): AsyncIterable<string> {
  for await (const rows of batches) yield rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
