/** An action that was carried three times asks for a choice, and is asked again when the new date has passed as well. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openScenario, type Scenario } from './house.ts';

let scenario: Scenario;
let id: string;
beforeAll(async () => {
  // The Monday after 2026-W43, in the morning in Japan.
  scenario = await openScenario('2026-10-26T00:10:00Z');
  const stated = { bundleId: '2026-W43', description: '通知の到達を数える', kind: 'detect' };
  id = (await scenario.post('/api/actions', stated)).body.id;
});
afterAll(() => scenario?.stop());

const carriedIn = async (week: string) => {
  const { body } = await scenario.post(`/api/postmortems/${week}/assemble`, {});
  return body.carriedActions.find((each: { id: string }) => each.id === id);
};
const go = (at: string) => scenario.post('/_local/clock', { set: at });
const change = (body: Record<string, unknown>) => scenario.patch(`/api/actions/${id}`, body);

test('carried twice it is only carried, carried three times it asks', async () => {
  await go('2026-11-09T00:10:00Z');
  expect(await carriedIn('2026-W45')).toMatchObject({ timesCarried: 2, choiceRequired: false });
  await go('2026-11-16T00:10:00Z');
  expect(await carriedIn('2026-W46')).toMatchObject({ timesCarried: 3, choiceRequired: true });
  expect((await scenario.get(`/api/actions/${id}`)).body.choiceRequired).toBe(true);
  for (const form of ['2026-W46.md?lang=ja', '2026-W46.html?lang=ja']) {
    expect((await scenario.get(`/api/postmortems/${form}`)).body).toContain('要判断');
  }
});

test('held without a choice, the bundle says that it was skipped', async () => {
  const { body } = await scenario.post('/api/postmortems/2026-W46/hold', {});
  expect(body.skipped).toMatchObject([{ item: id, kind: 'action', title: '通知の到達を数える' }]);
});

test('a date plans it anew: a past one is refused, the new one stays whatever else is said', async () => {
  for (const dueAt of ['2026-11-15', 'soon', '2026-02-30']) {
    expect([dueAt, (await change({ dueAt })).status]).toEqual([dueAt, 422]);
  }
  const planned = await change({ dueAt: '2026-11-27' });
  expect(planned.body).toMatchObject({
    dueAt: '2026-11-27T14:59:59.999Z',
    due: { rule: 'replanned' },
    choiceRequired: false,
  });
  expect((await change({ owner: 'mori' })).body.dueAt).toBe('2026-11-27T14:59:59.999Z');
  await go('2026-11-23T00:10:00Z');
  expect(await carriedIn('2026-W47')).toMatchObject({ timesCarried: 4, choiceRequired: false });
  await go('2026-12-07T00:10:00Z');
  expect(await carriedIn('2026-W49')).toMatchObject({ choiceRequired: true, isOverdue: true });
});

test('dropped with a reason, it asks no more', async () => {
  expect((await change({ status: 'dropped' })).status).toBe(409);
  const dropped = await change({ status: 'dropped', droppedReason: '窓口がなくなった' });
  expect(dropped.body).toMatchObject({ status: 'dropped', choiceRequired: false });
  expect((await change({ dueAt: '2027-01-15' })).status).toBe(409);
});
