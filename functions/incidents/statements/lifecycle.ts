/**
 * What a statement does to an incident. Facts are taken in any order and for the past; the few refusals are those of
 * the contract. Pure: the incident, who states, the policy and the time are all it knows.
 */
import { milliseconds } from '../../policy.ts';
import {
  type ContactEffect,
  type Context,
  type Decided,
  type DecidedEvent,
  type Refusal,
  withMissing,
} from '../decision.ts';
import { countAffected, type Incident, optional } from '../incident.ts';
import { scoreImpact } from '../signal/score.ts';
import { judgeUrgency } from '../signal/urgency.ts';
import { applyChanges, type Changes } from '../timeline.ts';
import { isDecidedByRules, readCorrection } from './corrections.ts';
import type { Statement } from './statement-schemas.ts';

/** What may be said of a question, or of an outside ticket, without making it something else. */
const takenByQuestions = new Set<Statement['type']>(['responded', 'assigned', 'commented', 'corrected']);

/** A statement without a channel is taken for a word on the customer's ticket. */
const usualChannel = 'ticket';

export function decideStatement(
  incident: Incident,
  statement: Exclude<Statement, { type: 'linked' | 'unlinked' }>,
  by: Context,
): Decided | Refusal {
  if (incident.status === 'linked' && statement.type !== 'commented') {
    return { status: 409, refused: `It is linked to ${incident.linkedTo}: record it there, or unlink this one first.` };
  }
  if (statement.type === 'recovered' && incident.status === 'not-occurring') {
    return {
      status: 409,
      refused: 'It was not found to occur, so there is nothing to recover from. State verified if it does.',
    };
  }
  if (incident.kind !== 'incident' && !takenByQuestions.has(statement.type)) {
    return {
      status: 409,
      refused: 'It is no incident. Answer the question first: what needed a change becomes an incident.',
    };
  }
  const { actor, now, policy } = by;
  const at = statement.occurredAt ? new Date(statement.occurredAt) : now;
  if (at.getTime() - now.getTime() > milliseconds(policy.urgency.clockErrorUpTo)) {
    const errors = [{ path: 'occurredAt', message: 'It lies ahead; facts are stated once they have happened.' }];
    return { status: 422, refused: 'The statement is about the future.', errors };
  }
  const events: DecidedEvent[] = [];
  const effects: ContactEffect[] = [];
  let next = incident;

  const { type, occurredAt: _, evidenceUrl, ...detail } = statement;
  const record = (event: Partial<DecidedEvent> & Pick<DecidedEvent, 'changes'>): void => {
    const whole = {
      type,
      occurredAt: at,
      actor,
      detail,
      ...optional('evidenceUrl', evidenceUrl),
      ...event,
    } as DecidedEvent;
    next = applyChanges(next, whole.changes);
    events.push(whole);
  };
  const byRule = (event: Pick<DecidedEvent, 'type' | 'detail' | 'changes'>): void =>
    record({ ...event, actor: 'rule' });
  const responded = firstResponse(incident, statement.type === 'corrected' ? undefined : at, actor, statement);

  switch (statement.type) {
    case 'responded':
    case 'commented':
      record({ changes: responded });
      break;
    case 'assigned':
      record({
        changes: {
          ...responded,
          assignee: statement.assignee,
          responders: withName(responded.responders ?? incident.responders, statement.assignee),
        },
      });
      break;
    case 'verified': {
      const isShown = statement.happened === 'no' && statement.method !== undefined && evidenceUrl !== undefined;
      record({
        changes: {
          ...responded,
          verifiedAt: incident.verifiedAt ?? at,
          ...optional('ongoing', statement.ongoing),
          ...(isShown ? { status: 'not-occurring', ongoing: 'no' } : {}),
        },
      });
      if (isShown && incident.status !== 'not-occurring') effects.push({ kind: 'not-occurring' });
      const isBack = statement.happened === 'yes' || statement.ongoing === 'yes';
      const isOver = incident.status === 'recovered' && statement.ongoing === 'yes';
      if (isOver || (incident.status === 'not-occurring' && isBack)) {
        byRule({
          type: 'reopened',
          detail: { rule: 'verified-again', why: 'It was verified to go on.' },
          changes: { status: 'open', recoveredAt: null, ongoing: statement.ongoing ?? 'unknown' },
        });
        effects.push({ kind: 'reopened', at });
      }
      break;
    }
    case 'scoped': {
      const known = new Set(incident.affectedCustomers.map((each) => each.id));
      const newCustomers = (statement.affectedCustomers ?? [])
        .map(({ id, name, contactId }) => ({ id, ...optional('name', name), ...optional('contactId', contactId) }))
        .filter((each) => !known.has(each.id));
      const affectedCustomers = [...incident.affectedCustomers, ...newCustomers];
      const count = countAffected(
        statement.affectedCustomerCount ?? incident.impact.affectedCustomerCount,
        affectedCustomers.length,
      );
      const impact = {
        ...incident.impact,
        ...optional('affectedCustomerCount', count),
        ...optional('scopeMethod', statement.method),
        ...optional('scopeEvidenceUrl', evidenceUrl),
        ...optional('recurrenceRisk', statement.recurrenceRisk),
      };
      record({
        changes: {
          ...responded,
          scopedAt: incident.scopedAt ?? at,
          affectedCustomers,
          impact,
          score: {
            ...incident.score,
            reference: scoreImpact(impact.businessImpact, impact.affectedCustomerCount, policy),
          },
        },
      });
      effects.push({ kind: 'affected', customers: newCustomers, knownAt: at, count });
      break;
    }
    case 'mitigated':
      record({
        changes: {
          ...responded,
          mitigatedAt: incident.mitigatedAt ?? at,
          mitigation: {
            kind: statement.kind,
            ...optional('summary', statement.note),
            ...optional('lighterWayTried', statement.lighterWayTried),
          },
        },
      });
      break;
    case 'customer-updated': {
      const isRecovery = statement.recovery === true;
      record({ changes: responded });
      effects.push({
        kind: 'updated',
        whom: statement.customers,
        sentAt: at,
        ...optional('message', statement.message),
        channel: statement.channel ?? usualChannel,
        isRecovery,
      });
      break;
    }
    case 'recovered':
      record({ changes: responded });
      effects.push({ kind: 'recovered', whom: statement.customers ?? 'all', recoveredAt: at });
      break;
    case 'caused':
      record({
        changes: {
          ...responded,
          cause: {
            category: statement.category,
            ...optional('summary', statement.summary),
            ...optional('releaseId', statement.releaseId),
          },
        },
      });
      break;
    case 'fixed':
      record({ changes: { ...responded, permanentFix: statement.permanentFix } });
      break;
    case 'prevention':
      record({ changes: { ...responded, prevention: statement.text } });
      break;
    case 'corrected': {
      if (isDecidedByRules(statement.field)) {
        return {
          status: 409,
          refused: `Rules decide ${statement.field}; correct the facts that they judge, such as occurredAt.`,
        };
      }
      const correction = readCorrection(incident, { field: statement.field, value: statement.value }, now);
      if ('wrong' in correction) {
        const errors = [{ path: correction.path, message: correction.wrong }];
        return { status: 422, refused: 'The correction cannot be understood.', errors };
      }
      const { field, old, value, changes } = correction;
      const impact = changes.impact ?? undefined;
      record({
        detail: { field, old, new: value },
        changes: {
          ...changes,
          ...(field === 'occurredAt' ? { isOccurredAtApproximate: null } : {}),
          ...(impact
            ? {
                score: {
                  ...incident.score,
                  reference: scoreImpact(impact.businessImpact, impact.affectedCustomerCount, policy),
                },
              }
            : {}),
        },
      });
      if (field === 'impact.affectedCustomerCount') {
        effects.push({ kind: 'affected', customers: [], knownAt: now, count: next.impact.affectedCustomerCount });
      }
      if (field === 'occurredAt') {
        const urgency = judgeUrgency(next.occurredAt, incident.receivedAt, policy, now);
        const why = 'The time of occurrence was corrected.';
        byRule({
          type: 'urgency-changed',
          detail: { old: incident.urgency.level, new: urgency.level, rule: urgency.rule, why },
          changes: { urgency },
        });
      }
      break;
    }
  }
  const settled = withMissing(incident, events);
  return {
    events: settled,
    incident: settled.reduce((state, event) => applyChanges(state, event.changes), incident),
    effects,
  };
}

/** Anything that a person states is a response; the earliest of them is the first. */
function firstResponse(incident: Incident, at: Date | undefined, actor: string, statement: Statement): Changes {
  if (at === undefined || statement.type === 'commented') return {};
  const isFirst = incident.firstResponseAt === undefined || at < incident.firstResponseAt;
  return {
    ...(isFirst ? { firstResponseAt: at } : {}),
    responders: withName(incident.responders, actor),
  };
}

function withName(names: string[], name: string): string[] {
  return names.includes(name) ? names : [...names, name];
}

/**
 * The incident's own recovery, once its contacts are known: it has recovered when the last affected customer has.
 * @param recoveries of every contact; undefined where its business does not work yet
 */
export function decideRecovery(
  incident: Incident,
  recoveries: (Date | undefined)[],
  statedAt: Date,
): Changes | undefined {
  if (incident.status !== 'open' && incident.status !== 'recovered') return undefined;
  if (recoveries.some((each) => each === undefined)) return undefined;
  const times = (recoveries as Date[]).map((each) => each.getTime());
  const recoveredAt = new Date(times.length > 0 ? Math.max(...times) : statedAt.getTime());
  const isSame = incident.status === 'recovered' && incident.recoveredAt?.getTime() === recoveredAt.getTime();
  return isSame ? undefined : { status: 'recovered', recoveredAt };
}
