/** Taking and handing over roles in an emergency. Pure. */
import { optional } from '../incident.ts';
import { type Reducer, respondersOf, withName } from './given.ts';

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
