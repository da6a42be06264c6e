/** All parts in the order in which they can be made, and the plan as people read it. */
import type { OAuth2Client } from 'google-auth-library';
import { policy } from '../../functions/policy.ts';
import { publicDatabaseOf, type SubscriptionSpec } from '../../functions/topology.ts';
import {
  type AccountGrant,
  accounts,
  cloudBuildAccounts,
  cloudBuildGrants,
  emailOf,
  grants,
  pushAccount,
  secretId,
} from './accounts.ts';
import { clientsOf } from './clients.ts';
import { copyAccount, copyBucketPart, copyGrants, copySchedulePart } from './copy.ts';
import { dashboardPart } from './dashboard.ts';
import { databasePart } from './database.ts';
import type { Gcloud } from './gcloud.ts';
import { leftoverPart } from './leftovers.ts';
import { asksWhetherLive } from './live.ts';
import { logPart } from './logs.ts';
import { monitoringParts } from './monitoring.ts';
import { objectivePart } from './objectives.ts';
import { organisationPart } from './organisation.ts';
import { accountPart, agentPart, apiPart, grantPart, newestVersion, secretPart, secretToSend } from './project.ts';
import { type PushTarget, subscriptionPart, topicPart } from './pubsub.ts';
import { regionPart } from './region.ts';
import { rulesPart } from './rules.ts';
import { schedulePart } from './scheduler.ts';
import { publicUrl, serviceUrl } from './service-url.ts';
import type { Part, Step } from './step.ts';
import type { Thresholds } from './thresholds.ts';
import { uptimePart } from './uptime.ts';
import { contentOf, readRules } from './whose.ts';

export interface Target {
  project: string;
  projectNumber: string;
  region: string;
  operators?: readonly string[] | undefined;
  pager?: string | undefined;
  /** Whether Cloud Build is to deploy it. */
  hasCloudBuild: boolean;
  /** Whether a database is used that does not seem to be Metronome's. */
  takesDatabase: boolean;
  /** Whether the settings remember this database in this region. */
  isRemembered?: boolean;
  /** Whether messages and secrets have to stay in the region. */
  staysInRegion: boolean;
  database: string;
  /** The second region, where a copy of the database is exported to; absent: nowhere. */
  copyTo?: string | undefined;
  /** Whether what calls Metronome moves here from another region. */
  movesRegion?: boolean;
  /** The public address of the functions, if it is not their own. */
  balancer?: string | undefined;
  /** Own thresholds of alert policies. */
  alerts?: Thresholds;
  gcloud: Gcloud;
  /** Absent if there is no account: then nothing is read or changed. */
  auth?: OAuth2Client;
}

/** Pushes go to the service's root as audience; the path tells functions-framework the topic. */
export function pushTargetOf(spec: SubscriptionSpec, target: Target): PushTarget {
  const root = serviceUrl(spec.function, target);
  return {
    endpoint: `${root}/projects/${target.project}/topics/${spec.topic}`,
    oidcToken: { serviceAccountEmail: emailOf(pushAccount, target.project), audience: root },
  };
}

export interface Planned {
  parts: Part[];
  close(): Promise<void>;
}

export async function partsOf(target: Target): Promise<Planned> {
  const { project, projectNumber, region, gcloud } = target;
  const clients = clientsOf(project, target.auth);
  const { pubsub } = clients;
  const token = secretId('ALERTS_TOKEN');
  const [descriptors, channels, policies] = monitoringParts(clients, project, {
    operators: target.operators,
    pager: target.pager,
    alertsUrl: `${publicUrl('alerts', target)}/alerts`,
    token: () => secretToSend(gcloud, token),
    tokenVersion: target.auth ? await newestVersion(gcloud, token).catch(() => '1') : '1',
    hasObjectives: true,
    thresholds: target.alerts ?? {},
  }) as [Part, Part, Part];
  const { copyTo } = target;
  const wanted = [
    ...(target.hasCloudBuild ? [...grants, ...cloudBuildGrants] : grants),
    ...(copyTo ? copyGrants(project) : []),
  ];
  const made = [...accounts, ...(target.hasCloudBuild ? cloudBuildAccounts : []), ...(copyTo ? [copyAccount] : [])];
  const grant = (title: string, of: (grant: AccountGrant) => boolean) =>
    grantPart(gcloud, target, title, wanted.filter(of));
  const accessToken = async () => (await target.auth?.getAccessToken())?.token ?? '';
  return {
    parts: [
      regionPart(clients, project, { region, movesRegion: target.movesRegion ?? false }),
      apiPart(gcloud),
      // Read again once its API is on.
      organisationPart(project, target, accessToken),
      // A policy on a metric is refused until Google knows the metric: what takes longest comes first.
      descriptors,
      agentPart(gcloud, projectNumber),
      accountPart(gcloud, made),
      ...(copyTo ? [copyBucketPart(gcloud, copyTo)] : []),
      secretPart(gcloud, target.staysInRegion ? region : undefined),
      topicPart(pubsub, target.staysInRegion ? region : undefined),
      subscriptionPart(pubsub, (spec) => pushTargetOf(spec, target)),
      grant('Grants to accounts of ours', (each) => 'account' in each.to),
      grant('Grants to the Pub/Sub agent', (each) => 'agent' in each.to && each.to.agent === 'pubsub'),
      ...[target.database, publicDatabaseOf(target.database)].flatMap((database, index) => [
        databasePart(
          gcloud,
          { ...target, database },
          {
            rules: async () => readRules(project, database, await accessToken()),
            content: async () => contentOf(project, database, await accessToken()),
          },
          index === 0,
        ),
        rulesPart(project, database, accessToken, index === 0 ? undefined : 'firestore.public.indexes.json'),
      ]),
      schedulePart(clients.scheduler, project, region, () => asksWhetherLive(clients.policies, project)),
      ...(copyTo ? [copySchedulePart(gcloud, region, target.database, policy.zone)] : []),
      logPart(gcloud),
      leftoverPart(gcloud, target, accessToken),
      channels,
      // That agent appears with the first channel of its kind.
      grant(
        'Grants to the alerting agent',
        (each) => 'agent' in each.to && each.to.agent === 'monitoring-notification',
      ),
      uptimePart(clients.uptime, project, (name) => new URL(publicUrl(name, target)).host),
      objectivePart(clients.objectives, project),
      policies,
      dashboardPart(gcloud),
    ],
    close: clients.close,
  };
}

/** Reads what is there; a part whose API is off has nothing yet. */
export async function readParts(parts: readonly Part[], apis: ReadonlySet<string> | undefined): Promise<Step[][]> {
  const all: Step[][] = [];
  for (const part of parts) {
    const isReadable = apis !== undefined && (part.api === undefined || apis.has(part.api));
    all.push(isReadable ? await part.read() : part.ofNothing());
  }
  return all;
}

const signs: Record<Step['action'], string> = {
  create: '+',
  update: '~',
  keep: '=',
  leave: '!',
  refuse: 'x',
  delete: '-',
};

/** The plan as a table, part by part. What is kept is only counted, unless all of it is to be seen. */
export function renderPlan(parts: readonly Part[], steps: readonly Step[][], isWhole = false): string {
  const lines: string[] = [];
  for (const [index, part] of parts.entries()) {
    const own = steps[index] ?? [];
    const kept = own.filter((each) => each.action === 'keep').length;
    lines.push('', `${part.title}${kept > 0 ? ` (${kept} kept)` : ''}${own.length === 0 ? ': nothing' : ''}`);
    for (const step of own) if (isWhole || step.action !== 'keep') lines.push(...linesOf(step));
  }
  return `${lines.join('\n').trimStart()}\n\n${summary(steps)}\n`;
}

/** No line but a command's is wider than this: a command is to be copied whole. */
const width = 120;

function linesOf({ action, kind, name, note, differences, command }: Step): string[] {
  const first = `  ${signs[action]} ${action.padEnd(6)} ${kind.padEnd(12)} ${name}`;
  const isShort = note === undefined || first.length + note.length + 4 <= width;
  return [
    isShort && note ? `${first}  (${note})` : first,
    ...(isShort ? [] : folded(note, width - 6).map((line) => `      ${line}`)),
    ...differences.map(({ field, is, shouldBe }) => `      ${field}: ${shown(is)} → ${shown(shouldBe)}`),
    ...(command ? [`      $ ${command}`] : []),
  ];
}

function folded(text: string, most: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + 1 + word.length > most) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}

const verbs: readonly [Step['action'], string][] = [
  ['create', 'to create'],
  ['update', 'to update'],
  ['delete', 'to delete'],
  ['keep', 'kept'],
  ['leave', 'left alone'],
  ['refuse', 'refused'],
];

export function summary(steps: readonly Step[][]): string {
  const counts = verbs.flatMap(([action, verb]) => {
    const count = steps.flat().filter((each) => each.action === action).length;
    return count > 0 ? [`${count} ${verb}`] : [];
  });
  return counts.join(', ') || 'Nothing to do.';
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
