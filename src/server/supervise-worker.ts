import { fork, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

export type SupervisedWorker = {
  /** The process that works at the moment. */
  readonly pid: number | undefined;
  /** Asks it to end, waits up to `patienceMs`, then makes it. */
  stop(patienceMs?: number): Promise<void>;
};

const longestPauseMs = 10_000;
/** A worker that lived this long had started well: the next pause is short again. */
const healthyMs = 30_000;

/**
 * Runs a worker in a process of its own, since loading a file uses a whole core and the API must stay quick, and
 * starts another whenever it ends: at once, then after pauses that double up to 10 s.
 */
export function superviseWorker(options: {
  readonly file: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly log: (sentence: string) => void;
}): SupervisedWorker {
  const stopping = new AbortController();
  let child: ChildProcess | undefined;

  const supervise = async (): Promise<void> => {
    let pause = 0;
    while (!stopping.signal.aborted) {
      const born = Date.now();
      const current = fork(options.file, [...options.args], { env: options.environment, execArgv: [] });
      child = current;
      // oxlint-disable-next-line no-await-in-loop -- one life after another
      const ended = await new Promise<string>((resolve) => {
        current.once('exit', (code, by) => {
          resolve(by ?? `exit code ${code}`);
        });
        current.once('error', (error) => {
          resolve(error.message);
        });
      });
      child = undefined;
      if (stopping.signal.aborted) return;
      pause = Date.now() - born > healthyMs ? 0 : Math.min(longestPauseMs, pause * 2 + 250);
      options.log(`The worker ended (${ended}); another starts${pause > 0 ? ` in ${pause / 1000} s` : ''}.`);
      // oxlint-disable-next-line no-await-in-loop
      await sleep(pause, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const life = supervise();

  return {
    get pid() {
      return child?.pid;
    },
    async stop(patienceMs = 8000) {
      stopping.abort();
      child?.kill('SIGTERM');
      const enough = new AbortController();
      await Promise.race([
        life,
        sleep(patienceMs, undefined, { signal: enough.signal })
          .then(() => child?.kill('SIGKILL'))
          .catch(() => undefined),
      ]);
      enough.abort();
      await life;
    },
  };
}
