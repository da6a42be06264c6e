/** How the review reads one incident: each fact in its own field, how long things took, and when it is done with. */
import { describe, expect, test } from 'vitest';
import type { Incident, Outage } from '../../functions/incidents/incident.ts';
import type { Score } from '../../functions/incidents/signals/score.ts';
import { policy } from '../../functions/policy.ts';
import {
  buildEntry,
  byFiling,
  type DurationFact,
  durationsOf,
  type EntryFacts,
  isSettledBy,
} from '../../functions/postmortems/entry.ts';
import { rowsOf } from '../in-a-line.ts';
import { at, incident, minutesAfter, week } from './facts.ts';

const own = week('2026-W47');
const filedAt = at('2026-11-18T01:00:00Z');
const base = { id: 'inc_1', filedAt };
const minute = (minutes: number): Date => minutesAfter(filedAt, minutes);
const entryOf = (of: Incident, facts: Partial<EntryFacts> = {}) =>
  buildEntry({ incident: of, releases: new Map(), slots: [], ...facts }, own, policy, own.end);

describe('an entry', () => {
  const inputs = { businessImpact: 'stopped' as const, affectedCustomerCount: 12 };
  const score = (value: number): Score => ({ value, rule: 'impact-by-customers', inputs });
  const impact = {
    affectedCustomerCount: 12,
    businessImpact: 'stopped' as const,
    recurrenceRisk: 'yes' as const,
    scopeEvidenceUrl: 'https://logs.example/1',
    scopeMethod: '注文ログ',
  };
  const whole = incident({
    ...base,
    title: '注文が通らない',
    description: '朝から',
    source: 'alert',
    origin: { tool: 'zendesk', id: 'T-1', area: 'order', url: 'https://z.example/1' },
    ongoing: 'unknown',
    occurredAt: minute(-10),
    isOccurredAtApproximate: true,
    reportedAt: minute(-2),
    firstResponseAt: minute(3),
    mitigatedAt: minute(20),
    recoveredAt: minute(50),
    reviewedAt: minute(9_000),
    impact,
    score: { reference: score(12), confirmed: score(8) },
    cause: { category: 'release', summary: '設定漏れ', releaseId: 'r-1' },
    mitigation: { kind: 'revert', summary: '戻した', lighterWayTried: '設定' },
    permanentFix: '検証',
    prevention: '手順',
    ticketUrls: ['https://t.example/1'],
    assignee: 'ann@a.jp',
    responders: ['ken', 'ann'],
    affectedCustomers: [{ id: 's-1', name: '1号店' }, { id: 's-2' }],
    slots: { met: 5, late: 1, missed: 2, notReminded: 3 },
    missing: [{ field: 'permanentFix', why: 'x' }],
    emergency: {
      since: minute(1),
      rule: 'many-customers-stopped',
      inputs: { level: 'high', businessImpact: 'stopped', affectedCustomerCount: 14, area: 'order' },
      policyVersion: 'p',
      endedAt: null,
    },
  });
  const slots = [
    { customer: 'b', dueAt: minute(15), outcome: 'missed' as const },
    { customer: 'a', dueAt: minute(15), outcome: 'late' as const, updatedAt: minute(16) },
  ];

  const linkedTo = 'inc_2';
  const named = new Map([[linkedTo, { title: '会計できない' }]]);
  const linked = { ...whole, status: 'linked' as const, linkedTo };
  const link = { incidentId: linkedTo, unnamedCount: 0, at: minute(5) };
  const primary = {
    ...base,
    reportedAt: minute(-2),
    occurredAt: minute(-10),
    impact: { businessImpact: 'stopped' as const },
  };
  const member = incident({ ...primary, id: linkedTo });
  const outage: Outage = {
    own: incident({ ...base, reportedAt: minute(3), occurredAt: minute(-10), impact: {} }),
    members: { [linkedTo]: { incident: member, at: minute(5), since: '' } },
    since: minute(5),
    emergencies: [],
  };
  const merged = { ...primary, links: [link], outage };
  const responders = ['zendesk:8', 'ann@a.jp'];
  const actorNames = { 'zendesk:8': '鈴木', 'jira:1': '佐藤' };

  test('says each of its facts in its own field, and has no field for what nobody knows', async () => {
    // Its week ends on Sunday 15:00 UTC.
    const entries = {
      whole: entryOf(whole, { slots }),
      'of which nobody knows anything, filed after its week: no day old': entryOf(
        incident({ ...base, filedAt: minutesAfter(own.end, 3_000) }),
      ),
      'that is linked, which asks for nothing': entryOf(linked),
      'that is linked to one with a title': entryOf(linked, { named }),
      'that was linked once, which is its own': entryOf({ ...whole, linkedTo }, { named }),
      'of a primary, with what was merged into it': entryOf(incident(merged)),
      'of a primary of which somebody has stated its own values since': entryOf(
        incident({ ...merged, reportedAt: minute(-1), impact: {} }),
      ),
      'of a primary to which nothing was brought': entryOf(incident({ ...primary, links: [link] })),
      'whose responder’s account says what it is called': entryOf(incident({ ...base, responders, actorNames })),
      'whose responder’s account does not': entryOf(incident({ ...base, responders })),
    };
    const rows = Object.entries(entries).map(([what, { checkpoints, ...entry }]) => [
      what,
      { ...entry, checkpoints: checkpoints.map(({ id }) => id).join(' ') },
    ]);
    await expect(rowsOf(Object.fromEntries(rows))).toMatchFileSnapshot('entries-whole.txt');
  });

  test('is the same bytes, however a store gives its facts’ keys back', () => {
    const turned = <T extends object>(of: T): T => Object.fromEntries(Object.entries(of).toReversed()) as T;
    const turnedScore = turned({ ...whole.score.reference, inputs: turned(inputs) });
    const again = {
      ...whole,
      impact: turned(impact),
      score: { reference: turnedScore, confirmed: whole.score.confirmed },
    };
    expect(JSON.stringify(entryOf(again))).toBe(JSON.stringify(entryOf(whole)));
  });

  test('is judged by the build of the release that caused it, and of no other', () => {
    const build = (id: string) => ({ id, url: `https://b.example/${id}`, status: 'SUCCESS', steps: [] });
    const releases = new Map(['r-1', 'r-2'].map((id) => [id, build(id)]));
    const evidence = (of: Incident) =>
      entryOf(of, { releases }).checkpoints.flatMap((each) => (each.heading === 'prevention' ? each.evidence : []));
    expect(evidence(whole)).toEqual(['https://b.example/r-1', 'https://b.example/r-1']);
    expect(evidence({ ...whole, cause: { category: 'data' } })).toEqual([]);
  });
});

describe('how long it took', () => {
  const occurredAt = minute(-10);
  const all = { occurredAt, mitigatedAt: minute(20), recoveredAt: minute(50) };
  type Took = DurationFact | number;
  const fact = (took: Took) => (typeof took === 'number' ? { minutes: took } : took);
  const pending = { state: 'pending' as const };
  const unknown = { state: 'unknown' as const };

  test.each<[string, Partial<Incident>, [response: Took, mitigation: Took, recovery: Took]]>([
    ['what has happened, from the report and from the occurrence', { ...all, firstResponseAt: minute(3) }, [3, 30, 60]],
    ['to the hundredth of a minute', { firstResponseAt: minute(3 + 20 / 60) }, [3.33, pending, pending]],
    ['what has not happened yet', { occurredAt }, [pending, pending, pending]],
    ['what nobody recorded before it had recovered', { status: 'recovered' }, [unknown, unknown, unknown]],
    [
      'what nobody recorded of what did not occur',
      { occurredAt, status: 'not-occurring' },
      [unknown, unknown, unknown],
    ],
    ['from an unknown occurrence', { mitigatedAt: minute(20), recoveredAt: minute(50) }, [unknown, unknown, unknown]],
    ['responded to before it was reported', { ...all, firstResponseAt: minute(-5) }, [0, 30, 60]],
    ['responded to before it occurred', { ...all, firstResponseAt: minute(-11) }, [unknown, 30, 60]],
    [
      'before it occurred, as far as is known',
      { isOccurredAtApproximate: true, occurredAt, firstResponseAt: minute(-11) },
      [0, pending, pending],
    ],
    ['mitigated before that', { ...all, firstResponseAt: minute(-5), mitigatedAt: minute(-11) }, [0, unknown, 60]],
    [
      'all of it before it occurred',
      { occurredAt, firstResponseAt: minute(-11), mitigatedAt: minute(-11), recoveredAt: minute(-11) },
      [unknown, unknown, unknown],
    ],
    ['at once', { occurredAt, firstResponseAt: filedAt, mitigatedAt: occurredAt, recoveredAt: occurredAt }, [0, 0, 0]],
  ])('%s', (_, stated, [response, mitigation, recovery]) => {
    expect(durationsOf(incident({ ...base, ...stated }))).toEqual({
      firstResponse: fact(response),
      mitigation: fact(mitigation),
      recovery: fact(recovery),
    });
  });
});

describe('at the end of its week, an incident', () => {
  const before = minutesAfter(own.end, -1);
  test.each<[string, boolean, Partial<Incident>]>([
    ['that is neither recovered nor reviewed comes back', false, {}],
    ['reviewed and recovered is done with', true, { reviewedAt: before, recoveredAt: before }],
    ['that is only recovered comes back', false, { recoveredAt: before }],
    ['that is only reviewed comes back', false, { reviewedAt: before }],
    ['reviewed only then comes back', false, { reviewedAt: own.end, recoveredAt: before }],
    ['recovered only then comes back', false, { reviewedAt: before, recoveredAt: own.end }],
    ['that does not occur is done with once it is reviewed', true, { status: 'not-occurring', reviewedAt: before }],
    ['that does not occur comes back until it is reviewed', false, { status: 'not-occurring' }],
    ['that is linked comes back as another', true, { status: 'linked', linkedTo: 'inc_2' }],
    ['that was a drill never comes back', true, { isDrill: true }],
    ['that was imported is history', true, { origin: { tool: 'import', id: '1' } }],
    ['that is a question never comes back', true, { kind: 'question' }],
    ['that was kept outside never comes back', true, { kind: 'outside' }],
  ])('%s', (_, isSettled, stated) => {
    expect(isSettledBy(incident({ ...base, ...stated }), own.end)).toBe(isSettled);
  });
});

test('entries come as they were filed, those of one moment by their ids', () => {
  const entries = ['2 a', '1 c', '1 b', '3 a', '1 a'].map((each) => ({ filedAt: each.charAt(0), id: each.charAt(2) }));
  const sorted = entries.toSorted(byFiling).map((each) => `${each.filedAt} ${each.id}`);
  expect(sorted).toEqual(['1 a', '1 b', '1 c', '2 a', '3 a']);
  expect(byFiling({ filedAt: '1', id: 'a' }, { filedAt: '1', id: 'a' })).toBe(0);
});

test.each<[string, Date, number]>([
  ['now, within its week', minute(30), 30],
  ['its week’s end, later', minutesAfter(own.end, 60), (own.end.getTime() - filedAt.getTime()) / 60_000],
])('what has not happened has lasted until %s', (_, now, atLeastMinutes) => {
  const open = incident({ ...base, occurredAt: minute(-5) });
  const { durations } = buildEntry({ incident: open, releases: new Map(), slots: [] }, own, policy, now);
  const since = (minutes: number) => ({ state: 'pending', atLeastMinutes: atLeastMinutes + minutes });
  expect(durations).toEqual({ firstResponse: since(0), mitigation: since(5), recovery: since(5) });
});

test('what could recur comes back until somebody says what prevents it', () => {
  const reviewed = { ...base, recoveredAt: minute(50), reviewedAt: minute(60) };
  const settled = (recurrenceRisk: 'yes' | 'no', more: Partial<Incident> = {}): boolean =>
    isSettledBy(incident({ ...reviewed, impact: { recurrenceRisk }, ...more }), own.end);
  expect([settled('yes'), settled('no'), settled('yes', { prevention: '手順' })]).toEqual([false, true, true]);
});
