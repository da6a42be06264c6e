import { describe, expect, test } from 'vitest';
import { openIncident } from '../../../functions/incidents/fold/beginning.ts';
import { routeSignal } from '../../../functions/incidents/signals/routing.ts';
import { readGenericTicket } from '../../../functions/intake/sources/generic.ts';
import { Unreadable } from '../../../functions/intake/sources/source.ts';
import { configOf } from '../../../functions/platform/config.ts';
import { policy } from '../../../functions/policy.ts';

const receivedAt = new Date('2026-11-24T01:02:00.000Z');

function read(body: unknown, eventId?: string) {
  const bytes = Buffer.from(JSON.stringify(body));
  const context = { receivedAt, policy, config: configOf({}), ...(eventId ? { eventId } : {}) };
  const reading = readGenericTicket(body, bytes, context);
  if (!('signal' in reading)) throw new Error('A generic ticket is never ignored.');
  return reading.signal;
}

const open = (body: unknown) => {
  const signal = read(body);
  return openIncident('inc_x', 0, signal, routeSignal(signal, policy), policy, receivedAt);
};

const whole = {
  id: 'T-1001',
  subject: '注文が通らない',
  description: 'レジで注文を確定できない',
  url: 'https://support.example/T-1001',
  category: 'trouble',
  form: 'pos-trouble',
  channel: 'phone',
  area: 'order',
  occurredAt: '2026-11-24T09:50:00+09:00',
  reportedAt: '2026-11-24T10:00:00+09:00',
  ongoing: 'yes',
  customer: { id: 'store-12', name: '渋谷店', contactId: 'chain-3' },
  affectedCustomers: [{ id: 'store-13' }],
  affectedCustomerCount: 2,
  businessImpact: 'stopped',
};

describe('the generic ticket', () => {
  test('only id and subject are required; the errors name what is wrong', () => {
    expect(read({ id: 7, subject: 'x' }).sourceId).toBe('7');
    for (const body of [
      null,
      'text',
      3,
      [whole],
      {},
      { id: 'T-1' },
      { subject: 'x' },
      { id: ' ', subject: '' },
      { id: {}, subject: [] },
      { id: 'T-1', subject: ' ' },
      { id: ' ', subject: 'x' },
    ]) {
      expect(() => read(body)).toThrow(Unreadable);
    }
    try {
      read({});
    } catch (error) {
      expect((error as Unreadable).errors.map((each) => each.path)).toEqual(['id', 'subject']);
    }
  });

  test('the same ticket is the same signal whatever the order of its keys; changed content is another', () => {
    const reversed = Object.fromEntries(Object.entries(whole).reverse());
    expect(read(reversed).id).toBe(read(whole).id);
    expect(read({ ...whole, ongoing: 'no' }).id).not.toBe(read(whole).id);
    expect(read({ ...whole, id: 'T-1002' }).id).not.toBe(read(whole).id);
    expect(read(whole, 'msg_1').id).not.toBe(read(whole, 'msg_2').id);
  });

  test('becomes an incident with urgency, score and what is missing', () => {
    const incident = open(whole);
    expect(incident).toMatchObject({
      kind: 'incident',
      source: 'ticket',
      origin: { tool: 'generic', id: 'T-1001', form: 'pos-trouble' },
      ongoing: 'yes',
      occurredAt: new Date('2026-11-24T00:50:00Z'),
      reportedAt: new Date('2026-11-24T01:00:00Z'),
      urgency: { level: 'high', rule: 'occurred-within-one-hour', inputs: { ageMinutes: 12 } },
      impact: { businessImpact: 'stopped', affectedCustomerCount: 2 },
      score: { reference: { value: 8 }, confirmed: null },
      ticketUrls: ['https://support.example/T-1001'],
    });
    const missing = incident.missing.map((each) => each.field);
    expect(missing).toContain('recoveredAt');
    expect(missing).not.toContain('occurredAt');
  });

  test('what is missing is listed, not refused', () => {
    const missing = open({ id: 'T-1', subject: 'x' }).missing.map((each) => each.field);
    expect(missing).toEqual(
      expect.arrayContaining(['occurredAt', 'ongoing', 'impact.businessImpact', 'impact.affectedCustomerCount']),
    );
  });

  test.each([
    ['occurredAt', { occurredAt: 'yesterday' }, 'occurredAt'],
    ['occurredAt', { occurredAt: 1764000000 }, 'occurredAt'],
    ['ongoing', { ongoing: 'maybe' }, 'ongoing'],
    ['businessImpact', { businessImpact: 'total' }, 'impact.businessImpact'],
    ['affectedCustomerCount', { affectedCustomerCount: -1 }, 'impact.affectedCustomerCount'],
    ['url', { url: 'javascript:alert(1)' }, 'url'],
    ['customer', { customer: { name: 'without id' } }, 'customer.id'],
    ['affectedCustomers', { affectedCustomers: ['store-1'] }, 'affectedCustomers.0'],
    ['drill', { drill: 'yes' }, 'drill'],
  ])('a wrong %s is left out and listed with why', (_, wrong, field) => {
    const fact = open({ id: 'T-1', subject: 'x', ...wrong }).missing.find((each) => each.field === field);
    expect(fact?.why).toMatch(/left out/);
  });

  test('who reports is affected unless they say otherwise; a count is never below the named', () => {
    expect(open({ ...whole, affectedCustomerCount: 1 }).impact.affectedCustomerCount).toBe(2);
    expect(open({ ...whole, affectedCustomerCount: 40 }).impact.affectedCustomerCount).toBe(40);
    const reporterOnly = open({ id: 'T-1', subject: 'x', customer: { id: 's' }, reporterAffected: false });
    expect(reporterOnly.affectedCustomers).toEqual([]);
    expect(reporterOnly.impact.affectedCustomerCount).toBeUndefined();
  });

  test('text is stored well-formed, without null bytes, and cut', () => {
    const signal = read({ id: 'T-\ud800', subject: 'a\0b', description: 'あ'.repeat(20_000) });
    expect(signal.sourceId.isWellFormed()).toBe(true);
    expect(signal.title).toBe('ab');
    expect(Buffer.byteLength(signal.description ?? '')).toBeLessThanOrEqual(policy.intake.maxDescriptionBytes);
  });

  test('text is whole up to the most bytes that are kept of it', () => {
    const most = policy.intake.maxDescriptionBytes;
    const kept = (description: string) => read({ id: 'T-1', subject: 'x', description }).description;
    const full = `${'あ'.repeat((most - (most % 3)) / 3)}${'x'.repeat(most % 3)}`;
    expect(kept(full)).toBe(full);
    expect(kept(`${full}x`)).toMatch(/^あ+…$/);
  });

  test('hostile keys stay data', () => {
    const body = JSON.parse('{"id":"T-1","subject":"x","__proto__":{"customer":{"id":"evil"}},"constructor":1}');
    expect(read(body).customer).toBeUndefined();
    expect(({} as Record<string, unknown>).customer).toBeUndefined();
  });
});
