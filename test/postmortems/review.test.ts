/** What a review confirms, keeps and records; and what a bundle says of an emergency and of actions at its week's end. */
import { describe, expect, test } from 'vitest';
import { changedFields } from '../../functions/incidents/facts/timeline.ts';
import { evolveAlone } from '../../functions/incidents/fold/evolve.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import { policy } from '../../functions/policy.ts';
import type { NextAction } from '../../functions/postmortems/actions-rules.ts';
import { assembleBundle } from '../../functions/postmortems/bundle.ts';
import { emergencyOf } from '../../functions/postmortems/entry.ts';
import { decideReview, type ReviewStatement, reviewSchema } from '../../functions/postmortems/review.ts';
import { rowsOf } from '../in-a-line.ts';
import { at, incident, inputs, minutesAfter, week } from './facts.ts';

const own = week('2026-W47');
const filedAt = at('2026-11-18T01:00:00Z');
const now = at('2026-11-24T01:00:00Z');
const known = incident({
  id: 'inc_1',
  filedAt,
  impact: { businessImpact: 'stopped', affectedCustomerCount: 12, scopeMethod: 'logs' },
  cause: { category: 'release', summary: '設定漏れ', releaseId: 'r-1' },
  mitigation: { kind: 'revert', summary: '戻した' },
  permanentFix: '直した',
  affectedCustomers: [{ id: 's-1' }, { id: 's-2' }],
});
const bare = incident({ id: 'inc_1', filedAt });
const all = {
  businessImpact: 'stopped',
  affectedCustomerCount: 12,
  scopeMethod: 'logs',
  scopeEvidenceUrl: 'https://logs.example/1',
  recurrenceRisk: 'no',
  cause: { category: 'release' },
  permanentFix: '直した',
  prevention: '手順',
  note: 'x',
} as const;
const changes = {
  businessImpact: 'degraded',
  affectedCustomerCount: 3,
  recurrenceRisk: 'yes',
  lighterWayTried: '設定',
  prevention: '手順',
  note: 'x',
  evidenceUrl: 'https://m.example/minutes',
} as const;
const scope = { scopeMethod: '電話', scopeEvidenceUrl: 'https://logs.example/2' };
const mitigated = { ...known, mitigation: { ...known.mitigation, kind: 'revert', lighterWayTried: '設定' } as const };

/** What is stated of which incident. */
const reviews: Record<string, [stated: Omit<ReviewStatement, 'actor'>, of: Incident]> = {
  // Stopped, 10 to 99 customers: 4 × 3. The reference stays what was known without it.
  'nothing, which confirms what is known and gives it its score': [{}, known],
  'all that it can say': [all, known],
  'other things, each for itself, with the old beside it': [changes, known],
  'again how the scope was confirmed and what was done for good': [{ ...scope, permanentFix: '型で縛る' }, mitigated],
  'something of what was reviewed before, which is kept as well': [{}, { ...known, reviewedAt: filedAt }],
  'another cause’s category, which leaves the rest': [{ cause: { category: 'data' } }, known],
  'another summary': [{ cause: { category: 'data', summary: '別' } }, known],
  'another release': [{ cause: { category: 'data', releaseId: 'none' } }, known],
  'a cause where there was none': [{ cause: { category: 'data' } }, bare],
  'a lighter way of what was never mitigated': [{ lighterWayTried: '設定' }, bare],
  'fewer than are named': [{ affectedCustomerCount: 1 }, known],
  'a count of what was scoped before': [{ affectedCustomerCount: 5 }, { ...known, scopedAt: filedAt }],
  'neither impact nor count, which gives no score': [{}, bare],
  'no impact on nobody, which is nought': [{ businessImpact: 'none', affectedCustomerCount: 0 }, bare],
};
test('a review records and changes this, and nothing else (else: vitest -u, and read what has changed)', async () => {
  const rows = Object.entries(reviews).map(([what, [stated, of]]) => {
    const event = decideReview(of, { actor: 'ann', ...stated }, policy, now);
    const { incident: after } = evolveAlone(of, { ...event, recordedAt: now }, policy);
    const { schedule: _, ...changed } = changedFields(of, after);
    return [what, { event, changed }];
  });
  await expect(rowsOf(Object.fromEntries(rows))).toMatchFileSnapshot('reviewed-whole.txt');
});

test.each<[stated: object, isTaken: boolean]>([
  [{ affectedCustomerCount: 0 }, true],
  [{ affectedCustomerCount: 1 }, true],
  [{ affectedCustomerCount: 100_000_000 }, true],
  [{ affectedCustomerCount: -1 }, false],
  [{ affectedCustomerCount: 100_000_001 }, false],
  [{ affectedCustomerCount: 1.5 }, false],
  [{ cause: { category: 'data', summary: '設定', releaseId: 'r-1' } }, true],
  [{ cause: { category: 'weather' } }, false],
  [{ cause: { category: 'data', who: 'ann' } }, false],
  [{ cause: { summary: '設定' } }, false],
  [{ who: 'ann' }, false],
])('a meeting that states %j is understood: %s', (stated, isTaken) => {
  expect(reviewSchema.safeParse(stated).success).toBe(isTaken);
});

describe('an emergency in the bundle', () => {
  const report = (incidentId: string, customerId: string) => ({ incidentId, customerId, at: filedAt });
  const of = (stated: object, roles = {}) =>
    emergencyOf({
      emergency: {
        since: filedAt,
        rule: 'many-customers',
        inputs: { level: 'high', businessImpact: 'stopped', affectedCustomerCount: 30, area: 'order' },
        policyVersion: 'p',
        endedAt: null,
        ...stated,
      } as never,
      roles,
    });

  test('counts customers, each once however often they reported; without reports those who are affected', () => {
    const reports = [report('inc_1', 's-1'), report('inc_2', 's-2'), report('inc_3', 's-2')];
    expect(of({ inputs: { affectedCustomerCount: 30, area: 'order', reports } })?.customers).toBe(2);
    expect(of({})).toMatchObject({ customers: 30, area: 'order' });
  });

  test('says how long it lasted, and when each role was taken, not who took it', () => {
    const roles = {
      lead: { who: 'ann', at: minutesAfter(filedAt, 3.5) },
      record: { who: 'ken', at: minutesAfter(filedAt, -1) },
    };
    expect(of({ endedAt: minutesAfter(filedAt, 42) }, roles)).toMatchObject({
      minutes: { minutes: 42 },
      roles: [
        { role: 'lead', takenAt: '2026-11-18T01:03:30.000Z', minutes: 3.5 },
        { role: 'customers', takenAt: null, minutes: null },
        { role: 'record', minutes: 0 },
      ],
    });
    expect(of({})).toMatchObject({ endedAt: null, minutes: { state: 'pending' } });
    expect(JSON.stringify(of({}, roles))).not.toMatch(/"(?:ann|ken)"/);
    expect(emergencyOf({})).toBeUndefined();
  });

  test('is listed with all that its entry says of it, and with each checkpoint, what does not apply as well', () => {
    const emergency = { since: filedAt, rule: 'many-customers-stopped', inputs: {}, endedAt: null } as never;
    // No release is its cause: its build is not looked at.
    const cause = { category: 'data' as const, releaseId: 'none' };
    const filed = [
      incident({ id: 'inc_1', filedAt, title: '止まった', emergency, cause }),
      incident({ id: 'inc_2', filedAt }),
    ];
    const { emergencies, entries } = assembleBundle(inputs({ week: own, filed })).bundle;
    const [entry] = entries;
    expect(emergencies).toEqual([
      {
        incidentId: 'inc_1',
        title: '止まった',
        ...entry?.emergency,
        checkpoints: entry?.checkpoints.map(({ id, result }) => ({ id, result })),
      },
    ]);
    expect(new Set(emergencies?.[0]?.checkpoints.map(({ result }) => result))).toContain('not-applicable');
  });
});

test('actions of earlier meetings that were open as the week ended lead its bundle, and none that was closed before', () => {
  const action = (id: string, stated: Partial<NextAction>): NextAction => ({
    id,
    schemaVersion: 1,
    bundleId: '2026-W46',
    description: id,
    kind: 'fix',
    dueAt: minutesAfter(own.end, 1),
    due: { rule: 'other-score', inputs: { confirmedScore: 1, from: filedAt } },
    status: 'agreed',
    createdAt: filedAt,
    createdBy: 'ann',
    history: [],
    ...stated,
  });
  const closed = (ms: number) => ({ status: 'done' as const, closedAt: new Date(own.end.getTime() + ms) });
  const actions = [
    action('open', {}),
    action('overdue', { dueAt: new Date(own.end.getTime() - 1) }),
    action('due-then', { dueAt: own.end }),
    action('closed-then', closed(0)),
    action('closed-before', closed(-1)),
    action('own', { bundleId: own.id }),
    action('later', { bundleId: '2026-W48' }),
  ];
  const { bundle } = assembleBundle(inputs({ week: own, actions }));
  expect(bundle.carriedActions.map(({ id, isOverdue }) => [id, isOverdue])).toEqual([
    ['overdue', true],
    ['due-then', false],
    ['closed-then', false],
    ['open', false],
  ]);
  expect(bundle.newActions.map(({ id }) => id)).toEqual(['own']);
});
