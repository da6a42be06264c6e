/** Puts updates that are committed on their way. Published again, one that has been sent is not sent twice. */
import * as z from 'zod';
import { publish, publishAll } from '../../platform/publish.ts';
import { topics } from '../../topology.ts';

const kept = z.object({ updateIds: z.array(z.string()) });

/** As an outbox has kept them. */
export const sendUpdates = (sends: unknown): Promise<void> => publishUpdates(kept.parse(sends).updateIds);

/** Has a reply read on its ticket, as an outbox has kept it. */
export const readReply = (sends: unknown): Promise<void> =>
  publish(topics.outgoing, { readReply: z.object({ signalId: z.string() }).parse(sends).signalId });

/** @throws the Pub/Sub error: what waits in the outbox is published by the next look */
export const publishUpdates = (updateIds: readonly string[]): Promise<void> =>
  publishAll(
    topics.outgoing,
    updateIds.map((updateId) => ({ updateId })),
  );
