import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCsv } from './read-csv.ts';

const folder = join(import.meta.dirname, '../../node_modules/vega-datasets/data');

export interface PublicFile {
  readonly name: string;
  readonly path: string;
  readonly content: Buffer;
  /** Read by the tests' own reader. */
  readonly rows: readonly Record<string, string>[];
}

/** A file of public data: `airports`, `flights-airport`, `seattle-weather`. */
export function publicData(name: 'airports' | 'flights-airport' | 'seattle-weather'): PublicFile {
  const path = join(folder, `${name}.csv`);
  const content = readFileSync(path);
  return { name: `${name}.csv`, path, content, rows: readCsv(content.toString('utf8')) };
}
