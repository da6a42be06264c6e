/** Releases that GitHub, GitLab and PagerDuty's change events tell, beside Cloud Build's: each once, and only of production. */
import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Incident } from '../../functions/incidents/incident.ts';
import { policy } from '../../functions/policy.ts';
import { readReleases } from '../../functions/postmortems/gather.ts';
import { useScenario, withImpatientDoors, withPolicy } from './house.ts';

const signing = `whsec_${Buffer.from('0123456789abcdef01234567').toString('base64')}`;
const environment = {
  ...process.env,
  GITHUB_WEBHOOK_SECRET: 'github-secret',
  GITLAB_WEBHOOK_TOKEN: `gitlab-token,${signing}`,
  PAGERDUTY_ROUTING_KEYS: 'r'.repeat(32),
};
const scenario = useScenario('2026-11-24T01:02:00.000Z', { environment });
const shaOf = (letter: string): string => letter.repeat(40);

const hmac = (secret: string | Buffer, text: string, encoding: 'hex' | 'base64' = 'hex'): string =>
  createHmac('sha256', secret).update(text).digest(encoding);
const github = (body: object, secret = 'github-secret') => {
  const text = JSON.stringify(body);
  return scenario.post('/changes/github', text, { 'x-hub-signature-256': `sha256=${hmac(secret, text)}` });
};
const gitlab = (body: object, headers: Record<string, string> = { 'x-gitlab-token': 'gitlab-token' }) =>
  scenario.post('/changes/gitlab', JSON.stringify(body), headers);

const deploymentStatus = (
  state: string,
  more: { id?: number; sha?: string; environment?: string; at?: string } = {},
) => ({
  action: 'created',
  deployment_status: {
    id: 9,
    state,
    created_at: more.at ?? '2026-11-24T00:45:00Z',
    updated_at: more.at ?? '2026-11-24T00:45:00Z',
    log_url: 'https://github.example/runs/1',
  },
  deployment: {
    id: more.id ?? 1,
    sha: more.sha ?? shaOf('a'),
    ref: 'main',
    task: 'deploy',
    environment: more.environment ?? 'production',
    created_at: '2026-11-24T00:40:00Z',
  },
  repository: { full_name: 'shop/order' },
});
const gitlabDeployment = (more: object = {}) => ({
  object_kind: 'deployment',
  status: 'success',
  status_changed_at: '2026-11-24 09:48:00 +0900',
  deployment_id: 5,
  environment: 'production',
  environment_tier: 'production',
  deployable_url: 'https://gitlab.example/jobs/5',
  project: { path_with_namespace: 'shop/order' },
  short_sha: shaOf('a').slice(0, 8),
  ref: 'main',
  commit_title: 'Round prices',
  ...more,
});

interface Told {
  id: string;
  status: string;
  commit?: string;
  steps: { name: string; status?: string }[];
  startedAt: string;
}
/** Of an incident that begins now. */
async function releases(): Promise<Told[]> {
  const { incident } = (
    await scenario.ticket({ id: `T-${Math.random()}`, subject: 'Down', occurredAt: '2026-11-24T01:01:00Z' })
  ).body;
  return (await scenario.get(`/api/incidents/${incident.id}/releases`)).body.releases;
}
const of = async (letter: string): Promise<Told[]> =>
  (await releases()).filter(({ commit }) => commit?.startsWith(letter.repeat(7)));

test('one release that GitHub, GitLab and Cloud Build tell is one, with the steps of the build', async () => {
  expect((await github(deploymentStatus('success'))).status).toBe(202);
  expect((await gitlab(gitlabDeployment())).status).toBe(202);
  await scenario.publish('cloud-builds', {
    id: 'build-a',
    status: 'SUCCESS',
    startTime: '2026-11-24T00:41:00Z',
    finishTime: '2026-11-24T00:44:00Z',
    substitutions: { COMMIT_SHA: shaOf('a'), BRANCH_NAME: 'main' },
    steps: [{ id: 'test', status: 'SUCCESS', name: 'npm' }],
  });
  await scenario.advance('PT0S');
  expect(await of('a')).toMatchObject([
    { id: 'build-a', status: 'SUCCESS', commit: shaOf('a'), steps: [{ name: 'test', status: 'SUCCESS' }] },
  ]);
});

test('states come in any order: the end stays, and older news replaces nothing', async () => {
  const told = (state: string, at: string) => github(deploymentStatus(state, { id: 2, sha: shaOf('b'), at }));
  await told('failure', '2026-11-24T00:46:00Z');
  await told('in_progress', '2026-11-24T00:44:00Z');
  await told('success', '2026-11-24T00:43:00Z');
  await told('inactive', '2026-11-24T00:50:00Z');
  expect((await of('b')).map(({ status }) => status)).toEqual(['FAILURE']);
});

test.each([
  ['to staging', deploymentStatus('success', { id: 3, sha: shaOf('c'), environment: 'staging' })],
  ['that is inactive', deploymentStatus('inactive', { id: 3, sha: shaOf('c') })],
])('a deployment %s is no release', async (_, body) => {
  expect((await github(body)).body).toEqual({ ignored: expect.any(String) });
  expect(await of('c')).toEqual([]);
});

test('a workflow counts where the policy names it, and is a step of its release', async () => {
  const run = (name: string) => ({
    action: 'completed',
    workflow_run: {
      id: 7,
      name,
      conclusion: 'success',
      head_sha: shaOf('d'),
      head_branch: 'main',
      created_at: '2026-11-24T00:30:00Z',
      updated_at: '2026-11-24T00:35:00Z',
      html_url: 'https://github.example/7',
    },
    repository: { full_name: 'shop/order' },
  });
  expect((await github(run('Test'))).status).toBe(200);
  await withPolicy(policy.evidence, { workflows: ['Test'] }, async () => void (await github(run('Test'))));
  const { body } = await github(deploymentStatus('failure', { id: 4, sha: shaOf('d') }));
  const whole = { status: 'FAILURE', steps: [{ name: 'Test', status: 'SUCCESS' }] };
  expect(await of('d')).toMatchObject([whole]);
  // The review judges the same, whichever of the two was named as the cause.
  const named = { cause: { category: 'release', releaseId: body.release } } as Incident;
  expect((await readReleases([named], policy)).get(body.release)).toMatchObject({ id: body.release, ...whole });
});

test('a pipeline of GitLab that deploys to production tells which tests ran', async () => {
  const pipeline = (environment: object | null) => ({
    object_kind: 'pipeline',
    object_attributes: {
      id: 8,
      ref: 'main',
      sha: shaOf('e'),
      status: 'failed',
      source: 'push',
      created_at: '2026-11-24 00:20:00 UTC',
      finished_at: '2026-11-24 00:30:00 UTC',
      url: 'https://gitlab.example/8',
    },
    project: { path_with_namespace: 'shop/order' },
    builds: [
      { stage: 'test', name: 'unit', status: 'failed', allow_failure: false },
      { stage: 'deploy', name: 'prod', status: 'created', environment },
    ],
  });
  expect((await gitlab(pipeline(null))).body).toEqual({ ignored: 'a pipeline that releases nothing' });
  await gitlab(pipeline({ name: 'production', action: 'start' }));
  expect(await of('e')).toMatchObject([
    {
      status: 'FAILURE',
      startedAt: '2026-11-24T00:20:00.000Z',
      steps: [{ name: 'test unit', status: 'FAILURE' }, { name: 'deploy prod' }],
    },
  ]);
});

test('a change event of PagerDuty’s is a release', async () => {
  const payload = {
    summary: 'Build 12 went out',
    source: 'circleci',
    timestamp: '2026-11-24T00:50:00Z',
    custom_details: { commit: shaOf('f') },
  };
  const send = (body: object) =>
    scenario.post('/pagerduty/v2/change/enqueue', { routing_key: 'r'.repeat(32), ...body });
  expect(await send({ payload, links: [{ href: 'https://ci.example/12' }] })).toMatchObject({
    status: 202,
    body: { status: 'success', message: 'Change event processed' },
  });
  expect(await of('f')).toMatchObject([{ status: 'SUCCESS' }]);
  expect(await send({ payload: {} })).toMatchObject({ status: 400, body: { status: 'invalid event' } });
});

test('what Firestore does not take is kept by Pub/Sub: GitHub would not send it again', async () => {
  const held = scenario.house.cloud.faults.hold({ target: 'firestore.Commit' });
  const taken = await withImpatientDoors(() => github(deploymentStatus('success', { id: 5, sha: shaOf('9') })));
  expect(taken).toMatchObject({ status: 202, body: { accepted: true } });
  held.letGo();
  await scenario.advance('PT1M');
  expect(await of('9')).toHaveLength(1);
});

describe('forged bodies are refused', () => {
  test('of GitHub', async () => {
    expect((await github(deploymentStatus('success'), 'other')).status).toBe(401);
    expect((await scenario.post('/changes/github', '{}')).status).toBe(401);
  });

  test('of GitLab, whose signature counts where there is one, and never the token beside it', async () => {
    const text = JSON.stringify(gitlabDeployment({ deployment_id: 6 }));
    const seconds = String(Date.parse((await scenario.get('/_local/clock')).body.now) / 1_000).split('.')[0] ?? '';
    const sign = (secret: string, time = seconds) => ({
      'webhook-id': 'msg_1',
      'webhook-timestamp': time,
      'webhook-signature': `v1,${hmac(Buffer.from(secret.slice(6), 'base64'), `msg_1.${time}.${text}`, 'base64')}`,
    });
    const other = `whsec_${Buffer.from('another-secret-of-24-byt').toString('base64')}`;
    const post = (headers: Record<string, string>) => scenario.post('/changes/gitlab', text, headers);
    expect((await post(sign(signing))).status).toBe(202);
    expect((await post({ ...sign(other), 'x-gitlab-token': 'gitlab-token' })).status).toBe(401);
    expect((await post(sign(signing, String(Number(seconds) - 600)))).status).toBe(401);
    for (const token of ['wrong', signing, ''])
      expect((await gitlab({}, { 'x-gitlab-token': token })).status).toBe(401);
  });
});
