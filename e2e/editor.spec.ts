import type { BrowserContext, Page } from '@playwright/test';
import type { RecipeStep } from '#contracts/recipe';
import { createTransformation, getTransformation, type Transformation } from '#contracts/transformations';
import type { Api } from './steps/api.ts';
import { applyStep, expectSaved, pick, startStep, step, stepCard, stepForm, steps } from './steps/editor.ts';
import { expectFirstRows, expectRowCount, grid } from './steps/grid.ts';
import { loadSource } from './steps/load-source.ts';
import { newOrganization } from './steps/organization.ts';
import { publicData } from './steps/public-data.ts';
import { expect, test } from './steps/watched-test.ts';

const weather = publicData('seattle-weather');
const days = (kind: string): number => weather.rows.filter((row) => row['weather'] === kind).length;

/** An organization with a year of weather and a recipe on it, open in the editor. */
async function openRecipe(
  page: Page,
  context: BrowserContext,
  more: readonly RecipeStep[],
): Promise<{ readonly api: Api; readonly transformation: Transformation }> {
  const { api } = await newOrganization(context);
  const source = await loadSource(api, 'Weather', weather);
  const transformation = await api.call(createTransformation, {
    body: {
      name: 'Weather, prepared',
      recipe: { steps: [{ type: 'source', table: source.warehouse_table_name }, ...more] },
    },
  });
  await page.goto(`/transformations/${transformation.id}`);
  await expect(steps(page)).toHaveCount(1 + more.length);
  return { api, transformation };
}

const rain: RecipeStep = { type: 'filter', column: 'weather', operator: 'equals', value: 'rain' };
const wettest: RecipeStep = { type: 'sort', columns: [{ column: 'precipitation', descending: true }] };

async function chooseForStep(page: Page, place: number, action: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for step ${place}` }).click();
  await page.getByRole('menuitem', { name: action }).click();
}

test('steps are disabled, undone, moved, renamed, put in between and deleted, and a reload brings back what was done', async ({
  page,
  context,
}) => {
  await openRecipe(page, context, [rain, wettest]);
  await step(page, 3).click();
  await expectRowCount(page, String(days('rain')));

  await test.step('disable, undo, redo', async () => {
    await chooseForStep(page, 2, 'Disable');
    await expect(step(page, 2)).toHaveAccessibleName(/disabled$/);
    await expectRowCount(page, '1,461');
    await page.getByRole('button', { name: 'Undo' }).click();
    await expectRowCount(page, String(days('rain')));
    await page.getByRole('button', { name: 'Redo' }).click();
    await expectRowCount(page, '1,461');
    await page.keyboard.press('Control+z');
    await expectRowCount(page, String(days('rain')));
  });

  await test.step('move by dragging, and back by keyboard', async () => {
    await step(page, 3).dragTo(step(page, 2), { targetPosition: { x: 40, y: 4 } });
    await expect(step(page, 2)).toHaveAccessibleName(/Sort by precipitation/);
    await step(page, 2).focus();
    await page.keyboard.press('Alt+ArrowDown');
    await expect(step(page, 2)).toHaveAccessibleName(/Keep rows where weather is rain/);
  });

  await test.step('rename', async () => {
    await step(page, 2).focus();
    await page.keyboard.press('F2');
    await page.getByLabel('Name of the step').fill('Wet days');
    await page.keyboard.press('Enter');
    await expect(step(page, 2)).toHaveAccessibleName('Step 2: Wet days');
  });

  await test.step('put one in between', async () => {
    await stepCard(page, 1).hover();
    await page.getByRole('button', { name: 'Insert a step after step 1' }).click();
    await page.getByRole('menuitem', { name: 'Select columns' }).click();
    const form = stepForm(page, 'Select columns');
    await form.getByRole('button', { name: /none/i }).click();
    for (const name of ['date', 'weather', 'precipitation']) {
      await form.getByRole('checkbox', { name: new RegExp(`^${name}`) }).check();
    }
    await applyStep(form);
    await expect(steps(page)).toHaveCount(4);
    await expect(step(page, 2)).toHaveAccessibleName(/Keep only date, weather and precipitation/);
    await step(page, 4).click();
    await expect(grid(page).getByRole('columnheader')).toHaveCount(4);
  });

  await test.step('delete', async () => {
    await step(page, 4).focus();
    await page.keyboard.press('Delete');
    await expect(steps(page)).toHaveCount(3);
  });

  await test.step('reload', async () => {
    await expectSaved(page);
    await page.reload();
    await expect(steps(page)).toHaveCount(3);
    await expect(step(page, 3)).toHaveAccessibleName('Step 3: Wet days');
    await expectRowCount(page, String(days('rain')));
  });
});

test('calculate, categorize, clean and count: each says what it does before it is done, and the numbers are right', async ({
  page,
  context,
}) => {
  await openRecipe(page, context, []);

  const year = await startStep(page, 'Add column');
  await year.getByRole('radio', { name: /date/i }).click();
  await pick(year, 'Date column', 'date');
  await year.getByLabel('Name of the new column').fill('Year');
  await applyStep(year);

  const kinds = await startStep(page, 'Categorize');
  await pick(kinds, 'By the values of', 'temp_max');
  await kinds.getByLabel('Name of the new column').fill('Felt');
  const rule = kinds.getByRole('list', { name: 'Rules' }).getByRole('listitem').first();
  await rule.getByLabel(/^If/).selectOption({ label: 'is less than' });
  await rule.getByLabel('Value').fill('10');
  await rule.getByLabel('then call it').fill('Cold');
  await kinds.getByLabel('Everything else', { exact: true }).fill('Mild');
  const cold = weather.rows.filter((row) => Number(row['temp_max']) < 10).length;
  await expect(kinds.getByRole('list', { name: 'Rows in each category' })).toContainText(String(cold));
  await applyStep(kinds);

  const tidy = await startStep(page, 'Clean data');
  await pick(tidy, 'Columns', 'weather');
  await tidy.getByRole('radio', { name: 'ALL CAPITALS' }).click();
  await applyStep(tidy);
  await expect(grid(page).getByRole('gridcell', { name: 'DRIZZLE' }).first()).toBeVisible();

  const count = await startStep(page, 'Summarize');
  await pick(count, 'Group by', 'Year', 'Felt');
  const expected = new Map<string, number>();
  for (const row of weather.rows) {
    const key = `${row['date']?.slice(0, 4)} ${Number(row['temp_max']) < 10 ? 'Cold' : 'Mild'}`;
    expected.set(key, (expected.get(key) ?? 0) + 1);
  }
  await expect(count.getByText(`${expected.size} rows from 1,461`)).toBeVisible();
  await applyStep(count);

  const order = await startStep(page, 'Sort');
  await pick(order, 'Sort by', 'Year');
  await order.getByRole('button', { name: /^Add/ }).first().click();
  await pick(order, 'Then by', 'Felt');
  await applyStep(order);
  await expectFirstRows(
    page,
    [...expected]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, rows]) => [...key.split(' '), String(rows)]),
  );
});

test('an error stands at its step with the fix beside it, and nothing runs before it is mended', async ({
  page,
  context,
}) => {
  await openRecipe(page, context, [{ ...rain, column: 'wether' }, wettest]);
  const broken = stepCard(page, 2);
  await expect(broken).toContainText('needs a correction');
  await expect(stepCard(page, 3)).toContainText('Waits for step 2');
  await page.getByRole('button', { name: 'Save & run' }).click();
  await expect(page.getByText('Step 2 needs a correction first')).toBeVisible();
  await expect(
    page.getByRole('heading', { name: 'Step 2 needs a correction before it can show data' }),
  ).toBeVisible();
  await broken.getByRole('button', { name: 'Use “weather”' }).click();
  await expect(step(page, 2)).toHaveAccessibleName('Step 2: Keep rows where weather is rain');
  await expectRowCount(page, String(days('rain')));
});

test('every save is a version that can be read and restored, and the SQL can be seen', async ({
  page,
  context,
}) => {
  const { api, transformation } = await openRecipe(page, context, [rain]);
  await chooseForStep(page, 2, 'Delete');
  await expect(steps(page)).toHaveCount(1);
  await expect
    .poll(async () => (await api.call(getTransformation, { params: { id: transformation.id } })).version)
    .toBe(2);
  await expectRowCount(page, '1,461');

  await page.getByRole('button', { name: 'History' }).click();
  const history = page.getByRole('dialog', { name: 'History' });
  const versions = history.getByRole('list', { name: 'Versions' });
  await expect(versions).toContainText('Keep rows where weather is rain');
  await history.getByRole('button', { name: 'Restore version 1' }).click();
  await expect(history).toBeHidden();
  await expect(steps(page)).toHaveCount(2);
  await expectRowCount(page, String(days('rain')));

  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'View SQL' }).click();
  const dialog = page.getByRole('dialog', { name: 'SQL of this transformation' });
  await expect(dialog.getByLabel('SQL', { exact: true })).toContainText(/WITH[\s\S]*WHERE[\s\S]*'rain'/i);
  await dialog.getByRole('radio', { name: 'DuckDB' }).click();
  await expect(dialog.getByLabel('SQL', { exact: true })).toContainText(/'rain'/);
});

test('notes and sections say what a recipe is about, and its steps are copied into another', async ({
  page,
  context,
}) => {
  const { api, transformation } = await openRecipe(page, context, [rain, wettest]);
  await chooseForStep(page, 2, 'Add a note');
  await page.getByLabel('Note at step 2').fill('Only days that the clinic was closed');
  await page.getByRole('heading', { name: 'Steps', exact: true }).click();
  await chooseForStep(page, 2, 'Begin a section here');
  await page.getByLabel('Section that begins with step 2').fill('Rainy days');
  await page.keyboard.press('Enter');

  const section = page.getByRole('button', { name: 'Rainy days', exact: true });
  await expect(section).toHaveAttribute('aria-expanded', 'true');
  await step(page, 1).click();
  await section.click();
  await expect(steps(page)).toHaveCount(1);
  await page.getByRole('button', { name: /^Rainy days/ }).click();
  await expect(stepCard(page, 2)).toContainText('Only days that the clinic was closed');
  await expect
    .poll(
      async () => (await api.call(getTransformation, { params: { id: transformation.id } })).recipe.steps[1],
    )
    .toMatchObject({ note: 'Only days that the clinic was closed', section: 'Rainy days' });

  await page.getByRole('button', { name: 'Copy and paste steps' }).click();
  await page.getByRole('menuitem', { name: 'Copy all steps' }).click();
  const [source] = transformation.recipe.steps;
  const second = await api.call(createTransformation, {
    body: { name: 'Another', recipe: { steps: source === undefined ? [] : [source] } },
  });
  await page.goto(`/transformations/${second.id}`);
  await chooseForStep(page, 1, 'Paste 2 steps below');
  await expect(steps(page)).toHaveCount(3);
  await expect
    .poll(async () => (await api.call(getTransformation, { params: { id: second.id } })).recipe.steps)
    .toHaveLength(3);
});

test('two tabs change the same transformation: who saves second chooses, and nothing is lost', async ({
  page,
  context,
  complaints,
}) => {
  complaints.expect(/status of 409/);
  const { api, transformation } = await openRecipe(page, context, [rain, wettest]);
  const other = await context.newPage();
  await other.goto(`/transformations/${transformation.id}`);
  await expect(steps(other)).toHaveCount(3);
  const conflict = (tab: Page) =>
    tab.getByRole('dialog', { name: 'Somebody else saved this transformation' });
  const saved = async () => api.call(getTransformation, { params: { id: transformation.id } });

  // A tab in the background is drawn once a second at best.
  await page.bringToFront();
  await chooseForStep(page, 3, 'Delete');
  await expect.poll(async () => (await saved()).version).toBe(2);

  await other.bringToFront();
  await chooseForStep(other, 2, 'Disable');
  await conflict(other).getByRole('button', { name: 'Keep mine' }).click();
  await expect(conflict(other)).toBeHidden();
  await expect.poll(async () => (await saved()).version).toBe(3);
  expect((await saved()).recipe.steps).toHaveLength(3);

  await page.bringToFront();
  await chooseForStep(page, 2, 'Duplicate');
  await conflict(page).getByRole('button', { name: 'Reload theirs' }).click();
  await expect(steps(page)).toHaveCount(3);
  await expect(step(page, 2)).toHaveAccessibleName(/disabled$/);
  expect((await saved()).version).toBe(3);
});

test('one filter holds conditions in groups, and says what they are together', async ({ page, context }) => {
  const { api } = await newOrganization(context);
  const source = await loadSource(api, 'January', {
    name: 'january.csv',
    content: 'Person,Sex,Age\nP1,F,20\nP2,M,30\nP3,F,40\nP9,M,30\nP4,F,50\nP4,F,50\n',
  });
  const { id } = await api.call(createTransformation, {
    body: {
      name: 'Filtered',
      recipe: { steps: [{ type: 'source', table: source.warehouse_table_name }] },
    },
  });
  await page.goto(`/transformations/${id}`);
  const filter = await startStep(page, 'Filter');
  await pick(filter, 'Column', 'Age');
  await filter.getByLabel('Condition').selectOption({ label: 'is at least' });
  await filter.getByLabel('Value').fill('30');
  await filter.getByRole('button', { name: 'Add another condition' }).click();
  await pick(filter, 'Column', 'Sex');
  await filter.getByRole('listbox').getByRole('option', { name: /^F/ }).click();
  await expect(filter.getByText('Keeps 3 of 6 rows')).toBeVisible();
  await filter
    .getByLabel('How the conditions count')
    .selectOption({ label: 'At least one of these must hold (or)' });
  await expect(filter.getByText('Keeps 6 of 6 rows')).toBeVisible();
  await applyStep(filter);
  await expect(step(page, 2)).toHaveAccessibleName(/Keep rows where Age is at least 30 or Sex is F/);
});

test('Ctrl-K adds a step and undoes it, a mapping is filled in like a sheet, and an error of a formula shows its place', async ({
  page,
  context,
}) => {
  await openRecipe(page, context, []);
  const act = async (search: string) => {
    await page.keyboard.press('ControlOrMeta+k');
    await page.getByRole('dialog', { name: 'Search' }).getByRole('combobox').fill(search);
    await expect(page.getByRole('option', { selected: true })).toHaveText(new RegExp(`^${search}`));
    await page.keyboard.press('Enter');
  };

  await act('Replace values');
  const mapping = stepForm(page, 'Replace values');
  await pick(mapping, 'Columns', 'weather');
  await mapping.getByLabel('drizzle becomes').fill('rain');
  await page.keyboard.press('Enter');
  await expect(mapping.getByText(`1 value changes, ${days('drizzle')} rows`)).toBeVisible();
  await mapping.getByText('Paste a list from Excel').click();
  await mapping.getByLabel('List of replacements').fill('fog\tdry\nsun\tdry\n');
  await expect(mapping.getByText('2 replacements were added.')).toBeVisible();
  await expect(mapping.getByLabel('sun becomes')).toHaveValue('dry');
  await applyStep(mapping);
  await expect(grid(page).getByRole('gridcell', { name: 'drizzle' })).toHaveCount(0);
  await act('Undo');
  await expect(steps(page)).toHaveCount(1);

  await act('Formula');
  const formula = stepForm(page, 'Formula');
  await formula.getByLabel('Name of the new column').fill('Warm');
  await formula.getByLabel('Formula', { exact: true }).fill('IF([temp_maxx] > 20, "yes", ');
  await expect(formula.locator('code b')).toHaveText('[else]');
  await formula.getByLabel('Formula', { exact: true }).fill('IF([temp_maxx] > 20, "yes", "no")');
  await expect(formula.locator('mark')).toHaveText('[temp_maxx]');
  await formula.getByRole('button', { name: 'Use “[temp_max]”' }).click();
  await expect(formula.getByRole('table', { name: 'Examples' }).getByRole('columnheader')).toHaveText([
    'temp_max',
    'Warm',
  ]);
});
