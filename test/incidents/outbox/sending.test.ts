/** Which words of a tool are our own comment. */
import { expect, test } from 'vitest';
import { isUndecided, ownEcho, type TicketUpdate } from '../../../functions/incidents/outbox/sending.ts';
import { at } from '../rhythm/rhythm.ts';

const now = at('24 12:00');
const seconds = (count: number): Date => new Date(now.getTime() + count * 1_000);
const message = '確認中です。';
const sent = (more: Partial<TicketUpdate> = {}): TicketUpdate => ({
  id: 'upd_1',
  incidentId: 'inc_1',
  customers: ['a'],
  tool: 'zendesk',
  ticketId: '1',
  text: message,
  state: 'sending',
  requestedAt: now,
  requestedBy: 'mori@example.jp',
  commentId: null,
  ...more,
});
type Told = Parameters<typeof ownEcho>[1];
const told = (more: Partial<Told> = {}): Told => ({ message, receivedAt: seconds(5), ...more });

test.each<[string, Partial<TicketUpdate>[], Partial<Told>, string | undefined]>([
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
  [
    'of another comment’s id that says nothing',
    [{ state: 'sent', commentId: '7' }],
    { commentId: '8', message: undefined } as never,
    undefined,
  ],
  ['of our text that names no comment', [{ state: 'sent', commentId: '7' }], {}, 'upd_1'],
  ['of our text before we know our comment’s id', [{}], { commentId: '7' }, 'upd_1'],
  ['of our text as another comment', [{ state: 'sent', commentId: '7' }], { commentId: '8' }, undefined],
  ['of another text', [{}], { message: '復旧しました。' }, undefined],
  ['of what was lost', [{ state: 'unknown' }], {}, 'upd_1'],
  // The same text by hand has told the customer.
  ['of what has failed', [{ state: 'failed' }], {}, undefined],
  ['of what a person was to send', [{ state: 'by-hand' }], {}, undefined],
  ['that came five minutes before we asked, by clocks that differ', [{}], { receivedAt: seconds(-300) }, 'upd_1'],
  ['that came earlier', [{}], { receivedAt: new Date(seconds(-300).getTime() - 1) }, undefined],
  ['of two in the same words is that of which nobody knows yet', [{ state: 'sent' }, { id: 'upd_2' }], {}, 'upd_2'],
  ['of two that are there is the first', [{ state: 'sent' }, { id: 'upd_2', state: 'sent' }], {}, 'upd_1'],
  ['where nothing is on its way', [], {}, undefined],
])('after a tool’s word: %s', (_, sending, echo, id) => {
  expect(ownEcho(sending.map(sent), told(echo))?.id).toBe(id);
});

test.each([
  ['sending', true],
  ['unknown', true],
  ['sent', false],
  ['failed', false],
  ['by-hand', false],
] as const)('whether one that is %s has arrived nobody knows: %s', (state, expected) => {
  expect(isUndecided({ state })).toBe(expected);
});
