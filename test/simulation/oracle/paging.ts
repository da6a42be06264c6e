/**
 * Who is called at night: an urgent incident to which nobody has responded by the limit, and nobody without a cause; what
 * was answered rings no more, what is over is resolved, what is open again calls again.
 */
import { minuteMs } from '../calendar.ts';
import type { RemoteViews, Stage } from '../stage.ts';
import { type Doc, date, foldUntil, type Records } from './records.ts';
import { takenIn } from './retold.ts';
import { firstUnexplained, isExplained, longestBackoffMs, skewMs, toleranceMs } from './windows.ts';

/** Table F: the first response to what is high, or ongoing or unknown. */
const limitMs = 5 * minuteMs;
/** A look, and a delivery. */
const soonMs = 5 * minuteMs;

type Page = ReturnType<NonNullable<RemoteViews['pages']>>[number];
type Calm = Pick<Stage, 'now' | 'outages' | 'remote'>;

export function checkPaging(records: Records, stage: Stage): string[] {
  const { pages } = stage.remote();
  if (!pages) return [];
  const all = Map.groupBy(pages(), ({ incidentId }) => incidentId);
  const found: string[] = [];
  for (const id of all.keys()) {
    // That a channel failed at something urgent rings as well.
    const isFailure = stage.documents().get(`notices/${id}_pagerduty`)?.kind === 'delivery-failed';
    if (!isFailure && !records.incidents.has(id)) found.push(`PagerDuty knows ${id}, which is not there.`);
  }
  for (const [id, incident] of records.incidents) {
    const own = all.get(id) ?? [];
    const events = records.timelines.get(id) ?? [];
    found.push(...checkEnd(id, incident, events, own, stage), ...checkCauses(id, events, own, stage));
    found.push(...checkQuiet(id, events, own, stage));
    found.push(...missedTrigger(id, incident, events, own, stage));
  }
  return found;
}

/** Also where there is no PagerDuty, the timeline says who would have been called, and for what. */
export function checkCalls(records: Records, stage: Pick<Stage, 'now' | 'outages'>): string[] {
  const calm: Calm = { now: () => stage.now(), outages: () => stage.outages(), remote: () => ({}) };
  return [...records.incidents].flatMap(([id, incident]) => {
    const events = records.timelines.get(id) ?? [];
    const pages = events.flatMap(({ type, detail, recordedAt }): Page[] =>
      type === 'paged' ? [{ incidentId: id, action: detail.action, at: recordedAt }] : [],
    );
    return [...checkCauses(id, events, pages, calm), ...missedTrigger(id, incident, events, pages, calm)];
  });
}

type State = 'off' | 'ringing' | 'acknowledged';

/** Whether any of its alerts rings, has been answered, or all are off. */
function stateOf(pages: readonly Page[]): State {
  const states = new Set([...Map.groupBy(pages, ({ episode }) => episode).values()].map(stateOfAlert));
  return (['ringing', 'acknowledged'] as const).find((each) => states.has(each)) ?? 'off';
}

function stateOfAlert(pages: readonly Page[]): State {
  let state: State = 'off';
  for (const { action } of pages) {
    if (action === 'trigger') state = state === 'acknowledged' ? state : 'ringing';
    else if (state !== 'off') state = action === 'resolve' ? 'off' : 'acknowledged';
  }
  return state;
}

const isByPerson = ({ type, actor }: Doc): boolean => actor !== 'rule' && responding.has(type);
/** What somebody does of an incident before they have been seen to be there. */
const responding = new Set([
  'responded',
  'assigned',
  'verified',
  'scoped',
  'mitigated',
  'caused',
  'customer-updated',
  'recovered',
]);
/** For these it rings though somebody had responded. */
const calling = new Set(['escalated', 'emergency-begun']);

/** Once all is quiet. */
function checkEnd(id: string, incident: Doc, events: readonly Doc[], pages: readonly Page[], stage: Stage): string[] {
  const state = stateOf(pages);
  if (state === 'off') return checkReopened(id, incident, events, pages);
  if (incident.status !== 'open')
    return wasGivenUp(id, stage) ? [] : [`${id} is ${incident.status}, and its page is still ${state}.`];
  const last = pages.findLast((each) => each.action === 'trigger')?.at ?? 0;
  const taken = takenIn(events);
  const answered = events.find((each) => isByPerson(each) && each.recordedAt > last && !taken.has(each.id));
  if (state === 'acknowledged') return checkUnanswered(id, incident, events, stage);
  if (!answered || wasGivenUp(id, stage)) return [];
  return [
    `${id} was paged at ${date(last)}, answered by ${answered.actor} at ${date(answered.recordedAt)}, and rings on.`,
  ];
}

/** After an answer, or the end, nobody is called again until something else is due. */
function checkQuiet(id: string, events: readonly Doc[], pages: readonly Page[], stage: Stage): string[] {
  const taken = takenIn(events);
  return pages.flatMap(({ action, at, episode }) => {
    if (action !== 'trigger') return [];
    const next = pages.find((each) => each.at > at && each.action !== 'trigger' && each.episode === episode);
    const reason = events.find(
      (each) =>
        each.recordedAt > at &&
        !taken.has(each.id) &&
        (isByPerson(each) || (each.changes?.status ?? 'open') !== 'open'),
    );
    if (!reason) return [];
    const by = firstUnexplained(stage, reason.recordedAt + soonMs) + longestBackoffMs;
    const until = next?.at ?? stage.now();
    if (until <= by || isRefused(stage, reason.recordedAt, until) || wasGivenUp(id, stage)) return [];
    return [`${id} was paged at ${date(at)}, seen to at ${date(reason.recordedAt)}, and rang until ${date(until)}.`];
  });
}

/** Whose only answer was taken back is called again. */
function checkUnanswered(id: string, incident: Doc, events: readonly Doc[], stage: Stage): string[] {
  const at = events.findLast((each) => each.type === 'retracted')?.recordedAt;
  const isUrgent = incident.urgency.level === 'high' || incident.ongoing !== 'no';
  if (at === undefined || incident.firstResponseAt !== undefined || incident.isDrill || !isUrgent) return [];
  // The longer a step waits, the longer Pub/Sub waits with its next try.
  const by = firstUnexplained(stage, at + soonMs) + longestBackoffMs;
  if (by > stage.now() || isRefused(stage, at, stage.now())) return [];
  return wasGivenUp(id, stage)
    ? []
    : [`What answered the page of ${id} was taken back at ${date(at)}, and nobody is called.`];
}

/** PagerDuty refused it for good, which is reported as a failure. */
function wasGivenUp(id: string, stage: Stage): boolean {
  return [...stage.documents()].some(
    ([path, { incidentId, state, updatedAt }]) =>
      path.startsWith('notices/pag_') &&
      incidentId === id &&
      (state === 'rejected' || state === 'given-up') &&
      // By the clock of an instance, which may be behind.
      isRefused(stage, updatedAt as number, (updatedAt as number) + skewMs),
  );
}

/** An incident that opens again calls again, unless its alert was answered before PagerDuty could be reached. */
function checkReopened(id: string, incident: Doc, events: readonly Doc[], pages: readonly Page[]): string[] {
  if (incident.status !== 'open' || !pages.some((each) => each.action === 'resolve')) return [];
  const reopened = events.findLast((each) => each.changes?.status === 'open' && each.type !== 'filed');
  const hasCalledSince =
    !reopened || pages.some(({ action, at }) => action === 'trigger' && at > (reopened.recordedAt as number));
  if (hasCalledSince && incident.paging?.state === 'acknowledged') return [];
  return [`${id} is open again since ${date(reopened?.recordedAt)}, and its page stays resolved.`];
}

/** It rings for nothing that is a drill, is over, or was answered in time. */
function checkCauses(id: string, events: readonly Doc[], pages: readonly Page[], stage: Calm): string[] {
  return pages.flatMap(({ action, at }) => {
    if (action !== 'trigger') return [];
    const reason = events.findLast(
      (each) => each.type === 'paged' && each.detail.action === 'trigger' && each.recordedAt <= at + toleranceMs,
    );
    if (!reason) return [`${id} was paged at ${date(at)}, and nothing on its timeline says so.`];
    // Its state in the order of its timeline: the recording process may have had a clock that was behind.
    const before = foldUntil(
      events.filter((each) => each.id < reason.id),
      Number.POSITIVE_INFINITY,
    );
    if (before.isDrill) return [`${id} is a drill, and paged somebody at ${date(at)}.`];
    const isCalled = events.some(
      (each) =>
        (calling.has(each.type) ||
          each.changes?.status === 'open' ||
          // The response that had answered it is taken back.
          (each.type === 'retracted' && events.some((one) => one.id === each.detail.eventId && isByPerson(one))) ||
          // Nobody is called for Metronome itself, but for customers that a link brings to it.
          (before.isAboutMetronome && each.type === 'linked')) &&
        each.recordedAt < reason.recordedAt + 2 * minuteMs &&
        // While the ticks are away, nobody looks at what is open again.
        reason.recordedAt < firstUnexplained(stage, each.recordedAt + 2 * minuteMs),
    );
    const { firstResponseAt, reportedAt, status } = before;
    if (status !== 'open') return [`${id} was ${status} when it paged somebody at ${date(at)}.`];
    const isLate = reason.recordedAt + toleranceMs >= reportedAt + limitMs;
    if (isCalled || (firstResponseAt === undefined && isLate)) return [];
    return [
      `${id} paged somebody at ${date(at)}: it had been answered at ${date(firstResponseAt)}, reported ${date(reportedAt)}.`,
    ];
  });
}

/** Urgent, open, and nobody there by the limit: somebody is called within the minute. */
function missedTrigger(
  id: string,
  incident: Doc,
  events: readonly Doc[],
  pages: readonly Page[],
  stage: Calm,
): string[] {
  if (incident.kind !== 'incident' || incident.isAboutMetronome || incident.origin.tool === 'import') return [];
  // A question is nobody's to be called for, until it is one no more.
  const filed = events.findLast((each) => each.type === 'reclassified') ?? events.find((each) => each.type === 'filed');
  if (!filed) return [];
  // Announced later than the limit, it is paged for as it is filed; by a link that was reported before it, no later.
  const from = Math.max(incident.detectedAt + limitMs, filed.recordedAt);
  const by = from + 2 * minuteMs + toleranceMs;
  if (by > stage.now()) return [];
  const isWaiting = [from - toleranceMs, by].every((at) => {
    const { kind, status, firstResponseAt, urgency, ongoing, isDrill } = foldUntil(events, at);
    return (
      kind === 'incident' &&
      status === 'open' &&
      firstResponseAt === undefined &&
      !isDrill &&
      (urgency?.level === 'high' || ongoing !== 'no')
    );
  });
  const first = pages.find((each) => each.action === 'trigger');
  if (!isWaiting || (first && first.at <= by)) return [];
  const isLate = isExplained(stage, filed.recordedAt, first?.at ?? by) || isRefused(stage, from, first?.at ?? by);
  if (first && isLate) return [];
  // It was answered or over before anybody could be called.
  const isSeenTo = events.some((each) => each.recordedAt > by && (isByPerson(each) || each.type === 'linked'));
  if (!first && isLate && isSeenTo) return [];
  const called = `and somebody was called at ${date(first?.at)}`;
  return [`${id}, reported ${date(incident.detectedAt)}, had no response by ${date(from)}, ${called}.`];
}

/** PagerDuty itself was away, slow or refused. */
const isRefused = (stage: Calm, from: number, to: number): boolean =>
  stage.remote().struck?.('pagerduty', from - 15 * minuteMs, to) ?? false;
