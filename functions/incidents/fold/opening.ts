/** Everything that a first signal creates: the incident, its contacts, and the first entries of its timeline. Pure. */

import type { Context } from '../facts/decision.ts';
import type { EventOf, FactOf } from '../facts/events.ts';
import { eventId, type Fact } from '../facts/timeline.ts';
import { earliest } from '../incident.ts';
import { notesOf } from '../outbox/notes.ts';
import { decideSignal } from '../signals/hear.ts';
import type { RoutingDecision } from '../signals/routing.ts';
import { authorOf, type Signal } from '../signals/signal.ts';
import { firstOutbox, firstTimer } from './beginning.ts';
import { begin, evolveAll } from './evolve.ts';

export function decideOpening(
  id: string,
  generation: number,
  signal: Signal,
  routing: RoutingDecision,
  context: Context,
) {
  const { policy, now } = context;
  const filed = filedFact(generation, signal, routing, now);
  const begun = begin(id, filed, policy);
  const { incident } = begun;
  // The first webhook of a ticket may be of the team's reply. That reply is also the customer's first update.
  const sent = { ...signal, happenedAt: signal.happenedAt ?? signal.receivedAt };
  const { facts } = signal.kind === 'agent-replied' ? decideSignal(incident, sent, context) : { facts: [] };
  const opened = evolveAll(begun, facts, now, policy, 1 + begun.concluded.length);
  const { recordedAt: _, id: __, ...event } = filed;
  const events: EventOf[] = [event, ...begun.concluded, ...opened.events];
  return {
    after: opened.incident,
    contacts: [...opened.contacts.values()],
    events,
    timer: firstTimer(incident, policy),
    outbox: [
      ...firstOutbox(incident),
      ...notesOf(undefined, incident, [], now, policy),
      ...begun.outbox,
      ...opened.outbox,
    ],
  };
}

/** Raw bodies expire: the fact holds what the report says. */
function filedFact(generation: number, signal: Signal, routing: RoutingDecision, now: Date): Fact<'filed'> {
  const { message: _, ...report } = signal;
  const { rule, why } = routing;
  const detail: FactOf<'filed'>['detail'] = {
    signalId: signal.id,
    rule,
    why,
    generation,
    routing: { ...routing },
    report,
  };
  const reportedAt = earliest(signal.reportedAt, signal.receivedAt);
  return { type: 'filed', id: eventId(1), occurredAt: reportedAt, ...authorOf(signal), detail, recordedAt: now };
}
