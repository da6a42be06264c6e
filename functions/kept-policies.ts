/** Keeps each policy that was in force by its version, so that the basis of a decision stays readable. */
import type { Firestore } from '@google-cloud/firestore';
import { environment } from './platform/environment.ts';
import { collections, createOnce, firestore } from './platform/firestore.ts';
import { type Policy, policyVersion } from './policy.ts';

/** Set by the bundle: who built it, from which commit. */
declare const METRONOME_BUILT_FROM: string | undefined;
const builtFrom: { by?: string; commit?: string } =
  typeof METRONOME_BUILT_FROM === 'undefined' ? {} : JSON.parse(METRONOME_BUILT_FROM);

const keptIn = new WeakMap<Firestore, string>();

/** Costs one write for each process and version. */
export async function keepPolicy(policy: Policy, now: Date): Promise<void> {
  const store = firestore();
  const version = policyVersion(policy);
  if (keptIn.get(store) === version) return;
  // Stored as text: a policy has lists within lists, which Firestore cannot store.
  const kept = {
    version,
    policy: JSON.stringify(policy),
    keptAt: now,
    ...builtFrom,
    // The revision's name on Cloud Run.
    revision: environment().K_REVISION ?? null,
  };
  await createOnce(store.collection(collections.policies).doc(version), kept);
  keptIn.set(store, version);
}

/** @returns undefined for a version that never was in force here */
export async function readKeptPolicy(version: string): Promise<object | undefined> {
  const document = await firestore().collection(collections.policies).doc(version).get();
  return document.exists ? (JSON.parse(String(document.get('policy'))) as object) : undefined;
}

export interface KeptVersion {
  version: string;
  /** When it was first in force. */
  keptAt: Date;
  /** The Cloud Run revision; null on a laptop, and for policies kept before revisions were recorded. */
  revision: string | null;
  /** Email of the person who deployed it, and the commit; null on a laptop. */
  by: string | null;
  commit: string | null;
}

/** The newest first. */
export async function keptVersions(most: number): Promise<KeptVersion[]> {
  const { docs } = await firestore()
    .collection(collections.policies)
    .orderBy('keptAt', 'desc')
    .limit(most)
    .select('keptAt', 'revision', 'by', 'commit')
    .get();
  return docs.map((each) => ({
    version: each.id,
    keptAt: each.get('keptAt').toDate(),
    revision: each.get('revision') ?? null,
    by: each.get('by') ?? null,
    commit: each.get('commit') ?? null,
  }));
}
