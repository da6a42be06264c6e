/** The environment of each function on this machine: what the topology gives it, and nothing of other functions. */
import { readChannels } from '../../functions/outgoing/channels/channel.ts';
import type { Environment, Environments } from '../../functions/platform/environment.ts';
import { emailOf } from '../provision/accounts.ts';
import { functions, secretNames } from '../topology.ts';

/** The local cloud's services, by what their variables begin with. */
const services = ['FIRESTORE', 'PUBSUB', 'MONITORING'] as const;

export interface Addresses {
  /** The local cloud's host and port. */
  cloud: string;
  /** The address of the functions. */
  root: string;
}

/** @param base what is set already stays: the official emulators, or secrets of one's own */
export function environmentsOf(base: Environment, project: string, { cloud, root }: Addresses): Environments {
  const owner: Record<string, string | undefined> = {
    ...base,
    GOOGLE_CLOUD_PROJECT: base.GOOGLE_CLOUD_PROJECT ?? project,
    // The console verifies nobody here; a deployment never sets this.
    METRONOME_LOCAL: '1',
    TICKETS_TOKEN: base.TICKETS_TOKEN ?? 'local',
    ALERTS_TOKEN: base.ALERTS_TOKEN ?? 'local',
    JOIN_KEY_SECRET: base.JOIN_KEY_SECRET ?? 'local',
    CONSOLE_URL: base.CONSOLE_URL ?? `${root}/console`,
    PAGES_SECRET: base.PAGES_SECRET ?? 'local',
    PUBLIC_URL: base.PUBLIC_URL ?? root,
    NOTIFY_CHANNELS: withInbox(base.NOTIFY_CHANNELS, root),
  };
  for (const each of services) owner[`${each}_EMULATOR_HOST`] = base[`${each}_EMULATOR_HOST`] ?? cloud;
  return { owner, functions: functionEnvironments(owner, project, cloud) };
}

/** By function name: the environment without other functions' secrets, and the account for calls to the cloud. */
export function functionEnvironments(owner: Environment, project: string, cloud: string): Environments['functions'] {
  const all = functions.map(({ name, service, secrets, environment }) => {
    const own: Record<string, string | undefined> = { ...owner };
    const given: readonly string[] = [...secrets, ...environment];
    for (const variable of configured) if (!given.includes(variable)) delete own[variable];
    // Other emulators know only an owner.
    for (const each of services) {
      if (own[`${each}_EMULATOR_HOST`] === cloud) own[`${each}_EMULATOR_ACCOUNT`] = emailOf(service, project);
    }
    return [name, own] as const;
  });
  return Object.fromEntries(all);
}

/** Every variable that some function is given, and that the others are not. */
const configured = [...new Set([...secretNames, ...functions.flatMap(({ environment }) => environment)])];

/** On this machine a channel of kind `inbox` always exists: a default one if none is configured. */
function withInbox(channels: string | undefined, root: string): string {
  const own: { kind?: unknown }[] = JSON.parse(channels || '[]');
  const has = Array.isArray(own) && own.some((each) => each?.kind === 'inbox');
  const inbox = { kind: 'inbox', url: `${root}/_local/inbox`, allowPrivate: true };
  const all = JSON.stringify(has ? own : [...own, inbox]);
  // Reports invalid channels at the start, not with the first notice.
  readChannels(all);
  return all;
}
