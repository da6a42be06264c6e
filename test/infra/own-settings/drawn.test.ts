/** Settings as a team may draw them: refused with a reason, or everything that is said and decided is theirs. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstSlot, slotAfter } from '../../../functions/incidents/rhythm/cadence.ts';
import { judgeUrgency } from '../../../functions/incidents/signals/urgency.ts';
import { withOwn } from '../../../functions/policy/own.ts';
import { defaults, milliseconds, type OwnPolicy, policyVersion } from '../../../functions/policy.ts';
import { type DraftFacts, draftKinds, writeDraftLines } from '../../../functions/words/drafts.ts';
import { languages } from '../../../functions/words/language.ts';
import { wrongIn } from '../../../infra/own-settings/check.ts';
import { at, incidentAt } from '../../incidents/rhythm/rhythm.ts';

const within = (min: number, max: number) => fc.integer({ min, max }).map((minutes) => `PT${minutes}M`);
/** Mostly in order with the others: that they are refused otherwise has tests of its own. */
const [short, usual, long] = [within(0, 12), within(10, 60), within(60, 5_000)];
const time = fc.integer({ min: 0, max: 1_439 }).map((minute) => new Date(minute * 60_000).toISOString().slice(11, 16));
const line = fc.string({ minLength: 1, maxLength: 30 });
const maybe = { requiredKeys: [] as [] };
const settings: fc.Arbitrary<OwnPolicy> = fc.record(
  {
    zone: fc.constantFrom('Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Nowhere/Land'),
    language: fc.constantFrom(...languages),
    sender: fc.record(
      {
        language: fc.constantFrom(...languages),
        company: fc.record({ ja: line, en: line }),
        telephone: line,
        functions: fc.array(fc.record({ area: line, ja: line, en: line }), { maxLength: 2 }),
      },
      maybe,
    ),
    drafts: fc.record(
      {
        regards: fc.record({ ja: line, en: line }, maybe),
        next: fc.constantFrom({ en: 'Until {next}.' }, { en: 'Later.' }),
      },
      maybe,
    ),
    urgency: fc.record({ highUpTo: usual, clockErrorUpTo: short }, maybe),
    cadence: fc.record(
      {
        urgent: fc.record({ first: usual, every: usual, laterAfter: usual, laterEvery: long }, maybe),
        calm: fc.record({ first: usual }),
        fixedTimes: fc.uniqueArray(time, { minLength: 1, maxLength: 5 }).map((all) => all.toSorted()),
        fixedTimesAfter: long,
        metUpTo: short,
        remindAhead: short,
      },
      maybe,
    ),
    emergency: fc.record({ rhythm: fc.record({ every: usual, lasts: long }, maybe) }, maybe),
  },
  maybe,
) as fc.Arbitrary<OwnPolicy>;

const facts: DraftFacts = {
  now: 'NOW',
  occurredAt: 'THEN',
  isConfirmed: true,
  isTaken: true,
  isCauseSought: true,
  isStopped: true,
  impact: 'stopped',
  progress: [],
  wasTold: true,
  isToldOver: false,
  recoveredAt: 'ENDED',
  nextUpdateAt: 'NEXT',
};

test('settings are refused with a reason, or what is decided and written goes by them', () => {
  const seen = { refused: 0, inForce: 0 };
  fc.assert(
    fc.property(settings, fc.integer({ min: 0, max: 6_000 }), (own, ageMinutes) => {
      const wrong = wrongIn(own);
      if (wrong.length > 0) {
        seen.refused += 1;
        for (const { path, allowed } of wrong)
          for (const each of [path, ...Object.values(allowed)]) expect(each).not.toBe('');
        return;
      }
      seen.inForce += 1;
      const policy = withOwn(defaults, own);
      const [filedAt, highUpTo] = [at('24 10:00'), milliseconds(policy.urgency.highUpTo)];

      const urgency = judgeUrgency(new Date(filedAt.getTime() - ageMinutes * 60_000), filedAt, policy, filedAt);
      expect(urgency.level).toBe(ageMinutes * 60_000 <= highUpTo ? 'high' : 'low');
      expect(urgency.policyVersion).toBe(policyVersion(policy));
      expect(urgency.considered.find(({ rule }) => rule === 'occurred-earlier')?.why).toContain(
        `more than ${highUpTo / 60_000} min`,
      );

      const incident = incidentAt(filedAt);
      const first = firstSlot(incident, filedAt, policy);
      expect(first.dueAt.getTime() - filedAt.getTime()).toBe(milliseconds(policy.cadence.urgent.first));
      expect(first.remindAt < first.dueAt).toBe(true);
      let slot = first;
      for (let n = 0; n < 20; n += 1) {
        const next = slotAfter(slot.dueAt, 'slot', incident, policy);
        // A clock that did not advance would remind forever.
        expect(next.dueAt > slot.dueAt).toBe(true);
        slot = next;
      }

      const { language, company, telephone } = policy.sender;
      for (const kind of draftKinds) {
        const lines = writeDraftLines(
          kind,
          { ...facts, company: company[language] || undefined, telephone: telephone || undefined },
          language,
          policy.drafts,
        );
        const text = lines.join('\n');
        expect(text).not.toMatch(/\{\w+\}/);
        if (company[language]) expect(text).toContain(company[language]);
        if (own.drafts?.regards?.[language] && kind !== 'recovery')
          expect(text).toContain(own.drafts.regards[language]);
      }
    }),
    { numRuns: 1_000 },
  );
  expect(Math.min(seen.refused, seen.inForce)).toBeGreaterThan(100);
});
