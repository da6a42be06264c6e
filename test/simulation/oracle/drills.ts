/**
 * A drill files all that it replays, each once and in its time, and ends; and nothing of any drill is where somebody
 * outside would see it: on a ticket, in Notion, on a pager. What counts what leaves drills out by itself.
 */
import { minuteMs } from '../calendar.ts';
import type { Answer, Call, Stage } from '../stage.ts';
import { type Doc, date, type Records } from './records.ts';
import { firstUnexplained } from './windows.ts';

/** A drill that was asked for under its sender's key. */
export interface Start {
  key: string;
  at: number;
  status: number | undefined;
  id: string | undefined;
}

/** @returns undefined for what starts no drill */
export function readStart(call: Call, answer: Answer | undefined, at: number): Start | undefined {
  if (call.kind !== 'http' || call.method !== 'POST' || call.path !== '/api/drills') return undefined;
  return { key: call.headers['idempotency-key'] ?? '', at, status: answer?.status, id: answer?.body?.id };
}

export function checkDrills(starts: readonly Start[], records: Records, stage: Stage): string[] {
  return [
    ...checkStarts(starts, records),
    ...[...records.drills.values()].flatMap((drill) => checkDrill(drill, records, stage)),
    ...checkReach(records, stage),
  ];
}

/** A key starts one drill, and what was answered is there. */
function checkStarts(starts: readonly Start[], records: Records): string[] {
  const found: string[] = [];
  const keys = new Map<string, Set<string>>();
  for (const { key, at, status, id } of starts) {
    if (status !== undefined && status < 300 && !records.drills.has(id ?? ''))
      found.push(`${key} was answered ${status} at ${date(at)}, and there is no drill ${id}.`);
    const ids = keys.get(key) ?? new Set();
    keys.set(key, id === undefined ? ids : ids.add(id));
  }
  for (const [key, ids] of keys) if (ids.size > 1) found.push(`${key} has started ${[...ids].join(' and ')}.`);
  if (records.drills.size > keys.size)
    found.push(`${keys.size} drills were asked for, and there are ${records.drills.size}.`);
  return found;
}

const replayedKinds = ['stated', 'customer-wrote', 'reopened', 'alert-opened', 'alert-closed'];

function checkDrill(drill: Doc, records: Records, stage: Stage): string[] {
  const found: string[] = [];
  const { id, from, speed, times, startedAt, state } = drill;
  const own = records.signals.filter((each) => each.drill?.id === id);
  const originals: Doc[] = drill.replays.map((each: string) => records.signals.find((one) => one.id === each));
  if (originals.some((each) => !each || each.drill || !replayedKinds.includes(each.kind)))
    found.push(`${id} replays what is no signal of anything real.`);
  const first = Math.min(...originals.map((each) => each.receivedAt));
  const dueAts = originals.map((each) => startedAt + Math.round((each.receivedAt - first) / speed));
  const lastDueAt = Math.max(...dueAts) + 3 * minuteMs;
  const isOver = stage.now() > firstUnexplained(stage, lastDueAt);
  const total = originals.length * times;
  if (isOver && (state !== 'done' || own.length !== total)) {
    found.push(
      `${id} should be over since ${date(lastDueAt)} with ${total} signals, is ${state}, and has ${own.length}.`,
    );
  }
  if (state === 'stopped')
    found.push(`${id} has stopped (${drill.stoppedBecause}), and nothing that it replays is gone.`);
  // Of each original as many as were asked for, each when it was due.
  const due = new Map<number, number>();
  for (const at of dueAts) due.set(at, (due.get(at) ?? 0) + times);
  for (const each of own) {
    due.set(each.receivedAt, (due.get(each.receivedAt) ?? 0) - 1);
    const incident = records.incidents.get(each.incidentId);
    if (each.drill.from !== from || each.isDrill !== true)
      found.push(`${each.id} of ${id} does not say that it is a drill.`);
    if (incident?.isDrill !== true) found.push(`${each.id} of ${id} is on ${each.incidentId}, which is no drill.`);
    if (each.filedAt < each.receivedAt - minuteMs)
      found.push(`${each.id} of ${id} was due at ${date(each.receivedAt)}, and filed at ${date(each.filedAt)}.`);
  }
  // What it tells of happened as long before it came in as it had then.
  for (const name of ['occurredAt', 'happenedAt']) {
    const timeOf = (each: Doc): number | undefined => each[name]?.at ?? each[name];
    const agoOf = (each: Doc): number | undefined => {
      const at = timeOf(each);
      return at === undefined ? undefined : each.receivedAt - at;
    };
    for (const each of own) {
      const agos = originals.flatMap((one, index) => (dueAts[index] === each.receivedAt ? [agoOf(one)] : []));
      if (!agos.includes(agoOf(each)))
        found.push(`${name} of ${each.id} of ${id} is ${date(timeOf(each))}, unlike then.`);
    }
  }
  // Each copy is somebody else's: three of one report are three customers.
  for (const [at, copies] of Map.groupBy<number, Doc>(own, (each) => each.receivedAt)) {
    const customers = copies.flatMap((each) => each.customer?.id ?? []);
    if (customers.length >= times && new Set(customers).size < times)
      found.push(
        `${id} files ${times} copies of what was due at ${date(at)}, of ${[...new Set(customers)].join(', ')}.`,
      );
  }
  for (const [at, left] of due) {
    if (left < 0 || (left > 0 && state === 'done'))
      found.push(
        `${id} has filed ${left < 0 ? `${-left} too many` : `${left} too few`} of what was due at ${date(at)}.`,
      );
  }
  return found;
}

/** Nobody outside hears of it. */
function checkReach(records: Records, stage: Stage): string[] {
  const found: string[] = [];
  const isDrill = (id: unknown): boolean => records.incidents.get(String(id))?.isDrill === true;
  for (const [path, doc] of stage.documents()) {
    const [collection, id] = path.split('/');
    if (collection === 'notionPages' && doc.pageId && isDrill(id))
      found.push(`${id} is a drill, and has a page in Notion.`);
    if (collection === 'updates' && isDrill(doc.incidentId) && doc.state !== 'by-hand')
      found.push(`An update of the drill ${doc.incidentId} is ${doc.state}, and should be nobody’s but a person’s.`);
  }
  for (const [id, events] of records.timelines) {
    if (!isDrill(id)) continue;
    for (const { type, detail, changes } of events) {
      if (type === 'paged') found.push(`${id} is a drill, and has paged somebody.`);
      if (type === 'customer-updated' && detail.sentAs)
        found.push(`${id} is a drill, and a tool has taken its update.`);
      if (type === 'linked' && changes?.linkedTo && !isDrill(changes.linkedTo))
        found.push(`${id} is a drill, and is linked to ${changes.linkedTo}, which is real.`);
    }
  }
  for (const { tool, ticketId, body, isOurs } of stage.remote().comments?.() ?? []) {
    if (isOurs && /drl_[\da-f]{24}|訓練/.test(`${ticketId} ${body}`))
      found.push(`${tool} ${ticketId} has a comment of a drill: ${body}`);
  }
  return found;
}
