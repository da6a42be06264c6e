/**
 * What the record calls and does not know: who looks at a timer's subject, and who sends what waits in an outbox.
 * The rooms that do so stand above this one; the door list fills the table in as a process starts.
 */
import type { Policy } from '../policy.ts';
import type { ActionTickets } from './action-tickets.ts';
import type { ExportSource } from './exported.ts';
import type { Incident } from './incident.ts';
import type { Timer } from './records.ts';
import type { DueTimer } from './timers.ts';

/** Looks at what is due, and sets when its timer wakes next. */
export type Look = (due: DueTimer, now: Date) => Promise<void>;

/**
 * Sends what a decision has committed.
 * @param sends as it was committed
 * @throws what keeps it from being sent: it is sent again when the lease has run out, so it may be sent twice
 */
export type Sender = (sends: unknown, about: { incident: Incident; now: Date; policy: Policy }) => Promise<void>;

export interface Registry {
  looks: Record<Timer['subject'], () => Promise<Look>>;
  /** By the kind of the entry. */
  senders: Record<string, () => Promise<Sender>>;
  /** What is done before anything that is due is looked at; where nothing is due it is left out. */
  beforeLooks: (() => Promise<(now: Date) => Promise<void>>)[];
  /** What is done every minute besides, whatever is due. */
  everyMinute: (() => Promise<(now: Date) => Promise<void>>)[];
  exports: () => Promise<ExportSource>;
  actionTickets: () => Promise<ActionTickets>;
}

let registered: Partial<Registry> = {};

/**
 * A process may serve several doors: what each of them registers is there for all.
 * @returns puts back what was registered before, for whoever registers only for a while
 */
export function register(registry: Partial<Registry>): () => void {
  const before = registered;
  registered = { ...before, ...registry };
  return () => {
    const others = Object.entries(registered).filter(([name]) => !(name in registry));
    const earlier = Object.entries(before).filter(([name]) => name in registry);
    registered = Object.fromEntries([...others, ...earlier]);
  };
}

/** What is registered by now. */
export const registrations = (): Readonly<Partial<Registry>> => ({ ...registered });

export function lookFor(subject: Timer['subject']): Promise<Look> {
  const load = registered.looks?.[subject];
  if (!load) throw new Error(`Nobody is registered who looks at a timer of ${subject}.`);
  return load();
}

export function senderOf(kind: string): Promise<Sender> {
  const load = registered.senders?.[kind];
  if (!load) throw new Error(`Nobody is registered who sends ${kind}.`);
  return load();
}

export const beforeLooks = (): Promise<(now: Date) => Promise<void>>[] =>
  (registered.beforeLooks ?? []).map((load) => load());

export const everyMinute = (): Promise<(now: Date) => Promise<void>>[] =>
  (registered.everyMinute ?? []).map((load) => load());

export function exportSource(): Promise<ExportSource> {
  if (!registered.exports) throw new Error('Nobody is registered who reads the records that leave.');
  return registered.exports();
}

export function actionTickets(): Promise<ActionTickets> {
  if (!registered.actionTickets) throw new Error('Nobody is registered who keeps the tickets of actions.');
  return registered.actionTickets();
}
