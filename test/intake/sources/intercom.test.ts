import { describe, expect, test } from 'vitest';
import { intercom } from '../../../functions/intake/sources/intercom.ts';
import { intercomConversation, intercomNotification, intercomPart, intercomTicket } from '../../fixtures/tickets.ts';
import { configWith, ignoredOf, readBody, signalOf, unreadableOf } from './reading.ts';

const admin = { type: 'admin', id: '3', name: '鈴木', email: 'suzuki@shop.example' };

describe('tickets and conversations', () => {
  test('a created ticket is a report, its HTML text and its times seconds', () => {
    const body = intercomNotification('ticket.created', intercomTicket());
    expect(signalOf(intercom, body, configWith({ INTERCOM_APP_ID: 'abc' }))).toMatchObject({
      sourceId: '4400111',
      kind: 'stated',
      title: '決済に失敗する',
      description: 'カードが全部だめ。',
      url: 'https://app.intercom.com/a/inbox/abc/inbox/conversation/4400111',
      form: 'Trouble',
      channel: 'messenger',
      customer: { id: 'c0ffee' },
      reportedAt: new Date(1_795_481_910_000),
    });
  });

  test('a conversation without a subject has no title, and its first message is its description', () => {
    const signal = signalOf(intercom, intercomNotification('conversation.user.created', intercomConversation()));
    expect(signal).toMatchObject({
      sourceId: '4400222',
      description: '画面が固まる',
      customer: { id: 'u-9', name: '渋谷店' },
      tags: ['trouble'],
      url: 'https://app.intercom.io/a/apps/abc/conversations/4400222',
    });
    expect(signal).not.toHaveProperty('title');
  });

  test('the generic fields may be attributes of the ticket, under their Japanese names', () => {
    const attributes = {
      _default_title_: 'x',
      発生日時: '2026-11-24T09:50:00+09:00',
      継続中: 'いいえ',
      業務影響: '低下',
      対象: 'store-1',
    };
    const body = intercomNotification('ticket.created', intercomTicket({ ticket_attributes: attributes }));
    expect(signalOf(intercom, body)).toMatchObject({
      occurredAt: { at: new Date('2026-11-24T00:50:00Z'), isApproximate: false },
      ongoing: 'no',
      businessImpact: 'degraded',
      affectedCustomers: [{ id: 'store-1' }],
    });
  });
});

describe('words', () => {
  test.each([
    ['conversation.admin.replied', admin, {}, 'agent-replied'],
    ['conversation.admin.single.reply', admin, {}, 'agent-replied'],
    ['conversation.admin.replied', { type: 'bot', id: '9', name: 'Fin' }, {}, 'noted'],
    // Fin may write under a teammate's account.
    ['conversation.admin.replied', { ...admin, from_ai_agent: true }, {}, 'noted'],
    ['conversation.admin.replied', { ...admin, from_ai_agent: false }, {}, 'agent-replied'],
    ['conversation.admin.replied', { type: 'team', id: '4' }, {}, 'noted'],
    ['conversation.admin.replied', admin, { part_type: 'note' }, 'noted'],
    ['conversation.operator.replied', { type: 'bot', id: '9' }, {}, 'noted'],
    ['conversation.admin.noted', admin, { part_type: 'note' }, 'noted'],
    ['conversation.user.replied', { type: 'user', id: 'u-9' }, {}, 'customer-wrote'],
    ['conversation.admin.closed', admin, {}, 'solved'],
    ['conversation.admin.opened', admin, {}, 'reopened'],
  ])('%s by %o', (topic, author, part, kind) => {
    const parts = { conversation_parts: [intercomPart(author, part)], total_count: 1 };
    const signal = signalOf(intercom, intercomNotification(topic, intercomConversation({ conversation_parts: parts })));
    expect(signal).toMatchObject({ kind, sourceId: '4400222' });
  });

  test('a reply to a ticket comes beside the ticket; one that the customer does not see is a note', () => {
    const replied = (ticket: Record<string, unknown>) =>
      intercomNotification('ticket.admin.replied', {
        ticket: intercomTicket(ticket),
        ticket_part: intercomPart(admin),
      });
    expect(signalOf(intercom, replied({}))).toMatchObject({
      kind: 'agent-replied',
      sourceId: '4400111',
      title: '決済に失敗する',
    });
    expect(signalOf(intercom, replied({ is_shared: false })).kind).toBe('noted');
    expect(signalOf(intercom, replied({ category: 'Back-office' })).kind).toBe('noted');
  });

  test('a state that changes from itself to itself is nothing; resolved is solved, and from resolved is reopened', () => {
    const updated = (from: string, to: string) =>
      intercomNotification('ticket.state.updated', {
        ...intercomTicket({ ticket_state: { category: to } }),
        ticket_parts: {
          ticket_parts: [
            {
              part_type: 'ticket_state_updated_by_admin',
              ticket_state: to,
              previous_ticket_state: from,
              author: admin,
            },
          ],
        },
      });
    expect(ignoredOf(intercom, updated('submitted', 'submitted'))).toBe('ticket.state.updated');
    expect(signalOf(intercom, updated('in_progress', 'resolved')).kind).toBe('solved');
    expect(signalOf(intercom, updated('resolved', 'in_progress')).kind).toBe('reopened');
    expect(signalOf(intercom, updated('submitted', 'in_progress')).kind).toBe('noted');
    // What does not say from what to what is no repetition of anything.
    const untold = intercomNotification('ticket.state.updated', intercomTicket({ ticket_state: null }));
    expect(signalOf(intercom, untold).kind).toBe('noted');
  });

  test('closed by either shape, and deleted with a conversation’s id alone', () => {
    expect(signalOf(intercom, intercomNotification('ticket.closed', { ticket: intercomTicket() }))).toMatchObject({
      kind: 'solved',
      sourceId: '4400111',
    });
    expect(signalOf(intercom, intercomNotification('ticket.resolved', intercomTicket())).kind).toBe('solved');
    const deleted = intercomNotification('conversation.deleted', {
      type: 'conversation_deleted',
      conversation_id: 4400222,
    });
    expect(signalOf(intercom, deleted)).toMatchObject({ kind: 'solved', sourceId: '4400222' });
  });
});

describe('what is of no interest', () => {
  test('a ping, whose id is null, is a passing connection test', () => {
    expect(readBody(intercom, intercomNotification('ping', { type: 'ping', message: 'x' }, null))).toEqual({
      ignored: 'ping',
      isConnectionTest: true,
    });
  });

  test.each(['contact.created', 'conversation.admin.assigned', 'conversation.priority.updated', 'company.created'])(
    '%s',
    (topic) => {
      expect(ignoredOf(intercom, intercomNotification(topic, { id: '1' }))).toBe(topic);
    },
  );

  test('a ticket without an id is unreadable', () => {
    expect(unreadableOf(intercom, intercomNotification('ticket.created', { type: 'ticket' })).errors[0]?.path).toBe(
      'data.item.id',
    );
  });
});
