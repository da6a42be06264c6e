import { describe, expect, test } from 'vitest';
import type { Incident } from '../../functions/incidents/incident.ts';
import type { ReleaseFacts } from '../../functions/incidents/release-facts.ts';
import { policy } from '../../functions/policy.ts';
import { judgeCheckpoints, type UnmetSlot } from '../../functions/postmortems/checkpoints.ts';
import { at, incident, minutesAfter } from './facts.ts';

const filedAt = at('2026-11-18T01:00:00Z');
const later = minutesAfter(filedAt, 600);

function judge(
  id: string,
  stated: Partial<Incident>,
  more: { release?: ReleaseFacts; slots?: UnmetSlot[]; now?: Date } = {},
) {
  const facts = { incident: incident({ id: 'inc_1', filedAt, ...stated }), slots: more.slots ?? [] };
  const found = judgeCheckpoints(
    { ...facts, ...(more.release ? { release: more.release } : {}) },
    policy,
    more.now ?? later,
  ).find((each) => each.id === id);
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
});

describe('the release (table F)', () => {
  const build: ReleaseFacts = {
    id: 'rel-1',
    url: 'https://builds.example/1',
    trigger: 'deploy-main',
    branch: 'main',
    status: 'SUCCESS',
    steps: [
      { name: 'install', status: 'SUCCESS', mayFail: false },
      { name: 'test', status: 'SUCCESS', mayFail: false },
    ],
  };
  const caused = { cause: { category: 'release' as const, releaseId: 'rel-1' } };
  const steps = (...named: ReleaseFacts['steps']): ReleaseFacts => ({ ...build, steps: named });

  test.each([
    ['nobody has said the cause', {}, undefined, 'no-data', 'cause-without-release'],
    [
      'a cause without a release',
      { cause: { category: 'capacity' as const } },
      undefined,
      'no-data',
      'cause-without-release',
    ],
    [
      'a release ruled out',
      { cause: { category: 'data' as const, releaseId: 'none' } },
      undefined,
      'not-applicable',
      'release-ruled-out',
    ],
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

  test.each([
    ['a test step that succeeded', build, 'pass', 'tests-succeeded'],
    ['no test step', steps({ name: 'deploy', status: 'SUCCESS', mayFail: false }), 'fail', 'no-test-step'],
    ['“latest” is no test', steps({ name: 'tag-latest', status: 'SUCCESS', mayFail: false }), 'fail', 'no-test-step'],
    ['a failed one', steps({ name: 'unit tests', status: 'FAILURE', mayFail: false }), 'fail', 'test-step-failed'],
    [
      'one that may fail silently',
      steps({ name: 'test', status: 'SUCCESS', mayFail: true }),
      'fail',
      'test-step-may-fail',
    ],
    [
      'one of two did not run',
      steps({ name: 'test', status: 'SUCCESS', mayFail: false }, { name: 'e2e-test', mayFail: false }),
      'fail',
      'test-step-failed',
    ],
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

  test('calm: 30 minutes, unless it may still go on', () => {
    const occurredAt = minutesAfter(filedAt, -61);
    const firstResponseAt = minutesAfter(filedAt, 30);
    expect(judge('first-response', { occurredAt, firstResponseAt, ongoing: 'no' })[0]).toBe('pass');
    expect(judge('first-response', { occurredAt, firstResponseAt, ongoing: 'unknown' })[0]).toBe('fail');
    expect(judge('first-response', { occurredAt, firstResponseAt, ongoing: 'yes' })[0]).toBe('fail');
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
    expect(judge('customers-updated', slots(0, 0, 0, 0))).toEqual(['no-data', 'no-slots']);
    expect(judge('customers-updated', slots(1, 0, 0, 0))).toEqual(['pass', 'slots-met']);
  });

  test('late ones pass and are listed by customer', () => {
    const facts = {
      incident: incident({ id: 'inc_1', filedAt, ...slots(1, 2, 0, 0) }),
      slots: [slot('B', 'late'), slot('A', 'late')],
    };
    const found = judgeCheckpoints(facts, policy, later).at(-1);
    expect(found).toMatchObject({ result: 'pass', facts: { lateFor: ['A', 'B'], late: 2 } });
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

test('a linked incident has no checkpoints: its survivor is looked at', () => {
  const linked = incident({ id: 'inc_1', filedAt, status: 'linked', linkedTo: 'inc_2' });
  expect(judgeCheckpoints({ incident: linked, slots: [] }, policy, later)).toEqual([]);
});

test('checkpoints stand under their two headings', () => {
  const found = judgeCheckpoints({ incident: incident({ id: 'inc_1', filedAt }), slots: [] }, policy, later);
  expect(found.map(({ heading, id }) => `${heading} ${id}`)).toEqual([
    'prevention release-flow',
    'prevention tests-run',
    'response first-response',
    'response scope-confirmed',
    'response customers-updated',
  ]);
});
