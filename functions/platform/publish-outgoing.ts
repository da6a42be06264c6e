/** Puts what has to be asked of others on its way to the one function that calls outward. */
import { topics } from '../topology.ts';
import { currentTraceId } from './log.ts';
import { pubsub } from './pubsub.ts';

const publishWithinMs = 10_000;

/** @throws the Pub/Sub error: what it is about stays due */
export async function publishOutgoing(message: { sync: 'notion' } | { actionTicket: string }): Promise<void> {
  const topic = (await pubsub()).topic(topics.outgoing, { gaxOpts: { timeout: publishWithinMs } });
  const traceId = currentTraceId();
  await topic.publishMessage({ data: Buffer.from(JSON.stringify(message)), attributes: traceId ? { traceId } : {} });
}
