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
  const filedAt = new Date('2026-11-24T01:00:00Z');
  return { id, title, origin, status: 'open', kind: 'incident', isDrill: false, source: 'ticket', filedAt, ...rest };
};
const reasonsOf = (one: Compared, other: Compared) => judgeCandidates(one, [other], policy)[0]?.reasons;

test.each([
  ['注文が通らない', '注文ができない', ['注文']],
  ['タブレットから注文が送信されない', '注文が送れない', ['注文']],
  ['レシートプリンタが印刷しない', 'プリンターから紙が出ない', ['プリンタ']],
  ['決済端末が繋がらない', 'カード決済が通らない', ['決済']],
  ['Wi-Fi が切れる', 'WiFiが不安定', ['wifi']],
  ['ログインできない', 'ログイン画面が真っ白', ['ログイン']],
  ['予約が消えた', '予約台帳に表示されない', ['予約']],
  ['Receipt printer does not print', 'Printers are jammed', ['printer']],
  ['Cannot place orders from tablets', 'Orders from tablets are not sent', ['orders', 'tablets']],
  ['checkout latency high', 'High latency in checkout', ['checkout', 'high', 'latency']],
  // The longest that both say, once.
  ['注文画面で注文できない', '注文画面が白い', ['注文画面']],
  // However short, a word that is the same as a whole says something.
  ['POSが遅い', 'POSが止まる', ['pos']],
  ['鍵', '鍵が開かない', ['鍵']],
  ['menu', 'Menus', ['menu']],
  // Half of the shorter one, and two fifths of both: just enough.
  ['注文画面', '注文一覧表示', ['注文']],
])('the same trouble in other words is found: %s / %s: %j, whichever was first', (one, other, words) => {
  const titles = [one, other];
  for (const [left, right] of [titles, titles.toReversed()] as [string, string][]) {
    const reasons = reasonsOf(incident('a', left), incident('b', right));
    expect(reasons).toEqual([{ kind: 'words', words: expect.arrayContaining(words) }]);
    expect(reasons?.[0]).toHaveProperty('words.length', words.length);
  }
});

test.each([
  // In its reading form, without long vowels.
  ['オーダーが送れない', '注文が通らない', '注文', 'オダ'],
  ['レジが固まる', '会計できない', '会計', 'レジ'],
  ['The kitchen printer is dead', '印刷されない', '印刷', 'printer'],
])('the same trouble by another name is found: %s / %s', (one, other, theirs, ours) => {
  expect(reasonsOf(incident('a', one), incident('b', other))).toEqual([{ kind: 'words', words: [theirs] }]);
  expect(reasonsOf(incident('a', other), incident('b', one))).toEqual([{ kind: 'words', words: [ours] }]);
});

describe('an alert and a ticket', () => {
  const ticket = incident('a', '注文が通らない');
  const alertAt = (minutes: number, more: Partial<Compared> = {}): Compared =>
    incident('b', 'latency', {
      source: 'alert',
      filedAt: new Date(ticket.filedAt.getTime() + minutes * 60_000),
      ...more,
    });

  test.each([-10, 0, 10])('of the same minutes (%i) may be the same trouble', (minutes) => {
    expect(reasonsOf(ticket, alertAt(minutes))).toEqual([{ kind: 'alert' }]);
  });
  test('of other minutes, or two tickets of the same minute, are not the same for that alone', () => {
    expect([reasonsOf(ticket, alertAt(11)), reasonsOf(ticket, alertAt(0, { source: 'ticket' }))]).toEqual([
      undefined,
      undefined,
    ]);
  });
});

test.each([
  ['注文が通らない', '会計が通らない'],
  ['システム障害が発生', '通信障害が発生'],
  ['エラーが出る', 'エラーが出て会計できない'],
  ['レシートが印刷されない', 'ログインできない'],
  ['The printer is not working', 'The scanner is not working'],
  ['Login fails', 'Payment fails'],
  ['店舗の鍵が開かない', '店舗の在庫が合わない'],
  ['The app', 'Apple'],
  ['imprint', 'printer'],
  ['注入', '注文'],
  // Half of the shorter one, and a third of both.
  ['注文画面', '注文一覧表示中断'],
  ['', ''],
  ['!?', '!?'],
])('another trouble is not found, though it is worded alike: %s / %s', (one, other) => {
  expect(reasonsOf(incident('a', one), incident('b', other))).toBeUndefined();
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

test.each([
  ['nothing', '!?', '釣銭', ['area', 'form']],
  ['a long vowel alone', '鍵ー', '釣銭ー', ['area', 'form']],
  ['a quarter', '注文画面で確定操作', '注文一覧を表示中断', ['area', 'words', 'form']],
])('beside the area and the form, %s that both titles say is weighed as what it is', (_, one, other, kinds) => {
  const where = { area: 'order', form: 'pos' };
  expect(reasonsOf(incident('a', one, where), incident('b', other, where))?.map(({ kind }) => kind)).toEqual(kinds);
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

test('those that are equal keep the order given', () => {
  const others = ['d', 'b', 'c'].map((id) => incident(id, '注文が通らない'));
  const found = judgeCandidates(incident('a', '注文が通らない'), others, policy);
  expect(found.map((each) => each.incident.id)).toEqual(['d', 'b', 'c']);
});

describe('of an emergency that several reports make', () => {
  const emergency = (...ids: string[]) =>
    ({ emergency: { inputs: { reports: ids.map((incidentId) => ({ incidentId })) } } }) as Partial<Compared>;
  const one = incident('a', '注文が通らない');
  const other = incident('b', '釣銭が足りない');

  test.each([
    ['the one', { ...one, ...emergency('a', 'b') }, other],
    ['the other', one, { ...other, ...emergency('c', 'b', 'a') }],
  ])('each is a candidate of the others, without any reason, whether %s became it', (_, left, right) => {
    expect(reasonsOf(left, right)).toEqual([]);
  });

  test('nobody else is', () => {
    const byItself = { emergency: { inputs: {} } } as Partial<Compared>;
    for (const more of [emergency('a', 'c'), emergency('b', 'c'), byItself]) {
      expect(reasonsOf({ ...one, ...more }, { ...other, ...more })).toBeUndefined();
    }
  });
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
