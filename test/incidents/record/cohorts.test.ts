/** Contacts in documents that they share: whatever becomes of them, what is stored is read back, and little is written. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAmong, nameTogether } from '../../../functions/incidents/clocks/closings.ts';
import type { ContactFact } from '../../../functions/incidents/clocks/facts.ts';
import {
  changedDocuments,
  contactsInAll,
  leastShared,
  type StoredContact,
} from '../../../functions/incidents/record/cohorts.ts';
import { type Contact, contactIdOf, nameOf, openContact } from '../../../functions/incidents/rhythm/contact.ts';
import { runs } from '../../fuzz/runs.ts';

const at = new Date('2026-11-24T01:00:00Z');
const incident = { id: 'inc_1', isDrill: false };

/** One that the event named, and that was told some things by itself. */
function contactOf(index: number, namedBy: number, told: readonly number[] = []): Contact {
  const customers = [{ id: `store-${index}`, name: `店舗 ${index}` }];
  const facts: ContactFact[] = [
    { id: String(namedBy), at, recordedAt: at, type: 'known', customers },
    ...told.map((id): ContactFact => ({ id: String(id), at, recordedAt: at, type: 'updated', message: `${id}` })),
  ];
  const name = nameOf(customers);
  return {
    ...openContact(incident, contactIdOf(customers[0] as { id: string })),
    customers,
    facts,
    ...(name ? { name } : {}),
  };
}

class Stored {
  readonly documents = new Map<string, StoredContact>();
  get contacts(): Contact[] {
    // As Firestore gives them back: other objects of the same content.
    return contactsInAll([...structuredClone([...this.documents.values()])]);
  }
  /** @returns how many documents were written */
  become(before: readonly Contact[], after: readonly Contact[]): number {
    const { written, gone } = changedDocuments(before, after);
    for (const id of gone) this.documents.delete(id);
    for (const each of written) this.documents.set(each.id, each);
    return written.length + gone.length;
  }
}

const inOrder = (contacts: readonly Contact[]): Contact[] =>
  contacts.toSorted((one, other) => (one.id < other.id ? -1 : 1));

test('what was stored is read back, whatever each was told, and whether they left or came', () => {
  const step = fc.record({
    told: fc.uniqueArray(fc.nat({ max: 320 }), { maxLength: 250 }),
    gone: fc.uniqueArray(fc.nat({ max: 320 }), { maxLength: 3 }),
    isAll: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), fc.nat({ max: 320 }), (steps, size) => {
      const stored = new Stored();
      let is: Contact[] = Array.from({ length: size }, (_, index) => contactOf(index, 1 + (index % 2)));
      stored.become([], is);
      for (const [index, { told, gone, isAll }] of steps.entries()) {
        const before = stored.contacts;
        expect(before).toEqual(inOrder(is));
        const isTold = new Set(told.map((each) => contactIdOf({ id: `store-${each}` })));
        const isGone = new Set(gone.map((each) => contactIdOf({ id: `store-${each}` })));
        is = before
          .filter(({ id }) => !isGone.has(id))
          .map((each): Contact => {
            if (!isAll && !isTold.has(each.id)) return each;
            const said: ContactFact = { id: String(10 + index), at, recordedAt: at, type: 'updated' };
            return { ...each, facts: [...each.facts, said] };
          });
        stored.become(before, is);
      }
      expect(stored.contacts).toEqual(inOrder(is));
    }),
    runs(40),
  );
});

describe('a thousand who were named by two events', () => {
  const thousand = Array.from({ length: 1_000 }, (_, index) => contactOf(index, 1 + (index % 2)));
  const begin = (): [Stored, Contact[]] => {
    const stored = new Stored();
    stored.become([], thousand);
    return [stored, stored.contacts];
  };

  test('are two documents', () => {
    expect(begin()[0].documents.size).toBe(2);
  });

  test('are written twice where all of them are told something, and not at all where nobody is', () => {
    const [stored, before] = begin();
    const said: ContactFact = { id: '9', at, recordedAt: at, type: 'updated' };
    expect(stored.become(before, before)).toBe(0);
    expect(
      stored.become(
        before,
        before.map((each) => ({ ...each, facts: [...each.facts, said] })),
      ),
    ).toBe(2);
  });

  test('let one go by itself with two writes: its own document, and the one that it leaves', () => {
    const [stored, before] = begin();
    const said: ContactFact = { id: '9', at, recordedAt: at, type: 'updated' };
    const [first, ...others] = before.toReversed() as [Contact, ...Contact[]];
    expect(stored.become(before, [{ ...first, facts: [...first.facts, said] }, ...others])).toBe(2);
    expect(stored.documents.size).toBe(3);
  });
});

test.each([
  ['a customer who is answered on a ticket', (each: Contact) => ({ ...each, ticket: { tool: 'jira', id: '1' } })],
  ['unidentified customers', (each: Contact) => ({ ...each, isTheOthers: true })],
  [
    'customers who are told together with others',
    (each: Contact): Contact => ({
      ...each,
      facts: [...each.facts, { id: '2', at, recordedAt: at, type: 'named', customers: [{ id: 'x' }] }],
    }),
  ],
])('%s have a document of their own', (_, alone) => {
  const all = Array.from({ length: leastShared + 1 }, (_each, index) => contactOf(index, 1));
  const { written } = changedDocuments([], [alone(all[0] as Contact), ...all.slice(1)]);
  expect(written.map(({ members }) => members?.length)).toEqual([undefined, leastShared]);
});

test('more than fit into one document are in several, each by an id of its own', () => {
  const all = Array.from({ length: 4_500 }, (_, index) => contactOf(index, 1));
  const stored = new Stored();
  stored.become([], all);
  expect([...stored.documents.values()].map(({ members }) => members?.length)).toEqual([2_000, 2_000, 500]);
  const before = stored.contacts;
  expect(before).toEqual(inOrder(all));
  // Nothing moves where the last of them leave: the documents before theirs are as they were.
  expect(stored.become(before, before.slice(0, -1))).toBe(1);
  expect(stored.contacts).toEqual(inOrder(all).slice(0, -1));
});

test('what fewer than a hundred have in common is not shared', () => {
  const all = Array.from({ length: leastShared - 1 }, (_, index) => contactOf(index, 1));
  expect(changedDocuments([], all).written).toHaveLength(leastShared - 1);
});

test('an event names exactly those that it is about', () => {
  fc.assert(
    fc.property(fc.nat({ max: 600 }), fc.uniqueArray(fc.nat({ max: 600 })), fc.boolean(), (size, picked, isBut) => {
      const all = Array.from({ length: size }, (_, index) => contactOf(index, index % 3));
      const ids = new Set(picked.map((each) => contactIdOf({ id: `store-${each}` })));
      const chosen = all.filter(({ id }) => ids.has(id) !== isBut);
      const { alone, together } = nameTogether(chosen, all);
      const named = all.filter((each) => alone.includes(each) || together.some((group) => isAmong(each, group)));
      expect(named).toEqual(chosen);
      expect(alone.length + together.reduce((sum, { count }) => sum + count, 0)).toBe(chosen.length);
    }),
    runs(60),
  );
});
