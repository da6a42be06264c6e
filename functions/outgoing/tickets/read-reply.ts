/**
 * After a tool reports a reply, reads the comment on the ticket and files it once, unless it is ours. If it cannot be read
 * there, it counts by its text and the time of the report.
 */
import { randomUUID } from 'node:crypto';
import { commentIdsOf, updatesOnTicket } from '../../incidents/outbox/updates-on-ticket.ts';
import { type SignalRecord, signalIn } from '../../incidents/record/records.ts';
import { fileSignal } from '../../incidents/signals/file-signal.ts';
import { accountOf, authorOf, type Signal } from '../../incidents/signals/signal.ts';
import type { Way } from '../../platform/call.ts';
import { now } from '../../platform/clock.ts';
import { readConfig } from '../../platform/config.ts';
import { TemporaryFailure } from '../../platform/failures.ts';
import { dataOf, signalRef } from '../../platform/firestore.ts';
import { stableId } from '../../platform/ids.ts';
import { log } from '../../platform/log.ts';
import { milliseconds, policy } from '../../policy.ts';
import { connectionOf } from './connection.ts';
import { converse } from './converse.ts';
import { readReplies } from './freshdesk.ts';
import { mayAsk } from './silence.ts';

/** @throws TemporaryFailure */
export async function readReply(signalId: string, way: Way): Promise<void> {
  const record = dataOf<SignalRecord>(await signalRef(signalId).get());
  if (!record) return log('WARNING', 'a reply that is kept no longer cannot be read', { signalId });
  const read = await commentsOf(record, way);
  if (read === 'unread' || read.length === 0)
    return file(record, `unread:${record.id}`, { happenedAt: record.receivedAt });
  const own = commentIdsOf(await updatesOnTicket(record.tool, record.sourceId, record.receivedAt));
  const same = read.filter(({ isSame }) => isSame);
  // If the tool shows the text differently from its webhook, the latest comment counts: the template asks for that one.
  const comment = (same.length > 0 ? same : read.slice(-1)).findLast((each) => !own.has(each.id));
  if (!comment) return log('INFO', 'the echo of an update of ours', { signalId });
  const { id, at, userId } = comment;
  await file(record, `conversation:${id}`, {
    happenedAt: new Date(Math.min(at, record.receivedAt.getTime())),
    commentId: id,
    ...(userId === undefined ? {} : { agent: accountOf(record.tool, userId) }),
  });
}

async function commentsOf({ message = '', receivedAt, sourceId }: SignalRecord, way: Way) {
  const connection = connectionOf('freshdesk', readConfig());
  if ('missing' in connection) return 'unread';
  const at = now().getTime();
  const isLate = at - receivedAt.getTime() > milliseconds(policy.outgoing.giveUpAfter);
  if (!isLate && !mayAsk('freshdesk', at)) throw new TemporaryFailure('Freshdesk does not answer');
  const read = await converse(readReplies(sourceId, message, at), connection, way);
  if (read.kind === 'read') return read.comments;
  if (read.kind === 'retry' && !isLate) throw new TemporaryFailure('Freshdesk does not show the ticket');
  return 'unread';
}

async function file(record: SignalRecord, what: string, more: Partial<Signal>): Promise<void> {
  const signal = { ...signalIn(record), ...more, id: stableId('sig', record.tool, record.sourceId, what) };
  const bytes = Buffer.from(JSON.stringify({ readFrom: record.id, ...more }));
  const raw = { bytes, contentType: 'application/json', receivedAt: record.receivedAt };
  await fileSignal({ signal, raw, attempt: randomUUID() }, { ...authorOf(signal), now: now(), policy });
}
