/** Makes an action's ticket in Jira, once, and reads the state of an existing one. */
import type { ActionTickets, WantedTicket } from '../../incidents/action-tickets.ts';
import type { Way } from '../../platform/call.ts';
import { now } from '../../platform/clock.ts';
import { readConfig } from '../../platform/config.ts';
import type { Outcome } from '../../platform/delivery.ts';
import { TemporaryFailure } from '../../platform/failures.ts';
import { milliseconds, policy } from '../../policy.ts';
import { connectionOf, type ToolConnection } from './connection.ts';
import { converse } from './converse.ts';
import { findIssue, type Made, makeIssue, readIssue } from './jira-issue.ts';
import { mayAsk } from './silence.ts';

/** @throws TemporaryFailure */
export async function seeToActionTicket(actionId: string, way: Way, load: () => Promise<ActionTickets>): Promise<void> {
  if (!mayAsk('jira', now().getTime())) throw new TemporaryFailure('Jira does not answer');
  const jira = { ...readConfig(), connection: connectionOf('jira', readConfig()) };
  const { connection } = jira;
  const find = async (wanted: WantedTicket, at: ToolConnection): Promise<Outcome | 'absent'> => {
    const found = await converse(findIssue(wanted.actionId, now().getTime()), at, way);
    return found.kind === 'absent' ? 'absent' : outcomeOf(found, at);
  };
  const make = await load();
  await make(actionId, {
    async make(wanted) {
      if ('missing' in connection) return { kind: 'rejected', why: `${connection.missing.join(' and ')} is not set.` };
      if (!jira.JIRA_PROJECT) return { kind: 'rejected', why: 'JIRA_PROJECT is not set.' };
      const kind = { project: jira.JIRA_PROJECT, issueType: jira.JIRA_ISSUE_TYPE ?? 'Task' };
      const made = await converse(makeIssue(wanted, kind, now().getTime()), connection, way);
      if (made.kind !== 'taken') return outcomeOf(made, connection);
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

function outcomeOf(made: Made, { address }: ToolConnection): Outcome {
  switch (made.kind) {
    case 'made':
      return { kind: 'delivered', fields: { key: made.key, url: made.url ?? `${address}/browse/${made.key}` } };
    case 'refused':
    case 'taken':
      return { kind: 'rejected', why: made.why };
    case 'retry':
      return { ...made, kind: 'retry', until: made.until === undefined ? undefined : new Date(made.until) };
    case 'unknown':
      // A slow tool may still do what it was asked: it is looked for only later.
      return {
        kind: 'unknown',
        why: made.why,
        until: new Date(now().getTime() + milliseconds(policy.outgoing.lookAfter)),
      };
  }
}
