import axe, { type AxeResults, type RunOptions } from 'axe-core';
import { expect, type Page } from '@playwright/test';

type Scheme = 'light' | 'dark';

interface Looking {
  readonly schemes?: readonly Scheme[];
  /** Only this part, when the page around it was looked at already; a large grid takes a second. */
  readonly within?: '[role=dialog]';
}

/**
 * Fails on anything that axe-core finds on what the page shows, by every rule that it has switched on. In the dark
 * everything but the colours is the same, so that there only these are looked at again.
 */
export async function expectAccessible(page: Page, about: string, looking: Looking = {}): Promise<void> {
  const { schemes = ['light', 'dark'], within } = looking;
  for (const scheme of schemes) {
    // oxlint-disable-next-line no-await-in-loop -- one page has one scheme at a time
    await page.emulateMedia({ colorScheme: scheme });
    // The colours follow with the next frames.
    // oxlint-disable-next-line no-await-in-loop
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    // oxlint-disable-next-line no-await-in-loop
    const violations = await runAxe(page, within, {
      resultTypes: ['violations'],
      ...(scheme === 'dark' ? { runOnly: ['color-contrast'] } : {}),
    });
    const found = violations.flatMap(({ id, help, nodes }) =>
      nodes.map((node) => `${id}: ${help}\n    ${node.html.slice(0, 300)}\n    ${node.failureSummary ?? ''}`),
    );
    expect.soft(found, `${about}, ${scheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

/** Half a megabyte of script is given to a page once, not for each look. */
async function runAxe(
  page: Page,
  within: string | undefined,
  options: RunOptions,
): Promise<AxeResults['violations']> {
  if (!(await page.evaluate<boolean>("'axe' in globalThis"))) await page.evaluate(`${axe.source};0`);
  return page.evaluate<AxeResults['violations']>(
    `axe.run(${within === undefined ? 'document' : JSON.stringify(within)}, ${JSON.stringify(options)}).then((found) => found.violations)`,
  );
}

/** On a phone a page may be long, never wide; in either direction of reading. */
export async function expectToFitPhone(page: Page, about: string): Promise<void> {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  for (const direction of ['ltr', 'rtl']) {
    // oxlint-disable-next-line no-await-in-loop -- one page has one direction at a time
    const overflow = await page.evaluate(`new Promise((resolve) => {
      document.documentElement.dir = '${direction}';
      requestAnimationFrame(() => resolve(document.documentElement.scrollWidth - innerWidth));
    })`);
    expect
      .soft(overflow, `${about}, ${direction}: pixels that it can be scrolled sideways`)
      .toBeLessThanOrEqual(0);
  }
  await page.evaluate("document.documentElement.dir = 'ltr'");
  if (before) await page.setViewportSize(before);
}
