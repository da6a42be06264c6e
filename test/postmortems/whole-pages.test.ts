/** A bundle's page, whole: every line of it, in both languages, of a week in which each fact is its own. */
import { describe, expect, test } from 'vitest';
import { policy, policyVersion } from '../../functions/policy.ts';
import { assembleBundle } from '../../functions/postmortems/bundle.ts';
import { noMeeting } from '../../functions/postmortems/meeting.ts';
import { lookOverWeeks } from '../../functions/postmortems/over-weeks.ts';
import { type Block, chartNames } from '../../functions/postmortems/render/blocks.ts';
import { drawChart, seriesOf } from '../../functions/postmortems/render/charts.ts';
import type { PageContent } from '../../functions/postmortems/render/compose.ts';
import { composePage } from '../../functions/postmortems/render/compose.ts';
import { renderMarkdown } from '../../functions/postmortems/render/markdown.ts';
import { renderHtml } from '../../functions/postmortems/render/render.ts';
import type { BundleSlice } from '../../functions/postmortems/store.ts';
import { speak } from '../../functions/words/speech.ts';
import { filled } from '../filled.ts';
import { inputs, summary, week } from './facts.ts';
import { richWeek } from './rows-of-rich-week.ts';

const incidentUrl = (id: string): string => `https://m.example/console/incidents/${id}`;
const write = (slice: BundleSlice, locale: 'ja' | 'en' = 'ja', to: (id: string) => string | undefined = incidentUrl) =>
  renderMarkdown(composePage(slice, { language: locale, policy, incidentUrl: to })).replace(
    policyVersion(policy).replace('_', '\\_'),
    'pol\\_1',
  );

test('a draft in Japanese, and a held one in English, say all that they are made of', async () => {
  // Which lines are empty is told by parts.md.
  const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
  const dense = (text: string): string =>
    `${filled(lines(text), ' ⏎ ', 240, (part) => /^(?:#|\*\*)/.test(part)).join('\n')}\n`;
  await expect(dense(write(richWeek('draft'), 'ja'))).toMatchFileSnapshot('../fixtures/postmortem/draft.ja.txt');
  await expect(dense(write(richWeek('held'), 'en'))).toMatchFileSnapshot('../fixtures/postmortem/held.en.txt');
});

test.each<['high' | 'low', string]>([
  ['high', 'bad'],
  ['low', 'plain'],
])('an incident of %s urgency has a badge that is %s', (level, tone) => {
  const slice = richWeek();
  const entries = slice.entries.map((each) => ({ ...each, urgency: { ...each.urgency, level } }));
  const page = composePage({ ...slice, entries }, { language: 'en', policy, incidentUrl });
  expect(JSON.stringify(page)).toContain(JSON.stringify({ badge: `Urgency ${level}`, tone }));
});

test('what is stored of it, and answered by the API, is all of it, field by field', async () => {
  const { head, entries, carriedIncidents, document } = richWeek();
  const { newcomerGuide: _, chairChecklist: __, trends, aggregates, drills, ...rest } = head;
  // The week's page has its groups.
  const { total, load, duty, checkpoints } = aggregates;
  const own = { ...rest, aggregates: { total, load, duty, checkpoints }, trends: trends.slice(-2) };
  const whole = { ...own, policyVersion: 'pol_1', drills: { ...drills, entries: [] }, entries, carriedIncidents };
  const parts = Object.entries({ ...whole, summary: document.summary });
  const lines = parts.map(([name, part]) => `${name}: ${JSON.stringify(part)}`);
  await expect(lines.join('\n')).toMatchFileSnapshot('../fixtures/postmortem/draft.txt');
});

test('the quiet week of a new team has no table of none, and no row of a week before it began', () => {
  const { bundle, summary: sum } = assembleBundle(inputs({ week: week('2026-W47') }));
  const { entries, carriedIncidents, ...head } = bundle;
  const quiet = { ...richWeek(), entries, carriedIncidents, head };
  const page = write({
    ...quiet,
    document: { ...quiet.document, entryCount: 0, carriedCount: 0, summary: sum },
  } as BundleSlice);
  const rows = page.split('\n').filter((line) => /^\|(?! ---)/.test(line));
  // Head and one row: the week of the trend.
  expect(rows).toHaveLength(2);
  expect(page).not.toContain('<svg');
});

describe('what is not there is said so', () => {
  const without = (change: (slice: BundleSlice) => object): string[] => {
    const slice = richWeek();
    const { head, ...rest } = { ...slice, ...change(slice) };
    return write({ ...rest, head: { ...slice.head, ...head } } as BundleSlice, 'en').split('\n');
  };
  const lines = (change: Parameters<typeof without>[0], ...wanted: string[]) =>
    expect(without(change)).toEqual(expect.arrayContaining(wanted));

  test('in a week of nothing at all', () => {
    const { head } = richWeek();
    const nothing = {
      entries: [],
      carriedIncidents: [],
      document: { ...richWeek().document, entryCount: 0, carriedCount: 0, number: undefined },
      head: {
        ...head,
        carriedActions: [],
        carriedActionCount: 0,
        newActions: [],
        lastMeeting: null,
        fallingCountsAnswers: [],
        underReporting: { ...head.underReporting, findings: [] },
        missingData: { total: 0, items: [] },
        emergencies: [],
        audit: [],
        laterChanges: { total: 0, items: [] },
        reports: null,
        isComplete: false,
        questions: { ...head.questions, sample: [] },
        outside: { ...head.outside, sample: [] },
        overWeeks: { ...head.overWeeks, skew: [] },
        drills: { ...head.drills, weeksSinceLast: null, nextDueAt: null, entries: [] },
      },
    };
    lines(
      () => nothing,
      '# Weekly postmortem 2026-W47',
      'Mon, Nov 16 – Sun, Nov 22, 2026 `draft` as of Mon, Nov 23, 00:05 This week isn’t over yet.',
      '- **Incidents**: 2 (Reports unknown)',
      'No open action items.',
      'In these 26 weeks, counts have not changed by more than chance explains.',
      'Nothing is missing.',
      'No incidents were filed this week. Hold the postmortem anyway: check that reports still arrive.',
      'No incidents carried over.',
      'None yet.',
      'Nothing recorded yet.',
      'Nothing to check.',
      '1 drill, not counted elsewhere. No drills in the weeks of the trend.',
      'None.',
    );
    const text = without(() => nothing).join('\n');
    expect(text).not.toMatch(/Emergencies|Last meeting|Answered in|Sample to read|Block \|/);
  });

  test('of weeks that were not judged', () =>
    lines(
      () => ({ head: { underReporting: { isJudged: false, findings: [] } } }),
      'Not evaluated: this needs the last 4 weeks and at least 13 weeks before them.',
    ));

  test('of a time that is known of none', () =>
    lines(({ head: { aggregates } }) => {
      const { mitigation } = aggregates.total;
      const distribution = mitigation.distribution.map((each) => ({ ...each, count: 0 }));
      const none = { known: 0, pending: 0, unknown: 2, n: 0, medianMinutes: null, p90Minutes: null, distribution };
      return { head: { aggregates: { ...aggregates, total: { ...aggregates.total, mitigation: none } } } };
    }, '| To mitigation | – | – | 0 of 2 | 0 | 2 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |'));

  test('of lists that end before they are told, and of a page of a longer one', () => {
    lines(
      ({ head }) => ({ head: { carriedActionCount: 6, laterChanges: { ...head.laterChanges, total: 5 } } }),
      'and 2 more',
      'and 3 more',
    );
    const fields = [{ field: 'cause', why: '' }];
    const missing = Array.from({ length: 51 }, (_, n) => ({ incidentId: `inc_${n}`, title: `t${n}`, fields }));
    lines(
      () => ({ head: { missingData: { total: 60, items: missing } } }),
      '- [ ] [t49](https://m.example/console/incidents/inc_49): Cause',
      '- [ ] and 10 more',
    );
    const document = { ...richWeek().document, entryCount: 208, carriedCount: 31 };
    const page = { from: 200, limit: 200, carriedFrom: 30 };
    lines(() => ({ document, page }), '> 201 to 204 of 208.', '> 31 to 31 of 31.');
    lines(() => ({ document, page, carriedIncidents: [] }), '> All 31 are on earlier pages.');
  });
});

describe('a meeting that is still running is in its draft, as far as it has come', () => {
  const { meeting } = richWeek('held');
  const chair = '- **Chair**: bob';
  const present = '- **Attendees**: ann, bob, 新人 (3 people)';
  const answer = '- **注文が通らない**: 手順に足す (ken@a.jp, Mon, Nov 23, 10:20)';
  const [nobody, noChair] = ['- **Attendees**: not entered', '- **Chair**: not entered'];
  const nothing = '- **Skipped**: none';
  test.each<[string, object, string[]]>([
    ['nothing yet', {}, ['Nothing recorded yet.']],
    ['who is there', { attendance: meeting.attendance }, [chair, present, nothing]],
    ['an answer', { answers: meeting.answers }, [noChair, nobody, answer, nothing]],
    ['both', { attendance: meeting.attendance, answers: meeting.answers }, [chair, present, answer, nothing]],
    [
      'an answer on a form whose name has a colon',
      { answers: [{ ...meeting.answers[0], item: 'new-form:POS: 会計', title: undefined }] },
      [noChair, nobody, '- **POS: 会計**: 手順に足す (ken@a.jp, Mon, Nov 23, 10:20)', nothing],
    ],
  ])('%s', (_, said, wanted) => {
    const page = write({ ...richWeek('draft'), meeting: { ...noMeeting(meeting.id), ...said } } as BundleSlice, 'en');
    const own = page.split('## Record of this postmortem\n\n')[1]?.split('\n\n## ')[0];
    expect(own?.split('\n')).toEqual(wanted);
  });
});

test('a score that was confirmed to be nothing is said, and not the reference in its place', () => {
  const slice = richWeek();
  const [first, ...rest] = slice.entries;
  const { reference } = first?.score ?? {};
  const entries = [{ ...first, score: { reference, confirmed: { ...reference, value: 0 } } }, ...rest];
  const lines = write({ ...slice, entries } as BundleSlice, 'en').split('\n');
  expect(lines).toContain('`M-XDDPBX` · `Urgency high` · `recovered` · `Support ticket` · `Score 0 (confirmed)`');
  expect(lines).toContain('- **Score**: reference 12 / confirmed 0');
});

test.each(['yes', 'unknown'])(
  'of what has recovered nobody reads whether it is ongoing, whatever was said: %s',
  (ongoing) => {
    const slice = richWeek();
    const [first, ...rest] = slice.entries;
    const lines = write({ ...slice, entries: [{ ...first, ongoing }, ...rest] } as BundleSlice, 'en').split('\n');
    expect(lines).toContain('`M-XDDPBX` · `Urgency high` · `recovered` · `Support ticket` · `Score 8 (confirmed)`');
  },
);

test('a page is in the zone of its week, whatever the rules say by now', () => {
  const abroad = { ...policy, zone: 'America/New_York' as typeof policy.zone };
  const page = composePage(richWeek('held'), { language: 'en', policy: abroad, incidentUrl });
  expect(page).toEqual(composePage(richWeek('held'), { language: 'en', policy, incidentUrl }));
});

const everything: PageContent = {
  language: 'en',
  title: 'A <page>',
  subtitle: ['now ', { badge: 'draft', tone: 'warn' }],
  footer: 'made & kept',
  blocks: [
    { kind: 'heading', level: 2, text: 'One', id: 'one' },
    { kind: 'heading', level: 3, text: 'Two', id: 'two' },
    { kind: 'text', content: ['plain ', { strong: 'strong' }, ' ', { text: 'out', href: 'https://o.example/(a b)' }] },
    { kind: 'text', content: ['# muted'], isMuted: true },
    { kind: 'list', style: 'plain', items: [['a'], ['1. b'], ['12) c']] },
    { kind: 'list', style: 'check', items: [['d']] },
    {
      kind: 'facts',
      rows: [
        ['short', ['x'.repeat(40)]],
        ['long', ['あ'.repeat(20), { strong: 'b' }]],
      ],
    },
    {
      kind: 'figures',
      items: [
        { label: 'L', value: '1', note: 'n' },
        { label: 'M', value: '2', note: '' },
      ],
    },
    {
      kind: 'table',
      head: ['h', 'n'],
      numeric: [1],
      rows: [
        [['r'], ['2']],
        [[], []],
      ],
    },
    { kind: 'table', head: ['k'], numeric: [], isDense: true, rows: [[[{ text: 'inner', to: 'one' }]]] },
    { kind: 'callout', tone: 'alarm', title: 'Why?', content: ['first', 'second'] },
    {
      kind: 'card',
      id: 'card-1',
      title: 'Card',
      badges: [
        { badge: 'a`b', tone: 'good' },
        { badge: 'c', tone: 'bad' },
      ],
      blocks: [{ kind: 'text', content: ['in it'] }],
    },
    { kind: 'chart', chart: 'counts', title: 'C1' },
    { kind: 'chart', chart: 'slots', title: 'C2' },
    { kind: 'text', content: ['end'] },
  ] satisfies Block[],
};

test('each kind of a page’s parts is written its own way', async () => {
  await expect(renderMarkdown(everything)).toMatchFileSnapshot('../fixtures/postmortem/parts.md');
  const html = await renderHtml(everything, (chart) => `<svg>${chart}</svg>`, 'Contents');
  await expect(html.replace(/<style>.*<\/style>/s, '<style></style>')).toMatchFileSnapshot(
    '../fixtures/postmortem/parts.txt',
  );
});

describe('what a chart draws of a week', () => {
  const drawn = summary(
    '2026-W47',
    11,
    { questions: 12, outside: 13 },
    {
      ticketIncidents: 21,
      alertIncidents: 22,
      score: { known: 1, unknown: 0, sum: 31, median: 32, max: 33 },
      impact: { stopped: 1, degraded: 2, inconvenient: 3, none: 4, unknown: 5 },
      firstResponse: { known: 1, pending: 1, unknown: 0, ended: [41], open: [71] },
      mitigation: { known: 1, pending: 0, unknown: 0, ended: [42], open: [] },
      recovery: { known: 0, pending: 1, unknown: 0, ended: [], open: [73] },
      slots: { met: 9, late: 1, missed: 0, notReminded: 0 },
      lostTime: { minutes: 90, n: 1, open: 0, unknown: 0 },
    },
  );
  test.each<[Parameters<typeof seriesOf>[0], [string, number][]]>([
    [
      'counts',
      [
        ['Support ticket', 21],
        ['System alert', 22],
      ],
    ],
    [
      'impact',
      [
        ['stopped', 1],
        ['degraded', 2],
        ['minor', 3],
        ['none', 4],
        ['unknown', 5],
      ],
    ],
    [
      'questions',
      [
        ['Incidents', 11],
        ['questions', 12],
        ['out of scope', 13],
      ],
    ],
    ['score', [['', 31]]],
    ['lostTime', [['', 1.5]]],
  ])('%s', (chart, values) => {
    const series = seriesOf(
      chart,
      speak({ language: 'en', policy: { customerLabel: { ja: '顧客', en: 'customer' } } }),
    );
    expect(series.map(({ name, of }) => [name, of(drawn)])).toEqual(values);
    const unknown = summary('2026-W47', 0);
    if (!['counts', 'questions', 'impact'].includes(chart))
      expect(series.map(({ of }) => of(unknown))).toEqual(series.map(() => null));
  });

  test('over weeks, whole: one without a bundle is a gap, and every fifth is named, the last among them', async () => {
    const trends = Array.from({ length: 7 }, (_, index) => ({
      week: `2026-W${41 + index}`,
      summary: index === 2 ? null : index === 6 ? drawn : summary(`2026-W${41 + index}`, 4 + index),
    }));
    const finding = { week: '2026-W44', kind: 'fall' as const, before: 9, after: 2, weeksBefore: 13, p: 0.0001 };
    const underReporting = {
      isJudged: true,
      usual: { weeks: 13, mean: 6, low: 2, high: 11 },
      findings: [{ ...finding, doors: [], answeredIn: null }],
    };
    const head = { trends, underReporting, overWeeks: lookOverWeeks(trends, policy) };
    const pictures = chartNames.map((chart) =>
      drawChart(chart, head, {
        ...speak({ language: 'en', policy: { customerLabel: { ja: '顧客', en: 'customer' } } }),
        policy,
      }),
    );
    const lines = pictures.map((each) => each.replaceAll('\n', ' '));
    await expect(lines.join('\n')).toMatchFileSnapshot('../fixtures/postmortem/charts.svg.txt');
  });
});
