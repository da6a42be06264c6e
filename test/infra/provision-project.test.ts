/** What gcloud is asked and told, with a stub for it that answers as gcloud does. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  accounts,
  apis,
  emailOf,
  grants,
  memberOf,
  neededPermissions,
  secretId,
} from '../../infra/provision/accounts.ts';
import { databasePart } from '../../infra/provision/database.ts';
import { CommandFailed, CommandMissing, type Gcloud } from '../../infra/provision/gcloud.ts';
import { logPart } from '../../infra/provision/logs.ts';
import { activeAccount, preflight } from '../../infra/provision/preflight.ts';
import {
  accountPart,
  agentPart,
  apiPart,
  grantPart,
  newestVersion,
  secretPart,
  secretToSend,
} from '../../infra/provision/project.ts';
import { type IndexFile, missingIndexes } from '../../infra/provision/rules.ts';
import { applySteps, compare } from '../../infra/provision/step.ts';
import { secretNames } from '../../infra/topology.ts';
import { putOnThePath, type ToolsOnThePath } from './tools-on-the-path.ts';

const project = 'shop-incidents';
const number = '424242';
const region = 'asia-northeast1';

interface Told {
  args: string;
  input: string | undefined;
}

/** @param answers by the beginning of the command; what is not there does not exist */
function gcloudThat(answers: Record<string, unknown>): Gcloud & { told: Told[] } {
  const told: Told[] = [];
  const answer = (args: readonly string[]): unknown => {
    const command = args.join(' ');
    const found = Object.keys(answers).find((each) => command.startsWith(each));
    if (found === undefined) throw new Error(`NOT_FOUND: ${command}`);
    return answers[found];
  };
  return {
    project,
    told,
    run: async (args, input) => {
      told.push({ args: args.join(' '), input });
      return '';
    },
    json: async <T>(args: readonly string[]) => {
      return answer(args) as T;
    },
  };
}

const place = { projectNumber: number, database: '(default)' };
const databases = { records: '(default)', public: 'metronome-public' };
const conditionOf = (of: keyof typeof databases) => ({
  expression: `resource.name == "projects/${project}/databases/${databases[of]}"`,
});
const ofDefault = conditionOf('records').expression;

const policyOf = (of: (on: (typeof grants)[number]['on']) => boolean) => ({
  bindings: grants
    .filter((each) => of(each.on))
    .map((each) => ({
      role: each.role,
      members: [memberOf(each.to, project, number)],
      ...('database' in each.on ? { condition: conditionOf(each.on.database) } : {}),
    })),
});
const isOnProject = (on: (typeof grants)[number]['on']): boolean => 'project' in on || 'database' in on;

/** A project in which all is as it should be. */
const whole: Record<string, unknown> = {
  'services list': apis.map(([name]) => ({ config: { name } })),
  'iam service-accounts list': accounts.map(({ id }) => ({ email: emailOf(id, project) })),
  'iam service-accounts get-iam-policy': policyOf((on) => 'account' in on),
  'secrets list': secretNames.map((name) => ({ name: `projects/${number}/secrets/${secretId(name)}` })),
  'secrets get-iam-policy': policyOf((on) => 'secret' in on),
  'projects get-iam-policy': {
    bindings: [
      ...policyOf(isOnProject).bindings,
      {
        role: 'roles/pubsub.serviceAgent',
        members: [`serviceAccount:service-${number}@gcp-sa-pubsub.iam.gserviceaccount.com`],
      },
    ],
  },
  'pubsub topics get-iam-policy': policyOf((on) => 'topic' in on),
  'pubsub subscriptions get-iam-policy': policyOf((on) => 'subscription' in on),
  'firestore databases list': [
    {
      name: `projects/${project}/databases/(default)`,
      locationId: region,
      type: 'FIRESTORE_NATIVE',
      pointInTimeRecoveryEnablement: 'POINT_IN_TIME_RECOVERY_ENABLED',
      deleteProtectionState: 'DELETE_PROTECTION_ENABLED',
    },
  ],
  'firestore backups schedules list': [{ dailyRecurrence: {} }, { weeklyRecurrence: { day: 'SUNDAY' } }],
};

type Found = Record<string, string>;

/** By its rules it is Metronome's. */
const ownDatabase = (gcloud: Gcloud) =>
  databasePart(
    gcloud,
    { region, database: '(default)', takesDatabase: false },
    { rules: async () => '// Metronome: every client is denied.', content: async () => [] },
  );

const partsOf = (gcloud: Gcloud) => [
  apiPart(gcloud),
  agentPart(gcloud, number),
  accountPart(gcloud, accounts),
  secretPart(gcloud),
  grantPart(gcloud, place, 'Grants', grants),
  ownDatabase(gcloud),
];

async function planOf(gcloud: Gcloud) {
  return (await Promise.all(partsOf(gcloud).map((each) => each.read()))).flat();
}

describe('a project', () => {
  test('that is whole is kept as it is', async () => {
    const steps = await planOf(gcloudThat(whole));
    expect(steps.filter((each) => each.action !== 'keep')).toEqual([]);
    expect(steps.length).toBeGreaterThan(60);
  });

  test('gets what it lacks, and nothing else', async () => {
    const gcloud = gcloudThat({
      ...whole,
      'iam service-accounts list': accounts.slice(1).map(({ id }) => ({ email: emailOf(id, project) })),
      'firestore databases list': [{ name: 'x/(default)', locationId: region, type: 'FIRESTORE_NATIVE' }],
    });
    for (const part of partsOf(gcloud)) await applySteps(await part.read(), part.isOneByOne);
    expect(gcloud.told.map((each) => each.args.replace(/ --d(?:isplay|esc).*/, ''))).toEqual([
      'iam service-accounts create metronome-tickets',
      'firestore databases update --database=(default) --enable-pitr --delete-protection',
    ]);
  });

  test('gets tokens that are made up, by standard input alone, and blanks for the tools’ own secrets', async () => {
    const gcloud = gcloudThat({ ...whole, 'secrets list': [] });
    await applySteps(await secretPart(gcloud).read(), true);
    const of = (name: string) => gcloud.told.find((each) => each.args.includes(name));
    expect(of('metronome-tickets-token')?.input).toMatch(/^[\w-]{43}$/);
    expect(of('metronome-alerts-token')?.input).not.toBe(of('metronome-tickets-token')?.input);
    expect(of('metronome-zendesk-signing-secret')?.input).toBe(' ');
    for (const each of gcloud.told) if (each.input?.trim()) expect(each.args).not.toContain(each.input);
  });

  const [asMade] = whole['firestore databases list'] as Found[];
  const own = '// Metronome: every client is denied.\nservice cloud.firestore { }';
  const theirs = 'service cloud.firestore { match /shops/{s} { allow read; } }';
  const denying = 'service cloud.firestore { match /{d=**} { allow read, write: if false; } }';
  const unprotected = { pointInTimeRecoveryEnablement: 'POINT_IN_TIME_RECOVERY_DISABLED' };
  const datastore = { type: 'DATASTORE_MODE' };
  const elsewhere = { locationId: 'nam5' };
  const unusable = /it is in Datastore mode, which Metronome cannot use\. Give .* --database metronome/;
  test.each<[string, Partial<Found>, { rules?: string; content?: string[]; takes?: boolean }, RegExp | undefined]>([
    ['of Metronome by its rules', {}, { rules: own }, undefined],
    ['of Metronome by its rules, and unprotected', unprotected, { rules: own }, undefined],
    ['of Metronome, edited rules and all', {}, { rules: `${own}${theirs}`, content: ['indexes'] }, undefined],
    ['that a provisioning made just before it ended', {}, {}, undefined],
    ['of somebody else by its rules', {}, { rules: theirs }, /lacks Metronome’s rules and has rules of its own, so/],
    ['whose rules deny everybody, as a server’s own does', {}, { rules: denying }, /has rules of its own, so/],
    ['whose rules name Metronome in passing', {}, { rules: `${theirs} // as Metronome` }, /has rules of its own, so/],
    ['that holds documents', {}, { content: ['collections such as shops'] }, /has collections such as shops,/],
    ['that has indexes', {}, { content: ['indexes', 'field overrides'] }, /has indexes, field overrides, so/],
    ['without rules made another way', unprotected, {}, /has point-in-time recovery off, so/],
    ['of somebody else, which is handed over', {}, { rules: theirs, content: ['indexes'], takes: true }, undefined],
    [
      'elsewhere',
      elsewhere,
      { rules: own },
      /it is in nam5, and the region is asia-northeast1: take --region us-central1, or/,
    ],
    ['in another location, which is wanted', elsewhere, { rules: own, takes: true }, undefined],
    ['in Datastore mode', datastore, { rules: own }, unusable],
    ['in Datastore mode, taken or not', datastore, { rules: own, takes: true }, /Datastore mode/],
  ])('with a database %s', async (_, more, { rules, content = [], takes = false }, why) => {
    const gcloud = gcloudThat({ ...whole, 'firestore databases list': [{ ...asMade, ...more }] });
    const choice = { region, database: '(default)', takesDatabase: takes };
    const steps = await databasePart(gcloud, choice, { rules: async () => rules, content: async () => content }).read();
    if (why) {
      expect(steps).toEqual([
        { kind: 'database', name: '(default)', action: 'refuse', differences: [], note: expect.stringMatching(why) },
      ]);
      expect(steps[0]?.note).toContain('--database metronome (your settings remember it');
    } else
      expect(steps.map(({ action }) => action)).toEqual([more === unprotected ? 'update' : 'keep', 'keep', 'keep']);
  });

  const neither = { pointInTimeRecoveryEnablement: 'x', deleteProtectionState: 'x' };
  test.each([
    ['PITR is off', { pointInTimeRecoveryEnablement: 'POINT_IN_TIME_RECOVERY_DISABLED' }, ['point-in-time recovery']],
    ['it may be deleted', { deleteProtectionState: 'DELETE_PROTECTION_DISABLED' }, ['delete protection']],
    ['PITR is not told of', { pointInTimeRecoveryEnablement: undefined }, ['point-in-time recovery']],
    ['neither holds', neither, ['point-in-time recovery', 'delete protection']],
  ])('whose database lacks protection gets it: %s', async (_, found, fields) => {
    const database = { ...(whole['firestore databases list'] as object[])[0], ...found };
    const gcloud = gcloudThat({ ...whole, 'firestore databases list': [database] });
    const [step] = await ownDatabase(gcloud).read();
    expect([step?.action, step?.differences.map(({ field }) => field)]).toEqual(['update', fields]);
  });

  test('another database of the project is another', async () => {
    const [database] = whole['firestore databases list'] as { name: string }[];
    const other = { ...database, name: `${database?.name.replace('(default)', '')}shop-(default)` };
    const gcloud = gcloudThat({ ...whole, 'firestore databases list': [other] });
    const [step, backups] = await ownDatabase(gcloud).read();
    expect([step?.action, backups?.action]).toEqual(['create', 'create']);
  });

  test.each<[string, Record<string, unknown>, string[]]>([
    [
      'some APIs',
      { 'services list': apis.slice(2).map(([name]) => ({ config: { name } })) },
      ['services enable cloudresourcemanager.googleapis.com serviceusage.googleapis.com'],
    ],
    [
      'the agent',
      { 'projects get-iam-policy': policyOf(isOnProject) },
      ['beta services identity create --service=pubsub.googleapis.com'],
    ],
    [
      'its backups',
      { 'firestore backups schedules list': [] },
      [
        'firestore backups schedules create --database=(default) --recurrence=daily --retention=3d',
        'firestore backups schedules create --database=(default) --recurrence=weekly --day-of-week=SUN --retention=14d',
      ],
    ],
    [
      'the weekly backups, and keeps the daily ones longer',
      { 'firestore backups schedules list': [{ dailyRecurrence: {}, retention: '1209600s' }] },
      ['firestore backups schedules create --database=(default) --recurrence=weekly --day-of-week=SUN --retention=14d'],
    ],
    [
      'a role on a topic',
      { 'pubsub topics get-iam-policy': policyOf((on) => 'topic' in on && on.topic !== 'dead-letters') },
      [
        `pubsub topics add-iam-policy-binding dead-letters --member=serviceAccount:service-${number}@gcp-sa-pubsub.iam.gserviceaccount.com --role=roles/pubsub.publisher`,
      ],
    ],
  ])('that lacks %s gets that alone', async (_, lacking, commands) => {
    // Each resource has the policy of all of its kind here: what is told apart is the grant.
    const gcloud = gcloudThat({ ...whole, ...lacking });
    for (const part of partsOf(gcloud)) await applySteps(await part.read(), part.isOneByOne);
    expect(gcloud.told.map(({ args }) => args)).toEqual(commands);
  });

  test('gets a role that another account has, and one that it has otherwise', async () => {
    const [first, second] = grants.filter((each) => 'topic' in each.on && each.role === 'roles/pubsub.publisher');
    const part = (members: string[], role = 'roles/pubsub.publisher') =>
      grantPart(gcloudThat({ 'pubsub topics get-iam-policy': { bindings: [{ role, members }] } }), place, 'Grants', [
        first as (typeof grants)[number],
      ]).read();
    const memberOfGrant = (of: typeof first) => memberOf((of as (typeof grants)[number]).to, project, number);
    const actions = async (...of: Parameters<typeof part>) => (await part(...of)).map(({ action }) => action);
    expect(await actions([memberOfGrant(second), memberOfGrant(first)])).toEqual(['keep']);
    expect(await actions([memberOfGrant(second)])).toEqual(['create']);
    expect(await actions([memberOfGrant(first)], 'roles/pubsub.viewer')).toEqual(['create']);
    // What is not there yet has no policy.
    const nothing = grantPart(gcloudThat({}), place, 'Grants', grants);
    expect((await nothing.read()).every(({ action, changes }) => action === 'create' && changes)).toBe(true);
  });

  test('whose policy may not be read is not taken for one that is missing', async () => {
    const refusing: Gcloud = {
      ...gcloudThat({}),
      json: async () => {
        throw new Error('PERMISSION_DENIED: denied on resource (or it may not exist)');
      },
    };
    await expect(grantPart(refusing, place, 'Grants', grants).read()).rejects.toThrow('PERMISSION_DENIED');
  });

  const broad = { condition: undefined };
  const ours = { condition: conditionOf('records') };
  const narrower = { condition: { expression: `${ofDefault} && request.time < timestamp("2027-01-01T00:00:00Z")` } };
  const ofAnother = { condition: { expression: ofDefault.replace('(default)', 'metronome') } };
  const add = `projects add-iam-policy-binding ${project} MEMBER --role=roles/datastore.user --condition=title=Metronome database,expression=${ofDefault}`;
  const remove = `projects remove-iam-policy-binding ${project} MEMBER --role=roles/datastore.user --condition=None`;
  test.each<[string, object[], string[]]>([
    ['nothing yet gets it for the one database', [], [add]],
    ['it keeps it', [ours], []],
    ['what somebody has made narrower keeps that', [narrower], []],
    ['it for every database is left with the one', [broad], [add, remove]],
    ['it for both loses what is more', [broad, ours], [remove]],
    ['it for another database has both', [ofAnother], [add]],
  ])('whose account has %s', async (_, held, commands) => {
    const [grant] = grants.filter((each) => 'database' in each.on && each.role === 'roles/datastore.user');
    const member = memberOf((grant as (typeof grants)[number]).to, project, number);
    const bindings = held.map((each) => ({ role: 'roles/datastore.user', members: [member], ...each }));
    const gcloud = gcloudThat({ 'projects get-iam-policy': { bindings } });
    const part = grantPart(gcloud, place, 'Grants', [grant as (typeof grants)[number]]);
    await applySteps(await part.read());
    expect(gcloud.told.map(({ args }) => args.replace(`--member=${member}`, 'MEMBER'))).toEqual(commands);
  });

  test('has the grants on one thing changed one after the other, and those on others beside them', async () => {
    let atOnce = 0;
    let mostAtOnce = 0;
    const changing = new Set<string>();
    const gcloud = gcloudThat({});
    gcloud.run = async (args) => {
      const of = args.slice(0, args.indexOf('add-iam-policy-binding') + 2).join(' ');
      if (changing.has(of)) throw new Error(`There were concurrent policy changes of ${of}.`);
      changing.add(of);
      atOnce += 1;
      mostAtOnce = Math.max(mostAtOnce, atOnce);
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
      atOnce -= 1;
      changing.delete(of);
      return '';
    };
    const part = grantPart(gcloud, place, 'Grants', grants);
    const patience = { pause: () => Promise.reject(new Error('refused')), say: () => undefined };
    expect(await applySteps(await part.read(), part.isOneByOne, patience)).toBe(grants.length);
    expect(mostAtOnce).toBeGreaterThan(5);
  });

  test('has its secrets in its region where they may lie nowhere else', async () => {
    const [first] = secretPart(gcloudThat({}), 'europe-west1').ofNothing();
    expect(first?.command).toBe(
      'openssl rand -base64 32 | gcloud secrets create metronome-tickets-token --replication-policy=user-managed --locations=europe-west1 --data-file=- --project=shop-incidents --quiet',
    );
  });

  test('whose secret has no version that is enabled is told so', async () => {
    const list = 'secrets versions list s --sort-by=~createTime';
    const at = (versions: object[]) => newestVersion(gcloudThat({ [list]: versions }), 's');
    const version = (number: number, state: string) => ({ name: `projects/1/secrets/s/versions/${number}`, state });
    expect(await at([version(13, 'DISABLED'), version(12, 'ENABLED')])).toBe('12');
    await expect(at([version(13, 'DESTROYED')])).rejects.toThrow('no enabled version');
    await expect(at([])).rejects.toThrow('The secret s has no enabled version: add one.');
  });

  test('a grant under a condition is not the grant', async () => {
    const { bindings } = policyOf((on) => 'project' in on);
    const conditional = { bindings: bindings.map((each) => ({ ...each, condition: { title: 'until Friday' } })) };
    const onProject = grants.filter((each) => 'project' in each.on);
    const part = grantPart(gcloudThat({ 'projects get-iam-policy': conditional }), place, 'Grants', onProject);
    expect((await part.read()).every((each) => each.action === 'create')).toBe(true);
  });
});

test.each([
  ['one value', 'one\n', 'one'],
  ['the first of two while it is rotated', ' new , old\n', 'new'],
  ['nothing while it is blank', ' ', ''],
])('of a secret %s is sent', async (_, held, sent) => {
  const asked: string[] = [];
  const run = async (args: readonly string[]): Promise<string> => {
    asked.push(args.join(' '));
    return held;
  };
  expect(await secretToSend({ ...gcloudThat({}), run }, 's')).toBe(sent);
  expect(asked).toEqual(['secrets versions access latest --secret=s']);
});

describe('the exclusion of logs', () => {
  const read = async (sink: unknown) => (await logPart(gcloudThat({ 'logging sinks describe': sink })).read())[0];

  test('is made, kept as it is, and brought back where somebody changed it', async () => {
    const made = await read({});
    expect(made).toMatchObject({ action: 'create', command: expect.stringContaining('--add-exclusion=') });
    // gcloud takes any value of it as true.
    expect(made?.command).not.toContain('disabled');
    const filter = /filter=(.*?)' --project/.exec(made?.command ?? '')?.[1];
    const own = { name: 'metronome-refusals', filter };
    expect((await read({ exclusions: [{ name: 'theirs', filter: 'x' }, own] }))?.action).toBe('keep');
    const changed = await read({ exclusions: [{ ...own, disabled: true }] });
    expect(changed).toMatchObject({ action: 'update', command: expect.stringContaining('--update-exclusion=') });
    expect(changed?.command).toContain('##disabled=##');
  });
});

/** What each part of the plan looks at, makes and brings back. */
test.each(
  Object.entries<string[]>({
    serviceusage: ['services.enable', 'services.list'],
    iam: ['serviceAccounts.create', 'serviceAccounts.list', 'serviceAccounts.setIamPolicy', 'serviceAccounts.actAs'],
    resourcemanager: ['projects.getIamPolicy', 'projects.setIamPolicy'],
    pubsub: [
      ...['create', 'attachSubscription', 'setIamPolicy'].map((verb) => `topics.${verb}`),
      ...['create', 'update', 'setIamPolicy'].map((verb) => `subscriptions.${verb}`),
    ],
    cloudscheduler: ['jobs.create', 'jobs.update', 'jobs.enable', 'jobs.pause'],
    monitoring: [
      ...['alertPolicies', 'notificationChannels', 'dashboards', 'uptimeCheckConfigs', 'slos'].flatMap((each) => [
        `${each}.create`,
        `${each}.update`,
      ]),
      ...['uptimeCheckConfigs', 'services', 'slos'].map((each) => `${each}.list`),
      ...['metricDescriptors', 'services'].map((each) => `${each}.create`),
    ],
    artifactregistry: ['repositories.create', 'repositories.get', 'repositories.update'],
    storage: ['buckets.create', 'buckets.get', 'buckets.update'],
    logging: ['sinks.get', 'sinks.update', 'notificationRules.create'],
    run: ['create', 'get', 'list', 'setIamPolicy', 'update'].map((verb) => `services.${verb}`),
    iap: ['webServices.getIamPolicy', 'webServices.setIamPolicy'],
    secretmanager: ['secrets.create', 'secrets.setIamPolicy', 'versions.add', 'versions.access'],
    datastore: ['databases.create', 'databases.update', 'backupSchedules.create', 'schemas.create', 'schemas.update'],
    firebaserules: ['rulesets.create', 'rulesets.get', 'releases.create', 'releases.get', 'releases.update'],
  }),
)('of %s an account that provisions has to hold all that is done there', (service, verbs) => {
  const held = neededPermissions.filter((each) => each.startsWith(`${service}.`));
  expect(held.toSorted()).toEqual(verbs.map((verb) => `${service}.${verb}`).toSorted());
});

describe('before anything is changed', () => {
  // The real one takes a second for each question.
  let tools: ToolsOnThePath;
  beforeAll(() => {
    tools = putOnThePath({ firebase: 'echo 15' });
  });
  afterAll(() => tools.takeOff());

  test('an account that cannot see the project is told so', async () => {
    const asked = preflight(gcloudThat({}), 'a@b.example');
    await expect(asked).rejects.toThrow('a@b.example cannot see the project shop-incidents');
  });

  const described = { ...whole, 'projects describe': { projectNumber: number } };
  const answering = (status: number, body: unknown) => async () => new Response(JSON.stringify(body), { status });

  test('what the account may not do is named, all of it', async () => {
    const held = neededPermissions.filter((each) => !each.startsWith('pubsub.'));
    const ready = await preflight(gcloudThat(described), 'a@b.example', answering(200, { permissions: held }));
    expect(ready.projectNumber).toBe(number);
    for (const each of neededPermissions) {
      expect(ready.reasons.join('\n').includes(each), each).toBe(each.startsWith('pubsub.'));
    }
  });

  test('an API that has to be on before anything can be asked is named, with the command', async () => {
    const ready = await preflight(gcloudThat(described), 'a@b.example', answering(403, { error: 'SERVICE_DISABLED' }));
    const command = 'gcloud services enable cloudresourcemanager.googleapis.com --project=shop-incidents';
    expect(ready.reasons.join('\n')).toContain(command);
  });

  test('an account that may do all of it has no reason to wait', async () => {
    const all = answering(200, { permissions: neededPermissions });
    const { reasons } = await preflight(gcloudThat(described), 'a@b.example', all);
    expect(reasons.filter((each) => !each.includes('firebase-tools'))).toEqual([]);
  });

  test('what the account holds is asked of the project, with its token', async () => {
    const calls: Parameters<typeof fetch>[] = [];
    const gcloud = gcloudThat(described);
    gcloud.run = async () => ' the-token\n';
    const { account, auth } = await preflight(gcloud, 'a@b.example', async (url, init) => {
      calls.push([url, init]);
      return new Response(JSON.stringify({ permissions: neededPermissions }));
    });
    const url = 'https://cloudresourcemanager.googleapis.com/v3/projects/shop-incidents:testIamPermissions';
    const headers = { authorization: 'Bearer the-token', 'content-type': 'application/json' };
    const body = JSON.stringify({ permissions: neededPermissions });
    expect(calls).toEqual([[url, { method: 'POST', headers, body }]]);
    const { quotaProjectId, credentials } = auth;
    expect([account, quotaProjectId]).toEqual(['a@b.example', 'shop-incidents']);
    expect(credentials.access_token).toBe('the-token');
  });

  test('nothing held is nothing, and what could not be asked is a reason, not an end', async () => {
    const reasonOf = async (ask: () => Promise<Response>) =>
      (await preflight(gcloudThat(described), 'a@b.example', ask)).reasons[0];
    expect(await reasonOf(answering(200, {}))).toBe(
      `a@b.example lacks, on shop-incidents: ${neededPermissions.join(', ')}. An owner can grant them.`,
    );
    expect(await reasonOf(answering(500, 'x'))).toBe('Its permissions could not be checked: 500 "x"');
    expect(await reasonOf(() => Promise.reject(new TypeError('fetch failed')))).toBe(
      'Its permissions could not be checked: TypeError: fetch failed',
    );
  });

  test.each([
    ['519.0.0', ['gcloud is 519.0.0, and 520.0.0 or later is needed: run gcloud components update.']],
    ['520.0.0', []],
    ['1000.0.0', []],
    [undefined, []],
  ])('gcloud %s is old: %j', async (version, expected) => {
    const gcloud = gcloudThat({ ...described, version: { 'Google Cloud SDK': version, bq: '2.0' } });
    const { reasons } = await preflight(gcloud, 'a@b.example', answering(200, { permissions: neededPermissions }));
    expect(reasons.filter((each) => each.startsWith('gcloud is'))).toEqual(expected);
  });

  test('no account is no error: there is a plan for an empty project', async () => {
    expect(await activeAccount(gcloudThat({ 'auth list': [] }))).toBeUndefined();
    expect(await activeAccount(gcloudThat({ 'auth list': [{ account: 'a@b.example' }] }))).toBe('a@b.example');
    const byToken = { ...gcloudThat({ 'auth list': [] }), run: async () => 'token\n' };
    expect(await activeAccount(byToken)).toBe('the account of the access token');
    const failing = (error: Error): Gcloud => ({ ...byToken, json: () => Promise.reject(error) });
    expect(await activeAccount(failing(new CommandMissing('gcloud is not installed.')))).toBeUndefined();
    await expect(activeAccount(failing(new CommandFailed('broken')))).rejects.toThrow('broken');
    const refused = { ...byToken, run: () => Promise.reject(new CommandFailed('no credentials')) };
    expect(await activeAccount(refused)).toBeUndefined();
  });
});

test.each([
  ['numbers as text', { seconds: 600 }, { seconds: '600', nanos: 0 }, []],
  ['what is empty may be absent', { a: 0, b: '', c: [], d: false }, {}, []],
  ['what is more is not looked at', { a: 1 }, { a: 1, b: 2 }, []],
  ['bytes', { data: Buffer.from('x') }, { data: new Uint8Array([120]) }, []],
  ['a value that differs', { a: { b: 1 } }, { a: { b: 2 } }, ['a.b']],
  ['something where nothing should be', { filter: null }, { filter: 'x' }, ['filter']],
  ['a longer list', { a: [1] }, { a: [1, 2] }, ['a']],
  ['a shorter list', { a: [1, 2] }, { a: [1] }, ['a']],
  ['another order', { a: [1, 2] }, { a: [2, 1] }, ['a[0]', 'a[1]']],
  ['within a list', { a: [{ b: 1 }] }, { a: [{ b: 2 }] }, ['a[0].b']],
  ['what is not there', { a: { b: 1, c: 2 } }, {}, ['a.b', 'a.c']],
  ['something that should be empty', { a: '' }, { a: 'x' }, ['a']],
  ['true that should be false', { a: false }, { a: true }, ['a']],
  ['a number that should be none', { a: 0 }, { a: 5 }, ['a']],
  ['other bytes', { data: Buffer.from('x') }, { data: new Uint8Array([121]) }, ['data']],
  ['bytes as base64', { data: Buffer.from('x') }, { data: 'eA==' }, []],
])('a comparison with what is there: %s', (_, desired, actual, fields) => {
  expect(compare(desired, actual).map((each) => each.field)).toEqual(fields);
});

describe('indexes', () => {
  const field = (fieldPath: string, more: object = { order: 'ASCENDING' }) => ({ fieldPath, ...more });
  const index = (fields: object[], more: object = {}) =>
    ({ collectionGroup: 'incidents', queryScope: 'COLLECTION', fields, ...more }) as IndexFile['indexes'][number];
  const raw = { collectionGroup: 'signals', fieldPath: 'raw', indexes: [{}, {}] };
  const override = (more: object = {}) => ({ ...raw, ...more }) as IndexFile['fieldOverrides'][number];
  const wanted = index([field('kind'), field('at', { order: 'DESCENDING' })]);
  const missing = { field: 'incidents (kind ascending, at descending)', is: 'absent', shouldBe: 'index' };

  test.each<[string, IndexFile['indexes'], object[]]>([
    ['the same', [wanted], []],
    // Firestore adds the document's name at the end by itself.
    ['with the name at its end', [index([...wanted.fields, field('__name__')])], []],
    ['in small letters', [index([field('kind', { order: 'ascending' }), field('at', { order: 'descending' })])], []],
    ['among others', [index([field('x')]), wanted], []],
    ['nothing', [], [missing]],
    ['the other way round', [index(wanted.fields.toReversed())], [missing]],
    ['another order', [index([field('kind'), field('at')])], [missing]],
    ['of another collection', [index(wanted.fields, { collectionGroup: 'theirs' })], [missing]],
    ['of every parent', [index(wanted.fields, { queryScope: 'COLLECTION_GROUP' })], [missing]],
    ['of one collection without saying so', [index(wanted.fields, { queryScope: undefined })], []],
    ['fewer fields', [index(wanted.fields.slice(0, 1))], [missing]],
  ])('of several fields: %s', (_, indexes, expected) => {
    const file = { indexes: [wanted], fieldOverrides: [] };
    expect(missingIndexes(file, { indexes, fieldOverrides: [] })).toEqual(expected);
  });

  test('of every parent, and of what an array contains, are named as such', () => {
    const contains = index([field('tags', { arrayConfig: 'CONTAINS' })], { queryScope: 'COLLECTION_GROUP' });
    const missing = missingIndexes({ indexes: [contains], fieldOverrides: [] }, { indexes: [], fieldOverrides: [] });
    expect(missing.map((each) => each.field)).toEqual(['incidents (tags contains) of every parent']);
  });

  const shouldBe = (what: string, is = 'other') => [{ field: 'signals.raw', is, shouldBe: what }];
  const ttl = override({ ttl: true, indexes: [] });
  test.each<[string, IndexFile['fieldOverrides'][number], IndexFile['fieldOverrides'], object[]]>([
    ['the same', override(), [override({ ttl: false })], []],
    ['none', override(), [], shouldBe('2 single-field indexes', 'default')],
    ['of another field', ttl, [override({ fieldPath: 'x', ttl: true })], shouldBe('TTL', 'default')],
    ['one that does not expire', ttl, [override({ indexes: [] })], shouldBe('TTL')],
    ['one that expires', override(), [override({ ttl: true })], shouldBe('2 single-field indexes')],
    ['fewer indexes', override(), [override({ indexes: [{}] })], shouldBe('2 single-field indexes')],
    ['more indexes', override(), [override({ indexes: [{}, {}, {}] })], shouldBe('2 single-field indexes')],
  ])('of one field: %s', (_, of, fieldOverrides, expected) => {
    const file = { indexes: [], fieldOverrides: [of] };
    expect(missingIndexes(file, { indexes: [], fieldOverrides })).toEqual(expected);
  });
});
