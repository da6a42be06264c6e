/**
 * What an author calls themselves in a tool is data: whatever it says, it changes nothing about who acted. The rows are names
 * that would be somebody else, or a rule, if anybody took a name for an identity.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { actorText } from '../../functions/words/actor.ts';
import { toolSecrets } from '../fixtures/secrets.ts';
import {
  freshdeskBody,
  intercomNotification,
  intercomPart,
  intercomTicket,
  jiraEvent,
  jiraIssue,
  zendeskEvent,
} from '../fixtures/tickets.ts';
import { openScenario, type Scenario } from '../scenarios/house.ts';
import { type Tool, ticketDoors, tools } from '../scenarios/ticket-doors.ts';

let scenario: Scenario;
let doors: ReturnType<typeof ticketDoors>;
beforeAll(async () => {
  scenario = await openScenario('2026-11-24T01:00:00.000Z', { environment: toolSecrets });
  doors = ticketDoors(scenario);
});
afterAll(() => scenario.stop());

/** The body of an agent's public reply, by an account of that name. */
const replies: Record<Tool, (id: string, name: string) => unknown> = {
  zendesk: (id, name) =>
    zendeskEvent('comment_added', {
      id: `r-${id}`,
      detail: { id },
      event: { comment: { id: 1, body: 'はい', is_public: true, author: { id: 81, is_staff: true, name } } },
    }),
  intercom: (id, name) =>
    intercomNotification(
      'ticket.admin.replied',
      {
        ticket: intercomTicket({ id }),
        ticket_part: intercomPart({ type: 'admin', id: '82', name, email: name }, { id: '1' }),
      },
      `r-${id}`,
    ),
  freshdesk: (id, name) =>
    freshdeskBody({ ticket_id: id, event: 'agent-replied', agent: name, agent_email: name, message: 'はい' }),
  jira: (id, name) =>
    jiraEvent('comment_created', {
      issue: jiraIssue({ reporter: { accountId: `store-${id}`, accountType: 'customer' } }, { id, key: `SUP-${id}` }),
      comment: {
        id: '1',
        body: 'はい',
        author: { accountId: 'acc-83', accountType: 'atlassian', displayName: name, emailAddress: name },
        jsdPublic: true,
      },
    }),
};

const names = ['ceo@example.jp', 'rule', 'metronome', 'local', 'console', 'zendesk:81'];

describe.each(tools)('an author of %s', (tool) => {
  test.each(names)('who is called “%s” is the account that wrote, and nobody else', async (name) => {
    const number = 1_000 * (tools.indexOf(tool) + 1) + names.indexOf(name);
    const id: string = (await doors.reported(tool, String(number))).body.incident.id;
    const before = (await scenario.get(`/api/incidents/${id}`)).headers.get('etag') ?? '';

    expect((await doors.told(tool, replies[tool](String(number), name))).status).toBeLessThan(300);

    const { body: incident } = await scenario.get(`/api/incidents/${id}`);
    const { body: timeline } = await scenario.get(`/api/incidents/${id}/timeline`);
    const accounts = {
      zendesk: 'zendesk:81',
      intercom: 'intercom:82',
      freshdesk: `freshdesk:${name}`,
      jira: 'jira:acc-83',
    };
    const actors = new Set<string>(timeline.events.map(({ actor }: { actor: string }) => actor));
    expect(actors).toEqual(new Set([...actors].filter((each) => [tool, 'rule', accounts[tool]].includes(each))));
    expect(timeline.events).toContainEqual(
      expect.objectContaining({ type: 'customer-updated', actor: accounts[tool], actorName: name }),
    );
    expect(incident).toMatchObject({ responders: [accounts[tool]], actorNames: { [accounts[tool]]: name } });
    // Somebody has replied since: whoever decides on the record as it was before has to look again.
    const late = await scenario.post(`/api/incidents/${id}/events`, { type: 'responded' }, { 'if-match': before });
    expect(late.status).toBe(412);
  });
});

test('a name is shown with the tool that it is from, and an e-mail is nobody’s but its own', () => {
  expect([
    actorText('jira:acc-1', 'ceo@example.jp', 'ja'),
    actorText('zendesk:81', undefined, 'en'),
    actorText('freshdesk', 'rule', 'ja'),
    actorText('rule', undefined, 'ja'),
    actorText('zendesk', undefined, 'ja'),
    actorText('rule.sato@example.jp', undefined, 'ja'),
    actorText('zendesk.sato@example.jp', undefined, 'en'),
  ]).toEqual([
    'ceo@example.jp(Jira)',
    '81 (Zendesk)',
    'rule(Freshdesk)',
    '自動',
    'Zendesk',
    'rule.sato@example.jp',
    'zendesk.sato@example.jp',
  ]);
});
