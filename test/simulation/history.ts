/**
 * What each event of a timeline changed, which nothing stores: the record before it and after it, as the product folds them.
 * The oracle judges conclusions by the tables; it reads here only what the record said at a moment.
 */
import type { TimelineEvent } from '../../functions/incidents/facts/events.ts';
import {
  afterEvent,
  changedFields,
  isFact,
  isRetraction,
  isSequenced,
} from '../../functions/incidents/facts/timeline.ts';
import { evolveOwn, passed } from '../../functions/incidents/fold/evolve.ts';
import { fold } from '../../functions/incidents/fold/fold.ts';
import { type Kept, keptOf } from '../../functions/incidents/fold/kept.ts';
import { summedFields } from '../../functions/incidents/incident.ts';
import { contactsInAll, type StoredContact } from '../../functions/incidents/record/cohorts.ts';
import type { State } from '../../functions/incidents/rhythm/contact.ts';
import { byId } from '../../functions/incidents/rhythm/contact.ts';
import { type Policy, policy } from '../../functions/policy.ts';
import { inMilliseconds } from '../in-milliseconds.ts';
import { hadMembers } from './oracle/groups.ts';

/** What a conclusion tells of a change that the fact before it made. */
const fieldsOf: Record<string, readonly string[]> = {
  recovered: ['status', 'recoveredAt'],
  reopened: ['status', 'recoveredAt', 'reopenedAt', 'ongoing'],
  'urgency-changed': ['urgency'],
  'emergency-begun': ['emergency'],
  'emergency-ended': ['emergency'],
  'slot-closed': [],
  responded: ['firstResponseAt', 'responders', 'actorNames'],
  'customer-updated': ['paging', 'unanswered'],
  'reported-otherwise': ['stated'],
  'customer-wrote': ['unanswered'],
  'recovery-questioned': ['unanswered'],
  'alert-joined': ['alertResources'],
  'alerts-counted': ['alert'],
};

const changedBy = ({ type, detail }: Doc): readonly string[] =>
  type === 'corrected' ? [detail.field.split('.')[0], 'affectedCustomers'] : (fieldsOf[type] ?? []);

// biome-ignore lint/suspicious/noExplicitAny: documents as they are found
type Doc = any;
type Documents = ReadonlyMap<string, Record<string, unknown>>;
type PolicyOf = (version: string | undefined) => Policy;

/** @returns documents in which each event of a timeline has what it changed, for the oracle, which knows no product */
export function historian(): (documents: Documents) => Map<string, Record<string, unknown>> {
  const known = new Map<string, { size: number; events: ReadonlyMap<string, Doc> }>();
  return (documents) => {
    const timelines = Map.groupBy(
      [...documents].filter(([path]) => /^incidents\/[^/]+\/timeline\//.test(path)),
      ([path]) => path.split('/')[1] ?? '',
    );
    const whole = new Map(documents);
    const policyOf = policiesIn(documents);
    const contacts = Map.groupBy(
      [...documents].filter(([path]) => /^incidents\/[^/]+\/contacts\//.test(path)),
      ([path]) => path.split('/')[1] ?? '',
    );
    for (const [id, entries] of timelines) {
      const last = known.get(id);
      const all = (contacts.get(id) ?? []).map(([, each]) => dated(each) as StoredContact);
      const current =
        last?.size === entries.length
          ? last
          : { size: entries.length, events: told(id, entries, policyOf, byId(contactsInAll(all))) };
      known.set(id, current);
      for (const [path, event] of current.events) whole.set(path, event);
      const [path, event] = [...current.events].at(-1) ?? [];
      if (path) whole.set(path, withShown(event, documents.get(`incidents/${id}`)));
    }
    return whole;
  };
}

/** Each run has two releases, whose policies differ. */
function policiesIn(documents: Documents): PolicyOf {
  const kept = [...documents].filter(([path]) => path.startsWith('policies/'));
  const policies = new Map(kept.map(([path, each]) => [path.split('/')[1], JSON.parse(String(each.policy)) as Policy]));
  return (version) => policies.get(version) ?? policy;
}

function told(
  id: string,
  entries: readonly [string, Record<string, unknown>][],
  policyOf: PolicyOf,
  contacts: State['contacts'],
): ReadonlyMap<string, Doc> {
  const facts = entries.filter(([path]) => /\/\d+$/.test(path)).sort(([one], [other]) => (one < other ? -1 : 1));
  const received = entries.filter(([path]) => !/\/\d+$/.test(path)).map(([, event]) => event);
  const timeline = facts.map(([, event]) => event);
  const kept = keptOf(
    contacts,
    timeline.map((each) => dated(each) as TimelineEvent),
  );
  const events = withChanges(id, timeline, received, policyOf, kept);
  return new Map(facts.map(([path], index) => [path, events[index]]));
}

/** Of an outage the timeline tells what the incident is by itself: what else it shows came by its last event at the latest. */
function withShown(last: Doc, shown: Doc): Doc {
  if (!shown?.outage || !last?.changes) return last;
  const fields = [...summedFields, 'links', 'outage', 'failedUpdates'];
  const sums = Object.fromEntries(fields.map((field) => [field, shown[field] ?? null]));
  return { ...last, changes: { ...last.changes, ...sums } };
}

function withChanges(
  id: string,
  events: readonly Doc[],
  received: readonly Doc[],
  policyOf: PolicyOf,
  kept: Kept | undefined,
): Doc[] {
  if (!events[0]?.detail?.report && !events[0]?.detail?.imported) return [...events];
  const timeline = [...events, ...received].map((each) => dated(each) as TimelineEvent);
  let before: State | undefined;
  const whole = events.map((event): Doc => {
    const after = next(id, before, timeline, dated(event) as TimelineEvent, policyOf, kept);
    const changes = changedFields(before?.incident ?? ({} as never), after.incident);
    if (event.type === 'linked' && event.detail.to !== undefined) changes.status = 'linked';
    if (event.type === 'unlinked' && isAloneAfter(events, event)) {
      const { status, recoveredAt = null, emergency = null } = after.incident;
      Object.assign(changes, { status, recoveredAt, emergency });
    }
    // A report that reopens the incident states whether it is ongoing, even if that was known already.
    if (event.type === 'reopened' && event.detail.signalId) changes.ongoing = after.incident.ongoing;
    before = after;
    return { ...event, changes: inMilliseconds(changes) };
  });
  return distributed(whole, !events.some(({ type }) => type === 'linked'));
}

/** Without members, and linked to nothing: what it is by itself. */
const isAloneAfter = (events: readonly Doc[], { id, detail }: Doc): boolean =>
  detail.incident === undefined || !hadMembers(events, `${id}~`);

const isFoldedAgain = (event: TimelineEvent): boolean =>
  isRetraction(event) || event.type === 'unlinked' || event.type === 'withdrawn';

/** A retraction and the end of a link tell the whole of it again, with what had been received by then. */
function next(
  id: string,
  before: State | undefined,
  timeline: TimelineEvent[],
  event: TimelineEvent,
  policyOf: PolicyOf,
  kept: Kept | undefined,
): State {
  if (before && !isFoldedAgain(event)) {
    const rules = policyOf(event.policyVersion);
    const read = event.type === 'slot-closed' ? passed(before, event.recordedAt, rules) : before;
    const { incident, contacts } = isFact(event) ? evolveOwn(before, event, rules) : read;
    return { incident: afterEvent(incident, event), contacts };
  }
  const isKnown = (each: TimelineEvent): boolean =>
    isSequenced(each) ? each.id <= event.id : Number(each.detail.after) < Number(event.id);
  return fold(id, timeline.filter(isKnown), policyOf, kept && keptBy(kept, event.recordedAt));
}

/** What its contacts held at a moment: they are found as they were at the end. */
const keptBy = (kept: Kept, then: Date): Kept =>
  new Map(
    [...kept].map(([id, each]) => [id, { ...each, facts: each.facts.filter(({ recordedAt }) => recordedAt <= then) }]),
  );

/** Sums of outcomes after some deadlines were closed or corrected. */
function addOutcomes(slots: Record<string, number>, closed: readonly Doc[]): Record<string, number> {
  const sums = { ...slots };
  const add = (outcome: string, many: number): void => {
    const field = outcome === 'not-reminded' ? 'notReminded' : outcome;
    if (field in sums) sums[field] = (sums[field] ?? 0) + many;
  };
  for (const { outcome, corrects } of closed) {
    add(outcome, 1);
    if (corrects) add(corrects, -1);
  }
  return sums;
}

/**
 * To each conclusion what it tells of, away from the fact that it was concluded from.
 * @param isAlone else its customers have waited with those of others, and its deadlines are what its timeline closes
 */
function distributed(events: readonly Doc[], isAlone: boolean): Doc[] {
  let fact: Doc = {};
  let slots: Doc = { met: 0, late: 0, missed: 0, notReminded: 0 };
  let impact: Doc = {};
  let emergency: Doc;
  const told = (each: Doc): Doc => {
    let event = each;
    const isConclusion = event.isFact === false && fact?.recordedAt === event.recordedAt;
    const isOfFact = isConclusion && !fact.type.startsWith('retracted');
    const isClosing = event.type === 'slot-closed' && (isOfFact || !isAlone);
    if (event.detail?.of !== undefined) return event;
    if (!isAlone) event = ofOutage(event, slots, fact, emergency);
    if (!isClosing && !isOfFact) {
      fact = event;
      const { impact: next = impact } = event.changes;
      if (event.type !== 'reported') impact = next;
      const hasClosings = fact.changes.slots && event.type !== 'slot-closed' && !event.type.startsWith('retracted');
      if (hasClosings && isAlone) fact.changes.slots = slots;
      else slots = fact.changes.slots ?? slots;
      return event;
    }
    if (isClosing) {
      const closed = event.detail.slots ?? [event.detail];
      slots = addOutcomes(slots, closed);
      return { ...event, changes: { ...event.changes, slots } };
    }
    const made: Doc = fact?.changes ?? {};
    const moved = changedBy(event).filter((field) => field in made);
    const changes = Object.fromEntries(moved.map((field) => [field, made[field]]));
    for (const field of moved) delete made[field];
    if (event.type === 'corrected' && event.detail.field.startsWith('impact.')) {
      // A report may correct two of its fields: each tells its own.
      impact = { ...impact, [event.detail.field.slice('impact.'.length)]: event.detail.new };
      changes.impact = impact;
    }
    return { ...event, changes: { ...changes, ...event.changes } };
  };
  return events.map((each) => {
    const event = told(each);
    emergency = event.changes.emergency ?? emergency;
    return event;
  });
}

/** Of an outage, deadlines are what its timeline closes, and that all have recovered, or wait again, is what rules conclude. */
function ofOutage(event: Doc, slots: Doc, fact: Doc, emergency: Doc): Doc {
  const { type, isFact: is, detail } = event;
  const changes = { ...event.changes };
  const isTold = fact?.changes !== undefined && 'emergency' in fact.changes;
  if (changes.slots) changes.slots = slots;
  if (type.startsWith('retracted')) changes.slots = addOutcomes(slots, detail.slots ?? []);
  if (is !== false && changes.status === 'recovered' && type !== 'unlinked') {
    delete changes.status;
    delete changes.recoveredAt;
  }
  if (is === false && type === 'recovered')
    Object.assign(changes, { status: 'recovered', recoveredAt: detail.recoveredAt });
  if (is === false && type === 'reopened') Object.assign(changes, { status: 'open', recoveredAt: null });
  if (is === false && type === 'emergency-begun' && !isTold) {
    const { why, ...judged } = detail;
    const from = fact?.type === 'linked' && fact.recordedAt === event.recordedAt ? fact.detail.from : undefined;
    const isTaken = from !== undefined && why === 'An incident was linked that is an emergency.';
    changes.emergency = { ...judged, since: event.occurredAt, endedAt: null, ...(isTaken ? { from } : {}) };
  }
  if (is === false && type === 'emergency-ended' && !isTold)
    changes.emergency = { ...emergency, endedAt: event.occurredAt };
  return { ...event, changes };
}

const isTime = (key: string): boolean => /(?:^at|^since|At|Until)$/.test(key);

/** The dump has its times in epoch milliseconds. */
function dated(value: unknown, key = ''): unknown {
  if (typeof value === 'number') return isTime(key) ? new Date(value) : value;
  if (Array.isArray(value)) return value.map((each) => dated(each, key));
  if (typeof value !== 'object' || value === null) return value;
  const { field } = value as { field?: string };
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => {
      const isCorrected = (name === 'new' || name === 'old') && typeof field === 'string' && isTime(field);
      return [name, dated(each, isCorrected ? 'at' : name)];
    }),
  );
}
