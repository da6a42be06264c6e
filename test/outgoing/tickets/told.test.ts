/** What a note on the reporter’s ticket says, and how an update looks from outside. */
import { describe, expect, test } from 'vitest';
import type { Note } from '../../../functions/incidents/outbox/notes.ts';
import { writeNote } from '../../../functions/outgoing/tickets/note-text.ts';
import { presentUpdate, type UpdateRecord } from '../../../functions/outgoing/tickets/update.ts';
import { newDelivery } from '../../../functions/platform/delivery.ts';
import { policy } from '../../../functions/policy.ts';

const at = (minutes: number): Date => new Date(Date.parse('2026-11-24T01:00:00Z') + minutes * 60_000);

describe('a note', () => {
  const note = (more: Partial<Note>): Note => ({
    kind: 'filed',
    incidentId: 'inc_1',
    at: at(0),
    urgency: { level: 'low', rule: 'occurred-earlier' },
    ticket: { tool: 'zendesk', id: '501' },
    ...more,
  });
  const write = (more: Partial<Note>, language: 'ja' | 'en' = 'en', consoleUrl?: string): string[] => {
    const own = { ...policy, sender: { ...policy.sender, language } };
    return writeNote(note(more), 'M-NGWGM4', consoleUrl, own).split('\n');
  };
  const console = 'https://m.example/console';

  test('on the beginning says how urgent it is and why, and on an end that it has ended', () => {
    const urgency = 'Urgency: low (reported well after it began)';
    const address = 'https://m.example/console/incidents/inc_1';
    expect(write({}, 'en', console)).toEqual(['Filed as incident M-NGWGM4.', urgency, address]);
    expect(write({}, 'ja')).toEqual(['インシデント M-NGWGM4 を起票しました。', '緊急性: 低(発生から時間が経って受付)']);
    expect(write({ kind: 'reclassified', rule: 'unanswered' }, 'en', console)).toEqual([
      'This question is now incident M-NGWGM4.',
      'Why: not answered in time',
      urgency,
      address,
    ]);
    expect(write({ kind: 'recovered' }, 'en', console)).toEqual([
      'Incident M-NGWGM4 has recovered: affected customers can work again.',
      address,
    ]);
    expect(write({ kind: 'not-occurring' }, 'ja')).toEqual([
      'インシデント M-NGWGM4 は、調査の結果、発生を確認できませんでした。',
    ]);
  });
});

test('an update is shown with what became of it, and nothing of how it is sent', () => {
  const update: UpdateRecord = {
    id: 'upd_1',
    incidentId: 'inc_1',
    batchId: 'upb_1',
    customers: ['a', 'b'],
    tool: 'zendesk',
    ticketId: '501',
    url: 'https://z.example/501',
    text: '確認中です。',
    isRecovery: true,
    state: 'sent',
    requestedAt: at(1),
    requestedBy: 'sato@example.jp',
    sentAt: at(2),
    commentId: '7',
    error: null,
    soughtSince: at(3),
    delivery: newDelivery(at(6)),
    expireAt: at(7),
  };
  expect(presentUpdate(update)).toEqual({
    id: 'upd_1',
    customerId: 'a',
    customers: ['a', 'b'],
    tool: 'zendesk',
    ticketId: '501',
    state: 'sent',
    requestedAt: '2026-11-24T01:01:00.000Z',
    requestedBy: 'sato@example.jp',
    sentAt: '2026-11-24T01:02:00.000Z',
    url: 'https://z.example/501',
    error: null,
    text: '確認中です。',
    recovery: true,
  });
  const unsent = { ...update, customers: [], sentAt: null, state: 'failed', error: 'It answered 400.' } as const;
  expect(presentUpdate({ ...unsent, customers: [] })).toMatchObject({
    customerId: 'others',
    sentAt: null,
    error: 'It answered 400.',
  });
});
