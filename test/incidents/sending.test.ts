/** What is on its way to customers' tickets: what is kept of it, and which of a tool's words is the echo of ours. */
import { describe, expect, test } from 'vitest';
import {
  essence,
  essenceOfHtml,
  isFailed,
  isUndecided,
  type OnItsWay,
  ownEcho,
  textKeyOf,
  type UpdateState,
  withoutFailed,
  withSending,
} from '../../functions/incidents/sending.ts';
import { at } from './rhythm/rhythm.ts';

const requestedAt = at('24 10:00');
const ms = (date: Date, more: number): Date => new Date(date.getTime() + more);
const text = '復旧しました。\nご迷惑をおかけしました。';
const on = (facts: Partial<OnItsWay> = {}): OnItsWay => ({
  id: 'upd_1',
  customers: ['a'],
  tool: 'zendesk',
  ticketId: '7',
  textKey: textKeyOf(text),
  state: 'sending',
  requestedAt,
  by: 'sato@example.jp',
  ...facts,
});

test.each<[UpdateState, boolean, boolean]>([
  ['sending', true, false],
  ['unknown', true, true],
  ['sent', false, false],
  ['failed', false, true],
  ['by-hand', false, true],
])('%s: nobody knows yet %s, somebody has to see to it %s', (state, isOpen, hasFailed) => {
  expect([isUndecided(on({ state })), isFailed({ state })]).toEqual([isOpen, hasFailed]);
});

describe('what is on its way', () => {
  const day = 86_400_000;
  test('has each once, the newest last, and the failed counted', () => {
    const [one, other] = [on({ state: 'failed' }), on({ id: 'upd_2', state: 'by-hand' })];
    expect(withSending(undefined, [one], requestedAt)).toEqual({ sending: [one], failedUpdates: 1 });
    const sent = { ...one, state: 'sent' as const };
    expect(withSending([one, other], [sent], requestedAt)).toEqual({ sending: [other, sent], failedUpdates: 1 });
  });
  test.each<[UpdateState, number, boolean]>([
    ['sent', day, true],
    ['sent', day + 1, false],
    ['failed', 9 * day, true],
    ['sending', 9 * day, true],
  ])('keeps what is %s for %d ms: %s', (state, after, isKept) => {
    expect(withSending([on({ state })], [], ms(requestedAt, after)).sending).toHaveLength(isKept ? 1 : 0);
  });

  const failed = on({ state: 'failed', customers: ['a', 'b'] });
  const sending = on({ id: 'upd_2' });
  test.each<[string, 'all' | string[], OnItsWay[] | undefined]>([
    ['all', 'all', [sending]],
    ['each of them', ['b', 'a', 'x'], [sending]],
    ['one of two', ['a'], [failed, sending]],
  ])('loses what failed once %s have been told otherwise', (_, customers, left) => {
    expect(withoutFailed([failed, sending], customers).sending).toEqual(left);
  });
  test('stays as it is where nothing has failed', () => {
    expect(withoutFailed([sending], 'all')).toEqual({});
    expect(withoutFailed(undefined, 'all')).toEqual({});
    expect(withoutFailed([failed, sending], 'all').failedUpdates).toBe(0);
  });
});

describe('a reply on the ticket', () => {
  const reply = { tool: 'zendesk', sourceId: '7', kind: 'agent-replied', message: text, receivedAt: requestedAt };
  const echo = (sending: OnItsWay[] | undefined, more: Partial<Parameters<typeof ownEcho>[1]> = {}) =>
    ownEcho(sending, { ...reply, ...more })?.id;

  test.each<[string, OnItsWay[] | undefined, Partial<Parameters<typeof ownEcho>[1]>, string | undefined]>([
    ['of our words is ours', [on()], {}, 'upd_1'],
    ['that the tool has wrapped in HTML, too', [on()], { message: `<p>${text.replace('\n', '<br>')}</p>` }, 'upd_1'],
    ['of other words is somebody else’s', [on()], { message: '別の文' }, undefined],
    ['without words is, too', [on()], { message: undefined as never }, undefined],
    ['on another ticket is, too', [on({ ticketId: '8' })], {}, undefined],
    ['in another tool is, too', [on({ tool: 'jira' })], {}, undefined],
    ['of a customer is, too', [on()], { kind: 'customer-wrote' }, undefined],
    ['while nothing is on its way is, too', undefined, {}, undefined],
    ['of what failed is, too', [on({ state: 'failed' })], {}, undefined],
    ['of what nobody knows of is ours', [on({ state: 'unknown' })], {}, 'upd_1'],
    ['of what was sent is ours', [on({ state: 'sent' })], {}, 'upd_1'],
    [
      'with the comment’s id is ours, whatever it says',
      [on({ commentId: 'c1' })],
      { commentId: 'c1', message: 'x' },
      'upd_1',
    ],
    [
      'with the comment’s id alone is ours',
      [on({ commentId: 'c1' })],
      { commentId: 'c1', message: undefined as never },
      'upd_1',
    ],
    ['with another comment’s id is somebody else’s', [on({ commentId: 'c1' })], { commentId: 'c2' }, undefined],
    ['with an id that we do not know yet is ours by its words', [on()], { commentId: 'c2' }, 'upd_1'],
    ['without an id is ours by its words', [on({ commentId: 'c1' })], {}, 'upd_1'],
    [
      'five minutes before it was asked for is ours: clocks differ',
      [on()],
      { receivedAt: ms(requestedAt, -300_000) },
      'upd_1',
    ],
    ['earlier than that is somebody else’s', [on()], { receivedAt: ms(requestedAt, -300_001) }, undefined],
    [
      'of words that were sent twice is of the one that nobody knows of yet',
      [on({ state: 'sent' }), on({ id: 'upd_2' })],
      {},
      'upd_2',
    ],
    ['or else of the first', [on({ state: 'sent' }), on({ id: 'upd_2', state: 'sent' })], {}, 'upd_1'],
  ])('%s', (_, sending, more, id) => {
    expect(echo(sending, more)).toBe(id);
  });
});

describe('the key of a text', () => {
  test('is the same however a tool tells it', () => {
    const told = ['復旧 しました & <ok>', '<p>復旧&nbsp;しました &amp; &lt;ok&gt;</p>', '復旧しました\\&\n<ok>'];
    expect(new Set(told.map(textKeyOf)).size).toBe(1);
  });
  test('is another for another text, and short', () => {
    expect(textKeyOf('a')).not.toBe(textKeyOf('b'));
    expect(textKeyOf('a')).toMatch(/^[\da-f]{16}$/);
  });
  test.each([
    ['<b>a</b> b', 'ab'],
    ['a &amp;&lt;&gt;&quot;&apos; b', 'a&<>"\'b'],
    ['&#65;&#x42;&#x3042;', 'ABあ'],
    ['&AMP;', '&'],
    ['&unknown;', '&unknown;'],
    ['&#9999999;', '&#9999999;'],
    ['&#x10ffff;', '\u{10ffff}'],
  ])('reads %s as %s', (html, plain) => {
    expect(essenceOfHtml(html)).toBe(plain);
  });
  test('knows no blanks, escapes and widths', () => {
    expect(essence(' a\\_b\n\tＡ ')).toBe('a_bA');
  });
});
