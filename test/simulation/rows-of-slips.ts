import { hourMs, minuteMs } from './calendar.ts';
import { addEvent, answerChange, answerOf, bundleOf, checkpointOf, contactIn, eventOf, find, firstOf, incidentOf, isSignalOf, noticesOf, recordReminder, refuse, reword, takingOf, withoutEvents, withoutNotice } from './changed-ledger.ts';
import { at, type Change, ids, iso, type Ledger, meeting, start } from './ledger.ts';
import type { Doc } from './oracle/records.ts';
import { changing } from './world/meetings.ts';
import { evidenceOf } from './world/responders.ts';

const actionOf = (l: Ledger, key: string): Doc => l.documents.get(`actions/${ids[key]}`);
const missedOf = (l: Ledger, name: string): Doc => find(l, ([path, doc]) => path.startsWith(`incidents/${ids[name]}/timeline/`) && doc.detail?.outcome === 'missed')[1];
const answered = (status: number): Doc => ({ 1: { status, headers: {}, body: {} } });
/** An instance ended between a notice and the record of it. */
const died: Change = (l) => {
  const diedAt = Date.parse(noticesOf(l, 'forgotten', 'update-due')[0]!.deliveredAt) + 100;
  l.outages = [{ what: 'instance', from: diedAt, to: diedAt }];
  recordReminder(l, 'forgotten', at(18));
};
/** A notice that came hours late, as its channel had been unavailable. */
const cameLate: Change = (l) => {
  l.outages = [{ what: 'channel', from: at(15), to: at(60) }];
  Object.assign(noticesOf(l, 'forgotten', 'update-due')[0]!, { deliveredAt: iso(7 * 60) });
};
const failingOften: Change = (l) => {
  const times = Array.from({ length: (l.now - start) / (10 * minuteMs) }, (_, index) => at(10 * index));
  l.outages = times.map((from) => ({ what: 'firestore', from, to: from + 1_000 }));
};

/** What is as it should be: of all that a row changes, in one copy, the oracle says nothing. */
export const noSlips: Record<string, Change[]> = {
  'a statement is refused about what is linked, before it occurred, of fewer than are named, of others, and without what shows it': [
    refuse(30, 'linked', { type: 'responded' }),
    refuse(30, 'news', { type: 'responded', occurredAt: iso(-11) }),
    refuse(30, 'news', { type: 'corrected', field: 'affectedCustomerCount', value: 0 }),
    refuse(30, 'news', { type: 'recovered', customers: ['store-99'] }),
    refuse(30, 'news', { type: 'verified', happened: 'no' }),
  ],
  'an action item is as a change without an answer may have left it, and as before a refusal': [
    answerChange(undefined),
    (l) => l.observed.push([changing(ids['action-2'], { owner: 'ito' }), { status: 409, headers: {}, body: {} }, at(meeting + 14)]),
  ],
  'an instance died between a notice and the record of it': [died],
  'a notice came late where something had failed': [cameLate],
};

/** What the oracle says, and what has been changed that it says it of: a group in one copy, on records of its own each. */
export const slips: Record<string, Record<string, Change>> = {
  'nothing is lost': {
    'was made, and each of the 1 who sent it was told that it had been there': (l) => {
      const first = l.observed.find(([call]) => call.kind === 'http' && call.body?.includes('"id":"nobody"'));
      if (first?.[1]) first[1].body.created = false;
    },
    'should be a signal once in ten minutes, and is there 0 times': (l) => void l.documents.delete(find(l, isSignalOf('facts'))[0]),
    'should be in quarantine once, and is there 0': (l) => void l.documents.delete(find(l, ([path]) => path.startsWith('quarantine/'))[0]),
    'What came in as sig_\\w+ of zendesk 701 is on no timeline': (l) => void l.documents.delete(find(l, ([path]) => path.startsWith(`incidents/${ids['701']}/timeline/sig_`))[0]),
    'was answered .* and is not there': (l) => void l.documents.delete(`incidents/${ids.forgotten}`),
    'responded responded-1, .* is recorded 0 times': (l) => withoutEvents(l, 'told', (event) => event.type === 'responded'),
    'action-1, .* is recorded 0 times': (l) => void l.documents.delete(`actions/${ids['action-1']}`),
  },
  'a group of alerts is counted': {
    'counts .*, and its last group says': (l) => void Object.assign(incidentOf(l, 'pods').alert.counts, { firing: 3 }),
    'keeps 1 alerts, and its group has 2 firing': (l) => {
      const [, kept] = find(l, ([path]) => /^signals\/\w+\/alertIds\//.test(path));
      [kept.ids] = String(kept.ids).split('\n');
    },
  },
  'none is doubled': {
    'should be a signal once in ten minutes, and is there 2 times': (l) => void l.documents.set('signals/sig_copy', find(l, isSignalOf('told'))[1]),
    'should have made one record': (l) => void l.documents.set('incidents/inc_copy', incidentOf(l, 'told')),
    'is recorded 2 times': (l) => addEvent(l, 'told', { type: 'responded', actor: 'local', evidenceUrl: evidenceOf('responded-1') }),
    'was answered as new twice': (l) => void l.observed.push([l.observed[0]![0], structuredClone(l.observed[0]![1]), at(2)]),
    'is not in its storm': (l) => {
      const [path, doc] = find(l, isSignalOf('0.second'));
      l.documents.set(path, { ...doc, incidentId: 'inc_other' });
      const origin = { ...incidentOf(l, '0.first').origin, id: doc.sourceId };
      l.documents.set('incidents/inc_other', { ...incidentOf(l, '0.first'), id: 'inc_other', origin });
    },
    '0\\.new joined the storm of .* when it was over': (l) => void Object.assign(find(l, isSignalOf('0.new'))[1], { incidentId: ids['0.old'] }),
    'came at .* and again': (l) => void l.delivered.push(l.delivered[0]!),
    'was told as ntc_\\w+ at .*, and as ntc_other': (l) => void l.delivered.push({ ...noticesOf(l, 'forgotten', 'update-due')[0]!, id: 'ntc_other' }),
  },
  'rules decide': {
    'The message .* questions a recovery that there was not': (l) => {
      const isMessage = ([path, each]: [string, Doc]): boolean => path.startsWith('signals/') && each.kind === 'customer-wrote' && each.receivedAt < at(20);
      const signalId = find(l, isMessage)[0].slice('signals/'.length);
      addEvent(l, '701', { type: 'recovery-questioned', detail: { signalId } });
      withoutEvents(l, '701', (event) => event.type === 'recovered');
    },
    'inc_\\w+ became an emergency, and inc_\\w+ is the newest of its reports that are open': (l) => {
      withoutEvents(l, 'third', (event) => event.type === 'recovered');
      firstOf(l, 'second', 'emergency-begun').recordedAt = at(58);
    },
    'That shop-prod/0\\.old closed .*T04:48.*, and stands at .*T04:40': (l) => Object.assign(find(l, ([path, doc]) => path.startsWith('signals/') && doc.kind === 'alert-closed')[1], { happenedAt: at(100) }),
    'had no response by 2026-11-22T03:10:.*, and somebody was called at 2026-11-22T03:26': (l) => Object.assign(firstOf(l, 'forgotten', 'paged'), { recordedAt: at(26) }),
    'occurredAt of sig_\\w+ of drl_\\w+ is .*, unlike then': (l) => Object.assign(find(l, ([path, doc]) => path.startsWith('signals/') && doc.drill && doc.occurredAt)[1].occurredAt, { at: at(290) }),
    'lastSeenAt of .* by what was stated': (l) => Object.assign(incidentOf(l, 'told'), { lastSeenAt: at(1) }),
    'is of the area elsewhere, and its report says': (l) => Object.assign(incidentOf(l, '0.new').origin, { area: 'elsewhere' }),
    'is unanswered since .*, and is still a question': (l) => Object.assign(incidentOf(l, 'question'), { kind: 'question' }),
    'was received at 2026-11-22T03:25:.*, when nothing of it was sent': (l) => Object.assign(incidentOf(l, 'mended'), { receivedAt: at(25) }),
  },
  'what is told later counts': {
    'The reply .* should be an update 1 times, and is 0 times': (l) => withoutEvents(l, '701', (event) => event.type === 'customer-updated' && event.actor !== 'local'),
    'The message .* came after the recovery, and nobody questions it': (l) => withoutEvents(l, '701', (event) => event.type === 'recovery-questioned' && event.detail.message),
    'The message .* came while it was open: customer-wrote should be there 1 times': (l) => withoutEvents(l, '701', (event) => event.type === 'customer-wrote'),
    'The report .* says that it goes on: yes, and that is unknown still': (l) => withoutEvents(l, 'filled', (event) => event.detail.field === 'ongoing'),
    'The report .* is about what was found not to occur, and does not open it again': (l) => withoutEvents(l, 'again', (event) => event.type === 'reopened'),
    'The report .* says worse of impact.businessImpact than is known or was ever said': (l) => withoutEvents(l, 'worse', (event) => event.detail.field === 'impact.businessImpact'),
    'The report .* came \\d+ ms after the recovery: reopened should be there 1 times': (l) => withoutEvents(l, 'back', (event) => event.type === 'reopened' || event.type === 'paged'),
  },
  'who wrote is seen': {
    'customer-wrote of .* should have been told of': (l) => Object.assign(l, { delivered: l.delivered.filter((each) => each.kind !== 'customer-wrote') }),
    'recovery-questioned of .* should have been told of': (l) => {
      for (const each of noticesOf(l, '701', 'recovery-questioned')) each.incidentId = ids.told!;
    },
    'does not show that zendesk 701 wrote': (l) => void delete incidentOf(l, '701').unanswered,
  },
  'what was stated stands': {
    'paged somebody at 2026-11-22T03:08.* it had been answered at no time, reported 2026-11-22T03:05': (l) => Object.assign(firstOf(l, 'forgotten', 'paged'), { recordedAt: at(8) }),
    'recovered 2026-11-22T03:45:00.000Z by what was stated, and not 2026-11-22T03:50': (l) => Object.assign(contactIn(l, 'many'), { recoveredAt: at(50) }),
    'became an incident by third-customer, which does not hold': (l) => Object.assign(find(l, ([, doc]) => doc.type === 'reclassified')[1].detail, { rule: 'third-customer' }),
    'store-99 stays among those whom inc_\\w+ affects': (l) => void incidentOf(l, 'left').affectedCustomers.push({ id: 'store-99' }),
    'should have recovered with the last whom it has': (l) => {
      incidentOf(l, 'left').recoveredAt -= minuteMs;
    },
    'was no emergency any more from 2026-11-22T03:50:.* and had recovered 2026-11-22T03:45': (l) => Object.assign(firstOf(l, 'many', 'emergency-ended').changes.emergency, { endedAt: at(50) }),
    'reopened of .* is by a link of .*, of which nobody is known who still waits': (l) => {
      addEvent(l, 'linked', { type: 'recovered', actor: 'sato', detail: { customers: 'all' } });
      addEvent(l, 'told', { type: 'reopened', actor: 'rule', detail: { rule: 'linked-ongoing', from: ids.linked } });
    },
    'was linked, and yet responded was stated of it': (l) => addEvent(l, 'linked', { type: 'responded', actor: 'sato', detail: {} }),
    'was found not to occur by .*, which does not show it': (l) => addEvent(l, 'told', { type: 'verified', actor: 'sato', detail: { happened: 'no', method: 'ログ' } }),
    'roles.lead.who of .* should be "local"': (l) => Object.assign(incidentOf(l, 'nobody').roles.lead, { who: 'sato' }),
    'firstResponseAt of .* should be 2026-11-22T04:30:.* by what was stated, and is no time': (l) => void delete incidentOf(l, 'nobody').firstResponseAt,
    'waits for word, and is none of those who are affected': (l) => Object.assign(contactIn(l, 'late'), { customers: [{ id: 'store-99' }] }),
    'status of .* should be not-occurring by what was said of it, and is open after': (l) => Object.assign(eventOf(l, 'again', 'verified-2').changes, { status: 'open' }),
    'affectedCustomers of .* should be store-10,store-9 by what was said of it, and is store-10,store-9,store-99': (l) => eventOf(l, 'facts', 'scoped-1').changes.affectedCustomers.push({ id: 'store-99' }),
    'corrects impact.affectedCustomerCount from 7, and that was 5': (l) => Object.assign(eventOf(l, 'miscounted', 'corrected-2').detail, { old: 7 }),
    'inc_\\w+ names 1 customers, and counts 0': (l) => Object.assign(incidentOf(l, 'told').impact, { affectedCustomerCount: 0 }),
    'owner of act_\\w+ was changed to "tanaka" at .*, and is "sato"': (l) => Object.assign(actionOf(l, 'action-2'), { owner: 'sato' }),
    'owner of act_\\w+ was "sato" by .*, and its history says "ito"': (l) => Object.assign(actionOf(l, 'action-2').history.at(-1).old, { owner: 'ito' }),
    'act_\\w+ is agreed since 2026-11-23T01:12:.*, and is said to be since 2026-11-23T01:13': (l) => Object.assign(actionOf(l, 'action-2'), { agreedAt: at(meeting + 13) }),
    'should be due in 30 days': (l) => Object.assign(actionOf(l, 'action-1'), { dueAt: actionOf(l, 'action-1').createdAt + 15 * 24 * hourMs }),
    'corrected of .* was answered 422 at .*, and nothing stood against it': refuse(30, 'news', { type: 'corrected', field: 'affectedCustomerCount', value: 1 }),
  },
  'the rhythm is kept': {
    'remembers \\d slots, and was told of 0': (l) => withoutEvents(l, 'news', (event) => event.type === 'slot-closed'),
    'was escalated at .* for store-1, of whom no two updates in a row had been missed': (l) => addEvent(l, 'told', { type: 'escalated', actor: 'rule', detail: { customers: ['store-1'] }, recordedAt: at(70) }),
    'was told of as due 2026-11-22T03:20.* as early as that': (l) => recordReminder(l, 'forgotten', at(7)),
    'was told of as due .*; it is due': (l) => {
      const detail = { customers: ['store-25'], slots: [{ contactId: contactIn(l, 'many').id, dueAt: at(130) }] };
      addEvent(l, 'many', { type: 'reminded', actor: 'rule', detail, recordedAt: at(125), occurredAt: at(125) });
    },
    'store-99 of .* is named, and has no clock': (l) => incidentOf(l, 'filled').affectedCustomers.push({ id: 'store-99' }),
    'was due 2026-11-22T03:37.* nobody was reminded, and nothing had failed': (l) => Object.assign(contactIn(l, 'apart'), { facts: contactIn(l, 'apart').facts.filter((each: Doc) => each.type !== 'reminded') }),
    'should be announced within the minute': withoutNotice('nobody', 'incident-filed'),
  },
  'a failure every few minutes explains nothing that is long overdue': {
    'and it was not escalated': (l) => {
      failingOften(l);
      withoutEvents(l, 'forgotten', (event) => event.type === 'escalated');
    },
    'should have been asked for': (l) => withoutEvents(l, 'nobody', (event) => event.type === 'reminded'),
  },
  'who died had sent that notice alone': {
    'reminded of .* should have been told of': (l) => {
      died(l);
      for (const each of noticesOf(l, 'forgotten', 'update-due')) each.customers = ['store-99'];
    },
  },
  'a notice that came late is of one reminder alone': {
    'nothing was recorded that it is about': (l) => {
      cameLate(l);
      l.delivered.push({ ...noticesOf(l, 'forgotten', 'update-due')[0]!, id: 'ntc_other', text: 'once more' });
    },
  },
  'every incident is in its bundle': {
    'should be among the entries of 2026-W47 1 times, and is 0': (l) => void bundleOf(l).entries.pop(),
    'should be among the carried incidents of 2026-W48 1 times': (l) => void l.bundles.get('/api/postmortems/2026-W48?limit=20')?.body.carriedIncidents.pop(),
    'should be carried in 2026-W48': (l) => Object.assign(l.bundles.get('/api/postmortems/2026-W48?limit=20')!.body, { carriedActions: [] }),
  },
  'a bundle counts what its entries say': {
    'that its customers-updated is "fail", and it was "pass"': (l) => Object.assign(checkpointOf(l, 'helped', 'customers-updated'), { result: 'fail' }),
    '2026-W47 says that inc_\\w+ was skipped, which was not to be reviewed|were skipped, and': (l) => void bundleOf(l).skipped.push({ kind: 'incident', item: bundleOf(l).entries[0].id }),
    '2026-W47 bySource .* should have .* entries, and is not there': (l) => void bundleOf(l).aggregates.bySource.pop(),
    'among its entries after what was filed later': (l) => bundleOf(l).entries.reverse(),
    'firstResponse in the chart': (l) => bundleOf(l).aggregates.total.firstResponse.distribution.reverse(),
    'says .* for recovery to come, and its entries say': (l) => {
      const { recovery } = bundleOf(l).aggregates.total;
      Object.assign(recovery, { pending: recovery.unknown + 1, unknown: recovery.pending - 1 });
    },
  },
  'records are at one': {
    'The slots of .* are counted as': (l) => Object.assign(missedOf(l, 'forgotten').detail, { outcome: 'void' }),
    'firstResponseAt of .* should be no time by what was said of it': (l) => void delete takingOf(l, 'responded-20').changes.firstResponseAt,
    'due 2026-11-22T03:31.* stays met by an update that was taken back': (l) => void delete takingOf(l, 'updated-20').detail.slots,
    'reminded by .* is said by no event|is not what': (l) => withoutEvents(l, 'mended', (event) => event.type === 'reminded'),
    'reminded of .* should have been told of': withoutNotice('late', 'update-due'),
    'numbered from 1 without a gap': (l) => void l.documents.delete(`incidents/${ids.apart}/timeline/00000003`),
    'slot-closed of inc_\\w+ is said to have been at': (l) => {
      missedOf(l, 'forgotten').occurredAt += hourMs;
    },
    'should have recovered with its last customer': (l) => Object.assign(find(l, ([path, doc]) => path.includes(String(ids.told)) && doc.detail?.rule === 'all-recovered')[1].detail, { recoveredAt: at(59) }),
    'Every customer whom .* has left since a link was undone has recovered, and it is open': (l) => {
      withoutEvents(l, 'left', (each) => each.type === 'recovered' && each.actor === 'rule');
      Object.assign(incidentOf(l, 'left'), { status: 'open', recoveredAt: undefined });
    },
    'has a next date, and no timer': (l) => void l.documents.delete(`timers/${ids.forgotten}`),
    'was due at .*, and nobody looked': (l) => Object.assign(l.documents.get(`timers/${ids.filled}`), { wakeAt: at(60) }),
    'overdueSince of con_.* should be 2026-11-23T01:30:.* by its facts, and is 2026-11-23T02:00': (l) => {
      contactIn(l, 'late').overdueSince += 30 * minuteMs;
    },
  },
  'what is taken back was never said': {
    'due 2026-11-22T03:31.* was met, and not late': (l) => Object.assign(takingOf(l, 'updated-20').detail.slots[0], { corrects: 'late' }),
    'due of con_.* should be .* by its facts, and is null': (l) => Object.assign(contactIn(l, 'taken'), { nextUpdateDueAt: null }),
    '\\(responded\\), had been taken back before': (l) => {
      const { changes: _, ...again } = structuredClone(takingOf(l, 'responded-20'));
      addEvent(l, 'taken', { ...again, id: undefined, evidenceUrl: evidenceOf('retracted-4') });
    },
    '00000001 \\(filed\\), is not for people to take back': (l) => Object.assign(eventOf(l, 'miscounted', 'retracted-5').detail, { eventId: '00000001', type: 'filed' }),
    'was refused, and nothing stood against it': (l) => refuse(90, 'taken', { type: 'retracted', eventId: eventOf(l, 'taken', 'updated-21').id, why: '?' }, 409)(l),
  },
  'a notice says what is so': {
    'should be about “注文が通らない”': reword('通らない', '通る'),
    'should say “一部支障・1店舗”': reword('一部支障・1店舗 |', '業務停止・1店舗 |'),
    'should say of con_\\w+ “連絡期限 12:39\\(12:09から連絡待ち\\)、前回の連絡 12:09「対応中です」”': reword('連絡期限 12:39', '連絡期限 12:40'),
    'should have nothing of “対応を開始”': reword('- 12:20', '- 12:06 対応を開始\n- 12:20'),
    'should have “- 12:20 影響範囲を確認” among': reword('- 12:20 影響範囲を確認', '- 新しい記録はありません'),
    'should draft “経過”, and drafts “進展なし”': reword('文面案(経過)', '文面案(進展なし)'),
    'promises the next word by .* 13:34, and that is .* 13:04': reword('13:04までに', '13:34までに'),
    'it is of 11月22日\\(日\\) 12:33': reword('12:34時点', '12:33時点'),
    'it calls them 佐藤': reword('> ご担当者様', '> 佐藤 ご担当者様'),
  },
  'a draft says what is known': {
    '“影響のある範囲の確認が完了いたしました” was news': reword('> ・影響のある', '> ・当面の'),
    'is no such drill': reword('まもなく店舗', '【訓練】まもなく店舗'),
    '“設定を変更いたしました” was not news': reword('> 次回', '> ・設定を変更いたしました\n> 次回'),
    '“・対処方法：再起動”, and it is undefined': reword('> 次回', '> ・対処方法：再起動\n> 次回'),
    'it is stopped, and degraded is known': reword('> 次回', '> ・現在、該当の機能をご利用いただけない状態です\n> 次回'),
    'nobody has confirmed it': reword('■前回から', '■確認できた内容'),
    'promised by 12:20': reword('> 次回', '> 12:20までにお送りする予定のご連絡\n> 次回'),
    'it recovered at .* 12:30': reword('> 次回', '> 本件は、11月22日(日) 12:30よりご利用いただけるようになりました\n> 次回'),
  },
  'nobody is answered what is not so': {
    '2026-W47 was held, and has changed since': (l) => Object.assign(bundleOf(l), { newcomerGuide: {} }),
    '2026-W48 has no bundle': (l) => void l.bundles.delete('/api/postmortems/2026-W48?limit=20'),
    'was answered 500 .*, and nothing had failed': (l) => Object.assign(l.observed[0]!, answered(500)),
    '503 without Retry-After': (l) => Object.assign(l.observed[1]!, answered(503)),
    'was answered 422': (l) => Object.assign(l.observed[2]!, answered(422)),
    'was dismissed .*, came again .*, and stays dismissed': (l) => Object.assign(find(l, ([path, { state }]) => path.startsWith('quarantine/') && state === 'dismissed')[1], { settledAt: start - hourMs }),
    'title of inc_\\w+ is answered as "別の件"': (l) => Object.assign(answerOf(l, '/api/incidents?limit=20').incidents[0], { title: '別の件' }),
    'GET /api/actions should be act_': (l) => void answerOf(l, '/api/actions?limit=20').actions.pop(),
    'inc_\\w+ is not found by M-': (l) => {
      for (const [path, answer] of l.bundles) if (path.startsWith('/api/find?q=M-')) answer.body.incidents = [];
    },
    'The board should be sorted by who has waited longest': (l) => {
      const [forgotten, late] = [String(ids.forgotten), String(ids.late)];
      const other: Record<string, string> = { [forgotten]: late, [late]: forgotten };
      Object.assign(l.bundles.get('/console') ?? {}, { body: answerOf(l, '/console').replaceAll(/inc_[0-9a-f]{24}/g, (id: string) => other[id] ?? id) });
    },
  },
};
