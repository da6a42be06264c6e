/** Which channels there are, without their addresses, and until when each asked to wait: `connections/channels`. */
import { now } from '../../platform/clock.ts';
import { given } from '../../platform/defined.ts';
import type { Outcome, Wait } from '../../platform/delivery.ts';
import { PerEnvironment } from '../../platform/environment.ts';
import { AccessRefused, LostAnswer, TemporaryFailure } from '../../platform/failures.ts';
import { collections, dataOf, firestore } from '../../platform/firestore.ts';
import { milliseconds, policy } from '../../policy.ts';
import type { ChannelConfig } from './channel.ts';
import { type Channel, type Unreached, unreachedBy } from './receivers.ts';

export interface KnownChannels {
  /** A channel as the connections page shows it, without address or secret. */
  channels: Channel[];
  unreached: Unreached[];
  notedAt: Date;
  /** By channel name. */
  holds?: Record<string, Hold>;
}

/** A channel asked to wait. */
export interface Hold {
  since: Date;
  /** Limited by the policy, whatever the channel asked for. */
  until: Date;
  why: string;
}

/** Urgent notices wait for a shorter time than others, whose longest wait is in `answers.ts`. */
export const endOfHold = ({ since, until }: Hold, isUrgent: boolean): Date =>
  isUrgent
    ? new Date(Math.min(until.getTime(), since.getTime() + milliseconds(policy.notices.holdUpTo.urgent)))
    : until;

const knownChannels = () => firestore().collection(collections.connections).doc('channels');

/** The channels' states as this process knows them, by name. */
const held = new PerEnvironment(() => ({ isRead: false, by: new Map<string, Hold>() }));

/** A hold is read again while it lasts, since a person may end it. */
export async function waitsForChannel(name: string, isUrgent: boolean, at: Date): Promise<Wait | undefined> {
  const known = held.get();
  const until = (): Date | undefined => {
    const hold = known.by.get(name);
    const end = hold && endOfHold(hold, isUrgent);
    return end && end > at ? end : undefined;
  };
  if (!known.isRead || until()) await readKnownChannels();
  const end = until();
  return end && { why: 'the channel asked to wait', until: end };
}

export async function readKnownChannels(): Promise<KnownChannels | undefined> {
  const stored = dataOf<KnownChannels>(await knownChannels().get());
  const known = held.get();
  known.isRead = true;
  known.by = new Map(Object.entries(stored?.holds ?? {}));
  return stored;
}

export const noted = (configured: readonly ChannelConfig[]) => ({
  channels: configured.map((each): Channel => given(each, ['name', 'kind', 'escalation', 'for'])),
  unreached: unreachedBy(configured),
});

export async function noteChannels(known: ReturnType<typeof noted>): Promise<void> {
  await knownChannels().set({ ...known, notedAt: now() }, { mergeFields: ['channels', 'unreached', 'notedAt'] });
}

/** Ends a channel's wait because a person asked to try it now. */
export async function endHold(name: string): Promise<void> {
  const at = now();
  const ended: Hold = { since: at, until: at, why: '' };
  held.get().by.set(name, ended);
  await knownChannels().set({ holds: { [name]: ended } }, { merge: true });
}

interface Attempt {
  channel: string;
  isUrgent: boolean;
  /** When the first attempt was made. */
  since: Date;
}

/** If a channel asks to wait, all its notices wait, not only the one that was refused. */
export async function holding({ channel, isUrgent, since }: Attempt, send: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof AccessRefused && isUrgent && isTriedOn(since, now()))
      throw new TemporaryFailure(error.message);
    if (!(error instanceof TemporaryFailure) || error instanceof LostAnswer) throw error;
    if (error.retryAfterMs === undefined) throw error;
    const askedAt = now();
    const until = new Date(askedAt.getTime() + error.retryAfterMs);
    const hold: Hold = { since: askedAt, until, why: error.message };
    held.get().by.set(channel, hold);
    await knownChannels().set({ holds: { [channel]: hold } }, { merge: true });
    const mineMs = endOfHold(hold, isUrgent).getTime() - askedAt.getTime();
    throw new TemporaryFailure(error.message, mineMs);
  }
}

const isTriedOn = (since: Date, at: Date): boolean =>
  at.getTime() - since.getTime() < milliseconds(policy.notices.refusedTriedFor);
