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

test('not once somebody has said so', () => {
  const record = alert().until(at('24 10:20'));
  record.state({ type: 'scoped', affectedCustomerCount: 0 });
  expect(escalations(record.until(at('25 12:00')))).toEqual([]);
});
