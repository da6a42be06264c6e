/**
 * Statements about an incident are kept: a fact as it was last stated, a time as the earliest that was, its score by table D,
 * and what is to be done about it by when table G says. What was taken back was not stated.
 */
import { dayMs } from '../calendar.ts';
import { hadMembers, isLinked } from './groups.ts';
import { applyChanges, canonical, type Doc, date, type Records } from './records.ts';
import { isStated, retell, takenIn, wordsOf } from './retold.ts';
import { commitMs, toleranceMs } from './windows.ts';

/** By what each fact is stated. */
const facts: Record<string, (event: Doc) => unknown> = {
  assignee: ({ type, detail }) => (type === 'assigned' ? detail.assignee : undefined),
  'mitigation.kind': ({ type, detail }) => (type === 'mitigated' ? detail.kind : undefined),
  'cause.category': ({ type, detail }) =>
    type === 'caused' ? detail.category : type === 'reviewed' ? detail.cause?.category : undefined,
  'cause.releaseId': ({ type, detail }) =>
    type === 'caused' ? detail.releaseId : type === 'reviewed' ? detail.cause?.releaseId : undefined,
  'impact.businessImpact': ({ type, detail }) => (type === 'reviewed' ? detail.businessImpact : undefined),
  'impact.scopeMethod': ({ type, detail }) => (type === 'scoped' ? detail.method : undefined),
  'impact.recurrenceRisk': ({ type, detail }) => (type === 'scoped' ? detail.recurrenceRisk : undefined),
  permanentFix: ({ type, detail }) => (type === 'fixed' ? detail.permanentFix : undefined),
  prevention: ({ type, detail }) => (type === 'prevention' ? detail.text : undefined),
  title: () => undefined,
  description: () => undefined,
};

/** By what each time is stated. */
const times = { verifiedAt: 'verified', scopedAt: 'scoped', mitigatedAt: 'mitigated' };

const earliest = (times: readonly number[]): number | undefined => (times.length > 0 ? Math.min(...times) : undefined);
export const fieldOf = (doc: Doc, path: string): unknown => path.split('.').reduce((each, name) => each?.[name], doc);

export function checkFacts(records: Records): string[] {
  return [
    ...[...records.incidents].flatMap(([id, incident]) =>
      incident.origin.tool === 'import' ? [] : checkIncident(records, id, incident),
    ),
    ...[...records.timelines].flatMap(([id, timeline]) => [
      ...checkWhileLinked(id, timeline),
      ...checkDenials(id, timeline),
      ...checkOld(id, timeline),
      ...checkPossible(id, timeline),
    ]),
    ...checkReceived(records),
    ...records.actions.flatMap((each) => checkDue(each, records)),
  ];
}

function checkIncident(records: Records, id: string, incident: Doc): string[] {
  const timeline = records.timelines.get(id) ?? [];
  const taken = takenIn(timeline);
  // What the ticket of a member tells is told here as well, and is that member's.
  const [filed, ...events] = timeline.filter((each) => !taken.has(each.id) && each.detail?.of === undefined);
  const expected: [name: string, stated: unknown][] = [];
  for (const [name, read] of Object.entries(facts)) {
    const stated = events.flatMap((event) => {
      const { type, detail } = event;
      const value = type === 'corrected' && detail.field === name ? detail.new : read(event);
      return value === undefined || value === null ? [] : [value];
    });
    const all = stated.at(-1) ?? fieldOf(filed?.changes, name);
    expected.push([name, all]);
  }
  for (const [name, type] of Object.entries(times)) {
    const stated = events.filter((event) => event.type === type).map(({ occurredAt }) => occurredAt);
    // A meeting that counts the customers finds out the scope, if nobody had by then.
    const isMeeting = ({ type, occurredAt }: Doc): boolean => type === 'reviewed' && occurredAt === incident.scopedAt;
    if (name === 'scopedAt') stated.push(...events.filter(isMeeting).map(({ occurredAt }) => occurredAt));
    expected.push([name, earliest(stated)]);
  }
  let named: ReadonlySet<string>;
  if (!isLinked(records, id)) {
    const own = taken.size > 0 ? leftOf(records, id) : customersOf(filed, events);
    expected.push(['impact.affectedCustomerCount', own.count]);
    named = own.named;
  } else {
    const count = countWithoutLinks(incident, filed, events);
    if (count) expected.push(['impact.affectedCustomerCount', count.value]);
    // Customers that it knows by itself stay when a link is undone.
    const words = new Set(wordsOf(records, id).map((each) => each.id));
    const own = events.filter(({ detail }) => detail?.signalId === undefined || words.has(detail.signalId));
    named = customersOf(filed, own).named;
  }
  const known = new Set(incident.affectedCustomers.map((each: Doc) => each.id));
  for (const each of named) if (!known.has(each)) expected.push([`affectedCustomers.${each}`, each]);
  for (const [role, who] of rolesBy(events)) expected.push([`roles.${role}.who`, who]);
  for (const each of respondersOf(events)) {
    if (!incident.responders.includes(each)) expected.push([`responders.${each}`, each]);
  }
  if (incident.kind === 'incident') expected.push(['missing', lacking(incident)]);
  const review = events.findLast((event) => event.type === 'reviewed');
  if (review) expected.push(['score.confirmed.value', scoreOf(review.detail)]);
  // What the meeting confirms leaves the reference as it was.
  const references = [incident.impact, ...(review ? [review.detail.old.impact] : [])].map(scoreOf);
  const { value } = incident.score.reference;
  // Of what a meeting found there, and was taken back or left with a link since, no score is left.
  const hasLess =
    taken.size > 0 ||
    events.some(({ type, detail }) => type === 'withdrawn' || (type === 'unlinked' && detail.incident));
  if (!references.includes(value) && !(review && hasLess)) expected.push(['score.reference.value', references[0]]);
  // What an outage shows of its impact is a sum: `sums.ts` judges it.
  const { own = incident } = incident.outage ?? {};
  const wrong = expected.flatMap(([name, stated]) => {
    const is = fieldOf(name === 'impact.businessImpact' ? own : incident, name);
    if (canonical(is) === canonical(stated)) return [];
    return [`${name} of ${id} should be ${canonical(stated)}, as it was last stated, and is ${canonical(is)}.`];
  });
  return [...wrong, ...checkCount(id, incident), ...checkLeft(records, id, incident, named)];
}

/** Named customers are counted. */
function checkCount(id: string, { affectedCustomers, impact }: Doc): string[] {
  const named: number = affectedCustomers.length;
  const count: number | undefined = impact.affectedCustomerCount;
  return named === 0 || (count ?? 0) >= named ? [] : [`${id} names ${named} customers, and counts ${count}.`];
}

/** Customers known from links alone left with the last link; what its own ticket told meanwhile went to the primary. */
function checkLeft(records: Records, id: string, incident: Doc, named: ReadonlySet<string>): string[] {
  const { status, links = [], affectedCustomers } = incident;
  if (!isLinked(records, id) || status === 'linked' || links.length > 0) return [];
  const told = wordsOf(records, id).flatMap((each) => [each.customer, ...each.affectedCustomers]);
  const own = new Set([...named, ...told.map((each) => each?.id)]);
  return affectedCustomers
    .filter((each: Doc) => !own.has(each.id))
    .map(
      (each: Doc) => `${each.id} stays among those whom ${id} affects, and only what was linked to it had named them.`,
    );
}

/** A role's taker has it, until it is handed over: to somebody, by its holder to nobody, else to the person who says so. */
function rolesBy(events: readonly Doc[]): Map<string, string | undefined> {
  const roles = new Map<string, string | undefined>();
  for (const { type, actor, detail } of events) {
    if (type === 'role-taken') roles.set(detail.role, actor);
    if (type !== 'role-handed-over') continue;
    // Taking one over names the taker: without a name, the holder has left it.
    if (detail.to !== undefined) roles.set(detail.role, detail.to);
    else if (roles.get(detail.role) === actor) roles.set(detail.role, undefined);
  }
  return roles;
}

/** Everybody who stated something done about it, or was given something to do. */
function respondersOf(events: readonly Doc[]): Set<string> {
  const responding = events.filter((each) => isStated(each) && !['corrected', 'commented'].includes(each.type));
  return new Set(responding.flatMap(({ actor, detail }) => [actor, detail.assignee ?? [], detail.to ?? []].flat()));
}

/** What the review needs of every incident, and of one that occurred. */
const needed =
  'occurredAt impact.businessImpact impact.affectedCustomerCount impact.scopeMethod impact.scopeEvidenceUrl ' +
  'impact.recurrenceRisk firstResponseAt verifiedAt';
const neededOfWhatOccurred = 'mitigation recoveredAt cause permanentFix prevention';

/** @returns what it says that nobody has said, as it should be: what is not judged here stays as it is */
function lacking(incident: Doc): Doc[] {
  // What is linked lacks what it lacks by itself.
  const isOver = (incident.linkedTo ? incident.outage.own.status : incident.status) === 'not-occurring';
  const names = [...needed.split(' '), ...(isOver ? [] : neededOfWhatOccurred.split(' '))];
  const lacks = new Set(names.filter((name) => fieldOf(incident, name) === undefined));
  if (incident.ongoing === 'unknown') lacks.add('ongoing');
  const judged = [...names, 'ongoing', ...neededOfWhatOccurred.split(' ')];
  const said: Doc[] = incident.missing.filter(({ field }: Doc) => !judged.includes(field) || lacks.delete(field));
  return [...said, ...[...lacks].map((field) => ({ field }))];
}

/** What of an incident people may state while it is linked: the rest is stated of the one that took it over. */
const whileLinked = new Set(['commented', 'linked', 'unlinked', 'retracted', 'withdrawn']);

function checkWhileLinked(id: string, timeline: readonly Doc[]): string[] {
  let linked = false;
  return timeline.flatMap(({ id: eventId, type, actor, detail, changes }) => {
    const was = linked;
    linked = (changes?.status ?? (linked ? 'linked' : 'open')) === 'linked';
    const isOfPeople = actor !== 'rule' && detail?.signalId === undefined && changes !== undefined;
    if (!was || !isOfPeople || whileLinked.has(type)) return [];
    return [`${id} was linked, and yet ${type} was stated of it as ${eventId}.`];
  });
}

/** That nothing happens ends an incident: it is shown, and not only said. */
function checkDenials(id: string, timeline: readonly Doc[]): string[] {
  const denials = timeline.filter(({ type, detail }) => type === 'verified' && detail.happened === 'no');
  const unseen = denials.filter(({ detail, evidenceUrl }) => !detail.method || !evidenceUrl);
  return unseen.map((each) => `${id} was found not to occur by ${each.id}, which does not show it.`);
}

const after = ['firstResponseAt', 'verifiedAt', 'scopedAt', 'mitigatedAt', 'recoveredAt'];

/** What is from before it occurred, where that is known to the minute; what has been received has occurred by then. */
const isBefore = (at: number | undefined, { occurredAt, receivedAt, isOccurredAtApproximate }: Doc): boolean =>
  at !== undefined && !isOccurredAtApproximate && at < Math.min(occurredAt ?? 0, receivedAt);

/** Nobody states what cannot have been: by no correction does anything come to be from before it occurred that was not. */
export function checkPossible(id: string, timeline: readonly Doc[]): string[] {
  const state: Doc = {};
  return timeline.flatMap(({ id: eventId, type, actor, detail, changes, occurredAt }) => {
    const was = { ...state };
    applyChanges(state, changes);
    const isOfPeople = actor !== 'rule' && detail?.signalId === undefined;
    const name = `${type} of ${id} (${eventId})`;
    if (!isOfPeople || was.occurredAt === undefined) return [];
    if (type === 'corrected') {
      const is = { ...was, [detail.field]: detail.new };
      if (detail.field === 'occurredAt') delete is.isOccurredAtApproximate;
      return after
        .filter((field) => isBefore(is[field], is) && (field === detail.field || !isBefore(was[field], was)))
        .map((field) => `By ${name} its ${field} is ${date(is[field])}, before it occurred at ${date(is.occurredAt)}.`);
    }
    const isSaidBefore =
      ['responded', 'verified', 'scoped', 'mitigated', 'recovered'].includes(type) && isBefore(occurredAt, was);
    return isSaidBefore ? [`${name} was at ${date(occurredAt)}, before it occurred at ${date(was.occurredAt)}.`] : [];
  });
}

/** A correction shows the earlier value. */
function checkOld(id: string, timeline: readonly Doc[]): string[] {
  const state: Doc = {};
  return timeline.flatMap(({ id: eventId, type, detail, changes }) => {
    const was = type === 'corrected' ? fieldOf(state, detail.field) : undefined;
    applyChanges(state, changes);
    // What is not known is nothing.
    const written = (value: unknown): string => canonical(value === 'unknown' ? null : (value ?? null));
    if (type !== 'corrected' || written(detail.old) === written(was)) return [];
    // Then it is what the sum was, which no event tells.
    if (hadMembers(timeline, eventId)) return [];
    return [
      `${eventId} of ${id} corrects ${detail.field} from ${canonical(detail.old)}, and that was ${canonical(was)}.`,
    ];
  });
}

/** What came in after its incident was filed is on a timeline, as it was and when. */
function checkReceived({ incidents, received, signals, timelines }: Records): string[] {
  const reported = [...timelines.values()].flat().filter(({ type }) => type === 'reported');
  const entries = new Map<string, Doc>([
    ...received.map((each): [string, Doc] => [each.id, each]),
    ...reported.map((each): [string, Doc] => [each.detail.signalId, each]),
  ]);
  const filing = new Set([...timelines.values()].map(([filed]) => filed?.detail.signalId));
  return signals.flatMap((signal) => {
    const { id, tool, agent, sourceId, kind, title, message, happenedAt, receivedAt } = signal;
    const entry = entries.get(id);
    // The end of a ticket that nobody knew begins nothing.
    const isAlone = filing.has(id) || signal.said.what === 'end' || !incidents.has(signal.incidentId);
    if (!entry) return isAlone ? [] : [`What came in as ${id} of ${tool} ${sourceId} is on no timeline.`];
    const is: Doc = { ...entry.detail, actor: entry.actor, occurredAt: entry.occurredAt };
    const was = { actor: agent ?? tool, occurredAt: happenedAt ?? receivedAt, tool, sourceId, kind, title, message };
    return Object.entries(was).flatMap(([name, value]) =>
      (is[name] || undefined) === (value || undefined)
        ? []
        : [`${name} of what came in as ${id} is ${is[name]} on the timeline, and was ${value}.`],
    );
  });
}

/** Once all of its links are undone it counts the customers from before them, unless somebody has counted again since. */
function countWithoutLinks(
  { status, links, affectedCustomers }: Doc,
  filed: Doc,
  events: readonly Doc[],
): { value: unknown } | undefined {
  const first = events.findIndex(({ type }) => type === 'linked');
  const counting = new Set(['scoped', 'reviewed', 'corrected', 'retracted']);
  const isCounted = events.slice(first).some(({ type }) => counting.has(type));
  if (first < 0 || isCounted || status === 'linked' || links?.length > 0) return undefined;
  const { count } = customersOf(filed, events.slice(0, first));
  // Customers that its own ticket has named meanwhile go with it.
  const named = affectedCustomers.length;
  return { value: named > 0 ? Math.max(count ?? 0, named) : count };
}

function leftOf(records: Records, id: string): { count: number | undefined; named: Set<string> } {
  const { count, customers } = retell(records, id);
  return { count, named: new Set(customers) };
}

/** The named customers, and as many as were last counted, and no fewer than are named. */
function customersOf(filed: Doc, events: readonly Doc[]): { count: number | undefined; named: Set<string> } {
  const named = new Set<string>((filed?.changes.affectedCustomers ?? []).map((each: Doc) => each.id));
  const stated: number | undefined = filed?.changes.impact.affectedCustomerCount;
  let count = named.size > 0 ? Math.max(stated ?? 0, named.size) : stated;
  for (const { type, detail } of events) {
    const isCount = type === 'corrected' && detail.field === 'impact.affectedCustomerCount';
    if (type === 'scoped' || type === 'reviewed') count = detail.affectedCustomerCount ?? count;
    // Reports add to what was counted before them, and change it where a report had counted fewer.
    const isCounted = detail.signalId === undefined || (count !== undefined && detail.counted > count);
    if (isCount) count = isCounted ? detail.new : (count ?? detail.new);
    const more: Doc[] = type === 'scoped' ? (detail.affectedCustomers ?? []) : isCount ? (detail.customers ?? []) : [];
    for (const each of more) named.add(each.id);
    if (named.size > 0) count = Math.max(count ?? 0, named.size);
  }
  return { count, named };
}

/** Table D: what it does to the business by how many customers. */
export function scoreOf({ businessImpact, affectedCustomerCount: count }: Doc): number | null {
  const weight: number | undefined = { stopped: 4, degraded: 2, inconvenient: 1, none: 0 }[String(businessImpact)];
  if (weight === undefined || count === undefined || count === null) return null;
  return weight * [1, 2, 10, 100].filter((from) => count >= from).length;
}

/** Table G: 15 days where what the meeting has confirmed by then is 8 or more, or nothing; else 30. */
function checkDue({ id, incidentId, createdAt, dueAt, due, history = [] }: Doc, records: Records): string[] {
  const reviews = (records.timelines.get(incidentId) ?? []).filter((each) => each.type === 'reviewed');
  // Made while a review was being recorded, by the clock of another, it knew of that or did not.
  // Whatever is changed of it judges it again.
  const changedAt = history.map((each: Doc) => each.at);
  const days = [createdAt - commitMs, createdAt - 1, createdAt + toleranceMs, ...changedAt].map((until) => {
    const review = reviews.findLast((each) => each.recordedAt <= until);
    const score = scoreOf(review?.detail ?? {});
    return score === null || score >= 8 ? 15 : 30;
  });
  // What it says that it was judged by is what it goes by.
  const { rule, inputs } = due;
  const judged =
    inputs.confirmedScore === null ? 'score-unknown' : inputs.confirmedScore >= 8 ? 'high-score' : 'other-score';
  const isSo = rule === judged && dueAt === inputs.from + (rule === 'other-score' ? 30 : 15) * dayMs;
  const found = isSo
    ? []
    : [`${id} is due ${date(dueAt)} by ${rule}, of a score of ${inputs.confirmedScore} since ${date(inputs.from)}.`];
  if (days.some((each) => dueAt === createdAt + each * dayMs)) return found;
  return [
    ...found,
    `${id} of ${incidentId}, made at ${date(createdAt)}, should be due in ${days[1]} days, and is on ${date(dueAt)}.`,
  ];
}
