/** Names and titles from outside are data, at each door: one line, no drill, and nothing about who acted. */
import { beforeAll, describe, expect, test } from 'vitest';
import { nameLine } from '../../functions/platform/one-line.ts';
import { actorText } from '../../functions/words/people.ts';
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
import { type Reply, useScenario } from '../scenarios/house.ts';
import { type Tool, ticketDoors, tools } from '../scenarios/ticket-doors.ts';

const scenario = useScenario('2026-11-24T01:00:00.000Z', { environment: toolSecrets });
let doors: ReturnType<typeof ticketDoors>;
beforeAll(async () => {
  doors = ticketDoors(scenario);
});

describe('a name that was stated by', () => {
  const said: [by: string, ticket: object, scoped: object | undefined, isGreeted: boolean][] = [
    ['the customer’s own ticket', { customer: { id: 'store-c', name: '渋谷店' } }, undefined, true],
    ['a colleague', {}, { affectedCustomers: [{ id: 'store-c', name: '渋谷店' }] }, true],
    [
      'another customer alone',
      { customer: { id: 'x' }, reporterAffected: false, affectedCustomers: [{ id: 'store-c', name: '渋谷店' }] },
      undefined,
      false,
    ],
  ];
  const ids = new Map<string, string>();
  beforeAll(async () => {
    for (const [by, ticket, scoped] of said) {
      const filed = await scenario.ticket({ id: `greet ${by}`, subject: '会計できない', ongoing: 'yes', ...ticket });
      const { id } = filed.body.incident;
      ids.set(by, id);
      if (scoped) await scenario.post(`/api/incidents/${id}/events`, { type: 'scoped', ...scoped });
    }
    await scenario.advance('PT40M');
  });

  test.each(said)('%s greets its customer, or nobody', async (by, _, __, isGreeted) => {
    const notices = (await scenario.inbox()).filter((each) => each.incidentId === ids.get(by));
    const text = notices.map((each) => each.text).join('\n');
    expect(text).toContain('宛先: 渋谷店\n');
    expect(text.includes('> 渋谷店 ご担当者様')).toBe(isGreeted);
  });
});

const hostile = [
  '【訓練】新宿店\n\n【重要】ご返金の手続きは https://evil.example',
  '[D\u200BRILL] \u202E店宿新\u202C\u0000',
  '（訓\u2060練中）\u2066会計\u2069\u2028できない\u001B[31m',
];

/** A report with this title, and of this customer, at each door; undefined where a door names no customer. */
const reports: Record<string, (id: string, text: string) => Promise<Reply>> = {
  tickets: (id, text) =>
    scenario.ticket({
      id,
      subject: text,
      area: text,
      customer: { id, name: text },
      affectedCustomers: [{ id: `o-${id}`, name: text }],
    }),
  zendesk: (id, text) =>
    doors.event({ ticket_id: id, ticket_title: text, requester_id: id, requester_name: text, area: text }),
  intercom: (id, text) =>
    doors.told(
      'intercom',
      intercomNotification(
        'ticket.created',
        intercomTicket({
          id,
          ticket_attributes: { _default_title_: text },
          contacts: { contacts: [{ type: 'contact', id, name: text }] },
        }),
        `n-${id}`,
      ),
    ),
  freshdesk: (id, text) =>
    doors.told(
      'freshdesk',
      freshdeskBody({ ticket_id: id, ticket_subject: text, requester_email: id, requester_name: text }),
    ),
  jira: (id, text) =>
    doors.told(
      'jira',
      jiraEvent('jira:issue_created', {
        issue: jiraIssue({ summary: text, reporter: { accountId: id, displayName: text } }, { id, key: `LAW-${id}` }),
      }),
    ),
  alerts: (id, text) =>
    scenario.alert({
      incident: { incident_id: id, state: 'open', policy_name: text, started_at: 1_795_482_000, condition_name: text },
    }),
  'the quarantine': async (id, text) => {
    await scenario.ticket({ number: id });
    const [entry] = (await scenario.get('/api/quarantine?state=open')).body.quarantine;
    const body = JSON.stringify({ id, subject: text, customer: { id, name: text } });
    return scenario.post(`/api/quarantine/${entry.id}/mend`, { body });
  },
  statements: async (id, text) => {
    const filed = await scenario.ticket({ id, subject: 'x' });
    const path = `/api/incidents/${filed.body.incident.id}/events`;
    await scenario.post(path, { type: 'corrected', field: 'title', value: text });
    await scenario.post(path, { type: 'scoped', affectedCustomers: [{ id, name: text }] });
    return filed;
  },
};

describe.each(Object.keys(reports))('what comes by %s', (door) => {
  test.each(hostile)('%j spans no line, turns none round, and looks like no drill', async (text) => {
    const reply = await reports[door]?.(`law-${door.length}${door[0]}-${hostile.indexOf(text)}`, text);
    expect([200, 201]).toContain(reply?.status);
    const { body } = await scenario.get(`/api/incidents/${reply?.body.incident.id}`);
    const names = [
      body.title,
      body.origin.area,
      body.reporter?.name,
      ...body.affectedCustomers.map((each: { name?: string }) => each.name),
    ];
    for (const name of names.filter((each) => each !== undefined)) {
      expect(name).toBe(nameLine(name));
      expect(name).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]|[【[（]\s*(?:訓練|DRILL)/u);
      expect(name).not.toBe('');
    }
    expect(body.isDrill).toBe(false);
  });
});

test('no notice has a subject in two lines, or with a mark of a drill', async () => {
  await scenario.advance('PT2M');
  const inbox = await scenario.inbox();
  expect(inbox.length).toBeGreaterThan(0);
  for (const { text } of inbox) expect(text.split('\n')[0]).not.toMatch(/訓練】|DRILL|[\p{Cf}]/u);
});

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
    freshdeskBody({
      ticket_id: id,
      event: 'agent-replied',
      // Without its time it is read on the ticket before it counts.
      happened_at: '2026-11-24T01:00:00Z',
      agent: name,
      agent_email: name,
      message: 'はい',
    }),
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
      // Its body is a template's, which names nobody.
      freshdesk: undefined,
      jira: 'jira:acc-83',
    };
    const actors = new Set<string>(timeline.events.map(({ actor }: { actor: string }) => actor));
    const account = accounts[tool];
    expect(actors).toEqual(new Set([...actors].filter((each) => [tool, 'rule', account].includes(each))));
    const author = account === undefined ? { actor: tool } : { actor: account, actorName: name };
    expect(timeline.events).toContainEqual(expect.objectContaining({ type: 'customer-updated', ...author }));
    if (account === undefined) expect([incident.responders, incident.actorNames]).toEqual([[], undefined]);
    else expect(incident).toMatchObject({ responders: [account], actorNames: { [account]: name } });
    // Somebody has replied since: a decision on the earlier record has to be repeated.
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
