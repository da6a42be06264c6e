/**
 * The oracle can fail: on a small true ledger it has nothing to say, and whatever is broken in a copy of that it notices.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { thresholdAlert } from '../fixtures/alerts.ts';
import { hourMs, minuteMs } from './calendar.ts';
import { type Doc, isJoined } from './oracle/records.ts';
import { createOracle } from './oracle.ts';
import { openOrdinaryHouse } from './ordinary-house.ts';
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
const affectedSince = (minutes: number, id: string, count = 1): Record<string, unknown> => ({
  type: 'scoped',
  affectedCustomerCount: count,
  affectedCustomers: [{ id }],
  method: 'ログ',
  occurredAt: new Date(at(minutes)).toISOString(),
});
const meeting = 22 * 60;

const acts: Act[] = [
  ticket(0, 'told', { customer: { id: 'store-1' }, occurredAt: new Date(at(-10)).toISOString(), ongoing: 'yes' }),
  ticket(1, 'told', { customer: { id: 'store-1' }, occurredAt: new Date(at(-10)).toISOString(), ongoing: 'yes' }),
  state(8, 'told', 'responded-1', () => ({ type: 'responded' })),
  state(13, 'told', 'updated-1', () => told),
  state(48, 'told', 'updated-2', () => told),
  state(60, 'told', 'recovered-1', () => ({
    type: 'recovered',
    customers: 'all',
    occurredAt: new Date(at(58)).toISOString(),
  })),
  state(66, 'told', 'updated-3', () => ({ ...told, message: '復旧しました', recovery: true })),
  ticket(5, 'forgotten', { customer: { id: 'store-2' } }),
  ticket(6, 'nobody'),
  ticket(7, 'linked', { customer: { id: 'store-3' } }),
  // Told to be over before anybody was known; it is ongoing, and the meeting counts its customers.
  ticket(12, 'counted'),
  state(14, 'counted', 'updated-4', () => ({ ...told, recovery: true })),
  state(16, 'counted', 'verified-1', () => ({ type: 'verified', happened: 'yes', ongoing: 'yes', method: 'ログ' })),
  state(20, 'linked', 'linked-1', () => ({ type: 'linked', to: ids.forgotten, basis: '同じ障害' })),
  // Only the customers that it shares with another still wait, until they are told apart.
  ticket(21, 'left', { customer: { id: 'store-13' } }),
  ticket(22, 'apart', { customer: { id: 'store-14' } }),
  state(24, 'apart', 'linked-3', () => ({ type: 'linked', to: ids.left, basis: '同じ障害' })),
  state(26, 'left', 'recovered-5', () => ({ type: 'recovered', customers: ['store-13'] })),
  state(29, 'apart', 'unlinked-1', () => ({ type: 'unlinked' })),
  // The second update leaves the fixed time as it was; that all works again is stated for a time before it.
  ticket(15, 'over', { customer: { id: 'store-5' }, occurredAt: new Date(at(-840)).toISOString(), ongoing: 'no' }),
  state(20, 'over', 'updated-5', () => told),
  state(50, 'over', 'updated-6', () => told),
  state(55, 'over', 'updated-7', () => ({ ...told, recovery: true, occurredAt: new Date(at(30)).toISOString() })),
  // Updated before it was reported, which was recorded after it: the next update is due at the fixed time, and recovery is sooner.
  ticket(30, 'before', { customer: { id: 'store-6' }, occurredAt: new Date(at(-840)).toISOString(), ongoing: 'no' }),
  state(42, 'before', 'updated-8', () => ({ ...told, occurredAt: new Date(at(28)).toISOString() })),
  state(78, 'before', 'recovered-3', () => ({ type: 'recovered', customers: 'all' })),
  state(80, 'before', 'updated-9', () => ({ ...told, recovery: true })),
  // Its ticket continues: an agent's reply, and a word of the customer after the recovery.
  tell(8, '701', 'created'),
  tell(11, '701', 'wrote'),
  tell(15, '701', 'replied'),
  state(24, '701', 'recovered-4', () => ({ type: 'recovered', customers: 'all' })),
  state(26, '701', 'updated-10', () => ({ ...told, recovery: true })),
  tell(90, '701', 'wrote'),
  tell(95, '701', 'solved'),
  tell(100, '701', 'reopened'),
  // What was not known of it at first is reported later.
  ticket(17, 'filled', { customer: { id: 'store-7' } }),
  ticket(27, 'filled', { customer: { id: 'store-7' }, ongoing: 'yes', occurredAt: new Date(at(-7)).toISOString() }),
  // Looked into and found not to occur, it is reported again.
  ticket(18, 'again', { customer: { id: 'store-8' } }),
  state(23, 'again', 'verified-2', () => ({ type: 'verified', happened: 'no', ongoing: 'no', method: 'ログ' })),
  ticket(53, 'again', { customer: { id: 'store-8' }, description: 'また起きた' }),
  // Of this one much is stated.
  ticket(31, 'facts', { customer: { id: 'store-9' }, businessImpact: 'degraded' }),
  state(34, 'facts', 'verified-3', () => ({ type: 'verified', happened: 'yes', ongoing: 'yes', method: 'ログ' })),
  state(35, 'facts', 'verified-4', () => ({
    type: 'verified',
    happened: 'yes',
    ongoing: 'yes',
    method: 'ログ',
    occurredAt: new Date(at(33)).toISOString(),
  })),
  state(36, 'facts', 'assigned-1', () => ({ type: 'assigned', assignee: 'suzuki' })),
  state(37, 'facts', 'assigned-2', () => ({ type: 'assigned', assignee: 'sato' })),
  state(38, 'facts', 'scoped-1', () => ({
    type: 'scoped',
    affectedCustomerCount: 3,
    affectedCustomers: [{ id: 'store-10' }],
    method: '注文ログ',
  })),
  state(39, 'facts', 'mitigated-1', () => ({ type: 'mitigated', kind: 'vendor' })),
  state(40, 'facts', 'mitigated-2', () => ({ type: 'mitigated', kind: 'workaround' })),
  // Its roles are taken and handed over: to somebody, to nobody, and from nobody.
  state(42, 'facts', 'role-1', () => ({ type: 'role-taken', role: 'record' })),
  state(43, 'facts', 'role-2', () => ({ type: 'role-handed-over', role: 'record', to: 'suzuki' })),
  state(44, 'facts', 'role-3', () => ({ type: 'role-taken', role: 'customers' })),
  state(45, 'facts', 'role-4', () => ({ type: 'role-handed-over', role: 'customers' })),
  state(90, 'nobody', 'role-5', () => ({ type: 'role-handed-over', role: 'lead' })),
  state(41, 'counted', 'caused-1', () => ({ type: 'caused', category: 'release', summary: '設定' })),
  // What was said of another by mistake is taken back: an update that had met a slot, a response, and the word that it is over.
  ticket(16, 'taken', { customer: { id: 'store-11' }, occurredAt: new Date(at(-10)).toISOString(), ongoing: 'yes' }),
  state(20, 'taken', 'responded-20', () => ({ type: 'responded' })),
  state(24, 'taken', 'updated-20', () => told),
  takeBack(33, 'taken', 'retracted-1', 'updated-20'),
  takeBack(34, 'taken', 'retracted-2', 'responded-20'),
  state(60, 'taken', 'updated-21', () => told),
  state(75, 'taken', 'updated-22', () => ({ ...told, recovery: true })),
  takeBack(80, 'taken', 'retracted-3', 'updated-22'),
  // Told to be over, it was found by mistake to be ongoing.
  ticket(19, 'mistaken', { customer: { id: 'store-16' } }),
  state(28, 'mistaken', 'updated-23', () => told),
  state(40, 'mistaken', 'updated-24', () => ({ ...told, recovery: true })),
  state(50, 'mistaken', 'verified-5', () => ({ type: 'verified', happened: 'yes', ongoing: 'yes', method: 'ログ' })),
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
  ticket(23, 'sooner', { customer: { id: 'store-18' }, occurredAt: new Date(at(-10)).toISOString(), ongoing: 'yes' }),
  ticket(24, 'later', { customer: { id: 'store-19' }, occurredAt: new Date(at(-10)).toISOString(), ongoing: 'yes' }),
  state(29, 'sooner', 'recovered-6', () => ({ type: 'recovered', customers: 'all' })),
  state(31, 'sooner', 'corrected-3', () => ({
    type: 'corrected',
    field: 'recoveredAt',
    value: new Date(at(26)).toISOString(),
  })),
  state(32, 'later', 'recovered-7', () => ({ type: 'recovered', customers: 'all' })),
  state(34, 'later', 'linked-4', () => ({ type: 'linked', to: ids.sooner, basis: '同じ障害' })),
  // That it does not occur is taken back before anybody was told: customers who are told afterwards still wait.
  ticket(25, 'denied', { customer: { id: 'store-20' } }),
  state(30, 'denied', 'verified-6', () => ({ type: 'verified', happened: 'no', ongoing: 'no', method: 'ログ' })),
  takeBack(36, 'denied', 'retracted-6', 'verified-6'),
  state(44, 'denied', 'updated-25', () => told),
  // By the slow row at first, it is found to be ongoing: by the fast one its update is due a quarter of an hour from then.
  ticket(32, 'hurried', { customer: { id: 'store-21' }, occurredAt: new Date(at(-840)).toISOString(), ongoing: 'no' }),
  state(44, 'hurried', 'verified-7', () => ({ type: 'verified', happened: 'yes', ongoing: 'yes', method: 'ログ' })),
  state(70, 'hurried', 'updated-26', () => ({ ...told, recovery: true })),
  // This one is while its first update is overdue: by the fast row the next is due half an hour after that.
  ticket(35, 'standing', { customer: { id: 'store-24' }, occurredAt: new Date(at(-840)).toISOString(), ongoing: 'no' }),
  state(97, 'standing', 'verified-8', () => ({ type: 'verified', happened: 'yes', ongoing: 'yes', method: 'ログ' })),
  state(128, 'standing', 'updated-30', () => ({ ...told, recovery: true })),
  // An emergency is over when all works again, which is stated later.
  ticket(34, 'many', { customer: { id: 'store-25' }, businessImpact: 'stopped', affectedCustomerCount: 12 }),
  state(50, 'many', 'recovered-8', () => ({
    type: 'recovered',
    customers: 'all',
    occurredAt: new Date(at(45)).toISOString(),
  })),
  state(52, 'many', 'updated-31', () => ({ ...told, recovery: true })),
  // The last of two recovered, it is found, before the other was said to have.
  ticket(33, 'both', { customer: { id: 'store-26' } }),
  state(34, 'both', 'scoped-5', () => affectedSince(33.5, 'store-27', 2)),
  state(40, 'both', 'recovered-9', () => ({ type: 'recovered', customers: ['store-26'] })),
  state(42, 'both', 'recovered-10', () => ({ type: 'recovered', customers: ['store-27'] })),
  state(43, 'both', 'corrected-4', () => ({
    type: 'corrected',
    field: 'recoveredAt',
    value: new Date(at(36)).toISOString(),
  })),
  state(46, 'both', 'updated-32', () => ({ ...told, recovery: true })),
  // All have recovered before the unidentified customer is named.
  ticket(33, 'named', { customer: { id: 'store-28' }, affectedCustomerCount: 2 }),
  state(38, 'named', 'recovered-11', () => ({ type: 'recovered', customers: 'all' })),
  state(42, 'named', 'scoped-6', () => affectedSince(36, 'store-29', 2)),
  state(46, 'named', 'updated-33', () => ({ ...told, recovery: true })),
  // Who is affected is found out as their first update is due, when nobody can be reminded of it any more. It is late by a
  // word of ten minutes after that, or comes with the next.
  ticket(30, 'helped'),
  state(45.9, 'helped', 'scoped-3', () => affectedSince(30.95, 'store-22')),
  state(56, 'helped', 'updated-27', () => told),
  state(70, 'helped', 'updated-28', () => ({ ...told, recovery: true })),
  ticket(30, 'unhelped'),
  state(45.9, 'unhelped', 'scoped-4', () => affectedSince(30.95, 'store-23')),
  state(77, 'unhelped', 'updated-29', () => ({ ...told, recovery: true })),
  ticket(9, 'question', { category: 'question', differsFromExpected: 'no', subject: '締め時間の変え方' }),
  ticket(10, 'outside', { category: 'outside', subject: '請求書' }),
  sending(at(11), 'unreadable', (now) => webhook('generic', '{"subject": "番号がない"}', now)),
  mend(25, 'mended', { customer: { id: 'store-12' }, occurredAt: new Date(at(-5)).toISOString() }),
  // It comes again once it has been mended, and counts from then.
  sending(at(40), 'unreadable', (now) => webhook('generic', '{"subject": "番号がない"}', now)),
  mend(46, 'mended again', { customer: { id: 'store-15' } }),
  sending(at(47), 'needless', (now) => webhook('generic', '{"subject": "試験"}', now)),
  dismiss(49),
  alert(30, '0.first'),
  alert(50, '0.second'),
  alert(100, '0.old', '9002'),
  state(105, '0.old', 'recovered-2', () => ({ type: 'recovered', customers: 'all' })),
  alert(200, '0.new', '9002'),
  alert(201, '0.newer', '9002'),
  // Long after the storm was over somebody sees that it was the same.
  state(220, '0.new', 'linked-2', () => ({ type: 'linked', to: ids['0.old'], basis: '同じ障害' })),
  post(
    meeting + 5,
    () => `/api/incidents/${ids.told}/review`,
    'review-1',
    () => ({
      businessImpact: 'stopped',
      evidenceUrl: evidenceOf('review-1'),
    }),
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
    () => ({
      incidentId: ids.told,
      bundleId: '2026-W47',
      description: '再発を防ぐ action-1',
      kind: 'prevent',
    }),
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

describe.each<[promise: string, cases: [what: string, change: Change, says: RegExp][]]>([
  [
    'nothing is lost',
    [
      [
        'a signal',
        (l) => void l.documents.delete(find(l, isSignalOf('forgotten'))[0]),
        /should be a signal once in ten minutes, and is there 0 times/,
      ],
      [
        'what is unreadable',
        (l) => void l.documents.delete(find(l, ([path]) => path.startsWith('quarantine/'))[0]),
        /should be in quarantine once, and is there 0/,
      ],
      [
        'an incident that was answered',
        (l) => void l.documents.delete(`incidents/${ids.forgotten}`),
        /was answered .* and is not there/,
      ],
      [
        'when it came, of what was mended',
        (l) => Object.assign(incidentOf(l, 'mended'), { receivedAt: at(25) }),
        /was received at 2026-11-22T03:25:.*, when nothing of it was sent/,
      ],
      [
        'a byte of a body',
        (l) => Object.assign(find(l, isSignalOf('told'))[1], { raw: Buffer.from('{"id":"told","subject":"?"}') }),
        /should be a signal once/,
      ],
      [
        'a statement',
        (l) => withoutEvents(l, 'told', (event) => event.type === 'responded'),
        /responded responded-1, .* is recorded 0 times/,
      ],
      [
        'a next action',
        (l) => void l.documents.delete(find(l, ([path]) => path.startsWith('actions/'))[0]),
        /action-1, .* is recorded 0 times/,
      ],
    ],
  ],
  [
    'none is doubled',
    [
      [
        'a signal',
        (l) => void l.documents.set('signals/sig_copy', find(l, isSignalOf('told'))[1]),
        /should be a signal once in ten minutes, and is there 2 times/,
      ],
      [
        'an incident',
        (l) => void l.documents.set('incidents/inc_copy', incidentOf(l, 'told')),
        /should have made one record/,
      ],
      [
        'a statement',
        (l) => addEvent(l, 'told', { type: 'responded', actor: 'local', evidenceUrl: evidenceOf('responded-1') }),
        /is recorded 2 times/,
      ],
      [
        'an answer that something new was made',
        (l) => void l.observed.push([l.observed[0]![0], structuredClone(l.observed[0]![1]), at(2)]),
        /was answered as new twice/,
      ],
      [
        'a storm',
        (l) => {
          const [path, doc] = find(l, isSignalOf('0.second'));
          l.documents.set(path, { ...doc, incidentId: 'inc_other' });
          const origin = { ...incidentOf(l, '0.first').origin, id: doc.sourceId };
          l.documents.set('incidents/inc_other', { ...incidentOf(l, '0.first'), id: 'inc_other', origin });
        },
        /is not in its storm/,
      ],
      [
        'a storm that was over',
        (l) => void Object.assign(find(l, isSignalOf('0.new'))[1], { linkedFrom: ids['0.old'] }),
        /0\.new joined the storm of .* when it was over/,
      ],
      ['a notice', (l) => void l.delivered.push(l.delivered[0]!), /came at .* and again/],
      [
        'a notice under another id',
        (l) => void l.delivered.push({ ...noticesOf(l, 'forgotten', 'update-due')[0]!, id: 'ntc_other' }),
        /was told as ntc_\w+ at .*, and as ntc_other/,
      ],
      [
        'an answer that it had been there',
        (l) => {
          const first = l.observed.find(([call]) => call.kind === 'http' && call.body?.includes('"id":"nobody"'));
          if (first?.[1]) first[1].body.created = false;
        },
        /was made, and each of the 1 who sent it was told that it had been there/,
      ],
    ],
  ],
  [
    'rules decide',
    [
      [
        'another urgency',
        (l) => Object.assign(incidentOf(l, 'told').urgency, { level: 'low' }),
        /level of .* should be high by what was stated, and is low/,
      ],
      [
        'another receipt',
        (l) => Object.assign(incidentOf(l, 'told'), { receivedAt: incidentOf(l, 'told').receivedAt + 5 * minuteMs }),
        /when nothing of it was sent/,
      ],
      [
        'a time of occurrence of nobody',
        (l) => Object.assign(incidentOf(l, 'told'), { occurredAt: incidentOf(l, 'told').occurredAt - minuteMs }),
        /which nobody stated/,
      ],
      [
        'that it was found to go on again, which it was not',
        (l) => Object.assign(incidentOf(l, 'told'), { reopenedAt: at(1) }),
        /reopenedAt of .* should be no time by what was stated/,
      ],
      [
        'another time at which it was seen last',
        (l) => Object.assign(incidentOf(l, 'told'), { lastSeenAt: at(1) }),
        /lastSeenAt of .* by what was stated/,
      ],
      [
        'another area',
        (l) => Object.assign(incidentOf(l, '0.new').origin, { area: 'elsewhere' }),
        /is of the area elsewhere, and its report says/,
      ],
      [
        'a ticket that was swallowed',
        (l) => Object.assign(incidentOf(l, 'forgotten'), { kind: 'question' }),
        /should be incident, and is question/,
      ],
      [
        'a question that nobody answered',
        (l) => Object.assign(incidentOf(l, 'question'), { kind: 'question' }),
        /is unanswered since .*, and is still a question/,
      ],
      [
        'a question that was none of the rules’',
        (l) => Object.assign(find(l, isReclassified)[1].detail, { rule: 'third-customer' }),
        /became an incident by third-customer, which does not hold/,
      ],
    ],
  ],
  [
    'what is told later counts',
    [
      [
        'a reply that is no update',
        (l) => withoutEvents(l, '701', (event) => event.type === 'customer-updated' && event.actor !== 'local'),
        /The reply .* should be an update 1 times, and is 0 times/,
      ],
      [
        'a reply that is an update twice',
        (l) => addEvent(l, '701', { ...find(l, isReplyOf('701'))[1], id: undefined }),
        /The reply .* should be an update 1 times, and is 2 times/,
      ],
      [
        'a word after the recovery that nobody questions',
        (l) => withoutEvents(l, '701', (event) => event.type === 'recovery-questioned' && event.detail.message),
        /The message .* came after the recovery, and nobody questions it/,
      ],
      [
        'a ticket that is opened again after the recovery, which nobody questions',
        (l) => withoutEvents(l, '701', (event) => event.detail.rule === 'reopened-after-recovery'),
        /The back .* came after the recovery, and nobody questions it/,
      ],
      [
        'a word before the recovery that questions it',
        (l) => {
          const isMessage = ([path, each]: [string, Doc]): boolean =>
            path.startsWith('signals/') && each.kind === 'customer-wrote' && each.receivedAt < at(20);
          const signalId = find(l, isMessage)[0].slice('signals/'.length);
          addEvent(l, '701', { type: 'recovery-questioned', detail: { signalId } });
          withoutEvents(l, '701', (event) => event.type === 'recovered');
        },
        /The message .* questions a recovery that there was not/,
      ],
      [
        'what a customer wrote while it was open',
        (l) => withoutEvents(l, '701', (event) => event.type === 'customer-wrote'),
        /The message .* came while it was open: customer-wrote should be there 1 times/,
      ],
      [
        'that somebody is told what a customer wrote',
        (l) => Object.assign(l, { delivered: l.delivered.filter((each) => each.kind !== 'customer-wrote') }),
        /customer-wrote of .* should have been told of/,
      ],
      [
        'the mark of a customer who has had no answer',
        (l) => void delete incidentOf(l, '701').unanswered,
        /does not show that zendesk 701 wrote/,
      ],
      [
        'whether it goes on',
        (l) => withoutEvents(l, 'filled', (event) => event.detail.field === 'ongoing'),
        /The report .* says that it goes on: yes, and that is unknown still/,
      ],
      [
        'when it occurred',
        (l) => withoutEvents(l, 'filled', (event) => event.detail.field === 'occurredAt'),
        /The report .* says when it occurred, .*, and that is unknown still/,
      ],
      [
        'that it is told of again',
        (l) => withoutEvents(l, 'again', (event) => event.type === 'reopened'),
        /The report .* is about what was found not to occur, and does not open it again/,
      ],
    ],
  ],
  [
    'what was stated stands',
    [
      [
        'somebody who waits without a cause',
        (l) => {
          const [, contact] = find(l, ([path]) => path.startsWith(`incidents/${ids.told}/contacts/`));
          contact.affectedKnownAt += 61_000;
        },
        /waits since .*, and nothing then said that they are affected/,
      ],
      [
        'a customer whom only what was told apart had named',
        (l) => void incidentOf(l, 'left').affectedCustomers.push({ id: 'store-99' }),
        /store-99 stays among those whom inc_\w+ affects/,
      ],
      [
        'how many there are without their links',
        (l) => Object.assign(incidentOf(l, 'linked'), { status: 'open', impact: { affectedCustomerCount: 9 } }),
        /impact.affectedCustomerCount of .* should be 1, as it was last stated, and is 9/,
      ],
      [
        'what is open, though all whom the end of a link has left it have recovered',
        (l) => {
          withoutEvents(l, 'left', (each) => each.type === 'recovered' && each.actor === 'rule');
          Object.assign(incidentOf(l, 'left'), { status: 'open', recoveredAt: undefined });
        },
        /Every customer whom .* has left since a link was undone has recovered, and it is open/,
      ],
      [
        'what has recovered before the last of those whom a link and its end have left it',
        (l) => {
          incidentOf(l, 'left').recoveredAt -= minuteMs;
        },
        /should have recovered with the last whom it has/,
      ],
      [
        'whoever has recovered after all of them have',
        (l) => {
          find(l, ([path]) => path.startsWith(`incidents/${ids.told}/contacts/`))[1].recoveredAt += minuteMs;
        },
        /recovered .*, and that had by/,
      ],
      [
        'whoever has recovered later than the last had, as it was corrected',
        (l) => {
          const [, contact] = find(l, isContactOf('both', 'store-26'));
          contact.recoveredAt = at(40);
        },
        /recovered 2026-11-22T03:36:00.000Z by what was stated, and not 2026-11-22T03:40/,
      ],
      [
        'the others, who recover anew as all are named',
        (l) => Object.assign(l.documents.get(`incidents/${ids.named}/contacts/con_others`), { recoveredAt: at(42) }),
        /con_others@\S+ of .* recovered 2026-11-22T03:38:.* by what was stated, and not 2026-11-22T03:42/,
      ],
      [
        'an emergency that outlives the recovery',
        (l) => {
          const [, event] = find(
            l,
            ([path, doc]) => path.startsWith(`incidents/${ids.many}/timeline/`) && doc.type === 'emergency-ended',
          );
          event.changes.emergency.endedAt = at(50);
        },
        /was no emergency any more from 2026-11-22T03:50:.* and had recovered 2026-11-22T03:45/,
      ],
      [
        'what was opened by a link with what did not go on',
        (l) => {
          const detail = { rule: 'linked-ongoing', from: ids.linked };
          incidentOf(l, 'linked').ongoing = 'no';
          for (const [path, doc] of l.documents) {
            if (path.startsWith(`incidents/${ids.linked}/timeline/`) && doc.type === 'linked')
              doc.changes.ongoing = 'no';
          }
          addEvent(l, 'told', { type: 'reopened', actor: 'rule', detail });
        },
        /was opened again at .* by .*, which did not go on/,
      ],
      [
        'what is said of an incident that is linked',
        (l) => addEvent(l, 'linked', { type: 'responded', actor: 'sato', detail: {} }),
        /was linked, and yet responded was stated of it/,
      ],
      [
        'that nothing happened, which nobody has shown',
        (l) => addEvent(l, 'told', { type: 'verified', actor: 'sato', detail: { happened: 'no', method: 'ログ' } }),
        /was found not to occur by .*, which does not show it/,
      ],
      [
        'another assignee',
        (l) => Object.assign(incidentOf(l, 'facts'), { assignee: 'suzuki' }),
        /assignee of .* should be "sato", as it was last stated, and is "suzuki"/,
      ],
      [
        'a cause that the meeting has put right',
        (l) => Object.assign(incidentOf(l, 'counted').cause, { category: 'release' }),
        /cause.category of .* should be "capacity"/,
      ],
      [
        'by what its urgency was judged',
        (l) => Object.assign(incidentOf(l, 'facts').urgency.inputs, { receivedAt: at(99) }),
        /judged receipt of .* should be/,
      ],
      [
        'a role that was taken',
        (l) => addEvent(l, 'facts', { type: 'role-taken', actor: 'sato', detail: { role: 'lead' } }),
        /roles.lead.who of .* should be "sato"/,
      ],
      [
        'a role that was handed over',
        (l) => Object.assign(incidentOf(l, 'facts').roles.record, { who: 'local' }),
        /roles.record.who of .* should be "suzuki"/,
      ],
      [
        'a role that its holder has left to whoever takes it',
        (l) => Object.assign(incidentOf(l, 'facts').roles, { customers: { who: 'local', at: at(44) } }),
        /roles.customers.who of .* should be undefined/,
      ],
      [
        'a role that somebody who had it not took over',
        (l) => Object.assign(incidentOf(l, 'nobody').roles.lead, { who: 'sato' }),
        /roles.lead.who of .* should be "local"/,
      ],
      [
        'that whoever takes over a role responds',
        (l) => void delete incidentOf(l, 'nobody').firstResponseAt,
        /firstResponseAt of .* should be 2026-11-22T04:30:.* by what was stated, and is no time/,
      ],
      [
        'who responded',
        (l) => Object.assign(incidentOf(l, 'facts'), { responders: [] }),
        /responders.sato of .* should be "sato"/,
      ],
      [
        'what nobody has said yet',
        (l) => void incidentOf(l, 'facts').missing.pop(),
        /missing of .* should be .*"prevention"/,
      ],
      [
        'a way in which it was mitigated',
        (l) => Object.assign(incidentOf(l, 'facts').mitigation, { kind: 'vendor' }),
        /mitigation.kind of .* should be "workaround"/,
      ],
      [
        'when it was verified at first',
        (l) => Object.assign(incidentOf(l, 'facts'), { verifiedAt: at(34) }),
        new RegExp(`verifiedAt of .* should be ${at(33)}`),
      ],
      [
        'how many are affected',
        (l) => Object.assign(incidentOf(l, 'facts').impact, { affectedCustomerCount: 2 }),
        /impact.affectedCustomerCount of .* should be 3/,
      ],
      [
        'who is affected',
        (l) => void incidentOf(l, 'facts').affectedCustomers.pop(),
        /affectedCustomers.store-10 of .* should be "store-10"/,
      ],
      [
        'who waits',
        (l) => {
          const [, contact] = find(l, ([path]) => path.startsWith(`incidents/${ids.late}/contacts/`));
          contact.customers = [{ id: 'store-99' }];
        },
        /waits for word, and is none of those who are affected/,
      ],
      [
        'what somebody was told last',
        (l) =>
          Object.assign(find(l, ([path]) => path.startsWith(`incidents/${ids.told}/contacts/`))[1], {
            lastMessage: '対応中です',
          }),
        /was told “復旧しました” at last, and not “対応中です”/,
      ],
      [
        'and when',
        (l) =>
          Object.assign(find(l, ([path]) => path.startsWith(`incidents/${ids.told}/contacts/`))[1], {
            lastUpdateAt: at(48),
          }),
        /was updated 2026-11-22T04:06:.* at last, and not 2026-11-22T03:48:00/,
      ],
      [
        'how it stood in between',
        (l) => Object.assign(eventOf(l, 'again', 'verified-2').changes, { status: 'open' }),
        /status of .* should be not-occurring by what was said of it, and is open after/,
      ],
      [
        'somebody whom nobody has named',
        (l) => eventOf(l, 'facts', 'scoped-1').changes.affectedCustomers.push({ id: 'store-99' }),
        /affectedCustomers of .* should be store-10,store-9 by what was said of it, and is store-10,store-9,store-99/,
      ],
      [
        'a score',
        (l) => Object.assign(incidentOf(l, 'facts').score.reference, { value: 8 }),
        /score.reference.value of .* should be 4/,
      ],
      [
        'a score that the meeting has confirmed',
        (l) => Object.assign(incidentOf(l, 'counted').score.confirmed, { value: 3 }),
        /score.confirmed.value of .* should be 2/,
      ],
      [
        'the day by which something is to be done',
        (l) => {
          const [, action] = find(l, ([path]) => path.startsWith('actions/'));
          action.dueAt = action.createdAt + 15 * 24 * hourMs;
        },
        /should be due in 30 days/,
      ],
    ],
  ],
  [
    'the rhythm is kept',
    [
      [
        'a slot without an outcome',
        (l) => withoutEvents(l, 'told', (event) => event.type === 'slot-closed'),
        /was updated, and no slot has an outcome/,
      ],
      [
        'an outcome that is too good',
        (l) => Object.assign(find(l, isMissedSlotOf('forgotten'))[1].detail, { outcome: 'met' }),
        /should be missed, and is met/,
      ],
      [
        'a slot of which nobody was told, though of another one',
        (l) => {
          const reminder = firstReminderOf(l, 'forgotten');
          reminder.recordedAt = at(6);
          reminder.detail.slots[0].dueAt = at(8);
        },
        /due 2026-11-22T03:20.* should be not-reminded, and is missed/,
      ],
      [
        'a slot of no rhythm',
        (l) =>
          addEvent(l, 'told', {
            type: 'slot-closed',
            actor: 'rule',
            detail: { contactId: 'con_x', dueAt: at(100), outcome: 'met' },
          }),
        /con_x of .* has slots, and is not there/,
      ],
      [
        'an escalation of whoever waits for nothing',
        escalatedAtTheEnd,
        /was escalated at .* for .*, who waits for nothing/,
      ],
      [
        'an escalation of whoever was updated',
        escalatedAtTheEnd,
        /was escalated at .*, of whom no two updates in a row had been missed/,
      ],
      [
        'a reminder that nobody got',
        withoutNotice('forgotten', 'update-due'),
        /reminded of .* should have been told of/,
      ],
      [
        'a reminder that is recorded long after it was given, while nothing had failed',
        (l) => void Object.assign(firstReminderOf(l, 'forgotten'), { recordedAt: at(18) }),
        /reminded of .* should have been told of/,
      ],
      [
        'a reminder that came too early',
        (l) => void Object.assign(firstReminderOf(l, 'forgotten'), { recordedAt: at(7) }),
        /was told of as due 2026-11-22T03:20.* as early as that/,
      ],
      [
        'a reminder without a reason',
        (l) =>
          void l.delivered.push({
            ...noticesOf(l, 'forgotten', 'update-due')[0]!,
            id: 'ntc_other',
            deliveredAt: new Date(at(7 * 60)).toISOString(),
          }),
        /nothing was recorded that it is about/,
      ],
      [
        'a reminder after the end',
        (l) => {
          const contactId = find(l, ([path]) => path.startsWith(`incidents/${ids.told}/contacts/`))[1].id;
          const detail = { customers: ['store-1'], slots: [{ contactId, dueAt: at(130) }] };
          addEvent(l, 'told', { type: 'reminded', actor: 'rule', detail, recordedAt: at(125), occurredAt: at(125) });
        },
        /was told of as due .*; it is not due then/,
      ],
      [
        'a reminder right after the end, of what would have been due next',
        (l) => {
          const contactId = find(l, ([path]) => path.startsWith(`incidents/${ids.told}/contacts/`))[1].id;
          const event = find(l, ([path, doc]) => path.startsWith(`incidents/${ids.told}/`) && doc.type === 'recovered');
          const detail = { customers: ['store-1'], slots: [{ contactId, dueAt: event[1].recordedAt + 15 * minuteMs }] };
          const recordedAt = at(66) + 2_000;
          addEvent(l, 'told', { type: 'reminded', actor: 'rule', detail, recordedAt, occurredAt: recordedAt });
        },
        /was told of as due .*; it is not due then/,
      ],
      [
        'one for whom nothing is due, while it stands open',
        (l) =>
          Object.assign(find(l, ([path]) => path.startsWith(`incidents/${ids.forgotten}/contacts/`))[1], {
            nextUpdateDueAt: null,
          }),
        /waits for word, and their clock stands still/,
      ],
      [
        'one who is named, and for whom nothing was ever due',
        (l) => incidentOf(l, 'forgotten').affectedCustomers.push({ id: 'store-99' }),
        /store-99 of .* is named, and has no clock/,
      ],
      [
        'one whom a link brought, and who waits for ever',
        (l) =>
          Object.assign(
            find(l, ([path, doc]) => path.startsWith(`incidents/${ids.forgotten}/`) && doc.facts && isJoined(doc))[1],
            {
              nextUpdateDueAt: null,
            },
          ),
        /waits for word, and its clock stands still/,
      ],
      [
        'nobody reminded',
        (l) => withoutEvents(l, 'forgotten', (event) => event.type === 'reminded'),
        /nobody was reminded, and nothing had failed/,
      ],
      [
        'nobody reminded of what goes by the fast row from then on',
        (l) => withoutEvents(l, 'hurried', (event) => event.type === 'reminded'),
        /was due 2026-11-22T03:59.* nobody was reminded, and nothing had failed/,
      ],
      [
        'nobody reminded of what is next by the fast row, where what is overdue stands',
        (l) => withoutEvents(l, 'standing', (event) => event.type === 'reminded' && event.recordedAt > at(97)),
        /was due 2026-11-22T05:05:.* nobody was reminded, and nothing had failed/,
      ],
      [
        'nobody told of what was missed',
        (l) => withoutEvents(l, 'forgotten', (event) => event.type === 'escalated'),
        /and it was not escalated/,
      ],
      [
        'a scope that nobody was asked for',
        (l) => withoutEvents(l, 'nobody', (event) => event.type === 'reminded'),
        /should have been asked for/,
      ],
      [
        'an incident that nobody was told of',
        withoutNotice('nobody', 'incident-filed'),
        /should be announced within the minute/,
      ],
    ],
  ],
  [
    'every incident is in its bundle',
    [
      [
        'as its record had it',
        (l) =>
          Object.assign(
            entriesOf(l).find((each) => each.id === ids.facts),
            { assignee: 'suzuki' },
          ),
        /2026-W47 says of .* that its assignee is "suzuki", and it was "sato"/,
      ],
      [
        'one is left out',
        (l) => void bundleOf(l).entries.pop(),
        /should be among the entries of 2026-W47 1 times, and is 0/,
      ],
      ['one is in it twice', (l) => void bundleOf(l).entries.push(bundleOf(l).entries[0]), /and is 2 times/],
      [
        'another day of the next drill',
        (l) => Object.assign(bundleOf(l).drills, { nextDueAt: '2026-11-30T00:00:00.000Z' }),
        /2026-W47 says that the next drill is due 2026-11-30.*, and it is 2026-12-22/,
      ],
      [
        'who was not skipped by the meeting, and is said to have been',
        (l) => void bundleOf(l).skipped.push({ kind: 'incident', item: bundleOf(l).entries[0].id }),
        /2026-W47 says that inc_\w+ was skipped, which was not to be reviewed|were skipped, and/,
      ],
      [
        'one is not carried',
        (l) => void l.bundles.get('/api/postmortems/2026-W48?limit=20')?.body.carriedIncidents.pop(),
        /should be among the carried incidents of 2026-W48 1 times/,
      ],
      [
        'a wrong count',
        (l) => Object.assign(bundleOf(l).aggregates.total, { incidents: bundleOf(l).aggregates.total.incidents + 1 }),
        /2026-W47 counts \d+ incidents, and there are \d+/,
      ],
      [
        'a median',
        (l) => Object.assign(bundleOf(l).aggregates.total.recovery, { medianMinutes: 999 }),
        /2026-W47 says .* for recovery of the middle, and its entries say/,
      ],
      [
        'a group',
        (l) => void bundleOf(l).aggregates.bySource.pop(),
        /2026-W47 bySource .* should have .* entries, and is not there/,
      ],
      [
        'a count of customers',
        (l) => Object.assign(bundleOf(l).aggregates.byUrgency[0].customers, { sum: 999 }),
        /byUrgency .* says .* for affected customers/,
      ],
      [
        'a door',
        (l) => Object.assign(bundleOf(l).doors, { linked: 999 }),
        /2026-W47 says 999 for what is linked, and it is/,
      ],
      [
        'its own trend',
        (l) => Object.assign(bundleOf(l).trends.at(-1).summary, { incidents: 999 }),
        /2026-W47 says 999 for the incidents of its trend/,
      ],
      ['another order', (l) => bundleOf(l).entries.reverse(), /among its entries after what was filed later/],
      [
        'a figure of its trend',
        (l) => Object.assign(bundleOf(l).trends.at(-1).summary.mitigation, { known: 99 }),
        /says 99 for known of mitigation of its trend/,
      ],
      [
        'a week before in the trend of the next',
        (l) => {
          const { trends } = l.bundles.get('/api/postmortems/2026-W48?limit=20')!.body;
          trends.find((each: Doc) => each.week === '2026-W47').summary.incidents += 1;
        },
        /The trend of 2026-W48 says of 2026-W47 what that does not say/,
      ],
      [
        'a scope that nobody knows',
        (l) => entriesOf(l).forEach((each) => void delete each.impact.scopeMethod),
        /that its scope is pass, and it is/,
      ],
      [
        'what is late',
        (l) => Object.assign(bundleOf(l).newActions[0], { isOverdue: true }),
        /says of .* that it is overdue/,
      ],
      [
        'what was answered',
        (l) => Object.assign(bundleOf(l).questions, { answered: 999 }),
        /counts 999 answered questions/,
      ],
      [
        'when it was',
        (l) => Object.assign(bundleOf(l).aggregates.byHour, { known: 999 }),
        /says 999 and .* for when they occurred/,
      ],
      [
        'another hour',
        (l) => Object.assign(bundleOf(l).aggregates.byHour.days[0].hours, { 3: 999 }),
        /says 999 for monday 3:00, and its entries say/,
      ],
      [
        'an area that is left out',
        (l) => void bundleOf(l).aggregates.byArea.pop(),
        /has no byArea .*, and entries have/,
      ],
      [
        'who had the work',
        (l) => Object.assign(bundleOf(l).aggregates.load.people[0], { incidents: 999 }),
        /responded to 999, and it were others/,
      ],
      [
        'another bar',
        (l) => bundleOf(l).aggregates.total.firstResponse.distribution.reverse(),
        /firstResponse in the chart/,
      ],
      [
        'how many reports came in',
        (l) => Object.assign(bundleOf(l), { reports: 999 }),
        /2026-W47 counts 999 reports, and there are/,
      ],
      [
        'what was dismissed',
        (l) => Object.assign(bundleOf(l).doors, { dismissed: 0 }),
        /2026-W47 counts 0 dismissed reports, and there are 1 to 1/,
      ],
      [
        'what was put right of others',
        (l) => Object.assign(bundleOf(l).laterChanges, { total: 999 }),
        /2026-W47 counts 999 later changes, and there are/,
      ],
      [
        'the scores by what was reported',
        (l) => Object.assign(bundleOf(l).aggregates.total.score.reference, { sum: 999 }),
        /says 999 for sum of reference scores/,
      ],
      [
        'what is still to come',
        (l) => {
          const { recovery } = bundleOf(l).aggregates.total;
          Object.assign(recovery, { pending: recovery.unknown + 1, unknown: recovery.pending - 1 });
        },
        /says .* for recovery to come, and its entries say/,
      ],
      [
        'how long the first response took',
        (l) => {
          for (const { durations } of entriesOf(l)) durations.firstResponse = { minutes: 999 };
        },
        /that its firstResponse is 999, and it was/,
      ],
      [
        'how long a checkpoint says that the first response took',
        (l) => {
          for (const { checkpoints } of entriesOf(l))
            for (const { id, facts } of checkpoints) if (id === 'first-response') facts.minutes = 999;
        },
        /that its minutes until the first response is 999, and it is/,
      ],
      [
        'a checkpoint of a release that nobody has named',
        (l) => {
          for (const { checkpoints } of entriesOf(l)) for (const each of checkpoints) each.result = 'not-applicable';
        },
        /that its release-flow is "not-applicable", and it was "no-data"/,
      ],
      [
        'that a late word has helped nobody',
        (l) => Object.assign(checkpointOf(l, 'helped', 'customers-updated'), { result: 'fail' }),
        /that its customers-updated is "fail", and it was "pass"/,
      ],
      [
        'that a word has helped which never came',
        (l) => Object.assign(checkpointOf(l, 'unhelped', 'customers-updated'), { result: 'pass' }),
        /that its customers-updated is "pass", and it was "fail"/,
      ],
      [
        'a count of results',
        (l) => Object.assign(bundleOf(l).aggregates.checkpoints[0], { pass: 999 }),
        /2026-W47 counts .* results of/,
      ],
      [
        'wrong slots',
        (l) => Object.assign(bundleOf(l).aggregates.total.slots, { missed: 0 }),
        /counts \d+ slots missed/,
      ],
      [
        'what was held has changed',
        (l) => Object.assign(bundleOf(l), { newcomerGuide: {} }),
        /2026-W47 was held, and has changed since/,
      ],
      [
        'no bundle at all',
        (l) => void l.bundles.delete('/api/postmortems/2026-W48?limit=20'),
        /2026-W48 has no bundle/,
      ],
      [
        'an action is not carried',
        (l) => Object.assign(l.bundles.get('/api/postmortems/2026-W48?limit=20')!.body, { carriedActions: [] }),
        /should be carried in 2026-W48/,
      ],
    ],
  ],
  [
    'records are at one',
    [
      [
        'with their timeline',
        (l) => Object.assign(incidentOf(l, 'told'), { title: 'another' }),
        /title of .* and its timeline tells/,
      ],
      [
        'in their numbers',
        (l) => void l.documents.delete(`incidents/${ids.told}/timeline/00000003`),
        /numbered from 1 without a gap/,
      ],
      ['in their sums', (l) => Object.assign(incidentOf(l, 'told').slots, { met: 100 }), /are counted as/],
      [
        'in the recovery of all',
        (l) =>
          Object.assign(
            find(l, ([path, doc]) => path.includes(String(ids.told)) && doc.detail?.rule === 'all-recovered')[1].detail,
            {
              recoveredAt: at(59),
            },
          ),
        /should have recovered with its last customer/,
      ],
      [
        'in their recovery',
        (l) => Object.assign(incidentOf(l, 'told'), { recoveredAt: incidentOf(l, 'told').recoveredAt + 1 }),
        /recoveredAt of .* should be/,
      ],
      [
        'in what comes next',
        (l) => void l.documents.delete(`timers/${ids.forgotten}`),
        /has a next date, and no timer/,
      ],
      [
        'in who has waited since when',
        (l) => {
          const [, contact] = find(l, ([path]) => path.startsWith(`incidents/${ids.late}/contacts/`));
          contact.overdueSince += 30 * minuteMs;
        },
        /should have heard from us since 2026-11-23T01:30:.*, not 2026-11-23T02:00/,
      ],
      [
        'in being looked after',
        (l) => Object.assign(l.documents.get(`timers/${ids.forgotten}`), { wakeAt: at(60) }),
        /was due at .*, and nobody looked/,
      ],
    ],
  ],
  [
    'what is taken back was never said',
    [
      [
        'a slot that is counted as before',
        (l) => {
          const taking = takingOf(l, 'updated-20');
          Object.assign(incidentOf(l, 'taken').slots, { met: incidentOf(l, 'taken').slots.met + 1 });
          taking.changes.slots = { ...taking.changes.slots, met: 1 };
        },
        /The slots of .* are counted as/,
      ],
      [
        'a slot that it alone had met',
        (l) => void delete takingOf(l, 'updated-20').detail.slots,
        /due 2026-11-22T03:31.* stays met by an update that was taken back/,
      ],
      [
        'a slot that ended otherwise than it says',
        (l) => Object.assign(takingOf(l, 'updated-20').detail.slots[0], { corrects: 'late' }),
        /due 2026-11-22T03:31.* was met, and not late/,
      ],
      [
        'a slot that is said never to have been due',
        (l) => Object.assign(find(l, isMissedSlotOf('forgotten'))[1].detail, { outcome: 'void' }),
        /The slots of .* are counted as/,
      ],
      [
        'a slot that is said to be met by it',
        (l) => Object.assign(takingOf(l, 'updated-20').detail.slots[0], { outcome: 'met', corrects: 'missed' }),
        /due 2026-11-22T03:31.* was met, and not missed/,
      ],
      [
        'a response that stands',
        (l) => void delete takingOf(l, 'responded-20').changes.firstResponseAt,
        /firstResponseAt of .* should be no time by what was said of it/,
      ],
      [
        'an end that stands',
        (l) => void delete takingOf(l, 'updated-22').changes.status,
        /status of .* should be open by what was said of it, and is recovered/,
      ],
      [
        'one who was told that it is over, and waits for ever',
        (l) =>
          Object.assign(find(l, ([path]) => path.startsWith(`incidents/${ids.taken}/contacts/`))[1], {
            nextUpdateDueAt: null,
          }),
        /of .* waits for word, and its clock stands still/,
      ],
      [
        'one thing twice',
        (l) => {
          const { changes: _, ...again } = structuredClone(takingOf(l, 'responded-20'));
          addEvent(l, 'taken', { ...again, id: undefined, evidenceUrl: evidenceOf('retracted-4') });
        },
        /\(responded\), had been taken back before/,
      ],
      [
        'what came in',
        (l) => Object.assign(takingOf(l, 'responded-20').detail, { eventId: '00000001', type: 'filed' }),
        /00000001 \(filed\), is not for people to take back/,
      ],
      [
        'what stays, though nothing stood against it',
        (l) => {
          const body = JSON.stringify({ type: 'retracted', eventId: eventOf(l, 'taken', 'updated-21').id, why: '?' });
          const path = `/api/incidents/${ids.taken}/events`;
          l.observed.push([
            { kind: 'http', method: 'POST', path, headers: {}, body },
            { status: 409, headers: {}, body: {} },
            at(90),
          ]);
        },
        /was refused, and nothing stood against it/,
      ],
    ],
  ],
  [
    'nobody is answered what is not so',
    [
      [
        'an error',
        (l) => Object.assign(l.observed[0]!, { 1: { status: 500, headers: {}, body: {} } }),
        /was answered 500 .*, and nothing had failed/,
      ],
      [
        'a 503 that does not say when',
        (l) => Object.assign(l.observed[0]!, { 1: { status: 503, headers: {}, body: {} } }),
        /503 without Retry-After/,
      ],
      [
        'a refusal of what can be read',
        (l) => Object.assign(l.observed[0]!, { 1: { status: 422, headers: {}, body: {} } }),
        /was answered 422/,
      ],
      [
        'what was dismissed, came again, and stays dismissed',
        (l) => {
          const [, entry] = find(l, ([path, { state }]) => path.startsWith('quarantine/') && state === 'dismissed');
          entry.settledAt = start - hourMs;
        },
        /was dismissed .*, came again .*, and stays dismissed/,
      ],
      [
        'an incident that is answered otherwise than it is',
        (l) => Object.assign(answerOf(l, '/api/incidents?limit=20').incidents[0], { title: '別の件' }),
        /title of inc_\w+ is answered as "別の件"/,
      ],
      [
        'an action that is not answered',
        (l) => void answerOf(l, '/api/actions?limit=20').actions.pop(),
        /GET \/api\/actions should be act_/,
      ],
      [
        'an action that is answered with another date',
        (l) => Object.assign(answerOf(l, '/api/actions?limit=20').actions[0], { dueAt: '2026-11-30T00:00:00.000Z' }),
        /dueAt of act_\w+ is answered as/,
      ],
      [
        'an incident that is not found by its code',
        (l) => {
          for (const [path, answer] of l.bundles) if (path.startsWith('/api/find?q=M-')) answer.body.incidents = [];
        },
        /inc_\w+ is not found by M-/,
      ],
      [
        'a notice that says something else than was recorded',
        (l) => {
          for (const each of l.delivered) each.text = each.text.replace('緊急性 高', '緊急性 低');
        },
        /The notice update-due of inc_\w+ at .* should say “緊急性 高”/,
      ],
      [
        'a board that has the newest first',
        (l) => {
          const board = l.bundles.get('/console');
          const [forgotten, late] = [ids.forgotten, ids.late].map(String) as [string, string];
          const other: Record<string, string> = { [forgotten]: late, [late]: forgotten };
          Object.assign(board ?? {}, {
            body: board?.body.replaceAll(/inc_[0-9a-f]{24}/g, (id: string) => other[id] ?? id),
          });
        },
        /The board should be sorted by who has waited longest/,
      ],
    ],
  ],
])('%s', (_, cases) => {
  test.each(cases)('%s is noticed', async (_what, change, says) => {
    expect(await judge(change)).toContainEqual(expect.stringMatching(says));
  });
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

test('what an outage explains is not held against anybody', async () => {
  const outages: Ledger['outages'] = [{ what: 'firestore', from: start, to: at(2) }];
  const error: Answer = { status: 500, headers: {}, body: {} };
  const said = await judge((ledger) => {
    ledger.outages = outages;
    ledger.observed.unshift([ledger.observed[0]![0], error, at(1)]);
  });
  expect(said).toEqual([]);
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
    Object.assign(firstReminderOf(ledger, 'forgotten'), { recordedAt: at(18) });
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

test.each([
  ['whose clock is behind', 20],
  ['which others kept from recording it', 40_000],
])('a slot that one instance opens and another, %s, ends by an update was due to somebody', async (_, behindMs) => {
  const isEnd = ({ type, detail }: Doc): boolean => type === 'customer-updated' && detail.recovery === true;
  const said = await judge((ledger) => {
    const events = [...ledger.documents].flatMap(([path, doc]) =>
      path.startsWith(`incidents/${ids.told}/timeline/0`) ? [doc] : [],
    );
    const [, contact] = find(ledger, ([path]) => path.startsWith(`incidents/${ids.told}/contacts/`));
    const opened = events.findLast((each) => each.type === 'recovered');
    const ended = events.findLast(isEnd);
    for (const each of events.filter(({ recordedAt }) => recordedAt === ended?.recordedAt)) {
      const at = opened?.recordedAt - behindMs;
      Object.assign(each, { recordedAt: at, occurredAt: at });
      Object.assign(contact, { lastUpdateAt: at });
      if (each.type === 'slot-closed') {
        Object.assign(each.detail, { updatedAt: at, endAt: at });
        Object.assign(contact.pastSlots.at(-1), { endAt: at });
      }
      const answered = ledger.observed.find(
        ([, answer]) => answer?.body?.id === each.id && answer?.body.type === each.type,
      );
      if (answered?.[1]) answered[1].body.occurredAt = new Date(at).toISOString();
    }
  });
  expect(said).toEqual([]);
});

test('an alert that came by Pub/Sub first had been there when the webhook brought it', async () => {
  const said = await judge((ledger) => {
    const index = ledger.observed.findIndex(([call]) => call.kind === 'http' && call.body?.includes('"0.first"'));
    const [call, answer, when] = ledger.observed[index]!;
    if (call.kind !== 'http' || !answer) throw new Error('The alert was posted, and answered.');
    answer.body.created = false;
    const published: Call = { kind: 'publish', topic: 'alert-notifications', data: call.body ?? '' };
    ledger.observed.splice(index, 0, [published, { status: 200, headers: {}, body: undefined }, when]);
  });
  expect(said).toEqual([]);
});
