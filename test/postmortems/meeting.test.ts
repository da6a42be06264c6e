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

  test('equal scores come as they were filed, of one moment by their ids; of other scores the higher is first', () => {
    const of = (id: string, minutes: number, value: number | null) =>
      ({
        id,
        status: 'open',
        filedAt: minutesAfter(now, minutes).toISOString(),
        score: { reference: { value } },
      }) as Entry;
    const entries = [of('d', 2, 8), of('c', 1, 8), of('a', 1, 8), of('b', 1, 9), of('z', 0, null), of('y', 0, null)];
    const plan = planMeeting({ ...slice, entries: entries, carriedIncidents: [] }, undefined);
    expect(plan.order).toEqual(['y', 'z', 'b', 'a', 'c', 'd']);
  });

  test('what is read again is what was drawn, each by its kind; once begun it is as it was', () => {
    const line = (id: string) => ({ id, title: id });
    const head = { questions: { sample: [line('inc_q')] }, outside: { sample: [line('inc_o'), line('inc_p')] } };
    const plan = planMeeting({ ...slice, head }, undefined);
    const sample = [
      { id: 'inc_q', kind: 'question' },
      { id: 'inc_o', kind: 'outside' },
      { id: 'inc_p', kind: 'outside' },
    ];
    expect(plan.sample).toEqual(sample);
    const { begun } = withStep(none, { step: 'guide', to: 'actions' }, plan, ann);
    expect(planMeeting(slice, begun).sample).toEqual(sample);
    expect(begun).toEqual({ at: now, by: 'ann', order: plan.order.join(','), sample });
  });

  test('a meeting that began without an incident has none of an empty name', () => {
    const { begun } = withStep(none, { step: 'guide', to: 'actions' }, { order: [], sample: [] }, ann);
    expect(planMeeting({ ...slice, carriedIncidents: [] }, begun).order).toEqual(['inc_c', 'inc_b', 'inc_d', 'inc_a']);
  });

  test('gone through again, a step moves to the end; one that confirms nothing leaves what was confirmed', () => {
    const plan = { order: [], sample: [] };
    const step = (of: typeof none, name: string, how?: 'reviewed' | 'later') =>
      withStep(of, { step: name, to: 'end', how }, plan, ann);
    const one = step(step(step(none, 'inc_a', 'reviewed'), 'inc_b', 'later'), 'inc_c', 'reviewed');
    const again = step(step(one, 'inc_a', 'later'), 'carried');
    expect([again.passed, again.reviewed, again.later]).toEqual([
      ['inc_b', 'inc_c', 'inc_a', 'carried'],
      ['inc_c'],
      ['inc_b', 'inc_a'],
    ]);
    expect(step(none, 'guide')).not.toHaveProperty('reviewed');
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

  test('the last one counts, what was said before stays beneath it, and the same words change nothing', () => {
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

  test('each item has its own: an answer changes no other, and stays where it was first given', () => {
    const said = [
      ['falling-counts', 'a form'],
      ['inc_1', 'seen'],
      ['falling-counts', 'a chat'],
    ].reduce((of, [id = '', text = '']) => withAnswer(of, { id, title: `T ${id}` }, text, ann) ?? none, none);
    expect(said.answers.map(({ item, title, text }) => [item, title, text])).toEqual([
      ['falling-counts', 'T falling-counts', 'a chat'],
      ['inc_1', 'T inc_1', 'seen'],
    ]);
  });

  test('of what was said before, the latest twenty stay', () => {
    let meeting = none;
    for (let index = 0; index <= 22; index += 1) meeting = withAnswer(meeting, item, `${index}`, ann) ?? none;
    const [answer] = meeting.answers;
    expect(answer?.before.map(({ text }) => text)).toEqual(Array.from({ length: 20 }, (_, index) => `${21 - index}`));
  });

  test('a later bundle shows what was said, who was there, and the head of what was skipped', () => {
    const said = withAnswer(withAttendance(none, { present: ['ann'], chair: 'bob' }, ann), item, 'a form', ann) ?? none;
    const titled = withAnswer(said, { id: 'inc_1', title: 'Orders' }, 'seen', bob) ?? none;
    const items = Array.from({ length: 60 }, (_, index) => ({
      item: `inc_${index}`,
      kind: 'incident' as const,
      ...(index === 0 ? {} : { title: `T ${index}` }),
    }));
    const past = presentPast({ ...titled, skipped: { total: 400, items } });
    expect(past).toEqual({
      week: own.id,
      answers: [
        { item: 'falling-counts', text: 'a form', by: 'ann', at: now.toISOString() },
        { item: 'inc_1', title: 'Orders', text: 'seen', by: 'bob', at: bob.now.toISOString() },
      ],
      attendance: { present: ['ann'], chair: 'bob' },
      skipped: items.slice(0, 50),
      skippedCount: 400,
    });
    expect(presentPast(none)).toEqual({ week: own.id, answers: [], attendance: null, skipped: [], skippedCount: 0 });
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

  test('each person who was there is named once', () => {
    const said = withAttendance(none, { present: [' ann', 'bob', 'ann '], chair: 'bob' }, ann);
    expect(said.attendance).toEqual({ present: ['ann', 'bob'], chair: 'bob', by: 'ann', at: now });
    expect(presentPast(said)).toMatchObject({ week: own.id, attendance: { chair: 'bob' }, skippedCount: 0 });
  });
});

test('the agenda has the parts in the checklist’s order, and what each looks at beneath it', () => {
  const line = (id: string) => ({ id, title: id });
  const agenda = listAgenda({
    actions: [
      { id: 'act_1', description: 'x' },
      { id: 'act_2', description: 'y' },
    ],
    questions: [line('inc_q')],
    outside: [line('inc_o')],
    audit: [{ kind: 'new-form', name: 'portal' }],
  });
  const within = agenda.filter(({ kind, id }) => (kind as string) !== id);
  expect(within.map(({ kind, title }) => [kind, title])).toEqual([
    ['action', 'x'],
    ['action', 'y'],
    ['question', 'inc_q'],
    ['outside', 'inc_o'],
    ['audit', 'portal'],
  ]);
  expect(agenda.map(({ id }) => id)).toEqual([
    'guide',
    'actions',
    'act_1',
    'act_2',
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
  const bundleOf = (entries: Entry[], alarms: unknown[] = []) => ({ entries, alarms, actions: [] });

  test('incidents that nobody reviewed, in the order of their filing; linked ones are looked at as another', () => {
    const entries = [
      entry('inc_2', { filedAt: '2' }),
      entry('inc_1'),
      entry('inc_r', { reviewedAt: '3' }),
      entry('inc_l', { status: 'linked' }),
    ];
    expect(listSkipped(bundleOf(entries), none).items.map(({ item }) => item)).toEqual(['inc_1', 'inc_2']);
    const together = ['inc_c', 'inc_b', 'inc_a'].map((id) => entry(id));
    expect(listSkipped(bundleOf(together), none).items.map(({ item }) => item)).toEqual(['inc_a', 'inc_b', 'inc_c']);
  });

  test('each says of what kind it is, and what it is called, as far as a record has room for it', () => {
    const long = 'x'.repeat(400);
    const of = {
      ...bundleOf([entry('inc_1', { title: long })], [{}]),
      actions: [{ id: 'act_1', description: long, choiceRequired: true }],
    };
    expect(listSkipped(of, none).items).toEqual([
      { item: 'act_1', kind: 'action', title: `${'x'.repeat(299)}…` },
      { item: 'falling-counts', kind: 'falling-counts' },
      { item: 'inc_1', kind: 'incident', title: `${'x'.repeat(299)}…` },
    ]);
    expect(withAnswer(none, { id: 'inc_1', title: long }, 'a', ann)?.answers[0]?.title).toBe(`${'x'.repeat(299)}…`);
  });

  test('a fall that nobody explained, and an action that nobody chose about', () => {
    const choice = { id: 'act_1', description: 'x', choiceRequired: true };
    const of = { ...bundleOf([], [{}]), actions: [choice, { ...choice, id: 'act_2', choiceRequired: false }] };
    expect(listSkipped(of, none).items.map(({ item }) => item)).toEqual(['act_1', 'falling-counts']);
    const answered = withAnswer(none, { id: 'falling-counts' }, 'a form', ann) ?? none;
    expect(listSkipped(of, answered).items.map(({ item }) => item)).toEqual(['act_1']);
    const elsewhere = withAnswer(none, { id: 'inc_1' }, 'a form', ann) ?? none;
    expect(listSkipped(of, elsewhere).items.map(({ item }) => item)).toEqual(['act_1', 'falling-counts']);
  });

  test('what is cut in the middle of a character, here and wherever else something is called, is a text all the same', () => {
    const title = `${'x'.repeat(298)}😀x`;
    const cut = `${'x'.repeat(298)}\uFFFD…`;
    const actions = [{ id: 'act_1', description: title, choiceRequired: true }];
    const { items } = listSkipped({ ...bundleOf([entry('inc_1', { title })]), actions }, none);
    const nothing = { questions: [], outside: [], audit: [] };
    const agenda = listAgenda({ ...nothing, actions: [{ id: 'act_1', description: title }] });
    const answered = withAnswer(none, { id: 'inc_1', title }, 'a', ann);
    const said = [...items, ...agenda.filter(({ kind }) => kind === 'action'), ...(answered?.answers ?? [])];
    expect(said.map((each) => each.title)).toEqual([cut, cut, cut, cut]);
  });

  test('however many, the list ends, and says how many there are', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => entry(`inc_${index}`));
    const { total, items } = listSkipped(bundleOf(many), none);
    expect([total, items.length]).toEqual([1_000, 300]);
  });
});
