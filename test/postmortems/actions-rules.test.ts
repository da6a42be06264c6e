import { describe, expect, test } from 'vitest';
import { newDelivery } from '../../functions/platform/delivery.ts';
import { policy } from '../../functions/policy.ts';
import { presentAction } from '../../functions/postmortems/actions.ts';
import {
  actionVersion,
  bundleInReview,
  changeAction,
  changedAction,
  judgeDue,
  lacksOf,
  type NextAction,
  needsChoice,
  proposeAction,
  ticketDueAt,
  timesCarried,
  wantTicket,
  wasProposedAs,
} from '../../functions/postmortems/actions-rules.ts';
import {
  askMissingAt,
  decideActionReminder,
  decideBundleReminder,
  earlier,
} from '../../functions/postmortems/reminders.ts';
import { refuse } from '../../functions/words/refusals/refuse.ts';
import { rowsOf } from '../in-a-line.ts';
import { at, week } from './facts.ts';

const monday = at('2026-11-23T01:00:00Z');
const by = { actor: 'chair@a.example', now: monday };
const bare = { description: 'Block deploys on Fridays', kind: 'prevent' as const };
const whole = { ...bare, owner: 'mari', ticketUrl: 'https://t.example/1', doneWhen: 'A Friday deploy is refused' };
const propose = (stated: typeof bare, score: number | null = null): NextAction =>
  proposeAction('act_1', stated, score, by, policy);
const change = (
  action: NextAction,
  stated: Parameters<typeof changeAction>[1],
  score: number | null = null,
): NextAction => {
  const result = changeAction(action, stated, score, { actor: 'ken', now: at('2026-11-24T01:00:00Z') }, policy);
  if ('refused' in result) throw new Error(result.refused.text);
  return result;
};

test.each<[object, string[]]>([
  [{}, []],
  [{ ...whole, status: 'agreed', evidenceUrl: 'http://a.jp', droppedReason: 'x', dueAt: '2026-12-18' }, []],
  [{ dueAt: '2026-12-18T10:00:00+09:00' }, []],
  ...['2026-12-32', '2026-12-18T10:00:00', 'tomorrow'].map((dueAt): [object, string[]] => [
    { dueAt },
    [refuse('not-a-date').text],
  ]),
  [
    { description: ' ', doneWhen: 'x'.repeat(2_001), owner: 'x'.repeat(321), ticketUrl: 'a.jp' },
    ['description', 'doneWhen', 'owner', 'ticketUrl'],
  ],
  [
    { kind: 'x', status: 'x', droppedReason: '', evidenceUrl: 'a.jp', more: 1 },
    ['kind', 'status', 'droppedReason', 'evidenceUrl', ''],
  ],
])('%j is stated of an action item, or is wrong at %j', (stated, wrong) => {
  const issues = changedAction.safeParse(stated).error?.issues ?? [];
  const said = issues.map(({ path, message }) => (path[0] === 'dueAt' ? message : path.join('.')));
  expect(said.toSorted()).toEqual(wrong.toSorted());
});

describe('next actions (table G)', () => {
  test.each([
    [null, '2026-12-08', 'score-unknown'],
    [8, '2026-12-08', 'high-score'],
    [16, '2026-12-08', 'high-score'],
    [7, '2026-12-23', 'other-score'],
    [0, '2026-12-23', 'other-score'],
  ])('a confirmed score of %s is due on %s', (score, date, rule) => {
    const judged = judgeDue(score, monday, policy);
    expect([judged.dueAt.toISOString().slice(0, 10), judged.due.rule]).toEqual([date, rule]);
    const inputs = { confirmedScore: score, from: monday };
    expect(judged.due.inputs).toEqual(inputs);
    expect(propose(whole, score)).toMatchObject({ dueAt: judged.dueAt, due: { rule, inputs } });
    expect(change(propose(whole), { owner: 'ken' }, score)).toMatchObject({
      dueAt: judged.dueAt,
      due: { rule, inputs },
    });
  });

  test('it is proposed while it lacks something, and says what; agreed once whole', () => {
    const proposed = propose(bare);
    expect([proposed.status, lacksOf(proposed)]).toEqual(['proposed', ['owner', 'ticketUrl', 'doneWhen']]);
    expect(propose(whole)).toMatchObject({ status: 'agreed', agreedAt: monday, bundleId: '2026-W47' });
    const half = change(proposed, { owner: 'mari', ticketUrl: 'https://t.example/1' });
    expect([half.status, lacksOf(half)]).toEqual(['proposed', ['doneWhen']]);
    const agreed = change(half, { doneWhen: 'A Friday deploy is refused' });
    expect(agreed).toMatchObject({ status: 'agreed' });
    expect(agreed.history.map((each) => Object.keys(each.new))).toEqual([
      ['owner', 'ticketUrl'],
      ['doneWhen', 'status'],
    ]);
  });

  test('what is refused says why, and what to do', async () => {
    const evidenceUrl = 'https://t.example/1';
    const dueAt = at('2026-12-18T00:00:00Z');
    const cases: [string, typeof bare, Parameters<typeof changeAction>[1]][] = [
      ['agreed to, and lacking all', bare, { status: 'agreed' }],
      ['agreed to, and lacking something', { ...whole, doneWhen: '' } as typeof bare, { status: 'agreed' }],
      ['done with evidence, and lacking all', bare, { status: 'done', evidenceUrl }],
      ['done', whole, { status: 'done' }],
      ['dropped', whole, { status: 'dropped' }],
      ['planned for now', whole, { dueAt: monday }],
      ['closed and planned', whole, { status: 'dropped', droppedReason: 'x', dueAt }],
    ];
    const rows = cases.map(([name, of, stated]) => {
      const result = changeAction(propose(of), stated, null, by, policy);
      if (!('refused' in result)) throw new Error(`${name} was taken.`);
      const errors = (result.errors ?? []).map(({ path, message }) => `${path}: ${message}`);
      return `${name} ⇒ ${result.status} ${[result.refused.text, ...errors].join(' ⏎ ')}\n`;
    });
    await expect(rows.join('')).toMatchFileSnapshot('refused-whole.txt');
  });

  test('it is of its incident, where it has one', () => {
    expect(propose({ ...bare, incidentId: 'inc_1' } as typeof bare).incidentId).toBe('inc_1');
    expect(propose(bare)).not.toHaveProperty('incidentId');
  });

  test('it was agreed when it was first whole, and not any more once it lacks something', () => {
    const agreed = change(propose(bare), whole);
    expect(agreed.agreedAt).toEqual(at('2026-11-24T01:00:00Z'));
    expect(change({ ...agreed, agreedAt: monday }, { owner: 'ken' }).agreedAt).toEqual(monday);
    const lacking = change(agreed, { owner: '' });
    expect(lacking.status).toBe('proposed');
    expect(lacking).not.toHaveProperty('agreedAt');
    const dropped = change(agreed, { status: 'dropped', droppedReason: 'x' });
    expect(dropped.agreedAt).toEqual(agreed.agreedAt);
    expect(change(propose(bare), { status: 'dropped', droppedReason: 'x' })).not.toHaveProperty('agreedAt');
  });

  test('it was closed when it was, and again when it closes otherwise', () => {
    const closed = { ...change(propose(whole), { status: 'dropped', droppedReason: 'x' }), closedAt: monday };
    expect(change(closed, { droppedReason: 'y' }).closedAt).toEqual(monday);
    const evidence = { status: 'done' as const, evidenceUrl: 'https://t.example/pr' };
    expect(change(closed, evidence).closedAt).toEqual(at('2026-11-24T01:00:00Z'));
  });

  test('its version grows with what people have said of it', () => {
    const action = change(change(propose(whole), { owner: 'ken' }), { owner: 'mari' });
    const byRule = { at: monday, actor: 'rule', old: {}, new: {} };
    const versions = [propose(whole), action, { history: [...action.history, byRule] }].map(actionVersion);
    expect(versions).toEqual(['00000001', '00000003', '00000003']);
  });

  test('done closes it once; opened again, it is open', () => {
    const done = change(propose(whole), { status: 'done', evidenceUrl: 'https://t.example/pr' });
    expect(done.closedAt).toEqual(at('2026-11-24T01:00:00Z'));
    expect(change(done, { status: 'done' })).toBe(done);
    const again = change(done, { status: 'agreed' });
    expect(again.status).toBe('agreed');
    expect(again.closedAt).toBeUndefined();
  });

  test('the date follows the score as it becomes known, from the day of the proposal', () => {
    expect(change(propose(whole), { owner: 'ken' }, 2).dueAt).toEqual(at('2026-12-23T01:00:00Z'));
  });

  test('carried once for every bundle after its own, over the year’s end', () => {
    const from = (bundleId: string, to: string) => timesCarried({ bundleId }, to, policy);
    expect([from('2026-W47', '2026-W47'), from('2026-W47', '2026-W48'), from('2026-W52', '2027-W01')]).toEqual([
      0, 1, 2,
    ]);
    expect([from('2026-W48', '2026-W47'), from('?', '2026-W47'), from('2026-W47', '?')]).toEqual([0, 0, 0]);
    expect(bundleInReview(at('2026-11-22T14:59:59Z'), policy)).toBe('2026-W46');
    expect(bundleInReview(at('2026-11-22T15:00:00Z'), policy)).toBe('2026-W47');
  });
});

describe('what it was proposed as', () => {
  const stated = { ...whole, incidentId: 'inc_1', bundleId: '2026-W48' };

  test('is the same whatever has become of it', () => {
    expect(wasProposedAs(propose(stated), stated)).toBe(true);
    const once = change(propose(stated), { description: 'Two', owner: 'ken' });
    const twice = change(once, { owner: 'ito', kind: 'fix', ticketUrl: 'https://t.example/2', doneWhen: 'Seen' });
    expect(wasProposedAs(twice, stated)).toBe(true);
    expect(wasProposedAs(twice, { ...stated, owner: 'ken' })).toBe(false);
    // What was left out, and has been said since.
    const wholeSince = change(change(propose(bare), { owner: 'ken' }), { owner: 'ito', doneWhen: 'Seen' });
    expect([wasProposedAs(wholeSince, bare), wasProposedAs(wholeSince, { ...bare, owner: 'ito' })]).toEqual([
      true,
      false,
    ]);
  });

  test('is of the bundle in review where none was named', () => {
    expect(wasProposedAs(propose(stated), { ...stated, bundleId: undefined })).toBe(true);
    expect(wasProposedAs(propose(bare), { ...bare, bundleId: '2026-W47' })).toBe(true);
    expect(wasProposedAs(propose(bare), { ...bare, bundleId: '2026-W48' })).toBe(false);
  });

  test.each([
    ['description', 'Two'],
    ['kind', 'fix'],
    ['owner', 'ken'],
    ['owner', undefined],
    ['ticketUrl', 'https://t.example/2'],
    ['doneWhen', 'Seen'],
    ['incidentId', 'inc_2'],
    ['incidentId', undefined],
    ['bundleId', '2026-W47'],
  ])('is another one with another %s (%s), also where that is what it has become', (field, value) => {
    const other = { ...stated, [field]: value };
    expect(wasProposedAs(propose(stated), other)).toBe(false);
    const { incidentId: _, bundleId: __, ...changes } = other;
    expect(wasProposedAs(change(propose(stated), changes), other)).toBe(false);
  });
});

describe('as it is shown', () => {
  const shown = (action: NextAction, now: Date) => presentAction(action, policy, now);
  const action = { ...propose(whole, 3), incidentId: 'inc_1', changedAt: at('2026-11-25T00:00:00Z') };
  const ticket = {
    state: 'made' as const,
    requestedAt: at('2026-11-23T02:00:00Z'),
    requestedBy: 'ann',
    key: 'OPS-1',
    error: null,
    mayBeThere: true,
    leasedUntil: null,
    retryAt: null,
    checkedAt: at('2026-11-23T03:00:00Z'),
    closedAt: at('2026-11-23T04:00:00Z'),
  };

  test('it says all that is known of it, and nothing of how it is kept', async () => {
    const rows = rowsOf({ 'an action with its ticket': shown({ ...action, ticket }, at('2026-12-07T01:00:00Z')) });
    await expect(rows).toMatchFileSnapshot('shown-whole.txt');
  });

  test.each([
    ['2026-12-13T15:00:00.000Z', 3, true, false],
    ['2026-12-13T14:59:59.999Z', 2, false, false],
    ['2026-12-23T01:00:00.000Z', 4, true, false],
    ['2026-12-23T01:00:00.001Z', 4, true, true],
  ])('at %s, due on 23 December, it was carried %d times', (now, timesCarried, choiceRequired, isOverdue) => {
    expect(shown(action, at(now))).toMatchObject({ timesCarried, choiceRequired, isOverdue });
  });

  test('closed, it was carried until then, and is not overdue however late it is', () => {
    const done = { ...action, status: 'done' as const, closedAt: at('2026-12-01T00:00:00Z'), ticket };
    const much = at('2027-03-01T00:00:00Z');
    expect(shown(done, much)).toMatchObject({ timesCarried: 1, isOverdue: false, proposesDone: false });
    const open = { ...ticket, closedAt: null };
    expect(shown({ ...action, ticket: open }, monday)).toMatchObject({ proposesDone: false });
    expect(shown(action, monday)).not.toHaveProperty('ticket');
  });
});

describe('its ticket', () => {
  const minute = (minutes: number): Date => new Date(monday.getTime() + minutes * 60_000);
  const made: NonNullable<NextAction['ticket']> = {
    state: 'made',
    requestedAt: minute(0),
    requestedBy: 'ann',
    key: 'OPS-1',
    error: null,
    checkedAt: minute(5),
    closedAt: null,
  };
  const bareAction = propose(bare);
  const wanted = (stated: Partial<NextAction>) =>
    wantTicket({ ...bareAction, ...stated }, { actor: 'ann', now: minute(9) });

  test.each<[string, Partial<NextAction>, string]>([
    ['is closed', { status: 'done' }, 'closed-needs-no-ticket'],
    ['was dropped', { status: 'dropped' }, 'closed-needs-no-ticket'],
    ['has one', { ticketUrl: 'https://t.example/1' }, 'has-ticket'],
    ['is being given one', { ticket: { ...made, state: 'making' } }, 'ticket-being-made'],
  ])('is not made for what %s', (_, stated, code) => {
    expect(wanted(stated)).toEqual({ status: 409, refused: refuse(code as 'has-ticket') });
  });

  test('is wanted where there is none, and again after one that failed', () => {
    expect(wanted({})).toMatchObject({ state: 'making', requestedBy: 'ann' });
    expect(wanted({ ticket: { ...made, state: 'failed', error: 'x' } })).toEqual({
      state: 'making',
      requestedAt: minute(9),
      requestedBy: 'ann',
      key: null,
      error: null,
      checkedAt: null,
      closedAt: null,
    });
  });

  test.each<[string, Partial<typeof made>, NextAction['status'], Date | undefined]>([
    ['being made', { state: 'making' }, 'proposed', minute(0)],
    ['made and looked at', {}, 'agreed', minute(65)],
    ['made and not looked at yet', { checkedAt: null }, 'agreed', minute(60)],
    ['closed in the tool', { closedAt: minute(8) }, 'agreed', undefined],
    ['refused', { state: 'failed' }, 'agreed', undefined],
    ['of what is done', {}, 'done', undefined],
  ])('is asked about next where it is %s', (_, stated, status, dueAt) => {
    expect(ticketDueAt({ ...bareAction, status, ticket: { ...made, ...stated } }, policy)).toEqual(dueAt);
    expect(ticketDueAt({ ...bareAction, status }, policy)).toBeUndefined();
  });

  test('is asked about next when it is put off to', () => {
    const delivery = newDelivery(minute(0), { retryAt: minute(7) });
    expect(ticketDueAt({ ...bareAction, ticket: { ...made, state: 'making' }, delivery }, policy)).toEqual(minute(7));
  });
});

describe('planned again', () => {
  const ahead = at('2026-12-18T14:59:59.999Z');
  const choose = (action: NextAction, bundleId: string, now: Date) => needsChoice(action, bundleId, policy, now);

  test('a date of its own stays, whatever the score says and whatever else changes', () => {
    const planned = change(propose(whole), { dueAt: ahead }, 2);
    const due = { rule: 'replanned', inputs: { confirmedScore: 2, from: at('2026-11-24T01:00:00Z') } };
    expect(planned).toMatchObject({ dueAt: ahead, due, replannedIn: '2026-W47' });
    expect(change(planned, { owner: 'ken' }, 2).dueAt).toEqual(ahead);
    expect(planned.history.at(-1)?.new).toEqual({ dueAt: ahead });
  });

  test('a date of what was closed before is refused', () => {
    const dropped = change(propose(bare), { status: 'dropped', droppedReason: 'x' });
    const refusal = changeAction(dropped, { dueAt: ahead }, null, by, policy);
    expect(refusal).toMatchObject({ status: 409, errors: [{ path: 'dueAt' }] });
  });

  test('three carries ask for a choice; a new date asks again once it has passed and three more have', () => {
    const action = propose(whole);
    const asked = (bundleId: string) => choose(action, bundleId, week(bundleId).end);
    expect(['2026-W47', '2026-W49', '2026-W50', '2026-W53'].map(asked)).toEqual([false, false, true, true]);
    const planned = { ...action, dueAt: ahead, replannedIn: '2026-W50' };
    const again = (bundleId: string) => choose(planned, bundleId, week(bundleId).end);
    expect(['2026-W50', '2026-W52', '2026-W53'].map(again)).toEqual([false, false, true]);
    const far = { ...planned, dueAt: at('2027-03-01T00:00:00Z') };
    expect(choose(far, '2026-W53', week('2026-W53').end)).toBe(false);
    expect(choose({ ...planned, dueAt: week('2026-W53').end }, '2026-W53', week('2026-W53').end)).toBe(false);
    expect(choose({ ...action, dueAt: at('2027-03-01T00:00:00Z') }, '2026-W53', monday)).toBe(true);
    expect(choose(change(action, { status: 'dropped', droppedReason: 'x' }), '2026-W53', monday)).toBe(false);
  });
});

describe('reminders', () => {
  const dueAt = at('2026-12-08T01:00:00Z');
  const remind = (now: string, status: NextAction['status'] = 'agreed') =>
    decideActionReminder({ status, dueAt }, policy, at(now));

  const dueMs = dueAt.getTime();
  const overdue = (weeks: number) => ({ kind: 'action-overdue', key: `overdue:${dueMs}:${weeks}`, since: dueAt });
  const due = { kind: 'action-due', key: `due:${dueMs}`, since: at('2026-12-05T01:00:00Z') };
  test.each<[string, unknown[], string]>([
    ['2026-12-05T00:59:59.999Z', [], '2026-12-05T01:00:00Z'],
    ['2026-12-05T01:00:00.000Z', [due], '2026-12-08T01:00:00Z'],
    ['2026-12-08T00:59:59.999Z', [due], '2026-12-08T01:00:00Z'],
    ['2026-12-08T01:00:00.000Z', [overdue(0)], '2026-12-15T01:00:00Z'],
    ['2026-12-15T00:59:59.999Z', [overdue(0)], '2026-12-15T01:00:00Z'],
    ['2026-12-15T01:00:00.000Z', [overdue(1)], '2026-12-22T01:00:00Z'],
    ['2027-01-05T01:00:00.000Z', [overdue(4)], '2027-01-12T01:00:00Z'],
  ])(
    'at %s an action is due three days before, and escalates on its date and every week after',
    (now, notices, wakeAt) => {
      for (const status of ['proposed', 'agreed'] as const)
        expect(remind(now, status)).toEqual({ notices, wakeAt: at(wakeAt) });
      for (const status of ['done', 'dropped'] as const)
        expect(remind(now, status)).toEqual({ notices: [], wakeAt: null });
    },
  );

  test('missing data is asked for on the Friday, and a bundle not held within seven days is announced weekly', () => {
    const own = week('2026-W47');
    const decide = (now: string, isHeld = false) => decideBundleReminder(own, isHeld, policy, at(now));
    const friday = at('2026-11-20T01:00:00Z');
    const holdBy = at('2026-11-29T15:00:00Z');
    expect(askMissingAt(own, policy)).toEqual(friday);
    const missing = { kind: 'missing-data', key: 'missing', since: friday };
    const notHeld = (weeks: number) => ({ kind: 'bundle-not-held', key: `not-held:${weeks}`, since: holdBy });
    const rows: [now: string, notices: unknown[], wakeAt: Date][] = [
      ['2026-11-20T00:59:59.999Z', [], friday],
      ['2026-11-20T01:00:00.000Z', [missing], holdBy],
      ['2026-11-22T14:59:59.999Z', [missing], holdBy],
      ['2026-11-22T15:00:00.000Z', [], holdBy],
      ['2026-11-29T14:59:59.999Z', [], holdBy],
      ['2026-11-29T15:00:00.000Z', [notHeld(0)], at('2026-12-06T15:00:00Z')],
      ['2026-12-06T14:59:59.999Z', [notHeld(0)], at('2026-12-06T15:00:00Z')],
      ['2026-12-06T15:00:00.000Z', [notHeld(1)], at('2026-12-13T15:00:00Z')],
    ];
    for (const [now, notices, wakeAt] of rows) expect([now, decide(now)]).toEqual([now, { notices, wakeAt }]);
    expect(decide('2026-11-29T15:00:00Z', true)).toEqual({ notices: [], wakeAt: null });
  });
});

test('of two instants the earlier one, and of one that there is, that', () => {
  const [one, other] = [at('2026-12-01T00:00:00Z'), at('2026-12-02T00:00:00Z')];
  expect([earlier(one, other), earlier(other, one)]).toEqual([one, one]);
  expect([earlier(null, one), earlier(one, undefined), earlier(null, undefined)]).toEqual([one, one, null]);
});
