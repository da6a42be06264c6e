/**
 * Table E: every incident is in its week's bundle, once, and comes back until it is recovered and reviewed; what was
 * held stays as it was; and what a bundle counts is what anybody else would count.
 */
import { dayMs, minuteMs, type Week, weekOf } from '../calendar.ts';
import type { Answer, Stage } from '../stage.ts';
import { canonical, type Doc, date, foldUntil, type Records } from './records.ts';
import { isExplained } from './windows.ts';

/** What happens in the moment in which a bundle is held may be in it or not. */
const momentMs = minuteMs / 2;

/**
 * @param held what was answered as each week was held
 * @param from when the first report was sent
 */
export async function checkBundles(
  records: Records,
  stage: Stage,
  held: ReadonlyMap<string, Doc>,
  from: number,
): Promise<string[]> {
  const found: string[] = [];
  for (let at = from; weekOf(at).end + 10 * minuteMs < stage.now(); at += 7 * dayMs) {
    const week = weekOf(at);
    const bundle = await readWhole(stage, week.id);
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
    found.push(...compare(week, bundle, records, asOf));
    const ready = new Set(
      stage
        .delivered()
        .flatMap((each) => (each.kind === 'bundle-ready' && each.text.includes(week.id) ? [each.id] : [])),
    );
    if (ready.size !== 1)
      found.push(`That ${week.id} is ready should have been told once, and was told ${ready.size} times.`);
  }
  return found;
}

async function readWhole(stage: Stage, id: string): Promise<Doc> {
  const read = async (query: string): Promise<Answer | undefined> =>
    stage.send({ kind: 'http', method: 'GET', path: `/api/postmortems/${id}${query}`, headers: {} });
  const first = await read('');
  if (first?.status !== 200) return { missing: first?.status ?? 'no answer' };
  const { nextPageToken, ...bundle } = first.body;
  for (let token = nextPageToken; token !== undefined; ) {
    const page = await read(`?pageToken=${token}`);
    bundle.entries.push(...(page?.body.entries ?? []));
    bundle.carriedIncidents.push(...(page?.body.carriedIncidents ?? []));
    token = page?.body.nextPageToken;
  }
  return bundle;
}

const isDone = (state: Doc, by: number): boolean => {
  if (state.kind !== 'incident' || state.isDrill || state.status === 'linked') return true;
  const isReviewed = state.reviewedAt < by;
  return isReviewed && (state.status === 'not-occurring' || state.recoveredAt < by);
};

const sum = (states: readonly Doc[], count: (state: Doc) => number): number =>
  states.reduce((total, each) => total + count(each), 0);

function compare(week: Week, bundle: Doc, records: Records, asOf: number): string[] {
  const found: string[] = [];
  const statesAt = (at: number): Doc[] =>
    [...records.incidents.keys()].map((id) => ({ ...foldUntil(records.timelines.get(id) ?? [], at), id }));
  const [before, after] = [statesAt(asOf - momentMs), statesAt(asOf + momentMs)];
  const isIn = ({ filedAt }: Doc): boolean => filedAt >= week.start && filedAt < week.end;
  const isFiled = (state: Doc): boolean => isIn(state) && state.kind === 'incident' && !state.isDrill;
  const isDrill = (state: Doc): boolean => isIn(state) && state.kind === 'incident' && state.isDrill;
  const isCarried = (state: Doc): boolean => state.filedAt < week.start && !isDone(state, week.end);
  const lists: [string, readonly Doc[], (state: Doc) => boolean][] = [
    ['entries', bundle.entries, isFiled],
    ['carried incidents', bundle.carriedIncidents, isCarried],
    ['drills', bundle.drills.entries, isDrill],
  ];
  for (const [name, items, belongs] of lists) {
    const times = new Map<string, number>();
    for (const { id } of items) times.set(id, (times.get(id) ?? 0) + 1);
    for (const [index, state] of after.entries()) {
      const [least, most] = [belongs(state), belongs(before[index] ?? {})].map(Number).sort() as [number, number];
      const is = times.get(state.id) ?? 0;
      times.delete(state.id);
      if (is < least || is > most) {
        found.push(
          `${state.id}, filed ${date(state.filedAt)}, should be among the ${name} of ${week.id} ${least} times, and is ${is} times.`,
        );
      }
    }
    for (const id of times.keys()) found.push(`${id} is among the ${name} of ${week.id}, and is no incident.`);
  }
  const isCounted = (state: Doc): boolean =>
    isFiled(state) && state.status !== 'not-occurring' && state.status !== 'linked';
  const { total, byUrgency } = bundle.aggregates;
  const high = byUrgency.find((each: Doc) => each.key === 'high')?.incidents ?? 0;
  const numbers: [string, number, (states: Doc[]) => number][] = [
    ['incidents', total.incidents, (states) => states.length],
    ['urgent incidents', high, (states) => sum(states, (each) => Number(each.urgency.level === 'high'))],
    ['recovered incidents', total.recovered, (states) => sum(states, (each) => Number(each.recoveredAt !== undefined))],
    ['reviewed incidents', total.reviewed, (states) => sum(states, (each) => Number(each.reviewedAt !== undefined))],
    ...(['met', 'late', 'missed', 'notReminded'] as const).map(
      (outcome): [string, number, (states: Doc[]) => number] => [
        `slots ${outcome}`,
        total.slots[outcome],
        (states) => sum(states, (each) => each.slots[outcome]),
      ],
    ),
  ];
  for (const [name, is, count] of numbers) {
    const expected = [count(before.filter(isCounted)), count(after.filter(isCounted))].sort((a, b) => a - b);
    if (is < (expected[0] ?? 0) || is > (expected[1] ?? 0)) {
      found.push(`${week.id} counts ${is} ${name}, and there are ${[...new Set(expected)].join(' to ')}.`);
    }
  }
  for (const [kind, is] of [
    ['question', bundle.questions.total],
    ['outside', bundle.outside.total],
  ] as const) {
    const count = (states: Doc[]): number =>
      sum(states, (each) => Number(each.kind === kind && isIn(each) && (kind === 'outside' || !each.isDrill)));
    if (is !== count(before) && is !== count(after)) {
      found.push(`${week.id} counts ${is} of kind ${kind}, and there are ${count(after)}.`);
    }
  }
  return [...found, ...compareActions(week, bundle, records, asOf)];
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
