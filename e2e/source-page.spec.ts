import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSource, syncSource } from '#contracts/sources';
import { expectAccessible } from './steps/accessibility.ts';
import { newOrganization } from './steps/organization.ts';
import { expect, test } from './steps/watched-test.ts';

/** A service that has these records at the moment. */
async function serveRecords() {
  let records: readonly object[] = [];
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(records));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // of a TCP server
    have: (now: readonly object[]) => {
      records = now;
    },
    [Symbol.dispose]: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

test('a change of a service waits for a person, who sees it, approves it, and can start over', async ({
  page,
  context,
}) => {
  using service = await serveRecords();
  service.have([
    { id: 1, name: 'Asha', age: 34, visits: [{ on: '2026-01-02' }] },
    { id: 2, name: 'Binta', age: 41 },
  ]);
  const { api } = await newOrganization(context);
  const source = await api.call(createSource, {
    body: {
      name: 'Households',
      type: 'rest_api',
      config: { base_url: service.url, path: 'households', paginator: { kind: 'single' } },
    },
  });
  await api.call(syncSource, { params: { id: source.id } });
  await page.goto(`/sources/${source.id}`);
  await expect(page.getByText('In no pipeline: it is loaded only by hand')).toBeVisible();

  await test.step('say that changes are to be asked about', async () => {
    await page.getByRole('tab', { name: 'Streams' }).click();
    await expect(page.getByRole('region', { name: 'Streams' }).getByRole('link')).toHaveText([
      'Households',
      'Households – visits',
    ]);
    await page.getByRole('button', { name: 'How it is loaded…' }).click();
    const dialog = page.getByRole('dialog', { name: 'How the source is loaded' });
    await dialog.getByRole('checkbox', { name: 'Ask me before a column goes' }).click();
    await expectAccessible(page, 'settings of a stream', { within: '[role=dialog]' });
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(dialog).toBeHidden();
  });

  await test.step('a column that changes its type waits', async () => {
    service.have([{ id: 1, name: 'Asha', age: 'thirty-four' }]);
    await page.getByRole('button', { name: 'Sync now' }).click();
    await expect(page.getByText('The source has changed, and waits for you')).toBeVisible();
    await expect(page.getByText(/“age” changed from Whole number to Text/)).toBeVisible();
    await expectAccessible(page, 'a change that waits');
    await page.getByRole('button', { name: 'Approve and load' }).click();
    await expect(page.getByText('The source has changed, and waits for you')).toBeHidden();
    await page.getByRole('tab', { name: 'Columns' }).click();
    await expect(
      page.getByRole('region', { name: 'Changes over time' }).getByRole('row').filter({ hasText: 'age' }),
    ).toBeVisible();
  });

  await test.step('starting over says what it loses', async () => {
    await page.getByRole('tab', { name: 'Streams' }).click();
    await page.getByRole('button', { name: /^More for/ }).click();
    await page.getByRole('menuitem', { name: 'Start over…' }).click();
    const dialog = page.getByRole('alertdialog');
    await expect(dialog).toContainText('rows that the service no longer has');
    await dialog.getByRole('button', { name: 'Start over' }).click();
    await expect(dialog).toBeHidden();
    await expect(page.getByText('Starts over at the next load')).toBeHidden();
  });
});
