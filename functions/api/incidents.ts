/** The list of incidents; an incident's timeline, contacts, signals, evidence and situation; recording facts; and questions. */
import { isUtf8 } from 'node:buffer';
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { readSeriesEvidence, releasesBefore } from '../evidence/kept-evidence.ts';
import { readRecord, requireIncident } from '../find/read-incident.ts';
import { emergencyRoles } from '../incidents/emergency/emergency.ts';
import type { TimelineEvent } from '../incidents/facts/events.ts';
import { etagOf, versionOf } from '../incidents/facts/version.ts';
import { answerKinds, type Incident } from '../incidents/incident.ts';
import type { StoredContact } from '../incidents/record/cohorts.ts';
import type { Recorded } from '../incidents/record/commit.ts';
import type { SignalRecord } from '../incidents/record/records.ts';
import { withOneOthers } from '../incidents/rhythm/contact.ts';
import { joinKeyIn } from '../incidents/signals/join-key.ts';
import { signalQueries } from '../incidents/signals/signals-of.ts';
import { answerQuestion, stateTrouble } from '../incidents/statements/reclassify.ts';
import { statementSchema } from '../incidents/statements/statement-schemas.ts';
import { mostShown } from '../incidents/views/first-contacts.ts';
import { type PresentedIncident, presentEvent, presentIncident } from '../incidents/views/present.ts';
import { now } from '../platform/clock.ts';
import { readConfig } from '../platform/config.ts';
import { collections, countOf, dataOf, incidentRef, signalRef } from '../platform/firestore.ts';
import { unpack } from '../platform/packed.ts';
import { Problem } from '../platform/problem.ts';
import { policy } from '../policy.ts';
import { sumOf } from '../postmortems/statistics.ts';
import { readWeek, type Week } from '../postmortems/week.ts';
import { recordFact } from '../record-fact.ts';
import { checklistItems, composeSituation } from '../situation/compose-situation.ts';
import { situationMarkdown } from '../situation/situation-markdown.ts';
import { chooseLanguage } from '../words/language.ts';
import { wrongField } from '../words/refusals/refuse.ts';
import { addList, addRoute } from './routes.ts';
import {
  closedSchema,
  contactSchema,
  emergencySchema,
  eventSchema,
  incidentSchema,
  json,
  openSchema,
  problem,
  signalSchema,
  tagged,
  time,
} from './schemas.ts';
import { changeHeaders, statedBy } from './stated-by.ts';

const filters = z.object({
  status: z.enum(['open', 'recovered', 'not-occurring', 'linked']).optional(),
  urgency: z.enum(['high', 'low']).optional(),
  week: z
    .string()
    .optional()
    .meta({ description: 'The ISO week of filing, in the policy’s time zone.', example: '2026-W47' }),
});

const releasesSchema = closedSchema('ReleasesBefore', {
  from: z.iso.datetime(),
  until: z.iso.datetime(),
  releases: z.array(z.looseObject({ id: z.string() })),
});

const seriesSchema = openSchema('SeriesEvidence', {
  series: z.array(
    z.object({
      metric: z.string(),
      labels: z.record(z.string(), z.string()),
      points: z.array(z.object({ at: z.iso.datetime(), value: z.number() })),
    }),
  ),
  whyNot: z.string().optional(),
});

const customer = z.looseObject({ id: z.string(), name: z.string().nullable(), nextUpdateDueAt: time.nullable() });
const situationSchema = openSchema('Situation', {
  incidentId: z.string(),
  code: z.string(),
  title: z.string(),
  isDrill: z.boolean(),
  asOf: time,
  emergency: emergencySchema,
  known: z.looseObject({ businessImpact: z.string().nullable(), affectedCustomerCount: z.number().nullable() }),
  customers: z.array(customer).describe('At most 200: of more, those who are due an update first.'),
  moreCustomers: z.number().describe('Customers beyond those.'),
  tried: z.array(z.looseObject({ at: time, kind: z.string() })),
  roles: z.array(z.object({ role: z.enum(emergencyRoles), who: z.string().nullable(), at: time.nullable() })),
  nextUpdate: z.object({ dueAt: time, isOverdue: z.boolean(), customers: z.array(customer) }).nullable(),
  checklist: z.array(z.object({ item: z.enum(checklistItems), isDone: z.boolean(), at: time.nullable() })),
  latest: z.array(z.looseObject({ at: time, type: z.string(), who: z.string() })),
});

export function addIncidentRoutes(app: OpenAPIHono): void {
  addList(app, {
    path: '/incidents',
    summary: 'Incidents, newest first',
    item: incidentSchema,
    query: filters,
    all: 'incidents',
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
    keep: withOneOthers<StoredContact>,
    present: presentContact,
  });
  addList(app, {
    path: '/incidents/{id}/signals',
    summary: 'Every signal of the incident, and of what is linked to it',
    item: signalSchema,
    all: 'signals',
    narrow: async (_, __, { id }) => signalQueries(await requireIncident(id)),
    order: ['receivedAt', 'asc'],
    present: withoutRaw,
  });
  addRoute(app, {
    at: 'POST /incidents/{id}/events',
    summary: 'Record a fact, in any order; past times are allowed',
    headers: changeHeaders,
    body: statementSchema,
    responses: {
      201: tagged(eventSchema, 'The event, the events that rules added, and the resulting incident'),
      409: problem('The fact conflicts with the record'),
    },
    answer: async ({ params: { id }, body, request }) => presentRecorded(await recordFact(id, body, statedBy(request))),
  });
  addRoute(app, {
    at: 'GET /incidents/{id}/releases',
    summary: 'Builds that started in the hours before the incident, newest first',
    responses: { 200: json(releasesSchema, 'The builds') },
    answer: async ({ params: { id } }) => ({ json: await releasesBefore(await requireIncident(id), policy) }),
  });
  addRoute(app, {
    at: 'GET /incidents/{id}/series',
    summary: 'The time series behind its alert, or why there is none',
    responses: { 200: json(seriesSchema, 'The series') },
    answer: async ({ params }) => {
      const { id, source } = await requireIncident(params.id);
      const whyNot = source === 'alert' ? 'Nobody has looked yet.' : 'It was not filed by an alert.';
      return { json: (await readSeriesEvidence(id)) ?? { series: [], whyNot } };
    },
  });
  addRoute(app, {
    at: 'GET /signals/{id}',
    summary: 'One signal, with its raw body',
    responses: { 200: json(signalSchema, 'The signal') },
    answer: async ({ params: { id } }) => {
      const signal = dataOf<SignalRecord>(await signalRef(id).get());
      if (!signal) throw new Problem(404, `No signal has the ID ${id.slice(0, 100)}.`);
      const raw = presentRaw(unpack(signal.raw, signal.rawEncoding), signal.contentType);
      return { json: { ...withoutRaw(signal), raw } };
    },
  });
  addRoute(app, {
    at: 'GET /incidents/{id}/situation',
    summary: 'The situation: known facts, affected customers, mitigations tried, roles, next update, checklist',
    responses: { 200: json(situationSchema, 'The current situation') },
    answer: async ({ params: { id } }) => ({ json: composeSituation(await readRecord(id), now()) }),
  });
  addRoute(app, {
    at: 'GET /incidents/{id}/situation.md',
    summary: 'The situation as Markdown (lang=ja or en)',
    query: z.object({ lang: z.enum(['ja', 'en']).optional() }),
    responses: { 200: { description: 'The current situation', content: { 'text/markdown': { schema: z.string() } } } },
    answer: async ({ params: { id }, query: { lang }, request }) => {
      const situation = composeSituation(await readRecord(id), now());
      const language = chooseLanguage(lang, request.header('accept-language'), policy);
      const text = situationMarkdown(situation, language, policy);
      return { text, headers: { 'content-type': 'text/markdown; charset=utf-8' } };
    },
  });
}

export function addQuestionRoutes(app: OpenAPIHono): void {
  addList(app, {
    path: '/questions',
    summary: 'Questions, newest first',
    item: incidentSchema,
    query: z.object({ status: z.enum(['open', 'answered']).optional() }),
    all: 'incidents',
    narrow: (all, { status }) => {
      const questions = all.where('kind', '==', 'question');
      return status ? questions.where('status', '==', status) : questions;
    },
    order: ['filedAt', 'desc'],
    present: (question: Incident) => presentIncident(question),
  });
  addRoute(app, {
    at: 'POST /questions/{id}/reclassify',
    summary: 'Turn a question into an incident, filed now',
    headers: changeHeaders,
    body: z.strictObject({ why: z.string().trim().min(1).max(2_000) }),
    responses: {
      201: tagged(incidentSchema, 'The resulting incident'),
      409: problem('Not a question, or no longer one'),
    },
    answer: async ({ params: { id }, body: { why }, request }) =>
      presentTagged((await stateTrouble(id, why, statedBy(request))).incident),
  });
  addRoute(app, {
    at: 'POST /questions/{id}/answer',
    summary: 'Answer a question; an answer that required a change makes it an incident',
    headers: changeHeaders,
    body: z.strictObject({ kind: z.enum(answerKinds), note: z.string().trim().min(1).max(20_000).optional() }),
    responses: {
      201: tagged(incidentSchema, 'The question, or the resulting incident'),
      409: problem('Already answered, or not a question'),
    },
    answer: async ({ params: { id }, body, request }) =>
      presentTagged((await answerQuestion(id, body, statedBy(request))).incident),
  });
}

/** @throws Problem 422 when there is no such week */
export function requireWeek(id: string): Week {
  const week = readWeek(id, policy.zone);
  if (week) return week;
  throw new Problem(422, `${id.slice(0, 40)} is not a week.`, { errors: [wrongField('week', 'not-a-week')] });
}

/** The first event, the events recorded with it, and the resulting incident. */
export const presentRecorded = ({ events: recorded, incident }: Recorded) => {
  const { json, etag } = presentTagged(incident);
  const events = recorded.map(presentEvent);
  return { json: { ...events[0], events, incident: json }, etag };
};

export const presentTagged = (incident: Incident) => ({
  json: presentIncident(incident),
  etag: etagOf(versionOf(incident)),
});

/** A cohort holds hundreds of customers with one clock. Fields that only the store uses are left out. */
function presentContact(stored: StoredContact): object {
  const { facts: _, next: __, reminder: ___, members, ...contact } = stored;
  if (!members) return contact;
  const customers = members.flatMap((each) => each.customers);
  return { ...contact, customers: customers.slice(0, mostShown), customerCount: customers.length };
}

async function presentCounted(incident: Incident): Promise<PresentedIncident> {
  const counts = await Promise.all(signalQueries(incident).map(countOf));
  return presentIncident(incident, sumOf(counts));
}

export function presentRaw(raw: Buffer, contentType: string): Record<string, string> {
  const encoding = isUtf8(raw) ? 'utf8' : 'base64';
  return { contentType, encoding, body: raw.toString(encoding) };
}

function withoutRaw(record: SignalRecord): object {
  const { raw: _, rawEncoding: __, contentType: ___, attemptId: ____, ...signal } = record;
  return signal;
}
