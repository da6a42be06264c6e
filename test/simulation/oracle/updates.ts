/**
 * Of a text that somebody has confirmed, at most one public comment comes to be on each ticket, word for word; what is there is
 * recorded once, and what is not there is not; and what failed, or nobody knows of, somebody is told.
 */
import type { Answer, Call, Stage, ToolComment } from '../stage.ts';
import { type Doc, date, type Records, survivorOf } from './records.ts';

/** A text that was confirmed, under its sender's key. */
export interface Tap {
  key: string;
  incidentId: string;
  message: string;
  at: number;
  isTaken: boolean;
}

/** @returns undefined for what is no tap */
export function readTap(call: Call, answer: Answer | undefined, at: number): Tap | undefined {
  const [, incidentId] = /^\/api\/incidents\/([\w]+)\/updates$/.exec(call.kind === 'http' ? call.path : '') ?? [];
  if (call.kind !== 'http' || call.method !== 'POST' || incidentId === undefined) return undefined;
  const key = call.headers['idempotency-key'] ?? '';
  const { message } = JSON.parse(call.body ?? '{}');
  return { key, incidentId, message, at, isTaken: (answer?.status ?? 500) < 300 };
}

export function checkUpdates(taps: readonly Tap[], records: Records, updates: readonly Doc[], stage: Stage): string[] {
  const comments = stage.remote().comments?.() ?? [];
  const ours = comments.filter((each) => each.isOurs);
  const told = [...records.timelines].flatMap(([id, events]) =>
    events
      .filter((each) => each.type === 'customer-updated' && each.detail.sentAs)
      .map((each) => ({ id, event: each })),
  );
  return [
    ...ours.filter((each) => each.isPublic).flatMap((each) => checkComment(each, taps, told, updates)),
    ...told.flatMap(({ id, event }) => checkTold(id, event, ours)),
    ...updates.flatMap((each) => checkUpdate(each, ours, records, stage)),
    ...taps.filter((each) => each.isTaken).flatMap((each) => checkTap(each, updates)),
    ...checkNotes(ours, records),
  ];
}

interface Told {
  id: string;
  event: Doc;
}

/** What a customer reads was confirmed by somebody, word for word, and is recorded once. */
function checkComment(
  comment: ToolComment,
  taps: readonly Tap[],
  told: readonly Told[],
  updates: readonly Doc[],
): string[] {
  const { tool, ticketId, id, body } = comment;
  const found: string[] = [];
  if (!taps.some((each) => each.message === body))
    found.push(`${tool} ${ticketId} has a text that nobody confirmed: ${body}`);
  const times = told.filter(({ event }) => event.detail.sentAs.tool === tool && event.detail.sentAs.id === id).length;
  // The tool may have reported it by its text alone.
  const byText = told.filter(({ event }) => event.detail.sentAs.id === '' && event.detail.message === body).length;
  const isUnknown = updates.some(
    (each) => each.ticketId === ticketId && each.text === body && each.state === 'unknown',
  );
  if (times + byText !== 1 && !(isUnknown && times + byText === 0)) {
    found.push(
      `The comment ${id} on ${tool} ${ticketId} should be recorded once, and is ${times + byText} times: ${body}`,
    );
  }
  return found;
}

function checkTold(id: string, { detail, occurredAt }: Doc, ours: readonly ToolComment[]): string[] {
  const there = ours.filter(
    (each) =>
      each.tool === detail.sentAs.tool &&
      each.isPublic &&
      each.body === detail.message &&
      (detail.sentAs.id === '' || each.id === detail.sentAs.id),
  );
  if (there.length === 1) return [];
  return [
    `${id} says that ${detail.customers} were told at ${date(occurredAt)} by ${detail.sentAs.tool} ${detail.sentAs.id}, which is there ${there.length} times.`,
  ];
}

/** One text, one comment; what did not get there is not said to be, and somebody was told. */
function checkUpdate(update: Doc, ours: readonly ToolComment[], records: Records, stage: Stage): string[] {
  const { id, incidentId, state, text, tool, ticketId, requestedAt } = update;
  if (tool === null || (state === 'by-hand' && !update.mayBeThere && update.updatedAt === requestedAt)) return [];
  const there = ours.filter(
    (each) => each.isPublic && each.ticketId === ticketId && each.tool === tool && each.body === text,
  );
  const name = `The update ${id} of ${incidentId}, asked for at ${date(requestedAt)},`;
  const found: string[] = [];
  if (there.length > 1) found.push(`${name} is on ${tool} ${ticketId} ${there.length} times.`);
  if (state === 'sending') found.push(`${name} is still on its way.`);
  if (state === 'sent' && there.length === 0) found.push(`${name} is said to be sent, and is not there.`);
  if ((state === 'failed' || state === 'by-hand') && there.length > 0) found.push(`${name} is ${state}, and is there.`);
  if (state === 'sent' || state === 'sending') return found;
  const survivor = survivorOf(records, incidentId);
  const events = [incidentId, survivor].flatMap((each) => records.timelines.get(each) ?? []);
  if (!events.some((each) => each.type === 'update-failed' && each.detail.updateId === id)) {
    found.push(`${name} is ${state}, and nothing on the timeline says so.`);
  }
  // Whether the notice of it came, its reason judges; here it is enough that there is one at all.
  const isSeen =
    stage
      .delivered()
      .some((each) => each.kind !== 'incident-filed' && [incidentId, survivor].includes(each.incidentId ?? '')) ||
    isSeenTo(update, events);
  if (!isSeen) found.push(`${name} is ${state}, and nobody was told.`);
  return found;
}

/** A customer who is updated another way, or again, before the failure could be announced needs no notice. */
const isSeenTo = ({ updatedAt }: Doc, events: readonly Doc[]): boolean =>
  events.some(
    ({ type, recordedAt }) =>
      (type === 'customer-updated' || type === 'update-requested' || type === 'linked') && recordedAt >= updatedAt,
  );

/** A tap that was answered as taken is there. */
function checkTap({ key, incidentId, message, at }: Tap, updates: readonly Doc[]): string[] {
  const own = updates.filter((each) => each.incidentId === incidentId && each.text === message);
  return own.length > 0 ? [] : [`The tap ${key} at ${date(at)} was taken, and no update came of it.`];
}

/** A note stays within the team, and is there once. */
function checkNotes(ours: readonly ToolComment[], records: Records): string[] {
  const ids = [...records.incidents.keys()];
  const said = new Map<string, number>();
  for (const { tool, ticketId, body, isPublic } of ours) {
    const isNote = ids.some((id) => body.includes(id)) && !body.startsWith('第');
    if (isNote && isPublic) return [`${tool} ${ticketId} shows a note to the customer: ${body}`];
    if (isNote) said.set(`${tool} ${ticketId} ${body}`, (said.get(`${tool} ${ticketId} ${body}`) ?? 0) + 1);
  }
  // What recovers twice is announced twice.
  return [...said]
    .filter(([note, times]) => times > 1 && note.includes('起票'))
    .map(([note]) => `A note is there more than once: ${note}`);
}
