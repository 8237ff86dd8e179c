import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import pg from 'pg';
import { commcareTestAccount, startCommcareServer } from '#testing/commcare-server';
import { type FakeService, startFakeService } from '#testing/fake-service';
import { hasMariadb, startMariadb } from '#testing/mariadb-server';
import { odkTestAccount, startOdkServer } from '#testing/odk-server';
import { startSurveyctoServer, surveyctoTestAccount } from '#testing/surveycto-server';
import { faultyConnectors } from '../src/ingestion/records/testing/faulty-connectors.ts';
import { load, openAddSource } from './steps/add-source.ts';
import { expectRowCount, grid } from './steps/grid.ts';
import { newOrganization } from './steps/organization.ts';
import { expect, test } from './steps/watched-test.ts';

/** A service of four people, as the suite of faults has it when nothing goes wrong. */
async function peopleAt(type: string, port?: number): Promise<FakeService> {
  const connector = faultyConnectors.find((one) => one.type === type);
  if (connector === undefined) throw new Error(`${type} has no service`);
  return startFakeService((call) => connector.answer(call, 4), port);
}

function configOf(type: string, origin: string): Readonly<Record<string, unknown>> {
  return faultyConnectors.find((one) => one.type === type)?.config(origin) ?? {};
}

/** Chooses a kind of source in the window that adds one. */
async function choose(page: Page, kind: string): Promise<Locator> {
  const dialog = await openAddSource(page);
  await dialog.getByRole('button', { name: new RegExp(`^${kind}`) }).click();
  return dialog;
}

async function fill(dialog: Locator, values: Readonly<Record<string, string>>): Promise<void> {
  for (const [label, value] of Object.entries(values)) {
    await dialog.getByLabel(label, { exact: true }).fill(value);
  }
}

async function pick(dialog: Locator, label: string, option: string): Promise<void> {
  await dialog.getByLabel(label, { exact: true }).selectOption({ label: option });
}

/** From the filled form to rows in the grid. */
async function loadAndLook(
  page: Page,
  dialog: Locator,
  expected: {
    readonly name: string;
    readonly rows: number;
    readonly cell: string;
  },
): Promise<void> {
  await dialog.getByRole('button', { name: 'Connect', exact: true }).click();
  await dialog.getByLabel('Name of the source').fill(expected.name);
  await load(dialog, `${expected.rows} rows`);
  await page.goto('/sources');
  await page.getByRole('link', { name: expected.name, exact: true }).click();
  await expectRowCount(page, String(expected.rows));
  await expect(grid(page).getByText(expected.cell, { exact: true }).first()).toBeVisible();
}

test.beforeEach(async ({ context }) => {
  await newOrganization(context);
});

test('a form of KoboToolbox', async ({ page }) => {
  await using kobo = await peopleAt('kobo');
  const dialog = await choose(page, 'KoboToolbox');
  await pick(dialog, 'Server', 'Another server');
  await fill(dialog, { Address: kobo.origin, 'API key': String(configOf('kobo', kobo.origin)['token']) });
  await loadAndLook(page, dialog, { name: 'Kobo', rows: 4, cell: '4' });
});

test('a sheet of Google Sheets', async ({ page, baseURL }) => {
  await using google = await peopleAt('google_sheets', Number(new URL(baseURL ?? '').port) + 1);
  const config = configOf('google_sheets', google.origin);
  const dialog = await choose(page, 'Google Sheets');
  await pick(dialog, 'Read it as', 'A service account');
  await fill(dialog, {
    Spreadsheet: String(config['spreadsheet']),
    'Key of a service account': String(config['credentials']),
  });
  await loadAndLook(page, dialog, { name: 'Sheet', rows: 4, cell: 'n4' });
});

test('a REST API', async ({ page }) => {
  await using service = await peopleAt('rest_api');
  const dialog = await choose(page, 'REST API');
  await fill(dialog, { Address: service.origin, 'What to load (optional)': 'people' });
  await loadAndLook(page, dialog, { name: 'People', rows: 4, cell: 'n4' });
});

test('a table of PostgreSQL', async ({ page }) => {
  // The program's own server, as a stranger sees it.
  const folder = join(process.env['E2E_DATA_DIR'] ?? '', 'postgres');
  const [port, password] = await Promise.all(
    ['port', 'password'].map(async (name) => (await readFile(join(folder, name), 'utf8')).trim()),
  );
  const admin = new pg.Client({
    host: '127.0.0.1',
    port: Number(port),
    user: 'postgres',
    password,
    database: 'postgres',
  });
  await admin.connect();
  await admin.query('CREATE DATABASE field_of_others');
  const theirs = new pg.Client({
    host: '127.0.0.1',
    port: Number(port),
    user: 'postgres',
    password,
    database: 'field_of_others',
  });
  await theirs.connect();
  try {
    await theirs.query(
      `CREATE TABLE visits AS SELECT g AS id, 'v' || g AS place FROM generate_series(1, 3) g`,
    );
    const dialog = await choose(page, 'PostgreSQL');
    await fill(dialog, {
      Host: '127.0.0.1',
      Port: port ?? '',
      Database: 'field_of_others',
      User: 'postgres',
      Password: password ?? '',
    });
    await pick(dialog, 'Encryption', 'None: anybody on the way can read along');
    await loadAndLook(page, dialog, { name: 'Visits', rows: 3, cell: 'v3' });
  } finally {
    await theirs.end();
    await admin.query('DROP DATABASE field_of_others');
    await admin.end();
  }
});

test('a table of MariaDB', async ({ page }) => {
  test.skip(!hasMariadb, 'mariadbd is not installed');
  await using theirs = await startMariadb();
  await theirs.run(`CREATE TABLE visits AS SELECT seq AS id, concat('v', seq) AS place FROM seq_1_to_3`);
  const dialog = await choose(page, 'MySQL and MariaDB');
  await fill(dialog, {
    Host: '127.0.0.1',
    Port: String(theirs.port),
    Database: theirs.database,
    User: theirs.username,
    Password: theirs.password,
  });
  await loadAndLook(page, dialog, { name: 'Visits', rows: 3, cell: 'v3' });
});

test('a form of ODK Central', async ({ page }) => {
  await using odk = await startOdkServer();
  odk.submissions.push({
    id: 'uuid:1',
    submittedAt: '2026-01-01T08:00:00.000Z',
    answers: { head: { full_name: 'Asha', age: 34 } },
  });
  const dialog = await choose(page, 'ODK Central');
  await fill(dialog, {
    Server: odk.origin,
    'E-mail address': odkTestAccount.email,
    Password: odkTestAccount.password,
  });
  await dialog.getByLabel(/^Number of the project/).fill('1');
  await dialog.getByRole('button', { name: 'Connect', exact: true }).click();
  await dialog.getByLabel('Name of the source').fill('Households');
  await load(dialog, '1 row');
  await page.goto('/sources');
  await page.getByRole('link', { name: 'Households', exact: true }).click();
  await expect(grid(page).getByText('Asha', { exact: true })).toBeVisible();
});

test('forms of CommCare HQ', async ({ page }) => {
  await using commcare = await startCommcareServer();
  for (const id of ['f1', 'f2']) {
    commcare.forms.push({
      id,
      indexed_on: '2026-01-01T08:00:00Z',
      form: { head: { full_name: `Head ${id}` } },
    });
  }
  const dialog = await choose(page, 'CommCare HQ');
  await pick(dialog, 'Server', 'Another server');
  await fill(dialog, {
    Address: commcare.origin,
    'Project space': commcareTestAccount.domain,
    'User name': commcareTestAccount.username,
    'API key': commcareTestAccount.api_key,
  });
  await loadAndLook(page, dialog, { name: 'Home visits', rows: 2, cell: 'Head f2' });
});

test('a form of SurveyCTO', async ({ page }) => {
  await using surveycto = await startSurveyctoServer();
  for (const number of [1, 2]) {
    surveycto.submissions.push({
      KEY: `uuid:${number}`,
      completedAt: new Date('2026-01-01T08:00:00Z'),
      answers: { village: `Village ${number}` },
    });
  }
  const dialog = await choose(page, 'SurveyCTO');
  await pick(dialog, 'Server', 'At another address');
  await fill(dialog, {
    Address: surveycto.origin,
    'User name': surveyctoTestAccount.username,
    Password: surveyctoTestAccount.password,
  });
  await dialog.getByRole('button', { name: 'Connect', exact: true }).click();
  // An encrypted one is among them.
  await dialog.getByRole('checkbox', { name: 'Load locked' }).uncheck();
  await dialog.getByLabel('Name of the source').fill('Villages');
  await load(dialog, '2 rows');
  await page.goto('/sources');
  await page.getByRole('link', { name: 'Villages', exact: true }).click();
  await expect(grid(page).getByText('Village 2', { exact: true })).toBeVisible();
});
