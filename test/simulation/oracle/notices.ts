/** Who was told: every new incident within the minute, and nobody without a reason. */
import { minuteMs } from '../calendar.ts';
import type { Stage } from '../stage.ts';
import { checkReasons, type Notice } from './reasons.ts';
import { type Doc, date, type Records } from './records.ts';
import { isExplained, toleranceMs } from './windows.ts';

export function checkNotices(records: Records, stage: Stage): string[] {
  const notices = new Map<string, Notice>();
  const found: string[] = [];
  for (const each of stage.delivered()) {
    const at = Date.parse(each.deliveredAt);
    const first = notices.get(`${each.id} ${each.channel}`);
    if (!first) notices.set(`${each.id} ${each.channel}`, { ...each, at });
    else if (!isExplained(stage, first.at, at)) {
      found.push(`The notice ${each.id} (${each.kind}) came at ${date(first.at)} and again at ${date(at)}.`);
    }
  }
  found.push(...checkRepeats([...notices.values()]));
  const of = (id: string): Notice[] => [...notices.values()].filter((each) => each.incidentId === id);
  for (const [id, incident] of records.incidents) {
    const own = of(id);
    if (incident.origin.tool === 'import') continue;
    const events = records.timelines.get(id) ?? [];
    found.push(...checkAnnouncement(id, incident, events, own, stage), ...checkReasons(id, events, of, stage));
  }
  return found;
}

/** Told again after a crash, a notice has the id that it had. */
function checkRepeats(notices: readonly Notice[]): string[] {
  const said = new Map<string, Notice>();
  return notices.flatMap((notice) => {
    const { id, channel, kind, incidentId, text, at } = notice;
    const key = [channel, kind, incidentId, text].join(' ');
    const before = said.get(key);
    said.set(key, notice);
    const isSame = kind === 'update-due' || kind === 'incident-filed';
    if (!before || !isSame || at - before.at > 15 * minuteMs) return [];
    return [`${kind} of ${incidentId} was told as ${before.id} at ${date(before.at)}, and as ${id} at ${date(at)}.`];
  });
}

/** A new incident is announced once, within the minute. */
function checkAnnouncement(
  id: string,
  incident: Doc,
  events: readonly Doc[],
  own: readonly Notice[],
  stage: Stage,
): string[] {
  const announced = own.filter((each) => each.kind === 'incident-filed');
  if (incident.kind !== 'incident') return own.length === 0 ? [] : [`${id} is ${incident.kind}, and was announced.`];
  // What is an emergency from the beginning is announced as one; what is said worse of it at once names the notice as well.
  const isAnnounced = ({ kind, text }: Notice): boolean =>
    kind === 'incident-filed' ||
    kind === 'emergency-begun' ||
    text.split('\n', 1).join().includes('インシデントを起票しました');
  const first = own.filter(isAnnounced).toSorted((a, b) => a.at - b.at)[0];
  const { filedAt } = incident;
  const by = filedAt + minuteMs + toleranceMs;
  if (announced.length > 1 && !isExplained(stage, filedAt, announced.at(-1)?.at ?? filedAt)) {
    return [`${id} was announced ${announced.length} times.`];
  }
  // What was linked before it could be announced is announced as the one that took it over.
  const linkedAt = events.find((each) => each.type === 'linked' && each.detail.to !== undefined)?.recordedAt;
  if (linkedAt !== undefined && (linkedAt <= by || isExplained(stage, filedAt, linkedAt))) return [];
  const isMerged = own.some((each) => each.kind !== 'update-due' && each.kind !== 'scope-due');
  if (by > stage.now() || (first && first.at <= by)) return [];
  if (isExplained(stage, filedAt, first?.at ?? by) && (first || isMerged)) return [];
  return [`${id}, filed ${date(filedAt)}, should be announced within the minute, and was at ${date(first?.at)}.`];
}
