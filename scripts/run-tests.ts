// What `npm test` runs: every unit, contract and fault test, then the browser tests where there is a browser.
// It ends with one line, "N passed, N failed", over both, and is never green when nothing ran.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { findChromium } from './find-chromium.ts';

type Outcome = { readonly passed: number; readonly failed: number; readonly skipped: number };

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});
const playwrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
  errors: z.array(z.unknown()),
});

const reports = await mkdtemp(join(tmpdir(), 'dalgo-test-reports-'));
const notes: string[] = [];
let outcomes: readonly Outcome[];
try {
  outcomes = [await runUnitTests(), ...(await runBrowserTests())];
} finally {
  await rm(reports, { recursive: true, force: true });
}
const total = outcomes.reduce((sum, each) => ({
  passed: sum.passed + each.passed,
  failed: sum.failed + each.failed,
  skipped: sum.skipped + each.skipped,
}));
for (const note of notes) console.log(note);
if (total.skipped > 0) console.log(`${total.skipped} skipped`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 || outcomes.some((each) => each.passed === 0) ? 1 : 0;

async function runUnitTests(): Promise<Outcome> {
  const file = join(reports, 'vitest.json');
  const code = await run(
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ],
    {},
  );
  const report = vitestReport.parse(await readReport(file));
  // A file that cannot even be read counts as one failure, as does a run that failed without a failed test
  // (an error outside of the tests, a server that leaked).
  const unreadable = report.testResults.filter(
    (each) => each.status === 'failed' && each.assertionResults.length === 0,
  ).length;
  const failed = Math.max(report.numFailedTests + unreadable, code === 0 ? 0 : 1);
  return { passed: report.numPassedTests, failed, skipped: report.numPendingTests };
}

async function runBrowserTests(): Promise<readonly Outcome[]> {
  if (!existsSync('playwright.config.ts')) return [];
  const chromium = await findChromium();
  if (chromium === undefined) {
    notes.push(
      'The browser tests were SKIPPED: no Chromium was found. Install one (apt install chromium, or npx playwright install chromium), or set CHROMIUM_PATH.',
    );
    return [];
  }
  const file = join(reports, 'playwright.json');
  const code = await run(['node_modules/@playwright/test/cli.js', 'test', '--reporter=list,json'], {
    CHROMIUM_PATH: chromium,
    PLAYWRIGHT_JSON_OUTPUT_FILE: file,
  });
  const { stats, errors } = playwrightReport.parse(await readReport(file));
  const failed = Math.max(stats.unexpected + errors.length, code === 0 ? 0 : 1);
  return [{ passed: stats.expected + stats.flaky, failed, skipped: stats.skipped }];
}

async function readReport(file: string): Promise<unknown> {
  return JSON.parse(
    await readFile(file, 'utf8').catch(() => fail('The tests ended without a report; see above.')),
  );
}

function fail(sentence: string): never {
  console.error(`${sentence}\n0 passed, 1 failed`);
  process.exit(1);
}

async function run(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<number> {
  const child = spawn(process.execPath, [...args], {
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      child.kill(signal);
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      resolve(code ?? 1);
    });
  });
}
