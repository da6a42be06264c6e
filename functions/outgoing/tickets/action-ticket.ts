/** Makes an action's ticket in Jira, once, and reads the state of an existing one. */
import type { ActionTickets, WantedTicket } from '../../incidents/outbox/action-tickets.ts';
import type { Way } from '../../platform/call.ts';
import { now } from '../../platform/clock.ts';
import { readConfig } from '../../platform/config.ts';
import type { Outcome } from '../../platform/delivery.ts';
import { TemporaryFailure } from '../../platform/failures.ts';
import { connectionOf, type ToolConnection } from './connection.ts';
import { converse } from './converse.ts';
import { findIssue, makeIssue, readIssue } from './jira-issue.ts';
import { laterLooked } from './send-update.ts';
import { mayAsk } from './silence.ts';

/** @throws TemporaryFailure */
export async function seeToActionTicket(actionId: string, way: Way, load: () => Promise<ActionTickets>): Promise<void> {
  if (!mayAsk('jira', now().getTime())) throw new TemporaryFailure('Jira does not answer');
  const config = readConfig();
  const { JIRA_PROJECT: project, JIRA_ISSUE_TYPE: issueType = 'Task' } = config;
  const connection = connectionOf('jira', config);
  const find = (wanted: WantedTicket, at: ToolConnection): Promise<Outcome | 'absent'> =>
    converse(findIssue(wanted.actionId, at.address, now().getTime()), at, way);
  const make = await load();
  await make(actionId, {
    async make(wanted) {
      if ('missing' in connection) return { kind: 'rejected', why: `${connection.missing.join(' and ')} is not set.` };
      if (!project) return { kind: 'rejected', why: 'JIRA_PROJECT is not set.' };
      const kind = { project, issueType, site: connection.address };
      const made = await converse(makeIssue(wanted, kind, now().getTime()), connection, way);
      if (made.kind === 'unknown') return laterLooked(made);
      if (made.kind !== 'taken') return made;
      const found = await find(wanted, connection);
      return found !== 'absent' && found.kind === 'delivered' ? found : { kind: 'rejected', why: made.why };
    },
    find: async (wanted) => ('missing' in connection ? 'absent' : find(wanted, connection)),
    async look(key) {
      if ('missing' in connection) return { why: `${connection.missing.join(' and ')} is not set.` };
      return converse(readIssue(key, now().getTime()), connection, way);
    },
  });
}
