/** An outage of all customers: named in statements of five hundred, reminded, told by one statement, and left alone. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { allOf, collections, firestore, fromDocument, incidentRef } from '../../functions/platform/firestore.ts';
import { eraseCustomer } from '../../infra/erase/erase-customer.ts';
import { openScenario, type Scenario } from './house.ts';

const perStatement = 500;

/** @returns the incident's id */
async function nameCustomers(scenario: Scenario, count: number): Promise<string> {
  const { body } = await scenario.ticket({
    id: 'T-1',
    subject: '注文が通らない',
    ongoing: 'yes',
    businessImpact: 'stopped',
    customer: { id: 'hq', name: '本部' },
  });
  const { id } = body.incident;
  const ids = Array.from({ length: count }, (_, index) => `store-${String(index).padStart(5, '0')}`);
  for (let from = 0; from < count; from += perStatement) {
    const affectedCustomers = ids.slice(from, from + perStatement).map((each) => ({ id: each, name: `店舗 ${each}` }));
    const named = await scenario.post(`/api/incidents/${id}/events`, { type: 'scoped', affectedCustomers });
    expect(named.status).toBe(201);
  }
  return id;
}

interface Told {
  detail: { customers: string[]; customerCount?: number };
}

export function outageOf(customers: number): void {
  const cohorts = customers / perStatement;
  let scenario: Scenario;
  let id: string;
  beforeAll(async () => {
    // Naming them takes no time, so that all wait until the same minute on the slowest machine.
    vi.useFakeTimers({ toFake: ['Date'] });
    scenario = await openScenario('2026-11-24T01:00:00Z');
    id = await nameCustomers(scenario, customers);
  });
  afterAll(async () => {
    vi.useRealTimers();
    await scenario.stop();
  });

  const incident = async () => (await scenario.get(`/api/incidents/${id}`)).body;
  async function ofKind(kind: string): Promise<Told[]> {
    const events = await incidentRef(id).collection(collections.timeline).where('type', '==', kind).get();
    return allOf<Told>(events);
  }

  test('customers named together share a document', async () => {
    const { size } = await incidentRef(id).collection(collections.contacts).get();
    expect(size).toBe(cohorts + 1);
    expect((await incident()).namedCustomerCount).toBe(customers + 1);
  });

  test('everybody is reminded, by a notice that says how many wait', async () => {
    await scenario.advance('PT13M');
    expect((await scenario.inbox()).at(-1)?.text).toContain(String(customers + 1));
    const reminded = await ofKind('reminded');
    const counts = reminded.map(({ detail }) => detail.customerCount ?? detail.customers.length);
    expect(counts.reduce((sum, each) => sum + each, 0)).toBe(customers + 1);
    expect(JSON.stringify(reminded).length).toBeLessThan(10_000);
  });

  test('each deadline that nobody met is counted for every customer', async () => {
    await scenario.advance('PT35M');
    expect((await incident()).slots).toMatchObject({ missed: 2 * (customers + 1), met: 0, late: 0, notReminded: 0 });
    const [first] = await ofKind('slot-closed');
    expect(JSON.stringify(first).length).toBeLessThan(50_000);
  });

  test('their missed deadlines are escalated once', async () => {
    const escalated = await ofKind('escalated');
    expect(escalated.map(({ detail }) => detail.customerCount)).toEqual([customers + 1]);
  });

  test('one statement tells all, in at most fifty writes', async () => {
    const { operations } = scenario.house.cloud.firestore;
    operations.reset();
    const told = await scenario.post(`/api/incidents/${id}/events`, {
      type: 'customer-updated',
      customers: 'all',
      message: '復旧作業を続けています。',
      channel: 'phone',
    });
    expect(told.status).toBe(201);
    expect(operations.writes).toBeLessThanOrEqual(50);
    const { body } = await scenario.get(`/api/incidents/${id}/situation`);
    expect(body.customers.every((each: { lastUpdateAt: string | null }) => each.lastUpdateAt)).toBe(true);
    expect(body.moreCustomers).toBe(customers + 1 - 200);
  });

  test('a customer who is told alone waits by themselves, and all others as before', async () => {
    await scenario.post(`/api/incidents/${id}/events`, {
      type: 'customer-updated',
      customers: ['store-00007'],
      message: '先ほど電話でお話ししたとおりです。',
      channel: 'phone',
    });
    const { size } = await incidentRef(id).collection(collections.contacts).get();
    expect(size).toBe(cohorts + 2);
    expect((await incident()).namedCustomerCount).toBe(customers + 1);
  });

  test('no document is near what Firestore holds', async () => {
    const found = await Promise.all([
      firestore().collection(collections.incidents).get(),
      ...[collections.timeline, collections.contacts].map((each) => incidentRef(id).collection(each).get()),
    ]);
    const sizes = found.flatMap(({ docs }) => docs.map((each) => Buffer.byteLength(JSON.stringify(each.data()))));
    expect(Math.max(...sizes)).toBeLessThan(700_000);
  });

  test('it can be linked to another report, and be by itself again', async () => {
    const { body } = await scenario.ticket({
      id: 'T-2',
      subject: '決済ができない',
      ongoing: 'yes',
      businessImpact: 'stopped',
      customer: { id: 'store-00007', name: '店舗 store-00007' },
      affectedCustomers: [{ id: 'store-00008', name: '店舗 store-00008' }],
    });
    const primary = body.incident.id;
    const before = await incident();
    const say = async (statement: object) => (await scenario.post(`/api/incidents/${id}/events`, statement)).status;
    expect(await say({ type: 'linked', to: primary, basis: '同じ障害' })).toBe(201);
    expect((await scenario.get(`/api/incidents/${primary}`)).body.namedCustomerCount).toBe(customers + 1);
    expect(await say({ type: 'unlinked' })).toBe(201);
    expect(await incident()).toMatchObject({ status: 'open', slots: before.slots, impact: before.impact });
    expect((await scenario.get(`/api/incidents/${primary}`)).body.namedCustomerCount).toBe(2);
    const end = {
      type: 'customer-updated',
      customers: 'all',
      channel: 'phone',
      message: '復旧しました。',
      recovery: true,
    };
    expect((await scenario.post(`/api/incidents/${primary}/events`, end)).status).toBe(201);
  });

  test('the recovery of all is recorded by one statement', async () => {
    const told = await scenario.post(`/api/incidents/${id}/events`, { type: 'recovered', customers: 'all' });
    expect(told.status).toBe(201);
    expect((await incident()).status).toBe('recovered');
  });

  test('an erased customer is found nowhere, and the others are as before', async () => {
    const before = (await incidentRef(id).collection(collections.contacts).get()).size;
    const erasedId = `store-${String(customers - 1).padStart(5, '0')}`;
    const report = await eraseCustomer(firestore(), { customerId: erasedId, pseudonym: 'erased-1' });
    expect(report.changed).toMatchObject({ incidents: 1, contacts: 1 });
    const found = await Promise.all([
      firestore().collection(collections.incidents).get(),
      ...[collections.timeline, collections.contacts].map((each) => incidentRef(id).collection(each).get()),
    ]);
    const texts = found.flatMap(({ docs }) => docs.map((each) => JSON.stringify(fromDocument(each.data()))));
    expect(texts.filter((each) => each.includes(erasedId))).toEqual([]);
    expect(texts.filter((each) => each.includes('erased-1')).length).toBeGreaterThan(2);
    const again = await scenario.post(`/api/incidents/${id}/events`, {
      type: 'customer-updated',
      customers: 'all',
      message: '復旧しました。',
      channel: 'phone',
      recovery: true,
    });
    expect([again.status, (await incidentRef(id).collection(collections.contacts).get()).size]).toEqual([201, before]);
  });
}
