/** What the minute tick does with the timers of next actions and bundles: load, decide, commit, send. */
import { isSending, type Sending } from '../incidents/facts/decision.ts';
import type { Timer } from '../incidents/record/records.ts';
import { claim, type DueTimer, free } from '../incidents/record/timers.ts';
import { readConfig } from '../platform/config.ts';
import { dataOf, grpcCodeOf, timerRef } from '../platform/firestore.ts';
import { stableId } from '../platform/ids.ts';
import type { WrittenNotice } from '../platform/notice-schemas.ts';
import { publish } from '../platform/publish.ts';
import { sendNotice } from '../platform/publish-notice.ts';
import { milliseconds, policy } from '../policy.ts';
import { topics } from '../topology.ts';
import { actionRef } from './actions.ts';
import { type NextAction, ticketDueAt } from './actions-rules.ts';
import { assemble } from './assemble.ts';
import { assembleBundle } from './bundle.ts';
import { gatherInputs } from './gather.ts';
import { writeActionNotice, writeMissingNotice, writeNotHeldNotice, writeReadyNotice } from './notice-texts.ts';
import { type DueNotice, decideActionReminder, decideBundleReminder, earlier, holdByOf } from './reminders.ts';
import { type BundleDocument, numberOfWeek, readBundleDocument } from './store.ts';
import { readWeek, type Week } from './week.ts';

export const lookAtAction = async (due: DueTimer, now: Date): Promise<void> =>
  commitAndSend(due, await decideAction(due.timer, now), now);

export const lookAtBundle = async (due: DueTimer, now: Date): Promise<void> =>
  commitAndSend(due, await decideBundle(due.timer, now), now);

interface Decided {
  outbox: Sending[];
  /** When to look again; null when there is nothing left to look at. */
  wakeAt: Date | null;
}

const nothingLeft: Decided = { outbox: [], wakeAt: null };

/** If two processes look at once, one sends it. Whatever a crashed process had committed is sent by the look after the lease. */
async function commitAndSend(due: DueTimer, { outbox, wakeAt }: Decided, now: Date): Promise<void> {
  const unsent = due.timer.pending.filter(isSending);
  const all = [...new Map([...outbox, ...unsent].map((each) => [each.key, each])).values()];
  if (!(await claim(due, now, all))) return;
  for (const each of all) await send(each);
  await settle({ ...due.timer, pending: all }, wakeAt);
}

const send = ({ kind, sends }: Sending): Promise<void> =>
  kind === 'notice' ? sendNotice(sends) : publish(topics.outgoing, sends as { actionTicket: string });

async function decideAction(timer: Timer, now: Date): Promise<Decided> {
  const action = dataOf<NextAction>(await actionRef(timer.subjectId).get());
  if (!action) return nothingLeft;
  const { notices, wakeAt } = decideActionReminder(action, policy, now);
  const outbox = notices.map((due) => {
    const text = writeActionNotice(due.kind, action, policy);
    return noticeOf(timer, due, text, { incidentId: action.incidentId, weekId: action.bundleId }, now);
  });
  const askAt = ticketDueAt(action, policy);
  if (!askAt || askAt > now) return { outbox, wakeAt: earlier(wakeAt, askAt) };
  const ask = { kind: 'action-ticket', key: `ticket:${action.id}`, since: now, sends: { actionTicket: action.id } };
  const askAgainAt = new Date(now.getTime() + milliseconds(policy.actions.ticketCheckedEvery));
  return { outbox: [...outbox, ask], wakeAt: earlier(wakeAt, askAgainAt) };
}

async function decideBundle(timer: Timer, now: Date): Promise<Decided> {
  const week = readWeek(timer.subjectId, policy.zone);
  if (!week) return nothingLeft;
  const known = await readBundleDocument(week.id);
  const isDraft = known?.state === 'draft' && known.summary.isComplete;
  const bundle = isDraft ? await assemble(week, { policy, now, isAnnounced: false, isQuietWhenSame: true }) : known;
  const { notices, wakeAt } = decideBundleReminder(week, bundle?.state === 'held', policy, now);
  const announced = timer.pending.filter((each) => !isSending(each)) as DueNotice[];
  const outbox: Sending[] = [];
  for (const due of [...(bundle?.state === 'held' ? [] : announced), ...notices]) {
    const text = await write(due, week, bundle, now);
    if (text) outbox.push(noticeOf(timer, due, text, { weekId: week.id }, now));
  }
  return { outbox, wakeAt };
}

/** @returns undefined if there is nothing to say: nothing is missing */
async function write(due: DueNotice, week: Week, bundle: BundleDocument | undefined, now: Date) {
  const numbered = { id: week.id, number: await numberOfWeek(week.id, policy) };
  if (due.kind === 'bundle-not-held') return writeNotHeldNotice(numbered, holdByOf(week, policy), policy.zone);
  if (due.kind === 'bundle-ready') {
    if (!bundle) return undefined;
    // As many as its page counts.
    const counts = { incidentCount: bundle.aggregates.total.incidents, alarmCount: bundle.alarms.length };
    return writeReadyNotice({ ...bundle, ...numbered, ...counts }, policy.zone);
  }
  const { missingData } = assembleBundle(await gatherInputs(week, policy, now)).bundle;
  return missingData.total > 0 ? writeMissingNotice(numbered, missingData, policy) : undefined;
}

function noticeOf(
  { subjectId }: Timer,
  { kind, key }: DueNotice,
  text: Pick<WrittenNotice, 'subject' | 'text'>,
  { incidentId = null, weekId }: { incidentId?: string | null | undefined; weekId: string },
  now: Date,
): Sending {
  const console = readConfig().CONSOLE_URL;
  const notice: WrittenNotice = {
    id: stableId('ntc', subjectId, kind, key),
    kind,
    incidentId,
    ...text,
    ...(console ? { url: `${console}/postmortems/${weekId}` } : {}),
    createdAt: now.toISOString(),
  };
  return { kind: 'notice', key: notice.id, since: now, sends: notice };
}

/** What was written to the timer since it was claimed (an action's new date, a bundle's readiness) is not undone. */
async function settle(timer: Timer, wakeAt: Date | null): Promise<void> {
  const ref = timerRef(timer.id);
  const found = await ref.get();
  const current = dataOf<Timer>(found);
  if (!current || !found.updateTime) return;
  const said = new Set(timer.pending.map((each) => each.key));
  const pending = current.pending.filter((each) => !said.has(each.key));
  const isChanged = current.leasedUntil?.getTime() !== current.wakeAt.getTime();
  try {
    const unchanged = { lastUpdateTime: found.updateTime };
    if (isChanged || pending.length > 0) await ref.update({ pending, ...free }, unchanged);
    else if (wakeAt === null) await ref.delete(unchanged);
    else await ref.update({ wakeAt, pending, ...free }, unchanged);
  } catch (error) {
    // The timer was written at this moment: the next look sees its new state, and a repeated notice has the same ID.
    if (grpcCodeOf(error) !== 'FAILED_PRECONDITION') throw error;
  }
}
