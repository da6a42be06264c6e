/** Makes an action's ticket, once, and looks at how one stands that was made. */
import type { ActionTickets, TicketOutcome, WantedTicket } from '../../incidents/action-tickets.ts';
import type { Way } from '../../platform/call.ts';
import { now } from '../../platform/clock.ts';
import { readConfig } from '../../platform/config.ts';
import { milliseconds, policy } from '../../policy.ts';
import { connectionOf, type ToolConnection } from './connection.ts';
import { converse } from './converse.ts';
import { findIssue, type Made, makeIssue, readIssue } from './jira-issue.ts';
import { NotYet } from './send-update.ts';
import { mayAsk } from './silence.ts';

/** @throws NotYet */
export async function seeToActionTicket(actionId: string, way: Way, load: () => Promise<ActionTickets>): Promise<void> {
  if (!mayAsk('jira', now().getTime())) throw new NotYet('Jira does not answer');
  const tickets = await load();
  const wanted = await tickets.claim(actionId, now());
  if (wanted === undefined) return;
  if (wanted === 'later') throw new NotYet('its turn is later');
  const outcome = await outcomeOf(wanted, () => tickets.leaves(actionId), way);
  await tickets.settle(actionId, outcome, now());
  // One that was made is looked at again in its time; one that is being made is tried until it is.
  if (outcome.kind === 'later' && wanted.key === null) throw new NotYet('Jira has not taken it');
}

async function outcomeOf(wanted: WantedTicket, leaves: () => Promise<void>, way: Way): Promise<TicketOutcome> {
  const config = readConfig();
  const connection = connectionOf('jira', config);
  if ('missing' in connection) return { kind: 'failed', why: `${connection.missing.join(' and ')} is not set.` };
  if (!config.JIRA_PROJECT) return { kind: 'failed', why: 'JIRA_PROJECT is not set.' };
  if (wanted.key) {
    const seen = await converse(readIssue(wanted.key, now().getTime()), connection, way);
    return seen.kind === 'seen' ? seen : waiting(wanted, seen);
  }
  if (wanted.mayBeThere) {
    const found = await converse(findIssue(wanted.actionId, now().getTime()), connection, way);
    if (found.kind !== 'absent') return judged(wanted, found, connection);
  }
  await leaves();
  const kind = { project: config.JIRA_PROJECT, issueType: config.JIRA_ISSUE_TYPE ?? 'Task' };
  const made = await converse(makeIssue(wanted, kind, now().getTime()), connection, way);
  if (made.kind !== 'taken') return judged(wanted, made, connection);
  const found = await converse(findIssue(wanted.actionId, now().getTime()), connection, way);
  return found.kind === 'made' ? judged(wanted, found, connection) : { kind: 'failed', why: made.why };
}

function judged(wanted: WantedTicket, made: Made, { address }: ToolConnection): TicketOutcome {
  if (made.kind === 'made') return { kind: 'made', key: made.key, url: made.url ?? `${address}/browse/${made.key}` };
  if (made.kind === 'refused' || made.kind === 'taken') return { kind: 'failed', why: made.why };
  const isLate = now().getTime() - wanted.requestedAt.getTime() > milliseconds(policy.outgoing.giveUpAfter);
  if (isLate) return { kind: 'failed', why: `Jira did not take it in time. ${made.why}` };
  return waiting(wanted, made);
}

/** A slow tool may still do what it was asked: it is looked for only later. */
function waiting(
  wanted: WantedTicket,
  { kind, why, ...rest }: Exclude<Made, { kind: 'made' | 'taken' }>,
): TicketOutcome {
  const soonest = now().getTime() + milliseconds(policy.outgoing.lookAfter);
  const until = kind === 'retry' && 'until' in rest && rest.until ? rest.until : soonest;
  return { kind: 'later', until: new Date(until), mayBeThere: kind === 'unknown' || wanted.mayBeThere, why };
}
