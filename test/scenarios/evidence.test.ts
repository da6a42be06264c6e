import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepSeries } from '../../functions/evidence/series.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import { fromDocument, incidentRef } from '../../functions/platform/firestore.ts';
import { alertPolicies, monitoring } from '../../functions/platform/monitoring.ts';
import { pubsub } from '../../functions/platform/pubsub.ts';
import { policy } from '../../functions/policy.ts';
import { openScenario, type Scenario } from './house.ts';

const project = 'metronome-local';
let scenario: Scenario;
beforeAll(async () => {
  scenario = await openScenario('2026-11-24T00:00:00Z');
});
afterAll(() => scenario.stop());

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

test('the builds of the hours before an incident stand beside it, the newest first', async () => {
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
  for (const value of [120, 480, 950]) {
    await client.createTimeSeries({
      name: `projects/${project}`,
      timeSeries: [
        {
          metric: { type: 'custom.googleapis.com/shop/latency', labels: { route: 'checkout' } },
          resource: { type: 'global', labels: { project_id: project } },
          metricKind: 'GAUGE',
          valueType: 'DOUBLE',
          points: [
            {
              interval: { endTime: { seconds: Math.floor(scenario.house.cloud.clock.now() / 1_000) } },
              value: { doubleValue: value },
            },
          ],
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
  await keepSeries(incident, policy, at);
  const { body } = await scenario.get(`/api/incidents/${incident.id}/series`);
  expect(body).toMatchObject({ condition: 'Latency above 500 ms', threshold: 500, comparison: 'COMPARISON_GT' });
  expect(body.series).toHaveLength(1);
  expect(body.series[0].labels.route).toBe('checkout');
  expect(body.series[0].points.map((each: { value: number }) => each.value)).toEqual([120, 480, 950]);
});

test('where there is no series, the reason is kept in its place', async () => {
  const incident = await alertOf('a-2', '404404', 'Gone');
  await keepSeries(incident, policy, new Date(scenario.house.cloud.clock.now()));
  const { body } = await scenario.get(`/api/incidents/${incident.id}/series`);
  expect(body).toMatchObject({ series: [], whyNot: 'Its policy is not there any more.' });
});

test('a ticket has no series, and says so', async () => {
  const filed = await scenario.ticket({ id: 'T-3', subject: '印刷できない' });
  const { body } = await scenario.get(`/api/incidents/${filed.body.incident.id}/series`);
  expect(body).toEqual({ series: [], whyNot: 'It was not filed by an alert.' });
});
