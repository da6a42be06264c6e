import { describe, expect, test } from 'vitest';
import { freshdesk } from '../../../functions/intake/sources/freshdesk.ts';
import { freshdeskBody } from '../../fixtures/tickets.ts';
import { readBody, readBytes, signalOf, unreadableOf } from './reading.ts';

const wrapped = (fields?: Record<string, unknown>) => ({ freshdesk_webhook: freshdeskBody(fields) });

describe('a ticket', () => {
  test('is read with and without its wrapper; it was reported when it came', () => {
    for (const body of [wrapped(), freshdeskBody()]) {
      const signal = signalOf(freshdesk, body);
      expect(signal).toMatchObject({
        sourceId: '310',
        kind: 'stated',
        title: '印刷できない',
        description: '伝票が\n出ません。',
        form: 'Problem',
        customer: { id: 'sato@shop.example', name: '佐藤' },
      });
      expect(signal).not.toHaveProperty('reportedAt');
    }
  });

  test('the requester has three names in templates, and a company comes before them', () => {
    for (const name of ['ticket_requester_email', 'ticket_contact_email']) {
      const fields = { requester_email: undefined, [name]: 'a@shop.example' };
      expect(signalOf(freshdesk, wrapped(fields)).customer?.id).toBe('a@shop.example');
    }
    expect(signalOf(freshdesk, wrapped({ ticket_company_name: '渋谷店' })).customer).toEqual({
      id: '渋谷店',
      name: '渋谷店',
    });
  });

  // {{ticket.latest_public_comment}}, as wechaty/plugin-freshdesk has received it (src/freshdesk/webhook.ts).
  test.each([
    ['Rui LI : <div style="font-size:14px"><div dir="ltr">test note</div></div>', 'test note'],
    ['佐藤 花子 : <p>A : B</p>', 'A : B'],
    ['注意 : 再起動しないでください。', '注意 : 再起動しないでください。'],
    ['<p>10:30 : <b>復旧</b></p>', '10:30 : 復旧'],
  ])('the comment %j says “%s”, and not who wrote it', (message, text) => {
    const fields = { event: 'agent-replied', message, agent: '鈴木', agent_email: 'assigned@shop.example' };
    const { triggered_event: _, ...body } = freshdeskBody(fields);
    const signal = signalOf(freshdesk, body);
    expect(signal.message).toBe(text);
    expect([signal.agent, signal.agentName]).toEqual([undefined, undefined]);
  });

  test('a trailing comma, as published templates end in, is read', () => {
    const text = JSON.stringify(wrapped()).replace(/\}\}$/, ',\n}\n,}');
    expect(() => JSON.parse(text)).toThrow(/JSON/);
    expect(readBytes(freshdesk, Buffer.from(text))).toMatchObject({ signal: { sourceId: '310' } });
  });

  test('the generic fields of the template', () => {
    const fields = {
      発生日時: '2026年11月24日 9時50分',
      継続中: '継続中',
      業務影響: 'degraded / 低下',
      対象: 'store-1, store-2',
      differsFromExpected: 'いいえ',
    };
    expect(signalOf(freshdesk, wrapped(fields))).toMatchObject({
      occurredAt: { at: new Date('2026-11-24T00:50:00Z'), isApproximate: true },
      ongoing: 'yes',
      businessImpact: 'degraded',
      affectedCustomers: [{ id: 'store-1' }, { id: 'store-2' }],
      differsFromExpected: 'no',
      problems: [],
    });
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
  test.each([
    ['{ticket_action:created}', 'stated'],
    ['{status:{from:2,to:4}}', 'solved'],
    ['{status:{from:4,to:5}}', 'solved'],
    ['{status:{from:5,to:2}}', 'reopened'],
    ['{status:{from:2,to:3}}', 'noted'],
    ['{reply_sent:sent}', 'agent-replied'],
    ['{note_type:private}', 'noted'],
    ['{priority:{from:1,to:2}}', 'noted'],
    ['{ticket_action:deleted}', 'solved'],
  ])('%s', (triggered_event, kind) => {
    expect(signalOf(freshdesk, wrapped({ triggered_event })).kind).toBe(kind);
  });

  test('what the rule says itself comes first', () => {
    const reply = { event: 'agent-replied', agent_email: 'Suzuki@a.jp', agent: '鈴木', message: '<p>直りました</p>' };
    expect(signalOf(freshdesk, wrapped(reply))).toMatchObject({ kind: 'agent-replied', message: '直りました' });
    expect(signalOf(freshdesk, wrapped(reply))).not.toHaveProperty('agent');
  });

  test('without either, the status decides', () => {
    expect(signalOf(freshdesk, wrapped({ triggered_event: undefined, ticket_status: 'Resolved' })).kind).toBe('solved');
  });

  test('the id is the ticket’s, as number or text, and the content’s', () => {
    const id = (fields: Record<string, unknown>) => signalOf(freshdesk, wrapped(fields)).id;
    expect(signalOf(freshdesk, wrapped({ ticket_id: 310 })).sourceId).toBe('310');
    expect(id({})).toBe(id({}));
    expect(id({ ticket_status: 'Pending' })).not.toBe(id({}));
  });
});
