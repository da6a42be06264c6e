/** The notification channels by which Cloud Monitoring's alerts reach people: each operator, a pager, and Metronome itself. */
import type { NotificationChannelServiceClient, protos } from '@google-cloud/monitoring';
import { topics } from '../../functions/topology.ts';
import { bring, compare, create, leave, type Part, type Step } from './step.ts';
import type { ChannelKey, WatchSpec } from './watch.ts';

type Channel = protos.google.monitoring.v3.INotificationChannel;

export interface ChannelSettings {
  /** Addresses of people who hear of Metronome's own trouble past Metronome; without one that channel is left out. */
  operators?: readonly string[] | undefined;
  /** A notification channel of the project that pages: critical alerts go to it as well. */
  pager?: string | undefined;
  alertsUrl: string;
  /** The door's token, and which version of the secret it is: what was stored cannot be read back. */
  token: () => Promise<string>;
  tokenVersion: string;
}

const channelLabel = 'metronome-channel';

/** The names that Google gave to channels, for the policies that call them. There is one for each operator. */
export type ChannelNames = Map<ChannelKey | `operator-${number}`, string>;

const operatorKey = (index: number) => (index === 0 ? 'operator' : (`operator-${index + 1}` as const));
const isOperator = (key: string | undefined): boolean => /^operator(?:-\d+)?$/.test(key ?? '');

export function channelPart(
  client: NotificationChannelServiceClient,
  project: string,
  settings: ChannelSettings,
  names: ChannelNames,
): Part {
  const name = `projects/${project}`;
  const plan = (existing: readonly Channel[]): Step[] => {
    const steps = channelsOf(project, settings).map(({ key, channel, secret }) => {
      const isOfKey = (each: Channel): boolean => each.userLabels?.[channelLabel] === key;
      const found = existing.find(isOfKey);
      const whole = async () => (secret ? { ...channel, labels: { ...channel.labels, ...(await secret()) } } : channel);
      if (!found?.name) {
        const add = async (isAgain: boolean) => {
          const before = isAgain ? (await client.listNotificationChannels({ name }))[0].find(isOfKey) : undefined;
          const [made] = before
            ? [before]
            : await client.createNotificationChannel({ name, notificationChannel: await whole() });
          if (made.name) names.set(key, made.name);
        };
        return create('channel', key, add, `${channel.type}: ${Object.values(channel.labels ?? {}).join(', ')}`);
      }
      names.set(key, found.name);
      return bring('channel', key, compare(channel, found), async () => {
        const notificationChannel = { ...(await whole()), name: found.name ?? '' };
        const updateMask = { paths: ['labels', 'display_name', 'user_labels', 'enabled'] };
        await client.updateNotificationChannel({ notificationChannel, updateMask });
      });
    });
    const others = existing.flatMap(({ name, userLabels, labels }) => {
      const key = userLabels?.[channelLabel] as 'operator' | undefined;
      return name && key && isOperator(key) && !names.has(key) ? [{ key, name, address: labels?.email_address }] : [];
    });
    if (settings.operators && settings.operators.length > 0) {
      const left = others.map(({ key, address }) =>
        leave('channel', key, `${address} is named as an operator no more: delete it by hand`),
      );
      return [...steps, ...left];
    }
    for (const { key, name } of others) names.set(key, name);
    const note = 'nobody is told past Metronome itself: give --operator EMAIL';
    const kept = others.map(({ key }) => leave('channel', key, 'kept as it is'));
    return [...steps, ...(kept.length > 0 ? kept : [leave('channel', 'operator', note)])];
  };
  return {
    title: 'Notification channels',
    api: 'monitoring.googleapis.com',
    isOneByOne: true,
    ofNothing: () => plan([]),
    read: async () => plan((await client.listNotificationChannels({ name }))[0]),
  };
}

interface PlannedChannel {
  key: Parameters<ChannelNames['get']>[0];
  channel: Channel;
  /** Labels that the API takes and does not give back. */
  secret?: () => Promise<Record<string, string>>;
}

function channelsOf(project: string, settings: ChannelSettings): PlannedChannel[] {
  const { operators = [], alertsUrl, token, tokenVersion } = settings;
  const labelled = (key: PlannedChannel['key'], more: Record<string, string> = {}) => ({
    userLabels: { [channelLabel]: key, ...more },
    enabled: { value: true },
  });
  const door: PlannedChannel = {
    key: 'door',
    channel: {
      type: 'webhook_basicauth',
      displayName: 'Metronome: the alerts door',
      labels: { url: alertsUrl, username: 'metronome' },
      ...labelled('door', { 'token-version': tokenVersion }),
    },
    // A token in the query would be in request logs.
    secret: async () => ({ password: await token() }),
  };
  const topic: PlannedChannel = {
    key: 'topic',
    channel: {
      type: 'pubsub',
      displayName: 'Metronome: the alerts topic',
      labels: { topic: `projects/${project}/topics/${topics.alertNotifications}` },
      ...labelled('topic'),
    },
  };
  const mailed = operators.map((address, index): PlannedChannel => {
    const key = operatorKey(index);
    const channel = { type: 'email', displayName: 'Metronome: its operator', labels: { email_address: address } };
    return { key, channel: { ...channel, ...labelled(key) } };
  });
  return [...mailed, door, topic];
}

/** Google's names of our channels, and of the one that pages. */
export interface Called {
  names: ChannelNames;
  pager?: string | undefined;
}

export const pagesFor = ({ severity }: Pick<WatchSpec, 'severity'>, pager: string | undefined) =>
  severity === 'CRITICAL' ? pager : undefined;

export function channelsFor(spec: Pick<WatchSpec, 'channels' | 'severity'>, { names, pager }: Called): string[] {
  const own = spec.channels.flatMap((key) => {
    const keys = key === 'operator' ? [...names.keys()].filter(isOperator).sort() : [key];
    return keys.flatMap((each) => names.get(each) ?? []);
  });
  return [...own, ...[pagesFor(spec, pager) ?? []].flat()];
}
