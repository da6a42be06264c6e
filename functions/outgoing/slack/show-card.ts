/**
 * Shows an incident on its card in a channel. A process takes a lease before it reads the record, so that no edit is older
 * than what it replaces. After a lost answer it looks for the card before it posts again.
 */
import { hash } from 'node:crypto';
import { type DocumentReference, FieldValue } from '@google-cloud/firestore';
import { dutyOf } from '../../duty/duty.ts';
import { type Loaded, loadIncident } from '../../find/read-incident.ts';
import { readSameness } from '../../find/sameness.ts';
import type { Incident } from '../../incidents/incident.ts';
import type { CardPlace } from '../../incidents/outbox/sending.ts';
import { changeIncident } from '../../incidents/record/change.ts';
import { now } from '../../platform/clock.ts';
import { readConfig } from '../../platform/config.ts';
import { given } from '../../platform/defined.ts';
import type { Deliverable, Limits } from '../../platform/delivery.ts';
import { PermanentFailure } from '../../platform/failures.ts';
import { collections, firestore } from '../../platform/firestore.ts';
import { attempt, type Lease } from '../../platform/ledger.ts';
import { log } from '../../platform/log.ts';
import { milliseconds, policy } from '../../policy.ts';
import type { Language } from '../../words/language.ts';
import { failureBySlack } from '../channels/answers.ts';
import { undecidedUpdates } from '../tickets/recent-updates.ts';
import { isOnItsWay } from '../tickets/update.ts';
import type { Content } from './blocks.ts';
import { cardOf } from './card.ts';
import { askSlack, SlackFailure } from './client.ts';
import { namesOf } from './profiles.ts';
import { type Mark, seek } from './seek.ts';
import { takeTurn } from './turns.ts';

/** Which message shows which incident: `cards/{incident}_{channel’s name}`. */
export interface CardRecord extends Deliverable {
  id: string;
  incidentId: string;
  /** The channel's name in `NOTIFY_CHANNELS`. */
  name: string;
  /** Slack's id of it. */
  channel: string;
  language: Language;
  /** Slack's id of the message; null until it is known, though it may be there. */
  ts: string | null;
  /** The message was gone and another was requested, which may have been posted. */
  isPostedAnew?: true;
  /** The notice that it was posted for, which needs no further message. */
  postedFor: string | null;
  /** A hash of the card's content. */
  shown: string | null;
  /** The newest message that asked for an edit: it retries on behalf of the ones before it. */
  newest?: string;
  createdAt: Date;
}

export const cardRef = (incidentId: string, { name }: Pick<CardPlace, 'name'>): DocumentReference =>
  firestore().collection(collections.cards).doc(`${incidentId}_${name}`);

export interface Showing extends Pick<CardRecord, 'incidentId' | 'name' | 'channel' | 'language'> {
  /** The notice for which a missing card is posted; without one, the card is only edited. */
  postFor?: string;
  /** The order (`orderOf`) of the message that asks for it. */
  asked?: string;
}

const limits = (): Limits => ({
  // Longer than a turn and the calls take together; slower work extends the lease before it posts.
  leaseMs: 120_000,
  giveUpAfterMs: milliseconds(policy.notices.giveUpAfter),
  longestWaitMs: 600_000,
});

/** Within this process, showing the same card waits for the previous run, and then reads the newest record. */
const queues = new Map<string, Promise<unknown>>();

/** @returns undefined if there is no card, or no such incident @throws TemporaryFailure or PermanentFailure */
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
  const { incidentId, name, postFor, asked } = showing;
  const ref = cardRef(incidentId, showing);
  let incident: Incident | undefined;
  /** What Slack shows is uncertain: nothing, an older state, or a message with an unknown ts. */
  let sought: { ts: string | undefined } | undefined;
  const after = await attempt<CardRecord>(ref, {
    limits: limits(),
    facts: { incidentId, card: name },
    ...(postFor ? { begins: { record: newCard(ref.id, showing, postFor), isNew: false } } : {}),
    isOver: ({ ts }) => !ts && !postFor,
    // Edits that fail hold up no notice.
    isUrgent: postFor !== undefined,
    taking: () => (asked ? { newest: asked } : {}),
    lookUp: async (card) => {
      const since = { channel: card.channel, since: card.createdAt };
      const isLost = !card.ts || card.isPostedAnew;
      sought = { ts: isLost ? await asFailure(seek(markOf(card), since)) : undefined };
      return 'absent';
    },
    send: async (card, lease) => {
      const loaded = await loadIncident(incidentId);
      if (!loaded) throw new PermanentFailure('there is no such incident');
      incident = loaded.incident;
      const known = sought ? { ...card, ts: sought.ts ?? card.ts, shown: null } : card;
      const { ts, shown } = await asFailure(bringUpToDate(known, lease, loaded));
      return { kind: 'delivered', fields: { ts, shown } };
    },
    settling: async ({ delivery }) => {
      if (delivery.state === 'delivered') return { isPostedAnew: FieldValue.delete() };
      // After a lost answer, it is unknown whether Slack shows the old card or the new one.
      return delivery.state === 'unknown' ? { shown: null } : undefined;
    },
  });
  if (!after) return undefined;
  if (after.delivery.state !== 'delivered') throw new PermanentFailure(after.delivery.lastError ?? '');
  const { ts } = after;
  if (ts && incident && placeIn(incident, showing)?.ts !== ts) await recordPlace(showing, { ...after, ts });
  return after;
}

const newCard = (id: string, showing: Showing, postedFor: string): Omit<CardRecord, 'delivery'> => ({
  id,
  ...given(showing, ['incidentId', 'name', 'channel', 'language']),
  ts: null,
  postedFor,
  shown: null,
  createdAt: now(),
});

/** @throws what Slack's failure is to a channel */
const asFailure = <T>(asked: Promise<T>): Promise<T> => asked.catch((error) => Promise.reject(failureOf(error)));

export async function composeCard({ incident, contacts }: Loaded, language: Language): Promise<Content> {
  const roles = Object.values(incident.roles ?? {}).map(({ who }) => who);
  const [onDuty, asked, names, sending] = await Promise.all([
    dutyOf(incident),
    readSameness(incident),
    namesOf([incident.assignee, ...roles]),
    undecidedUpdates(incident, now(), policy),
  ]);
  const onCall = onDuty?.people.flatMap(({ email, name }) => (email ? [[email, name] as const] : [])) ?? [];
  return cardOf(incident, contacts, {
    policy,
    language,
    consoleUrl: readConfig().CONSOLE_URL,
    onDuty,
    same: asked?.state === 'asked' ? asked.to : undefined,
    names: new Map([...names, ...onCall]),
    sending: sending.filter(isOnItsWay),
  });
}

async function bringUpToDate(card: CardRecord, lease: Lease, loaded: Loaded): Promise<CardRecord> {
  const content = await composeCard(loaded, card.language);
  const shown = hash('sha256', JSON.stringify(content)).slice(0, 24);
  if (card.ts && card.shown === shown) return card;
  if (card.ts && (await edit(card, card.ts, content))) return { ...card, shown };
  return { ...card, ts: await post(card, content, lease), shown };
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
    await askSlack((client) => client.chat.update(asked));
    return true;
  } catch (error) {
    if (error instanceof SlackFailure && isGone.has(error.reason)) return false;
    throw error;
  }
}

async function post(card: CardRecord, content: Content, lease: Lease): Promise<string> {
  const { channel } = card;
  await takeTurn(channel);
  await lease.extend(card.ts ? ({ isPostedAnew: true } satisfies Partial<CardRecord>) : {});
  const asked = { channel, ...content, unfurl_links: false, unfurl_media: false, metadata: markOf(card) };
  const { ts } = await askSlack((client) => client.chat.postMessage(asked));
  if (!ts) throw new SlackFailure('no ts', { isTemporary: true, mayBeDone: true });
  log('INFO', 'a card was posted', { incidentId: card.incidentId, channel: card.name });
  return ts;
}

/** What a failure of Slack means for a channel. */
export const failureOf = (error: unknown): unknown => (error instanceof SlackFailure ? failureBySlack(error) : error);

const placeIn = (incident: Incident, { name }: Pick<Showing, 'name'>): CardPlace | undefined =>
  incident.cards?.find((each) => each.name === name);

/** From now on, every new record of the incident edits the card. */
async function recordPlace({ incidentId, name }: Showing, { channel, ts }: CardRecord & { ts: string }): Promise<void> {
  const at = now();
  await firestore().runTransaction((transaction) =>
    changeIncident(transaction, incidentId, { actor: 'rule', now: at, policy }, (incident) => {
      if (placeIn(incident, { name })?.ts === ts) return { facts: [] };
      const detail = { tool: 'slack', name, channel, ts };
      return { facts: [{ type: 'card-posted', occurredAt: at, actor: 'rule', detail }] };
    }),
  );
}
