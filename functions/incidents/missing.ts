/** What a report said and could not be read: it is asked for like what nobody has said. Pure. */
import type { FieldError } from '../platform/problem.ts';

export interface MissingFact {
  field: string;
  why: string;
}

/** Where a field of a report ends up in an incident. */
const fieldOfReport: Record<string, string> = {
  subject: 'title',
  businessImpact: 'impact.businessImpact',
  affectedCustomerCount: 'impact.affectedCustomerCount',
};

export function leftOutFacts(leftOut: FieldError[], isOpen: (field: string) => boolean): MissingFact[] {
  return leftOut
    .map(({ path, message }) => ({ field: fieldOfReport[path] ?? path, why: message }))
    .filter(({ field }) => isOpen(field));
}
