import { describe, expect, test } from 'vitest';
import { judgeCandidates } from '../../functions/find/candidates.ts';
import { policy } from '../../functions/policy.ts';

type Compared = Parameters<typeof judgeCandidates>[0];

const incident = (
  id: string,
  title: string,
  more: Partial<Compared> & { area?: string; form?: string } = {},
): Compared => {
  const { area, form, ...rest } = more;
  const origin = { tool: 'generic' as const, id, ...(area ? { area } : {}), ...(form ? { form } : {}) };
  return { id, title, origin, status: 'open', kind: 'incident', isDrill: false, ...rest };
};
const reasonsOf = (one: Compared, other: Compared) => judgeCandidates(one, [other], policy)[0]?.reasons;

describe('the same trouble in other words', () => {
  test.each([
    ['注文が通らない', '注文ができない'],
    ['タブレットから注文が送信されない', '注文が送れない'],
    ['レシートプリンタが印刷しない', 'プリンターから紙が出ない'],
    ['決済端末が繋がらない', 'カード決済が通らない'],
    ['Wi-Fi が切れる', 'WiFiが不安定'],
    ['ログインできない', 'ログイン画面が真っ白'],
    ['予約が消えた', '予約台帳に表示されない'],
    ['Receipt printer does not print', 'Printers are jammed'],
    ['Cannot place orders from tablets', 'Orders from tablets are not sent'],
    ['checkout latency high', 'High latency in checkout'],
  ])('%s / %s', (one, other) => {
    expect(reasonsOf(incident('a', one), incident('b', other))).toEqual([
      { kind: 'words', words: expect.arrayContaining([expect.any(String)]) },
    ]);
  });
});

describe('another trouble, though it is worded alike', () => {
  test.each([
    ['注文が通らない', '会計が通らない'],
    ['システム障害が発生', '通信障害が発生'],
    ['エラーが出る', 'エラーが出て会計できない'],
    ['レシートが印刷されない', 'ログインできない'],
    ['The printer is not working', 'The scanner is not working'],
    ['Login fails', 'Payment fails'],
    ['店舗の鍵が開かない', '店舗の在庫が合わない'],
    ['', ''],
    ['!?', '!?'],
  ])('%s / %s', (one, other) => {
    expect(reasonsOf(incident('a', one), incident('b', other))).toBeUndefined();
  });
});

test('the area and the form together are reasons, neither is alone', () => {
  const one = incident('a', '会計画面が固まる', { area: 'order', form: 'pos-trouble' });
  expect(reasonsOf(one, incident('b', '釣銭が足りない', { area: 'Order', form: 'POS-trouble' }))).toEqual([
    { kind: 'area', area: 'Order' },
    { kind: 'form', form: 'POS-trouble' },
  ]);
  expect(reasonsOf(one, incident('b', '釣銭が足りない', { area: 'order' }))).toBeUndefined();
  expect(reasonsOf(one, incident('b', '釣銭が足りない', { form: 'pos-trouble' }))).toBeUndefined();
});

test('a blank area or form is no reason', () => {
  expect(reasonsOf(incident('a', '鍵', { area: ' ' }), incident('b', '釣銭', { area: ' ' }))).toBeUndefined();
});

test('the strongest comes first, and says its strongest reason first', () => {
  const one = incident('a', 'レシートプリンタが印刷しない', { area: 'print' });
  const found = judgeCandidates(
    one,
    [incident('b', 'プリンターの紙詰まり'), incident('c', 'レシートプリンタが印刷しない', { area: 'print' })],
    policy,
  );
  expect(found.map((each) => each.incident.id)).toEqual(['c', 'b']);
  expect(found[0]?.reasons.map((each) => each.kind)).toEqual(['words', 'area']);
});

test.each([
  ['itself', { id: 'a' }],
  ['what is linked already', { status: 'linked' as const }],
  ['a question', { kind: 'question' as const }],
  ['a drill', { isDrill: true }],
  ['what was told apart from it', { unlinkedFrom: ['a'] }],
])('%s is no candidate', (_, more) => {
  const one = incident('a', '注文が通らない');
  expect(judgeCandidates(one, [{ ...incident('b', '注文が通らない'), ...more }], policy)).toEqual([]);
});

test('what it was told apart from is none either; a recovered one is', () => {
  const one = incident('a', '注文が通らない', { unlinkedFrom: ['b'] });
  expect(reasonsOf(one, incident('b', '注文が通らない'))).toBeUndefined();
  expect(reasonsOf(one, incident('c', '注文が通らない', { status: 'recovered' }))).toBeDefined();
});
