import { describe, expect, test } from 'vitest';
import { zendesk } from '../../../functions/intake/sources/zendesk.ts';
import { zendeskComment, zendeskEvent, zendeskTrigger } from '../../fixtures/tickets.ts';
import { configWith, ignoredOf, readBody, readBytes, signalOf, unreadableOf } from './reading.ts';

describe('events', () => {
  test('a created ticket is a report, and nothing is known of when it occurred', () => {
    const signal = signalOf(zendesk, zendeskEvent('created'));
    expect([signal.kind, 'occurredAt' in signal]).toEqual(['stated', false]);
  });

  test('only an id is needed: a messaging ticket has nothing else, and its subject is missing', () => {
    const body = { type: 'zen:event-type:ticket.created', id: 'e1', detail: { id: 9121 } };
    const signal = signalOf(zendesk, body);
    expect(signal.sourceId).toBe('9121');
    expect(signal).not.toHaveProperty('title');
    expect(signalOf(zendesk, { ...body, detail: {}, subject: 'zen:ticket:9121' }).sourceId).toBe('9121');
    expect(unreadableOf(zendesk, { ...body, detail: {} }).errors[0]?.path).toBe('detail.id');
  });

  test('nulls where lists and texts should be are read', () => {
    const detail = { tags: null, subject: null, description: null, via: null, organization_id: null, type: null };
    expect(signalOf(zendesk, zendeskEvent('created', { detail }))).toMatchObject({
      tags: [],
      customer: { id: '7001' },
    });
  });

  test.each([
    ['staff, in public', { id: 8, is_staff: true, name: '鈴木' }, true, 'agent-replied'],
    ['staff, in private', { id: 8, is_staff: true, name: '鈴木' }, false, 'noted'],
    ['the customer', { id: '7001', is_staff: false, name: '佐藤' }, true, 'customer-wrote'],
    ['the requester, where nobody says who is staff', { id: '7001' }, true, 'customer-wrote'],
    ['somebody, where nobody says who is staff', { id: '9' }, true, 'noted'],
    ['the system’s own user', { id: '-1', is_staff: true, name: 'Zendesk' }, true, 'noted'],
  ])('a comment of %s', (_, author, isPublic, kind) => {
    const signal = signalOf(zendesk, zendeskComment(author, isPublic));
    expect(signal).toMatchObject({ kind, message: '調べています。', happenedAt: new Date('2026-11-24T01:01:00Z') });
    const { agent, agentName } = signal;
    const named = 'name' in author ? author.name : undefined;
    expect([agent, agentName]).toEqual(
      kind === 'customer-wrote' ? [undefined, undefined] : [`zendesk:${author.id}`, named],
    );
  });

  test('a trigger may write under an agent’s name: the event’s own actor says that it was the system', () => {
    const body = zendeskComment({ id: 8, is_staff: true, name: '鈴木' });
    for (const actor_id of ['-1', -1]) {
      expect(signalOf(zendesk, { ...body, detail: { ...body.detail, actor_id } }).kind).toBe('noted');
    }
  });

  test('the first comment of a ticket that an agent opened is the report, not an answer to it', () => {
    const body = zendeskComment({ id: 8, is_staff: true, name: '鈴木' }, true, 'レジで「確定」を押すと止まります。');
    expect(signalOf(zendesk, body).kind).toBe('stated');
  });

  test.each([
    ['OPEN', 'SOLVED', 'solved'],
    ['SOLVED', 'CLOSED', 'solved'],
    ['SOLVED', 'OPEN', 'reopened'],
    ['NEW', 'PENDING', 'noted'],
  ])('from %s to %s', (previous, current, kind) => {
    expect(signalOf(zendesk, zendeskEvent('status_changed', { event: { previous, current } })).kind).toBe(kind);
  });

  test('deleted is an end and undeleted a reopening', () => {
    expect(signalOf(zendesk, zendeskEvent('soft_deleted'))).toMatchObject({
      kind: 'solved',
      message: 'The ticket was deleted.',
    });
    expect(signalOf(zendesk, zendeskEvent('permanently_deleted')).kind).toBe('solved');
    expect(signalOf(zendesk, zendeskEvent('undeleted')).kind).toBe('reopened');
  });

  test('a problem’s case names the problem, to be linked with', () => {
    const linked = zendeskEvent('problem_link_changed', { event: { current: '9000', previous: null } });
    expect(signalOf(zendesk, linked).relatedSourceId).toBe('9000');
    expect(
      signalOf(zendesk, zendeskEvent('created', { detail: { problem_id: 9000, type: 'INCIDENT' } })),
    ).toMatchObject({ relatedSourceId: '9000', tags: ['register', 'vip', 'incident'] });
    expect(signalOf(zendesk, zendeskEvent('created', { detail: { problem_id: '9120' } }))).not.toHaveProperty(
      'relatedSourceId',
    );
  });

  test('other topics are ignored, also without an id', () => {
    expect(ignoredOf(zendesk, { type: 'zen:event-type:user.created', detail: {} })).toBe('user.created');
    expect(ignoredOf(zendesk, zendeskEvent('agent_assignment_changed'))).toBe('ticket.agent_assignment_changed');
  });

  test('the same event is the same signal, whatever the order of its keys; another is another', () => {
    const body = zendeskEvent('created');
    const turned = Object.fromEntries(Object.entries(body).reverse());
    expect(signalOf(zendesk, turned).id).toBe(signalOf(zendesk, body).id);
    expect(signalOf(zendesk, { ...body, id: 'other' }).id).not.toBe(signalOf(zendesk, body).id);
  });
});

describe('the template', () => {
  test('fields that nobody filled in say nothing, and are no problem', () => {
    for (const blank of ['', '-', '{{ticket.ticket_field_360001}}', null]) {
      const fields = { occurredAt: blank, ongoing: blank, businessImpact: blank, affectedCustomers: blank };
      const signal = signalOf(zendesk, zendeskTrigger(fields));
      expect(signal).toMatchObject({ ongoing: 'unknown', affectedCustomers: [], problems: [] });
      expect(signal).not.toHaveProperty('occurredAt');
    }
  });

  test('what is wrong is left out and named', () => {
    const { problems } = signalOf(
      zendesk,
      zendeskTrigger({ occurredAt: 'さっき', ongoing: 'たぶん', businessImpact: 'high' }),
    );
    expect(problems.map((each) => each.path)).toEqual(['occurredAt', 'ongoing', 'businessImpact']);
  });

  test('the same ticket by event and by trigger, its id as a number or as text, is one ticket', () => {
    expect(signalOf(zendesk, zendeskTrigger({ ticket_id: 9120 })).sourceId).toBe(
      signalOf(zendesk, zendeskEvent('created')).sourceId,
    );
  });

  test('a date as triggers write it, an address without a scheme, a ticket within an object of its own', () => {
    const body = {
      ticket: { id: 12, title: 'x', status: 'Solved', created_at: 'February 3, 2026', url: 'a.zendesk.com/x' },
    };
    expect(signalOf(zendesk, body)).toMatchObject({
      sourceId: '12',
      kind: 'solved',
      title: 'x',
      url: 'https://a.zendesk.com/x',
      reportedAt: new Date('2026-02-03T14:59:59.999Z'),
    });
  });

  test('a ticket whose address the trigger leaves out is found by the subdomain; its own address comes first', () => {
    const acme = configWith({ ZENDESK_SUBDOMAIN: 'acme' });
    const urls = ['', 'own.example/x'].map((ticket_url) => signalOf(zendesk, { ticket_id: 12, ticket_url }, acme).url);
    expect(urls).toEqual(['https://acme.zendesk.com/agent/tickets/12', 'https://own.example/x']);
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

  test('a trigger may state an agent’s reply', () => {
    const reply = {
      event: 'agent-replied',
      message: '直りました',
      agent_id: 8,
      agent: '鈴木',
      happened_at: '2026-11-24T01:00:00Z',
    };
    expect(signalOf(zendesk, zendeskTrigger(reply))).toMatchObject({
      kind: 'agent-replied',
      message: '直りました',
      happenedAt: new Date('2026-11-24T01:00:00Z'),
    });
  });
});
