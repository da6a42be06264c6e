/**
 * Shows an incident on its card in a channel: posted once, edited whenever it would say something else. Whoever posts or
 * edits has a lease and reads the record after they have it, so an edit is never older than what it replaces; and what
 * may be there after a lost answer is looked for before anything is posted again.
 */

import { createHash } from 'node:crypto';
import { type DocumentReference, FieldValue } from '@google-cloud/firestore';
import { dutyOf } from '../../duty/duty.ts';
import { changeIncident } from '../../incidents/change.ts';
import { afterEvents } from '../../incidents/decision.ts';
import type { DecidedEvent } from '../../incidents/events.ts';
import type { CardPlace, Incident } from '../../incidents/incident.ts';
import type { Contact } from '../../incidents/rhythm/contact.ts';
import { now } from '../../platform/clock.ts';
import { readConfig } from '../../platform/config.ts';
import { collections, firestore, fromDocument, grpcCodeOf, incidentRef } from '../../platform/firestore.ts';
import { log } from '../../platform/log.ts';
import { milliseconds, policy } from '../../policy.ts';
import type { Language } from '../../words/language.ts';
import { PermanentFailure, TemporaryFailure } from '../channels/channel.ts';
import { Lease, LostLease } from '../lease.ts';
import type { Content } from './blocks.ts';
import { cardOf } from './card.ts';
import { type CardRecord, cardRef } from './card-record.ts';
import { askSlack, SlackFailure } from './client.ts';
import { type Mark, seek } from './seek.ts';
import { takeTurn } from './turns.ts';

export interface Showing {
  incidentId: string;
  /** The channel, by its name in `NOTIFY_CHANNELS` and by Slack's id. */
  name: string;
  channel: string;
  language: Language;
  /** The notice for which a card is posted where there is none; without one it is only edited. */
  postFor?: string;
}

/** Longer than turn and calls take together; what takes longer all the same extends it before it posts. */
const leaseMs = 120_000;

/** Within this process whoever shows the same card waits for the one before, and then reads what there is by then. */
const queues = new Map<string, Promise<unknown>>();

/**
 * @returns the card as it is shown; undefined where there is none, or no such incident
 * @throws TemporaryFailure or PermanentFailure
 */
export async function showCard(showing: Showing): Promise<CardRecord | undefined> {
  const { id } = cardRef(showing.incidentId, showing);
  const shown = (queues.get(id) ?? Promise.resolve()).then(() => show(showing));
  const settled = shown.catch(() => undefined);
  queues.set(id, settled);
  try {
    return await shown;
  } finally {
    if (queues.get(id) === settled) queues.delete(id);
  }
}

async function show(showing: Showing): Promise<CardRecord | undefined> {
  const ref = cardRef(showing.incidentId, showing);
  const claimed = await claim(ref, showing);
  if (!claimed) return undefined;
  try {
    const { incident, contacts } = await load(showing.incidentId);
    const after = await bringUpToDate(claimed, incident, contacts);
    const { ts } = after;
    await claimed.lease.release({ ...after, isPostedAnew: FieldValue.delete(), retryAt: null });
    if (ts && placeIn(incident, showing)?.ts !== ts) await recordPlace(showing, { ...after, ts });
    return after;
  } catch (error) {
    throw await giveBack(claimed.lease, error);
  }
}

interface Claimed {
  card: CardRecord;
  lease: Lease;
  /** Somebody has begun to post it before: it may be there. */
  mayBeThere: boolean;
}

/** @throws TemporaryFailure while another has it, or it may still become what was asked before */
async function claim(ref: DocumentReference, showing: Showing): Promise<Claimed | undefined> {
  const at = now();
  const document = await ref.get();
  if (!document.exists) return showing.postFor ? begin(ref, showing) : undefined;
  const card = fromDocument<CardRecord>(document.data());
  if (card.leasedUntil && card.leasedUntil > at) throw anotherIsAtIt();
  if (card.retryAt && card.retryAt > at) throw new TemporaryFailure('an answer of Slack was lost');
  if (!card.ts && !showing.postFor) return undefined;
  const lease = new Lease(ref, leaseMs, document.updateTime);
  try {
    await lease.extend();
  } catch (error) {
    throw error instanceof LostLease ? anotherIsAtIt() : error;
  }
  return { card, lease, mayBeThere: card.ts === null || card.isPostedAnew === true };
}

async function begin(ref: DocumentReference, showing: Showing): Promise<Claimed> {
  const { incidentId, name, channel, language, postFor = null } = showing;
  const at = now();
  const card: CardRecord = {
    id: ref.id,
    incidentId,
    name,
    channel,
    language,
    ts: null,
    postedFor: postFor,
    shown: null,
    leasedUntil: new Date(at.getTime() + leaseMs),
    retryAt: null,
    createdAt: at,
    updatedAt: at,
  };
  try {
    const { writeTime } = await ref.create(card);
    return { card, lease: new Lease(ref, leaseMs, writeTime), mayBeThere: false };
  } catch (error) {
    throw grpcCodeOf(error) === 'ALREADY_EXISTS' ? anotherIsAtIt() : error;
  }
}

const anotherIsAtIt = (): TemporaryFailure => new TemporaryFailure('another is at the card');

async function load(incidentId: string): Promise<{ incident: Incident; contacts: Contact[] }> {
  const ref = incidentRef(incidentId);
  const [document, contacts] = await Promise.all([ref.get(), ref.collection(collections.contacts).get()]);
  if (!document.exists) throw new PermanentFailure('there is no such incident');
  return {
    incident: fromDocument<Incident>(document.data()),
    contacts: contacts.docs.map((each) => fromDocument<Contact>(each.data())),
  };
}

/** @returns the card as it then is */
async function bringUpToDate(
  { card, lease, mayBeThere }: Claimed,
  incident: Incident,
  contacts: readonly Contact[],
): Promise<CardRecord> {
  const onDuty = await dutyOf(incident);
  const by = { policy, language: card.language, consoleUrl: readConfig().CONSOLE_URL, onDuty };
  const content = cardOf(incident, contacts, by);
  const shown = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 24);
  let known = card;
  if (mayBeThere) {
    const ts = await seek(markOf(card), { channel: card.channel, since: card.createdAt });
    if (ts) known = { ...card, ts, shown: null };
  }
  if (known.ts && known.shown === shown) return known;
  if (known.ts && (await edit(known, known.ts, content))) return { ...known, shown };
  return { ...known, ts: await post(known, content, lease), shown };
}

const markOf = ({ incidentId, name }: CardRecord): Mark => ({
  event_type: 'metronome_card',
  event_payload: { id: incidentId, to: name },
});

/** Somebody has deleted it, or it is the message of an app that was installed before: another is posted. */
const isGone = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed']);

/** @returns whether it could be edited; where not, another card is necessary */
async function edit(card: CardRecord, ts: string, content: Content): Promise<boolean> {
  await takeTurn(card.channel);
  const asked = { channel: card.channel, ts, ...content, metadata: markOf(card) };
  try {
    await askSlack((client) => client.chat.update(asked as never));
    return true;
  } catch (error) {
    if (error instanceof SlackFailure && isGone.has(error.reason)) return false;
    throw error;
  }
}

async function post(card: CardRecord, content: Content, lease: Lease): Promise<string> {
  await takeTurn(card.channel);
  await lease.extend(card.ts ? ({ isPostedAnew: true } satisfies Partial<CardRecord>) : {});
  const { channel } = card;
  const asked = { channel, ...content, unfurl_links: false, unfurl_media: false, metadata: markOf(card) };
  const { ts } = await askSlack((client) => client.chat.postMessage(asked as never));
  if (!ts) throw new SlackFailure('no ts', { isTemporary: true, mayBeDone: true });
  log('INFO', 'a card was posted', { incidentId: card.incidentId, channel: card.name });
  return ts;
}

/** @returns why it is not shown, for the caller */
async function giveBack(lease: Lease, error: unknown): Promise<unknown> {
  if (error instanceof LostLease) return anotherIsAtIt();
  const failure = failureOf(error);
  const isUnknown = error instanceof SlackFailure && error.mayBeDone;
  const retryAt = isUnknown ? new Date(now().getTime() + lookAfterMs) : null;
  // Of an edit whose answer was lost nobody knows which of the two is shown.
  await lease.release({ retryAt, ...(isUnknown ? { shown: null } : {}) });
  return failure;
}

/** What Slack's failure is to a channel. */
export function failureOf(error: unknown): unknown {
  if (!(error instanceof SlackFailure)) return error;
  if (!error.isTemporary) return new PermanentFailure(error.message);
  if (error.mayBeDone) return new TemporaryFailure(error.message, lookAfterMs, 'notice');
  return new TemporaryFailure(error.message, error.retryAfterMs);
}

/** A slow Slack may still do what it was asked: only later is it true that a message is not there. */
const lookAfterMs = milliseconds(policy.outgoing.lookAfter);

const placeIn = (incident: Incident, { name }: Pick<Showing, 'name'>): CardPlace | undefined =>
  incident.cards?.find((each) => each.name === name);

/** From here on whatever is recorded of the incident edits the card. */
async function recordPlace({ incidentId, name }: Showing, { channel, ts }: CardRecord & { ts: string }): Promise<void> {
  const at = now();
  await firestore().runTransaction((transaction) =>
    changeIncident(transaction, incidentId, { actor: 'rule', now: at, policy }, (incident) => {
      const cards = [...(incident.cards ?? []).filter((each) => each.name !== name), { name, channel, ts }];
      const events: DecidedEvent[] =
        placeIn(incident, { name })?.ts === ts
          ? []
          : [
              {
                type: 'card-posted',
                occurredAt: at,
                actor: 'rule',
                detail: { tool: 'slack', name, channel, ts },
                changes: { cards },
              },
            ];
      return { incident: afterEvents(incident, events), events, effects: [] };
    }),
  );
}
