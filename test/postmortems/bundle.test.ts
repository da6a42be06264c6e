import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listMissing } from '../../functions/incidents/facts/missing.ts';
import { evolveAlone } from '../../functions/incidents/fold/evolve.ts';
import type { Incident, MitigationKind } from '../../functions/incidents/incident.ts';
import { policy } from '../../functions/policy.ts';
import { type NextAction, proposeAction } from '../../functions/postmortems/actions-rules.ts';
import { assembleBundle, hashOf, unsettledIds } from '../../functions/postmortems/bundle.ts';
import { type Meeting, noMeeting, withAnswer } from '../../functions/postmortems/meeting.ts';
import { decideReview } from '../../functions/postmortems/review.ts';
import { weekAfter } from '../../functions/postmortems/week.ts';
import { rowsOf } from '../in-a-line.ts';
import { at, incident, inputs, minutesAfter, summary, week } from './facts.ts';

const own = week('2026-W47');
const filedAt = at('2026-11-18T01:00:00Z');

describe('which incidents are in a week (table E)', () => {
  test('Monday 00:00 to Monday 00:00, half-open, to the millisecond', () => {
    const filed = [-1, 0, 604_800_000 - 1, 604_800_000].map((ms, index) =>
      incident({ id: `inc_${index}`, filedAt: new Date(own.start.getTime() + ms) }),
    );
    const { bundle, summary: sum } = assembleBundle(inputs({ week: own, filed, earlier: filed }));
    expect(bundle.entries.map((each) => each.id)).toEqual(['inc_1', 'inc_2']);
    expect(bundle.carriedIncidents.map((each) => each.id)).toEqual(['inc_0']);
    expect(unsettledIds({ week: own, filed: filed.toReversed(), earlier: [] })).toEqual(['inc_0', 'inc_1', 'inc_2']);
    expect(sum.incidents).toBe(2);
  });

  test('of those before it what is recovered and reviewed by its end is carried no further', () => {
    const before = weekAfter(own, -1, policy.zone).start;
    const earlier = [own.start, new Date(own.end.getTime() - 1), own.end].map((reviewedAt, index) =>
      incident({ id: `inc_${index}`, filedAt: before, recoveredAt: before, reviewedAt }),
    );
    const { carriedIncidents } = assembleBundle(inputs({ week: own, earlier })).bundle;
    expect(carriedIncidents.map((each) => each.id)).toEqual(['inc_2']);
    expect(unsettledIds({ week: own, filed: [], earlier })).toEqual(['inc_2']);
  });

  test('what a drill was, and what was changed in one, is told with the drill alone', () => {
    const emergency = {
      since: filedAt,
      rule: 'many-customers-stopped' as const,
      inputs: { level: 'high', businessImpact: 'stopped', affectedCustomerCount: 14, area: null },
      policyVersion: 'pol_1',
      endedAt: null,
    } as const;
    const changed = (incidentId: string, eventId: string) => ({
      incidentId,
      eventId,
      type: 'reopened',
      at: filedAt,
      actor: 'a',
      field: null,
      old: null,
      new: null,
    });
    const laterChanges = [
      ['inc_y', '2'],
      ['inc_drill', '1'],
      ['inc_x', '3'],
      ['inc_y', '1'],
    ].map(([id = '', event = '']) => changed(id, event));
    laterChanges.push({ ...changed('inc_a', '9'), at: minutesAfter(filedAt, 1) });
    const filed = [false, true].map((isDrill) =>
      incident({ id: isDrill ? 'inc_drill' : 'inc_real', filedAt, isDrill, emergency } as Partial<Incident> & {
        id: string;
        filedAt: Date;
      }),
    );
    const { bundle } = assembleBundle(inputs({ week: own, filed, laterChanges }));
    expect(bundle.emergencies?.map((each) => each.incidentId)).toEqual(['inc_real']);
    expect(bundle.drills.entries.map((each) => each.emergency?.rule)).toEqual(['many-customers-stopped']);
    // In the order in which they were recorded; of one moment they are sorted by incident.
    expect(bundle.laterChanges.items.map((each) => [each.incidentId, each.eventId])).toEqual([
      ['inc_x', '3'],
      ['inc_y', '1'],
      ['inc_y', '2'],
      ['inc_a', '9'],
    ]);
  });

  test('a changed count is an alarm until a meeting has answered it, and is shown after that', () => {
    const past = Array.from({ length: 34 }, (_, index) =>
      summary(weekAfter(own, index - 34, policy.zone).id, index < 26 ? 20 : 5),
    );
    const of = (meetings: Meeting[]) => {
      const { bundle } = assembleBundle(inputs({ week: own, filed: [], past, meetings }));
      return [bundle.underReporting.findings, bundle.alarms].map((each) =>
        each.map(({ kind, week: at }) => `${kind} ${at}`),
      );
    };
    const noticed = weekAfter(own, -7, policy.zone).id;
    const said = withAnswer(noMeeting(noticed), { id: 'falling-counts' }, 'フォーム', { actor: 'a', now: own.start });
    expect(of([])).toEqual([[`fall ${noticed}`], [`fall ${noticed}`]]);
    expect(of(said ? [said] : [])).toEqual([[`fall ${noticed}`], []]);
  });

  test('its score is what was confirmed; where nobody could confirm one, the reference', () => {
    const scored = [2, null].map((value, index) => {
      const of = incident({
        id: `inc_${index}`,
        filedAt,
        impact: { businessImpact: 'stopped', affectedCustomerCount: 1 },
      });
      return { ...of, score: { ...of.score, confirmed: { ...of.score.reference, value } } };
    });
    const { summary: sum } = assembleBundle(inputs({ week: own, filed: scored }));
    expect(sum.score).toEqual({ known: 2, unknown: 0, sum: 2 + 4, median: null, max: 4 });
  });

  test('an empty week has a bundle', () => {
    const { bundle } = assembleBundle(inputs({ week: own }));
    expect(bundle).toMatchObject({ id: '2026-W47', entries: [], isComplete: true, alarms: [] });
    expect(bundle.trends).toHaveLength(26);
    expect(bundle.newcomerGuide.ja.length).toBe(bundle.newcomerGuide.en.length);
    expect(bundle.chairChecklist.ja.length).toBe(bundle.chairChecklist.en.length);
  });

  test('2026 has a week 53, and the trend goes over the year’s end', () => {
    const first = week('2027-W01');
    const past = [summary('2026-W53', 7)];
    const { bundle } = assembleBundle(inputs({ week: first, past }));
    expect(bundle.trends.slice(-2).map((each) => [each.week, each.summary?.incidents])).toEqual([
      ['2026-W53', 7],
      ['2027-W01', 0],
    ]);
  });
});

describe('the same facts give the same bytes', () => {
  const fact = fc.record({
    minute: fc.nat(10_079),
    kind: fc.constantFrom('incident' as const, 'question' as const, 'outside' as const),
    status: fc.constantFrom('open' as const, 'recovered' as const, 'not-occurring' as const, 'linked' as const),
    isDrill: fc.boolean(),
    count: fc.option(fc.nat(200), { nil: undefined }),
    form: fc.constantFrom('a', 'b', undefined),
  });
  const facts = fc.array(fact, { maxLength: 25 }).map((stated) =>
    stated.map(({ minute, count, form, ...rest }, index) =>
      incident({
        id: `inc_${index}`,
        filedAt: minutesAfter(own.start, minute),
        impact: count === undefined ? {} : { affectedCustomerCount: count, businessImpact: 'stopped' },
        origin: { tool: 'generic', id: String(index), ...(form ? { form } : {}) },
        ...rest,
      }),
    ),
  );

  test('in whatever order they come', () => {
    fc.assert(
      fc.property(facts, fc.infiniteStream(fc.double({ noNaN: true })), (filed, stream) => {
        const lots = filed.map(() => stream.next().value as number);
        const shuffled = filed.map((each, index) => ({ each, lot: lots[index] ?? 0 })).sort((a, b) => a.lot - b.lot);
        const bundles = [filed, shuffled.map(({ each }) => each)].map(
          (each) => assembleBundle(inputs({ week: own, filed: each, past: [summary('2026-W46', 4)] })).bundle,
        );
        expect(JSON.stringify(bundles[0])).toBe(JSON.stringify(bundles[1]));
        expect(hashOf(bundles[0] as never)).toBe(hashOf(bundles[1] as never));
      }),
      { numRuns: 50 },
    );
  });

  test('later on as well, but for responses and scopes that have by then not come', () => {
    fc.assert(
      fc.property(facts, (filed) => {
        const responded = filed.map((each) => ({
          ...each,
          firstResponseAt: minutesAfter(each.reportedAt, 3),
          impact: { affectedCustomerCount: 1, ...each.impact },
        }));
        const [monday, friday] = [own.end, minutesAfter(own.end, 6_000)].map((now) =>
          JSON.stringify(assembleBundle(inputs({ week: own, filed: responded, now })).bundle),
        );
        expect(friday).toBe(monday);
      }),
      { numRuns: 50 },
    );
  });

  test('everything filed is in it exactly once: as an entry, a drill, a question or an outside ticket', () => {
    fc.assert(
      fc.property(facts, (filed) => {
        const { bundle, summary: sum } = assembleBundle(inputs({ week: own, filed }));
        const { doors } = sum;
        // A drill's questions and outside tickets are nobody's, and counted nowhere.
        const ofDrills = filed.filter((each) => each.kind !== 'incident' && each.isDrill).length;
        expect(bundle.entries.length + doors.drills + doors.questions + doors.outside + ofDrills).toBe(filed.length);
        expect(sum.incidents + doors.notOccurring + doors.linked).toBe(bundle.entries.length);
        const carried = unsettledIds({ week: own, filed, earlier: [] });
        expect(new Set(carried).size).toBe(carried.length);
      }),
      { numRuns: 50 },
    );
  });
});

describe('what is long', () => {
  const long = (length: number): string => 'あ'.repeat(length);
  const cutTo = (length: number): string => `${long(length - 1)}…`;
  const names = Array.from({ length: 51 }, (_, index) => `n-${String(index).padStart(2, '0')}`);
  const slots = Array.from({ length: 101 }, (_, index) => ({
    customer: index % 2 === 0 ? 'x' : 'y',
    dueAt: minutesAfter(filedAt, 200 - index),
    outcome: 'late' as const,
  }));
  const entryOf = (length: number) => {
    const text = long(length);
    const stated = incident({
      id: 'inc_1',
      filedAt,
      description: text,
      origin: { tool: 'generic', id: '1', area: text, url: text },
      impact: { scopeMethod: text },
      cause: { category: 'data', summary: text, releaseId: text },
      mitigation: { kind: 'revert', summary: text, lighterWayTried: text },
      permanentFix: text,
      prevention: text,
      assignee: text,
      ticketUrls: names,
      responders: names.toReversed(),
      affectedCustomers: names.map((id) => ({ id })),
      slots: { met: 0, late: 101, missed: 0, notReminded: 0 },
    });
    const { entries } = assembleBundle(
      inputs({ week: own, filed: [stated], slots: new Map([['inc_1', slots]]) }),
    ).bundle;
    const [entry] = entries;
    if (!entry) throw new Error('It is not there.');
    return entry;
  };
  const textsOf = (length: number): (string | undefined)[] => {
    const { url, impact, cause, mitigation, permanentFix, prevention, assignee } = entryOf(length);
    return [
      url,
      impact.scopeMethod,
      cause?.summary,
      cause?.releaseId,
      mitigation?.summary,
      mitigation?.lighterWayTried,
      permanentFix,
      prevention,
      assignee,
    ];
  };

  test('is cut in the bundle, and stays whole with its incident: each text at its own length', () => {
    expect(textsOf(2_000)).toEqual(new Array(9).fill(long(2_000)));
    expect(textsOf(2_001)).toEqual(new Array(9).fill(cutTo(2_000)));
    expect([entryOf(600).description, entryOf(601).description]).toEqual([long(600), cutTo(600)]);
    expect([entryOf(100).area, entryOf(101).area]).toEqual([long(100), cutTo(100)]);
  });

  test('is cut in its lists: fifty names, and of the slots the first hundred that fell due', () => {
    const { ticketUrls, responders, namedCustomers, rhythm } = entryOf(1);
    expect([ticketUrls, responders, namedCustomers]).toEqual(new Array(3).fill(names.slice(0, 50)));
    const first = Array.from({ length: 100 }, (_, index) => minutesAfter(filedAt, 100 + index).toISOString());
    expect(rhythm.slots.map((each) => each.dueAt)).toEqual(first);
  });

  test('is told as a number where a list of the bundle ends: changes, missing data, drills, actions', () => {
    const many = <T>(make: (index: number) => T): T[] => Array.from({ length: 301 }, (_, index) => make(index));
    const { bundle } = assembleBundle(
      inputs({
        week: own,
        filed: many((index) => incident({ id: `inc_${index}`, filedAt, isDrill: index % 2 === 0 })).concat(
          many((index) =>
            incident({ id: `inc_d${index}`, filedAt, isDrill: true, missing: [{ field: 'x', why: '' }] }),
          ),
          many((index) => incident({ id: `inc_m${index}`, filedAt, missing: [{ field: 'x', why: '' }] })),
        ),
        actions: many((index) =>
          proposeAction(
            `act_${index}`,
            { description: 'x', kind: 'fix', bundleId: index % 2 ? '2026-W47' : '2026-W46' },
            1,
            { actor: 'a', now: filedAt },
            policy,
          ),
        ).flatMap((each) => [each, { ...each, id: `${each.id}b` }]),
        laterChanges: many((index) => ({
          incidentId: `inc_x${index}`,
          eventId: '1',
          type: 'reopened',
          at: filedAt,
          actor: 'a',
          field: null,
          old: null,
          new: null,
        })),
      }),
    );
    expect(bundle.missingData).toMatchObject({ total: 301 });
    expect(bundle.laterChanges).toMatchObject({ total: 301 });
    expect([bundle.missingData, bundle.laterChanges].map(({ items }) => items.length)).toEqual([300, 300]);
    expect([bundle.drills.entries.length, bundle.doors.drills]).toEqual([300, 452]);
    expect([bundle.carriedActions.length, bundle.carriedActionCount, bundle.newActions.length]).toEqual([
      300, 302, 300,
    ]);
  });
});

describe('audit items', () => {
  const filed = Array.from({ length: 20 }, (_, index) =>
    incident({
      id: `inc_${index}`,
      filedAt,
      kind: 'question',
      status: 'answered',
      origin: { tool: 'generic', id: String(index), form: index < 3 ? 'brand-new' : 'known', channel: 'phone' },
    }),
  );

  test('a channel not seen in the weeks before, and a form that the policy does not know, of those that came by it', () => {
    const past = [summary('2026-W46', 1, {}, { forms: ['known', 'brand-new'], channels: ['phone'] })];
    const [first] = filed as [Incident];
    const more = [
      { ...first, id: 'inc_98', origin: { ...first.origin, channel: 'chat' } },
      { ...first, id: 'inc_97', origin: { ...first.origin, channel: 'chat' } },
      { ...first, id: 'inc_99', routing: { ...first.routing, isFormUnknown: true } },
    ];
    expect(assembleBundle(inputs({ week: own, filed: [...filed, ...more], past })).bundle.audit).toEqual([
      { kind: 'new-channel', name: 'chat', count: 2, example: 'inc_97' },
      { kind: 'unmapped-form', name: 'brand-new', count: 1, example: 'inc_99' },
    ]);
  });

  test('a form not seen in the weeks before; in the first week of all, none', () => {
    const past = [summary('2026-W46', 1, {}, { forms: ['known'], channels: ['phone'] })];
    expect(assembleBundle(inputs({ week: own, filed, past })).bundle.audit).toEqual([
      { kind: 'new-form', name: 'brand-new', count: 3, example: 'inc_0' },
    ]);
    expect(assembleBundle(inputs({ week: own, filed })).bundle.audit).toEqual([]);
    // Itself, as it was assembled before, is no week before it.
    const itself = [...past, summary(own.id, 1, {}, { forms: ['brand-new'] })];
    expect(assembleBundle(inputs({ week: own, filed, past: itself })).bundle.audit).toHaveLength(1);
  });

  test('what has a long name is asked about by its beginning', () => {
    const long = 'f'.repeat(101);
    const origin = { tool: 'generic', id: '1', form: long, channel: long } as const;
    const routing = { ...(filed[0] as Incident).routing, isFormUnknown: true };
    const past = [summary('2026-W46', 1, {}, { forms: ['known'], channels: ['phone'] })];
    const { bundle } = assembleBundle(
      inputs({ week: own, filed: [incident({ id: 'inc_1', filedAt, origin, routing })], past }),
    );
    expect(bundle.audit).toEqual(
      ['new-form', 'new-channel', 'unmapped-form'].map((kind) => ({
        kind,
        name: 'f'.repeat(100),
        count: 1,
        example: 'inc_1',
      })),
    );
  });

  test('of forms that somebody makes by the hundred a hundred are asked about, and five hundred are kept', () => {
    const many = Array.from({ length: 501 }, (_, index) =>
      incident({
        id: `inc_${index}`,
        filedAt,
        kind: 'question',
        title: '題'.repeat(301),
        origin: { tool: 'generic', id: String(index), form: `${String(index).padStart(3, '0')}${'x'.repeat(98)}` },
      }),
    );
    const { bundle, summary: sum } = assembleBundle(inputs({ week: own, filed: many, past: [summary('2026-W46', 1)] }));
    expect([bundle.audit.length, bundle.audit[0]?.name, bundle.audit[0]?.count]).toEqual([
      100,
      `000${'x'.repeat(97)}`,
      1,
    ]);
    expect([sum.forms.length, sum.forms.at(-1)]).toEqual([500, `499${'x'.repeat(97)}`]);
    expect([bundle.questions.total, bundle.questions.items.length]).toEqual([501, 300]);
    expect(bundle.questions.items[0]?.title).toHaveLength(300);
  });

  test('the sample is so large that one incident of ten is hardly missed, the same whenever it is taken, and another one every week', () => {
    const sampleOf = (id: string, of: 'questions' | 'outside' = 'questions') => {
      const { start, ...rest } = week(id);
      const kind = of === 'questions' ? ('question' as const) : ('outside' as const);
      const moved = filed.map((each) => ({ ...each, kind, filedAt: minutesAfter(start, 10) }));
      const { bundle } = assembleBundle(inputs({ week: { start, ...rest }, filed: moved }));
      return bundle[of].sample.map((each) => each.id);
    };
    // A later version draws the same: a draft that is read again shows no others.
    const drawn = sampleOf('2026-W47');
    expect(drawn.slice(0, 5)).toEqual(['inc_13', 'inc_3', 'inc_14', 'inc_6', 'inc_19']);
    expect(drawn).toHaveLength(14);
    expect(sampleOf('2026-W47', 'outside')).toEqual(drawn);
    for (const each of ['questions', 'outside'] as const)
      expect(sampleOf('2026-W46', each)).not.toEqual(sampleOf('2026-W47', each));
  });
});

describe('next actions in a bundle', () => {
  test('lead the bundles after their own; overdue ones first', () => {
    const propose = (id: string, bundleId: string, day: string, score: number) =>
      proposeAction(id, { description: id, kind: 'fix', bundleId }, score, { actor: 'a', now: at(day) }, policy);
    const actions = [
      propose('act_new', '2026-W47', '2026-11-23T02:00:00Z', 1),
      propose('act_late', '2026-W43', '2026-10-26T02:00:00Z', 9),
      propose('act_soon', '2026-W46', '2026-11-16T02:00:00Z', 9),
    ];
    const { carriedActions } = assembleBundle(inputs({ week: own, actions })).bundle;
    expect(carriedActions.map((each) => [each.id, each.isOverdue, each.timesCarried, each.ageDays])).toEqual([
      ['act_late', true, 4, 27],
      ['act_soon', false, 1, 6],
    ]);
  });

  const propose = (id: string, bundleId: string, stated: Partial<NextAction> = {}): NextAction => ({
    ...proposeAction(id, { description: id, kind: 'fix', bundleId }, 1, { actor: 'a', now: filedAt }, policy),
    ...stated,
  });

  test('what asks for a choice comes first, then what is overdue, then by date; of one date in one order', () => {
    const later = (minutes: number): Date => minutesAfter(own.end, minutes);
    const actions = [
      propose('act_a', '2026-W46', { dueAt: later(60) }),
      propose('act_b', '2026-W46', { dueAt: later(30) }),
      // Due at the very end of the week it is not overdue yet.
      propose('act_c', '2026-W46', { dueAt: own.end }),
      propose('act_d', '2026-W46', { dueAt: later(-1) }),
      propose('act_f', '2026-W44', { dueAt: later(90) }),
      propose('act_e', '2026-W44', { dueAt: later(90) }),
      propose('act_g', '2026-W44', { dueAt: later(-1) }),
      // Rescheduled for a day of this week, which has passed.
      propose('act_h', '2026-W40', { dueAt: later(-2), replannedIn: '2026-W44' }),
      propose('act_i', '2026-W40', { dueAt: own.end, replannedIn: '2026-W44' }),
    ];
    const { carriedActions } = assembleBundle(inputs({ week: own, actions })).bundle;
    expect(carriedActions.map((each) => [each.id, each.choiceRequired, each.isOverdue])).toEqual([
      ['act_h', true, true],
      ['act_g', true, true],
      ['act_e', true, false],
      ['act_f', true, false],
      ['act_d', false, true],
      ['act_c', false, false],
      ['act_i', false, false],
      ['act_b', false, false],
      ['act_a', false, false],
    ]);
  });

  test('those of its own meeting are as they were made, with all that is known of them', async () => {
    const actions = [
      propose('act_c', own.id, { createdAt: minutesAfter(filedAt, 2) }),
      propose('act_b', own.id, { createdAt: minutesAfter(filedAt, 1) }),
      propose('act_a', own.id, { createdAt: minutesAfter(filedAt, 1) }),
      propose('act_d', own.id, {
        incidentId: 'inc_1',
        owner: 'ken',
        ticketUrl: 'https://t.example/1',
        doneWhen: 'it rings',
        status: 'dropped',
        evidenceUrl: 'https://t.example/2',
        droppedReason: 'nobody needs it',
        closedAt: filedAt,
        dueAt: own.start,
      }),
    ];
    const { newActions } = assembleBundle(inputs({ week: own, actions })).bundle;
    expect(newActions.map((each) => each.id)).toEqual(['act_d', 'act_a', 'act_b', 'act_c']);
    await expect(rowsOf({ 'an action that was dropped': newActions[0] })).toMatchFileSnapshot('made-whole.txt');
  });
});

test('a review asks for the lighter way where a revert or a fix release was made, until it is told', () => {
  const asked = (kind: MitigationKind) => {
    const before = incident({ id: 'inc_1', filedAt, mitigation: { kind, summary: 'v12' } });
    const ask = (of: Incident) => listMissing(of).some(({ field }) => field === 'mitigation.lighterWayTried');
    const event = decideReview(before, { actor: 'chair', lighterWayTried: '設定で停止' }, policy, own.end);
    const { incident: told } = evolveAlone(before, { ...event, recordedAt: own.end }, policy);
    return [ask(before), ask(told), told.mitigation];
  };
  for (const kind of ['revert', 'fix-release'] as const) {
    expect(asked(kind)).toEqual([true, false, { kind, summary: 'v12', lighterWayTried: '設定で停止' }]);
  }
  expect(asked('setting')[0]).toBe(false);
});

test('a week of 10,000 is assembled in a moment, and its lists stay short', () => {
  const filed = Array.from({ length: 10_000 }, (_, index) =>
    incident({
      id: `inc_${String(index).padStart(5, '0')}`,
      filedAt: minutesAfter(own.start, index % 10_080),
      missing: [{ field: 'cause', why: 'The cause is not known.' }],
    }),
  );
  const past = Array.from({ length: 28 }, (_, index) => summary(weekAfter(own, -index - 1, policy.zone).id, 10_000));
  const { bundle } = assembleBundle(inputs({ week: own, filed, past }));
  expect(bundle.entries).toHaveLength(10_000);
  expect(bundle.missingData).toMatchObject({ total: 10_000 });
  const { entries: _, carriedIncidents: __, ...head } = bundle;
  expect(JSON.stringify(head).length).toBeLessThan(200_000);
});
