import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import { assembleBundle } from '../../functions/postmortems/bundle.ts';
import type { Finding } from '../../functions/postmortems/changed-counts.ts';
import type { Checkpoint } from '../../functions/postmortems/checkpoints.ts';
import type { DrillReport } from '../../functions/postmortems/drill-report.ts';
import { noMeeting, withAnswer, withAttendance } from '../../functions/postmortems/meeting.ts';
import { firstPage } from '../../functions/postmortems/open.ts';
import { dateTime, duration, period, shortPeriod, span } from '../../functions/postmortems/render/format.ts';
import { render } from '../../functions/postmortems/render/render.ts';
import { sayFinding, sayReason } from '../../functions/postmortems/render/sentences.ts';
import type { BundleSlice } from '../../functions/postmortems/store.ts';
import { weekAfter } from '../../functions/postmortems/week.ts';
import { nameFor } from '../../functions/words/language.ts';
import { speak } from '../../functions/words/speech.ts';
import { drillReportMarkdown } from '../../infra/drill-report-markdown.ts';
import { at, incident, inputs, minutesAfter, summary, week } from './facts.ts';

const stores = { customerLabel: { ja: '店舗', en: 'store' } };

const own = week('2026-W47');
const filedAt = at('2026-11-18T01:00:00Z');

function sliceOf(title: string, text: string): BundleSlice {
  const filed = [
    incident({
      id: 'inc_1',
      filedAt,
      title,
      description: text,
      occurredAt: minutesAfter(filedAt, -10),
      firstResponseAt: minutesAfter(filedAt, 3),
      origin: { tool: 'generic', id: '1', url: 'javascript:alert(1)', form: text, channel: text },
      impact: {
        businessImpact: 'stopped',
        affectedCustomerCount: 2,
        scopeMethod: text,
        scopeEvidenceUrl: 'javascript:alert(2)',
      },
      cause: { category: 'release', summary: text, releaseId: text },
      mitigation: { kind: 'revert', summary: text, lighterWayTried: text },
      permanentFix: text,
      prevention: text,
      responders: [text],
      ticketUrls: ['https://t.example/1?a="b"&c=<d>', 'data:text/html,x'],
      affectedCustomers: [{ id: 's', name: text }],
      missing: [{ field: text, why: text }],
    }),
    incident({ id: 'inc_q', filedAt, kind: 'question', title, origin: { tool: 'generic', id: 'q', form: text } }),
  ];
  const past = [summary(weekAfter(own, -1, policy.zone).id, 3)];
  const { bundle, summary: sum } = assembleBundle(inputs({ week: own, filed, past }));
  const { entries, carriedIncidents, ...head } = bundle;
  const document = { id: own.id, state: 'draft', assembledAt: own.end, entryCount: 1, carriedCount: 0, summary: sum };
  const by = { actor: text, now: own.end };
  const said = withAnswer(noMeeting(own.id), { id: 'falling-counts', title }, text, by);
  const meeting = withAttendance(said ?? noMeeting(own.id), { present: [text], chair: text }, by);
  return { page: firstPage, document, meeting, head, entries, carriedIncidents } as unknown as BundleSlice;
}

const page = async (form: 'md' | 'html', locale: 'ja' | 'en', title: string, text = title) =>
  (await render(sliceOf(title, text), form, locale, policy)).body;

const hostile =
  '<script>alert(1)</script><img src=x onerror=alert(1)>"\' onload=x **b** [x](javascript:y) |a| `c` & &lt;';

describe('HTML', () => {
  test('is one file without script, and nothing in it is loaded', async () => {
    for (const locale of ['ja', 'en'] as const) {
      const html = await page('html', locale, 'Checkout fails');
      expect(html).toContain(`<html lang="${locale}">`);
      expect(html).not.toMatch(/<script|<link|<img|@import|url\((?!#)/i);
      expect(html.match(/<svg/g)).toHaveLength(9);
    }
  });

  test('what comes from outside is escaped everywhere', async () => {
    const html = await page('html', 'en', hostile);
    expect(html).not.toMatch(/<script|<img|javascript:[^<]*"|href="(?!https?:|#)/i);
    expect(html).toContain('&lt;script&gt;');
    const tags = html.match(/<[a-z][^>]*>/g) ?? [];
    expect(tags.filter((tag) => /\son\w+\s*=/.test(tag))).toEqual([]);
    expect(html).toContain('https://t.example/1?a=&quot;b&quot;&amp;c=&lt;d&gt;');
  });

  test('any text leaves the same tags', async () => {
    const tagsOf = (html: string) => (html.match(/<\/?[a-z][a-z0-9]*/g) ?? []).join(' ');
    const expected = tagsOf(await page('html', 'en', 'plain', 'plain'));
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), async (text) => {
        expect(tagsOf(await page('html', 'en', `x${text}`, `x${text}`))).toBe(expected);
      }),
      { numRuns: 10 },
    );
  });

  test('the same bundle gives the same bytes', async () => {
    expect(await page('html', 'ja', 'x')).toBe(await page('html', 'ja', 'x'));
  });
});

test('the load counts everybody who responded, also those without a known name', async () => {
  const slice = sliceOf('x', 'y');
  const { aggregates } = slice.head;
  const people = [{ name: 'ken', incidents: 4, share: 0.5 }];
  const load = { incidents: 8, responders: 22, topShare: 0.5, people };
  const total = { ...aggregates.total, incidents: 9 };
  const of = { ...slice, head: { ...slice.head, aggregates: { ...aggregates, load, total } } };
  expect((await render(of, 'md', 'en', policy)).body).toContain(
    'Of the 8 incidents with a recorded responder (9 in all), the busiest person responded to 50% (22 people).',
  );
});

describe('Markdown', () => {
  test('every table has as many cells in each row as in its head', async () => {
    const markdown = await page('md', 'ja', hostile);
    const rows = markdown.split('\n').filter((line) => line.startsWith('|'));
    const cells = (row: string) => row.replaceAll('\\|', '').split('|').length;
    let head = 0;
    for (const [index, row] of rows.entries()) {
      if (row.startsWith('| -')) head = cells(rows[index - 1] as string);
      else if (head > 0 && !(rows[index + 1] ?? '').startsWith('| -')) expect(cells(row)).toBe(head);
    }
    expect(markdown).not.toMatch(/(^|[^\\])<(script|img)/);
  });

  test('has every section in both languages, and none of one language in the other', async () => {
    const [ja, en] = [await page('md', 'ja', 'x'), await page('md', 'en', 'x')];
    const headings = (text: string) => text.split('\n').filter((line) => line.startsWith('## '));
    expect(headings(ja)).toHaveLength(headings(en).length);
    expect(headings(ja).join()).not.toMatch(/[A-Za-z]{4}/);
    expect(en.replace(/店舗/g, '')).not.toMatch(/[ぁ-んァ-ン一-龠]/);
  });
});

describe('times and spans', () => {
  test('in both languages', () => {
    expect([
      span(0, 'ja'),
      span(2.7, 'ja'),
      span(2.7, 'en'),
      span(90, 'ja'),
      span(120, 'en'),
      span(3_000, 'en'),
    ]).toEqual(['0分', '2分42秒', '2 min 42 s', '1時間30分', '2 h', '2 d 2 h']);
    expect(duration({ state: 'pending' }, speak({ language: 'ja', policy: stores }))).toBe('未完了');
    expect(period(own.start.toISOString(), own.end.toISOString(), policy.zone, 'ja')).toBe(
      '2026年11月16日(月)〜22日(日)',
    );
    const newYear = week('2026-W53');
    expect(period(newYear.start.toISOString(), newYear.end.toISOString(), policy.zone, 'en')).toBe(
      'Mon 28 Dec – Sun 3 Jan 2027',
    );
  });

  test.each([
    ['2026-W47', '2026年11月16日(月)〜22日(日)', 'Mon 16 – Sun 22 Nov 2026', '11/16〜22', '16–22 Nov'],
    ['2026-W22', '2026年5月25日(月)〜31日(日)', 'Mon 25 – Sun 31 May 2026', '5/25〜31', '25–31 May'],
    ['2026-W18', '2026年4月27日(月)〜5月3日(日)', 'Mon 27 Apr – Sun 3 May 2026', '4/27〜5/3', '27 Apr–3 May'],
  ])('the days of %s', (id, ja, en, shortJa, shortEn) => {
    const { start, end } = week(id);
    const [from, to] = [start.toISOString(), end.toISOString()];
    expect([period(from, to, policy.zone, 'ja'), period(from, to, policy.zone, 'en')]).toEqual([ja, en]);
    expect([shortPeriod(start, end, policy.zone, 'ja'), shortPeriod(start, end, policy.zone, 'en')]).toEqual([
      shortJa,
      shortEn,
    ]);
  });

  test.each([
    ['the year in which it begins', '2026-12-29T01:00:00Z', '12/29(火) 10:00', 'Tue 29 Dec 10:00'],
    ['the year in which it ends', '2027-01-02T01:00:00Z', '1/2(土) 10:00', 'Sat 2 Jan 10:00'],
    ['the first instant of these years', '2025-12-31T15:00:00Z', '1/1(木) 00:00', 'Thu 1 Jan 00:00'],
    ['the year before, by its name', '2025-12-31T14:59:00Z', '2025/12/31(水) 23:59', 'Wed 31 Dec 2025 23:59'],
    ['the year after, by its name', '2027-12-31T15:00:00Z', '2028/1/1(土) 00:00', 'Sat 1 Jan 2028 00:00'],
  ])('a week over New Year tells of a time of %s', (_, iso, ja, en) => {
    const { start, end } = week('2026-W53');
    const around = { zone: policy.zone, start: start.toISOString(), end: end.toISOString() };
    expect([dateTime(iso, around, 'ja'), dateTime(iso, around, 'en')]).toEqual([ja, en]);
  });
});

describe('why a checkpoint was judged so', () => {
  const steps = ['unit', 'e2e'];
  test.each<[Checkpoint['reason'], Checkpoint['facts'], string, string]>([
    ['build-unknown', { releaseId: 'r7' }, 'リリース r7 のビルドの記録がない。', 'Release r7 has no recorded build.'],
    [
      'build-unfinished',
      { releaseId: 'r-7' },
      'リリース r-7 のビルドの結果がまだない。',
      'The build of release r-7 hasn’t finished.',
    ],
    [
      'standard-flow',
      { trigger: 'push', branch: 'main', status: 'SUCCESS' },
      'トリガー push、ブランチ main、ビルド成功。',
      'Trigger push, branch main, build succeeded.',
    ],
    [
      'not-standard-flow',
      { trigger: null, branch: null, status: 'FAILURE', wrong: ['trigger', 'branch', 'status'] },
      'トリガー なし、ブランチ なし、ビルド失敗(標準と違う点: トリガー、ブランチ、ビルドの結果)。',
      'Trigger none, branch none, build failed (not standard: trigger, branch, build result).',
    ],
    ['tests-succeeded', { steps }, 'unit、e2e が成功。', 'unit, e2e succeeded.'],
    ['no-test-step', { steps }, 'テストのステップがない(unit、e2e)。', 'No test step (unit, e2e).'],
    ['no-test-step', { steps: [] }, 'テストのステップがない(なし)。', 'No test step (none).'],
    ['test-step-failed', { steps }, 'unit、e2e が成功していない。', 'unit, e2e did not succeed.'],
    [
      'test-step-may-fail',
      { steps },
      'unit、e2e は失敗しても先へ進む設定。',
      'unit, e2e may fail without stopping the build.',
    ],
    ['in-time', { minutes: 2, limitMinutes: 5 }, '2分で初動(基準 5分†)。', 'After 2 min (limit 5 min†).'],
    ['too-late', { minutes: 31, limitMinutes: 30 }, '初動まで 31分(基準 30分†)。', 'After 31 min (limit 30 min†).'],
    ['still-in-time', { limitMinutes: 30 }, 'まだ基準の 30分†以内。', 'Still within the limit of 30 min†.'],
    [
      'scope-recorded',
      { affectedCustomerCount: 1, scopeMethod: 'logs' },
      '1店舗。確認方法: logs',
      '1 store. Confirmed by: logs',
    ],
    ['slots-met', { met: 4, late: 0, lateFor: [] }, '連絡漏れなし。予定どおり4回。', 'None missed: 4 on time.'],
    [
      'slots-met',
      { met: 4, late: 1, lateFor: ['others'] },
      '連絡漏れなし。予定どおり4回、遅れ1回(特定できていない店舗)。遅れても次の期限までに届いた連絡は、連絡漏れではない。',
      'None missed: 4 on time, 1 late (unidentified stores). A late update before the next deadline is not a missed one.',
    ],
    [
      'slots-missed',
      { missed: 2, late: 1, missedFor: ['本店', ''] },
      '連絡漏れ2回(本店、特定できていない店舗)、遅れ1回。',
      '2 missed (本店, unidentified stores), 1 late.',
    ],
    [
      'not-reminded',
      { notReminded: 3, notRemindedFor: ['本店'] },
      'Metronomeの停止により未通知の回が3回あり(本店)、連絡もなかった。Metronome 側の問題。',
      'Metronome itself failed to remind 3 times (本店), and no update was sent.',
    ],
  ])('%s, of %j', (reason, facts, ja, en) => {
    const checkpoint: Checkpoint = {
      id: 'tests-run',
      heading: 'prevention',
      result: 'fail',
      reason,
      facts,
      evidence: [],
    };
    expect(sayReason(checkpoint, speak({ language: 'ja', policy: stores }))).toBe(ja);
    expect(sayReason(checkpoint, speak({ language: 'en', policy: stores }))).toBe(en);
  });
});

describe('what a changed count asks', () => {
  const finding: Finding = {
    week: '2026-W44',
    kind: 'fall',
    before: 5,
    after: 1.5,
    weeksBefore: 26,
    p: 0.000_510_5,
    doors: [],
    answeredIn: null,
  };
  const say = (stated: Partial<Finding>) =>
    [speak({ language: 'ja', policy: stores }), speak({ language: 'en', policy: stores })].map((speech) =>
      sayFinding({ ...finding, ...stated }, speech),
    );

  test.each<[what: string, stated: Partial<Finding>, ja: string[], en: string[]]>([
    [
      'a fall while nothing else rose: whether reports reach us at all',
      {},
      [
        '2026-W44 までの4週は週平均1.5件、その前の26週は週平均5.0件です。偶然にこれほど減る確率は0.051%です。',
        'インシデント以外の扱いは増えていません。報告そのものが届いているかを確かめてください。',
      ],
      [
        'The four weeks up to 2026-W44 averaged 1.5 incidents a week; the 26 weeks before, 5.0. The probability of so large a fall by chance is 0.051 %.',
        'Reports handled elsewhere did not rise. Check that reports still arrive.',
      ],
    ],
    [
      'a fall while others rose: the largest three',
      {
        doors: [
          { door: 'questions', before: 4, after: 13 },
          { door: 'linked', before: 0.25, after: 2 },
          { door: 'outside', before: 0, after: 1 },
          { door: 'drills', before: 0, after: 0.25 },
        ],
      },
      [
        expect.any(String),
        '同じ時期に増えた扱い: 「仕様質問」(週平均4.0→13.0件)、「統合済み」(週平均0.25→2.0件)、「対象外」(週平均0→1.0件)。',
      ],
      [
        expect.any(String),
        'In the same weeks, these rose: questions (4.0 → 13.0 a week), merged (0.25 → 2.0 a week), out of scope (0 → 1.0 a week).',
      ],
    ],
    [
      'a rise, of which chance knows next to nothing',
      { kind: 'rise', before: 5, after: 40, p: 1e-30 },
      ['2026-W44 までの4週は週平均40.0件、その前の26週は週平均5.0件です。偶然にこれほど増える確率は0.001%未満です。'],
      [
        'The four weeks up to 2026-W44 averaged 40.0 incidents a week; the 26 weeks before, 5.0. The probability of so large a rise by chance is less than 0.001 %.',
      ],
    ],
  ])('%s', (_, stated, ja, en) => {
    expect(say(stated)).toEqual([ja, en]);
  });
});

test('a drill’s report compares its checkpoints with the original’s, and says why it was stopped', () => {
  const drill = { id: 'drl_1', next: 4, total: 9, speed: 10, times: 3, stoppedBecause: 'target-gone' };
  const incidents = [{ code: 'M-BBBBBB' }, { code: 'M-CCCCCC' }];
  const comparison = [
    { checkpoint: 'first-response', original: 'fail', drill: ['pass', 'no-data'] },
    { checkpoint: 'customers-updated', original: null, drill: ['not-applicable', 'fail'] },
  ];
  const report = { drill, original: { code: 'M-AAAAAA' }, incidents, comparison } as unknown as DrillReport;
  const reason = nameFor({ language: 'en', policy }, 'drillStop', 'target-gone');
  expect(drillReportMarkdown(report, { language: 'en', policy }).split('\n')).toEqual([
    '# Drill report drl_1 (4/9, ×10, ×3)',
    '',
    reason,
    '',
    '| Checkpoint | Original M-AAAAAA | Drill M-BBBBBB | Drill M-CCCCCC |',
    '| --- | --- | --- | --- |',
    '| Was the first response fast enough? | needs improvement | met | no record |',
    '| Were updates sent on schedule? | – | not applicable | needs improvement |',
    '',
  ]);
  const gone = { ...report, drill: { ...drill, stoppedBecause: null }, original: null } as unknown as DrillReport;
  expect(drillReportMarkdown(gone, { language: 'ja', policy }).split('\n').slice(0, 3)).toEqual([
    '# 訓練の結果 drl_1 (4/9, ×10, ×3)',
    '',
    '| チェックポイント | 元のインシデント | 訓練 M-BBBBBB | 訓練 M-CCCCCC |',
  ]);
});
