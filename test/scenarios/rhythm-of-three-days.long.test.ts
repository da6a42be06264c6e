/** Three days with forty customers that nobody updates: as many notices as for one, and a person can live with them. */
import { expect, it } from 'vitest';
import { useScenario } from './house.ts';
import { filed, read, told } from './rhythm-details.ts';

const scenario = useScenario('2026-11-24T10:00:00+09:00');

it('names all forty in each of its notices', async () => {
  const customers = Array.from({ length: 40 }, (_, n) => ({ id: `store-${n}` }));
  const id = await filed(scenario, {
    id: 'T-40',
    occurredAt: '2026-11-24T09:55:00+09:00',
    // Were their business stopped, forty would be an emergency, which has a rhythm of its own.
    businessImpact: 'degraded',
    customer: customers[0],
    affectedCustomers: customers.slice(1),
  });
  await scenario.advance('P3D');
  const all = await told(scenario);
  const kinds = (kind: string): string[] => all.filter((each) => each.endsWith(kind));
  const due = kinds('update-due').map((each) => each.slice(0, 8));
  expect(due.slice(0, 5)).toEqual(['24 10:10', '24 10:40', '24 11:10', '24 11:40', '24 12:10']);
  expect(due.slice(5, 14)).toEqual([13, 14, 15, 16, 17, 18, 19, 20, 21].map((hour) => `24 ${hour}:10`));
  const fixed = ['25 09', '25 14', '25 16', '25 21', '26 09', '26 14', '26 16', '26 21', '27 09'];
  // 22:15 is the last of the first day; each of the others comes 5 to 15 minutes before its fixed time.
  expect(due[14]).toBe('24 22:10');
  expect(due.slice(15).map((each) => each.slice(0, 5))).toEqual(fixed);
  expect(kinds('escalation')).toEqual(['24 11:16 escalation', '25 11:16 escalation', '26 11:16 escalation']);
  expect(all).toHaveLength(1 + 15 + fixed.length + 3);
  const messages = await scenario.inbox();
  for (const message of messages.filter((each) => each.kind === 'update-due')) {
    expect(message.customers).toHaveLength(40);
  }
  const { slots } = await read(scenario, id);
  expect(slots.notReminded).toBe(0);
  expect(slots.missed % 40).toBe(0);
});
