/** What a link does to the two incidents, and how its end undoes it. Pure. */

import type { Policy } from '../policy.ts';
import type { ScheduleFact } from './clocks/facts.ts';
import type { Context } from './decision.ts';
import type { Changes, EventOf } from './events.ts';
import type { State } from './fold/state.ts';
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
import { type SharedContact, saidWhileLinked, sharedContacts } from './shared-contacts.ts';
import { scoreImpact } from './signal/score.ts';

type Moment = Pick<Context, 'now' | 'policy'>;

/** What of an incident another one goes by that it is linked with. */
const sharedFields = [
  'id',
  'kind',
  'status',
  'statusBeforeLink',
  'ongoing',
  'source',
  'origin',
  'reporter',
  'filedAt',
  'receivedAt',
  'reopenedAt',
  'lastSeenAt',
  'recoveredAt',
  'urgency',
  'emergency',
  'impact',
  'affectedCustomers',
  'isAboutMetronome',
  'links',
  'linkedTo',
  'sending',
  'failedUpdates',
] as const satisfies readonly (keyof Incident)[];
export type Shared = Pick<Incident, (typeof sharedFields)[number]>;

export const sharedOf = (incident: Shared): Shared =>
  Object.fromEntries(
    sharedFields.filter((field) => incident[field] !== undefined).map((field) => [field, incident[field]]),
  ) as unknown as Shared;

/** What a linked incident brings along, as it was then. */
export interface Share {
  linked: Shared;
  contacts: SharedContact[];
  /** What its contacts waited by. */
  schedule: ScheduleFact[];
  /** Somebody of them waits for word and has not recovered. */
  isWaiting: boolean;
}

/** The customers that the end of a link takes away from the incident that had taken them over. */
export interface Leaving {
  linked: Shared;
  /** By which incidents they had come. */
  gone: string[];
  /** Customers that the tickets of those incidents have named since. */
  namedSince: string[];
  /** How many had been counted and not named as they were linked. */
  unnamedCount: number;
  /** The linked incident by way of which they came, as it is without them, where they were not linked directly. */
  below?: Shared;
  /** It is the one that survives, which knows what is on its way to their tickets. */
  isLast: boolean;
}

/** What a linked incident takes home. */
export interface Return {
  gained: AffectedCustomer[];
  /** Of those, as the one that survives has them. */
  contacts: SharedContact[];
  survivor?: Pick<Shared, 'sending'>;
}

export const shareOf = (state: State): Share => ({
  linked: sharedOf(state.incident),
  contacts: sharedContacts(state),
  schedule: state.incident.schedule ?? [],
  isWaiting: [...state.contacts.values()].some((each) => !each.stoppedAt && !each.recoveredAt),
});

/** The incident that is linked away. */
export const linkedAway = (linked: Incident, to: string): Changes => ({
  status: 'linked',
  linkedTo: to,
  statusBeforeLink: linked.status,
  // What did not get there is seen, and counted, where it is linked to.
  ...(linked.failedUpdates ? { failedUpdates: 0 } : {}),
});

/** The incident that takes another one over. */
export function takenOver(
  to: Incident,
  { linked, isWaiting }: Pick<Share, 'linked' | 'isWaiting'>,
  { now, policy }: Moment,
): { changes: Changes; concluded: EventOf[] } {
  const customers = new Map<string, AffectedCustomer>(to.affectedCustomers.map((each) => [each.id, each]));
  for (const customer of linked.affectedCustomers) {
    const known = customers.get(customer.id);
    // Whom it knew by itself stays when the link is undone.
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
    at: now,
  };
  const reopened = reopenedBy(linked, to, isWaiting, now);
  return {
    changes: {
      links: [...(to.links ?? []), link],
      // What the linked one has sent is told of by its ticket, and is known here from now on.
      ...(linked.sending ? withSending(to.sending, linked.sending, now) : {}),
      affectedCustomers: [...customers.values()],
      ...withCount(to, isCounted ? count : undefined, policy),
      ...reopened?.changes,
    },
    concluded: reopened ? [reopened.event] : [],
  };
}

/** What goes on in a report that is linked goes on in the incident that takes it over. */
function reopenedBy(
  linked: Shared,
  to: Incident,
  isWaiting: boolean,
  now: Date,
): { changes: Changes; event: EventOf } | undefined {
  const isOver = to.status === 'recovered' || to.status === 'not-occurring';
  if (!isOver || linked.status !== 'open' || linked.ongoing === 'no' || !isWaiting) return undefined;
  const { status, ongoing } = to;
  const detail = {
    rule: 'linked-ongoing',
    why: 'A report was linked of which a customer has not recovered.',
    from: linked.id,
  };
  return {
    event: { type: 'reopened', actor: 'rule', occurredAt: now, detail },
    changes: {
      status: 'open',
      recoveredAt: null,
      ongoing: linked.ongoing,
      overBeforeLink: { at: now, status, ongoing, ...optional('recoveredAt', to.recoveredAt) },
    },
  };
}

/** What it was before a link opened it again, where none that was made since is left, and it was not found to go on. */
function statusAsBefore(incident: Incident, links: readonly Link[]): Changes | undefined {
  const { status, statusBeforeLink, overBeforeLink, reopenedAt } = incident;
  const isLinked = status === 'linked';
  if (!overBeforeLink || (isLinked ? statusBeforeLink : status) !== 'open') return undefined;
  const { at, status: known, ...was } = overBeforeLink;
  if (links.some((each) => each.at >= at) || (reopenedAt && reopenedAt >= at)) return undefined;
  return { ...was, ...(isLinked ? { statusBeforeLink: known } : { status: known }), overBeforeLink: null };
}

export const idsOf = (link: Link): string[] => [link.incidentId, ...(link.through ?? [])];

/** The linked incident by itself again, with whom its tickets have named since. */
export function takenHome(linked: Incident, { gained, survivor }: Return, policy: Policy): Changes {
  const customers = [...linked.affectedCustomers, ...gained];
  const count = countAffected(linked.impact.affectedCustomerCount, customers.length);
  const { linkedTo } = linked;
  return {
    status: linked.statusBeforeLink ?? 'open',
    linkedTo: null,
    statusBeforeLink: null,
    ...(linked.sending?.length ? handBack(linked.sending, survivor?.sending).linked : {}),
    ...(linkedTo ? { unlinkedFrom: apart(linked, linkedTo) } : {}),
    ...(gained.length > 0 ? { affectedCustomers: customers, ...withCount(linked, count, policy) } : {}),
  };
}

const apart = (from: Incident, id: string): string[] => [
  ...(from.unlinkedFrom ?? []).filter((each) => each !== id),
  id,
];

/**
 * What the end of a link takes with it.
 * @param chain the incident that it is linked to, the one that took that over, and so on to the one that survives
 */
export function decideLeaving(
  linked: State,
  chain: readonly State[],
): { home: Return; leaving: Omit<Leaving, 'below' | 'isLast'> } {
  const { incident } = linked;
  const survivor = chain.at(-1);
  const link = chain[0]?.incident.links?.find((each) => each.incidentId === incident.id);
  const gone = link ? idsOf(link) : [incident.id];
  const known = new Set(incident.affectedCustomers.map((each) => each.id));
  const gained = (survivor?.incident.affectedCustomers ?? []).flatMap(({ via, ...customer }): AffectedCustomer[] => {
    const own = via?.filter((each) => gone.includes(each)) ?? [];
    if (own.length === 0 || known.has(customer.id)) return [];
    return [own.includes(incident.id) ? customer : { ...customer, via: own }];
  });
  const ids = new Set(gained.map(({ id }) => id));
  const sending = survivor?.incident.sending;
  return {
    home: {
      gained,
      contacts: survivor ? saidWhileLinked(survivor, linked, gone, ids) : [],
      survivor: { ...optional('sending', sending) },
    },
    leaving: { linked: sharedOf(incident), gone, namedSince: [...ids], unnamedCount: link?.unnamedCount ?? 0 },
  };
}

export interface Undone {
  changes: Changes;
  customers: AffectedCustomer[];
  /** Whether some are still counted whom nobody has named. */
  hasUnnamed: boolean;
  /** What it is again where nobody waits, since the link had opened it. */
  over?: Changes | undefined;
}

/** One that had taken the linked incident over, without it. */
export function undoIn(incident: Incident, leaving: Leaving, policy: Policy): Undone {
  const { below, linked, isLast } = leaving;
  const gone = new Set(leaving.gone);
  const namedSince = new Set(leaving.namedSince);
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
  const named = names.filter(({ id }) => namedSince.has(id)).length;
  const brought = names.length - named + leaving.unnamedCount;
  const links = before.flatMap((link): Link[] => {
    if (gone.has(link.incidentId)) return [];
    if (link.incidentId === below?.id) return [linkWithout(link, gone, below)];
    if (link.countedBefore === undefined || !later.includes(link)) return [link];
    return [{ ...link, countedBefore: link.countedBefore - brought }];
  });
  // Those named since were counted already while anybody was: first those of the link, and then others, who are
  // counted again without them.
  const stillUnnamed = Math.max(0, unnamedIn(incident) - Math.max(0, leaving.unnamedCount - named));
  const lacking = mostUnnamed(customers, ending, later, below) - stillUnnamed;
  const unnamed = stillUnnamed + Math.max(0, Math.min(named - leaving.unnamedCount, lacking));
  const count = incident.impact.affectedCustomerCount === undefined ? undefined : customers.length + unnamed;
  return {
    customers,
    over: statusAsBefore(incident, links),
    hasUnnamed: (count ?? 0) > customers.length,
    changes: {
      links,
      affectedCustomers: customers,
      ...withCount(incident, count, policy),
      ...(below ? {} : { unlinkedFrom: apart(incident, linked.id) }),
      ...(isLast && linked.sending?.length ? handBack(linked.sending, incident.sending).there : {}),
    },
  };
}

/** How many may be counted whom nobody has named: of its own, of later links, and of the linked one that stays. */
function mostUnnamed(
  customers: readonly AffectedCustomer[],
  ending: Link | undefined,
  later: readonly Link[],
  below: Shared | undefined,
): number {
  const byLinks = new Set([...(ending ? [ending] : []), ...later].flatMap(idsOf));
  const own = customers.filter(({ via }) => !via?.every((each) => byLinks.has(each))).length;
  const ofLater = later.reduce((sum, each) => sum + each.unnamedCount, 0);
  return Math.max(0, (ending?.countedBefore ?? 0) - own) + ofLater + (below ? unnamedIn(below) : 0);
}

function linkWithout(link: Link, gone: ReadonlySet<string>, below: Shared): Link {
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
