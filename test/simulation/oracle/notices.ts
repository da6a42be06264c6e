/** Who was told: every new incident within the minute, every slot before it is due, and nobody without a reason. */
import type { Delivered, Stage } from '../stage.ts';
import { type Doc, date, type Records, survivorOf } from './records.ts';
import { compareSlots, mostAheadMs, type Played, type Replaying, replay } from './replay.ts';
import { hasRhythm, isFixed, minuteMs } from './rhythm.ts';
import { isExplained, toleranceMs } from './windows.ts';

const dayMs = 24 * 60 * minuteMs;

/** A notice as it was first delivered. */
interface Notice extends Delivered {
  at: number;
}

export function checkRhythm(records: Records, stage: Stage): string[] {
  const now = stage.now();
  const notices = new Map<string, Notice>();
  const found: string[] = [];
  for (const each of stage.delivered()) {
    const at = Date.parse(each.deliveredAt);
    const first = notices.get(`${each.id} ${each.channel}`);
    if (!first) notices.set(`${each.id} ${each.channel}`, { ...each, at });
    else if (!isExplained(stage, first.at, at)) {
      found.push(`The notice ${each.id} (${each.kind}) came at ${date(first.at)} and again at ${date(at)}.`);
    }
  }
  found.push(...checkRepeats([...notices.values()]));
  const of = (id: string): Notice[] => [...notices.values()].filter((each) => each.incidentId === id);
  const told = toldSlots(records);
  for (const [id, incident] of records.incidents) {
    const own = of(id);
    const events = records.timelines.get(id) ?? [];
    found.push(...checkAnnouncement(id, incident, events, own, stage), ...checkReasons(id, events, own, stage));
    if (incident.kind !== 'incident') continue;
    const group = survivorOf(records, id);
    const wasTold = (contact: string, due: number): boolean =>
      (told.get(`${group} ${contact}`) ?? []).some((at) => at <= due && at >= due - mostAheadMs);
    const by: Replaying = { records, wasTold, now };
    const played = replay(id, by);
    found.push(...played.found, ...compareSlots(id, played, by), ...checkTold(id, played, by, stage));
  }
  return found;
}

/** Told again after a crash, a notice has the id that it had. */
function checkRepeats(notices: readonly Notice[]): string[] {
  const said = new Map<string, Notice>();
  return notices.flatMap((notice) => {
    const { id, channel, kind, incidentId, text, at } = notice;
    const key = [channel, kind, incidentId, text].join(' ');
    const before = said.get(key);
    said.set(key, notice);
    const isSame = kind === 'update-due' || kind === 'incident-filed';
    if (!before || !isSame || at - before.at > 15 * minuteMs) return [];
    return [`${kind} of ${incidentId} was told as ${before.id} at ${date(before.at)}, and as ${id} at ${date(at)}.`];
  });
}

/** When the responders were told of each contact, by survivor and contact. */
function toldSlots(records: Records): Map<string, number[]> {
  const told = new Map<string, number[]>();
  for (const [id, events] of records.timelines) {
    for (const { type, detail, recordedAt } of events) {
      for (const { contactId } of type === 'reminded' ? (detail.slots ?? []) : []) {
        const key = `${survivorOf(records, id)} ${contactId}`;
        told.set(key, [...(told.get(key) ?? []), recordedAt]);
      }
    }
  }
  return told;
}

/** A new incident is announced once, within the minute. */
function checkAnnouncement(
  id: string,
  incident: Doc,
  events: readonly Doc[],
  own: readonly Notice[],
  stage: Stage,
): string[] {
  const announced = own.filter((each) => each.kind === 'incident-filed');
  if (incident.kind !== 'incident') return own.length === 0 ? [] : [`${id} is ${incident.kind}, and was announced.`];
  const { filedAt } = incident;
  const by = filedAt + minuteMs + toleranceMs;
  if (announced.length > 1 && !isExplained(stage, filedAt, announced.at(-1)?.at ?? filedAt)) {
    return [`${id} was announced ${announced.length} times.`];
  }
  // What was linked before it could be announced is told of as the one that took it over.
  const linkedAt = events.find((each) => each.type === 'linked' && each.detail.to !== undefined)?.recordedAt;
  if (linkedAt !== undefined && (linkedAt <= by || isExplained(stage, filedAt, linkedAt))) return [];
  const isMerged = own.some((each) => each.kind !== 'update-due' && each.kind !== 'scope-due');
  if (by > stage.now() || (announced[0] && announced[0].at <= by)) return [];
  if (isExplained(stage, filedAt, announced[0]?.at ?? by) && (announced[0] || isMerged)) return [];
  return [
    `${id}, filed ${date(filedAt)}, should be announced within the minute, and was at ${date(announced[0]?.at)}.`,
  ];
}

/** What each kind of notice is the consequence of. */
const causes: Record<string, (event: Doc) => boolean> = {
  'update-due': (event) => event.type === 'reminded' && event.detail.slots !== undefined,
  'scope-due': (event) => event.type === 'reminded' && event.detail.scopeDueAt !== undefined,
  escalation: (event) => event.type === 'escalated',
  'recovery-questioned': (event) => event.type === 'recovery-questioned',
};

/** What one notice says at once is told under the first of these. */
const byUrgency = ['escalation', 'recovery-questioned', 'incident-filed', 'update-due', 'scope-due'];

/** Between an attempt to record what was told and the one that did: as long as Firestore is away, and a claim. */
const longestRetellingMs = 30 * minuteMs;

const overtaking = new Set(['customer-updated', 'recovered', 'verified', 'scoped', 'linked', 'corrected']);

/** Each notice has its reason on the timeline, and each reason its notice, which names whom it is about. */
function checkReasons(id: string, events: readonly Doc[], own: readonly Notice[], stage: Stage): string[] {
  const found: string[] = [];
  for (const notice of own) {
    if (!causes[notice.kind]) continue;
    const from = notice.at - minuteMs - toleranceMs;
    // Said at the same moment as it was no longer so: whoever is told a moment later than the other is told in vain.
    const isOvertaken = events.some(
      (each) => overtaking.has(each.type) && each.recordedAt >= from && each.recordedAt <= notice.at + toleranceMs,
    );
    if (!hasCause(notice, events) && !isOvertaken && !isExplained(stage, from, notice.at)) {
      found.push(`${id} had a notice ${notice.kind} at ${date(notice.at)}, and nothing was recorded that it is about.`);
    }
  }
  for (const event of events) {
    const kind = Object.keys(causes).find((each) => causes[each]?.(event));
    if (!kind) continue;
    const { recordedAt: at, detail } = event;
    const until = at + minuteMs + toleranceMs;
    if (until > stage.now()) continue;
    const customers: string[] = kind === 'recovery-questioned' ? [] : (detail.customers ?? []);
    const names = (notice: Notice): boolean => customers.every((each) => notice.customers.includes(each));
    const near = own.filter((each) => each.at >= at - toleranceMs && names(each));
    const isLate = !near.some((each) => each.at <= until);
    if (near.length === 0 && own.some((each) => names(each) && wasToldBefore(each, kind, event, events, stage)))
      continue;
    // It came late because something failed; that it never came, nothing explains.
    if (near.length === 0 || (isLate && !isExplained(stage, at - minuteMs, near[0]?.at ?? until))) {
      found.push(
        `${event.type} of ${id} at ${date(at)} should have been told of (${customers.join(', ')}), and was at ${date(near[0]?.at)}.`,
      );
    }
  }
  return found;
}

const hasCause = ({ kind, at }: Notice, events: readonly Doc[]): boolean =>
  events.some(
    (each) =>
      causes[kind]?.(each) && each.recordedAt >= at - minuteMs - toleranceMs && each.recordedAt <= at + toleranceMs,
  );

/**
 * Whether a notice is what an event, recorded later, says was told. Whoever dies after the notice is out and before that
 * is recorded leaves it to the next look, which tells it under the same id: so the channel, which has it, gets it no more.
 * A notice that has an event of its own, or tells of a slot that was not near yet, is another.
 */
function wasToldBefore(
  notice: Notice,
  kind: string,
  { recordedAt, detail }: Doc,
  events: readonly Doc[],
  stage: Stage,
): boolean {
  const dueAt: number[] = [
    ...(detail.slots ?? []).map((each: Doc) => each.dueAt),
    ...(detail.scopeDueAt ? [detail.scopeDueAt] : []),
  ];
  const earliest = dueAt.length > 0 ? Math.min(...dueAt) - mostAheadMs : recordedAt - longestRetellingMs;
  if (notice.at < earliest || notice.at > recordedAt) return false;
  if (!byUrgency.slice(0, byUrgency.indexOf(kind) + 1).includes(notice.kind)) return false;
  return !hasCause(notice, events) && isExplained(stage, notice.at, recordedAt);
}

/** Whoever was due was reminded of, the scope was asked for, and what was missed twice was escalated, unless something failed. */
function checkTold(id: string, played: Played, { wasTold, records, now }: Replaying, stage: Stage): string[] {
  const found: string[] = [];
  for (const { contact, due, since, end, outcome } of played.ended) {
    const remindAt = due - (isFixed(due) ? 15 : 6) * minuteMs;
    // Closed before anybody had to be reminded, or made too late for it.
    const needsNone = end <= due - 4 * minuteMs || since > due - 2 * minuteMs;
    if (needsNone || wasTold(contact, due) || isExplained(stage, Math.min(since, remindAt), due)) continue;
    found.push(`${contact} of ${id} was due ${date(due)} (${outcome}), nobody was reminded, and nothing had failed.`);
  }
  for (const { due, by, askedAt } of played.scope) {
    const isLate = askedAt === undefined || askedAt > by + minuteMs + toleranceMs;
    if (isLate && by + minuteMs < now && !isExplained(stage, due - 15 * minuteMs, askedAt ?? by + minuteMs)) {
      found.push(`The scope of ${id} should have been asked for by ${date(by)}, and was at ${date(askedAt)}.`);
    }
  }
  const escalated: number[] = (records.timelines.get(id) ?? []).flatMap((each) =>
    each.type === 'escalated' ? each.recordedAt : [],
  );
  for (const { contact, since, until } of played.rows) {
    const by = since + 13 * minuteMs;
    if ((until !== undefined && until < by) || by > now || !hasRhythm(played.facts)) continue;
    const isTold = escalated.some((at) => at >= since - dayMs - minuteMs && at <= by);
    if (!isTold && !isExplained(stage, since, by)) {
      found.push(`${contact} of ${id} missed a second update at ${date(since)}, and it was not escalated.`);
    }
  }
  return found;
}
