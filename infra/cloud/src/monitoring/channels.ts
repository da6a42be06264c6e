import type { LocalClock } from '../clock.ts';
import { GrpcError, type Unary } from '../grpc.ts';
import { applyMask, fromMillis, page, type SecondsAndNanos } from '../wire.ts';
import { parseFilter } from './filter.ts';
import { type AlertPolicy, refuseWords } from './policy.ts';
import { fieldsOf, type ResourceStore } from './resource-store.ts';

/** google.monitoring.v3.NotificationChannel. */
export interface Channel {
  name: string;
  type: string;
  displayName?: string;
  labels?: Record<string, string>;
  userLabels?: Record<string, string>;
  enabled?: { value?: boolean };
  creationRecord: { mutateTime: SecondsAndNanos };
}

/** The labels that a type cannot do without. Only webhooks and Pub/Sub are really called here. */
const neededLabels: Record<string, string[]> = {
  webhook_basicauth: ['url', 'username'],
  webhook_tokenauth: ['url'],
  pubsub: ['topic'],
  email: ['email_address'],
  sms: ['number'],
  slack: ['channel_name'],
  pagerduty: ['service_key'],
};

/** The fields that a mask may name. */
const fields = [
  'name',
  'type',
  'display_name',
  'description',
  'labels',
  'user_labels',
  'verification_status',
  'enabled',
  'creation_record',
  'mutation_records',
];

/** google.monitoring.v3.NotificationChannelService. */
export function channelMethods(
  channels: ResourceStore<Channel>,
  policies: ResourceStore<AlertPolicy>,
  clock: LocalClock,
): Record<string, Unary> {
  const save = (channel: Channel): Channel => {
    const needed = neededLabels[channel.type];
    if (!needed) throw new GrpcError('INVALID_ARGUMENT', `Unknown notification channel type "${channel.type ?? ''}".`);
    const missing = needed.find((label) => !channel.labels?.[label]);
    if (missing) throw new GrpcError('INVALID_ARGUMENT', `A ${channel.type} channel needs the label "${missing}".`);
    refuseWords('notification_channel', channel);
    return channels.put({ ...channel, enabled: channel.enabled ?? { value: true } });
  };
  const record = () => ({ mutateTime: fromMillis(clock.now()) });

  return {
    CreateNotificationChannel: ({ name, notificationChannel = {} }) =>
      save({
        ...notificationChannel,
        name: `${name}/notificationChannels/${channels.newId()}`,
        creationRecord: record(),
      } as Channel),
    GetNotificationChannel: ({ name }) => channels.found(name),
    ListNotificationChannels: (request) => {
      const filter = request.filter ? parseFilter(request.filter) : () => true;
      const mine = channels.of(request.name).filter((channel) => filter(fieldsOf(channel)));
      const { items, nextPageToken } = page(mine, ({ name }) => name, request);
      return { notificationChannels: items, nextPageToken, totalSize: mine.length };
    },
    UpdateNotificationChannel: ({ notificationChannel, updateMask }) => {
      const current = channels.found(notificationChannel.name);
      const paths: string[] = updateMask?.paths ?? [];
      const next = paths.length === 0 ? notificationChannel : applyMask(current, notificationChannel, paths, fields);
      const { name, creationRecord } = current;
      return save({ ...next, name, creationRecord, mutationRecords: [record()] });
    },
    DeleteNotificationChannel: ({ name, force = false }) => {
      channels.found(name);
      const users = policies.all().filter(({ notificationChannels = [] }) => notificationChannels.includes(name));
      if (users.length > 0 && !force) {
        throw new GrpcError('FAILED_PRECONDITION', `Notification channel ${name} is used by ${users[0]?.name}.`);
      }
      for (const policy of users) {
        policies.put({
          ...policy,
          notificationChannels: policy.notificationChannels?.filter((other) => other !== name) ?? [],
        });
      }
      channels.drop(name);
    },
  };
}
