/** A next action's ticket is made in Jira from the action, once; its closing there proposes done. */
import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { TicketMaker } from '../../functions/incidents/outbox/action-tickets.ts';
import { now as clock } from '../../functions/platform/clock.ts';
import { type Delivery, newDelivery, type Outcome } from '../../functions/platform/delivery.ts';
import { firestore, fromDocument } from '../../functions/platform/firestore.ts';
import { policy } from '../../functions/policy.ts';
import { actionTickets } from '../../functions/postmortems/action-tickets.ts';
import type { NextAction } from '../../functions/postmortems/actions-rules.ts';
import { toolSecrets } from '../fixtures/secrets.ts';
import { useScenario, withPolicy } from './house.ts';

const scenario = useScenario('2026-11-24T01:02:00.000Z', { environment: { ...toolSecrets } });
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

test('asking for it of an action that has changed since is refused', async () => {
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
    // Only the first try: on a busy machine what is answered may take longer than that, and then comes with the next.
    await withPolicy(policy.outgoing, { toolTimeout: 'PT0.2S' }, async () => {
      await make(id);
      await scenario.advance('PT1M');
    });
    await scenario.advance('PT10M');
    expect(await issuesOf(id)).toHaveLength(1);
    expect(await actionOf(id)).toMatchObject({ ticket: { state: 'made' } });
  },
);

const tell = (issueKey: string, label: string) => {
  const fields = { summary: '止まった', labels: ['metronome-action', label], project: { key: 'OPS' } };
  const issue = { id: issueKey.replace(/\D/g, ''), key: issueKey, fields };
  const text = JSON.stringify({ webhookEvent: 'jira:issue_created', issue });
  const signature = createHmac('sha256', toolSecrets.JIRA_WEBHOOK_SECRET).update(text).digest('hex');
  return scenario.post('/tickets/jira', text, { 'x-hub-signature': `sha256=${signature}` });
};

test('Jira’s webhook about such an issue is nobody’s report; one that only has the labels is', async () => {
  const id = await propose();
  await make(id);
  await scenario.advance('PT2M');
  const { key } = (await actionOf(id)).ticket;
  expect((await tell(key, `metronome-${id}`)).body).toEqual({ ignored: 'the ticket of a next action' });
  expect((await scenario.get('/api/incidents')).body.incidents).toEqual([]);
  // Labelling an issue keeps nothing out.
  for (const [other, label] of [
    ['OPS-9001', `metronome-${id}`],
    ['OPS-9002', 'metronome-action'],
    ['OPS-9003', `metronome-act_${'0'.repeat(24)}`],
  ] as const) {
    expect((await tell(other, label)).status).toBe(201);
  }
});

test.each<[string, Partial<Delivery>, number]>([
  ['while it is being made', { state: 'waiting', leasedUntil: new Date('2026-11-25T00:00:00Z') }, 200],
  ['after an answer that was lost', { state: 'unknown', leasedUntil: null }, 200],
  ['before it is made', { state: 'waiting', leasedUntil: null }, 201],
])('Jira’s webhook about an issue whose key nobody knows yet, %s, is answered %3$i', async (_, known, status) => {
  const id = await propose();
  await make(id);
  const delivery = { ...newDelivery(clock()), ...known };
  await firestore().doc(`actions/${id}`).update({ delivery });
  expect((await tell(`OPS-${status}`, `metronome-${id}`)).status).toBe(status);
});

describe('an action’s ticket, step by step', () => {
  const now = new Date('2026-11-24T03:00:00.000Z');
  const ms = (after: number): Date => new Date(now.getTime() + after);
  let made = 0;
  let asked: unknown[] = [];
  /** A tool that answers as it is told, and knows what it was asked. */
  const tool = (answer: Outcome, found: Outcome | 'absent' = 'absent', isClosed = false): TicketMaker => ({
    make: async (wanted) => {
      asked.push(wanted);
      return answer;
    },
    find: async () => {
      asked.push('find');
      return found;
    },
    look: async (key) => {
      asked.push(key);
      return { isClosed };
    },
  });
  const madeAs = (key: string): Outcome => ({ kind: 'delivered', fields: { key, url: `https://j.example/${key}` } });
  beforeEach(() => {
    asked = [];
  });
  /** An action as it is kept: its ticket asked for, and not yet made. */
  const kept = async (ticket: object = {}, stated: object = {}, delivery: Partial<Delivery> = {}): Promise<string> => {
    made += 1;
    const id = `act_${String(made).padStart(24, '0')}`;
    await firestore()
      .collection('actions')
      .doc(id)
      .set({
        id,
        schemaVersion: 1,
        bundleId: '2026-W47',
        description: '監視を足す',
        kind: 'detect',
        doneWhen: '鳴る',
        owner: 'mori@a.jp',
        // Thirty days from its proposal.
        dueAt: ms(-9 + 30 * 86_400_000),
        due: { rule: 'other-score', inputs: { confirmedScore: 3, from: ms(-9) } },
        status: 'proposed',
        createdAt: ms(-9),
        createdBy: 'ann',
        history: [],
        delivery: newDelivery(clock(), delivery),
        ticket: {
          state: 'making',
          requestedAt: ms(-5),
          requestedBy: 'ken@a.jp',
          key: null,
          error: null,
          checkedAt: null,
          closedAt: null,
          ...ticket,
        },
        ...stated,
      });
    return id;
  };
  const read = async (id: string): Promise<NextAction> =>
    fromDocument((await firestore().collection('actions').doc(id).get()).data());

  test('is not asked for where there is nothing to do', async () => {
    for (const id of [
      await kept({ state: 'failed' }),
      await kept({ state: 'made', key: 'OPS-1', closedAt: ms(-1) }),
      await kept({}, { status: 'dropped' }),
      await kept({}, { ticket: null }),
      'act_none',
    ])
      await actionTickets(id, tool(madeAs('OPS-7')));
    expect(asked).toEqual([]);
  });

  test.each([false, true])('made, it is looked at: closed is proposed as done, and news: %s', async (isClosed) => {
    const id = await kept({ state: 'made', key: 'OPS-1' });
    await actionTickets(id, tool(madeAs('OPS-2'), 'absent', isClosed));
    expect(asked).toEqual(['OPS-1']);
    const { ticket, ...action } = await read(id);
    expect(ticket).toMatchObject({ checkedAt: expect.any(Date), closedAt: isClosed ? expect.any(Date) : null });
    expect('changedAt' in action).toBe(isClosed);
  });

  test('made for what has an address by now, it leaves that one', async () => {
    const id = await kept({}, { ticketUrl: 'https://own.example/1', status: 'agreed' });
    await actionTickets(id, tool(madeAs('OPS-8')));
    expect(await read(id)).toMatchObject({ ticketUrl: 'https://own.example/1', history: [], ticket: { key: 'OPS-8' } });
  });
});
