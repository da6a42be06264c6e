/** What a statement does to an incident. Facts are taken in any order, and for the past; refusals are few. Pure. */
import { milliseconds, type Policy } from '../../policy.ts';
import { refuse, wrongField } from '../../words/refusals/refuse.ts';
import type { Context, Decided, Refusal } from '../facts/decision.ts';
import type { FactOf } from '../facts/events.ts';
import { isBeforeOccurrence, sayBefore } from '../facts/missing.ts';
import { type Fact, statementIn } from '../facts/timeline.ts';
import { type Incident, optional } from '../incident.ts';
import { authorIn } from '../signals/signal.ts';
import { corrected } from './corrections.ts';
import { customerRemoved, customerUpdated, namesRemoved, recovered, scoped, snoozed } from './customers.ts';
import { asResponse, type Reduced, type Reducer } from './given.ts';
import type { OwnStatement } from './statement-schemas.ts';
import {
  assigned,
  caused,
  described,
  fixed,
  mitigated,
  prevention,
  roleHandedOver,
  roleTaken,
  verified,
} from './work.ts';

/** What each type of statement does, beside being a response. */
const reducers: { [T in OwnStatement['type']]: Reducer<T> } = {
  responded: () => ({ changes: {} }),
  assigned,
  verified,
  scoped,
  snoozed,
  'customer-removed': customerRemoved,
  'names-removed': namesRemoved,
  mitigated,
  'customer-updated': customerUpdated,
  recovered,
  caused,
  fixed,
  prevention,
  described,
  corrected,
  commented: () => ({ changes: {} }),
  'role-taken': roleTaken,
  'role-handed-over': roleHandedOver,
};

/** Statements allowed on a question or an outside ticket without reclassifying it. */
const takenByQuestions = new Set<OwnStatement['type']>(['responded', 'assigned', 'commented', 'corrected']);

/** A linked incident still gets the names of its ticket, so they are removed there. */
const takenByLinked = new Set<OwnStatement['type']>(['commented', 'names-removed']);

export function decideStatement(incident: Incident, statement: OwnStatement, context: Context): Decided | Refusal {
  const { type, occurredAt, evidenceUrl, ...said } = statement;
  const at = occurredAt ? new Date(occurredAt) : context.now;
  const refusal = refusalOf(incident, statement, at, context) ?? askForMore(statement);
  if (refusal) return refusal;
  const reduced = reduce({ incident, statement, at, context });
  if ('refused' in reduced) return reduced;
  const detail = reduced.detail ?? said;
  const fact = { type, occurredAt: at, actor: context.actor, detail, ...optional('evidenceUrl', evidenceUrl) };
  return { facts: [fact as FactOf] };
}

const reduce: Reducer<OwnStatement['type']> = (given) => {
  const reduced = (reducers[given.statement.type] as Reducer<OwnStatement['type']>)(given);
  if ('refused' in reduced || !isFact(given.statement)) return reduced;
  return { ...reduced, changes: { ...asResponse(given), ...reduced.changes } };
};

/** The effect of a recorded statement; none if present facts would refuse it. */
export function reduceStatement(incident: Incident, fact: Fact, policy: Policy): Reduced {
  const { occurredAt: at, recordedAt } = fact;
  const statement = statementIn(fact);
  const context = { ...authorIn(fact), now: recordedAt, policy, isRetold: true };
  const given = { incident, statement, at, context };
  if (refusalOf(incident, statement, at, context)) return { changes: {} };
  if (leavesWhatTheyLack(fact, incident)) return { changes: asResponse(given) };
  const reduced = reduce(given);
  return 'refused' in reduced ? { changes: {} } : reduced;
}

/** Whether somebody leaves a role that they do not have, for example after a retraction of taking it. */
function leavesWhatTheyLack(fact: Fact, { roles }: Incident): boolean {
  if (fact.type !== 'role-handed-over' || fact.detail.to !== undefined) return false;
  return roles?.[fact.detail.role]?.who !== fact.actor;
}

/** A statement that says too little to change anything is refused with what it lacks. */
function askForMore(statement: OwnStatement): Refusal | undefined {
  const errors = lacksOf(statement).map((path) => wrongField(path, 'needed-here'));
  return errors.length > 0 ? { status: 422, refused: refuse('says-too-little'), errors } : undefined;
}

function lacksOf(statement: OwnStatement): string[] {
  if (statement.type === 'scoped') {
    const { affectedCustomerCount, affectedCustomers = [], method, evidenceUrl, recurrenceRisk } = statement;
    const isSaid = [affectedCustomerCount, method, evidenceUrl, recurrenceRisk].some((each) => each !== undefined);
    return isSaid || affectedCustomers.length > 0 ? [] : ['affectedCustomerCount', 'method'];
  }
  if (statement.type !== 'verified') return [];
  const { happened, ongoing, method, evidenceUrl, reportDiffers } = statement;
  // That nothing happens ends the incident, so it is shown and not only said.
  if (happened === 'no') return [...(method ? [] : ['method']), ...(evidenceUrl ? [] : ['evidenceUrl'])];
  const isSaid = [happened, ongoing, reportDiffers].some((each) => each !== undefined);
  return isSaid ? [] : ['happened', 'ongoing'];
}

/** A comment may be about anything and is no response. The time of a correction is when it was made. */
const isFact = ({ type }: OwnStatement): boolean => type !== 'commented' && type !== 'corrected';

function refusalOf(incident: Incident, statement: OwnStatement, at: Date, context: Context): Refusal | undefined {
  if (incident.status === 'linked' && !takenByLinked.has(statement.type)) {
    return { status: 409, refused: refuse('linked-record-there', { id: incident.linkedTo ?? '' }) };
  }
  if (statement.type === 'recovered' && incident.status === 'not-occurring') {
    return { status: 409, refused: refuse('nothing-to-recover-from') };
  }
  if (incident.kind !== 'incident' && !takenByQuestions.has(statement.type)) {
    return { status: 409, refused: refuse('no-incident-yet') };
  }
  if (at.getTime() - context.now.getTime() > milliseconds(context.policy.urgency.clockErrorUpTo)) {
    const errors = [wrongField('occurredAt', 'fact-ahead')];
    return { status: 422, refused: refuse('in-future'), errors };
  }
  // A check made before the occurrence does not show that the trouble does not happen.
  const isContradiction = context.isRetold && !(statement.type === 'verified' && statement.happened === 'no');
  if (incident.occurredAt && !isContradiction && isFact(statement) && isBeforeOccurrence(at, incident)) {
    const refused = sayBefore(at, incident.occurredAt);
    return { status: 422, refused, errors: [{ path: 'occurredAt', message: refused.text, said: refused }] };
  }
  return undefined;
}
