/**
 * When incidents become fewer, asks where they went (`docs/reference/rules/h-changed-counts.md`). What rose meanwhile is
 * evidence, and no condition. Pure.
 */
import { createHash } from 'node:crypto';
import type { Incident, RealIncident } from '../incidents/incident.ts';
import type { Policy } from '../policy.ts';
import type { Meeting } from './meeting.ts';
import { compareRates, poissonBand, sumOf } from './statistics.ts';
import { type Door, doors, type WeekSummary } from './trends.ts';
import { readWeek, type Week, weekAfter } from './week.ts';
import { compare } from './written.ts';

export interface CountedWeek {
  week: string;
  incidents: number;
}

/** A change that chance hardly explains, with the numbers of the week that showed it. */
export interface CountAlarm {
  /** The last of the compared weeks in which it was noticed. */
  week: string;
  kind: 'fall' | 'rise';
  /** Incidents a week, in the weeks before and in the last four. */
  before: number;
  after: number;
  /** The number of weeks averaged in `before`; uncounted weeks are left out. */
  weeksBefore: number;
  /** The chance of a count so low (or so high), had nothing changed. */
  p: number;
}

/** A change as a bundle shows it. */
export interface Finding extends CountAlarm {
  /** Kinds of reports not filed as incidents that rose meanwhile, per week, largest rise first. */
  doors: { door: Door; before: number; after: number }[];
  /** The week of the first meeting that answered it; null if none has. */
  answeredIn: string | null;
}

const sum = (weeks: readonly CountedWeek[]): number => sumOf(weeks.map(({ incidents }) => incidents));

/** The weeks that the test of the last of `weeks` compares; undefined if too few of them are known. */
export function windowsOf<T>(weeks: readonly (T | undefined)[], policy: Policy) {
  const { weeksAfter, weeksBefore, leastWeeksBefore } = policy.underReporting;
  const isKnown = (each: T | undefined): each is T => each !== undefined;
  const after = weeks.slice(-weeksAfter).filter(isKnown);
  const before = weeks.slice(-weeksAfter - weeksBefore, -weeksAfter).filter(isKnown);
  return after.length === weeksAfter && before.length >= leastWeeksBefore ? { before, after } : undefined;
}

function alarmOf(windows: ReturnType<typeof windowsOf<CountedWeek>>, policy: Policy): CountAlarm | undefined {
  if (!windows) return undefined;
  const { before, after } = windows;
  const { fall, rise } = compareRates(sum(before), before.length, sum(after), after.length);
  const p = Math.min(fall, rise);
  if (p >= policy.underReporting.alarmBelow) return undefined;
  return {
    week: after.at(-1)?.week ?? '',
    kind: fall < rise ? 'fall' : 'rise',
    before: sum(before) / before.length,
    after: sum(after) / after.length,
    weeksBefore: before.length,
    p,
  };
}

/** A change lasts if the test also held this many weeks ago: then all eight weeks before the last four came after it. */
const lastingOf = ({ underReporting: { weeksAfter } }: Policy): number => 3 * weeksAfter;

/** How many weeks of history are needed to tell whether a change in a week is new. */
const leadOf = (policy: Policy): number =>
  2 * policy.underReporting.weeksAfter + lastingOf(policy) + policy.underReporting.weeksBefore;

/** The weeks from this many before `first` to `last`; undefined for an unknown week. */
function weeksUpTo<T extends { week: string }>(
  known: readonly T[],
  { first, last, lead }: { first: Week; last: Week; lead: number },
  { zone }: Policy,
): (T | undefined)[] {
  const byId = new Map(known.map((each) => [each.week, each]));
  const weeks: (T | undefined)[] = [];
  for (let at = weekAfter(first, -lead, zone); at.start <= last.start; at = weekAfter(at, 1, zone))
    weeks.push(byId.get(at.id));
  return weeks;
}

/**
 * The changes that were noticed from `first` to `last`, oldest first. While the test holds, and as long as the four weeks
 * overlap those in which it last held, it is the same change. A change that has lasted may have been answered and become
 * usual: a further one in the same direction is a change of its own when the same test, against the eight weeks before, finds it.
 * @param known complete weeks, in any order; those before `first` are compared with
 */
export function findAlarms(known: readonly CountedWeek[], first: Week, last: Week, policy: Policy): CountAlarm[] {
  const { weeksAfter, weeksBefore } = policy.underReporting;
  const [lead, lasting] = [leadOf(policy), lastingOf(policy)];
  const weeks = weeksUpTo(known, { first, last, lead }, policy);
  const alarms: CountAlarm[] = [];
  const held = { fall: new Set<number>(), rise: new Set<number>() };
  const furtherAt = { fall: Number.NEGATIVE_INFINITY, rise: Number.NEGATIVE_INFINITY };
  const heldLately = (kind: CountAlarm['kind'], index: number): boolean =>
    Array.from({ length: weeksAfter }, (_, back) => index - 1 - back).some((each) => held[kind].has(each));
  for (let index = weeksAfter + weeksBefore - 1; index < weeks.length; index += 1) {
    const upTo = weeks.slice(0, index + 1);
    const alarm = alarmOf(windowsOf(upTo, policy), policy);
    if (!alarm) continue;
    const { kind } = alarm;
    const isNew = !heldLately(kind, index);
    held[kind].add(index);
    const further = held[kind].has(index - lasting) ? furtherChange(upTo, kind, policy) : undefined;
    const isFurther = further !== undefined && index - furtherAt[kind] > weeksAfter;
    if (further) furtherAt[kind] = index;
    if (index >= lead && (isNew || isFurther)) alarms.push(isNew ? alarm : (further ?? alarm));
  }
  return alarms;
}

/** The last four weeks against the eight before them, of which at least four are known. */
function furtherChange(weeks: readonly (CountedWeek | undefined)[], kind: CountAlarm['kind'], policy: Policy) {
  const { underReporting: rules } = policy;
  const near = { ...rules, weeksBefore: 2 * rules.weeksAfter, leastWeeksBefore: rules.weeksAfter };
  const found = alarmOf(windowsOf(weeks, { ...policy, underReporting: near }), policy);
  return found?.kind === kind ? found : undefined;
}

export type ChangedCounts = ReturnType<typeof findChangedCounts>;

/** How many earlier weeks a bundle has to read. */
export const weeksToRead = (policy: Policy): number => policy.underReporting.trendWeeks - 1 + leadOf(policy);

interface Of {
  standing: readonly Finding[];
  meetings: readonly Pick<Meeting, 'id' | 'answers'>[];
  week: Week;
  policy: Policy;
}

/** Shows a change until it is answered, however old. Summaries of weeks that were not over are left out. */
export function findChangedCounts(summaries: readonly WeekSummary[], { standing, meetings, week, policy }: Of) {
  const complete = summaries.filter((each) => each.isComplete);
  const first = weekAfter(week, 1 - policy.underReporting.trendWeeks, policy.zone);
  const lead = policy.underReporting.weeksAfter + policy.underReporting.weeksBefore;
  const weeks = weeksUpTo(complete, { first, last: week, lead }, policy);
  const answered = meetings
    .filter(({ id, answers }) => id < week.id && answers.some(({ item }) => item === 'falling-counts'))
    .map(({ id }) => id)
    .sort();
  const answeredIn = (noticed: string): string | null => answered.find((id) => id >= noticed) ?? null;
  const noticed = findAlarms(complete, first, week, policy).map((alarm): Finding => {
    const upTo = weeks.slice(0, weeks.findIndex((each) => each?.week === alarm.week) + 1);
    return { ...alarm, doors: risenDoors(upTo, policy), answeredIn: answeredIn(alarm.week) };
  });
  const older = standing.filter((each) => each.week < first.id && answeredIn(each.week) === null);
  const judged = weeks.at(-1) ?? weeks.at(-2);
  const windows = judged && windowsOf(weeks.slice(0, weeks.lastIndexOf(judged) + 1), policy);
  return {
    /** Whether enough weeks are known to judge this one. */
    isJudged: windows !== undefined,
    /** What chance gives at the mean of the weeks before the last four; null if too few are known. */
    usual: windows ? usualCounts(windows.before, policy) : null,
    /** Changes noticed in the bundle's weeks, and older unanswered ones; oldest first. */
    findings: [...older, ...noticed],
  };
}

function usualCounts(before: readonly CountedWeek[], policy: Policy) {
  const mean = sum(before) / before.length;
  return { weeks: before.length, mean, ...poissonBand(mean, policy.underReporting.usual) };
}

function risenDoors(weeks: readonly (WeekSummary | undefined)[], policy: Policy): Finding['doors'] {
  const windows = windowsOf(weeks, policy);
  if (!windows) return [];
  const mean = (of: readonly WeekSummary[], door: Door) => sumOf(of.map((each) => each.doors[door])) / of.length;
  return doors
    .map((door) => ({ door, before: mean(windows.before, door), after: mean(windows.after, door) }))
    .filter(({ before, after }) => after > before)
    .sort((a, b) => b.after - b.before - (a.after - a.before));
}

/**
 * @param weeks in any order, each once; what is no week is left out
 * @returns the changes, and how many weeks could be compared with those before: of the others nothing is known
 */
export function checkWeeks(weeks: readonly CountedWeek[], policy: Policy) {
  const ids = weeks.map(({ week }) => week).sort();
  const [first, last] = [ids[0], ids.at(-1)].map((id) => (id === undefined ? id : readWeek(id, policy.zone)));
  if (!first || !last) return { alarms: [], judgedWeeks: 0 };
  const inOrder = weeksUpTo(weeks, { first, last, lead: 0 }, policy);
  const judged = inOrder.filter((_, index) => windowsOf(inOrder.slice(0, index + 1), policy));
  return { alarms: findAlarms(weeks, first, last, policy), judgedWeeks: judged.length };
}

/** The fewest weeks with which the last one can be judged. */
export const neededWeeks = ({ underReporting: { weeksAfter, leastWeeksBefore } }: Policy): number =>
  weeksAfter + leastWeeksBefore;

/** What the meeting reads again because it may hide incidents. */
export interface AuditItem {
  /** New: in no week before, so the policy may not know it. Unmapped: a form whose tickets were filed as incidents. */
  kind: 'new-form' | 'new-channel' | 'unmapped-form';
  name: string;
  count: number;
  example: string;
}

const mostItems = 100;

export function listAudit(filed: readonly RealIncident[], summary: WeekSummary, past: readonly WeekSummary[]) {
  const items: AuditItem[] = [];
  const add = (kind: AuditItem['kind'], name: string, matches: (incident: Incident) => boolean): void => {
    const ids = filed.flatMap((each) => (matches(each) ? [each.id] : [])).sort(compare);
    if (ids[0] !== undefined) items.push({ kind, name, count: ids.length, example: ids[0] });
  };
  // In the very first week, every value would be new.
  if (past.length > 0) {
    for (const field of ['form', 'channel'] as const) {
      const known = new Set(past.flatMap((each) => each[`${field}s`]));
      for (const name of summary[`${field}s`]) {
        if (!known.has(name)) add(`new-${field}`, name, ({ origin }) => origin[field]?.slice(0, 100) === name);
      }
    }
  }
  for (const form of summary.forms) {
    add('unmapped-form', form, (each) => each.routing.isFormUnknown && each.origin.form?.slice(0, 100) === form);
  }
  return items.slice(0, mostItems);
}

/** A deterministic sample: the week's name is its seed. */
export function sample<T extends { id: string }>(all: readonly T[], seed: string, size: number): T[] {
  const lot = (each: T): string => createHash('sha256').update(`v1:${seed}:${each.id}`).digest('hex');
  return all
    .map((each) => ({ each, lot: lot(each) }))
    .sort((a, b) => compare(a.lot, b.lot))
    .slice(0, size)
    .map(({ each }) => each);
}
