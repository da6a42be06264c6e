/** Next actions: the list, proposing, changing. */

import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { etagOf } from '../incidents/version.ts';
import { now } from '../platform/clock.ts';
import { collections, firestore, fromDocument } from '../platform/firestore.ts';
import { statedLink, statedName, statedText } from '../platform/stated.ts';
import { policy } from '../policy.ts';
import { requestTicket } from '../postmortems/action-tickets.ts';
import { presentAction, readAction, recordAction, recordActionChange } from '../postmortems/actions.ts';
import { actionKinds, actionStatuses, actionVersion, type NextAction } from '../postmortems/actions-rules.ts';
import { readDueDate } from '../postmortems/week.ts';
import { refuse } from '../words/refusals/refuse.ts';
import { pageQuery, readPage } from './paging.ts';
import { hasChanged, idParam, json, listOf, problem, tagged } from './schemas.ts';
import { idempotencyHeader, ifMatchHeader, statedBy } from './stated-by.ts';

const time = z.iso.datetime();

const actionSchema = z
  .looseObject({
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
    proposesDone: z.boolean().openapi({ description: 'Its ticket is closed; done still needs evidence.' }),
  })
  .openapi('NextAction');

const whole = {
  owner: statedName(320).optional(),
  ticketUrl: statedLink.optional(),
  doneWhen: statedText(2_000).optional(),
};

const newAction = z.strictObject({
  incidentId: z
    .string()
    .regex(/^inc_[\da-f]{24}$/, refuse('not-an-incident-id').text)
    .optional(),
  bundleId: z.string().max(20).optional().openapi({ description: 'The bundle under review unless said.' }),
  description: statedText(2_000),
  kind: z.enum(actionKinds),
  ...whole,
});

const changedAction = z.strictObject({
  description: statedText(2_000).optional(),
  kind: z.enum(actionKinds).optional(),
  ...whole,
  status: z.enum(actionStatuses).optional(),
  evidenceUrl: statedLink.optional(),
  droppedReason: statedText(2_000).optional(),
  dueAt: z
    .union([z.iso.date(), z.iso.datetime({ offset: true })], refuse('not-a-date').text)
    .optional()
    .openapi({ description: 'Plans it anew: a date, or a time. Of a date, the day’s end in the policy’s zone.' }),
});

export function addActionRoutes(app: OpenAPIHono): void {
  addTicketRoute(app);
  const list = createRoute({
    method: 'get',
    path: '/actions',
    summary: 'Next actions, the next due first',
    request: { query: pageQuery.extend({ status: z.enum([...actionStatuses, 'open']).optional() }) },
    responses: { 200: json(listOf('actions', actionSchema), 'One page'), 422: problem('A filter is wrong') },
  });
  app.openapi(list, async (context) => {
    const { status, ...page } = context.req.valid('query');
    const all = firestore().collection(collections.actions);
    const statuses = status === 'open' ? ['proposed', 'agreed'] : status ? [status] : [];
    const query = statuses.length > 0 ? all.where('status', 'in', statuses) : all;
    const { documents, nextPageToken } = await readPage(all, query.orderBy('dueAt').orderBy('__name__'), page);
    const at = now();
    const actions = documents.map((each) => presentAction(fromDocument<NextAction>(each.data()), policy, at));
    return context.json({ actions, ...(nextPageToken ? { nextPageToken } : {}) } as never, 200);
  });

  const propose = createRoute({
    method: 'post',
    path: '/actions',
    summary: 'Propose a next action; it is agreed once it has owner, ticket and done-when',
    request: {
      headers: idempotencyHeader,
      body: { required: true, content: { 'application/json': { schema: newAction } } },
    },
    responses: { 201: tagged(actionSchema, 'The action'), 422: problem('It cannot be understood') },
  });
  app.openapi(propose, async (context) => {
    const by = statedBy(context.req);
    const action = await recordAction(context.req.valid('json'), by);
    return context.json(presentAction(action, policy, by.now) as never, 201, etagOfAction(action));
  });

  const one = createRoute({
    method: 'get',
    path: '/actions/{id}',
    summary: 'One next action',
    request: { params: idParam },
    responses: { 200: tagged(actionSchema, 'The action'), 404: problem('There is none of this id') },
  });
  app.openapi(one, async (context) => {
    const action = await readAction(context.req.valid('param').id);
    return context.json(presentAction(action, policy, now()) as never, 200, etagOfAction(action));
  });

  const change = createRoute({
    method: 'patch',
    path: '/actions/{id}',
    summary: 'Complete it, close it with evidence, plan it anew with a date, or drop it with a reason',
    request: {
      params: idParam,
      headers: ifMatchHeader,
      body: { required: true, content: { 'application/json': { schema: changedAction } } },
    },
    responses: {
      200: tagged(actionSchema, 'The action'),
      404: problem('There is none of this id'),
      409: problem('It lacks what that status needs'),
      ...hasChanged,
      422: problem('It cannot be understood'),
    },
  });
  app.openapi(change, async (context) => {
    const by = statedBy(context.req);
    const { dueAt, ...stated } = context.req.valid('json');
    const planned = dueAt === undefined ? {} : { dueAt: readDueDate(dueAt, policy.zone) };
    const action = await recordActionChange(context.req.valid('param').id, { ...stated, ...planned }, by);
    return context.json(presentAction(action, policy, by.now) as never, 200, etagOfAction(action));
  });
}

function addTicketRoute(app: OpenAPIHono): void {
  const route = createRoute({
    method: 'post',
    path: '/actions/{id}/ticket',
    summary: 'Make its ticket in Jira; it is there within a minute or two, and ticketUrl says where',
    request: { params: idParam, headers: ifMatchHeader },
    responses: {
      202: tagged(actionSchema, 'The action, whose ticket is being made'),
      404: problem('There is none of this id'),
      409: problem('It is closed, has a ticket, or one is being made'),
      ...hasChanged,
    },
  });
  app.openapi(route, async (context) => {
    const by = statedBy(context.req);
    const action = await requestTicket(context.req.valid('param').id, by);
    return context.json(presentAction(action, policy, by.now) as never, 202, etagOfAction(action));
  });
}

const etagOfAction = (action: NextAction): { etag: string } => ({ etag: etagOf(actionVersion(action)) });
