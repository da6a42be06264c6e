/** What a week’s meeting says: its answers, and who was there. */

import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { now } from '../platform/clock.ts';
import { statedName, statedText } from '../platform/stated.ts';
import { policy } from '../policy.ts';
import { recordAnswer, recordAttendance } from '../postmortems/record-meeting.ts';
import { actorOf } from './actor.ts';
import { requireWeek } from './incidents.ts';
import { json, problem } from './schemas.ts';

const weekParam = z.object({
  week: z.string().openapi({ param: { name: 'week', in: 'path' }, example: '2026-W47' }),
});

const said = { text: z.string(), by: z.string(), at: z.iso.datetime() };
const answerSchema = z
  .looseObject({ item: z.string(), title: z.string().optional(), ...said, before: z.array(z.looseObject(said)) })
  .openapi('MeetingAnswer');
const attendanceSchema = z
  .looseObject({ present: z.array(z.string()), chair: z.string(), by: z.string(), at: z.iso.datetime() })
  .openapi('Attendance');

const newAnswer = z.strictObject({
  item: statedText(200).openapi({
    description: '`falling-counts`, another id of the bundle’s `agenda`, or the id of an incident.',
    example: 'falling-counts',
  }),
  text: statedText(5_000),
});
const newAttendance = z.strictObject({ present: z.array(statedName(320)).min(1).max(300), chair: statedName(320) });

const refusals = {
  404: problem('That week has no bundle'),
  409: problem('It has been held'),
  422: problem('There is no such week, or it cannot be understood'),
};

export function addMeetingRoutes(app: OpenAPIHono): void {
  const answering = createRoute({
    method: 'post',
    path: '/postmortems/{week}/answers',
    summary: 'Answer an item of the meeting’s agenda; it stands in the bundle, and there next week',
    request: { params: weekParam, body: { required: true, content: { 'application/json': { schema: newAnswer } } } },
    responses: { 201: json(answerSchema, 'The answer, and what was answered before'), ...refusals },
  });
  app.openapi(answering, async (context) => {
    const week = requireWeek(context.req.valid('param').week);
    const by = { actor: actorOf(context.req), now: now(), policy };
    return context.json((await recordAnswer(week, context.req.valid('json'), by)) as never, 201);
  });

  const attending = createRoute({
    method: 'post',
    path: '/postmortems/{week}/attendance',
    summary: 'Who was at the meeting, and who chaired it',
    request: {
      params: weekParam,
      body: { required: true, content: { 'application/json': { schema: newAttendance } } },
    },
    responses: { 201: json(attendanceSchema, 'The attendance'), ...refusals },
  });
  app.openapi(attending, async (context) => {
    const week = requireWeek(context.req.valid('param').week);
    const by = { actor: actorOf(context.req), now: now(), policy };
    return context.json((await recordAttendance(week, context.req.valid('json'), by)) as never, 201);
  });
}
