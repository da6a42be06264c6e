/** Bundles: the list, one in three renderings, assembling, holding; the review of an incident in one; and what its meeting says. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { requireIncident } from '../find/read-incident.ts';
import { now } from '../platform/clock.ts';
import { Problem } from '../platform/problem.ts';
import { statedName, statedText } from '../platform/stated.ts';
import { policy } from '../policy.ts';
import { assemble, hold } from '../postmortems/assemble.ts';
import { firstPage, openBundle, presentBundle, readToken } from '../postmortems/open.ts';
import { recordAnswer, recordAttendance } from '../postmortems/record-meeting.ts';
import { recordReview } from '../postmortems/record-review.ts';
import { reviewSchema } from '../postmortems/review.ts';
import { type BundleDocument, readBundle } from '../postmortems/store.ts';
import { type Week, weekOf } from '../postmortems/week.ts';
import { chooseLanguage } from '../words/language.ts';
import { presentRecorded, requireWeek } from './incidents.ts';
import { addList, addRoute, foreignToken, pageQuery } from './routes.ts';
import { eventSchema, json, openSchema, problem, tagged, time } from './schemas.ts';
import { actorOf, changeHeaders, statedBy } from './stated-by.ts';

const bundleFields = {
  id: z.string(),
  state: z.enum(['draft', 'held']),
  assembledAt: time,
  heldAt: time.optional(),
  entryCount: z.number(),
  carriedCount: z.number(),
  aggregates: z.looseObject({}),
  alarms: z.array(z.looseObject({})),
};
const summarySchema = openSchema('BundleSummary', bundleFields);
const withIds = z.array(z.looseObject({ id: z.string() }));
const bundleSchema = openSchema('Bundle', {
  ...bundleFields,
  period: z.looseObject({ week: z.string(), start: time, end: time, zone: z.string() }),
  entries: withIds,
  carriedIncidents: withIds,
  carriedActions: withIds,
  returnedActions: withIds,
  newActions: withIds,
  agenda: z.array(z.looseObject({ id: z.string(), kind: z.string(), title: z.string().optional() })),
  answers: z.array(z.looseObject({ item: z.string(), text: z.string(), by: z.string(), at: time })),
  attendance: z.looseObject({ present: z.array(z.string()), chair: z.string() }).nullable(),
  skipped: z.array(z.looseObject({ item: z.string(), kind: z.string() })),
  lastMeeting: z.looseObject({ week: z.string() }).nullable(),
  nextPageToken: z.string().optional(),
});

const said = { text: z.string(), by: z.string(), at: time };
const answerSchema = openSchema('MeetingAnswer', {
  item: z.string(),
  title: z.string().optional(),
  ...said,
  before: z.array(z.looseObject(said)),
});
const attendanceSchema = openSchema('Attendance', {
  present: z.array(z.string()),
  chair: z.string(),
  by: z.string(),
  at: z.iso.datetime(),
});

const newAnswer = z.strictObject({
  item: statedText(200).meta({
    description: '`falling-counts`, another ID from the bundle’s `agenda`, or an incident’s ID or code.',
    example: 'falling-counts',
  }),
  text: statedText(5_000),
});
const newAttendance = z.strictObject({ present: z.array(statedName(320)).min(1).max(300), chair: statedName(320) });

const refusals = { 404: problem('The week has no bundle'), 409: problem('The bundle is closed') };

export function addPostmortemRoutes(app: OpenAPIHono): void {
  addList(app, {
    path: '/postmortems',
    summary: 'Bundles without their entries, newest week first',
    item: summarySchema,
    all: 'postmortems',
    order: ['period.start', 'desc'],
    present: presentDocument,
  });
  addRoute(app, {
    at: 'GET /postmortems/{week}',
    summary: 'A week’s bundle; add .md or .html for a readable page (lang=ja or en)',
    query: z.object({
      limit: pageQuery.shape.limit,
      pageToken: z.string().max(200).optional(),
      lang: z.enum(['ja', 'en']).optional(),
    }),
    responses: {
      200: {
        description: 'The bundle',
        content: {
          'application/json': { schema: bundleSchema },
          'text/markdown': { schema: z.string() },
          'text/html': { schema: z.string() },
        },
      },
      404: problem('The week has no bundle'),
    },
    answer: async ({ params, query, request }) => {
      const match = /^(.*?)(?:\.(md|html|json))?$/s.exec(params.week);
      const week = requireWeek(match?.[1] ?? '');
      const limit = request.query('limit') === undefined ? firstPage.limit : query.limit;
      const start = readToken(query.pageToken);
      if (!start) throw foreignToken('bundle');
      const slice = (await openBundle(week, { ...start, limit }, { policy, now: now() })) ?? noBundle(week);
      const form = match?.[2];
      if (form !== 'md' && form !== 'html') return { json: presentBundle(slice) };
      const { render } = await import('../postmortems/render/render.ts');
      const locale = chooseLanguage(query.lang, request.header('accept-language'), policy);
      const { body: text, headers } = await render(slice, form, locale, policy);
      return { text, headers };
    },
  });

  const made = { 201: json(bundleSchema, 'The bundle'), 409: problem('The week isn’t over') };
  addRoute(app, {
    at: 'POST /postmortems/{week}/assemble',
    summary: 'Generate the bundle, or refresh its draft; a closed bundle does not change',
    responses: made,
    answer: async ({ params }) => {
      const week = requireWeek(params.week);
      await assemble(week, { policy, now: now(), isAnnounced: true });
      return stored(week);
    },
  });
  addRoute(app, {
    at: 'POST /postmortems/{week}/hold',
    summary: 'Close the bundle after its meeting; later changes appear in the next one',
    responses: made,
    answer: async ({ params, request }) => {
      const week = requireWeek(params.week);
      await hold(week, { actor: actorOf(request), policy, now: now() });
      return stored(week);
    },
  });
  addRoute(app, {
    at: 'POST /incidents/{id}/review',
    summary:
      'Confirm impact, customer count and cause; omitted fields keep their recorded values. Sets the confirmed score',
    headers: changeHeaders,
    body: reviewSchema,
    responses: {
      201: tagged(eventSchema, 'The event, and the resulting incident'),
      409: problem('No open bundle contains the incident'),
    },
    answer: async ({ params, body, request }) => {
      const { id } = await requireIncident(params.id);
      return presentRecorded(await recordReview(id, body, statedBy(request)));
    },
  });
  addRoute(app, {
    at: 'POST /postmortems/{week}/answers',
    summary: 'Answer an agenda item; the answer appears in this bundle and the next',
    body: newAnswer,
    responses: { 201: json(answerSchema, 'The answer, and what was answered before'), ...refusals },
    answer: async ({ params: { week }, body, request }) => ({
      json: await recordAnswer(requireWeek(week), body, statedBy(request)),
    }),
  });
  addRoute(app, {
    at: 'POST /postmortems/{week}/attendance',
    summary: 'Record who attended and who chaired',
    body: newAttendance,
    responses: { 201: json(attendanceSchema, 'The attendance'), ...refusals },
    answer: async ({ params: { week }, body, request }) => ({
      json: await recordAttendance(requireWeek(week), body, statedBy(request)),
    }),
  });
}

const stored = async (week: Week) => ({
  json: presentBundle((await readBundle(week.id, firstPage)) ?? noBundle(week)),
});

/** @throws Problem 404 */
function noBundle(week: Week): never {
  const isCurrent = weekOf(now(), policy.zone).id === week.id;
  const when = isCurrent ? 'It is assembled on Monday' : 'It has not been assembled';
  const how = `POST /api/postmortems/${week.id}/assemble generates it now`;
  throw new Problem(404, `${week.id} has no bundle. ${when}; ${how}.`);
}

function presentDocument(document: BundleDocument): Record<string, unknown> {
  const { schemaVersion: _, pages: __, version: ___, ...rest } = document;
  return { ...rest, period: { week: document.id, ...document.period, zone: policy.zone } };
}
