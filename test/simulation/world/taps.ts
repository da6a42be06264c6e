/** Support: on tickets of the tools they tap “Update them”, now and then twice, and each text is another. */
import { minuteMs } from '../calendar.ts';
import { Random } from '../random.ts';
import type { Act } from '../stage.ts';
import { stating } from './responders.ts';
import { get, sending } from './sending.ts';

const pollEveryMs = 4 * minuteMs;
const tools = ['zendesk', 'intercom', 'freshdesk', 'jira'];

/** What support does from one end of the world to the other. */
export function support(seed: string, start: number, end: number): Act {
  const known = new Set<string>();
  let seen = 0;
  const look = (at: number): Act => ({
    at,
    name: 'support looks at the inbox',
    run(stage) {
      const notices = stage.delivered();
      const fresh = notices
        .slice(seen)
        .flatMap((each) => (each.kind === 'incident-filed' ? (each.incidentId ?? []) : []));
      seen = notices.length;
      const acts = fresh.filter((id) => !known.has(id)).map((id) => ask(new Random(`${seed}/taps/${id}`), id, at));
      for (const id of fresh) known.add(id);
      return Promise.resolve(at + pollEveryMs < end ? [...acts, look(at + pollEveryMs)] : acts);
    },
  });
  return look(start + pollEveryMs);
}

function ask(random: Random, id: string, at: number): Act {
  return sending(
    at,
    `support reads ${id}`,
    () => get(`/api/incidents/${id}`),
    (answer, now) => (tools.includes(answer.body.origin?.tool) ? taps(random, id, now) : []),
  );
}

function taps(random: Random, id: string, from: number): Act[] {
  const acts: Act[] = [];
  for (let number = random.between(1, 4); number > 0; number -= 1) {
    const at = from + random.between(0, 120) * minuteMs;
    const key = `tap-${id}-${number}`;
    const message = `第${number}報 ${id}\n<確認中> & "対応中"\n  100% {続報} します。`;
    const act = stating(at, `update of ${id}`, `/api/incidents/${id}/updates`, key, { customers: 'all', message });
    acts.push(act);
    // Pressed twice.
    if (random.chance(0.2)) acts.push({ ...act, name: `${act.name}, once more` });
  }
  return acts;
}
