/** Taking it down, with a gcloud that does to the local cloud what it would do to Google's. */
import { AlertPolicyServiceClient, NotificationChannelServiceClient } from '@google-cloud/monitoring';
import { PubSub } from '@google-cloud/pubsub';
import { CloudSchedulerClient } from '@google-cloud/scheduler';
import { credentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { functions, schedules, subscriptions, topics } from '../../functions/topology.ts';
import { localProject } from '../../infra/local/house.ts';
import { takeDown } from '../../infra/provision/destroy.ts';
import type { Gcloud } from '../../infra/provision/gcloud.ts';
import { watches } from '../../infra/provision/watch.ts';
import { openScenario, type Scenario } from '../scenarios/house.ts';

const project = localProject;
const parent = `projects/${project}`;
let scenario: Scenario;
let clients: {
  scheduler: CloudSchedulerClient;
  policies: AlertPolicyServiceClient;
  channels: NotificationChannelServiceClient;
  pubsub: PubSub;
};
beforeAll(async () => {
  scenario = await openScenario('2026-11-24T00:00:00Z');
  const options = {
    projectId: project,
    apiEndpoint: '127.0.0.1',
    port: scenario.house.cloud.port,
    sslCreds: credentials.createInsecure(),
  };
  clients = {
    scheduler: new CloudSchedulerClient(options),
    policies: new AlertPolicyServiceClient(options),
    channels: new NotificationChannelServiceClient(options),
    pubsub: new PubSub({
      projectId: project,
      apiEndpoint: `127.0.0.1:${scenario.house.cloud.port}`,
      emulatorMode: true,
    }),
  };
});
afterAll(async () => {
  await Promise.all(Object.values(clients).map((each) => each.close()));
  await scenario.stop();
});

/** Lists and deletes schedules, policies and channels of the local cloud; has all services, and one dashboard. */
function gcloudOfTheLocalCloud(): Gcloud & { told: string[] } {
  const told: string[] = [];
  const lists: Record<string, () => Promise<unknown>> = {
    'scheduler jobs list': async () => (await clients.scheduler.listJobs({ parent: `${parent}/locations/local` }))[0],
    'monitoring policies list': async () => (await clients.policies.listAlertPolicies({ name: parent }))[0],
    'beta monitoring channels list': async () => (await clients.channels.listNotificationChannels({ name: parent }))[0],
    'monitoring uptime list-configs': async () => [
      { name: `${parent}/uptimeCheckConfigs/1`, displayName: 'tickets', userLabels: { 'metronome-uptime': 'tickets' } },
      { name: `${parent}/uptimeCheckConfigs/theirs` },
    ],
    'monitoring dashboards list': async () => [
      { name: `${parent}/dashboards/1`, labels: { metronome: '' } },
      { name: `${parent}/dashboards/theirs` },
    ],
    'logging sinks describe': async () => ({
      name: '_Default',
      exclusions: [{ name: 'metronome-refusals' }, { name: 'theirs' }],
    }),
    'run services list': async () => [
      ...functions.map((each) => ({ metadata: { name: each.service, labels: { app: 'metronome' } } })),
      { metadata: { name: 'their-shop' } },
    ],
  };
  const deletions: [string, (name: string) => Promise<unknown>][] = [
    [
      'scheduler jobs delete ',
      (name) => clients.scheduler.deleteJob({ name: `${parent}/locations/local/jobs/${name}` }),
    ],
    ['monitoring policies delete ', (name) => clients.policies.deleteAlertPolicy({ name })],
    ['beta monitoring channels delete ', (name) => clients.channels.deleteNotificationChannel({ name })],
    ['monitoring uptime delete ', async () => undefined],
    ['monitoring dashboards delete ', async () => undefined],
    ['logging sinks update _Default', async () => undefined],
    ['run services delete ', async () => undefined],
  ];
  return {
    project,
    told,
    json: async <T>(args: readonly string[]) => {
      const found = Object.entries(lists).find(([each]) => args.join(' ').startsWith(each));
      if (!found) throw new Error(`Nobody should ask for ${args.join(' ')}`);
      return (await found[1]()) as T;
    },
    run: async (args) => {
      const command = args.filter((each) => !each.startsWith('--')).join(' ');
      const found = deletions.find(([each]) => command.startsWith(each));
      if (!found) throw new Error(`Nobody should run ${command}`);
      told.push(command);
      await found[1](command.slice(found[0].length));
      return '';
    },
  };
}

const typing = (answer: string) => {
  const said: string[] = [];
  return { said, say: (text: string) => void said.push(text), ask: async () => answer };
};

describe('taking Metronome down', () => {
  test.each(['', 'yes', 'y', project.toUpperCase(), `${project}x`])('changes nothing for “%s”', async (answer) => {
    const gcloud = gcloudOfTheLocalCloud();
    expect(await takeDown(gcloud, 'local', typing(answer))).toBe(false);
    expect(gcloud.told).toEqual([]);
  });

  test('deletes what calls, ticks and watches, and nothing that holds a report', async () => {
    const filed = await scenario.ticket({ id: 'T-1', subject: '注文が通らない', ongoing: 'yes' });
    const theirs = await clients.policies.createAlertPolicy({
      name: parent,
      alertPolicy: {
        displayName: 'theirs',
        combiner: 'OR',
        conditions: [{ displayName: 'x', conditionMatchedLog: { filter: 'severity>=ERROR' } }],
      },
    });
    const gcloud = gcloudOfTheLocalCloud();
    const conversation = typing(`${project}\n`);
    expect(await takeDown(gcloud, 'local', conversation)).toBe(true);
    expect(conversation.said.join('\n')).toContain('- delete schedule     minute-tick');
    const count = (of: string): number => gcloud.told.filter((each) => each.startsWith(of)).length;
    expect(count('scheduler jobs')).toBe(schedules.length);
    expect(count('monitoring policies')).toBe(watches.length);
    expect(count('beta monitoring channels')).toBe(3);
    expect(count('monitoring dashboards')).toBe(1);
    expect(count('run services')).toBe(functions.length);
    expect(gcloud.told.join('\n')).not.toMatch(/their|firestore|secrets|pubsub|iam|projects delete|storage/);
    // What is left, by the local cloud's own word.
    expect((await clients.scheduler.listJobs({ parent: `${parent}/locations/local` }))[0]).toEqual([]);
    const [policies] = await clients.policies.listAlertPolicies({ name: parent });
    expect(policies.map((each) => each.name)).toEqual([theirs[0].name]);
    expect((await clients.pubsub.getTopics())[0]).toHaveLength(Object.keys(topics).length);
    expect((await clients.pubsub.getSubscriptions())[0]).toHaveLength(subscriptions.length);
    const { body } = await scenario.get(`/api/incidents/${filed.body.incident.id}`);
    expect(body).toMatchObject({ title: '注文が通らない', status: 'open' });
  });

  test('a second time there is nothing of it but what has no list here', async () => {
    const gcloud = gcloudOfTheLocalCloud();
    await takeDown(gcloud, 'local', typing(project));
    expect(
      gcloud.told.filter((each) => !/^(?:run services|monitoring (?:dashboards|uptime)|logging)/.test(each)),
    ).toEqual([]);
  });
});
