/**
 * What a statement does to an incident. Facts are taken in any order and for the past; the few refusals are those of
 * the contract. Pure: the incident, who states, the policy and the time are all it knows.
 */
import { milliseconds } from '../../policy.ts';
import { refuse, wrongField } from '../../words/refusals/refuse.ts';
import { isBeforeOccurrence, sayBefore } from '../contradictions.ts';
import { afterEvents, type Context, type Decided, type Refusal, withMissing } from '../decision.ts';
import type { Incident } from '../incident.ts';
import { corrected } from './corrected.ts';
import { customerUpdated, recovered } from './customers.ts';
import type { Given, OwnStatement, Reducer } from './given.ts';
import { roleHandedOver, roleTaken } from './roles.ts';
import { scoped } from './scoped.ts';
import { verified } from './verified.ts';
import { assigned, caused, commented, fixed, mitigated, prevention, responded } from './work.ts';

/** What each type of statement does. */
const reducers: { [T in OwnStatement['type']]: Reducer<T> } = {
  responded,
  assigned,
  verified,
  scoped,
  mitigated,
  'customer-updated': customerUpdated,
  recovered,
  caused,
  fixed,
  prevention,
  corrected,
  commented,
  'role-taken': roleTaken,
  'role-handed-over': roleHandedOver,
};

/** What may be said of a question, or of an outside ticket, without making it something else. */
const takenByQuestions = new Set<OwnStatement['type']>(['responded', 'assigned', 'commented', 'corrected']);

export function decideStatement(incident: Incident, statement: OwnStatement, context: Context): Decided | Refusal {
  const { now } = context;
  const at = statement.occurredAt ? new Date(statement.occurredAt) : now;
  const refusal = refusalOf(incident, statement, at, context) ?? askForMore(statement);
  if (refusal) return refusal;
  const reduce = reducers[statement.type] as Reducer<OwnStatement['type']>;
  const reduced = reduce({ incident, statement, at, context } as Given<OwnStatement['type']>);
  if ('refused' in reduced) return reduced;
  const events = withMissing(incident, reduced.events);
  return { events, incident: afterEvents(incident, events), effects: reduced.effects ?? [] };
}

/** A statement that says nothing, or too little to change anything, is asked for what it lacks. */
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

/** A comment may be about anything, and the time of a correction is when it was made. */
const isFact = ({ type }: OwnStatement): boolean => type !== 'commented' && type !== 'corrected';

function refusalOf(incident: Incident, statement: OwnStatement, at: Date, context: Context): Refusal | undefined {
  if (incident.status === 'linked' && statement.type !== 'commented') {
    return { status: 409, refused: refuse('linked-record-there', { id: incident.linkedTo ?? '' }) };
  }
  if (statement.type === 'recovered' && incident.status === 'not-occurring') {
    return {
      status: 409,
      refused: refuse('nothing-to-recover-from'),
    };
  }
  if (incident.kind !== 'incident' && !takenByQuestions.has(statement.type)) {
    return {
      status: 409,
      refused: refuse('no-incident-yet'),
    };
  }
  if (at.getTime() - context.now.getTime() > milliseconds(context.policy.urgency.clockErrorUpTo)) {
    const errors = [wrongField('occurredAt', 'fact-ahead')];
    return { status: 422, refused: refuse('in-future'), errors };
  }
  // Whoever looked before it occurred has not shown that it does not.
  const isContradiction = context.isRetold && !(statement.type === 'verified' && statement.happened === 'no');
  if (incident.occurredAt && !isContradiction && isFact(statement) && isBeforeOccurrence(at, incident)) {
    const refused = sayBefore(at, incident.occurredAt);
    return { status: 422, refused, errors: [{ path: 'occurredAt', message: refused.text, said: refused }] };
  }
  return undefined;
}
