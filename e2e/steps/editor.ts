import { expect, type Locator, type Page } from '@playwright/test';

/** The form of the step that is being made or changed. */
export function stepForm(page: Page, action: string): Locator {
  return page.getByRole('dialog', { name: action, exact: true });
}

/** Opens the form of a new step from the bar of actions. */
export async function startStep(page: Page, action: string): Promise<Locator> {
  await page
    .getByRole('toolbar', { name: 'Add a step' })
    .getByRole('button', { name: action, exact: true })
    .click();
  const form = stepForm(page, action);
  await expect(form).toBeVisible();
  return form;
}

/** Picks from a list that opens with a search: columns, tables. Of several, each is a click. */
export async function pick(
  scope: Locator,
  label: string | RegExp,
  ...options: readonly [string, ...string[]]
): Promise<void> {
  await pickIn(scope.getByLabel(label, { exact: typeof label === 'string' }), ...options);
}

/** The same on the field itself. */
export async function pickIn(field: Locator, ...options: readonly [string, ...string[]]): Promise<void> {
  const page = field.page();
  await field.click();
  // It is drawn over the page, after everything else.
  const list = page.getByRole('listbox').last();
  for (const option of options) {
    // oxlint-disable-next-line no-await-in-loop -- one click after another
    await list
      .getByRole('option')
      .filter({ has: page.getByText(option, { exact: true }) })
      .click();
  }
  // A list to pick several from stays open.
  if ((await field.getAttribute('aria-expanded')) === 'true') await page.keyboard.press('Escape');
}

/** Adds the step and waits until the form has closed. */
export async function applyStep(form: Locator): Promise<void> {
  await form.getByRole('button', { name: /^(Add step|Apply)$/ }).click();
  await expect(form).toBeHidden();
}

/** The applied steps, each the button that selects it. */
export function steps(page: Page): Locator {
  return page.getByRole('button', { name: /^Step \d+: / });
}

/** A step by its place, from 1. */
export function step(page: Page, place: number): Locator {
  return page.getByRole('button', { name: new RegExp(`^Step ${place}: `) });
}

/** All that stands at a step: its rows, its errors, its tools. */
export function stepCard(page: Page, place: number): Locator {
  return page.getByRole('listitem').filter({ has: step(page, place) });
}

/** Waits until what one did is on the server. */
export async function expectSaved(page: Page): Promise<void> {
  await expect(page.getByRole('status', { name: 'Saved state' })).toContainText('Saved ');
}
