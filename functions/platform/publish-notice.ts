/** Puts a notice on its topic. The same notice may be published again: `notify` sends it once to each channel. */

import { topics } from '../topology.ts';
import { currentTraceId, log } from './log.ts';
import { type Notice, noticeSchema, type PagerStep, pagerStepSchema } from './notice-schemas.ts';
import { pubsub } from './pubsub.ts';

const publishWithinMs = 10_000;

/** A notice as an outbox has kept it. */
export const sendNotice = (sends: unknown): Promise<void> => publishNotice(noticeSchema.parse(sends));

/** @throws the Pub/Sub error: what it announces stays due */
export async function publishNotice(notice: Notice): Promise<void> {
  await publish(noticeSchema.parse(notice), { noticeId: notice.id, kind: notice.kind });
  log('INFO', `notice: ${notice.kind}`, { noticeId: notice.id, incidentId: notice.incidentId });
}

/** A step of a page, as an outbox has kept it. */
export async function sendPage(sends: unknown): Promise<void> {
  const page = pagerStepSchema.parse(sends);
  await publish(page, { noticeId: page.id, kind: 'page' });
  log('INFO', `page: ${page.action}`, { noticeId: page.id, incidentId: page.incidentId });
}

async function publish(what: Notice | PagerStep, attributes: Record<string, string>): Promise<void> {
  const client = await pubsub();
  const traceId = currentTraceId();
  await client
    .topic(topics.notifications, { gaxOpts: { timeout: publishWithinMs }, batching: { maxMessages: 1 } })
    .publishMessage({
      data: Buffer.from(JSON.stringify(what)),
      attributes: { ...attributes, ...(traceId ? { traceId } : {}) },
    });
}
