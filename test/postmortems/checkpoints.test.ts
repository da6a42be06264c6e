import { describe, expect, test } from 'vitest';
import type { ReleaseFacts } from '../../functions/incidents/facts/release-facts.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import type { Contact } from '../../functions/incidents/rhythm/contact.ts';
import { judgeUrgency } from '../../functions/incidents/signals/urgency.ts';
import { type Policy, policy } from '../../functions/policy.ts';
import { judgeCheckpoints, type UnmetSlot, unmetSlotsOf } from '../../functions/postmortems/checkpoints.ts';
import { at, incident, minutesAfter } from './facts.ts';

const filedAt = at('2026-11-18T01:00:00Z');
const later = minutesAfter(filedAt, 600);

interface More {
  release?: ReleaseFacts;
  slots?: UnmetSlot[];
  now?: Date;
  under?: Policy;
}

function find(id: string, stated: Partial<Incident>, { release, slots = [], now = later, under = policy }: More = {}) {
  const facts = { incident: incident({ id: 'inc_1', filedAt, ...stated }), slots, ...(release ? { release } : {}) };
  return judgeCheckpoints(facts, under, now).find((each) => each.id === id);
}

function judge(id: string, stated: Partial<Incident>, more: More = {}) {
  const found = find(id, stated, more);
  return [found?.result, found?.reason];
}

describe('times that cannot have been', () => {
  const occurredAt = minutesAfter(filedAt, -10);

  test('a response before the first report took no time', () => {
    const response = { reportedAt: filedAt, firstResponseAt: minutesAfter(filedAt, -5), occurredAt };
    expect(judge('first-response', response)).toEqual(['pass', 'in-time']);
  });

  test('from before the occurrence are no data, and never a pass', () => {
    const firstResponseAt = minutesAfter(filedAt, -175);
    expect(judge('first-response', { occurredAt, firstResponseAt })).toEqual(['no-data', 'contradiction']);
    const slots = { met: 1, late: 0, missed: 0, notReminded: 18 };
    const recovered = { occurredAt, recoveredAt: minutesAfter(occurredAt, -1), slots };
    expect(judge('customers-updated', recovered)).toEqual(['no-data', 'contradiction']);
    const about = { ...recovered, isOccurredAtApproximate: true };
    expect(judge('customers-updated', about)).toEqual(['fail', 'not-reminded']);
  });

  test('each checkpoint looks at its own: a wrong recovery leaves the response, a wrong response the rhythm', () => {
    const before = minutesAfter(occurredAt, -1);
    const slots = { met: 1, late: 0, missed: 0, notReminded: 0 };
    const answered = { occurredAt, firstResponseAt: filedAt, recoveredAt: before, slots };
    expect(judge('first-response', answered)[0]).toBe('pass');
    const recovered = { occurredAt, firstResponseAt: before, recoveredAt: later, slots };
    expect(judge('customers-updated', recovered)[0]).toBe('pass');
  });
});

describe('the release (table F)', () => {
  const build: ReleaseFacts = {
    id: 'rel-1',
    url: 'https://builds.example/1',
    trigger: 'deploy-main',
    branch: 'main',
    status: 'SUCCESS',
    steps: ['install', 'test'].map((name) => ({ name, status: 'SUCCESS', mayFail: false })),
  };
  const caused = { cause: { category: 'release' as const, releaseId: 'rel-1' } };
  const ruledOut = { cause: { category: 'data' as const, releaseId: 'none' } };
  const ran = (name: string, status?: string, mayFail = false) => ({ name, mayFail, ...(status ? { status } : {}) });
  const steps = (...named: ReleaseFacts['steps']): ReleaseFacts => ({ ...build, steps: named });

  test.each([
    ['nobody has said the cause', {}, undefined, 'no-data', 'cause-without-release'],
    ['another cause', { cause: { category: 'capacity' as const } }, undefined, 'no-data', 'cause-without-release'],
    ['a release ruled out', ruledOut, undefined, 'not-applicable', 'release-ruled-out'],
    ['a build nobody knows', caused, undefined, 'no-data', 'build-unknown'],
    ['trigger, branch and success', caused, build, 'pass', 'standard-flow'],
    ['another branch', caused, { ...build, branch: 'hotfix' }, 'fail', 'not-standard-flow'],
    ['a failed build', caused, { ...build, status: 'FAILURE' }, 'fail', 'not-standard-flow'],
    ['a build that still runs', caused, { ...build, status: 'WORKING' }, 'no-data', 'build-unfinished'],
  ] as const)('flow: %s', (_name, stated, release, result, reason) => {
    expect(judge('release-flow', stated, release ? { release } : {})).toEqual([result, reason]);
  });

  test('flow: a build that somebody started by hand', () => {
    const { trigger: _, ...byHand } = build;
    expect(judge('release-flow', caused, { release: byHand })).toEqual(['fail', 'not-standard-flow']);
  });

  /** A policy that takes builds of these triggers and branches. */
  const taking = (triggers: string[], branches: string[]): Policy => ({
    ...policy,
    review: { ...policy.review, release: { ...policy.review.release, triggers, branches } },
  });
  const { trigger: _trigger, branch: _branch, ...bare } = build;

  test.each<[string, ReleaseFacts, Policy, string[]]>([
    ['any trigger is one', build, taking(['*'], ['main']), []],
    ['any branch is one', build, taking(['deploy-main'], ['*']), []],
    ['none is not any', bare, taking(['*'], ['*']), ['trigger', 'branch']],
    ['one of several', build, taking(['x', 'deploy-main'], ['y', 'main']), []],
    ['another trigger', build, taking(['x'], ['main']), ['trigger']],
    ['another branch', build, taking(['deploy-main'], ['y']), ['branch']],
    ['it failed', { ...build, status: 'FAILURE' }, taking(['*'], ['*']), ['status']],
    ['all of it', { ...bare, status: 'TIMEOUT' }, taking(['x'], ['y']), ['trigger', 'branch', 'status']],
  ])('flow: what is wrong is named: %s', (_name, release, under, wrong) => {
    const found = find('release-flow', caused, { release, under });
    const { trigger = null, branch = null, status } = release;
    const seen = { releaseId: 'rel-1', trigger, branch, status };
    expect(found).toMatchObject(wrong.length === 0 ? { result: 'pass' } : { result: 'fail' });
    expect(found?.facts).toEqual(wrong.length === 0 ? seen : { ...seen, wrong });
    expect(found?.evidence).toEqual(['https://builds.example/1']);
  });

  test.each(['PENDING', 'QUEUED', 'WORKING', 'STATUS_UNKNOWN'])('of a build that is %s neither is known', (status) => {
    const release = { ...build, status, steps: [] };
    expect(judge('release-flow', caused, { release })).toEqual(['no-data', 'build-unfinished']);
    expect(judge('tests-run', caused, { release })).toEqual(['no-data', 'build-unfinished']);
  });

  test('of a build that does not say how it ended the flow is not known, and its steps speak for themselves', () => {
    const { status: _, ...release } = build;
    expect(judge('release-flow', caused, { release })).toEqual(['no-data', 'build-unfinished']);
    expect(judge('tests-run', caused, { release })).toEqual(['pass', 'tests-succeeded']);
  });

  test.each(['release-flow', 'tests-run'])('%s without a build says of which release, and shows nothing', (id) => {
    expect(find(id, caused)).toMatchObject({ facts: { releaseId: 'rel-1' }, evidence: [] });
    expect(find(id, {})).toMatchObject({ facts: { releaseId: null }, evidence: [] });
  });

  test('tests: the steps that were looked at are named; without a test step, all of them', () => {
    const named = (...of: ReleaseFacts['steps']) => find('tests-run', caused, { release: steps(...of) })?.facts.steps;
    const install = ran('install', 'SUCCESS');
    const two = named(install, ran('Unit-Tests', 'SUCCESS'), ran('e2e test', 'SUCCESS'));
    expect(two).toEqual(['Unit-Tests', 'e2e test']);
    expect(named(install, ran('test', 'FAILURE'))).toEqual(['test']);
    expect(named(install, ran('test', 'SUCCESS', true))).toEqual(['test']);
    expect(named(install, ran('contest', 'SUCCESS'))).toEqual(['install', 'contest']);
  });

  test('tests: one of several that may fail silently is enough, and the policy’s name for them is no pattern', () => {
    const release = steps(ran('test', 'SUCCESS'), ran('test', 'SUCCESS', true));
    expect(judge('tests-run', caused, { release })).toEqual(['fail', 'test-step-may-fail']);
    const dotted = { ...policy.review, release: { ...policy.review.release, testStep: 'ci.test' } };
    const under = { ...policy, review: dotted };
    const of = (name: string) => judge('tests-run', caused, { release: steps(ran(name, 'SUCCESS')), under });
    expect([of('ci.test')[0], of('ci-test')[0]]).toEqual(['pass', 'fail']);
  });

  test.each([
    ['a test step that succeeded', build, 'pass', 'tests-succeeded'],
    ['no test step', steps(ran('deploy', 'SUCCESS')), 'fail', 'no-test-step'],
    ['“latest” is no test', steps(ran('tag-latest', 'SUCCESS')), 'fail', 'no-test-step'],
    ['a failed one', steps(ran('unit tests', 'FAILURE')), 'fail', 'test-step-failed'],
    ['one that may fail', steps(ran('test', 'SUCCESS', true)), 'fail', 'test-step-may-fail'],
    ['one of two did not run', steps(ran('test', 'SUCCESS'), ran('e2e-test')), 'fail', 'test-step-failed'],
  ] as const)('tests: %s', (_name, release, result, reason) => {
    expect(judge('tests-run', caused, { release })).toEqual([result, reason]);
  });
});

describe('the first response (table F)', () => {
  // Filed with an unknown occurrence: high, so 5 minutes.
  test.each([
    [5, 'pass', 'in-time'],
    [5 + 1 / 60_000, 'fail', 'too-late'],
    [0, 'pass', 'in-time'],
  ])('urgent, after %d min', (minutes, result, reason) => {
    expect(judge('first-response', { firstResponseAt: minutesAfter(filedAt, minutes) })).toEqual([result, reason]);
  });

  test('is measured from the first report, not from the filing', () => {
    const reportedAt = minutesAfter(filedAt, -10);
    expect(judge('first-response', { reportedAt, firstResponseAt: minutesAfter(filedAt, 1) })[0]).toBe('fail');
  });

  test('calm: 30 minutes, unless it may still be ongoing', () => {
    const occurredAt = minutesAfter(filedAt, -61);
    const firstResponseAt = minutesAfter(filedAt, 30);
    expect(judge('first-response', { occurredAt, firstResponseAt, ongoing: 'no' })[0]).toBe('pass');
    expect(judge('first-response', { occurredAt, firstResponseAt, ongoing: 'unknown' })[0]).toBe('fail');
    expect(judge('first-response', { occurredAt, firstResponseAt, ongoing: 'yes' })[0]).toBe('fail');
  });

  test('says what it was measured by, in minutes, and shows the first ticket', () => {
    const ticketUrls = ['https://t.example/1', 'https://t.example/2'];
    const stated = { ticketUrls, reportedAt: minutesAfter(filedAt, -1), firstResponseAt: minutesAfter(filedAt, 1.5) };
    const at = { reportedAt: '2026-11-18T00:59:00.000Z', firstResponseAt: '2026-11-18T01:01:30.000Z' };
    const facts = { ...at, minutes: 2.5, limitMinutes: 5 };
    expect(find('first-response', stated)).toMatchObject({ facts, evidence: ['https://t.example/1'] });
    const none = { firstResponseAt: null, minutes: null, limitMinutes: 5 };
    expect(find('first-response', {})).toMatchObject({ facts: none, evidence: [] });
  });

  test('one that came too late says how late, too', () => {
    const found = find('first-response', { firstResponseAt: minutesAfter(filedAt, 7.25) });
    expect(found).toMatchObject({ reason: 'too-late', facts: { minutes: 7.25, limitMinutes: 5 } });
  });

  test('none is a fail past the limit, and no data before', () => {
    expect(judge('first-response', {}, { now: minutesAfter(filedAt, 5) })).toEqual(['no-data', 'still-in-time']);
    expect(judge('first-response', {}, { now: minutesAfter(filedAt, 5.01) })).toEqual(['fail', 'no-response']);
  });
});

describe('the scope (table F)', () => {
  const whole = { affectedCustomerCount: 0, scopeMethod: 'log query', scopeEvidenceUrl: 'https://logs.example/q' };
  test('count, method and evidence pass, a count of zero too', () => {
    expect(judge('scope-confirmed', { impact: whole })).toEqual(['pass', 'scope-recorded']);
  });

  test.each(['affectedCustomerCount', 'scopeMethod', 'scopeEvidenceUrl'])('without %s', (field) => {
    const impact = Object.fromEntries(Object.entries(whole).filter(([key]) => key !== field));
    expect(judge('scope-confirmed', { impact })).toEqual(['no-data', 'scope-incomplete']);
    expect(judge('scope-confirmed', { impact, recoveredAt: later })).toEqual(['fail', 'scope-incomplete']);
    const { affectedCustomerCount = null, scopeMethod = null, scopeEvidenceUrl } = impact;
    expect(find('scope-confirmed', { impact })).toMatchObject({
      facts: { affectedCustomerCount, scopeMethod, lacks: [field] },
      evidence: scopeEvidenceUrl ? ['https://logs.example/q'] : [],
    });
  });
});

describe('the rhythm (table F)', () => {
  const slot = (customer: string, outcome: UnmetSlot['outcome'], updatedAt?: Date): UnmetSlot => ({
    customer,
    dueAt: minutesAfter(filedAt, 15),
    outcome,
    ...(updatedAt ? { updatedAt } : {}),
  });
  const slots = (met: number, late: number, missed: number, notReminded: number) => ({
    slots: { met, late, missed, notReminded },
  });

  test('no slots at all are no data, all met are a pass', () => {
    expect(judge('customers-updated', slots(0, 0, 0, 0), { now: filedAt })).toEqual(['no-data', 'no-slots']);
    expect(judge('customers-updated', slots(1, 0, 0, 0))).toEqual(['pass', 'slots-met']);
  });

  const calm = { occurredAt: minutesAfter(filedAt, -120), ongoing: 'no' } as const;
  const low = { ...calm, urgency: judgeUrgency(calm.occurredAt, filedAt, policy, filedAt) };
  test.each<[what: string, stated: Partial<Incident>, minutes: number, isOverdue: boolean]>([
    ['that nobody has looked at for days', {}, 3 * 24 * 60, true],
    ['whose first update is due now', {}, 15, false],
    ['whose first update was due just now', {}, 15.1, true],
    ['that is calm, whose first update is due now', low, 60, false],
    ['that is calm, whose first update was due just now', low, 60.1, true],
    ['that recovered by then', { recoveredAt: minutesAfter(filedAt, 15) }, 600, false],
    ['that recovered after that', { recoveredAt: minutesAfter(filedAt, 16) }, 600, true],
    ['that was found to affect nobody', { impact: { affectedCustomerCount: 0 } }, 600, false],
    ['of which one customer has told', { reporter: { id: 'a' } }, 600, false],
    ['that was found not to occur', { status: 'not-occurring' }, 600, false],
    ['about Metronome itself', { isAboutMetronome: true }, 600, false],
    ['that was snoozed, as if it had not been', { scopeSnoozedUntil: later }, 16, true],
  ])('an alert of unknown scope %s', (_, stated, minutes, isOverdue) => {
    const now = minutesAfter(filedAt, minutes);
    const expected = isOverdue ? ['fail', 'scope-unknown'] : ['no-data', 'no-slots'];
    expect(judge('customers-updated', { ...slots(0, 0, 0, 0), ...stated }, { now })).toEqual(expected);
  });

  test('late ones pass and are listed by customer', () => {
    const facts = {
      incident: incident({ id: 'inc_1', filedAt, ...slots(1, 2, 0, 0) }),
      slots: [slot('B', 'late'), slot('A', 'late')],
    };
    const found = judgeCheckpoints(facts, policy, later).at(-1);
    expect(found).toMatchObject({ result: 'pass', facts: { lateFor: ['A', 'B'], late: 2 } });
  });

  test('customers are named by outcome, each once', () => {
    const found = find(
      'customers-updated',
      { ...slots(1, 1, 2, 1), ticketUrls: ['https://t.example/1', 'x'] },
      {
        slots: [
          slot('C', 'missed'),
          slot('B', 'missed'),
          slot('C', 'missed'),
          slot('D', 'late'),
          slot('A', 'not-reminded'),
        ],
      },
    );
    expect(found?.facts).toEqual({
      met: 1,
      late: 1,
      missed: 2,
      notReminded: 1,
      lateFor: ['D'],
      missedFor: ['B', 'C'],
      notRemindedFor: ['A'],
    });
    expect(found?.evidence).toEqual(['https://t.example/1']);
  });

  test('at most 200 customers are named for each outcome, the first by name', () => {
    const named = Array.from({ length: 201 }, (_, index) => `C${String(index).padStart(3, '0')}`);
    const found = find('customers-updated', slots(0, 201, 0, 0), {
      slots: named.toReversed().map((each) => slot(each, 'late')),
    });
    expect(found?.facts.lateFor).toEqual(named.slice(0, 200));
  });

  test('of the slots of contacts, those count that were not simply met', () => {
    const [dueAt, updatedAt] = [minutesAfter(filedAt, 15), minutesAfter(filedAt, 40)];
    const past = (...outcomes: UnmetSlot['outcome'][]) => outcomes.map((outcome) => ({ dueAt, outcome }));
    const contacts = [
      { id: 'a', pastSlots: past('met', 'late', 'missed') },
      { id: 'b', pastSlots: [{ dueAt, outcome: 'not-reminded', updatedAt }] },
    ] as unknown as Contact[];
    expect(unmetSlotsOf(contacts, ({ id }) => `Store ${id}`)).toStrictEqual([
      { customer: 'Store a', dueAt, outcome: 'late' },
      { customer: 'Store a', dueAt, outcome: 'missed' },
      { customer: 'Store b', dueAt, outcome: 'not-reminded', updatedAt },
    ]);
  });

  test('a slot of any outcome is data', () => {
    expect(judge('customers-updated', slots(0, 1, 0, 0))).toEqual(['pass', 'slots-met']);
    expect(judge('customers-updated', slots(1, 1, 0, 0))).toEqual(['pass', 'slots-met']);
    expect(judge('customers-updated', slots(0, 0, 1, 0))).toEqual(['fail', 'slots-missed']);
    expect(judge('customers-updated', slots(0, 1, 1, 0))).toEqual(['fail', 'slots-missed']);
    expect(judge('customers-updated', slots(0, 0, 0, 1))).toEqual(['fail', 'not-reminded']);
  });

  test('an update to another slot does not replace the one that nobody was reminded of', () => {
    const late = slot('A', 'late', minutesAfter(filedAt, 22));
    expect(judge('customers-updated', slots(0, 1, 0, 1), { slots: [late, slot('A', 'not-reminded')] })).toEqual([
      'fail',
      'not-reminded',
    ]);
  });

  test('one missed is a fail', () => {
    expect(judge('customers-updated', slots(9, 0, 1, 0))).toEqual(['fail', 'slots-missed']);
  });

  test('a slot that nobody was reminded of names Metronome, unless the update came all the same', () => {
    const updated = minutesAfter(filedAt, 40);
    expect(judge('customers-updated', slots(1, 0, 0, 1), { slots: [slot('A', 'not-reminded')] })).toEqual([
      'fail',
      'not-reminded',
    ]);
    expect(judge('customers-updated', slots(1, 0, 0, 1), { slots: [slot('A', 'not-reminded', updated)] })).toEqual([
      'pass',
      'slots-met',
    ]);
    expect(judge('customers-updated', slots(0, 0, 0, 2), { slots: [slot('A', 'not-reminded', updated)] })[0]).toBe(
      'fail',
    );
  });
});

test('a linked incident has no checkpoints: its survivor is looked at; nor has an imported one', () => {
  const linked = incident({ id: 'inc_1', filedAt, status: 'linked', linkedTo: 'inc_2' });
  const imported = incident({ id: 'inc_1', filedAt, origin: { tool: 'import', id: '1' } });
  for (const each of [linked, imported])
    expect(judgeCheckpoints({ incident: each, slots: [] }, policy, later)).toEqual([]);
});

test('checkpoints are listed under their two headings', () => {
  const found = judgeCheckpoints({ incident: incident({ id: 'inc_1', filedAt }), slots: [] }, policy, later);
  expect(found.map(({ heading, id }) => `${heading} ${id}`)).toEqual([
    'prevention release-flow',
    'prevention tests-run',
    'response first-response',
    'response scope-confirmed',
    'response customers-updated',
  ]);
});
