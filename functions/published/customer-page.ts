/**
 * What a customer is shown of an incident, field by field: their own words, times, whether they can work, and texts that a person
 * confirmed for them. Customers who are told together see the same messages. Pure.
 */
import { isSeen } from '../customer-updates/draft.ts';
import type { TicketReport } from '../customer-updates/ticket-reports.ts';
import { ofThisContact } from '../incidents/clocks/facts.ts';
import { codeOf, type Incident, optional } from '../incidents/incident.ts';
import { allFactsOf, type Contact } from '../incidents/rhythm/contact.ts';
import type { BusinessImpact } from '../incidents/signals/signal.ts';
import type { UpdateRecord } from '../outgoing/tickets/update.ts';
import type { Policy } from '../policy.ts';
import { cut } from '../words/clock.ts';

export interface ShownIncident {
  code: string;
  /** `closed`: it ended without a recovery, since it could not be confirmed or the customer was not affected. */
  state: 'open' | 'recovered' | 'closed';
  /** The subject of the customer's own ticket. */
  subject?: string;
  /** What does not work, by its public name in both languages. */
  what?: { ja: string; en: string };
  /** As a person stated it. */
  impact?: Exclude<BusinessImpact, 'none'>;
  since: Date;
  endedAt?: Date;
  /** When the customer hears from the team again. */
  nextUpdateAt?: Date;
  /** Oldest first; without the text if nobody confirmed it for this customer. */
  told: { at: Date; text?: string }[];
  /** The record's version: an older state never replaces a newer one. */
  sequence: number;
}

/** The document of one customer, which the public function reads. */
export interface CustomerPage {
  /** As the team or the customer calls them; absent if only others named them. */
  name?: string;
  /** By incident code. */
  incidents: Record<string, ShownIncident>;
  expiresAt: Date;
}

export interface OfCustomer {
  customerId: string;
  incident: Incident;
  contacts: readonly Contact[];
  /** Tickets on which the outage was reported. */
  reports: readonly TicketReport[];
  /** Updates to this customer. */
  updates: readonly Pick<UpdateRecord, 'customers' | 'text'>[];
}

/** @returns undefined if the customer has no part in it: it is a drill, internal, linked to another one, or not theirs */
export function shownIncident(of: OfCustomer, policy: Policy): ShownIncident | undefined {
  const { incident, customerId } = of;
  const contact = of.contacts.find(({ customers }) => customers.some(({ id }) => id === customerId));
  if (!contact || !isShown(incident)) return undefined;
  const { occurredAt, reportedAt, answers } = incident;
  const { businessImpact } = incident.impact;
  const name = policy.sender.functions.find(({ area }) => area === incident.origin.area);
  // Reports of others raise an outage's impact as well.
  const isStated = isSeen(incident) && (answers?.['impact.businessImpact']?.length ?? 0) > 0;
  const { recoveredAt, stoppedAt } = contact;
  const endedAt = recoveredAt ?? stoppedAt;
  return {
    code: codeOf(incident.id),
    state: recoveredAt ? 'recovered' : stoppedAt ? 'closed' : 'open',
    ...optional('subject', subjectOf(of, contact)),
    ...(name ? { what: { ja: name.ja, en: name.en } } : {}),
    ...(isStated && businessImpact && businessImpact !== 'none' ? { impact: businessImpact } : {}),
    // An alert lags behind those who reported, as in drafts.
    since: occurredAt && occurredAt < reportedAt ? occurredAt : reportedAt,
    ...(endedAt ? { endedAt } : {}),
    ...(contact.nextUpdateDueAt ? { nextUpdateAt: contact.nextUpdateDueAt } : {}),
    told: toldOf(of, contact),
    sequence: incident.lastSequence,
  };
}

/** A linked incident's customers are shown the one that it is linked to. */
const isShown = ({ kind, isDrill, isAboutMetronome, status }: Incident): boolean =>
  kind === 'incident' && !isDrill && !isAboutMetronome && status !== 'linked';

function subjectOf({ customerId, reports }: OfCustomer, { ticket }: Contact): string | undefined {
  const own = reports.filter(({ customer }) => customer?.id === customerId);
  const report = own.find(({ tool, sourceId }) => tool === ticket?.tool && sourceId === ticket.id) ?? own[0];
  return (report?.title && cut(report.title)) || undefined;
}

/** Times come from the record; a text is shown only if a confirmed update to this customer has it. */
function toldOf({ incident, customerId, updates }: OfCustomer, contact: Contact): ShownIncident['told'] {
  const texts = updates.flatMap(({ customers, text }) => (customers.includes(customerId) ? [text] : []));
  return ofThisContact(allFactsOf(contact, incident))
    .flatMap((fact) => {
      if (fact.type !== 'updated') return [];
      const { at, message } = fact;
      // The record keeps the beginning of a long message.
      return [{ at, ...optional('text', message ? texts.find((text) => text.startsWith(message)) : undefined) }];
    })
    .sort((one, other) => one.at.getTime() - other.at.getTime());
}

/** The newest that fit: open ones first, each with its last messages. */
export function fitted(incidents: readonly ShownIncident[], { customerPages }: Policy): Record<string, ShownIncident> {
  const inOrder = incidents.toSorted(
    (one, other) =>
      Number(other.state === 'open') - Number(one.state === 'open') || other.since.getTime() - one.since.getTime(),
  );
  const newest = inOrder.slice(0, customerPages.mostIncidents);
  return Object.fromEntries(
    newest.map((each) => [each.code, { ...each, told: each.told.slice(-customerPages.mostMessages) }]),
  );
}
