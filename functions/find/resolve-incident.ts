/** The incident that people name by its id, its code or an address of its page. */
import { readCode } from '../incidents/search/searchable.ts';
import { collections, firestore } from '../platform/firestore.ts';
import { Problem } from '../platform/problem.ts';
import { refuse, wrongField } from '../words/refusals/refuse.ts';

/** @returns its id @throws Problem 422 naming `to` where no incident is called so */
export async function resolveIncident(said: string): Promise<string> {
  const id = /\binc_[\da-f]{24}\b/.exec(said)?.[0];
  if (id) return id;
  const code = readCode(said);
  const all = firestore().collection(collections.incidents);
  const found = code ? await all.where('code', '==', code).select().limit(2).get() : undefined;
  const [only, another] = found?.docs ?? [];
  if (only && !another) return only.id;
  throw new Problem(422, refuse('statement-not-understood'), { errors: [wrongField('to', 'not-an-incident-id')] });
}
