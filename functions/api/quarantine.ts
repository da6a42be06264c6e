/** Quarantine: look, replay, dismiss. */
import type { DocumentSnapshot } from '@google-cloud/firestore';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { QuarantineEntry } from '../incidents/signal/quarantine.ts';
import { dismissEntry, mendEntry, replayEntry } from '../intake/replay.ts';
import { now } from '../platform/clock.ts';
import { collections, firestore, fromDocument } from '../platform/firestore.ts';
import { unpack } from '../platform/packed.ts';
import { Problem } from '../platform/problem.ts';
import { actorOf } from './actor.ts';
import { pageQuery, readPage } from './paging.ts';
import { idParam, incidentSchema, json, listOf, problem, quarantineSchema } from './schemas.ts';
import { presentRaw } from './signals.ts';

const replayedSchema = z.looseObject({ created: z.boolean(), incident: incidentSchema.optional() }).openapi('Replayed');

export function addQuarantineRoutes(app: OpenAPIHono): void {
  const list = createRoute({
    method: 'get',
    path: '/quarantine',
    summary: 'What was authentic but not understood, newest first',
    request: { query: pageQuery.extend({ state: z.enum(['open', 'replayed', 'dismissed']).optional() }) },
    responses: { 200: json(listOf('quarantine', quarantineSchema), 'One page') },
  });
  app.openapi(list, async (context) => {
    const { state, ...page } = context.req.valid('query');
    const all = firestore().collection(collections.quarantine);
    const query = (state ? all.where('state', '==', state) : all)
      .orderBy('quarantinedAt', 'desc')
      .orderBy('__name__', 'desc');
    const { documents, nextPageToken } = await readPage(all, query, page);
    const quarantine = documents.map((document) => present(document, false));
    return context.json({ quarantine, ...(nextPageToken ? { nextPageToken } : {}) } as never, 200);
  });

  const one = createRoute({
    method: 'get',
    path: '/quarantine/{id}',
    summary: 'One entry, with its raw body',
    request: { params: idParam },
    responses: { 200: json(quarantineSchema, 'The entry'), 404: problem('There is none of this id') },
  });
  app.openapi(one, async (context) =>
    context.json(present(await requireEntry(context.req.valid('param').id), true) as never, 200),
  );

  const replay = createRoute({
    method: 'post',
    path: '/quarantine/{id}/replay',
    summary: 'Read it again as it came, with its first time of receipt; safe to repeat',
    request: { params: idParam },
    responses: {
      201: json(replayedSchema, 'Filed'),
      404: problem('There is none of this id'),
      409: problem('It was dismissed'),
      422: problem('It is still not understood, or only its beginning is kept'),
    },
  });
  app.openapi(replay, async (context) => {
    const document = await requireEntry(context.req.valid('param').id);
    const result = await replayEntry(fromDocument<QuarantineEntry>(document.data()), actorOf(context.req), now());
    return context.json(result as never, 201);
  });

  const mend = createRoute({
    method: 'post',
    path: '/quarantine/{id}/mend',
    summary: 'File the facts of the body as the caller has mended it, in their name, with its first time of receipt',
    request: {
      params: idParam,
      body: {
        required: true,
        content: { 'application/json': { schema: z.strictObject({ body: z.string().min(1) }) } },
      },
    },
    responses: {
      201: json(replayedSchema, 'Filed'),
      404: problem('There is none of this id'),
      409: problem('It is settled'),
      413: problem('The body is too large'),
      422: problem(
        'It is still not understood, or says more than facts: an event of its tool, a drill, a connection test',
      ),
    },
  });
  app.openapi(mend, async (context) => {
    const document = await requireEntry(context.req.valid('param').id);
    const entry = fromDocument<QuarantineEntry>(document.data());
    const result = await mendEntry(entry, context.req.valid('json').body, actorOf(context.req), now());
    return context.json(result as never, 201);
  });

  const dismiss = createRoute({
    method: 'post',
    path: '/quarantine/{id}/dismiss',
    summary: 'Close it without filing, with a reason',
    request: {
      params: idParam,
      body: {
        required: true,
        content: {
          'application/json': {
            schema: z.object({ reason: z.string().trim().min(1, 'Say why it needs no incident.').max(2_000) }),
          },
        },
      },
    },
    responses: {
      201: json(quarantineSchema, 'The entry'),
      404: problem('There is none of this id'),
      409: problem('It was replayed'),
    },
  });
  app.openapi(dismiss, async (context) => {
    const document = await requireEntry(context.req.valid('param').id);
    await dismissEntry(document.id, context.req.valid('json').reason, actorOf(context.req), now());
    return context.json(present(await requireEntry(document.id), false) as never, 201);
  });
}

/** @throws Problem 404 */
async function requireEntry(id: string): Promise<DocumentSnapshot> {
  const isId = /^qua_[\da-f]{24}$/.test(id);
  const document = isId ? await firestore().collection(collections.quarantine).doc(id).get() : undefined;
  if (!document?.exists) throw new Problem(404, `There is nothing in quarantine under ${id.slice(0, 100)}.`);
  return document;
}

function present(document: DocumentSnapshot, isWithRaw: boolean): Record<string, unknown> {
  const { raw, encoding, ...entry } = fromDocument<QuarantineEntry>(document.data());
  return { ...entry, ...(isWithRaw ? { raw: presentRaw(unpack(raw, encoding), entry.contentType) } : {}) };
}
