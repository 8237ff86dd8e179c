import { loadSource } from './steps/load-source.ts';
import { newOrganization } from './steps/organization.ts';
import { publicData } from './steps/public-data.ts';
import { expect, test } from './steps/watched-test.ts';

/** How Chromium reports the answers that these tests provoke. */
const refused = /Failed to load resource: the server responded with a status of 401/;
const notFound = /Failed to load resource: the server responded with a status of 404/;

test('a person logs out and in again, is told at the field what was wrong, and comes back to where they wanted', async ({
  page,
  context,
  complaints,
}) => {
  complaints.expect(refused);
  const { member } = await newOrganization(context);
  await page.goto('/settings');
  await page.getByRole('button', { name: `Your account: ${member.name}` }).click();
  await page.getByRole('menuitem', { name: 'Log out' }).click();
  await expect(page.getByRole('heading', { name: 'Log in' })).toBeVisible();

  await test.step('what was open is closed to who comes next', async () => {
    await page.goto('/sources');
    await expect(page.getByRole('heading', { name: 'Log in' })).toBeVisible();
    await expect(page).toHaveURL(/\/login\?next=%2Fsources$/);
  });

  await test.step('nothing typed: each field says so', async () => {
    await page.getByRole('button', { name: 'Log in' }).click();
    await expect(page.getByLabel('E-mail')).toHaveAccessibleDescription(/.+/);
    await expect(page.getByLabel('Password', { exact: true })).toHaveAccessibleDescription(
      'Enter your password',
    );
  });

  await test.step('a wrong password: the message is at the field, and the e-mail stays', async () => {
    await page.getByLabel('E-mail').fill(member.email);
    await page.getByLabel('Password', { exact: true }).fill('seven rivers and a hill');
    await page.getByRole('button', { name: 'Log in' }).click();
    await expect(page.getByLabel('Password', { exact: true })).toHaveAccessibleDescription(/.+/);
    await expect(page.getByLabel('Password', { exact: true })).toHaveAttribute('aria-invalid', 'true');
    await expect(page.getByLabel('E-mail')).toHaveValue(member.email);
  });

  await test.step('the right one leads to the page that was wanted', async () => {
    await page.getByLabel('Password', { exact: true }).fill(member.password);
    await page.getByRole('button', { name: 'Log in' }).click();
    await expect(page).toHaveURL(/\/sources$/);
    await expect(page.getByRole('heading', { name: 'Sources', level: 1 })).toBeVisible();
  });
});

test('a reload keeps a person in, and no script of the page can find a token', async ({ page, context }) => {
  await newOrganization(context);
  await page.goto('/pipelines');
  await expect(page.getByRole('heading', { name: 'Pipelines', level: 1 })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Pipelines', level: 1 })).toBeVisible();
  const reachable = await page.evaluate(
    'JSON.stringify({ ...localStorage, ...sessionStorage }) + document.cookie',
  );
  expect(reachable).not.toMatch(/eyJ|token|refresh/i);
  const cookies = await context.cookies();
  expect(cookies.filter((cookie) => !cookie.httpOnly).map((cookie) => cookie.name)).toEqual([]);
});

test("another organization's source is not found, by any of its addresses", async ({
  page,
  context,
  browser,
  complaints,
}) => {
  complaints.expect(notFound);
  const theirs = await browser.newContext();
  const { api } = await newOrganization(theirs);
  const source = await loadSource(api, 'Weather', publicData('seattle-weather'));
  await theirs.close();

  await newOrganization(context);
  await page.goto(`/sources/${source.id}`);
  await expect(page.getByRole('alert').filter({ hasText: 'This source could not be opened' })).toBeVisible();
  await page.goto(`/data/${source.warehouse_table_name}`);
  await expect(page.getByRole('alert').filter({ hasText: 'This table could not be opened' })).toBeVisible();
  await page.goto(`/transformations/new?table=${source.warehouse_table_name}`);
  await expect(page.getByText('There is no data yet')).toBeVisible();
  await expect(page.getByText('Weather')).toBeHidden();
});

test('a person makes a key for a program, which reads with it until it is taken back', async ({
  page,
  context,
  playwright,
  baseURL,
}) => {
  await newOrganization(context);
  await page.goto('/settings?tab=keys');
  await expect(page.getByText('No program has a key.')).toBeVisible();
  await page.getByRole('button', { name: 'New key' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Monthly report');
  await page.getByRole('button', { name: 'Make key' }).click();
  const token = await page.getByRole('dialog').getByLabel('Token').inputValue();
  await page.getByRole('button', { name: 'I have kept it' }).click();

  const program = await playwright.request.newContext({
    ...(baseURL === undefined ? {} : { baseURL }),
    extraHTTPHeaders: { authorization: `Bearer ${token}` },
  });
  const status = async (path: string) => (await program.get(`/api/v1${path}`)).status();
  expect(await status('/warehouse/tables')).toBe(200);
  expect(await status('/audit'), 'a viewer does not see it').toBe(403);
  await page.getByRole('button', { name: 'Take Monthly report back' }).click();
  await page.getByRole('button', { name: 'Take back', exact: true }).click();
  await expect(page.getByText('No program has a key.')).toBeVisible();
  expect(await status('/warehouse/tables')).toBe(401);
  await program.dispose();
});
