import { expect, type Locator, type Page } from '@playwright/test';
import { dropFile } from './drop-file.ts';

type ChosenFile = string | { readonly name: string; readonly mimeType: string; readonly buffer: Buffer };

/** The window that adds a source, whichever of its steps it shows. */
export function addSourceDialog(page: Page): Locator {
  return page.getByRole('dialog');
}

export async function openAddSource(page: Page): Promise<Locator> {
  await page.goto('/sources?add=1');
  const dialog = addSourceDialog(page);
  await expect(dialog).toBeVisible();
  return dialog;
}

/** Chooses a file with the button, as the browser's own window does. */
export async function chooseFile(dialog: Locator, file: ChosenFile): Promise<void> {
  await dialog.getByLabel(/^Choose (a file|files)$/).setInputFiles(file);
}

/** Drops a file on the zone that asks for it. */
export async function dropOnZone(
  dialog: Locator,
  file: { readonly name: string; readonly content: Buffer },
): Promise<void> {
  await dropFile(dialog.getByText(/^Drop (the file|files) here$/), file);
}

/** From the uploaded file to the table as it will be. */
export async function checkData(dialog: Locator): Promise<void> {
  await dialog.getByRole('button', { name: 'Check the data' }).click();
  await expect(dialog.getByRole('region', { name: 'First rows of the file' })).toBeVisible();
}

export async function nameSource(dialog: Locator, name: string): Promise<void> {
  await dialog.getByLabel('Name of the source').fill(name);
}

/** Corrects the type of a column in the words of the menu: "Decimal number". */
export async function correctType(dialog: Locator, column: string, type: string): Promise<void> {
  const menu = dialog.getByLabel(`Type of ${column}`, { exact: true });
  await menu.selectOption({ label: type });
  await expect(dialog.getByRole('region', { name: 'First rows of the file' })).not.toHaveAttribute(
    'aria-busy',
    'true',
  );
}

/** Loads, waits until it is done, and closes the window. */
export async function load(dialog: Locator, rows: string): Promise<void> {
  await dialog.getByRole('button', { name: 'Load', exact: true }).click();
  await expect(dialog.getByRole('heading', { name: 'Loading' })).toBeVisible();
  await expect(dialog.getByText(`${rows} loaded`)).toBeVisible();
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
  await expect(dialog).toBeHidden();
}
