/** Notices name the people on duty, as the calendar says it; where nobody can look, as it said last. */
import { minuteMs } from '../calendar.ts';
import type { Stage } from '../stage.ts';
import { date } from './records.ts';
import { isExplained, toleranceMs } from './windows.ts';

/** The calendar is read so often, and a look takes what was read before it. */
const readEveryMs = 5 * minuteMs;
/** Between a look and the first that a channel hears of it. */
const underWayMs = 3 * minuteMs;

export function checkDuty(stage: Stage): string[] {
  const { onDuty } = stage.remote();
  if (!onDuty) return [];
  const begun = new Map<string, number>();
  for (const [path, doc] of stage.documents()) {
    if (!path.startsWith('notices/')) continue;
    const id = String(doc.noticeId);
    begun.set(id, Math.min(begun.get(id) ?? Number.POSITIVE_INFINITY, Number(doc.createdAt)));
  }
  const start = Math.min(...begun.values());
  return stage.delivered().flatMap(({ id, kind, incidentId, text }) => {
    const at = begun.get(id);
    if (at === undefined || !incidentId || kind === 'delivery-failed' || kind === 'connection-test') return [];
    const [, who] = /当番: (.+)/.exec(text) ?? [];
    const name = `The notice ${id} (${kind}) of ${incidentId}, begun ${date(at)},`;
    // Before a calendar has been read for the first time nobody knows of it.
    if (who === undefined) return at < start + 15 * minuteMs ? [] : [`${name} does not say who is on duty.`];
    const isUnknown = who.includes('カレンダーを確認できません');
    const told = [...who.matchAll(/([A-Z][a-z]+ [A-Z][a-z]+)\(/g)].map(([, each]) => each as string);
    const oldestMs =
      isUnknown || isExplained(stage, at - readEveryMs, at) ? 24 * 60 * minuteMs : readEveryMs + 2 * minuteMs;
    if (isUnknown && !stage.remote().struck?.('calendars', at - 24 * 60 * minuteMs, at)) {
      return [`${name} says that the calendar cannot be read, which was there.`];
    }
    if (isNamed(told, onDuty, at, oldestMs)) return [];
    return [`${name} says that ${told.join(', ') || 'nobody'} is on duty, and it is ${onDuty(at, at).join(', ')}.`];
  });
}

/** The calendar at some instant in which it may have been read last. */
function isNamed(
  told: readonly string[],
  onDuty: (at: number, asOf: number) => string[],
  at: number,
  oldestMs: number,
): boolean {
  const words = told.toSorted().join();
  for (let then = at - underWayMs; then <= at + toleranceMs; then += minuteMs / 4) {
    for (let readAt = then; readAt >= then - oldestMs; readAt -= minuteMs) {
      if (onDuty(then, readAt).toSorted().join() === words) return true;
    }
  }
  return false;
}
