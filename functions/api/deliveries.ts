/** What is on its way to somebody else's system, and what became of it. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { deliveryKinds, type ListedDelivery, listDeliveries } from '../outgoing/list-deliveries.ts';
import { deliveryStates } from '../platform/delivery.ts';
import { addRoute } from './routes.ts';
import { closedSchema, json, time } from './schemas.ts';

const mostListed = 200;

const deliverySchema = closedSchema('Delivery', {
  id: z.string(),
  kind: z.enum(deliveryKinds),
  incidentId: z.string().nullable(),
  to: z.string().describe('The channel from `NOTIFY_CHANNELS`, or the tool.'),
  what: z
    .string()
    .nullable()
    .describe('A notice’s kind, a page’s last step, an update’s ticket, or an action item’s ID.'),
  state: z.enum(deliveryStates),
  attempts: z.int(),
  since: time.describe('First attempt.'),
  updatedAt: time,
  retryAt: time.nullable(),
  lastError: z.string().nullable(),
});

export function addDeliveryRoutes(app: OpenAPIHono): void {
  addRoute(app, {
    at: 'GET /deliveries',
    summary: 'Deliveries to other systems that have not arrived, or those in one state; newest first, at most 200',
    query: z.object({ state: z.enum(deliveryStates).optional() }),
    responses: { 200: json(z.object({ deliveries: z.array(deliverySchema) }), 'The newest of them') },
    answer: async ({ query: { state } }) => ({
      json: { deliveries: (await listDeliveries(state, mostListed)).map(present) },
    }),
  });
}

const present = ({ delivery, ...about }: ListedDelivery): object => {
  const { state, attempts, since, updatedAt, retryAt, lastError } = delivery;
  return { ...about, state, attempts, since, updatedAt, retryAt, lastError };
};
