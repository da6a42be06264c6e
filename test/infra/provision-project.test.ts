/** What gcloud is asked and told, with a stand-in for it that answers as gcloud does. */
import { describe, expect, test } from 'vitest';
import { secretNames } from '../../functions/topology.ts';
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
import type { Gcloud } from '../../infra/provision/gcloud.ts';
import { logPart } from '../../infra/provision/logs.ts';
import { activeAccount, preflight } from '../../infra/provision/preflight.ts';
import { accountPart, agentPart, apiPart, grantPart, secretPart } from '../../infra/provision/project.ts';
import { type IndexFile, missingIndexes } from '../../infra/provision/rules.ts';
import { applySteps, compare } from '../../infra/provision/step.ts';

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

const policyOf = (of: (on: (typeof grants)[number]['on']) => boolean) => ({
  bindings: grants
    .filter((each) => of(each.on))
    .map((each) => ({ role: each.role, members: [memberOf(each.to, project, number)] })),
});

/** A project in which all is as it should be. */
const whole: Record<string, unknown> = {
  'services list': apis.map(([name]) => ({ config: { name } })),
  'iam service-accounts list': accounts.map(({ id }) => ({ email: emailOf(id, project) })),
  'iam service-accounts get-iam-policy': policyOf((on) => 'account' in on),
  'secrets list': secretNames.map((name) => ({ name: `projects/${number}/secrets/${secretId(name)}` })),
  'secrets get-iam-policy': policyOf((on) => 'secret' in on),
  'projects get-iam-policy': {
    bindings: [
      ...policyOf((on) => 'project' in on).bindings,
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
  'firestore backups schedules list': [{ dailyRecurrence: {} }],
};

const partsOf = (gcloud: Gcloud) => [
  apiPart(gcloud),
  agentPart(gcloud, number),
  accountPart(gcloud, accounts),
  secretPart(gcloud),
  grantPart(gcloud, number, 'Grants', grants),
  databasePart(gcloud, region, '(default)'),
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

  test('whose database lies elsewhere, or is of another kind, keeps it and is told', async () => {
    const elsewhere = { ...(whole['firestore databases list'] as object[])[0], locationId: 'nam5' };
    const [step] = await databasePart(
      gcloudThat({ ...whole, 'firestore databases list': [elsewhere] }),
      region,
      '(default)',
    ).read();
    expect(step).toMatchObject({ action: 'leave', note: 'it lies in nam5' });
    const datastore = { ...elsewhere, type: 'DATASTORE_MODE' };
    const [other] = await databasePart(
      gcloudThat({ ...whole, 'firestore databases list': [datastore] }),
      region,
      '(default)',
    ).read();
    expect(other?.action).toBe('leave');
  });

  test.each([
    ['PITR is off', { pointInTimeRecoveryEnablement: 'POINT_IN_TIME_RECOVERY_DISABLED' }, ['point-in-time recovery']],
    ['it may be deleted', { deleteProtectionState: 'DELETE_PROTECTION_DISABLED' }, ['delete protection']],
    ['PITR is not told of', { pointInTimeRecoveryEnablement: undefined }, ['point-in-time recovery']],
    [
      'neither holds',
      { pointInTimeRecoveryEnablement: 'x', deleteProtectionState: 'x' },
      ['point-in-time recovery', 'delete protection'],
    ],
  ])('whose database lacks protection gets it: %s', async (_, found, fields) => {
    const database = { ...(whole['firestore databases list'] as object[])[0], ...found };
    const gcloud = gcloudThat({ ...whole, 'firestore databases list': [database] });
    const [step] = await databasePart(gcloud, region, '(default)').read();
    expect([step?.action, step?.differences.map(({ field }) => field)]).toEqual(['update', fields]);
  });

  test('another database of the project is another', async () => {
    const [database] = whole['firestore databases list'] as { name: string }[];
    const other = { ...database, name: `${database?.name.replace('(default)', '')}shop-(default)` };
    const gcloud = gcloudThat({ ...whole, 'firestore databases list': [other] });
    const [step, backups] = await databasePart(gcloud, region, '(default)').read();
    expect([step?.action, backups?.action]).toEqual(['create', 'create']);
  });

  test('a grant under a condition is not the grant', async () => {
    const { bindings } = policyOf((on) => 'project' in on);
    const conditional = { bindings: bindings.map((each) => ({ ...each, condition: { title: 'until Friday' } })) };
    const part = grantPart(
      gcloudThat({ 'projects get-iam-policy': conditional }),
      number,
      'Grants',
      grants.filter((each) => 'project' in each.on),
    );
    expect((await part.read()).every((each) => each.action === 'create')).toBe(true);
  });
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

describe('before anything is changed', () => {
  test('an account that cannot see the project is told so', async () => {
    await expect(preflight(gcloudThat({}), 'a@b.example')).rejects.toThrow(
      'a@b.example cannot see the project shop-incidents',
    );
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
    expect(ready.reasons.join('\n')).toContain(
      'gcloud services enable cloudresourcemanager.googleapis.com --project=shop-incidents',
    );
  });

  test('an account that may do all of it has no reason to wait', async () => {
    const all = answering(200, { permissions: neededPermissions });
    const { reasons } = await preflight(gcloudThat(described), 'a@b.example', all);
    expect(reasons.filter((each) => !each.includes('firebase-tools'))).toEqual([]);
  });

  test('no account is no error: there is a plan for an empty project', async () => {
    expect(await activeAccount(gcloudThat({ 'auth list': [] }))).toBeUndefined();
    expect(await activeAccount(gcloudThat({ 'auth list': [{ account: 'a@b.example' }] }))).toBe('a@b.example');
  });
});

describe('a comparison', () => {
  test.each([
    ['numbers as text', { seconds: 600 }, { seconds: '600', nanos: 0 }, []],
    ['what is empty may be absent', { a: 0, b: '', c: [], d: false }, {}, []],
    ['what is more is not looked at', { a: 1 }, { a: 1, b: 2 }, []],
    ['bytes', { data: Buffer.from('x') }, { data: new Uint8Array([120]) }, []],
    ['a value that differs', { a: { b: 1 } }, { a: { b: 2 } }, ['a.b']],
    ['something where nothing should be', { filter: null }, { filter: 'x' }, ['filter']],
    ['a longer list', { a: [1] }, { a: [1, 2] }, ['a']],
  ])('%s', (_, desired, actual, fields) => {
    expect(compare(desired, actual).map((each) => each.field)).toEqual(fields);
  });
});

test('indexes that somebody added are left alone, and missing ones are named', () => {
  const index = {
    collectionGroup: 'incidents',
    queryScope: 'COLLECTION',
    fields: [{ fieldPath: 'kind', order: 'ASCENDING' }],
  };
  const file: IndexFile = {
    indexes: [index],
    fieldOverrides: [{ collectionGroup: 'signals', fieldPath: 'expireAt', ttl: true, indexes: [] }],
  };
  const found: IndexFile = {
    indexes: [
      { ...index, fields: [...index.fields, { fieldPath: '__name__', order: 'ASCENDING' }] },
      { ...index, collectionGroup: 'theirs' },
    ],
    fieldOverrides: [],
  };
  expect(missingIndexes(file, found)).toEqual([{ field: 'signals.expireAt', is: 'default', shouldBe: 'TTL' }]);
});
