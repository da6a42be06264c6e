/** Next actions: the list, proposing, changing. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { resolveIncident } from '../find/read-incident.ts';
import { etagOf } from '../incidents/facts/version.ts';
import { now } from '../platform/clock.ts';
import { policy } from '../policy.ts';
import { requestTicket } from '../postmortems/action-tickets.ts';
import { presentAction, readAction, recordAction, recordActionChange } from '../postmortems/actions.ts';
import {
  actionKinds,
  actionStatuses,
  actionVersion,
  changedAction,
  type NextAction,
} from '../postmortems/actions-rules.ts';
import { readDueDate } from '../postmortems/week.ts';
import { refuse } from '../words/refusals/refuse.ts';
import { addList, addRoute } from './routes.ts';
import { incidentIdSchema, openSchema, problem, tagged, time } from './schemas.ts';
import { idempotencyHeader, ifMatchHeader, statedBy } from './stated-by.ts';

const actionSchema = openSchema('NextAction', {
  id: z.string(),
  incidentId: z.string().optional(),
  bundleId: z.string(),
  description: z.string(),
  kind: z.enum(actionKinds),
  owner: z.string().optional(),
  ticketUrl: z.string().optional(),
  doneWhen: z.string().optional(),
  dueAt: time,
  status: z.enum(actionStatuses),
  evidenceUrl: z.string().optional(),
  timesCarried: z.number(),
  isOverdue: z.boolean(),
  choiceRequired: z.boolean(),
  lacks: z.array(z.string()),
  ticket: z
    .looseObject({
      state: z.enum(['making', 'made', 'failed']),
      key: z.string().nullable(),
      error: z.string().nullable(),
    })
    .optional(),
  proposesDone: z.boolean().describe('Its ticket is closed. “Done” still needs evidence.'),
});

const { description, kind, owner, ticketUrl, doneWhen, dueAt } = changedAction.shape;
const newAction = z.strictObject({
  incidentId: incidentIdSchema.optional(),
  bundleId: z.string().max(20).optional().describe('Default: the bundle under review.'),
  description: description.unwrap(),
  kind: kind.unwrap(),
  owner,
  ticketUrl,
  doneWhen,
});
const change = changedAction.extend({
  dueAt: dueAt.describe('New due date or time. A date means the end of that day in the policy’s time zone.'),
});

export function addActionRoutes(app: OpenAPIHono): void {
  addRoute(app, {
    at: 'POST /actions/{id}/ticket',
    summary: 'Create its Jira ticket; ticketUrl has the address within two minutes',
    headers: ifMatchHeader,
    responses: {
      202: tagged(actionSchema, 'The action item; its ticket is being created'),
      409: problem('The action item is closed, has a ticket, or a ticket is being created'),
    },
    answer: async ({ params: { id }, request }) => shown(await requestTicket(id, statedBy(request))),
  });
  addList(app, {
    path: '/actions',
    summary: 'Action items, by due date',
    item: actionSchema,
    query: z.object({ status: z.enum([...actionStatuses, 'open']).optional() }),
    all: 'actions',
    narrow: (all, { status }) =>
      status ? all.where('status', 'in', status === 'open' ? ['proposed', 'agreed'] : [status]) : all,
    order: ['dueAt', 'asc'],
    present: (action: NextAction) => presentAction(action, policy, now()),
  });
  addRoute(app, {
    at: 'POST /actions',
    summary: 'Propose an action item; it becomes agreed once it has an owner, a ticket and done criteria',
    headers: idempotencyHeader,
    body: newAction,
    responses: { 201: tagged(actionSchema, 'The action item') },
    answer: async ({ body: { incidentId, ...body }, request }) => {
      const refusal = refuse('action-not-recorded');
      const named = incidentId ? { incidentId: await resolveIncident(incidentId, 'incidentId', refusal) } : {};
      return shown(await recordAction({ ...body, ...named }, statedBy(request)));
    },
  });
  addRoute(app, {
    at: 'GET /actions/{id}',
    summary: 'One action item',
    responses: { 200: tagged(actionSchema, 'The action item') },
    answer: async ({ params: { id } }) => shown(await readAction(id)),
  });
  addRoute(app, {
    at: 'PATCH /actions/{id}',
    summary: 'Fill in missing fields, close it with evidence, reschedule it, or drop it with a reason',
    headers: ifMatchHeader,
    body: change,
    responses: {
      200: tagged(actionSchema, 'The action item'),
      409: problem('The action item lacks a field that this status needs'),
    },
    answer: async ({ params: { id }, body: { dueAt, ...stated }, request }) => {
      const planned = dueAt === undefined ? {} : { dueAt: readDueDate(dueAt, policy.zone) };
      return shown(await recordActionChange(id, { ...stated, ...planned }, statedBy(request)));
    },
  });
}

const shown = (action: NextAction) => ({
  json: presentAction(action, policy, now()),
  etag: etagOf(actionVersion(action)),
});
