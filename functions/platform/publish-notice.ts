/** Puts a notice on its topic. The same notice may be published again: `notify` sends it once to each channel. */
import { topics } from '../topology.ts';
import { log } from './log.ts';
import { type Notice, noticeSchema, type PagerStep, pagerStepSchema, type WrittenNotice } from './notice-schemas.ts';
import { publish } from './publish.ts';

/** A notice as an outbox has kept it. */
export const sendNotice = (sends: unknown): Promise<void> => publishNotice(sends as WrittenNotice);

/** @throws the Pub/Sub error: what it announces stays due */
export async function publishNotice(written: WrittenNotice): Promise<void> {
  const notice = noticeSchema.parse(written);
  await publishAs(notice, notice.kind, `notice: ${notice.kind}`);
}

/** A step of a page, as an outbox has kept it. */
export async function sendPage(sends: unknown): Promise<void> {
  const page = pagerStepSchema.parse(sends);
  await publishAs(page, 'page', `page: ${page.action}`);
}

async function publishAs(told: Notice | PagerStep, kind: string, said: string): Promise<void> {
  const { id: noticeId, incidentId } = told;
  await publish(topics.notifications, told, { attributes: { noticeId, kind } });
  log('INFO', said, { noticeId, incidentId });
}
