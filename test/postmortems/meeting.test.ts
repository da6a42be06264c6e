import { describe, expect, test } from 'vitest';
import { assembleBundle } from '../../functions/postmortems/bundle.ts';
import type { Entry } from '../../functions/postmortems/entry.ts';
import {
  listAgenda,
  listSkipped,
  noMeeting,
  planMeeting,
  presentPast,
  withAnswer,
  withAttendance,
  withStep,
} from '../../functions/postmortems/meeting.ts';
import { at, incident, inputs, minutesAfter, week } from './facts.ts';

const own = week('2026-W47');
const now = at('2026-11-23T01:00:00Z');
const ann = { actor: 'ann', now };
const bob = { actor: 'bob', now: minutesAfter(now, 1) };
const none = noMeeting(own.id);

const filed = (
  [
    ['inc_a', 'inconvenient', 1],
    ['inc_b', 'stopped', 12],
    ['inc_c', undefined, undefined],
    ['inc_d', 'stopped', 12],
  ] as const
).map(([id, businessImpact, affectedCustomerCount], index) =>
  incident({
    id,
    filedAt: minutesAfter(own.start, index),
    impact: businessImpact ? { businessImpact, affectedCustomerCount } : {},
  }),
);
const linked = incident({ id: 'inc_l', filedAt: own.start, status: 'linked', linkedTo: 'inc_a' });
const earlier = [incident({ id: 'inc_e', filedAt: minutesAfter(own.start, -60) })];
const { bundle } = assembleBundle(inputs({ week: own, filed: [...filed, linked], earlier }));
const slice = { entries: bundle.entries, carriedIncidents: bundle.carriedIncidents, head: bundle };

describe('the order', () => {
  test('what is not known first, then by score and filing; carried ones last, linked ones never', () => {
    expect(planMeeting(slice, undefined).order).toEqual(['inc_c', 'inc_b', 'inc_d', 'inc_a', 'inc_e']);
  });

  test('is fixed once the meeting has begun; what came since follows', () => {
    const plan = { order: ['inc_a', 'inc_gone', 'inc_b'], sample: [] };
    const { begun } = withStep(none, { step: 'guide', to: 'actions' }, plan, ann);
    expect(planMeeting(slice, begun).order).toEqual(['inc_a', 'inc_gone', 'inc_b', 'inc_c', 'inc_d', 'inc_e']);
    const again = withStep(
      { ...none, ...(begun ? { begun } : {}) },
      { step: 'actions', to: 'end' },
      { ...plan, order: [] },
      bob,
    );
    expect(again.begun).toEqual(begun);
  });

  test('a step is passed once; an incident left for later and then confirmed is confirmed', () => {
    const plan = planMeeting(slice, undefined);
    const step = { step: 'inc_a', to: 'inc_b' };
    const left = withStep(none, { ...step, how: 'later' }, plan, ann);
    expect([left.later, left.reviewed, left.step]).toEqual([['inc_a'], [], 'inc_b']);
    const confirmed = withStep(left, { ...step, how: 'reviewed' }, plan, ann);
    expect([confirmed.later, confirmed.reviewed, confirmed.passed]).toEqual([[], ['inc_a'], ['inc_a']]);
  });
});

describe('answers', () => {
  const item = { id: 'falling-counts' };

  test('the last one stands, what was said before stays beneath it, and the same words change nothing', () => {
    const first = withAnswer(none, item, 'a form', ann) ?? none;
    const second = withAnswer(first, item, 'a chat', bob) ?? none;
    expect(second.answers).toEqual([
      {
        item: 'falling-counts',
        text: 'a chat',
        by: 'bob',
        at: bob.now,
        before: [{ text: 'a form', by: 'ann', at: now }],
      },
    ]);
    expect(withAnswer(second, item, 'a chat', ann)).toBe(second);
  });

  test('a record that a document could not hold is refused, not cut', () => {
    let meeting = none;
    let taken = 0;
    for (let index = 0; index < 200; index += 1) {
      const next = withAnswer(meeting, { id: `inc_${index}` }, '長'.repeat(5_000), ann);
      if (!next) break;
      meeting = next;
      taken += 1;
    }
    expect(taken).toBeGreaterThan(20);
    expect(Buffer.byteLength(JSON.stringify(meeting.answers))).toBeLessThan(1_000_000);
    expect(withAnswer(meeting, { id: 'one-more' }, '長'.repeat(5_000), ann)).toBeUndefined();
  });

  test('whoever was there is named once', () => {
    const said = withAttendance(none, { present: [' ann', 'bob', 'ann '], chair: 'bob' }, ann);
    expect(said.attendance).toEqual({ present: ['ann', 'bob'], chair: 'bob', by: 'ann', at: now });
    expect(presentPast(said)).toMatchObject({ week: own.id, attendance: { chair: 'bob' }, skippedCount: 0 });
  });
});

test('the agenda has the parts in the checklist’s order, and what each looks at beneath it', () => {
  const line = (id: string) => ({ id, title: id });
  const agenda = listAgenda({
    carriedActions: [{ id: 'act_1', description: 'x' }],
    newActions: [],
    questions: { sample: [line('inc_q')] },
    outside: { sample: [line('inc_o')] },
    audit: [{ kind: 'new-form', name: 'portal' }],
  });
  expect(agenda.map(({ id }) => id)).toEqual([
    'guide',
    'actions',
    'act_1',
    'falling-counts',
    'questions',
    'inc_q',
    'inc_o',
    'new-form:portal',
    'missing-data',
    'incidents',
    'carried',
    'end',
  ]);
});

describe('what was skipped', () => {
  const entry = (id: string, stated: Partial<Entry> = {}) =>
    ({ id, title: id, filedAt: '1', status: 'open', ...stated }) as Entry;
  const bundleOf = (entries: Entry[], findings: unknown[] = []) => ({
    entries,
    findings: findings as never[],
    actions: [],
  });

  test('incidents that nobody reviewed, in the order of their filing; linked ones are looked at as another', () => {
    const entries = [
      entry('inc_2', { filedAt: '2' }),
      entry('inc_1'),
      entry('inc_r', { reviewedAt: '3' }),
      entry('inc_l', { status: 'linked' }),
    ];
    expect(listSkipped(bundleOf(entries), none).items.map(({ item }) => item)).toEqual(['inc_1', 'inc_2']);
  });

  test('a fall that nobody explained, and an action that nobody chose about', () => {
    const choice = { id: 'act_1', description: 'x', choiceRequired: true };
    const of = { ...bundleOf([], [{}]), actions: [choice, { ...choice, id: 'act_2', choiceRequired: false }] };
    expect(listSkipped(of, none).items.map(({ item }) => item)).toEqual(['act_1', 'falling-counts']);
    const answered = withAnswer(none, { id: 'falling-counts' }, 'a form', ann) ?? none;
    expect(listSkipped(of, answered).items.map(({ item }) => item)).toEqual(['act_1']);
  });

  test('however many, the list ends, and says how many there are', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => entry(`inc_${index}`));
    const { total, items } = listSkipped(bundleOf(many), none);
    expect([total, items.length]).toEqual([1_000, 300]);
  });
});
