/** Puts a notice on its topic. The same notice may be published again: `notify` sends it once to each channel. */

import { topics } from '../topology.ts';
import { log } from './log.ts';
import { noticeSchema, pagerStepSchema, type WrittenNotice } from './notice-schemas.ts';
import { publish } from './publish.ts';

/** A notice as an outbox has kept it. */
export const sendNotice = (sends: unknown): Promise<void> => publishNotice(sends as WrittenNotice);

/** @throws the Pub/Sub error: what it announces stays due */
export async function publishNotice(written: WrittenNotice): Promise<void> {
  const notice = noticeSchema.parse(written);
  const attributes = { noticeId: notice.id, kind: notice.kind };
  await publish(topics.notifications, notice, { attributes });
  log('INFO', `notice: ${notice.kind}`, { noticeId: notice.id, incidentId: notice.incidentId });
}

/** A step of a page, as an outbox has kept it. */
export async function sendPage(sends: unknown): Promise<void> {
  const page = pagerStepSchema.parse(sends);
  await publish(topics.notifications, page, { attributes: { noticeId: page.id, kind: 'page' } });
  log('INFO', `page: ${page.action}`, { noticeId: page.id, incidentId: page.incidentId });
}
