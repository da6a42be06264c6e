/** Updates that are sent to customers' tickets, and what became of them. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { allDraftGroups, writeDraft } from '../customer-updates/draft.ts';
import { readEvent } from '../incidents/events.ts';
import type { Incident } from '../incidents/incident.ts';
import { type Contact, customerIdsOf } from '../incidents/rhythm/contact.ts';
import { requestUpdates } from '../outgoing/tickets/request-updates.ts';
import { presentUpdate, type UpdateRecord } from '../outgoing/tickets/update.ts';
import { now } from '../platform/clock.ts';
import { readConfig } from '../platform/config.ts';
import { collections, firestore, fromDocument } from '../platform/firestore.ts';
import { policy } from '../policy.ts';
import { draftKinds } from '../words/drafts.ts';
import { languages } from '../words/language.ts';
import { refusals } from '../words/texts/refusals.ts';
import { etagOfIncident, requireIncident } from './incidents.ts';
import { pageQuery, readPage } from './paging.ts';
import { hasChanged, idParam, json, listOf, problem, tagged } from './schemas.ts';
import { changeHeaders, statedBy } from './stated-by.ts';

const time = z.iso.datetime();
/** As the console’s page of an incident reads them. */
const [mostContacts, mostEvents] = [200, 300];

const updateSchema = z
  .object({
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
  })
  .openapi('Update');

const requestSchema = z.strictObject({
  customers: z
    .union([z.literal('all'), z.array(z.string().min(1).max(500)).min(1).max(500)])
    .openapi({ description: '`all` means all who still wait for updates.' }),
  message: z
    .string()
    .max(policy.outgoing.mostMessageCharacters)
    .transform((text) => text.toWellFormed().replaceAll('\r\n', '\n').replaceAll('\0', '').trim())
    .refine((text) => text !== '', refusals['empty-update'].en),
  recovery: z.boolean().optional(),
  confirmedNames: z
    .boolean()
    .optional()
    .openapi({ description: 'The text names customers of this incident to others, and is meant to.' }),
});

const draftSchema = z
  .object({
    customers: z.array(z.string()).openapi({ description: 'IDs, as `customers` of an update takes them.' }),
    language: z.enum(languages),
    kind: z.enum(draftKinds),
    text: z.string(),
  })
  .openapi('Draft');

export function addUpdateRoutes(app: OpenAPIHono): void {
  const send = createRoute({
    method: 'post',
    path: '/incidents/{id}/updates',
    summary: 'Send an update to customers, each on the ticket on which they reported',
    request: {
      params: idParam,
      headers: changeHeaders,
      body: { required: true, content: { 'application/json': { schema: requestSchema } } },
    },
    responses: {
      202: tagged(z.object({ updates: z.array(updateSchema) }), 'On their way, or to be sent by hand'),
      404: problem('There is none of this id'),
      409: problem('One is on its way already, or what is recorded does not allow it'),
      ...hasChanged,
      422: problem(
        'The request is not understood, a tool would make something else of the text, or (`code: names-another-customer`) it names a customer of the incident to others',
      ),
    },
  });
  app.openapi(send, async (context) => {
    const { customers, message, recovery, confirmedNames } = context.req.valid('json');
    const request = { customers, message, isRecovery: recovery === true, confirmedNames };
    const by = { ...statedBy(context.req), config: readConfig() };
    const { updates, incident } = await requestUpdates(context.req.valid('param').id, request, by);
    return context.json({ updates: updates.map(presentUpdate) } as never, 202, etagOfIncident(incident));
  });

  const drafts = createRoute({
    method: 'get',
    path: '/incidents/{id}/drafts',
    summary: 'Drafts of the next messages to its customers, by who is due the same message',
    request: {
      params: idParam,
      query: z.object({
        language: z
          .enum(languages)
          .optional()
          .openapi({ description: 'Default: the policy’s language for customers (`sender.language`).' }),
      }),
    },
    responses: {
      200: json(z.object({ drafts: z.array(draftSchema) }), 'Written from what is recorded; nothing is sent'),
      404: problem('No incident has this ID'),
    },
  });
  app.openapi(drafts, async (context) => {
    const { language = policy.sender.language } = context.req.valid('query');
    const document = await requireIncident(context.req.valid('param').id);
    const [contacts, events] = await Promise.all([
      document.ref.collection(collections.contacts).orderBy('__name__').limit(mostContacts).get(),
      document.ref.collection(collections.timeline).orderBy('recordedAt', 'desc').limit(mostEvents).get(),
    ]);
    const incident = fromDocument<Incident>(document.data());
    const by = { policy, now: now() };
    const groups = allDraftGroups(
      incident,
      contacts.docs.map((each) => fromDocument<Contact>(each.data())),
      events.docs.map((each) => readEvent(fromDocument(each.data()))),
      by,
    );
    const written = groups.map((group) => ({
      customers: group.told.flatMap(({ contact }) => customerIdsOf(contact)),
      language,
      kind: group.kind,
      text: writeDraft(incident, group, by, language),
    }));
    return context.json({ drafts: written }, 200);
  });

  const list = createRoute({
    method: 'get',
    path: '/incidents/{id}/updates',
    summary: 'Its updates to customers and what became of them, oldest first',
    request: { params: idParam, query: pageQuery },
    responses: { 200: json(listOf('updates', updateSchema), 'One page'), 404: problem('There is none of this id') },
  });
  app.openapi(list, async (context) => {
    const { id } = await requireIncident(context.req.valid('param').id);
    const all = firestore().collection(collections.updates);
    const query = all.where('incidentId', '==', id).orderBy('requestedAt').orderBy('__name__');
    const { documents, nextPageToken } = await readPage(all, query, context.req.valid('query'));
    const updates = documents.map((document) => presentUpdate(fromDocument<UpdateRecord>(document.data())));
    return context.json({ updates, ...(nextPageToken ? { nextPageToken } : {}) } as never, 200);
  });
}
