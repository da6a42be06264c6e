/** What is stored of the house whose pages are kept whole, a document a line: every fact is its own, so that one that is taken for another shows. */
import type { Incident } from '../../functions/incidents/incident.ts';
import { toBeWritten } from '../../functions/outgoing/notion/page-records.ts';
import { type Delivery, type DeliveryState, newDelivery } from '../../functions/platform/delivery.ts';
import type { Meeting } from '../../functions/postmortems/meeting.ts';
import { incident } from '../postmortems/facts.ts';

/** `18 10:00` is of November 2026 in Japan, `2025-12-30 10:00` of whatever day. */
export const at = (text: string): Date => {
  const [day = '', clock = ''] = text.split(' ');
  return new Date(`${day.length === 2 ? `2026-11-${day}` : day}T${clock}:00+09:00`);
};
/** Wednesday noon in 2026-W47. */
export const now = at('18 12:00');
export const idOf = (digit: string): string => `inc_${digit.repeat(24)}`;
export const id = { emergency: idOf('1'), calm: idOf('2'), recovered: idOf('3'), linked: idOf('4'), none: idOf('5'), open: idOf('6'), answered: idOf('7'), drill: idOf('8'), before: idOf('9'), alert: idOf('a') };

export const incidents: Incident[] = [
  incident({
    id: id.emergency,
    title: '注文が通らない',
    description: '朝から全店で\n二行目',
    filedAt: at('18 10:00'),
    reportedAt: at('18 09:58'),
    occurredAt: at('18 09:50'),
    verifiedAt: at('18 10:09'),
    firstResponseAt: at('18 10:07'),
    scopedAt: at('18 10:10'),
    mitigatedAt: at('18 10:20'),
    ongoing: 'yes',
    happened: 'yes',
    origin: { tool: 'zendesk', id: '90001', url: 'https://z.example/90001', area: 'order', form: 'pos', channel: 'phone' },
    reporter: { id: 's-1', name: '一号店' },
    impact: { businessImpact: 'stopped', affectedCustomerCount: 14, scopeMethod: '注文ログ', scopeEvidenceUrl: 'https://logs.example/1', recurrenceRisk: 'yes' },
    cause: { category: 'release', summary: '設定漏れ', releaseId: 'r-77' },
    mitigation: { kind: 'revert', summary: 'v12へ', lighterWayTried: '旗を倒した' },
    permanentFix: '型で縛る',
    prevention: '二人で見る',
    assignee: 'ken@a.jp',
    responders: ['ann@a.jp', 'local'],
    ticketUrls: ['https://t.example/7'],
    affectedCustomers: [{ id: 's-1', name: '一号店' }, { id: 's-2' }],
    slots: { met: 5, late: 1, missed: 2, notReminded: 3 },
    missing: [
      { field: 'cause', why: 'x' },
      { field: 'ongoing', why: 'x' },
    ],
    links: [{ incidentId: id.linked, unnamedCount: 0, at: at('18 10:40') }],
    failedUpdates: 1,
    emergency: {
      since: at('18 10:01'),
      rule: 'several-reports-of-one-area',
      inputs: {
        level: 'high',
        businessImpact: 'stopped',
        affectedCustomerCount: 14,
        area: 'order',
        reports: [
          { incidentId: id.emergency, customerId: 's-1', reportedAt: at('18 09:58') },
          { incidentId: id.calm, customerId: 's-8', reportedAt: at('18 09:59') },
        ],
      },
      policyVersion: 'pol_111111111111',
      endedAt: null,
    },
    roles: { lead: { who: 'ken@a.jp', at: at('18 10:05') }, record: { who: 'local', at: at('18 10:12') } },
    statedSequence: 21,
    lastSequence: 23,
  }),
  incident({
    id: id.calm,
    title: '',
    filedAt: at('18 10:30'),
    occurredAt: at('17 08:00'),
    isOccurredAtApproximate: true,
    source: 'alert',
    origin: { tool: 'monitoring', id: 'x', area: 'order' },
    assignee: 'local',
    impact: { affectedCustomerCount: 0 },
    isAboutMetronome: true,
    missing: [
      { field: 'title', why: 'x' },
      { field: 'impact.businessImpact', why: 'x' },
      { field: 'prevention', why: 'x' },
      { field: 'permanentFix', why: 'x' },
      { field: 'cause', why: 'x' },
      { field: 'recoveredAt', why: 'x' },
      { field: 'impact.scopeMethod', why: 'x' },
      { field: 'impact.scopeEvidenceUrl', why: 'x' },
    ],
  }),
  incident({
    id: id.recovered,
    title: '会計が遅い',
    filedAt: at('18 08:00'),
    occurredAt: at('18 07:30'),
    firstResponseAt: at('18 07:00'),
    recoveredAt: at('18 09:30'),
    impact: { businessImpact: 'degraded' },
    affectedCustomers: [{ id: 's-5', name: '五号店' }],
    slots: { met: 3, late: 1, missed: 0, notReminded: 0 },
  }),
  incident({ id: id.linked, title: '同じ注文の件', filedAt: at('18 10:20'), status: 'linked', linkedTo: id.emergency }),
  incident({ id: id.none, title: '見間違い', filedAt: at('18 09:00'), status: 'not-occurring', happened: 'no' }),
  incident({ id: id.open, title: '並び順は', filedAt: at('17 11:00'), kind: 'question', reporter: { id: 's-6' }, description: 'どこですか', origin: { tool: 'freshdesk', id: 'q1', form: 'ask' } }),
  incident({ id: id.answered, title: '色は', filedAt: at('17 12:00'), kind: 'question', status: 'answered', answer: { kind: 'explained', note: '画面の右上', answeredAt: at('17 13:00'), answeredBy: 'ann@a.jp' } as never }),
  incident({ id: id.drill, title: '秋の訓練', filedAt: at('18 11:00'), isDrill: true, ongoing: 'unknown' }),
  incident({
    id: id.before,
    title: '先週の件',
    // The first moment of its week.
    filedAt: at('09 00:00'),
    occurredAt: at('08 23:55'),
    recoveredAt: at('11 12:00'),
    description: '先週から',
    impact: { businessImpact: 'inconvenient', affectedCustomerCount: 3 },
    missing: [{ field: 'cause', why: 'x' }],
  }),
  incident({
    id: id.alert,
    title: 'API latency',
    filedAt: at('18 11:40'),
    source: 'alert',
    origin: { tool: 'monitoring', id: '0.1' },
    alert: { project: 'shop', policy: 'p1', runbook: 'https://runbook.example' } as never,
    isOccurredAtApproximate: true,
  }),
];

incidents.push(
  incident({ id: idOf('d'), title: '【訓練】注文が通らない', filedAt: at('18 11:02'), isDrill: true, status: 'recovered', firstResponseAt: at('18 11:04'), drill: { id: `drl_${'d'.repeat(24)}`, from: id.emergency } }),
  incident({
    id: idOf('b'),
    title: '先週の質問',
    description: '先週の文',
    filedAt: at('12 10:00'),
    kind: 'question',
    status: 'answered',
    answer: { kind: 'works-as-designed', by: 'ann@a.jp', at: at('12 11:00') } as never,
    origin: { tool: 'generic', id: 'q2', form: 'new-form', url: 'https://t.example/q2' },
  }),
  incident({ id: idOf('e'), title: '確認済みの件', filedAt: at('13 10:00'), recoveredAt: at('13 11:00'), reviewedAt: at('14 10:00'), impact: { businessImpact: 'none', affectedCustomerCount: 0 } }),
  incident({ id: idOf('c'), title: '先々週の件', filedAt: at('04 10:00'), recoveredAt: at('04 11:00'), occurredAt: at('04 09:50') }),
);

const contact = (of: string, contactId: string, stated: object): [string, string, object] => [
  of,
  contactId,
  { id: contactId, incidentId: of, isTheOthers: false, customers: [], pastSlots: [], affectedKnownAt: at('18 10:00'), nextUpdateDueAt: null, remindAt: null, dueReason: 'Every 30 minutes.', missedInARow: 0, stoppedAt: null, ...stated },
];
export const contacts = [
  contact(id.emergency, 'c1', {
    customers: [{ id: 's-1', name: '一号店' }],
    pastSlots: [{ dueAt: at('18 10:45'), endAt: at('18 10:50'), outcome: 'missed' }],
    nextUpdateDueAt: at('18 11:50'),
    overdueSince: at('18 11:20'),
    lastUpdateAt: at('18 10:50'),
    lastMessage: '調べています',
    missedInARow: 2,
    ticket: { tool: 'zendesk', id: '90001', url: 'https://z.example/90001' },
  }),
  contact(id.emergency, 'c2', { customers: [{ id: 's-2' }], nextUpdateDueAt: at('18 12:03') }),
  contact(id.emergency, 'c3', { name: 'チェーン', customers: [{ id: 's-3' }, { id: 's-4', name: '四号店' }], nextUpdateDueAt: at('18 12:40'), recoveredAt: at('18 11:55'), endsWith: 'recovery' }),
  contact(id.emergency, 'c4', { isTheOthers: true, stoppedAt: at('18 11:30') }),
  ...[1, 2, 3, 4, 5, 6].map((n) => contact(id.drill, `d${n}`, { customers: [{ id: `t-${n}` }], nextUpdateDueAt: at('18 12:30') })),
  // Customers of a linked incident hear from its primary.
  contact(id.linked, 'c7', { customers: [{ id: 's-9' }], nextUpdateDueAt: at('18 12:20') }),
  // Due this very moment, nobody has waited too long.
  contact(id.none, 'c6', { customers: [{ id: 's-7' }], nextUpdateDueAt: now, endsWith: 'not-occurring' }),
  contact(id.recovered, 'c5', {
    customers: [{ id: 's-5', name: '五号店' }],
    pastSlots: [{ dueAt: at('18 09:00'), endAt: at('18 09:06'), updatedAt: at('18 09:06'), outcome: 'late' }],
    nextUpdateDueAt: at('18 12:10'),
    endsWith: 'recovery',
    recoveredAt: at('18 09:30'),
  }),
];

export const signalId = `sig_${'b'.repeat(24)}`;
const inputs = { level: 'high', businessImpact: 'stopped', affectedCustomerCount: 14, area: 'order' };
const concluded = { isFact: false };
export const told: [type: string, actor: string, when: string, detail: object, stated?: object][] = [
  ['filed', 'zendesk', '18 10:00', { signalId, rule: 'form-or-tag-mapped', why: 'x' }],
  ['assigned', 'ken@a.jp', '18 10:04', { assignee: 'ken@a.jp' }],
  ['role-taken', 'ken@a.jp', '18 10:05', { role: 'lead' }],
  ['responded', 'ken@a.jp', '18 10:07', { customers: ['s-1'] }],
  ['verified', 'ann@a.jp', '18 10:09', { happened: 'yes', ongoing: 'yes', method: '再現した', reportDiffers: true }, { evidenceUrl: 'https://e.example/1' }],
  ['scoped', 'ann@a.jp', '18 10:10', { affectedCustomerCount: 14, affectedCustomers: [{ id: 's-2', name: '二号店' }], method: '注文ログ', recurrenceRisk: 'yes' }],
  ['mitigated', 'ken@a.jp', '18 10:20', { kind: 'revert', note: 'v12へ', lighterWayTried: '旗を倒した' }],
  ['customer-updated', 'ann@a.jp', '18 10:50', { customers: ['s-1', 'others'], message: '調べています', channel: 'phone', recovery: false }],
  ['customer-updated', 'ann@a.jp', '18 10:51', { customers: 'all', message: '直しています', channel: 'ticket' }],
  ['corrected', 'ann@a.jp', '18 10:52', { field: 'impact.businessImpact', old: 'degraded', new: 'stopped' }],
  ['corrected', 'zendesk', '18 10:53', { field: 'occurredAt', old: null, new: at('18 09:50'), signalId }, concluded],
  ['urgency-changed', 'rule', '18 10:54', { old: 'low', new: 'high', rule: 'occurred-within-one-hour', why: 'x' }, concluded],
  ['caused', 'ken@a.jp', '18 10:55', { category: 'release', summary: '設定漏れ', releaseId: 'r-77' }],
  ['emergency-begun', 'rule', '18 10:56', { rule: 'many-customers-stopped', why: 'x', inputs, policyVersion: 'pol_1' }, concluded],
  ['emergency-ended', 'rule', '18 10:57', { rule: 'recovered', why: 'x' }, concluded],
  ['slot-closed', 'rule', '18 10:58', { contactId: 'c1', dueAt: at('18 10:45'), outcome: 'missed', missedInARow: 1 }, concluded],
  ['escalated', 'rule', '18 10:59', { customers: ['s-1'], missedInARow: 2 }],
  ['paged', 'rule', '18 11:00', { action: 'trigger', reasons: ['unanswered'], why: 'x' }],
  ['linked', 'ann@a.jp', '18 11:01', { from: id.linked, basis: '同じ端末' }],
  ['commented', 'ann@a.jp', '18 11:02', { text: '誤り' }],
  ['retracted', 'ken@a.jp', '18 11:03', { eventId: '00000020', why: '別の件', type: 'commented' }],
  ['reclassified', 'ann@a.jp', '18 11:04', { rule: 'stated', why: 'x', from: 'question', to: 'incident' }],
  ['role-handed-over', 'ken@a.jp', '18 11:05', { role: 'record', to: 'ann@a.jp' }],
  ['reminded', 'rule', '18 11:06', { customers: ['s-2'], roles: ['customers', 'record'] }],
  ['fixed', 'ken@a.jp', '18 11:07', { permanentFix: '型で縛る' }],
  ['prevention', 'ken@a.jp', '18 11:08', { text: '二人で見る' }],
  ['reviewed', 'chair@a.jp', '18 11:09', { note: '確認した', said: {}, cause: 'data', confirmed: 3, old: { x: 1 } }],
  ['answered', 'ann@a.jp', '18 11:10', { kind: 'explained', note: '右上' }],
];

const action = (actionId: string, stated: object): [string, object] => [
  actionId,
  {
    id: actionId,
    schemaVersion: 1,
    bundleId: '2026-W43',
    description: `${actionId} をする`,
    kind: 'detect',
    dueAt: at('30 09:00'),
    due: { rule: 'other-score', inputs: { confirmedScore: 2, from: at('16 10:00') } },
    status: 'proposed',
    createdAt: at('16 10:00'),
    createdBy: 'ann@a.jp',
    history: [],
    ...stated,
  },
];
const ticket = { requestedAt: at('18 09:00'), requestedBy: 'ann@a.jp', key: null, error: null, checkedAt: null, closedAt: null };
export const actions = [
  action('act_111111111111111111111111', { incidentId: id.emergency, owner: 'local', ticketUrl: 'https://t.example/a1', doneWhen: '手順にある', status: 'agreed', dueAt: at('17 09:00'), kind: 'prevent' }),
  action('act_222222222222222222222222', { bundleId: '2026-W46', ticket: { ...ticket, state: 'making' } }),
  action('act_333333333333333333333333', { bundleId: '2026-W46', owner: 'ken@a.jp', dueAt: at('20 09:00'), ticket: { ...ticket, state: 'failed', error: 'x' } }),
  // Due this very moment, it is not overdue.
  action('act_666666666666666666666666', { bundleId: '2026-W46', owner: 'mori@a.jp', dueAt: now }),
  action('act_444444444444444444444444', { status: 'done', owner: 'ken@a.jp', evidenceUrl: 'https://e.example/4', closedAt: at('17 10:00') }),
  action('act_555555555555555555555555', { status: 'dropped', droppedReason: '窓口がない', closedAt: at('17 11:00'), dueAt: at('10 09:00') }),
];

const update = (updateId: string, state: string, stated: object): [string, object] => [
  updateId,
  {
    id: updateId,
    incidentId: id.emergency,
    batchId: 'b',
    customers: ['s-1'],
    tool: 'zendesk',
    ticketId: '90001',
    url: null,
    text: '直りました',
    isRecovery: false,
    state,
    requestedAt: at('18 11:30'),
    requestedBy: 'ann@a.jp',
    sentAt: null,
    commentId: null,
    error: null,
    soughtSince: at('18 11:30'),
    delivery: newDelivery(at('18 11:31')),
    expireAt: at('2028-01-01 00:00'),
    ...stated,
  },
];
export const updates = [
  update('upd_1', 'sent', { sentAt: at('18 11:32'), url: 'https://z.example/90001#c1', isRecovery: true }),
  update('upd_2', 'failed', { customers: ['s-2'], tool: 'jira', ticketId: 'OPS-1', error: 'The ticket is closed.', requestedAt: at('18 11:33') }),
  update('upd_3', 'by-hand', { customers: ['others', 's-3'], tool: null, ticketId: null, requestedAt: at('18 11:34') }),
];

export const releases: [string, object][] = [
  ['r-77', { id: 'r-77', trigger: 'push', branch: 'main', commit: '0123456789abcdef', status: 'SUCCESS', url: 'https://build.example/77', startedAt: at('18 09:40'), steps: [{ name: 'unit tests', status: 'SUCCESS', mayFail: true }] }],
  ['r-76', { id: 'r-76', status: 'FAILURE', startedAt: at('18 09:30'), steps: [] }],
  ['r-75', { id: 'r-75', branch: 'hotfix', status: 'WORKING', startedAt: at('18 09:20'), steps: [] }],
  ['r-78', { id: 'r-78', status: 'SUCCESS', startedAt: at('18 09:51'), steps: [] }],
];

/** The state of each door and channel: what is newer counts. */
const check = (outcome: string, when: string) => ({ check: { at: at(when), outcome, detail: `〈${outcome}〉` } });
export const connections: [string, object][] = [
  ['zendesk', check('closed', '18 11:00')],
  ['jira', check('closed', '18 11:20')],
  ['intercom', { ...check('unreachable', '18 11:00'), lastTestAt: at('18 11:05') }],
  ['freshdesk', check('open', '18 11:00')],
  ['monitoring', { ...check('unexpected', '18 11:00'), lastTestAt: at('18 10:05') }],
  ['ticket-zendesk', { tried: { at: at('18 11:06'), outcome: 'known', detail: 'metronome@a.jp' } }],
  ['ticket-jira', { tried: { at: at('18 11:07'), outcome: 'refused', detail: 'HTTP 401' } }],
  [
    'channels',
    {
      channels: [
        { name: 'all', kind: 'teams', escalation: false },
        { name: 'boss', kind: 'webhook', escalation: true },
        { name: 'also', kind: 'slack-app', escalation: false, for: { drill: 'also' } },
        { name: 'order', kind: 'mail', escalation: false, for: { kinds: ['update-due'], urgency: ['high'], area: ['order', 'pay'], drill: 'also' } },
        { name: 'drills', kind: 'slack', escalation: false, for: { drill: true } },
      ],
      unreached: [{ kind: 'escalation' }],
      notedAt: at('18 09:00'),
    },
  ],
];
const delivery = (channel: string, kind: string, state: DeliveryState, when: string, stated: Partial<Delivery> = {}): [string, object] => [
  `${channel}-${kind}-${state}`,
  { noticeId: 'ntc_1', channel, channelKind: 'slack', kind, incidentId: null, delivery: newDelivery(at(when), { state, attempts: 1, ...stated }) },
];
export const deliveries = [
  delivery('all', 'update-due', 'delivered', '18 11:10'),
  delivery('all', 'connection-test', 'delivered', '18 11:09'),
  delivery('boss', 'escalation', 'rejected', '18 11:12', { lastError: 'HTTP 500' }),
  delivery('boss', 'connection-test', 'waiting', '18 11:11', { lastError: 'HTTP 429' }),
  delivery('gone', 'update-due', 'delivered', '18 08:00'),
  delivery('nobody', 'escalation', 'rejected', '18 08:01'),
];
const entry = (digit: string, source: string, state: string, stated: object = {}): [string, object] => [
  `qua_${digit.repeat(24)}`,
  { id: `qua_${digit.repeat(24)}`, source, state, reason: 'The body is not JSON.', errors: [], raw: Buffer.from('{"a": 1}'), contentType: 'application/json', receivedAt: at('18 07:00'), quarantinedAt: at('18 07:01'), ...stated },
];
export const quarantined = [
  entry('1', 'zendesk', 'open', { errors: [{ path: 'ticket.id', message: 'It has to be a number.' }] }),
  entry('2', 'zendesk', 'open', { quarantinedAt: at('18 07:30'), receivedAt: at('18 07:29'), reason: 'It has no title.' }),
  entry('3', 'cloud-build', 'open', { raw: Buffer.from([0x96, 0xbc]), contentType: 'text/plain' }),
  entry('4', 'generic', 'replayed', { incidentId: id.calm, settledBy: 'ann@a.jp' }),
  entry('5', 'generic', 'dismissed', { dismissedReason: '重複', settledBy: 'ken@a.jp' }),
];
export const databases = { incidents: 'a', postmortems: 'b', actions: 'c' };
for (const [kind, digit] of Object.entries(databases)) databases[kind as 'actions'] = `${digit.repeat(8)}-${digit.repeat(4)}-${digit.repeat(4)}-${digit.repeat(4)}-${digit.repeat(12)}`;
const notionPage = (pageId: string, delivery: Partial<Delivery>): [string, object] => [pageId, { id: pageId, kind: 'incidents', changedAt: at('18 09:00'), delivery: newDelivery(at('18 09:00'), { state: 'delivered', ...delivery }) }];
export const notionPages = [notionPage('inc_a', {}), notionPage('inc_b', toBeWritten(at('18 11:50'))), notionPage('inc_c', toBeWritten(at('18 11:40'))), notionPage('inc_d', { state: 'waiting', retryAt: at('18 12:30') })];
export const notionState = {
  databases,
  seenUpTo: {},
  delivery: newDelivery(at('18 11:35'), { attempts: 3, lastError: 'Notion takes nothing for now: refused' }),
  syncedAt: at('18 11:30'),
  trouble: { kind: 'refused', code: 'restricted_resource' },
  failedSince: at('18 11:35'),
  properties: {},
  leftOut: ['担当', '原因'],
};
export const drillId = `drl_${'d'.repeat(24)}`;
export const drill = {
  id: drillId,
  from: id.emergency,
  speed: 10,
  times: 3,
  startedAt: at('18 11:00'),
  startedBy: 'ann@a.jp',
  replays: [signalId],
  firstAt: at('18 09:58'),
  passed: 2,
  total: 3,
  next: 2,
  state: 'stopped',
  stoppedBecause: 'signals-gone',
};

export const meetings: Meeting[] = [
  { id: '2026-W45', schemaVersion: 1, answers: [{ item: 'falling-counts', text: '窓口が増えた', by: 'ann@a.jp', at: at('09 10:00'), before: [] }], attendance: { present: ['ann', 'ken'], chair: 'ken', by: 'ann@a.jp', at: at('09 10:10') } },
  {
    id: '2026-W46',
    schemaVersion: 1,
    answers: [
      { item: 'falling-counts', text: '質問が増えた', by: 'ken@a.jp', at: at('16 10:00'), before: [{ text: '分からない', by: 'mori@a.jp', at: at('16 09:59') }] },
      { item: idOf('b'), title: '先週の質問', text: '質問だった', by: 'ann@a.jp', at: at('16 10:01'), before: [] },
    ],
    begun: {
      at: at('16 09:58'),
      by: 'ken@a.jp',
      order: id.before,
      sample: [
        { id: idOf('b'), kind: 'question' },
        // It was outside, and is an incident by now.
        { id: id.none, kind: 'outside' },
      ],
    },
    step: 'questions',
    passed: ['guide', 'actions', 'falling-counts'],
    later: [id.before],
  },
];

const wrote = { id: signalId, isFact: true, type: 'signal-received', actor: 'zendesk', occurredAt: at('18 11:11'), recordedAt: at('18 11:11') };
const byRule = (id: string, type: string, more: object) => ({ ...wrote, isFact: false, id, type, actor: 'rule', ...more });
const signal = { incidentId: id.emergency, tool: 'zendesk', sourceId: '90001', raw: Buffer.from('{}'), contentType: 'application/json', problems: [] };
const series = {
  fetchedAt: at('18 11:41'),
  from: at('18 11:30'),
  until: at('18 11:40'),
  condition: 'p99 over 2 s',
  threshold: 2,
  comparison: 'COMPARISON_GT',
  series: [{ metric: 'latency', labels: { zone: 'a' }, points: [1, 3].map((value, index) => ({ at: at(`18 11:3${index}`), value })), unit: 's' }],
};
const questioned = { rule: 'customer-wrote', why: 'x', customers: ['s-5'], ticket: { tool: 'zendesk', id: '5' }, signalId, message: 'まだ遅い' };
// Nothing was missed: none in a row is not said.
const late = { contactId: 'c5', dueAt: at('18 09:00'), updatedAt: at('18 09:06'), outcome: 'late', missedInARow: 0 };
const other = `sig_${'c'.repeat(24)}`;
/** What is of no list, by its path. */
export const documents: [path: string, data: object][] = [
  [`incidents/${id.emergency}/timeline/${signalId}`, { ...wrote, detail: { signalId, kind: 'customer-wrote', tool: 'zendesk', sourceId: '90001', title: '再送', message: 'まだです' } }],
  [`incidents/${id.recovered}/timeline/00000002`, byRule('00000002', 'recovery-questioned', { occurredAt: at('18 10:30'), detail: questioned })],
  [`incidents/${id.recovered}/timeline/00000003`, byRule('00000003', 'slot-closed', { detail: late })],
  [`signals/${signalId}`, { ...signal, id: signalId, kind: 'customer-wrote', receivedAt: at('18 11:11') }],
  [`signals/${other}`, { ...signal, id: other, tool: 'jira', kind: 'stated', sourceId: 'OPS-1', receivedAt: at('18 09:58'), incidentId: id.linked }],
  // Without an alert there is no series, whatever is stored.
  ...[id.alert, id.before].map((of): [string, object] => [`incidents/${of}/evidence/series`, series]),
];
