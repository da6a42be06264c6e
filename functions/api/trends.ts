/** Runs the test for changed counts on a team's own numbers. Nothing is stored. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { policy } from '../policy.ts';
import { checkWeeks, neededWeeks } from '../postmortems/changed-counts.ts';
import { periodKinds, periodsAsCsv, sumPeriods } from '../postmortems/periods.ts';
import { readAllSummaries } from '../postmortems/store.ts';
import { readWeek } from '../postmortems/week.ts';
import { addRoute } from './routes.ts';
import { closedSchema, json, openSchema, problem } from './schemas.ts';

const countSchema = z.number().int().min(0).max(1_000_000);
const weekSchema = z
  .string()
  .refine((id) => readWeek(id, policy.zone) !== undefined, 'There is no such week; it is written like 2026-W47.')
  .meta({ example: '2026-W47' });
const countedWeek = z.strictObject({
  week: weekSchema,
  incidents: countSchema,
  questions: countSchema.optional().describe('Shown beside a change; the statistical test ignores it.'),
});
const isOnceEach = (weeks: { week: string }[]): boolean => new Set(weeks.map(({ week }) => week)).size === weeks.length;
const weeksSchema = z
  .strictObject({ weeks: z.array(countedWeek).max(2_000).refine(isOnceEach, 'A week can be counted once only.') })
  .openapi('CountedWeeks', { description: 'In any order. Leave out weeks without a count.' });

const alarmSchema = closedSchema('CountAlarm', {
  week: z.string().describe('The last of the weeks in which the change was detected.'),
  kind: z.enum(['fall', 'rise']),
  before: z.number().describe('Mean incidents per week in the weeks before.'),
  after: z.number().describe('Mean incidents per week in the weeks compared with those before.'),
  weeksBefore: z.number().describe('Number of weeks averaged in `before`.'),
  p: z.number().describe('Probability of so large a change by chance.'),
});

const checkedSchema = closedSchema('CheckedCounts', {
  alarms: z.array(alarmSchema),
  judgedWeeks: z.int().describe('Weeks that could be compared with those before. 0: nothing was judged.'),
  neededWeeks: z.int().describe('Weeks in a row without a gap that are enough to judge the last of them.'),
});

const periodSchema = openSchema('TrendPeriod', {
  period: z.string().meta({ example: '2026-11' }),
  weeks: z.array(z.string()).describe('The weeks in the sum; see GET /api/postmortems/{week}.'),
  incidents: z.number(),
});
const byQuery = z.object({ by: z.enum(periodKinds).default('month') });

export function addTrendRoutes(app: OpenAPIHono): void {
  const periodsOf = async ({ by }: z.output<typeof byQuery>) => sumPeriods(await readAllSummaries(), by, policy);
  addRoute(app, {
    at: 'GET /trends',
    summary: 'Totals by week, month or year over all bundles, imported ones included; oldest first',
    query: byQuery,
    responses: { 200: json(z.object({ periods: z.array(periodSchema) }), 'The periods') },
    answer: async ({ query }) => ({ json: { periods: await periodsOf(query) } }),
  });
  addRoute(app, {
    at: 'GET /trends.csv',
    summary: 'The totals as CSV',
    query: byQuery,
    responses: { 200: { description: 'The table', content: { 'text/csv': { schema: z.string() } } } },
    answer: async ({ query }) => ({
      text: periodsAsCsv(await periodsOf(query)),
      headers: { 'content-type': 'text/csv; charset=utf-8' },
    }),
  });
  addRoute(app, {
    at: 'POST /trends/check',
    summary: 'Weeks in which counts fell or rose by more than chance explains',
    body: weeksSchema,
    responses: {
      200: json(checkedSchema, 'The changes, oldest first, and how many weeks were judged'),
      422: problem('A week does not exist, or is counted twice'),
    },
    answer: async ({ body: { weeks } }) => ({
      json: { ...checkWeeks(weeks, policy), neededWeeks: neededWeeks(policy) },
    }),
  });
}
