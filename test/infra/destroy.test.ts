/** Taking it down, with a gcloud that does to the local cloud what it would do to Google's. */
import { AlertPolicyServiceClient, NotificationChannelServiceClient } from '@google-cloud/monitoring';
import { PubSub } from '@google-cloud/pubsub';
import { CloudSchedulerClient } from '@google-cloud/scheduler';
import { credentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { subscriptions, topics } from '../../functions/topology.ts';
import { localProject } from '../../infra/local/start-cloud.ts';
import { takeDown } from '../../infra/provision/destroy.ts';
import type { Gcloud } from '../../infra/provision/gcloud.ts';
import { watches } from '../../infra/provision/watch.ts';
import { functions, schedules } from '../../infra/topology.ts';
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
    'pubsub subscriptions list': async () => [],
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
  /** A project in which somebody else has one of everything as well; each list is asked for with these words. */
  const lists: Record<string, unknown> = {
    'scheduler jobs list --location=r': [
      ...schedules.map(({ name, topic }) => ({
        name: `l/jobs/${name}`,
        pubsubTarget: { topicName: `p/topics/${topic}` },
      })),
      { name: 'l/jobs/theirs', pubsubTarget: { topicName: 'p/topics/minute-tick' } },
    ],
    'monitoring policies list': [
      { name: 'policies/1', displayName: 'Metronome: x', userLabels: { 'metronome-policy': 'x' } },
      { name: 'policies/2', displayName: 'theirs', userLabels: { team: 'shop' } },
    ],
    'monitoring uptime list-configs': [
      { name: 'checks/1', displayName: 'tickets', userLabels: { 'metronome-uptime': 'tickets' } },
      { name: 'checks/2', userLabels: { 'metronome-policy': 'x' } },
    ],
    'beta monitoring channels list': [
      { name: 'channels/1', userLabels: { 'metronome-channel': 'door' } },
      { name: 'channels/2', displayName: 'theirs' },
    ],
    'monitoring dashboards list': [
      { name: 'dashboards/1', labels: { metronome: '' } },
      { name: 'dashboards/2', labels: { shop: 'metronome' } },
    ],
    'logging sinks describe _Default': { exclusions: [{ name: 'theirs' }, { name: 'metronome-refusals' }] },
    'run services list --region=r': [
      ...functions.map(({ service }) => ({ metadata: { name: service, labels: { app: 'metronome' } } })),
      { metadata: { name: 'metronome-shop', labels: { app: 'metronome' } } },
    ],
  };
  /** @param failing the beginnings of commands that fail */
  const gcloudOf = (of: Record<string, unknown>, ...failing: string[]): Gcloud & { told: string[] } => {
    const told: string[] = [];
    return {
      project: 'shop',
      told,
      json: async <T>(args: readonly string[]) => (of[args.join(' ')] ?? []) as T,
      run: async (args) => {
        told.push(args.join(' '));
        if (failing.some((each) => args.join(' ').startsWith(each))) throw new Error('it is in use');
        return '';
      },
    };
  };
  const whole = [
    ...schedules.map(({ name }) => `scheduler jobs delete ${name} --location=r`),
    'monitoring policies delete policies/1',
    'monitoring uptime delete checks/1',
    'beta monitoring channels delete channels/1 --force',
    'monitoring dashboards delete dashboards/1',
    'logging sinks update _Default --remove-exclusions=metronome-refusals',
    ...functions.map(({ service }) => `run services delete ${service} --region=r`),
  ];

  test('asks by these commands, in this order, for what is ours alone', async () => {
    const gcloud = gcloudOf(lists);
    expect(await takeDown(gcloud, 'r', typing(' shop \n'))).toBe(true);
    expect(gcloud.told).toEqual(whole);
  });

  test('shows what goes and what stays before the name is asked for, and says how it ended', async () => {
    const conversation = typing('shop');
    const asked: string[] = [];
    const ask = async (question: string) => {
      asked.push(...conversation.said, question);
      return 'shop';
    };
    await takeDown(gcloudOf(lists), 'r', { ...conversation, ask });
    expect(asked).toEqual([
      expect.stringContaining(`- delete service      ${functions[0]?.service}\n`),
      'The database and its backups, the secrets, the topics and their subscriptions, the accounts and their grants, the objectives, images and sources stay. “Removing what stays” in docs/how-to/deploy.md lists how each is removed for good.',
      'Type the project’s name to take Metronome down: ',
    ]);
    expect(conversation.said.slice(2)).toEqual(['It is down.']);
  });

  test('refuses a region that Metronome is not in, and changes nothing', async () => {
    const host = 'metronome-outgoing-424242.asia-northeast1.run.app';
    const pushed = [
      { labels: { app: 'metronome' }, pushConfig: { pushEndpoint: `https://${host}/projects/shop/topics/outgoing` } },
      { labels: { app: 'metronome' }, pushConfig: {} },
      { labels: {}, pushConfig: { pushEndpoint: 'https://metronome-1.us-central1.run.app' } },
    ];
    const conversation = typing('shop');
    const mistyped = gcloudOf({ ...lists, 'pubsub subscriptions list': pushed });
    await expect(takeDown(mistyped, 'asia-northeast2', conversation)).rejects.toThrow(
      'region asia-northeast2: Metronome is in asia-northeast1: use --region asia-northeast1',
    );
    expect(mistyped.told).toEqual([]);
    const right = {
      'scheduler jobs list --location=asia-northeast1': [],
      'run services list --region=asia-northeast1': [],
    };
    expect(
      await takeDown(
        gcloudOf({ ...lists, ...right, 'pubsub subscriptions list': pushed }),
        'asia-northeast1',
        conversation,
      ),
    ).toBe(true);
  });

  test('leaves a schedule of our name with another aim, and a service of our name without our label', async () => {
    const [job, ...jobs] = lists['scheduler jobs list --location=r'] as object[];
    const [, ...services] = lists['run services list --region=r'] as object[];
    const gcloud = gcloudOf({
      ...lists,
      'scheduler jobs list --location=r': [{ ...job, pubsubTarget: { topicName: 'p/topics/theirs' } }, ...jobs],
      'run services list --region=r': [
        { metadata: { name: functions[0]?.service, labels: { app: 'shop' } } },
        ...services,
      ],
    });
    await takeDown(gcloud, 'r', typing('shop'));
    expect(whole.filter((each) => !gcloud.told.includes(each))).toEqual([
      `scheduler jobs delete ${schedules[0]?.name} --location=r`,
      `run services delete ${functions[0]?.service} --region=r`,
    ]);
  });

  test('where some of it cannot be deleted, deletes the rest, and names each that is left', async () => {
    const gcloud = gcloudOf(lists, 'monitoring policies', 'run services delete metronome-api');
    const conversation = typing('shop');
    await expect(takeDown(gcloud, 'r', conversation)).rejects.toThrow(
      'Not all of it is down:\ndelete alert policy Metronome: x: it is in use\ndelete service metronome-api: it is in use\nRun the command again to retry the rest.',
    );
    expect(gcloud.told).toEqual(whole);
    expect(conversation.said).not.toContain('It is down.');
  });

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
        alertStrategy: { notificationRateLimit: { period: { seconds: 300 } } },
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
