/** The fields that people may correct (none that rules decide), their values, and what is judged again. Pure. */

import * as z from 'zod';
import type { Reason } from '../../platform/problem.ts';
import { statedLink, statedName, statedText } from '../../platform/stated.ts';
import { refuse } from '../../words/refusals/refuse.ts';
import { sayIssue } from '../../words/refusals/wrong-input.ts';
import type { ContactEffect, Context } from '../facts/decision.ts';
import type { Changes, ConclusionOf } from '../facts/events.ts';
import { contradictionsOf, sayBefore, type Times } from '../facts/missing.ts';
import { causeCategories, type Incident, mitigationKinds, recurrenceRisks } from '../incident.ts';
import { businessImpacts, yesNoUnknown } from '../signals/signal.ts';
import { judgeUrgency } from '../signals/urgency.ts';
import type { Reducer } from './given.ts';
import { statedTime } from './statement-schemas.ts';

const text = statedText(20_000);
const name = statedName(20_000);
const time = statedTime.transform((value) => new Date(value));

const schemas: Record<string, z.ZodType> = {
  title: name,
  description: text,
  ongoing: z.enum(yesNoUnknown),
  assignee: name,
  occurredAt: time,
  firstResponseAt: time,
  verifiedAt: time,
  scopedAt: time,
  mitigatedAt: time,
  recoveredAt: time,
  'impact.businessImpact': z.enum(businessImpacts),
  'impact.affectedCustomerCount': z.number().int().min(0),
  'impact.scopeMethod': text,
  'impact.scopeEvidenceUrl': statedLink,
  'impact.recurrenceRisk': z.enum(recurrenceRisks),
  'cause.category': z.enum(causeCategories),
  'cause.summary': text,
  'cause.releaseId': text,
  'mitigation.kind': z.enum(mitigationKinds),
  'mitigation.summary': text,
  'mitigation.lighterWayTried': text,
  permanentFix: text,
  prevention: text,
  ticketUrls: z.array(statedLink).max(50),
};

/** The options of a field that has only a few values. */
export const correctionChoices: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(schemas).flatMap(([field, schema]) =>
    schema instanceof z.ZodEnum ? [[field, schema.options.map(String)]] : [],
  ),
);

export const correctableFields = Object.keys(schemas);

/** Rules decide these fields: nobody sets them by hand. */
export const isDecidedByRules = (field: string): boolean => /^(urgency|score|isDrill|drill)(\.|$)/.test(field);

type Correction = { field: string; old: unknown; value: unknown; changes: Changes };

/** @returns the correction, or what is wrong with it */
export function readCorrection(
  incident: Incident,
  stated: { field: string; value?: unknown },
  context: Pick<Context, 'now' | 'isRetold'>,
): Correction | { wrong: Reason; path: string } {
  // People name fields of the impact without their parent.
  const field = [stated.field, `impact.${stated.field}`].find((each) => Object.hasOwn(schemas, each));
  const schema = schemas[field ?? ''];
  if (!field || !schema)
    return { path: 'field', wrong: refuse('not-correctable', { options: correctableFields.join(', ') }) };
  const result = schema.safeParse(stated.value, { reportInput: true });
  const [issue] = result.error?.issues ?? [];
  if (issue) return { path: 'value', wrong: sayIssue(issue) };
  const value: unknown = result.data;
  const wrong = contradiction(incident, field, value, context);
  if (wrong) return { path: 'value', wrong };
  const [top = '', inner] = field.split('.');
  const current = (incident as unknown as Record<string, unknown>)[top];
  if (inner === undefined) return { field, old: current ?? null, value, changes: { [top]: value } as Changes };
  const object = (current ?? {}) as Record<string, unknown>;
  if (inner !== 'category' && inner !== 'kind' && current === undefined) {
    return { path: 'field', wrong: refuse('not-recorded-yet', { type: top === 'cause' ? 'caused' : 'mitigated' }) };
  }
  return { field, old: object[inner] ?? null, value, changes: { [top]: { ...object, [inner]: value } } as Changes };
}

/** What the rest of the record does not allow a value to be. */
function contradiction(
  incident: Incident,
  field: string,
  value: unknown,
  { now, isRetold }: Pick<Context, 'now' | 'isRetold'>,
): Reason | undefined {
  const { status, reopenedAt, affectedCustomers } = incident;
  const n = affectedCustomers.length;
  if (field === 'impact.affectedCustomerCount' && Number(value) < n) return refuse('fewer-than-named', { n });
  if (!(value instanceof Date)) return undefined;
  if (field === 'recoveredAt' && status !== 'recovered') return refuse('not-recovered');
  if (field === 'recoveredAt' && reopenedAt && value < reopenedAt) return refuse('went-on-after', { at: reopenedAt });
  if (!isRetold) {
    const known = new Set(contradictionsOf(incident).map((each) => each.field));
    const times: Times = { ...incident, [field]: value };
    if (field === 'occurredAt') delete times.isOccurredAtApproximate;
    // An existing contradiction is no reason to refuse; a new one is.
    const found = contradictionsOf(times).find((each) => each.field === field || !known.has(each.field));
    if (found) return sayBefore(found.at, found.occurredAt);
  }
  const isAhead = value.getTime() > now.getTime() + aheadMs;
  return isAhead && field !== 'occurredAt' ? refuse('ahead') : undefined;
}

/** A clock's error. */
const aheadMs = 5 * 60_000;

export const corrected: Reducer<'corrected'> = (given) => {
  const { incident, statement, at, context } = given;
  const { policy, now } = context;
  if (isDecidedByRules(statement.field))
    return { status: 409, refused: refuse('decided-by-rules', { field: statement.field }) };
  const correction = readCorrection(incident, statement, context);
  if ('wrong' in correction) {
    const errors = [{ path: correction.path, message: correction.wrong.text, said: correction.wrong }];
    return { status: 422, refused: refuse('correction-not-understood'), errors };
  }
  const { field, old, value } = correction;
  const changes = { ...correction.changes };
  const concluded: ConclusionOf[] = [];
  const effects: ContactEffect[] = [];
  if (field === 'impact.affectedCustomerCount') {
    effects.push({ kind: 'affected', customers: [], knownAt: now });
  }
  if (incident.recoveredAt && changes.recoveredAt) {
    effects.push({ kind: 'recovery-corrected', from: incident.recoveredAt, to: changes.recoveredAt });
  }
  if (field === 'occurredAt') {
    const urgency = judgeUrgency(changes.occurredAt ?? undefined, incident.receivedAt, policy, now);
    const why = 'The time of occurrence was corrected.';
    changes.isOccurredAtApproximate = null;
    changes.urgency = urgency;
    const detail = { old: incident.urgency.level, new: urgency.level, rule: urgency.rule, why };
    concluded.push({ isFact: false, type: 'urgency-changed', actor: 'rule', occurredAt: at, detail });
  }
  return { changes, effects, concluded, detail: { field, old, new: value } };
};
