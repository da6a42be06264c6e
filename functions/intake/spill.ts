/** The second way in: a body that Firestore did not take in time goes to Pub/Sub as it is, and is filed from there. */

import type { RawBody } from '../incidents/signal/signal.ts';
import { currentTraceId, errorFacts, log } from '../platform/log.ts';
import { Problem } from '../platform/problem.ts';
import { pubsub } from '../platform/pubsub.ts';
import type { Policy } from '../policy.ts';
import type { IntakeSource } from './sources/source.ts';

const publishWithinMs = 2_500;

/** A body whose sender is verified, on its way from a door to where it is stored. */
export interface Delivery {
  source: IntakeSource;
  /** The topic that takes the body when Firestore does not answer. */
  topic: string;
  raw: RawBody;
  eventId?: string | undefined;
  policy: Policy;
  now: Date;
}

/** @throws Problem 503 with `Retry-After` when Pub/Sub does not take it either */
export async function spill(delivery: Delivery): Promise<void> {
  const { tool } = delivery.source;
  try {
    const client = await pubsub();
    const traceId = currentTraceId();
    await withDeadline(
      client
        .topic(delivery.topic, { gaxOpts: { timeout: publishWithinMs }, batching: { maxMessages: 1 } })
        .publishMessage({
          data: delivery.raw.bytes.length > 0 ? delivery.raw.bytes : Buffer.from(' '),
          attributes: {
            source: tool,
            receivedAt: delivery.raw.receivedAt.toISOString(),
            contentType: delivery.raw.contentType,
            ...(delivery.eventId ? { eventId: delivery.eventId } : {}),
            ...(traceId ? { traceId } : {}),
          },
        }),
    );
    log('NOTICE', 'spilled to Pub/Sub', { tool, topic: delivery.topic });
  } catch (error) {
    log('CRITICAL', 'stored nowhere: neither Firestore nor Pub/Sub took it', {
      tool,
      ...errorFacts(error),
    });
    throw new Problem(
      503,
      'It could be stored nowhere. Send it again in a few seconds; the same report is never filed twice.',
      {
        headers: { 'retry-after': '5' },
      },
    );
  }
}

async function withDeadline<T>(work: Promise<T>): Promise<T> {
  let timeout: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timeout = setTimeout(
      () => reject(new Error(`Pub/Sub did not answer within ${publishWithinMs} ms.`)),
      publishWithinMs,
    );
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timeout);
  }
}
