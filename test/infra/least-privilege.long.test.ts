/**
 * Least privilege from both sides. One scenario in which every function does all that it can: what topology.ts grants
 * too little for is refused, by name; and a grant without which nothing would be refused is named as too much.
 */
import { createHmac } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { alertSources, apiSources, ticketSources } from '../../functions/intake/sources/sources.ts';
import { firestore } from '../../functions/platform/firestore.ts';
import { topics } from '../../functions/topology.ts';
import { describeUse, holds, permissionsOf, type Use } from '../../infra/cloud/src/iam/iam.ts';
import { environmentsOf } from '../../infra/local/environments.ts';
import { asLocal, localProject, roles } from '../../infra/local/start-cloud.ts';
import { emailOf } from '../../infra/provision/accounts.ts';
import { functions, type Grant, type SecretName, secretNames } from '../../infra/topology.ts';
import { thresholdAlert } from '../fixtures/alerts.ts';
import { alertSecrets, toolSecrets } from '../fixtures/secrets.ts';
import { freshdeskBody } from '../fixtures/tickets.ts';
import { crowd } from '../scenarios/crowd.ts';
import { openScenario, type Scenario, withImpatientDoors } from '../scenarios/house.ts';

/** A Sunday: the week's bundle is assembled in the night. */
const start = '2026-11-22T23:00:00+09:00';

/** What functions could not do, and what they did, by the account's email. */
let refusals: readonly string[];
let uses: readonly Use[];

beforeAll(async () => {
  // A private address, which is refused: what cannot be delivered is told as well.
  const refusing = { kind: 'webhook', name: 'refusing', url: 'http://127.0.0.1:9/', secret: `whsec_${'A'.repeat(32)}` };
  const inSlack = { kind: 'slack-app', channel: 'C1' };
  const environment = {
    ...process.env,
    ...toolSecrets,
    ...alertSecrets,
    NOTIFY_CHANNELS: JSON.stringify([refusing, inSlack]),
    CUSTOMER_PAGES: 'on',
  };
  const scenario = await openScenario(start, { environment });
  try {
    await fileByEveryDoor(scenario);
    await lookAtAnAlert(scenario);
    await replayWhatFailed(scenario);
    await sendUpdates(scenario);
    await openCustomerPage(scenario);
    await pressInSlack(scenario);
    // More than one run of the tick can process.
    await crowd(1_001, new Date(scenario.house.cloud.clock.now()));
    await scenario.advance('PT30M');
  } finally {
    refusals = scenario.house.cloud.iam.refusalsIn(localProject);
    ({ uses } = scenario.house.cloud.iam);
    await scenario.house.stop();
  }
});

async function fileByEveryDoor(scenario: Scenario): Promise<void> {
  const away = (times: number) => ({ target: 'firestore.*', effect: 'fail', code: 'UNAVAILABLE', times });
  const filed = await scenario.ticket({ id: 'T-1', subject: 'Orders fail', customer: { id: 'store-1' } });
  await scenario.post(`/api/incidents/${filed.body.incident?.id}/events`, { type: 'responded' });
  await fileAsOthersDo(scenario, 'filed');
  await acknowledgeOnThePhone(scenario, String(filed.body.incident?.id));
  await scenario.post('/_local/faults', away(1_000_000));
  await withImpatientDoors(async () => {
    await scenario.ticket({ id: 'T-2', subject: 'Spilled' });
    await scenario.alert(thresholdAlert({ id: '0.spilled', policy: '8001' }));
    await fileAsOthersDo(scenario, 'spilled');
  });
  scenario.house.cloud.faults.clear();
  // What nobody can read is quarantined, and the gauges tell of it.
  await scenario.ticket({ nonsense: true });
  await scenario.publish(topics.cloudBuilds, { id: 'b-1', status: 'SUCCESS', startTime: start });
  await scenario.advance('PT30M');
}

/** By the doors that answer as another's API does, and those of releases. */
async function fileAsOthersDo(scenario: Scenario, alias: string): Promise<void> {
  const routing_key = alertSecrets.PAGERDUTY_ROUTING_KEYS;
  const payload = { summary: alias, source: 'a', severity: 'error' };
  await scenario.post(
    '/opsgenie/v2/alerts',
    { message: alias, alias },
    { authorization: `GenieKey ${alertSecrets.OPSGENIE_API_KEY}` },
  );
  await scenario.post('/pagerduty/v2/enqueue', { routing_key, event_action: 'trigger', dedup_key: alias, payload });
  await scenario.post('/pagerduty/v2/change/enqueue', { routing_key, payload });
  const deployment = {
    object_kind: 'deployment',
    status: 'success',
    deployment_id: alias.length,
    environment: 'production',
    project: { path_with_namespace: 'a/b' },
  };
  await scenario.post('/changes/gitlab', deployment, { 'x-gitlab-token': 'gitlab-token' });
}

async function acknowledgeOnThePhone(scenario: Scenario, incidentId: string): Promise<void> {
  const event = {
    id: '01EV',
    event_type: 'incident.acknowledged',
    occurred_at: start,
    agent: { id: 'P1' },
    data: { incident_key: `${incidentId}#1` },
  };
  const text = JSON.stringify({ event });
  const signature = createHmac('sha256', alertSecrets.PAGERDUTY_WEBHOOK_SECRET).update(text).digest('hex');
  const { body } = await scenario.post('/pagerduty/webhooks', text, { 'x-pagerduty-signature': `v1=${signature}` });
  expect(body).toEqual({ accepted: true });
}

/** An alert of the project's own, so that the series behind it are fetched. */
async function lookAtAnAlert(scenario: Scenario): Promise<void> {
  const { alertPolicies, monitoring } = await import('../../functions/platform/monitoring.ts');
  const name = `projects/${localProject}`;
  const filter = 'metric.type = "custom.googleapis.com/shop/latency" AND resource.type = "global"';
  const conditionThreshold = {
    filter,
    comparison: 'COMPARISON_GT' as const,
    thresholdValue: 500,
    duration: { seconds: 3_600 },
  };
  const alertPolicy = {
    displayName: 'Slow',
    combiner: 'OR' as const,
    conditions: [{ displayName: 'slow', conditionThreshold }],
  };
  const [made] = await (await alertPolicies()).createAlertPolicy({ name, alertPolicy });
  const now = Math.floor(scenario.house.cloud.clock.now() / 1_000);
  const metric = { type: 'custom.googleapis.com/shop/latency' };
  const points = [{ interval: { endTime: { seconds: now } }, value: { doubleValue: 900 } }];
  const resource = { type: 'global', labels: { project_id: localProject } };
  await (await monitoring()).createTimeSeries({ name, timeSeries: [{ metric, resource, points }] });
  const incident = {
    incident_id: '0.own',
    scoping_project_id: localProject,
    state: 'open',
    started_at: now,
    condition_name: 'slow',
    condition: { name: `${made.name}/conditions/1`, displayName: 'slow' },
  };
  await scenario.alert({ version: '1.2', incident });
  await scenario.advance('PT10M');
}

/** What failed too often, of every topic that it can go back to, replayed by the API and by the console. */
async function replayWhatFailed(scenario: Scenario): Promise<void> {
  for (const subscription of ['notifications', 'weekly-tick', 'cloud-builds', 'slack-actions']) {
    for (const by of ['api', 'console']) {
      const CloudPubSubDeadLetterSourceSubscription = `projects/${localProject}/subscriptions/${subscription}`;
      await scenario.publish(topics.deadLetters, { by }, { CloudPubSubDeadLetterSourceSubscription });
    }
  }
  await scenario.advance('PT1M');
  const cookies = await fetch(`${scenario.url}/console`);
  const cookie = (cookies.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const waiting = (await firestore().collection('quarantine').where('state', '==', 'open').get()).docs;
  for (const each of waiting.filter((entry) => entry.get('topic'))) {
    const { by } = JSON.parse(Buffer.from(each.get('raw')).toString('utf8')) as { by: string };
    if (by === 'api') await scenario.post(`/api/quarantine/${each.id}/replay`, {});
    else {
      await fetch(`${scenario.url}/console/quarantine/${each.id}/replay`, {
        method: 'POST',
        redirect: 'manual',
        headers: { origin: scenario.url, cookie },
        body: new URLSearchParams({ csrf: cookie.split('=')[1] ?? '' }),
      });
    }
  }
}

/** An update by the API and one by the console; the minute tick publishes again what the outbox holds. */
async function sendUpdates(scenario: Scenario): Promise<void> {
  const headers = { authorization: `Bearer ${toolSecrets.FRESHDESK_TOKEN}` };
  const { body } = await scenario.post('/tickets/freshdesk', freshdeskBody(), headers);
  await scenario.post(`/api/incidents/${body.incident.id}/updates`, { customers: 'all', message: 'by the API' });
  await scenario.advance('PT2M');
  const cookies = await fetch(`${scenario.url}/console`);
  const cookie = (cookies.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  await fetch(`${scenario.url}/console/incidents/${body.incident.id}/updates`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: scenario.url, cookie },
    body: new URLSearchParams({ csrf: cookie.split('=')[1] ?? '', whom: 'all', message: 'by the console' }),
  });
  await scenario.advance('PT2M');
}

/** Made by the API, written by `outgoing`, opened by the customer. */
async function openCustomerPage(scenario: Scenario): Promise<void> {
  const { body } = await scenario.post('/api/customers/store-1/page', {});
  await scenario.advance('PT1M');
  expect((await fetch(body.url)).status).toBe(200);
}

/** A press on the last card; and a notice that Slack does not take, which the other channels are given. */
async function pressInSlack(scenario: Scenario): Promise<void> {
  const at = '/_local/tools/slack';
  const { messages } = (await scenario.get(`${at}/messages`)).body;
  const card = messages.findLast((each: object) => JSON.stringify(each).includes('"action_id":"take"'));
  for (const actionId of ['take', 'update']) {
    await scenario.post(`${at}/press`, { user: 'U1', channel: 'C1', ts: card.ts, actionId });
  }
  await scenario.post('/_local/faults', { target: 'tools.slack.postMessage', effect: 'fail', code: 'not_in_channel' });
  await scenario.ticket({ id: 'T-9', subject: 'Nobody is in the channel' });
  await scenario.advance('PT2M');
}

const usesOf = (service: string): Use[] => uses.filter((each) => each.account === emailOf(service, localProject));
const isHeld = (grants: readonly Grant[], use: Use): boolean => holds(roles, asLocal(grants), localProject, use);
const suffices = (grants: readonly Grant[], used: Use[]): boolean => used.every((each) => isHeld(grants, each));

test('what every function does is granted', () => {
  expect(refusals).toEqual([]);
});

describe.each(functions)('$name', ({ service, grants, secrets }) => {
  test.each(grants)('cannot do without $role on $on', (grant) => {
    const used = usesOf(service);
    const others = grants.filter((each) => each !== grant);
    const needed = used.filter((each) => !isHeld(others, each));
    expect(needed.map(describeUse), `${service} is granted too much: nothing needs ${grant.role}`).not.toEqual([]);
    const size = permissionsOf(roles, grant.role).length;
    const smaller = Object.keys(roles).filter((role) => permissionsOf(roles, role).length < size);
    const enough = smaller.filter((role) => suffices([{ ...grant, role }], needed));
    expect(enough, `${service} would do with less than ${grant.role}`).toEqual([]);
  });

  test('sees the secrets that it is granted, and no other', () => {
    const all = Object.fromEntries(secretNames.map((name) => [name, name === 'NOTIFY_CHANNELS' ? '[]' : 'x']));
    const addresses = { cloud: '127.0.0.1:1', root: 'http://127.0.0.1:2' };
    const own = environmentsOf(all, localProject, addresses).functions[
      functions.find((each) => each.service === service)?.name ?? ''
    ];
    expect(secretNames.filter((name) => own?.[name] !== undefined).toSorted()).toEqual(secrets.toSorted());
  });
});

test('every secret that a function is granted opens a door of it, or proves what comes through', () => {
  const opened: Record<string, readonly string[]> = {
    tickets: [...Object.values(ticketSources).flatMap((each) => each.secretNames), 'JOIN_KEY_SECRET'],
    ticketEvents: ['JOIN_KEY_SECRET'],
    api: ['JOIN_KEY_SECRET', 'PAGES_SECRET'],
    console: ['PAGES_SECRET'],
    alerts: [
      ...new Set([...Object.values(alertSources), ...Object.values(apiSources)].flatMap((each) => each.secretNames)),
      'PAGERDUTY_WEBHOOK_SECRET',
    ],
    changes: ['GITHUB_WEBHOOK_SECRET', 'GITLAB_WEBHOOK_TOKEN'],
    notify: ['NOTIFY_CHANNELS', 'SMTP_URL'],
    minuteTick: ['DUTY_CALENDARS', 'DEADMAN_URL'],
    outgoing: [
      'ZENDESK_OAUTH_CLIENT_SECRET',
      'INTERCOM_ACCESS_TOKEN',
      'FRESHDESK_API_KEY',
      'JIRA_API_TOKEN',
      'SLACK_BOT_TOKEN',
      'NOTION_TOKEN',
    ],
    slack: ['SLACK_SIGNING_SECRET', 'SLACK_BOT_TOKEN'],
    slackEvents: ['SLACK_BOT_TOKEN'],
  };
  for (const { name, secrets } of functions) {
    expect(secrets.toSorted(), name).toEqual(([...(opened[name] ?? [])] as SecretName[]).toSorted());
  }
});
