/** Who is affected by an incident is asked for by the table's rhythm, while nobody knows. */
import { hourMs, minuteMs, startOfDay } from '../calendar.ts';
import type { Stage } from '../stage.ts';
import { type Account, accountsOf, isUrgent } from './accounts.ts';
import { isLinked } from './groups.ts';
import { date, type Records } from './records.ts';
import { isToldAgain } from './retold.ts';
import { firstUnexplained, toleranceMs } from './windows.ts';

/** 10:00, 15:00, 17:00 and 22:00 in Japan: the first at or after an instant. */
function fixedFrom(at: number): number {
  const first = [10, 15, 17, 22, 24 + 10].find((hour) => startOfDay(at) + hour * hourMs >= at) as number;
  return startOfDay(at) + first * hourMs;
}

/** What a slot follows; `begin`: the first interval does. */
interface Anchor {
  at: number;
  /** Since when that was known. */
  recordedAt: number;
  what: 'begin' | 'update' | 'slot';
}

/** When the slot after something is due, by one row of the table. */
export function dueAfter({ at, what }: Pick<Anchor, 'at' | 'what'>, account: Account): number {
  const urgent = isUrgent(account);
  if (what === 'begin') return at + (urgent ? 15 : 60) * minuteMs;
  const { emergency } = account;
  const until = emergency ? Math.min(emergency.since + 2 * hourMs, emergency.until ?? Number.POSITIVE_INFINITY) : 0;
  if (emergency && at >= emergency.since && at < until) return at + 15 * minuteMs;
  // A slot that is open when an emergency begins ends within the emergency’s first interval.
  const begun = emergency && at < emergency.since ? emergency.since + 15 * minuteMs : Number.POSITIVE_INFINITY;
  const most = begun <= (emergency?.until ?? begun) ? begun : Number.POSITIVE_INFINITY;
  const age = at - account.filedAt;
  if (urgent && age < 12 * hourMs) return Math.min(most, at + (age < 2 * hourMs ? 30 : 60) * minuteMs);
  return Math.min(most, fixedFrom(what === 'update' ? at + hourMs : at + 1));
}

/** While nobody is known to be affected, the responders are asked who is, by the same rhythm. */
export function checkScopeAsked(records: Records, id: string, stage: Pick<Stage, 'now' | 'outages'>): string[] {
  const found: string[] = [];
  const events = records.timelines.get(id) ?? [];
  const asked = events.filter((each) => each.type === 'reminded' && each.detail.scopeDueAt !== undefined);
  const isAlone = !isLinked(records, id) && !isToldAgain(events);
  const accounts = accountsOf(records, id);
  const first = accounts.find((each) => each.kind === 'incident') as Account;
  /** By each row that it went by, up to an instant. */
  const dueAfterAny = (anchor: Anchor, until: number): number[] => {
    const from = Math.min(anchor.at, anchor.recordedAt) - 1;
    const to = Math.max(until, anchor.recordedAt);
    const isOfThen = (each: Account, index: number): boolean =>
      !isAlone || ((index === 0 || each.from <= to) && (accounts[index + 1]?.from ?? Infinity) >= from);
    return accounts.filter(isOfThen).map((each) => dueAfter(anchor, each));
  };
  const begin: Anchor = { at: first.receivedAt, recordedAt: first.filedAt, what: 'begin' };
  let last = begin;
  for (const { detail, recordedAt } of asked) {
    // Open or alone again, it is asked for at once, also where that had been asked for before.
    const isOpenAgain = events.some(
      (each) =>
        (each.changes?.status === 'open' || each.type === 'unlinked') &&
        each.recordedAt > last.recordedAt &&
        each.recordedAt <= recordedAt,
    );
    let anchors: Anchor[] = [isOpenAgain ? begin : last];
    // Slots that passed while Metronome was away, or that a change of row did away with, were not asked for.
    for (let steps = 0; steps < 40; steps += 1) {
      if (anchors.some((each) => dueAfterAny(each, recordedAt).includes(detail.scopeDueAt))) break;
      anchors = [...new Set(anchors.flatMap((each) => dueAfterAny(each, recordedAt)))]
        .filter((at) => at < detail.scopeDueAt)
        .map((at) => ({ at, recordedAt: at, what: 'slot' }));
    }
    if (anchors.length === 0)
      found.push(
        `${id} was asked for its scope at ${date(recordedAt)}, as due ${date(detail.scopeDueAt)}, and it is not due then.`,
      );
    last = { at: detail.scopeDueAt, recordedAt, what: 'slot' };
  }
  if (!isAlone || records.incidents.get(id)?.isAboutMetronome) return found;
  const isKnown = (records.contacts.get(id) ?? []).length > 0;
  const ended = events.find(
    ({ type, detail }) =>
      (type === 'scoped' && detail.affectedCustomerCount === 0) ||
      type === 'recovered' ||
      (type === 'verified' && detail.happened === 'no'),
  )?.recordedAt;
  const until = Math.min(
    ended ?? stage.now(),
    isKnown ? Math.min(...(records.contacts.get(id) ?? []).map((each) => each.affectedKnownAt)) : stage.now(),
  );
  let from = begin;
  for (const each of [...asked, undefined]) {
    const due = Math.max(...dueAfterAny(from, from.at + 13 * hourMs));
    // A fixed time seconds after another slot is asked for as that one ends, which has just been asked for itself.
    const by = Math.max(due - 4 * minuteMs, from.at, from.recordedAt + minuteMs) + minuteMs + toleranceMs;
    const at = each?.recordedAt ?? Number.POSITIVE_INFINITY;
    const latest = firstUnexplained(stage, by);
    if (at > latest && latest < until) {
      found.push(`The scope of ${id} should have been asked for by ${date(by)}, and was at ${date(each?.recordedAt)}.`);
    }
    if (each) from = { at: each.detail.scopeDueAt, recordedAt: each.recordedAt, what: 'slot' };
  }
  return found;
}
