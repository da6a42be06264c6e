/** What a link does to the two incidents, and how it is undone. Pure. */
import type { Policy } from '../policy.ts';
import { type DecidedEvent, withMissing } from './decision.ts';
import { type AffectedCustomer, countAffected, type Incident } from './incident.ts';
import { scoreImpact } from './score.ts';
import type { Changes } from './timeline.ts';

interface By {
  actor: string;
  now: Date;
  policy: Policy;
}

/** How many are counted and not named. */
const unnamedIn = (incident: Incident): number =>
  Math.max(0, (incident.impact.affectedCustomerCount ?? 0) - incident.affectedCustomers.length);

export function decideLinked(
  linked: Incident,
  to: Incident,
  statement: { basis: string; occurredAt?: string | undefined },
  by: By,
): { linked: DecidedEvent[]; to: DecidedEvent[] } {
  const occurredAt = statement.occurredAt ? new Date(statement.occurredAt) : by.now;
  const customers = new Map<string, AffectedCustomer>(to.affectedCustomers.map((each) => [each.id, each]));
  for (const customer of linked.affectedCustomers) {
    const known = customers.get(customer.id);
    // Whom the surviving incident knew by itself stays when the link is undone.
    if (known && !known.via) continue;
    customers.set(customer.id, { ...customer, ...known, via: [...(known?.via ?? []), linked.id] });
  }
  const unnamedCount = unnamedIn(linked);
  const added = customers.size - to.affectedCustomers.length + unnamedCount;
  const count = countAffected((to.impact.affectedCustomerCount ?? to.affectedCustomers.length) + added, customers.size);
  const isCounted = to.impact.affectedCustomerCount !== undefined || linked.impact.affectedCustomerCount !== undefined;
  const links = [...(to.links ?? []), { incidentId: linked.id, unnamedCount, at: by.now }];
  const detail = { from: linked.id, basis: statement.basis };
  return {
    linked: withMissing(linked, [
      {
        type: 'linked',
        actor: by.actor,
        occurredAt,
        detail: { to: to.id, basis: statement.basis },
        changes: { status: 'linked', linkedTo: to.id, statusBeforeLink: linked.status },
      },
    ]),
    to: withMissing(to, [
      {
        type: 'linked',
        actor: by.actor,
        occurredAt,
        detail,
        changes: {
          links,
          affectedCustomers: [...customers.values()],
          ...withCount(to, isCounted ? count : undefined, by.policy),
        },
      },
    ]),
  };
}

export function decideUnlinked(
  linked: Incident,
  to: Incident,
  by: By,
): { linked: DecidedEvent[]; to: DecidedEvent[]; toCustomers: AffectedCustomer[] } {
  const link = to.links?.find((each) => each.incidentId === linked.id);
  const toCustomers = to.affectedCustomers.flatMap((customer): AffectedCustomer[] => {
    if (!customer.via) return [customer];
    const via = customer.via.filter((each) => each !== linked.id);
    return via.length > 0 ? [{ ...customer, via }] : [];
  });
  const removed = to.affectedCustomers.length - toCustomers.length + (link?.unnamedCount ?? 0);
  const before = to.impact.affectedCustomerCount;
  const count = before === undefined ? undefined : countAffected(Math.max(0, before - removed), toCustomers.length);
  const links = (to.links ?? []).filter((each) => each.incidentId !== linked.id);
  const common = { actor: by.actor, occurredAt: by.now, type: 'unlinked' as const };
  const status = linked.statusBeforeLink ?? 'open';
  return {
    linked: withMissing(linked, [
      {
        ...common,
        detail: { from: to.id },
        changes: {
          status,
          linkedTo: null,
          statusBeforeLink: null,
          unlinkedFrom: [...(linked.unlinkedFrom ?? []).filter((each) => each !== to.id), to.id],
        },
      },
    ]),
    to: withMissing(to, [
      {
        ...common,
        detail: { incident: linked.id },
        changes: { links, affectedCustomers: toCustomers, ...withCount(to, count, by.policy) },
      },
    ]),
    toCustomers,
  };
}

function withCount(incident: Incident, count: number | undefined, policy: Policy): Changes {
  const { affectedCustomerCount: _, ...rest } = incident.impact;
  const impact = count === undefined || count === 0 ? rest : { ...rest, affectedCustomerCount: count };
  const reference = scoreImpact(impact.businessImpact, count === 0 ? undefined : count, policy);
  return { impact, score: { ...incident.score, reference } };
}
