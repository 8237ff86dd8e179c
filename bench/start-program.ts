import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

export interface RunningProgram {
  readonly baseUrl: string;
  readonly process: ChildProcess;
  /** Milliseconds from the start of the process to the first successful /readyz. */
  readonly readyMs: number;
  stop(): Promise<void>;
}

/** Starts the whole program as a user does and waits until it is ready. */
export async function startProgram(dataDirectory: string, port: number): Promise<RunningProgram> {
  const started = performance.now();
  const child = spawn(process.execPath, ['bin/dalgo.mjs', 'start'], {
    env: { ...process.env, DALGO_DATA_DIR: dataDirectory, PORT: String(port), LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const baseUrl = `http://127.0.0.1:${port}`;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the program ended with code ${child.exitCode}`);
    const ready = await fetch(`${baseUrl}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) break;
    await sleep(20);
  }
  return {
    baseUrl,
    process: child,
    readyMs: performance.now() - started,
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
