/** Whose comment on a ticket it is, who can read it and of when it is, as each tool really tells of it. */
import { afterEach, expect, test } from 'vitest';
import { toolSecrets } from '../fixtures/secrets.ts';
import { freshdeskBody, jiraEvent, jiraIssue } from '../fixtures/tickets.ts';
import { openScenario, type Scenario } from './house.ts';
import { ticketDoors } from './ticket-doors.ts';

let scenario: Scenario;
afterEach(() => scenario.stop());
const open = async (more: Record<string, string> = {}): Promise<void> => {
  scenario = await openScenario('2026-11-24T01:02:00.000Z', { environment: { ...toolSecrets, ...more } });
};
const doors = () => ticketDoors(scenario);
const read = async (path: string) => (await scenario.get(path)).body;
const updatedOf = async (id: string) =>
  (await read(`/api/incidents/${id}/timeline`)).events.filter(
    (each: { type: string }) => each.type === 'customer-updated',
  );
const typesOf = async (id: string): Promise<string[]> =>
  (await read(`/api/incidents/${id}/timeline`)).events.map((each: { type: string }) => each.type);
const contactOf = async (id: string) => (await read(`/api/incidents/${id}/contacts`)).contacts[0];
const send = (id: string, message: string) =>
  scenario.post(`/api/incidents/${id}/updates`, { customers: 'all', message });
const updateOf = async (id: string) => (await read(`/api/incidents/${id}/updates`)).updates[0];

const ticket = '71001';
const dueMs = async (id: string): Promise<number> => Date.parse((await contactOf(id)).nextUpdateDueAt);

/** An agent answers in Freshdesk itself. */
const agentReplies = (text: string) =>
  fetch(`${scenario.url}/_local/tools/freshdesk/site/api/v2/tickets/${ticket}/reply`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from('local:X').toString('base64')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ body: `<p>${text}</p>` }),
  });
const freshdeskTells = (fields: Record<string, unknown>) =>
  doors().told('freshdesk', freshdeskBody({ event: 'agent-replied', ticket_id: ticket, ...fields }));

test('Freshdesk: a reply counts once, by when it was written, however late and often its webhook comes', async () => {
  await open();
  const { id } = (await doors().reported('freshdesk', ticket)).body.incident;
  await scenario.advance('PT5M');
  await scenario.post('/_local/faults', {
    target: 'tools.freshdesk.webhook',
    match: ticket,
    effect: 'delay',
    delayMs: 20 * 60_000,
  });
  expect((await agentReplies('調べています。')).status).toBe(201);
  const writtenAt = Date.parse((await read('/_local/clock')).now);
  await scenario.advance('PT22M');
  await freshdeskTells({ message: '鈴木 : <div><p>調べています。</p></div>', agent_email: 'assigned@example.jp' });
  await scenario.advance('PT2M');
  const updated = await updatedOf(id);
  expect(updated).toMatchObject([{ actor: 'freshdesk:7001', detail: { message: '調べています。' } }]);
  expect(Math.abs(Date.parse(updated[0].occurredAt) - writtenAt)).toBeLessThan(2_000);
  const { firstResponseAt, responders } = await read(`/api/incidents/${id}`);
  expect([firstResponseAt, responders]).toEqual([updated[0].occurredAt, ['freshdesk:7001']]);
  // The next deadline follows the comment, not its webhook.
  expect((await dueMs(id)) - Date.parse(updated[0].occurredAt)).toBeLessThanOrEqual(30 * 60_000);
});

test.each([
  ['as it was sent, with its author’s name', '確認中です。'],
  ['with what Freshdesk has added to it', '確認中です。<br>--<br>サポート窓口'],
])('Freshdesk: our own update, told %s and hours late, counts once and moves no deadline', async (_, text) => {
  await open();
  const { id } = (await doors().reported('freshdesk', ticket)).body.incident;
  await scenario.post('/_local/faults', { target: 'tools.freshdesk.webhook', match: ticket, effect: 'fail' });
  expect((await send(id, '確認中です。')).status).toBe(202);
  await scenario.advance('PT10S');
  const due = await dueMs(id);
  await scenario.advance('PT20M');
  await freshdeskTells({ message: `Metronome : <div><p>${text}</p></div>` });
  await scenario.advance('PT2M');
  expect(await updatedOf(id)).toMatchObject([{ actor: 'local', detail: { message: '確認中です。' } }]);
  expect(await dueMs(id)).toBe(due);
});

test('Freshdesk: a reply on a ticket that cannot be read counts by when it was heard', async () => {
  await open({ FRESHDESK_API_KEY: '' });
  const { id } = (await doors().reported('freshdesk', ticket)).body.incident;
  await scenario.advance('PT5M');
  await freshdeskTells({ message: '鈴木 : <div>調べています。</div>' });
  await scenario.advance('PT2M');
  expect(await updatedOf(id)).toMatchObject([
    {
      occurredAt: expect.stringMatching(/^2026-11-24T01:07:00/),
      actor: 'freshdesk',
      detail: { message: '調べています。' },
    },
  ]);
});

const issueOf = (type: string, reporter: object) =>
  jiraIssue({ project: { key: 'SUP', projectTypeKey: type }, reporter }, { id: ticket, key: 'SUP-7' });
/** As Jira tells of a comment: nobody is named as the issue’s reporter. */
const jiraComment = (type: string, author: object, number: number) => {
  const issue = issueOf(type, {});
  const { reporter: _, ...fields } = issue.fields as Record<string, unknown>;
  const comment = {
    id: String(number),
    author,
    body: 'ログを見ます。',
    jsdPublic: true,
    created: '2026-11-24T10:03:00.000+0900',
  };
  return jiraEvent('comment_created', { issue: { ...issue, fields }, comment });
};
const developer = { accountId: 'dev-1', accountType: 'atlassian', displayName: '開発 花子' };
const reporter = { accountId: 'acc-1', accountType: 'atlassian', displayName: '佐藤' };

test('Jira: outside of a service project nothing that is said is the customer’s, and no update is sent', async () => {
  await open();
  const created = jiraEvent('jira:issue_created', { issue: issueOf('software', reporter) });
  // Its stub hears of the issue as well.
  const { id } = (await doors().filed('jira', created)).body.incident;
  await doors().told('jira', jiraComment('software', developer, 1));
  await doors().told('jira', jiraComment('software', reporter, 2));
  const { firstResponseAt, responders } = await read(`/api/incidents/${id}`);
  expect([firstResponseAt ?? null, responders, await updatedOf(id)]).toEqual([null, [], []]);
  await send(id, '確認中です。');
  await scenario.advance('PT1M');
  expect(await updateOf(id)).toMatchObject({
    state: 'by-hand',
    error: expect.stringContaining('no customer’s request'),
  });
  const { comments } = await read(`/_local/tools/jira/tickets/${ticket}`);
  expect(comments.filter((each: { body: string }) => each.body.includes('確認中'))).toEqual([]);
});

test('Jira: in a service project an agent’s comment is the update, and the reporter’s own is the customer’s word', async () => {
  await open();
  const created = jiraEvent('jira:issue_created', { issue: issueOf('service_desk', reporter) });
  const { id } = (await doors().filed('jira', created)).body.incident;
  await doors().told('jira', jiraComment('service_desk', reporter, 1));
  expect([(await read(`/api/incidents/${id}`)).responders, await updatedOf(id)]).toEqual([[], []]);
  await doors().told('jira', jiraComment('service_desk', developer, 2));
  expect((await read(`/api/incidents/${id}`)).responders).toEqual(['jira:dev-1']);
  expect(await typesOf(id)).toContain('responded');
  expect(await updatedOf(id)).toMatchObject([{ actor: 'jira:dev-1', actorName: '開発 花子' }]);
});

test('Zendesk: what it keeps as a note of a light agent’s is no update, fails at once and is written once', async () => {
  await open({ ZENDESK_OAUTH_CLIENT_ID: 'light-agent-7' });
  const { id } = (await doors().reported('zendesk', ticket)).body.incident;
  await send(id, '確認中です。');
  await scenario.advance('PT20M');
  expect(await updateOf(id)).toMatchObject({ state: 'failed', error: expect.stringContaining('light agent') });
  expect(await updatedOf(id)).toEqual([]);
  const { comments } = await read(`/_local/tools/zendesk/tickets/${ticket}`);
  expect(comments.filter((each: { body: string }) => each.body === '確認中です。')).toMatchObject([
    { isPublic: false },
  ]);
});
