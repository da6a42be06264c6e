/** Updates that are sent to customers' tickets, what else is on its way to other systems, and what became of it. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import {
  allDraftGroups,
  draftMessage,
  draftNeeds,
  dueOf,
  languageOf,
  needsOf,
  writeDraft,
} from '../customer-updates/draft.ts';
import { readDraftSources } from '../customer-updates/ticket-reports.ts';
import { readRecord, requireIncident } from '../find/read-incident.ts';
import { customerIdsOf } from '../incidents/rhythm/contact.ts';
import { deliveryKinds, type ListedDelivery, listDeliveries } from '../outgoing/list-deliveries.ts';
import { recentUpdates } from '../outgoing/tickets/recent-updates.ts';
import { previewUpdates, requestUpdates } from '../outgoing/tickets/request-updates.ts';
import { presentUpdate } from '../outgoing/tickets/update.ts';
import { now } from '../platform/clock.ts';
import { readConfig } from '../platform/config.ts';
import { deliveryStates } from '../platform/delivery.ts';
import { policy } from '../policy.ts';
import { draftKinds } from '../words/drafts.ts';
import { languages } from '../words/language.ts';
import { refusals } from '../words/texts/refusals.ts';
import { presentTagged } from './incidents.ts';
import { addList, addRoute } from './routes.ts';
import { closedSchema, json, problem, tagged, time } from './schemas.ts';
import { changeHeaders, statedBy } from './stated-by.ts';

const updateSchema = closedSchema('Update', {
  id: z.string(),
  customerId: z.string(),
  customers: z.array(z.string()),
  tool: z.string().nullable(),
  ticketId: z.string().nullable(),
  state: z.enum(['sending', 'sent', 'failed', 'unknown', 'by-hand']),
  requestedAt: time,
  requestedBy: z.string(),
  sentAt: time.nullable(),
  url: z.string().nullable(),
  error: z.string().nullable(),
  text: z.string(),
  recovery: z.boolean(),
});

const requestSchema = z.strictObject({
  customers: z
    .union([z.literal('all'), z.array(z.string().min(1).max(500)).min(1).max(500)])
    .describe('`all` means every customer who still waits for updates.'),
  message: z
    .string()
    .max(policy.outgoing.mostMessageCharacters)
    .transform((text) => text.toWellFormed().replaceAll('\r\n', '\n').replaceAll('\0', '').trim())
    .refine((text) => text !== '', refusals['empty-update'].en),
  recovery: z.boolean().optional(),
  confirmedNames: z.boolean().optional().describe('Confirms that the text may name other customers of this incident.'),
});

const draftSchema = closedSchema('Draft', {
  customers: z.array(z.string()).describe('Customer IDs, for `customers` of an update.'),
  language: z.enum(languages),
  kind: z.enum(draftKinds),
  text: z.string(),
  due: z.boolean().describe('Late, or due within the time that one notice covers (`cadence.noticeCoversNext`).'),
  dueAt: time.describe('When the first of these customers is due.'),
  sendable: z.boolean().describe('Whether an update with this text would be posted to at least one ticket.'),
  needs: z
    .array(z.enum(draftNeeds))
    .describe('Facts to record before the text can be sent. `described`: what the trouble is.'),
});

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

export function addUpdateRoutes(app: OpenAPIHono): void {
  addRoute(app, {
    at: 'POST /incidents/{id}/updates',
    summary: 'Send an update to customers, on the ticket that each reported on',
    headers: changeHeaders,
    body: requestSchema,
    responses: {
      202: tagged(z.object({ updates: z.array(updateSchema) }), 'Being sent, or to be sent by hand'),
      409: problem('An update is already being sent, or the record does not allow one'),
      422: problem(
        'The request is invalid, the text contains tool placeholders, or (`code: names-another-customer`) it names one customer to another',
      ),
    },
    answer: async ({ params: { id }, body: { recovery, ...asked }, request }) => {
      const by = { ...statedBy(request), config: readConfig() };
      const { updates, incident } = await requestUpdates(id, { ...asked, isRecovery: recovery === true }, by);
      return { ...presentTagged(incident), json: { updates: updates.map(presentUpdate) } };
    },
  });
  addRoute(app, {
    at: 'GET /incidents/{id}/drafts',
    summary: 'Drafts of the next messages, one per group of customers due the same message; due ones first',
    query: z.object({
      language: z
        .enum(languages)
        .optional()
        .describe('Default: that of each customer in `customers.csv`, else the policy’s (`sender.language`).'),
    }),
    responses: { 200: json(z.object({ drafts: z.array(draftSchema) }), 'Drafts from recorded facts; nothing is sent') },
    answer: async ({ params: { id }, query: { language: asked }, request }) => {
      const { incident, contacts, events } = await readRecord(id);
      const at = now();
      const [sources, recent] = await Promise.all([
        readDraftSources(incident, policy),
        recentUpdates(incident, at, policy),
      ]);
      const by = { policy, now: at, ...sources };
      const asking = { ...statedBy(request), now: at, config: readConfig() };
      contacts.sort((one, other) => (one.id < other.id ? -1 : 1));
      const drafts = allDraftGroups(incident, contacts, events, by).map((group) => {
        const customers = group.told.flatMap(({ contact }) => customerIdsOf(contact));
        const { dueAt, isDue } = dueOf(group, by);
        const language = asked ?? languageOf(group, by);
        const message = draftMessage(incident, group, by);
        const update = { customers, message, isRecovery: group.kind === 'recovery' };
        const preview = previewUpdates(incident, contacts, recent, update, asking);
        return {
          customers,
          language,
          kind: group.kind,
          text: writeDraft(incident, group, by, language),
          due: isDue,
          dueAt,
          sendable: !('refused' in preview) && preview.updates.some(({ state }) => state === 'sending'),
          needs: needsOf(incident, group, by),
        };
      });
      return { json: { drafts } };
    },
  });
  addList(app, {
    path: '/incidents/{id}/updates',
    summary: 'Updates to customers with their delivery status, oldest first',
    item: updateSchema,
    all: 'updates',
    narrow: async (all, _, { id }) => all.where('incidentId', '==', (await requireIncident(id)).id),
    order: ['requestedAt', 'asc'],
    present: presentUpdate,
  });
  addRoute(app, {
    at: 'GET /deliveries',
    summary: 'Deliveries to other systems that have not arrived, or those in one state; newest first, at most 200',
    query: z.object({ state: z.enum(deliveryStates).optional() }),
    responses: { 200: json(z.object({ deliveries: z.array(deliverySchema) }), 'The newest of them') },
    answer: async ({ query: { state } }) => ({
      json: { deliveries: (await listDeliveries(state, mostListed)).map(presentDelivery) },
    }),
  });
}

function presentDelivery({ delivery, ...about }: ListedDelivery): object {
  const { state, attempts, since, updatedAt, retryAt, lastError } = delivery;
  return { ...about, state, attempts, since, updatedAt, retryAt, lastError };
}
