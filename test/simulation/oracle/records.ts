/** What Firestore holds, sorted by what it is about; and what has to hold among the documents themselves. */
import type { Stage } from '../stage.ts';
import { readReplayed } from './replayed.ts';
import { rawOf, readBody } from './said.ts';
import { toleranceMs } from './windows.ts';

// biome-ignore lint/suspicious/noExplicitAny: documents as they are found
export type Doc = any;

export interface Records {
  incidents: Map<string, Doc>;
  /** What was recorded of each incident, in the order of its sequence; without what signals left. */
  timelines: Map<string, Doc[]>;
  contacts: Map<string, Doc[]>;
  /** What signals left on timelines: one entry each. */
  received: Doc[];
  signals: Doc[];
  /** Of a group of alerts, each one's identity and state. */
  alertIds: Map<string, string[]>;
  timers: Doc[];
  quarantine: Doc[];
  actions: Doc[];
  bundles: Map<string, Doc>;
  pages: Map<string, Doc[]>;
  /** Those that replay something, by id. */
  drills: Map<string, Doc>;
}

export function sortRecords(documents: ReturnType<Stage['documents']>): Records {
  const records: Records = {
    incidents: new Map(),
    timelines: new Map(),
    contacts: new Map(),
    received: [],
    signals: [],
    alertIds: new Map(),
    timers: [],
    quarantine: [],
    actions: [],
    bundles: new Map(),
    pages: new Map(),
    drills: new Map(),
  };
  const add = (map: Map<string, Doc[]>, id: string, doc: Doc): void => void map.set(id, [...(map.get(id) ?? []), doc]);
  for (const [path, doc] of documents) {
    const [collection, id = '', below] = path.split('/');
    if (collection === 'incidents' && below === 'timeline' && /\/\d+$/.test(path))
      add(records.timelines, id, withOthersOf(id, doc));
    else if (collection === 'incidents' && below === 'timeline') records.received.push(doc);
    else if (collection === 'incidents' && below === 'contacts') add(records.contacts, id, withOthersOf(id, doc));
    else if (collection === 'incidents' && below === undefined) records.incidents.set(id, doc);
    else if (collection === 'postmortems' && below === undefined) records.bundles.set(id, doc);
    else if (collection === 'postmortems') add(records.pages, id, { ...doc, id: path.split('/').at(-1) });
    else if (collection === 'signals' && below === 'alertIds')
      records.alertIds.set(id, [...(records.alertIds.get(id) ?? []), ...String(doc.ids).split('\n')]);
    else if (collection === 'signals')
      records.signals.push({
        ...doc,
        id,
        said: doc.drill ? readReplayed(doc) : readBody(String(doc.tool), rawOf(doc)),
      });
    else if (collection === 'timers') records.timers.push({ ...doc, id });
    else if (collection === 'quarantine') records.quarantine.push(doc);
    else if (collection === 'actions') records.actions.push(doc);
    else if (collection === 'drills') records.drills.set(id, doc);
  }
  for (const [id, events] of records.timelines) records.timelines.set(id, inSequence(events));
  return records;
}

/** A message in these channels reaches the customer. */
export const counted = ['ticket', 'phone', 'mail', 'chat', 'in-person', 'status-page'];

/** When it was said, for those who had been recorded by then: at once, that is by its place on the timeline. */
export const saidAt = ({ occurredAt, recordedAt, knownAt = recordedAt }: Doc): number =>
  occurredAt >= recordedAt ? Math.max(recordedAt, knownAt) : occurredAt;

/** The linked incident that alone has brought this contact. */
export function joinedFrom({ facts = [] }: Doc): string | undefined {
  const known = facts.filter(({ type }: Doc) => type === 'known' || type === 'counted');
  return known.some(({ of }: Doc) => of === undefined) ? undefined : known[0]?.of.at(-1);
}

export const isJoined = (contact: Doc): boolean => joinedFrom(contact) !== undefined;

/** Unidentified customers share the contact of the incident that counted them: it has one name, there and in the incident it is linked to. */
export function withOthersOf<T>(incidentId: string, doc: T): T {
  if (Array.isArray(doc)) return doc.map((each) => withOthersOf(incidentId, each)) as T;
  if (typeof doc !== 'object' || doc === null) return (doc === 'con_others' ? `con_others@${incidentId}` : doc) as T;
  return Object.fromEntries(Object.entries(doc).map(([key, each]) => [key, withOthersOf(incidentId, each)])) as T;
}

/**
 * In the order in which they were committed. `recordedAt` is when the recording began: a process that is slow, or has a clock
 * behind the others', records after them what bears an earlier time. So each has `knownAt`, no earlier than what precedes it.
 */
function inSequence(events: readonly Doc[]): Doc[] {
  let knownAt = Number.NEGATIVE_INFINITY;
  return events
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((each) => {
      knownAt = Math.max(knownAt, each.recordedAt);
      return { ...each, knownAt };
    });
}

/** The incident that took a linked one over, or itself. */
export function survivorOf(records: Records, id: string): string {
  let current = id;
  for (let hops = 0; hops < 20; hops += 1) {
    const incident = records.incidents.get(current);
    if (incident?.status !== 'linked') break;
    current = incident.linkedTo;
  }
  return current;
}

/** An incident as its timeline tells it up to an instant: `filed` has the beginning, every event what it changed. */
export function foldUntil(events: readonly Doc[], until: number): Doc {
  const state: Doc = {};
  for (const { changes, recordedAt } of events) {
    if (recordedAt <= until) applyChanges(state, changes);
  }
  return state;
}

/** What one event makes of the state before it. */
export function applyChanges(state: Doc, changes: Doc = {}): void {
  for (const [field, value] of Object.entries(changes)) {
    if (value === null) delete state[field];
    else state[field] = value;
  }
}

/** The incident that had taken another over at an instant, or that one itself, as it was then: later links do not count. */
export function survivorThen(records: Records, id: string, at: number): Doc {
  const state = foldUntil(records.timelines.get(id) ?? [], at);
  return state.status === 'linked' ? survivorThen(records, state.linkedTo, at) : { ...state, id };
}

/** Text that is the same for equal values, whatever the order of their fields. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each) =>
    each !== null && typeof each === 'object' && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}

/** Kept beside the record for queries: no event tells them. */
const besideTheRecord = new Set(['changedAt', 'customerIds', 'board', 'search', 'beside']);

/** @param at the true time, when all is quiet */
export function checkRecords(records: Records, at: number): string[] {
  const found: string[] = [];
  for (const [id, incident] of records.incidents) {
    const events = records.timelines.get(id) ?? [];
    const numbers = events.map((each) => Number(each.id));
    if (numbers.some((number, index) => number !== index + 1)) {
      found.push(`The timeline of ${id} should be numbered from 1 without a gap, and has ${numbers.join(', ')}.`);
    }
    if (incident.lastSequence !== events.length) {
      found.push(`${id} says that its last event is ${incident.lastSequence}, and it has ${events.length}.`);
    }
    const folded = foldUntil(events, Number.POSITIVE_INFINITY);
    for (const field of new Set([...Object.keys(folded), ...Object.keys(incident)])) {
      if (besideTheRecord.has(field)) continue;
      if (canonical(folded[field]) !== canonical(incident[field])) {
        const [told, kept] = [canonical(folded[field]), canonical(incident[field])];
        found.push(`${field} of ${id} is ${kept}, and its timeline tells ${told}.`);
      }
    }
    found.push(...checkSums(id, incident, events), ...checkTimes(id, events), ...checkState(id, incident, records, at));
  }
  for (const [id, events] of records.timelines) {
    if (!records.incidents.has(id)) found.push(`There are ${events.length} events of ${id}, and no such incident.`);
  }
  return found;
}

/** How many slots ended how, by what a timeline says of each last. */
export function countSlots(events: readonly Doc[]): Record<string, number> {
  const sums: Record<string, number> = { met: 0, late: 0, missed: 0, notReminded: 0 };
  const add = (outcome: string, many: number): void => {
    const name = outcome === 'not-reminded' ? 'notReminded' : outcome;
    // A slot whose update was taken back is no data.
    if (outcome !== 'void') sums[name] = (sums[name] ?? 0) + many;
  };
  for (const { outcome, corrects } of events.flatMap(closedSlots)) {
    add(outcome, 1);
    if (corrects) add(corrects, -1);
  }
  return sums;
}

/** The sums of an incident are what its timeline counts. */
function checkSums(id: string, incident: Doc, events: readonly Doc[]): string[] {
  const sums = countSlots(events);
  const isPossible = Object.values(sums).every((each) => each >= 0);
  if (isPossible && canonical(sums) === canonical(incident.slots)) return [];
  return [`The slots of ${id} are counted as ${canonical(incident.slots)}, and its timeline has ${canonical(sums)}.`];
}

/** Nothing is recorded before it happens. */
const checkTimes = (id: string, events: readonly Doc[]): string[] =>
  events
    .filter(({ occurredAt, knownAt }) => occurredAt > knownAt + toleranceMs)
    .map(
      (each) =>
        `${each.type} of ${id} is said to have been at ${date(each.occurredAt)}, and was recorded ${date(each.knownAt)}.`,
    );

/** One event holds one slot, or several that ended together; what is taken back ends again those that it had met. */
export function closedSlots({ type, detail }: Doc): Doc[] {
  if (type.startsWith('retracted')) return detail.slots ?? [];
  return type === 'slot-closed' ? (detail.slots ?? [detail]) : [];
}

/** Each slot by what was last said of it, where it did not simply go well. */
export function unmetSlots(events: readonly Doc[]): Doc[] {
  const last = new Map(events.flatMap(closedSlots).map((each) => [`${each.contactId} ${each.dueAt}`, each]));
  return [...last.values()].filter((each) => each.outcome !== 'met' && each.outcome !== 'void');
}

const dueOf = (each: Doc): number => each.nextUpdateDueAt ?? Number.POSITIVE_INFINITY;
const earliest = (contacts: readonly Doc[]): Doc => contacts.toSorted((a, b) => dueOf(a) - dueOf(b))[0];

/** The customer who waits longest gives an incident its place on the board, and what is over is there while anybody waits. */
function checkBoard(id: string, incident: Doc, contacts: readonly Doc[]): string[] {
  const { kind, status, assignee, board, unanswered } = incident;
  const others = contacts.filter((each) => each.isTheOthers);
  const shown = contacts.filter((each) => !each.isTheOthers || each === earliest(others));
  const since = shown.map((each) => each.overdueSince ?? each.nextUpdateDueAt ?? null).filter((each) => each !== null);
  const isThere = kind === 'incident' && status !== 'linked' && (status === 'open' || since.length > 0 || unanswered);
  if (!isThere) return board === null ? [] : [`${id} should not be on the board, and has a place there.`];
  if (!board) return [`${id} should be on the board, and has no place there.`];
  const found: string[] = [];
  const first = Math.min(...since);
  if (board.waiting !== since.length)
    found.push(`On the board ${board.waiting} of ${id} wait, and ${since.length} do.`);
  if (since.length > 0 && (board.dueAt !== first || board.at !== first)) {
    found.push(`On the board ${id} is due ${date(board.dueAt)}, and whoever waits longest ${date(first)}.`);
  }
  if (board.assignee !== (assignee ?? null)) found.push(`On the board ${board.assignee} has ${id}.`);
  return found;
}

/** What has ended has stopped, and what has a next date has a timer that wakes for it. */
function checkState(id: string, incident: Doc, records: Records, at: number): string[] {
  const found: string[] = [];
  const contacts = records.contacts.get(id) ?? [];
  const timers = records.timers.filter((each) => each.id === id);
  const running = contacts.filter((each) => each.nextUpdateDueAt !== null);
  for (const contact of running) {
    if (contact.stoppedAt !== null)
      found.push(`${contact.id} of ${id} has stopped, and is due ${date(contact.nextUpdateDueAt)}.`);
  }
  found.push(...checkBoard(id, incident, contacts));
  if (incident.status === 'linked' && running.length > 0) found.push(`${id} is linked, and its customers still wait.`);
  if (incident.status === 'linked' && timers.length > 0) found.push(`${id} is linked, and still has a timer.`);
  for (const { incidentId, isAboutMetronome } of incident.links ?? []) {
    const { links: linkedTo, ...linked } = records.incidents.get(incidentId) ?? {};
    const isOwn = linked.isAboutMetronome === true && !(linkedTo ?? []).some((each: Doc) => !each.isAboutMetronome);
    if (isOwn !== (isAboutMetronome === true)) {
      found.push(
        `${incidentId}, linked to ${id}, is ${isOwn ? '' : 'not '}about Metronome alone, and its link says otherwise.`,
      );
    }
  }
  const isAsked = incident.kind === 'question' && incident.status === 'open';
  if ((running.length > 0 || isAsked) && timers.length === 0) found.push(`${id} has a next date, and no timer.`);
  const isOver = running.length === 0 && incident.status !== 'open' && incident.kind === 'incident';
  for (const timer of timers) {
    if (timer.wakeAt < at - 5 * 60_000)
      found.push(`The timer of ${id} was due at ${date(timer.wakeAt)}, and nobody looked.`);
    else if (isOver && timer.wakeAt > at + 14 * 3_600_000) found.push(`${id} is over, and its timer stays.`);
  }
  return found;
}

export const date = (at: number | undefined): string =>
  at === undefined || Number.isNaN(at) ? 'no time' : new Date(at).toISOString();
