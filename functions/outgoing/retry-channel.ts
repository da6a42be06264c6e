/** Tries a channel now because a person asked for it: its waiting notices go with their next delivery, within a minute. */
import { collections, firestore, hasGrpcCode } from '../platform/firestore.ts';
import { mapConcurrently } from '../platform/map-concurrently.ts';
import { endHold } from './channels/known-channels.ts';

/** The newest deliveries of all channels; older ones are retried within ten minutes anyway. */
const mostLookedAt = 1_000;
const atOnce = 16;

/** @returns how many of its notices wait */
export async function retryChannel(name: string): Promise<number> {
  await endHold(name);
  const waiting = firestore().collection(collections.notices).where('delivery.state', 'in', ['waiting']);
  const { docs } = await waiting.orderBy('delivery.updatedAt', 'desc').limit(mostLookedAt).select('channel').get();
  const own = docs.filter((each) => each.get('channel') === name);
  await mapConcurrently(own, atOnce, ({ ref }) =>
    ref.update({ 'delivery.retryAt': null }).catch((error: unknown) => {
      if (!hasGrpcCode(error, 'NOT_FOUND')) throw error;
    }),
  );
  return own.length;
}
