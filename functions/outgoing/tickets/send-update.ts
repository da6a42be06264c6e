/**
 * Sends one update: at most one comment, whatever happens on the way. Whoever sends has a lease; before a request that
 * writes leaves, the update says that it may be there; and whatever may be there is looked for before anything is sent
 * again. What has to wait throws, and Pub/Sub delivers again.
 */
import type { Transaction } from '@google-cloud/firestore';
import type { Incident } from '../../incidents/incident.ts';
import { ticketTools } from '../../incidents/sending.ts';
import type { Way } from '../../platform/call.ts';
import { now } from '../../platform/clock.ts';
import { readConfig } from '../../platform/config.ts';
import { PerEnvironment } from '../../platform/environment.ts';
import { firestore, fromDocument, incidentRef, updateRef } from '../../platform/firestore.ts';
import { log } from '../../platform/log.ts';
import { milliseconds, policy } from '../../policy.ts';
import { TemporaryFailure } from '../channels/channel.ts';
import { connectionOf, type ToolConnection } from './connection.ts';
import { converse } from './converse.ts';
import { type Settled, settleUpdate } from './settle-update.ts';
import { mayAsk } from './silence.ts';
import type { OwnComment, SendOutcome } from './ticket-tool.ts';
import type { UpdateRecord } from './update.ts';

/** The message has to come again. */
export class NotYet extends TemporaryFailure {
  constructor(message: string) {
    super(message);
    this.name = 'NotYet';
  }
}

/** Longer than the conversations under it, so that two never hold one about the same update. */
const leaseMs = 180_000;
/** Where a tool takes nothing for now, nobody asks it meanwhile. A restart asks once more. */
const takesNothingUntil = new PerEnvironment(() => new Map<string, number>());
const longestRestMs = 60_000;

/** Notes whose turn is later, so that each try does not read them again. */
const notesNotBefore = new PerEnvironment(() => new Map<string, number>());

/** @throws NotYet */
export async function sendUpdate(id: string, way: Way): Promise<void> {
  const asked = now().getTime();
  const waiting = notesNotBefore.get();
  for (const [note, until] of waiting) if (until <= asked) waiting.delete(note);
  if (waiting.has(id)) throw new NotYet('the note’s turn is later');
  const update = await claim(id);
  if (!update) return;
  const at = now();
  const tool = ticketTools.find((each) => each === update.tool);
  const connection = tool && connectionOf(tool, readConfig());
  if (!connection || 'missing' in connection) {
    const error = connection ? `${connection.missing.join(' and ')} is not set.` : 'There is no such tool.';
    return settleUpdate(id, { state: 'by-hand', error }, at);
  }
  const comment: OwnComment = {
    ticketId: update.ticketId ?? '',
    text: update.text,
    isPublic: !update.isNote,
    reference: id,
    ...(update.seen === undefined ? {} : { seen: update.seen }),
    ...(update.mayBeThere ? { taken: await othersOf(update) } : {}),
  };
  const { echo } = update;
  if (echo?.commentId) return settleUpdate(id, takenAt(update, echo.at, echo.commentId), at);
  if (update.taken) return settleUpdate(id, await identify(update, update.taken, comment, connection, way), now());
  if (update.mayBeThere) {
    const found = await look(update, comment, connection, way);
    if (found) return settleUpdate(id, found, now());
  }
  if (isLate(update)) {
    const minutes = milliseconds(policy.outgoing.giveUpAfter) / 60_000;
    const error = `The tool did not take it within ${minutes} min. ${update.error ?? ''}`.trim();
    return settleUpdate(id, { state: 'failed', error }, at);
  }
  await updateRef(id).update({ mayBeThere: true, updatedAt: at });
  const outcome = await converse(connection.tool.send(comment, at.getTime()), connection, way);
  if (outcome.kind === 'taken') {
    const taken = { at: now(), isReadable: outcome.isReadable };
    await updateRef(id).update({ taken });
    return settleUpdate(id, await identify(update, taken, comment, connection, way), now());
  }
  const settled = settledBy(outcome);
  if (settled) return settleUpdate(id, settled, now());
  await release(update, outcome, outcome.kind === 'unknown');
  throw new NotYet(`${update.tool} has not taken it`);
}

/** @returns undefined where it is settled already */
async function claim(id: string): Promise<UpdateRecord | undefined> {
  let isItsTurn = false;
  return firestore().runTransaction(async (transaction) => {
    const update = await readOpen(transaction, id);
    if (!update) return undefined;
    const at = now();
    isItsTurn ||= isOver(update) || mayAsk(update.tool ?? '', at.getTime()) || ageMs(update) > lastTurnAfterMs();
    if (!isItsTurn) throw new NotYet('the tool does not answer');
    transaction.update(updateRef(id), { leasedUntil: new Date(at.getTime() + leaseMs), updatedAt: at });
    return update;
  });
}

const ageMs = ({ requestedAt }: UpdateRecord): number => now().getTime() - requestedAt.getTime();
const isLate = (update: UpdateRecord): boolean => ageMs(update) > milliseconds(policy.outgoing.giveUpAfter);

/** Of what may be there, somebody has to be told soon that nobody knows: it waits no longer for its turn at a silent tool. */
const lastTurnAfterMs = (): number =>
  milliseconds(policy.outgoing.giveUpAfter) + 2 * milliseconds(policy.outgoing.lookAfter);

/** Nothing has to be asked: the tool itself has told of it, or nobody waits any more for what was never asked for. */
const isOver = (update: UpdateRecord): boolean =>
  update.echo?.commentId !== undefined || (isLate(update) && !update.mayBeThere);

/** One whose turn it is. @returns undefined where it is settled already */
async function readOpen(transaction: Transaction, id: string): Promise<UpdateRecord | undefined> {
  const document = await transaction.get(updateRef(id));
  if (!document.exists) {
    log('ERROR', 'there is no such update', { updateId: id });
    return undefined;
  }
  const update = fromDocument<UpdateRecord>(document.data());
  if (update.state !== 'sending' && update.state !== 'unknown') return undefined;
  const at = now();
  if (update.leasedUntil && update.leasedUntil > at) throw new NotYet('another is sending it');
  const restsUntil = Math.max(update.retryAt?.getTime() ?? 0, takesNothingUntil.get().get(update.tool ?? '') ?? 0);
  if (restsUntil > at.getTime() && !isLate(update)) {
    if (update.isNote) notesNotBefore.get().set(id, restsUntil);
    throw new NotYet('the tool takes nothing for now');
  }
  return update;
}

/** Looks for what may be there. @throws NotYet where the tool does not say, and there is still time */
async function look(
  update: UpdateRecord,
  comment: OwnComment,
  connection: ToolConnection,
  way: Way,
): Promise<Settled | undefined> {
  const { echo, soughtSince } = update;
  const found = await converse(connection.tool.find(comment, soughtSince.getTime(), now().getTime()), connection, way);
  if (found.kind === 'found') return takenAt(update, new Date(found.at ?? now()), found.commentId);
  if (found.kind === 'withheld') return { state: 'failed', error: found.why };
  // The tool has told us of it, and does not show it yet: its id is all that is not known.
  if (echo && found.kind !== 'retry') return takenAt(update, echo.at, '');
  if (found.kind === 'absent') return undefined;
  if (found.kind !== 'retry' || isLate(update)) {
    if (echo) return takenAt(update, echo.at, '');
    return { state: 'unknown', error: `Whether it got there could not be read. ${found.why}` };
  }
  await release(update, found, true);
  throw new NotYet(`${update.tool} does not say whether it is there`);
}

/**
 * Looks for what the tool has accepted without saying which comment it is. It is there, whether or not it is found: a 2xx is
 * acceptance. Only one whose body was no JSON may have come from something else than the tool.
 * @throws NotYet where the ticket cannot be read, and there is still time
 */
async function identify(
  update: UpdateRecord,
  { at, isReadable }: { at: Date; isReadable: boolean },
  comment: OwnComment,
  connection: ToolConnection,
  way: Way,
): Promise<Settled> {
  const since = update.soughtSince.getTime();
  const found = await converse(connection.tool.find(comment, since, now().getTime()), connection, way);
  if (found.kind === 'found') return takenAt(update, new Date(found.at ?? at), found.commentId);
  if (found.kind === 'withheld') return { state: 'failed', error: found.why };
  if (found.kind === 'retry' && !isLate(update)) {
    await release(update, found, true);
    throw new NotYet(`${update.tool} has taken it, and does not show which comment it is`);
  }
  if (isReadable || update.echo) return takenAt(update, at, '');
  return { state: 'unknown', error: 'It was accepted without an answer of the tool, and is not seen on the ticket.' };
}

/** When the tool took it, by its own clock, and still neither before it was asked nor after now. */
function takenAt({ requestedAt }: UpdateRecord, at: Date, commentId: string): Settled {
  const sentAt = Math.min(Math.max(at.getTime(), requestedAt.getTime()), now().getTime());
  return { state: 'sent', sentAt: new Date(sentAt), commentId };
}

/** Comments that are other updates of the same incident: the same words twice are two comments. */
async function othersOf({ id, incidentId, isNote }: UpdateRecord): Promise<Set<string>> {
  if (isNote) return new Set();
  const { sending = [] } = fromDocument<Pick<Incident, 'sending'>>((await incidentRef(incidentId).get()).data() ?? {});
  return new Set(sending.flatMap((each) => (each.id !== id && each.commentId ? [each.commentId] : [])));
}

function settledBy(outcome: SendOutcome): Settled | undefined {
  switch (outcome.kind) {
    case 'sent':
      return { state: 'sent', sentAt: now(), commentId: outcome.commentId };
    case 'conflict':
      return {
        state: 'failed',
        error: `Somebody has answered the customer just before; read it and decide again: ${outcome.text}`,
      };
    case 'by-hand':
      return { state: 'by-hand', error: outcome.why };
    case 'refused':
    case 'withheld':
      return { state: 'failed', error: outcome.why };
    case 'taken':
    case 'retry':
    case 'unknown':
      return undefined;
  }
}

/** Lets go of it until the message comes again, with what is known by now. */
async function release(
  update: UpdateRecord,
  outcome: { kind: string; why?: string; until?: number; seen?: string },
  mayBeThere: boolean,
): Promise<void> {
  const at = now();
  if (outcome.until !== undefined) {
    takesNothingUntil.get().set(update.tool ?? '', Math.min(outcome.until, at.getTime() + longestRestMs));
  }
  // A tool that is slow may still do what it was asked: only later is it true that a comment is not there.
  const until = outcome.kind === 'unknown' ? at.getTime() + milliseconds(policy.outgoing.lookAfter) : outcome.until;
  await updateRef(update.id).update({
    leasedUntil: null,
    retryAt: until === undefined ? null : new Date(until),
    error: outcome.why ?? null,
    updatedAt: at,
    mayBeThere,
    ...(outcome.seen === undefined ? {} : { seen: outcome.seen }),
    ...(outcome.kind === 'unknown' ? { state: 'unknown' } : {}),
  });
}
