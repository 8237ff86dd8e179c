import { test as plain, type ConsoleMessage, type Page } from '@playwright/test';

/** What a page complained about: errors in its console, errors that nobody caught, breaches of the content policy. */
export interface Complaints {
  /** Complaints that match are part of the test, for instance the answer to a wrong password. */
  readonly expect: (pattern: RegExp) => void;
  /** Watches a page that the test opened itself. */
  readonly watch: (page: Page) => void;
}

/**
 * Every test fails on anything that the browser's console calls an error. A person who opens the developer tools, or
 * a policy that blocks a script, must find nothing there.
 */
export const test = plain.extend<{ readonly complaints: Complaints }>({
  complaints: [
    async ({ context }, use) => {
      const said: string[] = [];
      const expected: RegExp[] = [];
      const watch = (page: Page): void => {
        page.on('console', (message) => {
          if (isComplaint(message)) said.push(`${message.text()} (${message.location().url})`);
        });
        page.on('pageerror', (error) => said.push(`not caught: ${error.stack ?? error.message}`));
      };
      context.on('page', watch);
      // The save dialog is the operating system's, where no test reaches: downloads go the way of browsers without it.
      await context.addInitScript(() => {
        Object.defineProperty(globalThis, 'showSaveFilePicker', { value: undefined });
      });
      await use({ expect: (pattern) => expected.push(pattern), watch });
      const unexpected = said.filter((text) => !expected.some((pattern) => pattern.test(text)));
      if (unexpected.length > 0) throw new Error(`The page complained:\n${unexpected.join('\n')}`);
    },
    { auto: true },
  ],
});

export { expect } from '@playwright/test';

function isComplaint(message: ConsoleMessage): boolean {
  return message.type() === 'error' || /content security policy/i.test(message.text());
}
