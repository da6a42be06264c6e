/** What every channel provides: a way to send one message, and whether a failure is worth a retry. Pure. */
import * as z from 'zod';
import { readList } from '../../platform/loose.ts';
import { type Notice, noticeKinds } from '../../platform/notice-schemas.ts';
import { policy } from '../../policy.ts';
import { type Language, languages } from '../../words/language.ts';

/** One value is a list of one. */
const oneOrMore = <T extends z.ZodType>(of: T) =>
  z.union([of.transform((one) => [one] as z.output<T>[]), z.array(of).min(1)]);

/** What a channel accepts. An absent condition matches everything, except that drills have to be named. */
const forSchema = z.strictObject({
  kinds: oneOrMore(z.enum(noticeKinds)).optional(),
  urgency: oneOrMore(z.enum(['high', 'low'])).optional(),
  /** Product areas, in whatever letters; `*` is any that is known. */
  area: oneOrMore(z.string().min(1).max(200)).optional(),
  /** `true` is drills and nothing else, `also` is drills too. */
  drill: z.union([z.boolean(), z.literal('also')]).optional(),
});

export const channelName = z.string().regex(/^(?!nobody$)[\w-]{1,40}$/);

const named = {
  /** The name in records and on the connections page; the kind if absent. No two channels share one. */
  name: channelName.optional(),
  language: z.enum(languages).default(() => policy.language),
  for: forSchema.optional(),
  /** Escalations and emergencies only. */
  escalation: z.boolean().default(false),
};

const addressed = {
  ...named,
  url: z.url({ protocol: /^https?$/ }),
  /** Allows private and plain http addresses. */
  allowPrivate: z.boolean().default(false),
};

/** Slack as an app: it posts by its token, and hears who presses. */
const slackAppSchema = z.strictObject({
  kind: z.literal('slack-app'),
  ...named,
  /** Slack's ID of the channel: `C…`, or `G…` for a private one. */
  channel: z.string().regex(/^[CG][A-Z0-9]{1,30}$/),
});

const channelSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('slack'), ...addressed }),
  slackAppSchema,
  z.strictObject({ kind: z.literal('google-chat'), ...addressed }),
  /** `secret` is `whsec_…`, or two separated by a comma while it is being rotated. */
  z.strictObject({ kind: z.literal('webhook'), ...addressed, secret: z.string().min(1) }),
  /** Events API v2; `PAGERDUTY_EVENTS_URL` says where. */
  z.strictObject({ kind: z.literal('pagerduty'), ...named, routingKey: z.string().min(1).max(100) }),
  /** A Workflow that posts the message it receives. */
  z.strictObject({ kind: z.literal('teams'), ...addressed }),
  /** Sent through the server in `SMTP_URL`, from `MAIL_FROM`. */
  z.strictObject({
    kind: z.literal('mail'),
    ...named,
    to: oneOrMore(z.email().max(254)).pipe(z.array(z.string()).max(50)),
    allowPrivate: z.boolean().default(false),
  }),
  z.strictObject({ kind: z.literal('inbox'), ...addressed }),
]);

export type ChannelConfig = z.infer<typeof channelSchema> & { name: string };

/** The notice as sent to the function that calls Slack. */
export const slackAppChannel = slackAppSchema.required({ name: true });

export type ChannelOf<K extends ChannelConfig['kind']> = Extract<ChannelConfig, { kind: K }>;

export type PostedChannel = Exclude<ChannelConfig, { kind: 'pagerduty' | 'mail' | 'slack-app' }>;

export interface Outgoing {
  notice: Notice;
  language: Language;
  at: Date;
}

/** The channels of `NOTIFY_CHANNELS`. @throws Error that names what is wrong and no value, since addresses are secrets */
export function readChannels(json: string | undefined): ChannelConfig[] {
  const listed = readList('NOTIFY_CHANNELS', json, 'channels', z.array(channelSchema));
  const channels = listed.map((channel): ChannelConfig => ({ ...channel, name: channel.name ?? channel.kind }));
  const names = channels.map(({ name }) => name);
  const twice = [...new Set(names.filter((name, index) => names.indexOf(name) < index))];
  if (twice.length > 0) {
    // The result of a notice is stored under the channel's name: if two channels shared one, one of them would never receive.
    throw new Error(
      `NOTIFY_CHANNELS has more than one channel called ${twice.join(', ')}. Give each a "name" of its own; without one it is called by its kind.`,
    );
  }
  return channels;
}
