import { mkdtemp, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createLog } from '#platform/log';
import {
  createBareDatabase,
  createTestDatabase,
  type BareDatabase,
  type TestDatabase,
} from '#testing/database';
import { backupCommand } from './backup.ts';
import type { CliCommand } from './cli-command.ts';
import { createOrganizationCommand } from './create-organization.ts';
import { createSystemUserCommand } from './create-system-user.ts';
import { doctorCommand } from './doctor.ts';
import { restoreCommand } from './restore.ts';

let installation: TestDatabase;
let folder: string;

beforeAll(async () => {
  installation = await createTestDatabase();
  folder = await mkdtemp(join(inject('testDirectory'), 'cli-'));
});
afterAll(() => installation[Symbol.asyncDispose]());

async function runCommand(
  command: CliCommand,
  args: readonly string[],
  on: BareDatabase = installation,
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number; readonly said: string }> {
  const lines: string[] = [];
  const code = await command({
    args,
    environment: {
      DATABASE_URL: on.ownerUrl,
      DALGO_DATA_DIR: on.config.dataDirectory,
      ENCRYPTION_KEY: 'only-for-tests-only-for-tests',
      JWT_SECRET_KEY: 'only-for-tests-only-for-tests-only-for-tests',
      PORT: '0',
      INIT_CWD: folder,
      ...environment,
    },
    log: createLog('silent'),
    say: (line) => lines.push(line),
    signal: new AbortController().signal,
  });
  return { code, said: lines.join('\n') };
}

async function asAdmin(sql: string): Promise<void> {
  const client = new Client(installation.adminUrl);
  await client.connect();
  await client.query(sql);
  await client.end();
}

describe('the command line', () => {
  test('creates an organization and shows a one-time password, once', async () => {
    const first = await runCommand(createOrganizationCommand, [
      '--name',
      'Pani',
      '--email',
      'Asha@Example.org',
    ]);
    expect(first.said).toMatch(
      /"Pani" \([a-z0-9]{16}\) was created[^]*asha@example\.org logs in with this password/,
    );
    const second = await runCommand(createOrganizationCommand, [
      '--name',
      'Vidya',
      '--email',
      'asha@example.org',
    ]);
    expect(second.said).toMatch(/has an account already/);
  });

  test.each([
    [[]],
    [['--name', 'X']],
    [['--name', 'X', '--email', 'no']],
    [['--nme', 'X']],
    [['--role', 'king']],
  ])('says how create-organization is used when it gets %j', async (args) => {
    await expect(runCommand(createOrganizationCommand, args)).rejects.toMatchObject({
      code: 'invalid_input',
      hint: expect.stringContaining('create-organization --name NAME'),
    });
  });

  test('creates the system user once', async () => {
    expect((await runCommand(createSystemUserCommand, [])).said).toMatch(/was created/);
    expect((await runCommand(createSystemUserCommand, [])).said).toMatch(/exists already/);
  });

  test('backs up to a file that it never overwrites, and restores it into an empty installation alone', async () => {
    const { said } = await runCommand(backupCommand, ['all.dalgo']);
    expect(said).toMatch(/all\.dalgo: 2 organizations/);
    expect(said).toMatch(/ENCRYPTION_KEY, which is not in it/);
    expect((await stat(join(folder, 'all.dalgo'))).mode & 0o777).toBe(0o600);
    await expect(runCommand(backupCommand, ['all.dalgo'])).rejects.toMatchObject({ code: 'conflict' });
    await expect(runCommand(backupCommand, ['missing/all.dalgo'])).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('missing/all.dalgo cannot be written'),
    });
    await expect(runCommand(restoreCommand, ['all.dalgo'])).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('has organizations already'),
    });

    await using other = await createBareDatabase();
    await expect(
      runCommand(restoreCommand, ['all.dalgo'], other, { ENCRYPTION_KEY: 'another-key-another-key' }),
    ).rejects.toMatchObject({
      code: 'configuration_invalid',
      message: expect.stringContaining('another ENCRYPTION_KEY'),
    });
    expect((await runCommand(restoreCommand, ['all.dalgo'], other)).said).toMatch(/2 organizations/);
    expect((await runCommand(doctorCommand, [], other)).said).toMatch(/credentials of all 2 organizations/);
  });

  test('restores nothing from a file that is no backup', async () => {
    await writeFile(join(folder, 'no.dalgo'), 'name,age\nAsha,31\n');
    await expect(runCommand(restoreCommand, ['no.dalgo'])).rejects.toMatchObject({
      code: 'backup_unreadable',
    });
    await expect(runCommand(restoreCommand, ['absent.dalgo'])).rejects.toMatchObject({
      code: 'backup_unreadable',
    });
  });

  test('the doctor finds nothing wrong with a healthy installation', async () => {
    const { code, said } = await runCommand(doctorCommand, []);
    expect(said).not.toContain('✗');
    expect(code).toBe(0);
  });

  test('the doctor finds a gap in the wall, a lost key and a database that does not answer', async () => {
    await asAdmin('ALTER TABLE sources NO FORCE ROW LEVEL SECURITY');
    const gap = await runCommand(doctorCommand, []);
    await asAdmin('ALTER TABLE sources FORCE ROW LEVEL SECURITY');
    expect(gap.said).toMatch(/✗ Tables without the wall between organizations: sources/);
    expect(gap.code).toBe(1);

    const lost = await runCommand(doctorCommand, [], installation, {
      ENCRYPTION_KEY: 'another-key-another-key',
    });
    expect(lost.said).toMatch(/✗ ENCRYPTION_KEY does not open the credentials of 2 of 2/);

    const absent = await runCommand(doctorCommand, [], installation, {
      DATABASE_URL: 'postgresql://x:y@127.0.0.1:1/z',
    });
    expect(absent.said).toMatch(/✗ No PostgreSQL answers at 127\.0\.0\.1:1\/z/);
    expect(absent.said).not.toContain('x:y');
  });
});
