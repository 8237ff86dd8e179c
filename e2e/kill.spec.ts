import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import {
  createPipeline,
  getRun,
  listPipelineRuns,
  type Pipeline,
  type PipelineRun,
} from '#contracts/pipelines';
import { createTransformation } from '#contracts/transformations';
import { listTables, previewTable } from '#contracts/warehouse';
import type { Api } from './steps/api.ts';
import { largeFile } from './steps/large-file.ts';
import { loadSource } from './steps/load-source.ts';
import { newOrganization } from './steps/organization.ts';
import { kill, OwnProgram } from './steps/own-program.ts';
import { expect, test as watched } from './steps/watched-test.ts';

const rows = 400_000;
const file = largeFile(rows);
const rowsInWords = rows.toLocaleString('en-IN');

/** One program for the tests of this file, apart from that of the others. */
const test = watched.extend<object, { readonly program: OwnProgram }>({
  program: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the pattern to know what a fixture needs
    async ({}, use) => {
      await using program = await OwnProgram.start();
      await use(program);
    },
    { scope: 'worker', timeout: 120_000 },
  ],
});

// One after the other: both kill the same program.
test.describe.configure({ mode: 'default' });

test('kill -9 of the worker in the middle of a load: the run is taken over and done once, with the right rows', async ({
  program,
  browser,
  complaints,
}) => {
  const context = await browser.newContext({ baseURL: program.address });
  const page = await context.newPage();
  complaints.watch(page);
  const { api } = await newOrganization(context);
  const pipeline = await visitsPipeline(api);
  await page.goto(`/pipelines/${pipeline.id}`);

  await page.getByRole('button', { name: /^Run now/ }).click();
  await whileLoading(api, pipeline);
  kill(program.workerPid());

  await expectDone(page);
  await expectOnce(api, pipeline);
  await expectRightRows(api);
  await context.close();
});

test('kill -9 of everything, database and all, in the middle of a run: the next start finishes it, and the open page shows it', async ({
  program,
  browser,
  complaints,
}) => {
  // While nobody answers, the browser says so.
  complaints.expect(/net::ERR_|WebSocket connection|status of 50[234]/);
  const context = await browser.newContext({ baseURL: program.address });
  const page = await context.newPage();
  complaints.watch(page);
  const { api } = await newOrganization(context);
  const pipeline = await visitsPipeline(api);
  await page.goto(`/pipelines/${pipeline.id}`);

  await page.getByRole('button', { name: /^Run now/ }).click();
  await whileLoading(api, pipeline);
  program.killAll();
  await program.start();

  await expectDone(page);
  await expectOnce(api, pipeline);
  await expectRightRows(api);
  await context.close();
});

/** A source of many rows, and the sum of them by district. */
async function visitsPipeline(api: Api): Promise<Pipeline> {
  const source = await loadSource(api, 'Visits', { name: 'visits.csv', content: file.content });
  const transformation = await api.call(createTransformation, {
    body: {
      name: 'Amount by district',
      output_table_name: 'Amount by district',
      recipe: {
        steps: [
          { type: 'source', table: source.warehouse_table_name },
          {
            type: 'group',
            by: ['district'],
            aggregates: [
              { function: 'sum', column: 'amount', alias: 'Amount' },
              { function: 'count', alias: 'Visits' },
            ],
          },
        ],
      },
    },
  });
  return api.call(createPipeline, {
    body: { name: 'Every visit', source_ids: [source.id], transformation_ids: [transformation.id] },
  });
}

/** Returns as soon as rows of the running load are on their way, and no later. */
async function whileLoading(api: Api, pipeline: Pipeline): Promise<void> {
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- until then
    const run = await newestRun(api, pipeline);
    const load = run?.steps.find((step) => step.kind === 'sync');
    if (load?.status === 'running' && (load.progress?.rows_done ?? 0) > 0) return;
    if (load?.status === 'succeeded') throw new Error('the load was over before it could be interrupted');
    // oxlint-disable-next-line no-await-in-loop
    await sleep(20);
  }
}

async function newestRun(api: Api, pipeline: Pipeline): Promise<PipelineRun | undefined> {
  const { items } = await api.call(listPipelineRuns, { params: { id: pipeline.id }, query: {} });
  const [newest] = items;
  return newest && api.call(getRun, { params: { id: newest.run_id } });
}

/** The page, which nobody touched, shows the end of the run. */
async function expectDone(page: Page): Promise<void> {
  const run = page.getByRole('region', { name: 'Run', exact: true });
  await expect(run.getByRole('status').first()).toHaveText('Done', { timeout: 60_000 });
  await expect(run.getByRole('button', { name: /^Source Visits Done/ })).toContainText(`${rowsInWords} rows`);
  await expect(run.getByRole('button', { name: /^Source Visits Done/ })).toContainText('attempt 2');
  await expect(run.getByRole('button', { name: /^Transformation Amount by district Done/ })).toContainText(
    '7 rows',
  );
}

async function expectOnce(api: Api, pipeline: Pipeline): Promise<void> {
  const { items } = await api.call(listPipelineRuns, { params: { id: pipeline.id }, query: {} });
  expect(items.map((run) => run.status)).toEqual(['succeeded']);
}

async function expectRightRows(api: Api): Promise<void> {
  const { items } = await api.call(listTables, { query: {} });
  expect(items.map((table) => [table.display_name, table.row_count])).toEqual(
    expect.arrayContaining([
      ['Visits', rows],
      ['Amount by district', 7],
    ]),
  );
  const result = items.find((table) => table.display_name === 'Amount by district');
  const page = await api.call(previewTable, { params: { name: result?.name ?? '' }, query: {} });
  const sums = new Map(page.rows.map((row) => [row['district'], Number(row['amount'] ?? row['Amount'])]));
  expect(sums).toEqual(file.amountByDistrict);
}
