/** Whether what was done held: which incidents return an action, and when one without a prevention comes back. */
import { describe, expect, test } from 'vitest';
import type { Incident } from '../../functions/incidents/incident.ts';
import { milliseconds, policy } from '../../functions/policy.ts';
import { changeAction, type NextAction, proposeAction } from '../../functions/postmortems/actions-rules.ts';
import { assembleBundle } from '../../functions/postmortems/bundle.ts';
import { isSettledBy } from '../../functions/postmortems/entry.ts';
import { incident, inputs, minutesAfter, week } from './facts.ts';

const own = week('2026-W47');
const filedAt = minutesAfter(own.start, 600);
const heldFor = milliseconds(policy.actions.heldFor) / 60_000;
const cause = { category: 'configuration' as const };
const of = (area: string | undefined) => ({ tool: 'generic' as const, id: '1', ...(area ? { area } : {}) });
const source = incident({ id: 'inc_old', filedAt: minutesAfter(filedAt, -200_000), cause, origin: of('レジ') });

const proposed = proposeAction(
  'act_1',
  {
    description: '設定を型で縛る',
    kind: 'prevent',
    bundleId: '2026-W20',
    incidentId: 'inc_old',
    owner: 'ken',
    ticketUrl: 'https://t.example/1',
    doneWhen: '型がある',
  },
  3,
  { actor: 'ann', now: minutesAfter(filedAt, -190_000) },
  policy,
);
const ended = (status: 'done' | 'dropped', now: Date): NextAction =>
  changeAction(
    proposed,
    { status, evidenceUrl: 'https://t.example/pr', droppedReason: 'x' },
    3,
    { actor: 'ann', now },
    policy,
  ) as NextAction;
const done = ended('done', minutesAfter(filedAt, -60));

const assembled = (
  stated: Partial<Incident>,
  action = done,
  from: Incident = source,
  at: 'filed' | 'earlier' = 'filed',
) =>
  assembleBundle(
    inputs({
      week: own,
      [at]: [incident({ id: 'inc_new', title: 'また', filedAt, cause, origin: of('ﾚｼﾞ'), ...stated })],
      actions: [action],
      named: new Map([[from.id, from]]),
    }),
  ).bundle;

test('an incident of the same area and cause soon after an action was done returns it, to the page and the agenda', () => {
  const bundle = assembled({});
  expect(bundle.returnedActions).toMatchObject([
    { id: 'act_1', status: 'done', recurredAs: [{ incidentId: 'inc_new', title: 'また' }] },
  ]);
  expect(bundle.agenda).toContainEqual({ id: 'act_1', kind: 'action', title: '設定を型で縛る' });
  expect([bundle.carriedActions, bundle.carriedActionCount]).toEqual([[], 0]);
});

test('one that is carried returns it as well', () => {
  const [before, now] = [ended('done', minutesAfter(own.start, -2_000)), minutesAfter(own.start, -1_000)];
  expect(assembled({ filedAt: now }, before, source, 'earlier').returnedActions).toHaveLength(1);
});

const noCause = incident({ id: 'inc_old', filedAt: source.filedAt, origin: of('レジ') });
test.each<[why: string, stated: Partial<Incident>, action?: NextAction, from?: Incident]>([
  ['of another area', { origin: of('印刷') }],
  ['of no area', { origin: of(undefined) }],
  ['of another cause', { cause: { category: 'data' } }],
  ['of an unknown cause', { cause: { category: 'unknown' } }, done, { ...source, cause: { category: 'unknown' } }],
  ['of a source whose cause nobody said', {}, done, noCause],
  ['before the action was done', {}, ended('done', minutesAfter(filedAt, 1))],
  ['that occurred before it was done', { occurredAt: minutesAfter(filedAt, -61) }],
  ['longer after it than the policy says', {}, ended('done', minutesAfter(filedAt, -heldFor - 1))],
  ['of an action that is open', {}, proposed],
  ['of an action that was dropped', {}, ended('dropped', minutesAfter(filedAt, -60))],
  ['that is the one for which it was made', { id: 'inc_old' }],
  ['of a drill', { isDrill: true }],
  ['that did not occur', { status: 'not-occurring' }],
])('none returns it %s', (_, stated, action, from) => {
  expect(assembled(stated, action, from).returnedActions).toEqual([]);
});

test('just as long after it as the policy says is soon', () => {
  expect(assembled({}, ended('done', minutesAfter(filedAt, -heldFor))).returnedActions).toHaveLength(1);
});

describe('what could recur is carried until somebody says what prevents it', () => {
  const over = {
    recoveredAt: minutesAfter(filedAt, 10),
    reviewedAt: minutesAfter(filedAt, 20),
    status: 'recovered' as const,
  };
  test.each<[risk: 'yes' | 'no' | 'unknown' | undefined, prevention: string | undefined, isSettled: boolean]>([
    ['yes', undefined, false],
    ['yes', '二人で見る', true],
    ['no', undefined, true],
    ['unknown', undefined, true],
    [undefined, undefined, true],
  ])('risk %s, prevention %s', (recurrenceRisk, prevention, isSettled) => {
    const stated = {
      ...over,
      ...(recurrenceRisk ? { impact: { recurrenceRisk } } : {}),
      ...(prevention ? { prevention } : {}),
    };
    expect(isSettledBy(incident({ id: 'inc_1', filedAt, ...stated }), own.end)).toBe(isSettled);
  });
});
