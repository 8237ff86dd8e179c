import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Figure } from './report.ts';

const run = promisify(execFile);

/**
 * dlt's default, and its documented faster way by COPY, with the same records from a file into the same server; nothing
 * where Python or dlt is absent (`DALGO_BENCH_PYTHON`, else python3).
 */
export async function againstDlt(
  what: string,
  options: {
    /** Of the organization's bench: dlt keeps its own things there. */
    readonly directory: string;
    /** JSON lines, or CSV by its name. */
    readonly file: string;
    readonly url: string;
    readonly rows: number;
    /** Milliseconds that a row took us. */
    readonly ours: number;
  },
): Promise<Figure[]> {
  const { directory, file, url, rows, ours } = options;
  const python = process.env['DALGO_BENCH_PYTHON'] ?? 'python3';
  const version = await run(python, ['-c', 'import dlt; print(dlt.__version__)']).catch(() => undefined);
  if (version === undefined) {
    console.log(`dlt: skipped, since ${python} has no dlt (pip install "dlt[postgres]")`);
    return [];
  }
  const figures: Figure[] = [];
  for (const [format, bar] of [
    ['default', 0.1],
    ['csv', 1],
  ] as const) {
    const { stdout } = await run(python, [join(import.meta.dirname, 'dlt-load.py'), file, url, format], {
      env: {
        ...process.env,
        HOME: directory,
        DLT_DATA_DIR: join(directory, 'dlt'),
        RUNTIME__DLTHUB_TELEMETRY: 'false',
        DLT_TELEMETRY: 'false',
      },
    });
    const took = Number(stdout.trim().split('\n').at(-1)) * 1000;
    figures.push({
      name: `${what}, share of dlt ${format}`,
      measured: `${(took / rows / ours).toFixed(1)}× as fast as dlt ${version.stdout.trim()}`,
      against: `dlt (${format}) ${(took / 1000).toFixed(1)} s for ${rows} rows, from a file`,
      value: ours / (took / rows),
      bar,
    });
  }
  return figures;
}
