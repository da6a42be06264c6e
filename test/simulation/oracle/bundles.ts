/**
 * Table E: every incident is in its week's bundle, once, and comes back until it is recovered and reviewed; what was
 * held reads the same for ever; and a bundle counts and judges what anybody else would.
 */
import { dayMs, minuteMs, type Week, weekOf } from '../calendar.ts';
import type { Answer, Delivered, Stage } from '../stage.ts';
import { type Account, accountAt, isOfUnknownScope, isUrgent, urgencyOf } from './accounts.ts';
import { checkParts } from './bundle-parts.ts';
import { checkEntries } from './entries.ts';
import { isLinked } from './groups.ts';
import { canonical, countSlots, type Doc, date, type Records, sortRecords } from './records.ts';
import { checkStatistics } from './statistics.ts';
import { isExplained, momentMs } from './windows.ts';

/** One reading of a bundle, whole or a page. */
export interface Reading {
  week: string;
  /** Tells one page from another. */
  query: string;
  body: Doc;
}

/**
 * @param readings of weeks that had been held before
 * @param held what was answered as each week was held
 * @param from when the first report was sent
 */
export async function checkBundles(
  stage: Stage,
  { readings, held, from }: { readings: readonly Reading[]; held: ReadonlyMap<string, Doc>; from: number },
): Promise<string[]> {
  const found = checkFrozen(readings, held);
  for (let at = from; weekOf(at).end + 10 * minuteMs < stage.now(); at += 7 * dayMs) {
    const week = weekOf(at);
    const bundle = await readWhole(stage, week.id);
    // What was on its way as the bundle was asked for may be in it.
    const records = sortRecords(stage.documents());
    if ('missing' in bundle) {
      found.push(`${week.id} has no bundle that can be read: ${bundle.missing}.`);
      continue;
    }
    const frozen = held.get(week.id);
    if (frozen && canonical(frozen) !== canonical(bundle)) found.push(`${week.id} was held, and has changed since.`);
    if (frozen === undefined && bundle.state === 'held' && !isExplained(stage, week.end, stage.now())) {
      found.push(`${week.id} is held, and nobody has held it.`);
    }
    const asOf = bundle.heldAt ? Date.parse(bundle.heldAt) : stage.now();
    found.push(...compareLists(week, bundle, records, asOf), ...compareNumbers(week, bundle, records, asOf));
    found.push(
      ...checkStatistics(bundle),
      ...checkParts(bundle),
      ...compareEntries(bundle, records, asOf),
      ...checkEntries(week, bundle, records, asOf),
      ...compareActions(week, bundle, records, asOf),
      ...compareDrills(week, bundle, records, asOf),
    );
    if (bundle.state === 'held') found.push(...checkSkipped(week.id, bundle, bundle));
    const before = held.get(weekOf(week.start - dayMs).id);
    if (before) found.push(...compareMeeting(bundle, before), ...compareTrend(bundle, before));
    const times = readyNotices(stage, week).size;
    if (times !== 1) found.push(`That ${week.id} is ready should have been told once, and was told ${times} times.`);
  }
  return found;
}

/** The next bundle says what the meeting before has left. */
function compareMeeting({ id, lastMeeting }: Doc, before: Doc): string[] {
  if (lastMeeting?.week !== before.id)
    return [`${id} follows the meeting on ${before.id}, and says ${lastMeeting?.week}.`];
  return checkSkipped(id, lastMeeting, before);
}

/**
 * What a meeting had to review and did not. What is linked is reviewed with what took it over.
 * @param id of the bundle that says so
 * @param of the bundle as it was held
 */
function checkSkipped(id: string, { skipped: said, skippedCount }: Doc, of: Doc): string[] {
  const left = new Set(
    of.entries
      .filter((each: Doc) => each.reviewedAt === undefined && each.status !== 'linked')
      .map((each: Doc) => each.id),
  );
  const skipped: string[] = said.flatMap(({ kind, item }: Doc) => (kind === 'incident' ? [item] : []));
  const others = said.length - skipped.length;
  const isWhole = skippedCount <= said.length;
  const found = skipped
    .filter((each) => !left.has(each))
    .map((each) => `${id} says that ${each} was skipped, which was not to be reviewed.`);
  if (isWhole ? skipped.length !== left.size : skippedCount - others < left.size)
    found.push(`${id} says that ${skipped.length} of ${skippedCount} were skipped, and ${left.size} were.`);
  return found;
}

/** Of the week before, its trend says what the bundle that was held of it says. */
function compareTrend({ id, trends }: Doc, before: Doc): string[] {
  const [own, kept] = [before.trends, trends].map((each: Doc[]) => each.find(({ week }) => week === before.id));
  return canonical(own) === canonical(kept) ? [] : [`The trend of ${id} says of ${before.id} what that does not say.`];
}

/** By when they came, since a notice names its week in words: in the days between its end and that of the next. */
function readyNotices(stage: Stage, week: Week): Set<string> {
  const isOf = ({ kind, deliveredAt }: Delivered): boolean =>
    kind === 'bundle-ready' && weekOf(Date.parse(deliveredAt)).start === week.end;
  return new Set(
    stage
      .delivered()
      .filter(isOf)
      .map((each) => each.id),
  );
}

/** All readers of a held bundle's page read the same. */
function checkFrozen(readings: readonly Reading[], held: ReadonlyMap<string, Doc>): string[] {
  const first = new Map<string, string>();
  return readings.flatMap(({ week, query, body }) => {
    const { entries, nextPageToken: _, ...head } = body;
    const page = canonical(entries);
    const before = first.get(`${week} ${query}`) ?? page;
    first.set(`${week} ${query}`, before);
    if (before === page && isPartOf(held.get(week), entries, head)) return [];
    return [`${week} was held, and somebody who read ${query || 'it'} afterwards read something else.`];
  });
}

/** The holder may never have had the answer: then it is unknown. */
function isPartOf(whole: Doc, entries: readonly Doc[], head: Doc): boolean {
  if (whole === undefined) return true;
  const { entries: all, ...others } = whole;
  const isIn = (each: Doc): boolean => all.some((one: Doc) => canonical(one) === canonical(each));
  return entries.every(isIn) && canonical(head) === canonical(others);
}

async function readWhole(stage: Stage, id: string): Promise<Doc> {
  const read = async (query: string): Promise<Answer | undefined> =>
    stage.send({ kind: 'http', method: 'GET', path: `/api/postmortems/${id}${query}`, headers: {} });
  // As a reader on a small screen does, page by page.
  const first = await read('?limit=20');
  if (first?.status !== 200) return { missing: first?.status ?? 'no answer' };
  const { nextPageToken, ...head } = first.body;
  const bundle = { ...head, entries: [...head.entries], carriedIncidents: [...head.carriedIncidents] };
  for (let token = nextPageToken; token !== undefined; ) {
    const page = await read(`?limit=20&pageToken=${token}`);
    bundle.entries.push(...(page?.body.entries ?? []));
    bundle.carriedIncidents.push(...(page?.body.carriedIncidents ?? []));
    token = page?.body.nextPageToken;
  }
  return bundle;
}

/** An incident's state, with its id and its slots. */
type State = Account & { id: string; isHistory: boolean; slots: Record<string, number>; level: string };

function statesAt(records: Records, at: number): State[] {
  return [...records.incidents].flatMap(([id, { origin }]) => {
    const account = accountAt(records, id, at);
    if (!account) return [];
    const slots = countSlots((records.timelines.get(id) ?? []).filter((each) => each.recordedAt <= at));
    return [{ ...account, id, slots, isHistory: origin.tool === 'import', level: urgencyOf(account)[0] }];
  });
}

/** Recovered and reviewed; what did not occur has nothing to recover from, and what was linked comes back as another. */
function isDone({ status, recoveredAt, reviewedAt, isDrill, isHistory }: State, by: number): boolean {
  if (isDrill || isHistory || status === 'linked') return true;
  const isOver = status === 'not-occurring' || (status === 'recovered' && Number(recoveredAt) < by);
  return isOver && Number(reviewedAt) < by;
}

const isIn = ({ filedAt }: Account, week: Week): boolean => filedAt >= week.start && filedAt < week.end;

function compareLists(week: Week, bundle: Doc, records: Records, asOf: number): string[] {
  const found: string[] = [];
  const before = new Map(statesAt(records, asOf - momentMs).map((each) => [each.id, each]));
  const after = statesAt(records, asOf + momentMs);
  const isOf = (state: State, isDrill: boolean): boolean =>
    isIn(state, week) && state.kind === 'incident' && state.isDrill === isDrill;
  // What could recur comes back until somebody says what prevents it: what an entry says of both, `entries.ts` checks.
  const asked = new Set<string>(
    bundle.carriedIncidents
      .filter(({ impact, prevention }: Doc) => impact.recurrenceRisk === 'yes' && prevention === undefined)
      .map((each: Doc) => each.id),
  );
  const isAsked = ({ id, status }: State): boolean => status === 'recovered' && asked.has(id);
  const lists: [string, readonly Doc[], (state: State) => boolean][] = [
    ['entries', bundle.entries, (state) => isOf(state, false)],
    [
      'carried incidents',
      bundle.carriedIncidents,
      (state) =>
        state.kind === 'incident' && state.filedAt < week.start && (!isDone(state, week.end) || isAsked(state)),
    ],
    ['drills', bundle.drills.entries, (state) => isOf(state, true)],
  ];
  for (const [name, items, belongs] of lists) {
    const times = new Map<string, number>();
    for (const { id } of items) times.set(id, (times.get(id) ?? 0) + 1);
    for (const state of after) {
      const earlier = before.get(state.id);
      const either = [belongs(state), earlier ? belongs(earlier) : false].map(Number);
      const is = times.get(state.id) ?? 0;
      times.delete(state.id);
      if (is >= Math.min(...either) && is <= Math.max(...either)) continue;
      found.push(
        `${state.id}, filed ${date(state.filedAt)}, should be among the ${name} of ${week.id} ${either[0]} times, and is ${is} times.`,
      );
    }
    for (const id of times.keys()) found.push(`${id} is among the ${name} of ${week.id}, and is no incident.`);
  }
  return found;
}

function compareNumbers(week: Week, bundle: Doc, records: Records, asOf: number): string[] {
  const { total, byUrgency } = bundle.aggregates;
  const isLeft = ({ status }: State): boolean => status === 'not-occurring' || status === 'linked';
  const counting = (matches: (state: State) => unknown) => (states: State[]) =>
    states.filter((each) => each.kind === 'incident' && !each.isDrill && !isLeft(each) && matches(each)).length;
  const ofKind = (kind: string) => (states: State[]) =>
    states.filter((each) => each.kind === kind && (kind === 'outside' || !each.isDrill)).length;
  const slotsOf = (outcome: string) => (states: State[]) =>
    states
      .filter((each) => each.kind === 'incident' && !each.isDrill && !isLeft(each))
      .reduce((sum, each) => sum + (each.slots[outcome] ?? 0), 0);
  const urgent = (level: string): number => byUrgency.find((each: Doc) => each.key === level)?.incidents ?? 0;
  const numbers: [string, number, (states: State[]) => number][] = [
    ['incidents', total.incidents, counting(() => true)],
    ['urgent incidents', urgent('high'), counting((each) => each.level === 'high')],
    ['incidents that are not urgent', urgent('low'), counting((each) => each.level === 'low')],
    ['recovered incidents', total.recovered, counting((each) => each.recoveredAt !== undefined)],
    ['reviewed incidents', total.reviewed, counting((each) => each.reviewedAt !== undefined)],
    ['slots met', total.slots.met, slotsOf('met')],
    ['slots late', total.slots.late, slotsOf('late')],
    ['slots missed', total.slots.missed, slotsOf('missed')],
    ['slots not reminded', total.slots.notReminded, slotsOf('notReminded')],
    ['questions', bundle.questions.total, ofKind('question')],
    ['outside tickets', bundle.outside.total, ofKind('outside')],
    [
      'answered questions',
      bundle.questions.answered,
      (states) =>
        states.filter((each) => each.kind === 'question' && !each.isDrill && each.status === 'answered').length,
    ],
  ];
  const came: [string, number, (from: number, until: number) => number][] = [
    ['reports', bundle.reports, (from, until) => reportsIn(records, from, until)],
    ['dismissed reports', bundle.doors.dismissed, (from, until) => dismissedIn(records, from, until)],
    ['later changes', bundle.laterChanges.total, (from, until) => changesIn(bundle, records, from, until)],
  ];
  const found = came.flatMap(([name, is, count]) => {
    const least = count(week.start + momentMs, week.end - momentMs);
    // A body that came again after the week may have been dismissed in it before: it is open, or settled, a second time.
    const again = name === 'dismissed reports' ? quarantinedSince(records, week.end) : 0;
    const most = count(week.start - momentMs, week.end + momentMs) + again;
    return is >= least && is <= most ? [] : [`${week.id} counts ${is} ${name}, and there are ${least} to ${most}.`];
  });
  const [before, after] = [-momentMs, momentMs].map((offset) =>
    statesAt(records, asOf + offset).filter((each) => isIn(each, week)),
  ) as [State[], State[]];
  const wrong = numbers.flatMap(([name, is, count]) => {
    const expected = [count(before), count(after)].sort((a, b) => a - b) as [number, number];
    if (is >= expected[0] && is <= expected[1]) return [];
    return [`${week.id} counts ${is} ${name}, and there are ${[...new Set(expected)].join(' to ')}.`];
  });
  return [...found, ...wrong];
}

const reported = new Set(['stated', 'alert-opened']);
const changing = new Set(['corrected', 'reopened', 'retracted', 'withdrawn', 'unlinked']);

/** What came in and was no drill's, whatever became of it. */
const reportsIn = ({ signals }: Records, from: number, until: number): number =>
  signals.filter(
    ({ kind, isDrill, receivedAt }) => reported.has(kind) && !isDrill && receivedAt >= from && receivedAt < until,
  ).length;

const quarantinedSince = ({ quarantine }: Records, from: number): number =>
  quarantine.filter((each) => each.quarantinedAt >= from).length;

const dismissedIn = ({ quarantine }: Records, from: number, until: number): number =>
  quarantine.filter(({ state, settledAt }) => state === 'dismissed' && settledAt >= from && settledAt < until).length;

/** What was put right, came back, was taken back or told apart, of what the bundle does not show itself. */
function changesIn(
  { entries, carriedIncidents, drills }: Doc,
  { timelines }: Records,
  from: number,
  until: number,
): number {
  const shown = new Set([...entries, ...carriedIncidents, ...drills.entries].map((each: Doc) => each.id));
  const others = [...timelines].flatMap(([id, events]) => (shown.has(id) ? [] : events));
  return others.filter(({ type, recordedAt }) => changing.has(type) && recordedAt >= from && recordedAt < until).length;
}

/** What is said of each incident is what was so of it, and the day is judged by table F. */
function compareEntries(bundle: Doc, records: Records, asOf: number): string[] {
  const before = new Map(statesAt(records, asOf - momentMs).map((each) => [each.id, each]));
  const after = new Map(statesAt(records, asOf + momentMs).map((each) => [each.id, each]));
  return [...bundle.entries, ...bundle.carriedIncidents].flatMap((entry: Doc) => {
    const account = after.get(entry.id);
    if (!account || canonical({ ...account, from: 0 }) !== canonical({ ...before.get(entry.id), from: 0 })) return [];
    // What an outage shows of its times is the sum of its incidents, which `sums.ts` judges.
    const read = (at: string | undefined): number | undefined => (at === undefined ? undefined : Date.parse(at));
    const { recoveredAt, firstResponseAt } = entry;
    const sums = { recoveredAt: read(recoveredAt), firstResponseAt: read(firstResponseAt) };
    const state = isLinked(records, entry.id) ? { ...account, ...sums } : account;
    const time = (at: number | undefined): string | undefined => (at === undefined ? undefined : date(at));
    const { checkpoints } = entry;
    const checkpointOf = (id: string): Doc => checkpoints.find((each: Doc) => each.id === id);
    const resultOf = (id: string): unknown => checkpointOf(id)?.result;
    const { late = 0, missed = 0, met = 0, notReminded = 0 } = state.slots;
    const isSlotless = late + missed + met + notReminded === 0;
    const facts: [string, unknown, unknown][] = [
      ['status', entry.status, state.status],
      ['ongoing', entry.ongoing, state.ongoing],
      ['urgency', entry.urgency.level, state.level],
      ['recoveredAt', entry.recoveredAt, time(state.recoveredAt)],
      ['reviewedAt', entry.reviewedAt, time(state.reviewedAt)],
      ['firstResponseAt', entry.firstResponseAt, time(state.firstResponseAt)],
    ];
    if (checkpoints.length > 0) {
      const limitMs = (isUrgent(state) ? 5 : 30) * minuteMs;
      const takenMs = (state.firstResponseAt ?? asOf) - Date.parse(entry.reportedAt);
      // Nobody responds to what has not occurred yet: by such a time nothing is judged. What was received has occurred.
      const occurredBy = Math.min(Date.parse(entry.occurredAt), records.incidents.get(entry.id)?.receivedAt);
      const cannotHaveBeen = (at: number): boolean => at < occurredBy && !entry.isOccurredAtApproximate;
      const isOpen = takenMs <= limitMs && state.firstResponseAt === undefined;
      const response =
        cannotHaveBeen(state.firstResponseAt ?? asOf) || isOpen ? 'no-data' : takenMs > limitMs ? 'fail' : 'pass';
      facts.push(['first response', resultOf('first-response'), response]);
      const isMeasured = state.firstResponseAt !== undefined && response !== 'no-data';
      const minutes = isMeasured ? Math.round(Math.max(0, takenMs) / 600) / 100 : null;
      facts.push(['minutes until the first response', checkpointOf('first-response')?.facts.minutes, minutes]);
      // A slot that Metronome slept through is its fault, unless an update came all the same.
      const ofSlots = missed > 0 ? 'fail' : notReminded > 0 ? undefined : 'pass';
      const dueAt = (records.incidents.get(entry.id)?.receivedAt ?? 0) + (isUrgent(state) ? 15 : 60) * minuteMs;
      const isOverdue = isOfUnknownScope(entry.id, records, asOf) && dueAt < (state.recoveredAt ?? asOf);
      const isSaid = !cannotHaveBeen(state.recoveredAt ?? asOf);
      const rhythm = !isSaid ? 'no-data' : !isSlotless ? ofSlots : isOverdue ? 'fail' : 'no-data';
      if (rhythm) facts.push(['rhythm', resultOf('customers-updated'), rhythm]);
    }
    return facts.flatMap(([name, is, expected]) =>
      is === expected ? [] : [`${bundle.id} says of ${entry.id} that its ${name} is ${is}, and it is ${expected}.`],
    );
  });
}

/** Actions of earlier meetings that were open as the week ended lead its bundle. */
function compareActions(week: Week, bundle: Doc, records: Records, asOf: number): string[] {
  const carried = new Set<string>(bundle.carriedActions.map((each: Doc) => each.id));
  return records.actions.flatMap(({ id, bundleId, createdAt, closedAt }) => {
    const isDue = bundleId < week.id && createdAt <= asOf && (closedAt === undefined || closedAt >= week.end);
    if (carried.has(id) === isDue || Math.abs(createdAt - asOf) < momentMs) return [];
    return [`${id}, made for ${bundleId}, should ${isDue ? '' : 'not '}be carried in ${week.id}.`];
  });
}

/** A drill is due thirty days after the last, or else after the first incident. */
function compareDrills(week: Week, { id, drills }: Doc, records: Records, asOf: number): string[] {
  const [before, after] = [-momentMs, momentMs].map((offset) => {
    const filed = statesAt(records, asOf + offset).filter(
      (each) => each.kind === 'incident' && each.filedAt < week.end,
    );
    const [practised, real] = [true, false].map((isDrill) =>
      filed.filter((each) => each.isDrill === isDrill).map((each) => each.filedAt),
    ) as [number[], number[]];
    const from = practised.length > 0 ? Math.max(...practised) : Math.min(...real);
    return Number.isFinite(from) ? date(from + 30 * dayMs) : null;
  });
  if (drills.nextDueAt === before || drills.nextDueAt === after) return [];
  return [`${id} says that the next drill is due ${drills.nextDueAt}, and it is ${after}.`];
}
