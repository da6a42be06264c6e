/**
 * A tool tells us of our own comment: in whatever shape its webhooks have, before or after the answer to who sent it, once,
 * twice or late. It is that update and no second one, and what the customer reads is word for word what was confirmed.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { toolSecrets } from '../fixtures/secrets.ts';
import {
  freshdeskBody,
  intercomConversation,
  intercomNotification,
  intercomPart,
  intercomTicket,
  jiraEvent,
  jiraIssue,
  zendeskEvent,
  zendeskTrigger,
} from '../fixtures/tickets.ts';
import { openScenario, type Scenario } from './house.ts';
import { playedTools, sendOperations, type Tool, ticketDoors } from './ticket-doors.ts';

let scenario: Scenario;
beforeEach(async () => {
  scenario = await openScenario('2026-11-24T01:02:00.000Z', { environment: toolSecrets });
});
afterEach(() => scenario.stop());

const message = [
  '渋谷店 ご担当者様',
  '',
  '<注文> & "会計" の件、  復旧は 10:30 です。',
  "  1. {原因}: it's `A` → B",
  '```js',
  'if (a < b && c > d) return "<b>";',
  '```',
  '🍣👨‍👩‍👧 مرحبا שלום ㍿ ｶﾞｷﾞ',
  '詳細: https://example.jp/?a=1&b=2#x',
].join('\n');

interface Comment {
  /** The tool's id of it, a number in digits. */
  id: string;
  ticketId: string;
  text: string;
}
type Shape = [name: string, body: (comment: Comment) => unknown];

const html = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').split('\n').join('<br />\r\n');
const crlf = (text: string): string => `${text.replaceAll('\n', '\r\n')}\r\n\r\n`;
const reversed = (body: object): object => Object.fromEntries(Object.entries(body).reverse());

const zendeskSays = ({ ticketId }: Comment, comment: object, id: string, more: object = {}) =>
  zendeskEvent('comment_added', {
    id,
    detail: { id: ticketId, actor_id: '8447388090494', via: { channel: 'web_service' }, ...more },
    event: { comment: { is_public: true, ...comment }, meta: { sequence: { id: '01HXYZ', position: 1, total: 1 } } },
  });
const author = { id: '8447388090494', is_staff: true, name: 'Service bot' };

const intercomReplied = ({ ticketId }: Comment, part: object, id: string) =>
  intercomNotification(
    'ticket.admin.replied',
    {
      ticket: intercomTicket({ id: ticketId }),
      ticket_part: intercomPart({ type: 'admin', id: '1', name: 'Service bot' }, { type: 'ticket_part', ...part }),
    },
    id,
  );

const paragraphs = (text: string) => ({
  type: 'doc',
  version: 1,
  content: text
    .split('\n')
    .map((line) => ({ type: 'paragraph', content: line === '' ? [] : [{ type: 'text', text: line, marks: [] }] })),
});
const jiraSays = ({ ticketId }: Comment, comment: object, event = 'comment_created', more: object = {}) =>
  jiraEvent(event, {
    issue: jiraIssue(
      { reporter: { accountId: `store-${ticketId}`, accountType: 'customer' } },
      { id: ticketId, key: `SUP-${ticketId}` },
    ),
    comment: {
      author: { accountId: '5b10a2844c20165700ede21g', accountType: 'atlassian', displayName: 'Service bot' },
      created: '2026-11-24T10:03:00.000+0900',
      jsdPublic: true,
      ...comment,
    },
    ...more,
  });

const shapes: Record<Tool, Shape[]> = {
  zendesk: [
    ['as documented', (of) => zendeskSays(of, { id: of.id, body: of.text, author }, `z-${of.id}`)],
    [
      'ids as numbers, keys in another order, other line ends',
      (of) => {
        const comment = reversed({ author: { ...author, id: 8447388090494 }, body: crlf(of.text), id: Number(of.id) });
        return reversed(zendeskSays(of, comment, `z-${of.id}`, { id: Number(of.ticketId) }));
      },
    ],
    [
      'as HTML, without the comment’s id',
      (of) =>
        zendeskSays(
          of,
          { html_body: `<div class="zd-comment" dir="auto">${html(of.text)}</div>`, author },
          `z-${of.id}`,
        ),
    ],
    [
      'by a trigger’s template',
      (of) =>
        zendeskTrigger({ event: 'agent-replied', ticket_id: of.ticketId, message: `${of.text}  `, agent: '鈴木' }),
    ],
  ],
  intercom: [
    [
      'as documented',
      (of) => intercomReplied(of, { id: of.id, body: `<p class="no-margin">${html(of.text)}</p>` }, `i-${of.id}`),
    ],
    [
      'of a conversation, with ids as numbers and a paragraph a line',
      (of) => {
        const lines = of.text.split('\n').map((line) => `<p class="no-margin">${html(line)}</p>`);
        const part = intercomPart({ type: 'admin', id: 1 }, { id: Number(of.id), body: lines.join('\n') });
        const parts = { type: 'conversation_part.list', conversation_parts: [part], total_count: 1 };
        const conversation = intercomConversation({ id: Number(of.ticketId), conversation_parts: parts });
        return intercomNotification('conversation.admin.replied', conversation, `i-${of.id}`);
      },
    ],
    ['as text, without an id', (of) => intercomReplied(of, { id: null, body: html(crlf(of.text)) }, `i-${of.id}`)],
  ],
  freshdesk: [
    [
      'as our template has it',
      (of) => freshdeskBody({ event: 'agent-replied', ticket_id: of.ticketId, message: of.text, agent: 'Service bot' }),
    ],
    [
      'wrapped, as HTML, with the id as a number',
      (of) => ({
        freshdesk_webhook: freshdeskBody({
          triggered_event: '{reply_sent:true}',
          ticket_id: Number(of.ticketId),
          latest_public_comment: `<div>${html(of.text)}</div>`,
        }),
      }),
    ],
    [
      'with other line ends',
      (of) =>
        reversed(
          freshdeskBody({ event: 'Replied', ticket_id: of.ticketId, ticket_latest_public_comment: crlf(of.text) }),
        ),
    ],
  ],
  jira: [
    ['as text', (of) => jiraSays(of, { id: of.id, body: of.text })],
    ['as a document, with ids as numbers', (of) => jiraSays(of, { id: Number(of.id), body: paragraphs(of.text) })],
    [
      'as an update of the issue, without the comment’s id',
      (of) => jiraSays(of, { body: crlf(of.text) }, 'jira:issue_updated', { issue_event_type_name: 'issue_commented' }),
    ],
  ],
};

let ticket = 610_000;
const doors = () => ticketDoors(scenario);
const fault = (body: object) => scenario.post('/_local/faults', body);
const commentsOn = async (tool: Tool, id: string): Promise<{ id: string; body: string; isPublic: boolean }[]> =>
  (await scenario.get(`/_local/tools/${tool}/tickets/${id}`)).body.comments.filter(
    (each: { isPublic: boolean }) => each.isPublic,
  );

interface Sent {
  tool: Tool;
  ticketId: string;
  id: string;
  shape: Shape;
}

/** A ticket for each shape, on which an update is at the tool, and of which the tool has told nobody. */
async function sent(tool: Tool, isAnswered: boolean): Promise<Sent[]> {
  const all: Sent[] = [];
  for (const shape of shapes[tool]) {
    ticket += 1;
    const ticketId = String(ticket);
    all.push({ tool, ticketId, id: (await doors().reported(tool, ticketId)).body.incident.id, shape });
  }
  await scenario.advance('PT1M');
  for (const { ticketId, id } of all) {
    await fault({ target: `tools.${tool}.webhook`, match: ticketId, effect: 'fail' });
    if (!isAnswered) {
      await fault({
        target: `tools.${tool}.${sendOperations[tool]}`,
        match: ticketId,
        effect: 'fail-after',
        code: '500',
      });
    }
    const { status } = await scenario.post(`/api/incidents/${id}/updates`, { customers: 'all', message });
    expect(status).toBe(202);
  }
  await scenario.advance('PT10S');
  return all;
}

async function expectOnce({ tool, ticketId, id, shape: [name] }: Sent): Promise<void> {
  const { events } = (await scenario.get(`/api/incidents/${id}/timeline`)).body;
  const updated = events.filter((each: { type: string }) => each.type === 'customer-updated');
  const comments = await commentsOn(tool, ticketId);
  expect([name, comments.length, updated.length]).toEqual([name, 1, 1]);
  expect(comments[0]?.body).toBe(message);
  expect(updated[0].detail).toMatchObject({ message, sentAs: { tool } });
  expect(updated[0].actor).toBe('local');
  const { updates } = (await scenario.get(`/api/incidents/${id}/updates`)).body;
  expect(updates).toMatchObject([{ state: 'sent', error: null, text: message }]);
}

async function tellOf({ tool, ticketId, shape: [, body] }: Sent): Promise<void> {
  const [comment] = await commentsOn(tool, ticketId);
  const reply = await doors().told(tool, body({ id: comment?.id ?? '', ticketId, text: comment?.body ?? '' }));
  expect(reply.status).toBe(200);
  expect(reply.body.created).toBe(false);
}

describe.each(playedTools)('by %s', (tool) => {
  test('told before the answer came', async () => {
    const all = await sent(tool, false);
    for (const each of all) await tellOf(each);
    await scenario.advance('PT3M');
    for (const each of all) await expectOnce(each);
  });

  test('told after the answer, twice, and ten minutes late', async () => {
    const all = await sent(tool, true);
    for (const each of all) {
      await tellOf(each);
      await tellOf(each);
    }
    for (const each of all) await expectOnce(each);
    await scenario.advance('PT10M');
    for (const each of all) await tellOf(each);
    for (const each of all) await expectOnce(each);
  });
});
