import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from '@playwright/test';
import { findChromium } from './scripts/find-chromium.ts';

const port = Number(process.env['E2E_PORT'] ?? 3999);
const baseURL = `http://127.0.0.1:${port}`;
const executablePath = process.env['CHROMIUM_PATH'] ?? (await findChromium());
// Workers of the test runner evaluate this file again and must not see another directory.
process.env['E2E_DATA_DIR'] ??= mkdtempSync(join(tmpdir(), 'dalgo-e2e-'));

/** The whole program as a user starts it, in a directory of its own, driven in Chromium. */
export default defineConfig({
  testDir: 'e2e',
  timeout: 300_000,
  expect: { timeout: 15_000 },
  // Each test has an organization of its own. One browser leaves half of two cores waiting for the page to settle.
  fullyParallel: true,
  workers: 2,
  forbidOnly: process.env['CI'] !== undefined,
  // CI's machines are shared and now and then stand still for seconds. A test that fails twice has failed; one that
  // passes the second time is listed as flaky.
  retries: process.env['CI'] === undefined ? 0 : 2,
  reporter: 'list',
  globalTeardown: './e2e/remove-data.ts',
  use: {
    baseURL,
    viewport: { width: 1366, height: 768 },
    contextOptions: { reducedMotion: 'reduce' }, // no test waits for a window to have slid in
    trace: 'on-first-retry', // it costs a quarter of all time; a developer says --trace on
    launchOptions: {
      ...(executablePath === undefined ? {} : { executablePath }),
      args: [
        '--no-sandbox', // CI runs as root, where Chromium's sandbox cannot start
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--no-first-run',
      ],
    },
  },
  webServer: {
    command: `${process.execPath} bin/dalgo.mjs start`,
    url: `${baseURL}/readyz`,
    timeout: 240_000, // the first start builds the web
    reuseExistingServer: false,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 20_000 },
    stdout: 'ignore',
    stderr: 'pipe',
    env: {
      PORT: String(port),
      DALGO_DATA_DIR: process.env['E2E_DATA_DIR'],
      LOG_LEVEL: 'warn',
      // Services and databases that a test plays; the address of Google's is no setting of a source.
      OUTBOUND_ALLOWED_HOSTS: '127.0.0.1',
      GOOGLE_SHEETS_URL: `http://127.0.0.1:${port + 1}`,
      GOOGLE_OAUTH_URL: `http://127.0.0.1:${port + 1}`,
    },
  },
});
