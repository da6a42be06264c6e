/** Which customers an update did not reach, by the facts about each; and that an incident does not grow with its updates. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ContactFact } from '../../functions/incidents/clocks/facts.ts';
import type { FactOf } from '../../functions/incidents/facts/events.ts';
import { evolveAll } from '../../functions/incidents/fold/evolve.ts';
import { readClocks, type State } from '../../functions/incidents/rhythm/contact.ts';
import { policy } from '../../functions/policy.ts';
import { runs } from '../fuzz/runs.ts';
import { contactOf, filed } from './linked-ledgers.ts';
import { at } from './rhythm/rhythm.ts';

const minutesAfterTen = (minutes: number): Date => new Date(at('24 10:00').getTime() + minutes * 60_000);
const ticket = { tool: 'zendesk', id: '1' };
const failed = (customers: string[], updateId: string, requestedAt: Date, occurredAt: Date): FactOf => ({
  type: 'update-failed',
  occurredAt,
  actor: 'rule',
  detail: { customers, ticket, updateId, state: 'failed', why: '404', requestedAt },
});
const requested = (customers: string[], round: number, occurredAt: Date): FactOf => ({
  type: 'update-requested',
  occurredAt,
  actor: 'sato',
  detail: {
    customers,
    message: '確認中です。',
    recovery: false,
    updates: customers.map((id) => ({ id: `upd_${round}_${id}`, tool: 'zendesk', ticketId: id, customers: [id] })),
  },
});
const sent = (customer: string, round: number, occurredAt: Date): FactOf => ({
  type: 'customer-updated',
  occurredAt,
  actor: 'sato',
  detail: {
    customers: [customer],
    message: '確認中です。',
    channel: 'ticket',
    ticket: { tool: 'zendesk', id: customer },
    sentAs: { tool: 'zendesk', id: `${round}-${customer}` },
    updateId: `upd_${round}_${customer}`,
    requestedAt: occurredAt,
  },
});

test('an incident is as large after a day of updates as after the first of them', () => {
  const customers = Array.from({ length: 20 }, (_, index) => `store-${index}`);
  let state: State & { lastSequence?: number } = filed(1, customers);
  const sizes: number[] = [];
  for (let round = 0; round < 48; round += 1) {
    const now = minutesAfterTen(1 + 30 * round);
    // Of each round one update fails; that customer's next one arrives.
    const unlucky = customers[round % customers.length] as string;
    const arrived = customers.filter((each) => each !== unlucky).map((each) => sent(each, round, now));
    const facts = [requested(customers, round, now), ...arrived, failed([unlucky], `upd_${round}`, now, now)];
    state = evolveAll(state, facts, now, policy, 100 * (round + 1));
    expect(state.incident.failedUpdates).toBe(1);
    sizes.push(JSON.stringify(state.incident).length);
  }
  // Counts have more digits.
  expect((sizes.at(-1) ?? 0) - (sizes[0] ?? 0)).toBeLessThan(50);
});

test('a customer is unreached while nothing has told them since the failed update was asked for, in any order', () => {
  const minute = fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 6 });
  const story = fc.record({ failures: minute, updates: fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 4 }) });
  fc.assert(
    fc.property(story, fc.infiniteStream(fc.nat()), ({ failures, updates }, random) => {
      const { incident, ...record } = filed(1, ['a']);
      const contact = contactOf({ incident, ...record } as never, 'a');
      if (!contact) throw new Error('There is no contact.');
      const recordedAt = minutesAfterTen(300);
      const stamp = (minutes: number, id: string) => ({ id, at: minutesAfterTen(minutes), recordedAt });
      const facts: ContactFact[] = [
        ...failures.map(
          (each): ContactFact => ({
            ...stamp(each, `1${each}`),
            type: 'unreached',
            updateId: `upd_${each}`,
            why: '404',
          }),
        ),
        ...updates.map((each, index): ContactFact => ({ ...stamp(each, `2${index}`), type: 'updated' })),
      ];
      const shuffled = facts
        .map((fact) => ({ fact, place: random.next().value as number }))
        .sort((one, other) => one.place - other.place)
        .map(({ fact }) => fact);
      const read = readClocks([{ ...contact, facts: [...contact.facts, ...shuffled] }], incident, recordedAt, policy);
      const last = Math.max(...failures);
      const isTold = updates.some((each) => each >= last);
      expect(read.get(contact.id)?.unreached).toEqual(isTold ? undefined : { updateId: `upd_${last}`, why: '404' });
    }),
    runs(100),
  );
});
