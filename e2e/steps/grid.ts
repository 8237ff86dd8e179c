import { expect, type Locator, type Page } from '@playwright/test';

/** The grid of a page; the tables of its rows are read as one sees them. */
export function grid(page: Page): Locator {
  return page.getByRole('grid');
}

/** Texts of the cells of one column from the top, as far as the grid has drawn them. */
export function columnCells(page: Page, column: number): Locator {
  return grid(page).locator(`[role=gridcell][aria-colindex="${column + 1}"]`);
}

/** Names in the heads of the columns, left to right. */
export function columnHeads(page: Page): Locator {
  return grid(page).getByRole('columnheader');
}

/** The first rows, each as the texts of its cells without the row's number. A row that is still read has empty ones. */
async function firstRows(page: Page, count: number): Promise<string[][]> {
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const row = grid(page)
        .getByRole('row')
        .and(page.locator(`[aria-rowindex="${index + 2}"]`));
      return (await row.getByRole('gridcell').allInnerTexts()).slice(1);
    }),
  );
}

/** Waits until the first rows are these. */
export async function expectFirstRows(page: Page, rows: readonly (readonly string[])[]): Promise<void> {
  await expect.poll(() => firstRows(page, rows.length)).toEqual(rows);
}

/** Waits for the foot of the grid to say how many rows there are: "of 5,366". */
export async function expectRowCount(page: Page, count: string): Promise<void> {
  await expect(page.getByText(new RegExp(`^\\d[\\d,]*–\\d[\\d,]* of ${count}$`))).toBeVisible();
}
