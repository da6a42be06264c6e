/** The situation of an incident, for a wall screen and for people who join late: from the record alone. Pure. */
import type { IncidentRecord } from '../find/read-incident.ts';
import { emergencyRoles, isGoingOn, shownImpact } from '../incidents/emergency/emergency.ts';
import type { EventOf, TimelineEvent } from '../incidents/facts/events.ts';
import { isSequenced } from '../incidents/facts/timeline.ts';
import { codeOf, goesOn, type Incident, optional } from '../incidents/incident.ts';
import { knownFrom } from '../incidents/links/brought.ts';
import type { Contact } from '../incidents/rhythm/contact.ts';
import { waitsFrom } from '../incidents/views/board-place.ts';
import { cut } from '../words/clock.ts';

export const checklistItems = [
  'roles',
  'verified',
  'scoped',
  'told',
  'mitigated',
  'recovered',
  'recovery-told',
] as const;

export type SituationCustomer = ReturnType<typeof customerOf>;

/** The result of `composeSituation`, which is also the API's answer. */
export type Situation = ReturnType<typeof composeSituation>;

const mostLatest = 8;

export function composeSituation({ incident, contacts, total, events }: IncidentRecord, now: Date) {
  const { impact, cause, emergency } = incident;
  const taken = new Set(events.flatMap((each) => (each.type === 'retracted' ? [each.detail.eventId] : [])));
  const stated = events
    .filter((each) => isSequenced(each) && each.actor !== 'rule' && !taken.has(each.id))
    .toSorted((one, other) => (one.id < other.id ? 1 : -1));
  const loaded = contacts.flatMap((each) => each.customers).length;
  const named = Math.max(loaded, incident.affectedCustomers.length);
  const unnamed = Math.max(0, (impact.affectedCustomerCount ?? 0) - named);
  const customers = contacts.toSorted(byDue).map((each) => customerOf(each, unnamed));
  return {
    incidentId: incident.id,
    code: codeOf(incident.id),
    title: incident.title,
    ...optional('description', incident.description),
    isDrill: incident.isDrill,
    asOf: now,
    status: incident.status,
    urgency: incident.urgency.level,
    emergency: emergency ?? null,
    known: {
      occurredAt: incident.occurredAt ?? null,
      reportedAt: incident.reportedAt,
      area: incident.origin.area ?? null,
      happened: incident.happened ?? null,
      ongoing: goesOn(incident) ? incident.ongoing : 'no',
      businessImpact: impact.businessImpact ?? null,
      affectedCustomerCount: shownImpact(incident).affectedCustomerCount ?? null,
      scopeMethod: impact.scopeMethod ?? null,
      cause: cause ? { category: cause.category, ...optional('summary', cause.summary) } : null,
      recoveredAt: incident.recoveredAt ?? null,
      from: knownFrom(incident),
      missing: incident.missing.map(({ field }) => field).filter((field) => isAskedNow(field)),
    },
    /** If there are more customers than are shown, those who are due first. */
    customers,
    moreCustomers: total - contacts.length,
    tried: stated.filter((each) => each.type === 'mitigated').map(triedBy),
    roles: emergencyRoles.map((role) => {
      const held = incident.roles?.[role];
      return { role, who: held?.who ?? null, at: held?.at ?? null };
    }),
    assignee: incident.assignee ?? null,
    nextUpdate: nextUpdateOf(customers, now),
    checklist: checklistOf(incident, contacts),
    latest: stated.slice(0, mostLatest).map((each) => {
      const { occurredAt: at, type, actor, actorName } = each;
      return { at, type, who: actor, ...optional('whoName', actorName), text: textOf(each) };
    }),
    /** The other reports that made it an emergency: probably the same trouble. */
    candidates: (isGoingOn(emergency) ? (emergency.inputs.reports ?? []) : [])
      .filter((each) => each.incidentId !== incident.id)
      .map(({ incidentId, customerId }) => ({ incidentId, code: codeOf(incidentId), customerId })),
  };
}

/** Lists only what helps the customer now; the review needs more. */
const isAskedNow = (field: string): boolean =>
  /^(?:title|occurredAt|ongoing|verifiedAt|impact\.(?:businessImpact|affectedCustomerCount|scopeMethod))$/.test(field);

function customerOf(contact: Contact, unnamed: number) {
  const [first] = contact.customers;
  return {
    id: contact.id,
    /** Null for unidentified customers. */
    name: contact.isTheOthers ? null : (contact.name ?? first?.name ?? first?.id ?? null),
    /** The number of customers told together, or counted without a name. */
    count: contact.isTheOthers ? unnamed : contact.customers.length,
    /** The first missed deadline, otherwise the next one. */
    nextUpdateDueAt: waitsFrom(contact) ?? null,
    lastUpdateAt: contact.lastUpdateAt ?? null,
    lastMessage: contact.lastMessage === undefined ? null : cut(contact.lastMessage),
    recoveredAt: contact.recoveredAt ?? null,
  };
}

const dueOf = (contact: Contact): number => waitsFrom(contact)?.getTime() ?? Number.POSITIVE_INFINITY;
export const byDue = (one: Contact, other: Contact): number =>
  dueOf(one) === dueOf(other) ? (one.id < other.id ? -1 : 1) : dueOf(one) - dueOf(other);

function triedBy(event: EventOf<'mitigated'>) {
  const { kind, note, lighterWayTried } = event.detail;
  return { at: event.occurredAt, kind, note: note ?? null, lighterWayTried: lighterWayTried ?? null, who: event.actor };
}

/** Everybody who is due first, and at the same time. */
function nextUpdateOf(customers: readonly SituationCustomer[], now: Date) {
  const dueAt = customers[0]?.nextUpdateDueAt;
  if (!dueAt) return null;
  return {
    dueAt,
    isOverdue: dueAt < now,
    customers: customers.filter((each) => each.nextUpdateDueAt?.getTime() === dueAt.getTime()),
  };
}

function checklistOf(incident: Incident, contacts: readonly Contact[]) {
  const latest = (times: readonly (Date | undefined)[]): Date | null => {
    if (times.length === 0 || times.includes(undefined)) return null;
    return new Date(Math.max(...(times as Date[]).map((each) => each.getTime())));
  };
  const isOver = incident.status === 'recovered';
  const done: Record<(typeof checklistItems)[number], Date | null> = {
    roles: latest(emergencyRoles.map((role) => incident.roles?.[role]?.at)),
    verified: incident.verifiedAt ?? null,
    scoped: incident.scopedAt ?? null,
    told: latest(contacts.map((each) => each.lastUpdateAt)),
    mitigated: incident.mitigatedAt ?? null,
    recovered: incident.recoveredAt ?? null,
    'recovery-told': isOver ? latest(contacts.map((each) => each.stoppedAt ?? undefined)) : null,
  };
  return checklistItems.map((item) => ({ item, isDone: done[item] !== null, at: done[item] }));
}

/** A statement in one line; undefined parts are left to the page. */
function textOf(event: TimelineEvent): string | null {
  const detail: Record<string, unknown> = event.detail;
  const fields = 'message note text summary method permanentFix assignee basis to role'.split(' ');
  const found = fields.map((each) => detail[each]).find((each) => typeof each === 'string' && each !== '');
  return typeof found === 'string' ? cut(found) : null;
}
