/** Messages elsewhere that show an incident: edited with whatever is recorded of it. Pure. */
import type { Sending } from './decision.ts';
import type { EventOf } from './events.ts';
import type { Incident } from './incident.ts';

/** Whether what was decided may change what its cards say. */
export const isShownOtherwise = ({ cards = [] }: Pick<Incident, 'cards'>, events: readonly EventOf[]): boolean =>
  cards.length > 0 && events.some((each) => each.type !== 'card-posted');

/** As it waits in the timer: once, however much has been recorded meanwhile. Each names the version of the record. */
export const cardsEntry = ({ id, lastSequence }: Incident, now: Date): Sending => ({
  kind: 'cards',
  key: 'cards',
  since: now,
  sends: { incidentId: id, after: lastSequence },
});
