/** What a bundle says of each incident is what the record said of it as the bundle was made. */
import { dayMs, type Week } from '../calendar.ts';
import { checkDetails, checkListed } from './entry-details.ts';
import { hadMembers } from './groups.ts';
import { canonical, countSlots, type Doc, date, foldUntil, type Records, unmetSlots } from './records.ts';
import { momentMs } from './windows.ts';

/** @param bundle as it is read, with all of its entries */
export function checkEntries(week: Week, bundle: Doc, records: Records, asOf: number): string[] {
  const found = [...bundle.entries, ...bundle.carriedIncidents, ...bundle.drills.entries].flatMap((entry: Doc) => {
    const events = records.timelines.get(entry.id) ?? [];
    if (isMoving(events, asOf)) return [];
    const until = events.filter(({ recordedAt }) => recordedAt < asOf);
    const is = readEntry(entry);
    const state = foldUntil(until, asOf);
    const later = events[until.length];
    // Of an outage that has changed since then, its timeline tells what was stated on it; `sums.ts` judges the rest.
    const isOfSum = later !== undefined && hadMembers(events, later.id);
    const details = isOfSum ? [] : checkDetails(entry, state, until, records).map((each) => `${week.id} ${each}.`);
    return details.concat(
      Object.entries(expectedOf(state, until, week)).flatMap(([name, expected]) =>
        canonical(is[name]) === canonical(expected) || (isOfSum && !statedOnIt.has(name))
          ? []
          : [
              `${week.id} says of ${entry.id} that its ${name} is ${canonical(is[name])}, and it was ${canonical(expected)}.`,
            ],
      ),
    );
  });
  return [...found, ...checkListed(bundle), ...checkLines(week, bundle, records, asOf)];
}

/** What of an entry no incident has a share in that is linked to it. */
const statedOnIt: ReadonlySet<string> = new Set([
  'title',
  'source',
  'tool',
  'area',
  'isDrill',
  'linkedTo',
  'filedAt',
  'mitigatedAt',
  'ageDays',
  'scopeMethod',
  'confirmed',
  'cause',
  'mitigatedBy',
  'permanentFix',
  'prevention',
  'assignee',
  'responders',
]);

/** Of each question and each next action it says what was so as well. */
function checkLines(week: Week, bundle: Doc, records: Records, asOf: number): string[] {
  const questions = bundle.questions.items.flatMap((line: Doc) => {
    const events = records.timelines.get(line.id) ?? [];
    const state = foldUntil(events, asOf);
    return isMoving(events, asOf) ? [] : [[line, { ...state, answer: state.answer?.kind }]];
  });
  const actions = [...bundle.carriedActions, ...bundle.newActions].flatMap((line: Doc) => {
    const action = records.actions.find((each) => each.id === line.id);
    const ageDays = Math.max(0, Math.floor((week.end - action?.createdAt) / dayMs));
    return action?.changedAt > asOf - momentMs ? [] : [[line, { ...action, ageDays }]];
  });
  const fields: [lines: [Doc, Doc][], names: string[]][] = [
    [questions, ['title', 'status', 'filedAt', 'answer']],
    [
      actions,
      ['incidentId', 'bundleId', 'description', 'kind', 'owner', 'ticketUrl', 'doneWhen', 'dueAt', 'status', 'ageDays'],
    ],
  ];
  const show = (name: string, value: Doc): unknown =>
    name.endsWith('At') && typeof value === 'number' ? date(value) : value;
  return fields.flatMap(([lines, names]) =>
    lines.flatMap(([line, record]) =>
      names
        .filter((name) => line[name] !== show(name, record[name]))
        .map(
          (name) =>
            `${week.id} says of ${line.id} that its ${name} is ${line[name]}, and it was ${show(name, record[name])}.`,
        ),
    ),
  );
}

const isMoving = (events: readonly Doc[], asOf: number): boolean =>
  events.some(({ recordedAt }) => Math.abs(recordedAt - asOf) <= momentMs);

/** What is read in an entry, by the names of `expectedOf`. */
function readEntry(entry: Doc): Record<string, unknown> {
  const { impact, score, cause, mitigation, rhythm, durations, missing, emergency } = entry;
  const { met, late, missed, notReminded, slots } = rhythm;
  return {
    ...entry,
    businessImpact: impact.businessImpact,
    customers: impact.affectedCustomerCount,
    scopeMethod: impact.scopeMethod,
    reference: score.reference.value,
    confirmed: score.confirmed?.value,
    cause: cause?.category,
    mitigatedBy: mitigation?.kind,
    responders: entry.responders.toSorted(),
    sums: { met, late, missed, notReminded },
    slots: headOf(slots, (each) => each.dueAt),
    firstResponse: durations.firstResponse.minutes,
    mitigation: durations.mitigation.minutes,
    recovery: durations.recovery.minutes,
    ...Object.fromEntries(Object.entries<Doc>(durations).map(([span, { state }]) => [`${span}, not known,`, state])),
    ...Object.fromEntries(entry.checkpoints.map((each: Doc) => [each.id, each.result])),
    missing: missing.map((each: Doc) => each.field).sort(),
    emergency: emergency !== undefined,
  };
}

function expectedOf(state: Doc, events: readonly Doc[], week: Week): Record<string, unknown> {
  const { impact, score, status, occurredAt, filedAt } = state;
  const unmet = status === 'linked' ? [] : unmetSlots(events);
  const time = (at: number | undefined): string | undefined => (at === undefined ? undefined : date(at));
  // To the hundredth of a minute, from when it occurred; what is said to have been before that has no length.
  const minutes = (to: number | undefined): number | undefined =>
    occurredAt === undefined || to === undefined || to < occurredAt
      ? undefined
      : Math.round((to - occurredAt) / 600) / 100;
  return {
    title: state.title,
    source: state.source,
    tool: state.origin.tool,
    area: state.origin.area,
    isDrill: state.isDrill,
    linkedTo: status === 'linked' ? state.linkedTo : undefined,
    reportedAt: time(state.reportedAt),
    filedAt: time(filedAt),
    occurredAt: time(occurredAt),
    mitigatedAt: time(state.mitigatedAt),
    ageDays: Math.max(0, Math.floor((week.end - filedAt) / dayMs)),
    businessImpact: impact.businessImpact,
    customers: impact.affectedCustomerCount,
    scopeMethod: impact.scopeMethod,
    reference: score.reference.value,
    confirmed: score.confirmed?.value,
    cause: state.cause?.category,
    mitigatedBy: state.mitigation?.kind,
    permanentFix: state.permanentFix,
    prevention: state.prevention,
    assignee: state.assignee,
    responders: state.responders.toSorted(),
    namedCustomers: state.affectedCustomers.map((each: Doc) => each.name ?? each.id),
    sums: countSlots(events),
    slots: headOf(unmet, (each) => date(each.dueAt)),
    ...firstResponseOf(state),
    mitigation: minutes(state.mitigatedAt),
    recovery: minutes(state.recoveredAt),
    ...absencesOf(state),
    ...checkpointsOf(state, unmet),
    missing: status === 'linked' ? [] : state.missing.map((each: Doc) => each.field).sort(),
    emergency: state.emergency !== undefined,
  };
}

/** What has not happened is to come while it is open, and nobody can say it of what is over. */
function absencesOf({ status, firstResponseAt, mitigatedAt, recoveredAt }: Doc): Record<string, string> {
  const absent = status === 'open' ? 'pending' : 'unknown';
  if (status === 'linked') return {};
  const times = { firstResponse: firstResponseAt, mitigation: mitigatedAt, recovery: recoveredAt };
  return Object.fromEntries(
    Object.entries(times).flatMap(([span, at]) => (at === undefined ? [[`${span}, not known,`, absent]] : [])),
  );
}

/** To the hundredth of a minute from the first report; before that it took no time. Before it occurred nobody can have. */
function firstResponseOf({ firstResponseAt, reportedAt, occurredAt }: Doc): { firstResponse?: number | undefined } {
  if (firstResponseAt === undefined) return { firstResponse: undefined };
  if (occurredAt !== undefined && firstResponseAt < occurredAt) return {};
  return { firstResponse: Math.max(0, Math.round((firstResponseAt - reportedAt) / 600) / 100) };
}

/** Table F: of a cause without a release, or whose release nobody has named, and of slots that Metronome slept through. */
function checkpointsOf(
  { status, origin, cause, slots, occurredAt, recoveredAt }: Doc,
  unmet: readonly Doc[],
): Record<string, string> {
  // Nobody recorded of what is imported what they look at.
  if (status === 'linked' || origin.tool === 'import') return {};
  const releases: Record<string, string> = { none: 'not-applicable', undefined: 'no-data' };
  const release = releases[String(cause?.releaseId)];
  const ofRelease = release === undefined ? {} : { 'release-flow': release, 'tests-run': release };
  const isWrong = recoveredAt !== undefined && occurredAt !== undefined && recoveredAt < occurredAt;
  if (slots.missed > 0 || slots.notReminded === 0 || unmet.length >= 100 || isWrong) return ofRelease;
  // An update came all the same: nobody was left without.
  const isHelped = unmet.every(({ outcome, updatedAt }) => outcome !== 'not-reminded' || updatedAt !== undefined);
  return { ...ofRelease, 'customers-updated': isHelped ? 'pass' : 'fail' };
}

/**
 * An entry has room for a hundred; of more it is not told which. One that only an update had met which was taken back is
 * none; some entries list it.
 */
function headOf(slots: readonly Doc[], dueOf: (slot: Doc) => string): unknown {
  if (slots.length >= 100) return 'a hundred';
  const data = slots.filter((each) => each.outcome !== 'void');
  return data.map((each) => `${dueOf(each)} ${each.outcome}`).sort();
}
