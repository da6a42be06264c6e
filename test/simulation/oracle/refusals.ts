/** What people state is refused for a reason in the record, and for no other. */
import type { Answer, Call } from '../stage.ts';
import { type Doc, date, foldUntil, type Records } from './records.ts';
import { readStatement } from './said.ts';
import { commitMs } from './windows.ts';

/** A statement that was refused. */
export interface Refusal {
  incidentId: string;
  statement: Doc;
  status: number;
  at: number;
  detail: string;
}

/** @returns undefined for what was no statement, or was not refused */
export function readRefusal(call: Call, answer: Answer | undefined, at: number): Refusal | undefined {
  const stated = readStatement(call);
  if (!stated || !answer || ![409, 422].includes(answer.status)) return undefined;
  return { ...stated, status: answer.status, at, detail: JSON.stringify(answer.body).slice(0, 300) };
}

/** What may be said of any incident at any time. */
const always = new Set(['responded', 'assigned', 'commented', 'mitigated', 'caused', 'role-taken', 'scoped']);
const correctable = new Set(['ongoing', 'businessImpact', 'title', 'affectedCustomerCount']);
const whileOpen = new Set(['customer-updated', 'recovered']);

export function checkRefusals(refusals: readonly Refusal[], records: Records): string[] {
  return refusals.flatMap(({ incidentId, statement, status, at, detail }) => {
    const { type, field, value, happened, occurredAt = date(at) } = statement;
    const events = records.timelines.get(incidentId) ?? [];
    const around = [-commitMs, commitMs].map((offset) => foldUntil(events, at + offset));
    const isLinked = around.some((each) => each.status === 'linked');
    const isMoving = events.some(
      (each) => ['linked', 'unlinked'].includes(each.type) && Math.abs(each.recordedAt - at) <= commitMs,
    );
    if (isLinked || isMoving || around.some((each) => each.kind !== 'incident')) return [];
    const isOpen = around.every((each) => each.status === 'open');
    const isAllowed =
      always.has(type) ||
      (type === 'verified' && happened !== 'no') ||
      (type === 'corrected' && correctable.has(field)) ||
      (whileOpen.has(type) && isOpen);
    // Nobody does anything about it before it occurs.
    const isBefore = around.some((each) => Date.parse(occurredAt) < (each.occurredAt ?? 0));
    if (!isAllowed || isBefore) return [];
    // Statements about customers that are not affected are refused.
    const isOfOthers = around.some(({ affectedCustomers }) =>
      [statement.customers]
        .flat()
        .some((each) => each !== undefined && each !== 'all' && !affectedCustomers.some(({ id }: Doc) => id === each)),
    );
    if (isOfOthers) return [];
    const named = Math.max(...around.map((each) => each.affectedCustomers.length));
    if (field === 'affectedCustomerCount' && value < named) return [];
    return [
      `${type} of ${incidentId} was answered ${status} at ${date(at)}, and nothing stood against it: ${JSON.stringify(statement)} ${detail}`,
    ];
  });
}
