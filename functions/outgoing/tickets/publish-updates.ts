/** Puts updates that are committed on their way. Published again, one that has been sent is not sent twice. */
import * as z from 'zod';
import type { Sender } from '../../incidents/facts/decision.ts';
import { echoSchema } from '../../incidents/outbox/sending.ts';
import { hasGrpcCode, updateRef } from '../../platform/firestore.ts';
import { log } from '../../platform/log.ts';
import { publish, publishAll } from '../../platform/publish.ts';
import { topics } from '../../topology.ts';
import type { UpdateRecord } from './update.ts';

const kept = z.object({ updateIds: z.array(z.string()) });

/** As stored in an outbox. */
export const sendUpdates = (sends: unknown): Promise<void> => publishUpdates(kept.parse(sends).updateIds);

/** Has a reply read on its ticket, as an outbox has kept it. */
export const readReply = (sends: unknown): Promise<void> =>
  publish(topics.outgoing, { readReply: z.object({ signalId: z.string() }).parse(sends).signalId });

/** @throws the Pub/Sub error: what waits in the outbox is published by the next look */
export function publishUpdates(updateIds: readonly string[]): Promise<void> {
  const messages = updateIds.map((updateId) => ({ updateId }));
  return publishAll(topics.outgoing, messages);
}

/** If a tool's webhook shows one of our updates, its sender learns that it arrived and sends nothing more. */
export const takeEcho: Sender = async (sends) => {
  const { updateId, ...echo } = echoSchema.parse(sends);
  try {
    await updateRef(updateId).update({ echo } satisfies Pick<UpdateRecord, 'echo'>);
  } catch (error) {
    if (!hasGrpcCode(error, 'NOT_FOUND')) throw error;
    log('WARNING', 'an echo came of an update that is kept no longer', { updateId });
    return;
  }
  await publishUpdates([updateId]);
};
