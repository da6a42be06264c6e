/** Where what is sent is kept: updates to customers, and notes to whoever reported, by the form of their ids. */
import type { DocumentReference } from '@google-cloud/firestore';
import { collections, firestore } from '../../platform/firestore.ts';

/** As `outgoing` is told of them. */
export const sentIdForm = /^(?:upd|note)_[\w-]{1,64}$/;

export const updateRef = (id: string): DocumentReference =>
  firestore()
    .collection(id.startsWith('note_') ? collections.ticketNotes : collections.updates)
    .doc(id);
