/** Cards follow what is recorded: who records says so at once, and what a crash left unsaid the next look says. */
import * as z from 'zod';
import type { Incident } from '../../incidents/incident.ts';
import { fromDocument, incidentRef } from '../../platform/firestore.ts';
import { errorFacts, log } from '../../platform/log.ts';
import { PermanentFailure } from '../channels/channel.ts';
import { type CardRecord, cardRef } from './card-record.ts';
import { publishCards } from './publish.ts';
import { showCard } from './show-card.ts';

const kept = z.object({ incidentId: z.string() });

/** As an outbox has kept it. */
export const sendCards = (sends: unknown): Promise<void> => publishCards(kept.parse(sends).incidentId);

/** To be called with what has been recorded. Never throws: the incident's timer holds the same. */
export async function followOnCards(...incidents: readonly Pick<Incident, 'id' | 'cards'>[]): Promise<void> {
  const shown = incidents.filter((each) => each.cards?.length);
  try {
    await Promise.all(shown.map(({ id }) => publishCards(id)));
  } catch (error) {
    log('WARNING', 'a card is edited with the next tick', errorFacts(error));
  }
}

/** Edits every card of an incident. @throws TemporaryFailure: the message has to come again */
export async function editCards(incidentId: string): Promise<void> {
  const document = await incidentRef(incidentId).get();
  const { cards = [] } = document.exists ? fromDocument<Incident>(document.data()) : {};
  const edited = await Promise.allSettled(cards.map((place) => editOne(incidentId, place.name)));
  for (const each of edited) {
    if (each.status === 'fulfilled') continue;
    if (!(each.reason instanceof PermanentFailure)) throw each.reason;
    log('ERROR', `a card cannot be edited: ${each.reason.message}`, { incidentId });
  }
}

async function editOne(incidentId: string, name: string): Promise<void> {
  const document = await cardRef(incidentId, { name }).get();
  if (!document.exists) return;
  const { channel, language } = fromDocument<CardRecord>(document.data());
  await showCard({ incidentId, name, channel, language });
}
