/** What a week’s meeting says: its answers, and who was there. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { statedName, statedText } from '../platform/stated.ts';
import { recordAnswer, recordAttendance } from '../postmortems/record-meeting.ts';
import { requireWeek } from './incidents.ts';
import { addRoute } from './routes.ts';
import { json, problem } from './schemas.ts';
import { statedBy } from './stated-by.ts';

const said = { text: z.string(), by: z.string(), at: z.iso.datetime() };
const answerSchema = z
  .looseObject({ item: z.string(), title: z.string().optional(), ...said, before: z.array(z.looseObject(said)) })
  .openapi('MeetingAnswer');
const attendanceSchema = z
  .looseObject({ present: z.array(z.string()), chair: z.string(), by: z.string(), at: z.iso.datetime() })
  .openapi('Attendance');

const newAnswer = z.strictObject({
  item: statedText(200).openapi({
    description: '`falling-counts`, another ID from the bundle’s `agenda`, or an incident’s ID.',
    example: 'falling-counts',
  }),
  text: statedText(5_000),
});
const newAttendance = z.strictObject({ present: z.array(statedName(320)).min(1).max(300), chair: statedName(320) });

const refusals = {
  404: problem('The week has no bundle'),
  409: problem('The bundle is closed'),
  422: problem('The week does not exist, or the request is invalid'),
};

export function addMeetingRoutes(app: OpenAPIHono): void {
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
