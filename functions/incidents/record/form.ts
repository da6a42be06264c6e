/** What an incident's document holds beside its fold, for queries: `npm run migrate` adds it to earlier forms. Pure. */
import { policy } from '../../policy.ts';
import { codeOf, type Incident, optional } from '../incident.ts';
import type { Contact } from '../rhythm/contact.ts';
import { searchGrams } from '../search/searchable.ts';
import { type BoardPlace, placeOnBoard } from '../views/board-place.ts';

/** The form of documents written now. A release that adds a field raises it. */
const formVersion = 2;

/**
 * What a document holds beside the fold.
 * @param changedAt now; of a document that is migrated, when it was last written
 * @param contacts all of it, where they are known: without them its place on the board goes by the one that it had
 * @param added those that are new, where the others are not known
 */
export function derivedFrom(
  incident: Incident & { board?: BoardPlace | null },
  changedAt: Date,
  contacts?: readonly Contact[],
  added?: readonly Contact[],
) {
  const { id, affectedCustomers, reporter } = incident;
  const known = [...affectedCustomers, ...(reporter ? [reporter] : [])].map((each) => each.id);
  return {
    schemaVersion: formVersion,
    /** What people say on the phone; not checked for uniqueness. */
    code: codeOf(id),
    /** When it was last written for something that was said or decided. */
    changedAt,
    /** The customers by which the incident is found: the affected ones and the reporter. */
    customerIds: [...new Set(known)].sort(),
    /** Its place on the board; null if it is not there. */
    ...optional('board', placeOnBoard(incident, contacts, incident.board, policy, added)),
    /** The grams that a search finds it by; nothing of an outside ticket. */
    search: searchGrams(incident, policy),
  };
}

/** Only that field: the change of a look without a notice. */
export const boardFrom = (incident: Incident, contacts: readonly Contact[]): { board: BoardPlace | null } => ({
  board: placeOnBoard(incident, contacts, undefined, policy) ?? null,
});

const derivedFields = ['code', 'changedAt', 'customerIds', 'board', 'search'] as const;

/** Whether a document has the form of those that are written now. */
export const isCurrent = (document: Pick<Incident, 'schemaVersion'>): boolean =>
  document.schemaVersion === formVersion && derivedFields.every((field) => field in document);
