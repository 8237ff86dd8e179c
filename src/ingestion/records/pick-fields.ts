import { Readable } from 'node:stream';

/**
 * Lines of COPY's text form with only some of their fields. Nothing in them holds a bare tab or line end, and bytes
 * stay as they are.
 *
 * @param fields places of the fields to keep, in their new order.
 */
export function pickFields(lines: Readable, fields: readonly number[]): Readable {
  return Readable.from(picked(lines, fields), { objectMode: false });
}

async function* picked(lines: Readable, fields: readonly number[]): AsyncGenerator<Buffer> {
  let rest = '';
  for await (const chunk of lines as AsyncIterable<Buffer>) {
    // One character per byte, so that no letter is cut in two.
    const whole = (rest + chunk.toString('latin1')).split('\n');
    rest = whole.pop() ?? '';
    if (whole.length === 0) continue;
    const text = whole.map((line) => {
      const all = line.split('\t');
      return fields.map((field) => all[field] ?? '\\N').join('\t');
    });
    yield Buffer.from(`${text.join('\n')}\n`, 'latin1');
  }
}
