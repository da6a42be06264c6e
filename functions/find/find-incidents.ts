/** Finds incidents by what people know of them: a code, a ticket, a customer, or words of the title. */
import type { Query } from '@google-cloud/firestore';
import type { Incident } from '../incidents/incident.ts';
import { gramsOfWord } from '../incidents/search/grams.ts';
import { readingForm } from '../incidents/search/reading-form.ts';
import { holdsWords, lastSegmentOf, readCode } from '../incidents/search/searchable.ts';
import { allOf, collections, countOf, dataOf, firestore, incidentRef } from '../platform/firestore.ts';
import { Problem } from '../platform/problem.ts';
import type { Policy } from '../policy.ts';
import { refuse, wrongField } from '../words/refusals/refuse.ts';

/**
 * Reads at most `policy.find.mostReads` incidents, and one index entry for each gram that is weighed.
 * @returns the newest first; `incomplete`: there may be more, since not all that could be meant has been read
 * @throws Problem 422 for a question that holds nothing to search by
 */
export async function findIncidents(asked: string, policy: Policy) {
  const text = asked.trim();
  const id = /\binc_[\da-f]{24}\b/.exec(text)?.[0];
  if (id) return { incidents: [dataOf<Incident>(await incidentRef(id).get()) ?? []].flat() };
  const address = /^https?:/i.test(text) ? text : undefined;
  // An address ends with the ticket's number or key as the tool shows it.
  const words = wordsOf(lastSegmentOf(address) ?? text);
  const { mostCharacters: n } = policy.find;
  if (words.length === 0 || text.length > n) {
    const errors = [wrongField('q', 'give-something-to-search', { n })];
    throw new Problem(422, refuse('nothing-to-search'), { errors });
  }
  const named = address ? [] : await findByName(text, policy);
  const [worded, commented] = await Promise.all([
    findByWords(words, policy.find.mostReads - named.length, policy),
    address ? [] : findByComments(words, policy),
  ]);
  const all = [...named, ...worded.incidents, ...commented].filter((each) => each.kind !== 'outside');
  const exact = all.filter((each) => each.origin.url === address || each.ticketUrls.includes(address ?? ''));
  const meant = address && exact.length > 0 ? exact : all;
  const unique = [...new Map(meant.map((each) => [each.id, each])).values()];
  const incidents = unique.sort((one, other) => other.filedAt.getTime() - one.filedAt.getTime());
  const isCut = worded.isCut || named.length >= policy.find.mostFound || incidents.length > policy.find.mostFound;
  return { incidents: incidents.slice(0, policy.find.mostFound), ...(isCut ? { incomplete: true as const } : {}) };
}

/** A blank separates words. In a Japanese title it separates nothing, so a query is split at blanks only. */
const wordsOf = (asked: string): string[] =>
  [...new Set(asked.split(/\s+/u).flatMap((each) => readingForm(each).split(' ')))].filter(Boolean);

async function findByName(text: string, policy: Policy): Promise<Incident[]> {
  const all = firestore().collection(collections.incidents);
  const code = readCode(text);
  const queries: Query[] = [
    all.where('origin.id', '==', text),
    all.where('customerIds', 'array-contains', text).orderBy('filedAt', 'desc'),
    ...(code ? [all.where('code', '==', code)] : []),
  ];
  const found = await Promise.all(queries.map((query) => query.limit(policy.find.mostFound).get()));
  return found.flatMap((each) => allOf<Incident>(each));
}

async function findByComments(words: string[], policy: Policy): Promise<Incident[]> {
  const comments = firestore().collectionGroup(collections.timeline).where('type', '==', 'commented');
  const newest = comments.orderBy('recordedAt', 'desc').limit(policy.find.mostComments);
  // A query that is resumed after a failure begins after its last document, by the field that orders it.
  const found = await newest.select('recordedAt', 'detail.text').get();
  const refs = found.docs.flatMap((each) => {
    const text = readingForm(String(each.get('detail.text') ?? ''));
    const incident = each.ref.parent.parent;
    return incident && words.every((word) => text.includes(word)) ? [incident] : [];
  });
  const ids = [...new Set(refs.map(({ id }) => id))].slice(0, policy.find.mostFound);
  if (ids.length === 0) return [];
  const incidents = await firestore().getAll(...ids.map(incidentRef));
  return incidents.flatMap((each) => dataOf<Incident>(each) ?? []);
}

async function findByWords(words: string[], most: number, policy: Policy) {
  const incidents: Incident[] = [];
  const rarest = await selectRarest(firestore().collection(collections.incidents), words.flatMap(gramsOfWord), policy);
  if (!rarest || rarest.count === 0) return { incidents, isCut: false };
  let { query } = rarest;
  for (let left = most; left > 0; ) {
    const size = Math.min(policy.find.pageSize, left);
    const page = await query.limit(size).get();
    incidents.push(...allOf<Incident>(page).filter((each) => holdsWords(each, words)));
    left -= page.size;
    const last = page.docs.at(-1);
    if (!last || page.size < size) return { incidents, isCut: false };
    if (incidents.length >= policy.find.mostFound) break;
    query = rarest.query.startAfter(last);
  }
  return { incidents, isCut: true };
}

/**
 * Selects by the gram that the fewest incidents have; the caller checks the rest. It costs a read for each gram, and for each
 * thousand incidents that have it.
 * @returns the newest first, and their number up to `policy.find.mostCounted`; undefined without a gram
 */
export async function selectRarest(within: Query, grams: readonly string[], policy: Policy) {
  const { mostWeighed, mostCounted } = policy.find;
  const weighed = [...new Set(grams)].sort((one, other) => other.length - one.length).slice(0, mostWeighed);
  const selections = await Promise.all(
    weighed.map(async (gram) => {
      const query = within.where('search', 'array-contains', gram).orderBy('filedAt', 'desc');
      return { query, count: await countOf(query.limit(mostCounted)) };
    }),
  );
  return selections.sort((one, other) => one.count - other.count)[0];
}
