/** Taking and handing over roles in an emergency. Pure. */
import { optional } from '../incident.ts';
import { asResponse, type Reducer, withName } from './given.ts';

export const roleTaken: Reducer<'role-taken'> = (given) => {
  const { incident, statement, at, context } = given;
  const roles = { ...incident.roles, [statement.role]: { who: context.actor, at } };
  return { changes: { ...asResponse(given), roles } };
};

/** Without a name, the holder gives the role up, and anybody else takes it over. */
export const roleHandedOver: Reducer<'role-handed-over'> = (given) => {
  const { incident, statement, at, context } = given;
  const { [statement.role]: held, ...others } = incident.roles ?? {};
  const to = statement.to ?? (held?.who === context.actor ? undefined : context.actor);
  const roles = { ...others, ...optional(statement.role, to === undefined ? undefined : { who: to, at }) };
  const response = asResponse(given);
  const responders = withName(response.responders ?? incident.responders, to ?? context.actor);
  const detail = { role: statement.role, ...optional('to', to) };
  return { changes: { ...response, responders, roles }, detail };
};
