import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // e2e/ is Playwright's
    include: ['src/**/*.test.{ts,tsx}', 'bench/**/*.test.ts', 'scripts/**/*.test.ts', 'bin/**/*.test.ts'],
    globalSetup: ['src/testing/global-setup.ts'],
    // Processes, not threads: native addons and signal handlers under test belong to a process.
    pool: 'forks',
    // Vitest leaves one core to itself, which on two would leave the tests one, and most of them wait for a database.
    maxWorkers: Math.max(2, availableParallelism()),
    // As for the browser tests: on CI's shared machines a fault test may once wait for a core too long.
    retry: process.env['CI'] === undefined ? 0 : 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
