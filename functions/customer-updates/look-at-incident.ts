/** One look at an incident whose timer is due: load, decide, commit, send. */
import { isDeepStrictEqual } from 'node:util';
import type { Timestamp } from '@google-cloud/firestore';
import { dutyAreaOf, knownDuty } from '../duty/duty.ts';
import { onDutyFor } from '../duty/shift.ts';
import { askSameness, keepSameness, pointToEmergency, type Sameness } from '../find/sameness.ts';
import { beginByReports, endWithReport } from '../incidents/emergency/area-reports.ts';
import { areaFacts, isStoppedAndUrgent } from '../incidents/emergency/decide-emergency.ts';
import { isGoingOn } from '../incidents/emergency/emergency.ts';
import { isSending, type Senders, type Sending } from '../incidents/facts/decision.ts';
import type { DetailOf } from '../incidents/facts/events.ts';
import { type Incident, isReal, optional, type Paging } from '../incidents/incident.ts';
import { contactsInAll, type StoredContact } from '../incidents/record/cohorts.ts';
import { cardsEntry, commit, type Decision, isShownOtherwise } from '../incidents/record/commit.ts';
import type { Timer } from '../incidents/record/records.ts';
import { type DueTimer, free, type Lease, laneOf, newLease } from '../incidents/record/timers.ts';
import { customerIdsOf } from '../incidents/rhythm/contact.ts';
import { joinThoseNaming } from '../incidents/signals/join.ts';
import { readConfig } from '../platform/config.ts';
import { allOf, collections, dataOf, firestore, incidentRef, timerRef, unlessRefused } from '../platform/firestore.ts';
import { stableId } from '../platform/ids.ts';
import { log } from '../platform/log.ts';
import { keepUnsent } from '../platform/notice-record.ts';
import type { Notice, PagerStep } from '../platform/notice-schemas.ts';
import { policy } from '../policy.ts';
import { decideNotices, type Plan, type PlannedNotice } from './decide-notices.ts';
import { type ComposedNotice, type Writing, writeNotice, writePage } from './notice.ts';
import { type DraftSources, readDraftSources } from './ticket-reports.ts';

/** Customers named in one notice: a message and an outbox have their limits, and nobody reads more. */
const mostCustomers = 200;
/** Statements are recorded seconds apart; after more interruptions the next tick tries again. */
const mostRounds = 5;

/**
 * The commit is also the claim: it requires the timer's version and leases the timer while something is to be sent. Of two
 * concurrent ticks one commits. What a crashed process committed but did not send is sent after the lease, under the same id.
 */
export async function lookAtIncident(found: DueTimer, now: Date, senders: Senders): Promise<void> {
  const lease = newLease(now);
  let due = found;
  for (let round = 0; round < mostRounds; round += 1) {
    const looked = await look(due, lease, now);
    if (!looked) return;
    const version = looked !== 'again' && (await commitLook(looked, now));
    if (version) return sendAll(looked, version, now, senders);
    const again = await findAgain(found.timer.id);
    if (!again) return;
    due = again;
    if (looked === 'again') continue;
    // Its answer was lost: the commit itself went through.
    if (due.timer.leasedBy === lease.leasedBy) return sendAll(looked, due.version, now, senders);
    if (due.timer.wakeAt > now) return;
  }
  throw new Error(`The incident ${found.timer.subjectId} changed at each of ${mostRounds} looks.`);
}

type Decided = Omit<Decision, 'outbox'> & {
  before: Incident;
  look: NonNullable<Decision['look']>;
  outbox: Sending[];
  /** A question about possible duplicates, stored with the look. */
  asked: Sameness | undefined;
};

/** @returns undefined if there is nothing to look at, `again` where it has become an emergency just now */
async function look({ timer, version }: DueTimer, lease: Lease, now: Date): Promise<Decided | 'again' | undefined> {
  const ref = incidentRef(timer.subjectId);
  // In this order: no contact changes unless its incident still has the version that the commit requires.
  const document = await ref.get();
  const found = await ref.collection(collections.contacts).get();
  const incident = dataOf<Incident>(document);
  if (!incident || !document.updateTime) {
    log('ERROR', 'a timer without its incident is taken away', { timerId: timer.id });
    await timerRef(timer.id).delete({ lastUpdateTime: version });
    return undefined;
  }
  const context = { actor: 'rule', now, policy };
  if (isAsked(timer, now, areaFacts) && (await endWithReport(incident, context))) return 'again';
  if (isAsked(timer, now, 'incident-filed') && (await joinThoseNaming(incident, context))) return 'again';
  const emergency = asksForReports(incident, timer, now) ? await beginByReports(incident, context) : undefined;
  if (emergency) {
    await pointToEmergency(emergency);
    return 'again';
  }
  const contacts = contactsInAll(allOf<StoredContact>(found));
  const pending = timer.pending.filter((each) => !isSending(each) && each.kind !== areaFacts);
  const asked = isAsked(timer, now, 'incident-filed') ? await askSameness(incident, policy, now) : undefined;
  const plan = decideNotices(incident, contacts, { ...timer, pending }, now, policy);
  const sources = plan.notice ? await readDraftSources(incident, policy) : {};
  const sent = outboxOf(incident, pending, plan, now, { same: asked?.same.to, ...sources });
  const outbox = onceEach([...timer.pending.filter(isSending), ...sent]);
  return {
    before: incident,
    after: plan.incident,
    events: plan.events,
    contacts: plan.contacts,
    known: contacts,
    timer: plan.timer ? { at: plan.timer.wakeAt, why: plan.timer.why } : ('delete' as const),
    outbox,
    asked: asked?.isNew ? asked.same : undefined,
    look: {
      incidentVersion: document.updateTime,
      timerVersion: version,
      lease,
      scopeDueAt: plan.timer?.scopeDueAt ?? null,
      later: [...(plan.timer?.pending ?? [])],
    },
  };
}

/** Asks when an incident is announced, when its facts change, and when the emergency of several is linked: table K. */
function asksForReports(incident: Incident, timer: Timer, now: Date): boolean {
  const hasArea = incident.origin.area !== undefined && !isGoingOn(incident.emergency);
  if (incident.status === 'linked') return hasArea && isAsked(timer, now, areaFacts);
  return hasArea && isAsked(timer, now, 'incident-filed', areaFacts) && isStoppedAndUrgent(incident);
}

const isAsked = ({ pending }: Timer, now: Date, ...kinds: string[]): boolean =>
  pending.some(({ kind, since }) => since <= now && kinds.includes(kind));

/** Requesting a waiting update again sends it once. */
const onceEach = (all: readonly Sending[]): Sending[] => [
  ...new Map(all.map((each) => [`${each.kind} ${each.key}`, each])).values(),
];

/** Facts for the notice that the incident's document does not hold. */
type Known = Pick<Writing, 'same'> & DraftSources;

/** The notice in its current wording; if it announces an alert, with the alert's metric, which the door had no time to fetch. */
function outboxOf(incident: Incident, announced: Timer['pending'], plan: Plan, now: Date, known: Known) {
  const outbox: Sending[] = [];
  const notice = plan.notice && noticeOf(incident, plan.notice, now, known);
  if (notice) outbox.push({ kind: 'notice', key: notice.id, since: now, sends: notice });
  if (plan.page && plan.incident.paging) outbox.push(pageOf(incident, plan.page.detail, plan.incident.paging, now));
  if (incident.source === 'alert' && isReal(incident) && announced.some((each) => each.kind === 'incident-filed')) {
    outbox.push({ kind: 'alert-series', key: incident.id, since: now, sends: null });
  }
  if (isShownOtherwise(incident, plan.events)) outbox.push(cardsEntry(incident, now));
  return outbox;
}

function pageOf(incident: Incident, detail: DetailOf<'paged'>, { sequence, episode }: Paging, now: Date): Sending {
  const page: PagerStep = {
    id: stableId('pag', incident.id, sequence),
    action: detail.action,
    why: detail.reasons,
    incidentId: incident.id,
    sequence,
    episode,
    ...toldOf(incident, writePage(incident, writingOf(incident, now)), now),
  };
  return { kind: 'page', key: page.id, since: now, sends: page };
}

/** The facts that notices and pages share. */
const toldOf = (incident: Incident, words: ComposedNotice, now: Date) => ({
  urgency: incident.urgency.level,
  ...optional('area', dutyAreaOf(incident)),
  ...words,
  createdAt: now.toISOString(),
});

/** Includes who is on duty, as far as this process knows: it waits for nothing. */
const writingOf = (incident: Incident, now: Date): Writing => ({
  policy,
  now,
  consoleUrl: readConfig().CONSOLE_URL,
  onDuty: onDutyFor(dutyAreaOf(incident), knownDuty(), now),
});

function noticeOf(incident: Incident, planned: PlannedNotice, now: Date, known: Known): Notice {
  const contacts = [...planned.told.map((each) => each.contact), ...planned.escalated, ...planned.unreached];
  return {
    // The version is part of the id: a slot that is announced again after a reopening is another notice.
    id: stableId('ntc', incident.id, incident.lastSequence, ...planned.idParts),
    kind: planned.kind,
    ...(planned.kinds.length > 1 ? { kinds: planned.kinds } : {}),
    incidentId: incident.id,
    customers: [...new Set(contacts.flatMap(customerIdsOf))].slice(0, mostCustomers),
    isDrill: incident.isDrill,
    ...toldOf(incident, writeNotice(incident, planned, { ...writingOf(incident, now), ...known }), now),
  };
}

/** @returns the timer's version from here on; undefined if somebody has written it, or the incident, meanwhile */
async function commitLook(decision: Decided, now: Date): Promise<Timestamp | undefined> {
  const batch = firestore().batch();
  if (decision.asked) keepSameness(batch, decision.asked);
  await commit(batch, now, { ...decision, beside: decision.asked && 'sameness' });
  // ABORTED: another transaction holds the incident, for example alerts that join their group.
  const refusals = ['FAILED_PRECONDITION', 'ALREADY_EXISTS', 'NOT_FOUND', 'ABORTED'];
  // The timer is the last that a look writes.
  return (await unlessRefused(batch.commit(), ...refusals))?.at(-1)?.writeTime;
}

async function findAgain(id: string): Promise<DueTimer | undefined> {
  const document = await timerRef(id).get();
  const timer = dataOf<Timer>(document);
  return timer && document.updateTime && { timer, version: document.updateTime };
}

/** Sends notices first. An entry that cannot be sent stays, holds up nothing else, and is retried after the lease. */
async function sendAll(decision: Decided, version: Timestamp, now: Date, senders: Senders): Promise<void> {
  const { outbox } = decision;
  if (outbox.length === 0) return;
  const about = { incident: decision.before, now, policy };
  const sent: Sending[] = [];
  let failure: Error | undefined;
  for (const each of outbox.toSorted((a, b) => Number(isUrgent(b)) - Number(isUrgent(a)))) {
    try {
      const load = senders[each.kind];
      await (load ? (await load())(each.sends, about) : park(each, decision.after.id, now));
      sent.push(each);
    } catch (error) {
      failure ??= error instanceof Error ? error : new Error(String(error));
    }
  }
  if (failure === undefined) return settle(decision, sent, version);
  if (sent.length > 0) await takeOut(sent, decision, true);
  throw failure;
}

const isUrgent = ({ kind }: Sending): boolean => kind === 'notice' || kind === 'page';

/** Removes what was sent from the timer and sets its next wake-up; entries that were added meanwhile stay. */
async function settle(decision: Decided, sent: Sending[], version: Timestamp): Promise<void> {
  const { after, timer, look } = decision;
  const ref = timerRef(after.id);
  const { later: pending } = look;
  const unchanged = { lastUpdateTime: version };
  const write =
    typeof timer === 'string'
      ? ref.delete(unchanged)
      : ref.update({ pending, lane: laneOf(after, pending), wakeAt: timer.at, ...free }, unchanged);
  if (!(await unlessRefused(write, 'FAILED_PRECONDITION', 'NOT_FOUND'))) await takeOut(sent, decision);
}

/** An entry that no running release can send, as after a rollback: kept where people see it. */
async function park({ kind, key, sends }: Sending, incidentId: string, now: Date): Promise<void> {
  log('ERROR', 'an entry of an outbox is parked: nobody here can send it', { incidentId, kind, key });
  const id = stableId('out', incidentId, kind, key);
  await keepUnsent({ id, kind, incidentId }, `no sender knows “${kind}”`, now, { sends });
}

/** @param isLeft something of it could not be sent: the timer stays leased until it is tried again */
async function takeOut(sent: readonly Sending[], { after, timer }: Decided, isLeft = false): Promise<void> {
  const ref = timerRef(after.id);
  await firestore().runTransaction(async (transaction) => {
    const current = dataOf<Timer>(await transaction.get(ref));
    if (!current) return;
    // Another entry with the same key may have been written meanwhile, even in the same millisecond, and still has to be sent.
    const pending = current.pending.filter((each) => !sent.some((one) => isDeepStrictEqual(one, each)));
    if (isLeft) return void transaction.update(ref, { pending });
    const wakeAt = typeof timer === 'string' || current.wakeAt < timer.at ? current.wakeAt : timer.at;
    transaction.update(ref, { pending, lane: laneOf(after, pending), wakeAt, ...free });
  });
}
