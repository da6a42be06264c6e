/**
 * The week's load among those on duty, nights apart: whose shifts they were, and what was reported in them. Load to spread,
 * and no measure of anybody. Pure.
 */
import { Temporal } from 'temporal-polyfill';
import { type Calendar, onDutyFor, type Shift } from '../duty/shift.ts';
import { optional } from '../incidents/incident.ts';
import type { Policy } from '../policy.ts';
import type { Entry } from './entry.ts';
import type { Week } from './week.ts';
import { compare } from './written.ts';

export type DutyLoad = NonNullable<ReturnType<typeof measureDuty>>;

interface DutyPerson {
  name: string;
  /** Of the week, in the night and by day. */
  hours: number;
  /** Nights of which they had any part. */
  nights: number;
  incidents: number;
  atNight: number;
}

const mostPeople = 20;
const hourMs = 3_600_000;

/** @returns undefined where no calendar says who was on duty */
export function measureDuty(
  calendars: readonly Calendar[],
  entries: readonly Pick<Entry, 'area' | 'reportedAt'>[],
  week: Week,
  policy: Policy,
) {
  const people = new Map<string, DutyPerson>();
  for (const { name, email, from, until } of mergedShifts(calendars)) {
    const start = Math.max(from.getTime(), week.start.getTime());
    const end = Math.min(until.getTime(), week.end.getTime());
    if (end <= start) continue;
    const person = people.get(keyOf({ name, email })) ?? { name, hours: 0, nights: 0, incidents: 0, atNight: 0 };
    person.hours += (end - start) / hourMs;
    people.set(keyOf({ name, email }), person);
  }
  if (people.size === 0) return undefined;
  for (const [key, nights] of nightsOf(calendars, week, policy)) {
    const person = people.get(key);
    if (person) person.nights = nights.size;
  }
  const load = {
    /** Incidents that were reported while somebody was on duty for them. */
    incidents: 0,
    /** Of these, at night. */
    atNight: 0,
    /** Incidents for which nobody was on duty. */
    uncovered: 0,
  };
  let unknown = 0;
  for (const { area, reportedAt } of entries) {
    const at = new Date(reportedAt);
    const { people: onDuty, isUncertain } = onDutyFor(area, calendars, at) ?? { people: [] };
    if (isUncertain) {
      unknown += 1;
      continue;
    }
    const night = nightAt(at, policy) === undefined ? 0 : 1;
    load.incidents += onDuty.length > 0 ? 1 : 0;
    load.atNight += onDuty.length > 0 ? night : 0;
    load.uncovered += onDuty.length > 0 ? 0 : 1;
    for (const each of onDuty) {
      const person = people.get(keyOf(each));
      if (!person) continue;
      person.incidents += 1;
      person.atNight += night;
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
    /** Incidents of which it is not known who was on duty, where there are any. */
    ...optional('unknown', unknown || undefined),
    /** Hours of the week that not all calendars cover, where there are any. */
    ...optional('unknownHours', unknownHours || undefined),
  };
}

function hoursNotCovered(calendars: readonly Calendar[], week: Week): number {
  const [start, end] = [week.start.getTime(), week.end.getTime()];
  const from = Math.max(start, ...calendars.flatMap(({ covers }) => (covers ? [covers.from.getTime()] : [])));
  const until = Math.min(end, ...calendars.flatMap(({ covers }) => (covers ? [covers.until.getTime()] : [])));
  return (end - start - Math.max(0, until - from)) / hourMs;
}

const keyOf = ({ name, email }: { name: string; email?: string | undefined }): string => (email ?? name).toLowerCase();

/** A person on two calendars at a time is on duty once. */
function mergedShifts(calendars: readonly Calendar[]): Shift[] {
  const merged: Shift[] = [];
  const last = new Map<string, Shift>();
  const all = calendars.flatMap(({ shifts }) => shifts).sort((a, b) => a.from.getTime() - b.from.getTime());
  for (const each of all) {
    const key = keyOf(each);
    const before = last.get(key);
    if (before && each.from <= before.until) {
      if (each.until > before.until) before.until = each.until;
      continue;
    }
    const shift = { ...each };
    last.set(key, shift);
    merged.push(shift);
  }
  return merged;
}

/** Of each person the nights, by the day on which they begin. */
function nightsOf(calendars: readonly Calendar[], week: Week, policy: Policy): Map<string, Set<string>> {
  const nights = new Map<string, Set<string>>();
  for (let at = week.start.getTime(); at < week.end.getTime(); at += hourMs) {
    const night = nightAt(new Date(at), policy);
    if (night === undefined) continue;
    for (const { shifts } of calendars) {
      for (const { name, email, from, until } of shifts) {
        if (from.getTime() >= at + hourMs || until.getTime() <= at) continue;
        const key = keyOf({ name, email });
        nights.set(key, (nights.get(key) ?? new Set()).add(night));
      }
    }
  }
  return nights;
}

/** The day on which the night of an instant began, in the policy's zone; undefined by day. */
function nightAt(at: Date, { zone, duty }: Policy): string | undefined {
  const local = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone);
  const time = local.toPlainTime();
  if (Temporal.PlainTime.compare(time, duty.night.from) >= 0) return local.toPlainDate().toString();
  if (Temporal.PlainTime.compare(time, duty.night.until) < 0)
    return local.toPlainDate().subtract({ days: 1 }).toString();
  return undefined;
}
