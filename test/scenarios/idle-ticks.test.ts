/** What a jump of the clock leaves out changes nothing: the same hours, once with every tick, tell and measure the same. */
import { expect, test } from 'vitest';
import { openScenario } from './house.ts';

interface Lived {
  messages: unknown[];
  gauges: [name: string, points: [at: string, value: unknown][]][];
  /** Seconds: a little more where the machine was slower to file. */
  overdue: number[];
  timelines: unknown[];
}

interface Series {
  metric: { type: string; labels: object };
  points: { at: string; value: { int64Value: string } }[];
}
const isOverdue = ({ metric }: Series): boolean => metric.type.endsWith('oldest_overdue_seconds');

async function live(makesEveryRun: boolean): Promise<Lived> {
  const scenario = await openScenario('2026-11-24T00:00:30Z', { makesEveryRun });
  const filed = await scenario.ticket({ id: 'T-1', subject: 'Orders fail', customer: { id: 'store-1' } });
  await scenario.ticket({ id: 'T-2', subject: 'Slow', ongoing: 'no', customer: { id: 'store-2' } });
  await scenario.advance('PT40M');
  await scenario.ticket({ nonsense: true });
  await scenario.post(`/api/incidents/${filed.body.incident.id}/events`, { type: 'recovered', customers: 'all' });
  await scenario.advance('PT3H');
  const minute = (at: string): string => at.slice(0, 16);
  const { series } = (await scenario.get('/_local/metrics')).body;
  const { incidents } = (await scenario.get('/api/incidents')).body;
  const timelines = await Promise.all(
    incidents.map(async ({ id }: { id: string }) => {
      const { events } = (await scenario.get(`/api/incidents/${id}/timeline`)).body;
      return events.map((each: { type: string; recordedAt: string }) => [each.type, minute(each.recordedAt)]);
    }),
  );
  const lived: Lived = {
    messages: (await scenario.inbox()).map((each) => [each.kind, each.customers, minute(each.deliveredAt)]),
    gauges: series.map((each: Series) => [
      JSON.stringify(each.metric),
      each.points.map(({ at, value }) => [minute(at), isOverdue(each) ? 'seconds' : value]),
    ]),
    overdue: series
      .filter(isOverdue)
      .flatMap((each: Series) => each.points.map(({ value }) => Number(value.int64Value))),
    timelines,
  };
  await scenario.stop();
  return lived;
}

test('the same is told, recorded and measured', async () => {
  const whole = await live(true);
  const quick = await live(false);
  expect(whole.messages.length).toBeGreaterThan(8);
  expect(whole.gauges[0]?.[1].length).toBeGreaterThan(40);
  const { overdue, ...told } = quick;
  expect(told).toEqual({ messages: whole.messages, gauges: whole.gauges, timelines: whole.timelines });
  expect(overdue).toHaveLength(whole.overdue.length);
  for (const [index, seconds] of overdue.entries())
    expect(Math.abs(seconds - (whole.overdue[index] ?? 0))).toBeLessThan(30);
});
