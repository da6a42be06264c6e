/**
 * Table C, judged slot by slot: each slot has something that it follows, ended as the updates that there were make it
 * end, and nobody who is affected goes without one longer than the table allows.
 */
import { startOfDay } from '../calendar.ts';
import type { Stage } from '../stage.ts';
import { type Account, accountsOf, isUrgent } from './accounts.ts';
import { closedSlots, counted, type Doc, date, isJoined, type Records, saidAt } from './records.ts';
import { takenIn } from './retold.ts';
import { commitMs, firstUnexplained, skewMs, toleranceMs } from './windows.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** A reminder comes no earlier than this before its slot. */
export const mostAheadMs = 16 * minuteMs;
/** No interval is longer: from an update shortly after 21:00 to 10:00 on the next day. */
const longestIntervalMs = 13 * hourMs;

/** 10:00, 15:00, 17:00 and 22:00 in Japan: the first at or after an instant. */
function fixedFrom(at: number): number {
  const first = [10, 15, 17, 22, 24 + 10].find((hour) => startOfDay(at) + hour * hourMs >= at) as number;
  return startOfDay(at) + first * hourMs;
}
const isFixed = (at: number): boolean => fixedFrom(at) === at;

/** A notice is of the slot after the one that it names as well, where that is due so soon. */
const aheadOf = (due: number): number => (isFixed(due) ? mostAheadMs : 10 * minuteMs);

/** What a slot can follow. */
interface Anchor {
  at: number;
  /** Since when that was known. */
  recordedAt: number;
  /** Until when what follows was not yet settled. */
  until?: number;
  /** `begin`: a first interval follows. */
  what: 'begin' | 'update' | 'slot';
  /** What was stated later than it was so. */
  isStatedLater?: boolean;
  /** Something was taken back then, which need not have changed when they are due. */
  isRetraction?: boolean;
  /** Of the event that says it. */
  sequence?: number | undefined;
}

interface Slot {
  due: number;
  /** Undefined while it waits. */
  outcome?: string;
  closedAt: number;
  /** It ended as the next one was due, whatever was recorded later. */
  hasPassed: boolean;
  /** How it had ended before that was recorded. */
  atFirst?: string;
  /** It had been due at that very time before, and was met long before it then. */
  metBefore?: number | undefined;
}

interface Update {
  at: number;
  recordedAt: number;
  sequence: number;
  ends: boolean;
  /** After this update was sent and before it was recorded, the incident was found to continue. */
  before?: number;
  /** It would have been the last message, and may be once something is taken back. */
  isLastOtherwise?: boolean;
  /** It was taken back: it counts as never sent, and what followed it before that did follow it. */
  isTaken: boolean;
  takenAt?: number;
}

/** Something of an incident's timeline, whose sequence says what came before it. */
interface Turn {
  at: number;
  sequence: number;
}

/** One customer of one incident. */
interface Course {
  id: string;
  contact: Doc;
  /** Where it was never linked, everything about it is in its own timeline. */
  isAlone: boolean;
  /** It has been linked. */
  isJoined: boolean;
  /** Something of it was taken back. */
  hasTaken: boolean;
  /** Among that is who is affected, or how many. */
  hasTakenWhom: boolean;
  accounts: readonly Account[];
  anchors: Anchor[];
  updates: Update[];
  slots: Slot[];
  told: (Turn & { dueAt: number; isOwn: boolean })[];
  /** When its clock stopped, by what may have been taken back since, and when it may have begun again. */
  stops: (Turn & { isTaken: boolean })[];
  /** By what was taken back then, a message from before may have been the last. */
  mayEndAt: number[];
  restarts: Turn[];
  /** When a link of those that were joined has ended. */
  partings: number[];
  reopenings: number[];
  /** Recoveries that were stated later: from which until when nobody knew what fell due. */
  unknown: [from: number, until: number][];
}

export function checkRhythm(records: Records, stage: Pick<Stage, 'now' | 'outages'>): string[] {
  const found: string[] = [];
  for (const [id, incident] of records.incidents) {
    if (incident.kind !== 'incident' || incident.origin.tool === 'import') continue;
    const courses = (records.contacts.get(id) ?? []).map((contact) => courseOf(records, id, contact));
    const known = new Set(courses.map((each) => each.contact.id));
    for (const { contactId } of (records.timelines.get(id) ?? []).flatMap(closedSlots)) {
      // A contact leaves with the link that brought it, and with the only statement that named it, once that is retracted.
      if (!known.has(contactId) && !isLinked(records, id) && takenIn(records.timelines.get(id) ?? []).size === 0)
        found.push(`${contactId} of ${id} has slots, and is not there.`);
    }
    for (const course of courses) {
      found.push(...checkSlots(course), ...checkTold(course, stage), ...checkWaiting(course));
      if (!incident.isAboutMetronome) found.push(...checkGaps(course, stage.now()), ...checkRuns(course, incident));
    }
    found.push(
      ...checkEscalations(records, id, courses, stage),
      ...checkScope(records, id, stage),
      ...checkTogether(id, records.timelines.get(id) ?? []),
    );
  }
  return found;
}

/** Whether the incident’s own timeline holds everything about the contact: no link has brought it or moved the incident. */
function standsAlone(records: Records, id: string, group: readonly string[], contact: Doc): boolean {
  const isMoved = (records.timelines.get(id) ?? []).some(
    ({ type, detail }) => type === 'unlinked' || (type === 'linked' && detail.to !== undefined),
  );
  const isShared = group.some(
    (each) => each !== id && (records.contacts.get(each) ?? []).some((other) => other.id === contact.id),
  );
  return group.length === 1 || !(isMoved || isShared || isJoined(contact));
}

export const isLinked = (records: Records, id: string): boolean => groupOf(records, id).length > 1;

/** All incidents that links have ever joined with one. */
export function groupOf(records: Records, id: string): string[] {
  const group = new Set([id]);
  for (const each of group) {
    for (const { type, detail } of records.timelines.get(each) ?? []) {
      if (type !== 'linked' && type !== 'unlinked') continue;
      for (const other of [detail.to, detail.from, detail.incident]) if (other !== undefined) group.add(other);
    }
  }
  return [...group];
}

function courseOf(records: Records, id: string, contact: Doc): Course {
  const group = groupOf(records, id);
  const own = records.timelines.get(id) ?? [];
  const events = group.flatMap((each) => records.timelines.get(each) ?? []);
  const taken = takenIn(own);
  const takenBack = (event: Doc): Pick<Update, 'isTaken' | 'takenAt'> => {
    const by = own.includes(event) ? taken.get(event.id) : undefined;
    return by ? { isTaken: true, takenAt: by.recordedAt } : { isTaken: false };
  };
  const isAlone = standsAlone(records, id, group, contact);
  // A customer counted in a meeting waits or not by the facts of that moment, which may have been retracted since.
  const hasTakenWhom = own.some((each) => taken.has(each.id) && (contact.isTheOthers || isOfWhom(each)));
  const accounts = (isAlone ? [id] : group).flatMap((each) => accountsOf(records, each));
  const updates: Update[] = [];
  const slots = new Map<number, Slot>();
  const anchors: Anchor[] = [];
  const told: Course['told'] = [];
  const stops: Course['stops'] = [];
  const mayEndAt: number[] = [];
  const restarts: Turn[] = [];
  const partings: number[] = [];
  const reopenings: number[] = [];
  const unknown: Course['unknown'] = [];
  const begin = (at: number, recordedAt: number, isStatedLater = false): void =>
    void anchors.push({ at, recordedAt, what: 'begin', isStatedLater, sequence });
  let sequence: number | undefined = 0;
  const beginning = beginningOf(records, own, contact);
  const since: number = beginning?.knownAt ?? contact.affectedKnownAt;
  const isBeforeIt = (event: Doc): boolean => event.id < beginning?.id;
  begin(contact.affectedKnownAt, since);
  for (const each of group.length > 1 ? group : []) {
    for (const { id: other, affectedKnownAt } of records.contacts.get(each) ?? []) {
      if (other === contact.id) begin(affectedKnownAt, affectedKnownAt);
    }
    begin(records.incidents.get(each)?.receivedAt, records.incidents.get(each)?.receivedAt);
  }
  const toldOf = ({ id: number, recordedAt, detail }: Doc, isOwn: boolean): void => {
    for (const { contactId, dueAt } of detail.slots ?? [])
      if (contactId === contact.id) told.push({ at: recordedAt, sequence: Number(number), dueAt, isOwn });
  };
  let looks: Doc[] = [];
  let [isEnding, lastSeenAt, reopenedAt] = [false, 0, 0];
  let [count, named] = [0, 0];
  for (const event of events) {
    const { type, detail, changes, occurredAt, recordedAt, knownAt } = event;
    const turn: Turn = { at: knownAt, sequence: Number(event.id) };
    // What was found of one that links have joined says nothing of another.
    if (type === 'filed') [looks, isEnding, lastSeenAt, reopenedAt] = [[], false, 0, 0];
    sequence = turn.sequence;
    const hadUnnamed = count > named;
    if (own.includes(event)) {
      count = changes?.impact?.affectedCustomerCount ?? count;
      named = changes?.affectedCustomers?.length ?? named;
    }
    // Taken off, and counted again.
    if (contact.isTheOthers && !hadUnnamed && count > named && event.id > beginning?.id) {
      const received = records.signals.find((each) => each.id === detail.signalId)?.receivedAt;
      for (const at of [occurredAt, recordedAt, ...(received === undefined ? [] : [received])]) begin(at, knownAt);
      restarts.push(turn);
    }
    // The same holds for a customer named in an incident of the group, even one that has left it since.
    if (!own.includes(event) && isOfWhom(event) && (contact.isTheOthers || namesAny(contact, detail))) {
      begin(occurredAt, knownAt);
      begin(recordedAt, knownAt);
    }
    // A retracted statement may have named the customer first.
    if (isOfWhom(event) && own.includes(event) && (taken.has(event.id) || (taken.size > 0 && isBeforeIt(event)))) {
      begin(occurredAt, knownAt);
      begin(recordedAt, knownAt);
    }
    // This applies to customers added since, too: a fact recorded later may be from before the reopening.
    if (type === 'reopened' && detail.rule !== 'linked-ongoing' && own.includes(event)) {
      reopenedAt = Math.max(reopenedAt, occurredAt);
    }
    const isEarly = isAlone && (!own.includes(event) || isBeforeIt(event));
    if (isEarly) {
      // What was said to all was not said to who was not known; who was affected before has recovered with them.
      if (type === 'recovered' && detail.recoveredAt !== undefined) {
        const recoveredAt = new Date(detail.recoveredAt).getTime();
        begin(recoveredAt, since, recoveredAt < since);
        begin(since, since);
      }
      // By what was taken back somebody was known by then: a slot that opened then may have been to come, and stays.
      if (own.includes(event) && hasTakenWhom) {
        if (type === 'customer-updated' && reaches(contact, event))
          anchors.push({ at: Math.min(occurredAt, recordedAt), recordedAt: knownAt, what: 'update' });
        if (type === 'reminded') toldOf(event, false);
        if (type === 'retracted')
          anchors.push({ at: recordedAt, recordedAt: knownAt, what: 'slot', isRetraction: true });
      }
    } else if (type === 'customer-updated' && counted.includes(detail.channel ?? 'ticket') && reaches(contact, event)) {
      const at = Math.min(occurredAt, recordedAt);
      // As what else was joined with it was over, this one had nothing to do with it.
      const isOfBefore = own.includes(event) && at < reopenedAt;
      // What was sent before it was looked into says nothing of what was found.
      const ends =
        (detail.recovery === true && !isOfBefore) || (isEnding && at >= lastSeenAt - (lastSeenAt % minuteMs));
      updates.push({
        at,
        recordedAt: knownAt,
        sequence: turn.sequence,
        ends,
        ...takenBack(event),
        ...(isOfBefore ? { before: reopenedAt, isLastOtherwise: detail.recovery === true } : {}),
      });
      anchors.push({ at, recordedAt: knownAt, what: 'update' });
      if (ends && own.includes(event)) stops.push({ ...turn, isTaken: taken.has(event.id) });
    } else if (type === 'recovered' && event.actor !== 'rule' && isNamed(contact, detail)) {
      begin(occurredAt, knownAt, occurredAt < recordedAt);
      begin(recordedAt, knownAt);
      if (knownAt - occurredAt > 2 * minuteMs) unknown.push([occurredAt, knownAt]);
    } else if (type === 'corrected' && detail.field === 'recoveredAt') {
      begin(new Date(detail.new).getTime(), knownAt, true);
    } else if (type === 'corrected' && ['ongoing', 'occurredAt'].includes(detail.field) && recordedAt < knownAt) {
      // The clock of the worker that recorded the correction was behind that of an earlier one.
      begin(recordedAt, knownAt);
    } else if (type === 'verified' || type === 'reopened') {
      looks.push(event);
      [isEnding, lastSeenAt] = foundBy(looks, reopenedAt);
      begin(recordedAt, knownAt);
      begin(occurredAt, knownAt);
      if (type === 'reopened') restarts.push(turn);
      if (type === 'reopened' && detail.rule !== 'linked-ongoing' && own.includes(event)) {
        // What made it so may have been taken back since.
        if (!taken.has(own[own.indexOf(event) - 1]?.id)) reopenings.push(knownAt);
      }
    } else if (type === 'emergency-begun') {
      begin(occurredAt, knownAt);
    } else if (['linked', 'unlinked', 'reclassified'].includes(type)) {
      begin(recordedAt, knownAt);
      restarts.push(turn);
      if (type === 'unlinked') partings.push(knownAt);
    } else if (type === 'retracted') {
      // A customer whose update is overdue gets one an interval from now, or the last message by then.
      begin(recordedAt, knownAt);
      anchors.push({ at: recordedAt, recordedAt: knownAt, what: 'slot', isRetraction: true });
      restarts.push(turn);
      // The retracted statement may be the one that reopened or ended it.
      if (own.includes(event) && updates.some((each) => each.isLastOtherwise)) mayEndAt.push(knownAt);
      looks = looks.filter((each) => !(own.includes(each) && each.id === detail.eventId));
      [isEnding, lastSeenAt] = foundBy(looks, reopenedAt);
    } else if (type === 'reminded') {
      toldOf(event, own.includes(event));
    }
    for (const each of closedSlots(event)) {
      if (each.contactId !== contact.id) continue;
      // By what was taken back it was due before anybody was known to be affected; what followed it still does.
      const isEarlier = taken.size > 0 && (isBeforeIt(event) || each.dueAt <= contact.affectedKnownAt);
      if (!own.includes(event) || isEarlier) {
        // One that came to be after it had ended was known no sooner than that.
        const isLate = own.includes(event) && knownAt > each.endAt + 2 * minuteMs;
        anchors.push({ at: each.dueAt, recordedAt: isLate ? knownAt : each.dueAt, what: 'slot' });
        continue;
      }
      // What never was due has ended nothing; what came to be by what was taken back is judged by the laws alone.
      if (each.outcome === 'void') slots.delete(each.dueAt);
      const isByRetraction = type === 'retracted' && !slots.has(each.dueAt);
      if (isByRetraction) anchors.push({ at: each.dueAt, recordedAt: knownAt, what: 'slot' });
      if (each.outcome === 'void' || isByRetraction) continue;
      // A reopened incident can make the same slot due a second time; that one ends by itself and corrects nothing.
      const earlier = slots.get(each.dueAt);
      const before = each.corrects === undefined ? undefined : earlier;
      const isOpenAgain = type === 'retracted' && each.updatedAt === undefined;
      const hasPassed = isOpenAgain || (before?.hasPassed ?? each.updatedAt === undefined);
      slots.set(each.dueAt, {
        due: each.dueAt,
        outcome: each.outcome,
        atFirst: before?.atFirst ?? each.outcome,
        // What was written down as it had passed may be what it follows.
        closedAt: before?.closedAt ?? (hasPassed ? knownAt + 1 : knownAt),
        hasPassed,
        metBefore: before ? before.metBefore : earlier?.closedAt,
      });
    }
  }
  sequence = undefined;
  for (const [index, account] of accounts.entries()) {
    const before = accounts[index - 1];
    if (before && isUrgent(before) !== isUrgent(account)) begin(account.from, account.from);
  }
  if (contact.nextUpdateDueAt !== null) {
    slots.set(contact.nextUpdateDueAt, {
      due: contact.nextUpdateDueAt,
      closedAt: Number.POSITIVE_INFINITY,
      hasPassed: false,
    });
  }
  const course: Course = {
    id,
    contact,
    isAlone,
    isJoined: group.length > 1,
    hasTaken: taken.size > 0,
    hasTakenWhom,
    accounts,
    anchors,
    updates: updates.sort((a, b) => a.at - b.at),
    slots: [...slots.values()].sort((a, b) => a.due - b.due),
    told,
    stops,
    mayEndAt,
    restarts,
    partings,
    reopenings,
    unknown,
  };
  // One that came to be after it was due, by what was recorded later, is followed by others of which that is true.
  for (const { due, hasPassed, closedAt } of course.slots) {
    const recordedAt = Math.max(due, ...reasonsOf(course, due, closedAt).map((each) => each.recordedAt));
    if (hasPassed) anchors.push({ at: due, recordedAt, until: closedAt, what: 'slot' });
  }
  return course;
}

/** What verifications have found so far: whether the next message says that it does not occur, and when it was last seen or ruled out. */
function foundBy(looks: readonly Doc[], reopenedAt: number): [isEnding: boolean, lastSeenAt: number] {
  let [isEnding, lastSeenAt] = [false, 0];
  for (const { type, detail, occurredAt, evidenceUrl } of looks) {
    const isShown = type === 'verified' && detail.happened === 'no' && evidenceUrl !== undefined;
    // A verification from before the last sighting ends nothing, though it was recorded later.
    if (type === 'verified' && occurredAt < lastSeenAt) continue;
    isEnding = isShown && !(occurredAt < reopenedAt);
    const isSeen = type === 'verified' && (detail.happened === 'yes' || detail.ongoing === 'yes');
    if (isEnding || isSeen) lastSeenAt = occurredAt;
  }
  return [isEnding, lastSeenAt];
}

/** It says who is affected, or how many. */
const isOfWhom = ({ changes }: Doc): boolean =>
  changes?.affectedCustomers !== undefined || changes?.impact?.affectedCustomerCount !== undefined;

/** It names some of a contact's customers as affected. */
const namesAny = ({ customers: own }: Doc, { affectedCustomers, customers }: Doc): boolean =>
  [affectedCustomers, customers].flat().some((each: Doc) => own.some(({ id }: Doc) => id === each?.id));

/** By what these customers became known to be affected. */
export function beginningOf(
  records: Records,
  events: readonly Doc[],
  { affectedKnownAt, isTheOthers, customers }: Doc,
): Doc {
  const receiptOf = (id: string): unknown => records.signals.find((each) => each.id === id)?.receivedAt;
  const isIt = ({ type, detail, occurredAt, recordedAt }: Doc): boolean =>
    ['filed', 'scoped', 'corrected', 'verified', 'reclassified', 'reviewed', 'reopened'].includes(type) &&
    [occurredAt, recordedAt, receiptOf(detail.signalId)].includes(affectedKnownAt);
  // Something else may have happened at that very minute: it is what names them, or has them counted, for the first time.
  let [count, named, isKnown]: [number, Doc[], boolean] = [0, [], false];
  for (const event of events) {
    count = event.changes?.impact?.affectedCustomerCount ?? count;
    named = event.changes?.affectedCustomers ?? named;
    const isThere = isTheOthers
      ? count > named.length
      : named.some((each) => customers.some(({ id }: Doc) => id === each.id));
    if (isThere && !isKnown && isIt(event)) return event;
    isKnown = isThere;
  }
  return events.findLast((each) => each.type !== 'filed' && isIt(each)) ?? events[0];
}

/** Whether a statement about all customers, some of them, or those of a ticket is about a contact. */
export function isNamed(contact: Doc, { customers = 'all', ticket }: Doc): boolean {
  if (customers === 'all') return true;
  if (ticket && contact.ticket?.tool === ticket.tool && contact.ticket?.id === ticket.id) return true;
  return contact.customers.some((each: Doc) => customers.includes(each.id));
}

/**
 * Whether a statement reached a contact. An update to all reaches those who were recorded by then, and one that tells of the
 * recovery those as well who were affected by then.
 */
export function reaches(contact: Doc, event: Doc): boolean {
  const { type, detail, occurredAt, recordedAt } = event;
  const { customers = 'all', channel = 'ticket', recovery } = detail;
  const isToAll = type === 'customer-updated' && customers === 'all' && counted.includes(channel);
  const known = (contact.facts ?? []).filter((each: Doc) => each.type === 'known' || each.isCounted === true);
  if (!isToAll || known.length === 0) return isNamed(contact, detail);
  const at = Math.min(occurredAt, recordedAt);
  return known.some((each: Doc) => each.recordedAt <= saidAt(event) || (recovery === true && each.at <= at));
}

/** By which rows it went, and since when it is filed, around what a slot follows. */
function rowsOf(course: Course, from: number, to: number): Account[] {
  const { accounts, isAlone } = course;
  if (!isAlone) return [...accounts];
  const ends = (index: number): number => accounts[index + 1]?.from ?? Number.POSITIVE_INFINITY;
  return accounts.filter((each, index) => (index === 0 || each.from <= to) && ends(index) >= from);
}

/** When the slot after something is due, by one row of the table. */
export function dueAfter({ at, what }: Pick<Anchor, 'at' | 'what'>, account: Account): number {
  const urgent = isUrgent(account);
  if (what === 'begin') return at + (urgent ? 15 : 60) * minuteMs;
  const { emergency } = account;
  const until = emergency ? Math.min(emergency.since + 2 * hourMs, emergency.until ?? Number.POSITIVE_INFINITY) : 0;
  if (emergency && at >= emergency.since && at < until) return at + 15 * minuteMs;
  // A slot that is open when an emergency begins ends within the emergency’s first interval.
  const begun = emergency && at < emergency.since ? emergency.since + 15 * minuteMs : Number.POSITIVE_INFINITY;
  const most = begun <= (emergency?.until ?? begun) ? begun : Number.POSITIVE_INFINITY;
  const age = at - account.filedAt;
  if (urgent && age < 12 * hourMs) return Math.min(most, at + (age < 2 * hourMs ? 30 : 60) * minuteMs);
  return Math.min(most, fixedFrom(what === 'update' ? at + hourMs : at + 1));
}

/** Whether something is due then by one row, where nobody had looked at what was due before it. */
function falls(from: Anchor, row: Account, due: number): boolean {
  let at = dueAfter(from, row);
  while (at < due) at = dueAfter({ at, what: 'slot' }, row);
  return at === due;
}

/** Whether it is due after one that ended with no outcome, as what had ended the rhythm before it was written down late. */
const isDueInTurn = (course: Course, due: number): boolean =>
  course.anchors.some(
    (each) =>
      each.at < due &&
      due - each.at <= longestIntervalMs &&
      rowsAfter(course, each, due).some((row) => falls(each, row, due)),
  );

/** The rows that something went by, up to `to` at least. */
const rowsAfter = (course: Course, anchor: Anchor, to: number): Account[] =>
  rowsOf(course, Math.min(anchor.at, anchor.recordedAt) - 1, Math.max(to, anchor.recordedAt, anchor.until ?? 0));

const afterAny = (course: Course, anchor: Anchor, to: number): number[] =>
  rowsAfter(course, anchor, to).map((each) => dueAfter(anchor, each));

/** Whether something is due an interval after another, by a row that it went by. */
const isDueAfter = (course: Course, anchor: Anchor, due: number): boolean =>
  (due - anchor.at <= longestIntervalMs &&
    rowsAfter(course, anchor, due).some((each) => dueAfter(anchor, each) === due)) ||
  rowsAfter(course, anchor, due).some((each) => isAfterLate(anchor, each, due));

/** What had passed before a deadline of long ago was recorded was due to nobody: the next one is that after it. */
const isAfterLate = (anchor: Anchor, row: Account, due: number): boolean =>
  anchor.what === 'slot' &&
  anchor.recordedAt > anchor.at &&
  due > anchor.recordedAt &&
  due - anchor.recordedAt <= longestIntervalMs &&
  falls(anchor, row, due);

/** All that a slot is an interval away from, and that did not itself end it. */
const reasonsOf = (course: Course, due: number, closedAt = Number.POSITIVE_INFINITY): Anchor[] =>
  course.anchors.filter((each) => each.at < due && isKnownBy(each, closedAt) && isDueAfter(course, each, due));

/** An update that is recorded as a slot ends is what ended it; something else may have been at the very same instant. */
const isKnownBy = ({ what, recordedAt }: Anchor, closedAt: number): boolean =>
  recordedAt < closedAt || (what !== 'update' && recordedAt === closedAt);

/** What a slot follows: the latest of them, and of those of one instant the one that was stated last. */
const reasonOf = (course: Course, due: number, closedAt?: number): Anchor | undefined =>
  reasonsOf(course, due, closedAt)
    .toSorted((a, b) => a.at - b.at || a.recordedAt - b.recordedAt)
    .at(-1);

function checkSlots(course: Course): string[] {
  const { id, contact, slots, stops, restarts } = course;
  return slots.flatMap((slot) => {
    const { due, outcome, closedAt } = slot;
    const name = `The slot of ${contact.id} in ${id} that was due ${date(due)}`;
    const reason = reasonOf(course, due, closedAt) ?? reasonOf(course, due);
    if (!reason) return [`${name} (${outcome ?? 'waits'}) follows nothing: none fell due then.`];
    if (wasNeverDue(course, due, closedAt))
      return [`${name} (${outcome ?? 'waits'}) lay in the past when it came to be.`];
    const stop = stops.findLast(({ at }) => at < closedAt - 2 * minuteMs && at < due);
    const isOver = stop !== undefined && !restarts.some(({ at }) => at >= stop.at) && course.isAlone;
    if (isOver) return [`${name} is ${outcome ?? 'waited for'}, and the last message was given at ${date(stop.at)}.`];
    if (outcome === undefined) return [];
    const expected = outcomesOf(course, slot, reason);
    return expected.includes(outcome) ? [] : [`${name} should be ${expected.join(' or ')}, and is ${outcome}.`];
  });
}

/** By what was stated after it, or by a row that it went by after it: nobody could be reminded of it. */
function wasNeverDue(course: Course, due: number, closedAt: number): boolean {
  // The worker that ended it may have a clock behind that of the worker that opened it.
  const isReason = (each: Anchor): boolean =>
    each.at < due && each.recordedAt < closedAt + skewMs && isDueAfter(course, each, due);
  const isLater = (each: Anchor): boolean => {
    if (each.what === 'begin') return each.isStatedLater === true && each.recordedAt > due + skewMs;
    // Where the customer was recorded later than affected, every slot follows the row of the moment of recording.
    const until = each.what === 'slot' ? Math.max(due, each.recordedAt) : due;
    const rows = rowsOf(course, Math.min(each.at, each.recordedAt) - 1, until + skewMs);
    return !rows.some((row) => falls(each, row, due));
  };
  return course.isAlone && course.anchors.filter(isReason).every(isLater);
}

const wasUnknown = ({ unknown }: Course, due: number): boolean =>
  unknown.some(([from, until]) => due > from && due < until + hourMs / 2);

/** How a slot may have ended. A customer that came and left by a link keeps the messages that it got meanwhile. */
function outcomesOf(course: Course, slot: Slot, reason: Anchor): string[] {
  const left = outcomesBy(
    course.updates.filter((each) => !each.isTaken),
    course,
    slot,
    reason,
  );
  return course.isJoined ? [...new Set([...left, ...outcomesBy(course.updates, course, slot, reason)])] : left;
}

function outcomesBy(
  updates: readonly Update[],
  course: Course,
  { due, closedAt, metBefore = 0 }: Slot,
  reason: Anchor,
): string[] {
  const { told, isAlone } = course;
  // An update that leaves the next one due when it was does not begin a slot.
  const reasons = reasonsOf(course, due, closedAt);
  const begunAt = Math.max(metBefore, Math.min(reason.at, ...reasons.map((each) => each.at)));
  // After a reopening, the customer is owed a message beyond the last one from before it.
  const isBegunAnew = (each: Update): boolean =>
    each.ends && course.reopenings.some((at) => at > each.recordedAt && at < closedAt);
  const isWithin = (each: Update): boolean =>
    !isAlone ||
    (!(each.ends && each.before !== undefined && due > each.before) &&
      !isBegunAnew(each) &&
      ((each.ends && each.recordedAt > due) ||
        (each.recordedAt > reason.recordedAt - skewMs &&
          // A last message that was sent at the same instant ends what follows that as well.
          (each.at > begunAt ||
            (each.ends && each.at === begunAt) ||
            (reason.what === 'begin' && each.recordedAt > reason.recordedAt - skewMs)))));
  // A slot that is open when an emergency begins can be met in it, even if the next one is due sooner.
  const isFirstIn = ({ emergency }: Account, { at }: Update): boolean =>
    emergency !== undefined && reason.at < emergency.since && at >= emergency.since;
  const meets = (each: Update): boolean =>
    each.ends ||
    rowsOf(course, each.recordedAt, each.recordedAt).some(
      (row) => isFirstIn(row, each) || dueAfter({ ...each, what: 'update' }, row) > due,
    );
  const meeting = updates.filter((each) => isWithin(each) && each.at <= due + 5 * minuteMs && meets(each));
  // What waits follows another that was sent since, and is left as it is.
  const isFollowed = (each: Update): boolean =>
    !each.ends &&
    updates.some(
      ({ at, recordedAt }) =>
        at >= each.at && recordedAt < each.recordedAt && (each.recordedAt <= closedAt || at < due),
    );
  // It was stored before the event that made the slot due, by a faster clock: either may have come first.
  const isCertain = meeting.some(
    (each) => !isFollowed(each) && (reason.sequence === undefined || each.sequence >= reason.sequence),
  );
  const hasMet = meeting.length > 0;
  const slot: Anchor = { at: due, recordedAt: due, until: closedAt, what: 'slot' };
  const rows = rowsAfter(course, slot, due);
  const ends = rows.map((each) => dueAfter(slot, each));
  // Between an emergency that ended and the next one, the recovery message is due as in neither.
  if (new Set(rows.flatMap(({ emergency }) => emergency?.since ?? [])).size > 1)
    ends.push(...rows.map((each) => dueAfter(slot, { ...each, emergency: { since: Number.POSITIVE_INFINITY } })));
  // The update that met the slot was retracted: the slot was open until then, and nothing fell due meanwhile.
  for (const { at, takenAt } of course.updates) if (takenAt && at > begunAt && at <= closedAt) ends.push(takenAt);
  const isLateBy = (end: number): boolean => updates.some((each) => each.at > due + 5 * minuteMs && each.at < end);
  const wasToldOf = told.some((each) => each.at <= due && each.dueAt === due);
  const wasToldNear = told.some((each) => each.at <= due && each.at >= due - aheadOf(due));
  const unmet = [...new Set(ends.map((end) => (isLateBy(end) ? 'late' : 'missed')))];
  const found = hasMet ? ['met'] : wasToldOf ? unmet : wasToldNear ? [...unmet, 'not-reminded'] : ['not-reminded'];
  // What nobody knew to be due cannot have been met or missed.
  const isLater = [reason, ...reasons].some(({ recordedAt }) => recordedAt > due - 2 * minuteMs);
  if (isLater || wasUnknown(course, due)) return ['met', 'late', 'missed', 'not-reminded'];
  // Written down after both had ended, it may be that of the slot before, which ended as this one began to be due.
  const isOfBefore = (each: Update): boolean =>
    each.recordedAt > closedAt &&
    course.slots.some((slot) => slot.hasPassed && slot.due < due && slot.closedAt > each.at);
  // Who was not known yet could not be told.
  const isUntold = (each: Update): boolean => each.at < course.contact.affectedKnownAt;
  if (isAlone && hasMet && meeting.every((each) => isOfBefore(each) || isUntold(each)))
    return [...new Set([...found, ...unmet])];
  // By a row that came later the one before may have been due after this one, which then was due to nobody.
  const isNotYetDue = updates.some((each) => each.recordedAt >= closedAt && each.at <= due && meets(each));
  if (isAlone && !hasMet && isNotYetDue) return [...found, 'met'];
  // Of those that links joined, each has heard what was said to the other while they were one.
  if (isAlone && (isCertain || !hasMet)) return found;
  return [...new Set([...found, ...unmet, 'missed', 'not-reminded', ...(hasMet ? ['met'] : [])])];
}

/** Since when a customer waits: since the first of the slots that have passed since they last heard from us. */
function checkWaiting({ id, contact, isAlone, slots, updates, stops, restarts }: Course): string[] {
  const heardAt = Math.max(...updates.map((each) => each.at));
  const isUnheard = ({ due, outcome }: Slot): boolean =>
    due > heardAt && (outcome === 'missed' || outcome === 'not-reminded');
  const first = slots.find(isUnheard)?.due;
  const since = contact.nextUpdateDueAt === null ? undefined : first;
  // A clock that began again is another rhythm, and of a long row the record knows its beginning alone.
  if (!isAlone || stops.length + restarts.length > 0 || contact.overdueSince === since) return [];
  return [`${contact.id} of ${id} should have heard from us since ${date(since)}, not ${date(contact.overdueSince)}.`];
}

/** Nobody waits longer than the table allows, from the moment at which they are known to the message that ends it. */
function checkGaps(course: Course, now: number): string[] {
  const { id, contact, anchors, slots, stops, mayEndAt, restarts, isAlone, accounts } = course;
  if (!isAlone || contact.isTheOthers) return [];
  const beginning: Anchor = { at: contact.affectedKnownAt, recordedAt: contact.affectedKnownAt, what: 'begin' };
  const points = [...anchors.filter((each) => each.what !== 'begin'), beginning].sort((a, b) => b.at - a.at);
  const found = slots.flatMap(({ due, closedAt }): string[] => {
    const isBefore = (each: Anchor): boolean => each.at < due && each.recordedAt < closedAt;
    const latest = points.find(isBefore);
    const unchanged = latest?.isRetraction ? points.find((each) => isBefore(each) && !each.isRetraction) : undefined;
    // An agent's reply that is itself the report comes a moment before it.
    const reply = anchors.find(({ what, at }) => what === 'update' && at <= beginning.at && at > beginning.at - skewMs);
    const before = latest === beginning && reply && reply.recordedAt < closedAt ? reply : latest;
    const reason = reasonOf(course, due, closedAt);
    // What nobody knew of when it was due was allowed by no row.
    if (!before || !reason || reason.recordedAt >= due || wasUnknown(course, due)) return [];
    if (rowsAfter(course, before, due).some((each) => isAfterLate(before, each, due))) return [];
    // Those that were sent before the latest, and recorded after it.
    const own = anchors
      .filter((each) => each.what === 'update' && each.recordedAt >= before.recordedAt && each.recordedAt < closedAt)
      .flatMap((each) => afterAny(course, each, due));
    const isWithin = (each: Account): boolean => each.from > before.recordedAt && each.from < Math.min(due, closedAt);
    const hurried = accounts.findLast((each, index) => isWithin(each) && isUrgent(each) && !wasUrgent(accounts, index));
    const calmed = accounts.find((each) => isWithin(each) && each.from > (hurried?.from ?? 0) && !isUrgent(each))?.from;
    // Stated to the minute, it may have been before or after that moment.
    const first = [...(before === reply ? [beginning] : []), ...(unchanged ? [unchanged] : [])].flatMap((each) =>
      afterAny(course, each, due),
    );
    const regular = Math.max(...afterAny(course, before, due), ...first, ...own);
    const soon = hurried ? Math.max(dueAfter(before, hurried), hurried.from + 15 * minuteMs, ...own) : regular;
    const restarted = restarts.findLast(({ at }) => at >= before.at && at <= due)?.at ?? Number.NEGATIVE_INFINITY;
    // Of the slow row's fixed times those that had passed were nobody's: its first interval begins as it is judged so.
    const limit = Math.max(calmed === undefined ? soon : Math.max(regular, calmed + hourMs), restarted + hourMs);
    if (due <= limit) return [];
    return [`${contact.id} of ${id} should have been due by ${date(limit)}, and was at ${date(due)}.`];
  });
  const isOpen = (at: number): boolean => accounts.findLast((each) => each.from <= at)?.status === 'open';
  if (slots.length === 0 && course.updates.some((each) => each.at > beginning.at && isOpen(each.recordedAt))) {
    found.push(`${contact.id} of ${id} was updated, and no slot has an outcome.`);
  }
  const { status } = accounts.at(-1) as Account;
  const ended =
    status === 'not-occurring' || status === 'linked'
      ? now
      : Math.max(...stops.map((each) => (each.isTaken ? 0 : each.at)), ...mayEndAt, 0);
  const isEnded = ended > 0 && !course.reopenings.some((at) => at > ended);
  if (contact.nextUpdateDueAt === null && !isEnded && slots.length > 0) {
    found.push(`${contact.id} of ${id} waits for word, and no update is due.`);
  }
  return found;
}

/** While the incident is open, a customer without the last message has a running clock, whatever was linked or retracted. */
function checkRuns({ id, contact, updates, partings, isAlone, hasTaken }: Course, { status }: Doc): string[] {
  // A customer that left when a link ended keeps an update that was retracted later, and brings it back.
  const mayHaveLeft = ({ at, takenAt = 0 }: Update): boolean =>
    isJoined(contact) && partings.some((each) => each > at && each < takenAt);
  const isToldOver = updates.some((each) => each.ends && (!each.isTaken || mayHaveLeft(each)));
  const isRunning = contact.nextUpdateDueAt !== null;
  if (status !== 'open' || (isAlone && !hasTaken) || contact.isTheOthers || isRunning || isToldOver) return [];
  return [`${contact.id} of ${id} waits for word, and its clock stands still.`];
}

const wasUrgent = (accounts: readonly Account[], index: number): boolean =>
  index === 0 || isUrgent(accounts[index - 1] as Account);

/** Each due customer was in a reminder, in time and with true facts, unless something failed. */
function checkTold(course: Course, stage: Pick<Stage, 'now' | 'outages'>): string[] {
  const { id, contact, slots, told, stops, restarts, isAlone } = course;
  const found: string[] = [];
  // Also of slots that ended with no outcome, since there was nobody to wait for them any more.
  const before = told.map((each): Anchor => ({ at: each.dueAt, recordedAt: each.at, what: 'slot' }));
  const opened = slots.map(
    ({ due, closedAt }): Anchor => ({ at: due, recordedAt: due, until: closedAt, what: 'slot' }),
  );
  const all = { ...course, anchors: [...course.anchors, ...before, ...opened] };
  for (const { at, dueAt, isOwn, sequence } of told) {
    if (!isOwn) continue;
    const name = `${contact.id} of ${id} was told of as due ${date(dueAt)} at ${date(at)}`;
    const stop = stops.findLast((each) => each.sequence < sequence);
    const isBegunAgain = restarts.some((each) => each.sequence > (stop?.sequence ?? 0) && each.sequence < sequence);
    const isOver = isAlone && stop !== undefined && !isBegunAgain;
    if (isOver || !(reasonOf(all, dueAt) || isDueInTurn(all, dueAt))) found.push(`${name}; it is not due then.`);
    else if (at < dueAt - aheadOf(dueAt) - toleranceMs) found.push(`${name}, as early as that.`);
  }
  for (const { due, closedAt, outcome } of slots) {
    const reason = reasonOf(course, due, closedAt);
    if (outcome === undefined || !reason || !isAlone) continue;
    const met = course.updates.find((each) => each.at >= reason.at && each.at <= due + 5 * minuteMs);
    const end = Math.min(closedAt, met?.recordedAt ?? closedAt);
    const wasStatedLate = reasonsOf(course, due, closedAt).some(({ recordedAt }) => recordedAt > due - 2 * minuteMs);
    const isKnownLate = wasStatedLate || end < reason.recordedAt + minuteMs + toleranceMs;
    const remindedBy = due - 4 * minuteMs + toleranceMs;
    const needsNone = end <= remindedBy || isKnownLate;
    const wasTold = told.some((each) => each.at <= due && (each.dueAt >= due || due - each.at <= aheadOf(due)));
    // By the fast row it is due no sooner than a quarter of an hour from then: that is soon enough to be reminded of.
    const isReplanned = course.accounts.some(
      (each, index) =>
        each.from > due - (isUrgent(each) ? 14 : 20) * minuteMs &&
        each.from < due + 70 * minuteMs &&
        isUrgent(each) !== wasUrgent(course.accounts, index),
    );
    // It came to be by what was taken back after it was due.
    const isByRetraction = course.anchors.some((each) => each.isRetraction && each.at > remindedBy);
    if (needsNone || wasTold || isReplanned || isByRetraction) continue;
    if (firstUnexplained(stage, Math.max(reason.recordedAt + minuteMs + toleranceMs, remindedBy)) >= due) continue;
    found.push(
      `${contact.id} of ${id} was due ${date(due)} (${outcome}), nobody was reminded, and nothing had failed.`,
    );
  }
  return found;
}

/** How many slots in a row had been missed when an event was recorded: since the last update, or since a clock that had stopped runs again. */
function missedInARow(records: Records, { id, contact, stops }: Course, sequence: string): number {
  const outcomes = new Map<number, { outcome: string; endAt: number }>();
  let since = 0;
  for (const event of records.timelines.get(id) ?? []) {
    if (event.id >= sequence) break;
    const number = Number(event.id);
    if (event.type === 'reopened') {
      // A customer that was waiting at the reopening keeps waiting.
      if (stops.some((each) => each.sequence > since && each.sequence < number)) outcomes.clear();
      since = number;
    }
    for (const { contactId, dueAt, outcome, endAt } of closedSlots(event)) {
      if (contactId === contact.id && outcome !== 'not-reminded') outcomes.set(dueAt, { outcome, endAt });
    }
  }
  // In the order in which they ended: one that was met early may have been due after the next.
  const inOrder = [...outcomes.values()].sort((a, b) => b.endAt - a.endAt);
  const others = inOrder.findIndex(({ outcome }) => outcome !== 'missed');
  return others < 0 ? inOrder.length : others;
}

/** What changes nobody's due time. */
const idle = new Set(['reminded', 'paged', 'escalated', 'responded', 'assigned', 'commented', 'mitigated', 'caused']);

/** A reminder names every customer due within the next ten minutes; none gets a reminder of its own. */
function checkTogether(id: string, events: readonly Doc[]): string[] {
  const reminders = events.filter((each) => each.type === 'reminded' && each.detail.slots !== undefined);
  return reminders.flatMap((each, index) => {
    const before = reminders[index - 1];
    if (!before || each.recordedAt - before.recordedAt > 9 * minuteMs) return [];
    // By the clocks of those who recorded the two, the later may have been the earlier.
    const from = Math.min(before.recordedAt, each.recordedAt) - commitMs;
    const until = Math.max(before.recordedAt, each.recordedAt) + commitMs;
    const isQuiet = events.every(
      ({ id, type, recordedAt }) =>
        idle.has(type) || !((recordedAt >= from && recordedAt <= until) || (id > before.id && id < each.id)),
    );
    const named = new Set(before.detail.slots.map((slot: Doc) => slot.contactId));
    const first = Math.min(...before.detail.slots.map((slot: Doc) => slot.dueAt));
    const apart = each.detail.slots.find(
      (slot: Doc) => !named.has(slot.contactId) && slot.dueAt - before.recordedAt < 10 * minuteMs - toleranceMs,
    );
    if (!isQuiet || !apart) return [];
    return [`${apart.contactId} of ${id}, due ${date(apart.dueAt)}, was told of apart from those due ${date(first)}.`];
  });
}

/** Whether the clock was stopped when an event was recorded. */
function hasStopped({ stops, restarts }: Course, sequence: number): boolean {
  const stop = stops.findLast((each) => each.sequence < sequence && !each.isTaken);
  return stop !== undefined && !restarts.some((each) => each.sequence > stop.sequence && each.sequence < sequence);
}

/** Two missed in a row are escalated once and then daily, and nothing else is. */
function checkEscalations(
  records: Records,
  id: string,
  courses: readonly Course[],
  stage: Pick<Stage, 'now' | 'outages'>,
): string[] {
  const found: string[] = [];
  const events = records.timelines.get(id) ?? [];
  const escalated = events.filter((each) => each.type === 'escalated');
  // A customer that joined by a link brings its escalations along.
  const told = groupOf(records, id).flatMap((each) => records.timelines.get(each) ?? []);
  // A customer leaves with its link, and with the retracted statement that named it.
  const isWhole = !isLinked(records, id) && takenIn(events).size === 0;
  for (const [index, { id: sequence, detail, recordedAt }] of escalated.entries()) {
    const before = escalated[index - 1];
    const isAgain = before?.detail.customers.some((each: string) => detail.customers.includes(each));
    if (isAgain && recordedAt - before.recordedAt < 12 * minuteMs) {
      found.push(`${id} was escalated at ${date(recordedAt)}, right after ${date(before.recordedAt)}.`);
    }
    const isTheirs = ({ contact }: Course): boolean =>
      contact.isTheOthers
        ? detail.customers.includes('others')
        : contact.customers.some((each: Doc) => detail.customers.includes(each.id));
    for (const course of isWhole ? courses.filter(isTheirs) : []) {
      if (hasStopped(course, Number(sequence)))
        found.push(`${id} was escalated at ${date(recordedAt)} for ${course.contact.id}, who waits for nothing.`);
      if (missedInARow(records, course, sequence) > 1) continue;
      found.push(
        `${id} was escalated at ${date(recordedAt)} for ${course.contact.id}, of whom no two updates in a row had been missed.`,
      );
    }
  }
  for (const course of courses) {
    const { contact, slots, isAlone } = course;
    const closed = slots.filter((each) => each.outcome !== undefined && each.outcome !== 'not-reminded');
    for (const [index, slot] of closed.entries()) {
      const before = closed[index - 1];
      const first = closed[index - 2];
      // An update between the two starts the row again, even one that ended a slot without a reminder, or that was sent
      // before the first tick.
      const isInRow = !course.updates.some(
        (each) =>
          before !== undefined && each.at > before.due && (each.at <= slot.due || each.recordedAt <= slot.closedAt),
      );
      const isSecondBy = (outcomeOf: (of: Slot | undefined) => string | undefined): boolean =>
        outcomeOf(slot) === 'missed' && outcomeOf(before) === 'missed' && outcomeOf(first) !== 'missed';
      const isSecond = isInRow && isSecondBy((of) => of?.outcome) && isSecondBy((of) => of?.atFirst);
      if (!before || !isSecond) continue;
      const by = firstUnexplained(stage, slot.closedAt + 2 * minuteMs);
      // By what was taken back it had been met, and the row was not one then.
      if (!isAlone || course.hasTaken || by > stage.now()) continue;
      if (course.stops.some(({ at }) => at <= by)) continue;
      // A clock that was stopped because it did not occur starts a new row.
      if (course.reopenings.some((at) => at > before.closedAt && at <= slot.due)) continue;
      // Within a day of an escalation for others whose row continues, this customer is named with them; an escalation for
      // it alone was of another row. A customer with two reports may have two contacts, each with its own row.
      const isOfThemAlone = (each: Doc): boolean => events.includes(each) && isOnlyFor(contact, each.detail.customers);
      const isTold = told.some(
        (each) =>
          each.type === 'escalated' &&
          each.recordedAt <= by &&
          (each.recordedAt >= before.due ||
            (each.recordedAt >= slot.closedAt - dayMs - minuteMs && !isOfThemAlone(each))),
      );
      if (!isTold) {
        found.push(
          `${contact.id} of ${id} missed a second update at ${date(slot.closedAt)}, and it was not escalated.`,
        );
      }
    }
  }
  return found;
}

const isOnlyFor = ({ isTheOthers, customers }: Doc, named: readonly string[]): boolean =>
  named.every((each) => (isTheOthers ? each === 'others' : customers.some(({ id }: Doc) => id === each)));

/** While nobody is known to be affected, the responders are asked who is, by the same rhythm. */
function checkScope(records: Records, id: string, stage: Pick<Stage, 'now' | 'outages'>): string[] {
  const found: string[] = [];
  const events = records.timelines.get(id) ?? [];
  const asked = events.filter((each) => each.type === 'reminded' && each.detail.scopeDueAt !== undefined);
  const isAlone = !isLinked(records, id) && takenIn(events).size === 0;
  const accounts = accountsOf(records, id);
  const first = accounts.find((each) => each.kind === 'incident') as Account;
  const course = { isAlone, accounts } as unknown as Course;
  const begin: Anchor = { at: first.receivedAt, recordedAt: first.filedAt, what: 'begin' };
  let last = begin;
  for (const { detail, recordedAt } of asked) {
    // Open or alone again, it is asked for at once, also where that had been asked for before.
    const isOpenAgain = events.some(
      (each) =>
        (each.changes?.status === 'open' || each.type === 'unlinked') &&
        each.recordedAt > last.recordedAt &&
        each.recordedAt <= recordedAt,
    );
    let anchors: Anchor[] = [isOpenAgain ? begin : last];
    // Slots that passed while Metronome was away, or that a change of row did away with, were not asked for.
    for (let steps = 0; steps < 40; steps += 1) {
      if (anchors.some((each) => afterAny(course, each, recordedAt).includes(detail.scopeDueAt))) break;
      anchors = [...new Set(anchors.flatMap((each) => afterAny(course, each, recordedAt)))]
        .filter((at) => at < detail.scopeDueAt)
        .map((at) => ({ at, recordedAt: at, what: 'slot' }));
    }
    if (anchors.length === 0)
      found.push(
        `${id} was asked for its scope at ${date(recordedAt)}, as due ${date(detail.scopeDueAt)}, and it is not due then.`,
      );
    last = { at: detail.scopeDueAt, recordedAt, what: 'slot' };
  }
  if (!isAlone || records.incidents.get(id)?.isAboutMetronome) return found;
  const isKnown = (records.contacts.get(id) ?? []).length > 0;
  const ended = events.find(
    ({ type, detail }) =>
      (type === 'scoped' && detail.affectedCustomerCount === 0) ||
      type === 'recovered' ||
      (type === 'verified' && detail.happened === 'no'),
  )?.recordedAt;
  const until = Math.min(
    ended ?? stage.now(),
    isKnown ? Math.min(...(records.contacts.get(id) ?? []).map((each) => each.affectedKnownAt)) : stage.now(),
  );
  let from = begin;
  for (const each of [...asked, undefined]) {
    const due = Math.max(...afterAny(course, from, from.at + 13 * hourMs));
    // A fixed time seconds after another slot is asked for as that one ends, which has just been asked for itself.
    const by = Math.max(due - 4 * minuteMs, from.at, from.recordedAt + minuteMs) + minuteMs + toleranceMs;
    const at = each?.recordedAt ?? Number.POSITIVE_INFINITY;
    const latest = firstUnexplained(stage, by);
    if (at > latest && latest < until) {
      found.push(`The scope of ${id} should have been asked for by ${date(by)}, and was at ${date(each?.recordedAt)}.`);
    }
    if (each) from = { at: each.detail.scopeDueAt, recordedAt: each.recordedAt, what: 'slot' };
  }
  return found;
}
