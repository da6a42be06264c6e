/** Each planted bug is noticed: by a test, or by the simulation with seeds that break no promise without the bug. */
import { expect, test } from 'vitest';
import { type PlantedBug, plantedBugs } from './planted-bugs.ts';
import { testsThatFail } from './tests-that-fail.ts';
import { firstBroken, withBundles } from './with-bundles.ts';

const seeds = [1, 2, 3, 4];
/** Of a day: most are noticed as soon. */
const someHours = 0.4;
/** A busy machine fails nothing: this only ends what would never end. */
const timeout = 7_200_000;

/** What is said of a world of the functions as they are: each is played once, however many bugs were noticed in it. */
const played = new Map<string, Promise<string[]>>();
function saidWithout(seed: number, { faults, share, remote, days = someHours }: PlantedBug): Promise<string[]> {
  const day = JSON.stringify([seed, faults, share, remote, days]);
  const said =
    played.get(day) ??
    withBundles({ faults, share, remote, days }, async (play) =>
      (await play(seed)).violations.map((each) => each.what),
    );
  played.set(day, said);
  return said;
}

const inTheWorld = plantedBugs.filter((each) => !each.noticedBy);
test.concurrent.each(inTheWorld)('the simulation notices: $name', { timeout }, async (bug) => {
  const { faults, share, remote, days = someHours, seed = 1 } = bug;
  const broken = await withBundles({ changes: [bug], faults, share, remote, days, endsAtFirst: true }, (play) =>
    firstBroken(play, [...new Set([seed, ...seeds])]),
  );
  expect(broken).toBeDefined();
  if (broken) expect(await saidWithout(broken.seed, bug)).toEqual([]);
});

const elsewhere = plantedBugs.flatMap((each) => (each.noticedBy ? [{ ...each, noticedBy: each.noticedBy }] : []));
test.concurrent.each(elsewhere)('an ordinary test notices: $name', { timeout }, async ({ name, noticedBy }) => {
  const failed = await testsThatFail(name, noticedBy);
  expect(failed).not.toEqual([]);
  // Had one that it builds on failed, that would say nothing of the bug.
  for (const title of failed) expect(title).toContain(noticedBy.title);
});
