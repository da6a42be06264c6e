/** What is read of groups of alerts, and of alerts by a template: versions and tools differ, and any field but a few may be missing. */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Signal } from '../../../functions/incidents/signals/signal.ts';
import { alertmanager } from '../../../functions/intake/sources/alertmanager.ts';
import { genericAlert } from '../../../functions/intake/sources/generic-alert.ts';
import { grafana } from '../../../functions/intake/sources/grafana.ts';
import type { IntakeSource } from '../../../functions/intake/sources/source.ts';
import { policy } from '../../../functions/policy.ts';
import { alertGroup, datadogAlert, type GroupOptions, grafanaGroup, grafanaTest } from '../../fixtures/alert-groups.ts';
import { withPolicy } from '../../scenarios/house.ts';
import { configWith, ignoredOf, readBody, receivedAt, signalOf, unreadableOf } from './reading.ts';

type Fields = Record<string, unknown>;
const without = (body: Fields, ...names: string[]): Fields =>
  Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));

describe.each([
  ['alertmanager', alertmanager, alertGroup],
  ['grafana', grafana, grafanaGroup],
] as const)('a group of %s', (tool, source: IntakeSource, groupOf: (options?: GroupOptions) => Fields) => {
  const read = (options: GroupOptions = {}): Signal => signalOf(source, groupOf(options));

  test('that fires is an alert with its counts, its resources and the beginning of the first', () => {
    const startedAt = new Date('2026-11-24T00:55:00.123Z');
    expect(
      read({ pods: ['a', 'b', 'c'], resolved: ['d'], labels: { severity: 'critical', service: 'Order' } }),
    ).toMatchObject({
      tool,
      source: 'alert',
      kind: 'alert-opened',
      title: 'OrderErrors is above 5 %',
      area: 'order',
      occurredAt: { at: startedAt, isApproximate: false },
      alert: {
        project: `${tool}/metronome`,
        policyName: 'OrderErrors',
        severity: 'critical',
        service: 'order',
        startedAt,
        resourceName: 'a',
        resources: ['b', 'c'],
        counts: { firing: 3, resolved: 1, truncated: 0, at: receivedAt },
      },
    });
  });

  test('that has ended closes, at the last of its ends; while one fires, it does not', () => {
    const ended = read({ pods: [], resolved: ['a', 'b'] });
    expect(ended).toMatchObject({ kind: 'alert-closed', happenedAt: new Date('2026-11-24T01:01:00.500Z') });
    expect(ended.alert?.counts).toMatchObject({ firing: 0, resolved: 2, truncated: 0 });
    expect(read({ pods: ['a'], resolved: ['b'] })).toMatchObject({ kind: 'alert-opened' });
    expect(read({ pods: ['a'] }).alert).not.toHaveProperty('endedAt');
  });

  test('from a pair, in another order, or with fields of a later version, is the same signal', () => {
    const one = groupOf({ pods: ['a', 'b', 'c'] });
    const pair = {
      ...one,
      externalURL: 'http://alertmanager-2.example:9093',
      notification_reason: 'repeat interval elapsed',
      routeLabels: {},
    };
    const turned = { ...pair, alerts: (pair as unknown as { alerts: unknown[] }).alerts.toReversed() };
    expect([pair, turned].map((each) => signalOf(source, each).id)).toEqual(Array(2).fill(signalOf(source, one).id));
  });

  test('is another signal of the same group as soon as an alert joins, ends, fires again or is left out', () => {
    const changed = [
      { pods: ['a', 'b'] },
      { pods: ['a'], resolved: ['b'] },
      { startsAt: '2026-11-24T01:00:00Z' },
      { more: { truncatedAlerts: 3 } },
    ];
    const all = [{}, ...changed].map(read);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(new Set(all.map(({ sourceId }) => sourceId)).size).toBe(1);
    expect(read({ key: 'another' }).sourceId).not.toBe(all[0]?.sourceId);
  });

  test('whatever optional field is missing, is read', () => {
    const body = groupOf({ pods: ['a', 'b'] });
    const names = Object.keys(body).filter((name) => !['groupKey', 'alerts'].includes(name));
    fc.assert(
      fc.property(fc.subarray(names), (left) => {
        expect(signalOf(source, without(body, ...left))).toMatchObject({
          kind: 'alert-opened',
          title: 'OrderErrors is above 5 %',
        });
      }),
    );
    const alerts = [{ status: 'firing' }, {}];
    expect(signalOf(source, { groupKey: 'k', alerts })).toMatchObject({ kind: 'alert-opened', title: 'Alert' });
  });

  test('whatever an optional field holds, is read', () => {
    const body = groupOf({ pods: ['a', 'b'] });
    const odd = [null, [], 'text', -1, 0.5, { toString: '', valueOf: '' }];
    for (const name of Object.keys(body).filter((each) => !['groupKey', 'alerts'].includes(each)))
      for (const value of odd)
        expect(signalOf(source, { ...body, [name]: value }), `${name}: ${value && typeof value}`).toMatchObject({
          tool: signalOf(source, body).tool,
        });
  });

  test('of thousands tells each alert’s identity and state beside the signal, and few names in it', () => {
    const pods = Array.from({ length: 5_000 }, (_, index) => `pod-${index}`);
    const reading = readBody(source, groupOf({ pods, more: { truncatedAlerts: 7 } }));
    if (!('signal' in reading)) throw new Error(reading.ignored);
    expect(new Set(reading.alertIds).size).toBe(5_000);
    expect(reading.alertIds?.[0]).toMatch(/^[\da-f]{16} 2026-11-24T00:55:00\.123Z firing$/);
    const { alert } = reading.signal;
    expect(alert?.counts).toMatchObject({ firing: 5_000, resolved: 0, truncated: 7 });
    expect(alert?.resources).toHaveLength(policy.routing.mostAlertResources);
    expect(JSON.stringify(reading.signal).length).toBeLessThan(20_000);
  });

  test('that is none says what is missing, and where a body of one’s own goes', () => {
    const { message, errors } = unreadableOf(source, { hello: 1 });
    expect(message).toContain('/alerts/generic');
    expect(errors.map(({ path }) => path)).toEqual(['groupKey', 'alerts']);
    expect(unreadableOf(source, { groupKey: 'k', alerts: [] }).errors).toHaveLength(1);
  });

  test('is a drill where its label says so', () => {
    expect(read({ labels: { drill: 'true' } }).isDrill).toBe(true);
    expect(read().isDrill).toBe(false);
  });
});

test('severities and services mean what the policy says, and nothing where it is silent', async () => {
  const body = alertGroup({ labels: { severity: 'Critical', service: 'order-api' } });
  expect(signalOf(alertmanager, body)).toMatchObject({ area: 'order-api' });
  expect(signalOf(alertmanager, body)).not.toHaveProperty('businessImpact');
  await withPolicy(
    policy.routing,
    { severities: { critical: 'stopped' }, services: { 'order-api': 'order' } },
    async () => {
      expect(signalOf(alertmanager, body)).toMatchObject({ area: 'order', businessImpact: 'stopped' });
      const labels = { severity: 'critical', service: 'constructor', business_impact: 'degraded' };
      expect(signalOf(alertmanager, alertGroup({ labels }))).toMatchObject({
        area: 'constructor',
        businessImpact: 'degraded',
      });
    },
  );
});

test('what Grafana cannot evaluate names the rule', () => {
  const labels = { alertname: 'DatasourceNoData', rulename: 'Order errors' };
  const body = grafanaGroup({ name: 'DatasourceNoData', labels, more: { commonAnnotations: {}, groupLabels: {} } });
  const alerts = body.alerts.map((each) => ({ ...each, annotations: {} }));
  expect(signalOf(grafana, { ...body, alerts })).toMatchObject({
    title: 'DatasourceNoData: Order errors',
    alert: { policyName: 'Order errors' },
  });
});

test('Grafana’s test notification is a passed connection test', () => {
  expect(ignoredOf(grafana, grafanaTest())).toBe('test notification');
});

describe('an alert by a template', () => {
  const read = (more: Fields = {}): Signal => signalOf(genericAlert, datadogAlert(more));

  test('of Datadog is one alert from its beginning to its end, and of its monitor’s group', () => {
    const opened = read();
    expect(opened).toMatchObject({
      tool: 'alert',
      sourceId: '7741885552',
      kind: 'alert-opened',
      title: 'Order API errors',
      description: 'Errors above 5 %',
      occurredAt: { at: new Date('2026-11-24T00:55:00Z') },
      alert: { policy: '99123', severity: 'P2', resourceName: 'host:order-a' },
    });
    const closed = read({ status: 'Recovered', occurredAt: '1795482000000' });
    expect(closed).toMatchObject({
      sourceId: opened.sourceId,
      kind: 'alert-closed',
      happenedAt: new Date('2026-11-24T01:00:00Z'),
    });
    expect(read({ id: 'other' }).alert?.policy).toBe(opened.alert?.policy);
  });

  test.each([
    'firing',
    'Triggered',
    'Re-Triggered',
    'Warn',
    'Re-Warn',
    'No Data',
    'Re-No Data',
    'Renotify',
    'PROBLEM',
    'down',
    '1',
  ])('%s fires', (status) => {
    expect(read({ status }).kind).toBe('alert-opened');
  });
  test.each(['resolved', 'Recovered', 'OK', 'up', '0'])('%s is an end', (status) => {
    expect(read({ status }).kind).toBe('alert-closed');
  });
  test.each(['constructor', 'null', '', 'acknowledged'])('“%s” is no state, and is refused', (status) => {
    expect(unreadableOf(genericAlert, datadogAlert({ status })).errors.map(({ path }) => path)).toEqual(['status']);
  });

  test('variables that were not filled in say nothing', () => {
    expect(
      unreadableOf(genericAlert, datadogAlert({ id: '$ALERT_CYCLE_KEY', title: '{{ name }}' })).errors.map(
        ({ path }) => path,
      ),
    ).toEqual(['id', 'title']);
    expect(read({ url: '$LINK', resource: 'null', severity: '{EVENT.SEVERITY}' })).not.toHaveProperty('url');
    expect(read({ resource: 'null' }).alert).not.toHaveProperty('resourceName');
    expect(read({ severity: '{EVENT.SEVERITY}' }).alert).not.toHaveProperty('severity');
  });

  test('a text with quotes and line breaks that the template did not escape is read', () => {
    const body = '{"id":"1","title":"a","status":"firing","text":"it says "no"\nand ends"}';
    expect(signalOf(genericAlert, body).description).toContain('it says');
  });

  test('an id of any length is one id', () => {
    const long = 'x'.repeat(600);
    expect(read({ id: long }).sourceId).toBe(read({ id: long }).sourceId);
    expect(read({ id: `${long}y` }).sourceId).not.toBe(read({ id: long }).sourceId);
  });
});

describe('the proof of', () => {
  const config = configWith({ ALERTS_TOKEN: 'a,b', GRAFANA_SIGNING_SECRET: 'g' });
  const body = Buffer.from('{}');
  const seconds = String(receivedAt.getTime() / 1_000);
  const verdict = (source: IntakeSource, headers: Record<string, string>, now = receivedAt, bytes = body) =>
    source.refuse({ headers, query: new URLSearchParams() }, bytes, config, policy, now);
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

  test.each([alertmanager, grafana, genericAlert])('%o is a bearer, or the password of basic auth', async (source) => {
    for (const headers of [{ authorization: 'Bearer a' }, { authorization: 'bearer b' }, basic('any:a')])
      expect(await verdict(source, headers)).toBeUndefined();
    for (const headers of [
      {},
      { authorization: 'Bearer c' },
      { authorization: 'a' },
      basic('a:'),
      basic('a'),
      { authorization: 'Bearer a,b' },
    ])
      expect(await verdict(source, headers)).toBeTruthy();
  });

  test('Grafana may sign, with a time that is signed too and is now', async () => {
    const sign = (secret: string, time: string, bytes = body) => ({
      'x-grafana-alerting-signature': createHmac('sha256', secret).update(`${time}:`).update(bytes).digest('hex'),
      'x-grafana-alerting-timestamp': time,
    });
    const signed = sign('g', seconds);
    expect(await verdict(grafana, signed)).toBeUndefined();
    expect(await verdict(grafana, sign('h', seconds))).toMatch('GRAFANA_SIGNING_SECRET');
    expect(await verdict(grafana, signed, receivedAt, Buffer.from('{ }'))).toMatch('GRAFANA_SIGNING_SECRET');
    expect(
      await verdict(grafana, { ...signed, 'x-grafana-alerting-timestamp': String(Number(seconds) + 1) }),
    ).toBeTruthy();
    expect(await verdict(grafana, signed, new Date(receivedAt.getTime() + 5 * 60_000 + 1))).toMatch('replay');
    const { 'x-grafana-alerting-timestamp': _, ...untimed } = signed;
    expect(await verdict(grafana, untimed)).toMatch('Timestamp');
  });
});
