/** Puts a notice on its topic. The same notice may be published again: `notify` sends it once to each channel. */

import { topics } from '../topology.ts';
import { currentTraceId, log } from './log.ts';
import { type Notice, noticeSchema } from './notice-schemas.ts';
import { pubsub } from './pubsub.ts';

const publishWithinMs = 10_000;

/** A notice as an outbox has kept it. */
export const sendNotice = (sends: unknown): Promise<void> => publishNotice(noticeSchema.parse(sends));

/** @throws the Pub/Sub error: what it announces stays due */
export async function publishNotice(notice: Notice): Promise<void> {
  const client = await pubsub();
  const traceId = currentTraceId();
  await client
    .topic(topics.notifications, { gaxOpts: { timeout: publishWithinMs }, batching: { maxMessages: 1 } })
    .publishMessage({
      data: Buffer.from(JSON.stringify(noticeSchema.parse(notice))),
      attributes: { noticeId: notice.id, kind: notice.kind, ...(traceId ? { traceId } : {}) },
    });
  log('INFO', `notice: ${notice.kind}`, { noticeId: notice.id, incidentId: notice.incidentId });
}
