/** Channels of notices: whether each works, ringing all of them once, and trying one that waits. */
import { randomUUID } from 'node:crypto';
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { channelName } from '../outgoing/channels/channel.ts';
import { type ChannelState, loadChannelStates } from '../outgoing/channels/channel-states.ts';
import { sendTestNotice } from '../outgoing/connection-test.ts';
import { retryChannel } from '../outgoing/retry-channel.ts';
import { now } from '../platform/clock.ts';
import { readConfig } from '../platform/config.ts';
import { deliveryStates } from '../platform/delivery.ts';
import { stableId } from '../platform/ids.ts';
import { Problem } from '../platform/problem.ts';
import { addRoute } from './routes.ts';
import { closedSchema, json, problem, time } from './schemas.ts';
import { idempotencyHeader, statedBy } from './stated-by.ts';

const channelSchema = closedSchema('Channel', {
  name: z.string(),
  kind: z.string(),
  waits: z
    .object({ until: time, urgentUntil: time, why: z.string() })
    .nullable()
    .describe('The channel asked to wait. `urgentUntil` is for pages, emergencies and escalations.'),
  lastDeliveredAt: time.nullable(),
  lastTest: z
    .object({ notice: z.string(), state: z.enum(deliveryStates), at: time, error: z.string().nullable() })
    .nullable(),
});
const ringSchema = closedSchema('Ring', {
  notice: z.string().describe('Each channel’s receipt has it as `lastTest.notice`.'),
});
const retrySchema = closedSchema('ChannelRetry', {
  channel: z.string(),
  waiting: z.int().describe('Notices that wait for it.'),
});

export function addChannelRoutes(app: OpenAPIHono): void {
  addRoute(app, {
    at: 'GET /channels',
    summary: 'The channels of notices: whether each waits, and what became of its last test',
    responses: { 200: json(z.object({ channels: z.array(channelSchema) }), 'By name') },
    answer: async () => ({ json: { channels: (await loadChannelStates(now())).channels.map(presentChannel) } }),
  });
  addRoute(app, {
    at: 'POST /channels/ring',
    summary: 'Ring everything once: send a test notice to every channel',
    headers: idempotencyHeader,
    responses: { 202: json(ringSchema, 'Sent; `GET /api/channels` shows what each channel answered') },
    answer: async ({ request }) => {
      const { actor, now: at, idempotencyKey = randomUUID() } = statedBy(request);
      const notice = stableId('ntc', 'ring', actor, idempotencyKey);
      await sendTestNotice(notice, undefined, { actor, now: at, consoleUrl: readConfig().CONSOLE_URL });
      return { json: { notice } };
    },
  });
  addRoute(app, {
    at: 'POST /channels/{name}/retry',
    summary: 'Try a channel that waits now; its notices go within a minute',
    params: z.object({ name: channelName }),
    responses: { 202: json(retrySchema, 'Its wait has ended'), 404: problem('No channel has this name') },
    answer: async ({ params: { name } }) => {
      const { channels } = await loadChannelStates(now());
      if (!channels.some((each) => each.name === name)) throw new Problem(404, `No channel is named ${name}.`);
      return { json: { channel: name, waiting: await retryChannel(name) } };
    },
  });
}

function presentChannel({ name, kind, hold, delivered, test }: ChannelState): object {
  return {
    name,
    kind,
    waits: hold ?? null,
    lastDeliveredAt: delivered?.delivery.updatedAt ?? null,
    lastTest: test
      ? {
          notice: test.noticeId,
          state: test.delivery.state,
          at: test.delivery.updatedAt,
          error: test.delivery.lastError,
        }
      : null,
  };
}
