/** What happens in the ledger of `oracle.long.test.ts`, an act a line. */
import { affectedSince, alert, at, dismiss, ids, iso, lastWord, meeting, mend, occurs, over, post, state, takeBack, tell, ticket, told } from './ledger.ts';
import type { Act } from './stage.ts';
import { evidenceOf } from './world/responders.ts';
import { sending, webhook } from './world/sending.ts';

export const acts: Act[] = [
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
  state(38, 'facts', 'scoped-1', () => ({ type: 'scoped', affectedCustomerCount: 3, affectedCustomers: [{ id: 'store-10' }], method: '注文ログ', recurrenceRisk: 'yes' })),
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
  state(45, 'miscounted', 'corrected-2', () => ({ type: 'corrected', field: 'impact.affectedCustomerCount', value: 30 })),
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
    () => ({ businessImpact: 'inconvenient', affectedCustomerCount: 3, cause: { category: 'capacity', summary: '混雑' }, evidenceUrl: evidenceOf('review-2') }),
  ),
  post(
    meeting + 10,
    () => '/api/actions',
    'action-1',
    () => ({ incidentId: ids.told, bundleId: '2026-W47', description: '再発を防ぐ action-1', kind: 'prevent' }),
  ),
  ticket(meeting + 15, 'late', { customer: { id: 'store-4' } }),
  sending(at(meeting + 20), 'hold', () => ({ kind: 'http', method: 'POST', path: '/api/postmortems/2026-W47/hold', headers: { 'content-type': 'application/json' }, body: '{}' })),
];
