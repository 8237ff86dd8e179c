import { open } from 'node:fs/promises';

/** What a file is, by its content: its name and the type that the browser gave say nothing certain. */
export type DetectedFormat = 'text' | 'gzip' | 'zip' | 'parquet' | 'json' | 'ndjson';

const headBytes = 65_536;

/** What cannot be read is `text` here: whoever reads text says what is wrong with it. */
export async function detectFileFormat(path: string): Promise<DetectedFormat> {
  const handle = await open(path, 'r');
  try {
    const head = Buffer.alloc(headBytes);
    const { bytesRead } = await handle.read(head, 0, headBytes, 0);
    return formatOf(head.subarray(0, bytesRead), bytesRead < headBytes);
  } finally {
    await handle.close();
  }
}

function formatOf(head: Buffer, isWhole: boolean): DetectedFormat {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head.subarray(0, 4).equals(Buffer.from([0x50, 0x4b, 3, 4]))) return 'zip';
  if (head.subarray(0, 4).toString('latin1') === 'PAR1') return 'parquet';
  const text = head
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (!text.startsWith('{') && !text.startsWith('[')) return 'text';
  // "[" may begin the first header of a table: only what goes on like JSON is JSON.
  if (text.startsWith('[')) return /^\[\s*(?:[{[\]"]|-?\d|true|false|null|$)/.test(text) ? 'json' : 'text';
  if (!/^\{\s*(?:"|\}|$)/.test(text)) return 'text';
  const [firstLine = '', ...others] = text.split(/\r?\n/);
  if (others.join('').trim() === '' && isWhole) return 'json';
  try {
    JSON.parse(firstLine);
    return 'ndjson';
  } catch {
    return 'json';
  }
}
