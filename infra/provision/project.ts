/** APIs, accounts, grants, secrets and the database, by gcloud. */
import { randomBytes } from 'node:crypto';
import { type SecretName, secretNames } from '../../functions/topology.ts';
import { type AccountGrant, accounts, apis, emailOf, grants, memberOf, secretId } from './accounts.ts';
import { byCommand, type Gcloud } from './gcloud.ts';
import { bring, type Difference, leave, type Part, type Step } from './step.ts';

const keep = (kind: string, name: string): Step => bring(kind, name, [], async () => undefined);

export function apiPart(gcloud: Gcloud): Part {
  const plan = (on: ReadonlySet<string>): Step[] =>
    apis.map(([name, note]) =>
      on.has(name)
        ? keep('API', name)
        : byCommand(gcloud, { kind: 'API', name, action: 'create', note }, ['services', 'enable', name]),
    );
  return {
    title: 'APIs',
    isOneByOne: true,
    ofNothing: () => plan(new Set()),
    read: async () => plan(await enabledApis(gcloud)),
  };
}

export async function enabledApis(gcloud: Gcloud): Promise<Set<string>> {
  const found = await gcloud.json<{ config: { name: string } }[]>(['services', 'list', '--enabled']);
  return new Set(found.map((each) => each.config.name));
}

const agents: readonly [string, string][] = [
  ['pubsub', 'signs pushes, and moves what failed too often'],
  ['iap', 'calls the console for whoever it lets in'],
];

/** Google's own accounts in this project, which appear with their first use: made beforehand, they can be granted to. */
export function agentPart(gcloud: Gcloud, projectNumber: string): Part {
  const plan = (policy: string): Step[] =>
    agents.map(([service, note]) => {
      const name = `service-${projectNumber}@gcp-sa-${service}`;
      if (policy.includes(name)) return keep('agent', name);
      return byCommand(gcloud, { kind: 'agent', name, action: 'create', note }, [
        'beta',
        'services',
        'identity',
        'create',
        `--service=${service}.googleapis.com`,
      ]);
    });
  return {
    title: "Google's agents",
    isOneByOne: true,
    ofNothing: () => plan(''),
    // An agent has its role in the project's policy from its first day, or a grant of ours later on.
    read: async () => plan(JSON.stringify(await gcloud.json(['projects', 'get-iam-policy', gcloud.project]))),
  };
}

export function accountPart(gcloud: Gcloud): Part {
  const plan = (existing: ReadonlySet<string>): Step[] =>
    accounts.map(({ id, description }) =>
      existing.has(emailOf(id, gcloud.project))
        ? keep('account', id)
        : byCommand(gcloud, { kind: 'account', name: id, action: 'create' }, [
            'iam',
            'service-accounts',
            'create',
            id,
            `--display-name=${id}`,
            `--description=${description.slice(0, 250)}`,
          ]),
    );
  return {
    title: 'Service accounts',
    api: 'iam.googleapis.com',
    isOneByOne: true,
    ofNothing: () => plan(new Set()),
    read: async () => {
      const found = await gcloud.json<{ email: string }[]>(['iam', 'service-accounts', 'list']);
      return plan(new Set(found.map((each) => each.email)));
    },
  };
}

interface IamPolicy {
  bindings?: { role: string; members: string[]; condition?: unknown }[];
}

const nameOf = (to: AccountGrant['to']): string => ('account' in to ? to.account : `Google's ${to.agent} agent`);

/** The command group of what a grant is on, and its arguments before and after the verb. */
function groupOf(on: AccountGrant['on'], project: string): { group: string[]; of: string; label: string } {
  if ('project' in on) return { group: ['projects'], of: project, label: 'the project' };
  if ('topic' in on) return { group: ['pubsub', 'topics'], of: on.topic, label: `topic ${on.topic}` };
  if ('subscription' in on) {
    return { group: ['pubsub', 'subscriptions'], of: on.subscription, label: `subscription ${on.subscription}` };
  }
  if ('secret' in on) return { group: ['secrets'], of: on.secret, label: `secret ${on.secret}` };
  return { group: ['iam', 'service-accounts'], of: emailOf(on.account, project), label: `account ${on.account}` };
}

/** @param of which of the grants: some can be made only after what they are on, or to, is there */
export function grantPart(
  gcloud: Gcloud,
  projectNumber: string,
  title: string,
  of: (grant: AccountGrant) => boolean,
): Part {
  const wanted = grants.filter(of);
  const plan = (policies: ReadonlyMap<string, IamPolicy>): Step[] =>
    wanted.map((grant) => {
      const { group, of: resource, label } = groupOf(grant.on, gcloud.project);
      const member = memberOf(grant.to, gcloud.project, projectNumber);
      const name = `${grant.role} on ${label} to ${nameOf(grant.to)}`;
      const isThere = policies
        .get(label)
        ?.bindings?.some((each) => each.role === grant.role && !each.condition && each.members.includes(member));
      if (isThere) return keep('grant', name);
      return byCommand(gcloud, { kind: 'grant', name, action: 'create', note: grant.why }, [
        ...group,
        'add-iam-policy-binding',
        resource,
        `--member=${member}`,
        `--role=${grant.role}`,
        // Without it gcloud asks, where the policy has conditions already.
        ...('project' in grant.on ? ['--condition=None'] : []),
      ]);
    });
  return {
    title,
    // Two changes of one policy at the same time refuse each other.
    isOneByOne: true,
    ofNothing: () => plan(new Map()),
    read: async () => {
      const resources = new Map(wanted.map((grant) => [groupOf(grant.on, gcloud.project).label, grant.on]));
      const policies = new Map<string, IamPolicy>();
      await Promise.all(
        [...resources].map(async ([label, on]) => {
          const { group, of: resource } = groupOf(on, gcloud.project);
          // What is not there yet has no policy.
          const policy = await gcloud.json<IamPolicy>([...group, 'get-iam-policy', resource]).catch(() => ({}));
          policies.set(label, policy);
        }),
      );
      return plan(policies);
    },
  };
}

/** Made up here; the others are the tools' own, and their doors stay closed until somebody adds a version. */
const generated: readonly SecretName[] = ['TICKETS_TOKEN', 'ALERTS_TOKEN'];

export function secretPart(gcloud: Gcloud): Part {
  const plan = (existing: ReadonlySet<string>): Step[] =>
    secretNames.map((name) => {
      const id = secretId(name);
      if (existing.has(id)) return keep('secret', id);
      const isGenerated = generated.includes(name);
      const note = isGenerated ? 'with a token made up here' : 'blank: its door stays closed until a version is added';
      return byCommand(
        gcloud,
        { kind: 'secret', name: id, action: 'create', note },
        ['secrets', 'create', id, '--replication-policy=automatic', '--data-file=-'],
        // A blank version lets every deployment name the secret, whether it is used or not.
        () => (isGenerated ? randomBytes(32).toString('base64url') : ' '),
      );
    });
  return {
    title: 'Secrets',
    api: 'secretmanager.googleapis.com',
    isOneByOne: true,
    ofNothing: () => plan(new Set()),
    read: async () => {
      const found = await gcloud.json<{ name: string }[]>(['secrets', 'list']);
      return plan(new Set(found.map((each) => each.name.slice(each.name.lastIndexOf('/') + 1))));
    },
  };
}

interface Database {
  name: string;
  locationId: string;
  type: string;
  pointInTimeRecoveryEnablement?: string;
  deleteProtectionState?: string;
}

const database = '(default)';

export function databasePart(gcloud: Gcloud, region: string): Part {
  const flags = [`--database=${database}`, '--enable-pitr', '--delete-protection'];
  const plan = (found: Database | undefined, hasBackups: boolean): Step[] => {
    const backups = byCommand(gcloud, { kind: 'backups', name: 'daily, kept 14 days', action: 'create' }, [
      'firestore',
      'backups',
      'schedules',
      'create',
      `--database=${database}`,
      '--recurrence=daily',
      '--retention=14d',
    ]);
    return [planDatabase(found), hasBackups ? keep('backups', 'daily, kept 14 days') : backups];
  };
  const planDatabase = (found: Database | undefined): Step => {
    const step = { kind: 'database', name: database };
    if (!found) {
      return byCommand(gcloud, { ...step, action: 'create', note: `in ${region}; it cannot be moved later` }, [
        'firestore',
        'databases',
        'create',
        `--location=${region}`,
        '--type=firestore-native',
        ...flags,
      ]);
    }
    if (found.type !== 'FIRESTORE_NATIVE')
      return leave('database', database, 'it is in Datastore mode: take another project');
    const differences: Difference[] = [
      ...(found.pointInTimeRecoveryEnablement === 'POINT_IN_TIME_RECOVERY_ENABLED'
        ? []
        : [{ field: 'point-in-time recovery', is: 'off', shouldBe: 'on' }]),
      ...(found.deleteProtectionState === 'DELETE_PROTECTION_ENABLED'
        ? []
        : [{ field: 'delete protection', is: 'off', shouldBe: 'on' }]),
    ];
    if (differences.length > 0) {
      return byCommand(gcloud, { ...step, action: 'update', differences }, [
        'firestore',
        'databases',
        'update',
        ...flags,
      ]);
    }
    return found.locationId === region
      ? keep('database', database)
      : leave('database', database, `it lies in ${found.locationId}`);
  };
  return {
    title: 'Firestore',
    api: 'firestore.googleapis.com',
    isOneByOne: true,
    ofNothing: () => plan(undefined, false),
    read: async () => {
      const all = await gcloud.json<Database[]>(['firestore', 'databases', 'list']);
      const found = all.find((each) => each.name.endsWith(`/${database}`));
      const schedules = found
        ? await gcloud.json<unknown[]>(['firestore', 'backups', 'schedules', 'list', `--database=${database}`])
        : [];
      return plan(found, schedules.length > 0);
    },
  };
}
