/** An emergency of several reports while it runs: which reports support it, how many customers they count, and what is asked. */
import { describe, expect, test } from 'vitest';
import {
  announceEmergency,
  begun,
  changedFact,
  ended,
  isEmergencyOf,
  judgeReports,
  keepAsking,
  leaveArea,
  reachArea,
  supportedBy,
  whyBegun,
} from '../../functions/incidents/emergency/decide-emergency.ts';
import type { Emergency, EmergencyInputs } from '../../functions/incidents/emergency/emergency.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import { policy, policyVersion } from '../../functions/policy.ts';
import { at, incidentAt } from './rhythm/rhythm.ts';

const began = at('24 10:00');

function report(id: string, customers: string[], facts: Partial<Incident> = {}): Incident {
  const { reporter: _, ...incident } = incidentAt(began, { impact: { businessImpact: 'stopped' } });
  const affectedCustomers = customers.map((each) => ({ id: each }));
  return { ...incident, id, origin: { tool: 'generic', id, area: 'order' }, affectedCustomers, ...facts };
}

const inArea = (area?: string): Partial<Incident> => ({
  origin: { tool: 'generic', id: 'T-1', ...(area === undefined ? {} : { area }) },
});
const stated = (count: number): Partial<Incident> => ({
  impact: { businessImpact: 'stopped', affectedCustomerCount: count },
});

const inputs: EmergencyInputs = {
  level: 'high',
  businessImpact: 'stopped',
  affectedCustomerCount: null,
  area: 'order',
  reports: [{ incidentId: 'inc_a', customerId: '1', reportedAt: began }],
  customers: 1,
};
const emergency: Emergency = {
  rule: 'several-reports-of-one-area',
  inputs,
  policyVersion: policyVersion(policy),
  since: began,
  endedAt: null,
};
const running = (facts: Partial<Incident> = {}): Incident => report('inc_a', ['1'], { emergency, ...facts });

describe('whether a running emergency is of the area of a report', () => {
  test.each<[what: string, running: Partial<Incident>, report: Partial<Incident>, isOf: boolean]>([
    ['the same area', {}, {}, true],
    ['the area in other letters', {}, inArea(' ＯＲＤＥＲ '), true],
    ['another area', {}, inArea('stock'), false],
    ['a report without an area', {}, inArea(), false],
    ['a report with a blank area', {}, inArea('  '), false],
    [
      'neither has an area',
      { ...inArea(), emergency: { ...emergency, inputs: { ...inputs, area: null } } },
      inArea(),
      false,
    ],
    ['the emergency was taken over from another area', inArea('stock'), {}, true],
    ['its own area, where that of the emergency differs', inArea('stock'), inArea('stock'), false],
    [
      'its own area, where the emergency names none',
      { emergency: { ...emergency, inputs: { ...inputs, area: ' ' } } },
      {},
      true,
    ],
    ['an emergency that has ended', { emergency: { ...emergency, endedAt: began } }, {}, false],
    ['a drill', { isDrill: true }, {}, false],
    ['a report of a drill', {}, { isDrill: true }, false],
    ['both of a drill', { isDrill: true }, { isDrill: true }, true],
  ])('%s', (_, ofRunning, ofReport, isOf) => {
    expect(isEmergencyOf(running(ofRunning), report('inc_b', ['2'], ofReport))).toBe(isOf);
  });

  test('an incident that was never an emergency', () => {
    expect(isEmergencyOf(report('inc_a', ['1']), report('inc_b', ['2']))).toBe(false);
  });
});

describe('the reports that support a running emergency, and the customers that they count', () => {
  const later = (id: string, minute: string, facts: Partial<Incident> = {}): Incident =>
    report(id, [id.slice(4)], { detectedAt: at(`24 10:${minute}`), ...facts });
  test.each<[what: string, found: Incident[], supported: [reports: string, customers: number] | undefined]>([
    ['nothing new', [], undefined],
    ['itself again', [running()], undefined],
    ['another customer', [later('inc_b', '05')], ['inc_a inc_b', 2]],
    ['in the order of the reports', [later('inc_d', '09'), later('inc_c', '05')], ['inc_a inc_c inc_d', 3]],
    ['found twice', [later('inc_b', '05'), later('inc_b', '05')], ['inc_a inc_b', 2]],
    ['the same customer', [report('inc_b', ['1'], { detectedAt: at('24 10:05') })], ['inc_a inc_b', 1]],
    ['one that names two', [report('inc_b', ['2', '3'])], ['inc_a inc_b', 3]],
    ['another area', [later('inc_b', '05', inArea('stock'))], undefined],
    ['degraded', [later('inc_b', '05', { impact: { businessImpact: 'degraded' } })], undefined],
    ['not occurring', [later('inc_b', '05', { status: 'not-occurring' })], undefined],
    ['a question', [later('inc_b', '05', { kind: 'question' })], undefined],
    ['of a drill', [later('inc_b', '05', { isDrill: true })], undefined],
    ['of nobody', [report('inc_b', [])], undefined],
    ['seven are affected, one is named', [later('inc_b', '05', stated(7))], ['inc_a inc_b', 8]],
    ['two such', [later('inc_b', '05', stated(7)), later('inc_c', '06', stated(3))], ['inc_a inc_b inc_c', 11]],
    [
      'one linked to a primary that supports it: the primary counts it already',
      [later('inc_b', '05', { ...stated(7), status: 'linked', linkedTo: 'inc_a' })],
      ['inc_a inc_b', 2],
    ],
    [
      'one linked to an incident of another area',
      [later('inc_b', '05', { ...stated(7), status: 'linked', linkedTo: 'inc_z' })],
      ['inc_a inc_b', 8],
    ],
    [
      'one that was linked and is not any more',
      [later('inc_b', '05', { ...stated(7), status: 'open', linkedTo: 'inc_a' })],
      ['inc_a inc_b', 8],
    ],
  ])('%s', (_, found, supported) => {
    const now = supportedBy(running(), found);
    const reports = now?.reports?.map((each) => each.incidentId).join(' ');
    expect(now && [reports, now.customers]).toEqual(supported);
    if (now) expect(now).toMatchObject({ level: 'high', businessImpact: 'stopped', area: 'order' });
  });

  test('it names the customer and the time of each report', () => {
    const found = report('inc_b', ['2', '3'], { reporter: { id: '3' }, detectedAt: at('24 10:05') });
    expect(supportedBy(running(), [found])?.reports).toEqual([
      { incidentId: 'inc_a', customerId: '1', reportedAt: began },
      { incidentId: 'inc_b', customerId: '3', reportedAt: at('24 10:05') },
    ]);
  });

  test('an emergency of another rule takes reports on, and one that lost its report has none', () => {
    const { reports: _, customers: __, ...own } = inputs;
    const ofMany = running({ emergency: { ...emergency, rule: 'many-customers-stopped', inputs: own } });
    expect(supportedBy(ofMany, [later('inc_b', '05')])?.reports).toHaveLength(2);
    expect(supportedBy(running({ impact: { businessImpact: 'degraded' } }), [])).toMatchObject({
      reports: [],
      customers: 0,
    });
  });
});

test('the fact that it begins by names its reports, its rule and the policy', () => {
  const { reports: _, ...without } = inputs;
  expect(reachArea(emergency, policy, began)).toEqual({
    type: 'area-reached',
    actor: 'rule',
    occurredAt: began,
    detail: { incidents: ['inc_a'], rule: emergency.rule, inputs, policyVersion: policyVersion(policy) },
  });
  expect(reachArea({ ...emergency, inputs: without }, policy, began).detail.incidents).toEqual([]);
});

test('it ends by a fact of the rule; that it began and ended are conclusions, not facts', () => {
  expect(leaveArea(began)).toEqual({ type: 'area-left', actor: 'rule', occurredAt: began, detail: {} });
  const of = { isFact: false, actor: 'rule', occurredAt: began };
  const { rule, policyVersion } = emergency;
  expect(begun(emergency, 'so', began)).toEqual({
    ...of,
    type: 'emergency-begun',
    detail: { rule, inputs, policyVersion, why: 'so' },
  });
  expect(ended(changedFact, began)).toEqual({ ...of, type: 'emergency-ended', detail: changedFact });
});

test('one that was announced before asks for roles at the remaining times alone', () => {
  const [, ...asked] = announceEmergency(emergency, policy, began);
  expect(asked).toHaveLength(policy.emergency.askRolesTimes);
  const times = asked.map(({ since }) => since.getTime());
  for (const [index, time] of times.entries()) {
    const keys = (now: number) => keepAsking(emergency, policy, new Date(now)).map(({ key }) => key);
    const remaining = (from: number) => asked.slice(from).map(({ key }) => key);
    expect(keys(time - 1)).toEqual(remaining(index));
    expect(keys(time)).toEqual(remaining(index + 1));
  }
});

describe('why an emergency began, in words', () => {
  const of = (rule: Emergency['rule'], changes: Partial<EmergencyInputs> = {}): string =>
    whyBegun({ rule, inputs: { ...inputs, ...changes } }, policy);
  const two = ['1', '2', '2'].map((customerId) => ({ incidentId: `inc_${customerId}`, customerId, reportedAt: began }));
  test.each([
    [of('many-customers-stopped', { affectedCustomerCount: 12 }), 'Business has stopped for 12 customers.'],
    [of('key-area-stopped', { area: ' order ' }), 'Business has stopped in order, which is a key area.'],
    [
      of('several-reports-of-one-area', { area: ' order ', reports: two }),
      '2 customers reported within 15 min that business has stopped in order.',
    ],
  ])('%s', (why, words) => {
    expect(why).toBe(words);
  });
});

test('of windows with as many customers the first one is told', () => {
  const reported = (id: string, minute: string): Incident =>
    report(id, [id.slice(4)], { detectedAt: at(`24 10:${minute}`) });
  const [a, b, c, d] = [
    reported('inc_a', '00'),
    reported('inc_b', '10'),
    reported('inc_c', '15'),
    reported('inc_d', '25'),
  ];
  const told = judgeReports(c, [a, b, d], policy)?.judgement.inputs.reports?.map((each) => each.incidentId);
  expect(told).toEqual(['inc_a', 'inc_b', 'inc_c']);
});
