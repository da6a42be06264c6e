/**
 * Table C: each contact's clock is what a second implementation reads off the same facts, whatever was taken back or linked.
 * Responders are reminded of each deadline in time, of all that are near at once, and of none that is not due; what was
 * missed twice in a row is escalated. These are judged where nothing that counted then was taken back or has left since.
 */

import { hourMs, minuteMs } from '../calendar.ts';
import type { Stage } from '../stage.ts';
import { groupOf } from './groups.ts';
import { type NaiveClock, type NaiveSlot, naiveClock } from './naive-clock.ts';
import { naiveSchedule } from './naive-schedule.ts';
import { canonical, type Doc, date, type Records } from './records.ts';
import { takenIn } from './retold.ts';
import { checkScopeAsked } from './scope-asked.ts';
import { commitMs, firstUnexplained, lockMs, toleranceMs } from './windows.ts';

/** A reminder of a fixed time comes no earlier than this before it. */
export const mostAheadMs = 16 * minuteMs;
/** A notice is of the slot after the one that it names as well, where that is due so soon. */
export const aheadOf = (due: number): number => (isFixed(due) ? mostAheadMs : 10 * minuteMs);
/** 10:00, 15:00, 17:00 and 22:00 in Japan. */
const isFixed = (at: number): boolean => [10, 15, 17, 22].includes((at / hourMs + 9) % 24);
/** A slot that ends at a fixed time is closed up to so long after it, so that not all are at once. */
const closingSpreadMs = 10 * minuteMs;

/** A contact of an incident. */
export interface Waiting {
  id: string;
  incident: Doc;
  contact: Doc;
  /** The incident's timeline. */
  events: readonly Doc[];
}

type Watch = Pick<Stage, 'now' | 'outages'>;

export function checkDeadlines(records: Records, stage: Watch): string[] {
  return [...records.incidents].flatMap(([id, incident]) => {
    if (incident.kind !== 'incident' || incident.origin.tool === 'import') return [];
    const events = records.timelines.get(id) ?? [];
    const all = (records.contacts.get(id) ?? []).map((contact): Waiting => ({ id, incident, contact, events }));
    return [
      ...all.flatMap((each) => [...checkClock(each, stage.now()), ...checkReminders(each), ...checkTold(each, stage)]),
      ...all.flatMap((each) => checkRow(each, records, stage)),
      ...checkEscalations(id, all, events),
      ...checkScopeAsked(records, id, stage),
      ...checkTogether(id, events),
    ];
  });
}

/** Reads a contact's clock as of an instant. @param before the event of the incident at which the timeline ends */
export function readClock({ incident, contact, events }: Waiting, now: number, before?: string): NaiveClock {
  const isOwn = ({ id }: Doc): boolean => /^\d+$/.test(id);
  const isThen = (fact: Doc): boolean =>
    before === undefined || !isOwn(fact) || fact.of ? fact.recordedAt <= now : fact.id < before;
  const links = events.filter(({ id, type }) => (type === 'linked' || type === 'unlinked') && id < (before ?? ''));
  const members: Doc = incident.outage?.members ?? {};
  const isThere = (other: string): boolean =>
    before === undefined ||
    members[other]?.since < before ||
    links.findLast(({ type, detail }) => (type === 'linked' ? detail.from : detail.incident) === other)?.type ===
      'linked';
  const known: Doc[] = contact.facts.filter(
    (each: Doc) => isThen(each) && (!each.of || each.of === '+' || isThere(each.of)),
  );
  const knowing = known.filter(({ type, of }) => (type === 'known' || type === 'counted') && of !== '+');
  // What is said to all on a primary is said to those whose incident is linked by then.
  const since = knowing.map(({ of }) => members[of]?.since ?? '').sort()[0] ?? '';
  const toAll: Doc[] = (incident.toAll ?? []).filter((each: Doc) => isThen(each) && each.id > since);
  const facts = [...new Map([...known, ...toAll].map((each) => [`${each.type} ${each.id}`, each])).values()];
  const schedule: Doc[] = (incident.schedule ?? []).filter(isThen);
  const latest = before === undefined ? now : Math.max(now, ...[...facts, ...schedule].map((each) => each.recordedAt));
  return naiveClock(facts, naiveSchedule({ ...incident, schedule }, knowing), latest);
}

/** What a contact and its clock have under one name. */
const remembered = [
  'missedInARow',
  'overdueSince',
  'remindAt',
  'remindedAt',
  'escalatedAt',
  'endsWith',
  'lastUpdateAt',
  'lastMessage',
];

/** Those of a linked incident are told with the primary's. */
const toldElsewhere = {
  due: null,
  missedInARow: 0,
  overdueSince: null,
  remindAt: null,
  remindedAt: null,
  escalatedAt: null,
  endsWith: null,
};

const slotOf = ({ due, end, outcome, reminded }: Omit<NaiveSlot, 'set' | 'remind'>): string =>
  `${date(due)} until ${date(end)} ${outcome}, reminded ${date(reminded ?? undefined)}`;

/** It is as it was read last: with an event of its incident, or now. */
function checkClock(waiting: Waiting, now: number): string[] {
  const { id, incident, contact, events } = waiting;
  const isLinked = incident.status === 'linked';
  const isJoined = !contact.facts.some((each: Doc) => (each.type === 'known' || each.type === 'counted') && !each.of);
  const joined: number[] = contact.facts.flatMap(({ of }: Doc) => incident.outage?.members[of]?.at ?? []);
  const joinedAt: number = isJoined ? Math.min(...joined) : 0;
  // The clock of what is linked runs on the primary; here it is as it was then, with what its ticket has said since.
  const facts: Doc[] = [...contact.facts, ...(incident.schedule ?? []), ...(incident.toAll ?? [])];
  const lastAt = isLinked ? Math.max(incident.linkedAt, ...facts.map((each) => each.recordedAt)) : Infinity;
  const expected = (at: number): Record<string, unknown> => {
    const { known: _, next: __, ...clock } = readClock(waiting, Math.min(at, lastAt));
    const told = { ...clock, slots: clock.slots.filter(({ end }) => end > joinedAt).map(slotOf) };
    return isLinked ? { ...told, ...toldElsewhere, stopped: clock.stopped ?? incident.linkedAt } : told;
  };
  const is: Record<string, unknown> = {
    ...Object.fromEntries(remembered.map((name) => [name, contact[name] ?? null])),
    due: contact.nextUpdateDueAt,
    stopped: contact.stoppedAt,
    recovered: contact.recoveredAt ?? null,
    slots: contact.pastSlots.map(({ dueAt, endAt, outcome, remindedAt }: Doc) =>
      slotOf({ due: dueAt, end: endAt, outcome, reminded: remindedAt }),
    ),
  };
  const differing = (should: Record<string, unknown>): string[] =>
    Object.keys(is).filter((name) => canonical(is[name]) !== canonical(should[name]));
  const moments = new Set([...events.map((each) => each.recordedAt), now].toReversed());
  const isRead = [...moments].some((at) => differing(expected(at)).length === 0);
  if (isRead) return [];
  const should = expected(now);
  const show = (value: unknown): string => (typeof value === 'number' && value > 1e9 ? date(value) : String(value));
  return differing(should).map(
    (name) =>
      `${name} of ${contact.id} in ${id} should be ${show(should[name])} by its facts, and is ${show(is[name])}.`,
  );
}

/** Whether what counted when an event was recorded counts still, so that the clock of then can be read. */
export function isUnchanged({ events }: Pick<Waiting, 'events'>, sequence: string): boolean {
  const taken = takenIn(events);
  const isGone = ({ id, type }: Doc): boolean =>
    id < sequence
      ? taken.has(id)
      : type === 'withdrawn' || type === 'unlinked' || (type === 'linked' && id === sequence);
  return !events.some(isGone);
}

/** Nobody is reminded of what is not due, nor long before. */
function checkReminders(waiting: Waiting): string[] {
  const { id, contact, events } = waiting;
  return events.flatMap((event) => {
    const { dueAt } =
      (event.type === 'reminded' && event.detail.slots?.find((each: Doc) => each.contactId === contact.id)) || {};
    if (dueAt === undefined || !isUnchanged(waiting, event.id)) return [];
    const { due, next } = readClock(waiting, event.recordedAt, event.id);
    const name = `${contact.id} of ${id} was told of as due ${date(dueAt)} at ${date(event.recordedAt)}`;
    if (dueAt !== due && dueAt !== next)
      return [`${name}; it is due ${date(due ?? undefined)}, and then ${date(next ?? undefined)}.`];
    return event.recordedAt < dueAt - aheadOf(dueAt) - toleranceMs ? [`${name}, as early as that.`] : [];
  });
}

/** The responders were reminded of each deadline in time, unless something failed, or it became known too late. */
function checkTold(waiting: Waiting, stage: Watch): string[] {
  const { id, contact, events, incident } = waiting;
  if (incident.status === 'linked') return [];
  // By what is taken back, or comes or goes with a link, a deadline is one that nobody could have been reminded of.
  const isTellingAgain = ({ type }: Doc): boolean =>
    type === 'retracted' || type === 'withdrawn' || type === 'unlinked' || type === 'linked';
  const refolded = events.filter(isTellingAgain);
  const knownAt = (at: number): number =>
    Math.max(at, ...events.filter((each) => each.recordedAt === at).map((each) => each.knownAt));
  return readClock(waiting, stage.now()).slots.flatMap(({ due, end, reminded, set, remind }) => {
    const by = Math.max(knownAt(set), remind) + minuteMs + toleranceMs;
    const isExcused = by >= due || end <= by + lockMs || refolded.some((each) => each.knownAt > Math.max(set, remind));
    const isTold = reminded !== null && reminded <= due;
    if (isTold || isExcused || firstUnexplained(stage, by) >= due) return [];
    return [`${contact.id} of ${id} was due ${date(due)}, nobody was reminded, and nothing had failed.`];
  });
}

/** Who was escalated had missed two in a row; nobody is again within half a day. */
function checkEscalations(id: string, all: readonly Waiting[], events: readonly Doc[]): string[] {
  const escalated = events.filter((each) => each.type === 'escalated');
  return escalated.flatMap(({ id: sequence, detail, recordedAt }, index) => {
    const at = `${id} was escalated at ${date(recordedAt)}`;
    const before = escalated[index - 1];
    const named = all.filter(({ contact }) => idsOf(contact).some((each) => detail.customers.includes(each)));
    const readable = named.filter((each) => isUnchanged(each, sequence));
    const rows = readable.map((each) => ({ each, clock: readClock(each, recordedAt, sequence) }));
    const isOfNone = rows.length === named.length && rows.length > 0 && !rows.some(({ clock }) => isRow(clock));
    // One that has begun since is another row.
    const isToldAgain = ({ each, clock }: (typeof rows)[number]): boolean =>
      idsOf(each.contact).some((id) => before?.detail.customers.includes(id)) &&
      (clock.overdueSince ?? Infinity) < before.recordedAt;
    const isSoon = before && recordedAt - before.recordedAt < 12 * hourMs && rows.some(isToldAgain);
    return [
      ...(isSoon ? [`${at}, right after ${date(before.recordedAt)}.`] : []),
      ...(isOfNone
        ? [`${at} for ${detail.customers.join(', ')}, of whom no two updates in a row had been missed.`]
        : []),
    ];
  });
}

const isRow = ({ due, missedInARow }: NaiveClock): boolean => due !== null && missedInARow >= 2;

const idsOf = ({ isTheOthers, customers }: Doc): string[] =>
  isTheOthers ? ['others'] : customers.map((each: Doc) => each.id);

/** What was missed twice in a row is escalated, within a day of what was before. */
function checkRow(waiting: Waiting, records: Records, stage: Watch): string[] {
  const { id, contact, events, incident } = waiting;
  if (incident.status === 'linked' || incident.isAboutMetronome) return [];
  const group = groupOf(records, id).flatMap((each) => records.timelines.get(each) ?? []);
  const told = group.filter((each) => each.type === 'escalated');
  const refolded = events.filter(({ type }) => ['retracted', 'withdrawn', 'linked', 'unlinked'].includes(type));
  return readClock(waiting, stage.now()).slots.flatMap(({ outcome, end }) => {
    const by = firstUnexplained(stage, end + closingSpreadMs + 2 * minuteMs + toleranceMs);
    if (outcome !== 'missed' || by > stage.now() || refolded.some((each) => each.knownAt > end)) return [];
    const isLasting = [end, by].every((at) => isRow(readClock(waiting, at)));
    if (!isLasting || told.some(({ recordedAt }) => recordedAt > end - 24 * hourMs - minuteMs && recordedAt <= by))
      return [];
    return [`${contact.id} of ${id} missed a second update at ${date(end)}, and it was not escalated.`];
  });
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
