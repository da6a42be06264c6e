/** How an incident, an action and a week look as pages of their own: each field says its own, and nothing another's. */
import { expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import type { NextAction } from '../../functions/postmortems/actions-rules.ts';
import { assembleBundle } from '../../functions/postmortems/bundle.ts';
import { exportAction, exportIncident, exportWeek } from '../../functions/postmortems/export/exported-pages.ts';
import { rowsOf } from '../in-a-line.ts';
import { at, incident, inputs, minutesAfter, week } from './facts.ts';

const own = week('2026-W47');
const filedAt = at('2026-11-18T01:00:00Z');
const consoleUrl = 'https://m.example/console';

const whole = incident({
  id: 'inc_0123456789abcdef01234567',
  filedAt,
  title: '注文が通らない',
  description: '朝から',
  occurredAt: minutesAfter(filedAt, -10),
  reportedAt: minutesAfter(filedAt, -2),
  firstResponseAt: minutesAfter(filedAt, 3),
  mitigatedAt: minutesAfter(filedAt, 20),
  recoveredAt: minutesAfter(filedAt, 50),
  reviewedAt: minutesAfter(filedAt, 9_000),
  origin: { tool: 'generic', id: 'T-1', area: 'order' },
  impact: { businessImpact: 'stopped', affectedCustomerCount: 12 },
  cause: { category: 'release', summary: '設定漏れ' },
  mitigation: { kind: 'revert', summary: '戻した', lighterWayTried: '設定で外した' },
  permanentFix: '検証を足した',
  prevention: '手順に足した',
  assignee: 'ann@a.jp',
  responders: ['ken', 'ann'],
  ticketUrls: ['https://t.example/1', 'https://t.example/2'],
  missing: [
    { field: 'permanentFix', why: 'x' },
    { field: 'prevention', why: 'y' },
  ],
});
const confirmed = { ...whole.score.reference, value: 8 };
const countless = {
  impact: { businessImpact: 'none' as const, affectedCustomerCount: 0 },
  score: { reference: { ...confirmed, value: 0 }, confirmed: { ...confirmed, value: 0 } },
  firstResponseAt: whole.reportedAt,
};
const incidents = {
  whole: { ...whole, score: { ...whole.score, confirmed } },
  'of which nobody knows anything': incident({ id: whole.id, filedAt, title: '' }),
  'in which a count of nobody is a count': { ...whole, ...countless },
  'to which accounts of tools have responded': {
    ...whole,
    responders: ['zendesk:8', 'zendesk:9'],
    actorNames: { 'zendesk:8': '鈴木' },
  },
  'whose mitigation has no words': { ...whole, mitigation: { kind: 'revert' as const } },
  'that is linked, which asks for nothing': { ...whole, status: 'linked' as const, linkedTo: whole.id },
  'that was linked': { ...whole, linkedTo: whole.id },
};

const action: NextAction = {
  id: 'act_1',
  schemaVersion: 1,
  bundleId: '2026-W47',
  description: '監視を足す',
  kind: 'detect',
  dueAt: at('2026-12-08T01:00:00Z'),
  due: { rule: 'other-score', inputs: { confirmedScore: 2, from: filedAt } },
  status: 'proposed',
  createdAt: filedAt,
  createdBy: 'ann',
  history: [],
};
const wholeAction: NextAction = {
  ...action,
  incidentId: 'inc_1',
  status: 'done',
  owner: 'ann@a.jp',
  doneWhen: '鳴る',
  ticketUrl: 'https://t.example/1',
  evidenceUrl: 'https://t.example/2',
  droppedReason: '要らない',
  closedAt: minutesAfter(filedAt, 60),
};

const filed = [
  incident({
    id: 'inc_1',
    filedAt,
    occurredAt: minutesAfter(filedAt, -10),
    firstResponseAt: minutesAfter(filedAt, 3),
    mitigatedAt: minutesAfter(filedAt, 20),
    recoveredAt: minutesAfter(filedAt, 50),
    reviewedAt: minutesAfter(filedAt, 60),
    impact: { businessImpact: 'stopped', affectedCustomerCount: 12 },
    slots: { met: 5, late: 2, missed: 3, notReminded: 4 },
    cause: { category: 'data', releaseId: 'none' },
  }),
  incident({ id: 'inc_2', filedAt, source: 'alert' }),
  ...['inc_q1', 'inc_q2', 'inc_q3'].map((id) => incident({ id, filedAt, kind: 'question' })),
];
const [first] = filed;
if (first) first.score = { ...first.score, confirmed: { ...first.score.reference, value: 8 } };
// Of two there is no median otherwise.
const ofTwo = { ...policy, review: { ...policy.review, medianFrom: 1 } };
const held = assembleBundle(inputs({ week: own, filed, policy: ofTwo }));
const empty = assembleBundle(inputs({ week: own }));
const heldWeek = { ...held.bundle, state: 'held' as const, carriedCount: 7, summary: held.summary, heldAt: own.end };
const emptyWeek = { ...empty.bundle, state: 'draft' as const, carriedCount: 0, summary: empty.summary };

test('each says its facts in its own fields, and leaves empty what nobody knows', async () => {
  const rows = Object.fromEntries([
    ['an incident, with its link', exportIncident(incidents.whole, policy, consoleUrl)],
    ...Object.entries(incidents).map(([what, of]) => [`an incident ${what}`, exportIncident(of, policy, undefined)]),
    ['an action whole', exportAction(wholeAction, policy, consoleUrl)],
    ['an action of which nobody has said anything', exportAction(action, policy, undefined)],
    // Its last day is Sunday: what begins then is another week.
    ['a week whole', exportWeek(own, 3, heldWeek, policy, consoleUrl)],
    ['a week in which nothing was carried, asked or counted', exportWeek(own, 1, emptyWeek, policy, undefined)],
    ['a week without a bundle', exportWeek(own, 1, undefined, policy, undefined)],
  ]);
  await expect(rowsOf(rows)).toMatchFileSnapshot('exported-whole.txt');
});

test('an incident is filed in a week by when it was filed, in Japan', () => {
  const weekOf = (text: string) => exportIncident({ ...whole, filedAt: at(text) }, policy, undefined)?.weekId;
  expect([weekOf('2026-11-22T14:59:59.999Z'), weekOf('2026-11-22T15:00:00Z')]).toEqual(['2026-W47', '2026-W48']);
});

test('a drill, a question and what was kept outside have no page', () => {
  for (const stated of [{ isDrill: true }, { kind: 'question' as const }, { kind: 'outside' as const }])
    expect(exportIncident({ ...whole, ...stated }, policy, consoleUrl)).toBeUndefined();
});
