/** Which words of a tool are our own comment, and what of the updates is still seen on the incident. */
import { describe, expect, test } from 'vitest';
import {
  exactKeyOf,
  isFailed,
  type OnItsWay,
  ownEcho,
  textKeyOf,
  withoutFailed,
  withSending,
} from '../../functions/incidents/sending.ts';
import { at } from './rhythm/rhythm.ts';

const now = at('24 12:00');
const seconds = (count: number): Date => new Date(now.getTime() + count * 1_000);
const message = '確認中です。';
const sent = (more: Partial<OnItsWay> = {}): OnItsWay => ({
  id: 'upd_1',
  customers: ['a'],
  tool: 'zendesk',
  ticketId: '1',
  textKey: textKeyOf(message),
  exactKey: exactKeyOf(message),
  state: 'sending',
  requestedAt: now,
  by: 'mori@example.jp',
  ...more,
});
type Told = Parameters<typeof ownEcho>[1];
const told = (more: Partial<Told> = {}): Told => ({
  tool: 'zendesk',
  sourceId: '1',
  kind: 'agent-replied',
  message,
  receivedAt: seconds(5),
  ...more,
});

describe('a tool’s word', () => {
  test.each<[string, Partial<OnItsWay>[], Partial<Told>, string | undefined]>([
    ['of our text is ours', [{}], {}, 'upd_1'],
    [
      'of our comment’s id, whatever it says',
      [{ state: 'sent', commentId: '7' }],
      { commentId: '7', message: '直された文面' },
      'upd_1',
    ],
    [
      'of our comment’s id that says nothing',
      [{ state: 'sent', commentId: '7' }],
      { commentId: '7', message: undefined } as never,
      'upd_1',
    ],
    ['of our text that names no comment', [{ state: 'sent', commentId: '7' }], {}, 'upd_1'],
    ['of our text before we know our comment’s id', [{}], { commentId: '7' }, 'upd_1'],
    ['of our text as another comment', [{ state: 'sent', commentId: '7' }], { commentId: '8' }, undefined],
    ['of another text', [{}], { message: '復旧しました。' }, undefined],
    ['of another ticket', [{}], { sourceId: '2' }, undefined],
    ['of another tool', [{}], { tool: 'jira' }, undefined],
    ['that a customer has written', [{}], { kind: 'customer-wrote' }, undefined],
    ['that the team alone reads', [{}], { kind: 'noted' }, undefined],
    ['of what was lost', [{ state: 'unknown' }], {}, 'upd_1'],
    // The same text by hand has told the customer.
    ['of what has failed', [{ state: 'failed' }], {}, undefined],
    ['of what a person was to send', [{ state: 'by-hand' }], {}, undefined],
    ['that came five minutes before we asked, by clocks that differ', [{}], { receivedAt: seconds(-300) }, 'upd_1'],
    ['that came earlier', [{}], { receivedAt: new Date(seconds(-300).getTime() - 1) }, undefined],
    ['of two in the same words is that of which nobody knows yet', [{ state: 'sent' }, { id: 'upd_2' }], {}, 'upd_2'],
    ['of two that are there is the first', [{ state: 'sent' }, { id: 'upd_2', state: 'sent' }], {}, 'upd_1'],
    ['where nothing is on its way', [], {}, undefined],
  ])('%s', (_, sending, echo, id) => {
    expect(ownEcho(sending.map(sent), told(echo))?.id).toBe(id);
  });
});

describe('what is on its way', () => {
  test('is kept for a day once it is there, and for as long as it is not', () => {
    const ago = (ms: number, more: Partial<OnItsWay>) => sent({ requestedAt: new Date(now.getTime() - ms), ...more });
    const before = [
      ago(86_400_000, { id: 'day', state: 'sent' }),
      ago(86_400_001, { id: 'over', state: 'sent' }),
      ago(86_400_001, { id: 'failed', state: 'failed' }),
      ago(86_400_001, { id: 'unknown', state: 'unknown' }),
    ];
    const after = withSending(before, [sent({ id: 'new' })], now);
    expect(after.sending?.map(({ id }) => id)).toEqual(['day', 'failed', 'unknown', 'new']);
    expect(after.failedUpdates).toBe(2);
  });

  test('is there once, as it is now', () => {
    const after = withSending([sent({ state: 'failed' }), sent({ id: 'upd_2' })], [sent({ state: 'sent' })], now);
    expect(after.sending?.map(({ id, state }) => `${id} ${state}`)).toEqual(['upd_2 sending', 'upd_1 sent']);
    expect(after.failedUpdates).toBe(0);
  });

  test.each([
    ['sending', false],
    ['sent', false],
    ['failed', true],
    ['unknown', true],
    ['by-hand', true],
  ] as const)('%s has to be seen to: %s', (state, expected) => {
    expect(isFailed({ state })).toBe(expected);
  });
});

describe('what failed is seen no more', () => {
  const both = sent({ state: 'failed', customers: ['a', 'b'] });
  test.each<[string, OnItsWay[], 'all' | string[], string[] | undefined]>([
    ['once everybody was told', [both], 'all', []],
    ['once each of those whom it was for was told', [both], ['b', 'a', 'c'], []],
    ['and not while one of them was not', [both], ['a'], ['upd_1']],
    ['and what is under way stays', [both, sent({ id: 'upd_2' })], 'all', ['upd_2']],
    ['and what was lost goes as well', [sent({ state: 'unknown' })], ['a'], []],
    ['where nothing failed nothing changes', [sent()], 'all', undefined],
  ])('%s', (_, before, customers, left) => {
    expect(withoutFailed(before, customers).sending?.map(({ id }) => id)).toEqual(left);
  });
});
