/** For tests: bundles in a folder of their own, and seeds played on them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildInstance, type Change, nextVersion } from './build.ts';
import type { RemoteName } from './remote/services.ts';
import { runSeed } from './run-seed.ts';
import type { Outcome } from './simulation.ts';

export type Play = (seed: number) => Promise<Outcome>;

/** @param work is given how to play a seed: one day, and a quiet one, unless `days` and `share` say otherwise */
export async function withBundles<T>(
  {
    changes = [],
    faults = 'all',
    days = 1,
    share = 0.3,
    remote = [],
    endsAtFirst,
  }: {
    changes?: readonly Change[];
    faults?: string | undefined;
    days?: number;
    share?: number | undefined;
    remote?: readonly RemoteName[] | undefined;
    endsAtFirst?: boolean;
  },
  work: (play: Play) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'metronome-simulation-'));
  try {
    const bundles = [
      await buildInstance(join(directory, 'current'), changes),
      await buildInstance(join(directory, 'next'), [...changes, nextVersion]),
    ] as const;
    return await work((seed) => runSeed({ seed, days, share, faults, remote, bundles, endsAtFirst }));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The first of these seeds in which a promise is broken, and which. */
export async function firstBroken(
  play: Play,
  seeds: readonly number[],
): Promise<{ seed: number; violations: string[] } | undefined> {
  for (const seed of seeds) {
    const { violations } = await play(seed);
    if (violations.length > 0) return { seed, violations: violations.map((each) => each.what) };
  }
  return undefined;
}
