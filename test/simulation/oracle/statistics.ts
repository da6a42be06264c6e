/** Table I: what a bundle counts is what its own entries say, whichever way they are grouped. */
import { minuteMs } from '../calendar.ts';
import type { Doc } from './records.ts';

/** Tokyo, where it is never summer. */
const zoneMs = 9 * 60 * minuteMs;

/** By what each list of groups tells them apart. */
const groupings: Record<string, (entry: Doc) => string> = {
  bySource: ({ source }) => source,
  byTool: ({ tool }) => tool,
  byUrgency: ({ urgency }) => urgency.level,
  byCause: ({ cause }) => cause?.category ?? 'not-stated',
};

/** From when to when each span is measured. */
const spans: Record<string, [from: string, to: string]> = {
  firstResponse: ['reportedAt', 'firstResponseAt'],
  mitigation: ['occurredAt', 'mitigatedAt'],
  recovery: ['occurredAt', 'recoveredAt'],
};

/** What another incident carries, and what did not occur, are told apart. */
export const countedIn = ({ entries }: Doc): Doc[] =>
  entries.filter(({ status }: Doc) => status !== 'linked' && status !== 'not-occurring');

/** @param bundle as it is read, with all of its entries */
export function checkStatistics(bundle: Doc): string[] {
  const { aggregates } = bundle;
  const counted = countedIn(bundle);
  const found = checkGroup(bundle.id, aggregates.total, counted);
  for (const [name, keyOf] of Object.entries(groupings)) {
    const groups = Map.groupBy<string, Doc>(counted, keyOf);
    for (const { key } of aggregates[name])
      if (!groups.has(key)) found.push(`${bundle.id} has ${name} ${key}, and no entry has.`);
    for (const [key, entries] of groups) {
      const group = aggregates[name].find((each: Doc) => each.key === key);
      found.push(...checkGroup(`${bundle.id} ${name} ${key}`, group, entries));
    }
  }
  for (const { id, pass, fail, notApplicable, noData } of aggregates.checkpoints) {
    const results = counted.map(({ checkpoints }: Doc) => checkpoints.find((each: Doc) => each.id === id)?.result);
    const count = (result: string): number => results.filter((each: string) => each === result).length;
    const is = [pass, fail, notApplicable, noData];
    const expected = [count('pass'), count('fail'), count('not-applicable')];
    expected.push(counted.length - expected.reduce((sum, each) => sum + each, 0));
    if (is.join() !== expected.join())
      found.push(`${bundle.id} counts ${is} results of ${id}, and there are ${expected}.`);
  }
  return [...found, ...checkAreas(bundle, counted), ...checkHours(bundle, counted), ...checkLoad(bundle, counted)];
}

/** The areas that are named, and all others as one. */
function checkAreas({ id, aggregates }: Doc, counted: readonly Doc[]): string[] {
  const named = new Set(aggregates.byArea.map(({ key }: Doc) => key));
  const keyOf = ({ area }: Doc): string => (area === undefined ? 'not-stated' : named.has(area) ? area : 'other-areas');
  const groups = Map.groupBy<string, Doc>(counted, keyOf);
  const missing = [...groups.keys()].filter((key) => !named.has(key));
  const found = missing.map((key) => `${id} has no byArea ${key}, and entries have.`);
  return [
    ...found,
    ...aggregates.byArea.flatMap((group: Doc) =>
      checkGroup(`${id} byArea ${group.key}`, group, groups.get(group.key) ?? []),
    ),
  ];
}

/** On which day and in which hour of the zone they occurred. */
function checkHours({ id, aggregates }: Doc, counted: readonly Doc[]): string[] {
  const { known, unknown, days } = aggregates.byHour;
  const at = counted.flatMap(({ occurredAt }) => (occurredAt ? new Date(Date.parse(occurredAt) + zoneMs) : []));
  const found =
    [known, unknown].join() === [at.length, counted.length - at.length].join()
      ? []
      : [`${id} says ${known} and ${unknown} for when they occurred, and of ${at.length} it is known.`];
  // Monday first.
  const cells = (day: number, hour: number): number =>
    at.filter((each) => (each.getUTCDay() + 6) % 7 === day && each.getUTCHours() === hour).length;
  const wrong = days.flatMap(({ weekday, hours }: Doc, day: number) =>
    hours.flatMap((count: number, hour: number) =>
      count === cells(day, hour)
        ? []
        : [`${id} says ${count} for ${weekday} ${hour}:00, and its entries say ${cells(day, hour)}.`],
    ),
  );
  return [...found, ...wrong];
}

/** Who responded to how many. */
function checkLoad({ id, aggregates }: Doc, counted: readonly Doc[]): string[] {
  const { incidents, responders, people } = aggregates.load;
  const all = counted.map((each): string[] => [...new Set<string>(each.responders)]);
  const names = new Set(all.flat());
  const answered = all.filter((each) => each.length > 0).length;
  const found =
    incidents === answered && responders === names.size
      ? []
      : [`${id} says that ${responders} responded to ${incidents}, and ${names.size} did to ${answered}.`];
  const shareOf = (each: Doc): number => each.incidents / answered;
  const isOff = (each: Doc): boolean => Math.abs(each.share - shareOf(each)) > 1e-9;
  const top = people.length === 0 ? null : Math.max(...people.map(shareOf));
  if (people.some(isOff) || aggregates.load.topShare !== top)
    found.push(`${id} says ${aggregates.load.topShare} for the top share of who responded, and it is ${top}.`);
  const wrong = people.filter((each: Doc) => all.filter((one) => one.includes(each.name)).length !== each.incidents);
  return [
    ...found,
    ...wrong.map((each: Doc) => `${id} says that ${each.name} responded to ${each.incidents}, and it were others.`),
  ];
}

function checkGroup(name: string, group: Doc, entries: readonly Doc[]): string[] {
  if (!group) return [`${name} should have ${entries.length} entries, and is not there.`];
  const impactOf = (value: string): number =>
    entries.filter(({ impact }) => (impact.businessImpact ?? 'unknown') === value).length;
  const counts: (number | undefined)[] = entries.map(({ impact }) => impact.affectedCustomerCount);
  const facts: Facts = [
    ['incidents', group.incidents, entries.length],
    ['reviewed', group.reviewed, entries.filter(({ reviewedAt }) => reviewedAt !== undefined).length],
    ['recovered', group.recovered, entries.filter(({ recoveredAt }) => recoveredAt !== undefined).length],
    ['affected customers', group.customers.sum, counts.reduce<number>((sum, each) => sum + (each ?? 0), 0)],
    ['uncounted', group.customers.unknown, counts.filter((each) => each === undefined).length],
    ...Object.keys(group.impact).map((each): [string, unknown, unknown] => [each, group.impact[each], impactOf(each)]),
    ...['reference', 'confirmed'].flatMap((which) => scoreFacts(which, group.score[which], entries)),
    ...Object.keys(group.slots).map((each): [string, unknown, unknown] => [
      `${each} slots`,
      group.slots[each],
      entries.reduce((sum, { rhythm }) => sum + rhythm[each], 0),
    ]),
  ];
  for (const span of Object.keys(spans)) facts.push(...spanFacts(span, group[span], entries));
  return facts.flatMap(([what, is, expected]) =>
    is === expected ? [] : [`${name} says ${is} for ${what}, and its entries say ${expected}.`],
  );
}

/** Of fewer there is no median. */
const medianFrom = 5;

type Facts = [what: string, is: unknown, expected: unknown][];

/** How long it took: of how many that is known, how it is spread, its middle, and how long nine in ten took at most. */
export function spanFacts(span: string, said: Doc, entries: readonly Doc[]): Facts {
  const [from, to] = spans[span] as [string, string];
  const minutes = entries
    .flatMap((each): number[] => {
      if (!each[from] || !each[to]) return [];
      // What is said to have been before it occurred nobody can measure, or it took no time: that is the entry's to say.
      if (span === 'firstResponse' && isBefore(each[to], each.occurredAt)) return each.durations[span].minutes ?? [];
      if (isBefore(each[to], each[from])) return span === 'firstResponse' ? [0] : [];
      return [Math.round((Date.parse(each[to]) - Date.parse(each[from])) / 600) / 100];
    })
    .sort((a, b) => a - b);
  const { known, pending, unknown, medianMinutes, p90Minutes, distribution } = said;
  const isOver = ({ status }: Doc): boolean => status === 'recovered' || status === 'not-occurring';
  const waiting = entries.filter((each) => !each[to] && !isOver(each)).length;
  const upTo = (most: number | null): number =>
    minutes.filter((each) => each <= (most ?? Number.POSITIVE_INFINITY)).length;
  const bars = distribution.map(
    (bar: Doc, index: number) => upTo(bar.upToMinutes) - (index > 0 ? upTo(distribution[index - 1].upToMinutes) : 0),
  );
  const open = entries.flatMap((each): number[] => each.durations[span].atLeastMinutes ?? []);
  const n = minutes.length + open.length;
  const median = n < medianFrom ? null : medianWithOpen(minutes, open);
  return [
    [`${span} known`, known, minutes.length],
    [`${span} to come`, pending, waiting],
    [`${span} known or not`, known + pending + unknown, entries.length],
    [`${span} in the chart`, distribution.map((each: Doc) => each.count).join(), bars.join()],
    [`${span} of nine in ten`, p90Minutes === null || upTo(p90Minutes + 0.02) >= 0.9 * minutes.length, true],
    [`${span} measured`, said.n, n],
    [`${span} of the middle`, isNear(medianMinutes, median) ? median : medianMinutes, median],
  ];
}

function scoreFacts(which: string, group: Doc, entries: readonly Doc[]): Facts {
  const scores: number[] = entries.flatMap(({ score }) => score[which]?.value ?? []).sort((a, b) => a - b);
  return [
    [`${which} scores`, group.known, scores.length],
    [`${which} scores that nobody knows`, group.unknown, entries.length - scores.length],
    [`highest ${which} score`, group.max, scores.at(-1) ?? null],
    [`sum of ${which} scores`, group.sum, scores.reduce((sum, each) => sum + each, 0)],
    [`median of ${which} scores`, group.median, scores.length < medianFrom ? null : medianOf(scores)],
  ];
}

const isBefore = (at: string, from: string): boolean => Date.parse(at) < Date.parse(from);
const isNear = (is: number | null, expected: number | null): boolean =>
  is !== null && expected !== null && Math.abs(is - expected) <= 0.02;

/** The middle one, or half way between the two in the middle. */
function medianOf(sorted: readonly number[]): number | null {
  if (sorted.length === 0) return null;
  const half = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(half)] as number) + (sorted[Math.ceil(half)] as number)) / 2;
}

/**
 * The middle of times of which some have not ended, as Efron finds it: what an open one weighs goes, in equal parts, to those
 * that lasted longer. Null where half the weight is not with those that ended.
 */
function medianWithOpen(ended: readonly number[], open: readonly number[]): number | null {
  const all = [...ended.map((at) => ({ at, isOpen: false })), ...open.map((at) => ({ at, isOpen: true }))].sort(
    (a, b) => a.at - b.at || Number(a.isOpen) - Number(b.isOpen),
  );
  const weights = all.map(() => 1 / all.length);
  let sum = 0;
  let half: number | null = null;
  for (const [index, { at, isOpen }] of all.entries()) {
    const weight = weights[index] ?? 0;
    const rest = all.length - index - 1;
    if (isOpen)
      for (let later = index + 1; later < all.length; later += 1)
        weights[later] = (weights[later] ?? 0) + weight / rest;
    else if (half !== null && at > half) return (half + at) / 2;
    else {
      sum += weight;
      if (sum > 0.5 + 1e-9) return half ?? at;
      if (sum > 0.5 - 1e-9) half ??= at;
    }
  }
  return half;
}
