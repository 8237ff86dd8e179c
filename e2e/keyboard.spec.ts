import { addSourceDialog } from './steps/add-source.ts';
import { stepForm, steps } from './steps/editor.ts';
import { fewestFlights, flightsByState } from './steps/flights-by-state.ts';
import { expectFirstRows, expectRowCount, grid } from './steps/grid.ts';
import { choose, pickByTyping, press, tabTo, type } from './steps/keyboard.ts';
import { newMember } from './steps/organization.ts';
import { publicData } from './steps/public-data.ts';
import { expect, test } from './steps/watched-test.ts';

test('the whole main job is done without touching a mouse', async ({ page }) => {
  const member = newMember();
  const expected = flightsByState();
  const { keyboard } = page;

  /** Ctrl+K, the place by its name, Enter. */
  const goTo = async (place: string): Promise<void> => {
    await keyboard.press('ControlOrMeta+k');
    await expect(page.getByRole('dialog').getByRole('combobox')).toBeFocused();
    await keyboard.type(place);
    await expect(page.getByRole('option', { selected: true })).toContainText(place);
    await keyboard.press('Enter');
    await expect(page.getByRole('dialog')).toBeHidden();
  };

  await test.step('sign up', async () => {
    await page.goto('/signup');
    await expect(page.getByLabel('Organization')).toBeFocused();
    await keyboard.type(member.organization);
    await keyboard.press('Tab');
    await keyboard.type(member.name);
    await keyboard.press('Tab');
    await keyboard.type(member.email);
    await keyboard.press('Tab');
    await keyboard.type(member.password);
    await keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'Where shall we begin?' })).toBeVisible();
  });

  await test.step('bring the first file and correct a type', async () => {
    await press(page.getByRole('button', { name: /^Bring a file/ }));
    await bringFile('flights-airport');
    const dialog = addSourceDialog(page);
    await choose(dialog.getByLabel('Type of count'), 'Decimal number');
    await type(dialog.getByLabel('Name of the source'), 'Flights');
    await press(dialog.getByRole('button', { name: 'Load', exact: true }));
    await expect(dialog.getByText('5,366 rows loaded')).toBeVisible();
    await keyboard.press('Escape');
    await expect(dialog).toBeHidden();
  });

  await test.step('bring the second file', async () => {
    await press(page.getByRole('button', { name: 'Source', exact: true }));
    await bringFile('airports');
    const dialog = addSourceDialog(page);
    await press(dialog.getByRole('button', { name: 'Load', exact: true }));
    await expect(dialog.getByText('3,376 rows loaded')).toBeVisible();
    await keyboard.press('Escape');
    await expect(dialog).toBeHidden();
  });

  await test.step('make a transformation: filter, combine, summarize', async () => {
    await press(page.getByRole('link', { name: 'Transformation', exact: true }));
    await press(page.getByRole('button', { name: /^Flights/ }));
    await expectRowCount(page, '5,366');
    const toolbar = page.getByRole('toolbar', { name: 'Add a step' });

    await press(toolbar.getByRole('button', { name: 'Filter' }));
    const filter = stepForm(page, 'Filter');
    await pickByTyping(filter.getByLabel('Column', { exact: true }), 'count');
    await choose(filter.getByLabel('Condition'), 'is at least');
    await type(filter.getByLabel('Value'), String(fewestFlights));
    await keyboard.press('Enter');
    await expect(filter).toBeHidden();

    await press(toolbar.getByRole('button', { name: 'Combine tables' }));
    const combine = stepForm(page, 'Combine tables');
    await pickByTyping(combine.getByLabel('Other table', { exact: true }), 'Airports');
    await pickByTyping(combine.getByLabel('Column here'), 'origin');
    await pickByTyping(combine.getByLabel(/^is the same as/), 'iata');
    await press(combine.getByRole('button', { name: 'Add step' }));
    await expect(combine).toBeHidden();

    await press(toolbar.getByRole('button', { name: 'Summarize' }));
    const summarize = stepForm(page, 'Summarize');
    await pickByTyping(summarize.getByLabel('Group by'), 'Airports_state');
    await press(summarize.getByRole('button', { name: 'Add a calculation' }));
    await pickByTyping(summarize.getByLabel('Of column', { exact: true }), 'count');
    await press(summarize.getByRole('button', { name: 'Add step' }));
    await expect(summarize).toBeHidden();
    await expect(steps(page)).toHaveCount(4);
    await expectRowCount(page, String(expected.length));
  });

  await test.step('save and run it under a name', async () => {
    await press(page.getByRole('button', { name: 'Save & run' }));
    await expect(page.getByLabel('Name of the table')).toBeFocused();
    await type(page.getByLabel('Name of the table'), 'Flights by state');
    await keyboard.press('Enter');
    await expect(page.getByRole('region', { name: 'Run' })).toContainText('Flights by state is ready');
  });

  await test.step('put it into a pipeline with a schedule', async () => {
    await goTo('Pipelines');
    await press(page.getByRole('button', { name: 'New pipeline' }));
    const dialog = page.getByRole('dialog', { name: 'New pipeline' });
    await type(dialog.getByLabel('Name'), 'Every morning');
    await tabTo(dialog.getByRole('group', { name: /^Transformations/ }).getByRole('checkbox'));
    await keyboard.press('Space');
    await press(dialog.getByRole('button', { name: 'Add all 2' }));
    await press(dialog.getByRole('button', { name: 'Create pipeline' }));
    await expect(page.getByRole('heading', { name: 'Every morning', level: 1 })).toBeVisible();

    await press(page.getByRole('button', { name: 'Set a schedule' }));
    await choose(page.getByLabel('How often'), 'Every day');
    await tabTo(page.getByLabel('Time', { exact: true }));
    await keyboard.type('0600AM');
    await press(page.getByRole('button', { name: 'Save schedule' }));
    await expect(page.getByRole('region', { name: 'Schedule' })).toContainText('Every day at 06:00');
  });

  await test.step('run it now', async () => {
    await press(page.getByRole('button', { name: 'Run now: Every morning' }));
    const run = page.getByRole('region', { name: 'Run', exact: true });
    await expect(run.getByRole('status').first()).toHaveText('Done');
  });

  await test.step('the result, sorted in the grid', async () => {
    await goTo('Data');
    await press(page.getByRole('link', { name: 'Flights by state' }));
    await expectRowCount(page, String(expected.length));
    const head = grid(page).getByRole('columnheader', { name: /Sum of count/ });
    await tabTo(grid(page).getByRole('columnheader').first());
    for (let column = 0; column < 3; column += 1) await keyboard.press('ArrowRight');
    await expect(head).toBeFocused();
    await keyboard.press('Enter');
    await expect(head).toHaveAttribute('aria-sort', 'ascending');
    await keyboard.press('Enter');
    await expect(head).toHaveAttribute('aria-sort', 'descending');
    const [most] = expected;
    await expectFirstRows(page, [
      [most?.state ?? '—', String(most?.routes), most?.flights.toLocaleString('en-US') ?? ''],
    ]);
    await keyboard.press('ArrowDown');
    await expect(
      grid(page).getByRole('gridcell', { name: most?.flights.toLocaleString('en-US') ?? '' }),
    ).toBeFocused();
  });

  /** The window in which files are chosen is the operating system's; it opens from the keyboard. */
  async function bringFile(name: Parameters<typeof publicData>[0]): Promise<void> {
    const dialog = addSourceDialog(page);
    const chooser = page.waitForEvent('filechooser');
    await press(dialog.getByLabel(/^Choose files$/));
    await (await chooser).setFiles(publicData(name).path);
    await press(dialog.getByRole('button', { name: 'Check the data' }));
    await expect(dialog.getByRole('region', { name: 'First rows of the file' })).toBeVisible();
  }
});
