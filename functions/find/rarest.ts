/** Of several grams, the one that the fewest incidents have: it selects, and the rest is checked. */
import type { Query } from '@google-cloud/firestore';
import { countOf } from '../platform/firestore.ts';
import type { Policy } from '../policy.ts';

/**
 * @param within all incidents, or those of a span of time
 * @returns the incidents that have the gram, newest first, and how many they are, counted up to `policy.find.mostCounted`;
 * undefined where there is no gram. Costs a read for each gram and each thousand that have it.
 */
export async function selectRarest(within: Query, grams: readonly string[], policy: Policy) {
  const { mostWeighed, mostCounted } = policy.find;
  const weighed = [...new Set(grams)].sort((one, other) => other.length - one.length).slice(0, mostWeighed);
  const selections = await Promise.all(
    weighed.map(async (gram) => {
      const query = within.where('search', 'array-contains', gram).orderBy('filedAt', 'desc');
      return { query, count: await countOf(query.limit(mostCounted)) };
    }),
  );
  return selections.sort((one, other) => one.count - other.count)[0];
}
