/** An alert of which nobody says who is affected is escalated, like updates that were missed. */
import { expect, test } from 'vitest';
import { InMemory } from '../incidents/record.ts';
import { at, signalAt, told } from '../incidents/rhythm/rhythm.ts';

const alert = () => {
  const { customer: _, ...signal } = signalAt(at('24 10:00'), {
    source: 'alert',
    tool: 'monitoring',
    kind: 'alert-opened',
  });
  return new InMemory(signal, at('24 10:00'));
};
const escalations = (record: InMemory): string[] =>
  record.told.flatMap(({ at: time, kinds }) => (kinds.includes('escalation') ? [told(time)] : []));

test('as the second deadline has passed, and once a day from then', () => {
  const record = alert().until(at('27 12:00'));
  const asked = record.told.filter(({ kinds }) => kinds.includes('scope-due')).map(({ at: time }) => told(time));
  expect(escalations(record)).toHaveLength(3);
  expect(escalations(record)[0]).toBe(asked[2]);
  expect(record.told.find(({ kinds }) => kinds.includes('escalation'))?.kind).toBe('escalation');
  const said = record.events.filter(({ type }) => type === 'escalated');
  expect(said.map(({ detail }) => detail)).toEqual(
    Array(3).fill({ customers: [], missedInARow: 2, why: 'nobody has said who is affected' }),
  );
});

test('neither asked nor escalated for four hours after a snooze, and then as before', () => {
  const record = alert().until(at('24 10:12'));
  record.state({ type: 'snoozed' });
  record.until(at('24 17:00'));
  const asked = record.told.filter(({ kinds }) => kinds.includes('scope-due')).map(({ at: time }) => told(time));
  expect(asked.slice(0, 3)).toEqual(['24 10:10', '24 14:07', '24 15:07']);
  expect(escalations(record)).toEqual(['24 16:07']);
});

test('a customer who becomes known in a snooze is due as ever, and nothing is snoozed from then on', () => {
  const record = alert().until(at('24 10:12'));
  record.state({ type: 'snoozed' });
  record.state({ type: 'scoped', affectedCustomers: [{ id: 'store-1' }] });
  record.until(at('24 11:00'));
  expect(record.told.filter(({ kinds }) => kinds.includes('update-due')).length).toBeGreaterThan(0);
  expect(record.state({ type: 'snoozed' })).toMatchObject({ status: 409, refused: { code: 'nothing-to-snooze' } });
});

test.each<[of: string, before: Record<string, unknown>[]]>([
  ['how many are affected is known', [{ type: 'scoped', affectedCustomerCount: 3 }]],
  ['nobody is affected', [{ type: 'scoped', affectedCustomerCount: 0 }]],
  ['it is over', [{ type: 'recovered' }]],
])('nothing is snoozed where %s', (_, before) => {
  const record = alert().until(at('24 10:12'));
  for (const statement of before) record.state(statement);
  expect(record.state({ type: 'snoozed' })).toMatchObject({ status: 409, refused: { code: 'nothing-to-snooze' } });
});

test('a snooze is a response, and the next one begins when it is pressed', () => {
  const record = alert().until(at('24 10:12'));
  record.state({ type: 'snoozed' }, 'mori@example.jp');
  expect(record.incident).toMatchObject({ responders: ['mori@example.jp'], firstResponseAt: at('24 10:12') });
  record.until(at('24 12:00')).state({ type: 'snoozed', occurredAt: at('24 11:00').toISOString() });
  expect(record.incident.scopeSnoozedUntil).toEqual(at('24 16:00'));
});

test('a snooze that was a mistake is taken back', () => {
  const record = alert().until(at('24 10:12'));
  record.state({ type: 'snoozed' });
  const snoozed = record.events.find(({ type }) => type === 'snoozed');
  record.retract({ type: 'retracted', eventId: snoozed?.id ?? '', why: '誤操作' });
  record.until(at('24 11:00'));
  expect(record.told.filter(({ kinds }) => kinds.includes('scope-due')).length).toBeGreaterThan(1);
});

test('not once somebody has said so', () => {
  const record = alert().until(at('24 10:20'));
  record.state({ type: 'scoped', affectedCustomerCount: 0 });
  expect(escalations(record.until(at('25 12:00')))).toEqual([]);
});
