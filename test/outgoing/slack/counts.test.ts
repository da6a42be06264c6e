/** The card counts customers as its head does, however few contacts they share; what is over reads as over. */
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
  expect(said({ ...others, nextUpdateDueAt: at('24 10:10') }, named)).toContain('特定できていない11店舗 ほか1店舗');
});

test('what has recovered is no longer stopped and ongoing', () => {
  const missing = [{ field: 'ongoing', why: '' }];
  const over = {
    ...twelve,
    missing,
    status: 'recovered' as const,
    recoveredAt: at('24 10:30'),
    ongoing: 'yes' as const,
  };
  const text = JSON.stringify(cardOf(over, [], by));
  expect(text).toContain('*業務回復(業務停止・12店舗)*');
  expect(text).not.toContain('継続中');
});

test.each([
  ['recovered', '業務回復(業務停止・12店舗)'],
  ['not-occurring', '発生を確認できず(業務停止・12店舗)'],
  ['linked', 'M-'],
] as const)('a card that is %s says so first to who sees no blocks', (status, said) => {
  const { text } = cardOf({ ...twelve, status, linkedTo: 'inc_2', recoveredAt: at('24 10:30') }, [], by);
  expect(text).toContain(said);
  expect(text.replace(said, '')).not.toContain('業務停止');
});

test('an owner, and who has which role, are called by their names', () => {
  const emergency = { since: at('24 10:00'), rule: 'many-customers-stopped', inputs: {}, endedAt: null } as never;
  const roles = { lead: { who: 'ann@example.jp', at: at('24 10:01') } };
  const owned = { ...twelve, assignee: 'ann@example.jp', emergency, roles };
  const names = new Map([['ann@example.jp', '安 <花子>']]);
  const named = JSON.stringify(cardOf(owned, [], { ...by, names }));
  expect(named).toContain('担当: 安 &lt;花子&gt;');
  expect(named).toContain('指揮(IC): 安 &lt;花子&gt;・店舗への連絡: 未定・記録: 未定');
  expect(named).not.toContain('ann@example.jp');
  // People without a name in Slack and the policy keep their id; `local` is nobody's name.
  expect(JSON.stringify(cardOf({ ...owned, assignee: 'local' }, [], by))).toContain('担当: ローカルの利用者');
});

test('an update that is on its way, and one that failed, are on the card with their customer and why', () => {
  const said = (contact: typeof named, sending: { customers: string[]; error: string | null }[] = []): string =>
    JSON.stringify(cardOf(twelve, [contact], { ...by, sending }));
  const text = said({ ...named, unreached: { updateId: 'upd_1', why: 'The tool answered 422.' } }, [
    { customers: ['a'], error: null },
  ]);
  expect(text).toContain('*送信できなかった連絡: 本店 (The tool answered 422.)*');
  expect(text).toContain('送信中の連絡: 本店');
  expect(said(named, [{ customers: ['a'], error: 'The tool answered 500.' }])).toContain(
    '送信中の連絡: 本店 (The tool answered 500.)',
  );
  expect(said(named)).not.toContain('連絡: 本店');
});
