/** What a ticket says while it is linked is its own: it counts on the primary until the link ends, and goes home with it. */
import { expect, test } from 'vitest';
import { useScenario } from './house.ts';

const scenario = useScenario('2026-11-24T01:00:00Z');
const occurredAt = '2026-11-24T00:50:00Z';
const file = async (body: Record<string, unknown>): Promise<string> =>
  (await scenario.ticket({ subject: '注文が通らない', differsFromExpected: 'yes', occurredAt, ...body })).body.incident
    ?.id;
const read = async (id: string) => (await scenario.get(`/api/incidents/${id}`)).body;
const state = async (id: string, event: object): Promise<void> =>
  expect((await scenario.post(`/api/incidents/${id}/events`, event)).status).toBe(201);
const link = (id: string, to: string) => state(id, { type: 'linked', to, basis: '同じ障害' });
const waiting = async (id: string): Promise<number> =>
  (await scenario.get(`/api/incidents/${id}/contacts`)).body.contacts.length;

test('a ticket says while it is linked that 30 customers are stopped: with the link ended, it is the emergency', async () => {
  const primary = await file({ id: 'P', businessImpact: 'degraded', ongoing: 'no', customer: { id: 'p' } });
  const linked = await file({ id: 'L', businessImpact: 'degraded', customer: { id: 'l' } });
  await scenario.advance('PT2M');
  await link(linked, primary);
  await scenario.advance('PT1M');
  const worse = { businessImpact: 'stopped', affectedCustomerCount: 30, ongoing: 'yes', customer: { id: 'l' } };
  await file({ id: 'L', eventId: 'L-2', ...worse });
  expect(await read(primary)).toMatchObject({
    ongoing: 'yes',
    impact: { businessImpact: 'stopped', affectedCustomerCount: 31 },
    emergency: { endedAt: null },
  });
  await scenario.advance('PT1M');
  await state(linked, { type: 'unlinked' });
  const [own, home] = [await read(primary), await read(linked)];
  expect(own).toMatchObject({ ongoing: 'no', impact: { businessImpact: 'degraded' } });
  expect(own.emergency?.endedAt).not.toBeNull();
  expect(home).toMatchObject({
    status: 'open',
    ongoing: 'yes',
    impact: { businessImpact: 'stopped', affectedCustomerCount: 30 },
    emergency: { endedAt: null },
  });
  // The one who is named, and the 29 others.
  expect(await waiting(linked)).toBe(2);
});

test.each([[['unknown', 'yes', 'no']], [['yes', 'no', 'unknown']], [['no', 'unknown', 'yes']]])(
  'a recovered primary is ongoing again while one of its reports is, linked in the order %j',
  async (order) => {
    const name = order.join();
    const primary = await file({ id: `P ${name}`, customer: { id: `p ${name}` } });
    await state(primary, { type: 'recovered', customers: 'all' });
    for (const ongoing of order) {
      const id = `${ongoing} of ${name}`;
      await link(await file({ id, ongoing, customer: { id } }), primary);
    }
    expect(await read(primary)).toMatchObject({ status: 'open', ongoing: 'yes' });
  },
);
