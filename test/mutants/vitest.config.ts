/** What Stryker runs: the tests of the file whose mutants it judges. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    pool: 'forks',
    testTimeout: 30_000,
    include: (process.env.MUTANT_TESTS ?? '').split(',').filter(Boolean),
    setupFiles: ['test/mutants/fewer-runs.ts'],
  },
});
