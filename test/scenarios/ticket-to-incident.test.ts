import { describe, expect, test } from 'vitest';
import { expectFolds } from './folds.ts';
import { expectOperations, useScenario } from './house.ts';

const scenario = useScenario('2026-11-24T10:02:00+09:00');

const ticket = {
  id: 'T-1001',
  subject: '注文が通らない',
  occurredAt: '2026-11-24T09:50:00+09:00',
  ongoing: 'yes',
  customer: { id: 'store-12', name: '渋谷店' },
  affectedCustomers: [{ id: 'store-13' }],
  businessImpact: 'stopped',
};

describe('a ticket posted with curl becomes an incident that explains its urgency', () => {
  test('a new ticket costs no read and, with one customer, five writes in one commit', async () => {
    // The list of customers is looked at once a minute.
    await scenario.ticket({ ...ticket, id: 'T-4', affectedCustomers: [] });
    const { operations } = scenario.house.cloud.firestore;
    operations.reset();
    expect((await scenario.ticket({ ...ticket, id: 'T-5', affectedCustomers: [] })).status).toBe(201);
    expectOperations(scenario, { reads: 0, writes: 5, commits: 1 });
  });

  test('the same again is the same incident, at two reads and no write', async () => {
    expect((await scenario.ticket(ticket)).status).toBe(201);
    const { operations } = scenario.house.cloud.firestore;
    operations.reset();
    const { status, body } = await scenario.ticket(ticket);
    expect(status).toBe(200);
    expect(body.created).toBe(false);
    expectOperations(scenario, { reads: 2, writes: 0 });
  });

  test('fifty at once are one incident with one signal; exactly one made it', async () => {
    const replies = await Promise.all(Array.from({ length: 50 }, () => scenario.ticket({ id: 'T-50', subject: 'x' })));
    expect(replies.filter((each) => each.status === 201)).toHaveLength(1);
    expect(replies.filter((each) => each.status === 200)).toHaveLength(49);
    const ids = new Set(replies.map((each) => each.body.incident.id));
    expect(ids.size).toBe(1);
    const { body } = await scenario.get(`/api/incidents/${[...ids][0]}`);
    expect(body.reportCount).toBe(1);
  });

  test('a later word that changes nothing costs three reads and three writes', async () => {
    const { operations } = scenario.house.cloud.firestore;
    operations.reset();
    expect(
      (await scenario.ticket({ ...ticket, description: undefined, url: 'https://support.example/1' })).status,
    ).toBe(200);
    expectOperations(scenario, { reads: 3, writes: 3 });
  });

  test('every incident is the fold of its timeline', async () => {
    const { body } = await scenario.get('/api/incidents?limit=200');
    expect(body.incidents.length).toBe(4);
    await expectFolds();
  });
});
