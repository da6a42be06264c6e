/** Which message shows which incident: `cards/{incident}_{channel’s name}`. */
import type { DocumentReference } from '@google-cloud/firestore';
import type { CardPlace } from '../../incidents/sending.ts';
import type { Deliverable } from '../../platform/delivery.ts';
import { collections, firestore } from '../../platform/firestore.ts';
import type { Language } from '../../words/language.ts';

export interface CardRecord extends Deliverable {
  id: string;
  incidentId: string;
  /** Of the channel, as `NOTIFY_CHANNELS` has it. */
  name: string;
  /** Slack's id of it. */
  channel: string;
  language: Language;
  /** Slack's id of the message; null until it is known, though it may be there. */
  ts: string | null;
  /** That message was gone and another was asked for, which may be there. */
  isPostedAnew?: true;
  /** The notice that it was posted for, which needs no further message. */
  postedFor: string | null;
  /** A hash of what it shows. */
  shown: string | null;
  /** The newest message that has asked for an edit: it tries on for those before it. */
  newest?: string;
  createdAt: Date;
}

export const cardRef = (incidentId: string, { name }: Pick<CardPlace, 'name'>): DocumentReference =>
  firestore().collection(collections.cards).doc(`${incidentId}_${name}`);
