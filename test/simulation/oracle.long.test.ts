/**
 * The oracle can fail: on a small true ledger it has nothing to say, and whatever is broken in a copy of that it notices.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { thresholdAlert } from '../fixtures/alerts.ts';
import { hourMs, minuteMs } from './calendar.ts';
import type { Doc } from './oracle/records.ts';
import { createOracle } from './oracle.ts';
import { openOrdinaryHouse } from './ordinary-house.ts';
import { other, placesIn } from './spoil.ts';
import type { Act, Answer, Call, Delivered, Oracle, Stage } from './stage.ts';
import { evidenceOf, stating } from './world/responders.ts';
import { sending, webhook } from './world/sending.ts';
import { type Happening, toolBody } from './world/tools.ts';

/** All that an oracle is shown. */
interface Ledger {
  observed: [call: Call, answer: Answer | undefined, at: number][];
  delivered: Delivered[];
  documents: Map<string, Doc>;
  bundles: Map<string, Answer>;
  outages: ReturnType<Stage['outages']>;
  now: number;
}

/** A Sunday noon in Japan; the meeting is on the next day. */
const start = Date.parse('2026-11-22T03:00:00Z');
const at = (minutes: number): number => start + minutes * minuteMs;
const iso = (minutes: number): string => new Date(at(minutes)).toISOString();
const ids: Record<string, string> = {};

function ticket(minutes: number, id: string, fields: Record<string, unknown> = {}): Act {
  const body = { id, subject: '注文が通らない', category: 'trouble', ...fields };
  return sending(
    at(minutes),
    id,
    (now) => webhook('generic', JSON.stringify(body), now),
    (answer) => {
      const { incident, question, outside } = answer.body;
      ids[id] = (incident ?? question ?? outside)?.id;
      return [];
    },
  );
}
/** Something that happens to a ticket of Zendesk. */
function tell(minutes: number, id: string, what: Happening): Act {
  const ticket = { tool: 'zendesk', id, subject: '伝票が印刷できない', customer: `org-${id}` } as const;
  const body = JSON.stringify(toolBody(ticket, what, at(minutes), minutes));
  return sending(
    at(minutes),
    `${id} ${what}`,
    (now) => webhook('zendesk', body, now),
    (answer) => {
      ids[id] = answer.body.incident.id;
      return [];
    },
  );
}
function alert(minutes: number, id: string, policy = '9001'): Act {
  const body = JSON.stringify(thresholdAlert({ id, policy, startedAt: new Date(at(minutes)) }));
  return sending(
    at(minutes),
    id,
    (now) => webhook('alerts', body, now),
    (answer) => {
      ids[id] = answer.body.incident.id;
      return [];
    },
  );
}
function state(minutes: number, id: string, key: string, fields: () => Record<string, unknown>): Act {
  return {
    at: at(minutes),
    name: key,
    run: (stage) =>
      stating(at(minutes), key, `/api/incidents/${ids[id]}/events`, key, {
        ...fields(),
        evidenceUrl: evidenceOf(key),
      }).run(stage),
  };
}
/** Takes back what was stated under a key. */
function takeBack(minutes: number, id: string, key: string, of: string): Act {
  const run = (stage: Stage): Promise<Act[]> => {
    const prefix = `incidents/${ids[id]}/timeline/`;
    const said = [...stage.documents()].find(
      ([path, doc]) => path.startsWith(prefix) && doc.evidenceUrl === evidenceOf(of),
    );
    return state(minutes, id, key, () => ({ type: 'retracted', eventId: said?.[1].id, why: '別の件だった' })).run(
      stage,
    );
  };
  return { at: at(minutes), name: key, run };
}
/** Files a quarantined report with an edited body. */
function mend(minutes: number, id: string, fields: Record<string, unknown>): Act {
  const body = JSON.stringify({ body: JSON.stringify({ id, subject: '番号がない', category: 'trouble', ...fields }) });
  const headers = { 'content-type': 'application/json' };
  const run = (stage: Stage): Promise<Act[]> => {
    const [path = ''] = [...stage.documents().keys()].filter((each) => each.startsWith('quarantine/'));
    const call: Call = { kind: 'http', method: 'POST', path: `/api/${path}/mend`, headers, body };
    return sending(
      at(minutes),
      id,
      () => call,
      (answer) => {
        ids[id] = answer.body.incident.id;
        return [];
      },
    ).run(stage);
  };
  return { at: at(minutes), name: id, run };
}
/** Dismisses quarantined reports that nobody has settled. */
function dismiss(minutes: number): Act {
  const headers = { 'content-type': 'application/json' };
  const run = (stage: Stage): Promise<Act[]> => {
    const [path] = [...stage.documents()].find(([each, doc]) => each.startsWith('quarantine/') && !doc.settledAt) ?? [];
    const body = JSON.stringify({ reason: '試験の送信' });
    return sending(at(minutes), 'dismiss', () => ({
      kind: 'http',
      method: 'POST',
      path: `/api/${path}/dismiss`,
      headers,
      body,
    })).run(stage);
  };
  return { at: at(minutes), name: 'dismiss', run };
}
function post(minutes: number, path: () => string, key: string, body: () => Record<string, unknown>): Act {
  return { at: at(minutes), name: key, run: (stage) => stating(at(minutes), key, path(), key, body()).run(stage) };
}
const told = { type: 'customer-updated', customers: 'all', message: '対応中です', channel: 'phone' };
const lastWord = { ...told, recovery: true };
const over = { type: 'recovered', customers: 'all' };
const occurs = { type: 'verified', happened: 'yes', ongoing: 'yes', method: 'ログ' };
const affectedSince = (minutes: number, id: string, count = 1): Record<string, unknown> => ({
  type: 'scoped',
  affectedCustomerCount: count,
  affectedCustomers: [{ id }],
  method: 'ログ',
  occurredAt: iso(minutes),
});
const meeting = 22 * 60;

const acts: Act[] = [
  ticket(0, 'told', { customer: { id: 'store-1' }, occurredAt: iso(-10), ongoing: 'yes' }),
  ticket(1, 'told', { customer: { id: 'store-1' }, occurredAt: iso(-10), ongoing: 'yes' }),
  state(8, 'told', 'responded-1', () => ({ type: 'responded' })),
  state(13, 'told', 'updated-1', () => told),
  state(48, 'told', 'updated-2', () => told),
  state(60, 'told', 'recovered-1', () => ({ ...over, occurredAt: iso(58) })),
  state(66, 'told', 'updated-3', () => ({ ...told, message: '復旧しました', recovery: true })),
  ticket(5, 'forgotten', { customer: { id: 'store-2' } }),
  ticket(6, 'nobody'),
  ticket(7, 'linked', { customer: { id: 'store-3' } }),
  // Told to be over before anybody was known; it is ongoing, and the meeting counts its customers.
  ticket(12, 'counted'),
  state(14, 'counted', 'updated-4', () => lastWord),
  state(16, 'counted', 'verified-1', () => occurs),
  state(20, 'linked', 'linked-1', () => ({ type: 'linked', to: ids.forgotten, basis: '同じ障害' })),
  // Only the customers that it shares with another still wait, until they are told apart.
  ticket(21, 'left', { customer: { id: 'store-13' } }),
  ticket(22, 'apart', { customer: { id: 'store-14' } }),
  state(24, 'apart', 'linked-3', () => ({ type: 'linked', to: ids.left, basis: '同じ障害' })),
  state(26, 'left', 'recovered-5', () => ({ type: 'recovered', customers: ['store-13'] })),
  state(29, 'apart', 'unlinked-1', () => ({ type: 'unlinked' })),
  // The second update leaves the fixed time as it was; that all works again is stated for a time before it.
  ticket(15, 'over', { customer: { id: 'store-5' }, occurredAt: iso(-840), ongoing: 'no' }),
  state(20, 'over', 'updated-5', () => told),
  state(50, 'over', 'updated-6', () => told),
  state(55, 'over', 'updated-7', () => ({ ...told, recovery: true, occurredAt: iso(30) })),
  // Updated before it was reported, which was recorded after it: the next update is due at the fixed time, and recovery is sooner.
  ticket(30, 'before', { customer: { id: 'store-6' }, occurredAt: iso(-840), ongoing: 'no' }),
  state(42, 'before', 'updated-8', () => ({ ...told, occurredAt: iso(28) })),
  state(78, 'before', 'recovered-3', () => over),
  state(80, 'before', 'updated-9', () => lastWord),
  // Its ticket continues: an agent's reply, and a word of the customer after the recovery.
  tell(8, '701', 'created'),
  tell(11, '701', 'wrote'),
  tell(15, '701', 'replied'),
  state(24, '701', 'recovered-4', () => over),
  state(26, '701', 'updated-10', () => lastWord),
  tell(90, '701', 'wrote'),
  tell(95, '701', 'solved'),
  tell(100, '701', 'reopened'),
  // What was not known of it at first is reported later.
  ticket(17, 'filled', { customer: { id: 'store-7' } }),
  ticket(27, 'filled', { customer: { id: 'store-7' }, ongoing: 'yes', occurredAt: iso(-7) }),
  // Looked into and found not to occur, it is reported again.
  ticket(18, 'again', { customer: { id: 'store-8' } }),
  state(23, 'again', 'verified-2', () => ({ ...occurs, happened: 'no', ongoing: 'no' })),
  ticket(53, 'again', { customer: { id: 'store-8' }, description: 'また起きた' }),
  // Of this one much is stated.
  ticket(31, 'facts', { customer: { id: 'store-9' }, businessImpact: 'degraded' }),
  state(34, 'facts', 'verified-3', () => occurs),
  state(35, 'facts', 'verified-4', () => ({ ...occurs, occurredAt: iso(33) })),
  state(36, 'facts', 'assigned-1', () => ({ type: 'assigned', assignee: 'suzuki' })),
  state(37, 'facts', 'assigned-2', () => ({ type: 'assigned', assignee: 'sato' })),
  state(38, 'facts', 'scoped-1', () => ({
    type: 'scoped',
    affectedCustomerCount: 3,
    affectedCustomers: [{ id: 'store-10' }],
    method: '注文ログ',
    recurrenceRisk: 'yes',
  })),
  state(39, 'facts', 'mitigated-1', () => ({ type: 'mitigated', kind: 'vendor' })),
  state(40, 'facts', 'mitigated-2', () => ({ type: 'mitigated', kind: 'workaround', note: '再起動' })),
  // Its roles are taken and handed over: to somebody, to nobody, and from nobody.
  state(42, 'facts', 'role-1', () => ({ type: 'role-taken', role: 'record' })),
  state(43, 'facts', 'role-2', () => ({ type: 'role-handed-over', role: 'record', to: 'suzuki' })),
  state(44, 'facts', 'role-3', () => ({ type: 'role-taken', role: 'customers' })),
  state(45, 'facts', 'role-4', () => ({ type: 'role-handed-over', role: 'customers' })),
  state(90, 'nobody', 'role-5', () => ({ type: 'role-handed-over', role: 'lead' })),
  state(41, 'counted', 'caused-1', () => ({ type: 'caused', category: 'release', summary: '設定' })),
  // What was said of another by mistake is taken back: an update that had met a slot, a response, and the word that it is over.
  ticket(16, 'taken', { customer: { id: 'store-11' }, occurredAt: iso(-10), ongoing: 'yes' }),
  state(20, 'taken', 'responded-20', () => ({ type: 'responded' })),
  state(24, 'taken', 'updated-20', () => told),
  takeBack(33, 'taken', 'retracted-1', 'updated-20'),
  takeBack(34, 'taken', 'retracted-2', 'responded-20'),
  state(60, 'taken', 'updated-21', () => told),
  state(75, 'taken', 'updated-22', () => lastWord),
  takeBack(80, 'taken', 'retracted-3', 'updated-22'),
  // Told to be over, it was found by mistake to be ongoing.
  ticket(19, 'mistaken', { customer: { id: 'store-16' } }),
  state(28, 'mistaken', 'updated-23', () => told),
  state(40, 'mistaken', 'updated-24', () => lastWord),
  state(50, 'mistaken', 'verified-5', () => occurs),
  takeBack(57, 'mistaken', 'retracted-4', 'verified-5'),
  // Counted by mistake, and counted again before it is taken back: since then the others are known to be affected.
  ticket(20, 'miscounted', { customer: { id: 'store-17' }, ongoing: 'yes', businessImpact: 'stopped' }),
  state(22, 'miscounted', 'scoped-2', () => ({ type: 'scoped', affectedCustomerCount: 5, method: '注文ログ' })),
  state(45, 'miscounted', 'corrected-2', () => ({
    type: 'corrected',
    field: 'impact.affectedCustomerCount',
    value: 30,
  })),
  takeBack(110, 'miscounted', 'retracted-5', 'scoped-2'),
  // Corrected, it was over sooner than first stated; then it is linked with one that was over later.
  ticket(23, 'sooner', { customer: { id: 'store-18' }, occurredAt: iso(-10), ongoing: 'yes' }),
  ticket(24, 'later', { customer: { id: 'store-19' }, occurredAt: iso(-10), ongoing: 'yes' }),
  state(29, 'sooner', 'recovered-6', () => over),
  state(31, 'sooner', 'corrected-3', () => ({ type: 'corrected', field: 'recoveredAt', value: iso(26) })),
  state(32, 'later', 'recovered-7', () => over),
  state(34, 'later', 'linked-4', () => ({ type: 'linked', to: ids.sooner, basis: '同じ障害' })),
  // That it does not occur is taken back before anybody was told: customers who are told afterwards still wait.
  ticket(25, 'denied', { customer: { id: 'store-20' } }),
  state(30, 'denied', 'verified-6', () => ({ ...occurs, happened: 'no', ongoing: 'no' })),
  takeBack(36, 'denied', 'retracted-6', 'verified-6'),
  state(44, 'denied', 'updated-25', () => told),
  // By the slow row at first, it is found to be ongoing: by the fast one its update is due a quarter of an hour from then.
  ticket(32, 'hurried', { customer: { id: 'store-21' }, occurredAt: iso(-840), ongoing: 'no' }),
  state(44, 'hurried', 'verified-7', () => occurs),
  state(70, 'hurried', 'updated-26', () => lastWord),
  // This one is while its first update is overdue: by the fast row the next is due half an hour after that.
  ticket(35, 'standing', { customer: { id: 'store-24' }, occurredAt: iso(-840), ongoing: 'no' }),
  state(97, 'standing', 'verified-8', () => occurs),
  state(128, 'standing', 'updated-30', () => lastWord),
  // An emergency is over when all works again, which is stated later.
  ticket(34, 'many', { customer: { id: 'store-25' }, businessImpact: 'stopped', affectedCustomerCount: 12 }),
  state(50, 'many', 'recovered-8', () => ({ ...over, occurredAt: iso(45) })),
  state(52, 'many', 'updated-31', () => lastWord),
  // The last of two recovered, it is found, before the other was said to have.
  ticket(33, 'both', { customer: { id: 'store-26' } }),
  state(34, 'both', 'scoped-5', () => affectedSince(33.5, 'store-27', 2)),
  state(40, 'both', 'recovered-9', () => ({ type: 'recovered', customers: ['store-26'] })),
  state(42, 'both', 'recovered-10', () => ({ type: 'recovered', customers: ['store-27'] })),
  state(43, 'both', 'corrected-4', () => ({ type: 'corrected', field: 'recoveredAt', value: iso(36) })),
  state(46, 'both', 'updated-32', () => lastWord),
  // All have recovered before the unidentified customer is named.
  ticket(33, 'named', { customer: { id: 'store-28' }, affectedCustomerCount: 2 }),
  state(38, 'named', 'recovered-11', () => over),
  state(42, 'named', 'scoped-6', () => affectedSince(36, 'store-29', 2)),
  state(46, 'named', 'updated-33', () => lastWord),
  // Who is affected is found out as their first update is due, when nobody can be reminded of it any more. It is late by a
  // word of ten minutes after that, or comes with the next.
  ticket(30, 'helped'),
  state(45.9, 'helped', 'scoped-3', () => affectedSince(30.95, 'store-22')),
  state(56, 'helped', 'updated-27', () => told),
  state(70, 'helped', 'updated-28', () => lastWord),
  ticket(30, 'unhelped'),
  state(45.9, 'unhelped', 'scoped-4', () => affectedSince(30.95, 'store-23')),
  state(77, 'unhelped', 'updated-29', () => lastWord),
  ticket(9, 'question', { category: 'question', differsFromExpected: 'no', subject: '締め時間の変え方' }),
  ticket(10, 'outside', { category: 'outside', subject: '請求書' }),
  sending(at(11), 'unreadable', (now) => webhook('generic', '{"subject": "番号がない"}', now)),
  mend(25, 'mended', { customer: { id: 'store-12' }, occurredAt: iso(-5) }),
  // It comes again once it has been mended, and counts from then.
  sending(at(40), 'unreadable', (now) => webhook('generic', '{"subject": "番号がない"}', now)),
  mend(46, 'mended again', { customer: { id: 'store-15' } }),
  sending(at(47), 'needless', (now) => webhook('generic', '{"subject": "試験"}', now)),
  dismiss(49),
  alert(30, '0.first'),
  alert(50, '0.second'),
  alert(100, '0.old', '9002'),
  state(105, '0.old', 'recovered-2', () => over),
  alert(200, '0.new', '9002'),
  alert(201, '0.newer', '9002'),
  // Long after the storm was over somebody sees that it was the same.
  state(220, '0.new', 'linked-2', () => ({ type: 'linked', to: ids['0.old'], basis: '同じ障害' })),
  post(
    meeting + 5,
    () => `/api/incidents/${ids.told}/review`,
    'review-1',
    () => ({ businessImpact: 'stopped', evidenceUrl: evidenceOf('review-1') }),
  ),
  post(
    meeting + 6,
    () => `/api/incidents/${ids.counted}/review`,
    'review-2',
    () => ({
      businessImpact: 'inconvenient',
      affectedCustomerCount: 3,
      cause: { category: 'capacity', summary: '混雑' },
      evidenceUrl: evidenceOf('review-2'),
    }),
  ),
  post(
    meeting + 10,
    () => '/api/actions',
    'action-1',
    () => ({ incidentId: ids.told, bundleId: '2026-W47', description: '再発を防ぐ action-1', kind: 'prevent' }),
  ),
  ticket(meeting + 15, 'late', { customer: { id: 'store-4' } }),
  sending(at(meeting + 20), 'hold', () => ({
    kind: 'http',
    method: 'POST',
    path: '/api/postmortems/2026-W47/hold',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })),
];

let truth: Ledger;
let saidOfTruth: string[];

beforeAll(async () => {
  const observed: Ledger['observed'] = [];
  const bundles = new Map<string, Answer>();
  const oracle = createOracle();
  const witness: Oracle = {
    ...oracle,
    observe(call, answer, when) {
      if (call.kind === 'http' && call.method === 'GET' && answer) bundles.set(call.path, answer);
      else observed.push([call, answer, when]);
      oracle.observe(call, answer, when);
    },
  };
  const house = await openOrdinaryHouse(start);
  saidOfTruth = await house.play({ start, end: start + 24 * hourMs, acts }, witness);
  const { stage } = house;
  truth = {
    observed,
    bundles,
    delivered: [...stage.delivered()],
    documents: new Map(stage.documents()),
    outages: [],
    now: stage.now(),
  };
  await house.stop();
});

/** What the oracle says of a copy of the ledger in which something was changed. */
async function judge(change: Change): Promise<string[]> {
  const ledger = structuredClone(truth);
  change(ledger);
  const stage: Stage = {
    now: () => ledger.now,
    delivered: () => ledger.delivered,
    outages: () => ledger.outages,
    gauges: () => [],
    remote: () => ({}),
    documents: () => ledger.documents,
    send: async (call) => (call.kind === 'http' ? ledger.bundles.get(call.path) : undefined),
  };
  const oracle = createOracle();
  for (const each of ledger.observed) oracle.observe(...each);
  return [...oracle.check(stage), ...(await oracle.finish(stage))];
}

/** What is changed in the copy. */
type Change = (ledger: Ledger) => unknown;

const incidentOf = (ledger: Ledger, name: string): Doc => ledger.documents.get(`incidents/${ids[name]}`);
const isSignalOf =
  (name: string) =>
  ([path, doc]: [string, Doc]) =>
    path.startsWith('signals/') && doc.sourceId.endsWith(name);
const isContactOf =
  (name: string, customer: string) =>
  ([path, doc]: [string, Doc]): boolean =>
    path.startsWith(`incidents/${ids[name]}/contacts/`) && doc.customers.some((each: Doc) => each.id === customer);
const isReplyOf =
  (name: string) =>
  ([path, doc]: [string, Doc]): boolean =>
    path.startsWith(`incidents/${ids[name]}/timeline/`) && doc.type === 'customer-updated' && doc.actor !== 'local';
const isReclassified = ([, doc]: [string, Doc]): boolean => doc.type === 'reclassified';
const isMissedSlotOf =
  (name: string) =>
  ([path, doc]: [string, Doc]): boolean =>
    path.startsWith(`incidents/${ids[name]}/timeline/`) &&
    doc.type === 'slot-closed' &&
    doc.detail.outcome === 'missed';
function find(ledger: Ledger, matches: (entry: [string, Doc]) => boolean): [string, Doc] {
  const found = [...ledger.documents].find(matches);
  if (!found) throw new Error('The ledger has no such document.');
  return found;
}
/** The first customer that an incident affects. */
const contactIn = (ledger: Ledger, name: string): Doc =>
  find(ledger, ([path]) => path.startsWith(`incidents/${ids[name]}/contacts/`))[1];
/** Takes events away, and renumbers the others, so that only what they said is missing. */
function withoutEvents(ledger: Ledger, name: string, isGone: (event: Doc) => boolean): void {
  const prefix = `incidents/${ids[name]}/timeline/0`;
  const events = [...ledger.documents].filter(([path]) => path.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [path] of events) ledger.documents.delete(path);
  const left = events.map(([, doc]) => doc).filter((each) => !isGone(each));
  for (const [index, event] of left.entries()) {
    const id = String(index + 1).padStart(8, '0');
    ledger.documents.set(`incidents/${ids[name]}/timeline/${id}`, { ...event, id });
  }
}
const addEvent = (ledger: Ledger, name: string, event: Doc): void => {
  const number = incidentOf(ledger, name).lastSequence + 1;
  const id = String(number).padStart(8, '0');
  ledger.documents.set(`incidents/${ids[name]}/timeline/${id}`, {
    id,
    detail: {},
    occurredAt: ledger.now,
    recordedAt: ledger.now,
    changes: { lastSequence: number },
    ...event,
  });
  incidentOf(ledger, name).lastSequence = number;
};
const escalatedAtTheEnd: Change = (ledger) =>
  addEvent(ledger, 'told', {
    type: 'escalated',
    actor: 'rule',
    detail: { customers: ['store-1'] },
    recordedAt: at(70),
  });

const answerOf = (ledger: Ledger, path: string): Doc => ledger.bundles.get(path)?.body;
const bundleOf = (ledger: Ledger): Doc => answerOf(ledger, '/api/postmortems/2026-W47?limit=20');
/** On all pages of it. */
const entriesOf = (ledger: Ledger): Doc[] =>
  [...ledger.bundles].flatMap(([path, { body }]) =>
    path.startsWith('/api/postmortems/2026-W47?') ? body.entries : [],
  );
const checkpointOf = (ledger: Ledger, name: string, checkpoint: string): Doc =>
  entriesOf(ledger)
    .find((each) => each.id === ids[name])
    ?.checkpoints.find((each: Doc) => each.id === checkpoint);
const noticesOf = (ledger: Ledger, name: string, kind: string): Delivered[] =>
  ledger.delivered.filter((each) => each.incidentId === ids[name] && each.kind === kind);
const eventOf = (ledger: Ledger, name: string, key: string): Doc =>
  find(ledger, ([path, doc]) => path.startsWith(`incidents/${ids[name]}/`) && doc.evidenceUrl === evidenceOf(key))[1];
/** What takes back what was stated under a key. */
const takingOf = (ledger: Ledger, key: string): Doc =>
  find(ledger, ([, doc]) => doc.type === 'retracted' && doc.detail.eventId === eventOf(ledger, 'taken', key).id)[1];
/** The reminder's event, of which the notice came at its time. */
const firstReminderOf = (ledger: Ledger, name: string): Doc =>
  find(ledger, ([path, doc]) => path.startsWith(`incidents/${ids[name]}/timeline/`) && doc.type === 'reminded')[1];
/** As if nobody had been reminded since then. */
function unremind(ledger: Ledger, name: string, since = 0): void {
  const contact = contactIn(ledger, name);
  contact.facts = contact.facts.filter((each: Doc) => each.type !== 'reminded' || each.recordedAt < since);
}
/** A reminder that is recorded so late, as if it had been given then. */
function recordReminder(ledger: Ledger, name: string, recordedAt: number): void {
  const event = firstReminderOf(ledger, name);
  for (const fact of contactIn(ledger, name).facts) if (fact.id === event.id) Object.assign(fact, { recordedAt });
  Object.assign(event, { recordedAt });
}
const withoutNotice =
  (name: string, kind: string): Change =>
  (ledger) => {
    const [first] = noticesOf(ledger, name, kind);
    ledger.delivered = ledger.delivered.filter((each) => each !== first);
  };

test('of what is true it says nothing', async () => {
  expect(saidOfTruth).toEqual([]);
  expect(await judge(() => undefined)).toEqual([]);
});

/** What the oracle says, and what has been changed in the ledger that it says it of. */
const slips: Record<string, Record<string, Change | Change[]>> = {
  'nothing is lost': {
    'should be a signal once in ten minutes, and is there 0 times': (l) =>
      void l.documents.delete(find(l, isSignalOf('forgotten'))[0]),
    'should be in quarantine once, and is there 0': (l) =>
      void l.documents.delete(find(l, ([path]) => path.startsWith('quarantine/'))[0]),
    'was answered .* and is not there': (l) => void l.documents.delete(`incidents/${ids.forgotten}`),
    'was received at 2026-11-22T03:25:.*, when nothing of it was sent': (l) =>
      Object.assign(incidentOf(l, 'mended'), { receivedAt: at(25) }),
    'should be a signal once': (l) =>
      Object.assign(find(l, isSignalOf('told'))[1], { raw: Buffer.from('{"id":"told","subject":"?"}') }),
    'responded responded-1, .* is recorded 0 times': (l) =>
      withoutEvents(l, 'told', (event) => event.type === 'responded'),
    'action-1, .* is recorded 0 times': (l) =>
      void l.documents.delete(find(l, ([path]) => path.startsWith('actions/'))[0]),
  },
  'none is doubled': {
    'should be a signal once in ten minutes, and is there 2 times': (l) =>
      void l.documents.set('signals/sig_copy', find(l, isSignalOf('told'))[1]),
    'should have made one record': (l) => void l.documents.set('incidents/inc_copy', incidentOf(l, 'told')),
    'is recorded 2 times': (l) =>
      addEvent(l, 'told', { type: 'responded', actor: 'local', evidenceUrl: evidenceOf('responded-1') }),
    'was answered as new twice': (l) =>
      void l.observed.push([l.observed[0]![0], structuredClone(l.observed[0]![1]), at(2)]),
    'is not in its storm': (l) => {
      const [path, doc] = find(l, isSignalOf('0.second'));
      l.documents.set(path, { ...doc, incidentId: 'inc_other' });
      const origin = { ...incidentOf(l, '0.first').origin, id: doc.sourceId };
      l.documents.set('incidents/inc_other', { ...incidentOf(l, '0.first'), id: 'inc_other', origin });
    },
    '0\\.new joined the storm of .* when it was over': (l) =>
      void Object.assign(find(l, isSignalOf('0.new'))[1], { linkedFrom: ids['0.old'] }),
    'came at .* and again': (l) => void l.delivered.push(l.delivered[0]!),
    'was told as ntc_\\w+ at .*, and as ntc_other': (l) =>
      void l.delivered.push({ ...noticesOf(l, 'forgotten', 'update-due')[0]!, id: 'ntc_other' }),
    'was made, and each of the 1 who sent it was told that it had been there': (l) => {
      const first = l.observed.find(([call]) => call.kind === 'http' && call.body?.includes('"id":"nobody"'));
      if (first?.[1]) first[1].body.created = false;
    },
  },
  'rules decide': {
    'lastSeenAt of .* by what was stated': (l) => Object.assign(incidentOf(l, 'told'), { lastSeenAt: at(1) }),
    'is of the area elsewhere, and its report says': (l) =>
      Object.assign(incidentOf(l, '0.new').origin, { area: 'elsewhere' }),
    'is unanswered since .*, and is still a question': (l) =>
      Object.assign(incidentOf(l, 'question'), { kind: 'question' }),
    'became an incident by third-customer, which does not hold': (l) =>
      Object.assign(find(l, isReclassified)[1].detail, { rule: 'third-customer' }),
  },
  'what is told later counts': {
    'The reply .* should be an update 1 times, and is 0 times': (l) =>
      withoutEvents(l, '701', (event) => event.type === 'customer-updated' && event.actor !== 'local'),
    'The reply .* should be an update 1 times, and is 2 times': (l) =>
      addEvent(l, '701', { ...find(l, isReplyOf('701'))[1], id: undefined }),
    'The message .* came after the recovery, and nobody questions it': (l) =>
      withoutEvents(l, '701', (event) => event.type === 'recovery-questioned' && event.detail.message),
    'The back .* came after the recovery, and nobody questions it': (l) =>
      withoutEvents(l, '701', (event) => event.detail.rule === 'reopened-after-recovery'),
    'The message .* questions a recovery that there was not': (l) => {
      const isMessage = ([path, each]: [string, Doc]): boolean =>
        path.startsWith('signals/') && each.kind === 'customer-wrote' && each.receivedAt < at(20);
      const signalId = find(l, isMessage)[0].slice('signals/'.length);
      addEvent(l, '701', { type: 'recovery-questioned', detail: { signalId } });
      withoutEvents(l, '701', (event) => event.type === 'recovered');
    },
    'The message .* came while it was open: customer-wrote should be there 1 times': (l) =>
      withoutEvents(l, '701', (event) => event.type === 'customer-wrote'),
    'customer-wrote of .* should have been told of': (l) =>
      Object.assign(l, { delivered: l.delivered.filter((each) => each.kind !== 'customer-wrote') }),
    'does not show that zendesk 701 wrote': (l) => void delete incidentOf(l, '701').unanswered,
    'The report .* says that it goes on: yes, and that is unknown still': (l) =>
      withoutEvents(l, 'filled', (event) => event.detail.field === 'ongoing'),
    'The report .* says when it occurred, .*, and that is unknown still': (l) =>
      withoutEvents(l, 'filled', (event) => event.detail.field === 'occurredAt'),
    'The report .* is about what was found not to occur, and does not open it again': (l) =>
      withoutEvents(l, 'again', (event) => event.type === 'reopened'),
  },
  'what was stated stands': {
    'store-99 stays among those whom inc_\\w+ affects': (l) =>
      void incidentOf(l, 'left').affectedCustomers.push({ id: 'store-99' }),
    'Every customer whom .* has left since a link was undone has recovered, and it is open': (l) => {
      withoutEvents(l, 'left', (each) => each.type === 'recovered' && each.actor === 'rule');
      Object.assign(incidentOf(l, 'left'), { status: 'open', recoveredAt: undefined });
    },
    'should have recovered with the last whom it has': (l) => {
      incidentOf(l, 'left').recoveredAt -= minuteMs;
    },
    'recovered 2026-11-22T03:36:00.000Z by what was stated, and not 2026-11-22T03:40': (l) => {
      const [, contact] = find(l, isContactOf('both', 'store-26'));
      contact.recoveredAt = at(40);
    },
    'con_others@\\S+ of .* recovered 2026-11-22T03:38:.* by what was stated, and not 2026-11-22T03:42': (l) =>
      Object.assign(l.documents.get(`incidents/${ids.named}/contacts/con_others`), { recoveredAt: at(42) }),
    'was no emergency any more from 2026-11-22T03:50:.* and had recovered 2026-11-22T03:45': (l) => {
      const [, event] = find(
        l,
        ([path, doc]) => path.startsWith(`incidents/${ids.many}/timeline/`) && doc.type === 'emergency-ended',
      );
      event.changes.emergency.endedAt = at(50);
    },
    'was opened again at .* by .*, which did not go on': (l) => {
      const detail = { rule: 'linked-ongoing', from: ids.linked };
      incidentOf(l, 'linked').ongoing = 'no';
      for (const [path, doc] of l.documents) {
        if (path.startsWith(`incidents/${ids.linked}/timeline/`) && doc.type === 'linked') doc.changes.ongoing = 'no';
      }
      addEvent(l, 'told', { type: 'reopened', actor: 'rule', detail });
    },
    'was linked, and yet responded was stated of it': (l) =>
      addEvent(l, 'linked', { type: 'responded', actor: 'sato', detail: {} }),
    'was found not to occur by .*, which does not show it': (l) =>
      addEvent(l, 'told', { type: 'verified', actor: 'sato', detail: { happened: 'no', method: 'ログ' } }),
    'roles.lead.who of .* should be "sato"': (l) =>
      addEvent(l, 'facts', { type: 'role-taken', actor: 'sato', detail: { role: 'lead' } }),
    'roles.lead.who of .* should be "local"': (l) => Object.assign(incidentOf(l, 'nobody').roles.lead, { who: 'sato' }),
    'firstResponseAt of .* should be 2026-11-22T04:30:.* by what was stated, and is no time': (l) =>
      void delete incidentOf(l, 'nobody').firstResponseAt,
    'waits for word, and is none of those who are affected': (l) => {
      contactIn(l, 'late').customers = [{ id: 'store-99' }];
    },
    'status of .* should be not-occurring by what was said of it, and is open after': (l) =>
      Object.assign(eventOf(l, 'again', 'verified-2').changes, { status: 'open' }),
    'affectedCustomers of .* should be store-10,store-9 by what was said of it, and is store-10,store-9,store-99': (
      l,
    ) => eventOf(l, 'facts', 'scoped-1').changes.affectedCustomers.push({ id: 'store-99' }),
    'should be due in 30 days': (l) => {
      const [, action] = find(l, ([path]) => path.startsWith('actions/'));
      action.dueAt = action.createdAt + 15 * 24 * hourMs;
    },
  },
  'the rhythm is kept': {
    'remembers \\d slots, and was told of 0': (l) => withoutEvents(l, 'told', (event) => event.type === 'slot-closed'),
    'was escalated at .*, of whom no two updates in a row had been missed': escalatedAtTheEnd,
    'reminded of .* should have been told of': [
      // a reminder that nobody got
      withoutNotice('forgotten', 'update-due'),
      // a reminder that is recorded long after it was given, while nothing had failed
      (l) => recordReminder(l, 'forgotten', at(18)),
    ],
    'was told of as due 2026-11-22T03:20.* as early as that': (l) => recordReminder(l, 'forgotten', at(7)),
    'nothing was recorded that it is about': (l) =>
      void l.delivered.push({
        ...noticesOf(l, 'forgotten', 'update-due')[0]!,
        id: 'ntc_other',
        deliveredAt: new Date(at(7 * 60)).toISOString(),
      }),
    'was told of as due .*; it is due': [
      // a reminder after the end
      (l) => {
        const contactId = contactIn(l, 'told').id;
        const detail = { customers: ['store-1'], slots: [{ contactId, dueAt: at(130) }] };
        addEvent(l, 'told', { type: 'reminded', actor: 'rule', detail, recordedAt: at(125), occurredAt: at(125) });
      },
      // a reminder right after the end, of what would have been due next
      (l) => {
        const contactId = contactIn(l, 'told').id;
        const event = find(l, ([path, doc]) => path.startsWith(`incidents/${ids.told}/`) && doc.type === 'recovered');
        const detail = { customers: ['store-1'], slots: [{ contactId, dueAt: event[1].recordedAt + 15 * minuteMs }] };
        const recordedAt = at(66) + 2_000;
        addEvent(l, 'told', { type: 'reminded', actor: 'rule', detail, recordedAt, occurredAt: recordedAt });
      },
    ],
    'store-99 of .* is named, and has no clock': (l) =>
      incidentOf(l, 'forgotten').affectedCustomers.push({ id: 'store-99' }),
    'nobody was reminded, and nothing had failed': (l) => unremind(l, 'forgotten'),
    'was due 2026-11-22T03:59.* nobody was reminded, and nothing had failed': (l) => unremind(l, 'hurried'),
    'has nothing of reminded .*, 2026-11-22T05:00': (l) => unremind(l, 'standing', at(97)),
    'reminded by .* is said by no event|is not what': (l) =>
      withoutEvents(l, 'forgotten', (event) => event.type === 'reminded'),
    'and it was not escalated': (l) => withoutEvents(l, 'forgotten', (event) => event.type === 'escalated'),
    'should have been asked for': (l) => withoutEvents(l, 'nobody', (event) => event.type === 'reminded'),
    'should be announced within the minute': withoutNotice('nobody', 'incident-filed'),
  },
  'every incident is in its bundle': {
    'should be among the entries of 2026-W47 1 times, and is 0': (l) => void bundleOf(l).entries.pop(),
    'and is 2 times': (l) => void bundleOf(l).entries.push(bundleOf(l).entries[0]),
    '2026-W47 says that inc_\\w+ was skipped, which was not to be reviewed|were skipped, and': (l) =>
      void bundleOf(l).skipped.push({ kind: 'incident', item: bundleOf(l).entries[0].id }),
    'should be among the carried incidents of 2026-W48 1 times': (l) =>
      void l.bundles.get('/api/postmortems/2026-W48?limit=20')?.body.carriedIncidents.pop(),
    '2026-W47 bySource .* should have .* entries, and is not there': (l) => void bundleOf(l).aggregates.bySource.pop(),
    'among its entries after what was filed later': (l) => bundleOf(l).entries.reverse(),
    'has no byArea .*, and entries have': (l) => void bundleOf(l).aggregates.byArea.pop(),
    'firstResponse in the chart': (l) => bundleOf(l).aggregates.total.firstResponse.distribution.reverse(),
    'says .* for recovery to come, and its entries say': (l) => {
      const { recovery } = bundleOf(l).aggregates.total;
      Object.assign(recovery, { pending: recovery.unknown + 1, unknown: recovery.pending - 1 });
    },
    'that its customers-updated is "fail", and it was "pass"': (l) =>
      Object.assign(checkpointOf(l, 'helped', 'customers-updated'), { result: 'fail' }),
    'that its customers-updated is "pass", and it was "fail"': (l) =>
      Object.assign(checkpointOf(l, 'unhelped', 'customers-updated'), { result: 'pass' }),
    '2026-W47 was held, and has changed since': (l) => Object.assign(bundleOf(l), { newcomerGuide: {} }),
    '2026-W48 has no bundle': (l) => void l.bundles.delete('/api/postmortems/2026-W48?limit=20'),
    'should be carried in 2026-W48': (l) =>
      Object.assign(l.bundles.get('/api/postmortems/2026-W48?limit=20')!.body, { carriedActions: [] }),
  },
  'records are at one': {
    'numbered from 1 without a gap': (l) => void l.documents.delete(`incidents/${ids.told}/timeline/00000003`),
    'should have recovered with its last customer': (l) =>
      Object.assign(
        find(l, ([path, doc]) => path.includes(String(ids.told)) && doc.detail?.rule === 'all-recovered')[1].detail,
        { recoveredAt: at(59) },
      ),
    'has a next date, and no timer': (l) => void l.documents.delete(`timers/${ids.forgotten}`),
    'overdueSince of con_.* should be 2026-11-23T01:30:.* by its facts, and is 2026-11-23T02:00': (l) => {
      contactIn(l, 'late').overdueSince += 30 * minuteMs;
    },
    'was due at .*, and nobody looked': (l) =>
      Object.assign(l.documents.get(`timers/${ids.forgotten}`), { wakeAt: at(60) }),
  },
  'what is taken back was never said': {
    'The slots of .* are counted as': [
      // a slot that is counted as before
      (l) => {
        const taking = takingOf(l, 'updated-20');
        Object.assign(incidentOf(l, 'taken').slots, { met: incidentOf(l, 'taken').slots.met + 1 });
        taking.changes.slots = { ...taking.changes.slots, met: 1 };
      },
      // a slot that is said never to have been due
      (l) => Object.assign(find(l, isMissedSlotOf('forgotten'))[1].detail, { outcome: 'void' }),
    ],
    'due 2026-11-22T03:31.* stays met by an update that was taken back': (l) =>
      void delete takingOf(l, 'updated-20').detail.slots,
    'due 2026-11-22T03:31.* was met, and not late': (l) =>
      Object.assign(takingOf(l, 'updated-20').detail.slots[0], { corrects: 'late' }),
    'due 2026-11-22T03:31.* was met, and not missed': (l) =>
      Object.assign(takingOf(l, 'updated-20').detail.slots[0], { outcome: 'met', corrects: 'missed' }),
    'firstResponseAt of .* should be no time by what was said of it': (l) =>
      void delete takingOf(l, 'responded-20').changes.firstResponseAt,
    'status of .* should be open by what was said of it, and is recovered': (l) =>
      void delete takingOf(l, 'updated-22').changes.status,
    'due of con_.* should be .* by its facts, and is null': (l) =>
      Object.assign(contactIn(l, 'taken'), { nextUpdateDueAt: null }),
    '\\(responded\\), had been taken back before': (l) => {
      const { changes: _, ...again } = structuredClone(takingOf(l, 'responded-20'));
      addEvent(l, 'taken', { ...again, id: undefined, evidenceUrl: evidenceOf('retracted-4') });
    },
    '00000001 \\(filed\\), is not for people to take back': (l) =>
      Object.assign(takingOf(l, 'responded-20').detail, { eventId: '00000001', type: 'filed' }),
    'was refused, and nothing stood against it': (l) => {
      const body = JSON.stringify({ type: 'retracted', eventId: eventOf(l, 'taken', 'updated-21').id, why: '?' });
      const path = `/api/incidents/${ids.taken}/events`;
      l.observed.push([
        { kind: 'http', method: 'POST', path, headers: {}, body },
        { status: 409, headers: {}, body: {} },
        at(90),
      ]);
    },
  },
  'nobody is answered what is not so': {
    'was answered 500 .*, and nothing had failed': (l) =>
      Object.assign(l.observed[0]!, { 1: { status: 500, headers: {}, body: {} } }),
    '503 without Retry-After': (l) => Object.assign(l.observed[0]!, { 1: { status: 503, headers: {}, body: {} } }),
    'was answered 422': (l) => Object.assign(l.observed[0]!, { 1: { status: 422, headers: {}, body: {} } }),
    'was dismissed .*, came again .*, and stays dismissed': (l) => {
      const [, entry] = find(l, ([path, { state }]) => path.startsWith('quarantine/') && state === 'dismissed');
      entry.settledAt = start - hourMs;
    },
    'title of inc_\\w+ is answered as "別の件"': (l) =>
      Object.assign(answerOf(l, '/api/incidents?limit=20').incidents[0], { title: '別の件' }),
    'GET /api/actions should be act_': (l) => void answerOf(l, '/api/actions?limit=20').actions.pop(),
    'dueAt of act_\\w+ is answered as': (l) =>
      Object.assign(answerOf(l, '/api/actions?limit=20').actions[0], { dueAt: '2026-11-30T00:00:00.000Z' }),
    'inc_\\w+ is not found by M-': (l) => {
      for (const [path, answer] of l.bundles) if (path.startsWith('/api/find?q=M-')) answer.body.incidents = [];
    },
    'The notice update-due of inc_\\w+ at .* should say “緊急性 高”': (l) => {
      for (const each of l.delivered) each.text = each.text.replace('緊急性 高', '緊急性 低');
    },
    'The board should be sorted by who has waited longest': (l) => {
      const board = l.bundles.get('/console');
      const [forgotten, late] = [ids.forgotten, ids.late].map(String) as [string, string];
      const other: Record<string, string> = { [forgotten]: late, [late]: forgotten };
      Object.assign(board ?? {}, {
        body: board?.body.replaceAll(/inc_[0-9a-f]{24}/g, (id: string) => other[id] ?? id),
      });
    },
  },
};

describe.each(Object.entries(slips))('%s', (_, cases) => {
  test.each(Object.entries(cases))('it says “%s”', async (says, changes) => {
    for (const change of [changes].flat()) {
      expect(await judge(change)).toContainEqual(expect.stringMatching(new RegExp(says)));
    }
  });
});

/** What the oracle reads of a bundle, in the bundle and in its entries. */
const inBundles =
  'drills.nextDueAt aggregates.total.incidents aggregates.total.recovery.medianMinutes aggregates.total.slots.missed ' +
  'aggregates.total.score.reference.sum aggregates.byUrgency.*.customers.sum aggregates.byHour.known ' +
  'aggregates.byHour.days.*.hours.* aggregates.checkpoints.*.pass aggregates.load.people.*.incidents ' +
  'doors.linked doors.dismissed questions.answered reports laterChanges.total trends.*.summary.incidents ' +
  'trends.*.summary.mitigation.known newActions.*.isOverdue carriedActions.*.timesCarried carriedActions.*.bundleId ' +
  'carriedActions.*.lacks carriedActionCount agenda.*.id agenda.*.title emergencies.*.customers';
const inEntries =
  'assignee status ongoing description url firstResponseAt urgency.rule score.reference.rule ' +
  'score.confirmed.value impact.recurrenceRisk impact.scopeMethod impact.scopeEvidenceUrl cause.summary ' +
  'mitigation.summary missing.*.why durations.firstResponse.minutes checkpoints.*.result checkpoints.*.reason ' +
  'checkpoints.*.heading checkpoints.*.evidence checkpoints.*.facts.minutes checkpoints.*.facts.releaseId ' +
  'checkpoints.*.facts.lacks checkpoints.*.facts.affectedCustomerCount checkpoints.*.facts.firstResponseAt ' +
  'checkpoints.*.facts.missed checkpoints.*.facts.missedFor rhythm.slots.*.customer emergency.since ' +
  'emergency.endedAt emergency.minutes.minutes emergency.customers emergency.area emergency.roles.*.minutes';
const paths = [...inBundles.split(' '), ...inEntries.split(' ').map((each) => `entries.*.${each}`)];

test.each(paths)('it reads %s of a bundle', async (path) => {
  let spoiled = 0;
  const said = await judge(({ bundles }) => {
    for (const [address, { body }] of bundles) {
      if (!address.startsWith('/api/postmortems/2026-W')) continue;
      for (const [holder, name] of placesIn(body, path.split('.'))) {
        holder[name] = other(holder[name]);
        spoiled += 1;
      }
    }
  });
  expect(spoiled).toBeGreaterThan(0);
  // Of what is held any change is noticed, whatever the oracle reads of it.
  expect(said.filter((each) => !each.includes('was held, and has changed since'))).not.toEqual([]);
});

test.each<[what: string, change: Change, says: RegExp]>([
  [
    'who was not told of what was missed',
    (l) => withoutEvents(l, 'forgotten', (event) => event.type === 'escalated'),
    /and it was not escalated/,
  ],
  [
    'a scope that nobody was asked for',
    (l) => withoutEvents(l, 'nobody', (event) => event.type === 'reminded'),
    /should have been asked for/,
  ],
])('%s is noticed also where something fails every few minutes', async (_what, change, says) => {
  const said = await judge((ledger) => {
    const times = Array.from({ length: (ledger.now - start) / (10 * minuteMs) }, (_, index) => at(10 * index));
    ledger.outages = times.map((from) => ({ what: 'firestore', from, to: from + 1_000 }));
    change(ledger);
  });
  expect(said).toContainEqual(expect.stringMatching(says));
});

test('a question is told of where its incident was linked to before that, and else nowhere', async () => {
  const isUntold = /recovery-questioned of .* should have been told of/;
  const tellElsewhere = (ledger: Ledger): void => {
    for (const each of noticesOf(ledger, '701', 'recovery-questioned')) each.incidentId = ids.told!;
  };
  expect(await judge(tellElsewhere)).toContainEqual(expect.stringMatching(isUntold));
  const said = await judge((ledger) => {
    const isQuestion = ([path, { type }]: [string, Doc]): boolean =>
      path.startsWith(`incidents/${ids['701']}/`) && type === 'recovery-questioned';
    // The linking process's clock may be a little behind.
    for (const { recordedAt } of [...ledger.documents].filter(isQuestion).map(([, each]) => each)) {
      addEvent(ledger, '701', { type: 'linked', detail: { to: ids.told }, recordedAt: recordedAt - 1_500 });
    }
    tellElsewhere(ledger);
  });
  expect(said.filter((each) => isUntold.test(each))).toEqual([]);
});

test('who died between a notice and the record of it had told of it, and of nothing else', async () => {
  const dies = (ledger: Ledger): void => {
    const diedAt = Date.parse(noticesOf(ledger, 'forgotten', 'update-due')[0]!.deliveredAt) + 100;
    ledger.outages = [{ what: 'instance', from: diedAt, to: diedAt }];
    recordReminder(ledger, 'forgotten', at(18));
  };
  expect(await judge(dies)).toEqual([]);
  const said = await judge((ledger) => {
    dies(ledger);
    for (const each of noticesOf(ledger, 'forgotten', 'update-due')) each.customers = ['store-99'];
  });
  expect(said).toContainEqual(expect.stringMatching(/reminded of .* should have been told of/));
});

test('a notice may come late where something failed, and is then that of one reminder alone', async () => {
  const comesLate = (ledger: Ledger): Delivered => {
    ledger.outages = [{ what: 'channel', from: at(15), to: at(60) }];
    return Object.assign(noticesOf(ledger, 'forgotten', 'update-due')[0]!, {
      deliveredAt: new Date(at(7 * 60)).toISOString(),
    });
  };
  expect(await judge(comesLate)).toEqual([]);
  const again = await judge(
    (ledger) => void ledger.delivered.push({ ...comesLate(ledger), id: 'ntc_other', text: 'once more' }),
  );
  expect(again).toContainEqual(expect.stringMatching(/nothing was recorded that it is about/));
  const inVain = await judge((ledger) => {
    comesLate(ledger);
    ledger.outages = [];
  });
  expect(inVain).toContainEqual(expect.stringMatching(/nothing was recorded that it is about/));
});
