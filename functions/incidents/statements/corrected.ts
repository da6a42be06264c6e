/** A value that was wrong. What depends on it is judged again; what rules decide is not for people to correct. Pure. */

import { refuse } from '../../words/refusals/refuse.ts';
import type { ContactEffect } from '../facts/decision.ts';
import type { EventOf } from '../facts/events.ts';
import { judgeUrgency } from '../signals/urgency.ts';
import { isDecidedByRules, readCorrection } from './corrections.ts';
import type { Reducer } from './given.ts';

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
  const concluded: EventOf[] = [];
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
    concluded.push({ type: 'urgency-changed', actor: 'rule', occurredAt: at, detail });
  }
  return { changes, effects, concluded, detail: { field, old, new: value } };
};
