import { hourMs, minuteMs } from './calendar.ts';
import {
  addEvent,
  answerChange,
  answerOf,
  at,
  bundleOf,
  type Change,
  checkpointOf,
  contactIn,
  escalatedAtTheEnd,
  eventOf,
  find,
  firstOf,
  ids,
  incidentOf,
  isContactOf,
  isMissedSlotOf,
  iso,
  isReplyOf,
  isSignalOf,
  type Ledger,
  meeting,
  noticesOf,
  recordReminder,
  refuse,
  reword,
  start,
  takingOf,
  unremind,
  withoutEvents,
  withoutNotice,
} from './ledger.ts';
import type { Doc } from './oracle/records.ts';
import { changing } from './world/meetings.ts';
import { evidenceOf } from './world/responders.ts';

/** The first of what the drill replays that says when it occurred. */
const drilled = (l: Ledger): Doc => find(l, ([path, doc]) => path.startsWith('signals/') && doc.drill && doc.occurredAt !== undefined)[1];
const actionOf = (l: Ledger, key: string): Doc => l.documents.get(`actions/${ids[key]}`);
const countOf = (value: number): Doc => ({ type: 'corrected', field: 'affectedCustomerCount', value });

/** What is refused without a reason, of an incident that is open and affects one customer. */
const refusedWithoutReason: Change[] = [
  // a count of just those who are named
  refuse(30, 'news', countOf(1)),
  refuse(30, 'news', { type: 'responded' }),
  refuse(30, 'news', { type: 'verified', happened: 'yes' }),
  refuse(30, 'news', { type: 'recovered', customers: 'all' }),
  refuse(30, 'news', { type: 'recovered', customers: ['store-30'] }),
];

/** What is as it should be. */
export const noSlips: Record<string, Change> = {
  'a statement about what is linked is refused': refuse(30, 'linked', { type: 'responded' }),
  'a statement of a time before it had occurred is refused': refuse(30, 'news', { type: 'responded', occurredAt: iso(-11) }),
  'a count of fewer than are named is refused': refuse(30, 'news', countOf(0)),
  'a statement about customers that it does not affect is refused': refuse(30, 'news', { type: 'recovered', customers: ['store-99'] }),
  'that nothing happened is refused, which is to be shown': refuse(30, 'news', { type: 'verified', happened: 'no' }),
  'a next action is as it was before a refusal': (l) => l.observed.push([changing(ids['action-2'], { owner: 'ito' }), { status: 409, headers: {}, body: {} }, at(meeting + 14)]),
  'a next action is as a change without an answer may have left it': answerChange(undefined),
};

/** What the oracle says, and what has been changed in the ledger that it says it of. */
export const slips: Record<string, Record<string, Change | Change[]>> = {
  'nothing is lost': {
    'should be a signal once in ten minutes, and is there 0 times': (l) => void l.documents.delete(find(l, isSignalOf('forgotten'))[0]),
    'should be in quarantine once, and is there 0': (l) => void l.documents.delete(find(l, ([path]) => path.startsWith('quarantine/'))[0]),
    'What came in as sig_\\w+ of zendesk 701 is on no timeline': (l) => void l.documents.delete(find(l, ([path]) => path.startsWith(`incidents/${ids['701']}/timeline/sig_`))[0]),
    'was answered .* and is not there': (l) => void l.documents.delete(`incidents/${ids.forgotten}`),
    'was received at 2026-11-22T03:25:.*, when nothing of it was sent': (l) => Object.assign(incidentOf(l, 'mended'), { receivedAt: at(25) }),
    'should be a signal once': (l) => Object.assign(find(l, isSignalOf('told'))[1], { raw: Buffer.from('{"id":"told","subject":"?"}') }),
    'responded responded-1, .* is recorded 0 times': (l) => withoutEvents(l, 'told', (event) => event.type === 'responded'),
    'action-1, .* is recorded 0 times': (l) => void l.documents.delete(find(l, ([path]) => path.startsWith('actions/'))[0]),
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
    'was made, and each of the 1 who sent it was told that it had been there': (l) => {
      const first = l.observed.find(([call]) => call.kind === 'http' && call.body?.includes('"id":"nobody"'));
      if (first?.[1]) first[1].body.created = false;
    },
  },
  'rules decide': {
    'inc_\\w+ became an emergency, and inc_\\w+ is the newest of its reports that are open': (l) => {
      withoutEvents(l, 'third', (event) => event.type === 'recovered');
      firstOf(l, 'second', 'emergency-begun').recordedAt = at(58);
    },
    'That shop-prod/0\\.old closed .*T04:48.*, and stands at .*T04:40': (l) => Object.assign(find(l, ([path, doc]) => path.startsWith('signals/') && doc.kind === 'alert-closed')[1], { happenedAt: at(100) }),
    'had no response by 2026-11-22T03:10:.*, and somebody was called at 2026-11-22T03:26': (l) => Object.assign(firstOf(l, 'forgotten', 'paged'), { recordedAt: at(26) }),
    'had no response by 2026-11-22T03:10:.*, and somebody was called at no time': (l) => withoutEvents(l, 'forgotten', (event) => event.type === 'paged'),
    'paged somebody at 2026-11-22T03:08:.* it had been answered at no time, reported 2026-11-22T03:05': (l) => Object.assign(firstOf(l, 'forgotten', 'paged'), { recordedAt: at(8) }),
    'occurredAt of sig_\\w+ of drl_\\w+ is .*, unlike then': (l) => Object.assign(drilled(l).occurredAt, { at: at(290) }),
    'happenedAt of sig_\\w+ of drl_\\w+ is .*, unlike then': (l) => Object.assign(drilled(l), { happenedAt: at(290) }),
    'lastSeenAt of .* by what was stated': (l) => Object.assign(incidentOf(l, 'told'), { lastSeenAt: at(1) }),
    'is of the area elsewhere, and its report says': (l) => Object.assign(incidentOf(l, '0.new').origin, { area: 'elsewhere' }),
    'is unanswered since .*, and is still a question': (l) => Object.assign(incidentOf(l, 'question'), { kind: 'question' }),
    'became an incident by third-customer, which does not hold': (l) => Object.assign(find(l, ([, doc]) => doc.type === 'reclassified')[1].detail, { rule: 'third-customer' }),
  },
  'what is told later counts': {
    'The reply .* should be an update 1 times, and is 0 times': (l) => withoutEvents(l, '701', (event) => event.type === 'customer-updated' && event.actor !== 'local'),
    'The reply .* should be an update 1 times, and is 2 times': (l) => addEvent(l, '701', { ...find(l, isReplyOf('701'))[1], id: undefined }),
    'The message .* came after the recovery, and nobody questions it': (l) => withoutEvents(l, '701', (event) => event.type === 'recovery-questioned' && event.detail.message),
    'The back .* came after the recovery, and nobody questions it': (l) => withoutEvents(l, '701', (event) => event.detail.rule === 'reopened-after-recovery'),
    'The message .* questions a recovery that there was not': (l) => {
      const isMessage = ([path, each]: [string, Doc]): boolean => path.startsWith('signals/') && each.kind === 'customer-wrote' && each.receivedAt < at(20);
      const signalId = find(l, isMessage)[0].slice('signals/'.length);
      addEvent(l, '701', { type: 'recovery-questioned', detail: { signalId } });
      withoutEvents(l, '701', (event) => event.type === 'recovered');
    },
    'The message .* came while it was open: customer-wrote should be there 1 times': (l) => withoutEvents(l, '701', (event) => event.type === 'customer-wrote'),
    'customer-wrote of .* should have been told of': (l) => Object.assign(l, { delivered: l.delivered.filter((each) => each.kind !== 'customer-wrote') }),
    'does not show that zendesk 701 wrote': (l) => void delete incidentOf(l, '701').unanswered,
    'The report .* says that it goes on: yes, and that is unknown still': (l) => withoutEvents(l, 'filled', (event) => event.detail.field === 'ongoing'),
    'The report .* says when it occurred, .*, and that is unknown still': (l) => withoutEvents(l, 'filled', (event) => event.detail.field === 'occurredAt'),
    'The report .* is about what was found not to occur, and does not open it again': (l) => withoutEvents(l, 'again', (event) => event.type === 'reopened'),
  },
  'what was stated stands': {
    'store-99 stays among those whom inc_\\w+ affects': (l) => void incidentOf(l, 'left').affectedCustomers.push({ id: 'store-99' }),
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
    'con_others@\\S+ of .* recovered 2026-11-22T03:38:.* by what was stated, and not 2026-11-22T03:42': (l) => Object.assign(l.documents.get(`incidents/${ids.named}/contacts/con_others`), { recoveredAt: at(42) }),
    'was no emergency any more from 2026-11-22T03:50:.* and had recovered 2026-11-22T03:45': (l) => {
      const [, event] = find(l, ([path, doc]) => path.startsWith(`incidents/${ids.many}/timeline/`) && doc.type === 'emergency-ended');
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
    'was linked, and yet responded was stated of it': (l) => addEvent(l, 'linked', { type: 'responded', actor: 'sato', detail: {} }),
    'was found not to occur by .*, which does not show it': (l) => addEvent(l, 'told', { type: 'verified', actor: 'sato', detail: { happened: 'no', method: 'ログ' } }),
    'roles.lead.who of .* should be "sato"': (l) => addEvent(l, 'facts', { type: 'role-taken', actor: 'sato', detail: { role: 'lead' } }),
    'roles.lead.who of .* should be "local"': (l) => Object.assign(incidentOf(l, 'nobody').roles.lead, { who: 'sato' }),
    'firstResponseAt of .* should be 2026-11-22T04:30:.* by what was stated, and is no time': (l) => void delete incidentOf(l, 'nobody').firstResponseAt,
    'waits for word, and is none of those who are affected': (l) => {
      contactIn(l, 'late').customers = [{ id: 'store-99' }];
    },
    'status of .* should be not-occurring by what was said of it, and is open after': (l) => Object.assign(eventOf(l, 'again', 'verified-2').changes, { status: 'open' }),
    'affectedCustomers of .* should be store-10,store-9 by what was said of it, and is store-10,store-9,store-99': (l) => eventOf(l, 'facts', 'scoped-1').changes.affectedCustomers.push({ id: 'store-99' }),
    'corrects impact.affectedCustomerCount from 7, and that was 5': (l) => Object.assign(eventOf(l, 'miscounted', 'corrected-2').detail, { old: 7 }),
    'inc_\\w+ names 1 customers, and counts 0': (l) => Object.assign(incidentOf(l, 'told').impact, { affectedCustomerCount: 0 }),
    'owner of act_\\w+ was changed to "tanaka" at .*, and is "sato"': (l) => Object.assign(actionOf(l, 'action-2'), { owner: 'sato' }),
    'owner of act_\\w+ was changed to "tanaka" at .*, and is undefined': (l) => void delete actionOf(l, 'action-2').owner,
    'owner of act_\\w+ was changed to "sato" at .*, and is "tanaka"': answerChange(409),
    'owner of act_\\w+ was "sato" by .*, and its history says "ito"': (l) => Object.assign(actionOf(l, 'action-2').history.at(-1).old, { owner: 'ito' }),
    'act_\\w+ is agreed since 2026-11-23T01:12:.*, and is said to be since 2026-11-23T01:13': (l) => Object.assign(actionOf(l, 'action-2'), { agreedAt: at(meeting + 13) }),
    'was answered 422 at .*, and nothing stood against it': refusedWithoutReason,
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
    'nothing was recorded that it is about': (l) => void l.delivered.push({ ...noticesOf(l, 'forgotten', 'update-due')[0]!, id: 'ntc_other', deliveredAt: new Date(at(7 * 60)).toISOString() }),
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
    'store-99 of .* is named, and has no clock': (l) => incidentOf(l, 'forgotten').affectedCustomers.push({ id: 'store-99' }),
    'nobody was reminded, and nothing had failed': (l) => unremind(l, 'forgotten'),
    'was due 2026-11-22T03:59.* nobody was reminded, and nothing had failed': (l) => unremind(l, 'hurried'),
    'has nothing of reminded .*, 2026-11-22T05:00': (l) => unremind(l, 'standing', at(97)),
    'reminded by .* is said by no event|is not what': (l) => withoutEvents(l, 'forgotten', (event) => event.type === 'reminded'),
    'and it was not escalated': (l) => withoutEvents(l, 'forgotten', (event) => event.type === 'escalated'),
    'should have been asked for': (l) => withoutEvents(l, 'nobody', (event) => event.type === 'reminded'),
    'should be announced within the minute': withoutNotice('nobody', 'incident-filed'),
  },
  'every incident is in its bundle': {
    'should be among the entries of 2026-W47 1 times, and is 0': (l) => void bundleOf(l).entries.pop(),
    'and is 2 times': (l) => void bundleOf(l).entries.push(bundleOf(l).entries[0]),
    '2026-W47 says that inc_\\w+ was skipped, which was not to be reviewed|were skipped, and': (l) => void bundleOf(l).skipped.push({ kind: 'incident', item: bundleOf(l).entries[0].id }),
    'should be among the carried incidents of 2026-W48 1 times': (l) => void l.bundles.get('/api/postmortems/2026-W48?limit=20')?.body.carriedIncidents.pop(),
    '2026-W47 bySource .* should have .* entries, and is not there': (l) => void bundleOf(l).aggregates.bySource.pop(),
    'among its entries after what was filed later': (l) => bundleOf(l).entries.reverse(),
    'has no byArea .*, and entries have': (l) => void bundleOf(l).aggregates.byArea.pop(),
    'firstResponse in the chart': (l) => bundleOf(l).aggregates.total.firstResponse.distribution.reverse(),
    'says .* for recovery to come, and its entries say': (l) => {
      const { recovery } = bundleOf(l).aggregates.total;
      Object.assign(recovery, { pending: recovery.unknown + 1, unknown: recovery.pending - 1 });
    },
    'that its customers-updated is "fail", and it was "pass"': (l) => Object.assign(checkpointOf(l, 'helped', 'customers-updated'), { result: 'fail' }),
    'that its customers-updated is "pass", and it was "fail"': (l) => Object.assign(checkpointOf(l, 'unhelped', 'customers-updated'), { result: 'pass' }),
    '2026-W47 was held, and has changed since': (l) => Object.assign(bundleOf(l), { newcomerGuide: {} }),
    '2026-W48 has no bundle': (l) => void l.bundles.delete('/api/postmortems/2026-W48?limit=20'),
    'should be carried in 2026-W48': (l) => Object.assign(l.bundles.get('/api/postmortems/2026-W48?limit=20')!.body, { carriedActions: [] }),
  },
  'records are at one': {
    'numbered from 1 without a gap': (l) => void l.documents.delete(`incidents/${ids.told}/timeline/00000003`),
    'slot-closed of inc_\\w+ is said to have been at': (l) => {
      find(l, isMissedSlotOf('forgotten'))[1].occurredAt += hourMs;
    },
    'should have recovered with its last customer': (l) => Object.assign(find(l, ([path, doc]) => path.includes(String(ids.told)) && doc.detail?.rule === 'all-recovered')[1].detail, { recoveredAt: at(59) }),
    'has a next date, and no timer': (l) => void l.documents.delete(`timers/${ids.forgotten}`),
    'overdueSince of con_.* should be 2026-11-23T01:30:.* by its facts, and is 2026-11-23T02:00': (l) => {
      contactIn(l, 'late').overdueSince += 30 * minuteMs;
    },
    'was due at .*, and nobody looked': (l) => Object.assign(l.documents.get(`timers/${ids.forgotten}`), { wakeAt: at(60) }),
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
    'due 2026-11-22T03:31.* stays met by an update that was taken back': (l) => void delete takingOf(l, 'updated-20').detail.slots,
    'due 2026-11-22T03:31.* was met, and not late': (l) => Object.assign(takingOf(l, 'updated-20').detail.slots[0], { corrects: 'late' }),
    'due 2026-11-22T03:31.* was met, and not missed': (l) => Object.assign(takingOf(l, 'updated-20').detail.slots[0], { outcome: 'met', corrects: 'missed' }),
    'firstResponseAt of .* should be no time by what was said of it': (l) => void delete takingOf(l, 'responded-20').changes.firstResponseAt,
    'status of .* should be open by what was said of it, and is recovered': (l) => void delete takingOf(l, 'updated-22').changes.status,
    'due of con_.* should be .* by its facts, and is null': (l) => Object.assign(contactIn(l, 'taken'), { nextUpdateDueAt: null }),
    '\\(responded\\), had been taken back before': (l) => {
      const { changes: _, ...again } = structuredClone(takingOf(l, 'responded-20'));
      addEvent(l, 'taken', { ...again, id: undefined, evidenceUrl: evidenceOf('retracted-4') });
    },
    '00000001 \\(filed\\), is not for people to take back': (l) => Object.assign(takingOf(l, 'responded-20').detail, { eventId: '00000001', type: 'filed' }),
    'was refused, and nothing stood against it': (l) => refuse(90, 'taken', { type: 'retracted', eventId: eventOf(l, 'taken', 'updated-21').id, why: '?' }, 409)(l),
  },
  'a notice says what is so': {
    'should be about “注文が通らない”': reword('通らない', '通る'),
    'should say “一部支障・1店舗”': [reword('一部支障・1店舗 |', '業務停止・1店舗 |'), reword('一部支障・1店舗 |', '一部支障・2店舗 |')],
    'should say “緊急性 高”, and says “一部支障・1店舗 \\| 緊急性 低': reword('緊急性 高', '緊急性 低'),
    'should say “担当: sato”': reword('担当: sato', '担当未定'),
    'should say “継続中”': reword('| 継続中', '| 継続不明'),
    'should say “発生: 11月22日\\(日\\) 11:50”': reword('発生: 11月22日(日) 11:50', '発生: 不明'),
    'should say “第一報: 11月22日\\(日\\) 12:02”': reword('第一報: 11月22日(日) 12:02', '第一報: 11月22日(日) 12:03'),
    'should say of con_\\w+ “連絡期限 12:39\\(12:09から連絡待ち\\)、前回の連絡 12:09「対応中です」”': [
      reword('連絡期限 12:39', '連絡期限 12:40'),
      reword('12:09から連絡待ち', '12:02から連絡待ち'),
      reword('「対応中です」', '「復旧しました」'),
      reword('前回の連絡 12:09「対応中です」', '未連絡'),
    ],
    'should have “- 12:20 影響範囲を確認” among': reword('- 12:20 影響範囲を確認', '- 新しい記録はありません'),
    'should have nothing of “対応を開始”': reword('- 12:20', '- 12:06 対応を開始\n- 12:20'),
    'should draft “経過”, and drafts “進展なし”': reword('文面案(経過)', '文面案(進展なし)'),
    'promises the next word by .* 13:34, and that is .* 13:04': reword('13:04までに', '13:34までに'),
    'is no such drill': reword('まもなく店舗', '【訓練】まもなく店舗'),
    '“影響のある範囲の確認が完了いたしました” was news': reword('> ・影響のある', '> ・当面の'),
    '“設定を変更いたしました” was not news': reword('> 次回', '> ・設定を変更いたしました\n> 次回'),
    'it is of 11月22日\\(日\\) 12:33': reword('12:34時点', '12:33時点'),
    'it calls them 佐藤': reword('> ご担当者様', '> 佐藤 ご担当者様'),
    '“・対処方法：再起動”, and it is undefined': reword('> 次回', '> ・対処方法：再起動\n> 次回'),
    'and it is 11月22日\\(日\\) 11:50ごろ': reword('> 次回', '> ・発生：11月22日(日) 11:51ごろ\n> 次回'),
    '“・状況：印刷できない”': reword('> 次回', '> ・状況：印刷できない\n> 次回'),
    'it is stopped, and degraded is known': reword('> 次回', '> ・現在、該当の機能をご利用いただけない状態です\n> 次回'),
    'nobody has confirmed it': reword('■前回から', '■確認できた内容'),
    'promised by 12:20': reword('> 次回', '> 12:20までにお送りする予定のご連絡\n> 次回'),
    'it recovered at .* 12:30': reword('> 次回', '> 本件につきまして、11月22日(日) 12:30よりご利用いただけるようになりました\n> 次回'),
  },
  'nobody is answered what is not so': {
    'was answered 500 .*, and nothing had failed': (l) => Object.assign(l.observed[0]!, { 1: { status: 500, headers: {}, body: {} } }),
    '503 without Retry-After': (l) => Object.assign(l.observed[0]!, { 1: { status: 503, headers: {}, body: {} } }),
    'was answered 422': (l) => Object.assign(l.observed[0]!, { 1: { status: 422, headers: {}, body: {} } }),
    'was dismissed .*, came again .*, and stays dismissed': (l) => {
      const [, entry] = find(l, ([path, { state }]) => path.startsWith('quarantine/') && state === 'dismissed');
      entry.settledAt = start - hourMs;
    },
    'title of inc_\\w+ is answered as "別の件"': (l) => Object.assign(answerOf(l, '/api/incidents?limit=20').incidents[0], { title: '別の件' }),
    'GET /api/actions should be act_': (l) => void answerOf(l, '/api/actions?limit=20').actions.pop(),
    'dueAt of act_\\w+ is answered as': (l) => Object.assign(answerOf(l, '/api/actions?limit=20').actions[0], { dueAt: '2026-11-30T00:00:00.000Z' }),
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
      Object.assign(board ?? {}, { body: board?.body.replaceAll(/inc_[0-9a-f]{24}/g, (id: string) => other[id] ?? id) });
    },
  },
};
