/** The week's load among those on duty, nights apart: load to spread, and no measure of anybody. Pure. */
import { Temporal } from 'temporal-polyfill';
import { type Calendar, onDutyFor, type Shift } from '../duty/shift.ts';
import { optional } from '../incidents/incident.ts';
import type { Policy } from '../policy.ts';
import type { Entry } from './entry.ts';
import { inZone, type Week } from './week.ts';
import { compare } from './written.ts';

export type DutyLoad = NonNullable<ReturnType<typeof measureDuty>>;

type Filed = Pick<Entry, 'area' | 'reportedAt'>;

interface DutyPerson {
  name: string;
  /** The hours on call in the week, day and night. */
  hours: number;
  /** Nights with any part of the shift. */
  nights: number;
  incidents: number;
  atNight: number;
}

const mostPeople = 20;
const hourMs = 3_600_000;

/** @returns undefined if no calendar says who was on duty */
export function measureDuty(calendars: readonly Calendar[], entries: readonly Filed[], week: Week, policy: Policy) {
  const people = new Map<string, DutyPerson>();
  const nights = nightsOf(calendars, week, policy);
  for (const shift of mergedShifts(calendars)) {
    const start = Math.max(shift.from.getTime(), week.start.getTime());
    const end = Math.min(shift.until.getTime(), week.end.getTime());
    if (end <= start) continue;
    const key = keyOf(shift);
    const none = { name: shift.name, hours: 0, nights: nights.get(key)?.size ?? 0, incidents: 0, atNight: 0 };
    const person = people.get(key) ?? none;
    person.hours += (end - start) / hourMs;
    people.set(key, person);
  }
  if (people.size === 0) return undefined;
  const load = {
    /** Incidents that were reported while somebody was on duty for them. */
    incidents: 0,
    /** How many of these came at night. */
    atNight: 0,
    /** Incidents for which nobody was on duty. */
    uncovered: 0,
  };
  let unknown = 0;
  for (const { area, reportedAt } of entries) {
    const at = new Date(reportedAt);
    const { people: onDuty, isUncertain } = onDutyFor(area, calendars, at) ?? { people: [] };
    const night = nightAt(at, policy) === undefined ? 0 : 1;
    if (isUncertain) unknown += 1;
    else if (onDuty.length === 0) load.uncovered += 1;
    else {
      load.incidents += 1;
      load.atNight += night;
      for (const person of onDuty.flatMap((each) => people.get(keyOf(each)) ?? [])) {
        person.incidents += 1;
        person.atNight += night;
      }
    }
  }
  const listed = [...people.values()]
    .map((each) => ({ ...each, hours: Math.round(each.hours) }))
    .sort((a, b) => b.incidents - a.incidents || b.nights - a.nights || b.hours - a.hours || compare(a.name, b.name))
    .slice(0, mostPeople);
  const unknownHours = Math.round(hoursNotCovered(calendars, week));
  return {
    ...load,
    people: listed,
    /** The number of incidents with unknown duty, if any. */
    ...optional('unknown', unknown || undefined),
    /** The hours of the week that some calendar does not cover, if any. */
    ...optional('unknownHours', unknownHours || undefined),
  };
}

function hoursNotCovered(calendars: readonly Calendar[], week: Week): number {
  const [start, end] = [week.start.getTime(), week.end.getTime()];
  const covered = calendars.flatMap(({ covers }) => covers ?? []);
  const from = Math.max(start, ...covered.map((each) => each.from.getTime()));
  const until = Math.min(end, ...covered.map((each) => each.until.getTime()));
  return (end - start - Math.max(0, until - from)) / hourMs;
}

const keyOf = ({ name, email }: { name: string; email?: string | undefined }): string => (email ?? name).toLowerCase();

/** A person on two calendars at a time is on duty once. */
function mergedShifts(calendars: readonly Calendar[]): Shift[] {
  const merged: Shift[] = [];
  const last = new Map<string, Shift>();
  const all = calendars.flatMap(({ shifts }) => shifts).sort((a, b) => a.from.getTime() - b.from.getTime());
  for (const each of all) {
    const before = last.get(keyOf(each));
    if (before && each.from <= before.until) {
      if (each.until > before.until) before.until = each.until;
      continue;
    }
    const shift = { ...each };
    last.set(keyOf(each), shift);
    merged.push(shift);
  }
  return merged;
}

/** The nights of each person, by the day on which each begins. */
function nightsOf(calendars: readonly Calendar[], week: Week, policy: Policy): Map<string, Set<string>> {
  const nights = new Map<string, Set<string>>();
  const shifts = calendars.flatMap((each) => each.shifts);
  for (let at = week.start.getTime(); at < week.end.getTime(); at += hourMs) {
    const night = nightAt(new Date(at), policy);
    if (night === undefined) continue;
    for (const each of shifts.filter(({ from, until }) => from.getTime() < at + hourMs && until.getTime() > at)) {
      const key = keyOf(each);
      nights.set(key, (nights.get(key) ?? new Set()).add(night));
    }
  }
  return nights;
}

/** The day on which the night of an instant began, in the policy's zone; undefined by day. */
function nightAt(at: Date, { zone, duty }: Policy): string | undefined {
  const local = inZone(at, zone);
  const time = local.toPlainTime();
  if (Temporal.PlainTime.compare(time, duty.night.from) >= 0) return local.toPlainDate().toString();
  if (Temporal.PlainTime.compare(time, duty.night.until) >= 0) return undefined;
  return local.toPlainDate().subtract({ days: 1 }).toString();
}
