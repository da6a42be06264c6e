/**
 * Takes Metronome down: what calls, ticks and watches. What holds or may hold reports stays: the database, the secrets,
 * the topics and their subscriptions, which keep for 7 days what nobody takes.
 */
import { functions, schedules } from '../../functions/topology.ts';
import { byCommand, type Gcloud } from './gcloud.ts';
import { exclusionName } from './logs.ts';
import { readParts, renderPlan } from './plan.ts';
import { applySteps, type Part, type Step } from './step.ts';

/** How somebody is asked, and told. */
export interface Conversation {
  say(text: string): void;
  ask(question: string): Promise<string>;
}

/** @returns whether it was taken down: only after the project's name was typed */
export async function takeDown(gcloud: Gcloud, region: string, { say, ask }: Conversation): Promise<boolean> {
  const parts = destroyParts(gcloud, region);
  const steps = await readParts(parts, new Set());
  say(renderPlan(parts, steps));
  say(stays);
  if ((await ask('Type the project’s name to take Metronome down: ')).trim() !== gcloud.project) {
    say('That is not the project’s name. Nothing was changed.');
    return false;
  }
  for (const [index, part] of parts.entries()) await applySteps(steps[index] ?? [], part.isOneByOne);
  say('It is down.');
  return true;
}

export const stays =
  'The database and its backups, the secrets, the topics and their subscriptions, the accounts and their grants stay.';

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
    part('Schedules', async () => {
      const found = await gcloud.json<{ name: string }[]>(['scheduler', 'jobs', 'list', `--location=${region}`]);
      const names = new Set(found.map((each) => each.name.split('/').at(-1)));
      return schedules
        .filter((each) => names.has(each.name))
        .map((each) => away('schedule', each.name, ['scheduler', 'jobs', 'delete', each.name, `--location=${region}`]));
    }),
    part('Alert policies', async () => {
      const found = await gcloud.json<Labelled[]>(['monitoring', 'policies', 'list']);
      return found
        .filter((each) => each.userLabels?.['metronome-policy'] !== undefined)
        .map((each) =>
          away('alert policy', each.displayName ?? each.name, ['monitoring', 'policies', 'delete', each.name]),
        );
    }),
    part('Notification channels', async () => {
      const found = await gcloud.json<Labelled[]>(['beta', 'monitoring', 'channels', 'list']);
      return found
        .filter((each) => each.userLabels?.['metronome-channel'] !== undefined)
        .map((each) =>
          away('channel', each.displayName ?? each.name, ['beta', 'monitoring', 'channels', 'delete', each.name]),
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
      const found = await gcloud.json<{ metadata: { name: string } }[]>([
        'run',
        'services',
        'list',
        `--region=${region}`,
      ]);
      const names = new Set(found.map((each) => each.metadata.name));
      return functions
        .filter((each) => names.has(each.service))
        .map((each) =>
          away('service', each.service, ['run', 'services', 'delete', each.service, `--region=${region}`]),
        );
    }),
  ];
}

interface Labelled {
  name: string;
  displayName?: string;
  userLabels?: Record<string, string>;
  labels?: Record<string, string>;
}
