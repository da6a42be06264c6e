/** All that a first signal makes: the incident, its contacts, and what is on its timeline from the beginning. Pure. */

import type { Policy } from '../policy.ts';
import { applyEffects } from './contact-effects.ts';
import { withMissing } from './decision.ts';
import { type Incident, openIncident } from './incident.ts';
import { decideLaterWord } from './later-word.ts';
import { type Contact, openContacts } from './rhythm/contact.ts';
import type { RoutingDecision } from './signal/routing.ts';
import type { Signal } from './signal/signal.ts';
import { applyChanges, sequenced, type TimelineEvent } from './timeline.ts';

export interface Opening {
  /** As `filed` tells it. */
  filed: Incident;
  /** As it is after all that was decided with it. */
  incident: Incident;
  contacts: Contact[];
  /** After `filed`. */
  events: TimelineEvent[];
}

export function decideOpening(
  id: string,
  generation: number,
  signal: Signal,
  routing: RoutingDecision,
  by: { policy: Policy; now: Date; contactId: (key: string) => string },
): Opening {
  const { policy, now, contactId } = by;
  const filed = openIncident(id, generation, signal, routing, policy, now);
  const contacts = filed.kind === 'incident' ? openContacts(filed, signal, filed.receivedAt, contactId, policy) : [];
  if (signal.kind !== 'agent-replied') return { filed, incident: filed, contacts, events: [] };

  // The first that is heard of the ticket is the team's answer to it: it is the customer's update, as it would be later.
  const word = decideLaterWord(filed, signal, policy, now);
  const effected = applyEffects(contacts, filed, word.incident, word.effects, by);
  const decided = withMissing(filed, [...word.events, ...effected.events]);
  const events = sequenced(decided, filed.lastSequence, now);
  const incident = events.reduce((state, event) => applyChanges(state, event.changes ?? {}), filed);
  const touched = new Map(effected.contacts.map((each) => [each.id, each]));
  return { filed, incident, contacts: contacts.map((each) => touched.get(each.id) ?? each), events };
}
