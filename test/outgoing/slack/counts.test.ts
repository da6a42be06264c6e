/** The card counts customers as its head does, however few contacts stand for them; what is over reads as over. */
import { expect, test } from 'vitest';
import type { Contact } from '../../../functions/incidents/rhythm/contact.ts';
import { cardOf } from '../../../functions/outgoing/slack/card.ts';
import { policy } from '../../../functions/policy.ts';
import { at, contactOf, incidentAt } from '../../incidents/rhythm/rhythm.ts';

const twelve = incidentAt(at('24 10:00'), {
  impact: { businessImpact: 'stopped', affectedCustomerCount: 12 },
  affectedCustomers: [{ id: 'a', name: '本店' }],
});
const named: Contact = { ...contactOf(twelve, 'a'), name: '本店', nextUpdateDueAt: at('24 10:15') };
const others: Contact = { ...contactOf(twelve, 'b'), isTheOthers: true, nextUpdateDueAt: at('24 10:20') };
const by = { policy, language: 'ja' as const, consoleUrl: undefined };
const said = (...contacts: Contact[]): string => JSON.stringify(cardOf(twelve, contacts, by));

test('of twelve, one named and eleven not, eleven more wait', () => {
  expect(said(named, others)).toContain('本店 ほか11店舗');
  expect(said(named)).not.toContain('本店 ほか');
  expect(said({ ...others, nextUpdateDueAt: at('24 10:10') }, named)).toContain('特定できていない店舗 ほか1店舗');
});

test('what has recovered is no longer stopped and ongoing', () => {
  const over = { ...twelve, status: 'recovered' as const, recoveredAt: at('24 10:30'), ongoing: 'yes' as const };
  const text = JSON.stringify(cardOf(over, [], by));
  expect(text).toContain('*業務回復(業務停止・12店舗)*');
  expect(text).not.toContain('継続中');
});
