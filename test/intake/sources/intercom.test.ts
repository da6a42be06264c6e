import { describe, expect, test } from 'vitest';
import { intercom } from '../../../functions/intake/sources/intercom.ts';
import { intercomNotification, intercomTicket } from '../../fixtures/tickets.ts';
import { ignoredOf, readBody, signalOf, unreadableOf } from './reading.ts';

const admin = { type: 'admin', id: '3', name: '鈴木', email: 'suzuki@shop.example' };

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
