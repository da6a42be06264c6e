/** What the rhythm costs: counted by the local Firestore, as Google counts. */
import { expect, it } from 'vitest';
import { useScenario } from './house.ts';
import { filed, told } from './rhythm-details.ts';

const scenario = useScenario('2026-11-24T10:00:30+09:00');

interface Operations {
  reads: number;
  writes: number;
  queries: number;
}

async function during(work: () => Promise<unknown>): Promise<Operations> {
  const before = (await scenario.get('/_local/operations')).body;
  await work();
  const after = (await scenario.get('/_local/operations')).body;
  const spent = (name: keyof Operations): number => after[name] - before[name];
  return { reads: spent('reads'), writes: spent('writes'), queries: spent('queries') };
}

/** A push as Pub/Sub makes it, whatever the clock. */
const tick = (): Promise<unknown> =>
  scenario.post('/minuteTick/projects/metronome-local/topics/minute-tick', {
    message: { data: 'e30=', messageId: '1', publishTime: '2026-11-24T01:00:00Z' },
    subscription: 'projects/metronome-local/subscriptions/minute-tick',
  });

it('a tick with nothing due costs one query, however many are open', async () => {
  for (let n = 0; n < 20; n += 1) await filed(scenario, { id: `T-${n}` });
  await scenario.advance('PT1M');
  const idle = await during(tick);
  expect([idle.queries, idle.writes]).toEqual([1, 0]);
  expect(idle.reads).toBeLessThanOrEqual(1);
  expect(await told(scenario)).toHaveLength(20);
});

it('a reminder reads its timer, its incident and its contacts, and writes four and the contacts due', async () => {
  const customers = Array.from({ length: 10 }, (_, n) => ({ id: `store-${n}` }));
  await scenario.advance('PT2M');
  await filed(scenario, { id: 'T-ten', customer: customers[0], affectedCustomers: customers.slice(1) });
  await scenario.advance('PT1M');
  // Its first reminder alone is in the next look: the others' came before it.
  await scenario.advance('PT8M');
  const spent = await during(() => scenario.advance('PT1M'));
  const delivery = { writes: 2, reads: 0 };
  expect(spent.writes).toBeLessThanOrEqual(4 + customers.length + delivery.writes);
  // The look for what is due, by the clock and by the tick, finds the timer.
  expect(spent.reads).toBeLessThanOrEqual(2 + 1 + customers.length);
});
