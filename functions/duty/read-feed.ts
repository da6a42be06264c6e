/**
 * Who is on duty when, as an iCalendar feed says it: recurring events with exceptions and moved occurrences, zones,
 * whole days, and the three ways in which PagerDuty, GoAlert and Google Calendar name a person. Pure.
 */
import ICAL from 'ical.js';
import { Temporal } from 'temporal-polyfill';
import type { Shift, Span } from './shift.ts';

/** The zone for whole days and for times without a zone. */
type ReadingSpan = Span & { zone: string };

/** Fifty people in shifts of an hour, for the eleven weeks that are asked for. */
const mostShifts = 100_000;
/** Occurrences looked at of one event, from its first: two a day for forty years. */
const mostOccurrences = 30_000;

/** The shifts, and how many events could not be read. @throws Error for what is no calendar */
export function readFeed(text: string, within: ReadingSpan) {
  const shifts: Shift[] = [];
  let leftOut = 0;
  for (const calendar of calendarsIn(text)) {
    dropOddZones(calendar);
    const events = calendar.getAllSubcomponents('vevent');
    const isMoved = (event: ICAL.Component): boolean => event.hasProperty('recurrence-id');
    const moved = Map.groupBy(events.filter(isMoved), uidOf);
    const masters = events.filter((each) => !isMoved(each));
    const uids = new Set(masters.map(uidOf));
    // An occurrence whose series is missing from the feed counts by itself.
    const alone = [...moved].flatMap(([uid, each]) => (uids.has(uid) ? [] : each));
    for (const each of [...masters, ...alone]) {
      try {
        shifts.push(...shiftsOf(each, isMoved(each) ? [] : (moved.get(uidOf(each)) ?? []), within));
      } catch {
        leftOut += 1;
      }
      if (shifts.length > mostShifts) throw new Error('its calendar has too many shifts');
    }
  }
  return { shifts: shifts.sort((a, b) => a.from.getTime() - b.from.getTime() || (a.name < b.name ? -1 : 1)), leftOut };
}

const uidOf = (event: ICAL.Component): string => String(event.getFirstPropertyValue('uid') ?? '');

/** The shortest line takes some hundred bytes of memory, a date in a list two thousand: 10 MB of either is too much. */
const mostLines = 250_000;
const mostParts = 100_000;

/** @throws Error for what would take too much memory to read */
function refuseFull(text: string): void {
  let [lines, parts] = [0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === '\n' || sign === '\r') lines += 1;
    else if (sign === ',' || sign === ';') parts += 1;
  }
  // Most files end their lines with both.
  if (lines > 2 * mostLines) throw new Error('its calendar has too many lines');
  if (parts > mostParts) throw new Error('its calendar has too many parts');
}

/** @throws Error for what is no calendar */
function calendarsIn(text: string): ICAL.Component[] {
  if (!/^\uFEFF?\s*BEGIN:VCALENDAR/i.test(text)) throw new Error('it is no calendar');
  refuseFull(text);
  let parsed: unknown[];
  try {
    parsed = ICAL.parse(text.replace(/^\uFEFF/, '').trim()) as unknown[];
  } catch {
    throw new Error('its calendar cannot be read');
  }
  const all = Array.isArray(parsed[0]) ? (parsed as unknown[][]) : [parsed];
  return all.map((each) => new ICAL.Component(each as never)).filter(({ name }) => name === 'vcalendar');
}

/** Zones change by yearly rules. One with other rules is dropped: the runtime may know its name all the same. */
function dropOddZones(calendar: ICAL.Component): void {
  for (const zone of calendar.getAllSubcomponents('vtimezone')) {
    const rules = zone.getAllSubcomponents().flatMap((each) => each.getAllProperties('rrule'));
    const isOdd = rules.some((each) => (each.getFirstValue() as ICAL.Recur).freq !== 'YEARLY');
    if (isOdd) calendar.removeSubcomponent(zone);
  }
}

function shiftsOf(component: ICAL.Component, moved: ICAL.Component[], within: ReadingSpan): Shift[] {
  if (!component.hasProperty('dtstart')) throw new Error('it has no start');
  alignZones(component, [component, ...moved], within.zone);
  const event = new ICAL.Event(component, { exceptions: moved });
  if (!event.isRecurring() || component.hasProperty('recurrence-id'))
    return shiftOf(component, event.startDate, event.endDate, within);
  // Nobody takes turns by the minute: such a rule is a mistake or an attack.
  const rules = component.getAllProperties('rrule').map((each) => (each.getFirstValue() as ICAL.Recur).freq);
  if (rules.some((freq) => freq === 'SECONDLY' || freq === 'MINUTELY')) throw new Error('it recurs too often');
  const shifts: Shift[] = [];
  const iterator = event.iterator();
  const told = new Set<ICAL.Component>();
  for (let seen = 0; ; seen += 1) {
    if (seen > mostOccurrences) throw new Error('it recurs too often');
    const next = iterator.next();
    if (!next || instantOf(next, zoneIn(component, 'dtstart'), within.zone) >= within.until.getTime()) break;
    const { item, startDate, endDate } = event.getOccurrenceDetails(next);
    if (item.component !== component) told.add(item.component);
    shifts.push(...shiftOf(item.component, startDate, endDate, within));
  }
  // An occurrence that was moved into the window from outside.
  for (const each of moved.filter((one) => !told.has(one))) {
    const own = new ICAL.Event(each, { exceptions: [] });
    shifts.push(...shiftOf(each, own.startDate, own.endDate, within));
  }
  return shifts;
}

/**
 * ical.js finds an occurrence that is moved or left out by its time as written, while RFC 5545 (3.8.4.4) lets it name another
 * zone than its series: so each is written in the zone of its series.
 */
function alignZones(series: ICAL.Component, components: readonly ICAL.Component[], zone: string): void {
  const start = series.getFirstPropertyValue('dtstart') as ICAL.Time;
  if (start.isDate) return;
  const names = ['recurrence-id', 'exdate'];
  for (const property of components.flatMap((each) => names.flatMap((name) => each.getAllProperties(name)))) {
    const times = property.getValues() as ICAL.Time[];
    if (times.some((each) => each.isDate)) continue;
    const written = property.getParameter('tzid');
    const aligned = times.map((each) => asWritten(start, instantOf(each, written, zone), series, zone));
    if (aligned.length === 1) property.setValue(aligned[0] as never);
    else property.setValues(aligned as never[]);
  }
}

/** An instant in the zone of a series, as its start has it: UTC, a zone of the file, or one by its name. */
function asWritten(start: ICAL.Time, instant: number, series: ICAL.Component, zone: string): ICAL.Time {
  if (isFixed(start)) return ICAL.Time.fromJSDate(new Date(instant), true).convertToZone(start.zone as ICAL.Timezone);
  const named = zoneOf(zoneIn(series, 'dtstart'), zone);
  const local = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(named);
  const { year, month, day, hour, minute, second } = local;
  return new ICAL.Time({ year, month, day, hour, minute, second, isDate: false }, start.zone as ICAL.Timezone);
}

function shiftOf(component: ICAL.Component, start: ICAL.Time, end: ICAL.Time, within: ReadingSpan): Shift[] {
  if (String(component.getFirstPropertyValue('status') ?? '').toUpperCase() === 'CANCELLED') return [];
  const from = instantOf(start, zoneIn(component, 'dtstart'), within.zone);
  const until = instantOf(end, zoneIn(component, component.hasProperty('dtend') ? 'dtend' : 'dtstart'), within.zone);
  if (!(until > from) || until <= within.from.getTime() || from >= within.until.getTime()) return [];
  return peopleOf(component).map((person) => ({ ...person, from: new Date(from), until: new Date(until) }));
}

/** Epoch milliseconds. A whole day begins at midnight; a zone that the file does not define counts by its name. */
function instantOf(time: ICAL.Time, named: unknown, zone: string): number {
  if (isFixed(time)) return time.toUnixTime() * 1_000;
  const { year, month, day, hour, minute, second } = time;
  const local = Temporal.PlainDateTime.from({ year, month, day, ...(time.isDate ? {} : { hour, minute, second }) });
  return local.toZonedDateTime(zoneOf(time.isDate ? undefined : named, zone)).epochMilliseconds;
}

const isFixed = (time: ICAL.Time): boolean => !time.isDate && Boolean(time.zone) && time.zone?.tzid !== 'floating';

const zoneIn = (component: ICAL.Component, property: string): unknown =>
  component.getFirstProperty(property)?.getParameter('tzid');

function zoneOf(named: unknown, otherwise: string): string {
  if (typeof named !== 'string') return otherwise;
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(named).timeZoneId;
  } catch {
    return otherwise;
  }
}

/** The people of an event: its invitees who have not declined, otherwise the names in its title. */
function peopleOf(component: ICAL.Component): Pick<Shift, 'name' | 'email'>[] {
  const summary = plainText(String(component.getFirstPropertyValue('summary') ?? ''));
  const titled = titledName(summary);
  const invited = component.getAllProperties('attendee').flatMap((each) => {
    if (String(each.getParameter('partstat') ?? '').toUpperCase() === 'DECLINED') return [];
    if (/^(?:RESOURCE|ROOM)$/i.test(String(each.getParameter('cutype') ?? ''))) return [];
    const email = /^(?:mailto:)?([^\s@]+@[^\s@]+)$/i.exec(String(each.getFirstValue()).trim())?.[1];
    const named = plainText(String(each.getParameter('cn') ?? ''));
    return email || named ? [{ name: named, email }] : [];
  });
  if (invited.length === 0) return summary ? [{ name: titled ?? summary }] : [];
  return invited.map(({ name, email }) => {
    const isMailbox = name === '' || name === email;
    const only = invited.length === 1 ? titled : undefined;
    return { name: (isMailbox ? (only ?? email) : name) ?? summary, ...(email ? { email } : {}) };
  });
}

/** `On Call - Ada L - Primary` (PagerDuty), `Ada L On-Call (GoAlert: Primary)` (GoAlert). */
function titledName(summary: string): string | undefined {
  const [, pagerDuty] = /^On Call - (.+) - [^-]+$/.exec(summary) ?? [];
  const [, goAlert] = /^(.+?) On-Call \(.+\)(?: Begins\*)?$/.exec(summary) ?? [];
  return pagerDuty?.trim() || goAlert?.trim() || undefined;
}

const entities: Record<string, string> = { '&amp;': '&', '&#39;': "'", '&lt;': '<', '&gt;': '>', '&#34;': '"' };
const plainText = (text: string): string =>
  text
    .replace(/&(?:amp|lt|gt|#39|#34);/g, (each) => entities[each] ?? each)
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200);
