/** Facts at random, mostly at whole minutes of the hours after 10:00 on 24 November 2026 in Tokyo. */
import fc from 'fast-check';
import type { ContactFact, Schedule, ScheduleFact } from '../../../functions/incidents/clocks/facts.ts';

const minuteMs = 60_000;
export const filedAt = new Date('2026-11-24T10:00:00+09:00');
export const afterFiling = (minutes: number): Date => new Date(filedAt.getTime() + minutes * minuteMs);

/** Mostly the first two hours, in which most of the table's boundaries are. */
const moment = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 130 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 800 }) },
);
/** How long after it happened it was recorded. */
const delay = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 90 }) },
);

/** People state times to the minute; what Metronome records has seconds. */
const seconds = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 59_999 }).map((ms) => ms / minuteMs) },
);

interface When {
  id: string;
  at: Date;
  recordedAt: Date;
}

const when: fc.Arbitrary<When> = fc
  .record({ recorded: moment, ago: delay, later: seconds, place: fc.integer({ min: 2, max: 99 }), id: fc.uuid() })
  .map(({ recorded, ago, later, place, id }) => ({
    // By its place on the timeline, or of another incident.
    id: place < 60 ? String(place).padStart(8, '0') : `${id}/${place}`,
    at: afterFiling(Math.max(recorded - ago, 0)),
    recordedAt: afterFiling(recorded + later),
  }));
const atOnce: fc.Arbitrary<When> = when.map(({ id, recordedAt }) => ({ id, at: recordedAt, recordedAt }));
const shared = fc.boolean();

const known = when.map((each): ContactFact => ({ ...each, type: 'known' }));
const updated = fc
  .record({
    each: when,
    isRecovery: fc.constantFrom(true, false, false, false),
    ofAll: shared,
    said: fc.constantFrom({}, { message: '調査中' }, { message: '対応中' }),
  })
  .map(({ each, isRecovery, ofAll, said }): ContactFact => ({ ...each, type: 'updated', isRecovery, ofAll, ...said }));
const recovered = fc
  .record({ each: when, ofAll: shared })
  .map(({ each, ofAll }): ContactFact => ({ ...each, type: 'recovered', ofAll }));
const recoveryCorrected = fc
  .record({ each: when, from: moment, ofAll: shared })
  .map(
    ({ each, from, ofAll }): ContactFact => ({ ...each, type: 'recovery-corrected', from: afterFiling(from), ofAll }),
  );
const reminded = fc.record({ each: atOnce, ahead: fc.integer({ min: 0, max: 35 }) }).map(
  ({ each, ahead }): ContactFact => ({
    ...each,
    type: 'reminded',
    dueAt: new Date(each.at.getTime() + ahead * minuteMs),
  }),
);
const counted = fc
  .record({ each: when, isCounted: fc.boolean() })
  .map(({ each, isCounted }): ContactFact => ({ ...each, type: 'counted', isCounted }));
const escalated = atOnce.map((each): ContactFact => ({ ...each, type: 'escalated' }));
const asked = atOnce.map((each): ContactFact => ({ ...each, type: 'asked' }));

/** Known since filing, and whatever else. */
export const contactFacts: fc.Arbitrary<ContactFact[]> = fc
  .uniqueArray(
    fc.oneof(
      { weight: 6, arbitrary: updated },
      { weight: 4, arbitrary: reminded },
      { weight: 2, arbitrary: recovered },
      { weight: 1, arbitrary: recoveryCorrected },
      { weight: 1, arbitrary: known },
      { weight: 1, arbitrary: counted },
      { weight: 1, arbitrary: escalated },
      { weight: 1, arbitrary: asked },
    ),
    { maxLength: 14, selector: ({ id }) => id },
  )
  .chain((facts) =>
    fc.record({ first: known, isFiled: fc.boolean() }).map(({ first, isFiled }): ContactFact[] => {
      // Some are named later than what is said of all.
      const at = isFiled ? { at: filedAt, recordedAt: filedAt } : {};
      return [{ ...first, id: 'first', ...at }, ...facts];
    }),
  );

const row = fc
  .record({ each: atOnce, isUrgent: fc.boolean() })
  .map(({ each, isUrgent }): ScheduleFact => ({ ...each, type: 'row', isUrgent }));
const reopened = when.map((each): ScheduleFact => ({ ...each, type: 'reopened' }));
const notOccurring = when.map((each): ScheduleFact => ({ ...each, type: 'not-occurring' }));
const emergency = fc
  .record({ each: when, lasts: fc.option(fc.integer({ min: 1, max: 200 })) })
  .map(({ each, lasts }): ScheduleFact => {
    const endedAt = lasts === null ? null : new Date(each.recordedAt.getTime() + lasts * minuteMs);
    return { ...each, type: 'emergency', endedAt };
  });
const rhythm = fc
  .record({ each: atOnce, isOn: fc.boolean() })
  .map(({ each, isOn }): ScheduleFact => ({ ...each, type: 'rhythm', isOn }));

export const schedules: fc.Arbitrary<Schedule> = fc
  .record({
    isUrgent: fc.boolean(),
    facts: fc.array(
      fc.oneof(
        { weight: 3, arbitrary: row },
        { weight: 2, arbitrary: reopened },
        { weight: 1, arbitrary: notOccurring },
        { weight: 1, arbitrary: emergency },
        { weight: 1, arbitrary: rhythm },
      ),
      { maxLength: 5 },
    ),
    incidentId: fc.constantFrom('inc_1', 'inc_2', 'inc_3'),
  })
  .map(({ isUrgent, facts, incidentId }) => {
    const first: ScheduleFact = { id: 'filed', type: 'row', isUrgent, at: filedAt, recordedAt: filedAt };
    return { incidentId, filedAt, facts: [first, ...facts] };
  });

/** Minutes after filing at which a clock is read. */
export const readAt: fc.Arbitrary<Date> = fc.integer({ min: 0, max: 1500 }).map(afterFiling);
