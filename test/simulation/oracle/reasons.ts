/** Each notice is the consequence of something that was recorded, and each such event has its notice. */
import { dayMs, minuteMs } from '../calendar.ts';
import type { Delivered, Stage } from '../stage.ts';
import { mostAheadMs } from './deadlines.ts';
import { type Doc, date } from './records.ts';
import { isExplained, toleranceMs } from './windows.ts';

/** A notice as it was first delivered. */
export interface Notice extends Delivered {
  at: number;
}

/** What each kind of notice is the consequence of. */
const causes: Record<string, (event: Doc) => boolean> = {
  'emergency-begun': (event) => event.type === 'emergency-begun',
  'update-due': (event) => event.type === 'reminded' && event.detail.slots !== undefined,
  'scope-due': (event) => event.type === 'reminded' && event.detail.scopeDueAt !== undefined,
  'role-due': (event) => event.type === 'reminded' && event.detail.roles !== undefined,
  escalation: (event) => event.type === 'escalated',
  'update-failed': (event) => event.type === 'update-failed',
  'recovery-questioned': (event) => event.type === 'recovery-questioned',
  reopened: ({ type, detail }) => type === 'reopened' && detail.signalId !== undefined,
  'reported-worse': ({ type, detail }) =>
    type === 'reported-otherwise' || (type === 'corrected' && detail.signalId !== undefined && isWorse(detail)),
  'customer-wrote': (event) => event.type === 'customer-wrote',
};

/** Table L: a report took what is worse than had been known. It names customers beside, who are no worse by themselves. */
function isWorse({ field, old, new: value, counted }: Doc): boolean {
  if (old === null) return false;
  return field === 'impact.affectedCustomerCount'
    ? counted > old
    : (field === 'ongoing' && value === 'yes') || field === 'impact.businessImpact';
}

/** What one notice says at once is told under the first of these. */
const byUrgency = [
  'emergency-begun',
  'escalation',
  'update-failed',
  'reopened',
  'recovery-questioned',
  'reported-worse',
  'customer-wrote',
  'incident-filed',
  'role-due',
  'update-due',
  'scope-due',
];

/** Between an attempt to record what was told and the one that did: as long as Firestore is away, and a claim. */
const longestRetellingMs = 30 * minuteMs;

const overtaking = new Set(['customer-updated', 'recovered', 'verified', 'scoped', 'linked', 'corrected', 'retracted']);

/** Each notice has its reason on the timeline, and each reason its notice, which names its customers. */
export function checkReasons(
  id: string,
  events: readonly Doc[],
  of: (id: string) => readonly Notice[],
  stage: Stage,
): string[] {
  const found: string[] = [];
  const own = of(id);
  const late = findLate(events, own, stage);
  for (const notice of own) {
    if (!causes[notice.kind]) continue;
    const from = notice.at - minuteMs - toleranceMs;
    // Its sender may have died before it was recorded.
    const until = notice.at + toleranceMs;
    // Sent at the moment at which it was no longer true: the later of the two is in vain.
    const isOvertaken = events.some(
      (each) => overtaking.has(each.type) && each.recordedAt >= from && each.recordedAt <= until,
    );
    if (hasCause(notice, events) || isOvertaken || isExplained(stage, from, until) || late.has(notice)) continue;
    found.push(`${id} had a notice ${notice.kind} at ${date(notice.at)}, and nothing was recorded that it is about.`);
  }
  for (const event of events) {
    if (kindOf(event) === undefined) continue;
    const { recordedAt: at } = event;
    const until = at + minuteMs + toleranceMs;
    if (until > stage.now() || wasOverBefore(event, events, until)) continue;
    const joined = goneTo(event, events, until);
    const told = joined ? [...own, ...of(joined)].toSorted((a, b) => a.at - b.at) : own;
    const near = told.filter((each) => each.at >= at - toleranceMs && isNamed(event, each));
    const isLate = !near.some((each) => each.at <= until + (joined ? minuteMs : 0));
    if (near.length === 0 && own.some((each) => wasToldBefore(each, event, events, stage))) continue;
    // It came late because something failed; that it never came, nothing explains.
    if (near.length === 0 || (isLate && !isExplained(stage, at - minuteMs, near[0]?.at ?? until))) {
      found.push(
        `${event.type} of ${id} at ${date(at)} should have been told of (${customersOf(event).join(', ')}), and was at ${date(near[0]?.at)}.`,
      );
    }
  }
  return found;
}

/** What is over before it could be announced: an emergency, or an update that failed and that somebody has seen to. */
function wasOverBefore({ id, type }: Doc, events: readonly Doc[], until: number): boolean {
  const ends = endedBy[type];
  return (
    ends !== undefined && events.some((each) => ends.includes(each.type) && each.id > id && each.recordedAt <= until)
  );
}

const endedBy: Record<string, readonly string[]> = {
  'emergency-begun': ['emergency-ended'],
  'update-failed': ['customer-updated', 'update-requested', 'linked'],
};

/** Where the incident is linked, or was before this was announced: it is announced there, a minute later. */
const goneTo = (event: Doc, events: readonly Doc[], until: number): string | undefined =>
  events.findLast(({ id, type }) => (type === 'linked' || type === 'unlinked') && id < event.id)?.detail.to ??
  events.find(
    ({ type, recordedAt, detail }) =>
      heard.has(kindOf(event) ?? '') &&
      type === 'linked' &&
      detail.to !== undefined &&
      recordedAt >= event.recordedAt - toleranceMs &&
      recordedAt <= until,
  )?.detail.to;

/** What a tool tells of, which names no customer who has to be updated. */
const heard = new Set(['recovery-questioned', 'reopened', 'reported-worse', 'customer-wrote']);

const kindOf = (event: Doc): string | undefined => Object.keys(causes).find((each) => causes[each]?.(event));
const customersOf = (event: Doc): string[] => (heard.has(kindOf(event) ?? '') ? [] : (event.detail.customers ?? []));
const isNamed = (event: Doc, { customers }: Notice): boolean =>
  customersOf(event).every((each) => customers.includes(each));

/**
 * Notices that came long after what they are about was recorded, since something failed, and each time that they were
 * tried again something else did: the longer one waits, the longer Pub/Sub waits with the next try. Each is the only
 * one of its event.
 */
function findLate(events: readonly Doc[], own: readonly Notice[], stage: Stage): Set<Notice> {
  const late = new Set<Notice>();
  const told = new Set(events.filter((event) => own.some((notice) => isNews(notice, event))));
  for (const notice of own.toSorted((a, b) => a.at - b.at)) {
    if (hasCause(notice, events)) continue;
    const event = events.findLast(
      (each) =>
        !told.has(each) &&
        causes[notice.kind]?.(each) &&
        isNamed(each, notice) &&
        each.recordedAt < notice.at &&
        each.recordedAt > notice.at - dayMs &&
        isExplained(stage, each.recordedAt, notice.at),
    );
    if (!event) continue;
    told.add(event);
    late.add(notice);
  }
  return late;
}

/** Whether a notice of this kind, to these customers, can be about an event. */
function tells(notice: Notice, event: Doc): boolean {
  const rank = byUrgency.indexOf(kindOf(event) ?? '');
  return byUrgency.slice(0, rank + 1).includes(notice.kind) && isNamed(event, notice);
}

/** Whether a notice is that of an event, in time. */
const isNews = (notice: Notice, event: Doc): boolean =>
  tells(notice, event) &&
  notice.at >= event.recordedAt - toleranceMs &&
  notice.at <= event.recordedAt + minuteMs + toleranceMs;

const hasCause = ({ kind, at }: Notice, events: readonly Doc[]): boolean =>
  events.some(
    (each) =>
      causes[kind]?.(each) && each.recordedAt >= at - minuteMs - toleranceMs && each.recordedAt <= at + toleranceMs,
  );

/**
 * Whether a notice is what an event, recorded later, says was told. A process that dies after the notice is out and before that
 * is recorded leaves it to the next look, which tells it under the same id: so the channel, which has it, gets it no more.
 * A notice that has an event of its own, or tells of a slot that was not near yet, is another.
 */
function wasToldBefore(notice: Notice, event: Doc, events: readonly Doc[], stage: Stage): boolean {
  const { recordedAt, detail } = event;
  const dueAt: number[] = [
    ...(detail.slots ?? []).map((each: Doc) => each.dueAt),
    ...(detail.scopeDueAt ? [detail.scopeDueAt] : []),
  ];
  const earliest = dueAt.length > 0 ? Math.min(...dueAt) - mostAheadMs : recordedAt - longestRetellingMs;
  if (notice.at < earliest || notice.at > recordedAt) return false;
  return tells(notice, event) && !hasCause(notice, events) && isExplained(stage, notice.at, recordedAt);
}
