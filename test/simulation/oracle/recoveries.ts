/** An incident has recovered when its last affected customer has: judged by what was stated of each. */

import { beginningOf, isLinked, reaches } from './groups.ts';
import { counted, type Doc, date, isJoined, type Records } from './records.ts';
import { isToldAgain, takenIn } from './retold.ts';

export function checkRecoveries(records: Records): string[] {
  return [...records.incidents].flatMap(([id, incident]) => {
    const isOwn = incident.kind === 'incident' && incident.origin.tool !== 'import' && !isLinked(records, id);
    // Where something was taken back, what is left tells it (`retold.ts`).
    const isWhole = !isToldAgain(records.timelines.get(id) ?? []);
    return [
      ...(isOwn && isWhole ? checkOne(records, id, incident) : checkLeft(records, id, incident)),
      ...checkLast(records, id, incident),
    ];
  });
}

/**
 * Where all have recovered, nobody has later than the incident whose they are. What was over for nobody in particular stays
 * as it was stated, also when others join it by a link.
 */
function checkLast(records: Records, id: string, incident: Doc): string[] {
  const isCounted = countOf(records.timelines.get(id) ?? []) > incident.affectedCustomers.length;
  const all = affectedContacts(records, id, incident).filter((each) => !each.isTheOthers || isCounted);
  if (incident.status !== 'recovered' || all.some((each) => each.recoveredAt === undefined)) return [];
  const named = all.filter((each) => !each.isTheOthers);
  // A customer that a link's end gave back is in no timeline of its own, and so not in the fold after a retraction.
  if ((isLinked(records, id) && isToldAgain(records.timelines.get(id) ?? [])) || named.every(isJoined)) return [];
  return named
    .filter((each) => each.recoveredAt > incident.recoveredAt)
    .map(
      (each) =>
        `${each.id} of ${id} recovered ${date(each.recoveredAt)}, and that had by ${date(incident.recoveredAt)}.`,
    );
}

/** With a link it has recovered when the last of all has; once that is undone, only those who are left are waited for. */
function checkLeft(records: Records, id: string, incident: Doc): string[] {
  const events = records.timelines.get(id) ?? [];
  const taken = takenIn(events);
  const last = events.findLast((each) => each.type === 'linked' || each.type === 'unlinked');
  if (!last) return [];
  const isCounted = countOf(events) > incident.affectedCustomers.length;
  const left = affectedContacts(records, id, incident).filter((each) => !each.isTheOthers || isCounted);
  const recoveredAt = Math.max(...left.map((each) => each.recoveredAt ?? Number.POSITIVE_INFINITY));
  const isOwn = left.some((each) => !isJoined(each));
  const isEarlier = recoveredAt > incident.recoveredAt && !isToldAgain(events);
  if (incident.status === 'recovered' && isOwn && Number.isFinite(recoveredAt) && isEarlier)
    return [
      `${id} should have recovered with the last whom it has, ${date(recoveredAt)}, not ${date(incident.recoveredAt)}.`,
    ];
  if (incident.status !== 'open' || last.type !== 'unlinked') return [];
  const isSeenSince = events.some(
    ({ id: sequence, type, detail, occurredAt }) =>
      type === 'verified' && detail.ongoing === 'yes' && occurredAt > recoveredAt && !taken.has(sequence),
  );
  return left.length === 0 || recoveredAt === Number.POSITIVE_INFINITY || isSeenSince
    ? []
    : [`Every customer whom ${id} has left since a link was undone has recovered, and it is open.`];
}

/** As a meeting counts those of what is over, nobody waits for it. */
function countOf(events: readonly Doc[]): number {
  let [count, isOver] = [0, false];
  for (const { type, changes } of events) {
    const counted: number = changes?.impact?.affectedCustomerCount ?? count;
    count = type === 'reviewed' && isOver ? Math.min(count, counted) : counted;
    isOver = changes?.status === undefined ? isOver : changes.status === 'recovered';
  }
  return count;
}

/** Without a mere reporter, who hears of what could not be confirmed. */
function affectedContacts(records: Records, id: string, { affectedCustomers }: Doc): Doc[] {
  const named = new Set(affectedCustomers.map((each: Doc) => each.id));
  return (records.contacts.get(id) ?? []).filter(
    (each) => each.isTheOthers || each.customers.some((one: Doc) => named.has(one.id)),
  );
}

function checkOne(records: Records, id: string, incident: Doc): string[] {
  const found: string[] = [];
  const events = records.timelines.get(id) ?? [];
  const contacts = affectedContacts(records, id, incident).map((doc) => ({
    doc,
    since: beginningOf(records, events, doc)?.id,
  }));
  const recovered = new Map<string, number>();
  /** When it was stated of all that they work again: of those, too, who turn out to have been affected by then. */
  const toAll: number[] = [];
  let stated: number | undefined;
  let overAt: number | undefined;
  let [count, named, reopenedAt, status] = [0, 0, 0, ''];
  /** As it was before all that was recorded at once. */
  let [statusBefore, lastAt] = ['', 0];
  /** For customers that a meeting counts after the end, the time of recovery is not recorded. */
  const unclear = new Set<string>();
  const knownBy = (event: Doc): Doc[] => contacts.flatMap(({ doc, since }) => (since <= event.id ? [doc] : []));
  for (const event of events) {
    const { type, detail, actor, occurredAt, recordedAt, changes } = event;
    const hadUnnamed = count > named;
    count = changes?.impact?.affectedCustomerCount ?? count;
    named = changes?.affectedCustomers?.length ?? named;
    if (recordedAt !== lastAt) [statusBefore, lastAt] = [status, recordedAt];
    for (const { doc, since } of contacts) {
      if (!doc.isTheOthers || !(since < event.id) || hadUnnamed === count > named) continue;
      // Once all have been named they wait no more; had they recovered before, that stays.
      if (hadUnnamed && recovered.has(doc.id)) continue;
      if (status !== 'open' || statusBefore !== 'open') unclear.add(doc.id);
      if (!hadUnnamed) recovered.delete(doc.id);
    }
    const isTold =
      type === 'customer-updated' && detail.recovery === true && counted.includes(detail.channel ?? 'ticket');
    // Contacts that are no longer counted do not wait again.
    for (const { doc } of type === 'reopened' ? contacts : []) {
      if (!doc.isTheOthers || count > named) recovered.delete(doc.id);
    }
    // The last recovery is at the corrected time, and none is later.
    for (const [each, at] of type === 'corrected' && detail.field === 'recoveredAt' ? recovered : []) {
      if (at >= detail.old || at > detail.new) recovered.set(each, detail.new);
    }
    // A customer named after it was over, and affected before, recovered with the others.
    for (const { doc, since } of contacts) {
      const ofAll = toAll.filter((each) => each >= doc.affectedKnownAt && each >= reopenedAt);
      const wasOver = status === 'recovered' && doc.affectedKnownAt <= (overAt ?? 0);
      if (since !== event.id) continue;
      if (wasOver && overAt !== undefined) recovered.set(doc.id, Math.min(overAt, ...ofAll));
      else if (status === 'recovered' && ofAll.length > 0) recovered.set(doc.id, Math.min(...ofAll));
    }
    status = changes?.status ?? status;
    overAt = changes?.recoveredAt === null ? undefined : (changes?.recoveredAt ?? overAt);
    // What was found to be ongoing after all had not recovered before.
    if (type === 'reopened' && detail.rule !== 'linked-ongoing') reopenedAt = Math.max(reopenedAt, occurredAt);
    const isSince = occurredAt >= reopenedAt;
    if (isSince && (isTold || (type === 'recovered' && actor !== 'rule'))) {
      stated = occurredAt;
      if ((detail.customers ?? 'all') === 'all') toAll.push(occurredAt);
      for (const doc of knownBy(event).filter((each) => reaches(each, event))) {
        const before = recovered.get(doc.id);
        const at = isTold ? Math.min(occurredAt, recordedAt) : occurredAt;
        recovered.set(doc.id, Math.min(before ?? at, at));
      }
    }
    if (type !== 'recovered' || actor !== 'rule') continue;
    // Those who are counted and not named have ended as everybody had been named.
    const known = knownBy(event).filter((each) => !each.isTheOthers || (recovered.has(each.id) && count > named));
    const waiting = known.filter((each) => !recovered.has(each.id));
    for (const doc of waiting) found.push(`${id} is recovered since ${date(event.recordedAt)}, and ${doc.id} is not.`);
    const last = known.length > 0 ? Math.max(...known.map((each) => recovered.get(each.id) ?? 0)) : stated;
    if (waiting.length === 0 && detail.recoveredAt !== last) {
      found.push(`${id} should have recovered with its last customer, ${date(last)}, not ${date(detail.recoveredAt)}.`);
    }
  }
  for (const { doc } of contacts) {
    const stated = recovered.get(doc.id);
    if (doc.recoveredAt === stated || unclear.has(doc.id)) continue;
    found.push(`${doc.id} of ${id} recovered ${date(stated)} by what was stated, and not ${date(doc.recoveredAt)}.`);
  }
  const isSomebody = contacts.some(({ doc }) => !doc.isTheOthers || count > named);
  const isOver =
    isSomebody && contacts.every(({ doc }) => recovered.has(doc.id) || (doc.isTheOthers && count <= named));
  if (isOver && incident.status === 'open') found.push(`Every customer of ${id} has recovered, and it is open.`);
  return found;
}
