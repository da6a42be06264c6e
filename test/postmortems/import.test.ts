import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Incident } from '../../functions/incidents/incident.ts';
import { policy } from '../../functions/policy.ts';
import { plainTime } from '../../infra/import/import-rows.ts';
import { describeImport, describeImported, readImport } from '../../infra/import.ts';
import { readTable } from '../../infra/read-table.ts';
import { rowsOf } from '../in-a-line.ts';
import { at } from './facts.ts';

const fixture = (name: string): string => readFileSync(join(import.meta.dirname, '../fixtures/import', name), 'utf8');
const now = at('2026-11-24T00:00:00Z');
const understand = (csv = fixture('notion.csv')) => readImport(csv, fixture('map.json'), now);

describe('a table of past incidents', () => {
  test('is understood row by row: times, values, counts, cells with line breaks', () => {
    const { incidents, unusedColumns, unknownColumns } = understand();
    expect(incidents.map((each) => [each.title, each.filedAt.toISOString(), each.source])).toEqual([
      ['注文が通らない', '2026-06-01T00:50:00.000Z', 'ticket'],
      ['レシートが出ない', '2026-06-09T05:05:00.000Z', 'ticket'],
      ['遅延', '2026-06-15T01:00:00.000Z', 'alert'],
    ]);
    expect(incidents[0]).toMatchObject({
      kind: 'incident',
      status: 'recovered',
      impact: { businessImpact: 'stopped', affectedCustomerCount: 12 },
      score: { reference: { value: 12 } },
      cause: { category: 'release', summary: '設定漏れ\n(二行目)' },
      responders: ['mari', 'ken'],
      urgency: { level: 'high', rule: 'occurred-within-one-hour' },
    });
    // A date alone is read as the latest instant it allows.
    expect(incidents[1]).toMatchObject({ isOccurredAtApproximate: true });
    expect(incidents[2]?.impact.affectedCustomerCount).toBe(1_200);
    expect([unusedColumns, unknownColumns]).toEqual([['メモ'], []]);
  });

  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('a cell called “%s” is a cell', (cell) => {
    const csv = `Name,起票日時,影響\n${cell},2026-06-01 09:50,${cell}\n`;
    expect(understand(csv).rejected.map(({ line }) => line)).toEqual([2]);
    expect(understand(`Name,起票日時\n${cell},2026-06-01 09:50\n`).incidents.map((each) => each.title)).toEqual([cell]);
  });

  test('rows that cannot be understood are rejected by their line, with all that is wrong', () => {
    const { rejected } = understand();
    expect(rejected.map(({ line, errors }) => [line, errors.map((each) => each.path)])).toEqual([
      [5, ['Name']],
      [6, ['影響']],
      [7, ['起票日時', '影響店舗数']],
      [9, ['id']],
    ]);
    expect(describeImport(understand())).toContain('line 9: id: Duplicate of line 2.');
  });

  test.each([
    ['one after the other', 'Name,起票日時\na,いつか\nb,いつか\n', [2, 3]],
    ['after a byte order mark', '\ufeffName,起票日時\na,いつか\n', [2]],
    ['with blank lines above, before and between them', '\n\nName,起票日時\n\n\na,いつか\n\nb,いつか', [6, 8]],
    ['with cells of several lines', 'Name,起票日時\n"a\nb\n\nc",いつか\n\n"\nd",いつか\n', [2, 7]],
    ['whose lines end as on Windows, in cells too', 'Name,起票日時\r\n"a\r\n\r\nb",いつか\r\n\r\nc,いつか\r\n', [2, 6]],
    ['whose lines end as on old Macs', 'Name,起票日時\ra,いつか\r\rb,いつか', [2, 4]],
  ])('rows %s are named by the line on which they begin', (_, table, lines) => {
    const { incidents, rejected } = understand(table);
    expect([incidents, rejected.map(({ line }) => line)]).toEqual([[], lines]);
  });

  test('what is understood and what is not is said before anything is written', () => {
    const table = [
      'Name,起票日時,種別,影響,メモ',
      '止まった,2026-06-02 10:00,サポート,業務停止,a',
      '遅い,2026-06-01 10:00,サポート,不便,b',
      ',2026-06-01 10:00,サポート,不便,c',
      '遅い,いつか,サポート,不便,d',
    ];
    expect(describeImport(understand(table.join('\n'))).split('\n')).toEqual([
      '2 rows understood, filed 2026-06-01T01:00:00.000Z to 2026-06-02T01:00:00.000Z',
      '  kind: incident 2; source: ticket 2',
      '  impact: stopped 1, inconvenient 1; score: unknown 2',
      '  cause: not stated 2',
      '  for example: 2026-06-02T01:00:00.000Z 止まった',
      '  for example: 2026-06-01T01:00:00.000Z 遅い',
      'the table has no column 発生日時, 影響店舗数, 原因カテゴリ, 原因, 業務回復, 担当者',
      'left out: メモ',
      '2 rows rejected',
      '  line 4: Name: It has no title.',
      '  line 5: 起票日時: “いつか” is not a time.',
    ]);
  });

  test('one row is one, of either kind', () => {
    const one = describeImport(understand('Name,起票日時\n止まった,2026-06-02 10:00\n遅い,いつか')).split('\n');
    expect(one).toContain('1 row understood, filed 2026-06-02T01:00:00.000Z to 2026-06-02T01:00:00.000Z');
    expect(one).toContain('1 row rejected');
    expect(describeImport(understand('Name,起票日時'))).toMatch(/^0 rows understood\n/);
  });

  test('what an import did is said, with the weeks that it left alone', () => {
    const done = { created: 3, known: 2, weeks: 4, heldWeeks: [], awaitedWeeks: [] };
    expect(describeImported(done)).toBe('3 imported, 2 were there already, 4 weeks have their bundle.');
    expect(describeImported({ ...done, known: 1, weeks: 1 })).toBe(
      '3 imported, 1 was there already, 1 week has its bundle.',
    );
    expect(describeImported({ ...done, heldWeeks: ['2026-W22', '2026-W24'], awaitedWeeks: ['2026-W27'] })).toBe(
      [
        '3 imported, 2 were there already, 4 weeks have their bundle.',
        'Already closed, and not changed: 2026-W22, 2026-W24',
        'Metronome ran in these weeks, so its weekly tick generates their bundles: 2026-W27',
      ].join('\n'),
    );
  });

  test('a week that is not over is not history', () => {
    const { rejected } = understand('Name,起票日時\nx,2026-11-23T00:00:00+09:00\ny,2026-11-22T23:59:59+09:00\n');
    expect(rejected.map((each) => each.line)).toEqual([2]);
  });

  test.each([
    ['https://help.example/1', ['https://help.example/1']],
    ['HTTP://help.example/1', ['HTTP://help.example/1']],
    ['javascript:alert(1)//https://help.example', []],
    ['data:text/html,<script>', []],
    [' javascript:alert(1)', []],
    ['T-1001', []],
  ])('the ticket of an imported row is a link where it is one: %s', (stated, links) => {
    const map = '{"columns": {"title": "a", "filedAt": "b", "ticketUrl": "c"}}';
    const { incidents } = readImport(`a,b,c\nx,2026-06-01,"${stated}"\n`, map, now);
    expect(incidents.map((each) => each.ticketUrls)).toEqual([links]);
    expect(incidents[0]?.origin.url).toEqual(links[0]);
  });

  test.each([
    ['before it was filed', '2026-06-01 09:00', '2026-06-01T00:00:00.000Z'],
    ['after it was filed, it was reported as it was filed', '2026-06-01 11:00', '2026-06-01T01:00:00.000Z'],
    ['at no time, it was reported as it was filed', '', '2026-06-01T01:00:00.000Z'],
  ])('reported %s', (_, stated, reportedAt) => {
    const map = '{"columns": {"title": "a", "filedAt": "b", "reportedAt": "c"}}';
    const [incident] = readImport(`a,b,c\nx,2026-06-01 10:00,${stated}\n`, map, now).incidents;
    expect([incident?.reportedAt.toISOString(), incident?.detectedAt.toISOString()]).toEqual([reportedAt, reportedAt]);
  });

  test('each column is its own field, and what is blank is not stated', async () => {
    const fields = {
      title: '注文が通らない',
      kind: 'incident',
      source: 'alert',
      filedAt: '2026-06-01 10:00',
      reportedAt: '2026-06-01 09:50',
      occurredAt: '2026-06-01 09:40',
      firstResponseAt: '2026-06-01 09:55',
      mitigatedAt: '2026-06-01 10:10',
      recoveredAt: '2026-06-01 10:20',
      businessImpact: 'degraded',
      affectedCustomerCount: '"1,234"',
      causeCategory: 'data',
      causeSummary: '原因',
      permanentFix: '恒久',
      prevention: '再発',
      ticketUrl: 'https://t.example/1',
      responders: 'ken; mari、',
      form: 'pos',
      channel: 'phone',
      isDrill: 'はい',
    };
    const map = JSON.stringify({ columns: Object.fromEntries(Object.keys(fields).map((each) => [each, each])) });
    const table = (values: string[]) =>
      readImport(`${Object.keys(fields).join()}\n${values.join()}\n`, map, now).incidents[0];
    const bare = table(
      Object.keys(fields).map((each) => (['title', 'filedAt'].includes(each) ? fields[each as 'title'] : '')),
    );
    await expect(rowsOf({ whole: table(Object.values(fields)), bare })).toMatchFileSnapshot('imported-whole.txt');
  });

  const understandOne = (columns: string, row: string, more = '') => {
    const map = `{"columns": {${columns
      .split(',')
      .map((each) => `"${each}": "${each}"`)
      .join()}}${more}}`;
    return readImport(`${columns}\n${row}\n`, map, now);
  };
  const filed = (columns: string, row: string, more = '') =>
    understandOne(`title,filedAt,${columns}`, `x,2026-06-01 10:00,${row}`, more);

  test.each<[string, string, string, string | null]>([
    ['first', 'firstResponseAt', '2026-06-01 09:50', null],
    ['first', 'firstResponseAt', '2026-06-01 09:49', 'firstResponseAt'],
    ['mitigated', 'mitigatedAt', '2026-06-01 09:50', null],
    ['mitigated', 'mitigatedAt', '2026-06-01 09:49', 'mitigatedAt'],
    ['recovered', 'recoveredAt', '2026-06-01 09:49', 'recoveredAt'],
  ])('what cannot have been before it occurred at 9:50 is rejected: %s, %s at %s', (_, field, stated, rejected) => {
    const found = filed(`occurredAt,${field}`, `2026-06-01 09:50,${stated}`).rejected;
    expect(found.flatMap(({ errors }) => errors.map(({ path }) => path))).toEqual(rejected ? [rejected] : []);
  });

  test.each<[string, string, Partial<Incident> | string]>([
    ['kind', 'question', { kind: 'question', status: 'answered' }],
    ['kind', 'Outside', { kind: 'outside', status: 'kept' }],
    ['kind', 'trouble', 'kind'],
    ['source', 'ALERT', { source: 'alert' }],
    ['source', 'mail', 'source'],
    ['businessImpact', ' stopped ', { impact: { businessImpact: 'stopped' } }],
    ['businessImpact', 'big', 'businessImpact'],
    ['causeCategory', 'vendor', 'causeCategory'],
    ['affectedCustomerCount', '0', { impact: { affectedCustomerCount: 0 } }],
    ['affectedCustomerCount', '999999999', { impact: { affectedCustomerCount: 999_999_999 } }],
    ['affectedCustomerCount', '1000000000', 'affectedCustomerCount'],
    ['affectedCustomerCount', '-1', 'affectedCustomerCount'],
    ['affectedCustomerCount', '1.5', 'affectedCustomerCount'],
    ['isDrill', 'TRUE', { isDrill: true }],
    ...['yes', 'true', '1', 'はい', '○', '✓'].map(
      (each) => ['isDrill', each, { isDrill: true }] as [string, string, Partial<Incident>],
    ),
    ['isDrill', 'no', { isDrill: false }],
    ['isDrill', 'yesterday', { isDrill: false }],
    ['isDrill', 'untrue', { isDrill: false }],
    ['causeSummary', '設定', { cause: { category: 'unknown', summary: '設定' } }],
    ['responders', '"ken, mari、sato;  ;"', { responders: ['ken', 'mari', 'sato'] }],
    ['occurredAt', '2026-06-01', { isOccurredAtApproximate: true, occurredAt: at('2026-06-01T14:59:59.999Z') }],
    ['occurredAt', '2026-06-01 09:50', { occurredAt: at('2026-06-01T00:50:00Z') }],
    ['recoveredAt', 'soon', 'recoveredAt'],
  ])('of %s, “%s”', (field, stated, expected) => {
    const { incidents, rejected } = filed(field, stated);
    if (typeof expected === 'string') expect(rejected[0]?.errors.map(({ path }) => path)).toEqual([expected]);
    else expect(incidents[0]).toMatchObject(expected);
  });

  test.each([
    ['kind', 'trouble', '“trouble” is none of incident, question, outside; say in “values” what it means.'],
    ['affectedCustomerCount', '多数', '“多数” is not a whole number.'],
    ['recoveredAt', 'soon', '“soon” is not a time.'],
    // Of what is long, its beginning is enough to find it.
    ['source', 'x'.repeat(61), `“${'x'.repeat(60)}” is none of ticket, alert; say in “values” what it means.`],
    ['affectedCustomerCount', 'x'.repeat(61), `“${'x'.repeat(60)}” is not a whole number.`],
    ['recoveredAt', 'x'.repeat(61), `“${'x'.repeat(60)}” is not a time.`],
  ])('of %s, what “%s” lacks is said', (field, stated, message) => {
    expect(filed(field, stated).rejected).toEqual([{ line: 2, errors: [{ path: field, message }] }]);
  });

  test('what no column holds is asked for by the name of its field, and all that is wrong is said at once', () => {
    const { rejected } = readImport('f,k\n2026-11-23,trouble\n', '{"columns": {"filedAt": "f", "kind": "k"}}', now);
    expect(rejected[0]?.errors).toEqual([
      { path: 'title', message: 'It has no title.' },
      { path: 'k', message: expect.stringContaining('trouble') },
      { path: 'f', message: 'Its week isn’t over: file it as a ticket.' },
    ]);
  });

  test('what a value is called holds for its own column, and what holds for every row is taken where a row is blank', () => {
    const more = `, "values": {"source": {"監視": "alert"}, "kind": {"質問": "question"}}, "constants": {"source": "ticket", "form": "old", "title": "t"}`;
    const rows = [' ,2026-06-01 10:00,監視,質問', 'x,2026-06-01 10:00,,', 'y,2026-06-01 10:00,監視,'];
    const map = `{"columns": {"title": "n", "filedAt": "f", "source": "s", "kind": "k"}${more}}`;
    const { incidents } = readImport(`n,f,s,k\n${rows.join('\n')}\n`, map, now);
    expect(incidents.map(({ title, source, kind, origin }) => [title, source, kind, origin.form])).toEqual([
      ['t', 'alert', 'question', 'old'],
      ['x', 'ticket', 'incident', 'old'],
      ['y', 'alert', 'incident', 'old'],
    ]);
  });

  test('what is called nothing is not stated', () => {
    const more = `, "values": {"kind": {"-": ""}, "causeSummary": {"なし": ""}}, "constants": {"form": "", "responders": ""}`;
    const [incident] = filed('kind,causeSummary', '-,なし', more).incidents;
    expect(incident).toMatchObject({ kind: 'incident', responders: [] });
    for (const field of ['cause', 'origin.form']) expect(incident).not.toHaveProperty(field);
  });

  test('what is called by an id is known by it, and what has none by when and what it was', () => {
    const ids = (rows: string) =>
      readImport(`i,t,f\n${rows}\n`, '{"columns": {"id": "i", "title": "t", "filedAt": "f"}}', now).incidents.map(
        ({ id, origin }) => [id, origin.id],
      );
    const [[named, origin] = []] = ids('A-1,x,2026-06-01 10:00');
    expect(origin).toBe('A-1');
    expect(ids('A-1,another,2026-06-02 10:00')[0]?.[0]).toBe(named);
    const [bare] = ids(',x,2026-06-01 10:00');
    expect(bare?.[1]).toBe(bare?.[0]);
    expect(ids(',x,2026-06-01 10:01')[0]).not.toEqual(bare);
    expect(ids(',y,2026-06-01 10:00')[0]).not.toEqual(bare);
  });

  test('filed when it was first reported where nothing else says, and at no time it is rejected', () => {
    const reported = understandOne('title,filedAt,reportedAt', 'x,,2026-06-01 09:00').incidents[0];
    expect([reported?.filedAt, reported?.reportedAt]).toEqual([at('2026-06-01T00:00:00Z'), at('2026-06-01T00:00:00Z')]);
    expect(understandOne('title,filedAt,reportedAt', 'x,,').rejected).toEqual([
      { line: 2, errors: [{ path: 'filedAt', message: 'The filing time is missing.' }] },
    ]);
    expect(understandOne('title,filedAt', 'x,soon').rejected[0]?.errors).toEqual([
      { path: 'filedAt', message: '“soon” is not a time.' },
    ]);
  });

  test('a title as long as any other incident’s', () => {
    const long = 'あ'.repeat(policy.intake.maxTitleCharacters + 1);
    const titleOf = (title: string) => understandOne('title,filedAt', `${title},2026-06-01 10:00`).incidents[0]?.title;
    expect(titleOf(long)).toBe(long.slice(1));
    // One that is cut in the middle of a character is a text all the same.
    expect(titleOf(`${long.slice(2)}😀`)).toBe(`${long.slice(2)}\uFFFD`);
  });

  test.each([
    ['12:30 AM', '00:30:00'],
    ['12:30 PM', '12:30:00'],
    ['1:05 pm', '13:05:00'],
    ['11:59:58 PM', '23:59:58'],
    ['23:59', '23:59:00'],
  ])('the clock %s is %s', (stated, clock) => {
    expect(plainTime(`June 1, 2026 ${stated}`)).toBe(`2026-6-1 ${clock}`);
  });

  test('the same table gives the same incidents', () => {
    expect(understand()).toEqual(understand());
    expect(
      understand(`\uFEFF${fixture('notion.csv').replaceAll('\n', '\r\n')}`).incidents.map((each) => each.id),
    ).toEqual(understand().incidents.map((each) => each.id));
  });

  test('times that contradict each other are asked back, both of them', () => {
    const map = '{"columns": {"title": "n", "filedAt": "f", "occurredAt": "o", "recoveredAt": "r"}}';
    const table = (occurred: string, recovered: string) =>
      readImport(`n,f,o,r\nx,2026-06-01 10:00,${occurred},${recovered}\n`, map, now).rejected;
    const [rejection] = table('2026-06-01 09:50', '2026-06-01 09:30');
    const message = expect.stringContaining(
      '2026-06-01T00:30:00.000Z is before the occurrence at 2026-06-01T00:50:00.000Z',
    );
    expect(rejection?.errors).toEqual([{ path: 'r', message }]);
    // Of a day alone nobody knows when on it.
    expect(table('2026-06-01', '2026-06-01 09:30')).toEqual([]);
    expect(table('2026-06-01 09:50', '2026-06-01 09:55')).toEqual([]);
  });

  test('is read in Shift_JIS as spreadsheets in Japan write it, said or not; in what it is not, it is refused', () => {
    const bytes = Buffer.from(
      '96bc914f2c93fa95740a928d95b682aa92ca82e782c882a22c32303236944e348c8e313093fa288be02920393a30300a',
      'hex',
    );
    const map = '{"columns": {"title": "名前", "filedAt": "日付"}}';
    for (const said of [undefined, 'shift_jis', 'Shift-JIS', 'SJIS', 'cp932', 'windows-31J', 'MS932']) {
      const { text, encoding } = readTable(bytes, said);
      const [incident] = readImport(text, map, now).incidents;
      expect([encoding, incident?.title, incident?.filedAt.toISOString().slice(0, 10)]).toEqual([
        'shift_jis',
        '注文が通らない',
        '2026-04-10',
      ]);
    }
    expect(readTable(Buffer.from('名前,日付')).encoding).toBe('utf-8');
    expect(readTable(Buffer.from('\uFEFF名前', 'utf16le')).text).toContain('名前');
    // One byte of a mark is none, and the table is not taken for UTF-16.
    for (const wrong of [
      [0xff, 0x41],
      [0x41, 0xfe],
    ]) {
      expect(() => readTable(Uint8Array.from(wrong))).toThrow('The table is not in UTF-8 or Shift_JIS.');
    }
    expect(readTable(Buffer.from('名前', 'utf16le'), 'UTF-16LE')).toEqual({ text: '名前', encoding: 'utf-16le' });
    expect(() => readTable(bytes, 'utf-8')).toThrow('Name its encoding with --encoding');
    expect(() => readTable(bytes, 'latin-7')).toThrow('utf-8, shift_jis, utf-16le');
  });

  test.each([
    ['a field that does not exist', '{"columns": {"titel": "a"}}'],
    ['a column without a name', '{"columns": {"title": ""}}'],
    ['a part that does not exist', '{"columns": {"title": "a"}, "value": {}}'],
    ['no columns', '{"constants": {"title": "a"}}'],
  ])('a map with %s is refused', (_, map) => {
    expect(() => readImport('a\n', map, now)).toThrow();
  });

  test.each([
    ['November 24, 2026 9:50 AM (GMT+9)', '2026-11-24 09:50:00+09:00'],
    ['Nov 4, 2026 12:05 AM', '2026-11-4 00:05:00'],
    ['2026年11月4日 9:05', '2026-11-4 09:05:00'],
    ['2026年11月4日', '2026-11-4'],
    ['2026年4月10日(金) 9:00', '2026-4-10 09:00:00'],
    ['2026年4月10日(金)', '2026-4-10'],
    ['2026/11/24 9:50 PM', '2026/11/24 21:50:00'],
    ['2026-11-24 → 2026-11-25', '2026-11-24'],
    ['2026-11-24T09:50:00+09:00', '2026-11-24T09:50:00+09:00'],
    ['2026年11月24日 9:50 (GMT+9) → 10:30', '2026-11-24 09:50:00+09:00'],
    // Of a zone: how it is called, with a colon or none, brackets or none, east or west.
    ['June 1, 2026 9:50 (UTC+05:30)', '2026-6-1 09:50:00+05:30'],
    ['June 1, 2026 9:50 utc-1030', '2026-6-1 09:50:00-10:30'],
    ['2026/11/24 9:50 PM (GMT+12)', '2026/11/24 21:50:00+12:00'],
    ['2026/11/24 9:50 GMT-3', '2026/11/24 9:50-03:00'],
    ['November 24, 2026 9:50 AM (UTC)', '2026-11-24 09:50:00+00:00'],
    ['2026-11-24 09:50 GMT', '2026-11-24 09:50+00:00'],
    ['2026-11-24 09:50 (GMT+9, Tokyo)', '2026-11-24 09:50 (GMT+9, Tokyo)'],
    // Of a day: spaces, the day of the week in either width, dots and commas.
    ['2026年 6月 1日 9:05', '2026-6-1 09:05:00'],
    ['2026年11月24日  (火曜日)9:05', '2026-11-24 09:05:00'],
    ['2026年11月24日(火曜)9:05', '2026-11-24 09:05:00'],
    ['2026年11月24日 (火)', '2026-11-24'],
    ['Sept.  11  2026', '2026-9-11'],
    ['MAY 1,2026', 'MAY 1,2026'],
    ['September 1,  2026 9:05', '2026-9-1 09:05:00'],
    ['2026-1-2  9:50 am', '2026-1-2 09:50:00'],
    // Of a clock: what halves of the day are called.
    ['June 1, 2026 at  9:05 p.m.', '2026-6-1 21:05:00'],
    ['June 1, 2026 at 10:05:07PM', '2026-6-1 22:05:07'],
    ['June 1, 2026  9:05 A', '2026-6-1 09:05:00'],
    // An invalid time stays as it is, so that the message can show it.
    ['by June 1, 2026', 'by June 1, 2026'],
    ['Foo 1, 2026', 'Foo 1, 2026'],
    ['今年は2026年6月1日', '今年は2026年6月1日'],
    ['June 1, 2026 noon', '2026-6-1 noon'],
    ['June 1, 2026 about 9:05', '2026-6-1 about 9:05'],
    ['June 1, 2026 9:05 PM or so', '2026-6-1 9:05 PM or so'],
    ['on 2026-6-1 9:05 pm', 'on 2026-6-1 9:05 pm'],
    ['2026-6-1 9:05 pm or so', '2026-6-1 9:05 pm or so'],
    ['2026-6-1 9:05 (GMT+9) or so', '2026-6-1 9:05 (GMT+9) or so'],
  ])('%s is read as %s', (stated, plain) => {
    expect(plainTime(stated)).toBe(plain);
  });

  const months = 'January February March April May June July August September October November December'.split(' ');
  test.each(months.map((name, index) => [name, index + 1] as const))('%s is month %i', (name, month) => {
    expect([plainTime(`${name} 5, 2026`), plainTime(`${name.slice(0, 3)} 5, 2026`)]).toEqual([
      `2026-${month}-5`,
      `2026-${month}-5`,
    ]);
  });
});
