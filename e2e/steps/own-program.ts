import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '#testing/free-port';

const repository = join(import.meta.dirname, '../..');

/** The whole program in a data directory and on a port of its own, for tests that kill it. */
export class OwnProgram {
  readonly address: string;
  readonly #port: number;
  readonly #directory: string;
  readonly #environment: Readonly<Record<string, string>>;
  #launcher: ChildProcess | undefined;
  #said = '';

  private constructor(port: number, directory: string, environment: Readonly<Record<string, string>>) {
    this.#environment = environment;
    this.#port = port;
    this.#directory = directory;
    this.address = `http://127.0.0.1:${port}`;
  }

  /** @param environment further settings. */
  static async start(environment: Readonly<Record<string, string>> = {}): Promise<OwnProgram> {
    const directory = await mkdtemp(join(tmpdir(), 'dalgo-kill-'));
    const program = new OwnProgram(await freePort(), directory, environment);
    try {
      await program.start();
    } catch (error) {
      await program[Symbol.asyncDispose]();
      throw error;
    }
    return program;
  }

  /** Starts it and waits until it is ready; again, after it was killed. */
  async start(): Promise<void> {
    const launcher = spawn(process.execPath, [join(repository, 'bin/dalgo.mjs'), 'start'], {
      cwd: repository,
      env: {
        ...process.env,
        PORT: String(this.#port),
        DALGO_DATA_DIR: this.#directory,
        LOG_LEVEL: 'warn',
        ...this.#environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const output of [launcher.stdout, launcher.stderr]) {
      output.on('data', (chunk: Buffer) => (this.#said += chunk.toString('utf8')));
    }
    this.#launcher = launcher;
    const patience = AbortSignal.timeout(120_000);
    while (!(await this.#isReady())) {
      if (launcher.exitCode !== null) throw new Error(`the program ended: ${this.#said}`);
      await sleep(100, undefined, { signal: patience });
    }
  }

  /** The process that does the runs. */
  workerPid(): number {
    const worker = this.#family().find(({ command }) => command.includes('worker.ts'));
    if (worker === undefined) throw new Error('no worker is running');
    return worker.pid;
  }

  /** `kill -9` of the launcher, the server, the worker and every process of the database, as a power cut does. */
  killAll(): void {
    const family = this.#family();
    for (const { pid } of family) kill(pid);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const launcher = this.#launcher;
    if (launcher !== undefined && launcher.exitCode === null && launcher.signalCode === null) {
      const ended = new Promise((resolve) => launcher.once('exit', resolve));
      launcher.kill('SIGTERM');
      await ended;
    }
    await rm(this.#directory, { recursive: true, force: true, maxRetries: 5 });
  }

  /** The launcher and all that descend from it. */
  #family(): readonly { readonly pid: number; readonly command: string }[] {
    const all = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8', maxBuffer: 2 ** 26 })
      .split('\n')
      .flatMap((line) => {
        const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
        return command === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
      });
    const family = all.filter(({ pid }) => pid === this.#launcher?.pid);
    for (const member of family) family.push(...all.filter(({ parent }) => parent === member.pid));
    return family;
  }

  async #isReady(): Promise<boolean> {
    return fetch(`${this.address}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
  }
}

export function kill(pid: number): void {
  process.kill(pid, 'SIGKILL');
}
