/** Makes, shows and revokes the link to a customer's own page. Anyone with the link can read that page, and nothing else. */
import { createHmac, hash } from 'node:crypto';
import type { DocumentReference } from '@google-cloud/firestore';
import { listedCustomers } from '../find/listed-customers.ts';
import type { Context } from '../incidents/facts/decision.ts';
import type { Incident } from '../incidents/incident.ts';
import { type Config, readConfig } from '../platform/config.ts';
import { collections, dataOf, firestore, readAll } from '../platform/firestore.ts';
import { stableId } from '../platform/ids.ts';
import { log } from '../platform/log.ts';
import { Problem } from '../platform/problem.ts';
import { milliseconds, type Policy } from '../policy.ts';
import { refuse } from '../words/refusals/refuse.ts';
import { arePagesOn, askToPublish } from './ask-to-publish.ts';

/** `customerPages/{id}`: the token itself is nowhere. */
export interface PageRecord {
  customerId: string;
  name?: string;
  /** Grows with each link, so that a revoked one never opens again. */
  generation: number;
  /** The digest of the current link's token; null after it was revoked. */
  hash: string | null;
  /** The digests of revoked links. */
  revoked: string[];
  expiresAt: Date;
  madeBy: string;
  changedAt: Date;
}

export interface PageLink {
  /** Null if its secret was replaced: the link still opens, but can no longer be shown. */
  url: string | null;
  expiresAt: Date;
}

export const pageIdOf = (customerId: string): string => stableId('pag', customerId);

export const pageRecordRef = (customerId: string): DocumentReference =>
  firestore().collection(collections.customerPages).doc(pageIdOf(customerId));

/** 128 bits cannot be guessed. */
export const tokenOf = (secret: string, customerId: string, generation: number): string =>
  createHmac('sha256', secret)
    .update(JSON.stringify([customerId, generation]))
    .digest()
    .subarray(0, 16)
    .toString('base64url');

export const hashOf = (token: string): string => hash('sha256', token);

/** The link of a customer, and until when it opens; undefined if there is none. */
export async function readLink(customerId: string, now: Date): Promise<PageLink | undefined> {
  const record = dataOf<PageRecord>(await pageRecordRef(customerId).get());
  if (!record?.hash || record.expiresAt <= now) return undefined;
  return linkOf(record, readConfig());
}

function linkOf({ customerId, generation, hash: known, expiresAt }: PageRecord, config: Config): PageLink {
  const tokens = config.PAGES_SECRET.map((secret) => tokenOf(secret, customerId, generation));
  const token = tokens.find((each) => hashOf(each) === known);
  return { url: token && config.PUBLIC_URL ? `${config.PUBLIC_URL}/s/${token}` : null, expiresAt };
}

/**
 * Makes the link of a customer, or has the one that opens last longer.
 * @throws Problem 404 for a customer that nobody has named, 409 where customers have no pages
 */
export async function makeLink(customerId: string, { actor, now, policy }: Context): Promise<PageLink> {
  const config = readConfig();
  const [secret] = config.PAGES_SECRET;
  if (!arePagesOn(config) || !secret || !config.PUBLIC_URL) throw new Problem(409, refuse('no-customer-pages'));
  const name = await nameOf(customerId, policy);
  const ref = pageRecordRef(customerId);
  const record = await firestore().runTransaction(async (transaction) => {
    const before = dataOf<PageRecord>(await transaction.get(ref));
    const opens = before?.hash && before.expiresAt > now && linkOf(before, config).url !== null;
    const generation = opens ? before.generation : (before?.generation ?? 0) + 1;
    const after: PageRecord = {
      customerId,
      ...name,
      generation,
      hash: opens ? before.hash : hashOf(tokenOf(secret, customerId, generation)),
      revoked: opens ? before.revoked : revokedOf(before),
      expiresAt: new Date(now.getTime() + milliseconds(policy.customerPages.linkLastsFor)),
      madeBy: actor,
      changedAt: now,
    };
    transaction.set(ref, after);
    return after;
  });
  log('INFO', 'a customer page was opened', { actor, generation: record.generation });
  await askToPublish();
  return linkOf(record, config);
}

/** The link opens nothing any more. @returns whether there was one */
export async function revokeLink(customerId: string, { actor, now }: Pick<Context, 'actor' | 'now'>): Promise<boolean> {
  const ref = pageRecordRef(customerId);
  const wasThere = await firestore().runTransaction(async (transaction) => {
    const before = dataOf<PageRecord>(await transaction.get(ref));
    if (!before?.hash) return false;
    transaction.set(ref, { ...before, hash: null, revoked: revokedOf(before), madeBy: actor, changedAt: now });
    return true;
  });
  if (wasThere) log('INFO', 'a customer page was revoked', { actor });
  await askToPublish();
  return wasThere;
}

const revokedOf = (before: PageRecord | undefined): string[] =>
  before ? [...new Set([...before.revoked, before.hash ?? []].flat())] : [];

/** A name that another customer gave them is on no page. @throws Problem 404 */
async function nameOf(customerId: string, policy: Policy): Promise<Pick<PageRecord, 'name'>> {
  const listed = (await listedCustomers(policy)).byId.get(customerId);
  if (listed) return { name: listed.name };
  const all = firestore().collection(collections.incidents);
  const named = await readAll<Incident>(
    all.where('customerIds', 'array-contains', customerId).orderBy('filedAt', 'desc').limit(1),
  );
  const known = named.flatMap(({ affectedCustomers, reporter }) => [reporter ?? [], affectedCustomers].flat());
  if (known.length === 0) throw new Problem(404, refuse('no-customer', { id: customerId }));
  const found = known.find(({ id, name, isNamedByOthers }) => id === customerId && name && !isNamedByOthers);
  return found?.name ? { name: found.name } : {};
}
