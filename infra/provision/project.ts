/** APIs, accounts, grants and secrets, by gcloud. */
import { randomBytes } from 'node:crypto';
import { type SecretName, secretNames } from '../topology.ts';
import { type Account, type AccountGrant, apis, emailOf, memberOf, secretId } from './accounts.ts';
import { byCommand, type Gcloud } from './gcloud.ts';
import { bring, type Part, type Step } from './step.ts';

const keep = (kind: string, name: string): Step => bring(kind, name, [], async () => undefined);

export function apiPart(gcloud: Gcloud): Part {
  const plan = (on: ReadonlySet<string>): Step[] => {
    const kept = apis.flatMap(([name]) => (on.has(name) ? [keep('API', name)] : []));
    const off = apis.filter(([name]) => !on.has(name));
    if (off.length === 0) return kept;
    const note = off.map(([name, why]) => `${name.replace('.googleapis.com', '')}: ${why}`).join('; ');
    // In one call, which Google takes for up to twenty, and which waits for all of them.
    const args = ['services', 'enable', ...off.map(([name]) => name)];
    return [...kept, byCommand(gcloud, { kind: 'API', name: `${off.length} at once`, action: 'create', note }, args)];
  };
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

const agents: readonly [string, string][] = [['pubsub', 'signs pushes, and moves what failed too often']];

/** Google's own account in this project, which appears with its first use: made beforehand, it can be granted to. */
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

/** @param accounts which of them are wanted */
export function accountPart(gcloud: Gcloud, accounts: readonly Account[]): Part {
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
  if ('bucket' in on) return { group: ['storage', 'buckets'], of: `gs://${on.bucket}`, label: `bucket ${on.bucket}` };
  if ('secret' in on) return { group: ['secrets'], of: on.secret, label: `secret ${on.secret}` };
  return { group: ['iam', 'service-accounts'], of: emailOf(on.account, project), label: `account ${on.account}` };
}

/** @param wanted some grants can be made only after what they are on, or to, is there */
export function grantPart(gcloud: Gcloud, projectNumber: string, title: string, wanted: readonly AccountGrant[]): Part {
  const plan = (policies: ReadonlyMap<string, IamPolicy>): Step[] =>
    wanted.map((grant) => {
      const { group, of: resource, label } = groupOf(grant.on, gcloud.project);
      const member = memberOf(grant.to, gcloud.project, projectNumber);
      const name = `${grant.role} on ${label} to ${nameOf(grant.to)}`;
      const isThere = policies
        .get(label)
        ?.bindings?.some((each) => each.role === grant.role && !each.condition && each.members.includes(member));
      if (isThere) return keep('grant', name);
      // Two changes of one policy at the same time refuse each other.
      return byCommand(gcloud, { kind: 'grant', name, action: 'create', note: grant.why, changes: label }, [
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
    // While that is off, no account of ours is there that could have been granted anything.
    api: 'iam.googleapis.com',
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
const generated: readonly SecretName[] = ['TICKETS_TOKEN', 'ALERTS_TOKEN', 'JOIN_KEY_SECRET'];

/** @param region where the values have to lie; absent: wherever Google keeps them */
export function secretPart(gcloud: Gcloud, region?: string): Part {
  const place = region
    ? ['--replication-policy=user-managed', `--locations=${region}`]
    : ['--replication-policy=automatic'];
  const plan = (existing: ReadonlySet<string>): Step[] =>
    secretNames.map((name) => {
      const id = secretId(name);
      if (existing.has(id)) return keep('secret', id);
      const isGenerated = generated.includes(name);
      const note = isGenerated ? 'with a token made up here' : 'blank: its door stays closed until a version is added';
      // A blank version lets every deployment name the secret, whether it is used or not.
      const value = () => (isGenerated ? randomBytes(32).toString('base64url') : ' ');
      const args = ['secrets', 'create', id, ...place, '--data-file=-'];
      const made = byCommand(gcloud, { kind: 'secret', name: id, action: 'create', note }, args, value);
      // One command, two calls: the secret may be there without its version.
      const apply = async (isAgain: boolean) => {
        const isThere = isAgain && (await secretNamesOf(gcloud)).has(id);
        if (!isThere) return gcloud.run(args, value());
        const version = await newestVersion(gcloud, id).catch(() => undefined);
        return version ?? gcloud.run(['secrets', 'versions', 'add', id, '--data-file=-'], value());
      };
      return { ...made, apply };
    });
  return {
    title: 'Secrets',
    api: 'secretmanager.googleapis.com',
    ofNothing: () => plan(new Set()),
    read: async () => plan(await secretNamesOf(gcloud)),
  };
}

async function secretNamesOf(gcloud: Gcloud): Promise<Set<string>> {
  const found = await gcloud.json<{ name: string }[]>(['secrets', 'list']);
  return new Set(found.map((each) => each.name.slice(each.name.lastIndexOf('/') + 1)));
}

/** While it is being rotated a secret holds two: the first is the one to send. */
export async function secretToSend(gcloud: Gcloud, secret: string): Promise<string> {
  const value = await gcloud.run(['secrets', 'versions', 'access', 'latest', `--secret=${secret}`]);
  return value.split(',')[0]?.trim() ?? '';
}

/** @returns the number of the newest version that is enabled @throws Error where there is none */
export async function newestVersion(gcloud: Gcloud, secret: string): Promise<string> {
  const list = ['secrets', 'versions', 'list', secret, '--filter=state=ENABLED', '--sort-by=~createTime', '--limit=1'];
  const [newest] = await gcloud.json<{ name: string }[]>(list);
  const number = newest?.name.split('/').at(-1);
  if (number === undefined) throw new Error(`The secret ${secret} has no enabled version: add one.`);
  return number;
}
