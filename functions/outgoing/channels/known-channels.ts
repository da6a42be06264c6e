/** Which channels there are, without their addresses, and until when each asked us to wait: `connections/channels`. */
import { now } from '../../platform/clock.ts';
import { given } from '../../platform/defined.ts';
import type { Outcome, Wait } from '../../platform/delivery.ts';
import { PerEnvironment } from '../../platform/environment.ts';
import { LostAnswer, TemporaryFailure } from '../../platform/failures.ts';
import { collections, dataOf, firestore } from '../../platform/firestore.ts';
import type { ChannelConfig } from './channel.ts';
import { type Channel, type Unreached, unreachedBy } from './receivers.ts';

export interface KnownChannels {
  /** As the connections page shows them: no address, no secret. */
  channels: Channel[];
  unreached: Unreached[];
  notedAt: Date;
  /** By the channel's name. */
  heldUntil?: Record<string, Date>;
}

const knownChannels = () => firestore().collection(collections.connections).doc('channels');

/** By the channel's name; what this process has learned, and what was stored as it started. */
const held = new PerEnvironment(() => new Map<string, Date>());

/** Whichever notice it refused, it asked to be left alone. */
export function waitsForChannel(name: string, at: Date): Wait | undefined {
  const until = held.get().get(name);
  return until && until > at ? { why: 'the channel asked to wait', until } : undefined;
}

/** Read once by each process: its configuration does not change, and it keeps what it learns about waiting. */
export async function readKnownChannels(): Promise<KnownChannels | undefined> {
  const known = dataOf<KnownChannels>(await knownChannels().get());
  for (const [name, until] of Object.entries(known?.heldUntil ?? {})) held.get().set(name, until);
  return known;
}

export const noted = (configured: readonly ChannelConfig[]) => ({
  channels: configured.map((each): Channel => given(each, ['name', 'kind', 'escalation', 'for'])),
  unreached: unreachedBy(configured),
});

export async function noteChannels(known: ReturnType<typeof noted>): Promise<void> {
  await knownChannels().set({ ...known, notedAt: now() }, { mergeFields: ['channels', 'unreached', 'notedAt'] });
}

/** Where the channel asks to wait, every notice waits for it, not only the one that was refused. */
export async function holding(name: string, send: () => Promise<void>): Promise<Outcome> {
  try {
    await send();
    return { kind: 'delivered' };
  } catch (error) {
    if (!(error instanceof TemporaryFailure) || error instanceof LostAnswer) throw error;
    if (error.retryAfterMs === undefined) throw error;
    const until = new Date(now().getTime() + error.retryAfterMs);
    held.get().set(name, until);
    await knownChannels().set({ heldUntil: { [name]: until } }, { merge: true });
    throw error;
  }
}
