/** The second way in: a body that Firestore did not take in time goes to Pub/Sub as it is, and is filed from there. */

import type { RawBody } from '../incidents/signal/signal.ts';
import { errorFacts, log } from '../platform/log.ts';
import { Problem } from '../platform/problem.ts';
import { publish } from '../platform/publish.ts';
import type { Policy } from '../policy.ts';
import type { TopicName } from '../topology.ts';
import type { Beside, IntakeSource } from './sources/source.ts';

const withinMs = 2_500;

/** A body whose sender is verified, on its way from a door to where it is stored. */
export interface Delivery {
  source: IntakeSource;
  /** The topic that takes the body when Firestore does not answer. */
  topic: TopicName;
  raw: RawBody;
  eventId?: string | undefined;
  beside?: Beside | undefined;
  policy: Policy;
  now: Date;
}

/** @throws Problem 503 with `Retry-After` when Pub/Sub does not take it either */
export async function spill(delivery: Delivery): Promise<void> {
  const { tool } = delivery.source;
  try {
    const { bytes, contentType, receivedAt } = delivery.raw;
    await publish(delivery.topic, bytes.length > 0 ? bytes : Buffer.from(' '), {
      attributes: {
        source: tool,
        receivedAt: receivedAt.toISOString(),
        contentType,
        ...delivery.beside,
        ...(delivery.eventId ? { eventId: delivery.eventId } : {}),
      },
      withinMs,
    });
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
