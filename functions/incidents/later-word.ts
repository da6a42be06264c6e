/** What a further signal says about an incident that is known already, table A of the design. Pure. */

import type { Policy } from '../policy.ts';
import { type ContactEffect, type Decided, type Pending, type Sending, withMissing } from './decision.ts';
import type { Changes, DecidedEvent, Telling } from './events.ts';
import {
  affectedOf,
  alsoNamed,
  countAffected,
  earliest,
  type Impact,
  type Incident,
  latest,
  optional,
} from './incident.ts';
import { ticketOf } from './rhythm/contact.ts';
import { answered } from './rhythm/paging.ts';
import { type EchoOf, isUndecided, ownEcho, withoutFailed } from './sending.ts';
import { alsoCalled, authorOf } from './signal/author.ts';
import { scoreImpact } from './signal/score.ts';
import type { Signal } from './signal/signal.ts';
import { judgeUrgency } from './signal/urgency.ts';
import { applyChanges } from './timeline.ts';

/** So much of a customer's message waits for its notice, which quotes a line of it; the signal has it whole. */
const quotedCharacters = 500;

/**
 * Freshdesk tells of a reply by its text alone, possibly hours late: which comment it is, whose and of when is read on the
 * ticket before it counts.
 */
const isToBeRead = ({ kind }: Incident, { commentId, happenedAt, tool }: Signal): boolean =>
  kind === 'incident' && tool === 'freshdesk' && commentId === undefined && happenedAt === undefined;

/**
 * A later word fills what is unknown, recorded as corrected by its tool; what is known stays. It may so judge the
 * urgency again, against the same receipt. Any report on what was not found to occur opens it again.
 * @param linkedId the linked incident whose ticket it is of: customers whom it names are known through that one
 */
export function decideLaterWord(
  incident: Incident,
  signal: Signal,
  policy: Policy,
  now: Date,
  linkedId?: string,
): Decided {
  const events: DecidedEvent[] = [];
  const effects: ContactEffect[] = [];
  const outbox: Pending[] = [];
  const happenedAt = signal.happenedAt ?? signal.receivedAt;
  let next = incident;
  const record = (telling: Telling): void => {
    const author = telling.actor === undefined ? authorOf(signal) : undefined;
    const event = { ...author, occurredAt: happenedAt, ...telling } as DecidedEvent;
    next = applyChanges(next, event.changes);
    events.push(event);
  };
  const correct = (field: string, value: unknown, changes: Changes): void =>
    record({ type: 'corrected', detail: { field, old: null, new: value, signalId: signal.id }, changes });

  const isReport = signal.kind === 'stated' || signal.kind === 'alert-opened';
  if (
    incident.status === 'not-occurring' &&
    (isReport || signal.kind === 'customer-wrote' || signal.kind === 'reopened')
  ) {
    record({
      type: 'reopened',
      actor: 'rule',
      detail: {
        rule: 'reported-again',
        why: 'It was not found to occur and has been reported again.',
        signalId: signal.id,
      },
      changes: {
        status: 'open',
        recoveredAt: null,
        // A clock that is ahead keeps nothing open that is stated to be over by then.
        reopenedAt: latest(incident.reopenedAt, earliest(now, happenedAt)),
        ongoing: isReport ? signal.ongoing : 'unknown',
      },
    });
    effects.push({ kind: 'reopened', at: now });
  }
  // What we have sent ourselves is recorded by whoever has sent it; its echo is a signal and no more.
  const isReply = signal.kind === 'agent-replied' && incident.kind !== 'outside';
  const echoed = isReply ? ownEcho(incident.sending, signal) : undefined;
  if (echoed && isUndecided(echoed)) outbox.push(echoOf(echoed.id));
  if (isReply && !echoed) {
    if (isToBeRead(incident, signal))
      outbox.push({ kind: 'reply-to-read', key: `read:${signal.id}`, since: now, sends: { signalId: signal.id } });
    else recordReply();
  }
  if ((signal.kind === 'customer-wrote' || signal.kind === 'reopened') && incident.status === 'recovered') {
    record({
      type: 'recovery-questioned',
      detail: {
        rule: signal.kind === 'reopened' ? 'reopened-after-recovery' : 'customer-wrote-after-recovery',
        why:
          signal.kind === 'reopened'
            ? 'The ticket was opened again after the recovery.'
            : 'The customer wrote after the recovery.',
        ...aboutTicket(),
        ...optional('message', signal.message),
      },
      changes: {},
    });
    const { customers, ticket } = aboutTicket();
    const message = signal.message?.slice(0, quotedCharacters).toWellFormed();
    const word = { customers, ticket, ...optional('message', message) };
    outbox.push({ kind: 'recovery-questioned', key: signal.id, since: now, word });
  }
  if (isReport) {
    if (incident.title === '' && signal.title) correct('title', signal.title, { title: signal.title });
    if (!incident.description && signal.description) {
      correct('description', signal.description, { description: signal.description });
    }
    if (!incident.occurredAt && signal.occurredAt) {
      correct('occurredAt', signal.occurredAt.at, {
        occurredAt: signal.occurredAt.at,
        ...(signal.occurredAt.isApproximate ? { isOccurredAtApproximate: true } : {}),
      });
      judgeAgain();
    }
    if (next.ongoing === 'unknown' && signal.ongoing !== 'unknown') {
      correct('ongoing', signal.ongoing, { ongoing: signal.ongoing });
    }
    if (!incident.impact.businessImpact && signal.businessImpact) {
      correct('impact.businessImpact', signal.businessImpact, withImpact({ businessImpact: signal.businessImpact }));
    }
  }
  const known = new Set(incident.affectedCustomers.map((each) => each.id));
  const newCustomers = isReport ? affectedOf(signal).filter((each) => !known.has(each.id)) : [];
  if (isReport) {
    const named = new Set(affectedOf(signal).map((each) => each.id));
    const again = incident.affectedCustomers.map((each) =>
      named.has(each.id) ? alsoNamed(each, incident.id, linkedId ?? incident.id) : each,
    );
    const isKnownOtherwise = again.some((each, index) => each !== incident.affectedCustomers[index]);
    const via = linkedId === undefined ? {} : { via: [linkedId] };
    const affectedCustomers = [...again, ...newCustomers.map((each) => ({ ...each, ...via }))];
    const counted = incident.impact.affectedCustomerCount ?? signal.affectedCustomerCount;
    const affectedCustomerCount = countAffected(counted, affectedCustomers.length);
    if (
      newCustomers.length > 0 ||
      isKnownOtherwise ||
      affectedCustomerCount !== incident.impact.affectedCustomerCount
    ) {
      record({
        type: 'corrected',
        detail: {
          field: 'impact.affectedCustomerCount',
          old: incident.impact.affectedCustomerCount ?? null,
          new: affectedCustomerCount ?? null,
          customers: newCustomers,
          signalId: signal.id,
        },
        changes: { affectedCustomers, ...withImpact(optional('affectedCustomerCount', affectedCustomerCount)) },
      });
      effects.push({
        kind: 'affected',
        customers: newCustomers,
        knownAt: signal.receivedAt,
        count: affectedCustomerCount,
        ...optional('ticket', ticketOf(signal)),
        ...optional('reporter', signal.customer),
      });
    }
  }
  return { incident: next, events: withMissing(incident, events), effects, outbox };

  /** What a contact is found by: the customer where one is named, and the ticket in any case. */
  function aboutTicket(): { customers: string[]; ticket: { tool: string; id: string }; signalId: string } {
    // A signal that came by way of a link is about its own ticket's customer, whom the survivor's reporter is not.
    const isOwnTicket = incident.origin.tool === signal.tool && incident.origin.id === signal.sourceId;
    const customer = signal.customer ?? (isOwnTicket ? incident.reporter : undefined);
    return {
      customers: customer ? [customer.id] : [],
      ticket: { tool: signal.tool, id: signal.sourceId },
      signalId: signal.id,
    };
  }

  /** Whoever sends it may not know that it is there: its answer was lost, or is still to come. */
  function echoOf(updateId: string): Sending {
    const sends: EchoOf = { updateId, at: happenedAt, ...optional('commentId', signal.commentId) };
    return { kind: 'update-echo', key: `echo:${signal.id}`, since: now, sends };
  }

  /** A human agent's public reply is the update of that customer; the first of them is the first response, too. */
  function recordReply(): void {
    const { agent } = signal;
    const isNew = agent !== undefined && !incident.responders.includes(agent);
    const responders = isNew ? [...incident.responders, agent] : incident.responders;
    const { actorNames: known } = incident;
    const actorNames = agent === undefined ? known : alsoCalled(known, authorOf(signal));
    const named = { responders, ...optional('actorNames', actorNames) };
    if (!incident.firstResponseAt || happenedAt < incident.firstResponseAt) {
      record({
        type: 'responded',
        detail: { ...aboutTicket(), why: 'A public reply to the customer.' },
        changes: { firstResponseAt: happenedAt, ...named },
      });
    }
    record({
      type: 'customer-updated',
      detail: { ...aboutTicket(), ...optional('message', signal.message), channel: 'ticket', recovery: false },
      changes: {
        ...(next.responders === responders && next.actorNames === actorNames ? {} : named),
        ...answered(next, now),
        ...withoutFailed(incident.sending, aboutTicket().customers),
      },
    });
    const { customers, ticket } = aboutTicket();
    effects.push({
      kind: 'updated',
      whom: customers,
      ticket,
      sentAt: happenedAt,
      ...optional('message', signal.message),
      channel: 'ticket',
      isRecovery: false,
    });
  }

  function withImpact(stated: Partial<Impact>): Changes {
    const impact = { ...next.impact, ...stated };
    const reference = scoreImpact(impact.businessImpact, impact.affectedCustomerCount, policy);
    return { impact, score: { ...next.score, reference } };
  }

  function judgeAgain(): void {
    const urgency = judgeUrgency(next.occurredAt, next.receivedAt, policy, now);
    record({
      type: 'urgency-changed',
      actor: 'rule',
      detail: {
        old: incident.urgency.level,
        new: urgency.level,
        rule: urgency.rule,
        why: 'It has become known when it occurred.',
      },
      changes: { urgency },
    });
  }
}
