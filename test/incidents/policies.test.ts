/** A fact is folded by the rules that were in force as it was recorded, whatever has become of the policy since. */
import { expect, test } from 'vitest';
import type { TimelineEvent } from '../../functions/incidents/facts/events.ts';
import { fold } from '../../functions/incidents/fold/fold.ts';
import { policy, policyVersion } from '../../functions/policy.ts';
import { instant } from '../scenarios/rows.ts';
import { OfTicket } from './record.ts';

test('a new cadence moves no deadline of before', () => {
  const at = (time: string): Date => new Date(instant(time));
  const record = new OfTicket(
    { id: 'T-1', subject: '注文が通らない', ongoing: 'yes', customer: { id: 'a' } },
    at('10:00'),
  );
  record.until(at('10:05'));
  record.state({ type: 'customer-updated', customers: 'all', channel: 'phone' });
  const slower = { ...policy, cadence: { ...policy.cadence, urgent: { ...policy.cadence.urgent, every: 'PT1H' } } };
  const later = { type: 'customer-updated', detail: { customers: 'all', channel: 'phone' }, actor: 'sato' };
  const update = (id: string, time: string): TimelineEvent =>
    ({ ...later, id, occurredAt: at(time), recordedAt: at(time), policyVersion: 'pol_slower' }) as never;
  const dueAfter = (...more: TimelineEvent[]): (string | undefined)[] => {
    const policyOf = (version: string | undefined) => (version === 'pol_slower' ? (slower as typeof policy) : policy);
    const { contacts, incident } = fold('inc_1', [...record.events, ...more], policyOf);
    return [...contacts.values()].map((each) => `${each.nextUpdateDueAt?.toISOString()} ${incident.slots.met} met`);
  };
  expect(record.events.every((each) => each.policyVersion === policyVersion(policy))).toBe(true);
  expect(dueAfter()).toEqual([`${instant('10:35')} 1 met`]);
  expect(dueAfter(update('00000099', '10:30'))).toEqual([`${instant('11:30')} 2 met`]);
});

test('nor does it judge again what a report said before, once something else is taken back', () => {
  const at = (time: string): Date => new Date(instant(time));
  const body = { id: 'T-1', subject: '注文が通らない', ongoing: 'yes', customer: { id: 'a' } };
  const record = new OfTicket(body, at('10:00'));
  record.now = at('10:05');
  record.word({ occurredAt: instant('09:55') });
  record.state({ type: 'commented', text: 'メモ' });
  const eventId = record.events.findLast((each) => each.type === 'commented')?.id ?? '';
  record.retract({ type: 'retracted', eventId, why: '別件' });
  const newer = { ...policy, urgency: { ...policy.urgency, clockErrorUpTo: 'PT6M' } };
  const policyOf = (version: string | undefined) => (version === policyVersion(policy) ? policy : newer);
  expect(fold('inc_1', record.events, policyOf).incident.urgency).toEqual(record.incident.urgency);
  const { policyVersion: judgedBy } = record.incident.urgency;
  expect(judgedBy).toBe(policyVersion(policy));
});

test('what was concluded from a statement that is taken back brings no later rules into force', () => {
  const at = (time: string): Date => new Date(instant(time));
  const dueAfter = (statement: Record<string, unknown>): unknown => {
    const record = new OfTicket(
      { id: 'T-1', subject: '注文が通らない', ongoing: 'yes', customer: { id: 'a' } },
      at('10:00'),
    );
    record.now = at('10:16');
    const [place, { length }] = [record.events.length, record.events];
    record.state(statement);
    record.now = at('11:01');
    record.retract({ type: 'retracted', eventId: record.events[place]?.id ?? '', why: '間違い' });
    const newer = { ...policy, cadence: { ...policy.cadence, urgent: { ...policy.cadence.urgent, every: 'PT45M' } } };
    const timeline = record.events.map((each, index) =>
      index < length ? each : { ...each, policyVersion: 'pol_newer' },
    );
    const policyOf = (version: string | undefined) => (version === 'pol_newer' ? (newer as typeof policy) : policy);
    return [...fold('inc_1', timeline, policyOf).contacts.values()].map((each) => each.nextUpdateDueAt);
  };
  expect(dueAfter({ type: 'recovered' })).toEqual(dueAfter({ type: 'commented', text: 'メモ' }));
});
