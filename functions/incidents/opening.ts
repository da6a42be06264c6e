/** All that a first signal makes: the incident, its contacts, and what is on its timeline from the beginning. Pure. */

import { firstOutbox, firstTimer } from './beginning.ts';
import { applyEffects } from './contact-effects.ts';
import { type Context, type Pending, withMissing } from './decision.ts';
import type { Changes, DecidedEvent } from './events.ts';
import { type Incident, openIncident } from './incident.ts';
import { decideLaterWord } from './later-word.ts';
import { notesOf } from './notes.ts';
import { type Contact, openContacts } from './rhythm/contact.ts';
import type { TimerDecision } from './rhythm/wake.ts';
import { authorOf } from './signal/author.ts';
import type { RoutingDecision } from './signal/routing.ts';
import type { Signal } from './signal/signal.ts';

export interface Opening {
  isNew: true;
  /** As `filed` tells it. */
  incident: Incident;
  contacts: Contact[];
  /** `filed`, and what is decided with it. */
  events: DecidedEvent[];
  timer: TimerDecision;
  outbox: Pending[];
}

export function decideOpening(
  id: string,
  generation: number,
  signal: Signal,
  routing: RoutingDecision,
  context: Context,
): Opening {
  const { policy, now } = context;
  const incident = openIncident(id, generation, signal, routing, policy, now);
  const contacts = incident.kind === 'incident' ? openContacts(incident, signal, incident.receivedAt, policy) : [];
  const opening: Opening = {
    isNew: true,
    incident,
    contacts,
    events: [filedEvent(incident, signal)],
    timer: firstTimer(incident, policy),
    outbox: [...firstOutbox(incident), ...notesOf(undefined, incident, [], now, policy)],
  };
  if (signal.kind !== 'agent-replied') return opening;

  // The first that is heard of the ticket is the team's answer to it: it is the customer's update, as it would be later.
  const word = decideLaterWord(
    incident,
    { ...signal, happenedAt: signal.happenedAt ?? signal.receivedAt },
    policy,
    now,
  );
  const effected = applyEffects(contacts, incident, word.incident, word.effects, context);
  const touched = new Map(effected.contacts.map((each) => [each.id, each]));
  return {
    ...opening,
    contacts: contacts.map((each) => touched.get(each.id) ?? each),
    events: [...opening.events, ...withMissing(incident, [...word.events, ...effected.events])],
  };
}

/** `filed` carries the whole initial state. */
function filedEvent(incident: Incident, signal: Signal): DecidedEvent {
  return {
    type: 'filed',
    occurredAt: incident.reportedAt,
    ...authorOf(signal),
    detail: { signalId: signal.id, rule: incident.routing.rule, why: incident.routing.why },
    changes: incident as Changes,
  };
}
