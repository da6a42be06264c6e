/** What a link does to the two incidents, and how it is undone. Pure. */

import type { Policy } from '../policy.ts';
import { afterEvents, type Context, withMissing } from './decision.ts';
import type { Changes, DecidedEvent } from './events.ts';
import {
  type AffectedCustomer,
  countAffected,
  type Impact,
  type Incident,
  type Link,
  optional,
  unnamedIn,
} from './incident.ts';
import { isOnlyAboutMetronome } from './rhythm/cadence.ts';
import { handBack, withSending } from './sending.ts';
import { authorIn } from './signal/author.ts';
import { scoreImpact } from './signal/score.ts';

/** When, by what is stated, it was linked or told apart, and where the evidence is. */
interface Stated {
  occurredAt?: string | undefined;
  evidenceUrl?: string | undefined;
}

const statedIn = (
  { occurredAt, evidenceUrl }: Stated,
  now: Date,
): Pick<DecidedEvent, 'occurredAt' | 'evidenceUrl'> => ({
  occurredAt: occurredAt ? new Date(occurredAt) : now,
  ...optional('evidenceUrl', evidenceUrl),
});

/** @param hasUnrecovered whether a customer of the linked incident is known whose business does not work yet */
export function decideLinked(
  linked: Incident,
  to: Incident,
  statement: Stated & { basis: string },
  hasUnrecovered: boolean,
  by: Context,
): { linked: DecidedEvent[]; to: DecidedEvent[] } {
  const common = { type: 'linked' as const, ...authorIn(by), ...statedIn(statement, by.now) };
  const customers = new Map<string, AffectedCustomer>(to.affectedCustomers.map((each) => [each.id, each]));
  for (const customer of linked.affectedCustomers) {
    const known = customers.get(customer.id);
    // Whom the surviving incident knew by itself stays when the link is undone.
    if (known && !known.via) continue;
    const via = [...new Set([...(known?.via ?? []), ...(customer.via ?? [linked.id])])];
    customers.set(customer.id, { ...customer, ...known, via });
  }
  const unnamedCount = unnamedIn(linked);
  const added = customers.size - to.affectedCustomers.length + unnamedCount;
  const count = countAffected((to.impact.affectedCustomerCount ?? to.affectedCustomers.length) + added, customers.size);
  const isCounted = to.impact.affectedCustomerCount !== undefined || linked.impact.affectedCustomerCount !== undefined;
  const through = (linked.links ?? []).flatMap(idsOf);
  const link: Link = {
    incidentId: linked.id,
    unnamedCount,
    ...optional('countedBefore', unnamedIn(to) > 0 ? to.impact.affectedCustomerCount : undefined),
    ...(through.length > 0 ? { through } : {}),
    ...(isOnlyAboutMetronome(linked) ? { isAboutMetronome: true } : {}),
    at: by.now,
  };
  return {
    linked: withMissing(linked, [
      {
        ...common,
        detail: { to: to.id, basis: statement.basis },
        changes: {
          status: 'linked',
          linkedTo: to.id,
          statusBeforeLink: linked.status,
          // What did not get there is seen, and counted, where it is linked to.
          ...(linked.failedUpdates ? { failedUpdates: 0 } : {}),
        },
      },
    ]),
    to: withMissing(to, [
      {
        ...common,
        detail: { from: linked.id, basis: statement.basis },
        changes: {
          links: [...(to.links ?? []), link],
          // What the linked one has sent is told of by its ticket, and is known here from now on.
          ...(linked.sending ? withSending(to.sending, linked.sending, by.now) : {}),
          affectedCustomers: [...customers.values()],
          ...withCount(to, isCounted ? count : undefined, by.policy),
        },
      },
      ...reopenedBy(linked, to, hasUnrecovered, by),
    ]),
  };
}

/** What goes on in a report that is linked goes on in the incident that takes it over. */
function reopenedBy(linked: Incident, to: Incident, hasUnrecovered: boolean, by: Context): DecidedEvent[] {
  const isOver = to.status === 'recovered' || to.status === 'not-occurring';
  if (!isOver || linked.status !== 'open' || linked.ongoing === 'no' || !hasUnrecovered) return [];
  return [
    {
      type: 'reopened',
      actor: 'rule',
      occurredAt: by.now,
      detail: {
        rule: 'linked-ongoing',
        why: 'A report was linked of which a customer has not recovered.',
        from: linked.id,
      },
      changes: {
        status: 'open',
        recoveredAt: null,
        ongoing: linked.ongoing,
        overBeforeLink: {
          at: by.now,
          status: to.status,
          ongoing: to.ongoing,
          ...optional('recoveredAt', to.recoveredAt),
        },
      },
    },
  ];
}

/** What it was before a link opened it again, where none that was made since is left, and it was not found to go on. */
function statusAsBefore({ status, overBeforeLink, reopenedAt }: Incident, links: readonly Link[]): Changes | undefined {
  if (!overBeforeLink || status !== 'open') return undefined;
  const { at, ...was } = overBeforeLink;
  if (links.some((each) => each.at >= at) || (reopenedAt && reopenedAt >= at)) return undefined;
  return { ...was, overBeforeLink: null };
}

export const idsOf = (link: Link): string[] => [link.incidentId, ...(link.through ?? [])];

export interface Undone {
  incident: Incident;
  events: DecidedEvent[];
  customers: AffectedCustomer[];
  /** Whether some are still counted whom nobody has named. */
  hasUnnamed: boolean;
  /** What it is again where nobody waits, since the link had opened it. */
  over?: Changes | undefined;
}

/** @param chain the incident that it is linked to, the one that took that over, and so on to the one that survives */
export function decideUnlinked(
  linked: Incident,
  chain: Incident[],
  statement: Stated,
  by: Context,
): { linked: DecidedEvent[]; chain: Undone[]; gained: AffectedCustomer[] } {
  const [to] = chain;
  const link = to?.links?.find((each) => each.incidentId === linked.id);
  const gone = new Set(link ? idsOf(link) : [linked.id]);
  const affectedCustomers = [...linked.affectedCustomers];
  const known = new Set(affectedCustomers.map((each) => each.id));
  const gained = (chain.at(-1)?.affectedCustomers ?? []).flatMap(({ via, ...customer }): AffectedCustomer[] => {
    const own = via?.filter((each) => gone.has(each)) ?? [];
    if (own.length === 0 || known.has(customer.id)) return [];
    return [own.includes(linked.id) ? customer : { ...customer, via: own }];
  });
  const count = countAffected(linked.impact.affectedCustomerCount, known.size + gained.length);
  const apart = (from: Incident, id: string): string[] => [
    ...(from.unlinkedFrom ?? []).filter((each) => each !== id),
    id,
  ];
  const common = { type: 'unlinked' as const, ...authorIn(by), ...statedIn(statement, by.now) };
  const sending = linked.sending?.length ? handBack(linked.sending, chain.at(-1)?.sending) : undefined;
  const leaving = { gone, namedSince: new Set(gained.map(({ id }) => id)), unnamedCount: link?.unnamedCount ?? 0 };
  let below: Incident | undefined;
  return {
    linked: withMissing(linked, [
      {
        ...common,
        detail: { from: to?.id },
        changes: {
          status: linked.statusBeforeLink ?? 'open',
          linkedTo: null,
          statusBeforeLink: null,
          ...sending?.linked,
          ...(to ? { unlinkedFrom: apart(linked, to.id) } : {}),
          ...(gained.length > 0
            ? { affectedCustomers: [...affectedCustomers, ...gained], ...withCount(linked, count, by.policy) }
            : {}),
        },
      },
    ]),
    chain: chain.map((each, index) => {
      const { changes, ...undone } = undoIn(each, leaving, below, by.policy);
      const isDirect = index === 0;
      const event: DecidedEvent = {
        ...common,
        detail: { incident: linked.id, ...(isDirect || !to ? {} : { from: to.id }) },
        changes: {
          ...changes,
          ...(isDirect ? { unlinkedFrom: apart(each, linked.id) } : {}),
          ...(index === chain.length - 1 ? sending?.there : {}),
        },
      };
      below = afterEvents(each, [event]);
      return { incident: each, events: withMissing(each, [event]), ...undone };
    }),
    gained,
  };
}

/** Whom the end of a link takes away. */
interface Leaving {
  /** By which incidents they had come. */
  gone: ReadonlySet<string>;
  /** Customers whom the tickets of those have named since. */
  namedSince: ReadonlySet<string>;
  /** How many had been counted and not named as they were linked. */
  unnamedCount: number;
}

/** @param below the linked incident by way of which they came, as it is without them, where they were not linked directly */
function undoIn(
  incident: Incident,
  leaving: Leaving,
  below: Incident | undefined,
  policy: Policy,
): Omit<Undone, 'incident' | 'events'> & { changes: Changes } {
  const { gone } = leaving;
  const customers = incident.affectedCustomers.flatMap((customer): AffectedCustomer[] => {
    if (!customer.via) return [customer];
    const via = customer.via.filter((each) => !gone.has(each));
    return via.length > 0 ? [{ ...customer, via }] : [];
  });
  const { links: before = [] } = incident;
  const ending = before.find(({ incidentId }) => gone.has(incidentId) || incidentId === below?.id);
  const later = before.filter((each) => each !== ending && ending && each.at >= ending.at);
  const stays = new Set(customers.map(({ id }) => id));
  const names = incident.affectedCustomers.filter(({ id }) => !stays.has(id));
  const named = names.filter(({ id }) => leaving.namedSince.has(id)).length;
  const brought = names.length - named + leaving.unnamedCount;
  const links = before.flatMap((link): Link[] => {
    if (gone.has(link.incidentId)) return [];
    if (link.incidentId === below?.id) return [linkWithout(link, gone, below)];
    if (link.countedBefore === undefined || !later.includes(link)) return [link];
    return [{ ...link, countedBefore: link.countedBefore - brought }];
  });
  // Whoever was named since was counted already while anybody was: first those of the link, and then others, who are
  // counted again without them.
  const stillUnnamed = Math.max(0, unnamedIn(incident) - Math.max(0, leaving.unnamedCount - named));
  const lacking = mostUnnamed(customers, ending, later, below) - stillUnnamed;
  const unnamed = stillUnnamed + Math.max(0, Math.min(named - leaving.unnamedCount, lacking));
  const count = incident.impact.affectedCustomerCount === undefined ? undefined : customers.length + unnamed;
  return {
    customers,
    over: statusAsBefore(incident, links),
    hasUnnamed: (count ?? 0) > customers.length,
    changes: { links, affectedCustomers: customers, ...withCount(incident, count, policy) },
  };
}

/** How many may be counted whom nobody has named: of its own, of later links, and of the linked one that stays. */
function mostUnnamed(
  customers: readonly AffectedCustomer[],
  ending: Link | undefined,
  later: readonly Link[],
  below: Incident | undefined,
): number {
  const byLinks = new Set([...(ending ? [ending] : []), ...later].flatMap(idsOf));
  const own = customers.filter(({ via }) => !via?.every((each) => byLinks.has(each))).length;
  const ofLater = later.reduce((sum, each) => sum + each.unnamedCount, 0);
  return Math.max(0, (ending?.countedBefore ?? 0) - own) + ofLater + (below ? unnamedIn(below) : 0);
}

function linkWithout(link: Link, gone: ReadonlySet<string>, below: Incident): Link {
  const { through: _, isAboutMetronome: __, ...rest } = link;
  const through = link.through?.filter((each) => !gone.has(each)) ?? [];
  return {
    ...rest,
    unnamedCount: unnamedIn(below),
    ...(through.length > 0 ? { through } : {}),
    ...(isOnlyAboutMetronome(below) ? { isAboutMetronome: true as const } : {}),
  };
}

function withCount(incident: Incident, count: number | undefined, policy: Policy): Changes {
  const { affectedCustomerCount: _, ...rest } = incident.impact;
  // Nobody is left whom links had brought; that nobody is affected is another thing, which somebody has confirmed.
  const isKnown = count !== 0 || incident.scopedAt !== undefined;
  const impact: Impact = count === undefined || !isKnown ? rest : { ...rest, affectedCustomerCount: count };
  const reference = scoreImpact(impact.businessImpact, impact.affectedCustomerCount, policy);
  return { impact, score: { ...incident.score, reference } };
}
