import type { Locator } from '@playwright/test';
import { createNotificationChannel } from '#contracts/notifications';
import { createSource, syncSource } from '#contracts/sources';
import { createTransformation, executeTransformation } from '#contracts/transformations';
import { startFakeService, type FakeService } from '../src/testing/fake-service.ts';
import { startMailServer, type MailServer } from '../src/testing/mail-server.ts';
import type { Api } from './steps/api.ts';
import { newOrganization } from './steps/organization.ts';
import { OwnProgram } from './steps/own-program.ts';
import { expect, test as watched } from './steps/watched-test.ts';

interface Surroundings {
  readonly program: OwnProgram;
  readonly mail: MailServer;
  /** Where visits come from: /visits is refused while it is broken. */
  readonly field: FakeService;
  /** Takes the messages of a webhook. */
  readonly hook: FakeService;
  readonly setBroken: (isBroken: boolean) => void;
}

/** The program with a mail server, a service to load from and a place that is told of things, all on this machine. */
const test = watched.extend<object, { readonly around: Surroundings }>({
  around: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the pattern to know what a fixture needs
    async ({}, use) => {
      let isBroken = false;
      await using mail = await startMailServer();
      await using hook = await startFakeService(() => ({ json: {} }));
      await using field = await startFakeService(({ url }) => {
        if (isBroken && url.pathname === '/visits') return { status: 403, json: { error: 'key expired' } };
        const rows = Array.from({ length: 12 }, (_, index) => ({ id: index + 1, district: `D${index % 3}` }));
        return { json: { rows } };
      });
      await using program = await OwnProgram.start({
        SMTP_URL: mail.url,
        OUTBOUND_ALLOWED_HOSTS: `${field.host},${hook.host}`,
      });
      await use({ program, mail, field, hook, setBroken: (broken) => (isBroken = broken) });
    },
    { scope: 'worker', timeout: 180_000 },
  ],
});

test('a pipeline that breaks at night is told of by mail, webhook and bell, is put right and goes on from where it failed', async ({
  around,
  browser,
  complaints,
}) => {
  test.setTimeout(240_000);
  const context = await browser.newContext({ baseURL: around.program.address });
  const page = await context.newPage();
  complaints.watch(page);
  const { api, member } = await newOrganization(context);
  await prepare(api, around);

  await test.step('build the pipeline on the canvas and schedule it', async () => {
    await page.goto('/');
    await page.getByRole('button', { name: 'Pipeline', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'New pipeline' });
    await dialog.getByLabel('Name').fill('Every morning');
    for (const name of ['Visits', 'Sites', 'By district']) {
      await dialog.getByRole('checkbox', { name, exact: true }).check();
    }
    await dialog.getByRole('button', { name: 'Create pipeline' }).click();
    await expect(page.getByRole('heading', { name: 'Every morning', level: 1 })).toBeVisible();
    await page.getByRole('button', { name: 'Set a schedule' }).click();
    await page.getByLabel('How often').selectOption({ label: 'Every day' });
    await page.getByLabel('Time', { exact: true }).fill('06:00');
    await page.getByRole('button', { name: 'Save schedule' }).click();
    await expect(page.getByRole('region', { name: 'Schedule' })).toContainText('Every day at 06:00');
  });

  const run = page.getByRole('region', { name: 'Run', exact: true });
  await test.step('its source breaks: the run says what failed, and what was skipped for it', async () => {
    around.setBroken(true);
    await page.getByRole('button', { name: 'Run now: Every morning' }).click();
    await expect(run.getByRole('alert')).toContainText('Visits failed');
    await expect(run.getByRole('button', { name: /^Source Sites Done/ })).toBeVisible();
    await expect(run.getByRole('button', { name: /^Transformation By district Skipped/ })).toBeVisible();
    await search(run, 'visits failed', 1);
  });

  await test.step('the bell, a mail and a webhook tell of it', async () => {
    await page.getByRole('button', { name: /^Notifications/ }).click();
    await expect(page.getByText('“Every morning” finished with errors').first()).toBeVisible();
    await page.keyboard.press('Escape');
    await expect
      .poll(() => around.mail.mails.length + around.hook.calls.length, { timeout: 60_000 })
      .toBeGreaterThanOrEqual(2);
    const [letter] = around.mail.mails;
    expect(letter?.to).toEqual([member.email]);
    expect(decoded(letter?.source ?? '')).toContain('Every morning');
    const [message] = around.hook.calls;
    expect(message?.headers['webhook-signature']).toMatch(/^v1,/);
    expect(message?.body).toContain('Every morning');
    expect(message?.body).toContain('By district');
  });

  await test.step('it is put right, goes on from the failed step, and is watched until it is done', async () => {
    around.setBroken(false);
    const sites = around.field.calls.filter((call) => call.url.pathname === '/sites').length;
    await run.getByRole('button', { name: 'Re-run from failed' }).click();
    await expect(run.getByRole('status').first()).toHaveText('Done');
    await expect(run.getByRole('button', { name: /^Source Visits Done/ })).toContainText('12 rows');
    // What had succeeded is kept.
    expect(around.field.calls.filter((call) => call.url.pathname === '/sites')).toHaveLength(sites);
    await run.getByRole('button', { name: /^Transformation By district Done/ }).click();
    const details = run.getByRole('region', { name: 'What By district did' });
    await expect(details).toContainText('Version of the recipe');
    await details.getByText('The statement that made the table').click();
    await expect(details).toContainText('SELECT');
    await page.getByRole('button', { name: /^Notifications/ }).click();
    await expect(page.getByText('“Every morning” works for the first time').first()).toBeVisible();
  });
  await context.close();
});

async function prepare(api: Api, around: Surroundings): Promise<void> {
  const source = (name: string, path: string) =>
    api.call(createSource, {
      body: { name, type: 'rest_api', config: { base_url: around.field.origin, path } },
    });
  const visits = await source('Visits', 'visits');
  const sites = await source('Sites', 'sites');
  for (const { id } of [visits, sites]) await api.call(syncSource, { params: { id } });
  await expect
    .poll(
      async () => {
        const made = await api
          .call(createTransformation, {
            body: {
              name: 'By district',
              recipe: {
                steps: [
                  { type: 'source', table: visits.warehouse_table_name },
                  { type: 'group', by: ['district'], aggregates: [{ function: 'count', alias: 'visits' }] },
                ],
              },
            },
          })
          .catch(() => undefined);
        if (made !== undefined) await api.call(executeTransformation, { params: { id: made.id }, body: {} });
        return made?.name;
      },
      { timeout: 30_000 },
    )
    .toBe('By district');
  await api.call(createNotificationChannel, {
    body: { kind: 'webhook', name: 'Operations', url: `${around.hook.origin}/told` },
  });
}

async function search(run: Locator, words: string, lines: number): Promise<void> {
  await run.getByRole('searchbox', { name: 'Search the log' }).fill(words);
  await expect(run.getByRole('log').getByRole('listitem')).toHaveCount(lines);
  await run.getByRole('searchbox', { name: 'Search the log' }).fill('');
}

/** The text of a mail, whichever way its parts are encoded for the wire. */
function decoded(source: string): string {
  const plain = source
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/((?:=[0-9A-F]{2})+)/g, (bytes) =>
      Buffer.from(bytes.replaceAll('=', ''), 'hex').toString('utf8'),
    );
  const packed = [...source.matchAll(/(?:^[A-Za-z0-9+/]{60,}={0,2}\r?$\n?)+/gm)].map(([lines]) =>
    Buffer.from(lines, 'base64').toString('utf8'),
  );
  return [plain, ...packed].join('\n');
}
