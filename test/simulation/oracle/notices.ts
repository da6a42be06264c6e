/** Who was told: every new incident within the minute, every slot before it is due, and nobody without a reason. */
import type { Stage } from '../stage.ts';
import { checkReasons, type Notice } from './reasons.ts';
import { type Doc, date, type Records, survivorOf } from './records.ts';
import { compareSlots, type Played, type Replaying, replay } from './replay.ts';
import { hasRhythm, isFixed, minuteMs } from './rhythm.ts';
import { isExplained, toleranceMs } from './windows.ts';

const dayMs = 24 * 60 * minuteMs;

export function checkRhythm(records: Records, stage: Stage): string[] {
  const now = stage.now();
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
  const told = toldSlots(records);
  for (const [id, incident] of records.incidents) {
    const own = of(id);
    const events = records.timelines.get(id) ?? [];
    found.push(...checkAnnouncement(id, incident, events, own, stage), ...checkReasons(id, events, own, stage));
    if (incident.kind !== 'incident') continue;
    const group = survivorOf(records, id);
    const wasTold = (contact: string, due: number): boolean =>
      (told.get(`${group} ${contact}`) ?? []).some((each) => isAbout(each, due));
    const by: Replaying = { records, wasTold, now };
    const played = replay(id, by);
    found.push(...played.found, ...compareSlots(id, played, by), ...checkTold(id, played, by, stage));
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

interface Told {
  at: number;
  dueAt: number;
}

/** Whether what was told was of this slot: by name, before it came sooner, or within the ten minutes that one notice covers. */
const isAbout = ({ at, dueAt }: Told, due: number): boolean => at <= due && (dueAt >= due || due - at <= 10 * minuteMs);

/** Of which slots the responders were told, by survivor and contact. */
function toldSlots(records: Records): Map<string, Told[]> {
  const told = new Map<string, Told[]>();
  for (const [id, events] of records.timelines) {
    for (const { type, detail, recordedAt } of events) {
      for (const { contactId, dueAt } of type === 'reminded' ? (detail.slots ?? []) : []) {
        const key = `${survivorOf(records, id)} ${contactId}`;
        told.set(key, [...(told.get(key) ?? []), { at: recordedAt, dueAt }]);
      }
    }
  }
  return told;
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
  const { filedAt } = incident;
  const by = filedAt + minuteMs + toleranceMs;
  if (announced.length > 1 && !isExplained(stage, filedAt, announced.at(-1)?.at ?? filedAt)) {
    return [`${id} was announced ${announced.length} times.`];
  }
  // What was linked before it could be announced is told of as the one that took it over.
  const linkedAt = events.find((each) => each.type === 'linked' && each.detail.to !== undefined)?.recordedAt;
  if (linkedAt !== undefined && (linkedAt <= by || isExplained(stage, filedAt, linkedAt))) return [];
  const isMerged = own.some((each) => each.kind !== 'update-due' && each.kind !== 'scope-due');
  if (by > stage.now() || (announced[0] && announced[0].at <= by)) return [];
  if (isExplained(stage, filedAt, announced[0]?.at ?? by) && (announced[0] || isMerged)) return [];
  return [
    `${id}, filed ${date(filedAt)}, should be announced within the minute, and was at ${date(announced[0]?.at)}.`,
  ];
}

/** Whoever was due was reminded of, the scope was asked for, and what was missed twice was escalated, unless something failed. */
function checkTold(id: string, played: Played, { wasTold, records, now }: Replaying, stage: Stage): string[] {
  const found: string[] = [];
  for (const { contact, due, since, end, outcome } of played.ended) {
    const remindAt = due - (isFixed(due) ? 15 : 6) * minuteMs;
    // Closed before anybody had to be reminded, or made too late for it.
    const needsNone = end <= due - 4 * minuteMs || since > due - 2 * minuteMs;
    if (needsNone || wasTold(contact, due) || isExplained(stage, Math.min(since, remindAt), due)) continue;
    found.push(`${contact} of ${id} was due ${date(due)} (${outcome}), nobody was reminded, and nothing had failed.`);
  }
  for (const { due, by, askedAt } of played.scope) {
    const isLate = askedAt === undefined || askedAt > by + minuteMs + toleranceMs;
    if (isLate && by + minuteMs < now && !isExplained(stage, due - 15 * minuteMs, askedAt ?? by + minuteMs)) {
      found.push(`The scope of ${id} should have been asked for by ${date(by)}, and was at ${date(askedAt)}.`);
    }
  }
  const escalated: number[] = (records.timelines.get(id) ?? []).flatMap((each) =>
    each.type === 'escalated' ? each.recordedAt : [],
  );
  for (const { contact, since, until } of played.rows) {
    const by = since + 13 * minuteMs;
    if ((until !== undefined && until < by) || by > now || !hasRhythm(played.facts)) continue;
    const isTold = escalated.some((at) => at >= since - dayMs - minuteMs && at <= by);
    if (!isTold && !isExplained(stage, since, by)) {
      found.push(`${contact} of ${id} missed a second update at ${date(since)}, and it was not escalated.`);
    }
  }
  return found;
}
