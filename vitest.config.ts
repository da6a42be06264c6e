import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Where the result goes as JSON, for whoever counts it. */
const resultFile = process.env.TEST_RESULT_FILE;

export default defineConfig({
  test: {
    pool: 'forks',
    // Node itself runs product and tests, as it runs what is deployed: nothing has to be transformed, or to be fetched
    // from another process.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    // One more than two cores, as one may wait for a program that it has started, or for a deadline. Each warms up by
    // itself, which takes longer than a core is idle. More than four were not tried.
    maxWorkers: Math.min(availableParallelism() + 1, 4),
    execArgv: ['--import', join(import.meta.dirname, 'test/quick-require.mjs')],
    setupFiles: ['test/patience.ts', 'test/log-of-failed.ts'],
    env: {
      METADATA_SERVER_DETECTION: 'none',
      // A team's own settings are not read, whatever they are: this folder has none.
      METRONOME_SETTINGS: join(import.meta.dirname, 'test/fixtures'),
      // As the product sets it: of what a test leaves set, nothing is from it.
      FIRESTORE_ENABLE_TRACING: 'OFF',
      // Programs that tests start take a fifth less once they were compiled.
      NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/compiled'),
    },
    // A busy machine fails nothing: these only end what would never end.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    expect: { poll: { timeout: 900_000 } },
    // The same with and without CI=true: no kept text is written that was not asked for (-u), and no test is narrowed.
    update: 'none',
    allowOnly: false,
    silent: 'passed-only',
    reporters: resultFile ? ['default', ['json', { outputFile: resultFile }]] : ['default'],
    projects: [
      {
        extends: true,
        test: {
          name: 'main',
          // Files share a process, which loads the product once: that is most of what many of them cost.
          isolate: false,
          setupFiles: ['test/shared-process.ts'],
          include: ['test/**/*.test.ts'],
          exclude: [
            'test/alertmanager/**',
            'test/browser/**',
            'test/official/**',
            'test/official-tools/**',
            'test/simulation/planted-bugs.test.ts',
            '**/*.long.test.ts',
          ],
        },
      },
      // The local cloud's own tests, which only a change of it can fail: not a part of `npm test`.
      {
        extends: true,
        test: {
          name: 'cloud',
          isolate: false,
          setupFiles: ['test/shared-process.ts'],
          include: ['infra/cloud/test/**/*.test.ts'],
          exclude: ['**/*.long.test.ts'],
        },
      },
      // Whole days, which search more than they assert. What they are about has a smaller form in `main`.
      {
        extends: true,
        test: { name: 'long', include: ['{test,infra/cloud/test}/**/*.long.test.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'planted',
          include: ['test/simulation/planted-bugs.test.ts'],
          // Each bug is played in a process of its own.
          maxConcurrency: Number(process.env.PLANTED_AT_ONCE ?? 2),
        },
      },
      {
        extends: true,
        test: {
          name: 'tools',
          include: ['test/official-tools/**/*.test.ts'],
          fileParallelism: false,
        },
      },
      { extends: true, test: { name: 'alertmanager', include: ['test/alertmanager/**/*.test.ts'] } },
      { extends: true, test: { name: 'official', include: ['test/official/**/*.test.ts'] } },
      { extends: true, test: { name: 'browser', include: ['test/browser/**/*.test.ts'], fileParallelism: false } },
    ],
  },
});
