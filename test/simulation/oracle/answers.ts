/** What people and monitors are shown is the record: the gauges hour by hour, and in the end the lists and the board. */
import { hourMs, minuteMs } from '../calendar.ts';
import type { Answer, Stage } from '../stage.ts';
import { isOn } from './groups.ts';
import { canonical, type Doc, date, type Records } from './records.ts';
import { toleranceMs } from './windows.ts';

/** Each gauge, as anybody would count it. */
type Counts = Record<string, number>;

function countAll(documents: ReturnType<Stage['documents']>, at: number): Counts {
  const counts: Counts = { 'open_incidents high': 0, 'open_incidents low': 0, overdue_contacts: 0, quarantined: 0 };
  let oldest = at;
  /** Customers without a name, by incident: one contact or several of them are counted once. */
  const unnamed = new Map<string, number>();
  const add = (name: string, n = 1): void => {
    counts[name] = (counts[name] ?? 0) + n;
  };
  for (const [path, doc] of documents as ReadonlyMap<string, Doc>) {
    const [collection, id, below] = path.split('/');
    if (collection === 'quarantine' && doc.state === 'open') add('quarantined');
    if (collection !== 'incidents') continue;
    if (
      below === undefined &&
      doc.kind === 'incident' &&
      doc.status === 'open' &&
      !doc.isDrill &&
      !doc.isAboutMetronome
    ) {
      add(`open_incidents ${doc.urgency.level}`);
    }
    if (below !== 'contacts' || doc.nextUpdateDueAt === null || doc.nextUpdateDueAt >= at) continue;
    // A drill's customers are not real.
    const incident: Doc = documents.get(`incidents/${id}`);
    if (incident?.isDrill) continue;
    if (doc.isTheOthers) unnamed.set(id as string, Math.max(1, countUnnamed(incident)));
    else
      for (const { customers } of (doc.members as Doc[] | undefined) ?? [doc])
        add('overdue_contacts', Math.max(1, customers.length));
    oldest = Math.min(oldest, doc.nextUpdateDueAt);
  }
  for (const count of unnamed.values()) add('overdue_contacts', count);
  counts.oldest_overdue_seconds = (at - oldest) / 1_000;
  return counts;
}

const countUnnamed = (incident: Doc): number =>
  (incident?.impact?.affectedCustomerCount ?? 0) - (incident?.affectedCustomers?.length ?? 0);

/** The incidents that have changed, and those of their customers who may move at once. */
function movedSince(documents: ReturnType<Stage['documents']>, since: number): Counts {
  const moved = [...(documents as ReadonlyMap<string, Doc>)].flatMap(([path, doc]) =>
    /^incidents\/[^/]+$/.test(path) && doc.changedAt >= since ? [doc] : [],
  );
  const unnamed = moved.reduce((sum, each) => sum + Math.max(0, countUnnamed(each)), 0);
  return { open_incidents: moved.length, overdue_contacts: moved.length + unnamed };
}

/** Counts what the gauges count, just before and just after they are written, which is on the hour. */
export function watchGauges(): (stage: Stage) => string[] {
  let before: Counts[] | undefined;
  return (stage) => {
    const at = stage.now();
    const hour = at - (at % hourMs);
    const isEnd = at - hour >= minuteMs;
    if (at - hour > minuteMs + 5_000 || isEnd === (before === undefined)) return [];
    // By the writer's clock.
    const counts = [hour - 5_000, hour + minuteMs + 5_000].map((each) => countAll(stage.documents(), each));
    const all = [...(before ?? []), ...counts];
    before = isEnd ? undefined : counts;
    if (!isEnd) return [];
    const moved = movedSince(stage.documents(), hour - 5_000);
    return stage.gauges().flatMap((gauge) => {
      const name = [gauge.name, ...Object.values(gauge.labels)].join(' ');
      const values = all.flatMap((each) => each[name] ?? []);
      // What was opened and was over between the two counts was in neither; and one may be over before another is opened.
      // Whose slot ends as the next falls due is overdue a moment later again, by a clock that is behind.
      const either = moved[gauge.name] ?? 0;
      const most = Math.max(...values) + either;
      const least = Math.min(...values) - either;
      // Where it was not written, something had failed: the earlier value remains.
      const isOf = gauge.at >= hour - 5_000 && gauge.at <= at && values.length > 0;
      if (!isOf || (gauge.value >= least && gauge.value <= most)) return [];
      return [`The gauge ${name} was ${gauge.value} at ${date(gauge.at)}, and should be ${least} to ${most}.`];
    });
  };
}

export async function checkAnswers(
  stage: Stage,
  sort: (documents: ReturnType<Stage['documents']>) => Records,
): Promise<string[]> {
  const read = async (path: string): Promise<Answer | undefined> =>
    stage.send({ kind: 'http', method: 'GET', path, headers: {} });
  const readAll = async (path: string, name: string): Promise<Doc[]> => {
    const items: Doc[] = [];
    for (let token = ''; ; ) {
      const answer = await read(`${path}limit=20${token}`);
      items.push(...(answer?.body[name] ?? []));
      if (!answer?.body.nextPageToken) return items;
      token = `&pageToken=${answer.body.nextPageToken}`;
    }
  };
  const found: string[] = [];
  const compare = (what: string, is: readonly string[], expected: readonly string[]): void => {
    const [shown, there] = [is.toSorted().join(' '), expected.toSorted().join(' ')];
    if (shown !== there) found.push(`${what} should be ${there || 'none'}, and is ${shown || 'none'}.`);
  };
  const idsOf = (records: Records, matches: (incident: Doc) => boolean): string[] =>
    [...records.incidents].flatMap(([id, each]) => (matches(each) ? [id] : []));

  const readAt = stage.now();
  /** What is recorded while it is read may be answered or not. */
  const isMoving = ({ changedAt = 0 }: Doc): boolean => changedAt >= readAt - toleranceMs;
  const incidents = await readAll('/api/incidents?', 'incidents');
  let records = sort(stage.documents());
  compare(
    'GET /api/incidents',
    incidents.map((each) => each.id),
    idsOf(records, (each) => each.kind === 'incident'),
  );
  for (const incident of incidents) {
    const stands = records.incidents.get(incident.id) ?? {};
    if (isMoving(stands)) continue;
    const reportCount = records.signals.filter((each) => isOn(records, each.incidentId, incident.id)).length;
    found.push(...checkEcho(incident.id, incident, { ...stands, reportCount, emergency: stands.emergency ?? null }));
  }
  const isNewestFirst = incidents.every(
    (each, index) => each.filedAt <= (incidents[index - 1]?.filedAt ?? each.filedAt),
  );
  if (!isNewestFirst) found.push('GET /api/incidents should have the newest first.');
  const urgent = await readAll('/api/incidents?status=open&urgency=high&', 'incidents');
  records = sort(stage.documents());
  const isUrgent = (each: Doc): boolean =>
    each.kind === 'incident' && each.status === 'open' && each.urgency.level === 'high';
  compare(
    'Open and urgent',
    urgent.map((each) => each.id),
    idsOf(records, isUrgent),
  );
  const questions = await readAll('/api/questions?', 'questions');
  compare(
    'GET /api/questions',
    questions.map((each) => each.id),
    idsOf(records, (each) => each.kind === 'question'),
  );
  const actions = await readAll('/api/actions?', 'actions');
  compare(
    'GET /api/actions',
    actions.map((each) => each.id),
    records.actions.map((each) => each.id),
  );
  for (const each of actions) {
    const stands = records.actions.find(({ id }) => id === each.id) ?? {};
    found.push(...(isMoving(stands) ? [] : checkEcho(each.id, each, stands)));
  }
  const waiting = await readAll('/api/quarantine?state=open&', 'quarantine');
  const open = records.quarantine.filter((each) => each.state === 'open').map((each) => each.id);
  compare(
    'What waits in quarantine',
    waiting.map((each) => each.id),
    open,
  );
  for (const each of incidents.filter((_, index) => index % 17 === 0)) found.push(...(await checkFound(read, each)));
  return [...found, ...(await checkBoard(stage, read, sort))];
}

/** The answer about a record is the record: each field that it has, by another form of the times. */
function checkEcho(id: string, answered: Doc, stands: Doc): string[] {
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
  const written = (value: unknown): string =>
    canonical(JSON.parse(JSON.stringify(value ?? null), (_, each) => (isTime.test(each) ? Date.parse(each) : each)));
  return Object.keys(answered).flatMap((field) => {
    if (!(field in stands)) return [];
    const [is, expected] = [written(answered[field]), written(stands[field])];
    return is === expected ? [] : [`${field} of ${id} is answered as ${is}, and is ${expected}.`];
  });
}

/** It is found by its code, its ticket and each of its customers. */
async function checkFound(read: (path: string) => Promise<Answer | undefined>, incident: Doc): Promise<string[]> {
  const { id, code, origin, affectedCustomers } = incident;
  const asked: string[] = [code, origin.id, ...affectedCustomers.slice(0, 1).map((each: Doc) => each.id)];
  const missing: string[] = [];
  for (const each of asked) {
    const { incidents = [], incomplete } = (await read(`/api/find?q=${encodeURIComponent(each)}`))?.body ?? {};
    if (!incomplete && !incidents.some((one: Doc) => one.id === id)) missing.push(`${id} is not found by ${each}.`);
  }
  return missing;
}

/** The board has all that is open, and the customers who still wait, by since when they do, and then by who is due next. */
async function checkBoard(
  stage: Stage,
  read: (path: string) => Promise<Answer | undefined>,
  sort: (documents: ReturnType<Stage['documents']>) => Records,
): Promise<string[]> {
  const rowsOf = (records: Records): Map<string, number | undefined> =>
    new Map(
      [...records.incidents].flatMap(
        ([id, { kind, status, isDrill, unanswered = [] }]): [string, number | undefined][] => {
          const contacts = records.contacts.get(id) ?? [];
          const dues = contacts.flatMap((each) => each.overdueSince ?? each.nextUpdateDueAt ?? []);
          // Drills have a section of their own.
          if (isDrill || kind !== 'incident' || status === 'linked') return [];
          // A customer who wrote after the recovery waits for an answer, and no deadline says until when.
          if (status !== 'open' && dues.length === 0 && unanswered.length === 0) return [];
          return [[id, dues.length > 0 ? Math.min(...dues) : undefined]];
        },
      ),
    );
  const before = rowsOf(sort(stage.documents()));
  const shown: string[] = [];
  for (let path: string | undefined = '/console'; path !== undefined; ) {
    const page: Answer | undefined = await read(path);
    if (page?.status !== 200) return [];
    shown.push(...[...String(page.body).matchAll(/<li id="(inc_[\da-f]{24})"/g)].map((each) => each[1] as string));
    path = /rel="next" href="([^"]+)"/.exec(page.body)?.[1]?.replaceAll('&amp;', '&');
  }
  const after = rowsOf(sort(stage.documents()));
  if (JSON.stringify([...before]) !== JSON.stringify([...after])) return [];
  const found: string[] = [];
  for (const id of after.keys()) if (!shown.includes(id)) found.push(`${id} should be on the board, and is not.`);
  for (const id of shown) if (!after.has(id)) found.push(`${id} is on the board, where nobody waits for it.`);
  // What is worst comes first: an emergency, then stopped and overdue; and by who has waited longest within each.
  const { incidents } = sort(stage.documents());
  const places = shown.flatMap((id): [number, number][] => {
    const due = after.get(id);
    const { emergency, impact } = incidents.get(id) ?? {};
    const isLoud = impact?.businessImpact === 'stopped' && (due ?? Number.POSITIVE_INFINITY) < stage.now();
    return due === undefined ? [] : [[emergency?.endedAt === null ? 0 : isLoud ? 1 : 2, due]];
  });
  const isOrdered = places.every(([tier, due], index) => {
    const [tierBefore, dueBefore] = places[index - 1] ?? [0, 0];
    return tier > tierBefore || (tier === tierBefore && due >= dueBefore);
  });
  if (!isOrdered) found.push('The board should be sorted by who has waited longest.');
  return found;
}
