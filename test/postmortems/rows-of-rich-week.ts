/** A week of which everything is told: each fact its own, so that one that is taken for another shows. Times are in Japan. */
import { policy } from '../../functions/policy.ts';
import { type ActionStatement, changeAction, type NextAction, proposeAction } from '../../functions/postmortems/actions-rules.ts';
import { assembleBundle } from '../../functions/postmortems/bundle.ts';
import type { UnmetSlot } from '../../functions/postmortems/checkpoints.ts';
import { type Meeting, noMeeting, withAnswer, withAttendance } from '../../functions/postmortems/meeting.ts';
import { firstPage } from '../../functions/postmortems/open.ts';
import type { BundleSlice } from '../../functions/postmortems/store.ts';
import { weekAfter } from '../../functions/postmortems/week.ts';
import { incident, inputs, at as instant, summary, week } from './facts.ts';

/** `18 10:00` is of November 2026, `2025-12-30 10:00` of whatever day. */
const at = (text: string): Date => {
  const [day = '', clock = ''] = text.split(' ');
  return instant(`${day.length === 2 ? `2026-11-${day}` : day}T${clock}:00+09:00`);
};
const own = week('2026-W47');
const idOf = (digit: string): string => `inc_${digit.repeat(24)}`;
const ids = { first: idOf('1'), open: idOf('2'), none: idOf('3'), linked: idOf('4'), drill: idOf('5'), carried: idOf('6') };

const first = incident({
  id: ids.first,
  title: '注文が通らない',
  description: '朝から全店で',
  filedAt: at('18 10:00'),
  reportedAt: at('18 09:58'),
  occurredAt: at('18 09:50'),
  firstResponseAt: at('18 10:07'),
  mitigatedAt: at('18 10:20'),
  recoveredAt: at('18 11:30'),
  reviewedAt: at('23 10:00'),
  origin: { tool: 'zendesk', id: '1', url: 'https://z.example/1', area: 'order', form: 'pos', channel: 'phone' },
  impact: { businessImpact: 'stopped', affectedCustomerCount: 14, scopeMethod: '注文ログ', scopeEvidenceUrl: 'https://logs.example/1', recurrenceRisk: 'yes' },
  cause: { category: 'release', summary: '設定漏れ', releaseId: 'r-77' },
  mitigation: { kind: 'revert', summary: 'v12へ', lighterWayTried: '旗を倒した' },
  permanentFix: '型で縛る',
  prevention: '二人で見る',
  assignee: 'ken@a.jp',
  responders: ['ken@a.jp', 'ann@a.jp'],
  ticketUrls: ['https://t.example/7', 'https://t.example/8'],
  affectedCustomers: Array.from({ length: 13 }, (_, index) => ({ id: `s-${index + 1}`, name: `${index + 1}号店` })),
  slots: { met: 5, late: 1, missed: 2, notReminded: 0 },
  emergency: { since: at('18 10:01'), rule: 'many-customers-stopped', inputs: { level: 'high', businessImpact: 'stopped', affectedCustomerCount: 14, area: 'order' }, policyVersion: 'pol_1', endedAt: at('18 11:31') },
  roles: { lead: { who: 'ken@a.jp', at: at('18 10:05') }, record: { who: 'ann@a.jp', at: at('18 10:12') } },
});
first.score = { ...first.score, confirmed: { ...first.score.reference, value: 8 } };
const release = { id: 'r-77', url: 'https://build.example/77', trigger: 'by-hand', branch: 'hotfix', status: 'SUCCESS', steps: [{ name: 'unit tests', status: 'FAILURE', mayFail: false }] };
const firstSlots = [
  { customer: 'others', dueAt: at('18 11:00'), outcome: 'missed' as const },
  { customer: '1号店', dueAt: at('18 10:15'), outcome: 'late' as const, updatedAt: at('18 10:25') },
  { customer: '2号店', dueAt: at('18 10:15'), outcome: 'missed' as const },
];

const open = incident({
  id: ids.open,
  title: '',
  filedAt: at('19 23:30'),
  source: 'alert',
  origin: { tool: 'monitoring', id: 'a' },
  ongoing: 'unknown',
  // It was linked once.
  linkedTo: ids.carried,
  occurredAt: at('19 23:59'),
  isOccurredAtApproximate: true,
  cause: { category: 'unknown', releaseId: 'none' },
  responders: ['ann@a.jp'],
  slots: { met: 0, late: 0, missed: 0, notReminded: 1 },
  missing: [
    { field: 'impact.businessImpact', why: 'x' },
    { field: 'mitigation.lighterWayTried', why: 'y' },
  ],
});
const filed = [
  first,
  open,
  incident({ id: ids.none, title: '見間違い', filedAt: at('20 10:00'), status: 'not-occurring', reviewedAt: at('21 10:00') }),
  incident({ id: ids.linked, title: '同じ件', filedAt: at('20 11:00'), status: 'linked', linkedTo: ids.first, missing: [{ field: 'cause', why: 'z' }] }),
  incident({ id: ids.drill, title: '秋の訓練', filedAt: at('17 10:00'), isDrill: true, firstResponseAt: at('17 10:04'), recoveredAt: at('17 10:30') }),
  incident({ id: idOf('7'), title: '並び順は', filedAt: at('17 11:00'), kind: 'question', status: 'open', origin: { tool: 'generic', id: 'q1', url: 'https://t.example/q1', form: 'ask', channel: 'chat' } }),
  incident({ id: idOf('8'), title: '色は', filedAt: at('17 12:00'), kind: 'question', status: 'answered', answer: { kind: 'explained', by: 'ann', at: at('17 13:00') }, origin: { tool: 'generic', id: 'q2' } } as never),
  incident({
    id: idOf('9'),
    title: '請求書',
    filedAt: at('17 14:00'),
    kind: 'outside',
    status: 'kept',
    origin: { tool: 'generic', id: 'o1', form: 'billing' },
    routing: { kind: 'outside', rule: 'form-or-tag-mapped', why: '', considered: [], isFormUnknown: true },
  }),
];
const carried = incident({
  id: ids.carried,
  title: '去年から続く件',
  filedAt: at('2025-12-30 10:00'),
  occurredAt: at('2025-12-30 09:00'),
  firstResponseAt: at('2025-12-30 08:30'),
  impact: { businessImpact: 'degraded', affectedCustomerCount: 1, scopeMethod: '電話', scopeEvidenceUrl: 'https://logs.example/6' },
  missing: [{ field: 'recoveredAt', why: 'x' }],
});

const propose = (id: string, bundleId: string, created: string, stated: object = {}, then: ActionStatement = {}): NextAction => {
  const action = proposeAction(id, { description: `${id} をする`, kind: 'prevent', bundleId, ...stated }, 3, { actor: 'ann', now: at(created) }, policy);
  return changeAction(action, then, 3, { actor: 'ann', now: at('16 09:00') }, policy) as NextAction;
};
const whole = { owner: 'mori@a.jp', ticketUrl: 'https://t.example/a1', doneWhen: '手順にある' };
const actions = [
  propose('act_new', own.id, '20 09:00', { ...whole, ticketUrl: 'https://t.example/a4', owner: 'ken@a.jp' }),
  propose('act_soon', '2026-W46', '16 08:00'),
  propose('act_late', '2026-W42', '2026-10-19 09:00', whole),
  propose('act_planned', '2026-W41', '2026-10-12 09:00', { ...whole, doneWhen: '鳴る' }, { dueAt: at('30 18:00') }),
  { ...propose('act_done', '2026-W45', '2026-10-12 09:00', whole, { status: 'done', evidenceUrl: 'https://t.example/pr' }), closedAt: own.end },
];

/** Five blocks of four weeks: incidents fall, questions rise. */
const past = Array.from({ length: 22 }, (_, index) => {
  const block = Math.min(4, Math.floor(index / 4));
  const { id } = weekAfter(own, index - 22, policy.zone);
  return summary(
    id,
    [40, 30, 20, 12, 5][block] ?? 0,
    { questions: [0, 1, 3, 20, 40][block] ?? 0, outside: 2 },
    {
      alertIncidents: 1,
      reports: index < 4 ? null : 50 + index,
      score: { known: 2, unknown: 1, sum: 10 + index, median: 5, max: 9 },
      firstResponse: { known: 3, pending: 0, unknown: 1, ended: [2, 4, 7], open: [] },
      recovery: { known: 4, pending: 2, unknown: 0, ended: [30, 60, 90, 100], open: [300] },
      slots: { met: 8, late: 1, missed: index === 20 ? 3 : 0, notReminded: 0 },
      lostTime: { minutes: 630 + index, n: 2, open: 1, unknown: 1 },
      spread: {
        area: [
          { name: 'order', incidents: 3 },
          { name: 'label', incidents: 1 },
        ],
        weekday: [
          { name: 'monday', incidents: 3 },
          { name: 'sunday', incidents: 1 },
        ],
        'on-duty': [{ name: 'Ken', incidents: 1, hours: 100 }],
      },
      ...(index > 10 ? { impact: { stopped: 1, degraded: 2, inconvenient: 3, none: 4, unknown: 5 }, customers: { sum: 77, unknown: 1 } } : {}),
      ...(index === 21 ? { forms: ['pos', 'billing'], channels: ['phone'] } : {}),
    },
  );
});

const answered = (meeting: Meeting, item: string, title: string | undefined, text: string, when: string, actor: string): Meeting => withAnswer(meeting, { id: item, ...(title ? { title } : {}) }, text, { actor, now: at(when) }) ?? meeting;
const attended = (meeting: Meeting, present: string[], chair: string): Meeting => withAttendance(meeting, { present, chair }, { actor: 'x', now: at('16 10:00') });

const meetings: Meeting[] = [
  answered(noMeeting('2026-W43'), 'falling-counts', undefined, '前の減少の話', '02 10:00', 'ann@a.jp'),
  answered(noMeeting('2026-W44'), 'falling-counts', undefined, '窓口が増えた', '09 10:00', 'ann@a.jp'),
  {
    ...attended(answered(answered(noMeeting('2026-W46'), 'falling-counts', undefined, '質問が増えた', '16 10:00', 'ken@a.jp'), 'new-form:ask', undefined, '新しい窓口', '16 10:05', 'mori@a.jp'), ['ann', 'ken'], 'ken'),
    skipped: {
      total: 2,
      items: [
        { item: ids.carried, kind: 'incident', title: '去年から続く件' },
        { item: 'falling-counts', kind: 'falling-counts' },
      ],
    },
  },
];

const change = (id: string, eventId: string, type: string, when: string, stated: object = {}) => ({ incidentId: idOf(id), eventId, type, at: at(when), actor: 'ann', field: null, old: null, new: null, ...stated });

/** A draft, or as it was held: its meeting with it. */
export function richWeek(state: 'draft' | 'held' = 'draft'): BundleSlice {
  const { bundle, summary: sum } = assembleBundle(
    inputs({
      week: own,
      filed,
      earlier: [carried],
      slots: new Map<string, UnmetSlot[]>([
        [ids.first, firstSlots],
        [ids.open, [{ customer: 'x', dueAt: at('20 00:30'), outcome: 'not-reminded' }]],
      ]),
      releases: new Map([['r-77', release]]),
      named: new Map([[ids.first, first]]),
      actions,
      past,
      reports: 9,
      dismissed: 1,
      laterChanges: [
        change('b', '2', 'corrected', '20 10:00', { field: 'occurredAt', old: '2026-11-01T00:00:00Z', new: null }),
        change('a', '1', 'reopened', '20 09:00'),
        change('1', '3', 'retracted', '20 08:00'),
        change('6', '4', 'retracted', '20 08:00'),
      ],
      meetings,
      nextDrill: { dueAt: at('2026-12-17 10:00'), basis: 'last-drill', lastAt: at('17 10:00') },
      duty: [
        {
          area: '*',
          shifts: [
            { name: 'Ann', from: at('18 09:00'), until: at('19 09:00') },
            { name: 'Ken', from: at('19 09:00'), until: at('20 09:00') },
          ],
          readAt: own.end,
          failing: null,
        },
      ],
    }),
  );
  const { entries, carriedIncidents, ...head } = bundle;
  const counts = { entryCount: entries.length, carriedCount: carriedIncidents.length };
  const document = { id: own.id, state, number: 3, assembledAt: at('23 00:05'), ...counts, summary: sum };
  const meeting: Meeting =
    state === 'draft'
      ? noMeeting(own.id)
      : { ...attended(answered(noMeeting(own.id), ids.first, '注文が通らない', '手順に足す', '23 10:20', 'ken@a.jp'), ['ann', 'bob', '新人'], 'bob'), skipped: { total: 1, items: [{ item: ids.open, kind: 'incident', title: '' }] } };
  return { page: firstPage, document, meeting, head, entries, carriedIncidents } as unknown as BundleSlice;
}
