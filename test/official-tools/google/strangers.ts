/** What others have in the project before Metronome comes: on names that it uses as well, and beside what it shares with them. */
import { type Project, projectId, type Resource, region } from './project.ts';

const of = `projects/${projectId}`;
const here = `${of}/locations/${region}`;
const database = `${of}/databases/(default)`;

/** Things of their own, by their full names. */
const things: Readonly<Record<string, Resource>> = {
  [database]: { name: database, type: 'FIRESTORE_NATIVE', locationId: region, uid: 'theirs' },
  [`${database}/collectionGroups/contacts/indexes/1`]: {
    name: `${database}/collectionGroups/contacts/indexes/1`,
    queryScope: 'COLLECTION',
    fields: [
      { fieldPath: 'name', order: 'ASCENDING' },
      { fieldPath: 'age', order: 'DESCENDING' },
    ],
    state: 'READY',
  },
  [`${database}/collectionGroups/updates/fields/expireAt`]: {
    name: `${database}/collectionGroups/updates/fields/expireAt`,
    indexConfig: { indexes: [] },
  },
  [`${of}/databases/ledger`]: { name: `${of}/databases/ledger`, type: 'DATASTORE_MODE', locationId: region },
  [`${of}/databases/far`]: { name: `${of}/databases/far`, type: 'FIRESTORE_NATIVE', locationId: 'us-central1' },
  [`${of}/rulesets/theirs`]: {
    name: `${of}/rulesets/theirs`,
    source: {
      files: [{ name: 'firestore.rules', content: 'service cloud.firestore { match /shops/{s} { allow read; } }' }],
    },
  },
  [`${of}/releases/cloud.firestore`]: {
    name: `${of}/releases/cloud.firestore`,
    rulesetName: `${of}/rulesets/theirs`,
    createTime: '2026-01-01T00:00:00Z',
  },
  [`${of}/topics/orders`]: { name: `${of}/topics/orders`, labels: { team: 'shop' } },
  [`${of}/subscriptions/orders`]: {
    name: `${of}/subscriptions/orders`,
    topic: `${of}/topics/orders`,
    pushConfig: { pushEndpoint: 'https://shop-424242424242.us-central1.run.app/orders' },
  },
  [`${here}/services/shop`]: { metadata: { name: 'shop', labels: {} }, status: {} },
  [`${here}/jobs/nightly`]: {
    name: `${here}/jobs/nightly`,
    schedule: '0 3 * * *',
    state: 'PAUSED',
    pubsubTarget: { topicName: `${of}/topics/orders` },
  },
  [`${of}/notificationChannels/theirs`]: {
    name: `${of}/notificationChannels/theirs`,
    type: 'email',
    labels: { email_address: 'shop@shop.example' },
  },
  [`${of}/alertPolicies/theirs`]: {
    name: `${of}/alertPolicies/theirs`,
    displayName: 'theirs',
    enabled: false,
    conditions: [],
    notificationChannels: [`${of}/notificationChannels/theirs`],
  },
  [`${of}/uptimeCheckConfigs/theirs`]: {
    name: `${of}/uptimeCheckConfigs/theirs`,
    displayName: 'theirs',
    monitoredResource: { type: 'uptime_url', labels: { host: 'shop.example' } },
  },
  [`${of}/dashboards/theirs`]: { name: `${of}/dashboards/theirs`, displayName: 'Metronome', etag: 'theirs' },
  'projects/424242424242/secrets/theirs': {
    name: 'projects/424242424242/secrets/theirs',
    replication: { automatic: {} },
  },
  [`${of}/serviceAccounts/shop@${projectId}.iam.gserviceaccount.com`]: {
    name: `${of}/serviceAccounts/shop@${projectId}.iam.gserviceaccount.com`,
    email: `shop@${projectId}.iam.gserviceaccount.com`,
  },
};

const exclusion = { name: 'theirs', filter: 'severity<ERROR' };
const cleanup = { id: 'theirs', action: 'DELETE', condition: { tagState: 'UNTAGGED', olderThan: '3600s' } };
const rule = { action: { type: 'Delete' }, condition: { age: 3, matchesPrefix: ['theirs/'] } };
const binding = {
  role: 'roles/viewer',
  members: ['user:lead@shop.example'],
  condition: { title: 'this year', expression: 'request.time < timestamp("2027-01-01T00:00:00Z")' },
};
const repository = `${here}/repositories/cloud-run-source-deploy`;
const bucket = `run-sources-${projectId}-${region}`;

export function moveIn(project: Project): void {
  for (const [name, each] of Object.entries(things)) project.resources.set(name, structuredClone(each));
  for (const api of ['firestore', 'firebaserules', 'pubsub', 'cloudscheduler', 'monitoring', 'run', 'iam', 'logging'])
    project.services.add(`${api}.googleapis.com`);
  for (const api of ['artifactregistry', 'storage', 'secretmanager']) project.services.add(`${api}.googleapis.com`);
  project.get(`${of}/sinks/_Default`).exclusions = [exclusion];
  project.resources.set(repository, { name: repository, format: 'DOCKER', cleanupPolicies: { theirs: cleanup } });
  project.resources.set(`bucket/${bucket}`, {
    kind: 'storage#bucket',
    id: bucket,
    name: bucket,
    metageneration: '1',
    projectNumber: '424242424242',
    lifecycle: { rule: [rule] },
  });
  project.setPolicy(of, { ...project.policyOf(of), bindings: [binding] });
  project.setPolicy(`${of}/topics/orders`, { bindings: [{ role: 'roles/pubsub.publisher', members: ['allUsers'] }] });
}

/** gcloud writes a policy back with its keys in another order. */
const inOrder = (_: string, value: Resource): Resource =>
  value && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value as object).toSorted(([one], [other]) => (one < other ? -1 : 1)))
    : value;

/** All of theirs as it is now, in text: the same before and after, byte for byte. */
export function theirsIn(project: Project): string {
  const theirOwn = Object.keys(things).map((name) => [name, project.resources.get(name) ?? 'gone']);
  const shared = [
    project.get(`${of}/sinks/_Default`).exclusions.filter((each: { name: string }) => each.name === 'theirs'),
    project.get(repository).cleanupPolicies.theirs,
    project.get(`bucket/${bucket}`).lifecycle.rule.filter((each: typeof rule) => each.condition.age === 3),
    project.policyOf(of).bindings?.filter(({ role }) => role === binding.role),
    project.policyOf(`${of}/topics/orders`),
  ];
  return JSON.stringify([theirOwn, shared], inOrder, 1);
}
