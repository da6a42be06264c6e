/** One incident through its day: announced, reminded, escalated, updated, recovered, told. */
import { beforeAll, expect, it } from 'vitest';
import { useScenario } from './house.ts';
import { filed, read, state, told } from './rhythm-details.ts';

const scenario = useScenario('2026-11-24T10:00:00+09:00');
let id: string;
beforeAll(async () => {
  id = await filed(scenario, { id: 'T-1', occurredAt: '2026-11-24T09:50:00+09:00', drill: true });
});

it('reminds ahead of each slot, and escalates after two that were missed', async () => {
  await scenario.advance('PT2H16M');
  expect(await told(scenario)).toEqual([
    '24 10:01 incident-filed',
    '24 10:10 update-due',
    '24 10:40 update-due',
    '24 11:10 update-due',
    '24 11:16 escalation',
    '24 11:40 update-due',
    '24 12:10 update-due',
  ]);
  expect((await read(scenario, id)).slots).toEqual({ met: 0, late: 0, missed: 4, notReminded: 0 });
});

it('names what a responder needs to know', async () => {
  const [, due] = await scenario.inbox();
  expect([due?.customers, due?.incidentId]).toEqual([['store-12'], id]);
  for (const words of ['【訓練】', '渋谷店', '未連絡', '連絡期限 10:15(10:00から連絡待ち)']) {
    expect(due?.text).toContain(words);
  }
  expect(due?.text).toContain(`/console/incidents/${id}#update`);
  expect(due?.text).toMatch(/次回は11月24日\(火\) 10:40までに/);
});

it('waits an hour from an update in the third hour', async () => {
  await state(scenario, id, {
    type: 'customer-updated',
    customers: ['store-12'],
    message: '確認中です',
    channel: 'phone',
  });
  await scenario.advance('PT1H');
  expect((await told(scenario)).slice(7)).toEqual(['24 13:11 update-due']);
});

it('is over once the customer is told of the recovery', async () => {
  await state(scenario, id, { type: 'recovered', customers: 'all' });
  const recovery = { type: 'customer-updated', customers: 'all', message: '復旧しました', channel: 'phone' };
  await state(scenario, id, { ...recovery, recovery: true });
  await scenario.advance('PT36H');
  expect(await told(scenario)).toHaveLength(8);
  const { events } = await read(scenario, `${id}/timeline`);
  expect(events.filter((each: { type: string }) => each.type === 'reminded')).toHaveLength(6);
  expect((await read(scenario, id)).slots).toEqual({ met: 2, late: 0, missed: 4, notReminded: 0 });
});
