/** Groups of alerts from the tools that teams have: one incident a group, with its counts, whatever is retried, split or repeated. */
import { describe, expect, test } from 'vitest';
import { signalRef } from '../../functions/platform/firestore.ts';
import { policy } from '../../functions/policy.ts';
import { alertGroup, datadogAlert, grafanaGroup, grafanaTest } from '../fixtures/alert-groups.ts';
import { useScenario, withImpatientDoors, withPolicy } from './house.ts';

const scenario = useScenario('2026-11-24T01:02:00.000Z');
const bearer = { authorization: 'Bearer local' };
const post = (body: unknown, tool = 'alertmanager') => scenario.post(`/alerts/${tool}`, body, bearer);
const incident = async (id: string) => (await scenario.get(`/api/incidents/${id}`)).body;
const podsOf = (name: string, count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, index) => `${name}-${from + index}`);

describe('a group', () => {
  test('of 5,000 alerts is one incident with counts, whose identities are all kept', async () => {
    const { status, body } = await post(alertGroup({ name: 'Storm', pods: podsOf('pod', 5_000) }));
    expect(status).toBe(201);
    const { id } = body.incident;
    expect(await incident(id)).toMatchObject({
      reportCount: 1,
      alert: { counts: { firing: 5_000, resolved: 0, truncated: 0 } },
    });
    const { alert } = await incident(id);
    expect([alert.resourceName, alert.resources.length]).toEqual(['pod-0', policy.routing.mostAlertResources]);
    const [signal] = (await scenario.get(`/api/incidents/${id}/signals`)).body.signals;
    const chunks = await signalRef(signal.id).collection('alertIds').get();
    expect(
      chunks.docs.map((each) => Buffer.byteLength(each.get('ids') as string)).every((bytes) => bytes <= 500_000),
    ).toBe(true);
    expect(chunks.docs.flatMap((each) => String(each.get('ids')).split('\n'))).toHaveLength(5_000);
  });

  test('grows, shrinks, ends and fires again on one incident, and a pair tells each of it once', async () => {
    const told = [
      { pods: ['a'] },
      { pods: ['a', 'b'] },
      { pods: ['b'], resolved: ['a'] },
      { pods: [], resolved: ['a', 'b'] },
      { pods: ['a'], startsAt: '2026-11-24T01:01:30Z' },
    ].map((options) => alertGroup({ name: 'Flapping', ...options }));
    const ids = new Set<string>();
    const firing: number[] = [];
    for (const body of told) {
      const twins = await Promise.all([post(body), post({ ...body, externalURL: 'http://am-2.example' })]);
      for (const each of twins) ids.add(each.body.incident.id);
      firing.push((await incident([...ids][0] ?? '')).alert.counts.firing);
    }
    expect(ids.size).toBe(1);
    expect(firing).toEqual([1, 2, 1, 0, 1]);
    const shown = await incident([...ids][0] ?? '');
    expect(shown).toMatchObject({ status: 'open', reportCount: told.length, alertResources: ['b'] });
  });

  test('that waited in Pub/Sub while a later one was filed changes no count back', async () => {
    const receivedAt = new Date(scenario.house.cloud.clock.now()).toISOString();
    await scenario.advance('PT1S');
    const { body } = await post(alertGroup({ name: 'Overtaken', pods: ['a'], resolved: ['b'] }));
    const waited = alertGroup({ name: 'Overtaken', pods: ['a', 'b'] });
    await scenario.publish('alert-notifications', waited, { source: 'alertmanager', receivedAt });
    await scenario.advance('PT0S');
    expect(await incident(body.incident.id)).toMatchObject({
      reportCount: 2,
      alert: { counts: { firing: 1, resolved: 1 } },
    });
  });

  test('of its own end alone is not recovered: that people say', async () => {
    const { body } = await post(alertGroup({ name: 'Ended' }));
    await post(alertGroup({ name: 'Ended', pods: [], resolved: ['order-a'] }));
    expect(await incident(body.incident.id)).toMatchObject({ status: 'open', ongoing: 'yes' });
  });

  test('of another tool about the same trouble is an incident of its own, which people are asked to merge', async () => {
    const labels = { severity: 'critical', service: 'checkout' };
    const one = await post(alertGroup({ name: 'CheckoutErrors', labels }));
    const other = await post(grafanaGroup({ name: 'CheckoutErrors', labels }), 'grafana');
    const third = await post(datadogAlert({ id: 'checkout', title: 'CheckoutErrors', service: 'checkout' }), 'generic');
    const made = [one, other, third].map(({ status, body }) => [status, body.incident.id]);
    expect(made.map(([status]) => status)).toEqual([201, 201, 201]);
    const [first, ...others] = made.map(([, id]) => id);
    expect(new Set([first, ...others]).size).toBe(3);
    const { candidates } = (await scenario.get(`/api/incidents/${first}/candidates`)).body;
    const offered = candidates.map((each: { incident: { id: string } }) => each.incident.id);
    expect(offered).toEqual(expect.arrayContaining(others));
    for (const id of [first, ...others]) expect((await incident(id)).linkedTo ?? null).toBeNull();
  });

  test('is taken by Pub/Sub while Firestore does not answer, and filed from there', async () => {
    const held = scenario.house.cloud.faults.hold({ target: 'firestore.Commit' });
    const body = alertGroup({ name: 'Spilled', pods: podsOf('p', 9_000) });
    expect(JSON.stringify(body).length).toBeGreaterThan(policy.intake.maxBodyBytes);
    const taken = await withImpatientDoors(() => post(body));
    expect(taken).toMatchObject({ status: 202, body: { accepted: true } });
    held.letGo();
    await scenario.advance('PT1M');
    expect(await post(body)).toMatchObject({ status: 200, body: { created: false } });
  });
});

describe('a sender who gives up on a refusal', () => {
  test('is told 503 where a body cannot be taken now, and what to set', async () => {
    await withPolicy(policy.intake, { maxAlertBodyBytes: 1_000 }, async () => {
      for (let sent = 0; sent < 2; sent += 1) {
        const { status, headers } = await post(alertGroup({ name: 'Long', pods: podsOf('p', 20) }));
        expect([status, Number(headers.get('retry-after'))]).toEqual([503, 5]);
      }
    });
    const { body } = await scenario.get('/api/quarantine');
    const own = body.quarantine.filter((each: { source: string }) => each.source === 'alertmanager');
    expect(own.map((each: { reason: string }) => each.reason)).toEqual([expect.stringContaining('Set max_alerts')]);
  });

  test('is never told 429', async () => {
    await withPolicy(policy.intake, { requestsPerMinute: 0, burstMinutes: 0 }, async () => {
      expect((await post(alertGroup({ name: 'Often' }))).status).toBe(503);
    });
  });

  test('a stranger’s long body is not read: 401 and nothing more', async () => {
    const wrong = { authorization: 'Bearer wrong' };
    expect((await scenario.post('/alerts/alertmanager', 'x'.repeat(1_000_000), wrong)).status).toBe(401);
  });
});

test('an alert by a template begins, joins its group, and ends', async () => {
  const first = await post(datadogAlert(), 'generic');
  expect(first.status).toBe(201);
  const second = await post(datadogAlert({ id: 'other', resource: 'host:order-b' }), 'generic');
  const ended = await post(datadogAlert({ status: 'Recovered', occurredAt: '1795482000000' }), 'generic');
  for (const each of [second, ended]) expect(each.body.incident.id).toBe(first.body.incident.id);
  expect((await incident(first.body.incident.id)).alertResources).toEqual(['host:order-b']);
});

test('Grafana also puts, and its test is kept as the last one', async () => {
  const put = await fetch(`${scenario.url}/alerts/grafana`, {
    method: 'PUT',
    headers: { ...bearer, 'content-type': 'application/json' },
    body: JSON.stringify(grafanaTest()),
  });
  expect(put.status).toBe(200);
  expect(await (await fetch(`${scenario.url}/console/connections`)).text()).toContain('Grafana');
});
