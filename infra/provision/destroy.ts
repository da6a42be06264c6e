/**
 * Takes Metronome down: what calls, ticks and watches. What holds or may hold reports stays: the database, the secrets,
 * the topics and their subscriptions, which keep for 7 days what nobody takes.
 */

import { reasonOf } from '../reason-of.ts';
import { functions, schedules } from '../topology.ts';
import { refuseRefused } from './apply.ts';
import { byCommand, type Gcloud } from './gcloud.ts';
import { exclusionName } from './logs.ts';
import { readParts, renderPlan } from './plan.ts';
import { shortName } from './pubsub.ts';
import { otherRegions } from './region.ts';
import { isOurs, ownLabel, servicesOf } from './services.ts';
import { applySteps, type Part, refuse, type Step } from './step.ts';
import { uptimeLabel } from './uptime.ts';
import { copyJob, policyLabel } from './watch.ts';

/** How the command asks the user, and what it prints. */
export interface Conversation {
  say(text: string): void;
  ask(question: string): Promise<string>;
}

/** @returns whether it was taken down: only after the project's name was typed */
export async function takeDown(gcloud: Gcloud, region: string, { say, ask }: Conversation): Promise<boolean> {
  const parts = destroyParts(gcloud, region);
  const steps = await readParts(parts, new Set());
  say(renderPlan(parts, steps));
  refuseRefused(steps);
  say(stays);
  if ((await ask('Type the project’s name to take Metronome down: ')).trim() !== gcloud.project) {
    say('That is not the project’s name. Nothing was changed.');
    return false;
  }
  // A resource that cannot be deleted does not stop the others.
  const failures: string[] = [];
  for (const step of steps.flat()) {
    await applySteps([step]).catch((error: unknown) => failures.push(reasonOf(error)));
  }
  if (failures.length > 0)
    throw new Error(`Not all of it is down:\n${failures.join('\n')}\nRun the command again to retry the rest.`);
  say('It is down.');
  return true;
}

export const stays =
  'The database and its backups, the secrets, the topics and their subscriptions, the accounts and their grants, the objectives, images and sources stay. “Removing what stays” in docs/how-to/deploy.md lists how each is removed for good.';

/** Where Metronome is, by the addresses that its subscriptions push to: a mistyped region would leave the real one unwatched. */
async function checkRegion(gcloud: Gcloud, region: string): Promise<Step[]> {
  const found = await gcloud.json<{ labels?: Record<string, string>; pushConfig?: { pushEndpoint?: string } }[]>([
    'pubsub',
    'subscriptions',
    'list',
  ]);
  const hosts = found
    .filter((each) => each.labels?.app === ownLabel.app)
    .flatMap(({ pushConfig }) =>
      URL.canParse(pushConfig?.pushEndpoint ?? '') ? new URL(pushConfig?.pushEndpoint ?? '').host : [],
    );
  const others = otherRegions(hosts, region);
  return others.length === 0 || others.length < otherRegions(hosts, '').length
    ? []
    : [refuse('region', region, `Metronome is in ${others.join(', ')}: use --region ${others[0]}`)];
}

export function destroyParts(gcloud: Gcloud, region: string): Part[] {
  const part = (title: string, plan: () => Promise<Step[]>): Part => ({
    title,
    isOneByOne: true,
    ofNothing: () => [],
    read: plan,
  });
  const away = (kind: string, name: string, args: readonly string[]): Step =>
    byCommand(gcloud, { kind, name, action: 'delete' }, args);
  return [
    part('Region', () => checkRegion(gcloud, region)),
    part('Schedules', async () => {
      const found = await gcloud.json<Job[]>(['scheduler', 'jobs', 'list', `--location=${region}`]);
      const targets = new Map(found.map((each) => [shortName(each.name), each.pubsubTarget?.topicName]));
      return schedules
        .filter((each) => targets.get(each.name)?.endsWith(`/topics/${each.topic}`))
        .map(({ name }) => name)
        .concat(targets.has(copyJob) ? [copyJob] : [])
        .map((name) => away('schedule', name, ['scheduler', 'jobs', 'delete', name, `--location=${region}`]));
    }),
    part('Alert policies', async () => {
      const found = await gcloud.json<Labelled[]>(['monitoring', 'policies', 'list']);
      return found
        .filter((each) => each.userLabels?.[policyLabel] !== undefined)
        .map((each) =>
          away('alert policy', each.displayName ?? each.name, ['monitoring', 'policies', 'delete', each.name]),
        );
    }),
    part('Uptime checks', async () => {
      const found = await gcloud.json<Labelled[]>(['monitoring', 'uptime', 'list-configs']);
      return found
        .filter((each) => each.userLabels?.[uptimeLabel] !== undefined)
        .map((each) =>
          away('uptime check', each.displayName ?? each.name, ['monitoring', 'uptime', 'delete', each.name]),
        );
    }),
    part('Notification channels', async () => {
      const found = await gcloud.json<Labelled[]>(['beta', 'monitoring', 'channels', 'list']);
      return found
        .filter((each) => each.userLabels?.['metronome-channel'] !== undefined)
        .map((each) =>
          // Somebody may have attached it to a policy of theirs: that policy stays, without it.
          away('channel', each.displayName ?? each.name, [
            'beta',
            'monitoring',
            'channels',
            'delete',
            each.name,
            '--force',
          ]),
        );
    }),
    part('Dashboard', async () => {
      const found = await gcloud.json<Labelled[]>(['monitoring', 'dashboards', 'list']);
      return found
        .filter((each) => each.labels && 'metronome' in each.labels)
        .map((each) => away('dashboard', 'Metronome', ['monitoring', 'dashboards', 'delete', each.name]));
    }),
    part('Logs', async () => {
      const found = await gcloud.json<{ exclusions?: { name: string }[] }>([
        'logging',
        'sinks',
        'describe',
        '_Default',
      ]);
      return (found.exclusions ?? [])
        .filter((each) => each.name === exclusionName)
        .map((each) =>
          away('exclusion', each.name, ['logging', 'sinks', 'update', '_Default', `--remove-exclusions=${each.name}`]),
        );
    }),
    part('Services', async () => {
      const found = await servicesOf(gcloud, region);
      return functions
        .filter((each) => isOurs(found.get(each.service)))
        .map((each) =>
          away('service', each.service, ['run', 'services', 'delete', each.service, `--region=${region}`]),
        );
    }),
  ];
}

interface Job {
  name: string;
  pubsubTarget?: { topicName?: string };
}

interface Labelled {
  name: string;
  displayName?: string;
  userLabels?: Record<string, string>;
  labels?: Record<string, string>;
}
