/** Keeps cards current: the recording process publishes at once, and the incident's next look publishes the rest after a crash. */
import * as z from 'zod';
import type { Incident } from '../../incidents/incident.ts';
import { now } from '../../platform/clock.ts';
import { isFinal } from '../../platform/delivery.ts';
import { PermanentFailure } from '../../platform/failures.ts';
import { dataOf, incidentRef } from '../../platform/firestore.ts';
import { errorFacts, log } from '../../platform/log.ts';
import type { Message } from '../../platform/message.ts';
import { publish } from '../../platform/publish.ts';
import { topics } from '../../topology.ts';
import { type CardRecord, cardRef, showCard } from './show-card.ts';

/** The author of a statement waits no longer; the next tick publishes it as well. */
const withinMs = 2_000;

/** @throws the Pub/Sub error */
export const publishCards = (incidentId: string): Promise<void> =>
  publish(topics.outgoing, { cardsOf: incidentId }, { withinMs });

const kept = z.object({ incidentId: z.string() });

/** As stored in an outbox. */
export const sendCards = (sends: unknown): Promise<void> => publishCards(kept.parse(sends).incidentId);

/** Call it after recording. Never throws: the incident's timer has the same entry. */
export async function followOnCards(...incidents: readonly Pick<Incident, 'id' | 'cards'>[]): Promise<void> {
  const shown = incidents.filter((each) => each.cards?.length);
  try {
    await Promise.all(shown.map(({ id }) => publishCards(id)));
  } catch (error) {
    log('WARNING', 'a card is edited with the next tick', errorFacts(error));
  }
}

/**
 * @param asked the order of the message that asks for it among all others, as `orderOf` has it
 * @throws TemporaryFailure: the message has to come again
 */
export async function editCards(incidentId: string, asked: string): Promise<void> {
  const cards = dataOf<Incident>(await incidentRef(incidentId).get())?.cards ?? [];
  const edited = await Promise.allSettled(cards.map((place) => editOne(incidentId, place.name, asked)));
  for (const each of edited) {
    if (each.status === 'fulfilled') continue;
    if (!(each.reason instanceof PermanentFailure)) throw each.reason;
    log('ERROR', `a card cannot be edited: ${each.reason.message}`, { incidentId });
  }
}

/** Messages sort by when they were published. */
export const orderOf = ({ id, publishedAt }: Pick<Message, 'id' | 'publishedAt'>): string =>
  `${(publishedAt ?? now()).toISOString()} ${id.padStart(24, '0')}`;

/** An edit shows the latest record, so one message may retry on behalf of all that asked meanwhile. */
async function editOne(incidentId: string, name: string, asked: string): Promise<void> {
  const ref = cardRef(incidentId, { name });
  const card = dataOf<CardRecord>(await ref.get());
  if (!card) return;
  const { channel, language, newest = '', delivery } = card;
  if (!isFinal(delivery) && asked < newest) return;
  const hasToWait = delivery.retryAt !== null && delivery.retryAt > now();
  if (hasToWait && asked > newest) await ref.update({ newest: asked });
  await showCard({ incidentId, name, channel, language, asked });
}
