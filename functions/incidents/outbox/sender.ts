/** Sends what a decision has committed. The rooms that send lie above this one; the top floor hands them to the tick. Pure. */
import type { Policy } from '../../policy.ts';
import type { Incident } from '../incident.ts';

/**
 * @param sends as it was committed
 * @throws what keeps it from being sent: it is sent again when the lease has run out, so it may be sent twice
 */
export type Sender = (sends: unknown, about: { incident: Incident; now: Date; policy: Policy }) => Promise<void>;

/** By the kind of the outbox's entry; each is loaded where it is needed. */
export type Senders = Readonly<Record<string, () => Promise<Sender>>>;
