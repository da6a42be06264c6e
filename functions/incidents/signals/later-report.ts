/** What a follow-up says about an incident that is on record (`docs/reference/rules/l-later-reports.md`). Pure. */

import type { Policy } from '../../policy.ts';
import type { Announcement, CustomerMessage, Heard, Pending, Worse } from '../facts/decision.ts';
import type { ConclusionOf } from '../facts/events.ts';
import type { HeardSignal } from '../facts/report.ts';
import { applyChanges } from '../facts/timeline.ts';
import { reduce } from '../fold/reduce.ts';
import { affectedOf, countAffected, type Incident, optional } from '../incident.ts';
import { type EchoOf, isUndecided, type TicketUpdate } from '../outbox/sending.ts';
import { ticketOf } from '../rhythm/contact.ts';
import { knownValue, reportedValue } from './later-facts.ts';
import { alertNews, isCustomers, isReport, reportedAgain } from './reported-again.ts';
import { authorOf, isWorse, withinBytes, worsening } from './signal.ts';

/** The part of a customer's message kept for its notice, which quotes one line; the signal has all of it. */
const quotedCharacters = 500;

/** Freshdesk's webhook has only a reply's text, and may be hours late: id, author and time are read from the ticket. */
const isToBeRead = ({ kind }: Incident, { commentId, happenedAt, tool }: HeardSignal): boolean =>
  kind === 'incident' && tool === 'freshdesk' && commentId === undefined && happenedAt === undefined;

/**
 * Table L: a later report fills in unknown facts and raises known ones, recorded as corrections by its tool. A fact that a
 * person stated stays, and the responders hear of the difference. Urgency may be judged again, against the same receipt. An
 * incident that was over is reopened.
 * @param echoed our own update that the signal echoes
 */
export function decideLaterReport(
  incident: Incident,
  signal: HeardSignal,
  policy: Policy,
  now: Date,
  echoed?: TicketUpdate,
): Heard {
  const concluded: ConclusionOf[] = [];
  const outbox: Pending[] = [];
  const worse: Worse[] = [];
  const happenedAt = signal.happenedAt ?? signal.receivedAt;
  // An alert that joined a group is about another incident.
  const isOwnTicket = incident.origin.tool === signal.tool && incident.origin.id === signal.sourceId;
  const customer = signal.customer ?? (isOwnTicket ? incident.reporter : undefined);
  /** The keys that find a contact: the customer if one is named, and always the ticket. */
  const whom = { customers: customer ? [customer.id] : [], ticket: { tool: signal.tool, id: signal.sourceId } };
  const told = { ...whom, signalId: signal.id, ...optional('message', signal.message) };
  const quoted = signal.message?.slice(0, quotedCharacters).toWellFormed();
  const word: CustomerMessage = { ...whom, ...optional('message', quoted) };
  let next = incident;
  const conclude = (what: Pick<ConclusionOf, 'type' | 'detail'> & { actor?: string }): void => {
    const author = what.actor === undefined ? authorOf(signal) : undefined;
    const conclusion = { isFact: false, ...author, occurredAt: happenedAt, ...what } as ConclusionOf;
    next = applyChanges(next, reduce(next, { ...conclusion, id: signal.id, recordedAt: now }, policy).changes);
    concluded.push(conclusion);
  };
  const tell = (kind: string, more: Partial<Announcement> = {}): void => {
    outbox.push({ kind, key: signal.id, since: now, ...more });
  };
  const correct = (field: string, value: unknown, more: object = {}): void =>
    conclude({ type: 'corrected', detail: { field, old: null, new: value, signalId: signal.id, ...more } });

  const again = reportedAgain(incident, signal, policy);
  if (again) {
    conclude(again);
    tell('reopened');
  }
  const isReply = signal.kind === 'agent-replied' && incident.kind !== 'outside';
  if (isReply && echoed) {
    // Our own updates are recorded by their sender, who may not know yet that they arrived: the tool's answer was lost or is
    // late.
    const sends: EchoOf = { updateId: echoed.id, at: happenedAt, ...optional('commentId', signal.commentId) };
    if (isUndecided(echoed)) outbox.push({ kind: 'update-echo', key: `echo:${signal.id}`, since: now, sends });
  } else if (isReply && isToBeRead(incident, signal)) {
    outbox.push({ kind: 'reply-to-read', key: `read:${signal.id}`, since: now, sends: { signalId: signal.id } });
  } else if (isReply) {
    // A human agent's public reply is the update of that customer; the first of them is the first response, too.
    if (!incident.firstResponseAt || happenedAt < incident.firstResponseAt)
      conclude({ type: 'responded', detail: { ...whom, signalId: signal.id, why: 'A public reply to the customer.' } });
    conclude({ type: 'customer-updated', detail: { ...told, channel: 'ticket', recovery: false } });
  }
  if (isCustomers(signal) && incident.status === 'recovered') {
    const isReopened = signal.kind === 'reopened';
    conclude({
      type: 'recovery-questioned',
      detail: {
        rule: isReopened ? 'reopened-after-recovery' : 'customer-wrote-after-recovery',
        why: isReopened ? 'The ticket was opened again after the recovery.' : 'The customer wrote after the recovery.',
        ...told,
      },
    });
    tell('recovery-questioned', { word });
  } else if (signal.kind === 'customer-wrote' && incident.kind === 'incident') {
    conclude({ type: 'customer-wrote', detail: told });
    tell('customer-wrote', { word });
  }
  if (isReport(signal)) {
    if (incident.title === '' && signal.title) correct('title', signal.title);
    if (!incident.description && signal.description) correct('description', signal.description);
    if (!incident.occurredAt && signal.occurredAt) {
      const { at, isApproximate } = signal.occurredAt;
      correct('occurredAt', at, isApproximate ? { isApproximate } : {});
    }
    if (next.ongoing === 'unknown' && signal.ongoing !== 'unknown') correct('ongoing', signal.ongoing);
    if (!incident.impact.businessImpact && signal.businessImpact)
      correct('impact.businessImpact', signal.businessImpact);
    if (next.status === 'open') takeWorse();
    nameCustomers();
  }
  if (signal.source === 'alert')
    for (const each of alertNews(next, signal, policy, next.status === 'open')) conclude(each);
  if (worse.length > 0) tell('reported-worse', { worse });
  return { concluded, outbox };

  /** A worse value replaces one that came from a report; against a person’s statement it is announced once. */
  function takeWorse(): void {
    for (const field of worsening) {
      const [known, reported] = [knownValue(next, field), reportedValue(signal, field)];
      if (known === undefined || !isWorse(reported, known)) continue;
      const before = incident.stated?.[field];
      const isTaken = before === undefined;
      if (!isTaken && before !== null && !isWorse(reported, before)) continue;
      worse.push({ field, known, reported, isTaken });
      if (!isTaken) conclude({ type: 'reported-otherwise', detail: { field, known, reported, signalId: signal.id } });
      // A count is corrected together with the customers that the report names.
      else if (field !== 'impact.affectedCustomerCount') correct(field, reported, { old: known });
    }
  }

  /** The customers that the report names for the first time, and its count if there is none yet. */
  function nameCustomers(): void {
    const { affectedCustomers, impact, takenOff = [] } = incident;
    const named = incident.namesNobody ? [] : affectedOf(signal).filter(({ id }) => !takenOff.includes(id));
    const known = new Set(affectedCustomers.map(({ id }) => id));
    const unknown = named.filter(({ id }) => !known.has(id));
    // What one ticket names never fills the record, so that people and the clock can always write. Further customers are counted.
    const customers = withinBytes([...affectedCustomers, ...unknown], policy.intake.maxNamedBytes).slice(
      affectedCustomers.length,
    );
    const { affectedCustomerCount: reported } = signal;
    const isNews =
      impact.affectedCustomerCount === undefined ||
      worse.some((each) => each.isTaken && each.field === 'impact.affectedCustomerCount');
    const counted = isNews ? reported : impact.affectedCustomerCount;
    const count = countAffected(counted, affectedCustomers.length + unknown.length);
    if (customers.length === 0 && count === impact.affectedCustomerCount) return;
    correct('impact.affectedCustomerCount', count ?? null, {
      old: impact.affectedCustomerCount ?? null,
      ...optional('counted', customers.length < unknown.length ? count : isNews ? reported : undefined),
      customers,
      receivedAt: signal.receivedAt,
      ...optional('ticket', ticketOf(signal)),
      ...optional('reporter', signal.customer),
    });
  }
}
