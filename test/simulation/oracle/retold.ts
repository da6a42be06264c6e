/**
 * An incident told again without what was taken back: a statement that was taken back counts as never made, from the moment
 * of its retraction on. Told from what is left of its timeline, by the tables alone; of what links joined nothing is told.
 */
import { counted, type Doc, type Records, saidAt } from './records.ts';

/** What was said of it, where one statement fewer may make it another. */
export interface Retold {
  status: string;
  ongoing: string;
  occurredAt: number | undefined;
  recoveredAt: number | undefined;
  firstResponseAt: number | undefined;
  reopenedAt: number;
  lastSeenAt: number;
  /** The affected customers by id, and how many. */
  customers: string[];
  count: number | undefined;
}

/** Which events of a timeline have been taken back, and by which. */
export function takenIn(events: readonly Doc[]): Map<string, Doc> {
  return new Map(events.flatMap((each) => (each.type === 'retracted' ? [[each.detail.eventId, each]] : [])));
}

/** Whether something was taken back, of it or of what it was linked with. */
export const isToldAgain = (events: readonly Doc[]): boolean =>
  events.some(({ type }) => type === 'retracted' || type === 'withdrawn');

/** What a person says of an incident alone; neither a tool's word nor what a rule made of it. */
const statements =
  'responded assigned verified described scoped mitigated customer-updated recovered caused fixed prevention corrected commented role-taken role-handed-over'.split(
    ' ',
  );
const noResponse = ['corrected', 'commented'];

export const isStated = ({ type, actor, detail }: Doc): boolean =>
  actor !== 'rule' && statements.includes(type) && detail.signalId === undefined;

/** Nobody takes back what a tool has sent, or what is no statement about this incident alone. */
export const canBeTaken = (event: Doc): boolean => isStated(event) && event.detail.sentAs === undefined;

/** Customers with one contact. */
interface Party {
  recoveredAt: number | undefined;
  /** Since when they are known to be affected, and when that was recorded. */
  knownAt: number;
  recordedAt: number;
}

/** All that was told further of what an incident is about: what was known by then, by what was taken back, is told by it. */
export function wordsOf(records: Records, id: string): Doc[] {
  const { origin } = records.incidents.get(id) ?? {};
  return records.signals
    .filter((each) => each.incidentId === id && each.tool === origin?.tool && each.said.source === origin?.id)
    .sort((a, b) => a.filedAt - b.filedAt);
}

/** @param events of its timeline, the first of which is `filed`: all of them, or those by then */
export function retell(records: Records, id: string, events: readonly Doc[] = records.timelines.get(id) ?? []): Retold {
  const words = wordsOf(records, id);
  const taken = takenIn(events);
  const [filed, ...later] = events;
  const begun: Doc = filed?.changes;
  const said: Retold = {
    status: begun.status,
    ongoing: begun.ongoing,
    occurredAt: begun.occurredAt,
    recoveredAt: begun.recoveredAt,
    firstResponseAt: begun.firstResponseAt,
    reopenedAt: 0,
    lastSeenAt: 0,
    customers: [],
    count: undefined,
  };
  let { isOccurredAtApproximate, receivedAt }: Doc = begun;
  /** The contact of each customer. */
  const named = new Map<string, string>();
  const parties = new Map<string, Party>();
  /** A person has said whether it is ongoing. */
  let isOngoingStated = false;
  /** When it was said of all that their business works again. */
  const toAll: number[] = [];
  /** Counted customers that are unidentified. */
  let others: Party | undefined;
  let count: number | undefined = begun.impact?.affectedCustomerCount;

  const unnamed = (): number => Math.max(0, (count ?? 0) - named.size);
  const newParty = (knownAt: number, recordedAt: number): Party => {
    const isOver = said.status === 'recovered' && said.recoveredAt !== undefined && knownAt <= said.recoveredAt;
    // Said of all, it is said of those as well who turn out to have been affected by then.
    const times = toAll.filter((each) => each >= knownAt && each >= said.reopenedAt);
    if (isOver) times.push(said.recoveredAt as number);
    return { recoveredAt: times.length > 0 ? Math.min(...times) : undefined, knownAt, recordedAt };
  };
  const name = (customers: readonly Doc[], knownAt: number, now: number): void => {
    for (const { id, contactId } of customers) {
      if (named.has(id)) continue;
      const party = contactId === undefined ? `customer ${id}` : `contact ${contactId}`;
      named.set(id, party);
      if (!parties.has(party)) parties.set(party, newParty(knownAt, now));
    }
  };
  const affected = (): Party[] => [...parties.values(), ...(others && unnamed() > 0 ? [others] : [])];
  /** It has recovered when the last of those who are affected has. */
  const recover = (at: number): void => {
    const times = affected().map((each) => each.recoveredAt);
    if (!['open', 'recovered'].includes(said.status) || times.includes(undefined)) return;
    said.status = 'recovered';
    said.recoveredAt = times.length > 0 ? Math.max(...(times as number[])) : Math.min(said.recoveredAt ?? at, at);
  };
  const affect = (customers: readonly Doc[], knownAt: number, stated: number | undefined, now: number): void => {
    const before = unnamed();
    name(customers, knownAt, now);
    count = stated === undefined ? named.size || undefined : Math.max(stated, named.size);
    if (unnamed() > 0 && (!others || before === 0)) others = newParty(knownAt, now);
    if (unnamed() === 0 && before > 0 && others) {
      others.recoveredAt ??= now;
      if (parties.size > 0) recover(now);
    } else if (said.status === 'recovered') recover(now);
  };
  const reopen = (at: number, ongoing: string): void => {
    Object.assign(said, { status: 'open', ongoing, recoveredAt: undefined });
    said.reopenedAt = Math.max(said.reopenedAt, at);
    for (const each of [...parties.values(), ...(others ? [others] : [])]) each.recoveredAt = undefined;
  };
  const recoveredFor = (event: Doc, at: number): void => {
    const { type, detail } = event;
    const { customers = 'all', channel = 'ticket', ticket } = detail;
    if (customers === 'all') toAll.push(at);
    const isToAll = type === 'customer-updated' && customers === 'all' && counted.includes(channel);
    const { reporter, origin } = begun;
    const ids: string[] = customers === 'all' ? [...named.keys()] : [...customers];
    if (ticket && origin?.tool === ticket.tool && origin?.id === ticket.id && reporter) ids.push(reporter.id);
    const some = ids.flatMap((each) => parties.get(named.get(each) ?? '') ?? []);
    for (const each of [...some, ...(customers === 'all' && others ? [others] : [])]) {
      // Said to all, it reached those who were recorded by then, and those who were affected by then.
      if (isToAll && each.recordedAt > saidAt(event) && each.knownAt > at) continue;
      each.recoveredAt = Math.min(each.recoveredAt ?? at, at);
    }
  };
  /** What could not have been said of what is left falls with what was taken back. */
  const falls = ({ type, detail, occurredAt: at }: Doc): boolean => {
    if (type === 'recovered') return said.status === 'not-occurring';
    if (type === 'corrected') return detail.field === 'recoveredAt' && said.status !== 'recovered';
    // A check from before the occurrence does not show that it does not happen.
    const isBefore = said.occurredAt !== undefined && at < said.occurredAt && at < receivedAt;
    return type === 'verified' && detail.happened === 'no' && !isOccurredAtApproximate && isBefore;
  };
  const verify = ({ detail, occurredAt: at, recordedAt }: Doc): void => {
    if (detail.ongoing !== undefined || detail.happened === 'no') isOngoingStated = true;
    const isLater = at < recordedAt;
    const isOfBefore = isLater && at < (said.recoveredAt ?? 0);
    const isSeen = detail.happened === 'yes' || detail.ongoing === 'yes';
    const isOlder = isLater && at < said.lastSeenAt;
    const isOver = said.status === 'recovered' && detail.ongoing === 'yes' && !isOfBefore;
    const isBack = !isOlder && (isOver || (said.status === 'not-occurring' && isSeen));
    if (isOlder || (isLater && at < said.reopenedAt && !isBack)) return;
    const isShown = detail.happened === 'no';
    if (detail.ongoing !== undefined) said.ongoing = detail.ongoing;
    if (isShown) Object.assign(said, { status: 'not-occurring', ongoing: 'no' });
    if (isShown || isSeen) said.lastSeenAt = at;
    if (isBack) reopen(at, detail.ongoing ?? 'unknown');
  };
  const correct = ({ detail, changes, recordedAt }: Doc): void => {
    const { field, new: value, old, customers = [], signalId } = detail;
    if (field === 'ongoing') said.ongoing = value;
    if (field === 'ongoing' && signalId === undefined) isOngoingStated = true;
    if (field === 'firstResponseAt') said.firstResponseAt = value;
    if (field === 'occurredAt') {
      said.occurredAt = value;
      isOccurredAtApproximate = changes.isOccurredAtApproximate ?? false;
    }
    if (field === 'recoveredAt') {
      const from = said.recoveredAt as number;
      for (const each of [...parties.values(), ...(others ? [others] : [])]) {
        const at = each.recoveredAt;
        if (at !== undefined && (at >= from || at > value)) each.recoveredAt = value;
      }
      Object.assign(said, { recoveredAt: value });
    }
    if (field !== 'impact.affectedCustomerCount') return;
    if (signalId === undefined) affect([], recordedAt, value, recordedAt);
    else {
      // A customer that a report names is known to be affected since it came in, which may be long before it could be recorded.
      const knownAt = words.find(({ id }) => id === signalId)?.receivedAt ?? recordedAt;
      const isTaken = old === null || (typeof old === 'number' && value > old);
      affect(customers, knownAt, isTaken && value > (count ?? -1) ? value : count, recordedAt);
    }
  };

  /**
   * Table L: any report reopens an incident that was found not to occur. A recovered one is reopened by a later report that
   * it is ongoing, or by an alert, also of another alert in the group or of a ticket that was linked then.
   */
  const isReportedAgain = ({ signalId }: Doc): boolean => {
    const word = records.signals.find((each) => each.id === signalId);
    if (!word || said.status !== 'recovered') return said.status === 'not-occurring';
    const goesOn = word.said.what === 'opened' || (word.said.what === 'report' && word.said.ongoing === 'yes');
    return goesOn && word.receivedAt > (said.recoveredAt ?? 0);
  };

  /** A report fills what is unknown, and opens again what was not found to occur. */
  const hear = ({ said: word, kind, receivedAt: at, happenedAt = at, filedAt, ...doc }: Doc): void => {
    const isReport = word.what === 'report' || word.what === 'opened';
    const ongoing = (isReport && (word.ongoing ?? (word.alert ? 'yes' : undefined))) || 'unknown';
    const isNews = isReport || word.what === 'message' || kind === 'reopened';
    if (said.status === 'not-occurring' && isNews) reopen(Math.min(filedAt, happenedAt), ongoing);
    if (!isReport) return;
    said.occurredAt ??= word.occurredAt;
    // A report that says worse replaces what a report has said.
    const isWorse = said.status === 'open' && said.ongoing === 'no' && ongoing === 'yes' && !isOngoingStated;
    if (said.ongoing === 'unknown' || isWorse) said.ongoing = ongoing;
    const reporters: Doc[] = doc.customer && doc.isReporterAffected ? [doc.customer] : [];
    const further = [...reporters, ...doc.affectedCustomers].filter((each) => !named.has(each.id));
    const counts = count ?? doc.affectedCustomerCount;
    if (further.length > 0 || counts !== count) affect(further, at, counts, filedAt);
  };
  const until = events.at(-1)?.recordedAt ?? 0;
  const heardAfter = new Map<string, Doc[]>();
  for (const word of words) {
    // Told again, or where it changed nothing, told in its time.
    const after =
      later.findLast((each) => each.detail.signalId === word.id) ??
      events.findLast((each) => each.recordedAt <= word.filedAt);
    if (!after || word.id === filed?.detail.signalId || word.filedAt > until) continue;
    heardAfter.set(after.id, [...(heardAfter.get(after.id) ?? []), word]);
  }
  const hearAfter = ({ id }: Doc): void => {
    for (const each of heardAfter.get(id) ?? []) hear(each);
  };

  if (begun.kind === 'incident') affect(begun.affectedCustomers, begun.receivedAt, count, begun.filedAt);
  if (filed) hearAfter(filed);
  for (const [index, event] of later.entries()) {
    if (index > 0) hearAfter(later[index - 1]);
    const { id, type, detail, changes, occurredAt: at, recordedAt, actor } = event;
    if (taken.has(id) || (isStated(event) && falls(event))) continue;
    const isResponse = actor !== 'rule' && [...statements, 'answered'].includes(type) && !noResponse.includes(type);
    if (isResponse) said.firstResponseAt = Math.min(said.firstResponseAt ?? at, at);
    const isBefore = at < said.reopenedAt;
    if (type === 'verified') verify(event);
    else if (type === 'corrected') correct(event);
    else if (type === 'scoped') {
      const { affectedCustomers = [], affectedCustomerCount: stated = count } = detail;
      affect(affectedCustomers, at, stated, recordedAt);
    } else if (type === 'recovered' && actor !== 'rule') {
      if (!isBefore) recoveredFor(event, at);
      if (!isBefore) recover(at);
    } else if (type === 'customer-updated' && detail.recovery === true && !isBefore) {
      recoveredFor(event, Math.min(at, recordedAt));
      recover(at);
    } else if (type === 'reopened' && detail.signalId !== undefined && isReportedAgain(detail)) {
      reopen(changes.reopenedAt ?? 0, changes.ongoing);
    } else if (type === 'reviewed' && detail.said.affectedCustomerCount !== undefined) {
      // What the meeting counted itself, and no fewer than are named without what was taken back.
      const stated = Math.max(detail.said.affectedCustomerCount, named.size);
      if (said.status === 'open' || stated === named.size) affect([], recordedAt, stated, recordedAt);
      else count = stated;
    } else if (type === 'reclassified') {
      said.status = 'open';
      receivedAt = recordedAt;
      affect(begun.affectedCustomers, recordedAt, count, recordedAt);
    } else if (type === 'answered') said.status = 'answered';
  }
  if (later.length > 0) hearAfter(later.at(-1));
  return { ...said, customers: [...named.keys()], count };
}
