/** The gauges on a running house, and sixty incidents that are all due at 08:00. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openScenario, type Scenario } from './house.ts';
import { filed, local } from './rhythm-details.ts';

let scenario: Scenario;
beforeAll(async () => {
  scenario = await openScenario('2026-11-24T06:30:00+09:00');
});
afterAll(() => scenario.stop());

it('spreads what falls due at one instant over ten minutes, each once', async () => {
  const ids: string[] = [];
  for (let n = 0; n < 60; n += 1) {
    const occurredAt = '2026-11-20T17:00:00+09:00';
    ids.push(await filed(scenario, { id: `T-${n}`, occurredAt, ongoing: 'no', customer: { id: `store-${n}` } }));
  }
  await scenario.advance('PT70M');
  const before = (await scenario.inbox()).length;
  await scenario.advance('PT40M');
  const messages = (await scenario.inbox()).slice(before).filter((each) => each.kind === 'update-due');
  expect(new Set(messages.map((each) => each.incidentId)).size).toBe(60);
  expect(messages).toHaveLength(60);
  const perMinute = new Map<string, number>();
  for (const each of messages) {
    const minute = local(each.deliveredAt);
    perMinute.set(minute, (perMinute.get(minute) ?? 0) + 1);
  }
  const minutes = [...perMinute.keys()].sort();
  expect(minutes[0]! >= '24 07:45' && minutes.at(-1)! <= '24 07:55').toBe(true);
  expect(minutes.length).toBeGreaterThan(6);
  expect(Math.max(...perMinute.values())).toBeLessThan(20);
}, 120_000);

it('measures what is open, who waits too long, and since when', async () => {
  const { body } = await scenario.get('/_local/metrics');
  const text = JSON.stringify(body);
  for (const name of [
    'open_incidents',
    'overdue_contacts',
    'oldest_overdue_seconds',
    'quarantined',
    'undelivered_notices',
  ]) {
    expect(text).toContain(`custom.googleapis.com/metronome/${name}`);
  }
});
