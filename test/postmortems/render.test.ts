import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import { assembleBundle } from '../../functions/postmortems/bundle.ts';
import { noMeeting, withAnswer, withAttendance } from '../../functions/postmortems/meeting.ts';
import { duration, period, span } from '../../functions/postmortems/render/format.ts';
import { escapeText } from '../../functions/postmortems/render/markdown.ts';
import { render } from '../../functions/postmortems/render/render.ts';
import { speak } from '../../functions/postmortems/render/words.ts';
import type { BundleSlice } from '../../functions/postmortems/store.ts';
import { weekAfter } from '../../functions/postmortems/week.ts';
import { at, incident, inputs, minutesAfter, summary, week } from './facts.ts';

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
  const range = { entries: { from: 0, limit: 200 }, carried: { from: 0, limit: 200 } };
  const by = { actor: text, now: own.end };
  const said = withAnswer(noMeeting(own.id), { id: 'falling-counts', title }, text, by);
  const meeting = withAttendance(said ?? noMeeting(own.id), { present: [text], chair: text }, by);
  return { range, document, meeting, head, entries, carriedIncidents } as unknown as BundleSlice;
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
      expect(html.match(/<svg/g)).toHaveLength(6);
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
      { numRuns: 25 },
    );
  });

  test('the same bundle gives the same bytes', async () => {
    expect(await page('html', 'ja', 'x')).toBe(await page('html', 'ja', 'x'));
  });
});

describe('Markdown', () => {
  test('text from outside means nothing in it', () => {
    expect(escapeText('**b** _i_ `c` [x](y) ![i](z) |')).toBe(
      '\\*\\*b\\*\\* \\_i\\_ \\`c\\` \\[x\\](y) !\\[i\\](z) \\|',
    );
    expect(escapeText('<b>&lt;&#60; a & b')).toBe('\\<b\\>\\&lt;\\&\\#60; a & b'.replace('\\&\\#', '\\&#'));
    expect(escapeText('two\nlines\r\n# three')).toBe('two lines # three');
    expect(escapeText('ask @team, mail a@b.example')).toBe('ask @\u2060team, mail a@b.example');
  });

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

  test('the table of incidents has what the practice’s own has, and says what is not known', async () => {
    const [ja, en] = [await page('md', 'ja', 'title'), await page('md', 'en', 'title')];
    expect(ja).toContain(
      '| インシデント | 業務影響度 | 影響店舗数 | 原因カテゴリ | スコア参考値 | スコア確定値 | 状態 |',
    );
    expect(en).toMatch(/^\| M-[\dA-Z]{6} title \| stopped \| 2 \| release \| 8 \| not yet \| open \|$/m);
    expect(en).toContain('too few to tell†');
    expect(en).toContain('8 (1 of 1)');
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
    expect(duration({ state: 'pending' }, speak('ja', '店舗'))).toBe('未完了');
    expect(period(own.start.toISOString(), own.end.toISOString(), policy.zone, 'ja')).toBe(
      '2026年11月16日(月)〜22日(日)',
    );
    const newYear = week('2026-W53');
    expect(period(newYear.start.toISOString(), newYear.end.toISOString(), policy.zone, 'en')).toBe(
      'Mon 28 Dec – Sun 3 Jan 2027',
    );
  });
});
