/**
 * What the contacts hold and the incident's own timeline does not: what was said to customers on a primary during a link, and
 * reminders in an outage. Pure.
 */
import type { Policy } from '../../policy.ts';
import { type ContactFact, isFromElsewhere, isOfRecovery, isTold, union } from '../clocks/facts.ts';
import type { ConclusionOf, TimelineEvent } from '../facts/events.ts';
import { listMissing } from '../facts/missing.ts';
import { applyChanges, type Fact } from '../facts/timeline.ts';
import type { Incident } from '../incident.ts';
import { type Contact, readClocks, type State, withSums } from '../rhythm/contact.ts';
import { recoveryOfThose } from './recovery.ts';
import { isKnown } from './show.ts';

export type Kept = ReadonlyMap<string, { contact: Contact; facts: readonly ContactFact[] }>;

/** @returns undefined if the incident never had a link: its timeline holds everything */
export function keptOf(contacts: State['contacts'], events: readonly TimelineEvent[]): Kept | undefined {
  if (!events.some(({ type }) => type === 'linked')) return undefined;
  const kept = [...contacts].map(([id, contact]) => {
    const facts = contact.facts.filter((each) => !each.of && (isTold(each) || isFromElsewhere(each)));
    return [id, { contact, facts }] as const;
  });
  return new Map(kept);
}

/** When the link ends, adds what was said to the customers on the primary. */
export function takeHome(
  { incident, contacts }: State,
  kept: Kept,
  { recordedAt: now, detail }: Fact<'unlinked'>,
  policy: Policy,
): State & { concluded: ConclusionOf[] } {
  if (detail.incident !== undefined) return { incident, contacts, concluded: [] };
  const all = new Map(contacts);
  let isTold = false;
  for (const [id, { facts }] of kept) {
    const known = all.get(id);
    const said = facts.filter((each) => isFromElsewhere(each) && each.recordedAt <= now);
    if (!known || said.length === 0) continue;
    all.set(id, { ...known, facts: union(known.facts, said) });
    isTold ||= said.some(isOfRecovery);
  }
  const apart = withoutThose(incident, detail.takenOff);
  const read = readClocks([...all.values()].filter(isKnown), apart, now, policy);
  const recovery = isTold ? recoveryOfThose([...read.values()], apart, now) : undefined;
  const recovered = recovery ? applyChanges(apart, recovery.changes) : apart;
  const home = withAnswers(withSums(recovered, read), read);
  return {
    incident: { ...home, missing: listMissing(home) },
    contacts: new Map([...all, ...read]),
    concluded: recovery ? [recovery.event] : [],
  };
}

function withoutThose(incident: Incident, gone: readonly string[] = []): Incident {
  if (gone.length === 0) return incident;
  const { affectedCustomers, takenOff = [] } = incident;
  return {
    ...incident,
    affectedCustomers: affectedCustomers.filter(({ id }) => !gone.includes(id)),
    takenOff: [...new Set([...takenOff, ...gone])],
  };
}

/** Drops messages that an update on the primary has answered. */
function withAnswers(incident: Incident, contacts: State['contacts']): Incident {
  const { unanswered = [], ...rest } = incident;
  const all = [...contacts.values()];
  const left = unanswered.filter(
    ({ customers, ticket, at }) =>
      !all.some(
        (each) =>
          (each.customers.some(({ id }) => customers.includes(id)) ||
            (each.ticket?.tool === ticket.tool && each.ticket.id === ticket.id)) &&
          each.lastUpdateAt &&
          each.lastUpdateAt >= at,
      ),
  );
  if (left.length === unanswered.length) return incident;
  return left.length > 0 ? { ...rest, unanswered: left } : rest;
}
