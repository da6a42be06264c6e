/** What Metronome promises of itself: objectives that Google takes, on what is measured, each with an alert on its budget. */
import { protos } from '@google-cloud/monitoring';
import { describe, expect, test } from 'vitest';
import { policyOf } from '../../infra/provision/monitoring.ts';
import { burns, objectiveOf, objectives } from '../../infra/provision/objectives.ts';
import { functions, gauges } from '../../infra/topology.ts';

const { AlertPolicy, ServiceLevelObjective } = protos.google.monitoring.v3;
/** What Google's own message keeps of a body: what it does not know is lost. */
const kept = (message: typeof ServiceLevelObjective | typeof AlertPolicy, body: object): unknown =>
  message.toObject(message.fromObject(body) as never, { enums: String, longs: Number });

describe.each(objectives)('$key', (spec) => {
  const body = objectiveOf(spec);
  const { requestBased, windowsBased } = spec.indicator;

  test('is an objective as Google’s message has it', () => {
    expect(kept(ServiceLevelObjective, body)).toEqual(body);
  });

  // google/monitoring/v3/service.proto: the goal, the rolling period and the window of an objective.
  test('is within what Google takes', () => {
    expect(spec.goal).toBeGreaterThan(0);
    expect(spec.goal).toBeLessThanOrEqual(0.9999);
    expect(Number(body.rollingPeriod?.seconds) / 86_400).toSatisfy(
      (days: number) => Number.isInteger(days) && days <= 30,
    );
    if (windowsBased) expect(86_400 % Number(windowsBased.windowPeriod?.seconds)).toBe(0);
  });

  test('is about what is measured', () => {
    const series = windowsBased?.metricMeanInRange?.timeSeries ?? '';
    const gauge = /metronome\/(\w+)"/.exec(series)?.[1];
    if (windowsBased) expect(gauges.map(({ name }) => name)).toContain(gauge);
    for (const { service } of functions.filter(({ trigger }) => trigger === 'public')) {
      if (requestBased) expect(requestBased.goodTotalRatio?.totalServiceFilter).toContain(`"${service}"`);
    }
  });

  test('has an alert policy on its own budget, over a long lookback and over a short one', () => {
    const burn = burns.find(({ watched }) => watched.objective === spec.key);
    if (!burn) throw new Error('It has none.');
    const policy = policyOf(burn, { names: new Map([['operator', 'projects/p/notificationChannels/1']]) }, true, 'p');
    const name = `projects/p/services/metronome/serviceLevelObjectives/${spec.key}`;
    expect(policy.combiner).toBe('AND');
    expect(policy.conditions?.map((each) => each.conditionThreshold?.filter)).toEqual([
      `select_slo_burn_rate("${name}", "21600s")`,
      `select_slo_burn_rate("${name}", "1800s")`,
    ]);
    expect(policy.notificationChannels).toEqual(['projects/p/notificationChannels/1']);
    expect(kept(AlertPolicy, policy)).toEqual(policy);
  });

  // A month's budget, spent at that rate, is gone before the month is: and long before, somebody is told.
  test('is reported while most of its budget is left', () => {
    const { rate = 0, lookbackSeconds: [long = 0] = [] } = burns.find(({ key }) => key === spec.key)?.watched ?? {};
    expect(rate).toBeGreaterThan(1);
    expect((rate * long) / Number(body.rollingPeriod?.seconds)).toBeLessThanOrEqual(0.05);
  });
});
