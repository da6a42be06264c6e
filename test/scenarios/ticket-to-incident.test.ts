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
  test('it is answered whole, and read back by its id with its contacts, timeline and signals', async () => {
    const { status, body } = await scenario.ticket(ticket);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      created: true,
      incident: {
        title: '注文が通らない',
        urgency: { level: 'high', rule: 'occurred-within-one-hour' },
        score: { reference: { value: 8 } },
      },
    });
    const { id } = body.incident;
    const read = await scenario.get(`/api/incidents/${id}`);
    expect(read.body).toEqual({ ...body.incident, reportCount: 1 });
    const contacts = await scenario.get(`/api/incidents/${id}/contacts`);
    expect(contacts.body.contacts.map((each: { customers: { id: string }[] }) => each.customers[0]?.id).sort()).toEqual(
      ['store-12', 'store-13'],
    );
    const [contact] = contacts.body.contacts;
    expect(Date.parse(contact.nextUpdateDueAt) - Date.parse(contact.affectedKnownAt)).toBe(15 * 60_000);
    const timeline = await scenario.get(`/api/incidents/${id}/timeline`);
    expect(timeline.body.events.map((each: { type: string }) => each.type)).toEqual(['filed']);
    const signals = await scenario.get(`/api/incidents/${id}/signals`);
    const signal = await scenario.get(`/api/signals/${signals.body.signals[0].id}`);
    expect(JSON.parse(signal.body.raw.body)).toEqual(ticket);
  });

  test('a new ticket costs no read and, with one customer, five writes in one commit', async () => {
    const { operations } = scenario.house.cloud.firestore;
    operations.reset();
    expect((await scenario.ticket({ ...ticket, id: 'T-5', affectedCustomers: [] })).status).toBe(201);
    expectOperations(scenario, { reads: 0, writes: 5, commits: 1 });
  });

  test('the same again is the same incident, at two reads and no write', async () => {
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

  test('changed content is a further signal; it fills what was unknown, takes what is worse, and judges again against the first receipt', async () => {
    const first = await scenario.ticket({ id: 'T-7', subject: 'x' });
    expect(first.body.incident.urgency.rule).toBe('occurrence-unknown');
    const { operations } = scenario.house.cloud.firestore;
    operations.reset();
    await scenario.ticket({ id: 'T-7', subject: 'x', description: 'more', ongoing: 'unknown' });
    const later = await scenario.ticket({
      id: 'T-7',
      subject: 'x',
      occurredAt: '2026-11-24T08:00:00+09:00',
      ongoing: 'no',
    });
    expect(later.body.incident).toMatchObject({ ongoing: 'no', urgency: { level: 'low', rule: 'occurred-earlier' } });
    const again = await scenario.ticket({
      id: 'T-7',
      subject: 'renamed',
      occurredAt: '2026-11-24T10:00:00+09:00',
      ongoing: 'yes',
    });
    expect(again.body.incident).toMatchObject({ title: 'x', ongoing: 'yes', urgency: { level: 'low' } });
    const { body } = await scenario.get(`/api/incidents/${first.body.incident.id}/timeline`);
    const types = body.events.map((each: { type: string }) => each.type);
    expect(types.filter((type: string) => type === 'signal-received')).toHaveLength(3);
    expect(types).toEqual(expect.arrayContaining(['corrected', 'urgency-changed']));
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
    expect(body.incidents.length).toBeGreaterThan(3);
    await expectFolds();
  });
});
