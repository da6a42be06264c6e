/** Parts of the console's pages by themselves: what each shows at its edges, of facts that no whole page happens to have. */
import { describe, expect, test } from 'vitest';
import { customersSection, updatesSection } from '../../functions/console/customers.ts';
import { fieldsOf } from '../../functions/console/fields.ts';
import { signalsSection, timelineSection } from '../../functions/console/history.ts';
import type { Loaded } from '../../functions/console/incident-load.ts';
import { proposalFor } from '../../functions/console/meeting-incident.ts';
import { actionsPart, endPart, listPart } from '../../functions/console/meeting-parts.ts';
import type { Sitting } from '../../functions/console/meeting-sitting.ts';
import { flowSteps } from '../../functions/console/steps.ts';
import { countdown, type Markup, shortTime, type View } from '../../functions/console/view.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import { policy } from '../../functions/policy.ts';
import { speak } from '../../functions/words/speech.ts';
import { incident, minutesAfter } from '../postmortems/facts.ts';
import { outline } from './outline.ts';

/** Wednesday noon in Japan. */
const now = new Date('2026-11-18T03:00:00Z');
const ago = (minutes: number): Date => minutesAfter(now, -minutes);
const view: View = {
  ...speak({ language: 'en', policy }),
  now,
  policy,
  actor: 'chair@a.jp',
  csrf: 'x',
  address: '/console',
};
const read = async (markup: Markup | ''): Promise<string[]> => outline(String(await markup)).split('\n');
const loadedOf = (stated: object, of: Partial<Incident> = {}): Loaded =>
  ({
    incident: incident({ id: 'inc_1', filedAt: ago(120), ...of }),
    contacts: [],
    events: [],
    updates: [],
    named: new Map(),
    ...stated,
  }) as unknown as Loaded;
const contact = (id: string, stated: object = {}) => ({
  id,
  incidentId: 'inc_1',
  customers: [{ id }],
  isTheOthers: false,
  nextUpdateDueAt: null,
  missedInARow: 0,
  stoppedAt: null,
  ...stated,
});

describe('the steps of the flow', () => {
  const bodyOf = async (loaded: Loaded, type: string): Promise<string> => {
    const step = flowSteps(view, loaded).find((each) => each.type === type);
    return (await read(step?.body(fieldsOf(view, type)) ?? '')).join('\n');
  };
  const doneOf = async (loaded: Loaded, type: string): Promise<string[]> =>
    read(flowSteps(view, loaded).find((each) => each.type === type)?.done as Markup);

  test('customers were told when the last of them was', async () => {
    const contacts = [30, 10, 20].map((minutes, index) => contact(`s-${index}`, { lastUpdateAt: ago(minutes) }));
    expect(await doneOf(loadedOf({ contacts }), 'update')).toEqual(['Last update Wed, Nov 18, 11:50']);
  });

  const due = { nextUpdateDueAt: ago(-10) };
  const over = { recoveredAt: ago(9), stoppedAt: ago(5) };
  const ofForm = (text: string) => ({
    to: [...text.matchAll(/\[hidden of=([^\]\s]+)\]/g)].map((each) => each[1]),
    choices: [...text.matchAll(/\[checkbox customer=([^\]\s]+)\]/g)].map((each) => each[1]),
  });

  test.each<[string, object[], ReturnType<typeof ofForm>]>([
    [
      'those to whom the draft says the same',
      [contact('s-1', due), contact('s-2', due), contact('s-3', { ...due, recoveredAt: ago(9) })],
      { to: ['s-1', 's-2'], choices: ['s-1', 's-2'] },
    ],
    ['one who waits, of several', [contact('s-1', due), contact('s-2', over)], { to: ['s-1'], choices: [] }],
    ['one who waits alone', [contact('s-1', due)], { to: ['s-1'], choices: [] }],
    ['nobody by itself, where all have been told the end', [contact('s-1', over)], { to: [], choices: ['s-1'] }],
    [
      'one of each who are told together',
      [contact('s-1', { ...due, customers: [{ id: 's-1' }, { id: 's-9' }] }), contact('s-2', due)],
      { to: ['s-1', 's-2'], choices: ['s-1', 's-2'] },
    ],
  ])('an update is for %s', async (_, contacts, expected) => {
    expect(ofForm(await bodyOf(loadedOf({ contacts }), 'update'))).toEqual(expected);
  });

  test('each draft has a form with its own recipients, and a text of your own has those that you choose', async () => {
    const contacts = [
      contact('s-1', due),
      contact('s-2', { ...due, recoveredAt: ago(9), endsWith: 'recovery' }),
      contact('s-3', { ...due, lastUpdateAt: ago(20) }),
      contact('s-4', over),
    ];
    const loaded = loadedOf({ contacts });
    const steps = flowSteps(view, loaded).filter(({ path }) => path !== undefined);
    expect(steps.map(({ type, title }) => [type, title])).toEqual([
      ['update', '4. Send an update: s-1'],
      ['update-2', '4. Send an update: s-2'],
      ['update-3', '4. Send an update: s-3'],
      ['update-own', 'Write your own update'],
    ]);
    const bodies = await Promise.all(steps.map(({ type }) => bodyOf(loaded, type)));
    expect(bodies.map(ofForm)).toEqual([
      { to: ['s-1'], choices: [] },
      { to: ['s-2'], choices: [] },
      { to: ['s-3'], choices: [] },
      { to: [], choices: ['s-1', 's-2', 's-3', 's-4'] },
    ]);
    expect(bodies.map((body) => body.includes('[checkbox recovery=yes ✓]'))).toEqual([false, true, false, false]);
    // What was said on the telephone is none of several drafts.
    expect(await bodyOf(loaded, 'customer-updated')).not.toContain('お世話になっております');
  });

  test('a form that was refused comes first, for the same customers', async () => {
    const contacts = [contact('s-1', due), contact('s-2', { ...due, recoveredAt: ago(9) })];
    const values = new URLSearchParams({ of: 's-2', message: 'x' });
    const refused = { ...view, failed: { type: 'update', values } };
    const steps = flowSteps(refused, loadedOf({ contacts })).filter(({ path }) => path);
    const bodies = await Promise.all(steps.map(({ body }) => read(body(fieldsOf(view, 'update')))));
    expect(bodies.map((body) => ofForm(body.join('\n')).to)).toEqual([['s-2'], ['s-1'], []]);
  });

  test.each<[string, object[], string, string]>([
    ...['update', 'recovered', 'customer-updated'].flatMap((type): [string, object[], string, string][] => [
      ['nobody is known', [], type, 'No affected customers yet. Record the scope first.'],
      ['there is but one', [contact('s-1', due)], type, 'For: s-1'],
    ]),
    ['there is but one, who has recovered', [contact('s-1', over)], 'recovered', 'For: s-1'],
  ])('where %s, a form that offers no choice says for which customers it records', async (_, contacts, type, whom) => {
    expect((await bodyOf(loadedOf({ contacts }), type)).split('\n')).toEqual(expect.arrayContaining([whom]));
  });

  test('an update can be for who wrote after their recovery, though they wait for nothing any more', async () => {
    const contacts = ['s-1', 's-2', 's-3'].map((id) => contact(id, { stoppedAt: ago(30), recoveredAt: ago(40) }));
    const detail = { rule: 'customer-wrote', why: 'x', customers: ['s-2'], ticket: { tool: 'zendesk', id: '1' } };
    const events = [{ id: '00000002', type: 'recovery-questioned', recordedAt: ago(20), actor: 'rule', detail }];
    const text = await bodyOf(loadedOf({ contacts, events }, { recoveredAt: ago(40) }), 'update');
    expect(ofForm(text)).toEqual({ to: ['s-2'], choices: [] });
    // It apologises for a recovery that was announced wrongly: it announces none.
    expect(text).toContain('復旧のご連絡後も');
    expect(text).not.toContain('✓');
  });

  test.each<[string, object[], boolean]>([
    ['the first who waits has recovered', [contact('s-1', { ...due, recoveredAt: ago(5) }), contact('s-2', due)], true],
    ['only another one has', [contact('s-1', due), contact('s-2', { ...due, recoveredAt: ago(5) })], false],
    ['nobody waits any more', [contact('s-1', over)], false],
  ])('a message says by itself that they can work again where %s', async (_, contacts, isRecovery) => {
    const text = await bodyOf(loadedOf({ contacts }, { recoveredAt: ago(5), described: 'x' }), 'update');
    expect(text.includes('[checkbox recovery=yes ✓]')).toBe(isRecovery);
  });

  test.each<[Incident['ongoing'], string[]]>([
    ['yes', ['yes']],
    ['no', ['no']],
    // That nobody knows yet is no answer that somebody gave.
    ['unknown', []],
  ])('of whether it is ongoing (%s) what was stated is chosen', async (ongoing, chosen) => {
    const text = await bodyOf(loadedOf({}, { ongoing }), 'verified');
    expect([...text.matchAll(/ongoing=(\w+) ✓/g)].map((each) => each[1])).toEqual(chosen);
  });
});

describe('the timeline', () => {
  const event = (type: string, stated: object = {}) => {
    const at = { occurredAt: ago(60), recordedAt: ago(60) };
    return { id: '00000002', type, actor: 'ann@a.jp', ...at, changes: {}, detail: {}, ...stated };
  };
  const shown = async (of: object, stated: Partial<Incident> = {}): Promise<string> =>
    (await read(timelineSection(view, loadedOf({ events: [of] }, stated)))).join('\n');

  test.each([
    [0, false],
    [60_000, false],
    [60_001, true],
    // Somebody’s clock is ahead of ours.
    [-60_000, false],
    [-60_001, true],
  ])('what was recorded %d ms after it happened says when: %s', async (ms, isSaid) => {
    const occurredAt = new Date(ago(60).getTime() - ms);
    expect((await shown(event('commented', { occurredAt }))).includes('recorded Wed, Nov 18, 11:00')).toBe(isSaid);
  });

  test.each([
    [25, '', ''],
    [26, '1 earlier entry', ''],
    [299, '274 earlier entries', ''],
    [300, '275 earlier entries', 'Showing the newest 300 entries.'],
  ])('of %i events twenty-five are seen at once, and whether there are more is said', async (count, earlier, cut) => {
    const events = Array.from({ length: count }, () => event('commented'));
    const text = String(await timelineSection(view, loadedOf({ events })));
    expect(text.split('<details><summary>')[0]?.match(/events\/retracted/g)).toHaveLength(25);
    expect(/<details><summary>([^<]*)/.exec(text)?.[1] ?? '').toBe(earlier);
    expect(/<p class="muted">(Showing the newest[^<]*)/.exec(text)?.[1] ?? '').toBe(cut);
  });

  test('why something was to be taken back is open where it was typed, also among the earlier entries', async () => {
    const events = Array.from({ length: 26 }, (_, index) => event('commented', { id: String(index).padStart(8, '0') }));
    const opened = async (eventId: string): Promise<(string | undefined)[]> => {
      const failed = { type: 'retracted', values: new URLSearchParams({ eventId, why: 'typed here' }) };
      const text = String(await timelineSection({ ...view, failed }, loadedOf({ events })));
      const ids = [
        ...text.matchAll(/<details class="take-back" open>.*?name="eventId" value="(\d+)".*?value="([^"]*)"/gs),
      ];
      return [...ids.flatMap(([, ...each]) => each), /<details( open)?><summary>1 earlier/.exec(text)?.[1]];
    };
    expect(await opened('00000003')).toEqual(['00000003', 'typed here', undefined]);
    expect(await opened('00000025')).toEqual(['00000025', 'typed here', ' open']);
    expect(await opened('00000099')).toEqual([undefined]);
  });

  test('of what a tool has filed the reason is in English alone, since the rule is named', async () => {
    const of = event('filed', {
      actor: 'zendesk',
      detail: { rule: 'category-stated', why: 'The category is trouble.' },
    });
    const inJapanese = timelineSection({ ...view, ...speak({ language: 'ja', policy }) }, loadedOf({ events: [of] }));
    expect((await read(inJapanese)).join('\n')).not.toContain('The category');
    expect(await shown(of)).toContain('The category');
  });

  test('why a person took something back is in their own words, in either language', async () => {
    const of = event('withdrawn', { detail: { incident: 'inc_2', why: '別の店の話', type: 'corrected' } });
    for (const language of ['ja', 'en'] as const) {
      const section = timelineSection({ ...view, ...speak({ language, policy }) }, loadedOf({ events: [of] }));
      expect((await read(section)).join('\n')).toContain('別の店の話');
    }
  });

  test.each<[string, object, Partial<Incident>, string | undefined]>([
    ['a comment', event('commented'), {}, 'Use this to undo a mistake.'],
    ['a recovery', event('recovered'), { recoveredAt: ago(60) }, 'The incident reopens'],
    ['what a rule has recorded', event('slot-closed', { actor: 'rule' }), {}, undefined],
    ['a comment on what is linked', event('commented'), { status: 'linked', linkedTo: 'inc_2' }, 'Use this to undo a'],
  ])('%s is offered to be taken back, with what that does', async (_, of, stated, hint) => {
    const text = await shown(of, stated);
    expect(text.includes('events/retracted')).toBe(hint !== undefined);
    if (hint) expect(text).toContain(hint);
  });
});

test.each([
  [99, '(99)'],
  [100, '(100+)'],
])('of %i reports and alerts it is said how many are known: %s', async (count, said) => {
  const signal = { tool: 'zendesk', kind: 'stated', sourceId: '1', receivedAt: ago(9), incidentId: 'inc_1' };
  const signals = Array.from({ length: count }, (_, index) => ({ ...signal, id: `sig_${index}` }));
  const lines = await read(signalsSection(view, loadedOf({ signals })));
  expect(lines[0]).toContain(`Reports and alerts ${said}`);
});

test('what became of an update is said with why, unless it came through in the end', async () => {
  const update = (state: string) => ({
    id: `upd_${state}`,
    customers: ['s-1'],
    state,
    requestedAt: ago(9),
    requestedBy: 'ann@a.jp',
    sentAt: null,
    url: null,
    error: 'HTTP 500',
    text: 'x',
  });
  const said = async (state: string): Promise<boolean> =>
    (await read(updatesSection(view, loadedOf({ updates: [update(state)] })))).includes('HTTP 500');
  expect(await Promise.all(['sending', 'failed', 'unknown', 'sent'].map(said))).toEqual([true, true, true, false]);
});

test.each([
  [{}, undefined],
  [{ met: 2 }, '2 on time, 0 late, 0 missed, 0 without a reminder'],
  [{ late: 1 }, '0 on time, 1 late, 0 missed, 0 without a reminder'],
  [{ missed: 3 }, '0 on time, 0 late, 3 missed, 0 without a reminder'],
  [{ notReminded: 1 }, '0 on time, 0 late, 0 missed, 1 without a reminder'],
])('how the updates went so far is said as soon as one has fallen due: %j', async (own, counts) => {
  const slots = { met: 0, late: 0, missed: 0, notReminded: 0, ...own };
  const lines = await read(customersSection(view, loadedOf({}, { slots })));
  const line = counts && `Updates so far: ${counts} (Metronome was down)`;
  expect(lines.find((each) => each.startsWith('Updates so far'))).toBe(line);
});

test.each([
  [5 * 60_000, 'countdown'],
  [5 * 60_000 - 1, 'countdown soon'],
  [0, 'countdown soon'],
  [-1, 'countdown overdue'],
])('what is due in %d ms is marked as %j', async (ms, marks) => {
  const text = String(await countdown(view, new Date(now.getTime() + ms)));
  expect(/class="([^"]*)"/.exec(text)?.[1]).toBe(marks);
});

test.each([
  ['this day', '2026-11-18T03:00:01Z', '12:00'],
  ['its first moment', '2026-11-17T15:00:00Z', '00:00'],
  ['the day before', '2026-11-17T14:59:59Z', 'Tue, Nov 17, 23:59'],
  ['the same day of another month', '2026-10-18T03:00:00Z', 'Sun, Oct 18, 12:00'],
  ['the same day of another year', '2025-11-18T03:00:00Z', 'Tue, Nov 18, 2025, 12:00'],
])('a time of %s is written with as much as it takes', async (_, at, written) => {
  expect(await read(shortTime(view, new Date(at)))).toEqual([written]);
});

const checkpoint = (id: string, result = 'fail') => {
  return { id, heading: 'response', result, reason: 'no-slots', facts: {}, evidence: [] };
};
const entry = (id: string, stated: object = {}) => ({
  id,
  title: id,
  isDrill: false,
  impact: {},
  score: { reference: { value: 4 }, confirmed: null },
  checkpoints: [],
  ...stated,
});
const sittingOf = (stated: { head?: object; meeting?: object; own?: object[]; carried?: object[]; isHeld?: boolean }) =>
  ({
    week: { id: '2026-W46' },
    isHeld: stated.isHeld ?? false,
    slice: {
      head: {
        newActions: [],
        carriedActions: [],
        returnedActions: [],
        lastMeeting: null,
        aggregates: { load: { people: [], incidents: 0 } },
        ...stated.head,
      },
    },
    meeting: { answers: [], ...stated.meeting },
    steps: [],
    own: stated.own ?? [],
    carried: stated.carried ?? [],
    all: [...(stated.own ?? []), ...(stated.carried ?? [])],
  }) as unknown as Sitting;

describe('what a meeting is proposed for an incident', () => {
  test.each([
    ['release-flow', 'prevent'],
    ['tests-run', 'prevent'],
    ['first-response', 'mitigate'],
    ['scope-confirmed', 'detect'],
    ['customers-updated', 'mitigate'],
  ])('where %s failed is to %s', (id, kind) => {
    const proposal = proposalFor(view, sittingOf({}), entry('inc_1', { checkpoints: [checkpoint(id)] }) as never);
    expect(proposal?.kind).toBe(kind);
    expect(proposal?.description).toContain(view.name('checkpoint', id));
  });

  test('is for the first failure that no action of its own was made for yet', () => {
    const checkpoints = [
      checkpoint('release-flow', 'pass'),
      checkpoint('tests-run'),
      checkpoint('first-response', 'no-data'),
      checkpoint('scope-confirmed'),
    ];
    const kinds = [[], ['inc_1'], ['inc_2', 'inc_1'], ['inc_1', 'inc_1']].map((made) => {
      const newActions = made.map((incidentId) => ({ incidentId }));
      // Those of an earlier meeting were made for what was known then.
      const head = { newActions, carriedActions: [{ incidentId: 'inc_1' }] };
      return proposalFor(view, sittingOf({ head }), entry('inc_1', { checkpoints }) as never)?.kind;
    });
    expect(kinds).toEqual(['prevent', 'detect', 'detect', undefined]);
  });
});

describe('the lists of a meeting', () => {
  const many = Array.from({ length: 101 }, (_, index) => entry(`inc_${index}`));
  test.each([
    [1, 'inc_0', 'inc_49', '1–50'],
    [3, 'inc_100', 'inc_100', '101–101'],
    [4, 'inc_100', 'inc_100', '101–101'],
    [0, 'inc_0', 'inc_49', '1–50'],
    [1.5, 'inc_0', 'inc_49', '1–50'],
    [Number.NaN, 'inc_0', 'inc_49', '1–50'],
  ])('page %d is from %s to %s', async (page, first, last, tab) => {
    const lines = await read(listPart(view, sittingOf({ own: many }), 'incidents', page));
    const names = lines.flatMap((each) => /step=(inc_\d+) /.exec(each)?.[1] ?? []);
    expect([names[0], names.at(-1)]).toEqual([first, last]);
    expect(lines.join('\n')).toMatch(new RegExp(`● →\\S+ ${tab}`));
  });

  test('each has its confirmed score, and what the meeting has made of it', async () => {
    const own = [
      entry('inc_a', { score: { reference: { value: 4 }, confirmed: { value: 0 } }, reviewedAt: 'x' }),
      entry('inc_b', { impact: { businessImpact: 'degraded' } }),
      entry('inc_c', { score: { reference: { value: null }, confirmed: null }, reviewedAt: 'x' }),
    ];
    const sitting = sittingOf({ own, carried: [entry('inc_d')], meeting: { later: ['inc_c'] } });
    const lines = await read(listPart(view, sitting, 'incidents', 1));
    expect(lines.filter((each) => each.includes('step=inc_')).map((each) => each.replace(/.*step=\S+ /, ''))).toEqual([
      'inc_a unknown · Score 0 {good} reviewed',
      'inc_b degraded · Score 4 to do',
      'inc_c unknown · Score unknown {warn} later',
    ]);
    expect((await read(listPart(view, sitting, 'carried', 1))).join()).toContain('inc_d');
  });

  test('at its end are all that were not reviewed, and who was there as it was said', async () => {
    const own = [entry('inc_a', { reviewedAt: 'x' }), entry('inc_b')];
    const meeting = { later: ['inc_c'], attendance: { present: ['ann', 'ken'], chair: 'ken' } };
    const head = { lastMeeting: { attendance: { present: ['mori'], chair: 'mori' } } };
    const ended = async (of: object) =>
      (await read(endPart(view, sittingOf({ head, own, carried: [entry('inc_c')], ...of })))).join('\n');
    const text = await ended({ meeting });
    expect([...text.matchAll(/step=(inc_\w) /g)].map((each) => each[1])).toEqual(['inc_b', 'inc_c']);
    expect(text).toContain('[text chair=ken]');
    expect(text).toMatch(/\[textarea present\]\s+ann\nken/);
    // Before anybody has said so, the last meeting's attendees, and the viewer.
    const before = await ended({});
    expect(before).toContain('[text chair=chair@a.jp]');
    expect(before).toMatch(/\[textarea present\]\s+mori/);
  });
});

test('an action that was done and did not hold is planned again or dropped, and names what came again', async () => {
  const action = { id: 'act_1', version: '1', description: 'x', status: 'done', dueAt: now.toISOString(), lacks: [] };
  const recurredAs = [{ incidentId: 'inc_a', title: 'また' }];
  const head = { returnedActions: [{ ...action, recurredAs }] };
  const text = (await read(actionsPart(view, sittingOf({ head })))).join('\n');
  expect(text).toMatch(/また/);
  expect(text).toMatch(/\[hidden reopen=yes\]/);
  expect(text).toMatch(/replan/);
  expect(text).not.toMatch(/choice=?done/);
  const held = (await read(actionsPart(view, sittingOf({ head, isHeld: true })))).join('\n');
  expect(held).not.toMatch(/reopen/);
});

test('an action that is open and has evidence already is asked for it again, and for what else it was', async () => {
  const stated = { owner: 'ken', ticketUrl: 'https://t.example/1', doneWhen: 'it rings' };
  const action = {
    ...stated,
    id: 'act_1',
    version: '00000001',
    description: 'x',
    status: 'agreed',
    dueAt: now.toISOString(),
    ageDays: 1,
    timesCarried: 1,
    isOverdue: false,
    choiceRequired: false,
    lacks: [],
    evidenceUrl: 'https://t.example/2',
    droppedReason: 'was not needed',
  };
  const text = (await read(actionsPart(view, sittingOf({ head: { carriedActions: [action] } })))).join('\n');
  const shown = { evidenceUrl: '', droppedReason: '', ...stated };
  const fieldOf = (name: string) => new RegExp(`\\[\\w+ ${name}=([^\\]]*)\\]`).exec(text)?.[1];
  expect(Object.keys(shown).map(fieldOf)).toEqual(Object.values(shown));
});
