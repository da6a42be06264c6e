/** The gauges on a running house, of incidents that are all due at 10:00. */
import { expect, it } from 'vitest';
import { topics } from '../../functions/topology.ts';
import { useScenario } from './house.ts';
import { filed, state } from './rhythm-details.ts';

const scenario = useScenario('2026-11-24T08:30:00+09:00');

it('measures what is open, who waits too long, and since when', async () => {
  const ids: string[] = [];
  for (const id of ['T-1', 'T-2', 'T-3']) {
    const occurredAt = '2026-11-20T17:00:00+09:00';
    ids.push(await filed(scenario, { id, occurredAt, ongoing: 'no', customer: { id } }));
  }
  await scenario.advance('PT110M');
  // All were due at 10:00; one of them is told now, and another recovered and is told so.
  const [first = '', second = ''] = ids;
  const update = { type: 'customer-updated', customers: 'all', channel: 'phone' };
  await state(scenario, first, update);
  await state(scenario, second, { ...update, recovery: true });
  await filed(scenario, { id: 'T-high', occurredAt: '2026-11-24T10:00:00+09:00', customer: undefined });
  await filed(scenario, { id: 'T-drill', occurredAt: '2026-11-24T10:00:00+09:00', customer: undefined, drill: true });
  await scenario.alert({ version: '1.2', incident: { incident_id: '0.odd', state: 'sideways' } });
  const moved = await scenario.post('/_local/clock', { set: '2026-11-24T10:30:30+09:00' });
  expect(moved.status).toBe(200);
  expect(await latest()).toEqual({
    'open_incidents high': 1,
    'open_incidents low': 2,
    overdue_contacts: 1,
    oldest_overdue_seconds: 30 * 60,
    oldest_timer_seconds: expect.any(Number),
    quarantined: 1,
    undelivered_notices: 0,
    failed_updates: 0,
    // The local cloud takes one as each day of UTC ends.
    newest_backup_seconds: 90 * 60,
  });
});

it('comes again where a count fails, and no other failure comes of it', async () => {
  const { faults } = scenario.house.cloud;
  // One that nobody catches would end an instance.
  const uncaught: unknown[] = [];
  const keep = (error: unknown): void => void uncaught.push(error);
  process.on('unhandledRejection', keep);
  faults.add({ target: 'firestore.RunAggregationQuery', effect: 'fail', code: 'PERMISSION_DENIED', times: 6 });
  await scenario.publish(topics.gaugesTick, {});
  await scenario.advance('PT4M');
  process.off('unhandledRejection', keep);
  expect([faults.list(), uncaught]).toEqual([[], []]);
  expect(await latest()).toMatchObject({ overdue_contacts: 1 });
});

/** Each gauge as it was written last. */
async function latest(): Promise<Record<string, number>> {
  const { series } = (await scenario.get('/_local/metrics')).body;
  return Object.fromEntries(
    series.map((each: Shown) => [
      [each.metric.type.split('/').at(-1), each.metric.labels.level].filter(Boolean).join(' '),
      Number(each.points[0]?.value.int64Value),
    ]),
  );
}

interface Shown {
  metric: { type: string; labels: Record<string, string> };
  points: { value: { int64Value: string } }[];
}
