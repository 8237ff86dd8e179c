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

/** The first rows, each as the texts of its cells without the row's number. */
export async function firstRows(page: Page, count: number): Promise<string[][]> {
  const rows: string[][] = [];
  for (let row = 1; row <= count; row += 1) {
    const cells = grid(page)
      .getByRole('row')
      .and(page.locator(`[aria-rowindex="${row + 1}"]`))
      .getByRole('gridcell');
    // oxlint-disable-next-line no-await-in-loop -- rows appear from the top
    await expect(cells.first()).toBeVisible();
    // oxlint-disable-next-line no-await-in-loop
    rows.push((await cells.allInnerTexts()).slice(1));
  }
  return rows;
}

/** Waits for the foot of the grid to say how many rows there are: "of 5,366". */
export async function expectRowCount(page: Page, count: string): Promise<void> {
  await expect(page.getByText(new RegExp(`^\\d[\\d,]*–\\d[\\d,]* of ${count}$`))).toBeVisible();
}
