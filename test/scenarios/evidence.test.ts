import { describe, expect, test, vi } from 'vitest';
import { type SeriesEvidence, seriesRef } from '../../functions/evidence/kept-evidence.ts';
import { keepSeries } from '../../functions/evidence/series.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import type { AlertFacts } from '../../functions/incidents/signals/signal.ts';
import { TemporaryFailure } from '../../functions/platform/failures.ts';
import { firestore, fromDocument, incidentRef } from '../../functions/platform/firestore.ts';
import { alertPolicies, monitoring } from '../../functions/platform/monitoring.ts';
import { pubsub } from '../../functions/platform/publish.ts';
import { policy } from '../../functions/policy.ts';
import { useScenario, withPolicy } from './house.ts';

const project = 'metronome-local';
const scenario = useScenario('2026-11-24T00:00:00Z');

async function publishBuild(build: Record<string, unknown>): Promise<void> {
  const topic = (await pubsub()).topic('cloud-builds');
  await topic.publishMessage({ data: Buffer.from(JSON.stringify(build)), attributes: { buildId: String(build.id) } });
  await scenario.advance('PT1S');
}

const build = (id: string, status: string, startTime: string) => ({
  id,
  status,
  startTime,
  buildTriggerId: 't1',
  substitutions: { TRIGGER_NAME: 'deploy', BRANCH_NAME: 'main' },
  steps: [{ id: 'test', status }],
});

test('the builds of the hours before an incident are beside it, the newest first', async () => {
  await publishBuild(build('too-old', 'SUCCESS', '2026-11-22T23:00:00Z'));
  await publishBuild(build('older', 'SUCCESS', '2026-11-23T20:00:00Z'));
  await publishBuild(build('newer', 'SUCCESS', '2026-11-23T23:30:00Z'));
  await publishBuild(build('newer', 'WORKING', '2026-11-23T23:30:00Z'));
  await publishBuild(build('later', 'SUCCESS', '2026-11-23T23:59:00Z'));
  const filed = await scenario.ticket({ id: 'T-1', subject: '注文が通らない', occurredAt: '2026-11-23T23:50:00Z' });
  const { body } = await scenario.get(`/api/incidents/${filed.body.incident.id}/releases`);
  expect(body.until).toBe('2026-11-23T23:50:00.000Z');
  expect(body.releases.map((each: { id: string }) => each.id)).toEqual(['newer', 'older']);
  // A message that was overtaken does not make a finished build run again.
  expect(body.releases[0]).toMatchObject({ status: 'SUCCESS', trigger: 'deploy', branch: 'main' });
});

test('builds from exactly so many hours before it up to its very moment are among them', async () => {
  for (const [id, startTime] of [
    ['edge-just-before', '2026-11-20T09:59:59.999Z'],
    ['edge-first', '2026-11-20T10:00:00Z'],
    ['edge-last', '2026-11-21T10:00:00Z'],
    ['edge-just-after', '2026-11-21T10:00:00.001Z'],
  ] as const)
    await publishBuild(build(id, 'SUCCESS', startTime));
  const filed = await scenario.ticket({ id: 'T-edge', subject: '画面が赤い', occurredAt: '2026-11-21T10:00:00Z' });
  const { body } = await scenario.get(`/api/incidents/${filed.body.incident.id}/releases`);
  expect(body.from).toBe('2026-11-20T10:00:00.000Z');
  expect(body.releases.map((each: { id: string }) => each.id)).toEqual(['edge-last', 'edge-first']);
});

test('of an incident of which nobody knows when it began, those before it was reported', async () => {
  await publishBuild(build('unknown-before', 'SUCCESS', '2026-11-18T09:00:00Z'));
  await publishBuild(build('unknown-after', 'SUCCESS', '2026-11-18T11:00:00Z'));
  const filed = await scenario.ticket({ id: 'T-unknown', subject: '画面が青い', reportedAt: '2026-11-18T10:00:00Z' });
  const { body } = await scenario.get(`/api/incidents/${filed.body.incident.id}/releases`);
  expect(body.releases.map((each: { id: string }) => each.id)).toEqual(['unknown-before']);
});

test.each<[string, string, string]>([
  ['QUEUED', 'WORKING', 'WORKING'],
  ['WORKING', 'FAILURE', 'FAILURE'],
  ['WORKING', 'QUEUED', 'QUEUED'],
  ['SUCCESS', 'WORKING', 'SUCCESS'],
  ['SUCCESS', 'STATUS_UNKNOWN', 'SUCCESS'],
  ['FAILURE', 'QUEUED', 'FAILURE'],
  ['SUCCESS', 'EXPIRED', 'EXPIRED'],
])('a build that was %s, and is said to be %s, is %s: what has ended does not begin again', async (was, is, then) => {
  const id = `${was}-${is}`;
  await publishBuild(build(id, was, '2026-11-01T10:00:00Z'));
  await publishBuild(build(id, is, '2026-11-01T10:00:00Z'));
  const kept = await firestore().collection('releases').doc(id).get();
  expect(kept.get('status')).toBe(then);
});

test('the builds of a deployment of Metronome are no evidence of anybody’s release', async () => {
  const account = (name: string) => `projects/shop/serviceAccounts/${name}@shop.iam.gserviceaccount.com`;
  const own = { ...build('own', 'SUCCESS', '2026-11-23T23:40:00Z'), serviceAccount: account('metronome-build') };
  await publishBuild(own);
  await publishBuild({ ...own, id: 'theirs', serviceAccount: account('shop-build') });
  const filed = await scenario.ticket({ id: 'T-own', subject: '画面が白い', occurredAt: '2026-11-23T23:45:00Z' });
  const { body } = await scenario.get(`/api/incidents/${filed.body.incident.id}/releases`);
  const ids = body.releases.map((each: { id: string }) => each.id);
  expect(ids).toContain('theirs');
  expect(ids).not.toContain('own');
});

test('a causing release answers the first two checkpoints', async () => {
  const filed = await scenario.ticket({ id: 'T-2', subject: '会計できない', occurredAt: '2026-11-23T23:55:00Z' });
  const { id } = filed.body.incident;
  await scenario.post(`/api/incidents/${id}/events`, { type: 'caused', category: 'release', releaseId: 'newer' });
  await scenario.post('/api/postmortems/2026-W48/assemble', {});
  const bundle = await scenario.get('/api/postmortems/2026-W48');
  const entry = bundle.body.entries.find((each: unknown) => JSON.stringify(each).includes(id));
  const results = entry.checkpoints.slice(0, 2).map((each: { id: string; result: string }) => [each.id, each.result]);
  expect(results).toEqual([
    ['release-flow', 'pass'],
    ['tests-run', 'pass'],
  ]);
});

test('a message that is no build is quarantined', async () => {
  await publishBuild({ id: 'x' });
  const { body } = await scenario.get('/api/quarantine');
  expect(body.quarantine).toContainEqual(expect.objectContaining({ source: 'cloud-build' }));
});

async function alertOf(incidentId: string, policyNumber: string, conditionName: string): Promise<Incident> {
  const started = scenario.house.cloud.clock.now() / 1_000;
  const filed = await scenario.alert({
    version: '1.2',
    incident: {
      incident_id: incidentId,
      scoping_project_id: project,
      state: 'open',
      started_at: started,
      policy_name: 'Checkout is slow',
      condition_name: conditionName,
      condition: { name: `projects/${project}/alertPolicies/${policyNumber}/conditions/1`, displayName: conditionName },
    },
  });
  expect(filed.status).toBe(201);
  const document = await incidentRef(filed.body.incident.id).get();
  return fromDocument<Incident>(document.data());
}

test('the series behind an alert is kept once, and says which condition it is from', async () => {
  const client = await monitoring();
  const points: { at: string; value: number }[] = [];
  for (const value of [120, 480, 950]) {
    const seconds = Math.floor(scenario.house.cloud.clock.now() / 1_000);
    points.push({ at: new Date(seconds * 1_000).toISOString(), value });
    await client.createTimeSeries({
      name: `projects/${project}`,
      timeSeries: [
        {
          metric: { type: 'custom.googleapis.com/shop/latency', labels: { route: 'checkout' } },
          resource: { type: 'global', labels: { project_id: project } },
          metricKind: 'GAUGE',
          valueType: 'DOUBLE',
          points: [{ interval: { endTime: { seconds } }, value: { doubleValue: value } }],
        },
      ],
    });
    await scenario.advance('PT5M');
  }
  const [made] = await (await alertPolicies()).createAlertPolicy({
    name: `projects/${project}`,
    alertPolicy: {
      displayName: 'Checkout is slow',
      combiner: 'OR',
      conditions: [
        {
          displayName: 'Latency above 500 ms',
          conditionThreshold: {
            filter: 'metric.type = "custom.googleapis.com/shop/latency" AND resource.type = "global"',
            comparison: 'COMPARISON_GT',
            thresholdValue: 500,
            duration: { seconds: 3_600 },
          },
        },
      ],
    },
  });
  const incident = await alertOf('a-1', made.name?.split('/').at(-1) ?? '', 'Latency above 500 ms');
  const at = new Date(scenario.house.cloud.clock.now());
  await keepSeries(incident, policy, at);
  await keepSeries(incident, policy, new Date(at.getTime() + 60_000));
  expect((await scenario.get(`/api/incidents/${incident.id}/series`)).body).toEqual({
    fetchedAt: at.toISOString(),
    from: new Date((incident.alert?.startedAt?.getTime() ?? 0) - 3_600_000).toISOString(),
    until: at.toISOString(),
    condition: 'Latency above 500 ms',
    threshold: 500,
    comparison: 'COMPARISON_GT',
    filter: 'metric.type = "custom.googleapis.com/shop/latency" AND resource.type = "global"',
    series: [
      {
        metric: 'custom.googleapis.com/shop/latency',
        labels: { route: 'checkout', 'resource.project_id': project },
        points,
      },
    ],
  });
});

describe('of what is looked for', () => {
  const metric = 'custom.googleapis.com/shop/queue';
  const condition = (displayName: string, filter = `metric.type = "${metric}" AND resource.type = "global"`) => ({
    displayName,
    conditionThreshold: {
      filter,
      comparison: 'COMPARISON_GT' as const,
      thresholdValue: 5,
      duration: { seconds: 3_600 },
    },
  });
  const policyOf = async (...conditions: ReturnType<typeof condition>[]): Promise<string> => {
    // Of a policy on logs Google asks how often it may be told.
    const isOnLogs = conditions.some((each) => 'conditionMatchedLog' in each);
    const limit = isOnLogs ? { alertStrategy: { notificationRateLimit: { period: { seconds: 300 } } } } : {};
    const alertPolicy = { displayName: 'Queue', combiner: 'OR' as const, conditions, ...limit };
    const [made] = await (await alertPolicies()).createAlertPolicy({ name: `projects/${project}`, alertPolicy });
    return made.name?.split('/').at(-1) ?? '';
  };
  const keptOf = async (incident: Incident, at = new Date(scenario.house.cloud.clock.now())) => {
    await keepSeries(incident, policy, at);
    return fromDocument<SeriesEvidence>((await seriesRef(incident.id).get()).data());
  };

  test('the condition is the one that the alert names; else the only one; else nobody knows', async () => {
    const [one, two] = [condition('First'), condition('Second')];
    const several = await policyOf(one, {
      ...two,
      conditionThreshold: { ...two.conditionThreshold, thresholdValue: 9 },
    });
    const only = await policyOf(condition('Renamed'));
    const filed = await alertOf('c-1', several, 'Second');
    const named = (id: string, number: string, conditionName: string) =>
      keptOf({ ...filed, id, alert: { ...(filed.alert as AlertFacts), policy: number, conditionName } });
    expect(await named('inc_second', several, 'Second')).toMatchObject({ condition: 'Second', threshold: 9 });
    expect(await named('inc_renamed', only, 'As it was called')).toMatchObject({ condition: 'Renamed', threshold: 5 });
    expect(await named('inc_third', several, 'Third')).toMatchObject({
      series: [],
      whyNot: 'Its policy no longer has the condition that the alert names.',
    });
  });

  test('the time is from an hour before the alert began, and a day at most', async () => {
    const filed = await alertOf('c-4', await policyOf(condition('Span')), 'Span');
    const now = new Date(scenario.house.cloud.clock.now());
    const began = (hoursAgo: number): Date => new Date(now.getTime() - hoursAgo * 3_600_000);
    const spanOf = async (id: string, startedAt: Date | undefined, occurredAt?: Date) => {
      const { alert, occurredAt: _, ...rest } = filed;
      const { startedAt: __, ...known } = alert as AlertFacts;
      const alertFacts = { ...known, ...(startedAt ? { startedAt } : {}) };
      const incident = { ...rest, id, alert: alertFacts, receivedAt: began(3), ...(occurredAt ? { occurredAt } : {}) };
      await keepSeries(incident, policy, now);
      const { from, until } = fromDocument<{ from: Date; until: Date }>((await seriesRef(id).get()).data());
      return [(now.getTime() - from.getTime()) / 3_600_000, until.getTime() - now.getTime()];
    };
    expect(await spanOf('inc_span1', began(2))).toEqual([3, 0]);
    expect(await spanOf('inc_span2', began(23))).toEqual([24, 0]);
    expect(await spanOf('inc_span3', began(23.5))).toEqual([24, 0]);
    // Where it does not say when it began, from when it was heard of; what people say of it later moves no measurement.
    expect(await spanOf('inc_span4', undefined)).toEqual([4, 0]);
    expect(await spanOf('inc_span5', began(2), began(5))).toEqual([3, 0]);
    expect(await spanOf('inc_span6', undefined, began(5))).toEqual([6, 0]);
  });

  test('no points in that time are said to be none, with what was looked for', async () => {
    const found = await keptOf(await alertOf('c-5', await policyOf(condition('Silent')), 'Silent'));
    expect(found).toMatchObject({
      condition: 'Silent',
      filter: expect.stringContaining(metric),
      series: [],
      whyNot: 'Cloud Monitoring has no points of it in that time.',
    });
  });

  test('an alert whose body did not name its policy is not looked for', async () => {
    const filed = await alertOf('c-6', '66', 'x');
    const incident = { ...filed, alert: { ...filed.alert, policy: 'Checkout is slow' } as AlertFacts };
    expect(await keptOf(incident)).toMatchObject({ whyNot: 'The alert does not say which policy it is from.' });
  });

  test.each([
    ['NOT_FOUND', 'Its policy is not there any more.'],
    ['PERMISSION_DENIED', `Metronome may not read Cloud Monitoring of ${project} (roles/monitoring.viewer).`],
    ['UNIMPLEMENTED', 'Cloud Monitoring does not serve this kind of condition here.'],
    ['INVALID_ARGUMENT', expect.stringMatching(/^Cloud Monitoring did not answer: 3 INVALID_ARGUMENT: /)],
  ])('where Cloud Monitoring answers %s, the reason is kept, and nothing else', async (code, whyNot) => {
    const incident = await alertOf(`c-${code}`, `77${code.length}`, 'x');
    const fault = { target: 'monitoring.GetAlertPolicy', effect: 'fail', code };
    await scenario.post('/_local/faults', { faults: [fault] });
    const at = new Date(scenario.house.cloud.clock.now());
    const from = new Date((incident.alert?.startedAt?.getTime() ?? 0) - 3_600_000);
    expect(await keptOf(incident, at)).toEqual({ fetchedAt: at, from, until: at, series: [], whyNot });
  });

  test('where it does not answer in time nothing is kept, so that its message comes again', async () => {
    const incident = await alertOf('c-late', '70', 'x');
    await scenario.post('/_local/faults', { faults: [{ target: 'monitoring.GetAlertPolicy', effect: 'hang' }] });
    const hurried = { ...policy, evidence: { ...policy.evidence, seriesWithin: 'PT0.1S' } };
    const at = new Date(scenario.house.cloud.clock.now());
    await expect(keepSeries(incident, hurried, at)).rejects.toThrow(TemporaryFailure);
    expect((await seriesRef(incident.id).get()).exists).toBe(false);
  });

  test('while it does not answer, everybody hears about every alert, and the series are fetched once it does', async () => {
    const ids = new Set<string>();
    const told = async () => (await scenario.inbox()).filter((each) => ids.has(each.incidentId ?? '')).length;
    const kept = () => Promise.all([...ids].map(async (id) => (await seriesRef(id).get()).exists));
    await withPolicy(policy.evidence, { seriesWithin: 'PT1H' }, async () => {
      const held = scenario.house.cloud.faults.hold({ target: 'monitoring.GetAlertPolicy', times: 99 });
      for (let n = 0; n < 20; n += 1) {
        ids.add((await alertOf(`c-held-${n}`, await policyOf(condition(`Held ${n}`)), `Held ${n}`)).id);
      }
      const advanced = scenario.advance('PT1M');
      await held.met();
      await expect.poll(told).toBe(20);
      expect(new Set(await kept())).toEqual(new Set([false]));
      held.letGo();
      scenario.house.cloud.faults.clear();
      await advanced;
    });
    expect(new Set(await kept())).toEqual(new Set([true]));
  });

  const filter = `metric.type = "${metric}" AND resource.type = "global"`;
  const aggregations = [
    { alignmentPeriod: { seconds: 120 }, perSeriesAligner: 'ALIGN_MAX' as const },
    { alignmentPeriod: { seconds: 600 }, perSeriesAligner: 'ALIGN_MIN' as const },
  ];
  test.each([
    [
      'passed',
      { conditionThreshold: { filter, aggregations, comparison: 'COMPARISON_LT' as const, thresholdValue: 0 } },
    ],
    ['absent', { conditionAbsent: { filter, aggregations, duration: { seconds: 600 } } }],
  ])('the series of a value that is %s is asked for as its condition reads it', async (name, asked) => {
    const number = await policyOf({ displayName: name, ...asked } as unknown as ReturnType<typeof condition>);
    const incident = await alertOf(`c-${name}`, number, name);
    const list = vi.spyOn(await monitoring(), 'listTimeSeries');
    try {
      const at = new Date(scenario.house.cloud.clock.now());
      const found = await keptOf(incident, at);
      const began = incident.alert?.startedAt?.getTime() ?? 0;
      const limit = name === 'passed' ? { threshold: 0, comparison: 'COMPARISON_LT' } : {};
      expect(found).toEqual({
        fetchedAt: at,
        from: new Date(began - 3_600_000),
        until: at,
        condition: name,
        ...limit,
        filter,
        series: [],
        whyNot: 'Cloud Monitoring has no points of it in that time.',
      });
      const startTime = { seconds: Math.floor(began / 1_000) - 3_600 };
      const endTime = { seconds: Math.floor(at.getTime() / 1_000) };
      const [aggregation, secondaryAggregation] = aggregations.map(({ alignmentPeriod, perSeriesAligner }) =>
        expect.objectContaining({
          alignmentPeriod: expect.objectContaining({ seconds: String(alignmentPeriod.seconds) }),
          perSeriesAligner,
        }),
      );
      expect(list.mock.calls).toEqual([
        [
          {
            name: `projects/${project}`,
            filter,
            interval: { startTime, endTime },
            view: 'FULL',
            aggregation,
            secondaryAggregation,
            pageSize: 2_000,
          },
          expect.objectContaining({ autoPaginate: false }),
        ],
      ]);
    } finally {
      list.mockRestore();
    }
  });

  test('a condition on logs has no series, and is named all the same', async () => {
    const number = await policyOf({
      displayName: 'Panic',
      conditionMatchedLog: { filter: 'panic' },
    } as unknown as ReturnType<typeof condition>);
    expect(await keptOf(await alertOf('c-log', number, 'Panic'))).toMatchObject({
      condition: 'Panic',
      series: [],
      whyNot: 'Its condition is not one on a metric filter; see the alert itself.',
    });
  });
});

test('a ticket has no series, and says so', async () => {
  const filed = await scenario.ticket({ id: 'T-3', subject: '印刷できない' });
  const { body } = await scenario.get(`/api/incidents/${filed.body.incident.id}/series`);
  expect(body).toEqual({ series: [], whyNot: 'It was not filed by an alert.' });
});
