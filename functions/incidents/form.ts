/**
 * The form of an incident's document. Beside the fold of its timeline it holds what is derived from it, for queries and
 * for readers: written with every change, and added to documents of an earlier form by `npm run migrate`. Pure.
 */
import { policy } from '../policy.ts';
import { codeOf } from './code.ts';
import type { Incident } from './incident.ts';
import { searchGrams } from './search/searchable.ts';

/** Of the documents that are written now. A release that adds a field raises it. */
const formVersion = 2;

/** What a document holds beside the fold. */
interface DerivedFields {
  /** What people say on the phone; not checked for uniqueness. */
  code: string;
  /** When it was last written for something that was said or decided. */
  changedAt: Date;
  /** By which customers it is found: those affected, and whoever reported it. */
  customerIds: string[];
  /** The grams that a search finds it by; nothing of an outside ticket. */
  search: string[];
}

/**
 * How each field is derived. A field that is added here is written from then on, and by the migration.
 * @param changedAt now; of a document that is migrated, when it was last written
 */
const derivations: { [K in keyof DerivedFields]: (incident: Incident, changedAt: Date) => DerivedFields[K] } = {
  code: ({ id }) => codeOf(id),
  changedAt: (_, changedAt) => changedAt,
  customerIds: ({ affectedCustomers, reporter }) => {
    const ids = [...affectedCustomers, ...(reporter ? [reporter] : [])].map((each) => each.id);
    return [...new Set(ids)].sort();
  },
  search: (incident) => searchGrams(incident, policy),
};

export function derivedFrom(incident: Incident, changedAt: Date): DerivedFields & Pick<Incident, 'schemaVersion'> {
  const fields = Object.entries(derivations).map(([field, derive]) => [field, derive(incident, changedAt)]);
  return { schemaVersion: formVersion, ...(Object.fromEntries(fields) as DerivedFields) };
}

/** Whether a document has the form of those that are written now. */
export function isCurrent(document: Pick<Incident, 'schemaVersion'>): boolean {
  return document.schemaVersion === formVersion && Object.keys(derivations).every((field) => field in document);
}
