import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { join, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadConfig } from '#platform/config';
import { startDatabase } from './open-database.ts';
import { printFailure } from './print-failure.ts';
import { listenForStop } from './stop-request.ts';

/** An editor writes a file in several steps, a checkout many files. */
const settleMs = 200;
const main = join(import.meta.dirname, 'main.ts');
const source = join(import.meta.dirname, '..');
const environment: NodeJS.ProcessEnv = { ...process.env, NODE_ENV: 'development' };

/** The pages reload by themselves; tests and the command line are not part of the running server. */
const isServerSource = (path: string): boolean =>
  /\.(ts|sql)$/.test(path) &&
  !path.endsWith('.test.ts') &&
  !path.startsWith(`web${sep}`) &&
  !path.startsWith(`testing${sep}`) &&
  !path.startsWith(join('server', 'cli') + sep);

const stop = listenForStop();
try {
  // Held here too, so that it outlives each restart of the server.
  await using _database = await startDatabase(loadConfig(environment), { signal: stop.signal });
  await serveAndReload();
} catch (error) {
  if (!stop.signal.aborted) {
    printFailure(error);
    process.exitCode = 1;
  }
}
process.exit();

async function serveAndReload(): Promise<void> {
  let changed = Promise.withResolvers<string>();
  const watcher = watch(source, { recursive: true }, (_event, path) => {
    if (path !== null && isServerSource(path)) changed.resolve(path);
  });
  try {
    while (!stop.signal.aborted) {
      changed = Promise.withResolvers<string>();
      const server = fork(main, [], { env: environment, execArgv: process.execArgv });
      const next = await Promise.race([
        changed.promise,
        stop.asked.then(() => undefined),
        once(server, 'exit').then(() => null),
      ]);
      if (next === null && !stop.signal.aborted) {
        console.log('The server ended; it starts again when a file changes.');
        await Promise.race([changed.promise, stop.asked]);
      } else {
        if (next !== undefined) console.log(`${next} changed: restarting.`);
        await endChild(server);
      }
      await sleep(settleMs);
    }
  } finally {
    watcher.close();
  }
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const patience = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await ended;
  clearTimeout(patience);
}
