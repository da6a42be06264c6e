/** Where `npm run search` looks, each time with a seed that nobody has used: laws, drawn inputs, worlds, a whole house. */
import { globSync, readFileSync } from 'node:fs';

export interface Look {
  name: string;
  /** The Vitest project and files; their draws follow `FUZZ_SEED`, and there are `times` as many as in `npm test`. */
  tests?: { project: 'main' | 'long'; files: readonly string[]; times: number };
  /** A command that ends with 1 where a promise was broken. */
  command?: (seed: number) => string[];
}

const inMain = (pattern: RegExp): string[] =>
  globSync('test/**/*.test.ts', {
    exclude: ['test/{browser,official,official-tools,alertmanager}/**', '**/*.long.test.ts'],
  })
    .filter((path) => pattern.test(readFileSync(path, 'utf8')))
    .map((path) => path.replaceAll('\\', '/'))
    .sort();

const simulate = (seed: number, ...more: string[]): string[] => [
  'run',
  'simulate',
  '--',
  '--seed',
  String(seed),
  ...more,
];

/** The short ones first: a search of ten minutes has been everywhere once. */
export const looks = (): Look[] => [
  {
    name: 'laws',
    tests: { project: 'main', times: 10, files: inMain(/fast-check/).filter((each) => each.includes('/incidents/')) },
  },
  {
    name: 'worlds',
    tests: { project: 'main', times: 10, files: ['test/simulation/in-memory.test.ts'] },
  },
  {
    name: 'inputs',
    tests: { project: 'main', times: 2, files: inMain(/fast-check/).filter((each) => !each.includes('/incidents/')) },
  },
  { name: 'day', command: (seed) => simulate(seed, '--days', '1') },
  { name: 'house', tests: { project: 'long', times: 1, files: ['test/scenarios/histories-in-a-house.long.test.ts'] } },
  { name: 'tools', command: (seed) => simulate(seed, '--days', '1', '--tools') },
];

/** @param seed what `FUZZ_SEED` is, or the simulation's own seed */
export function commandOf(
  { tests, command }: Look,
  seed: number,
): { args: string[]; environment: Record<string, string> } {
  if (command) return { args: command(seed), environment: {} };
  if (!tests) throw new Error('A look has tests or a command.');
  return {
    args: ['exec', '--', 'vitest', 'run', '--project', tests.project, ...tests.files],
    environment: { FUZZ_SEED: String(seed), FUZZ_TIMES: String(tests.times) },
  };
}
