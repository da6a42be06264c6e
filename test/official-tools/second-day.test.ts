/**
 * The second day of a project that others live in: each runbook of the documents, word for word, by the real gcloud against the stand-in,
 * one after the other. Afterwards it is looked at how the deployment is, and what is others' is as it was.
 */
import { deepEqual, equal } from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { deployFrom } from '../../infra/deploy.ts';
import { provisionIn } from '../../infra/provision.ts';
import { statusAt } from '../../infra/status.ts';
import { functions, schedules } from '../../infra/topology.ts';
import { dist } from './deploying.ts';
import { noGcloud, sdk } from './gcloud.ts';
import { type Doors, openDoors } from './google/doors.ts';
import { type Google, Refusal } from './google/google.ts';
import { Project, projectId, projectNumber, type Resource, region } from './google/project.ts';
import { moveIn, theirsIn } from './google/strangers.ts';
import { changes, startTools } from './on-project.ts';
import { filledIn, openShell, runbooksOf, type Shell } from './runbooks.ts';

const minute = 60_000;
const hour = 60 * minute;
const of = `projects/${projectId}`;
const elsewhere = 'asia-northeast2';
const project = new Project();
const runbooks = new Map([...runbooksOf('docs/how-to/operate.md'), ...runbooksOf('docs/how-to/deploy.md')]);
const played = new Set<string>();
let google: Google;
let stop: () => Promise<void>;
let doors: Doors;
let shell: Shell;
let theirs: string;

beforeAll(async () => {
  if (!sdk) return;
  ({ google, stop } = await startTools(project));
  const settings = join(process.env.CLOUDSDK_CONFIG ?? '', 'settings');
  mkdirSync(settings);
  process.env.METRONOME_SETTINGS = settings;
  const pause = async (ms: number) => project.advance(ms);
  const now = () => project.now;
  const nextSecond = () => {
    project.advance(1_000);
    return project.now;
  };
  const commands = {
    provision: provisionIn(pause),
    // Two releases of one second would have one name. One bundle will do: nothing is run of it.
    deploy: deployFrom(dist, { pause, now: () => nextSecond() }, ['notify']),
    status: statusAt(now),
  };
  shell = await openShell(commands, projectId);
  doors = openDoors(project);
  moveIn(project);
  // Who deploys: a token that is handed in by a file has no identity of its own.
  const deployer = `metronome-deploy@${projectId}.iam.gserviceaccount.com`;
  process.env.SMOKE_ACCOUNT = deployer;
  project.resources.set(`${of}/serviceAccounts/${deployer}`, { email: deployer });
  theirs = theirsIn(project);
}, 2 * minute);
afterEach(() => {
  if (!sdk) return;
  equal(theirsIn(project), theirs);
  deepEqual(google.unknown, []);
});
afterAll(async () => {
  shell?.close();
  doors?.close();
  await stop?.();
  rmSync(dist, { recursive: true, force: true });
});

/** @returns what its commands said */
async function play(commands: string): Promise<string> {
  const { code, output } = await shell.play(commands);
  expect(code, output).toBe(0);
  return output;
}

/** The commands of a runbook, with what a reader puts in. */
function runbook(name: string, own: Record<string, string> = {}): string {
  played.add(name);
  return filledIn(runbooks.get(name) ?? '', own);
}

const settled = (): Resource =>
  JSON.parse(readFileSync(join(process.env.METRONOME_SETTINGS ?? '', 'deployment.json'), 'utf8'))[projectId];
const serviceOf = (service: string, where = region): Resource =>
  project.resources.get(`${of}/locations/${where}/services/${service}`);
function serving(service: string, where = region): Resource {
  const traffic: Resource[] = serviceOf(service, where).status.traffic;
  return project.get(
    `${of}/locations/${where}/revisions/${traffic.find((each) => each.percent === 100)?.revisionName}`,
  );
}
const releaseIn = (where = region): string[] => [
  ...new Set(functions.map(({ service }) => serving(service, where).name.slice(service.length + 1))),
];
const variableOf = (service: string, name: string, where = region): Resource =>
  serving(service, where).template.spec.containers[0].env.find((each: Resource) => each.name === name);
const database = (name: string) => `${of}/databases/${name}`;
const iso = (fromNowMs: number) => new Date(project.now + fromNowMs).toISOString();
const denied = new Refusal(403, 'PERMISSION_DENIED', 'Permission monitoring.uptimeCheckConfigs.list denied.');
const contents = (name: string) => Object.fromEntries(project.documentsOf(database(name)));
const under = (kind: string) => project.under(`${of}/${kind}/`);
const policyOf = (key: string): Resource =>
  under('alertPolicies').find((each) => each.userLabels?.['metronome-policy'] === key);

/** What ticks and works, as Monitoring measures it. */
function live(): void {
  project.measure(
    'run.googleapis.com/request_count',
    ['cloud_run_revision', { service_name: 'metronome-minute-tick' }],
    1,
    {
      response_code_class: '2xx',
    },
  );
  project.publish(`${of}/topics/gauges-tick`);
}

/** @returns what somebody has to look at */
async function status(): Promise<{ attention: string[]; text: string }> {
  live();
  const since = google.calls.length;
  const { code, output } = await shell.play(`npm run status -- --project ${projectId}`);
  expect(changes(google, since)).toEqual([]);
  expect(google.calls.slice(since).filter(({ path }) => path.includes(':access'))).toEqual([]);
  const attention = output.split('\n').filter((line) => line.startsWith('  - '));
  expect(code, output).toBe(attention.length > 0 ? 1 : 0);
  return { attention, text: output };
}

describe.skipIf(!sdk)('the second day', () => {
  test('it is provisioned and deployed beside others, and needs nobody', { timeout: 30 * minute }, async () => {
    await play(
      `npm run provision -- --project ${projectId} --region ${region} --database metronome --operator you@shop.example --copy-to ${elsewhere}`,
    );
    await play(`npm run deploy -- --project ${projectId}`);
    const { attention, text } = await status();
    expect(attention).toEqual([]);
    const [release = ''] = releaseIn();
    expect(text).toContain(`${release}, made`);
    expect(text).toMatch(/version \d+\.\d+\.\d+, commit [\da-f]{40}(?:-modified)?, image sha256:/);
    expect(text).toContain('metronome in asia-northeast1; point-in-time recovery on, delete protection on');
  });

  test('how it is: what is wrong is named, and what may not be read hides nothing else', {
    timeout: 20 * minute,
  }, async () => {
    const topic = project.get(`${of}/topics/outgoing`);
    const labels = { ...topic.labels };
    const version = project.get(`projects/${projectNumber}/secrets/metronome-alerts-token/versions/1`);
    const snooze = `${of}/snoozes/1`;
    const refused = { method: 'GET', path: /\/uptimeCheckConfigs$/, times: 100, refusal: denied };
    onTestFinished(() => {
      topic.labels = labels;
      version.state = 'ENABLED';
      policyOf('backlog').enabled = true;
      project.resources.delete(snooze);
      refused.times = 0;
      project.series.length = 0;
    });
    topic.labels = {};
    version.state = 'DISABLED';
    policyOf('backlog').enabled = false;
    const interval = { startTime: iso(-hour), endTime: iso(hour) };
    const until = interval.endTime;
    project.resources.set(snooze, { name: snooze, criteria: { policies: [policyOf('many-wait').name] }, interval });
    project.faults.push(refused);
    project.measure(
      'pubsub.googleapis.com/subscription/dead_letter_message_count',
      ['pubsub_subscription', { subscription_id: 'outgoing' }],
      3,
    );
    const { attention } = await status();
    expect(attention).toEqual(
      [
        'Messages failed too often, and are in quarantine; dead letters in 7 days: 3 (outgoing 3)',
        'metronome-alerts-token has no enabled version',
        'Alert policies silenced by hand: backlog',
        `Alert policies snoozed: many-wait until ${until}`,
        '1 difference from the plan: npm run provision',
        'Region could not be read: ',
        'Uptime checks could not be read: ',
      ].map((each) => expect.stringContaining(each)),
    );
  });

  test('an upgrade: looked at, provisioned, deployed', { timeout: 30 * minute }, async () => {
    const [before] = releaseIn();
    const indexes = () => project.under(`${database('metronome')}/collectionGroups/`, /\/indexes\//);
    const all = indexes().length;
    project.resources.delete(indexes()[0].name);
    project.resources.delete(policyOf('flood').name);
    const since = google.calls.length;
    const [look = '', ...rest] = runbook('upgrade', { P: projectId }).split('\n');
    expect(await play(look)).toMatch(/create alert policy flood[\s\S]*Nothing was changed/);
    expect(changes(google, since)).toEqual([]);
    await play(rest.join('\n'));
    expect(indexes()).toHaveLength(all);
    expect(policyOf('flood')).toMatchObject({ displayName: 'Metronome: an intake endpoint is flooded' });
    expect(releaseIn()).toHaveLength(1);
    expect(releaseIn()).not.toContain(before);
  });

  test('a rollback: to the last good release, or to one that it names', { timeout: 10 * minute }, async () => {
    const [good = ''] = releaseIn();
    const said = await play(runbook('rollback', { P: projectId }));
    const named = /There are ([\w-]+), ([\w-]+)/.exec(said);
    expect([said, named?.[1]]).toEqual([expect.stringContaining(`All services already serve ${good}`), good]);
    await play(runbook('rollback-to', { P: projectId, NAME: named?.[2] ?? '' }));
    expect(releaseIn()).toEqual([named?.[2]]);
    // As a deployment that was ended halfway leaves it.
    for (const { service } of functions.slice(0, 5)) {
      for (const each of [...serviceOf(service).spec.traffic, ...serviceOf(service).status.traffic])
        if (each.percent === 100) each.revisionName = `${service}-${good}`;
    }
    expect(releaseIn()).toHaveLength(2);
    await play(runbook('rollback', { P: projectId }));
    expect(releaseIn()).toEqual([named?.[2]]);
  });

  test('a secret is rotated: both are taken, then the new one alone', { timeout: 20 * minute }, async () => {
    const secret = `projects/${projectNumber}/secrets/metronome-tickets-token/versions`;
    const payloadOf = (number: number) => Buffer.from(project.get(`${secret}/${number}`).payload, 'base64').toString();
    const old = payloadOf(1);
    await play(runbook('rotation', { P: projectId }));
    const [next] = payloadOf(2).split(',');
    expect([payloadOf(2), payloadOf(3)]).toEqual([`${next},${old}`, next]);
    expect(project.get(`${secret}/1`)).toMatchObject({ state: 'DESTROYED' });
    expect(variableOf('metronome-tickets', 'TICKETS_TOKEN').valueFrom.secretKeyRef.key).toBe('3');
  });

  test('documents as they were at a minute of the last seven days', { timeout: 10 * minute }, async () => {
    const records = database('metronome');
    project.now = Date.parse('2026-11-24T08:00:00Z');
    project.write(records, 'incidents/1', { title: 'as it was' });
    project.write(records, 'incidents/1/timeline/1', { type: 'filed' });
    project.write(records, 'contacts/1', { customer: 'store-12' });
    project.advance(2 * hour);
    project.write(records, 'incidents/1', { title: 'damaged' });
    project.write(records, 'incidents/1/timeline/1', undefined);
    project.write(records, 'incidents/2', { title: 'later' });
    await play(runbook('recovery', { P: projectId, REGION: region, "'(default)'": 'metronome' }));
    expect(contents('metronome')).toEqual({
      'incidents/1': { title: 'as it was' },
      'incidents/1/timeline/1': { type: 'filed' },
      'contacts/1': { customer: 'store-12' },
      'incidents/2': { title: 'later' },
    });
  });

  test('a backup, under another database’s name', { timeout: 30 * minute }, async () => {
    const name = `${of}/locations/${region}/backups/b-17`;
    project.resources.set(name, {
      name,
      database: database('metronome'),
      locationId: region,
      snapshotTime: iso(0),
      state: 'READY',
    });
    const before = contents('metronome');
    project.advance(hour);
    for (const path of Object.keys(before)) project.write(database('metronome'), path, undefined);
    const [list = '', ...rest] = runbook('backup', { P: projectId, REGION: region, ID: 'b-17' }).split('\n');
    expect(await play(list)).toContain(name);
    await play(rest.join('\n'));
    expect(contents('metronome-restored')).toEqual(before);
    expect(settled()).toMatchObject({ database: 'metronome-restored', region });
    expect(variableOf('metronome-tickets', 'FIRESTORE_DATABASE').value).toBe('metronome-restored');
    expect(project.get(database('metronome-restored'))).toMatchObject({
      pointInTimeRecoveryEnablement: 'POINT_IN_TIME_RECOVERY_ENABLED',
      deleteProtectionState: 'DELETE_PROTECTION_ENABLED',
    });
    const conditions = project
      .policyOf(of)
      .bindings?.filter(
        ({ role, members }) =>
          role === 'roles/datastore.user' && members.some((each) => each.includes('metronome-tickets@')),
      )
      .map(({ condition }) => (condition as { expression: string }).expression);
    expect(conditions).toContain(`resource.name == "${database('metronome-restored')}"`);
    expect((await status()).attention).toEqual([]);
  });

  test('the region is lost: Metronome carries on in another, with the records of the last export', {
    timeout: 40 * minute,
  }, async () => {
    await play(`gcloud scheduler jobs run metronome-copy --location=${region}`);
    const exported = contents('metronome-restored');
    project.advance(hour);
    project.write(database('metronome-restored'), 'incidents/3', { title: 'after the export' });
    project.lostRegions.add(region);
    const since = google.calls.length;
    const [provision = '', list = '', ...rest] = runbook('region', { P: projectId }).split('\n');
    await play(provision);
    const found = /gs:\/\/\S+-metronome-copy\/(\S+?)\/?\s/.exec(`${await play(list)}\n`)?.[1] ?? '';
    await play(filledIn(rest.join('\n'), { '2026-11-22T03:00:00_12345': found }));
    expect(google.calls.slice(since).filter(({ status: answered }) => answered === 503)).toEqual([]);
    expect(contents('metronome-osaka')).toEqual(exported);
    expect(settled()).toMatchObject({ region: elsewhere, database: 'metronome-osaka' });
    expect(settled().copyTo).toBeUndefined();
    expect(releaseIn(elsewhere)).toHaveLength(1);
    expect(variableOf('metronome-tickets', 'FIRESTORE_DATABASE', elsewhere).value).toBe('metronome-osaka');
    const pushed = under('subscriptions').flatMap(({ labels, pushConfig }) =>
      labels?.app === 'metronome' ? [pushConfig.pushEndpoint] : [],
    );
    expect(pushed.filter((each: string) => !each.includes(`.${elsewhere}.run.app/`))).toEqual([]);
    const jobs = project.under(`${of}/locations/${elsewhere}/jobs/`);
    expect(jobs.map(({ state }) => state)).toEqual(schedules.map(() => 'ENABLED'));
    expect((await status()).attention).toEqual([]);
  });

  test('the lost region is back: nothing of Metronome ticks or serves there', { timeout: 10 * minute }, async () => {
    project.lostRegions.delete(region);
    await play(runbook('old-region', { REGION: region }));
    expect(project.under(`${of}/locations/${region}/jobs/`).map(({ name }) => name)).toEqual([
      `${of}/locations/${region}/jobs/nightly`,
    ]);
    expect(project.under(`${of}/locations/${region}/services/`).map(({ metadata }) => metadata.name)).toEqual(['shop']);
    expect(project.under(`${of}/locations/${elsewhere}/services/`)).toHaveLength(functions.length);
  });

  test('taken down, then removed: what is left is what the page says', { timeout: 20 * minute }, async () => {
    await play(runbook('destroy', { P: projectId }));
    expect(project.under(`${of}/locations/${elsewhere}/services/`)).toEqual([]);
    await play(runbook('teardown', { "'(default)'": 'metronome-osaka' }));
    // Each kind that is left is on the page, and nothing of another kind.
    const left = [...project.resources.keys()].filter((name) => /metronome/.test(name));
    const kinds = left.map((name) => name.replace(/^projects\/[^/]+\//, '').split('/')[0]);
    const ofTheStandIn = ['image', 'export', 'storage'];
    expect([...new Set(kinds)].filter((kind) => !ofTheStandIn.includes(kind ?? '')).toSorted()).toEqual([
      'bucket',
      'databases',
      'metricDescriptors',
      'releases',
      'services',
    ]);
    expect(under('databases').map(({ name }) => name)).not.toContain(database('metronome-osaka'));
  });

  test('no runbook of the documents was left out', () => {
    expect([...runbooks.keys()].toSorted()).toEqual([...played].toSorted());
  });
});

test('whether it ran', ({ skip }) => {
  skip(!sdk, noGcloud);
  expect(sdk).toBeDefined();
});
