/** What responders do and find out, each a field of the incident. Pure. */
import { earliest, optional } from '../incident.ts';
import { asResponse, type Reducer, withName } from './given.ts';

export const responded: Reducer<'responded'> = (given) => ({ changes: asResponse(given) });

/** A comment is no response: nobody has taken anything up. */
export const commented: Reducer<'commented'> = () => ({ changes: {} });

export const assigned: Reducer<'assigned'> = (given) => {
  const { assignee } = given.statement;
  const response = asResponse(given);
  const responders = withName(response.responders ?? given.incident.responders, assignee);
  return { changes: { ...response, assignee, responders } };
};

export const mitigated: Reducer<'mitigated'> = (given) => {
  const { kind, note, lighterWayTried } = given.statement;
  const mitigation = { kind, ...optional('summary', note), ...optional('lighterWayTried', lighterWayTried) };
  const mitigatedAt = earliest(given.incident.mitigatedAt, given.at);
  return { changes: { ...asResponse(given), mitigatedAt, mitigation } };
};

export const caused: Reducer<'caused'> = (given) => {
  const { category, summary, releaseId } = given.statement;
  const cause = { category, ...optional('summary', summary), ...optional('releaseId', releaseId) };
  return { changes: { ...asResponse(given), cause } };
};

export const fixed: Reducer<'fixed'> = (given) => ({
  changes: { ...asResponse(given), permanentFix: given.statement.permanentFix },
});

export const prevention: Reducer<'prevention'> = (given) => ({
  changes: { ...asResponse(given), prevention: given.statement.text },
});
