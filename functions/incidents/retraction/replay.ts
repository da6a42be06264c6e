/**
 * A timeline told again without what was retracted: people's statements are decided anew on what then stands, and what
 * tools, links and reviews changed is done to it again. It gives the facts; when customers are due, and which slots were
 * met, is told by the record itself. Pure.
 */

import type { Policy } from '../../policy.ts';
import { beginContacts } from '../beginning.ts';
import {
  applyEffects,
  effectsOfCount,
  named,
  needsContacts,
  recoveryOfThose,
  recoveryOnceJoined,
} from '../contact-effects.ts';
import { afterEvents, type ContactEffect, type Context } from '../decision.ts';
import type { TimelineEvent } from '../events.ts';
import { countAffected, type Incident, optional, unnamedIn } from '../incident.ts';
import { decideLaterWord } from '../later-word.ts';
import { type Contact, customerIdsOf, groupByContact, openContact, theOthersId } from '../rhythm/contact.ts';
import { countAgain, goWithOthers, reopenContact } from '../rhythm/ends.ts';
import { stopClock } from '../rhythm/slots.ts';
import { alsoCalled, authorIn, authorOf } from '../signal/author.ts';
import { scoreImpact } from '../signal/score.ts';
import type { Signal } from '../signal/signal.ts';
import { decideStatement } from '../statements/decide-statement.ts';
import { asResponse } from '../statements/given.ts';
import { applyChanges } from '../timeline.ts';
import { isSame, mergeFields } from './merge.ts';
import { isOwnStatement, statementOf } from './own-statements.ts';

export interface Replayed {
  incident: Incident;
  contacts: Map<string, Contact>;
  /** When which contact was updated, in a channel that counts. */
  updates: { contactId: string; at: Date }[];
}

/** An event that was recorded, with the incident as it then became. */
interface Recorded {
  event: TimelineEvent;
  previous: TimelineEvent | undefined;
  before: Incident;
  after: Incident;
}

/** What links have done to contacts, which no timeline tells; by the contacts' ids. */
export interface ByLinks {
  /** Those that there are: a link may have them wait again. */
  own: ReadonlyMap<string, Contact>;
  /** Those that links have brought, as the incidents from which they came have kept them. */
  brought: ReadonlyMap<string, Contact>;
}

const noLinks: ByLinks = { own: new Map(), brought: new Map() };

/**
 * @param events of one incident, in any order
 * @param without ids of the statements that are left out
 * @param words what its own ticket or alert has told: what was known already, by what is left out, is heard anew
 * @throws Error when the timeline has no `filed` event
 */
export function replay(
  events: readonly TimelineEvent[],
  without: ReadonlySet<string>,
  policy: Policy,
  words: readonly Signal[] = [],
  byLinks: ByLinks = noLinks,
): Replayed {
  const [filed, ...later] = ordered(events);
  if (filed?.type !== 'filed') throw new Error('A timeline begins with what was filed.');
  const begun = filed.changes as Incident;
  const contacts = begun.kind === 'incident' ? beginContacts(begun, begun, begun.filedAt, policy) : [];
  let state: Replayed = { incident: begun, contacts: byId(contacts), updates: [] };
  let before = begun;
  let previous: TimelineEvent | undefined = filed;
  const heard = heardAfter(events, words);
  for (const each of heard.get(filed.id) ?? []) state = hear(state, each, policy);
  for (const event of later) {
    const after = applyChanges(before, event.changes ?? {});
    if (!without.has(event.id)) state = tell(state, { event, previous, before, after }, policy, byLinks);
    for (const each of heard.get(event.id) ?? []) state = hear(state, each, policy);
    before = after;
    previous = event;
  }
  return state;
}

/** Those that changed the record, in the order in which they did. */
export function ordered(events: readonly TimelineEvent[]): TimelineEvent[] {
  return events.filter((each) => each.changes !== undefined).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** A word, and when it was heard. */
interface Heard {
  signal: Signal;
  at: Date;
}

/** The words that were heard right after an event: in their time, and so after what they changed. */
function heardAfter(events: readonly TimelineEvent[], words: readonly Signal[]): Map<string, Heard[]> {
  const told = ordered(events);
  const received = new Map(events.flatMap((each) => (each.type === 'signal-received' ? [[each.id, each]] : [])));
  const heard = words.flatMap((signal): (Heard & { after: string })[] => {
    const at = received.get(signal.id)?.recordedAt;
    if (!at) return [];
    const after = told.findLast((each) => each.recordedAt <= at);
    return after ? [{ signal, at, after: after.id }] : [];
  });
  return Map.groupBy(
    heard.sort((a, b) => a.at.getTime() - b.at.getTime()),
    ({ after }) => after,
  );
}

/** A report fills what is unknown, and opens again what was not found to occur. A reply is told by its own events. */
function hear(state: Replayed, { signal, at: now }: Heard, policy: Policy): Replayed {
  if (signal.kind === 'agent-replied') return state;
  const { incident, effects } = decideLaterWord(state.incident, signal, policy, now);
  return withEffects(state, incident, effects, { ...authorOf(signal), now, policy });
}

export const byId = (contacts: readonly Contact[]): Map<string, Contact> =>
  new Map(contacts.map((each) => [each.id, each]));

function tell(state: Replayed, recorded: Recorded, policy: Policy, byLinks: ByLinks): Replayed {
  const { event } = recorded;
  const context = { ...authorIn(event), now: event.recordedAt, policy, isRetold: true };
  if (isOwnStatement(event)) return tellStatement(state, recorded, context);
  switch (event.type) {
    // What time brings about, and what rules make of a statement, which is decided anew.
    case 'recovered':
    case 'reminded':
    case 'escalated':
    case 'paged':
    case 'slot-closed':
    case 'retracted':
    // Whether it is an emergency is judged as what remains is committed.
    case 'emergency-begun':
    case 'emergency-ended':
      return state;
    case 'urgency-changed':
      return recorded.previous && isOwnStatement(recorded.previous) ? state : carryOver(state, recorded, policy);
    case 'reopened':
      return tellReopened(state, recorded, context);
    case 'responded':
    case 'customer-updated':
      return tellReply(state, recorded, context);
    case 'corrected':
      return tellFurtherCustomers(state, recorded, context);
    case 'reviewed':
      return tellReview(state, recorded, context);
    case 'reclassified': {
      const next = carryOver(state, recorded, policy);
      const begun = beginContacts(next.incident, next.incident, next.incident.filedAt, policy);
      return { ...next, contacts: byId(begun) };
    }
    case 'linked':
    case 'unlinked':
      return tellLink(state, recorded, policy, byLinks);
    default:
      return carryOver(state, recorded, policy);
  }
}

/** @returns the same where it could not have been said of what then stands */
function tellStatement(state: Replayed, recorded: Recorded, context: Context): Replayed {
  const { event } = recorded;
  const statement = statementOf(event);
  // One that an older version took and this one does not know is kept as it was.
  if (!statement) return carryOver(state, recorded, context.policy);
  if (leavesWhatTheyLack(event, state.incident)) {
    const response = asResponse({ incident: state.incident, at: event.occurredAt, context });
    return { ...state, incident: applyChanges(state.incident, response) };
  }
  const decided = decideStatement(state.incident, statement, context);
  if ('refused' in decided) return state;
  const effects = decided.effects.map((each) => ofKnownCustomers(state, each));
  return withEffects(state, decided.incident, effects, context);
}

/** Who left a role to be taken has not taken it over, where they turn out never to have had it. */
function leavesWhatTheyLack(event: TimelineEvent, { roles }: Incident): boolean {
  if (event.type !== 'role-handed-over' || event.detail.to !== undefined) return false;
  return roles?.[event.detail.role]?.who !== event.actor;
}

/** Whoever was only named by what has been retracted is not affected, and what was said of them falls with it. */
function ofKnownCustomers({ contacts }: Replayed, effect: ContactEffect): ContactEffect {
  if (!('whom' in effect) || effect.whom === 'all') return effect;
  const known = new Set([...contacts.values()].flatMap(customerIdsOf));
  return { ...effect, whom: effect.whom.filter((id) => known.has(id)) };
}

function withEffects(state: Replayed, incident: Incident, effects: ContactEffect[], context: Context): Replayed {
  if (!needsContacts(state.incident, incident, effects)) return { ...state, incident };
  const effected = applyEffects([...state.contacts.values()], state.incident, incident, effects, context);
  const contacts = new Map([...state.contacts, ...byId(effected.contacts)]);
  const updates = effects.flatMap((effect) => {
    if (effect.kind !== 'updated' || !context.policy.cadence.countedChannels.includes(effect.channel)) return [];
    const at = new Date(Math.min(effect.sentAt.getTime(), context.now.getTime()));
    return named(contacts, effect).map(({ id }) => ({ contactId: id, at }));
  });
  return { incident: effected.incident, contacts, updates: [...state.updates, ...updates] };
}

/** A reply on the ticket is a response, and the update of its customer. */
function tellReply(state: Replayed, { event }: Recorded, context: Context): Replayed {
  if (event.type !== 'responded' && event.type !== 'customer-updated') return state;
  const { ticket, customers } = event.detail;
  const { responders, firstResponseAt } = asResponse({ incident: state.incident, at: event.occurredAt, context });
  const isNamed = event.actor !== ticket?.tool;
  const actorNames = alsoCalled(state.incident.actorNames, event);
  const incident = {
    ...state.incident,
    ...(firstResponseAt ? { firstResponseAt } : {}),
    ...(isNamed && responders ? { responders, ...optional('actorNames', actorNames) } : {}),
  };
  if (event.type === 'responded') return { ...state, incident };
  const { message, channel = 'ticket', recovery } = event.detail;
  const sent = { whom: customers ?? [], sentAt: event.occurredAt, channel, isRecovery: recovery === true };
  const effect = { kind: 'updated' as const, ...sent, ...optional('message', message), ...optional('ticket', ticket) };
  return withEffects(state, incident, [effect as ContactEffect], context);
}

/** Reported again, or linked with what goes on: where it is over. To be verified to go on is a statement of its own. */
function tellReopened(state: Replayed, { event, after }: Recorded, context: Context): Replayed {
  const { status } = state.incident;
  const isReport = event.detail.signalId !== undefined && status === 'not-occurring';
  const isLink = event.detail.from !== undefined && (status === 'recovered' || status === 'not-occurring');
  if (!isReport && !isLink) return state;
  const { recoveredAt: _, ...rest } = state.incident;
  const reopenedAt = isReport ? after.reopenedAt : rest.reopenedAt;
  const incident: Incident = {
    ...rest,
    status: 'open',
    ongoing: after.ongoing,
    ...optional('reopenedAt', reopenedAt),
    ...optional('overBeforeLink', after.overBeforeLink),
  };
  return withEffects(state, incident, isReport ? [{ kind: 'reopened', at: event.recordedAt }] : [], context);
}

/**
 * Customers whom a tool named later, and how many it counted: where somebody else had counted, that stands, and is no less
 * than those who are named.
 */
function tellFurtherCustomers(state: Replayed, recorded: Recorded, context: Context): Replayed {
  const { event } = recorded;
  const known = new Set(state.incident.affectedCustomers.map(({ id }) => id));
  const next = asNamedAgain(carryOver(state, recorded, context.policy), known, recorded);
  if (event.type !== 'corrected' || event.detail.field !== 'impact.affectedCustomerCount') return next;
  const { old, new: own } = event.detail;
  const { affectedCustomers } = next.incident;
  const counted = state.incident.impact.affectedCustomerCount ?? (old === null ? Number(own) : undefined);
  const count = countAffected(counted, affectedCustomers.length);
  const customers = affectedCustomers.filter(({ id }) => !known.has(id));
  const incident = withCount(next.incident, count, context.policy);
  return withEffects(state, incident, [{ kind: 'affected', customers, knownAt: event.occurredAt, count }], context);
}

/** Whom only what is left out had named before is affected by whose ticket names them now, and by nothing else. */
function asNamedAgain(state: Replayed, known: ReadonlySet<string>, { before }: Recorded): Replayed {
  const { incident } = state;
  const affectedCustomers = incident.affectedCustomers.map((each) => {
    const named = before.affectedCustomers.find(({ id }) => id === each.id);
    if (!named || known.has(each.id)) return each;
    const by = named.via ?? [incident.id];
    return {
      ...each,
      ...optional(
        'via',
        each.via?.filter((id) => !by.includes(id)),
      ),
    };
  });
  return { ...state, incident: { ...incident, affectedCustomers } };
}

/** The reference score follows how many there are. */
function withCount(incident: Incident, count: number | undefined, policy: Policy): Incident {
  const { affectedCustomerCount: _, ...others } = incident.impact;
  const impact = { ...others, ...optional('affectedCustomerCount', count) };
  const reference = scoreImpact(impact.businessImpact, impact.affectedCustomerCount, policy);
  return { ...incident, impact, score: { ...incident.score, reference } };
}

/** A review that counts whom an open incident affects makes a contact of those whom nobody has named. */
function tellReview(state: Replayed, recorded: Recorded, context: Context): Replayed {
  const next = asReviewed(carryOver(state, recorded, context.policy), recorded, context.policy);
  if (next.incident.impact.affectedCustomerCount === state.incident.impact.affectedCustomerCount) return next;
  // Whether they are counted anew is told by the record as it was before.
  return withEffects(state, next.incident, effectsOfCount(next.incident, context.now), context);
}

/** What the meeting has said itself stands, also where somebody had said the same before it, and has taken that back since. */
function asReviewed(state: Replayed, { event, after }: Recorded, policy: Policy): Replayed {
  if (event.type !== 'reviewed') return state;
  // Where the event does not tell what it said, as of old, what it changed is known.
  const stated = new Set(event.detail.stated ?? Object.keys(event.changes ?? {}));
  const isStated = ([field]: [string, unknown]): boolean => stated.has(field);
  const { scopedAt } = event.changes ?? {};
  const { affectedCustomerCount: count, ...others } = after.impact;
  const impact = {
    ...state.incident.impact,
    ...Object.fromEntries(Object.entries(others).filter(isStated)),
    ...(scopedAt ? optional('affectedCustomerCount', count) : {}),
  };
  const { cause, permanentFix, prevention } = after;
  const kept = Object.fromEntries(Object.entries({ cause, permanentFix, prevention }).filter(isStated));
  const confirmed = scoreImpact(impact.businessImpact, impact.affectedCustomerCount, policy);
  const score = { ...state.incident.score, confirmed };
  const scoped = scopedAt ? { scopedAt: state.incident.scopedAt ?? event.recordedAt } : {};
  return { ...state, incident: { ...state.incident, ...kept, ...scoped, impact, score } };
}

/** A link brings the customers of another report, and its end takes them away. */
function tellLink(state: Replayed, recorded: Recorded, policy: Policy, byLinks: ByLinks): Replayed {
  const { before, after, event } = recorded;
  const carried = carryOver(state, recorded, policy);
  const { status, ongoing, recoveredAt, overBeforeLink } = state.incident;
  // What is taken back may have been its end: then no link has opened it, and the end of the link gives nothing back.
  const isStillOpen = before.overBeforeLink && !after.overBeforeLink && !overBeforeLink;
  const { recoveredAt: _, ...others } = carried.incident;
  const asItWas = { ...others, status, ongoing, ...optional('recoveredAt', recoveredAt) };
  const told = isStillOpen ? { ...carried, incident: asItWas } : carried;
  const next = { ...told, incident: { ...told.incident, ...statusByLink(state.incident, event) } };
  const counted = (incident: Incident): number =>
    incident.impact.affectedCustomerCount ?? incident.affectedCustomers.length;
  const stated = counted(state.incident) + counted(after) - counted(before);
  const isCounted = after.impact.affectedCustomerCount !== undefined;
  const count = isCounted ? countAffected(Math.max(0, stated), next.incident.affectedCustomers.length) : undefined;
  const incident = withCount(next.incident, count, policy);
  const contacts = new Map<string, Contact>();
  const joins = event.type === 'linked' ? byLinks : noLinks;
  const isTakenHome = endsOwnLink(event);
  const put = (id: string, customers: Contact['customers']): void => {
    const begin = { id, customers, ticket: undefined, affectedKnownAt: event.recordedAt };
    const brought = asBrought(openContact(incident, begin, policy), joins.brought.get(id));
    const known = state.contacts.get(id) ?? goWithOthers(brought, incident, event.recordedAt, policy);
    // Who was told, or had recovered, waits again since a link: what they have now tells by which.
    const waitsAgain = joins.own.get(id)?.overBeforeLink?.at.getTime() === event.recordedAt.getTime();
    // So do those whom nobody has named, where all had been named by whom the end of a link takes away.
    const isCountedAgain = id === theOthersId && event.type === 'unlinked' && unnamedIn(state.incident) === 0;
    const counted = isCountedAgain ? countAgain(known, incident, event.recordedAt, policy) : known;
    const contact = waitsAgain ? reopenContact(known, incident, event.recordedAt, policy) : counted;
    // Who comes back to what was not found to occur is to be told so.
    const isAsked = isTakenHome && incident.status === 'not-occurring' && !contact.stoppedAt;
    contacts.set(id, { ...contact, customers, ...(isAsked ? { endsWith: 'not-occurring' as const } : {}) });
  };
  for (const [id, customers] of groupByContact(incident.affectedCustomers)) put(id, customers);
  if ((count ?? 0) > incident.affectedCustomers.length) put(theOthersId, []);
  const all = [...contacts.values()];
  const recovery =
    event.type === 'unlinked'
      ? recoveryOfThose(all, incident, event.recordedAt)
      : recoveryOnceJoined(all, incident, state.contacts.size > 0, event.recordedAt);
  return { ...next, incident: afterEvents(incident, recovery), contacts };
}

/** It was linked itself, and is told apart; of one that others were linked to, the event names which has left. */
const endsOwnLink = (event: TimelineEvent): boolean => event.type === 'unlinked' && event.detail.incident === undefined;

/** What is linked is as it was before once it is told apart: as it was by what stands. */
function statusByLink({ status, statusBeforeLink }: Incident, event: TimelineEvent): Partial<Incident> {
  if (event.type === 'linked' && event.detail.to !== undefined) return { statusBeforeLink: status };
  return endsOwnLink(event) ? { status: statusBeforeLink ?? 'open' } : {};
}

/** What was known of whom a link brings, they brought along; the link alone may have stopped their clock there. */
function asBrought(opened: Contact, origin: Contact | undefined): Contact {
  if (!origin) return opened;
  const { affectedKnownAt, lastUpdateAt, lastMessage, recoveredAt, stoppedAt, isStoppedByLink, dueReason } = origin;
  const known = { lastUpdateAt, lastMessage, recoveredAt };
  const told = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
  const contact: Contact = { ...opened, affectedKnownAt, ...told };
  if (stoppedAt && !isStoppedByLink) return stopClock(contact, stoppedAt, dueReason);
  return recoveredAt ? { ...contact, endsWith: 'recovery' } : contact;
}

/** What the event changed when it was recorded, changed now. Scores follow the impact that they are taken from. */
function carryOver(state: Replayed, { event, before, after }: Recorded, policy: Policy): Replayed {
  const changed = Object.keys(event.changes ?? {}) as (keyof Incident)[];
  const pick = (incident: Incident): Partial<Incident> =>
    Object.fromEntries(changed.filter((field) => field in incident).map((field) => [field, incident[field]]));
  const incident = mergeFields(state.incident, pick(before), pick(after));
  const score = scoreImpact(incident.impact.businessImpact, incident.impact.affectedCustomerCount, policy);
  const { reference, confirmed } = after.score;
  return {
    ...state,
    incident: {
      ...incident,
      score: {
        reference: isSame(reference, before.score.reference) ? incident.score.reference : score,
        confirmed: isSame(confirmed, before.score.confirmed) ? incident.score.confirmed : score,
      },
    },
  };
}
