/** The meeting: on Monday it opens the bundle of the week that is over, reviews, agrees actions and holds it. */
import { dayMs, hourMs, minuteMs, weekOf } from '../calendar.ts';
import { Random } from '../random.ts';
import type { Act, Call } from '../stage.ts';
import { evidenceOf, stating } from './responders.ts';
import { get, post, sending } from './sending.ts';

/** All meetings whose Monday is between two instants. */
export function meetings(seed: string, start: number, end: number): Act[] {
  const acts: Act[] = [];
  for (let at = start; at < end + 7 * dayMs; at += 7 * dayMs) {
    const week = weekOf(at);
    const random = new Random(`${seed}/meeting/${week.id}`);
    const opensAt = week.end + 10 * hourMs;
    const lateMs = random.chance(0.15) ? random.between(1, 3) * dayMs : 0;
    if (opensAt + lateMs < end) acts.push(meeting(random, week.id, opensAt + lateMs));
  }
  return acts;
}

function meeting(random: Random, week: string, at: number): Act {
  return sending(
    at,
    `the meeting opens ${week}`,
    () => get(`/api/postmortems/${week}`),
    (answer, now) => {
      if (answer.status !== 200) return [meeting(random, week, now + 10 * minuteMs)];
      const shown: { id: string }[] = [...answer.body.carriedIncidents, ...answer.body.entries];
      const acts = shown.flatMap((each) => discuss(random, week, each.id, now));
      acts.push(...answer.body.carriedActions.flatMap((each: { id: string }) => settle(random, each.id, now)));
      const heldAt = now + 75 * minuteMs;
      acts.push(
        sending(heldAt, `${week} is held`, () => post(`/api/postmortems/${week}/hold`, {})),
        ...readers(random, week, heldAt),
      );
      return acts;
    },
  );
}

/** Others have the bundle open, page by page, while it is held, and somebody reassembles it. */
function readers(random: Random, week: string, heldAt: number): Act[] {
  const near = (): number => heldAt + random.pick([-60_000, -200, -50, 0, 0, 30, 100, 60_000]);
  const page = (at: number, token: string): Act =>
    sending(
      at,
      `somebody reads ${week}`,
      () => get(`/api/postmortems/${week}?limit=3${token}`),
      (answer, now) => (answer.body.nextPageToken ? [page(now, `&pageToken=${answer.body.nextPageToken}`)] : []),
    );
  const reading = Array.from({ length: random.between(1, 4) }, () => page(near(), ''));
  const looking = sending(near(), `somebody looks at ${week}`, () => get(`/console/postmortems/${week}`));
  const anew = sending(near(), `${week} is assembled`, () => post(`/api/postmortems/${week}/assemble`, {}));
  return random.chance(0.5) ? [...reading, looking, anew] : [...reading, looking];
}

function discuss(random: Random, week: string, id: string, from: number): Act[] {
  if (random.chance(0.15)) return [];
  const at = from + random.between(1, 70) * minuteMs;
  const key = `${id}-review-${week}`;
  const review = {
    businessImpact: random.pick(['stopped', 'degraded', 'inconvenient']),
    affectedCustomerCount: random.between(1, 30),
    cause: {
      category: random.pick(['release', 'configuration', 'capacity']),
      summary: '原因',
      // Some do not say once more which release it was.
      ...(new Random(`${key}/release`).chance(0.4) ? {} : { releaseId: 'none' }),
    },
    evidenceUrl: evidenceOf(key),
  };
  const acts = [stating(at, `review of ${id}`, `/api/incidents/${id}/review`, key, review)];
  if (random.chance(0.25)) {
    const action = {
      incidentId: id,
      bundleId: week,
      description: `再発を防ぐ ${key}-action`,
      kind: random.pick(['prevent', 'detect', 'mitigate', 'fix']),
      ...(random.chance(0.5) ? { owner: 'sato', ticketUrl: 'https://tickets.example/1', doneWhen: '警報が鳴る' } : {}),
    };
    const given = new Random(`${key}/given`);
    acts.push(
      stating(at + minuteMs, `next action for ${id}`, '/api/actions', `${key}-action`, action, ({ body }, now) =>
        body?.id === undefined ? [] : givenTo(given, body.id, now),
      ),
    );
  }
  return acts;
}

/** Some days after it was agreed somebody says who does it. */
function givenTo(random: Random, id: string, from: number): Act[] {
  if (!random.chance(0.5)) return [];
  const at = from + random.between(1, 80) * hourMs;
  return [sending(at, `action ${id} is given to somebody`, () => changing(id, { owner: 'tanaka' }))];
}

export const changing = (id: string | undefined, changed: Record<string, unknown>): Call => ({
  ...post(`/api/actions/${id}`, changed),
  method: 'PATCH',
});

/** An action of an earlier meeting: completed, done, dropped or left. */
function settle(random: Random, id: string, from: number): Act[] {
  const changed = random.pick([
    { owner: 'suzuki', ticketUrl: 'https://tickets.example/2', doneWhen: '手順が変わる' },
    {
      owner: 'suzuki',
      ticketUrl: 'https://tickets.example/2',
      doneWhen: '手順が変わる',
      status: 'done',
      evidenceUrl: evidenceOf(id),
    },
    { status: 'dropped', droppedReason: '不要になった' },
  ]);
  return random.chance(0.5) ? [sending(from + minuteMs, `action ${id} is changed`, () => changing(id, changed))] : [];
}
