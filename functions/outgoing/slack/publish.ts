/** What is on its way to the function that calls Slack: a notice for one channel, or an incident whose cards are edited. */
import * as z from 'zod';
import { noticeSchema } from '../../platform/notice-schemas.ts';
import { publish } from '../../platform/publish.ts';
import { topics } from '../../topology.ts';
import { slackAppChannel } from '../channels/channel.ts';
import { whyTold } from '../channels/receivers.ts';

export const toSlackSchema = z.union([
  z.object({ cardsOf: z.string().regex(/^inc_[\w-]{1,64}$/) }),
  z.object({ notice: noticeSchema, channel: slackAppChannel, why: z.enum(whyTold) }),
]);

/** The author of a statement does not wait longer: the next tick publishes it as well. */
const withinMs = 2_000;

/** @throws the Pub/Sub error */
export const publishCards = (incidentId: string): Promise<void> =>
  publish(topics.outgoing, { cardsOf: incidentId }, { withinMs });
