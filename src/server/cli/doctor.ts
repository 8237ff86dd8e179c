import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { Client } from 'pg';
import { loadConfig, type Config } from '#platform/config';
import { appLogin } from '#platform/database/app-login';
import { connectDatabase } from '#platform/database/database';
import { pendingMigrations } from '#platform/database/migrate';
import { findPostgresBinaries } from '#platform/embedded-postgres/postgres-binaries';
import { AppError } from '#platform/errors';
import { openDataKey } from '#platform/secrets';
import { isWebFresh } from '../build-web.ts';
import { findLiveWorker } from '../find-live-worker.ts';
import { asConnectionError, startDatabase } from '../open-database.ts';
import { parseCommandLine, type CliCommand, type CliContext } from './cli-command.ts';
import { formatBytes } from './format-bytes.ts';
import { inspectWall } from './inspect-wall.ts';

type Finding = {
  readonly is: 'good' | 'bad' | 'note';
  readonly says: string;
  /** What to do. */
  readonly remedy?: string;
};

const good = (says: string): Finding => ({ is: 'good', says });
const note = (says: string, remedy?: string): Finding => ({
  is: 'note',
  says,
  ...(remedy === undefined ? {} : { remedy }),
});
const bad = (says: string, remedy: string): Finding => ({ is: 'bad', says, remedy });

const marks = { good: '✓', bad: '✗', note: '·' } as const;

/** Checks everything that a start needs, one line each, and says what to do. Changes nothing. */
export const doctorCommand: CliCommand = async (context) => {
  parseCommandLine(context, 'doctor', {});
  let failures = 0;
  const check = async <T>(
    probe: () => Promise<{ readonly findings: readonly Finding[]; readonly value?: T }>,
  ) => {
    const { findings, value } = await probe().catch((error: unknown) => ({
      findings: [asFinding(error)],
      value: undefined,
    }));
    for (const finding of findings) {
      if (finding.is === 'bad') failures += 1;
      context.say(`${marks[finding.is]} ${finding.says}`);
      if (finding.remedy !== undefined) context.say(`    ${finding.remedy}`);
    }
    return value;
  };

  await check(checkRuntime);
  const config = await check(() => checkSettings(context));
  if (config !== undefined) {
    await check(() => checkDataDirectory(config));
    const running = await check(() => checkPort(config));
    if (config.databaseUrl === undefined) await check(checkBinaries);
    await check(() => checkDatabase(config, context, running === true));
  }
  await check(checkPages);
  context.say(
    failures === 0
      ? 'Everything is in order.'
      : `${failures} ${failures === 1 ? 'thing needs' : 'things need'} your attention.`,
  );
  return failures === 0 ? 0 : 1;
};

function asFinding(error: unknown): Finding {
  if (error instanceof AppError) return bad(error.message, error.hint);
  return bad(
    error instanceof Error ? error.message : String(error),
    'Nobody foresaw this: please report it.',
  );
}

async function checkRuntime() {
  const major = Number(process.versions.node.split('.')[0]);
  return {
    findings: [
      major >= 26
        ? good(`Node ${process.version}`)
        : note(`Node ${process.version}; tested is 26.`, 'Run: npm install --include=optional'),
    ],
  };
}

async function checkSettings(context: CliContext) {
  const config = loadConfig(context.environment);
  const where = config.databaseUrl === undefined ? 'embedded database' : 'database of your own';
  return { findings: [good(`Settings: ${where}, http://${config.host}:${config.port}`)], value: config };
}

async function checkDataDirectory(config: Config) {
  const { dataDirectory } = config;
  try {
    await mkdir(dataDirectory, { recursive: true });
    await access(dataDirectory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new AppError('data_directory_unusable', `The data directory ${dataDirectory} cannot be written.`, {
      cause,
    });
  }
  const disk = await statfs(dataDirectory);
  const free = disk.bavail * disk.bsize;
  const says = `Disk of ${dataDirectory}: ${formatBytes(free)} free`;
  const findings: Finding[] = [good(`Data directory ${dataDirectory}`)];
  if (free < 500e6)
    findings.push(bad(says, 'Free some space: below 500 MB loads fail, and then the database stops.'));
  else if (free < 5e9) findings.push(note(says, 'A load needs about three times the size of its file.'));
  else findings.push(good(says));
  return { findings };
}

/** Whether our own server answers there. */
async function checkPort(config: Config) {
  const url = `http://${config.host === '0.0.0.0' ? '127.0.0.1' : config.host}:${config.port}`;
  const answer = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
  if (answer?.ok === true) return { findings: [good(`Dalgo Lite answers at ${url}`)], value: true };
  const free = await new Promise<boolean>((resolve) => {
    const probe = createServer();
    probe.once('error', () => {
      resolve(false);
    });
    probe.listen(config.port, config.host, () => {
      probe.close(() => {
        resolve(true);
      });
    });
  });
  return {
    findings: [
      free
        ? good(`Port ${config.port} is free; Dalgo Lite is not running`)
        : bad(
            `Port ${config.port} is taken by another program.`,
            'Stop that, or choose another: PORT=3002 npm start',
          ),
    ],
    value: false,
  };
}

async function checkBinaries() {
  const { version } = await findPostgresBinaries();
  return { findings: [good(`Embedded PostgreSQL ${version}`)] };
}

async function checkDatabase(config: Config, context: CliContext, serverRuns: boolean) {
  await using started = await startDatabase(config, { signal: context.signal });
  const { ownerUrl } = started;
  const findings: Finding[] = [];
  const client = new Client(ownerUrl);
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string }>(
      `SELECT current_setting('server_version') AS version`,
    );
    findings.push(good(`The database answers: PostgreSQL ${rows[0]?.version ?? '?'}`));
    const pending = await pendingMigrations(ownerUrl);
    if (pending.length > 0) {
      findings.push(
        note(`Its tables are to be brought up to date: ${pending.join(', ')}`, 'The next start does it.'),
      );
      return { findings };
    }
    findings.push(good('Its tables are up to date'));
    for (const { says, remedy, severe } of await inspectWall(client)) {
      findings.push(severe ? bad(says, remedy) : note(says, remedy));
    }
    findings.push(...(await checkKeys(client, config)));
    findings.push(...(await checkLogin(config, ownerUrl, serverRuns)));
    return { findings };
  } catch (error) {
    return { findings: [...findings, asFinding(asConnectionError(error, ownerUrl))] };
  } finally {
    await client.end().catch(() => undefined); // never connected, which is reported above
  }
}

async function checkKeys(client: Client, config: Config): Promise<readonly Finding[]> {
  const { rows } = await client.query<{ id: Parameters<typeof openDataKey>[1]; encrypted_data_key: string }>(
    'SELECT id, encrypted_data_key FROM public.organizations',
  );
  const closed = rows.filter((row) => {
    try {
      openDataKey(config, row.id, row.encrypted_data_key);
      return false;
    } catch {
      return true; // counted, and reported below
    }
  });
  if (closed.length === 0) return [good(`The keys open the credentials of all ${rows.length} organizations`)];
  return [
    bad(
      `ENCRYPTION_KEY does not open the credentials of ${closed.length} of ${rows.length} organizations.`,
      'Put the key that was used before back, after a comma: ENCRYPTION_KEY=new,old. Without a setting it is in secrets.json of the data directory.',
    ),
  ];
}

async function checkLogin(
  config: Config,
  ownerUrl: string,
  serverRuns: boolean,
): Promise<readonly Finding[]> {
  await using database = connectDatabase(appLogin(ownerUrl, config).url, { maxConnections: 1 });
  try {
    await database.ping();
  } catch (cause) {
    return [
      bad(
        `The program's login cannot enter (${cause instanceof Error ? cause.message : String(cause)}).`,
        'The next start makes it anew. On several machines, give all the same ENCRYPTION_KEY.',
      ),
    ];
  }
  const worker = await findLiveWorker({ database });
  if (worker !== undefined)
    return [good("The program's login works"), good(`A worker is alive on ${worker.hostname}`)];
  return [
    good("The program's login works"),
    serverRuns
      ? bad(
          'The server runs, but no worker is alive: runs stay queued.',
          'Look into its log, and start it again.',
        )
      : note('No worker is alive, since Dalgo Lite is not running'),
  ];
}

async function checkPages() {
  return {
    findings: [
      (await isWebFresh())
        ? good('The pages are built')
        : note('The pages are not built, or older than their sources.', 'The next start builds them.'),
    ],
  };
}
