import { expect, type Locator } from '@playwright/test';

const mostSteps = 120;

/** Presses Tab until a thing has the focus, as somebody without a mouse does. */
export async function tabTo(target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const page = target.page();
  await expect(target).toBeVisible();
  const focused = target.and(page.locator(':focus'));
  for (let step = 0; step < mostSteps; step += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one key after another
    if ((await focused.count()) > 0) return;
    // oxlint-disable-next-line no-await-in-loop
    await page.keyboard.press(key);
  }
  throw new Error(`${String(target)} cannot be reached with ${key}`);
}

/** Goes to a button, link, tab or menu and presses it. */
export async function press(target: Locator): Promise<void> {
  await tabTo(target);
  await target.page().keyboard.press('Enter');
}

/** Goes to a field and types over what it holds. */
export async function type(target: Locator, text: string): Promise<void> {
  await tabTo(target);
  await target.page().keyboard.press('ControlOrMeta+a');
  await target.page().keyboard.type(text);
}

/** Goes to a short list and presses the arrow until it shows the wanted choice. */
export async function choose(target: Locator, label: string): Promise<void> {
  await tabTo(target);
  const page = target.page();
  await page.keyboard.press('Home');
  const wanted = await target.getByRole('option', { name: label, exact: true }).getAttribute('value');
  for (let step = 0; step < mostSteps; step += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one key after another
    if ((await target.inputValue()) === wanted) return;
    // oxlint-disable-next-line no-await-in-loop
    await page.keyboard.press('ArrowDown');
  }
  throw new Error(`there is no choice "${label}"`);
}

/** Opens a long list, and for each choice types what it is called and takes it. */
export async function pickByTyping(target: Locator, ...options: readonly string[]): Promise<void> {
  await press(target);
  const { keyboard } = target.page();
  const list = target.page().getByRole('listbox').last();
  for (const option of options) {
    // oxlint-disable-next-line no-await-in-loop -- one after another
    await keyboard.press('ControlOrMeta+a');
    // oxlint-disable-next-line no-await-in-loop
    await keyboard.type(option);
    // oxlint-disable-next-line no-await-in-loop
    await expect(list.getByRole('option', { selected: true })).toContainText(option);
    // oxlint-disable-next-line no-await-in-loop
    await keyboard.press('Enter');
  }
  // A list to pick several from stays open.
  if ((await target.getAttribute('aria-expanded')) === 'true') await keyboard.press('Escape');
  await expect(target).toHaveAttribute('aria-expanded', 'false');
}
