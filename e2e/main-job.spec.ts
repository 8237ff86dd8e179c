import {
  addSourceDialog,
  checkData,
  chooseFile,
  correctType,
  dropOnZone,
  load,
  nameSource,
} from './steps/add-source.ts';
import { applyStep, expectSaved, pick, startStep, steps } from './steps/editor.ts';
import { fewestFlights, flightsByState } from './steps/flights-by-state.ts';
import { columnHeads, expectFirstRows, expectRowCount, grid } from './steps/grid.ts';
import { newMember } from './steps/organization.ts';
import { publicData } from './steps/public-data.ts';
import { expect, test } from './steps/watched-test.ts';

test('a newcomer brings two files, makes a table of them by clicks, schedules it and sees the right numbers', async ({
  page,
}) => {
  const member = newMember();
  const flights = publicData('flights-airport');
  const airports = publicData('airports');
  const expected = flightsByState();

  await test.step('sign up', async () => {
    await page.goto('/signup');
    await page.getByLabel('Organization').fill(member.organization);
    await page.getByLabel('Your name').fill(member.name);
    await page.getByLabel('E-mail').fill(member.email);
    await page.getByLabel('Password', { exact: true }).fill(member.password);
    await page.getByRole('button', { name: 'Create organization' }).click();
    await expect(page.getByRole('heading', { name: 'Where shall we begin?' })).toBeVisible();
    await expect(page.getByRole('banner')).toContainText(member.organization);
  });

  await test.step('bring the first file and correct the type of a column', async () => {
    await page.getByRole('button', { name: /^Bring a file/ }).click();
    const dialog = addSourceDialog(page);
    await chooseFile(dialog, flights.path);
    await expect(dialog.getByText('3 columns found')).toBeVisible();
    await checkData(dialog);
    await expect(dialog.getByLabel('Name of the source')).toHaveValue('Flights airport');
    await expect(dialog.getByLabel('Type of count')).toHaveValue('integer');
    await correctType(dialog, 'count', 'Decimal number');
    await nameSource(dialog, 'Flights');
    await load(dialog, '5,366 rows');
  });

  await test.step('drop the second file on the dialog', async () => {
    await page.getByRole('button', { name: 'Source', exact: true }).click();
    const dialog = addSourceDialog(page);
    await dropOnZone(dialog, airports);
    await expect(dialog.getByText('7 columns found')).toBeVisible();
    await checkData(dialog);
    await load(dialog, '3,376 rows');
  });

  await test.step('the corrected type is the type of the column', async () => {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Sources' }).click();
    await page.getByRole('link', { name: 'Flights', exact: true }).click();
    await page.getByRole('tab', { name: /^Columns/ }).click();
    await expect(page.getByRole('row', { name: /^count/ })).toContainText('Decimal number');
  });

  await test.step('make a transformation: filter, combine, summarize', async () => {
    await page
      .getByRole('navigation', { name: 'Main' })
      .getByRole('link', { name: 'Transformations' })
      .click();
    await page.getByRole('link', { name: 'New transformation' }).click();
    await page.getByRole('button', { name: /^Flights/ }).click();
    await expectRowCount(page, '5,366');

    const filter = await startStep(page, 'Filter');
    await pick(filter, 'Column', 'count');
    await filter.getByLabel('Condition').selectOption({ label: 'is at least' });
    await filter.getByLabel('Value').fill(String(fewestFlights));
    const kept = flights.rows.filter((row) => Number(row['count']) >= fewestFlights).length;
    await expect(filter.getByText(`Keeps ${kept.toLocaleString('en-US')} of 5,366 rows`)).toBeVisible();
    await applyStep(filter);

    const combine = await startStep(page, 'Combine tables');
    await pick(combine, 'Other table', 'Airports');
    await pick(combine, 'Column here', 'origin');
    await pick(combine, /^is the same as/, 'iata');
    await expect(combine.getByText(/rows find a match$/)).toBeVisible();
    await applyStep(combine);

    const summarize = await startStep(page, 'Summarize');
    await pick(summarize, 'Group by', 'Airports_state');
    await summarize.getByRole('button', { name: 'Add a calculation' }).click();
    const second = summarize.getByRole('list', { name: 'Calculations' }).getByRole('listitem').nth(1);
    await pick(second, 'Of column', 'count');
    await expect(second.getByLabel('Call it')).toHaveValue('Sum of count');
    await applyStep(summarize);

    await expect(steps(page)).toHaveCount(4);
    await expectSaved(page);
    await expectRowCount(page, String(expected.length));
  });

  await test.step('save and run it under a name', async () => {
    await page.getByRole('button', { name: 'Save & run' }).click();
    const dialog = page.getByRole('dialog', { name: 'Name the result' });
    await dialog.getByLabel('Name of the table').fill('Flights by state');
    await dialog.getByRole('button', { name: 'Run' }).click();
    await expect(page.getByRole('region', { name: 'Run' })).toContainText(
      `Flights by state is ready: ${expected.length} rows`,
    );
  });

  await test.step('put it into a pipeline that runs every day at 06:00', async () => {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Pipelines' }).click();
    await page.getByRole('button', { name: 'New pipeline' }).click();
    const dialog = page.getByRole('dialog', { name: 'New pipeline' });
    await dialog.getByLabel('Name').fill('Every morning');
    await dialog
      .getByRole('group', { name: /^Transformations/ })
      .getByRole('checkbox')
      .check();
    await dialog.getByRole('button', { name: 'Add all 2' }).click();
    await expect(dialog.getByRole('checkbox', { name: 'Flights', exact: true })).toBeChecked();
    await expect(dialog.getByRole('checkbox', { name: 'Airports' })).toBeChecked();
    await dialog.getByRole('button', { name: 'Create pipeline' }).click();
    await expect(page.getByRole('heading', { name: 'Every morning', level: 1 })).toBeVisible();

    await page.getByRole('button', { name: 'Set a schedule' }).click();
    await page.getByLabel('How often').selectOption({ label: 'Every day' });
    await page.getByLabel('Time', { exact: true }).fill('06:00');
    await page.getByRole('button', { name: 'Save schedule' }).click();
    await expect(page.getByRole('region', { name: 'Schedule' })).toContainText('Every day at 06:00');
    const times = page.getByRole('list', { name: 'Next times' }).getByRole('listitem');
    await expect(times).toHaveCount(5);
    await expect(times.first()).toContainText('06:00');
  });

  await test.step('run it now and watch it until it is done', async () => {
    await page.getByRole('button', { name: 'Run now: Every morning' }).click();
    const run = page.getByRole('region', { name: 'Run', exact: true });
    await expect(run.getByRole('status').first()).toHaveText('Done');
    await expect(run.getByRole('button', { name: /^Source Flights Done/ })).toContainText('5,366 rows');
    await expect(run.getByRole('button', { name: /^Source Airports Done/ })).toContainText('3,376 rows');
    await expect(run.getByRole('button', { name: /^Transformation/ })).toContainText(
      `${expected.length} rows`,
    );
  });

  await test.step('the result has the numbers that the files give', async () => {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Data' }).click();
    await page.getByRole('link', { name: 'Flights by state' }).click();
    await expectRowCount(page, String(expected.length));
    await expect(columnHeads(page)).toContainText(['Row number', 'Airports_state', 'Count', 'Sum of count']);
    const head = grid(page).getByRole('columnheader', { name: /Sum of count/ });
    await head.click();
    await expect(head).toHaveAttribute('aria-sort', 'ascending');
    await head.click();
    await expect(head).toHaveAttribute('aria-sort', 'descending');
    const shown = expected
      .slice(0, 12)
      .map(({ state, routes, flights: sum }) => [state ?? '—', String(routes), sum.toLocaleString('en-US')]);
    await expectFirstRows(page, shown);
  });
});
