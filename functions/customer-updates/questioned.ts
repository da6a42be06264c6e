/** Who wrote after their recovery, and has not heard from us since. Pure. */
import type { TimelineEvent } from '../incidents/facts/events.ts';
import type { Incident } from '../incidents/incident.ts';
import type { Contact } from '../incidents/rhythm/contact.ts';
import { contactOf, type Questioned } from './decide-notices.ts';

/** @returns the last word of each, the oldest first; of a ticket that is nobody's who is known there is none to answer */
export function unansweredQuestions(
  { status }: Pick<Incident, 'status'>,
  contacts: readonly Contact[],
  events: readonly TimelineEvent[],
): (Questioned & { contact: Contact; at: Date })[] {
  if (status !== 'recovered') return [];
  const last = new Map<string, Questioned & { contact: Contact; at: Date }>();
  for (const event of [...events].sort((a, b) => a.recordedAt.getTime() - b.recordedAt.getTime())) {
    if (event.type !== 'recovery-questioned') continue;
    const { customers, ticket, message } = event.detail;
    const word = { customers, ticket, ...(message === undefined ? {} : { message }) };
    const contact = contactOf(word, contacts);
    if (!contact || (contact.lastUpdateAt && contact.lastUpdateAt > event.recordedAt)) continue;
    last.set(contact.id, { word, contact, at: event.recordedAt });
  }
  return [...last.values()].sort((a, b) => a.at.getTime() - b.at.getTime());
}
