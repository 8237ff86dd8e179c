import { defineConfig } from 'vitest/config';
import unit from './vitest.config.ts';

/** The long suites: many seeds, many kills, many random recipes. `npm run test:soak [-- file]`. */
export default defineConfig({
  test: {
    ...unit.test,
    include: ['src/**/*.soak.ts'],
    retry: 0,
    // One suite at a time: each starts programs of its own and counts what they do.
    fileParallelism: false,
    testTimeout: 60 * 60_000,
    hookTimeout: 5 * 60_000,
  },
});
