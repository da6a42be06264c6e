/** Those on duty: they look at their notices, state what they did, update customers, and forget now and then. */
import { hourMs, minuteMs } from '../calendar.ts';
import { Random } from '../random.ts';
import type { Act, Answer, Call } from '../stage.ts';
import { get, post, sending, webhook } from './sending.ts';

const pollEveryMs = 3 * minuteMs;

/** Posts to the API under a key, so that a resend after a lost answer records nothing twice. */
export function stating(
  at: number,
  name: string,
  path: string,
  key: string,
  body: Record<string, unknown>,
  then?: (answer: Answer, at: number) => Act[],
): Act {
  return sending(at, name, () => post(path, body, key), then);
}

/** Where the evidence of a statement lies; its last part is the statement's key, by which it is found again. */
export const evidenceOf = (key: string): string => `https://evidence.example/${key}`;

const announcing = new Set(['incident-filed', 'emergency-begun']);

/** What the duty does from one end of the world to the other: a look at the inbox every few minutes. */
export function duty(seed: string, start: number, end: number): Act {
  const known: string[] = [];
  const emergencies = new Set<string>();
  let seen = 0;
  const look = (at: number): Act => ({
    at,
    name: 'the duty looks at the inbox',
    async run(stage) {
      const fresh = stage.delivered().slice(seen);
      seen += fresh.length;
      const acts: Act[] = [];
      for (const { kind, incidentId: id } of fresh) {
        if (id === null || !announcing.has(kind)) continue;
        if (!known.includes(id)) {
          acts.push(...respond(new Random(`${seed}/${id}`), id, stage.now(), known));
          known.push(id);
        }
        if (kind !== 'emergency-begun' || emergencies.has(id)) continue;
        acts.push(...takeRoles(new Random(`${seed}/roles/${id}`), id, stage.now()));
        emergencies.add(id);
      }
      return stage.now() + pollEveryMs < end ? [...acts, look(at + pollEveryMs)] : acts;
    },
  });
  return look(start + pollEveryMs);
}

/** One incident, until its customer has recovered. @param others incidents that were known before */
function respond(random: Random, id: string, from: number, others: readonly string[]): Act[] {
  if (random.chance(0.05)) return [];
  const acts: Act[] = [];
  let statements = 0;
  const state = (at: number, type: string, fields: Record<string, unknown> = {}, of = id): void => {
    statements += 1;
    const key = `${id}-${statements}`;
    // Some write down later what they did before.
    const backMs =
      backdated.includes(type) && random.chance(0.12)
        ? random.between(1, random.pick([100, 100, 100, 400])) * minuteMs
        : 0;
    const happened = backMs > 0 ? { occurredAt: new Date(at - backMs).toISOString() } : {};
    const body = { type, evidenceUrl: evidenceOf(key), ...fields, ...happened };
    const act = stating(at, `${type} on ${of}`, `/api/incidents/${of}/events`, key, body);
    acts.push(act);
    // Pressed twice.
    if (random.chance(0.05)) acts.push({ ...act, name: `${act.name}, once more` });
  };
  const after = (least: number, most: number): number => from + random.between(least, most) * minuteMs;

  if (random.chance(0.8)) state(after(0, 12), 'responded');
  // Somebody else joins in, some when it has been linked.
  if (random.chance(0.25)) state(after(5, 180), 'responded');
  if (random.chance(0.3)) state(after(0, 12), 'assigned', { assignee: random.pick(['sato', 'suzuki', 'tanaka']) });
  for (const role of ['lead', 'customers', 'record']) {
    if (random.chance(0.08)) state(after(1, 25), 'role-taken', { role });
    if (random.chance(0.03))
      state(after(10, 60), 'role-handed-over', { role, ...(random.chance(0.5) ? { to: 'sato' } : {}) });
  }
  if (random.chance(0.05)) {
    const denial = { happened: 'no', ongoing: 'no', method: '店舗で再現せず' };
    // Some show nothing at first, or do not say how they know.
    const lacks = random.pick([
      undefined,
      { evidenceUrl: undefined },
      { evidenceUrl: undefined },
      { method: undefined },
    ]);
    const deniedAt = after(5, 40);
    if (lacks) state(deniedAt - minuteMs, 'verified', { ...denial, ...lacks });
    state(deniedAt, 'verified', denial);
    if (random.chance(0.7)) state(after(45, 60), 'customer-updated', { customers: 'all', message: '発生を確認できず' });
    // And turns out to be what happens elsewhere; for some that was wrong.
    const later = new Random(`${id}/does occur`);
    if (later.chance(0.3) && others.length > 0) {
      const linkedAt = deniedAt + later.between(1, 200) * minuteMs;
      state(linkedAt, 'linked', { to: later.pick(others.slice(-8)), basis: '同じ障害と分かった' });
      if (later.chance(0.4)) state(linkedAt + later.between(1, 200) * minuteMs, 'unlinked');
    }
    return acts;
  }
  if (random.chance(0.6)) {
    state(after(2, 25), 'verified', {
      happened: 'yes',
      ongoing: random.pick(['yes', 'yes', 'no', 'unknown']),
      method: 'ログ',
    });
  }
  // Somebody looks again, some by then when it is over.
  const again = new Random(`${id}/verified again`);
  if (again.chance(0.25)) {
    const ongoing = again.pick(['yes', 'no', 'unknown']);
    // Some cannot tell whether it happens, and some do not say.
    const happened = again.pick(['yes', 'yes', 'unconfirmed', undefined]);
    const at = from + again.between(15, 120) * minuteMs;
    state(at, 'verified', { ...(happened ? { happened } : {}), ongoing, method: '画面' });
  }
  if (random.chance(0.5)) {
    const isNamed = random.chance(0.4);
    state(after(3, 40), 'scoped', {
      affectedCustomerCount: random.between(0, 6),
      ...(isNamed ? { affectedCustomers: [{ id: `store-${random.between(10, 24)}` }] } : {}),
      method: '注文ログ',
      recurrenceRisk: random.pick(['yes', 'no', 'unknown']),
    });
  }
  if (random.chance(0.2)) {
    state(after(1, 60), 'corrected', {
      field: 'occurredAt',
      value: new Date(from - random.between(1, 200) * minuteMs).toISOString(),
    });
  }
  if (random.chance(0.15)) state(after(5, 200), 'corrected', correction(random, from));
  if (random.chance(0.1) && others.length > 0) {
    const to = random.pick(others.slice(-8));
    const linkedAt = after(4, 90);
    state(linkedAt, 'linked', { to, basis: '同じ障害' });
    const about = new Random(`${id}/${linkedAt}`);
    acts.push(namingAnother(about, id, linkedAt));
    if (about.chance(0.5)) acts.push(tellingMore(id, linkedAt));
    if (new Random(`${id}/same`).chance(0.4)) acts.push(namingTheSame(id, to, linkedAt - minuteMs));
    // The one that took it over is itself taken over, before or after.
    if (random.chance(0.4)) {
      const further = { to: random.pick(others.slice(-8)), basis: 'さらに同じ障害' };
      state(linkedAt + random.between(-3, 60) * minuteMs, 'linked', further, to);
    }
    for (let next = linkedAt; random.chance(0.5); next += random.between(1, 120) * minuteMs) {
      next += random.between(1, 300) * minuteMs;
      state(next, 'unlinked');
      if (random.chance(0.5)) state(next + random.between(1, 60) * minuteMs, 'linked', { to, basis: 'やはり同じ' });
    }
  }
  const recoversAt = after(15, random.chance(0.1) ? 16 * 60 : 150);
  // Some forget from the beginning, some after a while.
  const diligence = random.pick([0, 0.3, 0.8, 1, 1]);
  for (let at = after(4, 14); at < recoversAt; at += random.between(12, 50) * minuteMs) {
    if (!random.chance(diligence)) continue;
    const channel = random.pick(['ticket', 'phone', 'mail', 'status-page', 'internal-chat']);
    state(at, 'customer-updated', { customers: 'all', message: `対応中です（${statements}）`, channel });
  }
  if (random.chance(0.08)) return acts;
  if (random.chance(0.6))
    state(after(10, 60), 'mitigated', { kind: random.pick(['setting', 'workaround', 'vendor']), note: '回避策' });
  const earlier = new Random(`${id}/mitigated`);
  if (earlier.chance(0.15)) {
    // What somebody else had done before is written down by the way.
    const occurredAt = new Date(from + earlier.between(1, 9) * minuteMs).toISOString();
    state(from + earlier.between(20, 90) * minuteMs, 'mitigated', { kind: 'setting', note: '別の設定', occurredAt });
  }
  if (random.chance(0.15)) return [...acts, oneByOne(random, id, recoversAt, statements)];
  const told = { customers: 'all', message: '復旧しました', channel: 'phone', recovery: true };
  const lot = random.next();
  if (lot < 0.3) {
    // Some write down afterwards when they have told them.
    const sent = new Random(`${id}/told`);
    const occurredAt = new Date(recoversAt - sent.between(1, 9) * minuteMs).toISOString();
    state(recoversAt, 'customer-updated', { ...told, ...(sent.chance(0.4) ? { occurredAt } : {}) });
  } else {
    state(recoversAt, 'recovered', { customers: 'all' });
    // At the same instant by somebody else, some minutes after, or never.
    if (lot < 0.4) state(recoversAt, 'customer-updated', told);
    else if (lot < 0.9) state(recoversAt + random.between(1, 25) * minuteMs, 'customer-updated', told);
  }
  // Somebody knows that it had been over before that.
  const known = new Random(`${id}/recovered before`);
  if (known.chance(0.12)) {
    const key = `${id}-recovered-before`;
    const occurredAt = new Date(recoversAt - known.between(2, 14) * minuteMs).toISOString();
    const recovered = { type: 'recovered', customers: 'all', occurredAt, evidenceUrl: evidenceOf(key) };
    const at = recoversAt + known.between(2, 60) * minuteMs;
    acts.push(stating(at, `recovered before on ${id}`, `/api/incidents/${id}/events`, key, recovered));
  }
  if (random.chance(0.06)) {
    const seenAgainAt = recoversAt + random.between(30, 120) * minuteMs;
    // Some write down later what they saw, before the recovery as well.
    const seen = new Random(`${id}/seen again`);
    const occurredAt = new Date(seenAgainAt - seen.between(5, 100) * minuteMs).toISOString();
    state(seenAgainAt, 'verified', { happened: 'yes', ongoing: 'yes', ...(seen.chance(0.6) ? { occurredAt } : {}) });
  }
  if (random.chance(0.3)) {
    state(recoversAt + random.between(1, 20) * hourMs, 'caused', {
      category: 'configuration',
      summary: '設定',
      releaseId: 'none',
    });
  }
  if (random.chance(0.08)) {
    const value = new Date(recoversAt - random.between(1, 10) * minuteMs).toISOString();
    state(recoversAt + random.between(30, 300) * minuteMs, 'corrected', { field: 'recoveredAt', value });
  }
  if (random.chance(0.2)) state(recoversAt + hourMs, 'commented', { text: 'ふりかえりで話す' });
  // A forgotten customer comes up once it is over, and was affected while it lasted.
  const missed = new Random(`${id}/missed`);
  if (missed.chance(0.06)) {
    const occurredAt = new Date(recoversAt - missed.between(1, 12) * minuteMs).toISOString();
    const affectedCustomers = [{ id: `store-${missed.between(41, 48)}` }];
    const wide = { affectedCustomerCount: missed.between(2, 6), affectedCustomers, method: '注文ログ' };
    state(recoversAt + missed.between(30, 300) * minuteMs, 'scoped', { ...wide, occurredAt });
  }
  return acts;
}

/** Somebody else turns out to be affected, and is added to the ticket of an incident that was linked some time before. */
function namingAnother(random: Random, id: string, linkedAt: number): Act {
  return sending(
    linkedAt + random.between(1, 40) * minuteMs,
    `${id} is looked up`,
    () => get(`/api/incidents/${id}`),
    ({ body: { origin, title, isDrill } }, now) => {
      // Tools name the author, and nobody else; what a drill replays nobody sends.
      if (origin?.tool !== 'generic' || isDrill) return [];
      const others = [{ id: `store-${random.between(25, 40)}` }];
      const body = JSON.stringify({ id: origin.id, subject: title, affectedCustomers: others });
      const named = sending(now, `ticket ${origin.id} names another`, (when) => webhook('generic', body, when));
      if (random.chance(0.5)) return [named];
      // It turns out to be another thing after all: customers that its ticket has named meanwhile go with it.
      const at = now + random.between(1, 60) * minuteMs;
      const key = `${id}-another-thing`;
      const unlinked = { type: 'unlinked', evidenceUrl: evidenceOf(key) };
      return [named, stating(at, `unlinked on ${id}`, `/api/incidents/${id}/events`, key, unlinked)];
    },
  );
}

/** Its ticket names, before it is linked, customers that its future primary knows by itself. */
function namingTheSame(id: string, to: string, at: number): Act {
  return sending(
    at,
    `${to} is looked up`,
    () => get(`/api/incidents/${to}`),
    ({ body: { affectedCustomers = [] } }, now) => {
      const [known] = affectedCustomers;
      if (known === undefined) return [];
      const named = ({ body: { origin, title, isDrill } }: Answer): Act[] => {
        if (origin?.tool !== 'generic' || isDrill) return [];
        const body = JSON.stringify({ id: origin.id, subject: title, affectedCustomers: [{ id: known.id }] });
        return [sending(now, `ticket ${origin.id} names the same`, (when) => webhook('generic', body, when))];
      };
      return [sending(now, `${id} is looked up`, () => get(`/api/incidents/${id}`), named)];
    },
  );
}

/** As it is linked, its ticket tells something more that changes nothing of it. */
function tellingMore(id: string, linkedAt: number): Act {
  return sending(
    linkedAt - minuteMs / 2,
    `${id} is looked up`,
    () => get(`/api/incidents/${id}`),
    ({ body: { origin, title, isDrill } }) => {
      if (origin?.tool !== 'generic' || isDrill) return [];
      const body = JSON.stringify({ id: origin.id, subject: title, url: `https://support.example/${origin.id}` });
      return [sending(linkedAt, `ticket ${origin.id} tells more`, (when) => webhook('generic', body, when))];
    },
  );
}

/** In an emergency people take its roles, hand them over, and sometimes nobody does. */
function takeRoles(random: Random, id: string, from: number): Act[] {
  return ['lead', 'customers', 'record'].flatMap((role) => {
    if (!random.chance(0.6)) return [];
    const takenAt = from + random.between(0, 35) * minuteMs;
    const act = (at: number, type: string, fields: object): Act => {
      const key = `${id}-${type}-${role}-${at}`;
      const body = { type, role, ...fields, evidenceUrl: evidenceOf(key) };
      return stating(at, `${type} ${role} of ${id}`, `/api/incidents/${id}/events`, key, body);
    };
    const taken = act(takenAt, 'role-taken', {});
    if (!random.chance(0.3)) return [taken];
    return [taken, act(takenAt + random.between(1, 60) * minuteMs, 'role-handed-over', { to: 'suzuki' })];
  });
}

/** What is written down after it was done. */
const backdated = ['responded', 'verified', 'scoped', 'customer-updated', 'recovered', 'mitigated'];

function correction(random: Random, from: number): Record<string, unknown> {
  return random.pick([
    { field: 'ongoing', value: random.pick(['yes', 'no', 'unknown']) },
    { field: 'businessImpact', value: random.pick(['stopped', 'degraded', 'inconvenient', 'none']) },
    { field: 'affectedCustomerCount', value: random.pick([1, 2, 3, random.between(3, 40)]) },
    { field: 'firstResponseAt', value: new Date(from + random.between(0, 9) * minuteMs).toISOString() },
    { field: 'title', value: '件名を直した' },
  ]);
}

/** Each customer recovers by itself, in any order, and is told so or not. */
function oneByOne(random: Random, id: string, at: number, statements: number): Act {
  const read = (): Call => get(`/api/incidents/${id}/contacts`);
  return sending(at, `who is affected by ${id}`, read, (answer, now) => {
    const named: string[] = (answer.body.contacts ?? []).flatMap((each: { customers: { id: string }[] }) =>
      each.customers.map((one) => one.id),
    );
    let number = statements;
    // Some find out afterwards that the last of them had recovered before.
    const corrects = new Random(`${id}/corrected`);
    const key = `${id}-recovery-corrected`;
    const value = new Date(now + corrects.between(5, 60) * minuteMs).toISOString();
    const correction = { type: 'corrected', field: 'recoveredAt', value, evidenceUrl: evidenceOf(key) };
    const correctedAt = now + corrects.between(95, 200) * minuteMs;
    const corrected = stating(correctedAt, `corrected on ${id}`, `/api/incidents/${id}/events`, key, correction);
    const recovering = named.flatMap((customer) => {
      const recoversAt = now + random.between(0, 90) * minuteMs;
      const say = (when: number, type: string, fields: Record<string, unknown>): Act => {
        number += 1;
        const key = `${id}-${number}`;
        const body = { type, customers: [customer], ...fields, evidenceUrl: evidenceOf(key) };
        return stating(when, `${type} for ${customer} on ${id}`, `/api/incidents/${id}/events`, key, body);
      };
      const recovered = random.chance(0.3)
        ? { occurredAt: new Date(recoversAt - random.between(1, 40) * minuteMs).toISOString() }
        : {};
      const acts = [say(recoversAt, 'recovered', recovered)];
      if (random.chance(0.8)) {
        const told = { message: '復旧しました', channel: 'ticket', recovery: true };
        acts.push(say(recoversAt + random.between(0, 20) * minuteMs, 'customer-updated', told));
      }
      return acts;
    });
    return named.length > 1 && corrects.chance(0.5) ? [...recovering, corrected] : recovering;
  });
}
