/** A team's own thresholds of alert policies, from its settings. */
import { type Watched, type WatchSpec, watches } from './watch.ts';

/** Watches whose threshold a team may set. */
export const tunable: readonly string[] = watches
  .filter(({ watched }) => watched.kind === 'above')
  .map(({ key }) => key);
/** By key: `above` in the unit of the metric, as in `condition`, and the duration. */
export type Thresholds = Readonly<
  Record<string, { above?: number | undefined; forMinutes?: number | undefined } | undefined>
>;

/** The policy with the team's own threshold, if it has one; its condition names that threshold. */
export function withThreshold<Kind>(
  spec: WatchSpec<Kind | Watched>,
  thresholds: Thresholds,
): WatchSpec<Kind | Watched> {
  const own = thresholds[spec.key];
  const watched = spec.watched as Watched;
  if (!own || watched.kind !== 'above') return spec;
  const { above = watched.value, forMinutes } = own;
  const durationSeconds = forMinutes === undefined ? watched.durationSeconds : 60 * forMinutes;
  const condition = `${spec.condition} (own threshold: above ${above} for ${durationSeconds / 60} minutes)`;
  return { ...spec, condition, watched: { ...watched, value: above, durationSeconds } };
}
