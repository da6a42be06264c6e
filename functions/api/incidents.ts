/** Reading incidents: the list, one, its timeline, contacts and signals. */
import type { DocumentSnapshot } from '@google-cloud/firestore';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Incident } from '../incidents/incident.ts';
import { joinKeyIn } from '../incidents/join-key.ts';
import { type PresentedIncident, presentIncident } from '../incidents/present.ts';
import { recordStatement } from '../incidents/record-event.ts';
import { statementSchema } from '../incidents/statements/statement-schemas.ts';
import { etagOf, versionOf } from '../incidents/version.ts';
import { followOnCards } from '../outgoing/slack/edit-cards.ts';
import { readConfig } from '../platform/config.ts';
import { collections, firestore, fromDocument, incidentRef } from '../platform/firestore.ts';
import { Problem } from '../platform/problem.ts';
import { policy } from '../policy.ts';
import { wakeDraft } from '../postmortems/wake-draft.ts';
import { readWeek, type Week } from '../postmortems/week.ts';
import { refuse, wrongField } from '../words/refusals/refuse.ts';
import { pageQuery, readPage } from './paging.ts';
import {
  contactSchema,
  eventSchema,
  hasChanged,
  idParam,
  incidentSchema,
  json,
  listOf,
  problem,
  signalSchema,
  tagged,
} from './schemas.ts';
import { presentSignal } from './signals.ts';
import { changeHeaders, statedBy } from './stated-by.ts';

const listQuery = pageQuery.extend({
  status: z.enum(['open', 'recovered', 'not-occurring', 'linked']).optional(),
  urgency: z.enum(['high', 'low']).optional(),
  week: z
    .string()
    .optional()
    .openapi({ description: 'The ISO week in which it was filed, in the policy’s zone.', example: '2026-W47' }),
});

export function addIncidentRoutes(app: OpenAPIHono): void {
  const list = createRoute({
    method: 'get',
    path: '/incidents',
    summary: 'Incidents, newest first',
    request: { query: listQuery },
    responses: { 200: json(listOf('incidents', incidentSchema), 'One page'), 422: problem('A filter is wrong') },
  });
  app.openapi(list, async (context) => {
    const { status, urgency, week, ...page } = context.req.valid('query');
    const all = firestore().collection(collections.incidents);
    let query = all.where('kind', '==', 'incident');
    if (status) query = query.where('status', '==', status);
    if (urgency) query = query.where('urgency.level', '==', urgency);
    if (week !== undefined) {
      const { start, end } = requireWeek(week);
      query = query.where('filedAt', '>=', start).where('filedAt', '<', end);
    }
    const { documents, nextPageToken } = await readPage(
      all,
      query.orderBy('filedAt', 'desc').orderBy('__name__', 'desc'),
      page,
    );
    const incidents = await Promise.all(documents.map(presentDocument));
    return context.json({ incidents, ...(nextPageToken ? { nextPageToken } : {}) } as never, 200);
  });

  const one = createRoute({
    method: 'get',
    path: '/incidents/{id}',
    summary: 'One incident, question or outside ticket',
    request: { params: idParam },
    responses: { 200: tagged(incidentSchema, 'The incident'), 404: problem('There is none of this id') },
  });
  app.openapi(one, async (context) => {
    const document = await requireIncident(context.req.valid('param').id);
    return context.json(
      { ...(await presentDocument(document)), ...joinKeyIn(document.id, readConfig().JOIN_KEY_SECRET) } as never,
      200,
      etagOfIncident(fromDocument<Incident>(document.data())),
    );
  });

  const timeline = createRoute({
    method: 'get',
    path: '/incidents/{id}/timeline',
    summary: 'Its timeline, in the order of recording; what came in by signals stands beside it',
    request: { params: idParam, query: pageQuery },
    responses: { 200: json(listOf('events', eventSchema), 'One page'), 404: problem('There is none of this id') },
  });
  app.openapi(timeline, async (context) => {
    const { ref } = await requireIncident(context.req.valid('param').id);
    const all = ref.collection(collections.timeline);
    const query = all.orderBy('recordedAt').orderBy('__name__');
    const { documents, nextPageToken } = await readPage(all, query, context.req.valid('query'));
    const events = documents.map((document) => fromDocument(document.data()));
    return context.json({ events, ...(nextPageToken ? { nextPageToken } : {}) } as never, 200);
  });

  const contacts = createRoute({
    method: 'get',
    path: '/incidents/{id}/contacts',
    summary: 'The customers it affects, and where their rhythm stands',
    request: { params: idParam, query: pageQuery },
    responses: { 200: json(listOf('contacts', contactSchema), 'One page'), 404: problem('There is none of this id') },
  });
  app.openapi(contacts, async (context) => {
    const { ref } = await requireIncident(context.req.valid('param').id);
    const all = ref.collection(collections.contacts);
    const { documents, nextPageToken } = await readPage(all, all.orderBy('__name__'), context.req.valid('query'));
    const found = documents.map((document) => fromDocument(document.data()));
    return context.json({ contacts: found, ...(nextPageToken ? { nextPageToken } : {}) } as never, 200);
  });

  const signals = createRoute({
    method: 'get',
    path: '/incidents/{id}/signals',
    summary: 'All that came in about it',
    request: { params: idParam, query: pageQuery },
    responses: { 200: json(listOf('signals', signalSchema), 'One page'), 404: problem('There is none of this id') },
  });
  app.openapi(signals, async (context) => {
    const { id } = await requireIncident(context.req.valid('param').id);
    const all = firestore().collection(collections.signals);
    const query = all.where('incidentId', '==', id).orderBy('receivedAt').orderBy('__name__');
    const { documents, nextPageToken } = await readPage(all, query, context.req.valid('query'));
    const found = documents.map((document) => presentSignal(document, false));
    return context.json({ signals: found, ...(nextPageToken ? { nextPageToken } : {}) } as never, 200);
  });
}

export function addEventRoutes(app: OpenAPIHono): void {
  const stating = createRoute({
    method: 'post',
    path: '/incidents/{id}/events',
    summary: 'Record a fact, in any order and for the past',
    request: {
      params: idParam,
      headers: changeHeaders,
      body: { required: true, content: { 'application/json': { schema: statementSchema } } },
    },
    responses: {
      201: tagged(eventSchema, 'The event, what the rules recorded with it, and the incident afterwards'),
      404: problem('There is none of this id'),
      409: problem('What is recorded does not allow it'),
      ...hasChanged,
      422: problem('The statement is not understood'),
    },
  });
  app.openapi(stating, async (context) => {
    const { id } = context.req.valid('param');
    const by = statedBy(context.req);
    const recorded = await recordStatement(id, context.req.valid('json'), by);
    await wakeDraft(recorded.incident, policy, by.now);
    await followOnCards(recorded.incident);
    const [event] = recorded.events;
    const { events, incident } = recorded;
    return context.json(
      { ...event, events, incident: presentIncident(incident) } as never,
      201,
      etagOfIncident(incident),
    );
  });
}

/** @throws Problem 422 when there is no such week */
export function requireWeek(id: string): Week {
  const week = readWeek(id, policy.zone);
  if (week) return week;
  throw new Problem(422, `${id.slice(0, 40)} is not a week.`, {
    errors: [wrongField('week', 'not-a-week')],
  });
}

/** The header of an answer that shows the incident as it is. */
export const etagOfIncident = (incident: Incident): { etag: string } => ({ etag: etagOf(versionOf(incident)) });

/** @throws Problem 404 */
export async function requireIncident(id: string): Promise<DocumentSnapshot> {
  const document = /^inc_[\da-f]{24}$/.test(id) ? await incidentRef(id).get() : undefined;
  if (!document?.exists) throw new Problem(404, refuse('no-incident', { id: id.slice(0, 100) }));
  return document;
}

async function presentDocument(document: DocumentSnapshot): Promise<PresentedIncident> {
  const count = await firestore().collection(collections.signals).where('incidentId', '==', document.id).count().get();
  return presentIncident(fromDocument<Incident>(document.data()), count.data().count);
}
