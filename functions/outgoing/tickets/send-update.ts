/** Sends one update as at most one comment: it looks for the comment before it sends again. Throws if the update has to wait. */
import { isUndecided, ticketTools, type UpdateState } from '../../incidents/outbox/sending.ts';
import { commentIdsOf, updatesOnTicket } from '../../incidents/outbox/updates-on-ticket.ts';
import type { Way } from '../../platform/call.ts';
import { now } from '../../platform/clock.ts';
import { readConfig } from '../../platform/config.ts';
import { defined } from '../../platform/defined.ts';
import type { DeliveryState, Limits, Outcome, Wait } from '../../platform/delivery.ts';
import { isLate, mayBeThere } from '../../platform/delivery.ts';
import { PerEnvironment } from '../../platform/environment.ts';
import { updateRef } from '../../platform/firestore.ts';
import { attempt, type Lease } from '../../platform/ledger.ts';
import { milliseconds, policy } from '../../policy.ts';
import { publishCards } from '../slack/edit-cards.ts';
import { connectionOf, type ToolConnection } from './connection.ts';
import { converse } from './converse.ts';
import { settleUpdate } from './settle-update.ts';
import { mayAsk } from './silence.ts';
import { byHand, type OwnComment } from './ticket-tool.ts';
import type { UpdateRecord } from './update.ts';

const updateLimits = (): Limits => ({
  // Longer than any call below, so that two workers never hold one update.
  leaseMs: 180_000,
  giveUpAfterMs: milliseconds(policy.outgoing.giveUpAfter),
  longestWaitMs: 60_000,
});

/** While a tool accepts nothing, it is not called. A restart tries once more. */
const takesNothingUntil = new PerEnvironment(() => new Map<string, number>());
const longestRestMs = 60_000;

/** @throws TemporaryFailure */
export async function sendUpdate(id: string, way: Way): Promise<void> {
  const asking: Asking = { way };
  let firstFailed: UpdateRecord | undefined;
  try {
    await attempt<UpdateRecord>(updateRef(id), {
      limits: updateLimits(),
      facts: { updateId: id },
      isOver: (update) => !isUndecided(update),
      waits: waitsForTool(),
      send: (update, lease) => send(update, lease, asking),
      lookUp: (update) => lookUp(update, asking),
      settling: async (update, comesAgain) => {
        const { state, delivery } = update;
        if (comesAgain && delivery.attempts === 1 && !update.isNote) firstFailed = update;
        // If one is refused, a person may have to send it.
        return { state: state === 'by-hand' ? state : stateAfter[delivery.state], error: delivery.lastError };
      },
      write: settleUpdate,
    });
  } catch (error) {
    // The card says at once that it has not arrived, and why.
    if (firstFailed) await publishCards(firstFailed.incidentId).catch(() => undefined);
    throw error;
  }
}

const stateAfter: Record<DeliveryState, UpdateState> = {
  waiting: 'sending',
  delivered: 'sent',
  unknown: 'unknown',
  rejected: 'failed',
  'given-up': 'failed',
};

/** If an update may have arrived, people soon have to learn that nobody knows: it waits no longer for a silent tool. */
const lastTurnAfterMs = (): number =>
  milliseconds(policy.outgoing.giveUpAfter) + 2 * milliseconds(policy.outgoing.lookAfter);

/** While a tool is silent or resting, most callers skip it. */
function waitsForTool() {
  let isItsTurn = false;
  return (update: UpdateRecord, at: Date): Wait | undefined => {
    const { tool, delivery, echo } = update;
    const isTooLate = isLate(delivery, at, updateLimits());
    const restsUntil = takesNothingUntil.get().get(tool ?? '') ?? 0;
    if (restsUntil > at.getTime() && !isTooLate)
      return { why: 'the tool takes nothing for now', until: new Date(restsUntil) };
    // Either the tool itself has reported the comment, or the update was never sent and nobody waits for it any more.
    const isOver = echo?.commentId !== undefined || (isTooLate && !mayBeThere(delivery));
    const isLastTurn = at.getTime() - delivery.since.getTime() > lastTurnAfterMs();
    isItsTurn ||= isOver || isLastTurn || mayAsk(tool ?? '', at.getTime());
    return isItsTurn ? undefined : { why: 'the tool does not answer' };
  };
}

/** How one attempt asks the tool, and which comments on the ticket are other updates. */
interface Asking {
  way: Way;
  taken?: ReadonlySet<string>;
}

async function send(update: UpdateRecord, lease: Lease, asking: Asking): Promise<Outcome> {
  const connection = connected(update);
  if ('kind' in connection) return connection;
  if (isLate(update.delivery, now(), updateLimits())) {
    const minutes = updateLimits().giveUpAfterMs / 60_000;
    return { kind: 'retry', why: `The tool did not take it within ${minutes} min. ${update.error ?? ''}`.trim() };
  }
  const sending = connection.tool.send(commentOf(update, asking), now().getTime());
  const sent = await converse(sending, connection, asking.way);
  if (sent.kind !== 'taken') return afterSending(update, sent);
  const taken = { at: now(), isReadable: sent.isReadable };
  await lease.extend({ taken });
  const seen = await look({ ...update, taken }, connection, asking);
  return seen === 'absent' ? { kind: 'unknown', why: '' } : { ...seen, fields: { taken, ...seen.fields } };
}

async function lookUp(update: UpdateRecord, asking: Asking): Promise<Outcome | 'absent'> {
  const connection = connected(update);
  if ('kind' in connection) return connection;
  asking.taken = await othersOf(update);
  return look(update, connection, asking);
}

/** A comment that the tool accepted exists, found or not. Only a 2xx without JSON may not have come from the tool. */
async function look(update: UpdateRecord, connection: ToolConnection, asking: Asking): Promise<Outcome | 'absent'> {
  const { echo, taken } = update;
  const finding = connection.tool.find(commentOf(update, asking), update.soughtSince.getTime(), now().getTime());
  const found = await converse(finding, connection, asking.way);
  if (found.kind === 'found') return sentAt(update, new Date(found.at ?? taken?.at ?? now()), found.commentId);
  if (found.kind === 'withheld') return { kind: 'rejected', why: found.why };
  if (found.kind === 'retry' && !isLate(update.delivery, now(), updateLimits()))
    return { ...resting(update, found), kind: 'unknown' };
  // The tool does not show it yet, or no longer: only its ID is unknown.
  if (taken?.isReadable) return sentAt(update, taken.at, '');
  if (echo) return sentAt(update, taken?.at ?? echo.at, '');
  if (found.kind === 'absent' && !taken) return 'absent';
  const why = taken
    ? 'It was accepted without an answer of the tool, and is not seen on the ticket.'
    : `Whether it got there could not be read. ${'why' in found ? found.why : ''}`;
  return { kind: 'unknown', why, isLast: true };
}

const commentOf = ({ id, ticketId, text, isNote, seen }: UpdateRecord, { taken }: Asking): OwnComment => ({
  ticketId: ticketId ?? '',
  text,
  isPublic: !isNote,
  reference: id,
  ...defined({ seen, taken }),
});

/** @returns how to ask the tool; or the outcome, where the tool has reported the comment by its webhook or cannot be asked */
function connected(update: UpdateRecord): ToolConnection | Outcome {
  const { echo } = update;
  if (echo?.commentId) return sentAt(update, echo.at, echo.commentId);
  const tool = ticketTools.find((each) => each === update.tool);
  const connection = tool && connectionOf(tool, readConfig());
  if (connection && !('missing' in connection)) return connection;
  return byHand(connection ? `${connection.missing.join(' and ')} is not set.` : 'There is no such tool.');
}

/** When the tool took it, by the tool's clock, but neither before the request nor after now. */
function sentAt({ requestedAt }: UpdateRecord, at: Date, commentId: string): Outcome {
  const took = Math.min(Math.max(at.getTime(), requestedAt.getTime()), now().getTime());
  return { kind: 'delivered', fields: { sentAt: new Date(took), commentId } };
}

/** Comments that are other updates on the same ticket: the same words twice are two comments. */
async function othersOf({ id, tool, ticketId, isNote, soughtSince }: UpdateRecord): Promise<Set<string>> {
  if (isNote) return new Set();
  const updates = await updatesOnTicket(tool ?? '', ticketId ?? '', soughtSince);
  return commentIdsOf(updates.filter((each) => each.id !== id));
}

function afterSending(update: UpdateRecord, outcome: Outcome): Outcome {
  if (outcome.kind === 'delivered') return { ...outcome, fields: { ...outcome.fields, sentAt: now() } };
  if (outcome.kind === 'retry') return resting(update, outcome);
  return outcome.kind === 'unknown' ? laterLooked(outcome) : outcome;
}

/** A slow tool may still execute the request: only later is it certain that the comment is missing. */
export const laterLooked = (outcome: Extract<Outcome, { kind: 'unknown' }>): Outcome => ({
  ...outcome,
  until: new Date(now().getTime() + milliseconds(policy.outgoing.lookAfter)),
});

/** It is tried again, not earlier than the tool says. */
function resting<O extends Outcome & { kind: 'retry' }>({ tool }: UpdateRecord, outcome: O): O {
  const { until } = outcome;
  if (until) takesNothingUntil.get().set(tool ?? '', Math.min(until.getTime(), now().getTime() + longestRestMs));
  return outcome;
}
