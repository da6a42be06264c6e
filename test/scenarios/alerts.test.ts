import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { thresholdAlert } from '../fixtures/alerts.ts';
import { expectOperations, openScenario, type Scenario } from './house.ts';

let scenario: Scenario;
/** A house in which nobody waits: hours then pass quickly. */
async function moveIn(): Promise<void> {
  await scenario?.stop();
  scenario = await openScenario('2026-11-24T01:00:00Z');
}
beforeAll(moveIn);
afterAll(() => scenario.stop());

async function publish(body: unknown, topic = 'alert-notifications'): Promise<void> {
  await scenario.publish(topic, body);
  await scenario.advance('PT0S');
}

const reports = async (id: string): Promise<number> => (await scenario.get(`/api/incidents/${id}`)).body.reportCount;

async function alertIncidents(): Promise<{ id: string; origin: { id: string } }[]> {
  const { body } = await scenario.get('/api/incidents?limit=200');
  return body.incidents.filter((each: { source: string }) => each.source === 'alert');
}

describe('alerts file themselves', () => {
  test('an open alert is an incident: its start, its policy’s name, its summary, its labels', async () => {
    const labels = { service: 'Order', customer: 'chain-3', 'business-impact': 'degraded', runbook: 'latency' };
    const { status, body } = await scenario.alert(thresholdAlert({ id: '0.first', policy: '1', labels }));
    expect(status).toBe(201);
    expect(body.incident).toMatchObject({
      source: 'alert',
      title: 'API latency',
      ongoing: 'yes',
      occurredAt: '2026-11-24T00:55:00.000Z',
      urgency: { level: 'high' },
      impact: { businessImpact: 'degraded', affectedCustomerCount: 1 },
      alert: { service: 'order', project: 'shop-prod', policy: '1', runbook: 'latency' },
    });
    expect(body.incident.description).toMatch(/^Latency of order-api is above/);
    const contacts = await scenario.get(`/api/incidents/${body.incident.id}/contacts`);
    expect(contacts.body.contacts).toHaveLength(1);
  });

  test('the same alert by both ways, many times and in any order, is one incident with one signal', async () => {
    const body = thresholdAlert({ id: '0.both', policy: '2' });
    await publish(body);
    const { incident } = (await scenario.alert(body)).body;
    await Promise.all([scenario.alert(body), publish(body), scenario.alert(body), publish(body)]);
    expect(await reports(incident.id)).toBe(1);
  });

  test('a close before its open files the incident as its open would have', async () => {
    const closed = await scenario.alert(
      thresholdAlert({ id: '0.early', policy: '4', state: 'closed', endedAt: new Date('2026-11-24T01:01:00Z') }),
    );
    expect(closed.status).toBe(201);
    expect(closed.body.incident).toMatchObject({
      ongoing: 'yes',
      occurredAt: '2026-11-24T00:55:00.000Z',
      status: 'open',
    });
    const open = await scenario.alert(thresholdAlert({ id: '0.early', policy: '4' }));
    expect(open.body).toMatchObject({ created: false, incident: { id: closed.body.incident.id } });
  });

  test('the console’s test notification is answered and files nothing', async () => {
    const before = (await alertIncidents()).length;
    const test = {
      version: 'test',
      incident: { incident_id: '12345', state: 'OPEN', started_at: 0, summary: 'Test Incident', documentation: 'text' },
    };
    expect((await scenario.alert(test)).body).toEqual({ ignored: 'test notification' });
    expect(await alertIncidents()).toHaveLength(before);
  });

  test('what is authentic and unreadable is quarantined: 202 by the webhook, acknowledged by Pub/Sub', async () => {
    const odd = { version: '1.2', incident: { incident_id: '0.odd', state: 'sideways' } };
    expect((await scenario.alert(odd)).status).toBe(202);
    await publish('not JSON at all');
    const { body } = await scenario.get('/api/quarantine?state=open');
    expect(body.quarantine.map((each: { source: string }) => each.source)).toEqual(['monitoring', 'monitoring']);
  });

  test('a wrong or missing token is a 401 with the challenge that Cloud Monitoring waits for', async () => {
    for (const path of ['/alerts', '/alerts?auth_token=wrong']) {
      const reply = await scenario.post(path, thresholdAlert({ id: '0.nobody' }));
      expect(reply.status).toBe(401);
      expect(reply.headers.get('www-authenticate')).toMatch(/^Basic /);
    }
    const basic = { authorization: `Basic ${Buffer.from('metronome:local').toString('base64')}` };
    expect((await scenario.post('/alerts', thresholdAlert({ id: '0.basic', policy: '6' }), basic)).status).toBe(201);
  });
});

describe('a storm is one incident', () => {
  beforeAll(moveIn);

  const storm = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => thresholdAlert({ id: `0.storm${from + index}`, policy: '500' }));

  test('eighty alerts of one policy at once are one incident with eighty signals', async () => {
    const replies = await Promise.all(storm(0, 80).map((body) => scenario.alert(body)));
    expect(replies.filter((each) => each.status === 201)).toHaveLength(1);
    const ids = new Set(replies.map((each) => each.body.incident?.id));
    expect(ids.size).toBe(1);
    expect(await reports([...ids][0])).toBe(80);
  });

  test('another alert of the storm costs two reads and three writes', async () => {
    const { operations } = scenario.house.cloud.firestore;
    operations.reset();
    await scenario.alert(storm(500, 1)[0]);
    expectOperations(scenario, { reads: 2, writes: 3 });
  });

  test('the first alert of a policy costs at most two reads and seven writes', async () => {
    const { operations } = scenario.house.cloud.firestore;
    operations.reset();
    await scenario.alert(thresholdAlert({ id: '0.solo', policy: '501', labels: { customer: 'store-1' } }));
    expectOperations(scenario, { reads: 2, writes: 7 });
  });
});

describe('metric evidence', () => {
  test('once an alert’s incident is announced, the series behind it is kept, or why it could not be', async () => {
    const { incident } = (await scenario.alert(thresholdAlert({ id: '0.evidence', policy: '800' }))).body;
    await scenario.advance('PT2M');
    const { status, body } = await scenario.get(`/api/incidents/${incident.id}/series`);
    expect(status).toBe(200);
    expect(body.whyNot).toBeTruthy();
  });
});
