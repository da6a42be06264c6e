/** How an incident, an action and a week look as pages of their own: each field says its own, and nothing another's. */
import { describe, expect, test } from 'vitest';
import type { Line } from '../../functions/incidents/exported.ts';
import { policy } from '../../functions/policy.ts';
import type { NextAction } from '../../functions/postmortems/actions-rules.ts';
import { assembleBundle } from '../../functions/postmortems/bundle.ts';
import { exportAction } from '../../functions/postmortems/export/export-action.ts';
import { exportIncident } from '../../functions/postmortems/export/export-incident.ts';
import { exportWeek } from '../../functions/postmortems/export/export-week.ts';
import { at, incident, inputs, minutesAfter, week } from './facts.ts';

const own = week('2026-W47');
const filedAt = at('2026-11-18T01:00:00Z');
const consoleUrl = 'https://m.example/console';

describe('an incident', () => {
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

  test('says each of its facts in its own field', () => {
    const made = exportIncident({ ...whole, score: { ...whole.score, confirmed } }, policy, consoleUrl);
    expect(made).toEqual({
      kind: 'incidents',
      id: whole.id,
      title: '注文が通らない',
      weekId: '2026-W47',
      lines: [{ is: 'text', text: '朝から' }],
      fields: {
        code: expect.stringMatching(/^M-/),
        status: '業務回復',
        urgency: '高',
        impact: '業務停止',
        customers: 12,
        cause: 'リリース',
        reference: 12,
        confirmed: 8,
        source: 'ユーザーサポート',
        area: 'order',
        occurredAt: whole.occurredAt,
        reportedAt: whole.reportedAt,
        respondedAt: whole.firstResponseAt,
        mitigatedAt: whole.mitigatedAt,
        recoveredAt: whole.recoveredAt,
        reviewedAt: whole.reviewedAt,
        responseMinutes: 5,
        mitigationMinutes: 30,
        recoveryMinutes: 60,
        assignee: 'ann@a.jp',
        responders: 'ann、ken',
        causeSummary: '設定漏れ',
        mitigation: 'リバート\n戻した\n設定で外した',
        permanentFix: '検証を足した',
        prevention: '手順に足した',
        tickets: whole.ticketUrls,
        missing: '恒久対応、再発防止',
        linkedTo: null,
        link: `https://m.example/console/incidents/${whole.id}`,
      },
    });
  });

  test('leaves empty what nobody knows, and a count of nobody is a count', () => {
    const bare = exportIncident(incident({ id: whole.id, filedAt, title: '' }), policy, undefined);
    expect(bare?.title).toBe(bare?.fields.code);
    const known = ['code', 'status', 'urgency', 'impact', 'cause', 'source', 'reportedAt', 'tickets'];
    const empty = Object.entries(bare?.fields ?? {}).filter(([field]) => !known.includes(field));
    expect(empty.map(([, value]) => value)).toEqual(empty.map(() => null));
    expect([bare?.fields.impact, bare?.fields.cause, bare?.lines]).toEqual(['不明', '記録なし', []]);
    const impact = { businessImpact: 'none' as const, affectedCustomerCount: 0 };
    const score = { reference: { ...confirmed, value: 0 }, confirmed: { ...confirmed, value: 0 } };
    const nobody = exportIncident({ ...whole, impact, score, firstResponseAt: whole.reportedAt }, policy, undefined);
    expect(nobody?.fields).toMatchObject({ customers: 0, reference: 0, confirmed: 0, responseMinutes: 0 });
    const untold = exportIncident({ ...whole, mitigation: { kind: 'revert' } }, policy, undefined);
    expect(untold?.fields.mitigation).toBe('リバート');
  });

  test('that is linked says to which, and asks for nothing', () => {
    const linked = exportIncident({ ...whole, status: 'linked', linkedTo: whole.id }, policy, undefined);
    expect(linked?.fields).toMatchObject({ linkedTo: linked?.fields.code, missing: null });
    expect(exportIncident({ ...whole, linkedTo: whole.id }, policy, undefined)?.fields.linkedTo).toBeNull();
  });

  test('is filed in a week by when it was filed, in Japan', () => {
    const weekOf = (text: string) => exportIncident({ ...whole, filedAt: at(text) }, policy, undefined)?.weekId;
    expect([weekOf('2026-11-22T14:59:59.999Z'), weekOf('2026-11-22T15:00:00Z')]).toEqual(['2026-W47', '2026-W48']);
  });

  test('is no drill, no question, and nothing that was kept outside', () => {
    for (const stated of [{ isDrill: true }, { kind: 'question' as const }, { kind: 'outside' as const }])
      expect(exportIncident({ ...whole, ...stated }, policy, consoleUrl)).toBeUndefined();
  });
});

describe('an action', () => {
  const bare: NextAction = {
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

  test('says each of its facts in its own field, and whose it is', () => {
    const whole: NextAction = {
      ...bare,
      incidentId: 'inc_1',
      status: 'done',
      owner: 'ann@a.jp',
      doneWhen: '鳴る',
      ticketUrl: 'https://t.example/1',
      evidenceUrl: 'https://t.example/2',
      droppedReason: '要らない',
      closedAt: minutesAfter(filedAt, 60),
    };
    expect(exportAction(whole, policy, consoleUrl)).toEqual({
      kind: 'actions',
      id: 'act_1',
      title: '監視を足す',
      lines: [],
      incidentId: 'inc_1',
      weekId: '2026-W47',
      fields: {
        status: '完了',
        kind: '検知',
        owner: 'ann@a.jp',
        dueAt: whole.dueAt,
        doneWhen: '鳴る',
        ticket: 'https://t.example/1',
        evidence: 'https://t.example/2',
        droppedReason: '要らない',
        createdAt: filedAt,
        closedAt: whole.closedAt,
        link: 'https://m.example/console/actions#act_1',
      },
    });
  });

  test('leaves empty what nobody has said, and may be of no incident', () => {
    const made = exportAction(bare, policy, undefined);
    expect(made).not.toHaveProperty('incidentId');
    const { status: _, kind: __, dueAt: ___, createdAt: ____, ...rest } = made.fields;
    expect(Object.values(rest)).toEqual(Object.values(rest).map(() => null));
  });
});

describe('a week', () => {
  const slots = { met: 5, late: 2, missed: 3, notReminded: 4 };
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
      slots,
      cause: { category: 'data', releaseId: 'none' },
    }),
    incident({ id: 'inc_2', filedAt, source: 'alert' }),
    incident({ id: 'inc_q1', filedAt, kind: 'question' }),
    incident({ id: 'inc_q2', filedAt, kind: 'question' }),
    incident({ id: 'inc_q3', filedAt, kind: 'question' }),
  ];
  const [first] = filed;
  if (first) first.score = { ...first.score, confirmed: { ...first.score.reference, value: 8 } };
  // Of two there is no median otherwise.
  const ofTwo = { ...policy, review: { ...policy.review, medianFrom: 1 } };
  const { bundle, summary } = assembleBundle(inputs({ week: own, filed, policy: ofTwo }));
  const said = (lines: readonly Line[]): string[] =>
    lines.map(({ is, text }) => `${{ heading: '# ', item: '- ', text: '' }[is]}${text}`);
  const document = { ...bundle, state: 'held' as const, carriedCount: 7, summary, heldAt: own.end };

  test('says each of its numbers in its own field', () => {
    const made = exportWeek(own, 3, document, policy, consoleUrl);
    expect([made.kind, made.id, made.title]).toEqual([
      'postmortems',
      '2026-W47',
      '11/16〜22のポストモーテム(第3回・2026-W47)',
    ]);
    const { fields } = made;
    expect(fields).toMatchObject({
      // Its last day is Sunday: what begins then is another week.
      period: { from: at('2026-11-15T15:00:00Z'), to: at('2026-11-22T14:59:59.999Z') },
      number: 3,
      status: '実施済み',
      heldAt: own.end,
      incidents: 2,
      referenceSum: 12,
      confirmedSum: 8,
      scoreMedian: 12,
      stopped: 1,
      customers: 12,
      responseMedian: 3,
      mitigationMedian: 30,
      recoveryMedian: 60,
      slotsMet: 5,
      slotsFailed: 9,
      carried: 7,
      questions: 3,
      alarms: 0,
      link: 'https://m.example/console/postmortems/2026-W47',
    });
    const counts = (id: string) =>
      ['pass', 'fail', 'notApplicable', 'noData'].map((result) => fields[`${id}.${result}` as 'release-flow.pass']);
    expect(counts('release-flow')).toEqual([0, 0, 1, 1]);
    expect(counts('first-response')).toEqual([1, 1, 0, 0]);
    expect(counts('scope-confirmed')).toEqual([0, 1, 0, 1]);
    expect(counts('customers-updated')).toEqual([0, 2, 0, 0]);
  });

  test('in which nothing was carried, asked or counted says so by a nought', () => {
    const empty = assembleBundle(inputs({ week: own }));
    const none = { ...empty.bundle, state: 'draft' as const, carriedCount: 0, summary: empty.summary };
    const { fields, lines } = exportWeek(own, 1, none, policy, undefined);
    expect(fields).toMatchObject({
      status: '準備中',
      heldAt: null,
      incidents: 0,
      referenceSum: 0,
      confirmedSum: 0,
      scoreMedian: null,
      stopped: 0,
      customers: 0,
      responseMedian: null,
      slotsMet: 0,
      slotsFailed: 0,
      carried: 0,
      questions: 0,
      alarms: 0,
      'tests-run.pass': 0,
      link: null,
    });
    // Nothing is spread over anything: its checkpoints alone are told.
    expect(lines.map(({ is }) => is)).toEqual(['heading', 'item', 'item', 'item', 'item', 'item']);
  });

  test('that has no bundle yet has a page, and no number of it is a nought', () => {
    const { fields, lines } = exportWeek(own, 1, undefined, policy, undefined);
    const { period: _, number: __, status: ___, ...rest } = fields;
    expect(Object.values(rest)).toEqual(Object.values(rest).map(() => null));
    expect(lines).toEqual([]);
  });

  test('tells in words how its incidents spread, checkpoint by checkpoint and group by group', () => {
    const { lines } = exportWeek(own, 3, document, policy, undefined);
    expect(said(lines)).toEqual([
      '# チェックポイント',
      '- 標準のリリースフローに沿っていたか: 適切 0 / 要改善 0 / 該当なし 1 / 記録なし 1',
      '- テストは実行されたか: 適切 0 / 要改善 0 / 該当なし 1 / 記録なし 1',
      '- 初動は十分に早かったか: 適切 1 / 要改善 1 / 該当なし 0 / 記録なし 0',
      '- 影響範囲はどう確認したか: 適切 0 / 要改善 1 / 該当なし 0 / 記録なし 1',
      '- 定期連絡は守られたか: 適切 0 / 要改善 2 / 該当なし 0 / 記録なし 0',
      '# 業務影響度',
      '- 業務停止: 1件',
      '- 不明: 1件',
      '# 原因カテゴリ',
      '- データ: 1件(参考値 12、確定値 8)',
      '- 記録なし: 1件(参考値 0、確定値 0)',
      '# 緊急性',
      '- 高: 2件(参考値 12、確定値 8)',
      '# 起票元',
      '- システムアラート: 1件(参考値 0、確定値 0)',
      '- ユーザーサポート: 1件(参考値 12、確定値 8)',
    ]);
  });
});
