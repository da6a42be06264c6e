/** Plays what was recorded of an incident through table C, and compares what fell due with what became of it. */
import { closedSlots, type Doc, date, type Records } from './records.ts';
import {
  after,
  begin,
  type Clock,
  endAsNotOccurring,
  type Facts,
  firstMs,
  hasRhythm,
  hurry,
  isCounted,
  isFixed,
  isUrgent,
  join,
  minuteMs,
  openClock,
  pass,
  recover,
  reopen,
  type Slot,
  stop,
  update,
  type WasTold,
} from './rhythm.ts';

/** Nobody is told of a slot longer before it than this. */
export const mostAheadMs = 16 * minuteMs;
const others = 'con_others';

export interface Played {
  clocks: Map<string, Clock>;
  ended: Slot[];
  facts: Facts;
  found: string[];
  /** Slots for which the scope should have been asked: until when at the latest, and when it was. */
  scope: { due: number; by: number; askedAt?: number }[];
  /** Since when a contact has missed two in a row, each time. */
  rows: { contact: string; since: number; until?: number }[];
}

export interface Replaying {
  records: Records;
  wasTold: WasTold;
  now: number;
}

/** @param until the incident that this one was linked to, where only what came before is asked for */
export function replay(id: string, by: Replaying, until?: string): Played {
  const { records, wasTold, now } = by;
  const contacts = records.contacts.get(id) ?? [];
  const clocks = new Map<string, Clock>();
  const played: Played = { clocks, ended: [], facts: {}, found: [], scope: [], rows: [] };
  let scopeDue: number | undefined;
  /** Since when it is open: what fell due before was nobody's to ask. */
  let openSince = 0;

  const contactOf = (customer: string): string => {
    const found = contacts.find((each) => each.customers.some((one: Doc) => one.id === customer));
    if (!found) played.found.push(`${customer} is affected by ${id}, and has no contact.`);
    return found?.id ?? customer;
  };
  const named = ({ customers = 'all', ticket }: Doc): Clock[] => {
    if (customers === 'all') return [...clocks.values()];
    const isNamed = (doc: Doc): boolean =>
      (ticket && doc.ticket?.tool === ticket.tool && doc.ticket?.id === ticket.id) ||
      doc.customers.some((one: Doc) => customers.includes(one.id));
    return contacts.filter(isNamed).flatMap((doc) => clocks.get(doc.id) ?? []);
  };
  const open = (customers: readonly Doc[], known: number, at: number): void => {
    for (const contact of new Set(customers.map((each) => contactOf(each.id)))) {
      if (!clocks.has(contact)) clocks.set(contact, openClock(contact, known, at, played.facts));
    }
  };
  /** Those who are counted and whom nobody has named are one contact. */
  const keepOthers = (count: number | undefined, known: number, at: number): void => {
    const clock = clocks.get(others);
    const isMore = (count ?? 0) > (played.facts.affectedCustomers?.length ?? 0);
    if (isMore && !clock) clocks.set(others, openClock(others, known, at, played.facts));
    if (!isMore && clock && !clock.isStopped) {
      clock.recoveredAt ??= at;
      stop(clock);
    }
  };
  const passAll = (at: number): void => {
    for (const clock of clocks.values()) {
      const row = clock.missedInARow;
      const slots = pass(clock, played.facts, at, wasTold);
      played.ended.push(...slots);
      if (row < 2 && clock.missedInARow >= 2) {
        const second = slots.filter(({ outcome }) => outcome === 'missed')[1 - row];
        played.rows.push({ contact: clock.contact, since: second?.end ?? at });
      }
    }
  };
  const endRows = (at: number): void => {
    for (const row of played.rows) if ((clocks.get(row.contact)?.missedInARow ?? 0) < 2) row.until ??= at;
  };
  /** While nobody is known to be affected, the responders are asked who is. */
  const passScope = (at: number): void => {
    const { facts } = played;
    const isZero = facts.scopedAt !== undefined && facts.impact.affectedCustomerCount === 0;
    if (clocks.size > 0 || facts.status !== 'open' || isZero || !hasRhythm(facts)) return;
    for (;;) {
      const due: number =
        scopeDue === undefined
          ? (facts.reclassifiedAt ?? facts.receivedAt) + firstMs(facts)
          : after(scopeDue, 'slot', facts);
      // The tick of the minute in which five minutes are left: earlier before the fixed times.
      if (due - 4 * minuteMs > at) return;
      scopeDue = due;
      const by = Math.max(due - 4 * minuteMs, facts.filedAt + minuteMs);
      if (by > openSince) played.scope.push({ due, by });
    }
  };

  for (const event of records.timelines.get(id) ?? []) {
    const { type, detail, actor, recordedAt: at, occurredAt, changes } = event;
    if (type === 'linked' && detail.to !== undefined && detail.to === until) return played;
    const before = played.facts;
    if (type === 'reminded' && detail.scopeDueAt !== undefined) {
      const { facts } = played;
      const first = (facts.reclassifiedAt ?? facts.receivedAt) + firstMs(facts);
      const isNext = (due: number): boolean => due === detail.scopeDueAt;
      let due: number = scopeDue === undefined ? first : after(scopeDue, 'slot', facts);
      for (let steps = 0; !isNext(due) && due < detail.scopeDueAt && steps < 500; steps += 1) {
        if (due - 4 * minuteMs > openSince) played.scope.push({ due, by: due - 4 * minuteMs });
        due = after(due, 'slot', facts);
      }
      const known = played.scope.find((each) => isNext(each.due));
      if (known) known.askedAt = at;
      else if (isNext(due) && at >= due - mostAheadMs) {
        played.scope.push({ due, by: at, askedAt: at });
        scopeDue = due;
      } else played.found.push(`${id} was asked for its scope at ${date(at)}, and ${date(due)} is due next.`);
      if (clocks.size > 0) played.found.push(`${id} was asked for its scope at ${date(at)}, which was known.`);
    } else if (type !== 'filed') passScope(at);
    // One look closes what has ended, of all customers; an update closes what it meets by itself.
    const isLook = type === 'slot-closed' && (detail.slots !== undefined || detail.customers !== undefined);
    if (isLook || type === 'reminded') passAll(at);
    played.facts = { ...before };
    for (const [field, value] of Object.entries(changes ?? {})) played.facts[field] = value ?? undefined;
    const { facts } = played;
    const isOpened = before.status !== facts.status || !hasRhythm(before);
    if (isOpened && facts.status === 'open') openSince = at;
    const isStated = actor !== 'rule';
    switch (type) {
      case 'filed':
        if (facts.kind !== 'incident') break;
        open(facts.affectedCustomers, facts.receivedAt, at);
        keepOthers(facts.impact.affectedCustomerCount, facts.receivedAt, at);
        break;
      case 'reclassified':
        clocks.clear();
        open(facts.affectedCustomers, facts.filedAt, at);
        keepOthers(facts.impact.affectedCustomerCount, facts.filedAt, at);
        break;
      case 'customer-updated':
        if (!isCounted(detail)) break;
        for (const clock of named(detail)) {
          const isRecovery = detail.recovery === true;
          played.ended.push(...update(clock, facts, { at: Math.min(occurredAt, at), now: at, isRecovery }, wasTold));
        }
        endRows(at);
        break;
      case 'recovered':
        if (isStated) for (const clock of named(detail)) recover(clock, facts, occurredAt, at);
        break;
      case 'scoped': {
        const known = new Set(before.affectedCustomers.map((each: Doc) => each.id));
        open(
          (detail.affectedCustomers ?? []).filter((each: Doc) => !known.has(each.id)),
          occurredAt,
          at,
        );
        keepOthers(facts.impact.affectedCustomerCount, occurredAt, at);
        break;
      }
      case 'corrected': {
        if (detail.field !== 'impact.affectedCustomerCount') break;
        const known = records.signals.find((each) => each.id === detail.signalId)?.receivedAt ?? at;
        open(detail.customers ?? [], known, at);
        keepOthers(facts.impact.affectedCustomerCount, known, at);
        break;
      }
      case 'verified':
        if (facts.status !== 'not-occurring' || before.status === 'not-occurring') break;
        endAll(at);
        break;
      case 'reopened':
        if (detail.rule === 'linked-ongoing') break;
        for (const clock of clocks.values()) {
          reopen(clock, facts, detail.rule === 'verified-again' ? occurredAt : at, at);
        }
        endRows(at);
        break;
      case 'linked':
        if (detail.from !== undefined) {
          for (const [contact, linked] of replay(detail.from, by, id).clocks) {
            clocks.set(contact, join(clocks.get(contact), linked));
          }
          for (const clock of clocks.values()) begin(clock, facts, at);
        } else {
          for (const clock of clocks.values()) stop(clock);
          endRows(at);
        }
        break;
      case 'reminded':
        for (const told of detail.slots ?? []) checkReminder(told, at);
        break;
    }
    const isHurried = before.urgency !== undefined && !isUrgent(before) && isUrgent(facts);
    if (isHurried) for (const clock of clocks.values()) hurry(clock, facts, at);
    const isReplanned = before.urgency !== undefined && isUrgent(before) !== isUrgent(facts);
    if (isReplanned) for (const clock of clocks.values()) clock.replanned = at;
  }
  if (until === undefined) {
    passAll(now);
    endRows(now);
    passScope(now);
  }
  return played;

  /** Whoever reported it is told that it was not found to occur; nobody else waits for anything. */
  function endAll(at: number): void {
    const { facts } = played;
    const { reporter, origin, source } = facts;
    const isReporter = (doc: Doc): boolean =>
      reporter
        ? doc.customers.some((one: Doc) => one.id === reporter.id)
        : source === 'ticket' && doc.ticket?.id === origin.id;
    const asking = contacts.find((doc) => doc.id !== others && clocks.has(doc.id) && isReporter(doc))?.id;
    for (const clock of clocks.values()) {
      if (clock.isStopped) continue;
      if (clock.contact === asking) endAsNotOccurring(clock, facts, at);
      else stop(clock);
    }
    if (asking === undefined && reporter && source === 'ticket' && hasRhythm(facts)) {
      const clock = openClock(contactOf(reporter.id), at, at, facts);
      endAsNotOccurring(clock, facts, at);
      clocks.set(clock.contact, clock);
    }
    endRows(at);
  }

  /** No reminder without a slot that waits, none after the clock has stopped, none long before. */
  function checkReminder({ contactId, dueAt }: Doc, at: number): void {
    const clock = clocks.get(contactId);
    const due = clock?.due ?? null;
    const isDue = due === dueAt || (due !== null && after(due, 'slot', played.facts) === dueAt);
    if (!isDue) {
      played.found.push(
        `${contactId} of ${id} was told of as due ${date(dueAt)} at ${date(at)}; it is due ${date(due ?? undefined)}.`,
      );
    } else if (at < dueAt - mostAheadMs) {
      played.found.push(`${contactId} of ${id}, due ${date(dueAt)}, was told of as early as ${date(at)}.`);
    }
  }
}

/** A slot is closed as it ends; where that is one of the fixed times, within ten minutes. */
const closedBy = (slot: Slot): number => slot.end + (isFixed(slot.end) ? 12 : 2) * minuteMs;

/** Every slot that fell due has one outcome, the one that it should have, and no other slot has any. */
export function compareSlots(id: string, played: Played, by: Replaying): string[] {
  const found: string[] = [];
  const actual = new Map<string, { outcome: string; times: number }>();
  const events = by.records.timelines.get(id) ?? [];
  for (const { contactId, dueAt, outcome, corrects } of events.flatMap(closedSlots)) {
    const key = `${contactId} ${dueAt}`;
    const times = (actual.get(key)?.times ?? 0) + (corrects ? 0 : 1);
    actual.set(key, { outcome, times });
  }
  for (const slot of played.ended) {
    const key = `${slot.contact} ${slot.due}`;
    const is = actual.get(key);
    actual.delete(key);
    if (!is && closedBy(slot) > by.now) continue;
    const name = `The slot of ${slot.contact} in ${id} that was due ${date(slot.due)}`;
    if (!is) found.push(`${name} should be ${slot.outcome} since ${date(slot.end)}, and has no outcome.`);
    else if (is.outcome !== slot.outcome) found.push(`${name} should be ${slot.outcome}, and is ${is.outcome}.`);
    else if (is.times !== 1) found.push(`${name} has ended ${is.times} times.`);
  }
  for (const [key, { outcome }] of actual) {
    const [contact, due] = key.split(' ');
    // One that had ended before its incident was linked may have been corrected on the one that took it over.
    const isFromLink = played.clocks.get(contact ?? '')?.past.some((each) => each.due === Number(due));
    if (!isFromLink)
      found.push(`${contact} of ${id} has a slot due ${date(Number(due))} that is ${outcome}, and none fell due then.`);
  }
  for (const [contact, clock] of played.clocks) {
    const doc = (by.records.contacts.get(id) ?? []).find((each) => each.id === contact);
    if (doc && doc.nextUpdateDueAt !== clock.due && (clock.due === null || clock.since < by.now - 12 * minuteMs)) {
      found.push(
        `${contact} of ${id} should be due ${date(clock.due ?? undefined)}, and is due ${date(doc.nextUpdateDueAt ?? undefined)}.`,
      );
    }
  }
  return found;
}
