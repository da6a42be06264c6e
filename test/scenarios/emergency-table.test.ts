/** Several reports make an emergency, which begins and ends with what is stated of one of them. */
import { expect, test } from 'vitest';
import { useScenario } from './house.ts';

const scenario = useScenario('2026-11-24T01:00:00Z');

test('what was stated of it is taken back, and stated again', async () => {
  const state = async (id: string, body: object) => {
    const stated = await scenario.post(`/api/incidents/${id}/events`, body);
    await scenario.advance('PT2M');
    return stated.body.id;
  };
  const ids: string[] = [];
  for (const minute of [0, 1, 2]) {
    const reportedAt = new Date(Date.parse('2026-11-24T00:40:00Z') + minute * 60_000).toISOString();
    const businessImpact = minute === 0 ? 'degraded' : 'stopped';
    const report = {
      id: `K-${minute}`,
      subject: '会計',
      area: 'till',
      customer: { id: `shop-${minute}` },
      ongoing: 'yes',
    };
    ids.push((await scenario.ticket({ ...report, reportedAt, businessImpact })).body.incident.id);
  }
  const [first = '', , third = ''] = ids;
  const isEmergency = async () => {
    const all = await Promise.all(ids.map(async (id) => (await scenario.get(`/api/incidents/${id}`)).body));
    return all.map(({ emergency }) => emergency !== null && emergency.endedAt === null);
  };
  await scenario.advance('PT1M');
  expect(await isEmergency()).toEqual([false, false, false]);
  const stopped = { type: 'corrected', field: 'businessImpact', value: 'stopped' };
  const eventId = await state(first, stopped);
  expect(await isEmergency()).toEqual([false, false, true]);
  await state(first, { type: 'retracted', eventId, why: '別の店' });
  expect(await isEmergency()).toEqual([false, false, false]);
  const { events } = (await scenario.get(`/api/incidents/${third}/timeline?limit=200`)).body;
  const ended = events.findLast(({ type }: { type: string }) => type === 'emergency-ended');
  expect(ended).toMatchObject({ actor: 'rule', detail: { rule: 'fact-changed' } });
  await state(first, stopped);
  expect(await isEmergency()).toEqual([false, false, true]);
});
