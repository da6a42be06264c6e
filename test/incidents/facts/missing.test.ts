/** What cannot have been: a fact from before the trouble occurred, where that is known to the minute. */
import { expect, test } from 'vitest';
import {
  contradictionsOf,
  isBeforeOccurrence,
  sayBefore,
  type Times,
} from '../../../functions/incidents/facts/missing.ts';
import { at } from '../rhythm/rhythm.ts';

const known: Times = { receivedAt: at('24 10:00'), occurredAt: at('24 09:50') };
const ms = (date: Date, more: number): Date => new Date(date.getTime() + more);

test.each<[string, Date, Partial<Times>, boolean]>([
  ['a moment before', ms(at('24 09:50'), -1), {}, true],
  ['as it occurred', at('24 09:50'), {}, false],
  ['before what is known about', at('24 09:40'), { isOccurredAtApproximate: true }, false],
  ['before an occurrence that lay ahead of the report', at('24 09:59'), { occurredAt: at('24 10:30') }, true],
  ['as it was received, of one that lay ahead', at('24 10:00'), { occurredAt: at('24 10:30') }, false],
])('%s', (_, time, facts, isBefore) => {
  expect(isBeforeOccurrence(time, { ...known, ...facts })).toBe(isBefore);
});

test('nobody can say of an occurrence that is unknown', () => {
  const { occurredAt: _, ...unknown } = known;
  expect(isBeforeOccurrence(at('24 09:00'), unknown)).toBe(false);
  expect(contradictionsOf({ ...unknown, verifiedAt: at('24 09:00') })).toEqual([]);
});

test.each(['firstResponseAt', 'verifiedAt', 'scopedAt', 'mitigatedAt', 'recoveredAt'] as const)(
  '%s contradicts when it occurred',
  (field) => {
    const early = at('24 09:40');
    const found = contradictionsOf({ ...known, firstResponseAt: at('24 09:55'), [field]: early });
    expect(found).toEqual([{ field, at: early, occurredAt: known.occurredAt }]);
  },
);

test('the person who has to say which is wrong is told both times', () => {
  const [early, occurredAt] = [at('24 09:40'), at('24 09:50')];
  expect(sayBefore(early, occurredAt)).toMatchObject({ code: 'before-occurrence', given: { at: early, occurredAt } });
});
