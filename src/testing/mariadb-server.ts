import { execFile, type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';

export interface MariadbServer extends AsyncDisposable {
  readonly port: number;
  readonly database: string;
  readonly username: string;
  readonly password: string;
  /** Runs statements as the owner, with the client of the server's own package. */
  readonly run: (sql: string) => Promise<string>;
}

function find(name: string): string | undefined {
  return ['/usr/sbin', '/usr/bin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin']
    .map((directory) => join(directory, name))
    .find((path) => existsSync(path));
}

/** Whether tests on a real MariaDB are to run: always in CI, where a missing one makes them fail. */
export const hasMariadb = process.env['CI'] !== undefined || find('mariadbd') !== undefined;

/** A MariaDB server of its own in a new directory, with a database `field` and its owner; it speaks TLS
 * with a certificate that nobody signed. */
export async function startMariadb(): Promise<MariadbServer> {
  const [server, install, client] = ['mariadbd', 'mariadb-install-db', 'mariadb'].map(find);
  if (server === undefined || install === undefined || client === undefined) {
    throw new Error('MariaDB is not installed: apt-get install mariadb-server');
  }
  const directory = await mkdtemp(join(tmpdir(), 'dalgo-mariadb-'));
  const user = process.getuid?.() === 0 ? ['--user=root'] : [];
  const port = await freePort();
  const socket = join(directory, 'socket');
  const data = `--datadir=${join(directory, 'data')}`;
  let child: ChildProcess | undefined;
  const stop = async () => {
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await promisify(execFile)(install, [
      '--no-defaults',
      ...user,
      data,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
    ]);
    const [key, certificate] = [join(directory, 'key.pem'), join(directory, 'certificate.pem')];
    await promisify(execFile)('openssl', [
      'req',
      '-x509',
      '-nodes',
      '-newkey',
      'rsa:2048',
      '-subj',
      '/CN=field',
      '-keyout',
      key,
      '-out',
      certificate,
    ]);
    child = spawn(
      server,
      [
        '--no-defaults',
        ...user,
        data,
        `--port=${port}`,
        `--socket=${socket}`,
        '--bind-address=127.0.0.1',
        '--skip-name-resolve',
        `--ssl-key=${key}`,
        `--ssl-cert=${certificate}`,
        '--innodb-buffer-pool-size=32M',
        '--innodb-flush-log-at-trx-commit=0',
      ],
      { stdio: 'ignore' },
    );
    await untilReachable(port, child);
    const run = async (sql: string) => {
      const arguments_ = ['--no-defaults', '-uroot', `--socket=${socket}`, '--default-character-set=utf8mb4'];
      const { stdout } = await promisify(execFile)(client, [...arguments_, '-N', '-e', sql]);
      return stdout;
    };
    await run(
      `CREATE DATABASE field CHARACTER SET utf8mb4; CREATE USER field IDENTIFIED BY 'five small rivers'; GRANT ALL ON field.* TO field`,
    );
    return {
      port,
      database: 'field',
      username: 'field',
      password: 'five small rivers',
      run: (sql) => run(`USE field; ${sql}`),
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function untilReachable(port: number, child: ChildProcess): Promise<void> {
  const patience = AbortSignal.timeout(60_000);
  for (;;) {
    const reached = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.once('close', () => socket.destroy()).setTimeout(1000, () => socket.destroy());
      socket.once('data', () => socket.destroy());
    });
    if (reached) return;
    if (child.exitCode !== null) throw new Error(`MariaDB ended with ${child.exitCode}`);
    await sleep(50, undefined, { signal: patience });
  }
}
