/**
 * The form of an incident's document. Beside the fold of its timeline it holds what is derived from it, for queries and
 * for readers: written with every change, and added to documents of an earlier form by `npm run migrate`. Pure.
 */
import { policy } from '../policy.ts';
import { type BoardPlace, placeOnBoard } from './board-place.ts';
import { codeOf } from './code.ts';
import type { Incident } from './incident.ts';
import type { Contact } from './rhythm/contact.ts';
import { searchGrams } from './search/searchable.ts';

/** Of the documents that are written now. A release that adds a field raises it. */
const formVersion = 2;

/** What a document holds beside the fold. */
interface DerivedFields {
  /** What people say on the phone; not checked for uniqueness. */
  code: string;
  /** When it was last written for something that was said or decided. */
  changedAt: Date;
  /** The customers by which it is found: those affected, and the reporter. */
  customerIds: string[];
  /** Where it is on the board; null where it is not there. */
  board: BoardPlace | null;
  /** The grams that a search finds it by; nothing of an outside ticket. */
  search: string[];
}

/**
 * How each field is derived. A field that is added here is written from then on, and by the migration.
 * @param changedAt now; of a document that is migrated, when it was last written
 */
const derivations: {
  [K in keyof DerivedFields]: (
    incident: Incident & Partial<DerivedFields>,
    changedAt: Date,
    contacts: readonly Contact[] | undefined,
    added: readonly Contact[] | undefined,
  ) => DerivedFields[K] | undefined;
} = {
  code: ({ id }) => codeOf(id),
  changedAt: (_, changedAt) => changedAt,
  customerIds: ({ affectedCustomers, reporter }) => {
    const ids = [...affectedCustomers, ...(reporter ? [reporter] : [])].map((each) => each.id);
    return [...new Set(ids)].sort();
  },
  board: (incident, _, contacts, added) => placeOnBoard(incident, contacts, incident.board, policy, added),
  search: (incident) => searchGrams(incident, policy),
};

/**
 * @param contacts all of it, where they are known: without them its place on the board goes by the one that it had
 * @param added those that are new, where the others are not known
 */
export function derivedFrom(
  incident: Incident,
  changedAt: Date,
  contacts?: readonly Contact[],
  added?: readonly Contact[],
): Partial<DerivedFields> & Pick<Incident, 'schemaVersion'> {
  const fields = Object.entries(derivations).map(([field, derive]) => [
    field,
    derive(incident, changedAt, contacts, added),
  ]);
  return { schemaVersion: formVersion, ...Object.fromEntries(fields.filter(([, value]) => value !== undefined)) };
}

/** That alone: what a look that says nothing leaves. */
export function boardFrom(incident: Incident, contacts: readonly Contact[]): Pick<DerivedFields, 'board'> {
  return { board: placeOnBoard(incident, contacts, undefined, policy) ?? null };
}

/** Whether a document has the form of those that are written now. */
export function isCurrent(document: Pick<Incident, 'schemaVersion'>): boolean {
  return document.schemaVersion === formVersion && Object.keys(derivations).every((field) => field in document);
}
