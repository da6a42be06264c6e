/** What else a bundle says is what its own entries and actions say: its doors, its trend, what is missing, and what is due. */
import { dayMs, weekOf } from '../calendar.ts';
import type { Doc } from './records.ts';
import { countedIn, spanFacts } from './statistics.ts';

/** @param bundle as it is read, with all of its entries */
export function checkParts(bundle: Doc): string[] {
  const { id, aggregates, doors, drills, entries, carriedIncidents, trends } = bundle;
  const own = trends.at(-1);
  const withStatus = (status: string): number => entries.filter((each: Doc) => each.status === status).length;
  const ofSource = (key: string): number => aggregates.bySource.find((each: Doc) => each.key === key)?.incidents ?? 0;
  const scores = countedIn(bundle).map(({ score }): number | null => score.confirmed?.value ?? score.reference.value);
  const known = scores.filter((each) => each !== null);
  const emergencies = entries.filter(({ emergency }: Doc) => emergency).map((each: Doc) => each.id);
  const missing = [...entries, ...carriedIncidents].filter((each: Doc) => each.missing.length > 0);
  const facts: [what: string, is: unknown, expected: unknown][] = [
    ['questions at its doors', doors.questions, bundle.questions.total],
    ['outside tickets at its doors', doors.outside, bundle.outside.total],
    ['what did not occur', doors.notOccurring, withStatus('not-occurring')],
    ['what is linked', doors.linked, withStatus('linked')],
    ['drills', doors.drills, drills.entries.length],
    ['the week of its trend', own.week, id],
    ['the doors of its trend', JSON.stringify(own.summary.doors), JSON.stringify(doors)],
    ['the incidents of its trend', own.summary.incidents, aggregates.total.incidents],
    ['the tickets of its trend', own.summary.ticketIncidents, ofSource('ticket')],
    ['the alerts of its trend', own.summary.alertIncidents, ofSource('alert')],
    ...['impact', 'customers', 'slots', 'lostTime', ...times].flatMap((each) =>
      partsOf(
        own.summary[each],
        times.includes(each) ? timesOf(bundle, each) : (aggregates.total[each] ?? aggregates[each]),
      ).map(([part, is, expected]): [string, unknown, unknown] => [`${part} of ${each} of its trend`, is, expected]),
    ),
    ['the known scores of its trend', own.summary.score.known, known.length],
    ['the scores of its trend', own.summary.score.sum, known.reduce((sum, each) => sum + each, 0)],
    ['what is missing', bundle.missingData.total, missing.length],
    ['the actions that it carries', bundle.carriedActionCount, bundle.carriedActions.length],
    ...spanFacts('firstResponse', drills.firstResponse, drills.entries).map(
      ([what, is, expected]): [string, unknown, unknown] => [`${what}, of its drills`, is, expected],
    ),
    ...(drills.entries.length > 0
      ? [['the weeks since the last drill', drills.weeksSinceLast, 0] as [string, unknown, unknown]]
      : []),
    [
      'its emergencies',
      (bundle.emergencies ?? [])
        .map((each: Doc) => each.incidentId ?? each.id)
        .sort()
        .join(),
      emergencies.sort().join(),
    ],
  ];
  const wrong = facts.filter(([, is, expected]) => is !== expected);
  return [
    ...wrong.map(([what, is, expected]) => `${id} says ${is} for ${what}, and it is ${expected}.`),
    ...checkOrder(bundle),
    ...[...bundle.carriedActions, ...bundle.newActions].flatMap((each: Doc) => checkAction(bundle, each)),
    ...checkAgenda(bundle),
    ...[...entries, ...carriedIncidents].flatMap((each: Doc) => checkScope(id, each)),
  ];
}

const times = ['firstResponse', 'mitigation', 'recovery'];

/** Of a week's own incidents, how long each took that has ended, and how long the others have lasted: three hundred at most. */
function timesOf({ aggregates, entries }: Doc, span: string): Doc {
  const { known, pending, unknown } = aggregates.total[span] ?? {};
  const counted = entries.filter(
    ({ status, isDrill }: Doc) => !isDrill && status !== 'not-occurring' && status !== 'linked',
  );
  const minutes = (key: string): number[] =>
    counted.flatMap(({ durations }: Doc) => durations[span][key] ?? []).sort((a: number, b: number) => a - b);
  return { known, pending, unknown, ended: minutes('minutes'), open: minutes('atLeastMinutes') };
}

/** Each figure that a trend keeps of a week, beside what the week says of it. */
const partsOf = (kept: Doc, said: Doc): [part: string, is: unknown, expected: unknown][] =>
  Object.keys(kept).map((part) => [part, String(kept[part]), String(said[part])]);

/** Read from the top, they came one after the other. */
function checkOrder({ id, entries, carriedIncidents, drills }: Doc): string[] {
  const lists: [name: string, list: Doc[]][] = [
    ['entries', entries],
    ['carried incidents', carriedIncidents],
    ['drills', drills.entries],
  ];
  return lists.flatMap(([name, list]) => {
    const later = list.find(
      (each, index) => index > 0 && Date.parse(list[index - 1]?.filedAt) > Date.parse(each.filedAt),
    );
    return later ? [`${id} has ${later.id} among its ${name} after what was filed later.`] : [];
  });
}

/** An open action is overdue once its day has passed as the week ends, and carried once for each week since its own. */
function checkAction({ id, period }: Doc, action: Doc): string[] {
  const { id: own, dueAt, status, isOverdue, bundleId, timesCarried, lacks } = action;
  const found: string[] = [];
  const isLate = status !== 'done' && status !== 'dropped' && Date.parse(dueAt) < Date.parse(period.end);
  if (isOverdue !== isLate) found.push(`it is ${isOverdue ? '' : 'not '}overdue: it is ${status} and due ${dueAt}`);
  const since = weekOf(Date.parse(period.end) - 1 - timesCarried * 7 * dayMs).id;
  if (since !== bundleId) found.push(`it was carried ${timesCarried} times since ${bundleId}`);
  const isLacking = (name: string): boolean => !action[name];
  if (lacks && lacks.join() !== ['owner', 'ticketUrl', 'doneWhen'].filter(isLacking).join())
    found.push(`it lacks ${lacks.join(', ')}`);
  return found.map((what) => `${id} says of ${own} that ${what}.`);
}

/** The meeting goes through every action that is carried, and whatever it goes through is in the bundle. */
function checkAgenda({
  id,
  agenda,
  carriedActions,
  returnedActions = [],
  newActions,
  questions,
  outside,
  entries,
  carriedIncidents,
}: Doc): string[] {
  const titles = new Map<string, string>();
  for (const each of [...carriedActions, ...returnedActions, ...newActions]) titles.set(each.id, each.description);
  for (const each of [...questions.items, ...outside.sample, ...entries, ...carriedIncidents])
    titles.set(each.id, each.title);
  const found = agenda
    .filter(
      (each: Doc) =>
        ['action', 'question', 'outside', 'incident'].includes(each.kind) && titles.get(each.id) !== each.title,
    )
    .map((each: Doc) => `the ${each.kind} ${each.id} “${each.title}” is on the agenda`);
  const own = new Set<string>(agenda.map((each: Doc) => each.id));
  for (const { id: action } of carriedActions)
    if (!own.has(action)) found.push(`the agenda does not go through ${action}`);
  return found.map((what: string) => `${id} says that ${what}, and it is not so.`);
}

/** Whose scope is known is told by how many, how that was found out, and where it is seen; it lacks nothing where all are there. */
function checkScope(id: string, entry: Doc): string[] {
  const scope = entry.checkpoints.find((each: Doc) => each.id === 'scope-confirmed');
  if (!scope) return [];
  const { affectedCustomerCount: count, scopeMethod, scopeEvidenceUrl } = entry.impact;
  const isWhole = count !== undefined && Boolean(scopeMethod) && Boolean(scopeEvidenceUrl);
  const expected = isWhole ? 'pass' : entry.recoveredAt ? 'fail' : 'no-data';
  return scope.result === expected
    ? []
    : [`${id} says of ${entry.id} that its scope is ${scope.result}, and it is ${expected}.`];
}
