/** Bugs of which each breaks a promise: put into the bundle one at a time, each has to be noticed. */
import type { Change } from './build.ts';

export interface PlantedBug extends Change {
  name: string;
  /** The kinds of faults that bring it to light; all where it does not matter. */
  faults?: string;
  /** How busy a day has to be for it, where a quiet one is not enough. */
  share?: number;
}

export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'the-claim-is-no-lease',
    faults: 'death',
    file: 'functions/incidents/timers.ts',
    find: 'const leasedUntil = new Date(now.getTime() + milliseconds(policy.notices.leaseFor));',
    replace: 'const leasedUntil = new Date(now.getTime() + milliseconds(policy.notices.keptFor));',
  },
  {
    name: 'the-publish-is-not-awaited',
    faults: 'pubsub-away,death',
    file: 'functions/customer-updates/look-at-incident.ts',
    find: 'for (const { kind, sends } of outbox) await (await senderOf(kind))(sends, about);',
    replace: 'for (const { kind, sends } of outbox) (await senderOf(kind))(sends, about).catch(() => undefined);',
  },
  {
    name: 'accepted-and-kept-nowhere',
    faults: 'firestore-away,hang',
    share: 1,
    file: 'functions/intake/take-in.ts',
    find: 'await spill(delivery);',
    replace: '',
  },
  {
    name: 'acknowledged-before-it-is-filed',
    faults: 'firestore-away,hang',
    share: 1,
    file: 'functions/intake/events.ts',
    find: 'const read = await readAndFile(source, raw, { eventId, policy, now: now() });',
    replace:
      "const read = { kind: 'unread' } as Awaited<ReturnType<typeof readAndFile>>; readAndFile(source, raw, { eventId, policy, now: now() }).catch(() => undefined);",
  },
  {
    name: 'a-delivered-notice-is-delivered-again',
    faults: 'double',
    file: 'functions/outgoing/notify.ts',
    find: "if (known.state === 'delivered' || known.state === 'failed') return undefined;",
    replace: "if (known.state === 'failed') return undefined;",
  },
  {
    name: 'the-idempotency-key-is-ignored',
    faults: 'connection,death',
    file: 'functions/incidents/record-event.ts',
    find: 'const ref = by.idempotencyKey ? keyRef(by.actor, by.idempotencyKey) : undefined;',
    replace: 'const ref = undefined as ReturnType<typeof keyRef> | undefined;',
  },
  {
    name: 'an-incident-without-its-timer',
    file: 'functions/incidents/commit.ts',
    find: 'if (decision.isNew) batch.create(ref, next);',
    replace: 'if (decision.isNew) return;',
  },
  {
    name: 'the-signal-id-leaves-the-content-out',
    file: 'functions/intake/sources/generic.ts',
    find: "stableId('sig', 'generic', id.data, context.eventId ?? contentHash(body, bytes))",
    replace: "stableId('sig', 'generic', id.data)",
  },
  {
    name: 'what-cannot-be-read-is-dropped',
    file: 'functions/intake/take-in.ts',
    find: 'await quarantine(source.tool, raw, message, { ...by, errors });',
    replace: '',
  },
  {
    name: 'a-met-slot-is-not-kept',
    file: 'functions/incidents/rhythm/slots.ts',
    find: 'closed.push(met.outcome);',
    replace: '',
  },
  {
    name: 'the-bundle-leaves-late-incidents-out',
    file: 'functions/postmortems/gather.ts',
    find: 'return { week, filed, earlier, slots,',
    replace:
      'return { week, filed: filed.filter((each) => week.end.getTime() - each.filedAt.getTime() > 14_400_000), earlier, slots,',
  },
  {
    name: 'late-is-met',
    file: 'functions/incidents/rhythm/slots.ts',
    find: 'if (lateMs <= milliseconds(policy.cadence.metUpTo)) {',
    replace: 'if (lateMs <= 4 * milliseconds(policy.cadence.metUpTo)) {',
  },
  {
    name: 'nobody-is-overdue',
    share: 1,
    file: 'functions/customer-updates/gauges.ts',
    find: "where('nextUpdateDueAt', '<', at)",
    replace: "where('nextUpdateDueAt', '<', new Date(at.getTime() - 3_600_000))",
  },
  {
    name: 'links-leave-signals-behind',
    share: 1,
    file: 'functions/incidents/link.ts',
    find: 'for (const signal of signals.docs) moveOn(transaction, signal, to.id, [id]);',
    replace: '',
  },
];
