/** Those who take back what was said: they read an incident's timeline, find what is wrong, and say so some time later. */
import { minuteMs } from '../calendar.ts';
import { Random } from '../random.ts';
import type { Act } from '../stage.ts';
import { evidenceOf, stating } from './responders.ts';
import { get, sending } from './sending.ts';

const pollEveryMs = 7 * minuteMs;
/** Of how many incidents something is taken back. */
const share = 0.12;
/** Of how many others somebody looks whether they have been linked, and then does so as well. */
const shareOfLinked = 0.2;

/** What is taken back from one end of the world to the other. */
export function retractions(seed: string, start: number, end: number): Act {
  const known = new Set<string>();
  let seen = 0;
  const look = (at: number): Act => ({
    at,
    name: 'somebody thinks of what was said',
    run(stage) {
      const fresh = stage.delivered().slice(seen);
      seen += fresh.length;
      const acts: Act[] = [];
      for (const { incidentId: id } of fresh) {
        if (id === null || known.has(id)) continue;
        known.add(id);
        acts.push(...mistakesOf(new Random(`${seed}/retractions/${id}`), id, stage.now()));
      }
      return Promise.resolve(stage.now() + pollEveryMs < end ? [...acts, look(at + pollEveryMs)] : acts);
    },
  });
  return look(start + pollEveryMs);
}

function mistakesOf(random: Random, id: string, from: number): Act[] {
  const isUsual = random.chance(share);
  if (!isUsual && !random.chance(shareOfLinked)) return [];
  const acts: Act[] = [];
  let times = 0;
  for (let at = from; times === 0 || (times < 2 && random.chance(0.35)); times += 1) {
    at += random.between(5, random.chance(0.2) ? 15 * 60 : 200) * minuteMs;
    acts.push(reading(random, id, at, `${id}-taken-${times}`, !isUsual));
  }
  return acts;
}

interface Told {
  id: string;
  type: string;
  actor: string;
  detail: { signalId?: string; sentAs?: object; affectedCustomers?: unknown };
}

function reading(random: Random, id: string, at: number, key: string, onlyLinked: boolean): Act {
  return sending(
    at,
    `the timeline of ${id} is read`,
    () => get(`/api/incidents/${id}/timeline?limit=200`),
    ({ body }, now) => {
      const events: Told[] = body.events ?? [];
      if (onlyLinked && !events.some((each) => each.type === 'linked')) return [];
      const eventId = random.chance(0.12) ? inVain(random, events) : mistakeAmong(random, events);
      if (eventId === undefined) return [];
      const saidAt = now + random.pick([0, 0, 1, 5, random.between(10, 90)]) * minuteMs;
      const act = (by: string): Act =>
        stating(saidAt, `${eventId} of ${id} is taken back`, `/api/incidents/${id}/events`, by, {
          type: 'retracted',
          eventId,
          why: '別の件の記録だった',
          evidenceUrl: evidenceOf(by),
        });
      const acts = [act(key)];
      // Two have found it; or one has pressed twice.
      if (random.chance(0.2)) acts.push(act(`${key}-too`));
      if (random.chance(0.1)) acts.push(act(key));
      return acts;
    },
  );
}

/** What people state of an incident, and can take back. */
const own =
  'responded assigned verified scoped mitigated customer-updated recovered caused corrected commented role-taken role-handed-over'.split(
    ' ',
  );
const weighty = ['recovered', 'verified', 'scoped', 'responded'];

const isOfPeople = ({ type, actor, detail }: Told): boolean =>
  actor !== 'rule' && own.includes(type) && detail.signalId === undefined && detail.sentAs === undefined;

function mistakeAmong(random: Random, events: readonly Told[]): string | undefined {
  const all = events.filter(isOfPeople);
  const lot = random.next();
  const wanted = all.filter(({ type, detail }) => {
    if (lot < 0.15) return type === 'scoped' && detail.affectedCustomers !== undefined;
    return lot < 0.5 ? type === 'customer-updated' : weighty.includes(type);
  });
  const among = lot < 0.85 && wanted.length > 0 ? wanted : all;
  return among.length > 0 ? random.pick(among).id : undefined;
}

/** What came in, what rules decided, a link or its end, what a tool has sent, what is taken back already, or what is not there. */
function inVain(random: Random, events: readonly Told[]): string {
  const others = events.filter((each) => !isOfPeople(each));
  return others.length > 0 && random.chance(0.85) ? random.pick(others).id : '00099999';
}
