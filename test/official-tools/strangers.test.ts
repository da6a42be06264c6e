/** A project that others live in, by the real tools: all that Metronome needs is made, and theirs stays byte for byte. */
import { deepEqual, equal } from 'node:assert/strict';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { NotReady } from '../../infra/provision/preflight.ts';
import { functions } from '../../infra/topology.ts';
import { noGcloud, sdk } from './gcloud.ts';
import { type Google, Refusal } from './google/google.ts';
import { Project, projectId, region } from './google/project.ts';
import { moveIn, theirsIn } from './google/strangers.ts';
import { type Choices, changed, changes, provision, startTools } from './on-project.ts';
import { run } from './tools.ts';

const minute = 60_000;
const of = `projects/${projectId}`;
const project = new Project();
let google: Google;
let stop: () => Promise<void>;
let before: string;

beforeAll(async () => {
  if (!sdk) return;
  ({ google, stop } = await startTools(project));
  moveIn(project);
  before = theirsIn(project);
}, 2 * minute);
afterEach(() => {
  if (!sdk) return;
  equal(theirsIn(project), before);
  deepEqual(google.unknown, []);
});
afterAll(() => stop?.());

/** @returns why it did not begin */
async function refused(choices: Choices): Promise<string[]> {
  const since = google.calls.length;
  const error = await provision(project, choices).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(NotReady);
  expect(changes(google, since)).toEqual([]);
  return (error as NotReady).reasons;
}

describe.skipIf(!sdk)('where others live', () => {
  const firestore = ['Firestore', 'Rules, indexes, TTL'];
  test.each(
    Object.entries<Choices>({
      '^database \\(default\\): it lacks Metronome’s rules and has rules of its own, .*--database metronome': {},
      '^database bare: .* has collections such as shops, indexes, so': { database: 'bare' },
      '^database ledger: it is in Datastore mode': { database: 'ledger', takesDatabase: true },
      '^database far: it is in us-central1, and the region is asia-north': { database: 'far' },
    }),
  )('nothing is made there, since: %s', async (why, choices) => {
    const name = `${of}/databases/bare`;
    const asMade = {
      pointInTimeRecoveryEnablement: 'POINT_IN_TIME_RECOVERY_ENABLED',
      deleteProtectionState: 'DELETE_PROTECTION_ENABLED',
    };
    const index = `${name}/collectionGroups/shops/indexes/1`;
    project.resources.set(name, { name, type: 'FIRESTORE_NATIVE', locationId: region, ...asMade });
    project.resources.set(index, { name: index, fields: [] });
    project.write(name, 'shops/1', {});
    onTestFinished(() => {
      for (const each of [name, index]) project.resources.delete(each);
      project.write(name, 'shops/1', undefined);
    });
    expect(await refused({ ...choices, only: firestore })).toEqual([expect.stringMatching(why)]);
  });

  test('all of it is made, whatever Google answers on the way', { timeout: 20 * minute }, async () => {
    const answer = (status: number, code: string, message: string) => new Refusal(status, code, message);
    const unavailable = answer(503, 'UNAVAILABLE', 'The service is currently unavailable.');
    const busy = answer(409, 'ABORTED', 'Too many concurrent edits to the project configuration. Please try again.');
    const changing = answer(409, 'ABORTED', 'Please retry, underlying data changed');
    const quota = answer(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded for quota metric “Write requests”.');
    const faults = [
      { method: 'PATCH', path: /\/databases\/metronome\/.*\/fields\//, times: 3, refusal: changing },
      { method: 'POST', path: /\/alertPolicies$/, times: 2, refusal: busy },
      { method: 'POST', path: /\/alertPolicies$/, times: 1, refusal: unavailable, isDone: true },
      { method: 'POST', path: /\/notificationChannels$/, times: 1, refusal: unavailable, isDone: true },
      { method: 'POST', path: /\/uptimeCheckConfigs$/, times: 1, refusal: unavailable, isDone: true },
      { method: 'POST', path: /\/jobs$/, times: 1, refusal: unavailable, isDone: true },
      { method: 'POST', path: /\/jobs\/[^/]+:pause$/, times: 1, refusal: quota },
      { method: 'PUT', path: /\/topics\//, times: 2, refusal: quota },
      { method: 'POST', path: /\/secrets$/, times: 1, refusal: busy, isDone: true },
      { method: 'POST', path: /:addVersion$/, times: 1, refusal: changing },
      { method: 'POST', path: /\/serviceAccounts$/, times: 1, refusal: changing },
      { method: 'POST', path: /\/databases$/, times: 1, refusal: changing, isDone: true },
    ];
    project.faults.push(...faults);
    project.accountLagMs = minute;
    const mine = { database: 'metronome' };
    await provision(project, mine);
    expect(faults.filter(({ times }) => times > 0)).toEqual([]);
    const refusals = google.calls.filter(({ path, status }) => status === 403 && /\/subscriptions\//.test(path));
    expect(refusals.length).toBeGreaterThan(0);
    // Nothing was made twice, and nothing was left half made.
    for (const kind of ['alertPolicies', 'notificationChannels', 'uptimeCheckConfigs', 'dashboards']) {
      const keys = project.under(`${of}/${kind}/`).map((each) => JSON.stringify(each.userLabels ?? each.labels));
      expect(keys.toSorted()).toEqual([...new Set(keys)].toSorted());
    }
    const states = project.under(`${of}/locations/${region}/jobs/`).map(({ state }) => state);
    expect(states).toEqual(['PAUSED', 'PAUSED', 'PAUSED', 'PAUSED']);
    const secrets = project.under('projects/424242424242/secrets/').map(({ name }) => name as string);
    expect(secrets.filter((name) => project.under(`${name}/versions/`).length !== 1)).toEqual([
      'projects/424242424242/secrets/theirs',
    ]);
    expect(changed(await provision(project, mine))).toEqual([]);
  });

  test('as it is typed: each reason at once, none of it begun, and it ends with 1', {
    timeout: 10 * minute,
  }, async () => {
    project.orgPolicies.set('run.managed.requireInvokerIam', [{ enforce: true }]);
    project.orgPolicies.set('run.allowedIngress', [{ values: { allowedValues: ['internal'] } }]);
    project.orgPolicies.set('gcp.resourceLocations', [{ values: { allowedValues: ['in:asia-locations'] } }]);
    onTestFinished(() => project.orgPolicies.clear());
    const since = google.calls.length;
    const typed = ['--project', projectId, '--region', 'us-central1', '--database', 'ledger'];
    const { code, output } = await run('infra/provision.ts', typed, process.env);
    expect(output).toContain('Nothing was changed.');
    const reasons = output.slice(output.indexOf('Nothing was changed.')).split('\n').slice(1, -1);
    const pushes = project.under(`${of}/subscriptions/`).length - 1;
    const doors = functions.filter(({ trigger }) => trigger === 'public').length;
    const expected = [
      `  - region us-central1: Metronome is in ${region}: ${pushes} push endpoints and ${doors} uptime checks would move.`,
      '  - policy run.managed.requireInvokerIam: the organisation forbids',
      '  - policy run.allowedIngress: the organisation forbids ingress “all”',
      '  - policy gcp.resourceLocations: the organisation forbids resources in us-central1',
      '  - policy gcp.resourceLocations: the organisation forbids secrets outside of regions',
      '  - database ledger: it is in Datastore mode',
    ];
    expect([code, reasons.map((each, index) => each.slice(0, expected[index]?.length))]).toEqual([1, expected]);
    expect(changes(google, since)).toEqual([]);
  });
});

test('whether it ran', ({ skip }) => {
  skip(!sdk, noGcloud);
  expect(sdk).toBeDefined();
});
