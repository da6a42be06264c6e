/** The generic fields as templates and tools' own fields carry them: every name of each, and every way to answer. */
import { describe, expect, test } from 'vitest';
import type { Signal } from '../../../functions/incidents/signals/signal.ts';
import { zendesk } from '../../../functions/intake/sources/zendesk.ts';
import { policy } from '../../../functions/policy.ts';
import { signalOf } from './reading.ts';

type Fields = Record<string, unknown>;
const read = (fields: Fields): Signal => signalOf(zendesk, { ticket_id: '1', ...fields });

test.each<[keyof Signal, unknown, unknown, names: string]>([
  [
    'occurredAt',
    '2026-11-24T09:50:00+09:00',
    { at: new Date('2026-11-24T00:50:00Z'), isApproximate: false },
    'occurredAt occurred_at 発生日時 発生時刻 発生日',
  ],
  ['ongoing', 'no', 'no', 'ongoing 継続中 継続 現在も継続中'],
  ['businessImpact', 'stopped', 'stopped', 'businessImpact business_impact 業務影響 業務影響度 業務への影響'],
  [
    'affectedCustomers',
    'a、b',
    [{ id: 'a' }, { id: 'b' }],
    'affectedCustomers affected_customers 対象 対象店舗 影響店舗',
  ],
  [
    'affectedCustomerCount',
    '12 店舗',
    12,
    'affectedCustomerCount affected_customer_count 影響店舗数 対象店舗数 対象数',
  ],
  ['category', 'question', 'question', 'category カテゴリ 分類 種別'],
  ['form', 'pos', 'pos', 'form フォーム'],
  ['area', 'order', 'order', 'area 機能 製品領域 対象機能'],
  ['channel', 'phone', 'phone', 'channel チャネル'],
  [
    'differsFromExpected',
    'no',
    'no',
    'differsFromExpected differs_from_expected 期待と異なる 期待との相違 想定と異なる',
  ],
  ['isReporterAffected', 'no', false, 'reporterAffected reporter_affected 報告者も影響'],
  ['customer', 'store-1', { id: 'store-1' }, 'customer 顧客 店舗'],
])('a field is named: %s', (field, given, expected, all) => {
  const names = all.split(' ');
  for (const name of names) {
    const signal = read({ [name]: given });
    expect([name, signal[field], signal.problems]).toEqual([name, expected, []]);
  }
  // Of two the first counts, unless it says nothing.
  const [first = '', second = ''] = names;
  for (const nothing of ['-', '–', '—', ' ', '{{}}', `{{${'x'.repeat(200)}}}`])
    expect(read({ [first]: nothing, [second]: given })[field]).toEqual(expected);
});

describe('an answer', () => {
  test.each<[keyof Signal, string, string[]]>([
    [
      'ongoing',
      'yes',
      ['はい', 'あり', '有', '継続中', '発生中', '続いている', 'ongoing', 'TRUE', '1', 'Yes / はい', 'ongoing_yes'],
    ],
    ['ongoing', 'no', ['いいえ', 'なし', '無し', '終了', '解消済み', '収束', 'false', '0', 'off', 'いいえ(解消)']],
    ['ongoing', 'unknown', ['不明', '未確認', 'わからない', '分かりません', 'not sure', '不明、確認中']],
    ['differsFromExpected', 'yes', ['異なる', '違う', 'y']],
    ['differsFromExpected', 'no', ['同じ', '異ならない', 'n']],
    [
      'businessImpact',
      'stopped',
      ['停止(注文・会計・受付ができない)', '業務停止', '完全停止', '止まっている', 'impact_stopped', 'impact::stopped'],
    ],
    // Of a tag of several parts the last counts, of an answer of several the first that is known; in any width and case.
    ['businessImpact', 'stopped', ['business_impact_stopped', 'impact::was_degraded::stopped', 'none_stopped']],
    ['businessImpact', 'stopped', ['重大/停止/低下', '停止(低下)', ' Ｓｔｏｐｐｅｄ / 停止 ', 'x、y、停止']],
    ['businessImpact', 'degraded', ['低下', '一部停止', '支障あり', '回避策あり', '代替手段あり', 'Degraded / 低下']],
    ['businessImpact', 'inconvenient', ['不便', '軽微', '軽微な支障']],
    ['businessImpact', 'none', ['なし', '影響なし', '無']],
    ['category', 'trouble', ['トラブル', '障害', '不具合', '故障', 'Trouble']],
    ['category', 'question', ['質問', '仕様質問', '問い合わせ', 'お問い合わせ']],
    ['category', 'outside', ['対象外', 'OUTSIDE']],
  ])('to %s that means %s', (field, meaning, spellings) => {
    for (const spelling of spellings)
      expect([spelling, read({ [field]: spelling })[field]]).toEqual([spelling, meaning]);
  });

  test.each<[string, unknown]>([
    ['ongoing', '多分'],
    ['differsFromExpected', '場合による'],
    ['businessImpact', '高'],
    ['reporterAffected', '?'],
    ['occurredAt', 'さっき'],
    ['affectedCustomerCount', '数店舗'],
    ['affectedCustomerCount', '3〜5'],
    ['affectedCustomerCount', `${'約'.repeat(11)}3`],
    ['affectedCustomerCount', `3${'店'.repeat(11)}`],
    ['affectedCustomerCount', -1],
    ['affectedCustomerCount', 2.5],
    ['affectedCustomerCount', 100_000_001],
  ])('of %s that nobody understands (%j) is left out, and said', (field, given) => {
    expect(read({ [field]: given }).problems.map(({ path }) => path)).toEqual([field]);
  });

  test.each(['occurredAt', 'businessImpact'])('“不明” to %s says nothing, and is no mistake', (field) => {
    const signal = read({ [field]: '不明' });
    expect([signal[field as keyof Signal], signal.problems]).toEqual([undefined, []]);
  });

  test.each<[unknown, boolean]>([
    ['yes', true],
    ['unknown', true],
    ['no', false],
    [undefined, true],
  ])('the reporter is affected unless they say otherwise: %s', (reporterAffected, isReporterAffected) => {
    expect(read({ reporterAffected }).isReporterAffected).toBe(isReporterAffected);
  });

  test('a category that is a tool’s own is a tag, which the policy may map', () => {
    const signal = read({ category: '請求' });
    expect([signal.category, signal.tags]).toEqual([undefined, ['請求']]);
  });

  test.each<[unknown, number]>([
    [0, 0],
    ['０', 0],
    ['約12店舗', 12],
    ['100000000', 100_000_000],
    [`${'約'.repeat(10)}3${'店'.repeat(10)}`, 3],
  ])('a count of %j is %i', (affectedCustomerCount, expected) => {
    expect(read({ affectedCustomerCount }).affectedCustomerCount).toBe(expected);
  });
});

test.each(['{{a{b}}', '{{a}b}}', `{{${'x'.repeat(201)}}}`])('%s is no placeholder, and is kept', (area) => {
  expect(read({ area }).area?.slice(0, 9)).toBe(area.replace('{{', '{ {').slice(0, 9));
});

describe('the customers that it affects', () => {
  test.each<[unknown, unknown[]]>([
    ['a, b;c；d\ne\tf，g', ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((each) => ({ id: each }))],
    ['不明', []],
    [
      ['a', 2, '-', '不明', {}],
      [{ id: 'a' }, { id: '2' }],
    ],
    [[{ id: 'a', name: '渋谷店', contact_id: 'k' }], [{ id: 'a', name: '渋谷店', contactId: 'k' }]],
    [{ id: 7, contactId: 'k', name: '-' }, [{ id: '7', contactId: 'k' }]],
  ])('%j', (affectedCustomers, expected) => {
    expect(read({ affectedCustomers }).affectedCustomers).toEqual(expected);
  });

  test('an id of more than 128 characters is left out, and its place is said', () => {
    const [fits, long] = ['x'.repeat(128), 'x'.repeat(129)];
    const { affectedCustomers, problems } = read({ affectedCustomers: [fits, long, { id: long }] });
    expect(affectedCustomers).toEqual([{ id: fits }]);
    expect(problems.map(({ path }: { path: string }) => path)).toEqual(['affectedCustomers.1', 'affectedCustomers.2']);
  });

  test('no more than the policy’s number are taken by name, and it is said', () => {
    const { maxNamedCustomers: most } = policy.intake;
    const named = (count: number) =>
      read({ affectedCustomers: Array.from({ length: count }, (_, index) => `c${index}`) });
    expect([named(most).affectedCustomers.length, named(most).problems]).toEqual([most, []]);
    expect([named(most + 1).affectedCustomers.length, named(most + 1).problems.length]).toEqual([most, 1]);
  });
});

test('of several places the template’s own comes first', () => {
  const fields = { metronome: { ongoing: 'no' }, ongoing: 'yes', ticket: { ongoing: 'unknown', area: 'order' } };
  expect(read(fields)).toMatchObject({ ongoing: 'no', area: 'order' });
});
