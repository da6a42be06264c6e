/** Stories of a Sunday night that are lived twice: once with every tick, and once without those that a jump leaves out. */
import { expect } from 'vitest';
import { openScenario, type Scenario } from './house.ts';

const minuteMs = 60_000;
/** Sunday 23:30 in Tokyo: a day and a week end in each story. */
const begins = Date.parse('2026-11-22T14:30:20Z');

export const acts = {
  'stands still': (scenario) => scenario.ticket({ id: 'S-1', subject: 'Orders fail', ongoing: 'yes', ...stopped }),
  'stood still': (scenario) => scenario.ticket({ id: 'S-2', subject: 'Slow', ongoing: 'no', customer: { id: 'b' } }),
  'another word': (scenario, n) => scenario.ticket({ id: 'S-1', subject: 'Orders fail', description: `word ${n}` }),
  'a drill': (scenario) => scenario.ticket({ id: 'D-1', subject: 'Fail', drill: true, ongoing: 'yes', ...stopped }),
  question: (scenario) => scenario.ticket({ id: 'Q-1', subject: 'Where is it?', ...asked }),
  unreadable: (scenario, n) => scenario.ticket({ nonsense: n }),
  'customers are told': (scenario) =>
    onFirst(scenario, { type: 'customer-updated', customers: 'all', message: '調査中です', channel: 'phone' }),
  'is recovered': (scenario) => onFirst(scenario, { type: 'recovered', customers: 'all' }),
  'a run is lost': (scenario) =>
    scenario.post('/_local/faults', {
      faults: [{ target: 'scheduler.run', match: 'gauges-tick', effect: 'hang', times: 1 }],
    }),
  'is seen': (scenario) => onFirst(scenario, { type: 'verified', happened: 'yes', ongoing: 'yes', method: 'log' }),
} satisfies Record<string, (scenario: Scenario, n: number) => Promise<unknown>>;
const stopped = { businessImpact: 'stopped', customer: { id: 'a' }, affectedCustomers: [{ id: 'c' }] };
const asked = { category: 'question', differsFromExpected: 'no', form: 'spec-question', customer: { id: 'b' } };

async function onFirst(scenario: Scenario, statement: Record<string, unknown>): Promise<void> {
  const [first] = (await scenario.get('/api/incidents')).body.incidents;
  if (first) await scenario.post(`/api/incidents/${first.id}/events`, statement);
}

export type Story = { afterMinutes: number; act: keyof typeof acts }[];

interface Series {
  metric: { type: string; labels: object };
  points: { at: string; value: { int64Value: string } }[];
}

async function live(story: Story, makesEveryRun: boolean) {
  const scenario = await openScenario(new Date(begins).toISOString(), { makesEveryRun });
  const { clock } = scenario.house.cloud;
  let at = begins;
  for (const [n, { afterMinutes, act }] of story.entries()) {
    // To the instant: what came before took some real time.
    at += (afterMinutes + 1) * minuteMs;
    await clock.jump(at);
    await acts[act](scenario, n);
  }
  await clock.jump(at + 150 * minuteMs);
  const minute = (time: string): string => time.slice(0, 16);
  const { series } = (await scenario.get('/_local/metrics')).body;
  const { incidents } = (await scenario.get('/api/incidents')).body;
  const timelines = await Promise.all(
    incidents.map(async ({ id }: { id: string }) => {
      const { events } = (await scenario.get(`/api/incidents/${id}/timeline`)).body;
      return events.map((each: { type: string; recordedAt: string }) => [each.type, minute(each.recordedAt)]);
    }),
  );
  const lived = {
    // Those of one instant come in any order.
    messages: (await scenario.inbox())
      .map((each) => [minute(each.deliveredAt), each.kind, ...each.customers].join(' '))
      .toSorted(),
    timelines,
    bundles: (await scenario.get('/api/postmortems')).body.postmortems.map((each: { id: string }) => each.id),
    gauges: series.map(({ metric, points }: Series) => [
      JSON.stringify(metric),
      points.map(({ at: time, value }) => [minute(time), roughly(metric.type, Number(value.int64Value))].join(' ')),
    ]),
  };
  await scenario.stop();
  return lived;
}

/** An age in minutes: filing took some of a second's real time, more on a busy machine. */
const roughly = (type: string, value: number): number =>
  type.endsWith('_seconds') ? Math.floor(value / 60 + 0.5) : value;

export async function expectTheSame(story: Story): Promise<void> {
  const whole = await live(story, true);
  expect(whole.gauges[0]?.[1].length).toBeGreaterThan(25);
  expect(await live(story, false)).toEqual(whole);
}
