/** Audit items (`docs/reference/rules/h-changed-counts.md`): what the meeting reads again, since it could hide incidents. Pure. */
import { createHash } from 'node:crypto';
import type { Incident, RealIncident } from '../incidents/incident.ts';
import type { WeekSummary } from './trends.ts';
import { compare } from './written.ts';

export type AuditItem =
  /** Not seen in any of the weeks before: somebody began a workflow that the policy may not know. */
  | { kind: 'new-form' | 'new-channel'; name: string; count: number; example: string }
  /** The policy does not map this form: its tickets were filed as incidents. */
  | { kind: 'unmapped-form'; name: string; count: number; example: string };

const mostItems = 100;

export function listAudit(filed: readonly RealIncident[], summary: WeekSummary, past: readonly WeekSummary[]) {
  const items: AuditItem[] = [];
  const add = (kind: AuditItem['kind'], name: string, matches: (incident: Incident) => boolean): void => {
    const ids = filed.flatMap((each) => (matches(each) ? [each.id] : [])).sort(compare);
    if (ids[0] !== undefined) items.push({ kind, name, count: ids.length, example: ids[0] });
  };
  // In the first week of all, everything would be new.
  if (past.length > 0) {
    for (const field of ['form', 'channel'] as const) {
      const known = new Set(past.flatMap((each) => each[`${field}s`]));
      for (const name of summary[`${field}s`]) {
        if (!known.has(name)) add(`new-${field}`, name, ({ origin }) => origin[field]?.slice(0, 100) === name);
      }
    }
  }
  for (const form of summary.forms) {
    add('unmapped-form', form, (each) => each.routing.isFormUnknown && each.origin.form?.slice(0, 100) === form);
  }
  return items.slice(0, mostItems);
}

/** A sample that nobody draws: the week's name is the seed, so that it is the same whenever it is taken. */
export function sample<T extends { id: string }>(all: readonly T[], seed: string, size: number): T[] {
  const lot = (each: T): string => createHash('sha256').update(`v1:${seed}:${each.id}`).digest('hex');
  return all
    .map((each) => ({ each, lot: lot(each) }))
    .sort((a, b) => compare(a.lot, b.lot))
    .slice(0, size)
    .map(({ each }) => each);
}
