import { defineConfig, type OxlintConfig } from 'oxlint';
import { roomOverrides } from './test/rooms.config.ts';

const watches = {
  'no-restricted-imports': [
    'error',
    {
      patterns: [{ group: ['**/test/**'], message: 'What is deployed imports no test.' }],
    },
  ],
};

/** The oracle restates the rules by itself, since what it shared with the product would be wrong in both. */
const judgesAlone = (up: string) => ({
  'no-restricted-imports': [
    'error',
    { patterns: [{ group: [`${up}/**`], message: 'It judges, and shares nothing.' }] },
  ],
});

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'node', 'vitest'],
  categories: { correctness: 'error' },
  options: { typeAware: true, denyWarnings: true, reportUnusedDisableDirectives: 'error' },
  env: { node: true, es2024: true },
  ignorePatterns: ['node_modules', '.local', 'dist', 'coverage'],
  rules: {
    'import/no-cycle': ['error', { ignoreTypes: false }],
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/await-thenable': 'error',
    'typescript/only-throw-error': 'error',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'typescript/unbound-method': 'off',
    'typescript/restrict-template-expressions': 'off',
    'vitest/no-conditional-expect': 'off',
    'vitest/expect-expect': 'off',
    'vitest/require-to-throw-message': 'off',
    'vitest/valid-expect': 'off',
    'unicorn/no-new-array': 'off',
  },
  overrides: [
    { files: ['test/**', 'infra/cloud/test/**'], rules: { 'typescript/require-array-sort-compare': 'off' } },
    {
      files: ['functions/**/*.ts', 'infra/**'],
      excludeFiles: ['infra/cloud/test/**'],
      rules: { 'max-lines': ['error', { max: 350 }] },
    },
    {
      files: [
        'functions/incidents/**',
        'functions/words/texts/**',
        'functions/postmortems/bundle.ts',
        'infra/demo/story.ts',
      ],
      rules: { 'max-lines': ['error', { max: 400 }] },
    },
    { files: ['infra/**'], excludeFiles: ['infra/cloud/test/**'], rules: watches },
    { files: ['test/simulation/oracle.ts', 'test/simulation/calendar.ts'], rules: judgesAlone('..') },
    { files: ['test/simulation/oracle/*.ts'], rules: judgesAlone('../..') },
    ...roomOverrides(import.meta.dirname),
  ],
} as OxlintConfig);
