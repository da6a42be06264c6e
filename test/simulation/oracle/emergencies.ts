/** Table K: what the facts of a record make an emergency is one from that commit on, and nothing else is. */
import type { Stage } from '../stage.ts';
import { isLinked } from './groups.ts';
import { type Doc, date, foldUntil, type Records } from './records.ts';
import { commitMs, firstUnexplained, toleranceMs } from './windows.ts';

const quarterMs = 15 * 60_000;
const soonMs = 3 * 60_000;

export function checkEmergencies(records: Records, stage: Pick<Stage, 'now' | 'outages'>): string[] {
  return [...records.incidents].flatMap(([id, incident]) =>
    incident.origin.tool === 'import'
      ? []
      : [
          ...(isLinked(records, id) ? checkOutage(incident, records) : checkOwn(id, records)),
          ...checkReports(id, records, stage),
          ...checkTakenOver(id, records),
          ...checkCounted(id, records),
          ...checkLeft(id, records, stage),
          ...checkEnds(id, records),
        ],
  );
}

/** What an outage is, it is by all of its incidents; while one is linked it is none by itself. */
function checkOutage(incident: Doc, records: Records): string[] {
  const { id, status, emergency, impact } = incident;
  const isOne = emergency?.endedAt === null;
  const members = Object.keys(incident.outage?.members ?? {}).map((each) => records.incidents.get(each));
  const isHigh = [incident, ...members].some((each) => each.urgency.level === 'high');
  const isStopped = isOpenAndStopped(incident);
  const isLarge = isStopped && isHigh && (impact.affectedCustomerCount ?? 0) >= 10;
  const isOfOne =
    isOne && isStopped && (emergency.from !== undefined || emergency.rule === 'several-reports-of-one-area');
  if (isOne === (status !== 'linked' && (isLarge || isOfOne))) return [];
  return [
    `${id} is ${isOne ? '' : 'not '}an emergency, by itself and with ${members.length} others, against the table.`,
  ];
}

/**
 * After each commit it is one where ten customers have stopped, and stays one of several while it is stopped. What it has taken
 * over from a linked report was urgent there.
 */
function checkOwn(id: string, records: Records): string[] {
  const events = records.timelines.get(id) ?? [];
  const times = new Set(events.map((each) => each.knownAt));
  return [...times].flatMap((at) => {
    const state = foldUntil(
      events.filter(({ knownAt }) => knownAt <= at),
      Number.POSITIVE_INFINITY,
    );
    const isOne = state.emergency !== undefined && state.emergency.endedAt === null;
    const isStopped = isUrgentlyStopped(state);
    const isLarge = isStopped && (state.impact.affectedCustomerCount ?? 0) >= 10;
    const isOneOfSeveral = isOne && isStopped && state.emergency.rule === 'several-reports-of-one-area';
    const hasTakenOver = isOne && state.emergency.from !== undefined && isOpenAndStopped(state);
    if (isOne === (isLarge || isOneOfSeveral || hasTakenOver)) return [];
    return [`${id} is ${isOne ? '' : 'not '}an emergency after what was recorded at ${date(at)}, against the table.`];
  });
}

const isUrgentlyStopped = (state: Doc): boolean => isOpenAndStopped(state) && state.urgency.level === 'high';

function isOpenAndStopped({ kind, status, impact, isAboutMetronome, links = [] }: Doc): boolean {
  const isOwn = isAboutMetronome && links.every((each: Doc) => each.isAboutMetronome);
  return kind === 'incident' && status === 'open' && impact.businessImpact === 'stopped' && !isOwn;
}

const isByLink = ({ type, detail }: Doc): boolean =>
  type === 'emergency-begun' && detail.why === 'An incident was linked that is an emergency.';

/** A linked emergency continues in the primary from that commit on, and ends where it was. */
function checkTakenOver(id: string, records: Records): string[] {
  const events = records.timelines.get(id) ?? [];
  return events.filter(isByLink).flatMap((begun) => {
    const { from } = begun.changes.emergency;
    const link = events.findLast((each) => each.type === 'linked' && each.detail.from === from && each.id < begun.id);
    const linked = records.timelines.get(from) ?? [];
    const place = linked.findIndex(
      ({ type, detail, recordedAt }) => type === 'linked' && detail.to === id && recordedAt === link?.recordedAt,
    );
    const [before, after] = [linked.slice(0, place), linked.filter((each) => each.recordedAt <= link?.recordedAt)].map(
      (all) => foldUntil(all, Number.POSITIVE_INFINITY).emergency,
    );
    const isOver = before?.endedAt === null && after?.endedAt !== null;
    return link?.recordedAt === begun.recordedAt && place >= 0 && isOver
      ? []
      : [`${id} has taken over at ${date(begun.recordedAt)} from ${from} an emergency that was none there.`];
  });
}

/** One that lasts names its own incident beside the reports, and counts no fewer customers than these or that. */
function checkCounted(id: string, records: Records): string[] {
  const { emergency, impact } = records.incidents.get(id);
  if (emergency?.endedAt !== null) return [];
  const reports: Doc[] = emergency.inputs.reports ?? [];
  const ids = [...new Set([id, ...reports.map((each) => each.incidentId)])].sort();
  const least = Math.max(new Set(reports.map((each) => each.customerId)).size, impact.affectedCustomerCount ?? 0);
  return emergency.customers >= least && emergency.incidents.join() === ids.join()
    ? []
    : [
        `${id} is an emergency of ${emergency.incidents} for ${emergency.customers}, and its reports are ${ids}, ${least}.`,
      ];
}

/** Three customers within a quarter of an hour with one failing area: the reports are named, and none like them is overlooked. */
function checkReports(id: string, records: Records, stage: Pick<Stage, 'now' | 'outages'>): string[] {
  const found: string[] = [];
  const incident = records.incidents.get(id);
  for (const { type, detail, changes, recordedAt } of records.timelines.get(id) ?? []) {
    if (type !== 'emergency-begun' || detail.rule !== 'several-reports-of-one-area') continue;
    if (changes.emergency.from !== undefined) continue;
    const reports: Doc[] = detail.inputs.reports;
    const times = reports.map((each) => each.reportedAt);
    const others = reports.map((each) => records.incidents.get(each.incidentId));
    const isAlike = others.every(
      (each) =>
        each &&
        each.isDrill === incident.isDrill &&
        each.origin.area?.toLowerCase() === incident.origin.area?.toLowerCase(),
    );
    const customers = new Set(reports.map((each) => each.customerId));
    const going = reports.find((each) => each.incidentId !== id && wasOne(each.incidentId, records, recordedAt));
    if (going) found.push(`${id} became an emergency while ${going.incidentId}, of the same reports, was one.`);
    const isOpen = ({ incidentId }: Doc): boolean =>
      [recordedAt - commitMs, recordedAt].every((at) =>
        isUrgentlyStopped({ impact: {}, urgency: {}, ...foldUntil(records.timelines.get(incidentId) ?? [], at) }),
      );
    const newest = reports.filter(isOpen).toSorted((a, b) => b.reportedAt - a.reportedAt)[0];
    if (newest?.reportedAt > incident.detectedAt)
      found.push(`${id} became an emergency, and ${newest?.incidentId} is the newest of its reports that are open.`);
    const isNear = Math.max(...times) - Math.min(...times) <= quarterMs;
    if (!isAlike || !isNear || customers.size < 3 || !reports.some((each) => each.incidentId === id)) {
      found.push(`${id} became an emergency by reports that make none: ${JSON.stringify(reports)}.`);
    }
  }
  const filed = firstState(id, records);
  if (!filed) return found;
  // What is put right before the tick looks makes none.
  const lookedAt = firstUnexplained(stage, (records.timelines.get(id)?.[0]?.recordedAt ?? 0) + soonMs);
  if (!staysOpen(id, records, lookedAt)) return found;
  const alike = [...records.incidents.keys()].flatMap((other) => {
    const state = firstState(other, records);
    const isLike = state && state.isDrill === filed.isDrill && state.origin.area === filed.origin.area;
    const isNear = isLike && Math.abs(state.reportedAt - filed.reportedAt) <= quarterMs;
    return isNear ? [{ other, customer: state.reporter.id, reportedAt: state.reportedAt }] : [];
  });
  const group = alike.filter(
    ({ other, reportedAt }) => reportedAt <= filed.reportedAt && reportAt(other, records, lookedAt) !== undefined,
  );
  const customers = new Set(group.map((each) => each.customer));
  // Also of one that came later: who was away looked at all of them at once.
  const hasBegun = alike.some(({ other }) =>
    records.timelines.get(other)?.some((each) => each.type === 'emergency-begun'),
  );
  const isLast = group.every(({ other, reportedAt }) => other === id || reportedAt < filed.reportedAt);
  if (customers.size >= 3 && isLast && !hasBegun) {
    found.push(
      `${id} is the newest of ${group.length} reports that ${filed.origin.area} has stopped, and none is an emergency.`,
    );
  }
  return found;
}

/** Before and after an instant: a look at all of them may miss what is recorded at the same moment. */
const wasOne = (id: string, records: Records, at: number): boolean =>
  [at - commitMs, at].every((each) => foldUntil(records.timelines.get(id) ?? [], each).emergency?.endedAt === null);

/** As it was filed, where that alone makes it one of such reports; undefined elsewhere. */
function firstState(id: string, records: Records): Doc {
  const state = records.timelines.get(id)?.[0]?.changes;
  if (!state || !isUrgentlyStopped(state) || !state.origin.area || !state.reporter) return undefined;
  return customerOf(state) === state.reporter.id ? state : undefined;
}

/** Nothing was said of it, or of anything, before the tick that looks. */
function staysOpen(id: string, records: Records, lookedAt: number): boolean {
  const [, ...later] = records.timelines.get(id) ?? [];
  return later.every((each) => each.type === 'emergency-begun' || each.recordedAt > lookedAt);
}

/** While one lasts by several reports there are several, also after one of them has been corrected; and it ends no sooner. */
function checkLeft(id: string, records: Records, stage: Pick<Stage, 'now' | 'outages'>): string[] {
  const found: string[] = [];
  const events = records.timelines.get(id) ?? [];
  const begun = events.filter((each) => each.type === 'emergency-begun');
  for (const { id: beginning, recordedAt: from, detail, changes } of begun) {
    if (detail.rule !== 'several-reports-of-one-area') continue;
    const ended = events.find((each) => each.type === 'emergency-ended' && each.id > beginning);
    const until = ended?.recordedAt ?? stage.now();
    const reports: string[] = detail.inputs.reports.map((each: Doc) => each.incidentId);
    // What was taken over rests on the reports that it names, among which its own incident need not be.
    const named = events
      .flatMap((each) => each.changes?.emergency?.inputs.reports ?? [])
      .map((each: Doc) => each.incidentId);
    const resting: string[] = changes.emergency.from === undefined ? [id] : [...new Set([...reports, ...named])];
    const customersAt = (at: number): number => Math.max(0, ...resting.map((each) => customersWith(each, records, at)));
    for (const { recordedAt: at } of reports.flatMap((each) => records.timelines.get(each) ?? [])) {
      const soon = firstUnexplained(stage, at + soonMs);
      const later = soon + soonMs;
      if (at < from || later > until) continue;
      // What is put right before anybody looks ends nothing.
      if ([at, soon, later].every((each) => customersAt(each) < 3))
        found.push(
          `${id} goes on being an emergency at ${date(later)}, and too few reports are left since ${date(at)}.`,
        );
    }
    const isByReports = ended?.detail.rule === 'fact-changed' && isUrgentlyStopped(foldUntil(events, ended.recordedAt));
    // What was taken over leaves with its report, which is the emergency again.
    const { from: taken } = changes.emergency;
    const isUnlinked = events.some(
      ({ type, detail: { incident }, recordedAt }) =>
        taken && type === 'unlinked' && recordedAt === ended?.recordedAt && incident === taken,
    );
    if (isByReports && !isUnlinked && [0, toleranceMs, soonMs].every((back) => customersAt(until - back) >= 3))
      found.push(`${id} is no emergency any more from ${date(until)}, and its reports are as many as before.`);
  }
  return found;
}

/** Of how many customers there were reports as its own in one quarter of an hour with it, as was known at an instant. */
function customersWith(id: string, records: Records, at: number): number {
  const own = reportAt(id, records, at);
  if (!own) return 0;
  const alike = [...records.incidents].flatMap(([other, { isDrill, origin }]) => {
    const isAlike = isDrill === own.isDrill && origin.area?.toLowerCase() === own.origin.area?.toLowerCase();
    return (isAlike && reportAt(other, records, at)) || [];
  });
  const within = (from: number) =>
    alike.filter(({ detectedAt }) => detectedAt >= from && detectedAt <= from + quarterMs).map(customerOf);
  const starts = alike
    .map(({ detectedAt }) => detectedAt)
    .filter((start) => start <= own.detectedAt && start >= own.detectedAt - quarterMs);
  return Math.max(0, ...starts.map((each) => new Set(within(each)).size));
}

/** With the recovery it ends when that was, and no sooner than it began. */
function checkEnds(id: string, records: Records): string[] {
  const events = records.timelines.get(id) ?? [];
  return events.flatMap(({ id: event, type, changes, recordedAt }, index) => {
    if (type !== 'emergency-ended' || !changes?.emergency) return [];
    const { emergency, recoveredAt, status } = foldUntil(events.slice(0, index + 1), Number.POSITIVE_INFINITY);
    const expected = Math.max(emergency.since, recoveredAt);
    // With a link it ends as that does.
    const isByLink = events.some((each) => each.type === 'unlinked' && each.recordedAt === recordedAt);
    if (status !== 'recovered' || isByLink || emergency.endedAt === expected) return [];
    return [
      `${id} was no emergency any more from ${date(emergency.endedAt)} by ${event}, recorded ${date(recordedAt)}, and had recovered ${date(recoveredAt)}.`,
    ];
  });
}

/** Undefined where it is no report that something has stopped for somebody. */
function reportAt(id: string, records: Records, at: number): Doc {
  const state = foldUntil(records.timelines.get(id) ?? [], at);
  const isReport =
    state.kind === 'incident' && state.status !== 'not-occurring' && state.impact.businessImpact === 'stopped';
  return isReport && customerOf(state) !== undefined ? state : undefined;
}

function customerOf({ reporter, affectedCustomers }: Doc): string | undefined {
  const isAffected = affectedCustomers.some((each: Doc) => each.id === reporter?.id);
  return isAffected ? reporter.id : affectedCustomers[0]?.id;
}
