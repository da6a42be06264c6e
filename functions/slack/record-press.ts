/** A press on a card is a statement, or an answer to who pressed. */
import { readEvent } from '../incidents/events.ts';
import type { Incident } from '../incidents/incident.ts';
import { recordStatement } from '../incidents/record-event.ts';
import type { Statement } from '../incidents/statements/statement-schemas.ts';
import { followOnCards } from '../outgoing/slack/edit-cards.ts';
import { now } from '../platform/clock.ts';
import { collections, fromDocument, incidentRef } from '../platform/firestore.ts';
import { stableId } from '../platform/ids.ts';
import { policy } from '../policy.ts';
import { wakeDraft } from '../postmortems/wake-draft.ts';
import type { Press } from './act.ts';
import { answer } from './answer.ts';
import type { Doing } from './doing.ts';
import { isPressed } from './meaning.ts';
import { decidePress } from './press.ts';
import { say } from './say.ts';

/** A press that was worked on so late says when it was made. */
const lateMs = 30_000;
/** Whoever confirms twice does so within minutes: further back nobody looks. */
const mostEvents = 20;

export async function recordPress({ actor, language, receivedAt, to }: Doing, { action, value }: Press): Promise<void> {
  if (!isPressed(action) || action === 'update') return;
  const incident = await readIncident(value);
  if (!incident) return answer(to, say('unknownIncident', language));
  const at = now();
  const confirmedAt = action.startsWith('happens') ? await lastConfirmed(incident.id, actor) : undefined;
  const decided = decidePress(incident, action, { actor, now: at, policy, confirmedAt });
  if ('reply' in decided) return answer(to, say(decided.reply.words, language, decided.reply.given, at));
  const isLate = at.getTime() - receivedAt.getTime() > lateMs;
  const statement: Statement = { ...decided.statement, ...(isLate ? { occurredAt: receivedAt.toISOString() } : {}) };
  // Of two presses at one state of the record one is recorded: a second one that comes later finds another state.
  const idempotencyKey = stableId('press', incident.id, action, incident.lastSequence);
  const recorded = await recordStatement(incident.id, statement, { actor, now: at, policy, idempotencyKey });
  await wakeDraft(recorded.incident, policy, at);
  await followOnCards(recorded.incident);
}

export async function readIncident(id: string): Promise<Incident | undefined> {
  if (!/^inc_[\da-f]{1,64}$/.test(id)) return undefined;
  const document = await incidentRef(id).get();
  return document.exists ? fromDocument<Incident>(document.data()) : undefined;
}

async function lastConfirmed(incidentId: string, actor: string): Promise<Date | undefined> {
  const found = await incidentRef(incidentId)
    .collection(collections.timeline)
    .orderBy('recordedAt', 'desc')
    .limit(mostEvents)
    .get();
  return found.docs
    .map((each) => readEvent(fromDocument(each.data())))
    .find((each) => each.type === 'verified' && each.actor === actor && each.detail.ongoing === 'yes')?.recordedAt;
}
