/** The gauges at their edges: who waits in a drill is nobody's customer, a failure counts for a day, and what cannot be read is told as it doubles. */
import { beforeEach, describe, expect, it } from 'vitest';
import { collections, firestore } from '../../functions/platform/firestore.ts';
import { useScenario } from './house.ts';
import { filed } from './rhythm-details.ts';

const scenario = useScenario('2026-11-24T21:00:00+09:00');

/** Until a time of that day in the policy's zone, by which the gauges have been measured. */
const until = (time: string, day = 24) => scenario.post('/_local/clock', { set: `2026-11-${day}T${time}:30+09:00` });

async function gauge(name: string): Promise<number> {
  const { series } = (await scenario.get('/_local/metrics')).body as {
    series: { metric: { type: string }; points: { value: { int64Value: string } }[] }[];
  };
  return Number(series.find(({ metric }) => metric.type.endsWith(`/${name}`))?.points[0]?.value.int64Value);
}

it('of those who wait the oldest real one counts, however many wait longer in drills', async () => {
  const all: string[] = [];
  for (const id of ['D-1', 'D-2', 'D-3']) all.push(await filed(scenario, { id, drill: true, customer: { id } }));
  await until('21:08');
  all.push(await filed(scenario, { id: 'T-1' }));
  await until('21:20');
  expect([await gauge('overdue_contacts'), await gauge('oldest_overdue_seconds')]).toEqual([0, 0]);
  await until('21:25');
  expect(await gauge('overdue_contacts')).toBe(1);
  const seconds = await gauge('oldest_overdue_seconds');
  expect(seconds).toBeGreaterThan(60);
  expect(seconds).toBeLessThan(120);
  // Nobody waits any more, so that time passes quickly from here on.
  const told = { type: 'customer-updated', customers: 'all', message: '復旧しました', recovery: true };
  for (const id of all) expect((await scenario.post(`/api/incidents/${id}/events`, told)).status).toBe(201);
});

it('a delivery that failed or waits counts for a day', async () => {
  const before = await gauge('undelivered_notices');
  const measuredAt = Date.parse('2026-11-24T22:00:00+09:00');
  const keep = (id: string, state: string, agoMs: number) =>
    firestore()
      .collection(collections.notices)
      .doc(id)
      .set({ delivery: { state, updatedAt: new Date(measuredAt - agoMs) } });
  await keep('n1', 'rejected', 86_400_000);
  await keep('n2', 'waiting', 1_000);
  await keep('n3', 'given-up', 86_400_001);
  await keep('n4', 'delivered', 1_000);
  await until('22:00');
  expect(await gauge('undelivered_notices')).toBe(before + 2);
});

describe('what cannot be read', () => {
  let bodies = 0;
  const come = async (count: number): Promise<void> => {
    for (let each = 0; each < count; each += 1) {
      bodies += 1;
      await scenario.alert({ incident: { incident_id: `0.odd-${bodies}`, state: 'sideways' } });
    }
  };
  let before = 0;
  const told = async (): Promise<string[]> => {
    const all = (await scenario.inbox()).filter(({ kind }) => kind === 'quarantine-growing').map(({ text }) => text);
    const now = all.slice(before);
    before = all.length;
    return now.map((text) => /\d+/.exec(text)?.[0] ?? '');
  };
  beforeEach(told);

  it('is told as it doubles, once a day for each doubling', async () => {
    await come(1);
    await until('22:06');
    expect(await told()).toEqual(['1']);
    await until('22:30');
    expect(await told()).toEqual([]);
    await come(1);
    await until('22:36');
    expect(await told()).toEqual(['2']);
    await come(1);
    await until('22:41');
    expect(await told()).toEqual([]);
    await come(2);
    await until('22:46');
    expect(await told()).toEqual(['5']);
    expect(await gauge('quarantined')).toBe(5);
    // What has been told is told no more, also on the next day, until more comes.
    await until('01:00', 25);
    expect(await told()).toEqual([]);
    await come(1);
    await until('01:06', 25);
    expect(await told()).toEqual(['6']);
  });

  it('is new for ten minutes to the millisecond', async () => {
    await come(3);
    const found = await firestore().collection(collections.quarantine).get();
    const setAll = async (at: string) => {
      for (const { ref } of found.docs) await ref.update({ quarantinedAt: new Date(at) });
    };
    await setAll('2026-11-24T00:00:00Z');
    await until('02:06', 25);
    await setAll('2026-11-24T16:59:59.999Z');
    await until('02:10', 25);
    expect(await told()).toEqual([]);
    await setAll('2026-11-24T17:05:00.000Z');
    await until('02:15', 25);
    expect(await told()).toEqual(['9']);
  });

  it('is announced no more once it is dismissed', async () => {
    const { quarantine } = (await scenario.get('/api/quarantine?state=open')).body;
    for (const { id } of quarantine) await scenario.post(`/api/quarantine/${id}/dismiss`, { reason: '試験' });
    await until('02:20', 25);
    expect([await gauge('quarantined'), await told()]).toEqual([0, []]);
  });
});
