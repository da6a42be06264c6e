/** Reading incidents: the list, one, its timeline, contacts and signals. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { requireIncident } from '../find/read-incident.ts';
import type { Recorded } from '../incidents/commit.ts';
import type { TimelineEvent } from '../incidents/events.ts';
import type { Incident } from '../incidents/incident.ts';
import { joinKeyIn } from '../incidents/join-key.ts';
import { type PresentedIncident, presentEvent, presentIncident } from '../incidents/present.ts';
import { statementSchema } from '../incidents/statements/statement-schemas.ts';
import { etagOf, versionOf } from '../incidents/version.ts';
import { readConfig } from '../platform/config.ts';
import { collections, firestore, incidentRef } from '../platform/firestore.ts';
import { Problem } from '../platform/problem.ts';
import { policy } from '../policy.ts';
import { readWeek, type Week } from '../postmortems/week.ts';
import { recordFact } from '../record-fact.ts';
import { wrongField } from '../words/refusals/refuse.ts';
import { addList, addRoute } from './routes.ts';
import { contactSchema, eventSchema, incidentSchema, problem, signalSchema, tagged } from './schemas.ts';
import { withoutRaw } from './signals.ts';
import { changeHeaders, statedBy } from './stated-by.ts';

const filters = z.object({
  status: z.enum(['open', 'recovered', 'not-occurring', 'linked']).optional(),
  urgency: z.enum(['high', 'low']).optional(),
  week: z
    .string()
    .optional()
    .openapi({ description: 'The ISO week of filing, in the policy’s time zone.', example: '2026-W47' }),
});

export function addIncidentRoutes(app: OpenAPIHono): void {
  addList(app, {
    path: '/incidents',
    summary: 'Incidents, newest first',
    item: incidentSchema,
    query: filters,
    responses: { 422: problem('A filter is wrong') },
    all: () => firestore().collection(collections.incidents),
    narrow: (all, { status, urgency, week }) => {
      let query = all.where('kind', '==', 'incident');
      if (status) query = query.where('status', '==', status);
      if (urgency) query = query.where('urgency.level', '==', urgency);
      if (week !== undefined) {
        const { start, end } = requireWeek(week);
        query = query.where('filedAt', '>=', start).where('filedAt', '<', end);
      }
      return query;
    },
    order: ['filedAt', 'desc'],
    present: presentCounted,
  });
  addRoute(app, {
    at: 'GET /incidents/{id}',
    summary: 'One incident, question or out-of-scope ticket',
    responses: { 200: tagged(incidentSchema, 'The incident') },
    answer: async ({ params: { id } }) => {
      const incident = await requireIncident(id);
      const shown = { ...(await presentCounted(incident)), ...joinKeyIn(id, readConfig().JOIN_KEY_SECRET) };
      return { json: shown, etag: etagOf(versionOf(incident)) };
    },
  });
  addList(app, {
    path: '/incidents/{id}/timeline',
    summary: 'Its timeline, in the order of recording, and the signals that it refers to',
    name: 'events',
    item: eventSchema,
    all: async ({ id }) => incidentRef((await requireIncident(id)).id).collection(collections.timeline),
    order: ['recordedAt', 'asc'],
    present: (event: TimelineEvent) => presentEvent(event),
  });
  addList(app, {
    path: '/incidents/{id}/contacts',
    summary: 'The affected customers, and when each is due an update',
    item: contactSchema,
    all: async ({ id }) => incidentRef((await requireIncident(id)).id).collection(collections.contacts),
  });
  addList(app, {
    path: '/incidents/{id}/signals',
    summary: 'Every signal of the incident',
    item: signalSchema,
    all: () => firestore().collection(collections.signals),
    narrow: async (all, _, { id }) => all.where('incidentId', '==', (await requireIncident(id)).id),
    order: ['receivedAt', 'asc'],
    present: withoutRaw,
  });
}

export function addEventRoutes(app: OpenAPIHono): void {
  addRoute(app, {
    at: 'POST /incidents/{id}/events',
    summary: 'Record a fact, in any order; past times are allowed',
    headers: changeHeaders,
    body: statementSchema,
    responses: {
      201: tagged(eventSchema, 'The event, the events that rules added, and the resulting incident'),
      409: problem('The fact conflicts with the record'),
      422: problem('The fact is invalid'),
    },
    answer: async ({ params: { id }, body, request }) => {
      return presentRecorded(await recordFact(id, body, statedBy(request)));
    },
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

/** The first event, what was recorded with it, and the incident as it is then. */
export const presentRecorded = ({ events: recorded, incident }: Recorded) => {
  const { json, etag } = presentTagged(incident);
  const events = recorded.map(presentEvent);
  return { json: { ...events[0], events, incident: json }, etag };
};

export const presentTagged = (incident: Incident) => ({
  json: presentIncident(incident),
  etag: etagOf(versionOf(incident)),
});

async function presentCounted(incident: Incident): Promise<PresentedIncident> {
  const count = await firestore().collection(collections.signals).where('incidentId', '==', incident.id).count().get();
  return presentIncident(incident, count.data().count);
}
