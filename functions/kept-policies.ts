/** Each policy that was in force, by its version: what a decision was taken by stays readable after the policy is edited. */
import type { Firestore } from '@google-cloud/firestore';
import { collections, createOnce, firestore } from './platform/firestore.ts';
import { type Policy, policyVersion } from './policy.ts';

const keptIn = new WeakMap<Firestore, string>();

/** Costs a write a process and version, and nothing after that. */
export async function keepPolicy(policy: Policy, now: Date): Promise<void> {
  const store = firestore();
  const version = policyVersion(policy);
  if (keptIn.get(store) === version) return;
  // As text: a policy has lists within lists, which a document cannot hold.
  const kept = { version, policy: JSON.stringify(policy), keptAt: now };
  await createOnce(store.collection(collections.policies).doc(version), kept);
  keptIn.set(store, version);
}

/** @returns undefined for a version that never was in force here */
export async function readKeptPolicy(version: string): Promise<object | undefined> {
  const document = await firestore().collection(collections.policies).doc(version).get();
  return document.exists ? (JSON.parse(String(document.get('policy'))) as object) : undefined;
}
