/** The evidence on an incident's page: the series as a picture, or why there is none; the releases before it. */
import { beforeAll, expect, test } from 'vitest';
import { keepSeries } from '../../functions/evidence/series.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import { fromDocument, incidentRef } from '../../functions/platform/firestore.ts';
import { policy } from '../../functions/policy.ts';
import { measure, publishBuild, watchErrorRate } from '../../infra/demo/shop.ts';
import { localProject } from '../../infra/local/start-cloud.ts';
import { emailOf } from '../../infra/provision/accounts.ts';
import { useScenario } from '../scenarios/house.ts';

const scenario = useScenario('2026-11-24T00:00:00Z');
beforeAll(async () => {
  // What is measured in the shop's project is read by who is granted it there.
  const reader = emailOf('metronome-series', localProject);
  scenario.house.cloud.iam.grantElsewhere('shop-prod', reader, 'roles/monitoring.viewer');
});

const read = async (path: string): Promise<{ status: number; text: string; headers: Headers }> => {
  const response = await fetch(scenario.url + path, { headers: { 'accept-language': 'en' } });
  return { status: response.status, text: await response.text(), headers: response.headers };
};

test('an alert of Cloud Monitoring is drawn with the threshold that it passed, and the release before it is listed', async () => {
  await watchErrorRate(`${scenario.url}/alerts?auth_token=local`);
  await publishBuild({
    id: 'b-1',
    status: 'SUCCESS',
    startTime: '2026-11-24T00:02:00Z',
    logUrl: 'https://builds.example.jp/b-1',
    buildTriggerId: 't',
    substitutions: { TRIGGER_NAME: 'deploy-order-api', BRANCH_NAME: 'main', COMMIT_SHA: 'abcdef0123456789' },
  });
  for (const percent of [1, 2, 11]) {
    // Over instants at which the gauges tick: nobody but the shop writes its metric.
    await scenario.advance('PT6M');
    await measure(percent, new Date(scenario.house.cloud.clock.now()));
  }
  await scenario.advance('PT2M');
  const { series } = (await scenario.get('/_local/metrics')).body;
  const own = series.find((each: { project: string }) => each.project === 'projects/shop-prod');
  expect(own.points.map((each: { value: { doubleValue: number } }) => each.value.doubleValue)).toEqual([11, 2, 1]);
  const [incident] = (await scenario.get('/api/incidents')).body.incidents;
  const page = (await read(`/console/incidents/${incident.id}`)).text;
  expect(page).toContain('(threshold &gt; 5)');
  expect(page).toContain('highest 11 %');
  expect(page).toContain('<code title="abcdef0123456789">abcdef01</code>');
  expect(page).toContain('href="https://builds.example.jp/b-1"');
  const picture = await read(`/console/incidents/${incident.id}/series.svg`);
  expect(picture.headers.get('content-type')).toBe('image/svg+xml');
  expect(picture.headers.get('content-security-policy')).toBe("default-src 'none'; style-src 'unsafe-inline'");
  expect(picture.text).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  expect(picture.text).toContain('Threshold 5');
});

test('where there is nothing to draw the page says why, in the reader’s language', async () => {
  const { body } = await scenario.alert({
    version: '1.2',
    incident: {
      incident_id: 'a-1',
      scoping_project_id: 'elsewhere',
      state: 'open',
      started_at: scenario.house.cloud.clock.now() / 1_000,
      policy_name: 'Disk is full',
    },
  });
  const { id } = body.incident;
  expect((await read(`/console/incidents/${id}`)).text).toContain('Fetched when the incident is announced');
  expect((await read(`/console/incidents/${id}/series.svg`)).status).toBe(404);
  const incident = fromDocument<Incident>((await incidentRef(id).get()).data());
  await keepSeries(incident, policy, new Date(scenario.house.cloud.clock.now()));
  expect((await read(`/console/incidents/${id}`)).text).toContain('The alert doesn’t name its policy.');
  const japanese = await fetch(`${scenario.url}/console/incidents/${id}`, { headers: { 'accept-language': 'ja' } });
  expect(await japanese.text()).toContain('どのアラートポリシーからのものかが書かれていません');
});

test('an incident of a ticket has no metric, and says where no release came before it', async () => {
  const { body } = await scenario.ticket({ id: 'T-1', subject: 'Old', occurredAt: '2026-11-20T00:00:00Z' });
  const { text } = await read(`/console/incidents/${body.incident.id}`);
  expect(text).not.toContain('The metric behind the alert');
  expect(text).toMatch(/Releases in the .* before<\/h2><p class="muted">None\./);
});
