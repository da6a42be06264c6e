/** A project from nothing to deployed and back, by the real gcloud and firebase-tools, against the stand-in. */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { dashboard } from '../../infra/provision/dashboard.ts';
import { takeDown } from '../../infra/provision/destroy.ts';
import { enable } from '../../infra/provision/enable.ts';
import { NotReady } from '../../infra/provision/preflight.ts';
import { functions, secretNames } from '../../infra/topology.ts';
import { deploy, dist } from './deploying.ts';
import { noGcloud, sdk } from './gcloud.ts';
import { openDoors } from './google/doors.ts';
import type { Google } from './google/google.ts';
import { Project, projectId, projectNumber, type Resource, region } from './google/project.ts';
import {
  type Choices,
  changed,
  changes as changesOf,
  gcloud,
  provision as provisionOn,
  startTools,
} from './on-project.ts';

const minute = 60_000;
const of = `projects/${projectId}`;
const project = new Project();
let google: Google;
let stop: (() => Promise<void>) | undefined;
beforeAll(async () => {
  if (sdk) ({ google, stop } = await startTools(project));
}, 2 * minute);
afterAll(() => stop?.());

const provision = (choices?: Choices) => provisionOn(project, choices);
const changes = (since: number): string[] => changesOf(google, since);

const named = (kind: string, displayName: string) =>
  project.under(`${of}/${kind}/`).find((each) => each.displayName === displayName);

describe.skipIf(!sdk)('the real tools, on a project', () => {
  test('an empty project gets all of it, though Google is slow to know a metric', {
    timeout: 20 * minute,
  }, async () => {
    const steps = await provision();
    expect(steps.filter(({ action }) => action === 'keep').map(({ kind }) => kind)).toEqual(['API', 'API']);
    expect(google.unknown).toEqual([]);
    const refused = google.calls.filter(({ path, status }) => status === 404 && /alertPolicies/.test(path));
    expect(refused.length).toBeGreaterThan(0);
    // Whatever gcloud takes for true: the exclusion works.
    const [exclusion] = project.get(`${of}/sinks/_Default`).exclusions;
    expect(exclusion).toMatchObject({ name: 'metronome-refusals' });
    expect(exclusion.disabled ?? false).toBe(false);
    // Through gcloud's own messages, nothing of the dashboard was lost.
    expect(named('dashboards', 'Metronome')).toMatchObject(dashboard());
    expect(project.resources.has(`${of}/serviceAccounts/metronome-deploy@${projectId}.iam.gserviceaccount.com`)).toBe(
      false,
    );
  });

  test('a second run keeps everything, and no call changes anything', { timeout: 10 * minute }, async () => {
    const since = google.calls.length;
    expect(changed(await provision())).toEqual([]);
    expect(changes(since)).toEqual([]);
  });

  test('nothing ticks or alerts until it is started', async () => {
    const states = () => [
      ...new Set(project.under(`${of}/locations/${region}/jobs/`).map((each) => each.state)),
      ...new Set(project.under(`${of}/alertPolicies/`).map((each) => each.enabled)),
    ];
    expect(states()).toEqual(['PAUSED', false]);
    await enable(gcloud, region, { say: () => undefined, pause: async () => undefined });
    expect(states()).toEqual(['ENABLED', true]);
    expect(google.unknown).toEqual([]);
  });

  test('what was changed by hand is mended, and nothing else is touched', { timeout: 10 * minute }, async () => {
    const subscription = project.get(`${of}/subscriptions/ticket-events`);
    subscription.ackDeadlineSeconds = 10;
    project.get(`${of}/locations/${region}/jobs/minute-tick`).state = 'PAUSED';
    named('alertPolicies', 'Metronome: no gauges').severity = 'WARNING';
    named('uptimeCheckConfigs', 'metronome-alerts').period = '60s';
    project.get(`${of}/sinks/_Default`).exclusions[0].disabled = true;
    const images = project.get(`${of}/locations/${region}/repositories/cloud-run-source-deploy`);
    const theirs = { id: 'theirs', action: 'DELETE', condition: { tagState: 'UNTAGGED' } };
    const ours = images.cleanupPolicies['metronome-old'];
    images.cleanupPolicies = { theirs, 'metronome-old': { ...ours, condition: { tagState: 'ANY', olderThan: '1s' } } };
    const sources = project.get(`bucket/run-sources-${projectId}-${region}`);
    const theirRule = { action: { type: 'Delete' }, condition: { age: 3, matchesPrefix: ['theirs/'] } };
    sources.lifecycle = { rule: [theirRule] };
    const policy = project.policyOf(of);
    const bindings = policy.bindings?.filter(({ role }) => role !== 'roles/run.builder') ?? [];
    project.setPolicy(of, { ...policy, bindings });
    expect(changed(await provision())).toEqual([
      'update subscription ticket-events',
      'create grant roles/run.builder on the project to metronome-build',
      'update schedule minute-tick',
      'update exclusion metronome-refusals',
      'update cleanup of images after 30 days',
      `update bucket run-sources-${projectId}-${region}`,
      'update uptime check alerts',
      'update alert policy gauges-absent',
    ]);
    expect(project.get(`${of}/sinks/_Default`).exclusions[0].disabled ?? false).toBe(false);
    const cleaned = project.get(`${of}/locations/${region}/repositories/cloud-run-source-deploy`).cleanupPolicies;
    expect(cleaned).toMatchObject({ theirs, 'metronome-old': ours });
    const { rule } = project.get(`bucket/run-sources-${projectId}-${region}`).lifecycle;
    expect(rule).toEqual([theirRule, expect.objectContaining({ condition: expect.objectContaining({ age: 30 }) })]);
    expect(changed(await provision())).toEqual([]);
  });

  test('what is somebody else’s is refused, and nothing changes', { timeout: 10 * minute }, async () => {
    const topic = project.get(`${of}/topics/notifications`);
    const { labels } = topic;
    delete topic.labels;
    const ruleset = project.get(project.get(`${of}/releases/cloud.firestore`).rulesetName);
    const own = ruleset.source.files[0].content;
    onTestFinished(() => {
      ruleset.source.files[0].content = own;
      topic.labels = labels;
    });
    ruleset.source.files[0].content =
      'service cloud.firestore { match /shops/{s} { allow read: if request.auth != null; } }';
    const since = google.calls.length;
    const error = await provision().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NotReady);
    expect((error as NotReady).reasons.map((each) => each.slice(0, 20))).toEqual([
      'topic notifications:',
      'database (default): ',
    ]);
    expect((error as NotReady).reasons[1]).toContain('--take-database');
    expect(changes(since)).toEqual([]);
  });

  test('beside rules of somebody else it has a database of its own', async () => {
    const released = `${of}/releases/cloud.firestore`;
    const ours = project.resources.get(released);
    onTestFinished(() => void (ours ? project.resources.set(released, ours) : project.resources.delete(released)));
    const content = 'service cloud.firestore { match /shops/{s} { allow read: if request.auth != null; } }';
    const theirs = { name: `${of}/rulesets/theirs`, source: { files: [{ name: 'firestore.rules', content }] } };
    project.resources.set(theirs.name, theirs);
    const createTime = new Date(project.now).toISOString();
    project.resources.set(released, { name: released, rulesetName: theirs.name, createTime });
    const beside = { database: 'metronome', only: ['APIs', 'Firestore', 'Rules, indexes, TTL'] };
    await provision(beside);
    expect(google.unknown).toEqual([]);
    const made = project.get(`${of}/databases/metronome`);
    expect(made).toMatchObject({ locationId: region, pointInTimeRecoveryEnablement: 'POINT_IN_TIME_RECOVERY_ENABLED' });
    const ruleset = project.get(project.get(`${released}/metronome`).rulesetName);
    expect(ruleset.source.files[0].content).toContain('allow read, write: if false');
    expect(project.get(released).rulesetName).toBe(theirs.name);
    expect(theirs.source.files[0]?.content).toBe(content);
    expect(changed(await provision(beside))).toEqual([]);
  });

  test('deployed from source: one build, every secret by its number, and nothing that was provisioned is another', {
    timeout: 20 * minute,
  }, async () => {
    // With --cloud-build, provisioning makes the account that calls and opens what was deployed.
    const deployer = `metronome-deploy@${projectId}.iam.gserviceaccount.com`;
    project.resources.set(`${of}/serviceAccounts/${deployer}`, { email: deployer });
    const doors = openDoors(project);
    onTestFinished(() => {
      doors.close();
      project.resources.delete(`${of}/serviceAccounts/${deployer}`);
      rmSync(dist, { recursive: true, force: true });
    });
    const { code, output } = await deploy(project, {});
    expect(code, output).toBe(0);
    expect(google.unknown).toEqual([]);
    const containers = functions.map(
      ({ service }) => project.get(`${of}/locations/${region}/services/${service}`).spec.template.spec.containers[0],
    );
    expect(new Set(containers.map(({ image }) => image)).size).toBe(1);
    expect(google.calls.filter(({ path }) => path.includes('/builds:submit'))).toHaveLength(1);
    const keys = containers.flatMap(({ env }) =>
      env.flatMap((each: Resource) => each.valueFrom?.secretKeyRef.key ?? []),
    );
    expect(new Set(keys)).toEqual(new Set(['1']));
    expect(changed(await provision())).toEqual([]);
  });

  test('taken down, nothing of ours calls or ticks, and what is others’ is as it was', {
    timeout: 10 * minute,
  }, async () => {
    const [channel] = project.under(`${of}/notificationChannels/`);
    project.resources.set(`${of}/alertPolicies/theirs`, {
      name: `${of}/alertPolicies/theirs`,
      displayName: 'theirs',
      notificationChannels: [channel.name, 'other'],
    });
    project.resources.set(`${of}/locations/${region}/services/api`, { metadata: { name: 'api', labels: {} } });
    project.get(`${of}/sinks/_Default`).exclusions.push({ name: 'theirs', filter: 'x' });
    const conversation = { say: () => undefined, ask: async () => projectId };
    expect(await takeDown(gcloud, region, conversation)).toBe(true);
    expect(google.unknown).toEqual([]);
    expect(project.under(`${of}/alertPolicies/`)).toEqual([
      expect.objectContaining({ displayName: 'theirs', notificationChannels: ['other'] }),
    ]);
    expect(project.under(`${of}/notificationChannels/`)).toEqual([]);
    expect(project.under(`${of}/locations/${region}/jobs/`)).toEqual([]);
    expect(project.under(`${of}/locations/${region}/services/`).map((each) => each.metadata.name)).toEqual(['api']);
    expect(project.get(`${of}/sinks/_Default`).exclusions).toEqual([{ name: 'theirs', filter: 'x' }]);
    expect(project.under(`${of}/topics/`).length).toBeGreaterThan(0);
    expect(project.under(`projects/${projectNumber}/secrets/`)).toHaveLength(secretNames.length);
  });
});

test('whether it ran', ({ skip }) => {
  skip(!sdk, noGcloud);
  expect(sdk).toBeDefined();
});
