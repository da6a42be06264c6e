/** At the desk: quarantined reports are replayed or dismissed, questions are linked and told apart, a table is imported. */
import { hourMs, minuteMs, weekOf } from '../calendar.ts';
import { Random } from '../random.ts';
import type { Act } from '../stage.ts';
import { evidenceOf, stating } from './responders.ts';
import { get, post, sending } from './sending.ts';

/** All that is done there from one end of the world to the other. */
export function desk(seed: string, start: number, end: number): Act[] {
  const random = new Random(`${seed}/desk`);
  const acts: Act[] = [];
  for (let at = start + 4 * hourMs; at < end; at += random.between(4, 9) * hourMs) {
    acts.push(quarantine(random, at), questions(random, at + 20 * minuteMs), look(random, at + 30 * minuteMs));
  }
  for (let at = start + 2 * hourMs; at < end; at += random.between(10, 40) * hourMs) acts.push(importing(random, at));
  return acts;
}

function quarantine(random: Random, at: number): Act {
  return sending(
    at,
    'the quarantine is looked through',
    () => get('/api/quarantine?state=open'),
    (answer, now) =>
      answer.body.quarantine.flatMap(
        ({ id, source, receivedAt }: { id: string; source: string; receivedAt: string }) => {
          const lot = random.next();
          if (lot < 0.3) return [];
          const [what, body] = settling(source, lot, () => mended(id, receivedAt));
          const settledAt = now + random.between(0, 3) * minuteMs;
          const act = sending(settledAt, `${what} ${id}`, () => post(`/api/quarantine/${id}/${what}`, body));
          return random.chance(0.2) ? [act, { ...act, name: `${act.name}, once more` }] : [act];
        },
      ),
  );
}

/** What lacks a number is given one; the rest is read again as it came, or is nothing. */
function settling(source: string, lot: number, mend: () => string): [what: string, body: object] {
  if (source === 'generic') return ['mend', { body: mend() }];
  return lot < 0.7 ? ['replay', {}] : ['dismiss', { reason: '試験の送信' }];
}

/** With a number of its own, and with what its customer says of when it began. */
const mended = (id: string, receivedAt: string): string =>
  JSON.stringify({
    id: `M-${id.slice(-8)}`,
    subject: '番号のないチケット',
    customer: { id: 'store-07' },
    occurredAt: new Date(Date.parse(receivedAt) - 20 * minuteMs).toISOString(),
  });

/** A question turns out to belong to an incident; or so it seems for a while. */
function questions(random: Random, at: number): Act {
  return sending(
    at,
    'open questions are looked through',
    () => get('/api/questions?status=open'),
    (answer, now) =>
      answer.body.questions.slice(0, 2).flatMap(({ id }: { id: string }) => [linkQuestion(random, id, now)]),
  );
}

function linkQuestion(random: Random, id: string, at: number): Act {
  return sending(
    at,
    `what ${id} may belong to`,
    () => get('/api/incidents?status=open&limit=5'),
    (answer, now) => {
      const to: string | undefined = answer.body.incidents[0]?.id;
      if (to === undefined || random.chance(0.6)) return [];
      const events = `/api/incidents/${id}/events`;
      const state = (when: number, type: string, fields: Record<string, unknown>): Act => {
        const key = `${id}-${type}-${when}`;
        return stating(when, `${type} on ${id}`, events, key, { type, ...fields, evidenceUrl: evidenceOf(key) });
      };
      const acts = [state(now + minuteMs, 'linked', { to, basis: '同じ件の質問' })];
      if (random.chance(0.8)) acts.push(state(now + random.between(2, 120) * minuteMs, 'unlinked', {}));
      return acts;
    },
  );
}

/** Pages that people open at any time: whatever is under way, they are answered. */
function look(random: Random, at: number): Act {
  const path = random.pick(['/console', '/console?status=recovered', '/console/postmortems', '/console/quarantine']);
  return sending(at, `somebody opens ${path}`, () => get(path));
}

/** Rows of the weeks before, some of them told before; those of the current week are refused. */
function importing(random: Random, at: number): Act {
  const rows = Array.from({ length: random.between(1, 5) }, (_, index) => {
    const filedAt = weekOf(at).start - random.between(1, 20 * 24) * hourMs;
    const recoveredAt = random.chance(0.8) ? new Date(filedAt + hourMs).toISOString() : '';
    const id = `past-${random.between(1, 12)}-${index}`;
    return { line: index, cells: { id, title: '過去の障害', filedAt: new Date(filedAt).toISOString(), recoveredAt } };
  });
  return sending(at, 'a table is imported', () => post('/_import', rows));
}
