/** What is read of Cloud Monitoring's bodies, which differ in many ways from one another and from their documentation. */
import { describe, expect, test } from 'vitest';
import { monitoring } from '../../../functions/intake/sources/monitoring.ts';
import { policy } from '../../../functions/policy.ts';
import { thresholdAlert } from '../../fixtures/alerts.ts';
import { configWith, ignoredOf, readBody, signalOf, unreadableOf } from './reading.ts';

type Fields = Record<string, unknown>;
/** The smallest body that is an alert. */
const alertOf = (more: Fields = {}) => ({ version: '1.2', incident: { incident_id: '0.a', state: 'open', ...more } });
const signal = (more: Fields = {}) => signalOf(monitoring, alertOf(more));
const labels = (more: Fields) => ({ policy_user_labels: more });

describe('a project', () => {
  const named = {
    scoping_project_id: 'scoping',
    url: 'https://console.cloud.google.com/monitoring/alerting/alerts/0.a?x=1&project=of-url#top',
    condition: { name: 'projects/of-condition/alertPolicies/77/conditions/1' },
    resource: { labels: { project_id: 'of-resource' } },
  };
  const { scoping_project_id: _, ...byUrl } = named;
  const { url: __, ...byCondition } = byUrl;
  const { condition: ___, ...byResource } = byCondition;
  test.each<[Fields, string]>([
    [named, 'scoping'],
    [byUrl, 'of-url'],
    [{ ...byUrl, url: 'https://console.example/?project=first&x=1' }, 'first'],
    [byCondition, 'of-condition'],
    [byResource, 'of-resource'],
    [{}, 'unknown-project'],
  ])('%#: is %2$s', (fields, project) => {
    expect(signal(fields).alert?.project).toBe(project);
    // The same id in another project is another alert.
    expect(signal(fields).sourceId).toBe(`${project}/0.a`);
  });
});

test.each<[string, Fields, { policy: string; policyName: string }]>([
  [
    'its number stays when it is renamed',
    { policy_name: 'Latency', condition: { name: 'projects/p/alertPolicies/77/conditions/1' } },
    { policy: '77', policyName: 'Latency' },
  ],
  ['without a number its name tells it', { policy_name: 'Latency' }, { policy: 'Latency', policyName: 'Latency' }],
  ['without a name its condition’s', { condition_name: 'p99' }, { policy: 'p99', policyName: 'p99' }],
  ['without either', {}, { policy: 'Alert', policyName: 'Alert' }],
])('a policy: %s', (_, fields, policy) => {
  expect(signal(fields)).toMatchObject({ title: policy.policyName, alert: policy });
});

describe('when', () => {
  test.each<[string, unknown, Date | undefined]>([
    ['seconds', 1_795_481_700, new Date('2026-11-24T00:55:00Z')],
    ['seconds as text', '1795481700', new Date('2026-11-24T00:55:00Z')],
    ['parts of a second', 1_795_481_700.5, new Date('2026-11-24T00:55:00.500Z')],
    ['zero', 0, undefined],
    ['null', null, undefined],
    ['milliseconds, which are no seconds', 1_795_481_700_000, undefined],
    ['words', 'now', undefined],
  ])('it started, told as %s', (_, started_at, at) => {
    const { occurredAt, happenedAt } = signal({ started_at });
    expect([occurredAt, happenedAt]).toEqual([at && { at, isApproximate: false }, at]);
  });

  test('a close happened at its end, and the incident began at its start', () => {
    const closed = { state: 'CLOSED', started_at: 1_795_481_700, ended_at: 1_795_482_300 };
    expect(signal(closed)).toMatchObject({
      kind: 'alert-closed',
      happenedAt: new Date('2026-11-24T01:05:00Z'),
      occurredAt: { at: new Date('2026-11-24T00:55:00Z') },
      ongoing: 'yes',
    });
    expect(signal({ ...closed, ended_at: null })).not.toHaveProperty('happenedAt');
  });
});

describe('labels of the policy', () => {
  test.each([
    ['business-impact', 'degraded', 'degraded'],
    ['business_impact', 'Stopped', 'stopped'],
    ['business-impact', 'inconvenient', 'inconvenient'],
    ['business-impact', 'none', 'none'],
    ['business-impact', 'high', undefined],
    ['impact', 'stopped', undefined],
  ])('%s: %s is %s', (name, value, businessImpact) => {
    expect(signal(labels({ [name]: value })).businessImpact).toBe(businessImpact);
  });

  test('of both spellings the documented one counts', () => {
    expect(signal(labels({ business_impact: 'none', 'business-impact': 'stopped' })).businessImpact).toBe('stopped');
  });

  test('a service is compared in small letters and is its area; a customer is affected; a runbook is kept', () => {
    expect(signal(labels({ service: 'Order-API', customer: 'chain-3', runbook: 'latency' }))).toMatchObject({
      area: 'order-api',
      customer: { id: 'chain-3' },
      alert: { service: 'order-api', runbook: 'latency' },
    });
    const without = signal();
    expect(['area', 'customer', 'businessImpact'].filter((each) => each in without)).toEqual([]);
  });
});

describe('the same alert', () => {
  const id = (more: Fields = {}) => signal(more).id;
  test('is the same signal when it is sent again, and a further one when it closes or says something else', () => {
    expect([id({ renotify: true }), id({ renotify: false })]).toEqual([id(), id()]);
    expect(new Set([id(), id({ state: 'closed' }), id({ observed_value: '3' }), id({ incident_id: '0.b' })]).size).toBe(
      4,
    );
  });

  test('is known by its number as well as by its text', () => {
    expect(signal({ incident_id: 12 }).sourceId).toBe(signal({ incident_id: '12' }).sourceId);
  });
});

test('its description begins with the summary, and then says what a responder looks for', () => {
  const whole = { ...thresholdAlert().incident, severity: 'Critical', ...labels({ runbook: 'latency' }) };
  expect(signal(whole).description).toBe(
    [
      'Latency of order-api is above the threshold of 2000 with a value of 2417.250.',
      'See the [runbook](https://runbook.example/latency).',
      'Condition: p99 above 2 s\nResource: order-api\nObserved: 2417.250 (threshold 2000)\nSeverity: Critical\nRunbook: latency',
    ].join('\n\n'),
  );
  expect(signal({ documentation: 'as text', observed_value: 3, resource_name: 'r-1' }).description).toBe(
    'as text\n\nResource: r-1\nObserved: 3',
  );
  expect(signal()).not.toHaveProperty('description');
});

test.each([
  ['as an object', (content: string) => ({ content })],
  ['as text', (content: string) => content],
])('documentation %s may be as long as a description, in bytes, and longer than any other fact', (_, documentation) => {
  const [long, tooLong] = ['手順'.repeat(3_000), '手順'.repeat(30_000)];
  expect(signal({ documentation: documentation(long) }).description).toContain(long);
  const { description = '' } = signal({ documentation: documentation(tooLong) });
  expect(Buffer.byteLength(description)).toBeLessThanOrEqual(policy.intake.maxDescriptionBytes);
  expect(Buffer.byteLength(description)).toBeGreaterThan(policy.intake.maxDescriptionBytes - 200);
});

test.each([
  ['https://console.cloud.google.com/x', 'https://console.cloud.google.com/x'],
  ['HTTP://console.example/x', 'HTTP://console.example/x'],
  ['javascript:alert(1)', undefined],
  ['console.cloud.google.com/x', undefined],
])('its address %s is %s', (url, read) => {
  expect(signal({ url }).url).toBe(read);
});

test.each<[unknown, string[]]>([
  [[], ['incident']],
  [{ incident: 'x' }, ['incident']],
  [{ incident: {} }, ['incident.incident_id', 'incident.state']],
  [{ incident: { incident_id: '0.a', state: 'acknowledged' } }, ['incident.state']],
  [{ incident: { incident_id: ' ', state: 'OPEN' } }, ['incident.incident_id']],
])('%j is no alert, and it is said where', (body, paths) => {
  expect(unreadableOf(monitoring, body).errors.map(({ path }) => path)).toEqual(paths);
});

test.each<[unknown, boolean]>([
  [{ ...alertOf({ summary: 'x' }), version: 'test' }, true],
  [alertOf({ summary: 'Test Incident', started_at: 0 }), true],
  [alertOf({ summary: 'Test Incident', started_at: 1_795_481_700 }), false],
  [alertOf({ summary: 'An incident of the test house' }), false],
])('%j is the console’s test notification: %s', (body, isTest) => {
  if (isTest) expect(ignoredOf(monitoring, body)).toBe('test notification');
  expect(readBody(monitoring, body)).toMatchObject(
    isTest ? { isConnectionTest: true } : { signal: { tool: 'monitoring' } },
  );
});

describe('its token', () => {
  const config = configWith({ ALERTS_TOKEN: 'one,two' });
  const verdict = (authorization: string | undefined, query = '') =>
    monitoring.refuse(
      { headers: authorization === undefined ? {} : { authorization }, query: new URLSearchParams(query) },
      Buffer.alloc(0),
      config,
      {} as never,
      new Date(),
    ) === undefined;
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  test.each<[string | undefined, string, boolean]>([
    [basic('anyone:one'), '', true],
    [basic('anyone:two'), '', true],
    [basic('one:'), '', false],
    [basic('anyone:three'), '', false],
    // What is presented first is what is meant.
    [basic('anyone:three'), 'auth_token=one', false],
    ['Bearer one', '', false],
    [undefined, 'auth_token=one', true],
    [undefined, 'auth_token=', false],
    [undefined, 'token=one', false],
    [undefined, '', false],
  ])('%s and ?%s: %s', (authorization, query, isVerified) => {
    expect(verdict(authorization, query)).toBe(isVerified);
  });
});
