/** What responders do and find out, each a field of the incident. Pure. */
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
