import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';

const libraries = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1',
  '/usr/lib/faketime/libfaketime.so.1',
];

/** A wall clock for one process that can be moved while the process runs. */
export interface FalseClock {
  /** What the process is started with. */
  readonly environment: Readonly<Record<string, string>>;
  /** Seconds before or after the real time. */
  set(seconds: number): Promise<void>;
}

/** @returns undefined where libfaketime is not installed (`apt install libfaketime`). */
export async function createFalseClock(file: string): Promise<FalseClock | undefined> {
  const library = libraries.find((path) => existsSync(path));
  if (library === undefined) return undefined;
  async function set(seconds: number): Promise<void> {
    // Renamed, so that nobody reads half of it.
    await writeFile(`${file}.new`, `${seconds >= 0 ? '+' : ''}${seconds}s\n`);
    await rename(`${file}.new`, file);
  }
  await set(0);
  return {
    environment: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_CACHE_DURATION: '1',
      // Timers measure time that passes, which a clock that is set does not change.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    set,
  };
}
