/** Table I: what a bundle counts is what its own entries say, whichever way they are grouped. */
import type { Doc } from './records.ts';

const minuteMs = 60_000;

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

/** @param bundle as it is read, with all of its entries */
export function checkStatistics(bundle: Doc): string[] {
  const { aggregates } = bundle;
  const counted = bundle.entries.filter(({ status }: Doc) => status !== 'linked' && status !== 'not-occurring');
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
  return found;
}

function checkGroup(name: string, group: Doc, entries: readonly Doc[]): string[] {
  if (!group) return [`${name} should have ${entries.length} entries, and is not there.`];
  const impactOf = (value: string): number =>
    entries.filter(({ impact }) => (impact.businessImpact ?? 'unknown') === value).length;
  const counts: (number | undefined)[] = entries.map(({ impact }) => impact.affectedCustomerCount);
  const scores: number[] = entries.flatMap(({ score }) => score.confirmed?.value ?? []).sort((a, b) => a - b);
  const facts: [string, unknown, unknown][] = [
    ['incidents', group.incidents, entries.length],
    ['reviewed', group.reviewed, entries.filter(({ reviewedAt }) => reviewedAt !== undefined).length],
    ['recovered', group.recovered, entries.filter(({ recoveredAt }) => recoveredAt !== undefined).length],
    ['affected customers', group.customers.sum, counts.reduce<number>((sum, each) => sum + (each ?? 0), 0)],
    ['uncounted', group.customers.unknown, counts.filter((each) => each === undefined).length],
    ...Object.keys(group.impact).map((each): [string, unknown, unknown] => [each, group.impact[each], impactOf(each)]),
    ['confirmed scores', group.score.confirmed.known, scores.length],
    ['highest score', group.score.confirmed.max, scores.at(-1) ?? null],
    ['sum of scores', group.score.confirmed.sum, scores.reduce((sum, each) => sum + each, 0)],
    ['median of scores', group.score.confirmed.median, medianOf(scores)],
  ];
  for (const [span, [from, to]] of Object.entries(spans)) {
    // What is said to have been before it occurred nobody can measure, or it took no time: either is right.
    if (span === 'firstResponse' && entries.some((each) => isBefore(each[to], each.occurredAt))) continue;
    const minutes = entries
      .flatMap((each) => {
        if (!each[from] || !each[to]) return [];
        if (isBefore(each[to], each[from])) return span === 'firstResponse' ? [0] : [];
        return [(Date.parse(each[to]) - Date.parse(each[from])) / minuteMs];
      })
      .sort((a, b) => a - b);
    const { known, pending, unknown, medianMinutes, distribution } = group[span];
    const median = medianOf(minutes);
    facts.push(
      [`${span} known`, known, minutes.length],
      [`${span} known or not`, known + pending + unknown, entries.length],
      [`${span} in the chart`, distribution.reduce((sum: number, each: Doc) => sum + each.count, 0), minutes.length],
      [`${span} of the middle`, isNear(medianMinutes, median) ? median : medianMinutes, median],
    );
  }
  return facts.flatMap(([what, is, expected]) =>
    is === expected ? [] : [`${name} says ${is} for ${what}, and its entries say ${expected}.`],
  );
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
