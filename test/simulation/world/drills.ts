/** The team practises among all that is real: what came in about an incident is replayed, now and then twice by one press. */
import { hourMs, minuteMs } from '../calendar.ts';
import { Random } from '../random.ts';
import type { Act } from '../stage.ts';
import { get, post, sending } from './sending.ts';

// biome-ignore lint/suspicious/noExplicitAny: an answer as it is read
type Body = any;

/** All that are held from one end of the world to the other. */
export function drills(seed: string, start: number, end: number): Act[] {
  const random = new Random(`${seed}/drills`);
  const acts: Act[] = [];
  for (let at = start + random.between(3, 5) * hourMs; at < end; at += random.between(3, 9) * hourMs) {
    acts.push(choose(random, at, `drill-${acts.length + 1}`));
  }
  return acts;
}

/** Of what came in lately, something that is neither a drill nor from a table of the past. */
function choose(random: Random, at: number, key: string): Act {
  return sending(
    at,
    `the original of ${key} is chosen`,
    () => get('/api/incidents?limit=40'),
    (answer, now) => {
      const real = answer.body.incidents.filter((each: Body) => !each.isDrill && each.origin.tool !== 'import');
      if (real.length === 0) return [];
      const request = {
        from: random.pick<Body>(real).id,
        speed: random.pick([1, 2, 5, 10]),
        times: random.pick([1, 1, 2, 3]),
      };
      const start = begin(random, now + random.between(0, 5) * minuteMs, key, request);
      return random.chance(0.3) ? [start, { ...start, name: `${start.name}, once more` }] : [start];
    },
  );
}

function begin(random: Random, at: number, key: string, request: object): Act {
  return sending(
    at,
    `${key} is started`,
    () => post('/api/drills', request, key),
    ({ status, body }, now) => {
      if (status !== 201) return [];
      const path = random.pick(['/api/drills', '/console/drills']);
      const looks = [random.between(0, 20), random.between(20, 200)];
      return looks.map((minutes) =>
        sending(now + minutes * minuteMs, `somebody looks how ${key} goes`, () => get(`${path}/${body.id}`)),
      );
    },
  );
}
