/** The commands as somebody types them, with a gcloud on the path that answers, notes what it was told, and does nothing. */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readConfiguration } from '../../infra/deployment-file.ts';
import { apis, neededPermissions } from '../../infra/provision/accounts.ts';
import { provision as provisionCommand } from '../../infra/provision.ts';
import { schedules } from '../../infra/topology.ts';
import { keyboard, typed } from './command.ts';

const top = join(import.meta.dirname, '../..');
const directory = mkdtempSync(join(tmpdir(), 'metronome-gcloud-'));
const told = join(directory, 'told');
const settings = join(directory, 'settings');
mkdirSync(settings);
const labels = { app: 'metronome' };
const services = [
  { metadata: { name: 'metronome-tickets', labels } },
  { metadata: { name: 'metronome-api' } },
  { metadata: { name: 'their-shop' } },
];
const jobs = JSON.stringify(
  schedules.map(({ name, topic }) => ({
    name: `projects/p/locations/r/jobs/${name}`,
    pubsubTarget: { topicName: `projects/p/topics/${topic}` },
  })),
);

/** What the account may do, as Google answers; empty: nothing. */
let held: readonly string[] = [];
/** Who reached for a place of Google's, where calls go by this server as their proxy. */
let reached: string[] = [];
/** What Google's APIs were asked to make or to change. */
let written: string[] = [];
let server: Server;
beforeAll(async () => {
  writeFileSync(join(directory, 'services'), JSON.stringify(services));
  writeFileSync(
    join(directory, 'gcloud'),
    `#!/bin/sh
printf '%s\\n' "$*" >> ${told}
case "$*" in
  "auth list"*) [ -n "$NOBODY" ] && echo '[]' || echo '[{"account": "a@b.example"}]' ;;
  "auth print-access-token"*) [ -n "$NOBODY" ] || echo token ;;
  "projects describe"*) echo '{"projectNumber": "424242"}' ;;
  "services list"*) cat ${directory}/apis ;;
  "scheduler jobs list"*) echo '${jobs}' ;;
  "run services list"*) cat ${directory}/services ;;
  "secrets versions access"*) echo token ;;
  "firestore databases list"*) [ -z "$STRANGER" ] || cat ${directory}/databases ;;
  "logging sinks describe"*) echo '{}' ;;
  *) echo '[]' ;;
esac
`,
  );
  const database = { type: 'FIRESTORE_NATIVE', locationId: 'asia-northeast1' };
  const databases = ['elsewhere', 'records'].map((name) => ({ ...database, name: `projects/p/databases/${name}` }));
  writeFileSync(join(directory, 'databases'), JSON.stringify(databases));
  writeFileSync(join(directory, 'apis'), JSON.stringify(apis.map(([name]) => ({ config: { name } }))));
  writeFileSync(join(directory, 'firebase'), `#!/bin/sh\nprintf 'firebase %s\\n' "$*" >> ${told}\necho '{}'\n`);
  for (const tool of ['gcloud', 'firebase']) chmodSync(join(directory, tool), 0o755);
  // A project that holds nothing but somebody else's rules.
  const content = 'service cloud.firestore { match /{d=**} { allow read: if true; } }';
  server = createServer(({ method, url = '' }, response) => {
    if (method !== 'GET' && !url.includes(':testIamPermissions')) written.push(`${method} ${url}`);
    const ruleset = url.includes('/rulesets/') ? { source: { files: [{ content }] } } : {};
    const release = url.includes('/releases/') ? { rulesetName: 'projects/shop-incidents/rulesets/1' } : {};
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ permissions: held, ...ruleset, ...release }));
  });
  server.on('connect', ({ url = '' }, socket) => {
    reached.push(url);
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => {
  rmSync(told, { force: true });
  rmSync(join(settings, 'deployment.json'), { force: true });
  reached = [];
  written = [];
});
afterAll(() => {
  server.close();
  rmSync(directory, { recursive: true });
});

interface Ran {
  code: number | null;
  output: string;
  told: string[];
}

const inProject = ['--project', 'shop-incidents', '--region', 'asia-northeast1'];
const provision = (args: string[], keys = '', more: Record<string, string> = {}): Promise<Ran> =>
  provisionAs([...inProject, ...args], keys, more);

async function provisionAs(args: string[], keys = '', more: Record<string, string> = {}): Promise<Ran> {
  const { code, out, err } = await typed(provisionCommand, args, environment(more), keyboard(keys));
  return { code, output: out + err, told: commandsTold() };
}

const address = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const environment = (more: Record<string, string>): NodeJS.ProcessEnv => ({
  ...process.env,
  PATH: `${directory}:${process.env.PATH}`,
  // Of the shell that somebody types in: the project that is typed overrides them.
  GOOGLE_CLOUD_PROJECT: 'of-the-shell',
  CLOUDSDK_CORE_PROJECT: 'of-the-shell',
  FIREBASE_TOKEN: 'token',
  METRONOME_SETTINGS: settings,
  ...Object.fromEntries(
    ['CLOUDRESOURCEMANAGER', 'CLOUDSCHEDULER', 'FIREBASERULES', 'MONITORING', 'ORGPOLICY', 'PUBSUB', 'STORAGE'].map(
      (api) => [`CLOUDSDK_API_ENDPOINT_OVERRIDES_${api}`, `${address()}/`],
    ),
  ),
  ...more,
});

const commandsTold = (): string[] => (existsSync(told) ? readFileSync(told, 'utf8').trim().split('\n') : []);

/** In a process of its own, as somebody types it: a line that is typed does not close the keyboard, and it ends without that. */
async function run(command: string[], keys = '', more: Record<string, string> = {}): Promise<Ran> {
  const child = spawn(process.execPath, command, { cwd: top, env: environment(more) });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  if (keys.endsWith('\n')) child.stdin.write(keys);
  else child.stdin.end(keys);
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { code, output, told: commandsTold() };
}

const changes = (commands: readonly string[]): string[] =>
  commands.filter((each) =>
    /\b(?:create|enable|delete|update|add|add-iam-policy-binding|firebase deploy)\b/.test(each),
  );

test('provisioning without the permissions names all that is missing and changes nothing; a dry run shows the plan as well', async () => {
  held = neededPermissions.filter((each) => !each.startsWith('secretmanager.'));
  const [{ code, output, told: commands }, planned] = await Promise.all([provision([]), provision(['--dry-run'])]);
  expect(code).toBe(1);
  expect(output).toContain('Nothing was changed.');
  expect(output).toContain('a@b.example lacks, on shop-incidents: secretmanager.');
  expect(output).not.toContain('pubsub.topics.create');
  expect(planned.code, planned.output).toBe(0);
  expect(planned.output).toMatch(
    /^Before this can be applied:\n {2}- a@b\.example lacks, on shop-incidents: secretmanager\./,
  );
  expect(planned.output).toMatch(
    / to create, .*\n\nNothing was changed\. Run it without --dry-run to apply the plan\.\n$/,
  );
  expect([changes([...commands, ...planned.told]), written]).toEqual([[], []]);
});

describe('provisioning with the permissions', () => {
  const pager = 'projects/shop-incidents/notificationChannels/7';
  const operators = ['ops@b.example', 'boss@b.example'];
  const named = operators.flatMap((each) => ['--operator', each]);
  const all = [...named, '--pager', pager, '--keep-in-region', '--cloud-build', '--database', 'records'];

  test('stops before somebody else’s database, and shows it on a dry run; nothing is changed', async () => {
    held = neededPermissions;
    const elsewhere = { FIRESTORE_DATABASE: 'elsewhere', STRANGER: 'yes' };
    const [stopped, shown] = await Promise.all([
      provision(['--keep-in-region'], '', elsewhere),
      provision(['--dry-run', '--all', ...all], '', elsewhere),
    ]);
    expect([stopped.code, shown.code]).toEqual([1, 0]);
    expect(stopped.output).toMatch(
      /\nNothing was changed\.\n {2}- database elsewhere: it lacks Metronome’s rules and has rules of its own, .*somebody else’s/,
    );
    expect(shown.output).toContain('  x refuse database     records\n');
    // What is kept is shown where all of it is to be seen.
    expect([stopped.output, shown.output].map((each) => each.includes('= keep   API'))).toEqual([false, true]);
    // What is typed overrides what the shell has set.
    expect(shown.output).not.toContain('elsewhere');
    expect([changes([...stopped.told, ...shown.told]), written]).toEqual([[], []]);
  });

  test('does what it has shown, as it was told to, and says so', async () => {
    held = neededPermissions;
    const taken = await provision(['--dry-run', ...all, '--take-database'], '', { STRANGER: 'yes' });
    expect(taken.output).toContain('  ~ update database     records\n');
    rmSync(told);
    const { code, output, told: commands } = await provision(all);
    expect([code, output]).toEqual([0, expect.stringMatching(/\nThe project matches the topology\.\n$/)]);
    const done = changes(commands);
    for (const beginning of [
      'firestore databases create --location=asia-northeast1 --type=firestore-native --database=records ',
      'secrets create metronome-tickets-token --replication-policy=user-managed --locations=asia-northeast1 ',
      'iam service-accounts create metronome-deploy ',
      'firebase deploy --only=firestore ',
    ]) {
      expect([beginning, done.some((each) => each.startsWith(beginning))]).toEqual([beginning, true]);
    }
    for (const call of [
      'PUT /v1/projects/shop-incidents/topics/outgoing',
      'POST /v1/projects/shop-incidents/locations/asia-northeast1/jobs',
      'POST /v3/projects/shop-incidents/alertPolicies',
    ]) {
      expect([call, written.some((each) => each.startsWith(call))]).toEqual([call, true]);
    }
    // Each operator's, the door and the topic.
    expect(written.filter((each) => each.startsWith('POST') && each.includes('/notificationChannels'))).toHaveLength(4);
    expect(done.filter((each) => each.includes('of-the-shell'))).toEqual([]);
    // Its options are remembered, and so the next run needs none.
    expect(output).toContain(', to be committed: region, database, operator, pager, cloudBuild, keepInRegion.');
    const remembered = readConfiguration(settings, 'shop-incidents');
    expect(remembered).toMatchObject({ region: 'asia-northeast1', database: 'records', operator: operators, pager });
    rmSync(told);
    const again = await provisionAs(['--project', 'shop-incidents']);
    expect([again.code, again.output.includes('to be committed')]).toEqual([0, false]);
    expect(changes(again.told).filter((each) => each.startsWith('firestore databases create'))).toEqual([
      expect.stringContaining('--location=asia-northeast1 --type=firestore-native --database=records '),
      expect.stringContaining('--location=asia-northeast1 --type=firestore-native --database=records-public '),
    ]);
  });
});

test('a call that lacks the region is told how to call it and has failed, and who asks for help is told alone', async () => {
  const wrong = await provisionAs(['--project', 'shop-incidents']);
  const helped = await run(['infra/provision.ts', ...inProject, '--destroy', '--help']);
  expect([wrong.code, helped.code, helped.output]).toEqual([2, 0, wrong.output]);
  expect(wrong.output).toContain('npm run provision -- --project P [--region R]');
  expect(existsSync(told)).toBe(false);
});

describe('the plan of who has no account', () => {
  const options = ['--operator', 'ops@b.example', '--keep-in-region', '--cloud-build', '--database', 'records'];

  test('is that of an empty project, by the options as they were typed, and begins nothing', async () => {
    const nobody = { NOBODY: 'yes' };
    const [whole, bare, started, destroyed] = await Promise.all([
      provision(['--dry-run', ...options], '', nobody),
      provision(['--dry-run', '--take-database'], '', nobody),
      provision([], '', nobody),
      // What would go is nothing that could be known without one.
      provision(['--destroy', '--dry-run'], '', nobody),
    ]);
    expect([whole.code, bare.code, started.code, destroyed.code]).toEqual([0, 0, 1, 1]);
    for (const { output } of [started, destroyed]) {
      expect(output).toBe('Nothing was changed.\n  - No account. Install gcloud, then: gcloud auth login\n');
    }
    for (const [said, isBare] of [
      ['--replication-policy=user-managed --locations=asia-northeast1', false],
      ['--replication-policy=automatic', true],
      ['its messages are stored in asia-northeast1 alone', false],
      ['email: ops@b.example', false],
      ['nobody is told past Metronome itself', true],
      ['Metronome: deploys it from Cloud Build', false],
      ['--database=records', false],
      ["'--database=(default)'", true],
    ] as const) {
      expect([said, whole.output.includes(said), bare.output.includes(said)]).toEqual([said, !isBare, isBare]);
    }
    expect(whole.output).not.toContain('of-the-shell');
    expect(changes(whole.told)).toEqual([]);
  });
});

describe('taking it down', () => {
  test('shows what would go, and asks nothing, on a dry run', async () => {
    const { code, output, told: commands } = await provision(['--destroy', '--dry-run']);
    expect(code).toBe(0);
    expect(output).toContain('- delete service      metronome-tickets');
    expect(output).toMatch(/lists how each is removed for good\.\nNothing was changed\.\n$/);
    expect(changes(commands)).toEqual([]);
  });

  test.each(['', 'yes\n', 'shop-incident\n'])('changes nothing for %j', async (keys) => {
    const { code, output, told: commands } = await provision(['--destroy'], keys);
    expect(code).toBe(1);
    expect(output).toContain('That is not the project’s name. Nothing was changed.');
    expect(changes(commands)).toEqual([]);
  });

  test('deletes what is there of ours once the name is typed', async () => {
    const command = ['infra/provision.ts', ...inProject, '--destroy'];
    const { code, output, told: commands } = await run(command, 'shop-incidents\n');
    expect(code, output).toBe(0);
    expect(changes(commands).map((each) => each.replace(/ --.*/, ''))).toEqual([
      ...schedules.map(({ name }) => `scheduler jobs delete ${name}`),
      'run services delete metronome-tickets',
    ]);
  });
});
