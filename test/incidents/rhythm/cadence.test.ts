import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  emergencySlot,
  firstSlot,
  hasOtherRow,
  hasRhythm,
  isFixedTime,
  longestFixedGapMs,
  nextSlot,
  type RhythmFacts,
  scopeSlot,
  slotAfter,
  spreadOf,
} from '../../../functions/incidents/rhythm/cadence.ts';
import { type Policy, policy } from '../../../functions/policy.ts';
import { at, incidentAt, told } from './rhythm.ts';

const urgent = incidentAt(at('24 10:00'));
const calm = incidentAt(at('24 09:00'), { ongoing: 'no', urgency: { ...urgent.urgency, level: 'low' } });
const goingOn = { ...calm, ongoing: 'yes' as const };
const atThree = '15:00 in Asia/Tokyo, the next of the fixed times';
const following = (when: string, what: 'slot' | 'update', of: RhythmFacts) => slotAfter(at(when), what, of, policy);

describe('the first slot', () => {
  it.each([
    ['high', urgent, '24 10:00', '24 10:15'],
    ['high, known later', urgent, '24 14:00', '24 14:15'],
    ['low, but nobody knows whether it goes on', { ...calm, ongoing: 'unknown' as const }, '24 09:00', '24 09:15'],
    ['low, and going on', goingOn, '24 09:00', '24 09:15'],
    ['high, and over', { ...urgent, ongoing: 'no' as const }, '24 10:00', '24 10:15'],
    ['low, and over', calm, '24 09:00', '24 10:00'],
  ])('%s', (_, incident, known, due) => {
    expect(told(firstSlot(incident, at(known), policy).dueAt)).toBe(due);
  });

  it('has its reminder five minutes ahead, at a whole minute', () => {
    const slot = firstSlot(urgent, at('24 10:00:42'), policy);
    expect([told(slot.dueAt), told(slot.remindAt)]).toEqual(['24 10:15:42', '24 10:10']);
  });
});

it.each([
  ['goes on after all', calm, goingOn, true],
  ['goes on no more', { ...calm, ongoing: 'unknown' as const }, calm, true],
  ['is judged to be urgent', calm, { ...calm, urgency: urgent.urgency }, true],
  ['is urgent, and goes on no more', urgent, { ...urgent, ongoing: 'no' as const }, false],
  ['is not urgent, and was thought to go on', { ...calm, ongoing: 'unknown' as const }, goingOn, false],
  ['is as it was', calm, calm, false],
])('what %s goes by the other row, or does not', (_, before, after, isOther) => {
  expect(hasOtherRow(before, after)).toBe(isOther);
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
    expect(told(nextSlot(at(slot), false, urgent, policy).dueAt)).toBe(next);
  });

  it.each([
    ['24 10:02', '24 10:32'],
    ['24 12:30', '24 13:30'],
    ['25 10:30', '25 15:00'],
    ['25 14:00', '25 15:00'],
    ['25 14:01', '25 17:00'],
    ['25 21:01', '26 10:00'],
  ])('after an update at %s comes %s', (update, next) => {
    expect(told(following(update, 'update', urgent).dueAt)).toBe(next);
  });

  it('go straight to the four times a day where it is not urgent', () => {
    expect(told(following('24 10:00', 'slot', calm).dueAt)).toBe('24 15:00');
    expect(told(following('24 10:00', 'update', calm).dueAt)).toBe('24 15:00');
    expect(told(following('24 14:20', 'update', calm).dueAt)).toBe('24 17:00');
  });

  it.each([
    ['first update, 15 min after the customer was known to be affected', firstSlot(urgent, at('24 10:00'), policy)],
    ['first update, 60 min after the customer was known to be affected', firstSlot(calm, at('24 10:00'), policy)],
    ['30 min after the last slot, which was less than 2 h after filing', following('24 11:45', 'slot', urgent)],
    ['60 min after the last update, which was 2 h or more after filing', following('24 12:00', 'update', urgent)],
    [`${atThree}: not urgent and not going on`, following('24 12:00', 'update', calm)],
    [`${atThree}: 12 h or more after filing`, following('25 10:00', 'slot', urgent)],
  ])('say why: %s', (reason, slot) => {
    expect(slot.reason).toBe(reason);
  });
});

describe('whether customers are updated on the rhythm at all', () => {
  const about = { incidentId: 'inc_2', isAboutMetronome: true } as never;
  const ofCustomer = { incidentId: 'inc_2', isAboutMetronome: false } as never;
  it.each<[string, Partial<Parameters<typeof hasRhythm>[0]>, boolean]>([
    ['an incident', {}, true],
    ['a recovered one', { status: 'recovered' }, true],
    ['a linked one', { status: 'linked' }, false],
    ['a question', { kind: 'question' }, false],
    ['one about Metronome', { isAboutMetronome: true }, false],
    ['one about Metronome, with another such', { isAboutMetronome: true, links: [about] }, false],
    ['one about Metronome, with a customer’s report', { isAboutMetronome: true, links: [ofCustomer] }, true],
  ])('%s', (_, stated, has) => {
    expect(hasRhythm({ kind: 'incident', status: 'open', isAboutMetronome: false, ...stated })).toBe(has);
  });
});

describe('an emergency from 10:20 on, of an incident filed at 10:00', () => {
  const emergency = { since: at('24 10:20'), endedAt: null };
  const during = { ...urgent, emergency };

  it.each<[string, 'update' | 'slot', string]>([
    ['24 10:19', 'update', '24 10:49'],
    ['24 10:20', 'update', '24 10:35'],
    ['24 10:21', 'slot', '24 10:36'],
    ['24 12:19', 'slot', '24 12:34'],
    ['24 12:20', 'slot', '24 13:20'],
  ])('after what was at %s (%s) comes %s', (when, what, due) => {
    expect(told(following(when, what, during).dueAt)).toBe(due);
  });

  it.each<[string, string]>([
    ['24 10:29', '24 10:44'],
    ['24 10:30', '24 11:00'],
    ['24 10:31', '24 11:01'],
  ])('one that ends at 10:30: after %s comes %s', (when, due) => {
    const over = { ...urgent, emergency: { since: at('24 10:20'), endedAt: at('24 10:30') } };
    expect(told(slotAfter(at(when), 'slot', over, policy).dueAt)).toBe(due);
  });

  it.each([
    ['24 10:20', 'update', '15 min after the last update, in the first 2 h of an emergency'],
    ['24 10:35', 'slot', '15 min after the last slot, in the first 2 h of an emergency'],
    ['24 10:19', 'update', '30 min after the last update, which was less than 2 h after filing'],
  ] as const)('says why, after what was at %s (%s)', (when, what, reason) => {
    expect(following(when, what, during).reason).toBe(reason);
  });

  it('has its first slot fifteen minutes in', () => {
    const reason = '15 min after it became an emergency';
    expect(emergencySlot(at('24 10:20'), policy)).toEqual({ dueAt: at('24 10:35'), remindAt: at('24 10:30'), reason });
  });

  it.each([
    ['what stood open ends with its first interval', '24 13:40', null, '24 13:15', '24 13:55'],
    ['what is due sooner anyhow comes first', '24 10:25', null, '24 10:05', '24 10:35'],
    ['what falls due in it goes by it', '24 10:20', null, '24 10:30', '24 10:45'],
    ['what falls due as it begins is in it', '24 13:15', null, '24 13:15', '24 13:30'],
    ['one that ended before that changes nothing', '24 13:40', '24 13:50', '24 13:15', '24 14:15'],
    ['one that ended just then still does', '24 13:40', '24 13:55', '24 13:15', '24 13:55'],
  ])('of a contact’s slots: %s', (_, since, endedAt, open, due) => {
    const incident = { ...urgent, emergency: { since: at(since), endedAt: endedAt === null ? null : at(endedAt) } };
    expect(told(nextSlot(at(open), false, incident, policy).dueAt)).toBe(due);
  });

  it('leaves the message after a recovery where it is', () => {
    const incident = { ...urgent, emergency: { since: at('24 13:40'), endedAt: null } };
    expect(told(nextSlot(at('24 13:15'), true, incident, policy).dueAt)).toBe('24 14:15');
  });
});

describe('fixed times', () => {
  it('have their reminder 5 to 15 minutes ahead, by the incident, and all minutes occur', () => {
    const ahead = new Set<number>();
    for (let n = 0; n < 500; n += 1) {
      const slot = slotAfter(at('25 10:00'), 'slot', { ...urgent, id: `inc_${n}` }, policy);
      ahead.add((slot.dueAt.getTime() - slot.remindAt.getTime()) / 60_000);
    }
    expect([...ahead].sort((a, b) => a - b)).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
  });

  it('have no reminder before the slot that is still open', () => {
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
    const never: Policy = { ...policy, cadence: { ...policy.cadence, fixedTimes: [] } };
    const weekly = { ...never, cadence: { ...never.cadence, fixedTimesOn: { friday: ['10:00'] } } };
    expect(slotAfter(at('27 10:00'), 'slot', urgent, weekly).dueAt.toISOString()).toBe('2026-12-04T01:00:00.000Z');
    expect(() => slotAfter(at('27 10:00'), 'slot', urgent, never)).toThrow(
      'The policy names no fixed time of day, in order.',
    );
    expect([policy, weekend, weekly].map((each) => longestFixedGapMs(each) / 3_600_000)).toEqual([12, 39.5, 168]);
  });

  it('are those of the policy that decides', () => {
    const cadence = { ...policy.cadence, fixedTimes: ['08:00', '12:00', '16:00', '20:00'] };
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
    expect(scopeSlot(storm, 0, null, policy)).toEqual({
      dueAt: at('24 10:15'),
      remindAt: at('24 10:10'),
      reason: 'no affected customer is known 15 min after the report',
    });
    expect(scopeSlot(storm, 0, at('24 10:15'), policy)?.reason).toContain('30 min after the last slot');
    const reclassified = { ...storm, reclassifiedAt: at('24 10:40') };
    expect(told(scopeSlot(reclassified, 0, null, policy)?.dueAt)).toBe('24 10:55');
    expect(told(scopeSlot(storm, 0, at('24 10:15'), policy)?.dueAt)).toBe('24 10:45');
    expect(told(scopeSlot(storm, 0, at('24 22:15'), policy)?.dueAt)).toBe('25 10:00');
  });

  it.each([
    ['nothing yet', null, '24 14:12'],
    ['a deadline of before', at('24 10:15'), '24 14:12'],
    ['the last minute of the snooze', at('24 14:11'), '24 14:12'],
    ['its end', at('24 14:12'), '24 15:12'],
    ['a deadline after it', at('24 15:12'), '24 16:12'],
  ])('is snoozed, and asked for again as that ends: after %s', (_, last, due) => {
    const slot = scopeSlot({ ...storm, scopeSnoozedUntil: at('24 14:12') }, 0, last, policy);
    expect(told(slot?.dueAt)).toBe(due);
    expect(slot?.reason === 'its notices were snoozed until then').toBe(due === '24 14:12');
  });

  it.each([
    ['how many they are is not known, though it was looked for', { ...storm, scopedAt: at('24 10:05') }],
    ['nobody has said that they are none', { ...storm, impact: { affectedCustomerCount: 0 } }],
    ['there are some, unnamed', { ...storm, scopedAt: at('24 10:05'), impact: { affectedCustomerCount: 3 } }],
  ])('is asked for where %s', (_, incident) => {
    expect(scopeSlot(incident, 0, null, policy)).not.toBeNull();
  });

  it.each([
    ['a customer is known', storm, 1],
    ['a customer is known, though it was snoozed', { ...storm, scopeSnoozedUntil: at('24 14:12') }, 1],
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
