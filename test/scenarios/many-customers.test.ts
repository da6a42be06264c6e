/** More customers than people can read: the first few, how many there are, and nobody is left out who is due first. */
import { beforeAll, expect, test } from 'vitest';
import { useScenario } from './house.ts';

const ids = Array.from({ length: 300 }, (_, index) => `store-${String(index).padStart(3, '0')}`);
const [overdue, updated] = [ids.slice(-5), ids.slice(0, -5)];
const scenario = useScenario('2026-11-24T01:00:00Z');
let id: string;
beforeAll(async () => {
  const affectedCustomers = ids.map((each) => ({ id: each, name: `店舗 ${each}` }));
  const report = { subject: '注文が通らない', ongoing: 'yes', businessImpact: 'stopped' };
  const filed = await scenario.ticket({ id: 'T-1', ...report, affectedCustomers });
  ({ id } = filed.body.incident);
  await scenario.advance('PT12M');
  await scenario.post(`/api/incidents/${id}/events`, {
    type: 'customer-updated',
    customers: updated,
    message: '調査しています。',
    channel: 'phone',
  });
});

test('the incident answers the first two hundred, and how many are named', async () => {
  const { body } = await scenario.get(`/api/incidents/${id}`);
  expect([body.affectedCustomers.length, body.namedCustomerCount]).toEqual([200, 300]);
});

test('the situation has those who are due first, and how many others there are', async () => {
  const { body } = await scenario.get(`/api/incidents/${id}/situation`);
  expect([body.customers.length, body.moreCustomers]).toEqual([200, 100]);
  expect(body.customers.slice(0, 5).map((each: { name: string }) => each.name)).toEqual(
    expect.arrayContaining(overdue.map((each) => expect.stringContaining(each))),
  );
  expect(body.nextUpdate.customers).toHaveLength(5);
  const { body: markdown } = await scenario.get(`/api/incidents/${id}/situation?format=markdown`);
  expect(JSON.stringify(markdown)).not.toContain('undefined');
});

test('a draft is there for those who are due first', async () => {
  const { body } = await scenario.get(`/api/incidents/${id}/drafts`);
  const customers = body.drafts.flatMap((each: { customers: string[] }) => each.customers);
  expect(customers).toEqual(expect.arrayContaining(overdue));
});

test('the page says how many there are', async () => {
  const { body } = await scenario.get(`/console/incidents/${id}`);
  expect(body).toMatch(/<h2 id="customers">[^<]*300/);
});

test('a notice names two hundred of them, and says how many wait', async () => {
  const due = (await scenario.inbox()).find((each) => each.incidentId === id && each.customers.length > 0);
  expect(due?.customers).toHaveLength(200);
  expect(due?.text).toMatch(/300/);
});
