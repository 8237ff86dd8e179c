import type { Locator, Page } from '@playwright/test';
import { createTransformation } from '#contracts/transformations';
import { pickIn, stepForm } from './steps/editor.ts';
import { expectFirstRows, expectRowCount } from './steps/grid.ts';
import { choose, pickByTyping, press, tabTo, type } from './steps/keyboard.ts';
import { loadSource } from './steps/load-source.ts';
import { newOrganization } from './steps/organization.ts';
import { expect, test } from './steps/watched-test.ts';

/** What a person does with a form, with the mouse or without. */
interface Hand {
  readonly press: (target: Locator) => Promise<void>;
  /** From a list that opens with a search. */
  readonly pick: (target: Locator, ...options: readonly [string, ...string[]]) => Promise<void>;
  /** From a short list. */
  readonly choose: (target: Locator, label: string) => Promise<void>;
  readonly type: (target: Locator, text: string) => Promise<void>;
  readonly check: (target: Locator) => Promise<void>;
  readonly menuItem: (page: Page, name: string) => Promise<void>;
}

const mouse: Hand = {
  press: (target) => target.click(),
  pick: pickIn,
  choose: async (target, label) => {
    await target.selectOption({ label });
  },
  type: (target, text) => target.fill(text),
  check: (target) => target.check(),
  menuItem: (page, name) => page.getByRole('menuitem', { name, exact: true }).click(),
};

const keyboard: Hand = {
  press,
  pick: pickByTyping,
  choose,
  type,
  check: async (target) => {
    await tabTo(target);
    await target.page().keyboard.press('Space');
  },
  menuItem: async (page, name) => {
    await expect(page.getByRole('menu')).toBeVisible();
    await page.keyboard.type(name);
    await expect(page.getByRole('menuitem', { name, exact: true })).toBeFocused();
    await page.keyboard.press('Enter');
  },
};

const january = `Person,District,Sex,Age,Visited
P1,Nairobi,F,20,21/01/2026
P2,Nairobi,M,30,22/01/2026
P3,Narobi,F,40,23/01/2026
P9,Nairobi,M,30,25/01/2026
P4,Kisumu,F,50,2026-01-24
P4,Kisumu,F,50,2026-01-24
`;
const february = `person,district,sex,age,visited
P5,nairobi,F,10,2026-02-01
P7,Nairobi,M,60,2026-02-03
P8,Kisumu ,M,30,3 Feb 2026
`;
/** A column for each month, as partners send it. */
const partner = `Person,District,Sex,Age,01/01/2026,01/02/2026
P10,Nairobi,F,30,x,
P11,Kisumu,F,20,x,x
P12,Narobi,M,50,,x
P13,Nairobi,F,40,,x
`;

for (const [name, hand] of Object.entries({ 'by mouse': mouse, 'by keyboard alone': keyboard })) {
  test(`three messy sheets become beneficiaries per district and month with no formula, ${name}`, async ({
    page,
    context,
  }) => {
    const { api } = await newOrganization(context);
    // As the wizard loads dates that are written in two ways: as text.
    await loadSource(
      api,
      'January',
      { name: 'january.csv', content: january },
      { columns: { Visited: 'text' } },
    );
    await loadSource(
      api,
      'February',
      { name: 'february.csv', content: february },
      { columns: { visited: 'text' } },
    );
    const wide = await loadSource(api, 'Partner', { name: 'partner.csv', content: partner });
    const { id } = await api.call(createTransformation, {
      body: {
        name: 'Beneficiaries',
        recipe: { steps: [{ type: 'source', table: wide.warehouse_table_name }] },
      },
    });
    await page.goto(`/transformations/${id}`);
    await expectRowCount(page, '4');
    const bar = page.getByRole('toolbar', { name: 'Add a step' });
    const start = async (action: string): Promise<Locator> => {
      await hand.press(bar.getByRole('button', { name: action, exact: true }));
      await expect(stepForm(page, action)).toBeVisible();
      return stepForm(page, action);
    };
    const startOther = async (action: string): Promise<Locator> => {
      await hand.press(bar.getByRole('button', { name: 'Other steps' }));
      await hand.menuItem(page, action);
      await expect(stepForm(page, action)).toBeVisible();
      return stepForm(page, action);
    };
    const apply = async (form: Locator): Promise<void> => {
      await hand.press(form.getByRole('button', { name: 'Add step' }));
      await expect(form).toBeHidden();
    };
    const field = (form: Locator, label: string): Locator => form.getByLabel(label, { exact: true });

    await test.step('the months of the wide sheet become rows', async () => {
      const months = await startOther('Turn columns into rows');
      await hand.pick(field(months, 'Columns that become rows'), '01/01/2026', '01/02/2026');
      await hand.type(field(months, 'Put their names into'), 'Visited');
      await hand.type(field(months, 'Put their values into'), 'Was there');
      if (!(await months.getByLabel('Leave out empty cells').isChecked()))
        await hand.check(months.getByLabel('Leave out empty cells'));
      await expect(months.getByText('4 → 5 rows')).toBeVisible();
      await apply(months);
    });

    await test.step('the three sheets become one', async () => {
      const stack = await start('Stack tables');
      await hand.pick(field(stack, 'Tables to put below'), 'January', 'February');
      await expect(stack.getByText('5 → 14 rows')).toBeVisible();
      await apply(stack);
    });

    await test.step('districts are spelt in one way', async () => {
      const spellings = await startOther('Replace values');
      await hand.pick(field(spellings, 'Columns'), 'District');
      await hand.press(spellings.getByRole('button', { name: /^Fix all/ }));
      await expect(spellings.getByText('3 values change')).toBeVisible();
      await apply(spellings);
    });

    await test.step('dates in three ways become dates', async () => {
      const dates = await startOther('Read dates');
      await hand.pick(field(dates, 'Column'), 'Visited');
      await hand.check(dates.getByRole('checkbox', { name: 'day/month/year' }));
      await hand.check(dates.getByRole('checkbox', { name: 'year-month-day' }));
      await hand.check(dates.getByRole('checkbox', { name: /^day month’s name year/ }));
      await expect(dates.getByText('Every value can be read')).toBeVisible();
      await apply(dates);
    });

    await test.step('who was written down twice counts once', async () => {
      const duplicates = await start('Remove duplicates');
      await hand.pick(field(duplicates, 'Rows are the same when these are the same'), 'Person', 'Visited');
      await expect(duplicates.getByText('14 → 13 rows')).toBeVisible();
      await apply(duplicates);
    });

    await test.step('count, average age and women per district and month', async () => {
      const summary = await start('Summarize');
      await hand.pick(field(summary, 'Group by'), 'District');
      await hand.press(summary.getByRole('button', { name: /^By month/ }));
      await expect(summary.getByLabel('And by the date')).toContainText('Visited');
      const calculations = summary.getByRole('list', { name: 'Calculations' }).getByRole('listitem');
      await hand.press(summary.getByRole('button', { name: 'Add a calculation' }));
      await hand.choose(field(calculations.nth(1), 'What'), 'Average');
      await hand.pick(field(calculations.nth(1), 'Of column'), 'Age');
      await hand.press(summary.getByRole('button', { name: 'Add a calculation' }));
      const women = calculations.nth(2);
      await hand.choose(field(women, 'What'), 'Count rows');
      await hand.press(women.getByRole('button', { name: 'Only where…' }));
      await hand.pick(field(women, 'Column'), 'Sex');
      await hand.type(field(women, 'Value'), 'F');
      await hand.type(field(women, 'Call it'), 'Women');
      await apply(summary);
      await expectRowCount(page, '4');
    });

    await test.step('the share of women', async () => {
      const share = await start('Add column');
      await hand.pick(field(share, 'Take'), 'Women');
      await hand.choose(field(share, 'Calculation'), '÷ divided by');
      await hand.pick(field(share, 'And'), 'Count');
      await hand.type(field(share, 'Name of the new column'), 'Share of women');
      await apply(share);
    });

    const order = await start('Sort');
    await hand.pick(field(order, 'Sort by'), 'District');
    await hand.press(order.getByRole('button', { name: 'Add another column' }));
    await hand.pick(field(order, 'Then by'), 'Visited (month)');
    await apply(order);
    await expectFirstRows(page, [
      ['Kisumu', '1 Jan 2026', '2', '35', '2', '1'],
      ['Kisumu', '1 Feb 2026', '2', '25', '1', '0.5'],
      ['Nairobi', '1 Jan 2026', '5', '30', '3', '0.6'],
      ['Nairobi', '1 Feb 2026', '4', '40', '2', '0.5'],
    ]);
  });
}
