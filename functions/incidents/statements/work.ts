/** What responders do and find out, each a field of the incident, and their roles in an emergency. Pure. */
import { earliest, optional } from '../incident.ts';
import { type Reducer, respondersOf, withName } from './given.ts';

export const assigned: Reducer<'assigned'> = (given) => {
  const { assignee } = given.statement;
  return { changes: { assignee, responders: withName(respondersOf(given), assignee) } };
};

export const mitigated: Reducer<'mitigated'> = ({ incident, statement, at }) => {
  const { kind, note, lighterWayTried } = statement;
  const mitigation = { kind, ...optional('summary', note), ...optional('lighterWayTried', lighterWayTried) };
  return { changes: { mitigatedAt: earliest(incident.mitigatedAt, at), mitigation } };
};

export const caused: Reducer<'caused'> = ({ statement: { category, summary, releaseId } }) => ({
  changes: { cause: { category, ...optional('summary', summary), ...optional('releaseId', releaseId) } },
});

export const fixed: Reducer<'fixed'> = ({ statement: { permanentFix } }) => ({ changes: { permanentFix } });

export const prevention: Reducer<'prevention'> = ({ statement }) => ({ changes: { prevention: statement.text } });

export const roleTaken: Reducer<'role-taken'> = ({ incident, statement, at, context }) => ({
  changes: { roles: { ...incident.roles, [statement.role]: { who: context.actor, at } } },
});

/** Without a name, the holder gives the role up, and anybody else takes it over. */
export const roleHandedOver: Reducer<'role-handed-over'> = (given) => {
  const { incident, statement, at, context } = given;
  const { [statement.role]: held, ...others } = incident.roles ?? {};
  const to = statement.to ?? (held?.who === context.actor ? undefined : context.actor);
  const roles = { ...others, ...optional(statement.role, to === undefined ? undefined : { who: to, at }) };
  const responders = withName(respondersOf(given), to ?? context.actor);
  return { changes: { responders, roles }, detail: { role: statement.role, ...optional('to', to) } };
};
