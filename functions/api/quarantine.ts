/** Quarantine: look, replay, dismiss. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { QuarantineEntry } from '../incidents/signals/quarantine.ts';
import { dismissEntry, mendEntry, replayEntry } from '../intake/replay.ts';
import { now } from '../platform/clock.ts';
import { collections, dataOf, firestore } from '../platform/firestore.ts';
import { unpack } from '../platform/packed.ts';
import { Problem } from '../platform/problem.ts';
import { presentRaw } from './incidents.ts';
import { addList, addRoute } from './routes.ts';
import { incidentSchema, json, openSchema, problem, quarantineSchema } from './schemas.ts';
import { actorOf } from './stated-by.ts';

const replayedSchema = openSchema('Replayed', { created: z.boolean(), incident: incidentSchema.optional() });

export function addQuarantineRoutes(app: OpenAPIHono): void {
  addList(app, {
    path: '/quarantine',
    summary: 'Verified reports that couldn’t be parsed, newest first',
    item: quarantineSchema,
    query: z.object({ state: z.enum(['open', 'replayed', 'dismissed']).optional() }),
    all: 'quarantine',
    narrow: (all, { state }) => (state ? all.where('state', '==', state) : all),
    order: ['quarantinedAt', 'desc'],
    present: withoutRaw,
  });
  addRoute(app, {
    at: 'GET /quarantine/{id}',
    summary: 'One entry, with its raw body',
    responses: { 200: json(quarantineSchema, 'The entry') },
    answer: async ({ params: { id } }) => {
      const entry = await requireEntry(id);
      const raw = presentRaw(unpack(entry.raw, entry.encoding), entry.contentType);
      return { json: { ...withoutRaw(entry), raw } };
    },
  });
  addRoute(app, {
    at: 'POST /quarantine/{id}/replay',
    summary: 'Parse the original again, keeping its first time of receipt; safe to repeat',
    responses: {
      201: json(replayedSchema, 'Filed'),
      409: problem('The report was dismissed'),
      422: problem('The report still can’t be parsed, or was stored truncated'),
    },
    answer: async ({ params: { id }, request }) => ({
      json: await replayEntry(await requireEntry(id), actorOf(request), now()),
    }),
  });
  addRoute(app, {
    at: 'POST /quarantine/{id}/mend',
    summary: 'File the caller’s edited body in their name, keeping its first time of receipt',
    body: z.strictObject({ body: z.string().min(1) }),
    responses: {
      201: json(replayedSchema, 'Filed'),
      409: problem('The report has already been processed'),
      422: problem(
        'The body still can’t be parsed, or contains more than facts: a tool’s event, a drill, a connection test',
      ),
    },
    answer: async ({ params: { id }, body: { body }, request }) => ({
      json: await mendEntry(await requireEntry(id), body, actorOf(request), now()),
    }),
  });
  addRoute(app, {
    at: 'POST /quarantine/{id}/dismiss',
    summary: 'Dismiss the report with a reason; nothing is filed',
    body: z.object({ reason: z.string().trim().min(1, 'Say why it needs no incident.').max(2_000) }),
    responses: { 201: json(quarantineSchema, 'The entry'), 409: problem('It was replayed') },
    answer: async ({ params, body: { reason }, request }) => {
      const { id } = await requireEntry(params.id);
      await dismissEntry(id, reason, actorOf(request), now());
      return { json: withoutRaw(await requireEntry(id)) };
    },
  });
}

/** @throws Problem 404 */
async function requireEntry(id: string): Promise<QuarantineEntry> {
  const entry = dataOf<QuarantineEntry>(await firestore().collection(collections.quarantine).doc(id).get());
  if (!entry) throw new Problem(404, `Quarantine has no report ${id.slice(0, 100)}.`);
  return entry;
}

function withoutRaw(whole: QuarantineEntry): object {
  const { raw: _, encoding: __, ...entry } = whole;
  return entry;
}
