/** Releases on a project that is provisioned, one after another, by the real gcloud against the stand-in: good, bad and repeated. */
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { topics } from '../../functions/topology.ts';
import { accounts, apis, cloudBuildAccounts, emailOf, secretId } from '../../infra/provision/accounts.ts';
import { runTool } from '../../infra/provision/gcloud.ts';
import { functions, schedules, secretNames } from '../../infra/topology.ts';
import { deploy } from './deploying.ts';
import { type LoadedGcloud, loadGcloud, noGcloud, sdk } from './gcloud.ts';
import { type Doors, openDoors } from './google/doors.ts';
import type { Google } from './google/google.ts';
import { Project, projectId, projectNumber, type Resource, region } from './google/project.ts';
import { serveProject } from './google/whole.ts';
import { toolEnvironment } from './tools.ts';

const minute = 60_000;
const of = `projects/${projectId}`;
const project = new Project();
let google: Google;
let loaded: LoadedGcloud;
let doors: Doors;

/** What provisioning makes, as far as a deployment meets it. */
function provision(): void {
  for (const [name] of apis) project.services.add(name);
  for (const { id } of [...accounts, ...cloudBuildAccounts]) {
    const email = emailOf(id, projectId);
    project.resources.set(`${of}/serviceAccounts/${email}`, { name: `${of}/serviceAccounts/${email}`, email });
  }
  const createTime = new Date(project.now).toISOString();
  for (const name of secretNames) {
    const secret = `projects/${projectNumber}/secrets/${secretId(name)}`;
    const version = `${secret}/versions/1`;
    const payload = Buffer.from('secret').toString('base64');
    project.resources.set(secret, { name: secret, createTime, replication: { automatic: {} } });
    project.resources.set(version, { name: version, state: 'ENABLED', createTime, payload });
    const readers = functions.filter(({ secrets }) => secrets.includes(name));
    const members = readers.map(({ service }) => `serviceAccount:${emailOf(service, projectId)}`);
    project.setPolicy(secret, { bindings: [{ role: 'roles/secretmanager.secretAccessor', members }] });
  }
  for (const topic of Object.values(topics)) project.resources.set(`${of}/topics/${topic}`, { name: topic });
  for (const { name, topic } of schedules) {
    const job = `${of}/locations/${region}/jobs/${name}`;
    const pubsubTarget = { topicName: `${of}/topics/${topic}` };
    project.resources.set(job, { name: job, pubsubTarget, state: 'PAUSED' });
  }
  project.resources.set(`${of}/databases/(default)`, { name: `${of}/databases/(default)`, type: 'FIRESTORE_NATIVE' });
  const rulesetName = `${of}/rulesets/ours`;
  const content = '// Metronome: every client is denied.';
  project.resources.set(rulesetName, { name: rulesetName, source: { files: [{ content }] } });
  project.resources.set(`${of}/releases/cloud.firestore`, { name: `${of}/releases/cloud.firestore`, rulesetName });
}

beforeAll(async () => {
  if (!sdk) return;
  google = await serveProject(project);
  Object.assign(process.env, toolEnvironment(google.url));
  loaded = await loadGcloud(process.env);
  Object.assign(process.env, loaded.environment);
  process.env.PATH = `${loaded.bin}:${process.env.PATH}`;
  provision();
  doors = openDoors(project);
}, 2 * minute);
beforeEach(() => {
  if (!sdk) return;
  doors.breaks = () => false;
  doors.visits.length = 0;
  project.writesGauges = true;
});
afterAll(async () => {
  doors?.close();
  loaded?.stop();
  await google?.stop();
  if (sdk) rmSync(dirname(process.env.CLOUDSDK_CONFIG ?? ''), { recursive: true, force: true });
});

/** An image that was built elsewhere. */
function imageOf(release: string): string {
  const image = `${region}-docker.pkg.dev/staging/cloud-run-source-deploy/metronome@sha256:${release.repeat(64)}`;
  project.resources.set(`image/${image}`, {});
  return image;
}
const release = (digit: string, configuration: object = {}) =>
  deploy(project, configuration, '--image', imageOf(digit));

const serviceOf = (service: string): Resource => project.get(`${of}/locations/${region}/services/${service}`);
const servingRevision = (service: string): Resource => {
  const { revisionName } = serviceOf(service).status.traffic.find((each: Resource) => each.percent === 100);
  return project.get(`${of}/locations/${region}/revisions/${revisionName}`);
};
const containerOf = (service: string): Resource => servingRevision(service).template.spec.containers[0];
const variablesOf = (service: string): Record<string, string> =>
  Object.fromEntries(containerOf(service).env.map((each: Resource) => [each.name, each.value]));
/** The digits of the images that serve, and the releases that do: one each, where they are of one release. */
const serving = () => ({
  images: [...new Set(functions.map(({ service }) => containerOf(service).image.at(-1)))],
  releases: new Set(functions.map(({ service }) => servingRevision(service).name.slice(service.length + 1))).size,
});
/** Whether the gauges are written is up to the image of their function that serves. */
const gaugesNeed = (digit: string) => {
  const { publish } = Project.prototype;
  project.publish = (topic) => {
    project.writesGauges = containerOf('metronome-gauges').image.endsWith(digit);
    publish.call(project, topic);
  };
};

describe.skipIf(!sdk)('releases', () => {
  test('the first: every service is the function that it says, by one image, and is started', {
    timeout: 10 * minute,
  }, async () => {
    const configuration = {
      environment: { ZENDESK_SUBDOMAIN: 'shop' },
      console: ['group:support@shop.example'],
      minInstances: { slack: 1 },
    };
    const { code, output } = await release('a', configuration);
    expect(code, output).toBe(0);
    expect(google.unknown).toEqual([]);
    expect(serving()).toEqual({ images: ['a'], releases: 1 });
    for (const { name, service } of functions) {
      expect(variablesOf(service)).toMatchObject({ FUNCTION_TARGET: name, GOOGLE_CLOUD_PROJECT: projectId });
      expect(servingRevision(service).template.metadata.annotations['run.googleapis.com/base-images']).toBe(
        '{"":"nodejs24"}',
      );
      expect(servingRevision(service).template.metadata.annotations['autoscaling.knative.dev/minScale']).toBe(
        undefined,
      );
    }
    expect(serviceOf('metronome-slack').metadata.annotations['run.googleapis.com/minScale']).toBe('1');
    // The drill went to the candidates, then to what serves; a page was opened at each.
    expect(doors.visits.map(({ service, tag }) => `${tag ?? 'serving'} ${service}`)).toEqual(
      ['candidate', 'serving'].flatMap((tag) =>
        ['tickets', 'api', 'console', 'api'].map((each) => `${tag} metronome-${each}`),
      ),
    );
    expect(project.under(`${of}/locations/${region}/jobs/`).map(({ state }) => state)).toEqual(
      schedules.map(() => 'ENABLED'),
    );
  });

  const configuration = { environment: { ZENDESK_SUBDOMAIN: 'shop' }, minInstances: { slack: 1 } };

  test('one that would lose a variable is refused by its name, and nothing changes', {
    timeout: 5 * minute,
  }, async () => {
    const since = google.calls.length;
    const { code, output } = await release('b', { minInstances: { slack: 1 } });
    expect([code, output]).toEqual([1, expect.stringContaining('ZENDESK_SUBDOMAIN=shop (metronome-tickets, ')]);
    const changes = google.calls
      .slice(since)
      .filter(({ method, path }) => method !== 'GET' && !path.startsWith('/oauth2'));
    expect(changes).toEqual([]);
  });

  test('one whose page fails at the tag moves no traffic', { timeout: 5 * minute }, async () => {
    doors.breaks = ({ image, path }) => image.endsWith('b') && path.startsWith('/console/');
    const { code, output } = await release('b', configuration);
    expect([code, output]).toEqual([
      1,
      expect.stringContaining(
        `No traffic was moved: ${functions.length} of ${functions.length} services still serve the previous release.`,
      ),
    ]);
    expect(output).toContain('The page of inc_1 answered 500: broken');
    expect(serving()).toEqual({ images: ['a'], releases: 1 });
    expect(new Set(doors.visits.map(({ tag }) => tag))).toEqual(new Set(['candidate']));
  });

  test('one that fails once it serves goes back, and so does the same one deployed again', {
    timeout: 10 * minute,
  }, async () => {
    gaugesNeed('a');
    for (const _ of [1, 2]) {
      const { code, output } = await release('c', configuration);
      expect([code, output]).toEqual([1, expect.stringContaining('The deployment was rolled back.')]);
      expect(output).toContain('No gauge was written within 15 minutes');
      expect(serving()).toEqual({ images: ['a'], releases: 1 });
    }
  });

  test('one that was rolled back halfway goes back everywhere', { timeout: 5 * minute }, async () => {
    // As a deployment that was ended while it moved traffic leaves it.
    const bad = Object.values<Resource>(Object.fromEntries(project.resources)).filter((each) =>
      each.template?.spec.containers[0].image.endsWith('c'),
    );
    for (const { name, service } of bad.filter((each) => each.service < 'metronome-n')) {
      for (const traffic of [serviceOf(service).spec.traffic, serviceOf(service).status.traffic]) {
        for (const each of traffic) if (each.percent === 100) each.revisionName = name;
      }
    }
    expect(serving().images.toSorted()).toEqual(['a', 'c']);
    const { code, output } = await deploy(project, configuration, '--only', 'rollback');
    expect(code, output).toBe(0);
    expect(serving()).toEqual({ images: ['a'], releases: 1 });
  });

  test('the next is good, reads a rotated secret by its number, and can be left for an earlier one', {
    timeout: 10 * minute,
  }, async () => {
    const earlier = servingRevision('metronome-tickets').name.slice('metronome-tickets-'.length);
    await runTool('gcloud', ['secrets', 'versions', 'add', secretId('TICKETS_TOKEN'), '--data-file=-'], 'new,old');
    gaugesNeed('d');
    const { code, output } = await release('d', configuration);
    expect(code, output).toBe(0);
    expect(serving()).toEqual({ images: ['d'], releases: 1 });
    const key = () =>
      containerOf('metronome-tickets').env.find((each: Resource) => each.name === 'TICKETS_TOKEN').valueFrom
        .secretKeyRef.key;
    expect(key()).toBe('2');
    const back = await deploy(project, configuration, '--only', 'rollback', '--release', earlier);
    expect(back.code, back.output).toBe(0);
    // The revision before reads what it read.
    expect([serving(), key()]).toEqual([{ images: ['a'], releases: 1 }, '1']);
    expect(google.unknown).toEqual([]);
  });

  test('a stranger’s service of one of our names stops it', { timeout: 5 * minute }, async () => {
    const key = `${of}/locations/${region}/services/metronome-api`;
    const ours = project.get(key);
    project.resources.set(key, { ...ours, metadata: { ...ours.metadata, labels: {} } });
    const { code, output } = await release('e', configuration);
    expect([code, output]).toEqual([1, expect.stringContaining('they belong to another system: metronome-api')]);
    project.resources.set(key, ours);
    expect(serving()).toEqual({ images: ['a'], releases: 1 });
  });
});

test('whether it ran', ({ skip }) => {
  skip(!sdk, noGcloud);
  expect(sdk).toBeDefined();
});
