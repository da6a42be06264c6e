/** APIs, accounts, grants and secrets, by gcloud. */
import { randomBytes } from 'node:crypto';
import { publicDatabaseOf } from '../../functions/topology.ts';
import { type SecretName, secretNames } from '../topology.ts';
import { type Account, type AccountGrant, apis, emailOf, memberOf, secretId } from './accounts.ts';
import { byCommand, type Gcloud, unlessAbsent } from './gcloud.ts';
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
  bindings?: { role: string; members: string[]; condition?: { title?: string; expression?: string } }[];
}

const nameOf = (to: AccountGrant['to']): string => ('account' in to ? to.account : `Google's ${to.agent} agent`);

/** The command group of what a grant is on, and its arguments before and after the verb. */
function groupOf(on: AccountGrant['on'], project: string): { group: string[]; of: string; label: string } {
  if ('project' in on || 'database' in on) return { group: ['projects'], of: project, label: 'the project' };
  if ('topic' in on) return { group: ['pubsub', 'topics'], of: on.topic, label: `topic ${on.topic}` };
  if ('subscription' in on) {
    return { group: ['pubsub', 'subscriptions'], of: on.subscription, label: `subscription ${on.subscription}` };
  }
  if ('bucket' in on) return { group: ['storage', 'buckets'], of: `gs://${on.bucket}`, label: `bucket ${on.bucket}` };
  if ('secret' in on) return { group: ['secrets'], of: on.secret, label: `secret ${on.secret}` };
  return { group: ['iam', 'service-accounts'], of: emailOf(on.account, project), label: `account ${on.account}` };
}

/** Two conditions of one role need titles of their own. */
const inGcloud = (expression: string, isPublic: boolean): string =>
  `title=Metronome ${isPublic ? 'public ' : ''}database,expression=${expression}`;

/** @param wanted some grants can be made only after what they are on, or to, is there */
export function grantPart(
  gcloud: Gcloud,
  { projectNumber, database: records }: { projectNumber: string; database: string },
  title: string,
  wanted: readonly AccountGrant[],
): Part {
  const plan = (policies: ReadonlyMap<string, IamPolicy>): Step[] =>
    wanted.map((grant) => {
      const { group, of: resource, label } = groupOf(grant.on, gcloud.project);
      const member = memberOf(grant.to, gcloud.project, projectNumber);
      const isOfDatabase = 'database' in grant.on;
      const isPublic = 'database' in grant.on && grant.on.database === 'public';
      const database = isPublic ? publicDatabaseOf(records) : records;
      const name = `${grant.role} on ${isOfDatabase ? `database ${database}` : label} to ${nameOf(grant.to)}`;
      const held = (policies.get(label)?.bindings ?? []).filter(
        (each) => each.role === grant.role && each.members.includes(member),
      );
      const isBroad = held.some((each) => !each.condition);
      const resourceName = `"projects/${gcloud.project}/databases/${database}"`;
      // Source: “Configure conditional access for databases” of Firestore's documentation.
      const condition = isOfDatabase ? `resource.name == ${resourceName}` : undefined;
      // A grant that somebody narrowed further stays. A grant for another database is a different one, and stays for a way
      // back.
      const isNarrow = isOfDatabase && held.some((each) => each.condition?.expression?.includes(resourceName));
      const change = (verb: 'add' | 'remove', of: string): string[] => [
        ...group,
        `${verb}-iam-policy-binding`,
        resource,
        `--member=${member}`,
        `--role=${grant.role}`,
        // Without it gcloud asks, where the policy has conditions already.
        ...('project' in grant.on || isOfDatabase ? [`--condition=${of}`] : []),
      ];
      // Two changes of one policy at the same time refuse each other.
      const step = { kind: 'grant', name, note: grant.why, changes: label };
      if (condition && isBroad) {
        const removed = change('remove', 'None');
        const differences = [{ field: 'condition', is: 'none', shouldBe: condition }];
        const narrowed = byCommand(gcloud, { ...step, action: 'update', differences }, removed);
        if (isNarrow) return narrowed;
        const added = byCommand(gcloud, { ...step, action: 'update' }, change('add', inGcloud(condition, isPublic)));
        // Adds grants before it removes others, so that an account never lacks one in between.
        const apply = async (isAgain: boolean) => {
          await added.apply?.(isAgain);
          await narrowed.apply?.(isAgain);
        };
        return { ...narrowed, command: `${added.command} && ${narrowed.command}`, apply };
      }
      if (isNarrow || isBroad) return keep('grant', name);
      return byCommand(
        gcloud,
        { ...step, action: 'create' },
        change('add', condition ? inGcloud(condition, isPublic) : 'None'),
      );
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
          // A resource that does not exist yet has no policy.
          const policy = await unlessAbsent(gcloud.json<IamPolicy>([...group, 'get-iam-policy', resource]), {});
          policies.set(label, policy);
        }),
      );
      return plan(policies);
    },
  };
}

/** For a secret that is not used: its door stays closed, and every deployment can name it. */
const blank = ' ';

/** Made up here; the others are the tools' own, and their doors stay closed until somebody adds a version. */
export const generated: readonly SecretName[] = ['TICKETS_TOKEN', 'ALERTS_TOKEN', 'JOIN_KEY_SECRET', 'PAGES_SECRET'];

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
      const value = () => (isGenerated ? randomBytes(32).toString('base64url') : blank);
      const input = { value, typed: isGenerated ? 'openssl rand -base64 32' : "printf ' '" };
      const args = ['secrets', 'create', id, ...place, '--data-file=-'];
      const made = byCommand(gcloud, { kind: 'secret', name: id, action: 'create', note }, args, input);
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

/**
 * The version of each secret that a deployment names. One that never had a version is not used: it gets a blank.
 * @throws Error naming each that has none, and what to do
 */
export async function versionsToDeploy(
  gcloud: Gcloud,
  say: (text: string) => void,
): Promise<Partial<Record<SecretName, string>>> {
  const existing = await secretNamesOf(gcloud);
  const lacking: string[] = [];
  const versions = secretNames.map(async (name): Promise<[SecretName, string] | []> => {
    const id = secretId(name);
    const all = existing.has(id) ? await versionsOf(gcloud, id) : [];
    const newest = all.find(({ state }) => state === 'ENABLED');
    if (newest) return [name, numberOf(newest)];
    if (!existing.has(id)) lacking.push(`${id} does not exist: provision it`);
    else if (generated.includes(name) || all.length > 0) lacking.push(`${id} has no enabled version: add one`);
    else {
      await gcloud.run(['secrets', 'versions', 'add', id, '--data-file=-'], blank);
      say(`${id} had no version: added a blank one, with which it is not used`);
      return [name, '1'];
    }
    return [];
  });
  const found = await Promise.all(versions);
  if (lacking.length > 0) {
    throw new Error(
      `Not deployed. ${lacking.join('; ')} (printf %s "$VALUE" | gcloud secrets versions add ID --data-file=- --project=${gcloud.project}).`,
    );
  }
  return Object.fromEntries(found.filter((each) => each.length > 0)) as Partial<Record<SecretName, string>>;
}

export interface SecretVersion {
  name: string;
  state?: string;
  createTime?: string;
}

export const numberOf = ({ name }: SecretVersion): string => name.slice(name.lastIndexOf('/') + 1);

/** Newest first. */
export const versionsOf = (gcloud: Gcloud, secret: string): Promise<SecretVersion[]> =>
  gcloud.json<SecretVersion[]>(['secrets', 'versions', 'list', secret, '--sort-by=~createTime']);

/** @returns the number of the newest version that is enabled @throws Error if there is none */
export async function newestVersion(gcloud: Gcloud, secret: string): Promise<string> {
  const newest = (await versionsOf(gcloud, secret)).find(({ state }) => state === 'ENABLED');
  if (!newest) throw new Error(`The secret ${secret} has no enabled version: add one.`);
  return numberOf(newest);
}
