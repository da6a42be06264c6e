import { describe, expect, test } from 'vitest';
import { zendesk } from '../../../functions/intake/sources/zendesk.ts';
import { zendeskEvent, zendeskTrigger } from '../../fixtures/tickets.ts';
import { ignoredOf, readBody, readBytes, signalOf, unreadableOf } from './reading.ts';

describe('an event', () => {
  test('without an id is unreadable', () => {
    const body = { type: 'zen:event-type:ticket.created', id: 'e1', detail: {} };
    expect(unreadableOf(zendesk, body).errors[0]?.path).toBe('detail.id');
  });

  test('of another topic is ignored, also without an id', () => {
    expect(ignoredOf(zendesk, { type: 'zen:event-type:user.created', detail: {} })).toBe('user.created');
    expect(ignoredOf(zendesk, zendeskEvent('agent_assignment_changed'))).toBe('ticket.agent_assignment_changed');
  });

  test('that is the same is the same signal, whatever the order of its keys; another is another', () => {
    const body = zendeskEvent('created');
    const turned = Object.fromEntries(Object.entries(body).reverse());
    expect(signalOf(zendesk, turned).id).toBe(signalOf(zendesk, body).id);
    expect(signalOf(zendesk, { ...body, id: 'other' }).id).not.toBe(signalOf(zendesk, body).id);
  });
});

describe('the template', () => {
  test('the same ticket by event and by trigger, its id as a number or as text, is one ticket', () => {
    expect(signalOf(zendesk, zendeskTrigger({ ticket_id: 9120 })).sourceId).toBe(
      signalOf(zendesk, zendeskEvent('created')).sourceId,
    );
  });

  test('line breaks and quotes that a placeholder left unescaped are read', () => {
    const body = '{"ticket_id": 12, "ticket_title": "the "big" one", "ticket_description": "first\nsecond\ttab",\n}';
    expect(readBytes(zendesk, Buffer.from(body))).toMatchObject({
      signal: { sourceId: '12', title: 'the "big" one', description: 'first\nsecond\ttab' },
    });
  });

  test('a connection test files nothing', () => {
    expect(readBody(zendesk, { connectionTest: true })).toEqual({ ignored: 'connection test', isConnectionTest: true });
  });
});
