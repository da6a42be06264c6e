/** Of the oracle: what the ledger of `oracle.long.test.ts` has nothing of, on records of a few lines. */
import { describe, expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import { checkActions, readChange } from './oracle/actions.ts';
import { checkDrills } from './oracle/drills.ts';
import { checkEmergencies } from './oracle/emergencies.ts';
import { checkCloses } from './oracle/later-words.ts';
import { checkNoticeWords } from './oracle/notice-words.ts';
import { checkCalls } from './oracle/paging.ts';
import { type Doc, sortRecords } from './oracle/records.ts';
import { checkRefusals, readRefusal } from './oracle/refusals.ts';
import type { Stage } from './stage.ts';

const minuteMs = 60_000;
const at = (minutes: number): number => Date.parse('2026-11-24T01:00:00Z') + minutes * minuteMs;

test('an alert that is known to have closed at another time than it ended is noticed', () => {
  const body = {
    scoping_project_id: 'shop',
    incident_id: '0.1',
    state: 'closed',
    started_at: at(0) / 1_000,
    ended_at: at(30) / 1_000,
  };
  const judge = (more: Doc): string[] => {
    const raw = JSON.stringify({ version: '1.2', incident: { condition: { name: 'c' }, policy_name: 'p', ...body } });
    const signal = { tool: 'monitoring', kind: 'alert-closed', raw: Buffer.from(raw), happenedAt: at(30), ...more };
    return checkCloses(sortRecords(new Map<string, Doc>([['signals/sig_1', signal]])));
  };
  expect(judge({})).toEqual([]);
  expect(judge({ happenedAt: at(0) })).toEqual([
    expect.stringMatching(/^That shop\/0\.1 closed .*T01:30.*, and stands at .*T01:00/),
  ]);
});

/** An incident of a customer who was told something at 10:12, in Japan, and is due again at 10:42. */
describe('what is told', () => {
  const said = (number: number, minutes: number, type: string, detail: Doc = {}, more: Doc = {}): [string, Doc] => {
    const id = String(number).padStart(8, '0');
    const event = { id, type, detail, actor: 'sato', recordedAt: at(minutes), occurredAt: at(minutes), ...more };
    return [`incidents/inc_1/timeline/${id}`, event];
  };
  const { cadence, emergency, zone } = policy;
  const { rhythm } = emergency;
  const incident = {
    id: 'inc_1',
    kind: 'incident',
    title: '注文が通らない',
    status: 'open',
    ongoing: 'yes',
    happened: 'unknown',
    isDrill: false,
    assignee: 'sato',
    filedAt: at(0),
    receivedAt: at(0),
    reportedAt: at(0),
    detectedAt: at(0),
    occurredAt: at(-10),
    firstResponseAt: at(4),
    urgency: { level: 'high', rule: 'occurred-within-one-hour', inputs: {} },
    impact: { businessImpact: 'degraded', affectedCustomerCount: 1 },
    affectedCustomers: [{ id: 'store-01' }],
    origin: { tool: 'generic', id: 'T-1' },
    source: 'ticket',
    toAll: [{ id: '00000002', type: 'updated', at: at(12), recordedAt: at(12), ofAll: true, message: '調べています' }],
    schedule: [
      { id: '00000001', type: 'rules', at: at(0), recordedAt: at(0), rules: JSON.stringify({ cadence, rhythm, zone }) },
      { id: '00000001', type: 'row', at: at(0), recordedAt: at(0), isUrgent: true, isOngoing: true },
    ],
  };
  const contact = {
    id: 'con_1',
    customers: [{ id: 'store-01' }],
    affectedKnownAt: at(0),
    nextUpdateDueAt: at(42),
    stoppedAt: null,
    missedInARow: 0,
    dueReason: '30 min after the last update, which was less than 2 h after filing',
    lastUpdateAt: at(12),
    lastMessage: '調べています',
    facts: [{ id: '00000001', type: 'known', at: at(0), recordedAt: at(0), customers: [{ id: 'store-01' }] }],
  };
  const updated = said(2, 12, 'customer-updated', { customers: 'all', message: '調べています', channel: 'phone' });
  const scoped = said(3, 20, 'scoped', {}, { changes: { scopedAt: at(20) } });
  const reminded = said(4, 37, 'reminded', { slots: [{ contactId: 'con_1', dueAt: at(42) }] }, { actor: 'rule' });
  const filed = said(1, 0, 'filed', {}, { changes: incident });
  const recordsOf = (events: [string, Doc][], of: Doc = contact) =>
    sortRecords(
      new Map<string, Doc>([['incidents/inc_1', incident], ['incidents/inc_1/contacts/con_1', of], ...events]),
    );

  const text = [
    'まもなく店舗への連絡期限です: 注文が通らない',
    '一部支障・1店舗 | 緊急性 高 | 担当: sato | 期限 10:42 | 継続中',
    '店舗に連絡する: https://metronome.example/console/incidents/inc_1#update',
    'M-7K2QXB | 発生: 11月24日(火) 09:50 | 第一報: 11月24日(火) 10:00',
    '',
    '連絡待ち(1店舗)',
    '- store-01: 連絡期限 10:42(10:12から連絡待ち)、前回の連絡 10:12「調べています」',
    '',
    '前回の連絡以降の記録',
    '- 10:20 影響範囲を確認 (一部支障・1店舗)',
    '',
    '文面案(経過) 宛先: store-01',
    '> お世話になっております。',
    '> 本件について、11月24日(火) 10:37時点の状況をご報告いたします。',
    '> ■前回からの進展',
    '> ・影響のある範囲の確認が完了いたしました',
    '> 次回は11月24日(火) 11:07までに、進展がない場合もご連絡いたします。',
  ].join('\n');
  const judge = (of: string): string[] => {
    const delivered = {
      id: 'ntc_1',
      channel: 'inbox',
      kind: 'update-due',
      incidentId: 'inc_1',
      customers: ['store-01'],
    };
    return checkNoticeWords(recordsOf([filed, updated, scoped, reminded]), {
      delivered: () => [{ ...delivered, text: of, deliveredAt: new Date(at(37)).toISOString() }],
      outages: () => [],
    });
  };

  test('is what was recorded', () => expect(judge(text)).toEqual([]));
  test.each([
    ['通らない', '通る', /should be about “注文が通らない”/],
    ['一部支障・1店舗 |', '業務停止・1店舗 |', /should say “一部支障・1店舗”/],
    ['一部支障・1店舗 |', '一部支障・2店舗 |', /should say “一部支障・1店舗”/],
    ['緊急性 高', '緊急性 低', /should say “緊急性 高”/],
    ['担当: sato', '担当未定', /should say “担当: sato”/],
    ['| 継続中', '| 継続不明', /should say “継続中”/],
    ['発生: 11月24日(火) 09:50', '発生: 不明', /should say “発生: 11月24日\(火\) 09:50”/],
    ['第一報: 11月24日(火) 10:00', '第一報: 11月24日(火) 10:01', /“第一報: 11月24日\(火\) 10:00”/],
    ['連絡期限 10:42', '連絡期限 10:43', /should say of con_1 “連絡期限 10:42/],
    ['10:12から連絡待ち', '10:00から連絡待ち', /10:12から連絡待ち/],
    ['「調べています」', '「復旧しました」', /「調べています」/],
    ['前回の連絡 10:12「調べています」', '未連絡', /「調べています」/],
    ['- 10:20 影響範囲を確認', '- 新しい記録はありません', /“- 10:20 影響範囲を確認”/],
    ['- 10:20', '- 10:04 対応を開始\n- 10:20', /should have nothing of “対応を開始”/],
    ['文面案(経過)', '文面案(進展なし)', /should draft “経過”, and drafts “進展なし”/],
    ['11:07までに', '11:37までに', /promises the next word by .* 11:37, and that is .* 11:07/],
    ['まもなく店舗', '【訓練】まもなく店舗', /is no such drill/],
    ['> ・影響のある', '> ・当面の', /“影響のある範囲の確認が完了いたしました” was news/],
    ['> 次回', '> ・設定を変更いたしました\n> 次回', /“設定を変更いたしました” was not news/],
    ['10:37時点', '10:36時点', /it is of 11月24日\(火\) 10:36/],
    ['> お世話', '> 佐藤 ご担当者様\n> お世話', /it calls them 佐藤/],
    ['> 次回', '> ・対処方法：再起動\n> 次回', /“・対処方法：再起動”, and it is undefined/],
    ['> 次回', '> ・発生：11月24日(火) 09:51ごろ\n> 次回', /and it is 11月24日\(火\) 09:50ごろ/],
    ['> 次回', '> ・状況：印刷できない\n> 次回', /“・状況：印刷できない”/],
    ['> 次回', '> ・現在、該当の機能をご利用いただけない状態です\n> 次回', /it is stopped, and degraded is known/],
    ['■前回から', '■確認できた内容', /nobody has confirmed it/],
    ['> 次回', '> 10:20までにお送りする予定のご連絡\n> 次回', /promised by 10:20/],
    [
      '> 次回',
      '> 本件につきまして、11月24日(火) 10:30よりご利用いただけるようになりました\n> 次回',
      /it recovered at .* 10:30/,
    ],
  ])('instead of “%s” is noticed: “%s”', (right, wrong, expected) => {
    expect(text).toContain(right);
    expect(judge(text.replace(right, wrong))).toContainEqual(expect.stringMatching(expected));
  });
  // What its owner was changed to, in order, and how each change was answered.
  test.each<[string, changes: Record<string, number | undefined>, owner: string | undefined, found: number]>([
    ['as it was changed last', { sato: 200, tanaka: 200 }, 'tanaka', 0],
    ['as it was changed before', { sato: 200, tanaka: 200 }, 'sato', 1],
    ['as nobody has changed it', { sato: 200 }, undefined, 1],
    ['as it was before a refusal', { sato: 200, tanaka: 409 }, 'sato', 0],
    ['as a change without an answer may have left it', { sato: 200, ito: undefined }, 'ito', 0],
  ])('a next action is %s', (_, changes, owner, times) => {
    const sent = Object.entries(changes).flatMap(([changed, status], index) => {
      const body = JSON.stringify({ owner: changed });
      const call = { kind: 'http', method: 'PATCH', path: '/api/actions/act_1', headers: {}, body } as const;
      return readChange(call, status === undefined ? undefined : { status, headers: {}, body: {} }, at(index)) ?? [];
    });
    const action = { id: 'act_1', createdAt: at(0), status: 'proposed', history: [], owner };
    expect(checkActions(sent, sortRecords(new Map([['actions/act_1', action]])))).toHaveLength(times);
  });

  describe('a statement is refused', () => {
    const linked = said(2, 20, 'linked', { to: 'inc_2' }, { changes: { status: 'linked' } });
    const found = (statement: Doc, events: [string, Doc][] = [filed], status = 422): string[] => {
      const path = '/api/incidents/inc_1/events';
      const call = { kind: 'http', method: 'POST', path, headers: {}, body: JSON.stringify(statement) } as const;
      const refusal = readRefusal(call, { status, headers: {}, body: {} }, at(30));
      return checkRefusals(refusal ? [refusal] : [], recordsOf(events));
    };
    const countOf = (value: number): Doc => ({ type: 'corrected', field: 'affectedCustomerCount', value });
    test.each<[string, Doc, [string, Doc][]]>([
      ['of what is linked', { type: 'responded' }, [filed, linked]],
      ['of what had not occurred', { type: 'responded', occurredAt: new Date(at(-11)).toISOString() }, [filed]],
      ['that counts fewer than are named', countOf(0), [filed]],
      ['of whom it does not affect', { type: 'recovered', customers: ['store-99'] }, [filed]],
      ['that nothing happened, which is to be shown', { type: 'verified', happened: 'no' }, [filed]],
    ])('%s', (_, statement, events) => expect(found(statement, events)).toEqual([]));
    test.each<[string, Doc]>([
      ['a count of just those who are named', countOf(1)],
      ['that somebody has responded', { type: 'responded' }],
      ['what was seen', { type: 'verified', happened: 'yes' }],
      ['that the customers work again', { type: 'recovered', customers: 'all' }],
      ['that one of them works again', { type: 'recovered', customers: ['store-01'] }],
    ])('for no reason, and that is noticed: %s', (_, statement) => {
      expect(found(statement)).toEqual([expect.stringMatching(/was answered 422 .*, and nothing stood against it/)]);
      expect(found(statement, [filed], 201)).toEqual([]);
    });
  });

  test('an emergency of any but the newest report that is open is noticed', () => {
    const facts = {
      urgency: { level: 'high' },
      impact: { businessImpact: 'stopped' },
      status: 'open',
      kind: 'incident',
    };
    const reported = (id: string, minutes: number, more: Doc = {}): [string, Doc][] => {
      const customer = { id: `store-${id}` };
      const of = { detectedAt: at(minutes), origin: { tool: 'generic', id, area: 'order' }, reporter: customer };
      const changes = { ...incident, ...facts, ...of, affectedCustomers: [customer], ...more };
      const event = { id: '00000001', type: 'filed', actor: 'generic', detail: {}, changes };
      const on = { recordedAt: at(minutes), occurredAt: at(minutes) };
      return [
        [`incidents/${id}`, changes],
        [`incidents/${id}/timeline/00000001`, { ...event, ...on }],
      ];
    };
    const judgeOne = (id: string, last: Doc = {}): string[] => {
      const reports = ['a', 'b', 'c'].map((each, index) => ({
        incidentId: each,
        customerId: `store-${each}`,
        reportedAt: at(index),
      }));
      const detail = { rule: 'several-reports-of-one-area', inputs: { reports } };
      const begun = { id: '00000002', type: 'emergency-begun', actor: 'rule', detail, recordedAt: at(9) };
      const emergency = { since: at(9), endedAt: null, rule: detail.rule };
      const documents = [...reported('a', 0), ...reported('b', 1), ...reported('c', 2, last)];
      documents.push([`incidents/${id}/timeline/00000002`, { ...begun, occurredAt: at(9), changes: { emergency } }]);
      const stage = { now: () => at(60), outages: () => [] };
      return checkEmergencies(sortRecords(new Map(documents)), stage).filter((each) => each.includes('newest'));
    };
    expect(judgeOne('c')).toEqual([]);
    expect(judgeOne('b', { status: 'recovered' })).toEqual([]);
    expect(judgeOne('a')).toEqual(['a became an emergency, and c is the newest of its reports that are open.']);
  });

  describe('a next action', () => {
    const whole = { owner: 'sato', ticketUrl: 'https://tickets.example/1', doneWhen: '警報が鳴る' };
    const given = { at: at(60), actor: 'sato', old: {}, new: whole };
    const moved = { at: at(90), actor: 'sato', old: { owner: 'sato' }, new: { owner: 'ito' } };
    const action = { id: 'act_1', createdAt: at(0), status: 'agreed', agreedAt: at(60), ...whole, owner: 'ito' };
    const judgeAction = (fields: Doc): string[] => {
      const documents = new Map([['actions/act_1', { ...action, history: [given, moved], ...fields }]]);
      return checkActions([], sortRecords(documents));
    };
    const forgotten = [given, { ...moved, old: { owner: 'tanaka' } }];
    test.each<[string, Doc, RegExp | undefined]>([
      ['agreed since it has all that it needs', {}, undefined],
      ['agreed since it was changed last', { agreedAt: at(90) }, /is agreed since .*T02:00.*, and is said to be since/],
      ['done at once', { status: 'done', agreedAt: undefined }, undefined],
      ['whose history says what was not so', { history: forgotten }, /owner of act_1 was "sato" by .*"tanaka"/],
    ])('is %s', (_, fields, expected) => {
      expect(judgeAction(fields)).toEqual(expected ? [expect.stringMatching(expected)] : []);
    });
  });

  test.each<[string, number[], number]>([
    ['a minute after the limit', [6], 0],
    ['long after the limit', [26], 1],
    ['never', [], 1],
    ['before anybody was late', [2], 1],
  ])('the person to call about what nobody answers is called %s', (_, times, found) => {
    const unanswered = said(1, 0, 'filed', {}, { changes: { ...incident, firstResponseAt: undefined } });
    const pages = times.map((minutes) => said(2, minutes, 'paged', { action: 'trigger' }, { actor: 'rule' }));
    const records = recordsOf([unanswered, ...pages]);
    expect(checkCalls(records, { now: () => at(120), outages: () => [] })).toHaveLength(found);
  });
});

test.each<[string, Doc, RegExp | undefined]>([
  ['as long before as it was', {}, undefined],
  ['when the first of them was', { occurredAt: at(60) }, /occurredAt of sig_copy2 of drl_1 is .*T02:00.*, unlike then/],
  ['at no time', { happenedAt: at(61) }, /happenedAt of sig_copy2 of drl_1 is .*, unlike then/],
])('what a drill replays happened %s', (_, fields, expected) => {
  const raw = Buffer.from(JSON.stringify({ id: 'sig_1', kind: 'stated', affectedCustomers: [] }));
  const original = (id: string, minutes: number): [string, Doc] => {
    const said = { kind: 'stated', receivedAt: at(minutes), occurredAt: at(minutes - 10), filedAt: at(minutes) };
    return [`signals/${id}`, { ...said, incidentId: 'inc_1', raw }];
  };
  const copy = (id: string, minutes: number, more: Doc = {}): [string, Doc] => {
    const [, doc] = original(id, minutes);
    const drill = { id: 'drl_1', from: 'inc_1' };
    return [`signals/${id}`, { ...doc, incidentId: 'inc_drill', isDrill: true, drill, ...more }];
  };
  const replays = ['sig_1', 'sig_2'];
  const drill = { id: 'drl_1', from: 'inc_1', speed: 1, times: 1, startedAt: at(60), state: 'done', replays };
  const documents = new Map<string, Doc>([
    ['incidents/inc_1', { isDrill: false }],
    ['incidents/inc_drill', { isDrill: true }],
    ['drills/drl_1', drill],
    original('sig_1', 0),
    original('sig_2', 20),
    copy('sig_copy1', 60),
    copy('sig_copy2', 80, fields),
  ]);
  const stage = { now: () => at(600), outages: () => [], documents: () => documents, remote: () => ({}) };
  const start = { key: 'drill-1', at: at(60), status: 201, id: 'drl_1' };
  const found = checkDrills([start], sortRecords(documents), stage as unknown as Stage);
  expect(found).toEqual(expected ? [expect.stringMatching(expected)] : []);
});
