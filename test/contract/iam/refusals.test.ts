/** What the local cloud refuses to accounts, by the real clients and in Google's words; programs without one are its owner. */
import { Firestore } from '@google-cloud/firestore';
import { CloudSchedulerClient } from '@google-cloud/scheduler';
import { credentials, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientOptions, noCredentials } from '../../../functions/platform/emulator.ts';
import type { Environment } from '../../../functions/platform/environment.ts';
import { connectFirestore } from '../../../functions/platform/firestore.ts';
import { connectPubSub } from '../../../functions/platform/publish.ts';
import { type LocalCloud, startCloud } from '../../../infra/cloud/src/cloud.ts';
import { Iam } from '../../../infra/cloud/src/iam/iam.ts';
import { needs } from '../../../infra/cloud/src/iam/needs.ts';
import { roles } from '../../../infra/local/start-cloud.ts';

const project = 'any-project';
const grants = {
  viewer: [
    { role: 'roles/datastore.viewer', on: 'project' },
    { role: 'roles/monitoring.viewer', on: 'project' },
  ],
  writer: [
    { role: 'roles/datastore.user', on: 'project' },
    { role: 'roles/monitoring.metricWriter', on: 'project' },
  ],
  teller: [{ role: 'roles/pubsub.publisher', on: { topic: 'notifications' } }],
} as const;

let cloud: LocalCloud;
const closing: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  cloud = await startCloud({ port: 0, iam: new Iam({ roles, grants }) });
  const pubsub = await pubsubAs();
  await pubsub.createTopic('notifications');
  await pubsub.createTopic('weekly-tick');
  await firestoreAs().doc('rooms/one').set({ isThere: true });
});
afterAll(async () => {
  await Promise.all(closing.map((close) => close()));
  await cloud.stop();
});

const emailOf = (account: string, of = project): string => `${account}@${of}.iam.gserviceaccount.com`;

function environmentAs(email?: string, of = project): Environment {
  const host = `127.0.0.1:${cloud.port}`;
  const all = ['FIRESTORE', 'PUBSUB', 'MONITORING'];
  return {
    GOOGLE_CLOUD_PROJECT: of,
    ...Object.fromEntries(all.map((each) => [`${each}_EMULATOR_HOST`, host])),
    ...(email ? Object.fromEntries(all.map((each) => [`${each}_EMULATOR_ACCOUNT`, email])) : {}),
  };
}

function firestoreAs(email?: string, of?: string): Firestore {
  const client = connectFirestore(environmentAs(email, of));
  closing.push(() => client.terminate());
  return client;
}

async function pubsubAs(email?: string) {
  const client = await connectPubSub(environmentAs(email));
  closing.push(() => client.close());
  return client;
}

async function monitoringAs(email: string) {
  const { MetricServiceClient } = await import('@google-cloud/monitoring');
  const client = new MetricServiceClient(await clientOptions('MONITORING', environmentAs(email)));
  closing.push(() => client.close());
  return client;
}

const missing = { code: status.PERMISSION_DENIED, details: 'Missing or insufficient permissions.' };

describe('Firestore', () => {
  test('lets a viewer read and query, and write nothing', async () => {
    const viewer = firestoreAs(emailOf('viewer'));
    expect((await viewer.doc('rooms/one').get()).get('isThere')).toBe(true);
    expect((await viewer.collection('rooms').count().get()).data().count).toBe(1);
    const one = viewer.doc('rooms/one');
    await expect(one.set({ isThere: false })).rejects.toMatchObject(missing);
    await expect(one.update({ isThere: false })).rejects.toMatchObject(missing);
    await expect(one.delete()).rejects.toMatchObject(missing);
    await expect(viewer.doc('rooms/two').create({})).rejects.toMatchObject(missing);
    await expect(viewer.batch().set(one, {}).commit()).rejects.toMatchObject(missing);
    const bulk = viewer.bulkWriter();
    bulk.onWriteError(() => false);
    await expect(Promise.all([bulk.create(viewer.doc('rooms/two'), {}), bulk.close()])).rejects.toMatchObject({
      code: status.PERMISSION_DENIED,
    });
    expect((await firestoreAs().collection('rooms').get()).docs.map((each) => each.data())).toEqual([
      { isThere: true },
    ]);
  });

  test('asks for a permission of each kind of write, and names the call that lacked it', async () => {
    const before = cloud.iam.refusals.length;
    const nobody = firestoreAs(emailOf('nobody'));
    const one = nobody.doc('rooms/one');
    await Promise.allSettled([
      one.create({}),
      one.update({ x: 1 }),
      one.delete(),
      one.get(),
      one.collection('x').get(),
    ]);
    const seen = cloud.iam.refusals.slice(before).map(({ call, permission }) => `${call} ${permission}`);
    expect(seen.toSorted()).toEqual([
      'firestore.BatchGetDocuments datastore.entities.get',
      'firestore.Commit datastore.entities.create',
      'firestore.Commit datastore.entities.delete',
      'firestore.Commit datastore.entities.update',
      'firestore.RunQuery datastore.entities.get',
    ]);
  });

  test('a transaction of a user goes through whole', async () => {
    const writer = firestoreAs(emailOf('writer'));
    await writer.runTransaction(async (transaction) => {
      const found = await transaction.get(writer.doc('rooms/three'));
      transaction.set(found.ref, { isThere: !found.exists });
    });
    expect((await writer.doc('rooms/three').get()).get('isThere')).toBe(true);
    await writer.doc('rooms/three').delete();
  });

  test.each([
    ['in another project', emailOf('writer'), 'other'],
    ['in one whose name begins alike', emailOf('writer'), `${project}-2`],
    ['in one whose name its own begins with', emailOf('writer'), 'any'],
    ['of another project', emailOf('writer', 'other'), project],
    ['of one whose name begins alike', emailOf('writer', `${project}-2`), project],
    ['of a domain that is the project’s bare name', `writer@${project}`, project],
    ['of nobody’s domain', 'writer@example.com', project],
    ['of a domain that only begins as Google’s', `${emailOf('writer')}.example`, project],
    ['whose name begins as another’s', emailOf('writer-2'), project],
    ['whose name is no account’s but an object’s', emailOf('constructor'), project],
  ])('a role counts for its own account in its own project: not for one %s', async (_, email, of) => {
    // What one was allowed is allowed to nobody else.
    await firestoreAs(emailOf('writer')).doc('a/b').get();
    await expect(firestoreAs(email, of).doc('a/b').get()).rejects.toMatchObject(missing);
  });

  const write = (more: object) => ({ operation: 'update', ...more });
  test.each<[what: string, writes: object[], permissions: string[]]>([
    ['one that may create or update', [write({})], ['create', 'update']],
    ['a creation', [write({ currentDocument: { conditionType: 'exists', exists: false } })], ['create']],
    ['an update', [write({ currentDocument: { conditionType: 'exists', exists: true } })], ['update']],
    ['an update of one version', [write({ currentDocument: { conditionType: 'updateTime' } })], ['update']],
    ['a transform', [{ operation: 'transform' }], ['create', 'update']],
    ['a deletion', [{ operation: 'delete' }], ['delete']],
    ['deleting one version', [{ operation: 'delete', currentDocument: { conditionType: 'updateTime' } }], ['delete']],
    ['a check', [{ operation: 'verify' }], ['get']],
    ['several', [{ operation: 'delete' }, write({}), { operation: 'verify' }], ['delete', 'create', 'update', 'get']],
    ['none', [], []],
  ])('of writes, %s needs what it may turn out to do', (_, writes, permissions) => {
    const request = { database: `projects/${project}/databases/(default)`, writes };
    for (const call of ['firestore.Commit', 'firestore.BatchWrite'])
      expect(needs[call]?.(request)).toEqual(
        permissions.map((each) => ({ permission: `datastore.entities.${each}`, on: request.database })),
      );
  });
});

test('Pub/Sub: a role on one topic counts on that topic only', async () => {
  const teller = await pubsubAs(emailOf('teller'));
  const data = Buffer.from('x');
  expect(await teller.topic('notifications').publishMessage({ data })).toMatch(/^\d+$/);
  const refused = { code: status.PERMISSION_DENIED, details: 'User not authorized to perform this action.' };
  for (const other of ['weekly-tick', 'notifications-2', 'notification'])
    await expect(teller.topic(other).publishMessage({ data })).rejects.toMatchObject(refused);
  await expect(teller.topic('notifications').getMetadata()).rejects.toMatchObject(refused);
  await expect(teller.createTopic('mine')).rejects.toMatchObject(refused);
});

test('Monitoring: a viewer lists and writes nothing, a writer writes and lists nothing', async () => {
  const [viewer, writer] = [await monitoringAs(emailOf('viewer')), await monitoringAs(emailOf('writer'))];
  const name = `projects/${project}`;
  const seconds = Math.floor(Date.now() / 1_000);
  const interval = { startTime: { seconds: seconds - 60 }, endTime: { seconds } };
  const timeSeries = [
    {
      metric: { type: 'custom.googleapis.com/x' },
      resource: { type: 'global', labels: { project_id: project } },
      points: [{ interval: { endTime: { seconds } }, value: { int64Value: 1 } }],
    },
  ];
  const denied = (permission: string) => ({
    code: status.PERMISSION_DENIED,
    details: `Permission ${permission} denied (or the resource may not exist).`,
  });
  await expect(viewer.createTimeSeries({ name, timeSeries })).rejects.toMatchObject(
    denied('monitoring.timeSeries.create'),
  );
  await writer.createTimeSeries({ name, timeSeries });
  const filter = 'metric.type = "custom.googleapis.com/x"';
  await expect(writer.listTimeSeries({ name, filter, interval })).rejects.toMatchObject(
    denied('monitoring.timeSeries.list'),
  );
  expect((await viewer.listTimeSeries({ name, filter, interval }))[0]).toHaveLength(1);
});

test('Scheduler refuses an account that has no role on it, by any program that names an account', async () => {
  const client = new CloudSchedulerClient({
    ...noCredentials,
    projectId: project,
    apiEndpoint: '127.0.0.1',
    port: cloud.port,
    sslCreds: credentials.createInsecure(),
  } as ConstructorParameters<typeof CloudSchedulerClient>[0]);
  closing.push(() => client.close());
  const parent = `projects/${project}/locations/here`;
  const headers = { authorization: `Bearer ${emailOf('teller')}` };
  await expect(client.listJobs({ parent }, { otherArgs: { headers } })).rejects.toMatchObject({
    code: status.PERMISSION_DENIED,
    details: `The principal (user or service account) lacks IAM permission "cloudscheduler.jobs.list" for the resource "${parent}" (or the resource may not exist).`,
  });
  expect(await client.listJobs({ parent })).toBeDefined();
});

const database = 'projects/p/databases/(default)';
const [document, documents] = [`${database}/documents/a/b`, `${database}/documents`];
const [topic, subscription] = ['projects/p/topics/t', 'projects/p/subscriptions/s'];
const [place, job] = ['projects/p/locations/l', 'projects/p/locations/l/jobs/j'];
const query = ['datastore.entities.get', 'datastore.entities.list'];

type Documented = [call: string, request: object, on: string, ...needed: string[]];
/** What is listed or made is so in its project; all else is done to it by its name, and asked of its project as well. */
function ofMonitoring(kind: 'MetricDescriptor' | 'AlertPolicy' | 'NotificationChannel'): Documented[] {
  const all = `${kind.replace(/y$/, 'ie')}s`;
  const own = (of: string): string => `${of.charAt(0).toLowerCase()}${of.slice(1)}`;
  const [project, name] = ['projects/p', `projects/p/${own(all)}/x`];
  const row = (call: string, request: object, verb: string): Documented[] => [
    [`monitoring.${call}`, request, project, `monitoring.${own(all)}.${verb}`],
  ];
  return [
    ...row(`Create${kind}`, { name: project }, 'create'),
    ...row(`List${all}`, { name: project }, 'list'),
    ...row(`Get${kind}`, { name }, 'get'),
    ...row(`Delete${kind}`, { name }, 'delete'),
    ...(kind === 'MetricDescriptor' ? [] : row(`Update${kind}`, { [own(kind)]: { name } }, 'update')),
  ];
}

/** As Google documents it of each call: the resource that is looked at, and what is needed there. */
const documented: Documented[] = [
  ['firestore.GetDocument', { name: document }, database, 'datastore.entities.get'],
  ['firestore.BatchGetDocuments', { database }, database, 'datastore.entities.get'],
  ['firestore.ListDocuments', { parent: documents }, database, ...query],
  ['firestore.RunQuery', { parent: documents }, database, ...query],
  ['firestore.RunAggregationQuery', { parent: documents }, database, ...query],
  ['firestore.ListCollectionIds', { parent: document }, database, 'datastore.entities.list'],
  ['firestore.BeginTransaction', { database }, database, 'datastore.databases.get'],
  ['firestore.Rollback', { database }, database, 'datastore.databases.get'],
  ['pubsub.CreateTopic', { name: topic }, 'projects/p', 'pubsub.topics.create'],
  ['pubsub.ListTopics', { project: 'projects/p' }, 'projects/p', 'pubsub.topics.list'],
  ['pubsub.GetTopic', { topic }, topic, 'pubsub.topics.get'],
  ['pubsub.UpdateTopic', { topic: { name: topic } }, topic, 'pubsub.topics.update'],
  ['pubsub.DeleteTopic', { topic }, topic, 'pubsub.topics.delete'],
  ['pubsub.Publish', { topic }, topic, 'pubsub.topics.publish'],
  ['pubsub.ListTopicSubscriptions', { topic }, topic, 'pubsub.topics.get'],
  ['pubsub.ListSubscriptions', { project: 'projects/p' }, 'projects/p', 'pubsub.subscriptions.list'],
  ['pubsub.UpdateSubscription', { subscription: { name: subscription } }, subscription, 'pubsub.subscriptions.update'],
  ['pubsub.GetSubscription', { subscription }, subscription, 'pubsub.subscriptions.get'],
  ['pubsub.DeleteSubscription', { subscription }, subscription, 'pubsub.subscriptions.delete'],
  ['pubsub.ModifyPushConfig', { subscription }, subscription, 'pubsub.subscriptions.update'],
  ['pubsub.Pull', { subscription }, subscription, 'pubsub.subscriptions.consume'],
  ['pubsub.Acknowledge', { subscription }, subscription, 'pubsub.subscriptions.consume'],
  ['pubsub.ModifyAckDeadline', { subscription }, subscription, 'pubsub.subscriptions.consume'],
  ['pubsub.DetachSubscription', { subscription }, subscription, 'pubsub.topics.detachSubscription'],
  ['monitoring.CreateTimeSeries', { name: 'projects/p' }, 'projects/p', 'monitoring.timeSeries.create'],
  ['monitoring.ListTimeSeries', { name: 'projects/p' }, 'projects/p', 'monitoring.timeSeries.list'],
  ...(['MetricDescriptor', 'AlertPolicy', 'NotificationChannel'] as const).flatMap(ofMonitoring),
  ['scheduler.CreateJob', { parent: place, job: { name: job } }, place, 'cloudscheduler.jobs.create'],
  ['scheduler.ListJobs', { parent: place }, place, 'cloudscheduler.jobs.list'],
  ['scheduler.UpdateJob', { job: { name: job } }, job, 'cloudscheduler.jobs.update'],
  ['scheduler.GetJob', { name: job }, job, 'cloudscheduler.jobs.get'],
  ['scheduler.DeleteJob', { name: job }, job, 'cloudscheduler.jobs.delete'],
  ['scheduler.PauseJob', { name: job }, job, 'cloudscheduler.jobs.pause'],
  ['scheduler.ResumeJob', { name: job }, job, 'cloudscheduler.jobs.enable'],
  ['scheduler.RunJob', { name: job }, job, 'cloudscheduler.jobs.run'],
];

test('each call needs the permission that Google documents for it, on the resource that it names', () => {
  for (const [call, request, on, ...needed] of documented)
    expect([call, needs[call]?.(request)]).toEqual([call, needed.map((permission) => ({ permission, on }))]);
  // Subscribing needs two: one where the subscription is made, one of the topic.
  const elsewhere = { name: subscription, topic: 'projects/q/topics/t' };
  expect(needs['pubsub.CreateSubscription']?.(elsewhere)).toEqual([
    { permission: 'pubsub.subscriptions.create', on: 'projects/p' },
    { permission: 'pubsub.topics.attachSubscription', on: 'projects/q/topics/t' },
  ]);
});

test('every call that the local cloud serves says what it needs', () => {
  const { firestore, pubsub, monitoring } = cloud;
  const served = [firestore.handlers, ...pubsub.handlers, ...monitoring.handlers].flatMap((each) =>
    Object.keys({ ...each.unary, ...each.streaming }).map((method) => `${each.service}.${method}`),
  );
  expect(served.filter((call) => !Object.hasOwn(needs, call))).toEqual([]);
  // Each is in the table above, but for those that need what depends on the writes, and those that need two things.
  const tried = [...documented.map(([call]) => call), 'firestore.Commit', 'firestore.BatchWrite'];
  expect(served.filter((call) => ![...tried, 'pubsub.CreateSubscription'].includes(call))).toEqual([]);
  expect(served.length).toBeGreaterThan(40);
});

test('programs that name no account are the owner, as emulators have it', async () => {
  await firestoreAs().doc('rooms/four').set({});
  // Other clients' emulators send a token that is no account.
  const other = new Firestore({
    ...noCredentials,
    projectId: project,
    host: `127.0.0.1:${cloud.port}`,
    ssl: false,
    customHeaders: { Authorization: 'Bearer ya29.a0token' },
  });
  closing.push(() => other.terminate());
  await other.doc('rooms/four').delete();
});
