/** Each known fault is still there: its row goes with its mend. */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { knownFaults } from './known-faults.ts';

const hasEnded = (args: readonly string[], environment: Readonly<Record<string, string>> = {}): number | null =>
  spawnSync('npm', args, { encoding: 'utf8', env: { ...process.env, ...environment } }).status;

describe('known faults', () => {
  test.each(knownFaults.map((each) => [each.promise, each] as const))('%s', (_, { replay, environment }) => {
    expect(hasEnded(replay, environment), 'is mended: take its row away').not.toBe(0);
  });

  test('are told apart by what ends well and what does not', () => {
    expect(hasEnded(['--version'])).toBe(0);
    expect(hasEnded(['run', 'no-such-script'])).not.toBe(0);
  });
});
