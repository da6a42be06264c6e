/** A next action's ticket is made in Jira from the action, once; its closing there proposes done. */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { firestore } from '../../functions/platform/firestore.ts';
import { policy } from '../../functions/policy.ts';
import { toolSecrets } from '../fixtures/secrets.ts';
import { openScenario, type Scenario, withPolicy } from './house.ts';

let scenario: Scenario;
beforeAll(async () => {
  scenario = await openScenario('2026-11-24T01:02:00.000Z', { environment: { ...toolSecrets } });
});
afterAll(() => scenario.stop());
beforeEach(() => scenario.house.cloud.faults.clear());

const propose = async (more: Record<string, unknown> = {}): Promise<string> =>
  (await scenario.post('/api/actions', { description: '決済の監視を足す', kind: 'detect', ...more })).body.id;
const actionOf = async (id: string) => (await scenario.get(`/api/actions/${id}`)).body;
const make = (id: string) => scenario.post(`/api/actions/${id}/ticket`, {});
const proof = `Basic ${Buffer.from('metronome@example.jp:local').toString('base64')}`;
const jira = async (method: string, path: string, body?: unknown) => {
  const response = await fetch(`${scenario.url}/_local/tools/jira/site/rest/api/3${path}`, {
    method,
    headers: { authorization: proof, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return response.status === 204 ? undefined : response.json();
};
const issuesOf = async (id: string) =>
  (
    (await jira('GET', `/search/jql?jql=${encodeURIComponent(`labels = "metronome-${id}"`)}`)) as {
      issues: { key: string }[];
    }
  ).issues;

test('one tap makes one issue, and makes a whole action agreed', async () => {
  const id = await propose({ owner: 'mori@example.jp', doneWhen: '監視が鳴る' });
  const asked = await make(id);
  expect([asked.status, asked.body.ticket.state, asked.body.status]).toEqual([202, 'making', 'proposed']);
  expect((await make(id)).status).toBe(409);
  await scenario.advance('PT2M');
  const [issue, ...others] = await issuesOf(id);
  expect(others).toEqual([]);
  const action = await actionOf(id);
  expect(action).toMatchObject({
    status: 'agreed',
    ticketUrl: `https://example.atlassian.net/browse/${issue?.key}`,
    ticket: { state: 'made', key: issue?.key },
    proposesDone: false,
  });
  expect((await make(id)).status).toBe(409);
  const { body: ticket } = await scenario.get(`/_local/tools/jira/tickets/${issue?.key}`);
  expect(ticket).toMatchObject({ subject: '決済の監視を足す' });
});

test('whoever asks for it of an action that has changed since is refused', async () => {
  const id = await propose({ owner: 'mori@example.jp' });
  const { etag } = Object.fromEntries((await scenario.get(`/api/actions/${id}`)).headers);
  await scenario.patch(`/api/actions/${id}`, { doneWhen: '監視が鳴る' });
  const refused = await scenario.post(`/api/actions/${id}/ticket`, {}, { 'if-match': etag ?? '' });
  expect(refused.status).toBe(412);
  expect(refused.headers.get('etag')).not.toBe(etag);
  expect((await actionOf(id)).ticket).toBeUndefined();
  const current = refused.headers.get('etag') ?? '';
  expect((await scenario.post(`/api/actions/${id}/ticket`, {}, { 'if-match': current })).status).toBe(202);
});

test.each([
  ['asking for its ticket', (id: string) => make(id)],
  ['a change', (id: string) => scenario.patch(`/api/actions/${id}`, { owner: 'sato@example.jp' })],
])('%s leaves on the timer what is still to be sent', async (_, act) => {
  const id = await propose();
  const timer = firestore().collection('timers').doc(id);
  const pending = [{ kind: 'action-due', key: 'kept' }];
  await timer.update({ pending });
  await act(id);
  expect((await timer.get()).get('pending')).toEqual(pending);
});

test('closing it proposes done, and done still asks for evidence', async () => {
  const id = await propose({ owner: 'mori@example.jp', doneWhen: '監視が鳴る' });
  await make(id);
  await scenario.advance('PT2M');
  const { ticket } = await actionOf(id);
  await jira('POST', `/issue/${ticket.key}/transitions`, { transition: { id: '31' } });
  await scenario.advance('PT1H5M');
  expect(await actionOf(id)).toMatchObject({ status: 'agreed', proposesDone: true });
  const page = await (await fetch(`${scenario.url}/console/actions`)).text();
  expect(page).toContain('チケットが完了しています。証跡を付けて完了にしてください。');
  expect((await scenario.patch(`/api/actions/${id}`, { status: 'done' })).status).toBe(409);
  const done = await scenario.patch(`/api/actions/${id}`, { status: 'done', evidenceUrl: 'https://example.jp/1' });
  expect([done.status, done.body.status, done.body.proposesDone]).toEqual([200, 'done', false]);
});

test.each(['fail', 'fail-after', 'hang-after', 'hang'] as const)(
  'an answer that was lost (%s) leaves one issue',
  async (effect) => {
    const id = await propose();
    await scenario.post('/_local/faults', { target: 'tools.jira.createIssue', effect, code: '502' });
    await withPolicy(policy.outgoing, { toolTimeout: 'PT2S' }, async () => {
      await make(id);
      await scenario.advance('PT10M');
    });
    expect(await issuesOf(id)).toHaveLength(1);
    expect(await actionOf(id)).toMatchObject({ ticket: { state: 'made' } });
  },
);

test('what may be there is looked for until Jira says whether it is, and is not made twice meanwhile', async () => {
  const id = await propose();
  const fault = (operation: string, effect: string, more = {}) =>
    scenario.post('/_local/faults', { target: `tools.jira.${operation}`, effect, ...more });
  await fault('createIssue', 'fail-after', { code: '502' });
  await fault('searchIssues', 'fail', { code: '429', times: 2 });
  await make(id);
  await scenario.advance('PT14M');
  expect(await issuesOf(id)).toHaveLength(1);
  expect(await actionOf(id)).toMatchObject({ ticket: { state: 'made' } });
});

test('what Jira refuses is said, and asked for again by a tap', async () => {
  const id = await propose();
  await scenario.post('/_local/faults', { target: 'tools.jira.createIssue', effect: 'fail', code: '403' });
  await make(id);
  await scenario.advance('PT2M');
  expect(await actionOf(id)).toMatchObject({ ticket: { state: 'failed', error: expect.stringContaining('403') } });
  expect((await make(id)).status).toBe(202);
  await scenario.advance('PT2M');
  expect(await actionOf(id)).toMatchObject({ ticket: { state: 'made' } });
});

test('Jira’s webhook about such an issue is nobody’s report', async () => {
  const fields = { summary: '監視を足す', labels: ['metronome-action', 'metronome-act_1'], project: { key: 'OPS' } };
  const text = JSON.stringify({ webhookEvent: 'jira:issue_created', issue: { id: '901', key: 'OPS-901', fields } });
  const signature = createHmac('sha256', toolSecrets.JIRA_WEBHOOK_SECRET).update(text).digest('hex');
  const reply = await scenario.post('/tickets/jira', text, { 'x-hub-signature': `sha256=${signature}` });
  expect(reply.status).toBe(200);
  const { body } = await scenario.get('/api/incidents');
  expect(body.incidents).toEqual([]);
});
