/**
 * A primary is the sum of its own values and those of each linked incident. A map has no order, so the order of links does not
 * matter, and a link that has ended leaves nothing. Pure.
 */
import { given } from '../../platform/defined.ts';
import type { Policy } from '../../policy.ts';
import { areCounted, isOfKnown, isOfRecovery } from '../clocks/facts.ts';
import { type Judgement, judgeEmergency } from '../emergency/decide-emergency.ts';
import { type Emergency, isGoingOn, withSupport } from '../emergency/emergency.ts';
import { listMissing } from '../facts/missing.ts';
import { answererOf } from '../facts/outage.ts';
import {
  type AffectedCustomer,
  type AnsweredField,
  countAffected,
  type Incident,
  type Link,
  latest,
  type Member,
  type Outage,
  optional,
} from '../incident.ts';
import type { Contact } from '../rhythm/contact.ts';
import { scoreImpact } from '../signals/score.ts';
import { isWorse } from '../signals/signal.ts';

/** The primary by itself, or a member. */
type Part = Incident | Member['incident'];

export interface Sum {
  own: Incident;
  members: Outage['members'];
}

/** In the order of the links, so that readers always see the same order. */
export const inOrder = (members: Outage['members']): Member[] =>
  Object.values(members).sort((a, b) => a.at.getTime() - b.at.getTime() || (a.incident.id < b.incident.id ? -1 : 1));

/** The parts whose own value of a field counts: no later statement of a person answers for them. */
const speaking = ({ own, members }: Sum, field: AnsweredField): Part[] => [
  own,
  ...inOrder(members).flatMap((each) =>
    answererOf(field, each, own, members).incident === each.incident ? [each.incident] : [],
  ),
];

/** @param contacts of the outage, with their clocks read: a part is open while one of its customers waits */
export function sumOf(sum: Sum, contacts: ReadonlyMap<string, Contact>, policy: Policy) {
  const { own } = sum;
  const affectedCustomers = customersOf(sum);
  const impact = impactOf(sum, affectedCustomers);
  const parts = judgeParts(sum, contacts);
  const values = {
    ...timesOf(sum),
    ...statusOf(sum, parts),
    ongoing: ongoingOf(sum, parts),
    impact,
    affectedCustomers,
    ...optional('roles', rolesOf(sum)),
    ...optional('unanswered', unansweredIn(sum, contacts)),
    score: { ...own.score, reference: scoreImpact(impact, policy) },
  };
  const incident = { ...without(own), ...values, links: linksOf(sum) } as Incident;
  return { ...incident, missing: listMissing(incident) };
}

const summedTimes = ['recoveredAt', 'occurredAt', 'isOccurredAtApproximate', 'firstResponseAt', 'roles', 'unanswered'];
const without = (incident: Incident): object =>
  Object.fromEntries(Object.entries(incident).filter(([field]) => !summedTimes.includes(field)));

/** The earliest report, response and occurrence of the parts. */
export function timesOf(sum: Sum) {
  const { own, members } = sum;
  // An approximate time counts as a little later than an exact one.
  const placeOf = ({ occurredAt, isOccurredAtApproximate }: Part): number =>
    Number(occurredAt ?? Number.POSITIVE_INFINITY) + (isOccurredAtApproximate ? 0.5 : 0);
  const occurred = speaking(sum, 'occurredAt').reduce((first, each) => (placeOf(each) < placeOf(first) ? each : first));
  const first = (times: readonly (Date | undefined)[]): Date | undefined =>
    times.flatMap((each) => each ?? []).sort((a, b) => a.getTime() - b.getTime())[0];
  const reports = inOrder(members).map(({ incident }) => incident.reportedAt);
  const firstResponseAt = first(speaking(sum, 'firstResponseAt').map((each) => each.firstResponseAt));
  return {
    ...given(occurred, ['occurredAt', 'isOccurredAtApproximate']),
    reportedAt: first([own.reportedAt, ...reports]) as Date,
    ...optional('firstResponseAt', firstResponseAt),
  };
}

export function rolesOf({ own, members }: Sum): Incident['roles'] {
  const all = inOrder(members).map(({ incident }) => incident.roles ?? {});
  const roles = Object.assign({}, ...all.toReversed(), own.roles);
  return Object.keys(roles).length > 0 ? roles : undefined;
}

/** Each customer once, with the incidents that name them. Customers removed on the primary stay off it. */
function customersOf({ own, members }: Sum): AffectedCustomer[] {
  const gone = new Set(own.takenOff);
  const all = new Map<string, AffectedCustomer>(own.affectedCustomers.map((each) => [each.id, each]));
  for (const { incident } of inOrder(members)) {
    for (const customer of incident.affectedCustomers) {
      const known = all.get(customer.id);
      if (!known && gone.has(customer.id)) continue;
      const via = [...(known ? (known.via ?? [own.id]) : []), incident.id];
      all.set(customer.id, { ...customer, ...known, via });
    }
  }
  return [...all.values()];
}

function impactOf(sum: Sum, customers: readonly AffectedCustomer[]): Incident['impact'] {
  const { own } = sum;
  const { businessImpact: _, affectedCustomerCount: __, ...rest } = own.impact;
  const impacts = speaking(sum, 'impact.businessImpact').map(({ impact }) => impact.businessImpact);
  const worst = impacts.reduce((known, each) =>
    known === undefined || isWorse(each, known) ? (each ?? known) : known,
  );
  return {
    ...rest,
    ...optional('businessImpact', worst),
    ...optional('affectedCustomerCount', countOf(sum, customers)),
  };
}

/** Named customers once, plus the unnamed ones of each part. */
function countOf(sum: Sum, customers: readonly AffectedCustomer[]): number | undefined {
  const { own, members } = sum;
  const parts = [own, ...inOrder(members).map(({ incident }) => incident)];
  const isCounted = parts.some(({ impact }) => impact.affectedCustomerCount !== undefined);
  if (!isCounted) return customers.length || undefined;
  const unnamed = unnamedBy(sum, customers);
  return (
    countAffected(customers.length + [...unnamed.values()].reduce((all, each) => all + each, 0), customers.length) ?? 0
  );
}

/** A count and whose customers it counts: a part's own, or those of the parts linked when a person counted. */
export interface Counted {
  count: number;
  /** The named customers among them. */
  ids: ReadonlySet<string>;
}

/** Counts by the part that stated them. */
export function countsOf({ own, members }: Sum): Map<Part, Counted> {
  const parts = [{ part: own as Part, by: own as Part }];
  for (const each of inOrder(members)) {
    const { incident } = answererOf('impact.affectedCustomerCount', each, own, members);
    parts.push({ part: each.incident, by: incident as Part });
  }
  return new Map(
    [...Map.groupBy(parts, ({ by }) => by)].map(([by, group]) => {
      const ids = new Set(group.flatMap(({ part }) => part.affectedCustomers.map(({ id }) => id)));
      return [by, { count: by.impact.affectedCustomerCount ?? 0, ids }];
    }),
  );
}

/** The number of unnamed customers of each part. A person's count includes the members linked by then. */
export function unnamedBy(sum: Sum, customers: readonly AffectedCustomer[]): Map<Part, number> {
  const known = new Set(customers.map(({ id }) => id));
  return new Map(
    [...countsOf(sum)].map(([by, { count, ids }]) => [
      by,
      Math.max(0, count - [...ids].filter((id) => known.has(id)).length),
    ]),
  );
}

export function linksOf({ own, members }: Sum): Link[] {
  const unnamed = unnamedBy({ own, members }, customersOf({ own, members }));
  return inOrder(members).map(({ incident, at, by, merge }) => ({
    incidentId: incident.id,
    unnamedCount: unnamed.get(incident) ?? 0,
    ...optional('merge', merge),
    ...optional('by', by?.[0]?.id),
    ...(incident.isAboutMetronome ? { isAboutMetronome: true } : {}),
    at,
  }));
}

/** Contacts by the incident that knows them; undefined is the primary itself. */
function contactsByPart(contacts: Iterable<Contact>): Map<string | undefined, Contact[]> {
  const all = new Map<string | undefined, Contact[]>();
  for (const contact of contacts) {
    const knowing = new Set(contact.facts.flatMap((each) => (isOfKnown(each) ? [each.of] : [])));
    for (const of of knowing) {
      const known = all.get(of);
      if (known) known.push(contact);
      else all.set(of, [contact]);
    }
  }
  return all;
}

/** The contacts of a part that are affected, not mere reporters. */
function affectedOf({ affectedCustomers }: Part, known: readonly Contact[] = []): Contact[] {
  const named = new Set(affectedCustomers.map(({ id }) => id));
  return known.filter((each) =>
    each.isTheOthers ? areCounted(each.facts) : each.customers.some(({ id }) => named.has(id)),
  );
}

/** A part without customers ends by itself, or by a recovery of all that was stated on the primary after its link. */
function isOpen(part: Part, affected: readonly Contact[], isToldOver: boolean): boolean {
  if (part.status !== 'open' || part.kind !== 'incident') return false;
  if (affected.length === 0) return !isToldOver;
  if (affected.some((each) => !each.recoveredAt)) return true;
  const { lastSeenAt } = part as Partial<Incident>;
  return (
    part.ongoing === 'yes' &&
    lastSeenAt !== undefined &&
    affected.every((each) => each.recoveredAt && lastSeenAt > each.recoveredAt)
  );
}

interface Judged {
  part: Part;
  isOpen: boolean;
  affected: Contact[];
}

function judgeParts({ own, members }: Sum, contacts: ReadonlyMap<string, Contact>): Judged[] {
  const known = contactsByPart(contacts.values());
  const ofOwn = affectedOf(own, known.get(undefined));
  const isToldSince = (id: string): boolean => own.toAll?.some((each) => isOfRecovery(each) && each.id > id) === true;
  const isFoundSince = (id: string): boolean =>
    own.status === 'not-occurring' &&
    own.schedule?.some((each) => each.type === 'not-occurring' && each.id > id) === true;
  return [
    { part: own, isOpen: isOpen(own, ofOwn, false), affected: ofOwn },
    ...inOrder(members).map(({ incident, since }): Judged => {
      const affected = affectedOf(incident, known.get(incident.id));
      const is = !isFoundSince(since) && isOpen(incident, affected, isToldSince(since));
      return { part: incident, affected, isOpen: is };
    }),
  ];
}

function ongoingOf(sum: Sum, parts: readonly Judged[]): Incident['ongoing'] {
  const open = new Set(parts.flatMap(({ part, isOpen: is }) => (is ? [part] : [])));
  const said = speaking(sum, 'ongoing').filter((each) => open.has(each) || (each === sum.own && open.size === 0));
  const all = said.map(({ ongoing }) => ongoing);
  return (['yes', 'unknown', 'no'] as const).find((each) => all.includes(each)) ?? sum.own.ongoing;
}

/** Open while a customer waits, or a part without customers is open; otherwise recovered with the last customer. */
function statusOf(sum: Sum, parts: readonly Judged[]): Pick<Incident, 'status' | 'recoveredAt'> {
  if (parts.some((each) => each.isOpen)) return { status: 'open' };
  const affected = parts.flatMap((each) => each.affected);
  const isFound = parts.every(({ part }) => part.status !== 'recovered') && sum.own.status === 'not-occurring';
  if (isFound && affected.every((each) => !each.recoveredAt)) return { status: 'not-occurring' };
  const last = affected.reduce<Date | undefined>(
    (at, each) => (each.recoveredAt ? latest(at, each.recoveredAt) : at),
    undefined,
  );
  const ofParts = parts.flatMap(({ part }) => part.recoveredAt ?? []).sort((a, b) => b.getTime() - a.getTime())[0];
  return { status: 'recovered', ...optional('recoveredAt', last ?? sum.own.recoveredAt ?? ofParts) };
}

/** Unanswered messages: an update to the customer answers them, on whichever incident it was recorded. */
function unansweredIn({ own, members }: Sum, contacts: ReadonlyMap<string, Contact>): Incident['unanswered'] {
  const all = [...contacts.values()];
  const ofMembers = inOrder(members).flatMap(({ incident }) => incident.unanswered ?? []);
  const left = ofMembers.filter(({ customers, ticket, at }) => {
    const theirs = all.filter(
      (each) =>
        each.customers.some(({ id }) => customers.includes(id)) ||
        (each.ticket?.tool === ticket.tool && each.ticket.id === ticket.id),
    );
    return !theirs.some(({ lastUpdateAt }) => lastUpdateAt && lastUpdateAt >= at);
  });
  const unanswered = [...(own.unanswered ?? []), ...left].sort((a, b) => a.at.getTime() - b.at.getTime());
  return unanswered.length > 0 ? unanswered.slice(-mostUnanswered) : undefined;
}

const mostUnanswered = 50;

/** An emergency taken over from a member continues with its beginning if the sums support it. */
const lasting = (running: Emergency, judgement: Judgement, begin: (judgement: Judgement) => Emergency): Emergency =>
  running.from === undefined ? running : { ...begin(judgement), since: running.since };

/** Adds the reports of its area that support it, as they were last recorded on the primary. */
function supported(emergency: Emergency, { support, emergency: ofOwn }: Incident): Emergency {
  const known =
    support ?? (ofOwn?.inputs.reports && { ...given(ofOwn.inputs, ['reports', 'customers']), at: ofOwn.since });
  if (!known || known.at < emergency.since) return emergency;
  return { ...emergency, inputs: { ...emergency.inputs, ...given(known, ['reports', 'customers']) } };
}

/**
 * The emergency of the outage: the first of its parts', otherwise the one that their sums make.
 * @param running the emergency before, which continues while the sums support it
 */
export function emergencyOf(
  { own, members }: Sum,
  shown: Incident,
  running: Emergency | undefined,
  policy: Policy,
  begin: (judgement: Judgement) => Emergency,
): Emergency | undefined {
  if (shown.status !== 'open' || shown.impact.businessImpact !== 'stopped') return undefined;
  const ofMembers = inOrder(members).flatMap(({ incident: { id: from, emergency } }) =>
    isGoingOn(emergency) ? [{ ...emergency, from }] : [],
  );
  const [first] = [...(isGoingOn(own.emergency) ? [own.emergency] : []), ...ofMembers].sort(
    (a, b) => a.since.getTime() - b.since.getTime(),
  );
  const isUrgent = inOrder(members).some(
    ({ incident }) => incident.status === 'open' && incident.urgency.level === 'high',
  );
  const whole: Incident = isUrgent ? { ...shown, urgency: { ...shown.urgency, level: 'high' } } : shown;
  const judgement = judgeEmergency(whole, policy);
  const sum = judgement && isGoingOn(running) ? lasting(running, judgement, begin) : undefined;
  if (first && (!sum || first.since <= sum.since)) return withSupport(first, shown);
  const is = sum ?? (judgement && begin(judgement));
  return is && withSupport(supported(is, own), shown);
}
