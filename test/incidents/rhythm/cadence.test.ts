import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  firstSlot,
  isFixedTime,
  longestFixedGapMs,
  nextSlot,
  scopeSlot,
  slotAfter,
  spreadOf,
} from '../../../functions/incidents/rhythm/cadence.ts';
import { type Policy, policy } from '../../../functions/policy.ts';
import { at, incidentAt, told } from './rhythm.ts';

const urgent = incidentAt(at('24 10:00'));
const calm = incidentAt(at('24 09:00'), { ongoing: 'no', urgency: { ...urgent.urgency, level: 'low' } });

describe('the first slot', () => {
  it.each([
    ['high', urgent, '24 10:00', '24 10:15'],
    ['high, known later', urgent, '24 14:00', '24 14:15'],
    ['low, but nobody knows whether it goes on', { ...calm, ongoing: 'unknown' as const }, '24 09:00', '24 09:15'],
    ['low, and going on', { ...calm, ongoing: 'yes' as const }, '24 09:00', '24 09:15'],
    ['high, and over', { ...urgent, ongoing: 'no' as const }, '24 10:00', '24 10:15'],
    ['low, and over', calm, '24 09:00', '24 10:00'],
  ])('%s', (_, incident, known, due) => {
    expect(told(firstSlot(incident, at(known), policy).dueAt)).toBe(due);
  });

  it('is told of five minutes ahead, at a whole minute', () => {
    const slot = firstSlot(urgent, at('24 10:00:42'), policy);
    expect([told(slot.dueAt), told(slot.remindAt)]).toEqual(['24 10:15:42', '24 10:10']);
  });
});

describe('the slots of an incident filed at 10:00', () => {
  it.each([
    ['24 10:15', '24 10:45'],
    ['24 11:45', '24 12:15'],
    ['24 11:59', '24 12:29'],
    ['24 12:00', '24 13:00'],
    ['24 12:15', '24 13:15'],
    ['24 21:15', '24 22:15'],
    ['24 21:59', '24 22:59'],
    ['24 22:00', '25 10:00'],
    ['24 22:15', '25 10:00'],
    ['25 10:00', '25 15:00'],
    ['25 15:00', '25 17:00'],
    ['25 17:00', '25 22:00'],
    ['25 22:00', '26 10:00'],
    ['25 21:50', '25 22:00'],
  ])('after the slot of %s comes %s', (slot, next) => {
    expect(told(nextSlot({ nextUpdateDueAt: at(slot) }, urgent, policy)?.dueAt)).toBe(next);
  });

  it.each([
    ['24 10:02', '24 10:32'],
    ['24 12:30', '24 13:30'],
    ['25 10:30', '25 15:00'],
    ['25 14:00', '25 15:00'],
    ['25 14:01', '25 17:00'],
    ['25 21:01', '26 10:00'],
  ])('after an update at %s comes %s', (update, next) => {
    expect(told(slotAfter(at(update), 'update', urgent, policy).dueAt)).toBe(next);
  });

  it('go straight to the four times a day where it is not urgent', () => {
    expect(told(slotAfter(at('24 10:00'), 'slot', calm, policy).dueAt)).toBe('24 15:00');
    expect(told(slotAfter(at('24 10:00'), 'update', calm, policy).dueAt)).toBe('24 15:00');
    expect(told(slotAfter(at('24 14:20'), 'update', calm, policy).dueAt)).toBe('24 17:00');
  });

  it('stop with the clock', () => {
    expect(nextSlot({ nextUpdateDueAt: null }, urgent, policy)).toBeNull();
  });

  it('say why', () => {
    expect(slotAfter(at('24 11:45'), 'slot', urgent, policy).reason).toBe(
      '30 min after the last slot, which was less than 2 h after filing',
    );
    expect(slotAfter(at('25 10:00'), 'slot', urgent, policy).reason).toBe(
      '15:00 in Asia/Tokyo, the next of the fixed times: 12 h or more after filing',
    );
  });
});

describe('fixed times', () => {
  it('are told of 5 to 15 minutes ahead, by the incident, and all minutes occur', () => {
    const ahead = new Set<number>();
    for (let n = 0; n < 500; n += 1) {
      const slot = slotAfter(at('25 10:00'), 'slot', { ...urgent, id: `inc_${n}` }, policy);
      ahead.add((slot.dueAt.getTime() - slot.remindAt.getTime()) / 60_000);
    }
    expect([...ahead].sort((a, b) => a - b)).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
  });

  it('are not told of before the slot that still stands open', () => {
    for (let n = 0; n < 50; n += 1) {
      const slot = slotAfter(at('25 21:50'), 'slot', { ...urgent, id: `inc_${n}` }, policy);
      expect(slot.remindAt >= at('25 21:50')).toBe(true);
    }
  });

  it('keep the hour of the wall clock when clocks change', () => {
    const newYork: Policy = { ...policy, zone: 'America/New_York' };
    const incident = { ...urgent, filedAt: new Date('2026-10-30T12:00:00Z') };
    const due = slotAfter(new Date('2026-11-01T04:00:00Z'), 'slot', incident, newYork).dueAt;
    expect(due.toISOString()).toBe('2026-11-01T15:00:00.000Z');
    const before = slotAfter(new Date('2026-10-31T04:00:00Z'), 'slot', incident, newYork).dueAt;
    expect(before.toISOString()).toBe('2026-10-31T14:00:00.000Z');
  });

  it('may be others on a day of the week, and none on another', () => {
    const on = { sunday: ['11:00', '18:30'], monday: [] };
    const weekend: Policy = { ...policy, cadence: { ...policy.cadence, fixedTimesOn: on } };
    const due = (after: string): string => told(slotAfter(at(after), 'slot', urgent, weekend).dueAt) as string;
    // The 28th is a Saturday.
    const from = ['28 10:00', '28 22:00', '29 11:00', '29 18:30'];
    expect(from.map(due)).toEqual(['28 15:00', '29 11:00', '29 18:30', '01 10:00']);
    expect([isFixedTime(at('29 18:30'), weekend), isFixedTime(at('29 15:00'), weekend)]).toEqual([true, false]);
    const weekly: Policy = {
      ...policy,
      cadence: { ...policy.cadence, fixedTimes: [], fixedTimesOn: { friday: ['10:00'] } },
    };
    expect(slotAfter(at('27 10:00'), 'slot', urgent, weekly).dueAt.toISOString()).toBe('2026-12-04T01:00:00.000Z');
    expect([policy, weekend, weekly].map((each) => longestFixedGapMs(each) / 3_600_000)).toEqual([12, 39.5, 168]);
  });

  it('are those of the policy that decides: one kept from before has its own four', () => {
    const { fixedTimesOn: _, ...cadence } = { ...policy.cadence, fixedTimes: ['08:00', '12:00', '16:00', '20:00'] };
    const kept = JSON.parse(JSON.stringify({ ...policy, cadence })) as Policy;
    const slot = slotAfter(at('25 08:00'), 'slot', urgent, kept);
    expect([told(slot.dueAt), slot.reason]).toEqual([
      '25 12:00',
      '12:00 in Asia/Tokyo, the next of the fixed times: 12 h or more after filing',
    ]);
  });

  it('are recognised', () => {
    expect(isFixedTime(at('25 10:00'), policy)).toBe(true);
    expect(isFixedTime(at('25 10:01'), policy)).toBe(false);
  });
});

describe('the scope', () => {
  const storm = { ...incidentAt(at('24 10:00'), {}, { source: 'alert' }), impact: {} };

  it('is asked for on the same rhythm while no customer is known', () => {
    expect(told(scopeSlot(storm, 0, null, policy)?.remindAt)).toBe('24 10:10');
    expect(told(scopeSlot(storm, 0, at('24 10:15'), policy)?.dueAt)).toBe('24 10:45');
    expect(told(scopeSlot(storm, 0, at('24 22:15'), policy)?.dueAt)).toBe('25 10:00');
  });

  it.each([
    ['a customer is known', storm, 1],
    ['it has recovered', { ...storm, status: 'recovered' as const }, 0],
    ['nobody is affected', { ...storm, scopedAt: at('24 10:05'), impact: { affectedCustomerCount: 0 } }, 0],
    ['it is about Metronome itself', { ...storm, isAboutMetronome: true }, 0],
    ['it is linked', { ...storm, status: 'linked' as const }, 0],
  ])('is not asked for when %s', (_, incident, contacts) => {
    expect(scopeSlot(incident, contacts, null, policy)).toBeNull();
  });
});

describe('whatever the time', () => {
  const hours = (from: number, to: number) => fc.integer({ min: from * 3_600_000, max: to * 3_600_000 });

  it('the next slot is later than the last, and no later than its row allows', () => {
    fc.assert(
      fc.property(hours(-24, 24 * 400), fc.boolean(), fc.constantFrom('update', 'slot'), (since, isUrgent, what) => {
        const incident = isUrgent ? urgent : calm;
        const after = new Date(incident.filedAt.getTime() + since);
        const slot = slotAfter(after, what as 'update' | 'slot', incident, policy);
        const waitMs = slot.dueAt.getTime() - after.getTime();
        expect(waitMs).toBeGreaterThan(0);
        const longest = !isUrgent || since >= 12 * 3_600_000 ? 13 * 60 : since >= 2 * 3_600_000 ? 60 : 30;
        expect(waitMs).toBeLessThanOrEqual(longest * 60_000);
        expect(slot.remindAt.getTime()).toBeLessThanOrEqual(slot.dueAt.getTime());
        expect(slot.reason).not.toBe('');
      }),
    );
  });

  it('an incident always has the same place within a spread', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 60 }), (id, buckets) => {
        const place = spreadOf(id, buckets);
        expect(place).toBe(spreadOf(id, buckets));
        expect(place >= 0 && place < buckets && Number.isInteger(place)).toBe(true);
      }),
    );
  });
});
