import { startFakeGoogle, googleClient, type FakeGoogle } from '#testing/fake-google';
import { type FakeService, startFakeService } from '#testing/fake-service';
import { openAddSource } from './steps/add-source.ts';
import { expectFirstRows } from './steps/grid.ts';
import { newOrganization } from './steps/organization.ts';
import { OwnProgram } from './steps/own-program.ts';
import { expect, test as watched } from './steps/watched-test.ts';

interface World {
  readonly program: OwnProgram;
  readonly google: FakeGoogle;
  readonly api: FakeService;
}

const projects = [
  { id: 1, title: 'Wells', contact: 'private' },
  { id: 2, title: 'Schools', contact: 'private' },
];

/** A program that may reach two services on this machine in place of the real ones. */
const test = watched.extend<object, { readonly world: World }>({
  world: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the pattern to know what a fixture needs
    async ({}, use) => {
      await using google = await startFakeGoogle();
      await using api = await startFakeService(({ url }) => {
        if (url.pathname === '/v1/projects') return { json: { data: projects } };
        const id = /^\/v1\/projects\/(\d)\/tasks$/.exec(url.pathname)?.[1];
        return id === undefined ? { status: 404, json: {} } : { json: [{ task: `Task of ${id}` }] };
      });
      await using program = await OwnProgram.start({
        GOOGLE_OAUTH_CLIENT_ID: googleClient.id,
        GOOGLE_OAUTH_CLIENT_SECRET: googleClient.secret,
        GOOGLE_ACCOUNTS_URL: google.origin,
        GOOGLE_OAUTH_URL: google.origin,
        GOOGLE_SHEETS_URL: google.origin,
        OUTBOUND_ALLOWED_HOSTS: `${google.host},${api.host}`,
      });
      await use({ program, google, api });
    },
    { scope: 'worker', timeout: 240_000 },
  ],
});

test.use({ baseURL: async ({ world }, use) => use(world.program.address) });

test('an API with a list within a list is connected by its form, without a column that is not wanted', async ({
  page,
  context,
  world,
}) => {
  await newOrganization(context);
  const dialog = await openAddSource(page);
  await dialog.getByRole('button', { name: /^REST API/ }).click();
  await dialog.getByLabel('Address', { exact: true }).fill(`${world.api.origin}/v1`);
  await dialog.getByLabel('What to load (optional)').fill('project');
  await dialog.getByRole('button', { name: 'Connect' }).click();
  await expect(dialog.getByRole('status')).toContainText('nothing at this address');
  await dialog.getByLabel('What to load (optional)').fill('projects');
  await dialog.getByRole('button', { name: 'Add a list' }).click();
  await dialog.getByLabel('Name', { exact: true }).fill('Tasks');
  await dialog.getByLabel('What to load for each row').fill('projects/{id}/tasks');
  await dialog.getByRole('button', { name: 'Connect' }).click();

  await expect(dialog.getByText('The rows are at “data” in the answer.')).toBeVisible();
  await expect(dialog.getByRole('cell', { name: 'Wells' })).toBeVisible();
  await dialog.getByRole('checkbox', { name: 'contact' }).click();
  await dialog.getByRole('button', { name: 'Tasks', exact: true }).click();
  await expect(dialog.getByRole('cell', { name: 'Task of 2' })).toBeVisible();
  await dialog.getByLabel('Name of the source').fill('Projects');
  await dialog.getByRole('button', { name: 'Load', exact: true }).click();
  await expect(dialog.getByText(/4 rows loaded/)).toBeVisible();
  await dialog.getByRole('link', { name: 'Open' }).click();
  await expectFirstRows(page, [
    ['1', 'Wells'],
    ['2', 'Schools'],
  ]);
  await page.goto('/data');
  await page.getByRole('link', { name: 'Projects – Tasks' }).click();
  await expectFirstRows(page, [
    ['1', 'Task of 1'],
    ['2', 'Task of 2'],
  ]);
});

test('somebody signs in with Google, loads a sheet, and sends a table back to a new one', async ({
  page,
  context,
  world: { google },
}) => {
  await newOrganization(context);
  google.person = { email: 'asha@gmail.com', allows: () => true };
  google.spreadsheets.set('1AbCdEfGhIjKlMnOpQrStUv', {
    title: 'Field data',
    readers: ['asha@gmail.com'],
    editors: [],
    sheets: [
      {
        sheetId: 7,
        title: 'Visits',
        rowCount: 100,
        columnCount: 3,
        values: [
          ['Village', 'Visited', 'Wells'],
          ['Pune', 45_352, 3],
          ['=HYPERLINK("x")', 45_353, 4],
        ],
        formats: { 1: 'DATE' },
      },
    ],
  });
  const dialog = await openAddSource(page);
  await dialog.getByRole('button', { name: /^Google Sheets/ }).click();
  await dialog
    .getByLabel('Spreadsheet', { exact: true })
    .fill('https://docs.google.com/spreadsheets/d/1AbCdEfGhIjKlMnOpQrStUv/edit#gid=7');
  await dialog.getByRole('button', { name: 'Sign in with Google' }).click();
  await expect(dialog.getByRole('combobox', { name: 'Account' })).toContainText('asha@gmail.com');
  await dialog.getByRole('button', { name: 'Connect' }).click();
  await expect(dialog.getByRole('cell', { name: 'Pune' })).toBeVisible();
  await dialog.getByRole('button', { name: 'Load', exact: true }).click();
  await expect(dialog.getByText(/2 rows loaded/)).toBeVisible();

  await page.goto('/data');
  await page.getByRole('link', { name: 'Visits', exact: true }).click();
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: /^Google Sheets/ }).click();
  const send = page.getByRole('dialog');
  await send.getByRole('button', { name: 'Sign in with Google' }).click();
  await expect(send.getByRole('combobox', { name: 'Account' })).toContainText('asha@gmail.com');
  await send.getByRole('button', { name: 'Send' }).click();
  await expect(send.getByText(/2 rows are in/)).toBeVisible();
  const made = [...google.spreadsheets.values()].find(({ title }) => title === 'Visits');
  expect(made?.sheets[0]?.values).toEqual([
    ['Village', 'Visited', 'Wells'],
    ['Pune', 45_352, 3],
    ['=HYPERLINK("x")', 45_353, 4],
  ]);
});
