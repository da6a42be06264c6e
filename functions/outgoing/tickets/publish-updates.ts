/** Puts updates that are committed on their way. Published again, one that has been sent is not sent twice. */
import * as z from 'zod';
import type { TicketToolName } from '../../incidents/sending.ts';
import { currentTraceId } from '../../platform/log.ts';
import { pubsub } from '../../platform/pubsub.ts';
import { topics } from '../../topology.ts';

const publishWithinMs = 10_000;

const kept = z.object({ updateIds: z.array(z.string()) });

/** As an outbox has kept them. */
export const sendUpdates = (sends: unknown): Promise<void> => publishUpdates(kept.parse(sends).updateIds);

/** Has a reply read on its ticket, as an outbox has kept it. */
export const readReply = (sends: unknown): Promise<void> =>
  publishAll([{ readReply: z.object({ signalId: z.string() }).parse(sends).signalId }]);

/** @throws the Pub/Sub error: what waits in the outbox is published by the next look */
export const publishUpdates = (updateIds: readonly string[]): Promise<void> =>
  publishAll(updateIds.map((updateId) => ({ updateId })));

/** Has a tool asked who we are. @throws the Pub/Sub error */
export const publishTry = (tryTool: TicketToolName): Promise<void> => publishAll([{ tryTool }]);

async function publishAll(messages: readonly object[]): Promise<void> {
  const topic = (await pubsub()).topic(topics.outgoing, { gaxOpts: { timeout: publishWithinMs } });
  const traceId = currentTraceId();
  const attributes = traceId ? { traceId } : {};
  await Promise.all(
    messages.map((each) => topic.publishMessage({ data: Buffer.from(JSON.stringify(each)), attributes })),
  );
}
