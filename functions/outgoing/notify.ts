/**
 * Delivers a notice once to each channel that accepts it. A temporary failure throws, and Pub/Sub delivers again; a permanent
 * one is recorded where people see it. A notice that reaches nobody is a failure as well.
 */
import { isDeepStrictEqual } from 'node:util';
import { quarantineMessage } from '../incidents/signals/quarantine.ts';
import { now } from '../platform/clock.ts';
import { readConfig } from '../platform/config.ts';
import { given } from '../platform/defined.ts';
import { PerEnvironment } from '../platform/environment.ts';
import { stableId } from '../platform/ids.ts';
import { log } from '../platform/log.ts';
import { isObject } from '../platform/loose.ts';
import { type Message, messageDoor } from '../platform/message.ts';
import { type Notice, noticeSchema, type PagerStep, pagerStepSchema } from '../platform/notice-schemas.ts';
import { type FieldError, Problem } from '../platform/problem.ts';
import { publish } from '../platform/publish.ts';
import { parseJson } from '../platform/raw-body.ts';
import { topics } from '../topology.ts';
import { type ChannelConfig, readChannels } from './channels/channel.ts';
import { noteChannels, noted, readKnownChannels } from './channels/known-channels.ts';
import { isEscalation, isReached, judgePage, receiversOf } from './channels/receivers.ts';
import { deliverOnce, keepUnreached, type Route } from './deliver-once.ts';
import { deliverPage } from './deliver-page.ts';
import { triedOn } from './tried-on.ts';

export const notify = messageDoor(async (message) => {
  const read = await readNotice(message);
  if (!read) return;
  const configured = await channelsFor(read);
  const work = () => ('action' in read ? page(read, configured) : tell(read, configured));
  await triedOn(message, topics.notifications, work);
});

/** @throws Error that a person has to mend: until then the message comes again, and what is urgent rings the alarm outside */
async function channelsFor(read: Notice | PagerStep): Promise<ChannelConfig[]> {
  try {
    return readChannels(readConfig().NOTIFY_CHANNELS);
  } catch (error) {
    const isPage = 'action' in read;
    const about = { ...read, kind: isPage ? 'page' : read.kind };
    // Its time counts from when it was written, however often it comes.
    if (isPage ? read.action === 'trigger' : isAlarm(read))
      await keepUnreached(about, 'NOTIFY_CHANNELS cannot be read', new Date(read.createdAt));
    throw error;
  }
}

async function tell(notice: Notice, configured: readonly ChannelConfig[]): Promise<void> {
  await knowChannels(configured);
  if (!isReached(notice, configured)) return nobodyIsTold(notice);
  await settleAll(receiversOf(notice, configured).map((each) => hand({ notice, ...each })));
}

/** Slack is called by one instance alone, which knows when the channel took its last message. */
const hand = (route: Route): Promise<void> =>
  route.channel.kind === 'slack-app' ? publish(topics.outgoing, { ...route }) : deliverOnce(route);

/** Without a paging channel, no page is sent. */
async function page(step: PagerStep, configured: readonly ChannelConfig[]): Promise<void> {
  const paging = configured.filter((each) => each.kind === 'pagerduty');
  if (paging.length === 0) return;
  await knowChannels(configured);
  const fitting = paging.filter((each) => judgePage(step, each).isTold);
  await settleAll(fitting.map((each) => deliverPage(step, each)));
}

/** @throws the first failure, once all are settled: the message comes again, and what was done is not done twice */
async function settleAll(deliveries: Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(deliveries);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

const noting = new PerEnvironment((): { done?: Promise<void> | undefined } => ({}));

/** Recorded once per process: the configured channels. */
async function knowChannels(configured: readonly ChannelConfig[]): Promise<void> {
  const once = noting.get();
  once.done ??= keepNoted(configured).catch((error) => {
    once.done = undefined;
    throw error;
  });
  await once.done;
}

/** Changed channels are noted, and checked again. */
async function keepNoted(configured: readonly ChannelConfig[]): Promise<void> {
  const known = await readKnownChannels();
  const current = noted(configured);
  if (known && isDeepStrictEqual(given(known, ['channels', 'unreached']), current)) return;
  const missed = current.unreached.filter(isEscalation);
  if (missed.length > 0) {
    const id = stableId('ntc', 'unreached', JSON.stringify(current.channels));
    await keepUnreached({ id, kind: missed[0]?.kind ?? 'escalation', incidentId: null }, unfitting, now());
  }
  await noteChannels(current);
}

/** An escalation, or a failure to deliver, that reaches nobody is an alarm: there is nobody left who could notice. */
const isAlarm = (notice: Notice): boolean =>
  !notice.isDrill && (isEscalation(notice) || notice.kind === 'delivery-failed');

async function nobodyIsTold(notice: Notice): Promise<void> {
  if (isAlarm(notice)) return keepUnreached(notice, unfitting, now());
  const facts = { noticeId: notice.id, kind: notice.kind };
  log('WARNING', 'a notice has nowhere to go: no channel of NOTIFY_CHANNELS is for it', facts);
}

const unfitting = 'no channel of NOTIFY_CHANNELS is for it';

/** A malformed message goes to quarantine, since retrying cannot help. */
async function readNotice(message: Message): Promise<Notice | PagerStep | undefined> {
  const keep = async (reason: string, errors: FieldError[] = []): Promise<undefined> => {
    await quarantineMessage('notifications', message, topics.notifications, reason, { errors });
  };
  let body: unknown;
  try {
    body = parseJson(message.bytes);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return keep(error.message);
  }
  const parsed = (isObject(body) && 'action' in body ? pagerStepSchema : noticeSchema).safeParse(body);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  return keep('The message is not a notice.', errors);
}
