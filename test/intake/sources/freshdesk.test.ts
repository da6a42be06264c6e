import { describe, expect, test } from 'vitest';
import { freshdesk } from '../../../functions/intake/sources/freshdesk.ts';
import { freshdeskBody } from '../../fixtures/tickets.ts';
import { readBody, readBytes, signalOf, unreadableOf } from './reading.ts';

const wrapped = (fields?: Record<string, unknown>) => ({ freshdesk_webhook: freshdeskBody(fields) });

describe('a ticket', () => {
  test('a trailing comma, as published templates end in, is read', () => {
    const text = JSON.stringify(wrapped()).replace(/\}\}$/, ',\n}\n,}');
    expect(() => JSON.parse(text)).toThrow(/JSON/);
    expect(readBytes(freshdesk, Buffer.from(text))).toMatchObject({ signal: { sourceId: '310' } });
  });

  test('without an id it is unreadable', () => {
    expect(unreadableOf(freshdesk, wrapped({ ticket_id: null })).errors[0]?.path).toBe('freshdesk_webhook.ticket_id');
    expect(unreadableOf(freshdesk, '[1]').message).toMatch(/object/);
    expect(unreadableOf(freshdesk, 'ticket 310 was made').message).toMatch(/not JSON/);
  });

  test('a connection test files nothing', () => {
    expect(readBody(freshdesk, { connectionTest: true })).toMatchObject({ isConnectionTest: true });
  });
});

describe('what happened', () => {
  const written = 'customer_reply customerreply customer_replied customerreplied customer_feedback reply_received';
  const customerWrote = `${written} requester_replied requesterreply`.split(' ');
  const noted = 'priority responder_id group_id agent group tag tags ticket_type due_by sla'.split(' ');
  test.each<readonly [string, string]>([
    ['{ticket_action:created}', 'stated'],
    ['{status:{from:2,to:4}}', 'solved'],
    ['{status:{from:4,to:5}}', 'solved'],
    ['{status:{from:5,to:2}}', 'reopened'],
    ['{status:{from:2,to:3}}', 'noted'],
    ['{reply_sent:sent}', 'agent-replied'],
    ['{note_type:private}', 'noted'],
    ['{priority:{from:1,to:2}}', 'noted'],
    ['{ticket_action:deleted}', 'solved'],
    ['{deleted:true}', 'solved'],
    [`{'status' : {"from": 2, "to": 4}}`, 'solved'],
    [`{status:{from:${'f'.repeat(30)},to:4}}`, 'solved'],
    [`{status:{from:4,to:${'f'.repeat(30)}}}`, 'reopened'],
    ...customerWrote.map((each) => [`{${each}:sent}`, 'customer-wrote'] as const),
    ...['note_added', 'comment_added', 'comment'].map((each) => [`{${each}:public}`, 'noted'] as const),
    ...noted.flatMap((each) =>
      [`{${each}:{from:1,to:2}}`, `${each}:{from:1,to:2}`, `${each}_x:1`].map((event) => [event, 'noted'] as const),
    ),
    // As a template that is not the published one may tell it: with names for numbers, or nothing.
    ['{status:{from:2,to:closed}}', 'solved'],
    ['{"status":{"from":"Resolved","to":"Open"}}', 'reopened'],
    ['{status:{from:6,to:7}}', 'noted'],
    ['', 'stated'],
    ['{subject:{from:a,to:b}}', 'stated'],
    ['{ticket:{priority:1}}', 'stated'],
  ])('%s', (triggered_event, kind) => {
    expect(signalOf(freshdesk, wrapped({ triggered_event })).kind).toBe(kind);
  });

  test('the signal’s id is the content’s', () => {
    const id = (fields: Record<string, unknown>) => signalOf(freshdesk, wrapped(fields)).id;
    expect(id({})).toBe(id({}));
    expect(id({ ticket_status: 'Pending' })).not.toBe(id({}));
  });

  test.each([
    ['Ann : <div>one<br>\ntwo</div>', 'one\ntwo'],
    [`${'A'.repeat(200)} : <p>x</p>`, 'x'],
    [`${'A'.repeat(201)} : <p>x</p>`, `${'A'.repeat(201)} :\n\nx`],
    ['a <b : <p>x</p>', 'a x'],
    ['> Ann : <p>x</p>', '> Ann :\n\nx'],
    ['Hello\nAnn : <p>x</p>', 'Hello Ann :\n\nx'],
    ['Ann : x', 'Ann : x'],
  ])('a comment begins with its author, who is left out: %s', (latest_public_comment, message) => {
    const event = wrapped({ event: 'customer-wrote', latest_public_comment });
    expect(signalOf(freshdesk, event).message).toBe(message);
  });
});
