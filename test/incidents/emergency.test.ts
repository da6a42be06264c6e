/** Table K at its edges: which facts make an incident an emergency, and which end one. */
import { describe, expect, test } from 'vitest';
import {
  announceEmergency,
  areStillSeveral,
  decideEmergency,
  isOfEmergency,
  isSameReport,
  judgeEmergency,
  judgeReports,
  leaveArea,
} from '../../functions/incidents/emergency/decide-emergency.ts';
import type { Emergency } from '../../functions/incidents/emergency/emergency.ts';
import type { EventOf, FactOf } from '../../functions/incidents/facts/events.ts';
import { decisionOn, evolveAll } from '../../functions/incidents/fold/evolve.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import { slotAfter } from '../../functions/incidents/rhythm/cadence.ts';
import { byId } from '../../functions/incidents/rhythm/contact.ts';
import { type Policy, policy } from '../../functions/policy.ts';
import { at, contactOf, incidentAt, told, update } from './rhythm/rhythm.ts';

const filed = at('24 10:00');
const stopped = (count: number | undefined, facts: Partial<Incident> = {}): Incident =>
  incidentAt(filed, {
    impact: { businessImpact: 'stopped', ...(count === undefined ? {} : { affectedCustomerCount: count }) },
    ...facts,
  });
const inArea = (area: string | undefined) => ({
  origin: { tool: 'generic' as const, id: 'T-1', ...(area === undefined ? {} : { area }) },
});
const low = { ...stopped(1).urgency, level: 'low' as const };

describe('an incident’s own facts', () => {
  const rows: [what: string, incident: Incident, rule: string | undefined][] = [
    ['ten customers whose business has stopped', stopped(10), 'many-customers-stopped'],
    ['nine', stopped(9), undefined],
    ['nobody has counted', stopped(undefined), undefined],
    ['ten, of low urgency', stopped(10, { urgency: low }), undefined],
    ['ten, degraded', stopped(10, { impact: { businessImpact: 'degraded', affectedCustomerCount: 10 } }), undefined],
    ['ten, of unknown impact', incidentAt(filed, { impact: { affectedCustomerCount: 10 } }), undefined],
    ['ten, a question', stopped(10, { kind: 'question' }), undefined],
    ['ten, recovered', stopped(10, { status: 'recovered' }), undefined],
    ['ten, linked', stopped(10, { status: 'linked' }), undefined],
    ['ten, not occurring', stopped(10, { status: 'not-occurring' }), undefined],
    ['ten, about Metronome alone', stopped(10, { isAboutMetronome: true }), undefined],
    ['ten, a drill', stopped(10, { isDrill: true }), 'many-customers-stopped'],
    ['one, in a key area', stopped(1, inArea('payment')), 'key-area-stopped'],
    ['one, in a key area as somebody else writes it', stopped(1, inArea(' PAYMENT ')), 'key-area-stopped'],
    ['one, in another area', stopped(1, inArea('printing')), undefined],
    ['one, in no area', stopped(1, inArea('')), undefined],
    ['one, in a key area, of low urgency', stopped(1, { ...inArea('payment'), urgency: low }), undefined],
  ];
  const keyed: Policy = { ...policy, emergency: { ...policy.emergency, areas: [' Payment '] } };
  test.each(rows)('%s', (_, incident, rule) => {
    expect(judgeEmergency(incident, keyed)?.rule).toBe(rule);
  });
});

describe('several reports of one area', () => {
  const report = (id: string, time: string, customer: string | undefined, facts: Partial<Incident> = {}): Incident => {
    const { reporter: _, ...incident } = stopped(1, inArea('order'));
    const who = customer === undefined ? {} : { reporter: { id: customer } };
    const affectedCustomers = customer === undefined ? [] : [{ id: customer }];
    return { ...incident, id, detectedAt: at(`24 ${time}`), ...who, affectedCustomers, ...facts };
  };
  const [a, b] = [report('inc_a', '10:00', 'store-1'), report('inc_b', '10:07', 'store-2')];
  const degraded: Partial<Incident> = { impact: { businessImpact: 'degraded' } };
  const emergency = (endedAt: Date | null): Incident => ({ ...a, emergency: { endedAt } as Emergency });
  const three = (factsOf: (id: string) => Partial<Incident>): Incident[] =>
    ['a', 'b', 'c'].map((id) => report(`inc_${id}`, '10:00', id, factsOf(id)));
  const rows: [what: string, reports: Incident[], emergency: string | undefined][] = [
    ['three customers at the window’s edge', [a, b, report('inc_c', '10:15', 'store-3')], 'inc_c'],
    ['the third a second too late', [a, b, report('inc_c', '10:15:01', 'store-3')], undefined],
    ['two customers', [a, b], undefined],
    ['the same customer again', [a, b, report('inc_c', '10:10', 'store-2')], undefined],
    ['a report of nobody', [a, b, report('inc_c', '10:10', undefined)], undefined],
    ['another area', [a, b, report('inc_c', '10:10', 'store-3', inArea('stock'))], undefined],
    ['another spelling of the area', [a, b, report('inc_c', '10:10', 'store-3', inArea('Order'))], 'inc_c'],
    ['no area', [a, b, report('inc_c', '10:10', 'store-3', inArea(undefined))], undefined],
    ['degraded only', [a, b, report('inc_c', '10:10', 'store-3', degraded)], undefined],
    ['the newest of low urgency', [a, b, report('inc_c', '10:10', 'store-3', { urgency: low })], 'inc_b'],
    ['the newest linked to the first', [a, b, report('inc_c', '10:10', 'store-3', { status: 'linked' })], 'inc_b'],
    ['one found not to occur', [a, b, report('inc_c', '10:10', 'store-3', { status: 'not-occurring' })], undefined],
    ['a drill beside what is real', [a, b, report('inc_c', '10:10', 'store-3', { isDrill: true })], undefined],
    ['one of them is an emergency already', [emergency(null), b, report('inc_c', '10:10', 'store-3')], undefined],
    ['one of them was one that is over', [emergency(filed), b, report('inc_c', '10:10', 'store-3')], 'inc_c'],
  ];
  test.each(rows)('%s', (_, reports, emergency) => {
    const found = reports.flatMap((each) => judgeReports(each, reports, policy) ?? []);
    expect(new Set(found.map((each) => each.incident.id))).toEqual(new Set(emergency ? [emergency] : []));
    for (const { judgement } of found) expect(judgement.rule).toBe('several-reports-of-one-area');
  });

  const byDesk = (id: string) => ({ reporter: { id: 'desk' }, affectedCustomers: [{ id }, { id: 'x' }] });
  const ofNobody = ['a', 'b', 'c'].map((id) =>
    report(`inc_${id}`, '10:00', undefined, { affectedCustomers: [{ id }] }),
  );
  const [c, d] = [report('inc_c', '10:10', 'c'), report('inc_d', '10:10', 'd')];
  test.each<[string, Incident[], string | undefined]>([
    ['three of no area', three(() => inArea(undefined)), undefined],
    ['three of a blank area', three(() => inArea('  ')), undefined],
    ['three of low urgency', three(() => ({ urgency: low })), undefined],
    ['a question among them', [a, b, report('inc_c', '10:10', 'store-3', { kind: 'question' })], undefined],
    ['one who reports for three customers', three(byDesk), 'inc_c'],
    ['three who name one customer besides', three((id) => ({ affectedCustomers: [{ id: 'x' }, { id }] })), 'inc_c'],
    ['three by tools that name no reporter', ofNobody, 'inc_c'],
    ['two of the same minute: the one with the later id', [a, d, c], 'inc_d'],
    ['and so in whatever order they are read', [c, a, d], 'inc_d'],
  ])('%s', (_, reports, emergency) => {
    for (const each of reports) expect(judgeReports(each, reports, policy)?.incident.id).toBe(emergency);
  });

  test('only the windows that hold a report make it one of several', () => {
    const [early, c] = [report('inc_0', '09:40', 'store-0'), report('inc_c', '10:15', 'store-3')];
    const late = report('inc_z', '10:31', 'store-9');
    const all = [early, a, b, c, late];
    const found = (incident: Incident) => judgeReports(incident, all, policy)?.incident.id;
    expect([early, a, b, c, late].map(found)).toEqual([undefined, 'inc_c', 'inc_c', 'inc_c', undefined]);
  });

  test('the reason says how many, where, and within which time', () => {
    const reports = [a, b, report('inc_c', '10:15', 'store-3', inArea(' order '))];
    expect(judgeReports(a, reports, policy)?.judgement.why).toBe(
      '3 customers reported within 15 min that business has stopped in order.',
    );
    const one = stopped(10, inArea(' payment '));
    expect(judgeEmergency(one, policy)?.why).toBe('Business has stopped for 10 customers.');
    const keyed: Policy = { ...policy, emergency: { ...policy.emergency, areas: ['payment'] } };
    expect(judgeEmergency({ ...one, impact: { businessImpact: 'stopped' } }, keyed)?.why).toBe(
      'Business has stopped in payment, which is a key area.',
    );
  });

  test('they are still several while enough of them are left', () => {
    const c = report('inc_c', '10:15', 'store-3');
    expect(areStillSeveral(c, [a, b], policy)).toBe(true);
    expect(areStillSeveral(c, [a, b, report('inc_d', '10:14', 'store-4')], policy)).toBe(true);
    expect(areStillSeveral(c, [a], policy)).toBe(false);
    expect(areStillSeveral(c, [a, { ...b, status: 'not-occurring' }], policy)).toBe(false);
    expect(areStillSeveral(c, [a, { ...b, status: 'recovered' }], policy)).toBe(true);
  });

  const ofX: Partial<Incident> = { reporter: { id: 'x' }, affectedCustomers: [{ id: 'x' }] };
  test.each<[string, Partial<Incident>, Partial<Incident>, boolean]>([
    ['nothing that counts has changed', {}, { title: 'x', status: 'recovered' }, true],
    ['it is degraded only', {}, degraded, false],
    ['it was found not to occur', {}, { status: 'not-occurring' }, false],
    ['it is another customer’s', {}, ofX, false],
    ['it was none, and is one', degraded, {}, true],
    ['it was none, and is another customer’s', degraded, ofX, true],
    ['it is of no area', inArea(undefined), { ...inArea(undefined), ...degraded }, true],
  ])('whether others may still rely on it, where %s', (_, before, after, isSame) => {
    expect(isSameReport({ ...a, ...before }, { ...a, ...after })).toBe(isSame);
  });

  test('the inputs name the others, its candidates', () => {
    const reports = [a, b, report('inc_c', '10:15', 'store-3')];
    const found = judgeReports(a, reports, policy);
    expect(found?.judgement.inputs.reports?.map((each) => [each.incidentId, each.customerId])).toEqual([
      ['inc_a', 'store-1'],
      ['inc_b', 'store-2'],
      ['inc_c', 'store-3'],
    ]);
  });
});

describe('how it begins and ends', () => {
  const begun = decideEmergency(undefined, stopped(10), policy, filed);
  const emergency = begun.emergency as Emergency;
  const going = stopped(10, { emergency });

  test('its beginning is on the timeline, with the rule, why, and what it was judged by', () => {
    const rule = 'many-customers-stopped';
    const inputs = { level: 'high', businessImpact: 'stopped', affectedCustomerCount: 10, area: null };
    expect(emergency).toMatchObject({ since: filed, rule, endedAt: null, inputs });
    const why = 'Business has stopped for 10 customers.';
    expect(begun.concluded).toMatchObject({ type: 'emergency-begun', actor: 'rule', occurredAt: filed });
    expect(begun.concluded?.detail).toEqual({ rule, why, inputs, policyVersion: emergency.policyVersion });
  });

  test('it is told at once, its roles are asked for again three times, and each notice is told once', () => {
    const announced = announceEmergency(emergency, policy, filed);
    expect(announced.map(({ kind, key, since }) => `${kind} ${key} ${told(since)}`)).toEqual([
      'emergency-begun emergency@2026-11-24T01:00:00.000Z 24 10:00',
      ...[1, 2, 3].map((count) => `role-due roles@2026-11-24T01:00:00.000Z#${count} 24 10:${count}0`),
    ]);
    const key = announced[1]?.key ?? '';
    expect(isOfEmergency({ key }, emergency)).toBe(true);
    expect(isOfEmergency({ key }, { ...emergency, since: at('24 10:40') })).toBe(false);
  });

  const later = at('24 10:40');
  const stoppedFor = (affectedCustomerCount: number): Partial<Incident> => ({
    impact: { businessImpact: 'stopped', affectedCustomerCount },
  });
  const recovered = (time?: string): Partial<Incident> =>
    time ? { status: 'recovered', recoveredAt: at(time) } : { status: 'recovered' };
  const noLonger = ['fact-changed', 'What made it an emergency is no longer so.'] as const;
  const works = ['recovered', 'The business of every affected customer works again.'] as const;
  test.each<[what: string, facts: Partial<Incident>, end?: readonly [rule: string, why: string], endedAt?: Date]>([
    ['nothing has changed', {}],
    ['more customers', stoppedFor(12)],
    ['fewer', stoppedFor(9), noLonger],
    ['a workaround', { impact: { ...stopped(10).impact, businessImpact: 'degraded' } }, noLonger],
    ['it occurred long ago', { urgency: low }, noLonger],
    [
      'it occurred long ago, and had recovered before it was open again',
      { urgency: low, ...recovered('24 10:30'), status: 'open' },
      noLonger,
    ],
    // It is over when the customers could work again, not when that was said.
    ['recovery', recovered('24 10:30'), works, at('24 10:30')],
    ['recovery before it was one', recovered('24 09:30'), works, filed],
    ['recovery that lies ahead', recovered('24 10:50'), works],
    ['recovery at no known time', recovered(), works],
    ['not occurring', { status: 'not-occurring' }, ['not-occurring', 'It was found not to occur.']],
    ['a link', { status: 'linked' }, ['linked', 'It was linked to another incident.']],
  ])('while it is running: %s', (_, facts, end, endedAt = later) => {
    const decided = decideEmergency(going, { ...going, ...facts }, policy, later);
    if (!end) return expect(decided).toEqual({});
    const [rule, why] = end;
    expect(decided).toMatchObject({
      emergency: { ...emergency, endedAt },
      concluded: { type: 'emergency-ended', actor: 'rule', occurredAt: endedAt, detail: { rule, why } },
    });
    expect(decided).not.toHaveProperty('asksForArea');
  });

  test('it ends no sooner than it began, also by the clock of an instance that is behind', () => {
    const behind = decideEmergency(going, { ...going, ...recovered('24 09:30') }, policy, at('24 09:59'));
    expect(told((behind.emergency as Emergency).endedAt)).toBe('24 10:00');
  });

  test('what is open again is one again', () => {
    const over = stopped(10, { status: 'recovered', emergency: { ...emergency, endedAt: at('24 10:30') } });
    const { concluded } = decideEmergency(over, { ...over, status: 'open' }, policy, later);
    expect(concluded).toMatchObject({ type: 'emergency-begun', detail: { rule: 'many-customers-stopped' } });
  });

  test('what could be one of several reports now is looked at for that, once', () => {
    const calm = incidentAt(filed, inArea('order'));
    const urgent = { ...calm, impact: { businessImpact: 'stopped' as const } };
    const asks = (before: Incident | undefined, after: Incident) =>
      decideEmergency(before, after, policy, later).asksForArea ?? false;
    expect([asks(calm, urgent), asks(urgent, { ...urgent, title: '別の件名' })]).toEqual([true, false]);
    // The announcement of what is new asks anyway.
    expect([asks(calm, { ...urgent, ...inArea(undefined) }), asks(undefined, urgent)]).toEqual([false, false]);
  });

  test('it is the same end where the other reports have become too few', () => {
    const fact = leaveArea(later);
    const several = { ...emergency, rule: 'several-reports-of-one-area' as const };
    const state = { incident: stopped(1, { emergency: several }), contacts: new Map() };
    const ended = evolveAll(state, [fact], later, policy);
    expect(ended.incident.emergency).toEqual({ ...several, endedAt: later });
    expect(ended.events).toMatchObject([
      { type: 'area-left' },
      { type: 'emergency-ended', detail: { rule: 'fact-changed' } },
    ]);
  });
});

describe('an emergency by several reports', () => {
  const several = { since: filed, endedAt: null, rule: 'several-reports-of-one-area' } as Emergency;
  const own = stopped(1, { ...inArea('order'), emergency: several });
  const decided = (before: Incident, after: Incident) => decideEmergency(before, after, policy, at('24 10:40'));

  test('continues while its own report is what it was', () => {
    expect(decided(own, { ...own, title: 'x' })).toEqual({});
    expect(decided(own, { ...own, urgency: low }).concluded).toMatchObject({ type: 'emergency-ended' });
  });
  test.each<[string, Partial<Incident>]>([
    ['is found not to occur', { status: 'not-occurring' }],
    ['is degraded only', { impact: { businessImpact: 'degraded' } }],
    ['is another customer’s', { affectedCustomers: [{ id: 'store-9' }] }],
  ])('is looked at again where one of them %s', (_, facts) => {
    const report = stopped(1, { ...inArea('order'), lastSequence: 7 });
    const { reporter: __, ...after } = { ...report, ...facts };
    expect(decided(report, facts.affectedCustomers ? after : { ...report, ...facts }).asksForArea).toBe(true);
  });
  test.each<[string, Incident, Partial<Incident>, true | undefined]>([
    ['is over where its business works again', own, { status: 'recovered' }, undefined],
    [
      'of its own facts is over where it is linked',
      { ...own, emergency: { ...several, rule: 'many-customers-stopped' } },
      { status: 'linked' },
      undefined,
    ],
  ])('%s', (_, before, facts, asksForArea) => {
    expect(decided(before, { ...before, ...facts })).toMatchObject({ concluded: { type: 'emergency-ended' } });
    expect(decided(before, { ...before, ...facts }).asksForArea).toBe(asksForArea);
  });
  test('is looked at once where a report both ceases to be one and becomes another’s', () => {
    const before = stopped(1, { ...inArea('order'), lastSequence: 7, urgency: low });
    const { reporter: _, ...after } = {
      ...before,
      urgency: stopped(1).urgency,
      affectedCustomers: [{ id: 'store-9' }],
    };
    expect(decided(before, after).asksForArea).toBe(true);
  });
  test('is not asked for by a report of no area', () => {
    const report = stopped(1, { ...inArea(undefined), lastSequence: 7 });
    expect(decided(report, { ...report, status: 'not-occurring' }).asksForArea).toBe(undefined);
  });
});

describe('in the record that a fact makes an emergency', () => {
  const counted: EventOf = {
    type: 'corrected',
    actor: 'sato',
    occurredAt: at('24 10:20'),
    detail: { field: 'affectedCustomerCount', old: null, new: 12 },
  };
  const now = at('24 10:20');
  const [incident, contact] = [stopped(1), contactOf(stopped(1))];
  const state = { incident, contacts: byId([update(contact, incident, '24 10:18')]) };
  const evolved = evolveAll(state, [counted], now, policy);

  test('it begins, is told at once, and nobody waits longer than its first interval', () => {
    expect(evolved.events.map(({ type }) => type)).toEqual(['corrected', 'emergency-begun']);
    expect(evolved.incident.emergency).toMatchObject({ since: now, rule: 'many-customers-stopped', endedAt: null });
    expect(evolved.outbox).toEqual(announceEmergency(evolved.incident.emergency as Emergency, policy, now));
    expect(told(evolved.contacts.get(contact.id)?.nextUpdateDueAt)).toBe('24 10:35');
    expect(decisionOn(state, evolved, evolved.outbox, { now, policy }).timer).toMatchObject({ at: now });
  });
  test('the next look is asked for the reports of an area, by a key of its own', () => {
    const before = stopped(1, { ...inArea('order'), lastSequence: 7, impact: { affectedCustomerCount: 1 } });
    const fact = { ...counted, detail: { field: 'businessImpact', old: null, new: 'stopped' } } as FactOf;
    const { outbox } = evolveAll({ incident: before, contacts: new Map() }, [fact], now, policy);
    expect(outbox).toEqual([{ kind: 'area-facts', key: 'area@7', since: now }]);
  });
});

describe('its rhythm', () => {
  const emergency = { since: at('24 10:20'), endedAt: null } as Emergency;
  test.each<[string, Partial<Emergency>, string]>([
    ['24 10:19', {}, '24 10:49'],
    ['24 10:20', {}, '24 10:35'],
    ['24 12:19', {}, '24 12:34'],
    ['24 12:20', {}, '24 13:20'],
    ['24 10:40', { endedAt: at('24 10:41') }, '24 10:55'],
    ['24 10:41', { endedAt: at('24 10:41') }, '24 11:11'],
  ])('after an update at %s %j: %s', (time, changed, due) => {
    const incident = { ...stopped(10), emergency: { ...emergency, ...changed } };
    expect(told(slotAfter(at(time), 'update', incident, policy).dueAt)).toBe(due);
  });
});
