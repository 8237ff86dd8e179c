import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '#platform/errors';

const repository = join(import.meta.dirname, '..', '..');
const web = join(repository, 'src', 'web');
/** Holds the hash of the sources that the pages beside it were built from. */
const stamp = join(web, '.next', 'dalgo-source-hash');

/** What next itself writes between the sources. */
const generated = new Set(['.next', 'next-env.d.ts', 'tsconfig.tsbuildinfo', 'node_modules']);

/** Whether the built pages are those of the present sources. Takes some 20 ms. */
export async function isWebFresh(): Promise<boolean> {
  const [built, present] = await Promise.all([readFile(stamp, 'utf8').catch(() => ''), hashSources()]);
  return built === present;
}

/**
 * Builds the pages, unless they are those of the present sources: 20 to 60 s the first time.
 *
 * @param say told before it takes its time.
 * @throws AppError web_build_failed with what the build said.
 */
export async function buildWeb(options: {
  readonly force?: boolean;
  readonly say?: (sentence: string) => void;
  readonly signal?: AbortSignal;
}): Promise<void> {
  const present = await hashSources();
  if (options.force !== true && (await readFile(stamp, 'utf8').catch(() => '')) === present) return;
  options.say?.('Building the pages, since they are new or changed. This takes up to a minute, once.');
  try {
    // Without the stamp, a build that is interrupted is done again.
    await rm(stamp, { force: true });
    await mkdir(join(web, '.next'), { recursive: true });
  } catch (cause) {
    throw new AppError('web_build_failed', `The pages cannot be written to ${join(web, '.next')}.`, {
      hint: 'Give this user the right to write there, or run `npm run build` once as the user who owns the checkout.',
      cause,
    });
  }
  await runBuild(options.signal);
  await writeFile(stamp, present);
}

async function runBuild(signal: AbortSignal | undefined): Promise<void> {
  const child = spawn(process.execPath, [join(repository, 'node_modules/next/dist/bin/next'), 'build', web], {
    cwd: repository,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    ...(signal === undefined ? {} : { signal }),
  });
  let said = '';
  const listen = (chunk: Buffer): void => {
    said = (said + chunk.toString('utf8')).slice(-20_000);
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const outcome = await new Promise<number | string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, by) => {
      resolve(code ?? by ?? 'unknown');
    });
  });
  if (outcome === 0) return;
  throw new AppError('web_build_failed', `The pages could not be built (${outcome}):\n${said.trim()}`);
}

/** One hash over every file that the built pages depend on: names and contents, never times, which a clone changes. */
async function hashSources(): Promise<string> {
  const files = [
    ...(await listFiles(web)),
    ...(await listFiles(join(repository, 'src', 'contracts'))),
    join(repository, 'package-lock.json'),
  ].toSorted();
  const contents = await Promise.all(files.map((file) => readFile(file)));
  const hash = createHash('sha256');
  for (const [index, file] of files.entries()) {
    hash
      .update(`${file.slice(repository.length)}\0`)
      .update(contents[index] ?? '')
      .update('\0');
  }
  return hash.digest('hex');
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const lists = await Promise.all(
    entries
      .filter((entry) => !generated.has(entry.name) && !/\.test\.tsx?$/.test(entry.name))
      .map((entry) => {
        const path = join(folder, entry.name);
        return entry.isDirectory() ? listFiles(path) : Promise.resolve([path]);
      }),
  );
  return lists.flat();
}
