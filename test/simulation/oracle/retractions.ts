/**
 * A mistake is retracted once, by anybody; what came in, what rules decided, links, and what a tool
 * has sent stay. From then on it counts as never said: in the incident's state, and in the sums, of which a slot that
 * only it had met is in none. What people were told before stays.
 */
import type { Answer, Call } from '../stage.ts';
import { isLinked, reaches } from './groups.ts';
import { closedSlots, counted, type Doc, date, type Records } from './records.ts';
import { canBeTaken, takenIn } from './retold.ts';
import { readStatement } from './said.ts';

/** One sending of a retraction. */
export interface Taking {
  incidentId: string;
  eventId: string;
  status: number | undefined;
  at: number;
}

/** @returns undefined for what takes nothing back */
export function readTaking(call: Call, answer: Answer | undefined, at: number): Taking | undefined {
  const stated = readStatement(call);
  if (stated?.statement.type !== 'retracted') return undefined;
  return { incidentId: stated.incidentId, eventId: stated.statement.eventId, status: answer?.status, at };
}

export function checkRetractions(takings: readonly Taking[], records: Records): string[] {
  return takings.flatMap((each) => checkTaking(each, records));
}

/** What was taken back leaves nothing behind. */
export function checkTakenBack(records: Records): string[] {
  return [...records.timelines].flatMap(([id, events]) =>
    events.some((each) => each.type === 'retracted') ? checkTaken(id, events, records) : [],
  );
}

/** What can be retracted is, other attempts are refused, and neither in vain nor with an error of ours. */
function checkTaking({ incidentId, eventId, status = 0, at }: Taking, records: Records): string[] {
  const events = records.timelines.get(incidentId) ?? [];
  const event = events.find((each) => each.id === eventId);
  const name = `That ${eventId} of ${incidentId} is taken back, asked for at ${date(at)},`;
  if (status < 300 || status >= 500) return [];
  if (status !== 409 && status !== 422) return [`${name} was answered ${status}.`];
  if (status === 422 && event !== undefined) return [`${name} was answered as if there were no such event.`];
  const isTaken = events.some((each) => each.type === 'retracted' && each.detail.eventId === eventId);
  if (!event || !canBeTaken(event) || isTaken) return [];
  return [`${name} was refused, and nothing stood against it.`];
}

function checkTaken(id: string, events: readonly Doc[], records: Records): string[] {
  const found: string[] = [];
  const taken = new Set<string>();
  const closings = new Map<string, Doc>();
  const isAlone = !isLinked(records, id);
  for (const [index, event] of events.entries()) {
    if (event.type === 'retracted') {
      const { eventId, type } = event.detail;
      const name = `What ${event.id} of ${id} takes back, ${eventId} (${type}),`;
      const before = events.slice(0, index);
      const statement = before.find((each) => each.id === eventId);
      if (!statement) found.push(`${name} had not been said.`);
      else if (!canBeTaken(statement) || statement.type !== type) found.push(`${name} is not for people to take back.`);
      if (taken.has(eventId)) found.push(`${name} had been taken back before.`);
      taken.add(eventId);
      if (statement) found.push(...checkSlots(id, event, statement, closings, { records, before, isAlone }));
    }
    for (const each of closedSlots(event)) closings.set(`${each.contactId} ${each.dueAt}`, each);
  }
  return found;
}

/** The slots that only it had met are no data any more, and no others; where they had ended before, that holds again. */
function checkSlots(
  id: string,
  { detail, recordedAt }: Doc,
  statement: Doc,
  closings: ReadonlyMap<string, Doc>,
  { records, before, isAlone }: { records: Records; before: readonly Doc[]; isAlone: boolean },
): string[] {
  const found: string[] = [];
  const slots: readonly Doc[] = detail.slots ?? [];
  for (const { contactId, dueAt, endAt, outcome, corrects, updatedAt } of slots) {
    const last = closings.get(`${contactId} ${dueAt}`);
    // One that comes to be by what is taken back corrects nothing.
    const was = last?.outcome === 'void' ? undefined : last?.outcome;
    // One that nobody had been reminded of, and that was announced later, is what it was without that.
    const isSame = outcome === was && was !== 'not-reminded' && updatedAt === last?.updatedAt && endAt === last?.endAt;
    if (was !== corrects || isSame)
      found.push(`The slot of ${contactId} in ${id} due ${date(dueAt)} was ${was}, and not ${corrects} (${outcome}).`);
  }
  if (statement.type !== 'customer-updated' || !isAlone) return found;
  const timeOf = (each: Doc): number => Math.min(each.occurredAt, each.recordedAt);
  const gone = takenIn(before);
  const left = before.filter(
    (each) => each.type === 'customer-updated' && !gone.has(each.id) && each.id !== statement.id,
  );
  for (const contact of records.contacts.get(id) ?? []) {
    if (!reaches(contact, statement) || left.some((each) => timeOf(each) === timeOf(statement))) continue;
    const own = [...closings.values()].filter((each) => each.contactId === contact.id);
    // One that had been sent before it, in the time of the same slot, has met that as well.
    const isMet = (dueAt: number): boolean => {
      const ends = own.flatMap((each) => (each.dueAt < dueAt ? [each.endAt] : []));
      const since = Math.max(contact.affectedKnownAt - 1, ...ends);
      return left.some(
        (each) =>
          reaches(contact, each) &&
          counted.includes(each.detail.channel ?? 'ticket') &&
          timeOf(each) > since &&
          timeOf(each) < timeOf(statement),
      );
    };
    const met = own.filter((each) => each.updatedAt === timeOf(statement) && each.outcome !== 'void');
    for (const { dueAt, outcome } of met) {
      if (isMet(dueAt) || slots.some((each) => each.contactId === contact.id && each.dueAt === dueAt)) continue;
      found.push(
        `The slot of ${contact.id} in ${id} due ${date(dueAt)} stays ${outcome} by an update that was taken back at ${date(recordedAt)}.`,
      );
    }
  }
  return found;
}
