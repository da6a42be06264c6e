/**
 * What each event of a timeline changed, which nothing stores: the record before it and after it, as the product folds them.
 * The oracle judges conclusions by the tables; it reads here only what the record said at a moment.
 */
import type { TimelineEvent } from '../../functions/incidents/facts/events.ts';
import { afterEvent, changedFields, isRetraction, isSequenced } from '../../functions/incidents/facts/timeline.ts';
import { evolve } from '../../functions/incidents/fold/evolve.ts';
import { fold } from '../../functions/incidents/fold/fold.ts';
import type { State } from '../../functions/incidents/rhythm/contact.ts';
import { type Policy, policy } from '../../functions/policy.ts';
import { inMilliseconds } from '../in-milliseconds.ts';

/** What a conclusion tells of a change that the fact before it made. */
const fieldsOf: Record<string, readonly string[]> = {
  recovered: ['status', 'recoveredAt'],
  reopened: ['status', 'recoveredAt', 'reopenedAt', 'ongoing'],
  'urgency-changed': ['urgency'],
  'emergency-begun': ['emergency'],
  'emergency-ended': ['emergency'],
  'slot-closed': [],
};

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
    for (const [id, entries] of timelines) {
      const last = known.get(id);
      const current =
        last?.size === entries.length ? last : { size: entries.length, events: told(id, entries, policyOf) };
      known.set(id, current);
      for (const [path, event] of current.events) whole.set(path, event);
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
): ReadonlyMap<string, Doc> {
  const facts = entries.filter(([path]) => /\/\d+$/.test(path)).sort(([one], [other]) => (one < other ? -1 : 1));
  const received = entries.filter(([path]) => !/\/\d+$/.test(path)).map(([, event]) => event);
  const events = withChanges(
    id,
    facts.map(([, event]) => event),
    received,
    policyOf,
  );
  return new Map(facts.map(([path], index) => [path, events[index]]));
}

function withChanges(id: string, events: readonly Doc[], received: readonly Doc[], policyOf: PolicyOf): Doc[] {
  if (!events[0]?.detail?.report && !events[0]?.detail?.imported) return [...events];
  const timeline = [...events, ...received].map((each) => dated(each) as TimelineEvent);
  let before: State | undefined;
  const whole = events.map((event): Doc => {
    const after = next(id, before, timeline, dated(event) as TimelineEvent, policyOf);
    const changes = changedFields(before?.incident ?? ({} as never), after.incident);
    // A report that reopens the incident states whether it is ongoing, even if that was known already.
    if (event.type === 'reopened' && event.detail.signalId) changes.ongoing = after.incident.ongoing;
    before = after;
    return { ...event, changes: inMilliseconds(changes) };
  });
  return distributed(whole);
}

const isFoldedAgain = (event: TimelineEvent): boolean => isRetraction(event) || event.type === 'unlinked';

/** A retraction and the end of a link tell the whole of it again, with what had been received by then. */
function next(
  id: string,
  before: State | undefined,
  timeline: TimelineEvent[],
  event: TimelineEvent,
  policyOf: PolicyOf,
): State {
  if (before && !isFoldedAgain(event)) {
    const { incident, contacts } = evolve(before, event, policyOf(event.policyVersion));
    return { incident: afterEvent(incident, event), contacts };
  }
  const isKnown = (each: TimelineEvent): boolean =>
    isSequenced(each) ? each.id <= event.id : Number(each.detail.after) < Number(event.id);
  return fold(id, timeline.filter(isKnown), policyOf);
}

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

/** To each conclusion what it tells of, away from the fact that it was concluded from. */
function distributed(events: readonly Doc[]): Doc[] {
  let fact: Doc = {};
  let slots: Doc = { met: 0, late: 0, missed: 0, notReminded: 0 };
  return events.map((event) => {
    const isConclusion = fieldsOf[event.type] && event.actor === 'rule' && fact?.recordedAt === event.recordedAt;
    if (!isConclusion || fact.type.startsWith('retracted')) {
      fact = event;
      const hasClosings = fact.changes.slots && event.type !== 'slot-closed' && !event.type.startsWith('retracted');
      if (hasClosings) fact.changes.slots = slots;
      else slots = fact.changes.slots ?? slots;
      return event;
    }
    if (event.type === 'slot-closed') {
      const closed = event.detail.slots ?? [event.detail];
      slots = addOutcomes(slots, closed);
      return { ...event, changes: { ...event.changes, slots } };
    }
    const made: Doc = fact?.changes ?? {};
    const moved = (fieldsOf[event.type] ?? []).filter((field) => field in made);
    const changes = Object.fromEntries(moved.map((field) => [field, made[field]]));
    for (const field of moved) delete made[field];
    return { ...event, changes: { ...changes, ...event.changes } };
  });
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
