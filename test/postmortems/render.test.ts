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
import { type Speech, speak } from '../../functions/words/speech.ts';
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
      'Mon, Dec 28 – Sun, Jan 3, 2027',
    );
  });

  test.each([
    ['2026-W47', '2026年11月16日(月)〜22日(日)', 'Mon, Nov 16 – Sun, Nov 22, 2026', '11月16日〜22日', 'Nov 16–22'],
    ['2026-W22', '2026年5月25日(月)〜31日(日)', 'Mon, May 25 – Sun, May 31, 2026', '5月25日〜31日', 'May 25–31'],
    ['2026-W18', '2026年4月27日(月)〜5月3日(日)', 'Mon, Apr 27 – Sun, May 3, 2026', '4月27日〜5月3日', 'Apr 27–May 3'],
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
    ['the year in which it begins', '2026-12-29T01:00:00Z', '12月29日(火) 10:00', 'Tue, Dec 29, 10:00'],
    ['the year in which it ends', '2027-01-02T01:00:00Z', '1月2日(土) 10:00', 'Sat, Jan 2, 10:00'],
    ['the first instant of these years', '2025-12-31T15:00:00Z', '1月1日(木) 00:00', 'Thu, Jan 1, 00:00'],
    ['the year before, by its name', '2025-12-31T14:59:00Z', '2025年12月31日(水) 23:59', 'Wed, Dec 31, 2025, 23:59'],
    ['the year after, by its name', '2027-12-31T15:00:00Z', '2028年1月1日(土) 00:00', 'Sat, Jan 1, 2028, 00:00'],
  ])('a week over New Year tells of a time of %s', (_, iso, ja, en) => {
    const { start, end } = week('2026-W53');
    const around = { zone: policy.zone, start: start.toISOString(), end: end.toISOString() };
    expect([dateTime(iso, around, 'ja'), dateTime(iso, around, 'en')]).toEqual([ja, en]);
  });
});

describe('is said in both languages', () => {
  const both = [speak({ language: 'ja', policy: stores }), speak({ language: 'en', policy: stores })] as const;
  const rowsOf = <T>(
    cases: readonly [of: string, stated: T][],
    say: (stated: T, speech: Speech) => string | string[],
  ) => cases.map(([of, stated]) => `${of} ⇒ ${both.map((each) => [say(stated, each)].flat().join(' ')).join(' ⏎ ')}\n`);

  test('why a checkpoint was judged so', async () => {
    const steps = ['unit', 'e2e'];
    const cases: [Checkpoint['reason'], Checkpoint['facts']][] = [
      ['build-unknown', { releaseId: 'r7' }],
      ['build-unfinished', { releaseId: 'r-7' }],
      ['standard-flow', { trigger: 'push', branch: 'main', status: 'SUCCESS' }],
      ['not-standard-flow', { trigger: null, branch: null, status: 'FAILURE', wrong: ['trigger', 'branch', 'status'] }],
      ['tests-succeeded', { steps }],
      ['no-test-step', { steps }],
      ['no-test-step', { steps: [] }],
      ['test-step-failed', { steps }],
      ['test-step-may-fail', { steps }],
      ['in-time', { minutes: 2, limitMinutes: 5 }],
      ['too-late', { minutes: 31, limitMinutes: 30 }],
      ['still-in-time', { limitMinutes: 30 }],
      ['scope-recorded', { affectedCustomerCount: 1, scopeMethod: 'logs' }],
      ['slots-met', { met: 4, late: 0, lateFor: [] }],
      ['slots-met', { met: 4, late: 1, lateFor: ['others'] }],
      ['slots-missed', { missed: 2, late: 1, missedFor: ['本店', ''] }],
      ['not-reminded', { notReminded: 3, notRemindedFor: ['本店'] }],
    ];
    const checkpoint: Omit<Checkpoint, 'reason' | 'facts'> = {
      id: 'tests-run',
      heading: 'prevention',
      result: 'fail',
      evidence: [],
    };
    const rows = rowsOf(
      cases.map(([reason, facts]) => [`${reason}, of ${JSON.stringify(facts)}`, { ...checkpoint, reason, facts }]),
      (stated: Checkpoint, speech) => sayReason(stated, speech),
    );
    await expect(rows.join('')).toMatchFileSnapshot('reasons-whole.txt');
  });

  test('what a changed count asks: whether reports reach us at all, or where else they went', async () => {
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
    const doors = [
      { door: 'questions', before: 4, after: 13 },
      { door: 'linked', before: 0.25, after: 2 },
      { door: 'outside', before: 0, after: 1 },
      { door: 'drills', before: 0, after: 0.25 },
    ] as const;
    const rows = rowsOf<Finding>(
      [
        ['a fall while nothing else rose', finding],
        ['a fall while others rose: the largest three', { ...finding, doors: [...doors] }],
        ['a rise, of which chance knows next to nothing', { ...finding, kind: 'rise', before: 5, after: 40, p: 1e-30 }],
      ],
      sayFinding,
    );
    await expect(rows.join('')).toMatchFileSnapshot('findings-whole.txt');
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
    '| Was every update sent before the next one was due? | – | not applicable | needs improvement |',
    '',
  ]);
  const gone = { ...report, drill: { ...drill, stoppedBecause: null }, original: null } as unknown as DrillReport;
  expect(drillReportMarkdown(gone, { language: 'ja', policy }).split('\n').slice(0, 3)).toEqual([
    '# 訓練の結果 drl_1 (4/9, ×10, ×3)',
    '',
    '| チェックポイント | 元のインシデント | 訓練 M-BBBBBB | 訓練 M-CCCCCC |',
  ]);
});
