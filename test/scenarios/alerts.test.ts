import { beforeAll, describe, expect, test } from 'vitest';
import { thresholdAlert } from '../fixtures/alerts.ts';
import { expectOperations, useHouses } from './house.ts';

const { scenario, moveIn } = useHouses('2026-11-24T01:00:00Z');

async function publish(body: unknown, topic = 'alert-notifications'): Promise<void> {
  await scenario.publish(topic, body);
  await scenario.advance('PT0S');
}

const reports = async (id: string): Promise<number> => (await scenario.get(`/api/incidents/${id}`)).body.reportCount;

describe('alerts file themselves', () => {
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
    expect((await scenario.get(`/api/incidents/${closed.body.incident.id}`)).body).toMatchObject({
      ongoing: 'yes',
      occurredAt: '2026-11-24T00:55:00.000Z',
      status: 'open',
    });
    const open = await scenario.alert(thresholdAlert({ id: '0.early', policy: '4' }));
    expect(open.body).toMatchObject({ created: false, incident: { id: closed.body.incident.id } });
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

test('once an alert’s incident is announced, the metric series behind it is kept, or why it could not be', async () => {
  const { incident } = (await scenario.alert(thresholdAlert({ id: '0.evidence', policy: '800' }))).body;
  await scenario.advance('PT2M');
  const { status, body } = await scenario.get(`/api/incidents/${incident.id}/series`);
  expect(status).toBe(200);
  expect(body.whyNot).toBeTruthy();
});
