/**
 * A contact is the set of what was said of it: each fact is what an event of the timeline says, none was taken back, and no
 * update, recovery or reminder is missing. A primary has what its links bring. Who is affected is judged in `standing.ts`.
 */
import { isNamed } from './groups.ts';
import { counted, type Doc, date, type Records, survivorOf } from './records.ts';
import { takenIn } from './retold.ts';

/** Of a message only what is shown of it. */
const mostCharacters = 1_000;
/** By which events somebody becomes known, or is counted, or not any more. */
const naming = [
  'filed',
  // On a linked incident: a report with news that says “ongoing”.
  'reported',
  'corrected',
  'reported-otherwise',
  'scoped',
  'verified',
  'reviewed',
  'reclassified',
  'reopened',
  'linked',
  'unlinked',
];
/** And by which they have recovered: those who are named after all had, recovered with them. */
const ending = [...naming, 'recovered', 'customer-updated', 'customer-removed'];

export function checkContactFacts(records: Records): string[] {
  return [...records.incidents].flatMap(([id, incident]) => {
    if (incident.kind !== 'incident' || incident.origin.tool === 'import') return [];
    const contacts = records.contacts.get(id) ?? [];
    const toAll: Doc[] = incident.toAll ?? [];
    return [
      ...contacts.flatMap((each) => each.facts.flatMap((fact: Doc) => checkFact(records, id, each, fact))),
      ...toAll.flatMap((fact) => checkFact(records, id, undefined, fact)),
      ...contacts.flatMap((each) => checkNothingMissing(records, id, each, [...each.facts, ...toAll])),
      ...(incident.status === 'linked' ? checkBrought(records, id, contacts) : []),
    ];
  });
}

/** A report, with all that was concluded from it. */
const saidBy = (events: readonly Doc[], { type, detail, ...event }: Doc): Doc[] =>
  type === 'reported'
    ? events.filter((each) => each.detail.signalId === detail.signalId)
    : [{ type, detail, ...event }];

/** The place of the report that an event was concluded from, or its own. */
function placeIn(events: readonly Doc[], { id, isFact, detail }: Doc): string {
  const isOfReport = ({ type, detail: said }: Doc): boolean => type === 'reported' && said.signalId === detail.signalId;
  return isFact === false ? (events.find(isOfReport)?.id ?? id) : id;
}

/** The incident that recorded a fact, and the place of its event there. */
function placeOf(id: string, fact: Doc): [string, string] {
  const [by, place] = String(fact.id).split('/');
  return place === undefined ? [id, String(by)] : [String(by), place];
}

function checkFact(records: Records, id: string, contact: Doc, fact: Doc): string[] {
  // The counts of all parts tell that nobody is left of those that a report had counted.
  if (fact.of === '+') return [];
  const isAsked = records.incidents.get(fact.of)?.kind === 'question';
  // Who asked is known on the primary by the link, at its place there.
  const [by, place] = isAsked ? [id, placeOf(id, fact)[1]] : placeOf(id, fact);
  const events = records.timelines.get(by) ?? [];
  const event = events.find((each) => each.id === place);
  const name = `${contact?.id ?? 'All'} of ${id}: ${fact.type} by ${by} ${place}, ${date(fact.at)},`;
  if (!event) return [`${name} is said by no event.`];
  if (by === id && takenIn(events).has(place)) return [`${name} was taken back, and counts.`];
  // A report that changed nothing as it came does so once a statement is taken back, at the place that came next then.
  const isHeard = records.received.some((each) => each.recordedAt === fact.recordedAt);
  // There it may have named another customer of the same contact.
  const there = by === id ? undefined : records.contacts.get(by)?.find((each) => each.id === contact?.id);
  const said = saidBy(events, event);
  return [contact, ...(there ? [there] : [])].some((each) => said.some((one) => isSaid(one, fact, each))) ||
    (isHeard && fact.type === 'known')
    ? []
    : [`${name} is not what ${event.type} says.`];
}

function isSaid(event: Doc, fact: Doc, contact: Doc): boolean {
  const { type, detail, occurredAt, recordedAt } = event;
  // What was said to all counts for customers who were recorded later since then.
  if (fact.type === 'recovered' ? fact.recordedAt < recordedAt : fact.recordedAt !== recordedAt) return false;
  const isOfThem = contact === undefined ? (detail.customers ?? 'all') === 'all' : isNamed(contact, detail);
  switch (fact.type) {
    case 'updated':
      return (
        type === 'customer-updated' &&
        counted.includes(detail.channel ?? 'ticket') &&
        (fact.isRecovery === true) === (detail.recovery === true) &&
        fact.at === occurredAt &&
        (fact.message ?? '') === (detail.message ?? '').slice(0, mostCharacters) &&
        isOfThem
      );
    case 'recovered':
      return type === 'recovered' || type === 'customer-updated'
        ? isOfThem && fact.at === occurredAt
        : ending.includes(type);
    case 'recovery-corrected':
      return (
        type === 'corrected' && detail.field === 'recoveredAt' && fact.at === detail.new && fact.from === detail.old
      );
    case 'reminded':
      // The notice may be one of the next deadline as well.
      return type === 'reminded' && fact.at === occurredAt && (latestOf(event, contact) ?? Infinity) <= fact.dueAt;
    case 'escalated':
      return type === 'escalated' && fact.at === occurredAt && isEscalated(contact, detail);
    case 'unreached':
      return type === 'update-failed';
    default:
      return naming.includes(type);
  }
}

/** The latest of a contact's deadlines that a reminder named. */
function latestOf({ detail }: Doc, contact: Doc): number | undefined {
  const own = (detail.slots ?? []).filter((each: Doc) => each.contactId === contact.id).map((each: Doc) => each.dueAt);
  return own.length > 0 ? Math.max(...own) : undefined;
}

const isEscalated = ({ isTheOthers, customers }: Doc, detail: Doc): boolean =>
  isTheOthers ? detail.customers.includes('others') : customers.some(({ id }: Doc) => detail.customers.includes(id));

/** Each update, recovery and reminder of a contact on its incident's timeline, unless it was taken back, is a fact of it. */
function checkNothingMissing(records: Records, id: string, contact: Doc, facts: readonly Doc[]): string[] {
  const events = records.timelines.get(id) ?? [];
  const taken = takenIn(events);
  // One that went home with a link's end and came again names this incident itself.
  const has = new Set(facts.map((each) => `${each.type} ${placeOf(id, each).join('/')}`));
  const known = facts.filter(({ type }) => type === 'known' || type === 'counted');
  const { members = {} } = records.incidents.get(id)?.outage ?? {};
  const sinceOf = (fact: Doc): string => members[fact.of]?.since ?? (placeOf(id, fact)[0] === id ? fact.id : '');
  return events.flatMap((event) => {
    const kind = kindOf(event, contact);
    // Who was not known yet is in no statement that names customers; what is said to all is the incident's.
    const isKnown = known.some((each) => sinceOf(each) < event.id);
    const isToAll = (event.detail.customers ?? 'all') === 'all';
    const place = `${kind} ${id}/${placeIn(events, event)}`;
    // What a linked ticket said is a fact of that incident.
    const isElsewhere = event.detail.of !== undefined;
    if (kind === undefined || isElsewhere || taken.has(event.id) || !(isKnown || isToAll) || has.has(place)) return [];
    return [`${contact.id} of ${id} has nothing of ${event.type} ${event.id}, ${date(event.recordedAt)}.`];
  });
}

function kindOf(event: Doc, contact: Doc): string | undefined {
  const { type, actor, detail } = event;
  if (type === 'reminded') return latestOf(event, contact) === undefined ? undefined : 'reminded';
  if (type === 'recovered') return actor !== 'rule' && isNamed(contact, detail) ? 'recovered' : undefined;
  if (type !== 'customer-updated' || !isNamed(contact, detail)) return undefined;
  if (counted.includes(detail.channel ?? 'ticket')) return 'updated';
  return detail.recovery === true ? 'recovered' : undefined;
}

/** What is known of a linked incident's customers is known of them in its primary. */
function checkBrought(records: Records, id: string, contacts: readonly Doc[]): string[] {
  const linkedTo = survivorOf(records, id);
  const there = new Map((records.contacts.get(linkedTo) ?? []).map((each) => [each.id, each]));
  const keyOf = (incident: string, fact: Doc): string => `${fact.type} ${placeOf(incident, fact).join('/')}`;
  return contacts.flatMap((contact) => {
    const has = new Set((there.get(contact.id)?.facts ?? []).map((each: Doc) => keyOf(linkedTo, each)));
    const lacks = contact.facts.filter((each: Doc) => !has.has(keyOf(id, each)));
    return lacks.map((each: Doc) => `${contact.id} of ${id}: ${each.type} ${each.id} is not known in ${linkedTo}.`);
  });
}
