/** What is on its way to the function that calls Slack: a notice for one channel, or an incident whose cards are edited. */
import * as z from 'zod';
import { currentTraceId } from '../../platform/log.ts';
import { noticeSchema } from '../../platform/notice-schemas.ts';
import { pubsub } from '../../platform/pubsub.ts';
import { topics } from '../../topology.ts';
import { slackAppChannel } from '../channels/channel.ts';
import { whyTold } from '../channels/receivers.ts';

export const toSlackSchema = z.union([
  z.object({ cardsOf: z.string().regex(/^inc_[\w-]{1,64}$/) }),
  z.object({ notice: noticeSchema, channel: slackAppChannel, why: z.enum(whyTold) }),
]);

type ToSlack = z.infer<typeof toSlackSchema>;
export type NoticeToSlack = Extract<ToSlack, { notice: unknown }>;

const noticeWithinMs = 10_000;
/** Whoever has stated something does not wait longer for it: the next look publishes it as well. */
const cardsWithinMs = 2_000;

export const publishToSlack = (route: NoticeToSlack): Promise<void> => publish(route, noticeWithinMs);

export const publishCards = (incidentId: string): Promise<void> => publish({ cardsOf: incidentId }, cardsWithinMs);

/** @throws the Pub/Sub error */
async function publish(what: ToSlack, timeout: number): Promise<void> {
  const topic = (await pubsub()).topic(topics.outgoing, { gaxOpts: { timeout }, batching: { maxMessages: 1 } });
  const traceId = currentTraceId();
  await topic.publishMessage({ data: Buffer.from(JSON.stringify(what)), attributes: traceId ? { traceId } : {} });
}
