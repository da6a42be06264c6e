/** That what Slack, paging and the calendar of duty promise is looked after: of each truth that is spoiled the oracle says so. */

import { describe, expect, test } from 'vitest';
import { minuteMs } from './calendar.ts';
import { checkDuty } from './oracle/duty.ts';
import { checkPaging } from './oracle/paging.ts';
import { type Doc, sortRecords } from './oracle/records.ts';
import { checkSlackActs, readSlackAct, type SlackAct } from './oracle/slack-acts.ts';
import { checkSlackCards } from './oracle/slack-cards.ts';
import type { Answer, Delivered, RemoteViews, SlackMessage, SlackModal, SlackView, Stage } from './stage.ts';
import { commandBody, pressBody, slackCall, submissionBody } from './world/slack-calls.ts';

const start = Date.parse('2026-11-22T03:00:00Z');
const taken: Answer = { status: 200, headers: {}, body: '' };

/** All that the oracle sees, to be spoiled. */
interface Ledger {
  acts: SlackAct[];
  documents: Map<string, Doc>;
  messages: SlackMessage[];
  whispers: { user: string; text: string; at: number }[];
  modals: SlackModal[];
  delivered: Delivered[];
  pages: { at: number; action: 'trigger' | 'acknowledge' | 'resolve'; incidentId: string }[];
}

const stageOf = (ledger: Ledger, more: Partial<RemoteViews> = {}): Stage => {
  const { messages, whispers, modals } = ledger;
  const slack = { messages: () => messages, whispers: () => whispers, modals: () => modals } as unknown as SlackView;
  return {
    now: () => start + 24 * 60 * minuteMs,
    documents: () => ledger.documents,
    delivered: () => ledger.delivered,
    outages: () => [],
    remote: () => ({ slack, pages: () => ledger.pages, ...more }),
  } as unknown as Stage;
};
const recordsOf = ({ documents }: Ledger) => sortRecords(documents);

const incident = {
  kind: 'incident',
  status: 'open',
  title: '注文が通らない',
  assignee: 'ua1@example.jp',
  origin: { tool: 'generic' },
};
const event = (id: string, type: string, more: object = {}): [string, Doc] => [
  `incidents/inc_1/timeline/${id.padStart(8, '0')}`,
  {
    id: id.padStart(8, '0'),
    type,
    actor: 'ua1@example.jp',
    recordedAt: start + Number(id) * minuteMs,
    detail: {},
    ...more,
  },
];
const cardOf = (actions: readonly string[], said: string, id = 'inc_1'): SlackMessage => ({
  channel: 'C1',
  ts: '1.1',
  text: '',
  blocks: [
    { type: 'section', text: { type: 'mrkdwn', text: said } },
    { type: 'actions', elements: actions.map((each) => ({ type: 'button', action_id: each, value: id })) },
  ],
  metadata: { event_type: 'metronome_card', event_payload: { id } },
});

const hands = { answersAt: () => 'https://answers.example/1', trigger: () => 'trigger' } as unknown as SlackView;
const pressed = (user: string, action: string, at = start): SlackAct => {
  const body = pressBody({ user, slack: hands, at }, '1.1', action, 'inc_1');
  return readSlackAct(slackCall('interactions', body, at), taken, at) as SlackAct;
};
const typed = (user: string, text: string): SlackAct =>
  readSlackAct(
    slackCall('commands', commandBody({ user, slack: hands, at: start }, text), start),
    taken,
    start,
  ) as SlackAct;
const modal = (user: string, callback: string): SlackModal => ({
  id: `V${user}`,
  user,
  isOpen: false,
  view: { callback_id: callback, private_metadata: JSON.stringify({ incidentId: 'inc_1' }), submit: {} },
});
function submitted(user: string, callback: string, field: string, value: string): SlackAct {
  const values = { [field]: { type: 'plain_text_input', value } };
  const body = submissionBody({ user, slack: hands, at: start }, modal(user, callback), values);
  return readSlackAct(slackCall('interactions', body, start), taken, start) as SlackAct;
}

const truth = (): Ledger => ({
  acts: [
    pressed('UA1', 'take'),
    pressed('UA2', 'take'),
    pressed('UGA3', 'recover'),
    pressed('UA4', 'update'),
    typed('UA5', 'M-7K2QXB'),
    typed('UA6', ''),
    submitted('UA4', 'update', 'message', '続報します。'),
    submitted('UA6', 'report', 'subject', 'レジが止まった'),
  ],
  documents: new Map<string, Doc>([
    ['incidents/inc_1', { ...incident }],
    ['incidents/inc_1/contacts/con_1', { nextUpdateDueAt: Date.parse('2026-11-22T04:30:00Z') }],
    ['incidents/inc_2', { kind: 'incident', status: 'open', title: 'レジが止まった', origin: { tool: 'slack' } }],
    event('1', 'filed', { actor: 'rule', changes: { status: 'open' } }),
    event('2', 'assigned'),
    ['updates/upd_1', { incidentId: 'inc_1', text: '続報します。' }],
    ['cards/inc_1_slack', { postedFor: 'ntc_1' }],
    [
      'notices/ntc_1_slack',
      {
        noticeId: 'ntc_1',
        channelKind: 'slack-app',
        state: 'delivered',
        kind: 'incident-filed',
        incidentId: 'inc_1',
        createdAt: start,
      },
    ],
  ]),
  messages: [cardOf(['take-over', 'happens', 'update', 'recover', 'open'], '注文が通らない ua1@example.jp 13:30')],
  whispers: [
    { user: 'UA2', text: 'すでに', at: start },
    { user: 'UGA3', text: '記録できません', at: start },
    { user: 'UA5', text: 'M-7K2QXB', at: start },
  ],
  modals: [modal('UA4', 'update'), modal('UA6', 'report')],
  delivered: [
    {
      id: 'ntc_1',
      kind: 'incident-filed',
      incidentId: 'inc_1',
      text: '',
      channel: 'inbox',
      customers: [],
      deliveredAt: '',
    },
  ],
  pages: [],
});
const doc = (of: Ledger, path: string): Doc => of.documents.get(path);

describe('the oracle of Slack', () => {
  const judge = (ledger: Ledger): string[] => {
    const [records, stage] = [recordsOf(ledger), stageOf(ledger)];
    return [...checkSlackActs(ledger.acts, records, stage), ...checkSlackCards(records, stage)];
  };

  test('has nothing to say where every act is a statement or an answer, and the card says how things are', () => {
    expect(judge(truth())).toEqual([]);
  });

  test.each(
    Object.entries<(ledger: Ledger) => void>({
      'UA2 pressed take .*answered 0 times': (of) => of.whispers.shift(),
      'UA1 pressed take': (of) => of.documents.delete('incidents/inc_1/timeline/00000002'),
      'refused as well': (of) => of.whispers.push({ user: 'UA1', text: 'x', at: start }),
      'recorded twice': (of) => of.documents.set(...event('3', 'assigned')),
      'no member': (of) => of.documents.set(...event('3', 'recovered', { actor: 'uga3@example.jp' })),
      'without a word': (of) => Object.assign(of.whispers[0] ?? {}, { text: ' ' }),
      'neither saw a form': (of) => of.modals.shift(),
      'UA5 typed .*not answered': (of) => of.whispers.pop(),
      'neither did it leave': (of) => of.documents.delete('updates/upd_1'),
      '0 incidents were made': (of) => of.documents.delete('incidents/inc_2'),
      '2 incidents were made': (of) => of.documents.set('incidents/inc_3', { ...doc(of, 'incidents/inc_2') }),
      '2 cards': (of) => of.messages.push({ ...(of.messages[0] as SlackMessage), ts: '1.2' }),
      'nobody\\.else@c has it': (of) => Object.assign(doc(of, 'incidents/inc_1'), { assignee: 'nobody.else@c' }),
      'should not': (of) => Object.assign(doc(of, 'incidents/inc_1'), { status: 'recovered' }),
      'somebody is due': (of) => Object.assign(doc(of, 'incidents/inc_1/contacts/con_1'), { nextUpdateDueAt: start }),
      別の件: (of) => Object.assign(doc(of, 'incidents/inc_1'), { title: '別の件' }),
      'and is not': (of) => Object.assign(doc(of, 'cards/inc_1_slack'), { postedFor: null }),
      'still on its way': (of) => Object.assign(doc(of, 'notices/ntc_1_slack'), { state: 'waiting' }),
      'other channel was not told': (of) => Object.assign(doc(of, 'notices/ntc_1_slack'), { state: 'given-up' }),
      'and Slack never': (of) => of.documents.delete('notices/ntc_1_slack'),
    }),
  )('otherwise is noticed: %s', (sentence, spoil) => {
    const ledger = truth();
    spoil(ledger);
    expect(judge(ledger).join('\n')).toMatch(new RegExp(sentence));
  });
});

describe('the oracle of paging', () => {
  const urgent = {
    kind: 'incident',
    status: 'open',
    reportedAt: start,
    detectedAt: start,
    urgency: { level: 'high' },
    origin: { tool: 'generic' },
  };
  const changes = { kind: 'incident', status: 'open', reportedAt: start, urgency: { level: 'high' }, ongoing: 'yes' };
  const paged = (id: string, action: string, more: object = {}) =>
    event(id, 'paged', { actor: 'rule', detail: { action }, ...more });
  const page = (minutes: number, action: Ledger['pages'][number]['action']): Ledger['pages'][number] => ({
    at: start + minutes * minuteMs,
    action,
    incidentId: 'inc_1',
  });
  const night = (): Ledger => ({
    ...truth(),
    documents: new Map<string, Doc>([
      ['incidents/inc_1', { ...urgent, status: 'recovered' }],
      event('0', 'filed', { actor: 'rule', changes }),
      paged('5', 'trigger'),
      event('9', 'responded', { changes: { firstResponseAt: start + 9 * minuteMs } }),
      paged('10', 'acknowledge'),
      event('11', 'recovered', { changes: { status: 'recovered' } }),
    ]),
    pages: [page(5, 'trigger'), page(10, 'acknowledge'), page(11, 'resolve')],
  });
  /** A later page of it was answered before PagerDuty could be reached. */
  const reopen = (of: Ledger): void => {
    of.documents.set(...event('20', 'reopened', { actor: 'rule', changes: { status: 'open' } }));
    Object.assign(doc(of, 'incidents/inc_1'), { status: 'open', paging: { state: 'acknowledged' } });
  };
  const judge = (ledger: Ledger): string[] => checkPaging(recordsOf(ledger), stageOf(ledger));

  test('has nothing to say of a page that was answered and ended', () => expect(judge(night())).toEqual([]));

  test.each(
    Object.entries<(ledger: Ledger) => unknown>({
      'somebody was called at': (of) => of.pages.splice(0),
      'had no response by': (of) => Object.assign(of.pages[0] ?? {}, { at: start + 12 * minuteMs }),
      'still acknowledged': (of) => of.pages.pop(),
      'rings on': (of) => of.pages.splice(1) && Object.assign(doc(of, 'incidents/inc_1'), { status: 'open' }),
      'stays resolved': (of) => Object.assign(doc(of, 'incidents/inc_1'), { status: 'open' }),
      // Somebody has answered a later page of it.
      'inc_1 .*stays resolved': reopen,
      'is a drill': (of) => Object.assign(changesOf(of), { isDrill: true }),
      'it had been answered': (of) => Object.assign(changesOf(of), { firstResponseAt: start + minuteMs }),
      'nothing on its timeline': (of) => of.documents.delete('incidents/inc_1/timeline/00000005'),
      inc_9: (of) => of.pages.push({ ...page(5, 'trigger'), incidentId: 'inc_9' }),
    }),
  )('otherwise is noticed: %s', (sentence, spoil) => {
    const ledger = night();
    spoil(ledger);
    expect(judge(ledger).join('\n')).toMatch(new RegExp(sentence));
  });
  const changesOf = (of: Ledger): Doc => {
    const filed = doc(of, 'incidents/inc_1/timeline/00000000');
    filed.changes = { ...filed.changes };
    return filed.changes;
  };
});

describe('the oracle of duty', () => {
  const at = start + 60 * minuteMs;
  const judge = (text: string, more: Partial<RemoteViews> = {}): string[] => {
    const ledger = truth();
    ledger.documents = new Map<string, Doc>([
      ['notices/ntc_0_inbox', { noticeId: 'ntc_0', createdAt: start }],
      ['notices/ntc_1_inbox', { noticeId: 'ntc_1', createdAt: at }],
    ]);
    ledger.delivered = ledger.delivered.map((each) => ({ ...each, text }));
    const onDuty = (_: number, asOf: number): string[] => [asOf < start + 40 * minuteMs ? 'Aoki Yui' : 'Endo Ren'];
    return checkDuty(stageOf(ledger, { onDuty, struck: () => false, ...more }));
  };

  test.each<[string, string, Partial<RemoteViews>]>([
    ['who is there', '当番: Endo Ren(21:00まで)', {}],
    [
      'who was last known to be, where nobody can look',
      '当番: Aoki Yui(21:00まで) · カレンダーを確認できません(12:30から)',
      { struck: () => true },
    ],
  ])('has nothing to say of %s', (_, text, more) => expect(judge(text, more)).toEqual([]));

  test.each<[string, string, RegExp]>([
    ['somebody who is not on duty', '当番: Aoki Yui(21:00まで)', /says that Aoki Yui is on duty/],
    ['nobody where somebody is', '当番: 該当者なし', /says that nobody is on duty/],
    ['one too many', '当番: Aoki Yui(21:00まで)、Endo Ren(21:00まで)', /Aoki Yui, Endo Ren/],
    ['a notice without them', '起票', /does not say who/],
    ['a calendar there', '当番: Endo Ren(21:00まで) · カレンダーを確認できません(12:30から)', /which was there/],
  ])('notices %s', (_, text, sentence) => expect(judge(text).join('\n')).toMatch(sentence));
});
